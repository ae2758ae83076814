//! Frozen sets in frozen sets. The interpreter lets go of them with a level of its stack for each and no bound (it does not track them),
//! and only another frozen set can hold one so that nothing else is between: so one that would be too deep is not made.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyFrozenSet, PyList, PyTuple, PyTypeRef};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::replace::{New, construct, take_slot};

/// Levels that can be let go of with the stack of a page.
const MOST: usize = 500;

/// `frozenset.__new__` of the interpreter.
static ORIGINAL: OnceLock<New> = OnceLock::new();

/// Puts the check before the constructor.
pub(super) fn install(vm: &VirtualMachine) {
    take_slot(&vm.ctx.types.frozenset_type.slots.new, &ORIGINAL, guarded);
}

fn guarded(class: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    // What comes from an iterator is not seen; nesting is written with lists, tuples and sets.
    let inner = match args.args.first() {
        Some(items) => {
            if let Some(items) = items.downcast_ref::<PyList>() {
                nested(items.borrow_vec().iter())
            } else if let Some(items) = items.downcast_ref::<PyTuple>() {
                nested(items.as_slice().iter())
            } else {
                Vec::new()
            }
        }
        None => Vec::new(),
    };
    if !inner.is_empty() && is_too_deep(inner) {
        return Err(vm.new_recursion_error(
            "maximum recursion depth exceeded: frozen sets are nested too deeply".to_owned(),
        ));
    }
    construct(&ORIGINAL, class, args, vm)
}

fn nested<'a>(items: impl Iterator<Item = &'a PyObjectRef>) -> Vec<PyObjectRef> {
    let is_one = |item: &&PyObjectRef| {
        let item: &PyObject = item;
        item.downcast_ref::<PyFrozenSet>().is_some()
    };
    items.filter(is_one).cloned().collect()
}

/// Whether sets stand in each other for too many levels, level by level.
fn is_too_deep(mut level: Vec<PyObjectRef>) -> bool {
    for _ in 1..MOST {
        let below: Vec<PyObjectRef> = level
            .iter()
            .filter_map(|set| set.downcast_ref::<PyFrozenSet>())
            .flat_map(|set| nested(set.elements().iter()))
            // A set that many others hold is looked at through one of them as well as through all.
            .take(64)
            .collect();
        if below.is_empty() {
            return false;
        }
        level = below;
    }
    true
}
