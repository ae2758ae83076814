//! Running programs.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use krait_kernel::Keep;
use rustpython_vm::builtins::{PyCode, PyDict, PyDictRef};
use rustpython_vm::bytecode::CodeFlags;
use rustpython_vm::{PyObjectRef, PyRef, PyResult, VirtualMachine};
use wasm_bindgen::{JsCast, JsValue};

use super::{Runtime, settle, thrown, with_vm};
use crate::{convert, glue, suspend};

/// How a program is run.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The name in tracebacks.
    pub filename: Option<String>,
    /// The namespace: a PyProxy of a `dict`. Without one it is that of `__main__`.
    pub globals: Option<JsValue>,
    /// Where names are bound, if that is not the namespace: a PyProxy of any mapping.
    pub locals: Option<JsValue>,
    /// Whether the value of the last expression is thrown away: a script, not a cell.
    pub is_script: bool,
}

/// What is done around the first slice of a program: from its start to its first `await`.
pub struct Around {
    /// Called before; if it fails the program does not run, and its promise is rejected with the error.
    pub before: Box<dyn FnOnce() -> Result<(), JsValue>>,
    /// Called after.
    pub after: Box<dyn FnOnce() -> Result<(), JsValue>>,
}

impl std::fmt::Debug for Around {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Around").finish_non_exhaustive()
    }
}

/// A program on its way.
#[derive(Debug, Clone)]
pub struct Started {
    /// Resolves with the value of the program's last expression, or is rejected with what it raised.
    pub ended: Promise,
    /// Resolves when its first slice has run; none if that has happened.
    pub begun: Option<Promise>,
}

/// A program that was compiled before it is run.
struct Prepared {
    text: String,
    filename: String,
    code: PyResult<PyRef<PyCode>>,
}

thread_local! {
    static PREPARED: RefCell<Option<Prepared>> = const { RefCell::new(None) };
}

impl Runtime {
    /// Compiles a program that [`Runtime::start`] is to run next: compiling and running are then two tasks of the browser's.
    /// An error is kept, and raised when it is run.
    pub fn prepare(&self, code: &str, options: &RunOptions) {
        let code = with_vm(|vm| Prepared {
            text: code.to_owned(),
            filename: filename(options).to_owned(),
            code: compile(vm, code, options),
        });
        drop(PREPARED.replace(Some(code)));
    }

    /// Runs a program to its end and returns the value of its last expression.
    ///
    /// # Errors
    /// A `PythonError` with what the program raised; a program with `await` at its top level cannot be run like this.
    pub fn run(&self, code: &str, options: &RunOptions) -> Result<JsValue, JsValue> {
        with_vm(|vm| {
            let run = || {
                match execute(vm, code, options)? {
                    Outcome::Value(value) => convert::to_js(vm, &value),
                    Outcome::Coroutine(coroutine) => {
                        // Nobody is going to await it, and that is said here.
                        vm.call_method(&coroutine, "close", ())?;
                        Err(vm.new_exception_msg(
                            vm.ctx.exceptions.syntax_error.to_owned(),
                            "'await' outside function: this program awaits at its top level; run it with runPythonAsync() or in a <script type=\"py\"> without async=\"false\"".into(),
                        ))
                    }
                }
            };
            let result = run().map_err(|exception| thrown(vm, &exception));
            krait_kernel::flush(vm);
            result
        })
    }

    /// Runs a program that may await at its top level. The promise gives the value of the last expression or a
    /// `PythonError`.
    pub fn run_async(&self, code: &str, options: &RunOptions) -> Promise {
        self.start(code, options, None).ended
    }

    /// The same, with what is to be done before and after the program's first slice. Where the browser can suspend
    /// WebAssembly the program begins in the next microtask, so that it can wait without `await`; elsewhere its first
    /// slice has run when this returns.
    pub fn start(&self, code: &str, options: &RunOptions, around: Option<Around>) -> Started {
        let (ended, resolve, reject) = deferred();
        if !glue::can_suspend() {
            first_slice(code, options, around, &resolve, &reject);
            return Started { ended, begun: None };
        }
        let (begun, begin, _) = deferred();
        let (code, options) = (code.to_owned(), options.clone());
        suspend::start(Box::new(move || {
            with_vm(enter_context);
            first_slice(&code, &options, around, &resolve, &reject);
            with_vm(|vm| drop(vm.context_stack.borrow_mut().pop()));
            let _ = begin.call0(&JsValue::UNDEFINED);
        }));
        Started {
            ended,
            begun: Some(begun),
        }
    }
}

