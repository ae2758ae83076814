//! Exceptions across the boundary, both ways and back.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use rustpython_vm::builtins::{PyBaseExceptionRef, PyTypeRef};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::cell::{self, Tag};
use crate::handle::Handle;
use crate::proxy::{self, JsProxy};
use crate::{convert, glue, table};

thread_local! {
    static JS_EXCEPTION: std::cell::OnceCell<PyTypeRef> = const { std::cell::OnceCell::new() };
}

/// `pyodide.ffi.JsException`: something that JavaScript threw.
pub(crate) fn js_exception_class(vm: &VirtualMachine) -> PyTypeRef {
    JS_EXCEPTION.with(|class| {
        class
            .get_or_init(|| {
                vm.ctx
                    .new_exception_type("pyodide.ffi", "JsException", None)
            })
            .clone()
    })
}

/// The Python exception for a value that JavaScript threw.
pub(crate) fn from_js(vm: &VirtualMachine, thrown: Handle) -> PyBaseExceptionRef {
    let text = convert::result(vm, glue::error_text(thrown.index()))
        .and_then(|text| Ok(text.str(vm)?.as_wtf8().to_owned()))
        .unwrap_or_default();
    let exception = vm.new_exception_msg(js_exception_class(vm), text);
    let proxy = proxy::wrap(vm, thrown, Tag::Object, None);
    let _ = exception.as_object().set_attr("js_error", proxy, vm);
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

/// The JavaScript error inside a `JsException`, so that it goes back as itself.
pub(crate) fn js_error_of<'a>(vm: &VirtualMachine, value: &'a PyObject) -> Option<ErrorHandle<'a>> {
    if !value.class().fast_issubclass(&js_exception_class(vm)) {
        return None;
    }
    let error: PyObjectRef = value.get_attr("js_error", vm).ok()?;
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

/// The JavaScript error for a Python exception: the original error if it is a `JsException`, else a `PythonError`.
pub(crate) fn to_js(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> Handle {
    if let Some(error) = js_error_of(vm, exception.as_object()) {
        return Handle::new(&glue::held(error.index()));
    }
    remember(vm, exception);
    let name = exception.class().name().to_string();
    let (id, _) = table::lend(vm, exception.as_object());
    #[expect(clippy::cast_possible_truncation, reason = "lengths have 32 bits")]
    let handle = Handle::adopt(glue::python_error(
        cell::address(name.as_ptr()),
        name.len() as u32,
        id,
    ));
    handle
}

/// `sys.last_exc` and its kin: the exception that left Python last, for `pdb.pm()` and for those who look it up.
fn remember(vm: &VirtualMachine, exception: &PyBaseExceptionRef) {
    let traceback = vm.unwrap_or_none(exception.__traceback__().map(Into::into));
    let class: PyObjectRef = exception.class().to_owned().into();
    for (name, value) in [
        ("last_exc", exception.clone().into()),
        ("last_value", exception.clone().into()),
        ("last_type", class),
        ("last_traceback", traceback),
    ] {
        // A guest that replaced `sys` by something read-only has no use for them.
        let _ = vm.sys_module.set_attr(vm.ctx.intern_str(name), value, vm);
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
