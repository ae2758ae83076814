//! Order.

use std::cmp::Ordering;

use crate::context::{Context, Status};
use crate::integers::times_pow10;
use crate::number::{Kind, Number};

impl Number {
    /// The order of the values; NaNs are the caller's to exclude.
    #[must_use]
    pub fn compare_values(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| {
            if number.is_zero() {
                0
            } else if number.negative {
                -1
            } else {
                1
            }
        };
        let (own, theirs) = (sign(self), sign(other));
        if own != theirs || own == 0 {
            return own.cmp(&theirs);
        }
        let order = match (self.is_infinite(), other.is_infinite()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) if self.exponent == other.exponent => {
                self.coefficient.cmp(&other.coefficient)
            }
            (false, false) => self.adjusted().cmp(&other.adjusted()).then_with(|| {
                // The exponents differ by fewer digits than there are, so this stays small.
                let distance = (self.exponent - other.exponent).unsigned_abs();
                if self.exponent > other.exponent {
                    times_pow10(&self.coefficient, distance).cmp(&other.coefficient)
                } else {
                    self.coefficient
                        .cmp(&times_pow10(&other.coefficient, distance))
                }
            }),
        };
        if self.negative {
            order.reverse()
        } else {
            order
        }
    }

    /// The total order of all representations.
    #[must_use]
    pub fn compare_total(&self, other: &Self) -> Ordering {
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        let rank = |number: &Self| match number.kind {
            Kind::Finite | Kind::Infinite => 0,
            Kind::Signaling => 1,
            Kind::Quiet => 2,
        };
        let (own, theirs) = (rank(self), rank(other));
        let order = if own != theirs {
            own.cmp(&theirs)
        } else if own > 0 {
            self.coefficient.cmp(&other.coefficient)
        } else {
            let values = self
                .with_sign(false)
                .compare_values(&other.with_sign(false));
            values.then_with(|| self.exponent.cmp(&other.exponent))
        };
        if self.negative {
            order.reverse()
        } else {
            order
        }
    }

    /// The total order without signs.
    #[must_use]
    pub fn compare_total_magnitude(&self, other: &Self) -> Ordering {
        self.with_sign(false).compare_total(&other.with_sign(false))
    }
}

/// -1, 0 or 1 as a number.
#[must_use]
pub(crate) fn as_number(order: Ordering) -> Number {
    Number::small(order as i64)
}

impl Context {
    /// -1, 0 or 1; a NaN if an operand is one.
    #[must_use]
    pub fn compare(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        match self.nan_of(&[a, b], status) {
            Some(nan) => nan,
            None => as_number(a.compare_values(b)),
        }
    }

    /// The same, but quiet NaNs are refused too.
    #[must_use]
    pub fn compare_signal(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if a.is_nan() || b.is_nan() {
            status.raise(Status::INVALID_OPERATION);
        }
        self.compare(a, b, status)
    }

    /// -1, 0 or 1 in the total order.
    #[must_use]
    pub fn compare_total(&self, a: &Number, b: &Number) -> Number {
        as_number(a.compare_total(b))
    }

    /// -1, 0 or 1 in the total order without signs.
    #[must_use]
    pub fn compare_total_mag(&self, a: &Number, b: &Number) -> Number {
        as_number(a.compare_total_magnitude(b))
    }

    /// The larger (`want` is `Greater`) or smaller one; a number goes before a quiet NaN.
    fn extreme(
        &self,
        a: &Number,
        b: &Number,
        want: Ordering,
        by_magnitude: bool,
        status: &mut Status,
    ) -> Number {
        if a.is_nan() || b.is_nan() {
            let chosen = match (a.kind, b.kind) {
                (Kind::Finite | Kind::Infinite, Kind::Quiet) => a,
                (Kind::Quiet, Kind::Finite | Kind::Infinite) => b,
                _ => return self.nan_of(&[a, b], status).unwrap_or(Number::NAN),
            };
            return self.fix(chosen.clone(), status);
        }
        let order = if by_magnitude {
            a.with_sign(false).compare_values(&b.with_sign(false))
        } else {
            a.compare_values(b)
        };
        let order = order.then_with(|| a.compare_total(b));
        let first = order == want || (order == Ordering::Equal && want == Ordering::Greater);
        self.fix(if first { a } else { b }.clone(), status)
    }

    /// The larger one.
    #[must_use]
    pub fn max(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        self.extreme(a, b, Ordering::Greater, false, status)
    }

    /// The smaller one.
    #[must_use]
    pub fn min(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        self.extreme(a, b, Ordering::Less, false, status)
    }

    /// The one of larger magnitude.
    #[must_use]
    pub fn max_mag(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        self.extreme(a, b, Ordering::Greater, true, status)
    }

    /// The one of smaller magnitude.
    #[must_use]
    pub fn min_mag(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        self.extreme(a, b, Ordering::Less, true, status)
    }

    /// Whether the exponents are equal, or both are infinities, or both NaNs.
    #[must_use]
    pub fn same_quantum(&self, a: &Number, b: &Number) -> bool {
        if a.is_finite() && b.is_finite() {
            a.exponent == b.exponent
        } else {
            a.is_nan() && b.is_nan() || a.is_infinite() && b.is_infinite()
        }
    }
}

#[cfg(test)]
mod tests {
    use num_traits::Zero;

    use super::*;

    #[test]
    fn zeros_are_equal_whatever_their_signs_and_exponents() {
        let order = Number::zero(true, 5).compare_values(&Number::zero(false, -7));
        assert_eq!(order, Ordering::Equal);
        assert!(Number::zero(false, 0).coefficient.is_zero());
    }
}
