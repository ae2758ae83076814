//! What a session has under a name: values, modules, functions to call.

use rustpython_vm::class::StaticType;
use rustpython_vm::function::{FuncArgs, KwArgs};
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::JsValue;

use super::{Runtime, thrown, with_vm};
use crate::convert;
use crate::proxy::JsProxy;

impl Runtime {
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
        self.call_python("pyodide._modules", "pyimport", &[name.into()])
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
            "pyodide._modules",
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
        self.call_python("pyodide._modules", "unregister_js_module", &[name.into()])
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
