//! Small corrections of native classes and modules, and of messages that everybody reads.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyModule, PyModuleDef, PyStr, PyTuple};
use rustpython_vm::function::{FuncArgs, ItemDoc, PyMethodFlags};
use rustpython_vm::{AsObject, Py, PyObject, PyObjectRef, PyRef, PyResult, VirtualMachine};

use super::replace::{Exec, run_original, with_exec};

/// `str` of a mapping proxy is that of the mapping.
pub(super) fn install(vm: &VirtualMachine) {
    let class = vm.ctx.types.mappingproxy_type;
    let text = |args: FuncArgs, vm: &VirtualMachine| -> PyResult<PyRef<PyStr>> {
        match args.args.as_slice() {
            [proxy] => vm.call_method(proxy, "copy", ())?.str(vm),
            _ => Err(vm.new_type_error("expected 0 arguments")),
        }
    };
    let def = vm
        .ctx
        .new_method_def("__str__", text, PyMethodFlags::METHOD, ItemDoc::NONE);
    class.set_attr(
        vm.ctx.intern_str("__str__"),
        def.build_method(class, vm).into(),
    );
}

static ARRAY_EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// `array` with the letters of its types.
pub(super) fn array_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    ARRAY_EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module: &Py<PyModule>| {
        run_original(&ARRAY_EXEC, vm, module)?;
        module.set_attr("typecodes", vm.ctx.new_str("bBuwhHiIlLqQfd"), vm)
    })
}

/// What the parser calls differently than Python's: `IndentationError: unexpected indent`.
pub(crate) fn message(error: PyBaseExceptionRef, vm: &VirtualMachine) -> PyBaseExceptionRef {
    if error.fast_isinstance(vm.ctx.exceptions.indentation_error) {
        // An exception that takes no new message keeps the one it has.
        let _ = indentation(error.as_object(), vm);
    }
    error
}

fn indentation(error: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
    let args = error.get_attr("args", vm)?;
    let Some(args) = args.downcast_ref::<PyTuple>() else {
        return Ok(());
    };
    let mut args: Vec<PyObjectRef> = args.as_slice().to_vec();
    let Some(first) = args.first_mut() else {
        return Ok(());
    };
    let found = first
        .downcast_ref::<PyStr>()
        .is_some_and(|text| text.as_bytes() == b"unexpected indentation");
    if !found {
        return Ok(());
    }
    let text: PyObjectRef = vm.ctx.new_str("unexpected indent").into();
    *first = text.clone();
    error.set_attr("args", vm.ctx.new_tuple(args), vm)?;
    error.set_attr("msg", text, vm)
}
