//! Generators and coroutines that hold each other: letting go of one closes it, which lets go of the next.
//!
//! The interpreter bounds how deeply objects take each other along, but it calls a destructor before it looks at that bound, so
//! a chain of generators would end with the stack. Here a destructor that is nested in others keeps its object, and the outermost
//! one finishes what was kept.
//!
//! A coroutine that was never awaited keeps what it holds until its memory is freed, which is after its destructor. The interpreter
//! takes fifty of those along at once: too many where the stack is nearly used up, as it is where a chain of coroutines is too deep.
//! There they are kept too, until the collector looks.

use std::cell::{Cell, RefCell};

use rustpython_vm::builtins::{PyCoroutine, PyType};
use rustpython_vm::{Py, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::stack;

/// Destructors that may be at work inside each other. A level takes about a kilobyte of the stack.
const MOST: usize = 8;

/// Bytes of the stack that fifty coroutines in each other take to be freed.
const FIFTY: usize = 64 << 10;

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
    let is_waiting = object
        .downcast_ref::<PyCoroutine>()
        .is_some_and(|coroutine| !coroutine.as_coro().suspended());
    if nested >= MOST || is_waiting && stack::left() < FIFTY {
        // Whoever holds a reference after its destructor keeps the object alive; it is not called a second time.
        KEPT.with_borrow_mut(|kept| kept.push((object.to_owned(), original)));
        return Ok(());
    }
    NESTED.set(nested + 1);
    let result = original(object, vm);
    NESTED.set(nested);
    finish(vm);
    result
}

/// Carries out the destructors that were put off, if none is at work and the stack has room.
pub(super) fn finish(vm: &VirtualMachine) {
    if NESTED.get() > 0 || stack::left() < FIFTY {
        return;
    }
    while let Some((object, original)) = KEPT.with_borrow_mut(Vec::pop) {
        NESTED.set(1);
        if let Err(error) = original(&object, vm) {
            vm.run_unraisable(error, None, object.clone());
        }
        drop(object);
        NESTED.set(0);
    }
}
