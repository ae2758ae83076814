//! Deep conversion: `to_py` and `to_js`.

use std::collections::HashMap;

use rustpython_vm::builtins::{PyBytes, PyDict, PyList, PyStrRef, PyTuple};
use rustpython_vm::function::KwArgs;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use crate::cell::{self, Cell, Tag};
use crate::convert::{self, Held};
use crate::glue;
use crate::handle::Handle;
use crate::proxy::{self, JsProxy};

/// Bytes of an ArrayBuffer or view.
pub(crate) fn bytes_of(index: u32) -> Option<Vec<u8>> {
    let length = usize::try_from(glue::byte_length(index)).ok()?;
    let mut bytes = vec![0; length];
    glue::copy_bytes(index, cell::address(bytes.as_mut_ptr()));
    Some(bytes)
}

/// Converts what a proxy stands for, `depth` levels deep (-1: all). Shared parts and cycles are kept.
pub(crate) fn to_py(
    vm: &VirtualMachine,
    value: &PyObject,
    depth: i32,
    default: Option<PyObjectRef>,
) -> PyResult {
    let mut seen = Vec::new();
    ToPy {
        vm,
        seen: &mut seen,
        default,
    }
    .convert(value.to_owned(), depth)
}

struct ToPy<'a> {
    vm: &'a VirtualMachine,
    /// What was converted already, so that cycles end and sharing stays.
    seen: &'a mut Vec<(PyObjectRef, PyObjectRef)>,
    default: Option<PyObjectRef>,
}

impl ToPy<'_> {
    fn convert(&mut self, value: PyObjectRef, depth: i32) -> PyResult {
        let vm = self.vm;
        let Some(proxy) = value.downcast_ref::<JsProxy>() else {
            return Ok(value);
        };
        if depth == 0 {
            return Ok(value);
        }
        let index = proxy.handle().index();
        for (from, to) in self.seen.iter() {
            if from
                .downcast_ref::<JsProxy>()
                .is_some_and(|known| glue::same(known.handle().index(), index))
            {
                return Ok(to.clone());
            }
        }
        let kind = glue::container(index);
        vm.with_recursion("while converting from JavaScript", || match kind {
            1 => {
                let list = vm.ctx.new_list(Vec::new());
                self.seen.push((value.clone(), list.clone().into()));
                for n in 0..glue::item_count(index) {
                    let item = convert::result(vm, glue::item(index, n))?;
                    let item = self.convert(item, depth - 1)?;
                    list.borrow_vec_mut().push(item);
                }
                Ok(list.into())
            }
            2 | 4 => {
                let dict = vm.ctx.new_dict();
                self.seen.push((value.clone(), dict.clone().into()));
                let entries = Handle::adopt(glue::entries(index, kind));
                for n in 0..glue::item_count(entries.index()) / 2 {
                    let key = convert::result(vm, glue::item(entries.index(), 2 * n))?;
                    if key.downcast_ref::<JsProxy>().is_some() {
                        return Err(conversion_error(
                            vm,
                            format!(
                                "Cannot use key of type {} as a key to a Python dict",
                                key.class().name()
                            ),
                        ));
                    }
                    let item = convert::result(vm, glue::item(entries.index(), 2 * n + 1))?;
                    let item = self.convert(item, depth - 1)?;
                    dict.set_item(&*key, item, vm)?;
                }
                Ok(dict.into())
            }
            3 => {
                let set = vm.ctx.types.set_type.as_object().call((), vm)?;
                self.seen.push((value.clone(), set.clone()));
                let entries = Handle::adopt(glue::entries(index, kind));
                for n in 0..glue::item_count(entries.index()) {
                    let item = convert::result(vm, glue::item(entries.index(), n))?;
                    vm.call_method(&set, "add", (item,))?;
                }
                Ok(set)
            }
            5 => {
                let bytes = bytes_of(index).unwrap_or_default();
                let array = vm.ctx.new_bytearray(bytes);
                vm.ctx.types.memoryview_type.as_object().call((array,), vm)
            }
            _ => match &self.default {
                Some(default) => default.call((value.clone(), vm.ctx.none(), vm.ctx.none()), vm),
                None => Ok(value.clone()),
            },
        })
    }
}

pub(crate) fn conversion_error(
    vm: &VirtualMachine,
    text: String,
) -> rustpython_vm::builtins::PyBaseExceptionRef {
    vm.new_value_error(text)
}

/// Converts lists, tuples, dicts, sets and bytes to JavaScript's own, `depth` levels deep (-1: all). Cycles are kept.
pub(crate) fn to_js(vm: &VirtualMachine, value: &PyObject, depth: i32) -> PyResult {
    let mut seen = HashMap::new();
    to_js_inner(vm, value, depth, &mut seen)
}

