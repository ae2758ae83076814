//! `to_py`: JavaScript's containers as Python's.

use std::cell::RefCell;
use std::rc::Rc;

use rustpython_vm::function::FuncArgs;
use rustpython_vm::types::Callable;
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass,
};

use super::{conversion_error, memoryview_of};
use crate::cell;
use crate::handle::Handle;
use crate::proxy::JsProxy;
use crate::{convert, glue};

// What `open` of `js/deep.js` finds.
const LIST: i32 = 1;
const MAP: i32 = 2;
const SET: i32 = 3;
const DICT: i32 = 4;
const BYTES: i32 = 5;
const SEEN: i32 = 6;

/// Converts what a proxy stands for, `depth` levels deep (-1: all). Shared parts and cycles are kept.
pub(crate) fn to_py(
    vm: &VirtualMachine,
    value: &PyObject,
    depth: i32,
    default: Option<PyObjectRef>,
) -> PyResult {
    let Some(proxy) = value.downcast_ref::<JsProxy>().filter(|_| depth != 0) else {
        return Ok(value.to_owned());
    };
    if default.is_none() {
        let index = proxy.handle().index();
        return match super::flat::to_py(vm, index, depth)? {
            Some(made) => Ok(made),
            None if glue::byte_length(index) >= 0 => memoryview_of(vm, index),
            None => Ok(value.to_owned()),
        };
    }
    let state = Rc::new(State {
        seen: Handle::adopt(glue::new_seen()),
        converted: RefCell::default(),
        default,
    });
    convert(&state, vm, value.to_owned(), depth)
}

#[derive(Debug)]
struct State {
    /// A map of JavaScript from objects to ordinals, which count `converted`.
    seen: Handle,
    converted: RefCell<Vec<PyObjectRef>>,
    default: Option<PyObjectRef>,
}

fn convert(state: &Rc<State>, vm: &VirtualMachine, value: PyObjectRef, depth: i32) -> PyResult {
    let Some(proxy) = value.downcast_ref::<JsProxy>() else {
        return Ok(value);
    };
    if depth == 0 {
        return Ok(value);
    }
    let index = proxy.handle().index();
    let kind = glue::open(index, state.seen.index());
    let found = cell::read(0);
    if kind == SEEN {
        let converted = state.converted.borrow();
        return Ok(converted
            .get(found.index() as usize)
            .cloned()
            .unwrap_or(value.clone()));
    }
    if kind < 0 {
        return convert::result(vm, cell::Tag::Error as u32);
    }
    let made = |object: &PyObjectRef| state.converted.borrow_mut().push(object.clone());
    let items = match kind {
        LIST | MAP | SET | DICT => Some((Handle::adopt_unless_pinned(found.index()), found.length)),
        _ => None,
    };
    vm.with_recursion("while converting from JavaScript", || match (kind, items) {
        (LIST, Some((items, count))) => {
            let list = vm.ctx.new_list(Vec::new());
            made(&list.clone().into());
            for n in 0..count {
                let item = convert::result(vm, glue::item(items.index(), n))?;
                let item = convert(state, vm, item, depth - 1)?;
                list.borrow_vec_mut().push(item);
            }
            Ok(list.into())
        }
        (SET, Some((items, count))) => {
            let set = vm.ctx.types.set_type.as_object().call((), vm)?;
            made(&set);
            for n in 0..count {
                let item = convert::result(vm, glue::item(items.index(), n))?;
                refuse_proxy(vm, &item, "as a key to a Python set")?;
                vm.call_method(&set, "add", (item,))?;
            }
            Ok(set)
        }
        (_, Some((items, count))) => {
            let dict = vm.ctx.new_dict();
            made(&dict.clone().into());
            for n in 0..count / 2 {
                let key = convert::result(vm, glue::item(items.index(), 2 * n))?;
                refuse_proxy(vm, &key, "as a key to a Python dict")?;
                let item = convert::result(vm, glue::item(items.index(), 2 * n + 1))?;
                let item = convert(state, vm, item, depth - 1)?;
                dict.set_item(&*key, item, vm)?;
            }
            Ok(dict.into())
        }
        (BYTES, None) => memoryview_of(vm, index),
        _ => match &state.default {
            Some(default) => {
                let step = |caching| {
                    Step {
                        state: Rc::clone(state),
                        depth: depth - 1,
                        caching,
                    }
                    .into_pyobject(vm)
                };
                let result = default.call((value.clone(), step(false), step(true)), vm)?;
                remember(state, index, &result);
                Ok(result)
            }
            None => Ok(value.clone()),
        },
    })
}

/// Keys and members of sets are what is immutable on both sides.
fn refuse_proxy(vm: &VirtualMachine, key: &PyObject, place: &str) -> PyResult<()> {
    let Some(proxy) = key.downcast_ref::<JsProxy>() else {
        return Ok(());
    };
    let name = convert::result(vm, glue::constructor_name(proxy.handle().index()))?;
    Err(conversion_error(
        vm,
        format!(
            "Cannot use key of type {} {place}",
            name.str(vm)?.to_string_lossy()
        ),
    ))
}

fn remember(state: &State, index: u32, result: &PyObjectRef) {
    let ordinal = glue::remember(index, state.seen.index()) as usize;
    let mut converted = state.converted.borrow_mut();
    match converted.get_mut(ordinal) {
        Some(known) => *known = result.clone(),
        None => converted.push(result.clone()),
    }
}

/// `convert` and `cache` of a default converter.
#[pyclass(name = "to_py_step", module = "pyodide.ffi")]
#[derive(Debug, PyPayload)]
struct Step {
    state: Rc<State>,
    depth: i32,
    caching: bool,
}

impl Callable for Step {
    type Args = FuncArgs;

    fn call(zelf: &Py<Self>, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
        let mut args = args.args.into_iter();
        let Some(value) = args.next() else {
            return Err(vm.new_type_error("a value to convert is missing"));
        };
        if !zelf.caching {
            return convert(&zelf.state, vm, value, zelf.depth);
        }
        if let (Some(proxy), Some(result)) = (value.downcast_ref::<JsProxy>(), args.next()) {
            remember(&zelf.state, proxy.handle().index(), &result);
        }
        Ok(vm.ctx.none())
    }
}

#[pyclass(with(Callable))]
impl Step {}

pub(super) fn register() {
    use rustpython_vm::class::PyClassImpl;
    let _ = Step::make_static_type();
}
