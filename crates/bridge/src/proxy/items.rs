//! `len()`, subscripts and `in`.

use rustpython_vm::builtins::{PyInt, PySlice};
use rustpython_vm::common::hash::PyHash;
use rustpython_vm::protocol::{PyMapping, PySequence};
use rustpython_vm::{AsObject, Py, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::{JsProxy, Question, flags, json, methods, sequence};
use crate::cell::{self, Tag};
use crate::convert::{self, Held};
use crate::glue;

pub(super) fn proxy_of<'a>(object: &'a PyObject, vm: &VirtualMachine) -> PyResult<&'a Py<JsProxy>> {
    object
        .downcast_ref::<JsProxy>()
        .ok_or_else(|| vm.new_type_error("this is no JavaScript object"))
}

pub(super) fn hash_slot(zelf: &PyObject, vm: &VirtualMachine) -> PyResult<PyHash> {
    let number = proxy_of(zelf, vm)?.operate(methods::NUMBER, &[], vm)?;
    number.hash(vm)
}

pub(super) fn length_slot(mapping: PyMapping<'_>, vm: &VirtualMachine) -> PyResult<usize> {
    length(proxy_of(mapping.obj, vm)?, vm)
}

pub(super) fn sequence_length_slot(
    sequence: PySequence<'_>,
    vm: &VirtualMachine,
) -> PyResult<usize> {
    length(proxy_of(sequence.obj, vm)?, vm)
}

pub(super) fn subscript_slot(
    mapping: PyMapping<'_>,
    key: &PyObject,
    vm: &VirtualMachine,
) -> PyResult {
    item(proxy_of(mapping.obj, vm)?, key, vm)
}

pub(super) fn ass_subscript_slot(
    mapping: PyMapping<'_>,
    key: &PyObject,
    value: Option<PyObjectRef>,
    vm: &VirtualMachine,
) -> PyResult<()> {
    set_item(proxy_of(mapping.obj, vm)?, key, value, vm)
}

