//! Calls of JavaScript functions.

use rustpython_vm::function::FuncArgs;
use rustpython_vm::{Py, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::JsProxy;
use crate::handle::Handle;
use crate::{convert, glue};

pub(super) fn call_slot(zelf: &PyObject, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    call(zelf, &args.args, &keywords(vm, &args), vm)
}

/// Calls without keywords come here with the interpreter's own list of arguments.
pub(super) fn vectorcall_slot(
    zelf: &PyObject,
    args: Vec<PyObjectRef>,
    positional: usize,
    names: Option<&[PyObjectRef]>,
    vm: &VirtualMachine,
) -> PyResult {
    let Some(names) = names else {
        return call(zelf, &args, &[], vm);
    };
    let (args, values) = args.split_at(positional.min(args.len()));
    let keywords: Vec<_> = names.iter().cloned().zip(values.iter().cloned()).collect();
    call(zelf, args, &keywords, vm)
}

fn call(
    zelf: &PyObject,
    args: &[PyObjectRef],
    keywords: &[(PyObjectRef, PyObjectRef)],
    vm: &VirtualMachine,
) -> PyResult {
    let proxy = zelf
        .downcast_ref::<JsProxy>()
        .ok_or_else(|| vm.new_type_error("this is no JavaScript function"))?;
    let this = proxy.receiver.as_ref().map(|receiver| receiver.index());
    convert::call(vm, proxy.index(), this, args, keywords)
}

pub(crate) fn keywords(vm: &VirtualMachine, args: &FuncArgs) -> Vec<(PyObjectRef, PyObjectRef)> {
    args.kwargs
        .iter()
        .map(|(name, value)| (vm.ctx.new_str(name.clone()).into(), value.clone()))
        .collect()
}

/// A function that is an attribute of a Python class is a method: the instance is its `this`.
pub(super) fn bind_slot(
    zelf: &PyObject,
    instance: Option<&PyObject>,
    _class: Option<&PyObject>,
    vm: &VirtualMachine,
) -> PyResult {
    let proxy = super::items::proxy_of(zelf, vm)?;
    let Some(instance) = instance.filter(|instance| !vm.is_none(instance)) else {
        return Ok(zelf.to_owned());
    };
    let receiver = crate::deep::create_proxy(vm, instance, false, false);
    let receiver = receiver.downcast::<JsProxy>().ok();
    Ok(super::make(
        vm,
        Handle::new(&proxy.handle().value()),
        proxy.flags,
        receiver,
    ))
}

/// Creates an object with `new`, as JavaScript's `Reflect.construct`.
pub(super) fn construct(zelf: &Py<JsProxy>, args: &FuncArgs, vm: &VirtualMachine) -> PyResult {
    let index = zelf.index();
    let tag = convert::with_arguments(vm, &args.args, &keywords(vm, args), |count| {
        glue::construct(index, count)
    })?;
    convert::result(vm, tag)
}
