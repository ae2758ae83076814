//! Numbers from and to text.

use malachite_bigint::BigUint;
use num_traits::Zero;

use crate::context::{Context, Status};
use crate::number::{Kind, Number};

/// Exponents that are written larger are this large: all are beyond any context, and sums of two still fit.
const EXPONENT_BOUND: i64 = 4_000_000_000_000_000_000;

/// No exponent is larger once the whole text is read: CPython's library stops there (`MPD_EXP_INF`), which is beyond its largest
/// context, and within what `_unsafe_setemax` allows with 32 bits.
const LARGEST_EXPONENT: i64 = if usize::BITS == 64 {
    2_000_000_000_000_000_001
} else {
    1_000_000_001
};

/// How a text becomes a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// With all its digits; what does not fit the largest context is refused.
    Exact,
    /// Rounded to the context.
    Rounded,
}

impl Number {
    /// Reads a numeric string of the specification, in ASCII and without spaces around it; None if it is none.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (negative, rest) = match text.first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            return Self::parse_special(negative, rest);
        }
        let whole = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let mut end = whole;
        let mut digits = std::borrow::Cow::Borrowed(&rest[..whole]);
        let mut exponent = 0_i64;
        if rest.get(end) == Some(&b'.') {
            let fraction = &rest[end + 1..];
            let length = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
            digits.to_mut().extend_from_slice(&fraction[..length]);
            exponent = -i64::try_from(length).ok()?;
            end += 1 + length;
        }
        if digits.is_empty() {
            return None;
        }
        if let Some(b'e' | b'E') = rest.get(end) {
            let written = &rest[end + 1..];
            let (minus, written) = match written.first() {
                Some(b'-') => (true, &written[1..]),
                Some(b'+') => (false, &written[1..]),
                _ => (false, written),
            };
            if written.is_empty() || !written.iter().all(u8::is_ascii_digit) {
                return None;
            }
            let value = written.iter().fold(0_i64, |value, digit| {
                let longer = value
                    .saturating_mul(10)
                    .saturating_add(i64::from(digit - b'0'));
                longer.min(EXPONENT_BOUND)
            });
            exponent += if minus { -value } else { value };
        } else if end != rest.len() {
            return None;
        }
        let exponent = exponent.min(LARGEST_EXPONENT);
        Some(Self::new(negative, coefficient_of(&digits)?, exponent))
    }

    fn parse_special(negative: bool, rest: &[u8]) -> Option<Self> {
        if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
            return Some(Self::infinity(negative));
        }
        let signaling = rest[0].eq_ignore_ascii_case(&b's');
        let rest = &rest[usize::from(signaling)..];
        let (word, payload) = rest.split_at_checked(3)?;
        if !word.eq_ignore_ascii_case(b"nan") || !payload.iter().all(u8::is_ascii_digit) {
            return None;
        }
        Some(Self {
            negative,
            kind: if signaling {
                Kind::Signaling
            } else {
                Kind::Quiet
            },
            exponent: 0,
            coefficient: if payload.is_empty() {
                BigUint::zero()
            } else {
                coefficient_of(payload)?
            },
        })
    }

    /// The number in scientific notation, or in engineering notation, whose exponents are multiples of three. `capitals`
    /// says how the exponent's letter is written.
    #[must_use]
    pub fn to_text(&self, engineering: bool, capitals: bool) -> String {
        let sign = if self.negative { "-" } else { "" };
        let payload = || {
            if self.coefficient.is_zero() {
                String::new()
            } else {
                self.coefficient.to_str_radix(10)
            }
        };
        match self.kind {
            Kind::Infinite => return format!("{sign}Infinity"),
            Kind::Quiet => return format!("{sign}NaN{}", payload()),
            Kind::Signaling => return format!("{sign}sNaN{}", payload()),
            Kind::Finite => {}
        }
        let digits = self.coefficient.to_str_radix(10);
        let length = digits.len() as i64;
        let left = self.exponent + length;
        let point = if self.exponent <= 0 && left > -6 {
            left
        } else if !engineering {
            1
        } else if self.coefficient.is_zero() {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        let mut text = String::with_capacity(digits.len() + 8);
        text.push_str(sign);
        if point <= 0 {
            text.push_str("0.");
            text.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
            text.push_str(&digits);
        } else if point >= length {
            text.push_str(&digits);
            text.extend(std::iter::repeat_n('0', (point - length) as usize));
        } else {
            let (whole, fraction) = digits.split_at(point as usize);
            text.push_str(whole);
            text.push('.');
            text.push_str(fraction);
        }
        if left != point {
            text.push(if capitals { 'E' } else { 'e' });
            let exponent = left - point;
            if exponent >= 0 {
                text.push('+');
            }
            text.push_str(&exponent.to_string());
        }
        text
    }
}

/// Digits as a coefficient.
fn coefficient_of(digits: &[u8]) -> Option<BigUint> {
    if digits.len() <= 19 {
        let small = digits
            .iter()
            .fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        return Some(BigUint::from(small));
    }
    BigUint::parse_bytes(digits, 10)
}

impl Context {
    /// A text as a number; a NaN and a condition if it is none.
    #[must_use]
    pub fn read(&self, text: &[u8], conversion: Conversion, status: &mut Status) -> Number {
        match Number::parse(text) {
            Some(number) => self.convert(number, conversion, status),
            None => status.invalid(Status::CONVERSION_SYNTAX),
        }
    }

    /// A number from elsewhere, rounded to the context or kept as it is.
    #[must_use]
    pub fn convert(&self, number: Number, conversion: Conversion, status: &mut Status) -> Number {
        match conversion {
            Conversion::Rounded => {
                let room = self.prec - i64::from(self.clamp);
                if number.is_nan() && !number.coefficient.is_zero() && number.digits() > room {
                    return status.invalid(Status::CONVERSION_SYNTAX);
                }
                self.fix(number, status)
            }
            Conversion::Exact => {
                let mut met = Status::default();
                let number = Self::MAX.fix(number, &mut met);
                if met.has(Status::INEXACT | Status::ROUNDED | Status::CLAMPED) {
                    return status.invalid(Status::INVALID_OPERATION);
                }
                number
            }
        }
    }
}
