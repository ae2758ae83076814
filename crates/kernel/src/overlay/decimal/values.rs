//! Python's values as numbers.

use std::borrow::Cow;
use std::ops::Deref;

use krait_decimal::{Context, Conversion, FormatError, Number, Rounding, Status};
use rustpython_vm::builtins::{
    PyBaseExceptionRef, PyComplex, PyFloat, PyInt, PyList, PyStr, PyTuple,
};
use rustpython_vm::{Py, PyObject, PyResult, VirtualMachine};

use super::native::{PyContext, PyDecimal};
use super::session::report;
use crate::state;

/// An operand of arithmetic.
pub(super) enum Operand<'a> {
    /// Of a decimal.
    Borrowed(&'a Number),
    /// Of an integer.
    Owned(Number),
}

impl<'a> Operand<'a> {
    /// Decimals and integers; None for all else.
    pub(super) fn of(object: &'a PyObject) -> Option<Self> {
        if let Some(decimal) = object.downcast_ref::<PyDecimal>() {
            return Some(Self::Borrowed(&decimal.number));
        }
        let int = object.downcast_ref::<PyInt>()?;
        Some(Self::Owned(Number::from_int(int.as_bigint())))
    }
}

impl Deref for Operand<'_> {
    type Target = Number;

    fn deref(&self) -> &Number {
        match self {
            Self::Borrowed(number) => number,
            Self::Owned(number) => number,
        }
    }
}

/// The number of a decimal.
pub(super) fn number_of<'a>(object: &'a PyObject, vm: &VirtualMachine) -> PyResult<&'a Number> {
    object
        .downcast_ref::<PyDecimal>()
        .map(|decimal| &decimal.number)
        .ok_or_else(|| vm.new_type_error("a Decimal is required"))
}

/// `TypeError` for what is neither a decimal nor an integer.
pub(super) fn not_convertible(object: &PyObject, vm: &VirtualMachine) -> PyBaseExceptionRef {
    vm.new_type_error(format!(
        "conversion from {} to Decimal is not supported",
        object.class().name()
    ))
}

/// The value of a float or an integer.
pub(super) fn of_float_or_int(object: &PyObject) -> Option<Number> {
    if let Some(int) = object.downcast_ref::<PyInt>() {
        return Some(Number::from_int(int.as_bigint()));
    }
    let float = object.downcast_ref::<PyFloat>()?;
    Some(Number::from_float(float.to_f64()))
}

/// A value as the constructor takes it: with all digits.
pub(super) fn exact(
    object: &PyObject,
    context: &Py<PyContext>,
    vm: &VirtualMachine,
) -> PyResult<Number> {
    let mut status = Status::default();
    let number = if let Some(text) = object.downcast_ref::<PyStr>() {
        let text = numeric_text(text, true);
        Context::MAX.read(text.as_bytes(), Conversion::Exact, &mut status)
    } else {
        convert(object, context, Conversion::Exact, &mut status, vm)?
    };
    report(context, status, vm)?;
    Ok(number)
}

/// A value as `create_decimal` takes it: rounded.
pub(super) fn rounded(
    object: &PyObject,
    context: &Py<PyContext>,
    vm: &VirtualMachine,
) -> PyResult<Number> {
    let mut status = Status::default();
    let number = if let Some(text) = object.downcast_ref::<PyStr>() {
        let text = numeric_text(text, false);
        let arithmetic = context.context.get();
        arithmetic.read(text.as_bytes(), Conversion::Rounded, &mut status)
    } else {
        convert(object, context, Conversion::Rounded, &mut status, vm)?
    };
    report(context, status, vm)?;
    Ok(number)
}

/// What is no text.
fn convert(
    object: &PyObject,
    context: &Py<PyContext>,
    conversion: Conversion,
    status: &mut Status,
    vm: &VirtualMachine,
) -> PyResult<Number> {
    let arithmetic = context.context.get();
    if let Some(decimal) = object.downcast_ref::<PyDecimal>() {
        return Ok(match conversion {
            Conversion::Exact => decimal.number.clone(),
            Conversion::Rounded => arithmetic.convert(decimal.number.clone(), conversion, status),
        });
    }
    if let Some(number) = of_float_or_int(object) {
        if object.downcast_ref::<PyFloat>().is_some() {
            report(context, Status(Status::FLOAT_OPERATION), vm)?;
        }
        return Ok(arithmetic.convert(number, conversion, status));
    }
    if object.downcast_ref::<PyTuple>().is_some() || object.downcast_ref::<PyList>().is_some() {
        let text_of_tuple = state::current().decimal.classes(vm)?.text_of_tuple.clone();
        let text = text_of_tuple.call((object.to_owned(),), vm)?;
        let text = text.str(vm)?;
        let text = text.to_string_lossy();
        return Ok(arithmetic.read(text.as_bytes(), conversion, status));
    }
    Err(not_convertible(object, vm))
}

