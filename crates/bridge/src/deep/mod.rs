//! Deep conversion: `to_py` and `to_js`.

mod flat;
mod stream;
mod to_js;
mod to_py;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyTypeRef};
use rustpython_vm::{AsObject, PyResult, VirtualMachine};

use crate::{cell, glue};

pub(crate) use to_js::{Options, create_proxy, to_js};
pub(crate) use to_py::to_py;

/// Sets the types of converters' arguments up.
pub(crate) fn register() {
    to_js::register();
    to_py::register();
}

thread_local! {
    static CONVERSION_ERROR: std::cell::OnceCell<PyTypeRef> = const { std::cell::OnceCell::new() };
}

/// `pyodide.ffi.ConversionError`: a value cannot be converted between Python and JavaScript.
pub(crate) fn conversion_error_class(vm: &VirtualMachine) -> PyTypeRef {
    CONVERSION_ERROR.with(|class| {
        class
            .get_or_init(|| {
                vm.ctx
                    .new_exception_type("pyodide.ffi", "ConversionError", None)
            })
            .clone()
    })
}

pub(crate) fn conversion_error(vm: &VirtualMachine, text: String) -> PyBaseExceptionRef {
    vm.new_exception_msg(conversion_error_class(vm), text.into())
}

/// Bytes of an ArrayBuffer or view.
pub(crate) fn bytes_of(index: u32) -> Option<Vec<u8>> {
    let length = usize::try_from(glue::byte_length(index)).ok()?;
    let mut bytes = Vec::with_capacity(length);
    cell::append(&mut bytes, |at, room| glue::copy_bytes(index, at, room));
    Some(bytes)
}

/// A copy of an ArrayBuffer or view as a memoryview with the format of its items.
pub(crate) fn memoryview_of(vm: &VirtualMachine, index: u32) -> PyResult {
    let bytes = vm.ctx.new_bytearray(bytes_of(index).unwrap_or_default());
    let view = vm
        .ctx
        .types
        .memoryview_type
        .as_object()
        .call((bytes,), vm)?;
    let letter = u8::try_from(glue::item_format(index)).map_or('B', char::from);
    if letter == 'B' {
        return Ok(view);
    }
    vm.call_method(&view, "cast", (vm.ctx.new_str(letter.to_string()),))
}