fn to_js_inner(
    vm: &VirtualMachine,
    value: &PyObject,
    depth: i32,
    seen: &mut HashMap<usize, PyObjectRef>,
) -> PyResult {
    if depth == 0 {
        return Ok(value.to_owned());
    }
    if let Some(known) = seen.get(&value.get_id()) {
        return Ok(known.clone());
    }
    let types = &vm.ctx.types;
    let class = value.class();
    vm.with_recursion("while converting to JavaScript", || {
        if let Some(bytes) = value.downcast_ref::<PyBytes>() {
            return Ok(byte_array(vm, bytes.as_bytes()));
        }
        if class.fast_issubclass(types.bytearray_type)
            || class.fast_issubclass(types.memoryview_type)
        {
            let bytes = types.bytes_type.as_object().call((value.to_owned(),), vm)?;
            let bytes = bytes
                .downcast_ref::<PyBytes>()
                .map(|bytes| byte_array(vm, bytes.as_bytes()));
            return bytes.ok_or_else(|| vm.new_type_error("bytes() returned something else"));
        }
        if value.downcast_ref::<PyList>().is_some() || value.downcast_ref::<PyTuple>().is_some() {
            let array = proxy::wrap(vm, Handle::adopt(glue::empty_array()), Tag::Object, None);
            seen.insert(value.get_id(), array.clone());
            for item in vm.extract_elements_with(value, Ok)? {
                let item = to_js_inner(vm, &item, depth - 1, seen)?;
                push(vm, &array, &item)?;
            }
            return Ok(array);
        }
        if class.fast_issubclass(types.set_type) {
            let set = js_sys::Set::new(&wasm_bindgen::JsValue::UNDEFINED);
            let proxy = convert::from_js(vm, &set)?;
            seen.insert(value.get_id(), proxy.clone());
            for item in vm.extract_elements_with(value, Ok)? {
                set.add(&convert::to_js(vm, &item)?);
            }
            return Ok(proxy);
        }
        if let Some(dict) = value.downcast_ref::<PyDict>() {
            let object = proxy::wrap(vm, Handle::adopt(glue::empty_object()), Tag::Object, None);
            seen.insert(value.get_id(), object.clone());
            for (key, item) in dict.items_vec() {
                let item = to_js_inner(vm, &item, depth - 1, seen)?;
                put(vm, &object, &key, &item)?;
            }
            return Ok(object);
        }
        Ok(value.to_owned())
    })
}

fn byte_array(vm: &VirtualMachine, bytes: &[u8]) -> PyObjectRef {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    let index = glue::uint8_array(cell::address(bytes.as_ptr()), bytes.len() as u32);
    proxy::wrap(vm, Handle::adopt(index), Tag::Object, None)
}

fn index_of(object: &PyObject) -> u32 {
    object
        .downcast_ref::<JsProxy>()
        .map_or(0, |proxy| proxy.handle().index())
}

fn push(vm: &VirtualMachine, array: &PyObject, item: &PyObject) -> PyResult<()> {
    let mut held = Held::default();
    cell::write(0, convert::to_cell(vm, item, &mut held)?);
    glue::push(index_of(array));
    Ok(())
}

fn put(vm: &VirtualMachine, object: &PyObject, key: &PyObject, item: &PyObject) -> PyResult<()> {
    let mut held = Held::default();
    let described = convert::to_cell(vm, key, &mut held)?;
    if described.tag() == Tag::PyObject {
        let text = format!(
            "Cannot use {} as a key for a Javascript object",
            key.repr(vm)?.to_string_lossy()
        );
        return Err(conversion_error(vm, text));
    }
    let item: Cell = convert::to_cell(vm, item, &mut held)?;
    cell::write(0, described);
    cell::write(1, item);
    glue::put(index_of(object));
    Ok(())
}

/// Keyword arguments from a JavaScript object or a dict.
pub(crate) fn keyword_arguments(vm: &VirtualMachine, object: &PyObject) -> PyResult<KwArgs> {
    let dict = to_py(vm, object, 1, None)?;
    let dict = dict
        .downcast_ref::<PyDict>()
        .ok_or_else(|| vm.new_type_error("callKwargs() wants an object as its last argument"))?;
    let mut pairs = Vec::new();
    for (key, value) in dict.items_vec() {
        let key: PyStrRef = key.str(vm)?;
        pairs.push((key.to_string_lossy().into_owned(), value));
    }
    Ok(pairs.into_iter().collect())
}
