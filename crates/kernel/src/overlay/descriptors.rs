//! Data descriptors without a getter (`__set__` and no `__get__`), as validators are written.
//!
//! After two stores from one place the interpreter writes into the instance's dict directly, unless the class has a data
//! descriptor of that name; there it takes only those for data descriptors that have both. It leaves classes alone whose
//! `__setattr__` is not `object`'s. So classes that have such a descriptor get a `__setattr__` slot of their own, which does the
//! same as `object`'s: when a `class` statement makes them, and when the descriptor is stored in a class later.

use std::cell::Cell;
use std::sync::OnceLock;

use rustpython_vm::builtins::{PyList, PyStr, PyType};
use rustpython_vm::function::{FuncArgs, PySetterValue};
use rustpython_vm::{AsObject, Py, PyObject, PyResult, VirtualMachine};

type SetAttribute = fn(&PyObject, &Py<PyStr>, PySetterValue, &VirtualMachine) -> PyResult<()>;

/// `type.__setattr__` of the interpreter.
static STORE: OnceLock<SetAttribute> = OnceLock::new();

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
    vm.builtins.set_attr("__build_class__", watched, vm)?;
    let slot = &vm.ctx.types.type_type.slots.setattro;
    if let Some(found) = slot.load()
        && !std::ptr::fn_addr_eq(found, store as SetAttribute)
    {
        let _ = STORE.set(found);
        slot.store(Some(store));
    }
    Ok(())
}

/// `type.__setattr__`: looks at the class again, and at those below it, if it gets such a descriptor.
fn store(
    object: &PyObject,
    name: &Py<PyStr>,
    value: PySetterValue,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let Some(original) = STORE.get() else {
        return Err(vm.new_system_error("type has lost its __setattr__"));
    };
    let is_one =
        MET.get() && matches!(&value, PySetterValue::Assign(value) if only_sets(value.class()));
    original(object, name, value, vm)?;
    if is_one && let Some(class) = object.downcast_ref::<PyType>() {
        look_below(class, vm)?;
    }
    Ok(())
}

fn look_below(class: &Py<PyType>, vm: &VirtualMachine) -> PyResult<()> {
    look_at(class, vm);
    // Those of a metaclass want to be asked as an attribute of `type`.
    if class.fast_issubclass(vm.ctx.types.type_type) {
        return Ok(());
    }
    let below = vm.call_method(class.as_object(), "__subclasses__", ())?;
    if let Some(below) = below.downcast_ref::<PyList>() {
        let below = below.borrow_vec().to_vec();
        for class in below
            .iter()
            .filter_map(|class| class.downcast_ref::<PyType>())
        {
            vm.with_recursion("in classes below each other", || look_below(class, vm))?;
        }
    }
    Ok(())
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
    object.generic_setattr(name, value, vm)
}
