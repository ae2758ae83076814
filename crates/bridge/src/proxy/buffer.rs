//! `ArrayBuffer`s and views, and Python's buffers.

use rustpython_vm::protocol::PyBuffer;
use rustpython_vm::{Py, PyObject, PyObjectRef, PyResult, TryFromBorrowedObject, VirtualMachine};

use super::{JsProxy, flags};
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

/// Whether `buffer` can be copied from or to the JavaScript one: it has as many bytes, and items of the same size if the
/// JavaScript one has items.
fn check(
    zelf: &Py<JsProxy>,
    buffer: &PyBuffer,
    to_python: bool,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let (js, python) = (size(zelf), buffer.desc.len);
    if js != python {
        return Err(vm.new_value_error(if to_python {
            format!("cannot assign from TypedArray of length {js} to buffer of length {python}")
        } else {
            format!("cannot assign to TypedArray of length {js} from buffer of length {python}")
        }));
    }
    if zelf.can(flags::TYPED_ARRAY) {
        let size = match char::from(u8::try_from(glue::item_format(zelf.index())).unwrap_or(b'B')) {
            'h' | 'H' | 'e' => 2,
            'i' | 'I' | 'f' => 4,
            'q' | 'Q' | 'd' => 8,
            _ => 1,
        };
        if buffer.desc.itemsize != size {
            return Err(vm.new_value_error("TypedArray and memorybuffer have incompatible formats"));
        }
    }
    Ok(())
}

/// Copies a Python buffer into the JavaScript one.
pub(super) fn assign(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let buffer = PyBuffer::try_from_borrowed_object(vm, argument(args, vm)?)?;
    check(zelf, &buffer, false, vm)?;
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
    if buffer.desc.readonly {
        return Err(vm.new_buffer_error("Object is not writable."));
    }
    check(zelf, &buffer, true, vm)?;
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
