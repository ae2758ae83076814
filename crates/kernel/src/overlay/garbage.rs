//! How what a collection finds is let go of.
//!
//! The interpreter takes garbage off its lists before it lets go of it, and only what is on a list counts as a level of its
//! stack: a chain of thousands of exceptions or closures ends the session. So a collection that is started here only saves
//! what it finds, as with `gc.DEBUG_SAVEALL`, after finalizers and weak references have been seen to. The containers among
//! it are emptied, which opens nearly all cycles, and the objects go one by one, still on a list. What is held by a cycle of
//! another kind (slots, a generator) is left for a collection in the interpreter's way.

use rustpython_vm::builtins::{PyBaseException, PyDict, PyList, PySet};
use rustpython_vm::gc_state::{GcDebugFlags, gc_state};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, VirtualMachine};

/// Does `collect`, which starts one collection, and lets go of what that finds. Answers how many objects are left, at least.
pub(super) fn saving<R>(vm: &VirtualMachine, collect: impl FnOnce() -> R) -> (R, usize) {
    let gc = &vm.state.gc;
    let flags = gc.get_debug();
    if flags.contains(GcDebugFlags::SAVEALL) {
        // The program wants to see what is found.
        return (collect(), 0);
    }
    let published = gc.py_garbage.borrow_vec().len();
    gc.set_debug(flags | GcDebugFlags::SAVEALL);
    let result = collect();
    // A finalizer may have changed the others.
    gc.set_debug(gc.get_debug() - GcDebugFlags::SAVEALL);
    let mut saved = std::mem::take(&mut *gc.garbage.lock());
    // `gc.collect()` has put them into `gc.garbage`.
    let mut garbage = gc.py_garbage.borrow_vec_mut();
    let from = published.min(garbage.len());
    saved.extend(garbage.drain(from..));
    drop(garbage);
    (result, let_go(saved, vm))
}

fn let_go(saved: Vec<PyObjectRef>, vm: &VirtualMachine) -> usize {
    for object in &saved {
        empty(object, vm);
    }
    let (before, found) = (tracked(), saved.len());
    drop(saved);
    found.saturating_sub(before.saturating_sub(tracked()))
}

/// Takes out what it holds (a class has its attributes in a dict), if that can be done to an object that nobody will use.
/// All that it may hold is saved, so nothing goes yet that holds something.
fn empty(object: &PyObject, vm: &VirtualMachine) {
    if let Some(list) = object.downcast_ref::<PyList>() {
        let items = std::mem::take(&mut *list.borrow_vec_mut());
        drop(items);
    } else if let Some(dict) = object.downcast_ref::<PyDict>() {
        dict.clear();
    } else if let Some(set) = object.downcast_ref::<PySet>() {
        set.clear();
    } else if let Some(exception) = object.downcast_ref::<PyBaseException>() {
        exception.set_cause(None);
        exception.set_context(None);
        exception.set_traceback(None);
    } else if object.class().is(vm.ctx.types.cell_type) {
        // It has no other way to be emptied; this one does not fail.
        let _ = object.del_attr("cell_contents", vm);
    }
}

/// Objects on the lists of all generations.
fn tracked() -> usize {
    let (young, middle, old) = gc_state().get_count();
    young + middle + old
}
