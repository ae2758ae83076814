//! What the interpreter calls, shows or lets go of without looking at the stack, level by level: methods of methods and getters of
//! getters, which are not made if they would be too deep; parameters of generic aliases and the text of exceptions, which look at it here.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyBoundMethod, PyModuleDef, PyTuple, PyTypeRef};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::protocol::PyMapping;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::guards::around;
use super::replace::{Exec, New, class_in, construct, run_original, take_slot, with_exec};

/// Levels that can be let go of with the stack of a page.
const MOST_GETTERS: usize = 500;
/// Methods whose function is a method: a call goes through all of them, wherever it is made.
const MOST_METHODS: usize = 100;

type Subscript = fn(PyMapping<'_>, &PyObject, &VirtualMachine) -> PyResult;

static EXEC: OnceLock<Option<Exec>> = OnceLock::new();
static METHOD: OnceLock<New> = OnceLock::new();
static ITEM_GETTER: OnceLock<New> = OnceLock::new();
static METHOD_CALLER: OnceLock<New> = OnceLock::new();
static ALIAS: OnceLock<Subscript> = OnceLock::new();

/// Puts the checks before what builtin classes do. Once for each thread, as with all of them.
pub(super) fn install(vm: &VirtualMachine) {
    let (methods, aliases) = (
        vm.ctx.types.bound_method_type,
        vm.ctx.types.generic_alias_type,
    );
    take_slot(&methods.slots.new, &METHOD, new_method);
    take_slot(&aliases.slots.as_mapping.subscript, &ALIAS, subscript);
    let errors = &vm.ctx.exceptions;
    for class in [
        errors.base_exception_type,
        errors.import_error,
        errors.os_error,
        errors.syntax_error,
    ] {
        around(class, "__str__", vm, |original, args, vm| {
            vm.with_recursion("while getting the str of an exception", || {
                original.call(args, vm)
            })
        });
    }
}

/// `_operator` with the check in its getters.
pub(super) fn operator_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&EXEC, vm, module)?;
        if let Some(class) = class_in(module, "itemgetter", vm)? {
            take_slot(&class.slots.new, &ITEM_GETTER, new_item_getter);
        }
        if let Some(class) = class_in(module, "methodcaller", vm)? {
            take_slot(&class.slots.new, &METHOD_CALLER, new_method_caller);
        }
        Ok(())
    })
}

fn new_method(class: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    let mut level = args.args.first().cloned();
    for _ in 0..MOST_METHODS {
        match level.filter(|function| function.downcast_ref::<PyBoundMethod>().is_some()) {
            None => return construct(&METHOD, class, args, vm),
            Some(method) => level = Some(method.get_attr("__func__", vm)?),
        }
    }
    Err(too_deep("methods", vm))
}

fn new_item_getter(class: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    new_getter(&ITEM_GETTER, class, args, vm)
}

fn new_method_caller(class: PyTypeRef, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    new_getter(&METHOD_CALLER, class, args, vm)
}

fn new_getter(
    original: &OnceLock<New>,
    class: PyTypeRef,
    args: FuncArgs,
    vm: &VirtualMachine,
) -> PyResult {
    let inside = |values: &[PyObjectRef]| -> Vec<PyObjectRef> {
        let same = values.iter().filter(|value| value.class().is(&class));
        same.cloned().collect()
    };
    let mut level = inside(&args.args);
    for _ in 1..MOST_GETTERS {
        if level.is_empty() {
            return construct(original, class, args, vm);
        }
        let mut below = Vec::new();
        // One that many others hold is looked at through one of them as well as through all.
        for getter in level.iter().take(64) {
            let reduced = vm.call_method(getter, "__reduce__", ())?;
            if let Some(pair) = reduced.downcast_ref::<PyTuple>()
                && let Some(values) = pair.as_slice().get(1)
                && let Some(values) = values.downcast_ref::<PyTuple>()
            {
                below.extend(inside(values.as_slice()));
            }
        }
        level = below;
    }
    Err(too_deep("getters", vm))
}

fn too_deep(what: &str, vm: &VirtualMachine) -> rustpython_vm::builtins::PyBaseExceptionRef {
    vm.new_recursion_error(format!(
        "maximum recursion depth exceeded: {what} are nested too deeply"
    ))
}

fn subscript(alias: PyMapping<'_>, item: &PyObject, vm: &VirtualMachine) -> PyResult {
    vm.with_recursion("in the parameters of a generic alias", || {
        match ALIAS.get() {
            Some(original) => original(alias, item, vm),
            None => Err(vm.new_system_error("GenericAlias has lost its parameters")),
        }
    })
}
