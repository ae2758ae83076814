//! `_krait_ffi`: the native half of `pyodide.ffi`.

pub(crate) use _krait_ffi::module_def;

#[rustpython_vm::pymodule]
mod _krait_ffi {
    use rustpython_vm::builtins::{PyModule, PyUtf8StrRef};
    use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

    use crate::deep::{self, Options};
    use crate::proxy;

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        deep::register();
        module.set_attr(
            vm.ctx.intern_str("ConversionError"),
            deep::conversion_error_class(vm),
            vm,
        )
    }

    /// The class of one ability by its name; `None` if there is none of that name.
    #[pyfunction]
    fn js_class(name: PyUtf8StrRef, vm: &VirtualMachine) -> PyObjectRef {
        proxy::mixin(vm, name.as_str()).map_or_else(|| vm.ctx.none(), Into::into)
    }

    /// `to_js` with everything said by position.
    #[pyfunction]
    #[expect(
        clippy::too_many_arguments,
        reason = "the parameters of pyodide.ffi.to_js"
    )]
    fn to_js(
        value: PyObjectRef,
        depth: i32,
        pyproxies: PyObjectRef,
        create_pyproxies: bool,
        dict_converter: PyObjectRef,
        default_converter: PyObjectRef,
        eager_converter: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult {
        let given = |value: PyObjectRef| (!vm.is_none(&value)).then_some(value);
        let options = Options {
            pyproxies: given(pyproxies),
            no_proxies: !create_pyproxies,
            dict_converter: given(dict_converter),
            default_converter: given(default_converter),
            eager_converter: given(eager_converter),
        };
        deep::to_js(vm, &value, depth, options)
    }

    /// Whether a proxy is that of an array.
    #[pyfunction]
    fn is_array(value: PyObjectRef, vm: &VirtualMachine) -> bool {
        proxy::mixin(vm, "JsArray").is_some_and(|class| value.fast_isinstance(&class))
    }

    /// Destroys each proxy of an array.
    #[pyfunction]
    fn destroy_proxies(proxies: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        proxy::destroy_all(vm, &proxies)
    }

    /// A proxy of a Python object with a life of its own.
    #[pyfunction]
    fn create_proxy(
        value: PyObjectRef,
        capture_this: bool,
        roundtrip: bool,
        vm: &VirtualMachine,
    ) -> PyObjectRef {
        deep::create_proxy(vm, &value, capture_this, roundtrip)
    }
}
