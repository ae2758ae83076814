//! General Decimal Arithmetic (Cowlishaw's specification 1.70), as Python's `decimal` module has it.
//!
//! A [`Number`] is a sign, a coefficient and an exponent of ten, or an infinity or a NaN. Operations are methods of
//! [`Context`], which says how results are rounded, and report what happened in a [`Status`]; whether that raises is for
//! the caller to decide. Where the specification leaves a choice, CPython's `_pydecimal` has made it.
//!
//! Coefficients are binary integers of the library that the interpreter's `int` uses, so a conversion from and to `int`
//! copies, and large numbers multiply and divide in less than quadratic time.

mod arithmetic;
mod compare;
mod context;
mod digitwise;
mod divide;
mod elementary;
mod exact_power;
mod format;
mod integers;
mod number;
mod power;
mod round;
mod shape;
mod text;

pub use context::{Context, LIMITS, Limits, Rounding, Status};
pub use format::{FormatError, Spec};
pub use integers::LIMIT_DIGITS;
pub use malachite_bigint::{BigInt, BigUint, Sign};
pub use number::{Kind, Number};
pub use text::Conversion;
