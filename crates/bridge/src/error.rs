//! Exceptions across the boundary, both ways and back.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::OnceCell;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyStr, PyStrInterned, PyTypeRef};
use rustpython_vm::function::PySetterValue;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::cell::{self, Cell, Tag};
use crate::convert::Raised;
use crate::handle::Handle;
use crate::proxy::{self, JsProxy};
use crate::ways::{self, Way};
use crate::{convert, glue, table};

/// The class of errors, and names that every exception needs.
struct Known {
    js_exception: PyTypeRef,
    js_error: &'static PyStrInterned,
    last: [&'static PyStrInterned; 4],
}

thread_local! {
    static KNOWN: OnceCell<Known> = const { OnceCell::new() };
}

fn with_known<R>(vm: &VirtualMachine, f: impl FnOnce(&Known) -> R) -> R {
    let make = || Known {
        js_exception: vm
            .ctx
            .new_exception_type("pyodide.ffi", "JsException", None),
        js_error: vm.ctx.intern_str("js_error"),
        last: ["last_exc", "last_value", "last_type", "last_traceback"]
            .map(|name| vm.ctx.intern_str(name)),
    };
    KNOWN.with(|known| f(known.get_or_init(make)))
}

/// `pyodide.ffi.JsException`: something that JavaScript threw.
pub(crate) fn js_exception_class(vm: &VirtualMachine) -> PyTypeRef {
    with_known(vm, |known| known.js_exception.clone())
}

/// Whether an object is something that JavaScript threw.
pub(crate) fn is_js_exception(vm: &VirtualMachine, value: &PyObject) -> bool {
    with_known(vm, |known| {
        value.class().fast_issubclass(&known.js_exception)
    })
}

/// The Python exception for a value that JavaScript threw.
pub(crate) fn from_js(vm: &VirtualMachine, thrown: Handle) -> PyBaseExceptionRef {
    let tag = glue::error_text(thrown.index());
    let flags = cell::read(1).length;
    let text = convert::result(vm, tag);
    let text = text.unwrap_or_else(|_| vm.ctx.empty_str.to_owned().into());
    made_of(vm, thrown, flags, text)
}

/// The exception for a thrown value whose flags and text are known.
pub(crate) fn made_of(
    vm: &VirtualMachine,
    thrown: Handle,
    flags: u32,
    text: PyObjectRef,
) -> PyBaseExceptionRef {
    if let Some(last) = last_exception(vm)
        && let Some(error) = js_error_of(vm, last.as_object())
        && glue::same(error.index(), thrown.index())
    {
        return last;
    }
    let exception = vm.new_exception(js_exception_class(vm), vec![text]);
    let proxy = proxy::plain(vm, thrown, flags);
    let name = with_known(vm, |known| known.js_error);
    // Attributes that a program sets are the error's; this one is the exception's.
    let value = PySetterValue::Assign(proxy);
    let _ = exception.as_object().generic_setattr(name, value, vm);
    exception
}

/// The Python exception for a thrown value that nobody holds yet; a `PythonError` gives its own exception back.
pub(crate) fn from_js_value(
    vm: &VirtualMachine,
    value: &wasm_bindgen::JsValue,
) -> PyBaseExceptionRef {
    if crate::runtime::is_python_error(value)
        && let Some(id) = js_sys::Reflect::get(value, &"id".into())
            .ok()
            .and_then(|id| id.as_f64())
    {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an id of the table"
        )]
        if let Ok(Ok(exception)) = table::object(vm, id as u32).map(|object| object.downcast()) {
            return exception;
        }
    }
    from_js(vm, Handle::new(value))
}

/// The JavaScript error inside a `JsException`, so that it goes back as itself. Runs no Python.
pub(crate) fn js_error_of<'a>(vm: &VirtualMachine, value: &'a PyObject) -> Option<ErrorHandle<'a>> {
    if !is_js_exception(vm, value) {
        return None;
    }
    let name = with_known(vm, |known| known.js_error);
    let error = value.dict()?.get_item_opt(name, vm).ok()??;
    Some(ErrorHandle {
        index: error.downcast_ref::<JsProxy>()?.handle().index(),
        _error: error,
        _of: value,
    })
}

/// The slot of an exception's error, with what keeps it filled.
#[derive(Debug)]
pub(crate) struct ErrorHandle<'a> {
    index: u32,
    _error: PyObjectRef,
    _of: &'a PyObject,
}

impl ErrorHandle<'_> {
    pub(crate) fn index(&self) -> u32 {
        self.index
    }
}

