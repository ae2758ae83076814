//! Iterators of iterators, and static methods of static methods: each level asks the next one, which the interpreter does without
//! looking at the stack.

use std::sync::OnceLock;

use rustpython_vm::builtins::PyModuleDef;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::protocol::PyIterReturn;
use rustpython_vm::{PyObject, PyResult, VirtualMachine};

use super::replace::{Exec, class_in, run_original, take_slot, with_exec};

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
    take_slot(&types.staticmethod_type.slots.call, &STATIC, call_static);
    let classes = [
        types.map_type,
        types.filter_type,
        types.zip_type,
        types.enumerate_type,
    ];
    for (class, (_, original, next)) in classes.into_iter().zip(BUILTIN) {
        take_slot(&class.slots.iternext, original, *next);
    }
}

static EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// `itertools` with the check in its iterators.
pub(super) fn def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&EXEC, vm, module)?;
        for (name, original, next) in ITERTOOLS {
            if let Some(class) = class_in(module, name, vm)? {
                take_slot(&class.slots.iternext, original, *next);
            }
        }
        Ok(())
    })
}
