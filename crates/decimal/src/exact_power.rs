//! Powers that are exact: found by tests that fail early, since most are not.

use malachite_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

use crate::elementary::length;
use crate::integers::{LIMIT_DIGITS, digits, pow10, power, strip_zeros, times_pow10};
use crate::number::Number;

/// `a ** b` if that has at most `p` digits. `a` is positive and not 1, `b` is finite and not zero; `integral` says whether
/// `b` is an integer.
pub(crate) fn exact_power(a: &Number, b: &Number, integral: bool, p: i64) -> Option<Number> {
    let (xc, zeros) = strip_zeros(a.coefficient.clone(), i64::MAX);
    let xe = a.exponent + zeros;
    let (yc, zeros) = strip_zeros(b.coefficient.clone(), i64::MAX);
    let ye = b.exponent + zeros;
    // The exponent that the result has if there is room.
    let ideal = || -> Option<i64> {
        if integral && !b.negative {
            a.exponent.checked_mul(b.to_int()?.to_i64()?)
        } else {
            None
        }
    };
    if xc.is_one() {
        // 10^(xe * y), which must be an integer.
        let exponent = shifted(&(BigInt::from(xe) * BigInt::from(yc)), ye)?.to_i64()?;
        let exponent = if b.negative { -exponent } else { exponent };
        let zeros = ideal()
            .map_or(0, |ideal| (exponent - ideal).min(p - 1))
            .max(0);
        return Some(Number::new(
            false,
            pow10(zeros.unsigned_abs()),
            exponent - zeros,
        ));
    }
    if b.negative {
        return negative_power(&xc, xe, &yc, ye, p);
    }
    positive_power(&xc, xe, &yc, ye, p).map(|(coefficient, exponent)| {
        let room = p - digits(&coefficient);
        let zeros = ideal()
            .map_or(0, |ideal| (exponent - ideal).min(room))
            .max(0);
        Number::new(
            false,
            times_pow10(&coefficient, zeros.unsigned_abs()),
            exponent - zeros,
        )
    })
}

/// n * 10^e if that is an integer and of sensible size.
fn shifted(n: &BigInt, e: i64) -> Option<BigInt> {
    if n.is_zero() {
        return Some(BigInt::zero());
    }
    if e >= 0 {
        // Beyond this, exponents are out of all bounds.
        return (e <= 40).then(|| n * BigInt::from(pow10(e.unsigned_abs())));
    }
    if digits(n.magnitude()) <= -e {
        return None;
    }
    let (quotient, remainder) = n.div_rem(&BigInt::from(pow10(e.unsigned_abs())));
    remainder.is_zero().then_some(quotient)
}

/// Powers below zero end only for powers of 2 and of 5.
fn negative_power(xc: &BigUint, xe: i64, yc: &BigUint, ye: i64, p: i64) -> Option<Number> {
    let last = (xc % 10_u32).to_u32()?;
    let (base, e, most) = if last % 2 == 0 {
        let twos = xc.trailing_zeros()?;
        if xc.bits() != twos + 1 {
            return None;
        }
        // 93/65 is above log(10)/log(5).
        (5, twos, p.saturating_mul(93) / 65)
    } else if last == 5 {
        // Equal for all powers of 5 that could matter, else an upper bound of the exponent.
        let mut e = xc.bits() * 28 / 65;
        let (quotient, remainder) = power(5, e).div_rem(xc);
        if !remainder.is_zero() {
            return None;
        }
        let mut rest = quotient;
        while (&rest % 5_u32).is_zero() {
            rest /= 5_u32;
            e -= 1;
        }
        // 10/3 is above log(10)/log(2).
        (2, e, p.saturating_mul(10) / 3)
    } else {
        return None;
    };
    if ye >= length(most) {
        return None;
    }
    let e = shifted(&(BigInt::from(e) * BigInt::from(yc.clone())), ye)?;
    let xe = shifted(&(BigInt::from(xe) * BigInt::from(yc.clone())), ye)?.to_i64()?;
    let e = e.to_i64().filter(|e| *e <= most.min(LIMIT_DIGITS))?;
    let coefficient = power(base, e.unsigned_abs());
    (digits(&coefficient) <= p).then(|| Number::new(false, coefficient, -e - xe))
}

fn positive_power(xc: &BigUint, xe: i64, yc: &BigUint, ye: i64, p: i64) -> Option<(BigUint, i64)> {
    let bits = xc.bits();
    let (m, n) = if ye >= 0 {
        if ye > 40 {
            return None;
        }
        (times_pow10(yc, ye.unsigned_abs()), BigUint::one())
    } else {
        if xe != 0 && digits(&(yc * xe.unsigned_abs())) <= -ye {
            return None;
        }
        if digits(&(yc * bits)) <= -ye {
            return None;
        }
        let n = pow10(ye.unsigned_abs());
        let common = yc.gcd(&n);
        (yc / &common, n / common)
    };
    let (mut base, mut exponent) = (xc.clone(), xe);
    if !n.is_one() {
        let n = n.to_u64().filter(|n| bits > *n)?;
        let degree = i64::try_from(n).ok()?;
        if exponent.rem_euclid(degree) != 0 {
            return None;
        }
        exponent = exponent.div_euclid(degree);
        let degree = u32::try_from(n).ok()?;
        let root = base.nth_root(degree);
        if root.pow(degree) != base {
            return None;
        }
        base = root;
    }
    // base ** m has more digits than p if m > p / log10(base).
    let m = m.to_i64()?;
    let size = m.checked_mul(log10_hundredfold(&base))? / 100;
    if size > p.min(LIMIT_DIGITS) {
        return None;
    }
    let coefficient = base.pow(u32::try_from(m).ok()?);
    (digits(&coefficient) <= p).then_some((coefficient, exponent.checked_mul(m)?))
}

/// A lower bound of 100 * log10(n), for n > 1.
fn log10_hundredfold(n: &BigUint) -> i64 {
    const CORRECTIONS: [i64; 9] = [100, 70, 53, 40, 31, 23, 16, 10, 5];
    let length = digits(n);
    let first = (n / pow10((length - 1).unsigned_abs()))
        .to_u64()
        .unwrap_or(1);
    let index = usize::try_from(first).unwrap_or(1).clamp(1, 9) - 1;
    (100 * length - CORRECTIONS[index]).max(1)
}
