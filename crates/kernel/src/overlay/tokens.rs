//! `_tokenize`: the interpreter parses the whole text before it gives the first token, and its parser recurses without a limit. So
//! the lines are looked at when the last one has been read, before the parser gets them.

use std::cell::RefCell;
use std::sync::OnceLock;

use rustpython_vm::builtins::{PyBytes, PyModule, PyModuleDef, PyStr, PyTypeRef};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

use super::krait::check_nesting;
use super::replace::{Exec, New, class_in, construct, run_original, take_slot, with_exec};
use crate::source::Limits;

static EXEC: OnceLock<Option<Exec>> = OnceLock::new();
static ORIGINAL: OnceLock<New> = OnceLock::new();

/// `_tokenize` with the check before its iterator.
pub(super) fn def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module: &Py<PyModule>| {
        run_original(&EXEC, vm, module)?;
        if let Some(class) = class_in(module, "TokenizerIter", vm)? {
            take_slot(&class.slots.new, &ORIGINAL, guarded);
        }
        Ok(())
    })
}

fn guarded(class: PyTypeRef, mut args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    if let Some(readline) = args.args.first_mut() {
        *readline = watched(readline.clone(), vm);
    }
    construct(&ORIGINAL, class, args, vm)
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
