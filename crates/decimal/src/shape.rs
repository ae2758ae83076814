//! Exponents, neighbours: quantize, integral values, normalize, next, logb, scaleb.

use std::cmp::Ordering;

use crate::context::{Context, Rounding, Status};
use crate::number::Number;

impl Context {
    /// `a` with the exponent of `b`.
    #[must_use]
    pub fn quantize(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return nan;
        }
        if a.is_infinite() || b.is_infinite() {
            return if a.is_infinite() && b.is_infinite() {
                a.clone()
            } else {
                status.invalid(Status::INVALID_OPERATION)
            };
        }
        let exponent = b.exponent;
        if exponent < self.etiny() || exponent > self.emax {
            return status.invalid(Status::INVALID_OPERATION);
        }
        if a.is_zero() {
            return self.fix(Number::zero(a.negative, exponent), status);
        }
        let adjusted = a.adjusted();
        if adjusted > self.emax || adjusted - exponent + 1 > self.prec {
            return status.invalid(Status::INVALID_OPERATION);
        }
        let Some((answer, inexact)) = a.rescaled(exponent, self.rounding) else {
            return status.invalid(Status::MALLOC_ERROR);
        };
        if answer.adjusted() > self.emax || answer.digits() > self.prec {
            return status.invalid(Status::INVALID_OPERATION);
        }
        if !answer.is_zero() && answer.adjusted() < self.emin {
            status.raise(Status::SUBNORMAL);
        }
        if exponent > a.exponent {
            status.raise(Status::ROUNDED);
            if inexact {
                status.raise(Status::INEXACT);
            }
        }
        self.fix(answer, status)
    }

    /// `a` rounded to an integer; with the conditions that rounding meets if `exact`.
    #[must_use]
    pub fn to_integral(&self, a: &Number, exact: bool, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        if !a.is_finite() || a.exponent >= 0 {
            return a.clone();
        }
        let Some((answer, inexact)) = a.rescaled(0, self.rounding) else {
            return status.invalid(Status::MALLOC_ERROR);
        };
        if exact && !a.is_zero() {
            status.raise(Status::ROUNDED);
            if inexact {
                status.raise(Status::INEXACT);
            }
        }
        answer
    }

    /// `a` rounded and without zeros at its end.
    #[must_use]
    pub fn normalize(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        let answer = self.fix(a.clone(), status);
        if !answer.is_finite() {
            answer
        } else if answer.is_zero() {
            Number::zero(answer.negative, 0)
        } else {
            answer.stripped(self.zero_exponent_max())
        }
    }

    /// The largest number below `a`.
    #[must_use]
    pub fn next_minus(&self, a: &Number, status: &mut Status) -> Number {
        self.neighbour(a, true, status)
    }

    /// The smallest number above `a`.
    #[must_use]
    pub fn next_plus(&self, a: &Number, status: &mut Status) -> Number {
        self.neighbour(a, false, status)
    }

    fn neighbour(&self, a: &Number, below: bool, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return if a.negative == below {
                a.clone()
            } else {
                self.largest(a.negative, status)
            };
        }
        let directed = self.with_rounding(if below {
            Rounding::Floor
        } else {
            Rounding::Ceiling
        });
        let mut silent = Status::default();
        let rounded = directed.fix(a.clone(), &mut silent);
        let answer = if rounded.compare_values(a) != Ordering::Equal {
            rounded
        } else {
            let step = Number::unit(below, directed.etiny() - 1);
            directed.add(a, &step, &mut silent)
        };
        status.raise(silent.0 & Status::MALLOC_ERROR);
        answer
    }

    /// The number next to `a` in the direction of `b`.
    #[must_use]
    pub fn next_toward(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return nan;
        }
        let answer = match a.compare_values(b) {
            Ordering::Equal => return a.with_sign(b.negative),
            Ordering::Less => self.next_plus(a, status),
            Ordering::Greater => self.next_minus(a, status),
        };
        if answer.is_infinite() {
            status.raise(Status::OVERFLOW | Status::INEXACT | Status::ROUNDED);
        } else if answer.is_finite() && (answer.is_zero() || answer.adjusted() < self.emin) {
            status.raise(Status::UNDERFLOW | Status::SUBNORMAL | Status::INEXACT | Status::ROUNDED);
            if answer.is_zero() {
                status.raise(Status::CLAMPED);
            }
        }
        answer
    }

    /// The exponent of the leading digit, as a number.
    #[must_use]
    pub fn logb(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return Number::infinity(false);
        }
        if a.is_zero() {
            status.raise(Status::DIVISION_BY_ZERO);
            return Number::infinity(true);
        }
        self.fix(Number::small(a.adjusted()), status)
    }

    /// `a` with `b` added to its exponent.
    #[must_use]
    pub fn scaleb(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_of(&[a, b], status) {
            return nan;
        }
        let most = 2 * (self.emax + self.prec);
        let Some(scale) = b.to_small().filter(|n| (-most..=most).contains(n)) else {
            return status.invalid(Status::INVALID_OPERATION);
        };
        if a.is_infinite() {
            return a.clone();
        }
        let scaled = Number::new(a.negative, a.coefficient.clone(), a.exponent + scale);
        self.fix(scaled, status)
    }
}
