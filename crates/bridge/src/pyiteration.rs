//! Iteration of Python objects by JavaScript: `next`, `throw` and `return`, synchronous and asynchronous.

use rustpython_vm::builtins::{PyBaseException, PyBaseExceptionRef, PyGenerator};
use rustpython_vm::protocol::{PyIter, PyIterReturn};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::JsCast;

use crate::error;
use crate::proxy::JsProxy;

/// What an operation gives.
pub(crate) enum Step {
    /// A value, of an iteration that goes on or of something else.
    Next(PyObjectRef),
    /// The value with which an iteration ends.
    Done(PyObjectRef),
}

/// Operation 13 and 17 to 23 of `js/lent.js`.
pub(crate) fn operate(
    vm: &VirtualMachine,
    object: &PyObjectRef,
    operation: u32,
    value: PyObjectRef,
) -> PyResult<Step> {
    match operation {
        13 => next(vm, object),
        17 => send(vm, object, value),
        18 => {
            let error = exception(vm, value)?;
            stopped(vm, vm.call_method(object, "throw", (error,)))
        }
        19 => close(vm, object, value),
        20 => awaitable(vm, object, "__aiter__"),
        21 if vm.get_attribute_opt(object, "asend")?.is_some() => {
            vm.call_method(object, "asend", (value,)).map(Step::Next)
        }
        21 => awaitable(vm, object, "__anext__"),
        22 => {
            let error = exception(vm, value)?;
            vm.call_method(object, "athrow", (error,)).map(Step::Next)
        }
        _ => {
            let exit = vm.ctx.exceptions.generator_exit.to_owned();
            vm.call_method(object, "athrow", (exit,)).map(Step::Next)
        }
    }
}

fn next(vm: &VirtualMachine, object: &PyObjectRef) -> PyResult<Step> {
    Ok(match PyIter::new(object.clone()).next(vm)? {
        PyIterReturn::Return(value) => Step::Next(value),
        PyIterReturn::StopIteration(value) => Step::Done(value.unwrap_or_else(|| vm.ctx.none())),
    })
}

/// As `PyIter_Send`: generators get the value, other iterators only if it is not None and they have `send`.
fn send(vm: &VirtualMachine, object: &PyObjectRef, value: PyObjectRef) -> PyResult<Step> {
    if vm.is_none(&value) && object.downcast_ref::<PyGenerator>().is_none() {
        return next(vm, object);
    }
    stopped(vm, vm.call_method(object, "send", (value,)))
}

/// GeneratorExit is raised in the generator; if it comes out again, the iteration ends with `value`.
fn close(vm: &VirtualMachine, object: &PyObjectRef, value: PyObjectRef) -> PyResult<Step> {
    let exit = vm.ctx.exceptions.generator_exit.to_owned();
    match vm.call_method(object, "throw", (exit,)) {
        Err(error) if error.fast_isinstance(vm.ctx.exceptions.generator_exit) => {
            Ok(Step::Done(value))
        }
        result => stopped(vm, result),
    }
}

/// StopIteration is the end, with the value that it carries.
fn stopped(vm: &VirtualMachine, result: PyResult) -> PyResult<Step> {
    match result {
        Ok(value) => Ok(Step::Next(value)),
        Err(error) if error.fast_isinstance(vm.ctx.exceptions.stop_iteration) => {
            Ok(Step::Done(error.as_object().get_attr("value", vm)?))
        }
        Err(error) => Err(error),
    }
}

fn awaitable(vm: &VirtualMachine, object: &PyObject, method: &'static str) -> PyResult<Step> {
    let name = vm.ctx.intern_str(method);
    let Some(method) = object.class().get_attr(name) else {
        return Err(vm.new_type_error(format!(
            "'{}' object is not an async {}",
            object.class().name(),
            if method == "__aiter__" {
                "iterable"
            } else {
                "iterator"
            }
        )));
    };
    method.call((object.to_owned(),), vm).map(Step::Next)
}

/// What may be raised: an exception, or an error of JavaScript.
fn exception(vm: &VirtualMachine, value: PyObjectRef) -> PyResult<PyBaseExceptionRef> {
    if let Some(proxy) = value.downcast_ref::<JsProxy>() {
        let thrown = proxy.handle().value();
        if thrown.is_instance_of::<js_sys::Error>() {
            return Ok(error::from_js_value(vm, &thrown));
        }
    }
    value.downcast::<PyBaseException>().map_err(|other| {
        vm.new_type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            other.class().name()
        ))
    })
}
