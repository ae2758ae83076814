//! The subclass of `OSError` that belongs to an error number (PEP 3151). The interpreter's own table is empty on wasm32.

use std::cell::RefCell;
use std::sync::OnceLock;

use krait_vfs::Errno;
use rustpython_vm::builtins::{PyInt, PyType, PyTypeRef};
use rustpython_vm::function::{FuncArgs, ItemDoc, PyMethodDef, PyMethodFlags};
use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

use super::replace::{New, take_slot};

/// `OSError`'s constructor of the interpreter.
static ORIGINAL: OnceLock<New> = OnceLock::new();

thread_local! {
    /// `OSError.__new__` of the interpreter.
    static ORIGINAL_METHOD: RefCell<Option<PyObjectRef>> = const { RefCell::new(None) };
}

/// `OSError.__new__`, what a class's own constructor calls.
const METHOD: &PyMethodDef = &PyMethodDef::new_const(
    "__new__",
    new_method,
    PyMethodFlags::METHOD,
    ItemDoc::static_text(
        "__new__($type, /, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature.",
    ),
);

/// Makes `OSError(2, "text")` a `FileNotFoundError`, and so on for every number that has a class of its own. Types are
/// shared by all sessions of a process, so this is done once.
pub(crate) fn install(vm: &VirtualMachine) {
    let os_error = vm.ctx.exceptions.os_error;
    take_slot(&os_error.slots.new, &ORIGINAL, new_with_subclass);
    let name = vm.ctx.intern_str("__new__");
    ORIGINAL_METHOD.with_borrow_mut(|known| {
        if known.is_none() {
            *known = os_error.get_direct_attr(name);
            let method = METHOD.build_bound_method(&vm.ctx, os_error.to_owned().into(), os_error);
            os_error.set_attr(name, method.into());
        }
    });
}

fn new_with_subclass(class: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    let Some(original) = ORIGINAL.get() else {
        return Err(vm.new_system_error("OSError has lost its constructor"));
    };
    if class.is(vm.ctx.exceptions.os_error) {
        let class = chosen(&args, vm).map_or(class, |errno| class_of(vm, errno));
        return original(class, args, vm);
    }
    give_original(&class, *original);
    original(class, args, vm)
}

/// A class of Python's inherits `new_with_subclass`. The interpreter compares a class's constructor with its own to tell
/// whether the arguments are for `__init__`, so the class gets that one.
fn give_original(class: &Py<PyType>, original: New) {
    let ours: New = new_with_subclass;
    let slot = &class.slots.new;
    if slot
        .load()
        .is_some_and(|inherited| std::ptr::fn_addr_eq(inherited, ours))
    {
        slot.store(Some(original));
    }
}

/// The interpreter refuses a class whose bases have another constructor than `OSError`: for the call all have its own.
fn new_method(os_error: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    let method = ORIGINAL_METHOD.with_borrow(Clone::clone);
    let (Some(original), Some(method)) = (ORIGINAL.get(), method) else {
        return Err(vm.new_system_error("OSError has lost its constructor"));
    };
    let class = args
        .args
        .first()
        .and_then(|class| class.clone().downcast::<PyType>().ok());
    if class.as_ref().is_none_or(|class| class.is(&os_error)) {
        return method.call(args, vm);
    }
    let mut next = class;
    while let Some(class) = next.filter(|class| !class.is(&os_error)) {
        give_original(&class, *original);
        next = class.base.load_owned();
    }
    let slot = &os_error.slots.new;
    slot.store(Some(*original));
    // No Python runs in it that could make another `OSError` meanwhile.
    let made = method.call(args, vm);
    slot.store(Some(new_with_subclass));
    made
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
