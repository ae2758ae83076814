//! Decimal numbers.

use malachite_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

use crate::Context;
use crate::integers::{self, LIMIT_DIGITS, digits, pow10, power, signed, split_pow10, times_pow10};

/// What sort of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `coefficient * 10^exponent`.
    Finite,
    /// An infinity.
    Infinite,
    /// A NaN that operations pass on.
    Quiet,
    /// A NaN that operations refuse.
    Signaling,
}

/// A decimal number. Numbers of equal value can differ: `1.0` keeps its zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Whether the sign is minus; zeros and NaNs have signs too.
    pub negative: bool,
    /// What sort of number it is.
    pub kind: Kind,
    /// The power of ten of the coefficient's last digit; 0 for numbers that are not finite.
    pub exponent: i64,
    /// The digits. Those of a NaN are its diagnostic information, 0 if it has none.
    pub coefficient: BigUint,
}

impl Number {
    /// NaN without a sign or diagnostic information.
    pub const NAN: Self = Self {
        negative: false,
        kind: Kind::Quiet,
        exponent: 0,
        coefficient: <BigUint as num_traits::ConstZero>::ZERO,
    };

    /// A finite number.
    #[must_use]
    pub fn new(negative: bool, coefficient: BigUint, exponent: i64) -> Self {
        Self {
            negative,
            kind: Kind::Finite,
            exponent,
            coefficient,
        }
    }

    /// An infinity.
    #[must_use]
    pub fn infinity(negative: bool) -> Self {
        Self {
            negative,
            kind: Kind::Infinite,
            ..Self::NAN
        }
    }

    /// Zero.
    #[must_use]
    pub fn zero(negative: bool, exponent: i64) -> Self {
        Self::new(negative, BigUint::zero(), exponent)
    }

    /// A small integer.
    #[must_use]
    pub fn small(value: i64) -> Self {
        Self::new(value < 0, BigUint::from(value.unsigned_abs()), 0)
    }

    /// An integer.
    #[must_use]
    pub fn from_int(value: &BigInt) -> Self {
        let negative = value.sign() == malachite_bigint::Sign::Minus;
        Self::new(negative, value.magnitude().clone(), 0)
    }

