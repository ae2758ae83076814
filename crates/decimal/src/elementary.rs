//! Square root, exponential, logarithms: correctly rounded.
//!
//! Approximations are integers with an error of at most one unit; if such a unit could change how the result is rounded,
//! the next try has three more digits.

use std::cell::RefCell;

use malachite_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use crate::context::{Context, Rounding, Status};
use crate::integers::{
    LIMIT_DIGITS, digits, div_nearest, pow10, shr_nearest, signed, split_pow10, strip_zeros,
    times_pow10, with_pow10,
};
use crate::number::Number;

/// How many halvings of the argument the series begin with (2^-8).
const HALVINGS: u64 = 8;

impl Context {
    /// The square root, rounded half-even.
    #[must_use]
    pub fn sqrt(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        if a.is_zero() {
            return self.fix(Number::zero(a.negative, a.exponent.div_euclid(2)), status);
        }
        if a.negative {
            return status.invalid(Status::INVALID_OPERATION);
        }
        if a.is_infinite() {
            return a.clone();
        }
        let context = self.with_rounding(Rounding::HalfEven);
        let odd = a.exponent.rem_euclid(2) == 1;
        let ideal = a.exponent.div_euclid(2);
        let radicand = times_pow10(&a.coefficient, u64::from(odd));
        let root = radicand.sqrt();
        if &root * &root == radicand {
            return context.fix(Number::new(false, root, ideal), status);
        }
        // One digit more than the precision, so the root is never half-way between two results.
        let length = (digits(&radicand) + 1) >> 1;
        let shift = self.prec + 1 - length;
        if shift > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let scaled = if shift >= 0 {
            times_pow10(&radicand, 2 * shift.unsigned_abs())
        } else {
            split_pow10(&radicand, 2 * shift.unsigned_abs()).0
        };
        let mut root = scaled.sqrt();
        if (&root % 5_u32).is_zero() {
            root += 1_u32;
        }
        context.fix(Number::new(false, root, ideal - shift), status)
    }

    /// e to the power of `a`, rounded half-even.
    #[must_use]
    pub fn exp(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return if a.negative {
                Number::zero(false, 0)
            } else {
                a.clone()
            };
        }
        if a.is_zero() {
            return Number::small(1);
        }
        if self.prec > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let prec = self.prec;
        let adjusted = a.adjusted();
        let answer = if !a.negative && adjusted > length((self.emax + 1) * 3) {
            Number::unit(false, self.emax + 1)
        } else if a.negative && adjusted > length((1 - self.etiny()) * 3) {
            Number::unit(false, self.etiny() - 1)
        } else if !a.negative && adjusted < -prec {
            // 1 + epsilon
            Number::new(false, pow10(prec.unsigned_abs()) + 1_u32, -prec)
        } else if a.negative && adjusted < -prec - 1 {
            // 1 - epsilon
            let nines = pow10(prec.unsigned_abs() + 1) - 1_u32;
            Number::new(false, nines, -prec - 1)
        } else {
            let c = signed(a.negative, a.coefficient.clone());
            let (coefficient, exponent) =
                round_safely(prec, 3, |extra| exp_digits(&c, a.exponent, prec + extra));
            Number::new(false, coefficient.magnitude().clone(), exponent)
        };
        self.with_rounding(Rounding::HalfEven).fix(answer, status)
    }

    /// The checks that both logarithms share: a result that is special, or `Ok`.
    fn log_special(&self, a: &Number, status: &mut Status) -> Result<(), Number> {
        if let Some(nan) = self.nan_of(&[a], status) {
            return Err(nan);
        }
        if a.is_zero() {
            return Err(Number::infinity(true));
        }
        if a.negative {
            return Err(status.invalid(Status::INVALID_OPERATION));
        }
        if a.is_infinite() {
            return Err(a.clone());
        }
        Ok(())
    }

    /// The natural logarithm, rounded half-even.
    #[must_use]
    pub fn ln(&self, a: &Number, status: &mut Status) -> Number {
        if let Err(special) = self.log_special(a, status) {
            return special;
        }
        if a.compare_values(&Number::small(1)).is_eq() {
            return Number::zero(false, 0);
        }
        if self.prec > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let places = self.prec - ln_bound(a) + 2;
        let answer = self.logarithm(a, places, ln_digits);
        self.with_rounding(Rounding::HalfEven).fix(answer, status)
    }

    /// The logarithm to base 10, rounded half-even.
    #[must_use]
    pub fn log10(&self, a: &Number, status: &mut Status) -> Number {
        if let Err(special) = self.log_special(a, status) {
            return special;
        }
        let context = self.with_rounding(Rounding::HalfEven);
        if strip_zeros(a.coefficient.clone(), i64::MAX).0.is_one() {
            return context.fix(Number::small(a.adjusted()), status);
        }
        if self.prec > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let places = self.prec - log10_bound(a) + 2;
        let answer = self.logarithm(a, places, log10_digits);
        context.fix(answer, status)
    }

    fn logarithm(
        &self,
        a: &Number,
        places: i64,
        approximate: fn(&BigUint, i64, i64) -> BigInt,
    ) -> Number {
        let (coefficient, exponent) = round_safely(self.prec, 0, |extra| {
            let places = places + extra;
            (approximate(&a.coefficient, a.exponent, places), -places)
        });
        Number::new(
            coefficient.is_negative(),
            coefficient.magnitude().clone(),
            exponent,
        )
    }
}

