//! Division and remainders.

use malachite_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, Zero};

use crate::context::{Context, Status};
use crate::integers::{LIMIT_DIGITS, digits, times_pow10, with_pow10};
use crate::number::Number;

/// Beyond this precision a quotient is first looked for among those that end.
const PATIENT: i64 = 2000;

impl Context {
    /// `a / b`.
    #[must_use]
    pub fn divide(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        let negative = a.negative != b.negative;
        if !a.is_finite() || !b.is_finite() {
            if let Some(nan) = self.nan_of(&[a, b], status) {
                return nan;
            }
            if a.is_infinite() {
                return if b.is_infinite() {
                    status.invalid(Status::INVALID_OPERATION)
                } else {
                    Number::infinity(negative)
                };
            }
            status.raise(Status::CLAMPED);
            return Number::zero(negative, self.etiny());
        }
        if b.coefficient.is_zero() {
            if a.coefficient.is_zero() {
                return status.invalid(Status::DIVISION_UNDEFINED);
            }
            status.raise(Status::DIVISION_BY_ZERO);
            return Number::infinity(negative);
        }
        let ideal = a.exponent - b.exponent;
        if a.coefficient.is_zero() {
            return self.fix(Number::zero(negative, ideal), status);
        }
        if self.prec > PATIENT
            && let Some(exact) = ending_quotient(a, b, negative, ideal)
        {
            return self.fix(exact, status);
        }
        let shift = digits(&b.coefficient) - digits(&a.coefficient) + self.prec + 1;
        if shift > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let exponent = ideal - shift;
        let (mut quotient, remainder) = if shift >= 0 {
            times_pow10(&a.coefficient, shift.unsigned_abs()).div_rem(&b.coefficient)
        } else {
            a.coefficient
                .div_rem(&times_pow10(&b.coefficient, shift.unsigned_abs()))
        };
        let quotient = if remainder.is_zero() {
            Number::new(negative, quotient, exponent).stripped(ideal)
        } else {
            // The digit below the precision tells rounding that there is more.
            if (&quotient % 5_u32).is_zero() {
                quotient += 1_u32;
            }
            Number::new(negative, quotient, exponent)
        };
        self.fix(quotient, status)
    }

    /// Integer quotient and remainder of finite numbers with `b` not zero.
    fn quotient_and_rest(
        &self,
        a: &Number,
        b: &Number,
        status: &mut Status,
    ) -> Option<(Number, Number)> {
        let negative = a.negative != b.negative;
        let ideal = if b.is_infinite() {
            a.exponent
        } else {
            a.exponent.min(b.exponent)
        };
        let distance = a.adjusted() - b.adjusted();
        if a.is_zero() || b.is_infinite() || distance <= -2 {
            let Some((rest, _)) = a.rescaled(ideal, self.rounding) else {
                status.raise(Status::MALLOC_ERROR);
                return None;
            };
            return Some((Number::zero(negative, 0), rest));
        }
        if distance <= self.prec {
            let Some((quotient, rest)) = aligned_quotient(a, b) else {
                status.raise(Status::MALLOC_ERROR);
                return None;
            };
            if digits(&quotient) <= self.prec {
                return Some((
                    Number::new(negative, quotient, 0),
                    Number::new(a.negative, rest, ideal),
                ));
            }
        }
        status.raise(Status::DIVISION_IMPOSSIBLE);
        None
    }

    /// `a // b`, towards zero.
    #[must_use]
    pub fn divide_int(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return nan;
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() {
            return if b.is_infinite() {
                status.invalid(Status::INVALID_OPERATION)
            } else {
                Number::infinity(negative)
            };
        }
        if b.is_zero() {
            if a.is_zero() {
                return status.invalid(Status::DIVISION_UNDEFINED);
            }
            status.raise(Status::DIVISION_BY_ZERO);
            return Number::infinity(negative);
        }
        match self.quotient_and_rest(a, b, status) {
            Some((quotient, _)) => quotient,
            None => Number::NAN,
        }
    }