pub(super) fn contains_slot(
    sequence: PySequence<'_>,
    needle: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<bool> {
    contains(proxy_of(sequence.obj, vm)?, needle, vm)
}

pub(super) fn length(zelf: &Py<JsProxy>, vm: &VirtualMachine) -> PyResult<usize> {
    let length = if zelf.can(flags::DICT_VIEWS) {
        zelf.operate(methods::OWN_LENGTH, &[], vm)?
    } else {
        zelf.ask(Question::Length, vm)?
    };
    if vm.is_none(&length) {
        return Err(vm.new_type_error("object does not have a valid length"));
    }
    // Beyond 2^53 it is a float.
    let number = length.try_float(vm)?.to_f64();
    if number < 0.0 {
        return Err(vm.new_value_error(format!("length {number} of object is negative")));
    }
    if number > f64::from(i32::MAX) {
        return Err(vm.new_overflow_error(format!(
            "length {number} of object is larger than INT_MAX (2147483647)"
        )));
    }
    if number.fract() != 0.0 || number.is_nan() {
        return Err(vm.new_type_error("object does not have a valid length"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number of 31 bits"
    )]
    Ok(number as usize)
}

/// The key of a sequence: an index or a slice.
enum Place {
    Index(PyObjectRef),
    Slice([PyObjectRef; 3]),
}

fn place(zelf: &Py<JsProxy>, key: &PyObject, doing: &str, vm: &VirtualMachine) -> PyResult<Place> {
    let Some(slice) = key.downcast_ref::<PySlice>() else {
        if key.class().is(vm.ctx.types.int_type) {
            return Ok(Place::Index(key.to_owned()));
        }
        return match key.try_index_opt(vm) {
            Some(index) => {
                let index = index?;
                Ok(Place::Index(plain(&index, vm)))
            }
            None => Err(vm.new_type_error(format!(
                "indices of a JavaScript array must be integers or slices, not {}",
                key.class().name()
            ))),
        };
    };
    if zelf.can(flags::TYPED_ARRAY) {
        return Err(vm.new_not_implemented_error(format!(
            "Slice {doing} isn't implemented for typed arrays; subarray() gives a part of one"
        )));
    }
    let none = vm.ctx.none();
    let bound = |value: &PyObject| -> PyResult {
        if vm.is_none(value) {
            return Ok(none.clone());
        }
        let Some(index) = value.try_index_opt(vm) else {
            return Err(vm.new_type_error(
                "slice indices must be integers or None or have an __index__ method",
            ));
        };
        let index = index?;
        Ok(plain(&index, vm))
    };
    Ok(Place::Slice([
        bound(slice.start.as_ref().unwrap_or(&none))?,
        bound(&slice.stop)?,
        bound(slice.step.as_ref().unwrap_or(&none))?,
    ]))
}

/// An integer without the type that it had: a `JsBigInt` as an index is a number for JavaScript.
fn plain(int: &Py<PyInt>, vm: &VirtualMachine) -> PyObjectRef {
    vm.ctx.new_int(int.as_bigint().clone()).into()
}

pub(super) fn item(zelf: &Py<JsProxy>, key: &PyObject, vm: &VirtualMachine) -> PyResult {
    if zelf.can(flags::DICT_VIEWS) {
        return json::own_item(zelf, key, vm);
    }
    let index;
    let mut key = key;
    if zelf.can(flags::SEQUENCES) {
        match place(zelf, key, "subscripting", vm)? {
            Place::Slice(bounds) => return json::operate(zelf, methods::GET_SLICE, &bounds, vm),
            Place::Index(number) => {
                index = number;
                key = &index;
            }
        }
    }
    let mut held = Held::default();
    cell::write(0, convert::to_cell(vm, key, &mut held));
    let tag = Tag::from_number(glue::get_item(zelf.index()));
    let cell = cell::read(0);
    match (tag, cell.length) {
        (Tag::Undefined, 1) => Err(vm.new_key_error(key.to_owned())),
        (Tag::Undefined, 2) => Err(vm.new_index_error("JavaScript array index out of range")),
        (Tag::Undefined, 3) => {
            Err(vm.new_type_error("this JavaScript object cannot be subscripted like that"))
        }
        _ => json::from_cell(zelf, tag, cell, vm),
    }
}

pub(super) fn set_item(
    zelf: &Py<JsProxy>,
    key: &PyObject,
    value: Option<PyObjectRef>,
    vm: &VirtualMachine,
) -> PyResult<()> {
    if zelf.can(flags::DICT_VIEWS) {
        return json::set_own_item(zelf, key, value, vm);
    }
    if (zelf.can(flags::ARRAY_LIKE) && !zelf.can(flags::DOUBLE_PROXY))
        || (value.is_none() && zelf.can(flags::TYPED_ARRAY))
    {
        return Err(unsupported(vm, value.is_none()));
    }
    let index;
    let mut key = key;
    if zelf.can(flags::SEQUENCES) {
        match place(zelf, key, "assignment", vm)? {
            Place::Slice([start, stop, step]) => {
                return match value {
                    None => zelf.operate(methods::DELETE_SLICE, &[start, stop, step], vm),
                    Some(value) => {
                        if value.class().slots.iter.load().is_none()
                            && !value.class().has_attr(vm.ctx.intern_str("__getitem__"))
                        {
                            return Err(vm.new_type_error("must assign iterable to extended slice"));
                        }
                        let values = sequence::as_js_array(&value, vm)?;
                        zelf.operate(methods::SET_SLICE, &[start, stop, step, values], vm)
                    }
                }
                .map(drop);
            }
            Place::Index(number) => {
                index = number;
                key = &index;
            }
        }
    }
    let mut held = Held::default();
    let described = convert::to_cell(vm, key, &mut held);
    cell::write(0, described);
    if let Some(value) = &value {
        cell::write(1, convert::to_cell(vm, value, &mut held));
    }
    let answer = convert::result(vm, glue::set_item(zelf.index(), value.is_none()))?;
    if answer.is(&vm.ctx.true_value) {
        Ok(())
    } else if answer.is(&vm.ctx.false_value) {
        Err(unsupported(vm, value.is_none()))
    } else if answer.try_to_value::<i32>(vm).is_ok_and(|n| n == 2) {
        Err(vm.new_key_error(key.to_owned()))
    } else {
        Err(vm.new_index_error("JavaScript array assignment index out of range"))
    }
}

fn unsupported(vm: &VirtualMachine, deleting: bool) -> rustpython_vm::builtins::PyBaseExceptionRef {
    vm.new_type_error(if deleting {
        "object doesn't support item deletion"
    } else {
        "object doesn't support item assignment"
    })
}

pub(super) fn contains(
    zelf: &Py<JsProxy>,
    needle: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<bool> {
    if zelf.can(flags::DICT_VIEWS) {
        let answer = zelf.operate(methods::OWN_HAS, &[needle.to_owned()], vm)?;
        return Ok(answer.is(&vm.ctx.true_value));
    }
    let mut held = Held::default();
    cell::write(0, convert::to_cell(vm, needle, &mut held));
    let answer = convert::result(vm, glue::contains(zelf.index()))?;
    if vm.is_none(&answer) {
        return Err(vm.new_type_error("this JavaScript object is not a container"));
    }
    Ok(answer.is(&vm.ctx.true_value))
}

pub(super) fn item_slot(sequence: PySequence<'_>, n: isize, vm: &VirtualMachine) -> PyResult {
    let index: PyObjectRef = vm.ctx.new_int(n).into();
    item(proxy_of(sequence.obj, vm)?, &index, vm)
}
