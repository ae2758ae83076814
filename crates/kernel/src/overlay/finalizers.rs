//! Generators and coroutines that hold each other: letting go of one closes it, which lets go of the next.
//!
//! The interpreter bounds how deeply objects take each other along, but it calls a destructor before it looks at that bound, so
//! a chain of generators would end with the stack. Here a destructor that is nested in others keeps its object, and the outermost
//! one finishes what was kept.

use std::cell::{Cell, RefCell};

use rustpython_vm::builtins::PyType;
use rustpython_vm::{Py, PyObject, PyObjectRef, PyResult, VirtualMachine};

/// Destructors that may be at work inside each other. A level takes about a kilobyte of the stack.
const MOST: usize = 8;

type Delete = fn(&PyObject, &VirtualMachine) -> PyResult<()>;

thread_local! {
    /// Destructors that are at work.
    static NESTED: Cell<usize> = const { Cell::new(0) };
    /// Objects whose destructor is put off, with it.
    static KEPT: RefCell<Vec<(PyObjectRef, Delete)>> = const { RefCell::new(Vec::new()) };
    /// The interpreter's own destructors of generators, coroutines and asynchronous generators.
    static ORIGINAL: [Cell<Option<Delete>>; 3] = const { [const { Cell::new(None) }; 3] };
}

/// Puts the bound before the destructors. Builtin classes belong to the thread: once for each.
pub(super) fn install(vm: &VirtualMachine) {
    let types = &vm.ctx.types;
    bound(types.generator_type, 0, |object, vm| delete(object, 0, vm));
    bound(types.coroutine_type, 1, |object, vm| delete(object, 1, vm));
    bound(types.async_generator, 2, |object, vm| delete(object, 2, vm));
}

fn bound(class: &Py<PyType>, kind: usize, bounded: Delete) {
    if let Some(original) = class.slots.del.load() {
        ORIGINAL.with(|all| all[kind].set(Some(original)));
        class.slots.del.store(Some(bounded));
    }
}

fn delete(object: &PyObject, kind: usize, vm: &VirtualMachine) -> PyResult<()> {
    let Some(original) = ORIGINAL.with(|all| all[kind].get()) else {
        return Ok(());
    };
    let nested = NESTED.get();
    if nested >= MOST {
        // Whoever holds a reference after its destructor keeps the object alive; it is not called a second time.
        KEPT.with_borrow_mut(|kept| kept.push((object.to_owned(), original)));
        return Ok(());
    }
    NESTED.set(nested + 1);
    let result = original(object, vm);
    if nested == 0 {
        while let Some((object, original)) = KEPT.with_borrow_mut(Vec::pop) {
            if let Err(error) = original(&object, vm) {
                vm.run_unraisable(error, None, object);
            }
        }
    }
    NESTED.set(nested);
    result
}