    /// `a % b`, with the sign of `a`.
    #[must_use]
    pub fn remainder(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return nan;
        }
        if a.is_infinite() {
            return status.invalid(Status::INVALID_OPERATION);
        }
        if b.is_zero() {
            return status.invalid(if a.is_zero() {
                Status::DIVISION_UNDEFINED
            } else {
                Status::INVALID_OPERATION
            });
        }
        match self.quotient_and_rest(a, b, status) {
            Some((_, rest)) => self.fix(rest, status),
            None => Number::NAN,
        }
    }

    /// `(a // b, a % b)`.
    #[must_use]
    pub fn divmod(&self, a: &Number, b: &Number, status: &mut Status) -> (Number, Number) {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return (nan.clone(), nan);
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() {
            let nan = status.invalid(Status::INVALID_OPERATION);
            return if b.is_infinite() {
                (nan.clone(), nan)
            } else {
                (Number::infinity(negative), nan)
            };
        }
        if b.is_zero() {
            if a.is_zero() {
                let nan = status.invalid(Status::DIVISION_UNDEFINED);
                return (nan.clone(), nan);
            }
            status.raise(Status::DIVISION_BY_ZERO);
            return (
                Number::infinity(negative),
                status.invalid(Status::INVALID_OPERATION),
            );
        }
        match self.quotient_and_rest(a, b, status) {
            Some((quotient, rest)) => (quotient, self.fix(rest, status)),
            None => (Number::NAN, Number::NAN),
        }
    }

    /// `a - b * n`, where `n` is the integer nearest to `a / b`.
    #[must_use]
    pub fn remainder_near(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return nan;
        }
        if a.is_infinite() {
            return status.invalid(Status::INVALID_OPERATION);
        }
        if b.is_zero() {
            return status.invalid(if a.is_zero() {
                Status::DIVISION_UNDEFINED
            } else {
                Status::INVALID_OPERATION
            });
        }
        if b.is_infinite() {
            return self.fix(a.clone(), status);
        }
        let ideal = a.exponent.min(b.exponent);
        if a.is_zero() {
            return self.fix(Number::zero(a.negative, ideal), status);
        }
        let distance = a.adjusted() - b.adjusted();
        if distance > self.prec {
            return status.invalid(Status::DIVISION_IMPOSSIBLE);
        }
        if distance <= -2 {
            return match a.rescaled(ideal, self.rounding) {
                Some((rest, _)) => self.fix(rest, status),
                None => status.invalid(Status::MALLOC_ERROR),
            };
        }
        let Some((mut quotient, mut rest)) = aligned_quotient(a, b) else {
            return status.invalid(Status::MALLOC_ERROR);
        };
        let zeros = (b.exponent - a.exponent).max(0).unsigned_abs();
        let divisor = if b.exponent > a.exponent {
            times_pow10(&b.coefficient, zeros)
        } else {
            b.coefficient.clone()
        };
        let mut negative = a.negative;
        let twice: BigUint = (&rest << 1_u32) + u32::from(quotient.is_odd());
        if twice > divisor {
            rest = divisor - rest;
            quotient += 1_u32;
            negative = !negative;
        }
        if digits(&quotient) > self.prec {
            return status.invalid(Status::DIVISION_IMPOSSIBLE);
        }
        self.fix(Number::new(negative, rest, ideal), status)
    }
}

/// Quotient and remainder of the coefficients, brought to one exponent; None if there would be too many digits.
fn aligned_quotient(a: &Number, b: &Number) -> Option<(BigUint, BigUint)> {
    let distance = a.exponent - b.exponent;
    if distance.abs() > LIMIT_DIGITS {
        return None;
    }
    Some(if distance >= 0 {
        times_pow10(&a.coefficient, distance.unsigned_abs()).div_rem(&b.coefficient)
    } else {
        a.coefficient
            .div_rem(&times_pow10(&b.coefficient, distance.unsigned_abs()))
    })
}

/// The quotient if its digits end, whatever the precision.
fn ending_quotient(a: &Number, b: &Number, negative: bool, ideal: i64) -> Option<Number> {
    let common = a.coefficient.gcd(&b.coefficient);
    let denominator = &b.coefficient / &common;
    let twos = denominator.trailing_zeros().unwrap_or(0);
    let mut rest: BigUint = denominator.clone() >> twos;
    let mut fives = 0_u64;
    // A power of five is taken out in halves, so that a long one costs few divisions.
    let mut squares = vec![BigUint::from(5_u32)];
    while let Some(last) = squares.last()
        && last.bits() * 2 <= rest.bits() + 1
    {
        let square = last * last;
        squares.push(square);
    }
    for (index, square) in squares.iter().enumerate().rev() {
        let (quotient, remainder) = rest.div_rem(square);
        if remainder.is_zero() {
            rest = quotient;
            fives += 1 << index;
        }
    }
    if !rest.is_one() {
        return None;
    }
    let places = twos.max(fives);
    let coefficient = with_pow10(places, |power| power / &denominator) * (&a.coefficient / &common);
    Some(Number::new(negative, coefficient, ideal - places as i64).stripped(ideal))
}