/// A promise with the functions that settle it. Python never runs inside a promise's executor: that would turn a trap into
/// a rejection.
fn deferred() -> (Promise, Function, Function) {
    let mut settlers = None;
    let promise = Promise::new(&mut |resolve, reject| settlers = Some((resolve, reject)));
    // The executor has run (ECMA-262, 27.2.3.1). The default of a `Function` would be made from text.
    let nothing = || JsValue::UNDEFINED.unchecked_into();
    let (resolve, reject) = settlers.unwrap_or_else(|| (nothing(), nothing()));
    glue::keeps(&resolve);
    glue::keeps(&reject);
    (promise, resolve, reject)
}

/// Gives what runs from here a context of its own, so that nothing else sees it while this is suspended.
fn enter_context(vm: &VirtualMachine) {
    let context = vm
        .import("_contextvars", 0)
        .and_then(|module| vm.call_method(&module, "copy_context", ()));
    if let Ok(context) = context {
        vm.context_stack.borrow_mut().push(context);
    }
}

/// Runs `f` in a context of its own, on a stack that may be suspended.
pub(crate) fn in_new_context(f: impl FnOnce(&VirtualMachine)) {
    with_vm(|vm| {
        enter_context(vm);
        f(vm);
        drop(vm.context_stack.borrow_mut().pop());
        krait_kernel::flush(vm);
    });
}

fn first_slice(
    code: &str,
    options: &RunOptions,
    around: Option<Around>,
    resolve: &Function,
    reject: &Function,
) {
    let (before, after) = match around {
        Some(around) => (Some(around.before), Some(around.after)),
        None => (None, None),
    };
    if let Some(Err(error)) = before.map(|before| before()) {
        let _ = reject.call1(&JsValue::UNDEFINED, &error);
        return;
    }
    with_vm(|vm| {
        let run = || -> PyResult<()> {
            match execute(vm, code, options)? {
                Outcome::Value(value) => {
                    let _ = resolve.call1(&JsValue::UNDEFINED, &convert::to_js(vm, &value)?);
                    Ok(())
                }
                Outcome::Coroutine(coroutine) => {
                    let resolve = convert::from_js(vm, resolve)?;
                    let reject = convert::from_js(vm, reject)?;
                    settle(vm, coroutine, resolve, reject)
                }
            }
        };
        if let Err(exception) = run() {
            let _ = reject.call1(&JsValue::UNDEFINED, &thrown(vm, &exception));
        }
        krait_kernel::flush(vm);
    });
    if let Some(Err(error)) = after.map(|after| after()) {
        let _ = reject.call1(&JsValue::UNDEFINED, &error);
    }
}

/// What a program gave.
enum Outcome {
    /// The value of its last expression: it has ended.
    Value(PyObjectRef),
    /// It awaits at its top level and has not begun.
    Coroutine(PyObjectRef),
}

/// Compiles and runs a program.
fn execute(vm: &VirtualMachine, text: &str, options: &RunOptions) -> PyResult<Outcome> {
    let globals = match &options.globals {
        Some(globals) => namespace(vm, globals)?,
        None => krait_kernel::main_namespace(vm)?,
    };
    let locals = match &options.locals {
        Some(locals) => Some(convert::from_js(vm, locals)?),
        None => None,
    };
    let prepared = PREPARED.take();
    let code = match prepared {
        Some(it) if it.text == text && it.filename == filename(options) => it.code,
        _ => compile(vm, text, options),
    }?;
    let awaits = code.code.flags.contains(CodeFlags::COROUTINE);
    let value = krait_kernel::run_in(vm, code, globals, locals)?;
    Ok(if awaits {
        Outcome::Coroutine(value)
    } else {
        Outcome::Value(value)
    })
}

fn filename(options: &RunOptions) -> &str {
    options.filename.as_deref().unwrap_or("<exec>")
}

fn compile(vm: &VirtualMachine, text: &str, options: &RunOptions) -> PyResult<PyRef<PyCode>> {
    let keep = if options.is_script {
        Keep::Nothing
    } else {
        Keep::LastExpression
    };
    krait_kernel::compile(vm, &krait_kernel::dedent(text), filename(options), keep)
}

fn namespace(vm: &VirtualMachine, globals: &JsValue) -> PyResult<PyDictRef> {
    convert::from_js(vm, globals)?
        .downcast::<PyDict>()
        .map_err(|other| {
            vm.new_type_error(format!(
                "globals must be a dict, not {}",
                other.class().name()
            ))
        })
}
