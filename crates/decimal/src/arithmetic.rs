//! Addition, multiplication, signs.

use malachite_bigint::BigUint;
use num_traits::{One, Zero};

use crate::context::{Context, Rounding, Status};
use crate::integers::{LIMIT_DIGITS, times_pow10};
use crate::number::{Kind, Number};

impl Context {
    /// What an operation gives if one of its operands is a NaN.
    pub(crate) fn nan_of(&self, operands: &[&Number], status: &mut Status) -> Option<Number> {
        let nan = operands
            .iter()
            .find(|number| number.is_signaling())
            .or_else(|| operands.iter().find(|number| number.is_nan()))?;
        if nan.is_signaling() {
            status.raise(Status::INVALID_OPERATION);
        }
        Some(self.fix_nan(Number {
            kind: Kind::Quiet,
            ..(*nan).clone()
        }))
    }

    /// `a + b`.
    #[must_use]
    pub fn add(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if !a.is_finite() || !b.is_finite() {
            if let Some(nan) = self.nan_of(&[a, b], status) {
                return nan;
            }
            return match (a.is_infinite(), b.is_infinite()) {
                (true, true) if a.negative != b.negative => {
                    status.invalid(Status::INVALID_OPERATION)
                }
                (true, _) => a.clone(),
                _ => b.clone(),
            };
        }
        let sum = self.sum(a, b, status);
        self.fix(sum, status)
    }

    /// `a - b`.
    #[must_use]
    pub fn subtract(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if b.is_nan() {
            return self.add(a, b, status);
        }
        self.add(a, &b.with_sign(!b.negative), status)
    }

    /// The sum of finite numbers, exact but for digits that rounding cannot see.
    fn sum(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        let negative_zero = self.rounding == Rounding::Floor && a.negative != b.negative;
        let exponent = a.exponent.min(b.exponent);
        match (a.coefficient.is_zero(), b.coefficient.is_zero()) {
            (true, true) => {
                return Number::zero(a.negative && b.negative || negative_zero, exponent);
            }
            (true, false) => return self.beside_zero(b, exponent, status),
            (false, true) => return self.beside_zero(a, exponent, status),
            (false, false) => {}
        }
        let (high, low) = if a.exponent < b.exponent {
            (b, a)
        } else {
            (a, b)
        };
        let mut distance = high.exponent - low.exponent;
        let mut tiny = None;
        if distance > self.prec {
            // A number far below the other matters to rounding as anything that is not zero does.
            let least = high.exponent + (high.digits() - self.prec - 2).min(-1);
            if low.digits() + low.exponent - 1 < least {
                tiny = Some(BigUint::one());
                distance = high.exponent - least;
            }
        }
        if distance > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let exponent = high.exponent - distance;
        let low_coefficient = tiny.as_ref().unwrap_or(&low.coefficient);
        let shifted;
        let high_coefficient = if distance == 0 {
            &high.coefficient
        } else {
            shifted = times_pow10(&high.coefficient, distance.unsigned_abs());
            &shifted
        };
        if high.negative == low.negative {
            return Number::new(high.negative, high_coefficient + low_coefficient, exponent);
        }
        match high_coefficient.cmp(low_coefficient) {
            std::cmp::Ordering::Equal => Number::zero(negative_zero, exponent),
            std::cmp::Ordering::Greater => {
                Number::new(high.negative, high_coefficient - low_coefficient, exponent)
            }
            std::cmp::Ordering::Less => {
                Number::new(low.negative, low_coefficient - high_coefficient, exponent)
            }
        }
    }

    /// The sum with a zero that has the exponent `exponent` or a greater one.
    fn beside_zero(&self, number: &Number, exponent: i64, status: &mut Status) -> Number {
        let exponent = exponent.max(number.exponent - self.prec - 1);
        match number.rescaled(exponent, self.rounding) {
            Some((number, _)) => number,
            None => status.invalid(Status::MALLOC_ERROR),
        }
    }

    /// `a * b`.
    #[must_use]
    pub fn multiply(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        match self.product(a, b, status) {
            Ok(product) => self.fix(product, status),
            Err(special) => special,
        }
    }

    /// The exact product; `Err` with the result if that needs no fixing.
    fn product(&self, a: &Number, b: &Number, status: &mut Status) -> Result<Number, Number> {
        let negative = a.negative != b.negative;
        if !a.is_finite() || !b.is_finite() {
            if let Some(nan) = self.nan_of(&[a, b], status) {
                return Err(nan);
            }
            return Err(if a.is_zero() || b.is_zero() {
                status.invalid(Status::INVALID_OPERATION)
            } else {
                Number::infinity(negative)
            });
        }
        let coefficient = &a.coefficient * &b.coefficient;
        Ok(Number::new(negative, coefficient, a.exponent + b.exponent))
    }

    /// `a * b + c`, rounded once.
    #[must_use]
    pub fn fma(&self, a: &Number, b: &Number, c: &Number, status: &mut Status) -> Number {
        let product = if a.is_finite() && b.is_finite() {
            let coefficient = &a.coefficient * &b.coefficient;
            Number::new(
                a.negative != b.negative,
                coefficient,
                a.exponent + b.exponent,
            )
        } else if a.is_signaling() || b.is_signaling() {
            return self.nan_of(&[a, b], status).unwrap_or(Number::NAN);
        } else if a.is_nan() {
            a.clone()
        } else if b.is_nan() {
            b.clone()
        } else if a.is_zero() || b.is_zero() {
            return status.invalid(Status::INVALID_OPERATION);
        } else {
            Number::infinity(a.negative != b.negative)
        };
        self.add(&product, c, status)
    }

    /// `+a`: rounded, and no zero is negative unless rounding to the floor.
    #[must_use]
    pub fn plus(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        if a.is_zero() && self.rounding != Rounding::Floor {
            return self.fix(a.with_sign(false), status);
        }
        self.fix(a.clone(), status)
    }

    /// `-a`, by the same rule.
    #[must_use]
    pub fn minus(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        if a.is_zero() && self.rounding != Rounding::Floor {
            return self.fix(a.with_sign(false), status);
        }
        self.fix(a.with_sign(!a.negative), status)
    }

    /// The magnitude, rounded.
    #[must_use]
    pub fn abs(&self, a: &Number, status: &mut Status) -> Number {
        if a.negative {
            self.minus(a, status)
        } else {
            self.plus(a, status)
        }
    }
}
