//! The modules that the interpreter carries as code (`importlib._bootstrap`, `codecs`, ...).
//!
//! Boot has loaded what it wants of them, so their code is not in the module that a page begins with: it comes with the
//! rest (`split.late` in `wasm-pack.toml`). The functions of `_imp` that read it have it fetched before.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyModuleDef, PyStr};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use super::replace::{Exec, run_original, with_exec};

static EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// The one whose code stays (`modules-but`).
const STAYS: &str = "copyreg";

/// `_imp` whose functions find the code of frozen modules.
pub(super) fn def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&EXEC, vm, module)?;
        for name in ["find_frozen", "get_frozen_object", "init_frozen"] {
            let original = module.get_attr(name, vm)?;
            let fetching = move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
                if reads_code(name, &args) {
                    fetch();
                }
                original.call(args, vm)
            };
            let function: PyObjectRef = vm.new_function(name, fetching).into();
            function.set_attr("__module__", module.get_attr("__name__", vm)?, vm)?;
            module.set_attr(name, function, vm)?;
        }
        Ok(())
    })
}

/// `find_frozen` is asked at each import, and gives the code only to those who want it.
fn reads_code(function: &str, args: &FuncArgs) -> bool {
    if function == "find_frozen" {
        return args.kwargs.contains_key("withdata");
    }
    let name = args
        .args
        .first()
        .and_then(|name| name.downcast_ref::<PyStr>());
    name.is_none_or(|name| name.as_bytes() != STAYS.as_bytes())
}

/// Has the code in memory when it returns: where the module is split, this function is in the rest.
#[inline(never)]
fn fetch() {
    // With an empty body the calls would be left out.
    std::hint::black_box(STAYS);
}
