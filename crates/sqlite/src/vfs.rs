//! SQLite's door to the session's files (<https://sqlite.org/vfs.html>): the table of what it may ask of them by name, and what that
//! asks of the kernel. Open files are in `files.rs`.

use core::ffi::{c_char, c_int, c_void};
use core::ptr;

use crate::callback::text_at;
use crate::ffi::{self, CANTOPEN, IOERR, OK};
use crate::files::{self, File, Identity};

// Operations of the import `file`; `crates/bridge/src/sqlite.rs` has the same numbers.
pub(crate) const OPEN: c_int = 0;
pub(crate) const CLOSE: c_int = 1;
pub(crate) const READ: c_int = 2;
pub(crate) const WRITE: c_int = 3;
pub(crate) const TRUNCATE: c_int = 4;
pub(crate) const SYNC: c_int = 5;
pub(crate) const UNLINK: c_int = 6;
pub(crate) const ACCESS: c_int = 7;
/// Device, node and size of a file by its path; three u64.
pub(crate) const STAT: c_int = 8;
/// The same of an open one.
pub(crate) const FSTAT: c_int = 9;
/// The working directory.
pub(crate) const CWD: c_int = 10;

const ENOENT: f64 = -2.0;

const IOERR_DELETE: c_int = IOERR | 10 << 8;
const IOERR_DELETE_NOENT: c_int = IOERR | 23 << 8;

/// Longest path.
const LONGEST: c_int = 4096;

#[repr(C)]
pub(crate) struct Vfs {
    version: c_int,
    file_size: c_int,
    longest: c_int,
    next: *mut c_void,
    name: *const c_char,
    data: *mut c_void,
    open: extern "C" fn(*mut Vfs, *const c_char, *mut File, c_int, *mut c_int) -> c_int,
    delete: extern "C" fn(*mut Vfs, *const c_char, c_int) -> c_int,
    access: extern "C" fn(*mut Vfs, *const c_char, c_int, *mut c_int) -> c_int,
    full_path: extern "C" fn(*mut Vfs, *const c_char, c_int, *mut u8) -> c_int,
    /// Libraries, which there are none of.
    libraries: [*const c_void; 4],
    randomness: extern "C" fn(*mut Vfs, c_int, *mut u8) -> c_int,
    sleep: extern "C" fn(*mut Vfs, c_int) -> c_int,
    current_time: extern "C" fn(*mut Vfs, *mut f64) -> c_int,
    last_error: extern "C" fn(*mut Vfs, c_int, *mut c_char) -> c_int,
    current_time_int: extern "C" fn(*mut Vfs, *mut i64) -> c_int,
}

/// Makes the session's files those that SQLite opens.
pub(crate) fn install() -> c_int {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "two pointers"
    )]
    let vfs = Box::new(Vfs {
        version: 2,
        file_size: size_of::<File>() as c_int,
        longest: LONGEST,
        next: ptr::null_mut(),
        name: c"krait".as_ptr(),
        data: ptr::null_mut(),
        open: files::open,
        delete,
        access,
        full_path,
        libraries: [ptr::null(); 4],
        randomness,
        sleep,
        current_time,
        last_error,
        current_time_int,
    });
    // SAFETY: it lives as long as the instance.
    unsafe { ffi::sqlite3_vfs_register(ptr::from_mut(Box::leak(vfs)).cast(), 1) }
}

pub(crate) fn call(operation: c_int, fd: c_int, offset: f64, at: *mut u8, length: usize) -> f64 {
    // SAFETY: the buffer has that length.
    unsafe { ffi::file(operation, fd, offset, at, length) }
}

pub(crate) fn on_path(operation: c_int, path: &[u8], argument: c_int) -> f64 {
    // The callee only reads it.
    let at = path.as_ptr().cast_mut();
    call(operation, -1, f64::from(argument), at, path.len())
}

/// Device, node and size.
pub(crate) fn stat(operation: c_int, fd: c_int, path: &[u8]) -> Result<(Identity, u64), f64> {
    let mut buffer = vec![0_u8; path.len().max(24)];
    buffer[..path.len()].copy_from_slice(path);
    let given = call(operation, fd, 0.0, buffer.as_mut_ptr(), path.len());
    if given < 0.0 {
        return Err(given);
    }
    let part = |index: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&buffer[index * 8..index * 8 + 8]);
        u64::from_le_bytes(bytes)
    };
    Ok(((part(0), part(1)), part(2)))
}

extern "C" fn delete(_: *mut Vfs, name: *const c_char, _: c_int) -> c_int {
    match on_path(UNLINK, text_at(name).unwrap_or_default(), 0) {
        ENOENT => IOERR_DELETE_NOENT,
        failed if failed < 0.0 => IOERR_DELETE,
        _ => OK,
    }
}

extern "C" fn access(_: *mut Vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    let path = text_at(name).unwrap_or_default();
    let answer = match flags {
        // Whether it exists: an empty journal is none.
        0 => stat(STAT, -1, path).is_ok_and(|(_, size)| size > 0),
        // Read and write (4 and 2 are the modes of `access`), or read.
        1 => on_path(ACCESS, path, 6) >= 0.0,
        _ => on_path(ACCESS, path, 4) >= 0.0,
    };
    // SAFETY: SQLite gives a place for it.
    unsafe { *out = c_int::from(answer) };
    OK
}

extern "C" fn full_path(_: *mut Vfs, name: *const c_char, room: c_int, out: *mut u8) -> c_int {
    let name = text_at(name).unwrap_or_default();
    let room = usize::try_from(room).unwrap_or(0);
    let mut path = Vec::new();
    if !name.starts_with(b"/") {
        path.resize(4096, 0);
        let length = call(CWD, -1, 0.0, path.as_mut_ptr(), path.len());
        if length < 0.0 {
            return CANTOPEN;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most the length"
        )]
        path.truncate(length as usize);
        if !path.ends_with(b"/") {
            path.push(b'/');
        }
    }
    path.extend_from_slice(name);
    if path.len() + 1 > room {
        return CANTOPEN;
    }
    // SAFETY: SQLite's buffer has that room.
    unsafe {
        ptr::copy_nonoverlapping(path.as_ptr(), out, path.len());
        *out.add(path.len()) = 0;
    }
    OK
}

extern "C" fn randomness(_: *mut Vfs, length: c_int, out: *mut u8) -> c_int {
    // SAFETY: SQLite's buffer has that length.
    unsafe { ffi::entropy(out, usize::try_from(length).unwrap_or(0)) };
    length
}

/// Nobody else can do anything meanwhile, so waiting would help nobody.
extern "C" fn sleep(_: *mut Vfs, _: c_int) -> c_int {
    0
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds")]
extern "C" fn current_time_int(_: *mut Vfs, out: *mut i64) -> c_int {
    // Milliseconds since noon in Greenwich on November 24, 4714 B.C., as SQLite counts.
    // SAFETY: SQLite gives a place for it.
    unsafe { *out = 210_866_760_000_000 + ffi::now() as i64 };
    OK
}

extern "C" fn current_time(_: *mut Vfs, out: *mut f64) -> c_int {
    // SAFETY: SQLite gives a place for it.
    unsafe { *out = 2_440_587.5 + ffi::now() / 86_400_000.0 };
    OK
}

extern "C" fn last_error(_: *mut Vfs, _: c_int, _: *mut c_char) -> c_int {
    OK
}
