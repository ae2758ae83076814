//! A session in a browser: running programs, entering from JavaScript, and what happens after a trap.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use krait_kernel::{BootError, Keep, Session, Stream};
use rustpython_vm::builtins::{PyBaseExceptionRef, PyDict, PyDictRef};
use rustpython_vm::bytecode::CodeFlags;
use rustpython_vm::class::StaticType;
use rustpython_vm::function::{FuncArgs, KwArgs};
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::handle::Handle;
use crate::host::BrowserHost;
use crate::proxy::JsProxy;
use crate::{cell, convert, error, glue, host, module, suspend};

thread_local! {
    static SESSION: RefCell<Option<Rc<Session>>> = const { RefCell::new(None) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static ENTRIES: Cell<u32> = const { Cell::new(0) };
}

/// Calls from JavaScript that have not returned. A trap leaves the number where it was, which is how it is noticed.
#[wasm_bindgen]
pub fn krait_depth() -> u32 {
    DEPTH.with(Cell::get)
}

/// Runs `f` in the session of this instance.
///
/// # Panics
/// When there is no session: JavaScript gets references to Python objects from a session only.
pub(crate) fn with_vm<R>(f: impl FnOnce(&VirtualMachine) -> R) -> R {
    ENTRIES.with(|entries| entries.set(entries.get().wrapping_add(1)));
    with_vm_uncounted(f)
}

/// The same for what the browser's garbage collector begins: a count of it would be another each time.
pub(crate) fn with_vm_uncounted<R>(f: impl FnOnce(&VirtualMachine) -> R) -> R {
    let session = SESSION.with(|session| session.borrow().clone());
    let Some(session) = session else {
        panic!("JavaScript called into Python before there was a session");
    };
    DEPTH.with(|depth| depth.set(depth.get() + 1));
    let result = session.enter(f);
    DEPTH.with(|depth| depth.set(depth.get() - 1));
    result
}

/// Why the session can no longer be used.
pub(crate) fn dead() -> Option<JsValue> {
    let reason = glue::death();
    (!reason.is_undefined()).then_some(reason)
}

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

/// The Python session of this wasm instance.
#[derive(Debug, Clone)]
pub struct Runtime {
    session: Rc<Session>,
}

impl Runtime {
    /// Boots Python with the core library archive. `std_url` is where the rest of the library is fetched from when it
    /// is imported before [`Runtime::add_library`] supplied it.
    ///
    /// # Errors
    /// When the archive is broken or boot fails.
    pub fn boot(core: Vec<u8>, std_url: Option<String>) -> Result<Self, BootError> {
        connect(std_url);
        std::panic::set_hook(Box::new(|info| glue::panicked(&info.to_string())));
        let host = Rc::new(BrowserHost::default());
        let session = Rc::new(
            Session::builder()
                .native_module(module::module_def)
                .native_module(crate::ffi::module_def)
                .boot(host, core)?,
        );
        SESSION.with(|slot| *slot.borrow_mut() = Some(Rc::clone(&session)));
        with_vm(|vm| {
            module::install(vm).map_err(|exception| krait_kernel::format_exception(vm, &exception))
        })
        .map_err(BootError::Overlay)?;
        Ok(Self { session })
    }

    /// The session that this instance's memory began with, if it is an image: connected to the page that it is in now.
    #[must_use]
    pub fn from_image(std_url: Option<String>) -> Option<Self> {
        let session = SESSION.with(|session| session.borrow().clone())?;
        connect(std_url);
        Some(Self { session })
    }

    /// Makes this session fit to be an image: imports the modules of `start`, and checks that nothing in its memory
    /// belongs to this instance alone. Tells which modules' code the session has forgotten.
    ///
    /// # Errors
    /// What an import raises, or what of JavaScript is still referred to.
    pub fn prepare_image(&self, start: &[&str]) -> Result<Vec<String>, String> {
        let forgotten = self.session.prepare_image(start)?;
        zero_free_memory();
        let pinned = (3..cell::FIRST_HANDLE).filter(|slot| cell::pins(*slot) != 0);
        let alive = [
            ("handles of JavaScript values", glue::live_handles()),
            (
                "Python objects that JavaScript refers to",
                crate::table::live(),
            ),
            (
                "pinned methods",
                u32::try_from(pinned.count()).unwrap_or(u32::MAX),
            ),
            (
                "values in wasm-bindgen's table",
                wasm_bindgen::externref_heap_live_count(),
            ),
            ("calls that have not returned", krait_depth()),
        ];
        match alive.iter().find(|(_, count)| *count != 0) {
            None => Ok(forgotten),
            Some((what, count)) => Err(format!("an image cannot hold {what}: there are {count}")),
        }
    }

    /// Notices traps in handlers that the browser calls directly, as a page has them: those pass no guard.
    pub fn watch() {
        glue::watch();
    }

    /// The function with which every call into the kernel is wrapped: it notices traps and refuses calls after one.
    #[must_use]
    pub fn guard() -> js_sys::Function {
        glue::guard()
    }

    /// Live references across the boundary and how often it was crossed, by name.
    #[must_use]
    pub fn counts() -> [(&'static str, u32); 7] {
        [
            ("handles", glue::live_handles()),
            ("objects", crate::table::live()),
            ("proxies", glue::live_proxies()),
            ("buffers", crate::buffer::live()),
            ("crossings", glue::crossings()),
            ("entries", ENTRIES.with(Cell::get)),
            ("strings", glue::copied_strings()),
        ]
    }

    /// What the JavaScript API takes from this side: the classes of proxies and the like.
    #[must_use]
    pub fn workshop() -> JsValue {
        glue::workshop()
    }

    /// Calls `f` with the error that ended the session, when that happens.
    pub fn on_death(f: &js_sys::Function) {
        glue::on_death(f);
    }

    /// Chooses where a stream goes: an object with a function `line` or `bytes`; `undefined` restores the console.
    pub fn set_output_hook(stream: Stream, hook: &JsValue) {
        host::set_output_hook(stream, hook);
    }

    /// Chooses where input comes from: a function that gives a line or `null`; `undefined` restores the browser's dialog.
    pub fn set_input_hook(hook: &JsValue) {
        glue::set_input(hook);
    }

    /// Adds the rest of the library.
    ///
    /// # Errors
    /// When the bytes are no archive.
    pub fn add_library(&self, archive: Vec<u8>) -> Result<(), JsValue> {
        self.session
            .add_library(archive)
            .map_err(|error| js_sys::Error::new(&error.to_string()).into())
    }

    /// Whether the program imports something that is in the library but not loaded.
    #[must_use]
    pub fn needs_library(&self, code: &str) -> bool {
        imported_names(code)
            .iter()
            .any(|name| self.session.library_lacks(name))
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
                        Err(vm.new_runtime_error(
                            "this program awaits at its top level: run it with runPythonAsync() or in a <script type=\"py\"> without async=\"false\"",
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

    /// A value of `__main__` by dotted name, converted; `undefined` if there is none.
    ///
    /// # Errors
    /// What a property on the way raises.
    pub fn lookup(&self, dotted: &str) -> Result<JsValue, JsValue> {
        with_vm(|vm| {
            let look = || -> PyResult<JsValue> {
                let mut parts = dotted.split('.');
                let first = parts.next().unwrap_or_default();
                let globals = krait_kernel::main_namespace(vm)?;
                let mut value = match globals.get_item_opt(first, vm)? {
                    Some(value) => value,
                    None => match vm.builtins.as_object().get_attr(&vm.ctx.new_str(first), vm) {
                        Ok(value) => value,
                        Err(_) => return Ok(JsValue::UNDEFINED),
                    },
                };
                for part in parts {
                    let name = vm.ctx.new_str(part);
                    value = match vm.get_attribute_opt(&value, &*name)? {
                        Some(value) => value,
                        None => return Ok(JsValue::UNDEFINED),
                    };
                }
                convert::to_js(vm, &value)
            };
            look().map_err(|exception| thrown(vm, &exception))
        })
    }

    /// The namespace of `__main__`, as a PyProxy.
    ///
    /// # Errors
    /// When the guest removed `__main__`.
    pub fn globals(&self) -> Result<JsValue, JsValue> {
        with_vm(|vm| {
            krait_kernel::main_namespace(vm)
                .and_then(|globals| convert::to_js(vm, globals.as_object()))
                .map_err(|exception| thrown(vm, &exception))
        })
    }

    /// The namespace of `builtins`, as a PyProxy.
    ///
    /// # Errors
    /// When there is none.
    pub fn builtins(&self) -> Result<JsValue, JsValue> {
        with_vm(|vm| {
            let dict = vm.builtins.dict();
            convert::to_js(vm, dict.as_object()).map_err(|exception| thrown(vm, &exception))
        })
    }

    /// Imports a module and returns it, or the attribute that a dotted name ends in.
    ///
    /// # Errors
    /// What the import raises.
    pub fn import(&self, name: &str) -> Result<JsValue, JsValue> {
        self.call_python("pyodide._run", "pyimport", &[name.into()])
    }

    /// The Python object that `JsProxy.to_py` makes of a JavaScript value; values that are none of its containers come back
    /// as they are.
    ///
    /// # Errors
    /// When something cannot be converted, or what the converter raises.
    pub fn to_py(
        &self,
        value: &JsValue,
        depth: &JsValue,
        default_converter: &JsValue,
    ) -> Result<JsValue, JsValue> {
        with_vm(|vm| {
            let convert = || -> PyResult<JsValue> {
                let object = convert::from_js(vm, value)?;
                if !object.fast_isinstance(JsProxy::static_type()) {
                    return convert::to_js(vm, &object);
                }
                let mut options = Vec::new();
                for (name, option) in [("depth", depth), ("default_converter", default_converter)] {
                    if !option.is_undefined() {
                        options.push((name.to_owned(), convert::from_js(vm, option)?));
                    }
                }
                let to_py = object.class().get_attr(vm.ctx.intern_str("to_py"));
                let to_py = to_py.ok_or_else(|| vm.new_type_error("JsProxy has no to_py()"))?;
                let options: KwArgs = options.into_iter().collect();
                let converted = to_py.call(FuncArgs::new(vec![object], options), vm)?;
                convert::to_js(vm, &converted)
            };
            convert().map_err(|exception| thrown(vm, &exception))
        })
    }

    /// Makes a JavaScript object importable.
    ///
    /// # Errors
    /// When the name is not a string that can be a module's.
    pub fn register_js_module(&self, name: &str, value: &JsValue) -> Result<(), JsValue> {
        self.call_python(
            "pyodide._run",
            "register_js_module",
            &[name.into(), value.clone()],
        )
        .map(drop)
    }

    /// Takes a JavaScript module away again; modules that imported it keep it.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn unregister_js_module(&self, name: &str) -> Result<(), JsValue> {
        self.call_python("pyodide._run", "unregister_js_module", &[name.into()])
            .map(drop)
    }

    /// Calls a function of a Python module. A coroutine is started and its awaitable returned.
    ///
    /// # Errors
    /// What the function raises.
    pub fn call_python(
        &self,
        module: &str,
        function: &str,
        args: &[JsValue],
    ) -> Result<JsValue, JsValue> {
        with_vm(|vm| {
            let call = || -> PyResult<JsValue> {
                let function = import(vm, module)?.get_attr(vm.ctx.intern_str(function), vm)?;
                let args = args
                    .iter()
                    .map(|arg| convert::from_js(vm, arg))
                    .collect::<PyResult<Vec<_>>>()?;
                let value = function.call(args, vm)?;
                let value = start_if_coroutine(vm, value)?;
                convert::to_js(vm, &value)
            };
            let result = call().map_err(|exception| thrown(vm, &exception));
            krait_kernel::flush(vm);
            result
        })
    }

    /// The session's files.
    #[must_use]
    pub fn files(&self) -> &krait_kernel::Vfs {
        self.session.files()
    }
}

/// Tells JavaScript where values cross, and this instance where the page's library lies.
fn connect(std_url: Option<String>) {
    let (cells, text) = cell::addresses();
    glue::connect(wasm_bindgen::exports(), wasm_bindgen::memory(), cells, text);
    crate::host::set_std_url(std_url);
}

/// Overwrites what free memory still holds with zeros, by taking and giving back as much of it as there is: an image would
/// carry the rests.
fn zero_free_memory() {
    #[cfg(target_arch = "wasm32")]
    {
        let mut taken = Vec::with_capacity(1 << 16);
        let mut pages = core::arch::wasm32::memory_size(0);
        for shift in (4..=20).rev() {
            loop {
                let block = vec![0_u8; 1 << shift];
                let now = core::arch::wasm32::memory_size(0);
                if now > pages || taken.len() == taken.capacity() {
                    pages = now;
                    break;
                }
                taken.push(std::hint::black_box(block));
            }
        }
    }
}

/// Names that a program imports, by its statements; empty if it does not parse.
fn imported_names(code: &str) -> Vec<String> {
    krait_kernel::imports_of(code)
}

fn thrown(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> JsValue {
    error::to_js(vm, exception).value()
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

/// A promise with the functions that settle it. Python never runs inside a promise's executor: that would turn a trap into
/// a rejection.
fn deferred() -> (Promise, Function, Function) {
    let mut settlers = None;
    let promise = Promise::new(&mut |resolve, reject| settlers = Some((resolve, reject)));
    // The executor has run (ECMA-262, 27.2.3.1). The default of a `Function` would be made from text.
    let nothing = || JsValue::UNDEFINED.unchecked_into();
    let (resolve, reject) = settlers.unwrap_or_else(|| (nothing(), nothing()));
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
    let filename = options.filename.as_deref().unwrap_or("<exec>");
    let keep = if options.is_script {
        Keep::Nothing
    } else {
        Keep::LastExpression
    };
    let globals = match &options.globals {
        Some(globals) => namespace(vm, globals)?,
        None => krait_kernel::main_namespace(vm)?,
    };
    let locals = match &options.locals {
        Some(locals) => Some(convert::from_js(vm, locals)?),
        None => None,
    };
    let code = krait_kernel::compile(vm, &krait_kernel::dedent(text), filename, keep)?;
    let awaits = code.code.flags.contains(CodeFlags::COROUTINE);
    let value = krait_kernel::run_in(vm, code, globals, locals)?;
    Ok(if awaits {
        Outcome::Coroutine(value)
    } else {
        Outcome::Value(value)
    })
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

/// Imports a module by its full name and returns it, not its top package.
pub(crate) fn import(vm: &VirtualMachine, name: &str) -> PyResult {
    let modules = vm.sys_module.get_attr("modules", vm)?;
    if let Ok(module) = modules.get_item(name, vm) {
        return Ok(module);
    }
    vm.import(&*vm.ctx.new_str(name), 0)?;
    modules.get_item(name, vm)
}

/// A coroutine that comes back to JavaScript is started: JavaScript could not await it otherwise.
pub(crate) fn start_if_coroutine(vm: &VirtualMachine, value: PyObjectRef) -> PyResult {
    if !value.class().is(vm.ctx.types.coroutine_type) {
        return Ok(value);
    }
    let run = import(vm, "pyodide._run")?;
    vm.call_method(&run, "start", (value,))
}

/// Settles a promise with what an awaitable gives.
pub(crate) fn settle(
    vm: &VirtualMachine,
    awaitable: PyObjectRef,
    resolve: PyObjectRef,
    reject: PyObjectRef,
) -> PyResult<()> {
    let run = import(vm, "pyodide._run")?;
    vm.call_method(&run, "settle", (awaitable, resolve, reject))
        .map(drop)
}

/// A turn of the event loop: timer `id`, or all that is ready (0).
#[wasm_bindgen]
pub fn krait_loop_run(id: u32) {
    if dead().is_some() {
        return;
    }
    suspend::from_loop(|| {
        with_vm(|vm| {
            let result = module::loop_runner(vm).map_or(Ok(vm.ctx.none()), |runner| {
                runner.call((vm.ctx.new_int(id),), vm)
            });
            if let Err(exception) = result {
                report(vm, &exception);
            }
            krait_kernel::flush(vm);
        });
    });
}

/// An exception that nobody takes: it goes where uncaught errors of the page go.
pub(crate) fn report(vm: &VirtualMachine, exception: &PyBaseExceptionRef) {
    let handle: Handle = error::to_js(vm, exception);
    glue::report(handle.index());
}

/// Whether a thrown value is Python's.
#[must_use]
pub fn is_python_error(value: &JsValue) -> bool {
    value
        .dyn_ref::<js_sys::Error>()
        .is_some_and(|error| error.name() == "PythonError")
}
