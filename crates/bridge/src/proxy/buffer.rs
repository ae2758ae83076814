//! `ArrayBuffer`s and views, and Python's buffers.

use rustpython_vm::protocol::PyBuffer;
use rustpython_vm::{Py, PyObject, PyObjectRef, PyResult, TryFromBorrowedObject, VirtualMachine};

use super::JsProxy;
use crate::cell;
use crate::{deep, glue};

fn size(zelf: &Py<JsProxy>) -> usize {
    usize::try_from(glue::byte_length(zelf.index())).unwrap_or_default()
}

fn argument<'a>(args: &'a [PyObjectRef], vm: &VirtualMachine) -> PyResult<&'a PyObject> {
    args.first()
        .map(|object| &**object)
        .ok_or_else(|| vm.new_type_error("a buffer is missing"))
}

fn same_size(js: usize, python: usize, vm: &VirtualMachine) -> PyResult<()> {
    if js == python {
        return Ok(());
    }
    Err(vm.new_value_error(format!(
        "cannot assign between a JavaScript buffer of {js} bytes and a Python buffer of {python} bytes"
    )))
}

/// Copies a Python buffer into the JavaScript one.
pub(super) fn assign(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let buffer = PyBuffer::try_from_borrowed_object(vm, argument(args, vm)?)?;
    same_size(size(zelf), buffer.desc.len, vm)?;
    buffer.contiguous_or_collect(|bytes| fill(zelf, bytes));
    Ok(vm.ctx.none())
}

fn fill(zelf: &Py<JsProxy>, bytes: &[u8]) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    glue::fill_bytes(
        zelf.index(),
        cell::address(bytes.as_ptr()),
        bytes.len() as u32,
    );
}

/// Copies the JavaScript buffer into a Python one.
pub(super) fn assign_to(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let buffer = PyBuffer::try_from_borrowed_object(vm, argument(args, vm)?)?;
    same_size(size(zelf), buffer.desc.len, vm)?;
    let Some(mut target) = buffer.as_contiguous_mut() else {
        return Err(vm.new_value_error(
            "assign_to() wants a writable, contiguous buffer, such as a bytearray",
        ));
    };
    let (at, room) = (cell::address(target.as_mut_ptr()), target.len());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    glue::copy_bytes(zelf.index(), at, room as u32);
    drop(target);
    Ok(vm.ctx.none())
}

pub(super) fn to_bytes(zelf: &Py<JsProxy>, _args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let bytes = deep::bytes_of(zelf.index()).unwrap_or_default();
    Ok(vm.ctx.new_bytes(bytes).into())
}

/// A copy as a memoryview of the right format.
pub(super) fn to_memoryview(
    zelf: &Py<JsProxy>,
    _args: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyResult {
    deep::memoryview_of(vm, zelf.index())
}
