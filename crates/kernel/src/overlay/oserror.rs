//! The subclass of `OSError` that belongs to an error number (PEP 3151). The interpreter's own table is empty on wasm32.

use std::sync::OnceLock;

use krait_vfs::Errno;
use rustpython_vm::builtins::{PyInt, PyTypeRef};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{AsObject, PyResult, VirtualMachine};

type New = fn(PyTypeRef, FuncArgs, &VirtualMachine) -> PyResult;

/// `OSError.__new__` of the interpreter.
static ORIGINAL: OnceLock<New> = OnceLock::new();

/// Makes `OSError(2, "text")` a `FileNotFoundError`, and so on for every number that has a class of its own. Types are
/// shared by all sessions of a process, so this is done once.
pub(crate) fn install(vm: &VirtualMachine) {
    let slot = &vm.ctx.exceptions.os_error.slots.new;
    if let Some(original) = slot.load() {
        ORIGINAL.get_or_init(|| {
            slot.store(Some(new_with_subclass));
            original
        });
    }
}

fn new_with_subclass(class: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    let Some(original) = ORIGINAL.get() else {
        return Err(vm.new_system_error("OSError has lost its constructor"));
    };
    if class.is(vm.ctx.exceptions.os_error) {
        let class = chosen(&args, vm).map_or(class, |errno| class_of(vm, errno));
        return original(class, args, vm);
    }
    // A class of Python's inherits this function. The interpreter compares a class's constructor with its own to tell
    // whether the arguments are for `__init__`, so the class gets that one.
    let ours: New = new_with_subclass;
    if class
        .slots
        .new
        .load()
        .is_some_and(|inherited| std::ptr::fn_addr_eq(inherited, ours))
    {
        class.slots.new.store(Some(*original));
    }
    original(class, args, vm)
}

/// The error number, if there is one that can choose a class: there are two to five arguments.
fn chosen(args: &FuncArgs, vm: &VirtualMachine) -> Option<Errno> {
    if !(2..=5).contains(&args.args.len()) {
        return None;
    }
    let number = args.args.first()?.downcast_ref::<PyInt>()?;
    let number = number.try_to_primitive::<i32>(vm).ok()?;
    Some(Errno::from_number(number))
}

/// The class of an error number; `OSError` itself where it has none.
pub(super) fn class_of(vm: &VirtualMachine, errno: Errno) -> PyTypeRef {
    let exceptions = &vm.ctx.exceptions;
    let class = match errno {
        Errno::ENOENT => exceptions.file_not_found_error,
        Errno::EEXIST => exceptions.file_exists_error,
        Errno::EISDIR => exceptions.is_a_directory_error,
        Errno::ENOTDIR => exceptions.not_a_directory_error,
        Errno::EACCES | Errno::EPERM => exceptions.permission_error,
        Errno::EAGAIN | Errno::EALREADY | Errno::EINPROGRESS => exceptions.blocking_io_error,
        Errno::EPIPE | Errno::ESHUTDOWN => exceptions.broken_pipe_error,
        Errno::ECHILD => exceptions.child_process_error,
        Errno::ECONNABORTED => exceptions.connection_aborted_error,
        Errno::ECONNREFUSED => exceptions.connection_refused_error,
        Errno::ECONNRESET => exceptions.connection_reset_error,
        Errno::EINTR => exceptions.interrupted_error,
        Errno::ESRCH => exceptions.process_lookup_error,
        Errno::ETIMEDOUT => exceptions.timeout_error,
        _ => exceptions.os_error,
    };
    class.to_owned()
}
