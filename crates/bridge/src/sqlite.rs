//! The kernel's side of SQLite, which runs in an instance of its own (`js/sqlite.js`): requests of Python's go there, calls on files and of
//! Python's functions come from there. `crates/pylib/py/_krait_sqlite.py` makes the requests.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::RefCell;

use krait_kernel::{Part, Vfs};
use rustpython_vm::builtins::PyBytes;
use rustpython_vm::function::ArgBytesLike;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::runtime::{with_files, with_vm};
use crate::{cell, glue};

thread_local! {
    /// What goes either way while SQLite waits.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// Python's function for what SQLite calls.
    static CALLBACK: RefCell<Option<PyObjectRef>> = const { RefCell::new(None) };
}

/// Loads SQLite, unless it is there; `callback` takes and gives bytes.
pub(crate) fn start(vm: &VirtualMachine, callback: PyObjectRef) -> PyResult<()> {
    if !glue::has_sqlite() {
        krait_kernel::fetch_part(Part::Sqlite).map_err(|reason| {
            vm.new_import_error(
                format!("SQLite could not be loaded: {reason}"),
                vm.ctx.new_utf8_str("_sqlite3"),
            )
        })?;
    }
    let before = CALLBACK.with(|slot| slot.borrow_mut().replace(callback));
    drop(before);
    Ok(())
}

/// Carries out a request.
pub(crate) fn call(vm: &VirtualMachine, request: &ArgBytesLike) -> PyResult<PyBytes> {
    let length = request.with_ref(|bytes| {
        glue::call_sqlite(
            cell::address(bytes.as_ptr()),
            u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        )
    });
    let Ok(room) = usize::try_from(length) else {
        let reason = glue::broken_sqlite();
        return Err(vm.new_runtime_error(format!(
            "SQLite has ended ({reason}): connections are gone, and databases in memory with them. Databases in files are \
             whole; start the session anew to open them."
        )));
    };
    let mut answer = vec![0_u8; room];
    glue::take_sqlite(
        cell::address(answer.as_mut_ptr().cast_const()),
        length.cast_unsigned(),
    );
    Ok(PyBytes::from(answer))
}

/// Makes the buffer so long, and tells where it is.
#[wasm_bindgen]
pub fn krait_sqlite_room(length: u32) -> u32 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(length as usize, 0);
    });
    krait_sqlite_buffer()
}

/// Where the buffer is.
#[wasm_bindgen]
pub fn krait_sqlite_buffer() -> u32 {
    BUFFER.with_borrow(|buffer| cell::address(buffer.as_ptr()))
}

/// Calls Python with what is in the buffer; the length of the answer, which is there then. -1 if Python cannot be called.
#[wasm_bindgen]
pub fn krait_sqlite_callback() -> i32 {
    let request = BUFFER.take();
    with_vm(|vm| {
        let Some(callback) = CALLBACK.with(|slot| slot.borrow().clone()) else {
            return -1;
        };
        // What it raises here (the stack is used up) is told as a failure of the function that was called.
        let Ok(answer) = callback.call((vm.ctx.new_bytes(request),), vm) else {
            return -1;
        };
        let Some(answer) = answer.downcast_ref::<PyBytes>() else {
            return -1;
        };
        let bytes = answer.as_bytes().to_vec();
        let length = i32::try_from(bytes.len()).unwrap_or(-1);
        BUFFER.set(bytes);
        length
    })
}

/// A call on the session's files; `crates/sqlite/src/vfs.rs` has the operations. Failures are error numbers as negative ones.
#[wasm_bindgen]
pub fn krait_sqlite_file(operation: u32, fd: i32, offset: f64, length: u32) -> f64 {
    let mut buffer = BUFFER.take();
    let result = with_files(|vfs| file(vfs, operation, fd, offset, length as usize, &mut buffer));
    BUFFER.set(buffer);
    match result {
        Ok(value) => value,
        Err(krait_vfs::Error::Os(errno)) => -f64::from(errno.number()),
        Err(krait_vfs::Error::NulInPath) => -f64::from(krait_vfs::Errno::EINVAL.number()),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "offsets, flags and lengths are whole, and below 2^53"
)]
fn file(
    vfs: &Vfs,
    operation: u32,
    fd: i32,
    offset: f64,
    length: usize,
    buffer: &mut [u8],
) -> krait_vfs::Result<f64> {
    let length = length.min(buffer.len());
    Ok(match operation {
        0 => f64::from(vfs.open(&buffer[..length], offset as i32, 0o644)?),
        1 => {
            vfs.close(fd)?;
            0.0
        }
        2 => vfs.pread(fd, &mut buffer[..length], offset as i64)? as f64,
        3 => vfs.pwrite(fd, &buffer[..length], offset as i64)? as f64,
        4 => {
            vfs.ftruncate(fd, offset as i64)?;
            0.0
        }
        5 => {
            vfs.fsync(fd)?;
            0.0
        }
        6 => {
            vfs.unlink(&buffer[..length])?;
            0.0
        }
        7 => {
            vfs.access(&buffer[..length], offset as i32, true)?;
            0.0
        }
        8 | 9 => {
            let stat = if operation == 8 {
                vfs.stat(&buffer[..length])?
            } else {
                vfs.fstat(fd)?
            };
            for (place, part) in buffer
                .chunks_exact_mut(8)
                .zip([stat.dev, stat.ino, stat.size])
            {
                place.copy_from_slice(&part.to_le_bytes());
            }
            0.0
        }
        10 => {
            let path = vfs.getcwd()?;
            let room = buffer
                .get_mut(..path.len())
                .ok_or(krait_vfs::Errno::ERANGE)?;
            room.copy_from_slice(&path);
            path.len() as f64
        }
        _ => return Err(krait_vfs::Errno::ENOSYS.into()),
    })
}
