//! Powers.

use malachite_bigint::{BigInt, BigUint};
use num_traits::{One, ToPrimitive, Zero};

use crate::context::{Context, Rounding, Status};
use crate::elementary::{exp_digits, length, ln_digits, log10_bound, round_safely};
use crate::exact_power::exact_power;
use crate::integers::{LIMIT_DIGITS, digits, div_nearest, pow10, signed};
use crate::number::Number;

impl Context {
    /// `a ** b`.
    #[must_use]
    pub fn power(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return nan;
        }
        if b.is_zero() {
            return if a.is_zero() {
                status.invalid(Status::INVALID_OPERATION)
            } else {
                Number::small(1)
            };
        }
        let integral = b.is_integer();
        let negative = a.negative && integral && !b.is_even();
        if a.negative && !integral && !a.is_zero() {
            return status.invalid(Status::INVALID_OPERATION);
        }
        let a = &a.with_sign(false);
        if a.is_zero() || a.is_infinite() {
            return if a.is_zero() == b.negative {
                Number::infinity(negative)
            } else {
                Number::zero(negative, 0)
            };
        }
        if a.compare_values(&Number::small(1)).is_eq() {
            return self.power_of_one(a, b, integral, negative, status);
        }
        let adjusted = a.adjusted();
        if b.is_infinite() {
            return if b.negative == (adjusted < 0) {
                Number::infinity(negative)
            } else {
                Number::zero(negative, 0)
            };
        }
        self.power_of_finite(a, b, integral, negative, status)
    }

    /// One has the exponent that the exact result would have, as far as the precision goes.
    fn power_of_one(
        &self,
        a: &Number,
        b: &Number,
        integral: bool,
        negative: bool,
        status: &mut Status,
    ) -> Number {
        let least = 1 - self.prec;
        let exponent = if integral {
            let multiplier = if b.negative {
                0
            } else if b.compare_values(&Number::small(self.prec)).is_gt() {
                self.prec
            } else {
                b.to_int().and_then(|n| n.to_i64()).unwrap_or(self.prec)
            };
            let exponent = a.exponent.saturating_mul(multiplier);
            if exponent < least {
                status.raise(Status::ROUNDED);
                least
            } else {
                exponent
            }
        } else {
            status.raise(Status::INEXACT | Status::ROUNDED);
            least
        };
        if -exponent > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        Number::new(negative, pow10(exponent.unsigned_abs()), exponent)
    }

    fn power_of_finite(
        &self,
        a: &Number,
        b: &Number,
        integral: bool,
        negative: bool,
        status: &mut Status,
    ) -> Number {
        // If log10(a) * b has more digits than the exponents, so has the result's exponent.
        let bound = log10_bound(a) + b.adjusted();
        let mut exact = false;
        let beyond = if (a.adjusted() >= 0) != b.negative {
            (bound >= length(self.emax)).then(|| Number::unit(negative, self.emax + 1))
        } else {
            (bound >= length(self.etiny())).then(|| Number::unit(negative, self.etiny() - 1))
        };
        let answer = match beyond {
            Some(answer) => answer,
            None => match exact_power(a, b, integral, self.prec + 1) {
                Some(answer) => {
                    exact = true;
                    answer.with_sign(negative)
                }
                None => {
                    if self.prec > LIMIT_DIGITS {
                        return status.invalid(Status::MALLOC_ERROR);
                    }
                    let y = signed(b.negative, b.coefficient.clone());
                    let (coefficient, exponent) = round_safely(self.prec, 3, |extra| {
                        power_digits(
                            &a.coefficient,
                            a.exponent,
                            &y,
                            b.exponent,
                            self.prec + extra,
                        )
                    });
                    Number::new(negative, coefficient.magnitude().clone(), exponent)
                }
            },
        };
        if !exact || integral {
            return self.fix(answer, status);
        }
        // The power of a number that is no integer counts as inexact, even if it is not.
        let mut answer = answer;
        let missing = self.prec + 1 - answer.digits();
        if missing > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        if missing > 0 {
            answer.coefficient *= pow10(missing.unsigned_abs());
            answer.exponent -= missing;
        }
        let mut met = Status::default();
        let answer = self.fix(answer, &mut met);
        met.raise(Status::INEXACT);
        if met.has(Status::SUBNORMAL) {
            met.raise(Status::UNDERFLOW);
        }
        status.raise(met.0);
        answer
    }

    /// `a ** b % modulo`, for integers; always exact.
    #[must_use]
    pub fn power_modulo(
        &self,
        a: &Number,
        b: &Number,
        modulo: &Number,
        status: &mut Status,
    ) -> Number {
        if let Some(nan) = self.nan_of(&[a, b, modulo], status) {
            return nan;
        }
        let refused = !(a.is_integer() && b.is_integer() && modulo.is_integer())
            || b.negative && !b.is_zero()
            || modulo.is_zero()
            || modulo.adjusted() >= self.prec
            || a.is_zero() && b.is_zero();
        if refused {
            return status.invalid(Status::INVALID_OPERATION);
        }
        let negative = a.negative && !b.is_even();
        let Some(modulus) = modulo.integer_part() else {
            return status.invalid(Status::MALLOC_ERROR);
        };
        // Integral values have an exponent that is not negative.
        let integral = |number: &Number| {
            number
                .rescaled(number.exponent.max(0), Rounding::Down)
                .map(|(number, _)| number)
        };
        let (Some(base), Some(power)) = (integral(a), integral(b)) else {
            return status.invalid(Status::MALLOC_ERROR);
        };
        let scale =
            BigUint::from(10_u32).modpow(&BigUint::from(base.exponent.unsigned_abs()), &modulus);
        let mut result = (&base.coefficient % &modulus * scale) % &modulus;
        let ten = BigUint::from(10_u32);
        for _ in 0..power.exponent {
            result = result.modpow(&ten, &modulus);
        }
        result = result.modpow(&power.coefficient, &modulus);
        Number::new(negative, result, 0)
    }
}

