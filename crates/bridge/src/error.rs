//! Exceptions across the boundary, both ways and back.

use rustpython_vm::builtins::{PyBaseExceptionRef, PyTypeRef};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, VirtualMachine};

use crate::cell::{self, Tag};
use crate::handle::Handle;
use crate::proxy::{self, JsProxy};
use crate::{glue, table};

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
    let value = thrown.value();
    let text = match value.dyn_ref_error() {
        Some(error) => format!(
            "{}: {}",
            String::from(error.name()),
            String::from(error.message())
        ),
        None => format!(
            "a value that is no Error was thrown: {}",
            value
                .as_string()
                .unwrap_or_else(|| String::from(js_sys::Object::from(value.clone()).to_string()))
        ),
    };
    let exception = vm.new_exception_msg(js_exception_class(vm), text.into());
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

trait DynError {
    fn dyn_ref_error(&self) -> Option<&js_sys::Error>;
}

impl DynError for wasm_bindgen::JsValue {
    fn dyn_ref_error(&self) -> Option<&js_sys::Error> {
        use wasm_bindgen::JsCast;
        // Errors of another realm are no `instanceof Error` here, but have the two texts.
        let is_error = self.is_instance_of::<js_sys::Error>()
            || (js_sys::Reflect::has(self, &"message".into()).unwrap_or(false)
                && js_sys::Reflect::has(self, &"name".into()).unwrap_or(false));
        is_error.then(|| self.unchecked_ref::<js_sys::Error>())
    }
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
    let text = krait_kernel::format_exception(vm, exception);
    let name = exception.class().name().to_string();
    let id = table::lend(exception.as_object());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "lengths and ids have 31 bits"
    )]
    let handle = Handle::adopt(glue::python_error(
        cell::address(text.as_ptr()),
        text.len() as u32,
        cell::address(name.as_ptr()),
        name.len() as u32,
        id as i32,
    ));
    handle
}
