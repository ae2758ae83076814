//! Operations on digits: shift, rotate, and the logical ones.

use malachite_bigint::BigUint;
use num_traits::Zero;

use crate::context::{Context, Status};
use crate::integers::{self, LIMIT_DIGITS, split_pow10, times_pow10};
use crate::number::Number;

impl Context {
    /// The checks that shift and rotate share: the last digits of `a`, and by how many places.
    fn moved(&self, a: &Number, b: &Number, status: &mut Status) -> Result<(BigUint, i64), Number> {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return Err(nan);
        }
        let Some(places) = b
            .to_small()
            .filter(|n| (-self.prec..=self.prec).contains(n))
        else {
            return Err(status.invalid(Status::INVALID_OPERATION));
        };
        if a.is_infinite() {
            return Err(a.clone());
        }
        let digits = if a.digits() > self.prec {
            split_pow10(&a.coefficient, self.prec.unsigned_abs()).1
        } else {
            a.coefficient.clone()
        };
        Ok((digits, places))
    }

    /// The digits of `a` moved to the left by `b` places, or to the right if that is negative; zeros move in.
    #[must_use]
    pub fn shift(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        let (digits, places) = match self.moved(a, b, status) {
            Ok(moved) => moved,
            Err(answer) => return answer,
        };
        let coefficient = if places < 0 {
            if -places >= integers::digits(&digits) {
                BigUint::zero()
            } else {
                split_pow10(&digits, places.unsigned_abs()).0
            }
        } else {
            // What would leave on the left need not be moved.
            let kept = (self.prec - places).unsigned_abs();
            let kept = if a.digits().unsigned_abs() > kept {
                split_pow10(&digits, kept).1
            } else {
                digits
            };
            if places > LIMIT_DIGITS && !kept.is_zero() {
                return status.invalid(Status::MALLOC_ERROR);
            }
            times_pow10(&kept, places.unsigned_abs())
        };
        Number::new(a.negative, coefficient, a.exponent)
    }

    /// The same, with the digits that leave coming back on the other side.
    #[must_use]
    pub fn rotate(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        let (digits, places) = match self.moved(a, b, status) {
            Ok(moved) => moved,
            Err(answer) => return answer,
        };
        if digits.is_zero() {
            return Number::new(a.negative, digits, a.exponent);
        }
        let places = if places < 0 {
            places + self.prec
        } else {
            places
        };
        if self.prec > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let (out, stays) = split_pow10(&digits, (self.prec - places).unsigned_abs());
        let coefficient = times_pow10(&stays, places.unsigned_abs()) + out;
        Number::new(a.negative, coefficient, a.exponent)
    }

    /// Digit by digit, for numbers whose digits are 0 and 1.
    fn logical(
        &self,
        a: &Number,
        b: Option<&Number>,
        operation: fn(bool, bool) -> bool,
        status: &mut Status,
    ) -> Number {
        let (Some(mut first), Some(mut second)) = (
            logical_digits(a),
            b.map_or(Some(Vec::new()), logical_digits),
        ) else {
            return status.invalid(Status::INVALID_OPERATION);
        };
        if b.is_none() && self.prec > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let most = usize::try_from(self.prec).unwrap_or(usize::MAX);
        let length = if b.is_none() {
            most
        } else {
            first.len().max(second.len()).min(most)
        };
        first.resize(length, false);
        second.resize(length, b.is_none());
        let text: Vec<u8> = first
            .iter()
            .zip(&second)
            .rev()
            .map(|(a, b)| b'0' + u8::from(operation(*a, *b)))
            .collect();
        let coefficient = BigUint::parse_bytes(&text, 10).unwrap_or_default();
        Number::new(false, coefficient, 0)
    }

    /// Digit-wise and.
    #[must_use]
    pub fn logical_and(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        self.logical(a, Some(b), |a, b| a && b, status)
    }

    /// Digit-wise or.
    #[must_use]
    pub fn logical_or(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        self.logical(a, Some(b), |a, b| a || b, status)
    }

    /// Digit-wise exclusive or.
    #[must_use]
    pub fn logical_xor(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        self.logical(a, Some(b), |a, b| a != b, status)
    }

    /// Digit-wise not, for as many digits as the precision.
    #[must_use]
    pub fn logical_invert(&self, a: &Number, status: &mut Status) -> Number {
        self.logical(a, None, |a, b| a != b, status)
    }
}

/// The digits from the last to the first if all are 0 or 1 and the number is a plain integer.
fn logical_digits(number: &Number) -> Option<Vec<bool>> {
    if !number.is_finite() || number.negative || number.exponent != 0 {
        return None;
    }
    number
        .coefficient
        .to_str_radix(10)
        .bytes()
        .rev()
        .map(|digit| match digit {
            b'0' => Some(false),
            b'1' => Some(true),
            _ => None,
        })
        .collect()
}