    /// The exact value of a float.
    #[must_use]
    pub fn from_float(value: f64) -> Self {
        let negative = value.is_sign_negative();
        if value.is_infinite() {
            return Self::infinity(negative);
        }
        if value.is_nan() {
            return Self {
                negative,
                ..Self::NAN
            };
        }
        let bits = value.to_bits();
        let stored = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0);
        let fraction = bits & ((1 << 52) - 1);
        let (mut mantissa, mut exponent) = if stored == 0 {
            (fraction, -1074)
        } else {
            (fraction | 1 << 52, stored - 1075)
        };
        if mantissa == 0 {
            return Self::zero(negative, 0);
        }
        let zeros = i64::from(mantissa.trailing_zeros()).min((-exponent).max(0));
        mantissa >>= zeros;
        exponent += zeros;
        let coefficient = BigUint::from(mantissa);
        if exponent >= 0 {
            Self::new(negative, coefficient << exponent as u64, 0)
        } else {
            let fives = power(5, exponent.unsigned_abs());
            Self::new(negative, coefficient * fives, exponent)
        }
    }

    /// Neither an infinity nor a NaN.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    /// An infinity.
    #[must_use]
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    /// A NaN of either sort.
    #[must_use]
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Quiet | Kind::Signaling)
    }

    /// A NaN that operations refuse.
    #[must_use]
    pub fn is_signaling(&self) -> bool {
        self.kind == Kind::Signaling
    }

    /// A zero of either sign.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coefficient.is_zero()
    }

    /// The number of digits of the coefficient, 1 for zero.
    #[must_use]
    pub fn digits(&self) -> i64 {
        digits(&self.coefficient)
    }

    /// The exponent of the leading digit; 0 for numbers that are not finite.
    #[must_use]
    pub fn adjusted(&self) -> i64 {
        if self.is_finite() {
            self.exponent + self.digits() - 1
        } else {
            0
        }
    }

    /// The same with the sign `negative`.
    #[must_use]
    pub fn with_sign(&self, negative: bool) -> Self {
        Self {
            negative,
            ..self.clone()
        }
    }

    /// Whether the value is an integer. Infinities are none.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.is_finite()
            && (self.exponent >= 0
                || self.coefficient.is_zero()
                || integers::strip_zeros(self.coefficient.clone(), -self.exponent).1
                    == -self.exponent)
    }

    /// Whether an integer is even.
    pub(crate) fn is_even(&self) -> bool {
        self.coefficient.is_zero()
            || self.exponent > 0
            || self.integer_part().is_some_and(|part| part.is_even())
    }

    /// Not subnormal, not zero, finite.
    #[must_use]
    pub fn is_normal(&self, context: &Context) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() >= context.emin
    }

    /// Below the normal range, but not zero.
    #[must_use]
    pub fn is_subnormal(&self, context: &Context) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() < context.emin
    }

    /// The name of the number's class.
    #[must_use]
    pub fn class(&self, context: &Context) -> &'static str {
        let name = match self.kind {
            Kind::Quiet => return "NaN",
            Kind::Signaling => return "sNaN",
            Kind::Infinite => "+Infinity",
            Kind::Finite if self.is_zero() => "+Zero",
            Kind::Finite if self.is_subnormal(context) => "+Subnormal",
            Kind::Finite => "+Normal",
        };
        if self.negative {
            match name {
                "+Infinity" => "-Infinity",
                "+Zero" => "-Zero",
                "+Subnormal" => "-Subnormal",
                _ => "-Normal",
            }
        } else {
            name
        }
    }

    /// The magnitude without its fraction; None if it has more than [`LIMIT_DIGITS`] digits, or the number is not finite.
    #[must_use]
    pub fn integer_part(&self) -> Option<BigUint> {
        if !self.is_finite() {
            None
        } else if self.exponent >= 0 {
            let fits = self.coefficient.is_zero() || self.adjusted() < LIMIT_DIGITS;
            fits.then(|| {
                let exponent = if self.coefficient.is_zero() {
                    0
                } else {
                    self.exponent
                };
                times_pow10(&self.coefficient, exponent.unsigned_abs())
            })
        } else if -self.exponent >= self.digits() {
            Some(BigUint::zero())
        } else {
            Some(split_pow10(&self.coefficient, self.exponent.unsigned_abs()).0)
        }
    }

    /// The value towards zero; None as for [`Number::integer_part`].
    #[must_use]
    pub fn to_int(&self) -> Option<BigInt> {
        self.integer_part().map(|part| signed(self.negative, part))
    }

    /// A small integer's value: None for what is not an integer with exponent 0, or large.
    pub(crate) fn to_small(&self) -> Option<i64> {
        if !self.is_finite() || self.exponent != 0 {
            return None;
        }
        let magnitude = self.coefficient.to_i64()?;
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// The closest float; infinities and quiet NaNs as they are.
    #[must_use]
    pub fn to_float(&self) -> f64 {
        let magnitude = match self.kind {
            Kind::Infinite => f64::INFINITY,
            Kind::Quiet | Kind::Signaling => f64::NAN,
            Kind::Finite => match self.coefficient.to_u64() {
                // Both are exact, so one rounding makes the closest float.
                Some(small) if small < 1 << 53 && (-22..=22).contains(&self.exponent) => {
                    let scale = 10_f64.powi(self.exponent.unsigned_abs() as i32);
                    if self.exponent < 0 {
                        small as f64 / scale
                    } else {
                        small as f64 * scale
                    }
                }
                _ => format!("{}e{}", self.coefficient, self.exponent)
                    .parse()
                    .unwrap_or(f64::NAN),
            },
        };
        if self.negative { -magnitude } else { magnitude }
    }

    /// Numerator and denominator in lowest terms; None as for [`Number::integer_part`].
    #[must_use]
    pub fn integer_ratio(&self) -> Option<(BigInt, BigUint)> {
        if self.is_zero() {
            return Some((BigInt::zero(), BigUint::one()));
        }
        if self.exponent >= 0 || !self.is_finite() {
            return Some((self.to_int()?, BigUint::one()));
        }
        if -self.exponent > LIMIT_DIGITS {
            return None;
        }
        let denominator = pow10(self.exponent.unsigned_abs());
        let common = self.coefficient.gcd(&denominator);
        Some((
            signed(self.negative, &self.coefficient / &common),
            denominator / common,
        ))
    }

    /// The hash of the value modulo the prime 2^61 - 1, as CPython's numbers have it; None for what is not finite.
    #[must_use]
    pub fn numeric_hash(&self) -> Option<i64> {
        const PRIME: u128 = (1 << 61) - 1;
        /// The inverse of 10.
        const TENTH: u128 = 2_075_258_708_292_324_556;
        if !self.is_finite() {
            return None;
        }
        let mut base = if self.exponent >= 0 { 10 } else { TENTH };
        let mut exponent = self.exponent.unsigned_abs();
        let mut scale = 1;
        while exponent > 0 {
            if exponent & 1 == 1 {
                scale = scale * base % PRIME;
            }
            base = base * base % PRIME;
            exponent >>= 1;
        }
        let reduced = (&self.coefficient % (PRIME as u64)).to_u64().unwrap_or(0);
        let hash = (u128::from(reduced) * scale % PRIME) as i64;
        Some(match if self.negative { -hash } else { hash } {
            -1 => -2,
            hash => hash,
        })
    }
}
