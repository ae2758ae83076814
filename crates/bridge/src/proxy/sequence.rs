//! Arrays and what is like them, as Python's sequences.

use rustpython_vm::types::PyComparisonOp;
use rustpython_vm::{AsObject, Py, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::{JsProxy, flags, items, json, methods, new_array};
use crate::cell;
use crate::convert::{self, Held};
use crate::glue;

/// An array that JavaScript reads the items of `iterable` from.
pub(super) fn as_js_array(iterable: &PyObject, vm: &VirtualMachine) -> PyResult {
    if let Some(proxy) = iterable.downcast_ref::<JsProxy>()
        && proxy.can(flags::SEQUENCES)
    {
        return Ok(iterable.to_owned());
    }
    let array = new_array(vm);
    let index = items::proxy_of(&array, vm)?.index();
    for item in vm.extract_elements_with(iterable, Ok)? {
        let mut held = Held::default();
        cell::write(0, convert::to_cell(vm, &item, &mut held));
        glue::push(index);
    }
    Ok(array)
}

fn first(args: &[PyObjectRef], vm: &VirtualMachine) -> PyObjectRef {
    args.first().cloned().unwrap_or_else(|| vm.ctx.none())
}

pub(super) fn extend(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let more = as_js_array(&first(args, vm), vm)?;
    zelf.operate(methods::EXTEND, &[more], vm)
}

pub(super) fn in_place_add(
    zelf: &Py<JsProxy>,
    args: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyResult {
    extend(zelf, args, vm)?;
    Ok(zelf.as_object().to_owned())
}

pub(super) fn add(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let other = first(args, vm);
    let types = &vm.ctx.types;
    let sequence = other
        .downcast_ref::<JsProxy>()
        .is_some_and(|proxy| proxy.can(flags::SEQUENCES))
        || other.fast_isinstance(types.list_type)
        || other.fast_isinstance(types.tuple_type);
    if !sequence {
        return Ok(vm.ctx.not_implemented());
    }
    json::operate(zelf, methods::CONCAT, &[as_js_array(&other, vm)?], vm)
}

fn times(args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
    match first(args, vm).try_index_opt(vm) {
        Some(index) => Ok(Some(vm.ctx.new_int(index?.as_bigint().clone()).into())),
        None => Ok(None),
    }
}

pub(super) fn multiply(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    match times(args, vm)? {
        Some(times) => json::operate(zelf, methods::REPEAT, &[times], vm),
        None => Ok(vm.ctx.not_implemented()),
    }
}

pub(super) fn in_place_multiply(
    zelf: &Py<JsProxy>,
    args: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyResult {
    let Some(times) = times(args, vm)? else {
        return Ok(vm.ctx.not_implemented());
    };
    zelf.operate(methods::REPEAT_IN_PLACE, &[times], vm)?;
    Ok(zelf.as_object().to_owned())
}

/// Where the first item that is `==` to `value` stands, from `start` up to `stop`.
fn find(
    zelf: &Py<JsProxy>,
    value: &PyObject,
    start: i64,
    stop: i64,
    vm: &VirtualMachine,
) -> PyResult<Option<i64>> {
    let mut n = start;
    loop {
        // The comparison may change the array.
        let length = i64::try_from(items::length(zelf, vm)?).unwrap_or(i64::MAX);
        if n >= length.min(stop) {
            return Ok(None);
        }
        let index = u32::try_from(n).unwrap_or(u32::MAX);
        let item = match convert::result(vm, glue::item(zelf.index(), index)) {
            Ok(item) => item,
            // A proxy that is over equals nothing.
            Err(_) if glue::is_over(zelf.index(), index) => {
                n += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        if item.rich_compare_bool(value, PyComparisonOp::Eq, vm)? {
            return Ok(Some(n));
        }
        n += 1;
    }
}

pub(super) fn index(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let value = first(args, vm);
    let length = i64::try_from(items::length(zelf, vm)?).unwrap_or(i64::MAX);
    let bound = |n: usize, otherwise: i64| -> PyResult<i64> {
        let Some(bound) = args.get(n).filter(|bound| !vm.is_none(bound)) else {
            return Ok(otherwise);
        };
        let bound = i64::try_from(bound.try_index(vm)?.as_bigint()).unwrap_or(i64::MAX);
        Ok(if bound < 0 {
            (bound + length).max(0)
        } else {
            bound
        })
    };
    let (start, stop) = (bound(1, 0)?, bound(2, i64::MAX)?);
    match find(zelf, &value, start, stop, vm)? {
        Some(n) => Ok(vm.ctx.new_int(n).into()),
        None => Err(vm.new_value_error(format!(
            "{} is not in list",
            value.repr(vm)?.to_string_lossy()
        ))),
    }
}

pub(super) fn count(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let value = first(args, vm);
    let (mut found, mut from) = (0, 0);
    while let Some(n) = find(zelf, &value, from, i64::MAX, vm)? {
        found += 1;
        from = n + 1;
    }
    Ok(vm.ctx.new_int(found).into())
}

pub(super) fn remove(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let n = index(zelf, args.get(..1).unwrap_or_default(), vm)?;
    zelf.operate(methods::POP, &[n], vm)?;
    Ok(vm.ctx.none())
}
