//! `_krait_js`: the native module behind `js`, `pyodide.ffi` and the event loop.

pub(crate) use _krait_js::{loop_runner, module_def, settler};

use rustpython_vm::{PyResult, VirtualMachine};

use crate::cell::Tag;
use crate::handle::Handle;
use crate::proxy;

/// The slot of `globalThis`.
const GLOBAL: u32 = 2;

/// Makes `js` importable; `pyodide` and the event loop are loaded when they are needed.
pub(crate) fn install(vm: &VirtualMachine) -> PyResult<()> {
    proxy::register(vm);
    let modules = vm.sys_module.get_attr("modules", vm)?;
    let global = proxy::wrap(vm, Handle::pinned(GLOBAL), Tag::Object, None);
    modules.set_item("js", proxy::as_module(vm, &global)?, vm)?;
    vm.import("_krait_bridge", 0).map(drop)
}

#[rustpython_vm::pymodule]
mod _krait_js {
    use std::cell::RefCell;

    use rustpython_vm::builtins::{PyBaseExceptionRef, PyModule, PyType};
    use rustpython_vm::class::StaticType;
    use rustpython_vm::function::ArgIntoFloat;
    use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

    use crate::cell::Tag;
    use crate::handle::Handle;
    use crate::proxy::{self, JsProxy};
    use crate::ways::{self, Way};
    use crate::{error, glue, runtime, suspend, waiting};

