//! Operations on the session's files, with their errors as exceptions.

use krait_vfs::{Error, Vfs};
use rustpython_vm::{FromArgs, PyResult, VirtualMachine};

use super::path::{Path, failed, failed_plain};
use crate::state;

pub(super) fn vfs<R>(f: impl FnOnce(&Vfs) -> R) -> R {
    f(&state::current().vfs)
}

/// Runs an operation on one path.
pub(super) fn on<R>(
    vm: &VirtualMachine,
    path: &Path,
    f: impl FnOnce(&Vfs, &[u8]) -> Result<R, Error>,
) -> PyResult<R> {
    vfs(|vfs| f(vfs, &path.bytes)).map_err(|error| failed(vm, error, &[&path.object]))
}

pub(in crate::overlay) fn on_fd<R>(
    vm: &VirtualMachine,
    f: impl FnOnce(&Vfs) -> Result<R, Error>,
) -> PyResult<R> {
    vfs(f).map_err(|error| failed_plain(vm, error))
}

pub(super) fn on_two<R>(
    vm: &VirtualMachine,
    from: &Path,
    to: &Path,
    f: impl FnOnce(&Vfs, &[u8], &[u8]) -> Result<R, Error>,
) -> PyResult<R> {
    vfs(|vfs| f(vfs, &from.bytes, &to.bytes))
        .map_err(|error| failed(vm, error, &[&from.object, &to.object]))
}

pub(super) fn no_dir_fd(vm: &VirtualMachine, dir_fd: Option<i32>) -> PyResult<()> {
    match dir_fd {
        None => Ok(()),
        Some(_) => Err(vm.new_not_implemented_error("dir_fd unavailable on this platform")),
    }
}

pub(super) fn mode_bits(mode: i32) -> u32 {
    mode.cast_unsigned() & 0o7777
}

/// The arguments of a function on one path.
#[derive(FromArgs)]
pub(super) struct PathArgs {
    #[pyarg(any)]
    pub(super) path: Path,
    #[pyarg(named, default)]
    pub(super) dir_fd: Option<i32>,
}