/// A numeric string in ASCII. White space around it and underscores go if `lenient`; what cannot be a number's becomes a
/// character that no number has.
fn numeric_text(text: &PyStr, lenient: bool) -> Cow<'_, str> {
    let Some(text) = text.to_str() else {
        return Cow::Borrowed("?");
    };
    // A NUL would end the text for whoever takes it for a C string.
    let trimmed = if lenient {
        text.trim_matches(|c: char| c.is_whitespace() || ('\x1c'..='\x1f').contains(&c))
    } else {
        text
    };
    let ascii = rustpython_common::str::transform_decimal_and_space_to_ascii(trimmed);
    if lenient && ascii.contains('_') {
        return Cow::Owned(ascii.replace('_', ""));
    }
    ascii
}

/// Both sides of a comparison as numbers; None if the other one is of no class that can be compared.
pub(super) fn comparable<'a>(
    number: &'a Number,
    other: &'a PyObject,
    equality: bool,
    context: &Py<PyContext>,
    vm: &VirtualMachine,
) -> PyResult<Option<(Operand<'a>, Operand<'a>)>> {
    if let Some(other) = Operand::of(other) {
        return Ok(Some((Operand::Borrowed(number), other)));
    }
    let float = match other.downcast_ref::<PyComplex>() {
        Some(complex) if equality && complex.to_complex64().im == 0.0 => {
            Some(complex.to_complex64().re)
        }
        Some(_) => return Ok(None),
        None => other.downcast_ref::<PyFloat>().map(|float| float.to_f64()),
    };
    if let Some(float) = float {
        if equality {
            let flags = context.flags.get();
            context.flags.set(flags | Status::FLOAT_OPERATION);
        } else {
            report(context, Status(Status::FLOAT_OPERATION), vm)?;
        }
        let other = Number::from_float(float);
        return Ok(Some((Operand::Borrowed(number), Operand::Owned(other))));
    }
    let rational = state::current().decimal.classes(vm)?.rational.clone();
    let parts = rational.call((other.to_owned(),), vm)?;
    let Some(parts) = parts.downcast_ref::<PyTuple>() else {
        return Ok(None);
    };
    let part = |index: usize| {
        let part = parts.as_slice().get(index)?.downcast_ref::<PyInt>()?;
        Some(Number::from_int(part.as_bigint()))
    };
    let (Some(numerator), Some(denominator)) = (part(0), part(1)) else {
        return Ok(None);
    };
    let mut scaled = number.clone();
    if scaled.is_finite() {
        scaled.coefficient *= denominator.coefficient;
    }
    Ok(Some((Operand::Owned(scaled), Operand::Owned(numerator))))
}

/// Refuses infinities and NaNs where an integer is wanted.
pub(super) fn check_convertible(
    number: &Number,
    wanted: &str,
    vm: &VirtualMachine,
) -> PyResult<()> {
    if number.is_nan() {
        return Err(vm.new_value_error(format!("cannot convert NaN to {wanted}")));
    }
    if number.is_infinite() {
        return Err(vm.new_overflow_error(format!("cannot convert Infinity to {wanted}")));
    }
    Ok(())
}

/// A rounding mode by its name.
pub(super) fn rounding(object: &PyObject, vm: &VirtualMachine) -> PyResult<Rounding> {
    object
        .downcast_ref::<PyStr>()
        .and_then(|name| name.to_str())
        .and_then(Rounding::from_name)
        .ok_or_else(|| {
            vm.new_type_error(
                "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   \
                 ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
            )
        })
}

/// The exception of a format specifier.
pub(super) fn format_error(
    error: FormatError,
    spec: &str,
    vm: &VirtualMachine,
) -> PyBaseExceptionRef {
    match error {
        FormatError::Invalid => vm.new_value_error(format!("Invalid format specifier: {spec}")),
        FormatError::Memory => {
            vm.new_memory_error("the formatted number would not fit into memory")
        }
    }
}
