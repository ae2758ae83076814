//! `PyProxy`, the Python half: what JavaScript does with a Python object arrives here.
//!
//! Every export reads its arguments from the cells first, then runs Python, then leaves one result in cell 0.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use rustpython_vm::builtins::{PyBaseExceptionRef, PyStr};
use rustpython_vm::function::{FuncArgs, KwArgs};
use rustpython_vm::protocol::{PyIter, PyIterReturn};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::cell::{self, Cell, Tag};
use crate::convert::{self, Held};
use crate::handle::Handle;
use crate::{deep, error, glue, runtime, table};

const CALLABLE: u32 = 1;
const AWAITABLE: u32 = 2;
const ITERABLE: u32 = 4;
const ITERATOR: u32 = 8;
const SIZED: u32 = 16;
const SUBSCRIPT: u32 = 32;

pub(crate) use table::object;

/// Gives JavaScript a reference: the id and what the object can do.
pub(crate) fn lend(vm: &VirtualMachine, object: &PyObject) -> (u32, u32) {
    let class = object.class();
    let has = |name: &'static str| class.get_attr(vm.ctx.intern_str(name)).is_some();
    let mut abilities = 0;
    if object.is_callable() {
        abilities |= CALLABLE;
    }
    // A plain function, by far the most common, has none of the others.
    if !class.is(vm.ctx.types.function_type) {
        for (name, ability) in [
            ("__await__", AWAITABLE),
            ("__iter__", ITERABLE),
            ("__next__", ITERATOR),
            ("__len__", SIZED),
            ("__getitem__", SUBSCRIPT),
        ] {
            if has(name) {
                abilities |= ability;
            }
        }
    }
    (table::lend(object), abilities)
}

/// Strings and numbers that the result cell points to, until JavaScript has read them.
#[derive(Default)]
#[expect(dead_code, reason = "kept for what the result cell points to")]
struct Pending {
    held: Held,
    value: Option<PyObjectRef>,
}

thread_local! {
    static PENDING: std::cell::RefCell<Vec<Pending>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// JavaScript has read the result.
#[wasm_bindgen]
pub fn krait_py_drop_result() {
    let last = PENDING.with(|pending| pending.borrow_mut().pop());
    drop(last);
}

/// JavaScript gave a reference back: its proxy was destroyed or collected.
#[wasm_bindgen]
pub fn krait_py_release(id: u32) {
    if let Some(object) = table::release(id) {
        runtime::with_vm_uncounted(|_| drop(object));
    }
}

/// One more reference to the same object.
#[wasm_bindgen]
pub fn krait_py_copy(id: u32) -> u32 {
    runtime::with_vm(|vm| {
        table::object(vm, id)
            .map(|object| table::lend(&object))
            .unwrap_or(id)
    })
}

/// Calls a Python object with `count` argument cells (-1: one cell with an array).
#[wasm_bindgen]
pub fn krait_py_call(id: u32, count: i32) -> u32 {
    enter(count, |vm, args| {
        let callable = table::object(vm, id)?;
        let args = callable_arguments(vm, &callable, args);
        let result = callable.call(args, vm)?;
        runtime::start_if_coroutine(vm, result)
    })
}

/// A listener may take fewer arguments than the event gives: a function without parameters is a valid handler.
fn callable_arguments(
    _vm: &VirtualMachine,
    _callable: &PyObject,
    args: Vec<PyObjectRef>,
) -> Vec<PyObjectRef> {
    args
}

/// Does something else with a Python object; the numbers stand in `js/pyproxy.js`.
#[wasm_bindgen]
pub fn krait_py_operate(id: u32, operation: u32, count: i32) -> u32 {
    enter(count, |vm, args| {
        let object = table::object(vm, id)?;
        operate(vm, &object, operation, args)
    })
}

fn operate(
    vm: &VirtualMachine,
    object: &PyObjectRef,
    operation: u32,
    mut args: Vec<PyObjectRef>,
) -> PyResult {
    let mut args = args.drain(..);
    let mut next = || args.next().unwrap_or_else(|| vm.ctx.none());
    let none = || vm.ctx.none();
    Ok(match operation {
        0 => {
            let name = next();
            vm.get_attribute_opt(object, text(vm, &name)?)?
                .unwrap_or_else(none)
        }
        1 => {
            let (name, value) = (next(), next());
            object.set_attr(text(vm, &name)?, value, vm)?;
            none()
        }
        2 => {
            let name = next();
            object.del_attr(text(vm, &name)?, vm)?;
            none()
        }
        3 => {
            let name = next();
            let found = vm.get_attribute_opt(object, text(vm, &name)?)?.is_some();
            vm.ctx.new_bool(found).into()
        }
        4 => {
            let names = vm.dir(Some(object.clone()))?;
            let json = vm.import("json", 0)?;
            vm.call_method(&json, "dumps", (names,))?
        }
        5 => object.str(vm)?.into(),
        6 => vm.ctx.new_str(object.class().name().to_string()).into(),
        7 => vm.ctx.new_int(object.length(vm)?).into(),
        8 => match object.get_item(&*next(), vm) {
            Err(error) if error.fast_isinstance(vm.ctx.exceptions.lookup_error) => none(),
            other => other?,
        },
        9 => {
            let (key, value) = (next(), next());
            object.set_item(&*key, value, vm)?;
            none()
        }
        10 => {
            object.del_item(&*next(), vm)?;
            none()
        }
        11 => vm
            .ctx
            .new_bool(
                vm.call_method(object, "__contains__", (next(),))?
                    .try_to_bool(vm)?,
            )
            .into(),
        12 => object.get_iter(vm)?.into(),
        13 => return step(vm, object),
        14 => deep::to_js(
            vm,
            object,
            next().try_to_value(vm).unwrap_or(-1),
            deep::Options::default(),
        )?,
        15 => {
            let (resolve, reject) = (next(), next());
            runtime::settle(vm, object.clone(), resolve, reject)?;
            none()
        }
        16 => {
            let mut all: Vec<PyObjectRef> = args.collect();
            let kwargs = all.pop().map_or(Ok(KwArgs::default()), |last| {
                deep::keyword_arguments(vm, &last)
            })?;
            let result = object.call(FuncArgs::new(all, kwargs), vm)?;
            runtime::start_if_coroutine(vm, result)?
        }
        _ => object.repr(vm)?.into(),
    })
}

/// `{done, value}` of JavaScript's iteration protocol.
fn step(vm: &VirtualMachine, object: &PyObjectRef) -> PyResult {
    let (done, value) = match PyIter::new(object.clone()).next(vm)? {
        PyIterReturn::Return(value) => (false, value),
        PyIterReturn::StopIteration(value) => (true, value.unwrap_or_else(|| vm.ctx.none())),
    };
    let record = Handle::adopt(glue::empty_object());
    for (name, value) in [("done", vm.ctx.new_bool(done).into()), ("value", value)] {
        let mut held = Held::default();
        let name: PyObjectRef = vm.ctx.intern_str(name).to_owned().into();
        let described = convert::to_cell(vm, &value, &mut held)?;
        cell::write(0, convert::to_cell(vm, &name, &mut Held::default())?);
        cell::write(1, described);
        glue::put(record.index());
    }
    Ok(crate::proxy::wrap(vm, record, Tag::Object, None))
}

fn text<'a>(vm: &VirtualMachine, object: &'a PyObject) -> PyResult<&'a rustpython_vm::Py<PyStr>> {
    object
        .downcast_ref::<PyStr>()
        .ok_or_else(|| vm.new_type_error("a property name must be a string"))
}

