//! Making results fit: rounding, overflow, underflow, clamping.

use malachite_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, Zero};

use crate::context::{Context, Rounding, Status};
use crate::integers::{LIMIT_DIGITS, digits, split_pow10, strip_zeros, times_pow10, with_pow10};
use crate::number::{Kind, Number};

/// The coefficient without its last `drop` digits, rounded, and whether what went was not zero.
pub(crate) fn drop_digits(
    coefficient: &BigUint,
    drop: u64,
    negative: bool,
    rounding: Rounding,
) -> (BigUint, bool) {
    use std::cmp::Ordering::{Equal, Greater, Less};
    if coefficient.is_zero() {
        return (BigUint::zero(), false);
    }
    // Beyond all digits there is less than half a unit.
    let (mut quotient, half) = if drop > digits(coefficient).unsigned_abs() {
        (BigUint::zero(), Less)
    } else {
        let (quotient, remainder) = split_pow10(coefficient, drop);
        if remainder.is_zero() {
            return (quotient, false);
        }
        let twice: BigUint = remainder << 1_u32;
        (quotient, with_pow10(drop, |unit| twice.cmp(unit)))
    };
    let up = match rounding {
        Rounding::Up => true,
        Rounding::Down => false,
        Rounding::Ceiling => !negative,
        Rounding::Floor => negative,
        Rounding::HalfUp => half != Less,
        Rounding::HalfDown => half == Greater,
        Rounding::HalfEven => half == Greater || half == Equal && quotient.is_odd(),
        Rounding::ZeroFiveUp => (&quotient % 5_u32).is_zero(),
    };
    if up {
        quotient += 1_u32;
    }
    (quotient, true)
}

impl Context {
    /// The number made to fit: the last step of most operations.
    #[must_use]
    pub fn fix(&self, number: Number, status: &mut Status) -> Number {
        match number.kind {
            Kind::Finite if number.coefficient.is_zero() => self.fix_zero(number, status),
            Kind::Finite => self.fix_finite(number, status),
            Kind::Infinite => number,
            Kind::Quiet | Kind::Signaling => self.fix_nan(number),
        }
    }

    /// A NaN's diagnostic information cut to what the context holds.
    pub(crate) fn fix_nan(&self, mut number: Number) -> Number {
        let most = self.prec - i64::from(self.clamp);
        if !number.coefficient.is_zero() && number.digits() > most {
            number.coefficient = if most == 0 {
                BigUint::zero()
            } else {
                split_pow10(&number.coefficient, most.unsigned_abs()).1
            };
        }
        number
    }

    fn fix_zero(&self, mut number: Number, status: &mut Status) -> Number {
        let exponent = number
            .exponent
            .clamp(self.etiny(), self.zero_exponent_max().max(self.etiny()));
        if exponent != number.exponent {
            status.raise(Status::CLAMPED);
            number.exponent = exponent;
        }
        number
    }

    fn fix_finite(&self, mut number: Number, status: &mut Status) -> Number {
        let (etiny, etop) = (self.etiny(), self.etop());
        let mut least = number.digits() + number.exponent - self.prec;
        if least > etop {
            return self.overflow(number.negative, status);
        }
        let subnormal = least < etiny;
        if subnormal {
            least = etiny;
            status.raise(Status::SUBNORMAL);
        }
        if number.exponent < least {
            let drop = (least - number.exponent).unsigned_abs();
            let (mut coefficient, inexact) =
                drop_digits(&number.coefficient, drop, number.negative, self.rounding);
            if digits(&coefficient) > self.prec {
                // Rounded up to a power of ten.
                coefficient = split_pow10(&coefficient, 1).0;
                least += 1;
            }
            status.raise(Status::ROUNDED);
            if inexact {
                status.raise(Status::INEXACT);
                if subnormal {
                    status.raise(Status::UNDERFLOW);
                }
            }
            if least > etop {
                return self.overflow(number.negative, status);
            }
            if coefficient.is_zero() {
                status.raise(Status::CLAMPED);
            }
            return Number::new(number.negative, coefficient, least);
        }
        if self.clamp && number.exponent > etop {
            let zeros = number.exponent - etop;
            if zeros > LIMIT_DIGITS {
                return status.invalid(Status::MALLOC_ERROR);
            }
            status.raise(Status::CLAMPED);
            number.coefficient = times_pow10(&number.coefficient, zeros.unsigned_abs());
            number.exponent = etop;
        }
        number
    }

    /// What stands for a result that is too large.
    fn overflow(&self, negative: bool, status: &mut Status) -> Number {
        status.raise(Status::OVERFLOW | Status::INEXACT | Status::ROUNDED);
        let infinite = match self.rounding {
            Rounding::Up | Rounding::HalfUp | Rounding::HalfDown | Rounding::HalfEven => true,
            Rounding::Down | Rounding::ZeroFiveUp => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
        };
        if infinite {
            Number::infinity(negative)
        } else {
            self.largest(negative, status)
        }
    }

    /// The largest finite number.
    pub(crate) fn largest(&self, negative: bool, status: &mut Status) -> Number {
        if self.prec > LIMIT_DIGITS {
            return status.invalid(Status::MALLOC_ERROR);
        }
        let nines = with_pow10(self.prec.unsigned_abs(), |power| power - 1_u32);
        Number::new(negative, nines, self.etop())
    }
}

impl Number {
    /// The number with another exponent, rounded if digits are lost; what is not finite as it is.
    ///
    /// The boolean says whether the value has changed. `None` if there would be too many digits.
    pub(crate) fn rescaled(&self, exponent: i64, rounding: Rounding) -> Option<(Self, bool)> {
        if !self.is_finite() {
            return Some((self.clone(), false));
        }
        if self.coefficient.is_zero() {
            return Some((Self::zero(self.negative, exponent), false));
        }
        if self.exponent >= exponent {
            let zeros = self.exponent - exponent;
            if zeros > LIMIT_DIGITS {
                return None;
            }
            let coefficient = times_pow10(&self.coefficient, zeros.unsigned_abs());
            return Some((Self::new(self.negative, coefficient, exponent), false));
        }
        let drop = (exponent - self.exponent).unsigned_abs();
        let (coefficient, inexact) = drop_digits(&self.coefficient, drop, self.negative, rounding);
        Some((Self::new(self.negative, coefficient, exponent), inexact))
    }

    /// The number rounded to `places` significant digits, for formatting.
    pub(crate) fn rounded_to(&self, places: i64, rounding: Rounding) -> Option<Self> {
        if self.coefficient.is_zero() || !self.is_finite() {
            return Some(self.clone());
        }
        let (answer, _) = self.rescaled(self.adjusted() + 1 - places, rounding)?;
        if answer.adjusted() == self.adjusted() {
            return Some(answer);
        }
        // Rounded up to a power of ten.
        answer
            .rescaled(answer.adjusted() + 1 - places, rounding)
            .map(|(answer, _)| answer)
    }

    /// The number without zeros at its end, at most up to `exponent`.
    pub(crate) fn stripped(mut self, exponent: i64) -> Self {
        let (coefficient, count) = strip_zeros(self.coefficient, exponent - self.exponent);
        self.coefficient = coefficient;
        self.exponent += count;
        self
    }

    /// One unit at `exponent`.
    pub(crate) fn unit(negative: bool, exponent: i64) -> Self {
        Self::new(negative, BigUint::one(), exponent)
    }
}
