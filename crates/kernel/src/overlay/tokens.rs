//! `_tokenize`: the interpreter parses the whole text before it gives the first token, and its parser recurses without a limit. So
//! the lines are looked at when the last one has been read, before the parser gets them.

use std::cell::RefCell;
use std::sync::OnceLock;

use rustpython_vm::builtins::{PyBytes, PyModule, PyModuleDef, PyStr, PyType, PyTypeRef};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

use super::krait::check_nesting;
use super::replace::{Exec, run_original, with_exec};
use crate::source::Limits;

type New = fn(PyTypeRef, FuncArgs, &VirtualMachine) -> PyResult;

static EXEC: OnceLock<Option<Exec>> = OnceLock::new();
static ORIGINAL: OnceLock<New> = OnceLock::new();

/// `_tokenize` with the check before its iterator.
pub(super) fn def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module: &Py<PyModule>| {
        run_original(&EXEC, vm, module)?;
        let found = vm.get_attribute_opt(module.as_object(), "TokenizerIter")?;
        if let Some(Ok(class)) = found.map(|found| found.downcast::<PyType>())
            && let Some(new) = class.slots.new.load()
            && !std::ptr::fn_addr_eq(new, guarded as New)
        {
            let _ = ORIGINAL.set(new);
            class.slots.new.store(Some(guarded));
        }
        Ok(())
    })
}

fn guarded(class: PyTypeRef, mut args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    let Some(original) = ORIGINAL.get() else {
        return Err(vm.new_system_error("TokenizerIter has lost its constructor"));
    };
    if let Some(readline) = args.args.first_mut() {
        *readline = watched(readline.clone(), vm);
    }
    original(class, args, vm)
}

/// The same lines; the end of them raises if they nest too deeply.
fn watched(readline: PyObjectRef, vm: &VirtualMachine) -> PyObjectRef {
    let text = RefCell::new(Vec::new());
    let read = move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
        let check = || {
            let text = vm.ctx.new_bytes(text.take()).into();
            check_nesting(&text, Limits::code(), vm)
        };
        let line = match readline.call(args, vm) {
            Err(error) if error.fast_isinstance(vm.ctx.exceptions.stop_iteration) => {
                check()?;
                return Err(error);
            }
            other => other?,
        };
        let mut text = text.borrow_mut();
        let before = text.len();
        if let Some(line) = line.downcast_ref::<PyStr>() {
            text.extend_from_slice(line.as_bytes());
        } else if let Some(line) = line.downcast_ref::<PyBytes>() {
            text.extend_from_slice(line.as_bytes());
        }
        if text.len() == before {
            drop(text);
            check()?;
        }
        Ok(line)
    };
    vm.new_function("readline", read).into()
}
