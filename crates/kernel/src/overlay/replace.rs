//! Keeping one of the interpreter's native modules or classes and changing some of what it does.

use std::sync::OnceLock;

use crossbeam_utils::atomic::AtomicCell;
use rustpython_vm::builtins::{PyModule, PyModuleDef, PyModuleSlots, PyTypeRef};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{AsObject, Py, PyResult, VirtualMachine};

/// What sets a module up.
pub(super) type Exec = fn(&VirtualMachine, &Py<PyModule>) -> PyResult<()>;

/// Makes an instance of a class.
pub(super) type New = fn(PyTypeRef, FuncArgs, &VirtualMachine) -> PyResult;

/// The same module, set up by `exec`.
pub(super) fn with_exec(original: &'static PyModuleDef, exec: Exec) -> &'static PyModuleDef {
    Box::leak(Box::new(PyModuleDef {
        name: original.name,
        doc: original.doc,
        methods: original.methods,
        slots: PyModuleSlots {
            create: original.slots.create,
            exec: Some(exec),
        },
    }))
}

/// Sets a module up as the interpreter does.
pub(super) fn run_original(
    exec: &OnceLock<Option<Exec>>,
    vm: &VirtualMachine,
    module: &Py<PyModule>,
) -> PyResult<()> {
    match exec.get().copied().flatten() {
        Some(exec) => exec(vm, module),
        None => Ok(()),
    }
}

/// Puts `ours` into a slot of a class and keeps what is there in `original`, which is this slot's alone.
///
/// A second session finds the slot as the first has left it; another thread has a class of its own, with the same function in it.
pub(super) fn take_slot<F: Copy>(slot: &AtomicCell<Option<F>>, original: &OnceLock<F>, ours: F) {
    if let Some(found) = slot.load() {
        original.get_or_init(|| found);
        slot.store(Some(ours));
    }
}

/// Makes an instance as the interpreter does, for a class whose constructor was taken.
pub(super) fn construct(
    original: &OnceLock<New>,
    class: PyTypeRef,
    args: FuncArgs,
    vm: &VirtualMachine,
) -> PyResult {
    match original.get() {
        Some(original) => original(class, args, vm),
        None => Err(vm.new_system_error(format!("{} has lost its constructor", class.name()))),
    }
}

/// A class of a native module, if it is there.
pub(super) fn class_in(
    module: &Py<PyModule>,
    name: &'static str,
    vm: &VirtualMachine,
) -> PyResult<Option<PyTypeRef>> {
    let found = vm.get_attribute_opt(module.as_object(), name)?;
    Ok(found.and_then(|found| found.downcast().ok()))
}