/// d and f with p digits in d, such that (xc * 10^xe) ** (yc * 10^ye) lies between (d - 1) * 10^f and (d + 1) * 10^f.
fn power_digits(xc: &BigUint, xe: i64, yc: &BigInt, ye: i64, p: i64) -> (BigInt, i64) {
    let b = digits(yc.magnitude()) + ye;
    let log = ln_digits(xc, xe, p + b + 1);
    let shift = ye - b;
    let product = if shift >= 0 {
        log * yc * signed(false, pow10(shift.unsigned_abs()))
    } else {
        div_nearest(&(log * yc), &signed(false, pow10(shift.unsigned_abs())))
    };
    if product.is_zero() {
        let above = (digits(xc) + xe >= 1) != (yc.sign() == malachite_bigint::Sign::Minus);
        return if above {
            (
                signed(false, pow10((p - 1).unsigned_abs())) + BigInt::one(),
                1 - p,
            )
        } else {
            (signed(false, pow10(p.unsigned_abs())) - BigInt::one(), -p)
        };
    }
    let (coefficient, exponent) = exp_digits(&product, -(p + 1), p + 1);
    (div_nearest(&coefficient, &BigInt::from(10)), exponent + 1)
}

#[cfg(test)]
mod tests {
    use num_integer::Integer;

    use super::*;

    #[test]
    fn odd_powers_keep_the_sign() {
        let context = Context {
            prec: 9,
            rounding: Rounding::HalfEven,
            emin: -999,
            emax: 999,
            clamp: false,
        };
        let mut status = Status::default();
        let cube = context.power(&Number::small(-2), &Number::small(3), &mut status);
        assert_eq!(cube, Number::small(-8));
        assert!(cube.coefficient.is_even());
        assert_eq!(status, Status::default());
    }
}
