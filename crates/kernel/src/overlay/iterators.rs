//! Iterators of iterators, and static methods of static methods: each level asks the next one, which the interpreter does without
//! looking at the stack.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyModule, PyModuleDef, PyType};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::protocol::PyIterReturn;
use rustpython_vm::{AsObject, Py, PyObject, PyResult, VirtualMachine};

use super::replace::{Exec, run_original, with_exec};

type Next = fn(&PyObject, &VirtualMachine) -> PyResult<PyIterReturn>;

/// A class, and its `__next__` behind a check.
type Guarded = (&'static str, &'static OnceLock<Next>, Next);

macro_rules! guarded {
    ($($name:literal)*) => {
        &[$({
            static ORIGINAL: OnceLock<Next> = OnceLock::new();
            fn next(iterator: &PyObject, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
                vm.with_recursion("in an iterator of iterators", || match ORIGINAL.get() {
                    Some(original) => original(iterator, vm),
                    None => Ok(PyIterReturn::StopIteration(None)),
                })
            }
            ($name, &ORIGINAL, next as Next)
        }),*]
    };
}

static BUILTIN: &[Guarded] = guarded!["map" "filter" "zip" "enumerate"];
static ITERTOOLS: &[Guarded] = guarded![
    "accumulate" "batched" "chain" "compress" "cycle" "dropwhile" "filterfalse" "groupby" "_grouper" "islice"
    "pairwise" "starmap" "takewhile" "_tee" "zip_longest"
];

fn guard(class: &Py<PyType>, (_, original, next): &Guarded) {
    // A second session finds the class as the first has left it; another thread has a class of its own, with the same function.
    if let Some(found) = class.slots.iternext.load()
        && !std::ptr::fn_addr_eq(found, *next)
    {
        let _ = original.set(found);
        class.slots.iternext.store(Some(*next));
    }
}

type Call = fn(&PyObject, FuncArgs, &VirtualMachine) -> PyResult;

/// The interpreter's own call of a static method.
static STATIC: OnceLock<Call> = OnceLock::new();

fn call_static(method: &PyObject, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    vm.with_recursion("in a static method", || match STATIC.get() {
        Some(original) => original(method, args, vm),
        None => Err(vm.new_system_error("staticmethod has lost its call")),
    })
}

/// Puts the check before the builtin iterators that take iterators, and before calls of static methods.
pub(super) fn install(vm: &VirtualMachine) {
    let types = &vm.ctx.types;
    let call = &types.staticmethod_type.slots.call;
    if let Some(found) = call.load()
        && !std::ptr::fn_addr_eq(found, call_static as Call)
    {
        let _ = STATIC.set(found);
        call.store(Some(call_static));
    }
    let classes = [
        types.map_type,
        types.filter_type,
        types.zip_type,
        types.enumerate_type,
    ];
    for (class, guarded) in classes.into_iter().zip(BUILTIN) {
        guard(class, guarded);
    }
}

static EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// `itertools` with the check in its iterators.
pub(super) fn def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&EXEC, vm, module)?;
        ITERTOOLS
            .iter()
            .try_for_each(|each| in_module(module, each, vm))
    })
}

fn in_module(module: &Py<PyModule>, guarded: &Guarded, vm: &VirtualMachine) -> PyResult<()> {
    let found = vm.get_attribute_opt(module.as_object(), guarded.0)?;
    if let Some(Ok(class)) = found.map(|found| found.downcast::<PyType>()) {
        guard(&class, guarded);
    }
    Ok(())
}