/// Reads the arguments, runs Python, writes the result or the exception into cell 0.
fn enter(count: i32, f: impl FnOnce(&VirtualMachine, Vec<PyObjectRef>) -> PyResult) -> u32 {
    if let Some(dead) = runtime::dead() {
        let handle = Handle::new(&dead);
        cell::write(0, Cell::new(Tag::Error, 0, handle.give_away()));
        return Tag::Error as u32;
    }
    // The cells are read before anything else can use them.
    let cells: Vec<Cell> = (0..count.unsigned_abs() as usize).map(cell::read).collect();
    runtime::with_vm(|vm| {
        let arguments = || -> PyResult<Vec<PyObjectRef>> {
            let mut values = Vec::with_capacity(cells.len());
            for cell in &cells {
                values.push(convert::from_cell(vm, cell.tag(), *cell)?);
            }
            if count < 0
                && let Some(array) = values.pop()
            {
                return vm.extract_elements_with(&array, Ok);
            }
            Ok(values)
        };
        let result = arguments().and_then(|arguments| f(vm, arguments));
        leave(vm, result) as u32
    })
}

pub(crate) fn leave(vm: &VirtualMachine, result: PyResult) -> Tag {
    let described = result.and_then(|value| {
        let mut held = Held::default();
        let cell = convert::to_cell(vm, &value, &mut held)?;
        Ok((
            cell,
            Pending {
                held,
                value: Some(value),
            },
        ))
    });
    match described {
        Ok((cell, pending)) => {
            // A proxy's object is read by its slot; the slot stays ours until the value is dropped.
            PENDING.with(|list| list.borrow_mut().push(pending));
            cell::write(0, cell);
            cell.tag()
        }
        Err(exception) => {
            fail(vm, &exception);
            Tag::Error
        }
    }
}

fn fail(vm: &VirtualMachine, exception: &PyBaseExceptionRef) {
    let handle = error::to_js(vm, exception);
    cell::write(0, Cell::new(Tag::Error, 0, handle.give_away()));
}