    thread_local! {
        static RUNNER: RefCell<Option<PyObjectRef>> = const { RefCell::new(None) };
        static SETTLER: RefCell<Option<PyObjectRef>> = const { RefCell::new(None) };
    }

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        let attributes: [(&str, PyObjectRef); 7] = [
            ("JsProxy", JsProxy::static_type().to_owned().into()),
            ("JsCallable", proxy::callable_class(vm).into()),
            ("JsPromise", proxy::promise_class(vm).into()),
            ("JsBigInt", proxy::big_int_class(vm).into()),
            ("JsNull", proxy::null_class(vm).into()),
            ("jsnull", proxy::null(vm)),
            ("JsException", error::js_exception_class(vm).into()),
        ];
        for (name, value) in attributes {
            module.set_attr(vm.ctx.intern_str(name), value, vm)?;
        }
        Ok(())
    }

    /// The function that runs turns of the event loop.
    pub(crate) fn loop_runner(_vm: &VirtualMachine) -> Option<PyObjectRef> {
        RUNNER.with(|runner| runner.borrow().clone())
    }

    /// The function that settles a future and runs what waits for it.
    pub(crate) fn settler() -> Option<PyObjectRef> {
        SETTLER.with(|settler| settler.borrow().clone())
    }

    /// The loop's function for a turn, and the one for a promise that is settled.
    #[pyfunction]
    fn set_loop(runner: PyObjectRef, settler: PyObjectRef) {
        let before = (
            RUNNER.with(|slot| slot.borrow_mut().replace(runner)),
            SETTLER.with(|slot| slot.borrow_mut().replace(settler)),
        );
        drop(before);
    }

    /// Settles `future` when `promise` is.
    #[pyfunction]
    fn await_promise(
        promise: PyObjectRef,
        future: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        waiting::settle_with(vm, &promise, future)
    }

    /// A proxy of the same JavaScript object that can be a module.
    #[pyfunction]
    fn as_module(object: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        proxy::as_module(vm, &object)
    }

    /// A class derived from one of proxies; `as_class` makes proxies of it.
    #[pyfunction]
    fn derive(
        class: rustpython_vm::builtins::PyTypeRef,
        namespace: rustpython_vm::builtins::PyDictRef,
        vm: &VirtualMachine,
    ) -> PyResult {
        proxy::derive(vm, class, &namespace)
    }

    /// A further proxy of the same JavaScript object, of a class that was derived from the first one's.
    #[pyfunction]
    fn as_class(
        object: PyObjectRef,
        class: rustpython_vm::builtins::PyTypeRef,
        vm: &VirtualMachine,
    ) -> PyResult {
        proxy::as_class(vm, &object, class)
    }

    /// Whether Python can be suspended here.
    #[pyfunction]
    fn can_suspend() -> bool {
        suspend::refusal().is_none()
    }

    /// A number by which a suspended stack is known.
    #[pyfunction]
    fn suspension() -> u32 {
        suspend::token()
    }

    /// Suspends the stack until `wake` is called with the number.
    #[pyfunction(name = "suspend")]
    fn suspend_until(token: u32, vm: &VirtualMachine) -> PyResult<()> {
        suspend::suspend(vm, token, -1.0)
    }

    #[pyfunction]
    fn wake(token: u32) {
        glue::wake(token);
    }

    /// Why Python cannot be suspended here.
    #[pyfunction]
    fn why_not_suspend() -> Option<&'static str> {
        suspend::refusal()
    }

    /// Asks the browser for a turn of the loop after `delay` milliseconds; 0 is the next task, without the timers' clamp.
    #[pyfunction]
    fn schedule(delay: ArgIntoFloat, id: u32) -> f64 {
        glue::schedule(delay.into_float(), id)
    }

    #[pyfunction]
    fn unschedule(timer: f64) {
        glue::unschedule(timer);
    }

    /// Whether `null` becomes `None`.
    #[pyfunction]
    fn null_is_none(on: bool) {
        ways::take(Way::NullIsNone, on);
    }

    /// Whether `toString()` of a `PyProxy` is `repr()`.
    #[pyfunction]
    fn text_is_repr(on: bool) {
        ways::take(Way::TextIsRepr, on);
    }

    /// The JavaScript error that stands for an exception, to reject a promise with.
    #[pyfunction]
    fn to_js_error(exception: PyBaseExceptionRef, vm: &VirtualMachine) -> PyObjectRef {
        proxy::wrap(vm, error::to_js(vm, &exception), Tag::Object, None)
    }

    /// The frames of a JavaScript error's stack, innermost first: lines of name, file and number.
    #[pyfunction]
    fn stack_frames(error: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        match error.downcast_ref::<JsProxy>() {
            Some(proxy) => crate::convert::result(vm, glue::stack_frames(proxy.handle().index())),
            None => Ok(vm.ctx.new_str("").into()),
        }
    }

    /// The exception for what a promise was rejected with.
    #[pyfunction]
    fn from_js_error(error: PyObjectRef, vm: &VirtualMachine) -> PyObjectRef {
        if error.fast_isinstance(vm.ctx.exceptions.base_exception_type) {
            return error;
        }
        match crate::convert::to_js(vm, &error) {
            Ok(value) => error::from_js_value(vm, &value).into(),
            Err(exception) => exception.into(),
        }
    }

    #[pyfunction]
    fn report(exception: PyBaseExceptionRef, vm: &VirtualMachine) {
        runtime::report(vm, &exception);
    }

    /// Wraps a PyProxy without unwrapping it, for code that wants the JavaScript view of a Python object.
    #[pyfunction]
    fn proxy_of(value: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let value = crate::convert::to_js(vm, &value)?;
        Ok(proxy::wrap(vm, Handle::new(&value), Tag::Function, None))
    }

    /// A promise of the object that mounts files (`kernel.fs`); its code is loaded with the first call.
    #[pyfunction]
    fn files(vm: &VirtualMachine) -> PyResult {
        crate::convert::from_js(vm, &glue::files())
    }

    /// Loads SQLite; `callback` takes and gives bytes when SQLite calls a function of Python's.
    #[pyfunction]
    fn start_sqlite(callback: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        crate::sqlite::start(vm, callback)
    }

    /// Carries out a request to SQLite.
    #[pyfunction]
    fn call_sqlite(
        request: rustpython_vm::function::ArgBytesLike,
        vm: &VirtualMachine,
    ) -> PyResult<rustpython_vm::builtins::PyBytes> {
        crate::sqlite::call(vm, &request)
    }

    /// The embedder's API object, which is `pyodide_js` to Python; `None` if there is none.
    #[pyfunction]
    fn api(vm: &VirtualMachine) -> PyResult {
        crate::convert::from_js(vm, &glue::api())
    }

    /// Puts a method on one of the native classes, which Python code cannot do itself.
    #[pyfunction]
    fn add_method(
        class: rustpython_vm::PyRef<PyType>,
        name: rustpython_vm::builtins::PyUtf8StrRef,
        method: PyObjectRef,
        vm: &VirtualMachine,
    ) {
        class.set_attr(vm.ctx.intern_str(name.as_str()), method);
    }

    #[pyfunction]
    fn crossings() -> u32 {
        glue::crossings()
    }

    #[pyfunction]
    fn live_handles() -> u32 {
        glue::live_handles()
    }

    #[pyfunction]
    fn live_objects() -> u32 {
        crate::table::live()
    }

    /// Promises that Python waits for.
    #[pyfunction]
    fn live_promises() -> u32 {
        waiting::live()
    }

    #[pyfunction]
    fn copied_strings() -> u32 {
        glue::copied_strings()
    }

    #[pyfunction]
    fn is_proxy(value: PyObjectRef) -> bool {
        value.as_object().downcast_ref::<JsProxy>().is_some()
    }
}