/// Calls `approximate` with more and more digits until the error cannot change how the result is rounded to `prec`.
pub(crate) fn round_safely(
    prec: i64,
    first: i64,
    approximate: impl Fn(i64) -> (BigInt, i64),
) -> (BigInt, i64) {
    let mut extra = first;
    loop {
        let (coefficient, exponent) = approximate(extra);
        let beyond = (digits(coefficient.magnitude()) - prec - 1)
            .max(0)
            .unsigned_abs();
        let half = with_pow10(beyond, |unit| unit * 5_u32);
        if !(coefficient.magnitude() % half).is_zero() {
            return (coefficient, exponent);
        }
        extra += 3;
    }
}

/// The number of decimal digits of a machine integer.
pub(crate) fn length(n: i64) -> i64 {
    n.unsigned_abs()
        .checked_ilog10()
        .map_or(1, |log| i64::from(log) + 1)
}

/// A lower bound of the adjusted exponent of ln(a).
fn ln_bound(a: &Number) -> i64 {
    let adjusted = a.adjusted();
    if adjusted >= 1 {
        // ln(a) >= ln(10) * adjusted
        return length(adjusted * 23 / 10) - 1;
    }
    if adjusted <= -2 {
        return length((-1 - adjusted) * 23 / 10) - 1;
    }
    let one = pow10(a.exponent.unsigned_abs());
    if adjusted == 0 {
        let (num, den) = (&a.coefficient - &one, a.coefficient.clone());
        return leading_quotient(&num, &den);
    }
    a.exponent + digits(&(one - &a.coefficient)) - 1
}

/// A lower bound of the adjusted exponent of log10(a).
pub(crate) fn log10_bound(a: &Number) -> i64 {
    let adjusted = a.adjusted();
    if adjusted >= 1 {
        return length(adjusted) - 1;
    }
    if adjusted <= -2 {
        return length(-1 - adjusted) - 1;
    }
    let one = pow10(a.exponent.unsigned_abs());
    if adjusted == 0 {
        let (num, den) = (&a.coefficient - &one, &a.coefficient * 231_u32);
        return leading_quotient(&num, &den) + 2;
    }
    let num = (one - &a.coefficient).to_str_radix(10);
    num.len() as i64 + a.exponent - i64::from(num.as_str() < "231") - 1
}

/// The adjusted exponent of num / den, from below.
fn leading_quotient(num: &BigUint, den: &BigUint) -> i64 {
    let (num, den) = (num.to_str_radix(10), den.to_str_radix(10));
    num.len() as i64 - den.len() as i64 - i64::from(num < den)
}

/// An approximation of M * ln(x / M) for positive x and M, 0.1 <= x/M <= 10; the error is at most 22.
fn ilog(x: &BigInt, m: &BigInt) -> BigInt {
    let mut y: BigInt = x - m;
    let mut reductions = 0_u64;
    // ln(1 + y) = 2 ln(1 + y / (1 + sqrt(1 + y))): repeated until |y| is below 2^-8.
    loop {
        let magnitude = y.abs();
        let small = if reductions <= HALVINGS {
            let scaled: BigInt = magnitude << (HALVINGS - reductions);
            scaled < *m
        } else {
            let scaled: BigInt = magnitude >> (reductions - HALVINGS);
            scaled < *m
        };
        if small {
            break;
        }
        let under: BigInt = m * (m + shr_nearest(&y, reductions));
        let root = nearest_root(&under);
        let numerator: BigInt = (m * &y) << 1_u32;
        y = div_nearest(&numerator, &(m + root));
        reductions += 1;
    }
    let terms = terms_for(m);
    let small = shr_nearest(&y, reductions);
    let mut w = div_nearest(m, &BigInt::from(terms));
    for k in (1..terms).rev() {
        w = div_nearest(m, &BigInt::from(k)) - div_nearest(&(&small * w), m);
    }
    div_nearest(&(w * y), m)
}

/// How many terms of a series bring 2^-8 to the power of it below 1/M.
fn terms_for(m: &BigInt) -> i64 {
    let length = digits(m.magnitude());
    (10 * length + 3 * HALVINGS as i64 - 1) / (3 * HALVINGS as i64)
}

/// The integer closest to the square root of a positive integer.
fn nearest_root(n: &BigInt) -> BigInt {
    let floor = n.magnitude().sqrt();
    let rest = n.magnitude() - &floor * &floor;
    BigInt::from(if rest > floor { floor + 1_u32 } else { floor })
}

/// Brings c * 10^e to the form d * 10^f with d close to 1; gives d scaled by 10^p, and f.
fn reduced(c: &BigUint, e: i64, p: i64) -> (BigInt, i64) {
    let length = digits(c);
    let f = e + length - i64::from(e + length >= 1);
    let shift = e + p - f;
    let c = BigInt::from(c.clone());
    let scaled = if shift >= 0 {
        c * signed(false, pow10(shift.unsigned_abs()))
    } else {
        div_nearest(&c, &signed(false, pow10(shift.unsigned_abs())))
    };
    (scaled, f)
}

