//! Views of objects as dicts and of arrays as lists: `as_py_json` and `as_object_map`.

use rustpython_vm::builtins::PyStr;
use rustpython_vm::{Py, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::{JsProxy, flags, make, methods};
use crate::cell::{self, Cell, Tag};
use crate::convert::{self, Held};
use crate::glue;
use crate::handle::Handle;

/// What is no data: it stays what it is inside a view.
const NO_DATA: u32 = flags::CALLABLE
    | flags::TYPED_ARRAY
    | flags::BUFFER
    | flags::ITERATOR
    | flags::ASYNC_ITERATOR
    | flags::ERROR
    | flags::DOUBLE_PROXY;

/// The flags of a view of an object with `flags`.
fn viewed(flags: u32) -> u32 {
    if flags & NO_DATA != 0 {
        flags
    } else if flags & flags::ARRAY != 0 {
        flags | flags::JSON_SEQUENCE
    } else {
        flags::JSON_DICT
    }
}

/// The value of a cell as `zelf` gives it: a view, if `zelf` is one.
pub(super) fn from_cell(zelf: &Py<JsProxy>, tag: Tag, cell: Cell, vm: &VirtualMachine) -> PyResult {
    if zelf.can(flags::JSON_DICT | flags::JSON_SEQUENCE)
        && matches!(tag, Tag::Object | Tag::Function | Tag::Promise)
        && cell.length & flags::ERROR == 0
    {
        return Ok(make(
            vm,
            Handle::adopt(cell.index()),
            viewed(cell.length),
            None,
        ));
    }
    convert::from_cell(vm, tag, cell)
}

/// Does an operation whose result is a view if `zelf` is one.
pub(super) fn operate(
    zelf: &Py<JsProxy>,
    number: u32,
    args: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyResult {
    let mut held = Held::default();
    let count = convert::write_arguments(vm, args, &mut held);
    let tag = Tag::from_number(glue::operate(zelf.index(), number, count));
    from_cell(zelf, tag, cell::read(0), vm)
}

pub(super) fn own_item(zelf: &Py<JsProxy>, key: &PyObject, vm: &VirtualMachine) -> PyResult {
    if key.downcast_ref::<PyStr>().is_none() {
        return Err(vm.new_key_error(key.to_owned()));
    }
    operate(zelf, methods::OWN_GET, &[key.to_owned()], vm)
}

pub(super) fn set_own_item(
    zelf: &Py<JsProxy>,
    key: &PyObject,
    value: Option<PyObjectRef>,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let key = key.to_owned();
    match value {
        Some(value) => zelf.operate(methods::OWN_SET, &[key, value], vm),
        None => zelf.operate(methods::OWN_DELETE, &[key], vm),
    }
    .map(drop)
}

fn again(zelf: &Py<JsProxy>, flags: u32, vm: &VirtualMachine) -> PyObjectRef {
    make(vm, Handle::new(&zelf.handle().value()), flags, None)
}

pub(super) fn as_py_json(
    zelf: &Py<JsProxy>,
    _args: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyResult {
    let flags = viewed(zelf.flags);
    if flags & (flags::JSON_DICT | flags::JSON_SEQUENCE) == 0 {
        return Err(vm.new_type_error(
            "as_py_json() is for objects and arrays that hold data, not for functions, buffers and iterators",
        ));
    }
    Ok(again(zelf, flags, vm))
}

pub(super) fn as_object_map(
    zelf: &Py<JsProxy>,
    args: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyResult {
    let hereditary = match args.first() {
        Some(hereditary) => hereditary.to_owned().try_to_bool(vm)?,
        None => false,
    };
    let flags = if hereditary {
        flags::JSON_DICT
    } else {
        flags::OBJECT_MAP
    };
    Ok(again(zelf, flags, vm))
}
