//! Contexts, rounding modes and conditions.

use crate::number::Number;

/// How a result that does not fit is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Rounding {
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards positive infinity.
    Ceiling,
    /// Towards negative infinity.
    Floor,
    /// To nearest, ties away from zero.
    HalfUp,
    /// To nearest, ties towards zero.
    HalfDown,
    /// To nearest, ties to an even digit.
    HalfEven,
    /// Away from zero if the last digit would be 0 or 5, else towards zero.
    ZeroFiveUp,
}

impl Rounding {
    /// All modes with their names in Python.
    pub const NAMES: [(Self, &'static str); 8] = [
        (Self::Up, "ROUND_UP"),
        (Self::Down, "ROUND_DOWN"),
        (Self::Ceiling, "ROUND_CEILING"),
        (Self::Floor, "ROUND_FLOOR"),
        (Self::HalfUp, "ROUND_HALF_UP"),
        (Self::HalfDown, "ROUND_HALF_DOWN"),
        (Self::HalfEven, "ROUND_HALF_EVEN"),
        (Self::ZeroFiveUp, "ROUND_05UP"),
    ];

    /// The mode of a name in Python.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(mode, _)| *mode)
    }

    /// The name in Python.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].1
    }
}

/// Conditions that operations have met, one bit each. The bits are those of libmpdec, so that whoever orders conditions by
/// their bits gets the order that CPython prints them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status(pub u32);

impl Status {
    /// A zero's exponent was adjusted, or a coefficient padded, to fit the context.
    pub const CLAMPED: u32 = 1;
    /// A text is no number.
    pub const CONVERSION_SYNTAX: u32 = 1 << 1;
    /// A finite number was divided by zero.
    pub const DIVISION_BY_ZERO: u32 = 1 << 2;
    /// The integer quotient has more digits than the precision.
    pub const DIVISION_IMPOSSIBLE: u32 = 1 << 3;
    /// Zero was divided by zero.
    pub const DIVISION_UNDEFINED: u32 = 1 << 4;
    /// The result is not exact.
    pub const INEXACT: u32 = 1 << 6;
    /// The context cannot be used.
    pub const INVALID_CONTEXT: u32 = 1 << 7;
    /// The operation has no meaningful result.
    pub const INVALID_OPERATION: u32 = 1 << 8;
    /// The result would not fit into memory.
    pub const MALLOC_ERROR: u32 = 1 << 9;
    /// A float was mixed with decimals.
    pub const FLOAT_OPERATION: u32 = 1 << 10;
    /// The result is too large for the context.
    pub const OVERFLOW: u32 = 1 << 11;
    /// Digits were discarded, if only zeros.
    pub const ROUNDED: u32 = 1 << 12;
    /// The result is below the normal range.
    pub const SUBNORMAL: u32 = 1 << 13;
    /// The result is subnormal and inexact.
    pub const UNDERFLOW: u32 = 1 << 14;
    /// What the signal `InvalidOperation` stands for.
    pub const IEEE_INVALID_OPERATION: u32 = Self::CONVERSION_SYNTAX
        | Self::DIVISION_IMPOSSIBLE
        | Self::DIVISION_UNDEFINED
        | 1 << 5
        | Self::INVALID_CONTEXT
        | Self::INVALID_OPERATION
        | Self::MALLOC_ERROR;

    /// Adds conditions.
    pub fn raise(&mut self, conditions: u32) {
        self.0 |= conditions;
    }

    /// Whether one of the conditions has been met.
    #[must_use]
    pub fn has(self, conditions: u32) -> bool {
        self.0 & conditions != 0
    }

    /// Adds the condition and gives the NaN that stands for a result.
    pub(crate) fn invalid(&mut self, condition: u32) -> Number {
        self.raise(condition);
        Number::NAN
    }
}

/// How far contexts may go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest precision, in digits.
    pub prec: i64,
    /// The largest exponent of the leading digit.
    pub emax: i64,
    /// The smallest exponent of the leading digit of a normal number.
    pub emin: i64,
}

/// The limits of CPython on a machine of this word size.
pub const LIMITS: Limits = if usize::BITS == 64 {
    Limits {
        prec: 999_999_999_999_999_999,
        emax: 999_999_999_999_999_999,
        emin: -999_999_999_999_999_999,
    }
} else {
    Limits {
        prec: 425_000_000,
        emax: 425_000_000,
        emin: -425_000_000,
    }
};

/// What results are made to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The number of digits of a coefficient, at least 1.
    pub prec: i64,
    /// What happens to digits beyond the precision.
    pub rounding: Rounding,
    /// The smallest exponent of the leading digit of a normal number; not positive.
    pub emin: i64,
    /// The largest exponent of the leading digit; not negative.
    pub emax: i64,
    /// Whether the exponent is kept at or below [`Context::etop`] by zeros at the end of the coefficient (IEEE formats).
    pub clamp: bool,
}

impl Context {
    /// As large as possible: for conversions that must be exact.
    pub const MAX: Self = Self {
        prec: LIMITS.prec,
        rounding: Rounding::HalfEven,
        emin: LIMITS.emin,
        emax: LIMITS.emax,
        clamp: false,
    };

    /// The smallest exponent of a coefficient's last digit.
    #[must_use]
    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    /// The largest exponent of a coefficient's last digit that leaves room for all digits.
    #[must_use]
    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    /// The largest exponent that a zero may have.
    pub(crate) fn zero_exponent_max(&self) -> i64 {
        if self.clamp { self.etop() } else { self.emax }
    }

    pub(crate) fn with_rounding(&self, rounding: Rounding) -> Self {
        Self { rounding, ..*self }
    }
}
