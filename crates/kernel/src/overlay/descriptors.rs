//! Data descriptors without a getter (`__set__` and no `__get__`), as validators are written.
//!
//! After two stores from one place the interpreter writes into the instance's dict directly, unless the class has a data
//! descriptor of that name; there it takes only those for data descriptors that have both. It leaves classes alone whose
//! `__setattr__` is not `object`'s. So classes that have such a descriptor get a `__setattr__` slot of their own, which does the
//! same as `object`'s.

use std::cell::Cell;
use std::hint::black_box;

use rustpython_vm::builtins::{PyStr, PyType};
use rustpython_vm::function::{FuncArgs, PySetterValue};
use rustpython_vm::{Py, PyObject, PyResult, VirtualMachine};

thread_local! {
    /// Whether a class of such descriptors has been made; before that no other class can have one.
    static MET: Cell<bool> = const { Cell::new(false) };
}

/// Looks at each class that a `class` statement makes.
pub(super) fn install(vm: &VirtualMachine) -> PyResult<()> {
    let original = vm.builtins.get_attr("__build_class__", vm)?;
    let watched = vm.new_function(
        "__build_class__",
        move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
            let made = original.call(args, vm)?;
            if let Some(class) = made.downcast_ref::<PyType>() {
                look_at(class, vm);
            }
            Ok(made)
        },
    );
    vm.builtins.set_attr("__build_class__", watched, vm)
}

fn only_sets(class: &Py<PyType>) -> bool {
    class.slots.descr_set.load().is_some() && class.slots.descr_get.load().is_none()
}

fn look_at(class: &Py<PyType>, vm: &VirtualMachine) {
    if only_sets(class) {
        MET.set(true);
    }
    // What may be done with the `__setattr__` of metaclasses depends on the slot.
    if !MET.get() || class.fast_issubclass(vm.ctx.types.type_type) {
        return;
    }
    let default = vm.ctx.types.object_type.slots.setattro.load();
    let is_default = class
        .slots
        .setattro
        .load()
        .zip(default)
        .is_some_and(|(found, default)| std::ptr::fn_addr_eq(found, default));
    let has_one = || {
        class.mro_map_collect(|base| {
            base.attributes
                .attributes(&vm.ctx)
                .values()
                .any(|value| only_sets(value.class()))
        })
    };
    if is_default && has_one().contains(&true) {
        class.slots.setattro.store(Some(set));
        class.modified();
    }
}

fn set(
    object: &PyObject,
    name: &Py<PyStr>,
    value: PySetterValue,
    vm: &VirtualMachine,
) -> PyResult<()> {
    // Without it this is the same function as `object`'s slot, and the compiler keeps one of the two.
    black_box("only sets");
    object.generic_setattr(name, value, vm)
}
