//! Buffers that JavaScript borrows: `getBuffer` of a PyProxy.
//!
//! A buffer is acquired for as long as JavaScript has it, which keeps Python from moving or freeing its memory.

use std::cell::RefCell;

use rustpython_vm::protocol::{BufferFlags, PyBuffer};
use rustpython_vm::{PyObject, PyResult, VirtualMachine};

use crate::cell::{self, Cell, Tag};
use crate::handle::Handle;
use crate::{glue, proxy};

thread_local! {
    static LEASES: RefCell<Vec<Option<PyBuffer>>> = const { RefCell::new(Vec::new()) };
}

/// Buffers that JavaScript has not given back.
pub(crate) fn live() -> u32 {
    LEASES
        .with(|leases| u32::try_from(leases.borrow().iter().flatten().count()).unwrap_or(u32::MAX))
}

/// Takes a buffer back. It is returned, so that it is dropped where Python may run.
pub(crate) fn release(lease: u32) -> Option<PyBuffer> {
    LEASES.with(|leases| leases.borrow_mut().get_mut(lease as usize)?.take())
}

/// Describes the memory of a buffer to JavaScript: where its lowest byte, the byte after its highest and its first element
/// are, and how far the elements lie apart.
pub(crate) fn lend(vm: &VirtualMachine, object: &PyObject) -> PyResult {
    let buffer = PyBuffer::from_object(vm, object, BufferFlags::FULL_RO)?;
    let layout = &buffer.desc;
    let dimensions = &layout.dim_desc;
    if dimensions.iter().any(|(_, _, suboffset)| *suboffset != 0) {
        return Err(vm.new_buffer_error("a buffer with suboffsets cannot be lent to JavaScript"));
    }
    if 2 * dimensions.len() + 1 >= cell::CELLS {
        return Err(vm.new_buffer_error("a buffer of so many dimensions cannot be lent"));
    }
    let base = i64::from(cell::address(buffer.obj_bytes().as_ptr()));
    let start = base + layout.offset as i64;
    let (mut low, mut high) = (start, start);
    if layout.len > 0 {
        for (length, stride, _) in dimensions {
            let reach = *stride as i64 * (*length as i64 - 1);
            if reach > 0 {
                high += reach;
            } else {
                low += reach;
            }
        }
        high += layout.itemsize as i64;
    }
    for (n, (length, stride, _)) in dimensions.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "sizes of a 32-bit memory")]
        let (length, stride) = (*length as f64, *stride as f64);
        cell::write(2 * n, Cell::number(Tag::Integer, length));
        cell::write(2 * n + 1, Cell::number(Tag::Integer, stride));
    }
    let format = layout.format.as_bytes();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    let format = Cell::new(
        Tag::String,
        format.len() as u32,
        cell::address(format.as_ptr()),
    );
    cell::write(2 * dimensions.len(), format);
    let flags = u32::from(layout.readonly)
        | (u32::from(layout.is_contiguous()) << 1)
        | (u32::from(is_fortran(dimensions, layout.itemsize)) << 2);
    let count = u32::try_from(dimensions.len()).unwrap_or_default();
    let itemsize = u32::try_from(layout.itemsize).unwrap_or_default();
    let lease = keep(buffer.clone());
    #[expect(clippy::cast_precision_loss, reason = "addresses of a 32-bit memory")]
    let index = glue::buffer_layout(
        lease,
        low as f64,
        high as f64,
        start as f64,
        itemsize,
        count,
        flags,
    );
    Ok(proxy::wrap(vm, Handle::adopt(index), Tag::Object, None))
}

fn keep(buffer: PyBuffer) -> u32 {
    LEASES.with(|leases| {
        let mut leases = leases.borrow_mut();
        let free = leases.iter().position(Option::is_none);
        let lease = free.unwrap_or(leases.len());
        if lease == leases.len() {
            leases.push(Some(buffer));
        } else {
            leases[lease] = Some(buffer);
        }
        u32::try_from(lease).unwrap_or(u32::MAX)
    })
}

/// Whether the first index varies fastest in memory.
fn is_fortran(dimensions: &[(usize, isize, isize)], itemsize: usize) -> bool {
    if dimensions.iter().any(|(length, _, _)| *length == 0) {
        return true;
    }
    let mut expected = itemsize.cast_signed();
    for (length, stride, _) in dimensions {
        if *length > 1 && *stride != expected {
            return false;
        }
        expected *= length.cast_signed();
    }
    true
}
