//! Keeping one of the interpreter's native modules and changing some of its names.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyModule, PyModuleDef, PyModuleSlots};
use rustpython_vm::{Py, PyResult, VirtualMachine};

/// What sets a module up.
pub(super) type Exec = fn(&VirtualMachine, &Py<PyModule>) -> PyResult<()>;

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
