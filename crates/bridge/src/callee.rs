//! Functions of Python as JavaScript calls them: again and again, with as many arguments as they take.
//!
//! The interpreter's own way for such a call needs neither a frame on the heap nor a look at the function's parameters. What
//! it asks for instead, that the arguments fit exactly, is found out once and holds as long as the function's version.

use rustpython_vm::builtins::{PyCode, PyFunction};
use rustpython_vm::bytecode::CodeFlags;
use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

use crate::table;

/// What is known of a function's parameters.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Shape {
    /// The version of the function that was looked at, 0 if none was.
    version: u32,
    /// How many arguments fill the parameters exactly; [`OTHER`] if some parameters are not positional ones.
    arity: u32,
}

const OTHER: u32 = u32::MAX;

impl Shape {
    fn of(vm: &VirtualMachine, function: &Py<PyFunction>) -> PyResult<Self> {
        let code = function.as_object().get_attr("__code__", vm)?;
        let version = function.get_version_for_current_state();
        let others = CodeFlags::VARARGS | CodeFlags::VARKEYWORDS;
        let arity = match code.downcast_ref::<PyCode>() {
            Some(code)
                if code.flags.contains(CodeFlags::OPTIMIZED)
                    && !code.flags.intersects(others)
                    && code.kwonlyarg_count == 0 =>
            {
                code.arg_count
            }
            _ => OTHER,
        };
        Ok(Self { version, arity })
    }

    fn is_of(self, function: &Py<PyFunction>) -> bool {
        self.version != 0 && self.version == function.func_version()
    }
}

/// Calls the object of an id with positional arguments.
pub(crate) fn call(vm: &VirtualMachine, id: u32, args: Vec<PyObjectRef>) -> PyResult {
    let (object, known) = table::callee(vm, id)?;
    // Who traces wants frames that last.
    if let Some(function) = object.downcast_ref::<PyFunction>()
        && !vm.use_tracing.get()
    {
        let shape = if known.is_of(function) {
            known
        } else {
            let found = Shape::of(vm, function)?;
            table::set_shape(id, found);
            found
        };
        if usize::try_from(shape.arity) == Ok(args.len()) {
            return function.invoke_exact_args(args, vm);
        }
    }
    let count = args.len();
    object.vectorcall(args, count, None, vm)
}