/// The JavaScript error for a Python exception that leaves: a `PythonError`; for a `JsException` the original error, unless
/// the session wraps those too.
pub(crate) fn to_js(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> Handle {
    if ways::taken(Way::WrapErrors) {
        return python_error(vm, exception);
    }
    original(vm, exception)
}

/// The JavaScript error for a Python exception: the original one of a `JsException`, else a `PythonError`.
pub(crate) fn original(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> Handle {
    if let Some(error) = js_error_of(vm, exception.as_object()) {
        return Handle::new(&glue::held(error.index()));
    }
    python_error(vm, exception)
}

fn python_error(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> Handle {
    let (id, name) = leaving(vm, exception);
    let bytes = name.as_wtf8().as_bytes();
    #[expect(clippy::cast_possible_truncation, reason = "lengths have 32 bits")]
    let handle = Handle::adopt(glue::python_error(
        cell::address(bytes.as_ptr()),
        bytes.len() as u32,
        id,
    ));
    handle
}

/// Describes the error for an exception that leaves Python in cell 0, and if it is a `PythonError` its type in cell 1:
/// JavaScript makes that one where it throws it.
pub(crate) fn write(vm: &VirtualMachine, exception: &PyBaseExceptionRef) {
    if !ways::taken(Way::WrapErrors) && js_error_of(vm, exception.as_object()).is_some() {
        remember(vm, exception);
        let handle = original(vm, exception);
        cell::write(0, Cell::new(Tag::Error, 0, handle.give_away()));
        return;
    }
    let (id, name) = leaving(vm, exception);
    let bytes = name.as_wtf8().as_bytes();
    cell::write(0, Cell::new(Tag::Error, Raised::Python as u32, id));
    #[expect(clippy::cast_possible_truncation, reason = "lengths have 32 bits")]
    cell::write(
        1,
        Cell::new(Tag::Name, bytes.len() as u32, cell::address(bytes.as_ptr())),
    );
}

/// Notes an exception that leaves Python. Gives its id and the qualified name of its class.
fn leaving(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> (u32, &'static PyStrInterned) {
    remember(vm, exception);
    let qualified = exception.class().__qualname__(vm);
    let name = match qualified
        .downcast_ref::<PyStr>()
        .and_then(|name| name.to_str())
    {
        Some(name) => vm.ctx.intern_str(name),
        None => vm.ctx.intern_str(&*exception.class().name()),
    };
    (table::lend_exception(exception), name)
}

/// The exception that left Python last, if it is still known.
fn last_exception(vm: &VirtualMachine) -> Option<PyBaseExceptionRef> {
    let name = with_known(vm, |known| known.last[0]);
    let last = vm.sys_module.dict().get_item_opt(name, vm).ok()??;
    last.downcast().ok()
}

/// `sys.last_exc` and its kin: the exception that left Python last, for `pdb.pm()` and for those who look it up.
fn remember(vm: &VirtualMachine, exception: &PyBaseExceptionRef) {
    let traceback = vm.unwrap_or_none(exception.__traceback__().map(Into::into));
    let values: [PyObjectRef; 4] = [
        exception.clone().into(),
        exception.clone().into(),
        exception.class().to_owned().into(),
        traceback,
    ];
    let names = with_known(vm, |known| known.last);
    let sys = vm.sys_module.dict();
    for (name, value) in names.into_iter().zip(values) {
        // A dict with names for keys takes every value.
        let _ = sys.set_item(name, value, vm);
    }
}

/// The traceback of an exception, for the message of its `PythonError`; left in cell 0 as a string.
#[wasm_bindgen]
pub fn krait_error_text(id: u32) -> u32 {
    crate::runtime::with_vm(|vm| {
        let text = table::object(vm, id).map(|object| match object.downcast() {
            Ok(exception) => vm
                .ctx
                .new_str(krait_kernel::format_exception(vm, &exception))
                .into(),
            Err(other) => vm.ctx.new_str(other.class().name().to_string()).into(),
        });
        crate::pyproxy::answer(vm, text)
    })
}

/// An exception of Python's that came back through JavaScript: the frames between (slot `frames`, 0 for none) go into its
/// traceback.
pub(crate) fn came_back(
    vm: &VirtualMachine,
    exception: PyBaseExceptionRef,
    frames: u32,
) -> PyBaseExceptionRef {
    if frames != 0 {
        let frames = Handle::adopt(frames)
            .value()
            .as_string()
            .unwrap_or_default();
        let add = || -> PyResult<()> {
            let module = crate::runtime::import(vm, "pyodide._frames")?;
            vm.call_method(&module, "put_before", (exception.clone(), frames))
                .map(drop)
        };
        // Without them the exception is what it was.
        let _ = add();
    }
    exception
}