/// 10^p * log10(c * 10^e), with an error of at most 1.
fn log10_digits(c: &BigUint, e: i64, p: i64) -> BigInt {
    let p = p + 2;
    let (log_d, log_power) = if p > 0 {
        let (d, f) = reduced(c, e, p);
        let m = signed(false, pow10(p.unsigned_abs()));
        let log_d = div_nearest(&(ilog(&d, &m) * &m), &ln_ten(p));
        (log_d, BigInt::from(f) * m)
    } else {
        let length = digits(c);
        let f = e + length - i64::from(e + length >= 1);
        let unit = signed(false, pow10(p.unsigned_abs()));
        (BigInt::zero(), div_nearest(&BigInt::from(f), &unit))
    };
    div_nearest(&(log_power + log_d), &BigInt::from(100))
}

/// 10^p * ln(c * 10^e), with an error of at most 1.
pub(crate) fn ln_digits(c: &BigUint, e: i64, p: i64) -> BigInt {
    let p = p + 2;
    let length = digits(c);
    let f = e + length - i64::from(e + length >= 1);
    let log_d = if p > 0 {
        let (d, _) = reduced(c, e, p);
        ilog(&d, &signed(false, pow10(p.unsigned_abs())))
    } else {
        BigInt::zero()
    };
    let log_power = if f == 0 {
        BigInt::zero()
    } else {
        let extra = self::length(f) - 1;
        if p + extra >= 0 {
            let unit = signed(false, pow10(extra.unsigned_abs()));
            div_nearest(&(ln_ten(p + extra) * f), &unit)
        } else {
            BigInt::zero()
        }
    };
    div_nearest(&(log_power + log_d), &BigInt::from(100))
}

/// floor(10^p * ln(10)).
fn ln_ten(p: i64) -> BigInt {
    thread_local! {
        /// What is known: the number of digits after the point, and them.
        static KNOWN: RefCell<(i64, BigUint)> = const { RefCell::new((-1, <BigUint as num_traits::ConstZero>::ZERO)) };
    }
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        if known.0 < p {
            *known = compute_ln_ten(p);
        }
        let beyond = (known.0 - p).unsigned_abs();
        signed(false, split_pow10(&known.1, beyond).0)
    })
}

fn compute_ln_ten(p: i64) -> (i64, BigUint) {
    // Some more than asked for: the next caller wants a few more.
    let p = p + 8;
    let mut extra = 3_u64;
    loop {
        let m = signed(false, pow10(p.unsigned_abs() + extra + 2));
        let ten: BigInt = &m * 10;
        let near = div_nearest(&ilog(&ten, &m), &BigInt::from(100));
        // An error of one unit must not reach the digits that are kept.
        let (kept, beyond) = split_pow10(near.magnitude(), extra);
        let last = pow10(extra) - 1_u32;
        if !beyond.is_zero() && beyond != last {
            return (p, kept);
        }
        extra += 3;
    }
}

/// An approximation of M * exp(x / M) for 0 <= x/M <= 2.4; the error is at most 60.
fn iexp(x: &BigInt, m: &BigInt) -> BigInt {
    // exp(x) = exp(x / 2^r)^(2^r), by way of expm1 to keep digits.
    let scaled: BigInt = (x << HALVINGS).div_floor(m);
    let halvings = scaled.bits();
    let terms = terms_for(m);
    let mut y = div_nearest(x, &BigInt::from(terms));
    let shifted: BigInt = m << halvings;
    for i in (1..terms).rev() {
        y = div_nearest(&(x * (&shifted + y)), &(&shifted * i));
    }
    for k in (0..halvings).rev() {
        let shifted: BigInt = m << (k + 2);
        y = div_nearest(&(&y * (&y + &shifted)), &shifted);
    }
    m + y
}

/// d and f with p digits in d, such that exp(c * 10^e) lies between (d - 1) * 10^f and (d + 1) * 10^f.
pub(crate) fn exp_digits(c: &BigInt, e: i64, p: i64) -> (BigInt, i64) {
    let p = p + 2;
    let extra = (e + digits(c.magnitude()) - 1).max(0);
    let q = p + extra;
    let shift = e + q;
    let unit = signed(false, pow10(shift.unsigned_abs()));
    let scaled = if shift >= 0 {
        c * unit
    } else {
        c.div_floor(&unit)
    };
    let (quotient, rest) = scaled.div_mod_floor(&ln_ten(q));
    let rest = div_nearest(&rest, &signed(false, pow10(extra.unsigned_abs())));
    let m = signed(false, pow10(p.unsigned_abs()));
    let coefficient = div_nearest(&iexp(&rest, &m), &BigInt::from(1000));
    // The quotient is far below the limits of exponents, as the caller has seen to that.
    let power = num_traits::ToPrimitive::to_i64(&quotient).unwrap_or(i64::MAX / 4);
    (coefficient, power - p + 3)
}
