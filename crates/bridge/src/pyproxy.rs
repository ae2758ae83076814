//! `PyProxy`, the Python half: what JavaScript does with a Python object arrives here.
//!
//! Every export reads its arguments from the cells first, then runs Python, then leaves one result in cell 0 and answers
//! its tag.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::RefCell;

use rustpython_vm::builtins::{PyBaseExceptionRef, PyStr};
use rustpython_vm::function::{FuncArgs, KwArgs};
use rustpython_vm::types::PyTypeFlags;
use rustpython_vm::{AsObject, Py, PyObject, PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::cell::{self, Cell, Tag};
use crate::convert::{self, Held};
use crate::handle::Handle;
use crate::pyiteration::{self, Step};
use crate::ways::{self, Way};
use crate::{buffer, callee, error, glue, proxy, runtime, suspend, table};

pub(crate) use table::object;

/// Added to a tag when the result ends an iteration; `js/lent.js` has it too.
const DONE: u32 = 256;
/// The answer of `krait_py_attribute` for a method of the class.
const METHOD: u32 = 512;

/// What the result cell points to, until JavaScript has read it.
#[derive(Default)]
#[expect(dead_code, reason = "kept for what the result cell points to")]
struct Pending {
    held: Held,
    value: Option<PyObjectRef>,
}

thread_local! {
    static PENDING: RefCell<Vec<Pending>> = const { RefCell::new(Vec::new()) };
    static LAST_TEXT: RefCell<Option<PyObjectRef>> = const { RefCell::new(None) };
}

/// Whether a result cell refers to something that must live until JavaScript has read it. `result` of `js/lent.js` says
/// when it has, for the same tags.
fn refers(tag: Tag) -> bool {
    matches!(tag, Tag::String | Tag::Object | Tag::BigInt)
}

/// Bytes of a string up to which it simply lives until the next such result, so that JavaScript need not say that it has
/// read it; `js/lent.js` has the same number.
const KEPT: u32 = 1024;

/// JavaScript has read the result.
#[wasm_bindgen]
pub fn krait_py_drop_result() {
    let last = PENDING.with(|pending| pending.borrow_mut().pop());
    drop(last);
}

/// JavaScript has no reference to the object any more.
#[wasm_bindgen]
pub fn krait_py_release(id: u32) {
    if let Some(object) = table::release(id) {
        runtime::with_vm_uncounted(|_| drop(object));
    }
}

/// JavaScript gives a buffer back.
#[wasm_bindgen]
pub fn krait_py_release_buffer(lease: u32) {
    if let Some(buffer) = buffer::release(lease) {
        runtime::with_vm(|_| drop(buffer));
    }
}

/// Calls a Python object with `count` argument cells (-1: one cell with an array). The last `names` of them are the names
/// of as many arguments before them.
#[wasm_bindgen]
pub fn krait_py_call(id: u32, count: i32, names: u32) -> u32 {
    enter(count, |vm, args| {
        let result = if names == 0 {
            callee::call(vm, id, args)?
        } else {
            table::object(vm, id)?.call(arguments(vm, args, names as usize)?, vm)?
        };
        runtime::start_if_coroutine(vm, result).map(Step::Next)
    })
}

/// Calls a Python object with `count` arguments, all of them numbers: at most four, which need no cells.
#[wasm_bindgen]
pub fn krait_py_call_numbers(
    id: u32,
    count: u32,
    first: f64,
    second: f64,
    third: f64,
    fourth: f64,
) -> u32 {
    runtime::with_vm(|vm| {
        // One more than there are: a bound method puts its `self` before them.
        let mut args = Vec::with_capacity(5);
        let numbers = [first, second, third, fourth];
        let given = numbers.into_iter().take(count as usize);
        args.extend(given.map(|number| convert::number(vm, number)));
        let result = callee::call(vm, id, args);
        answer(
            vm,
            result.and_then(|value| runtime::start_if_coroutine(vm, value)),
        )
    })
}

/// Takes names and values apart: positional arguments, then values, then their names.
fn arguments(vm: &VirtualMachine, mut args: Vec<PyObjectRef>, names: usize) -> PyResult<FuncArgs> {
    if names == 0 {
        return Ok(args.into());
    }
    let split = |args: &mut Vec<PyObjectRef>| args.split_off(args.len().saturating_sub(names));
    let words = split(&mut args);
    let values = split(&mut args);
    let mut pairs = Vec::with_capacity(names);
    for (name, value) in words.iter().zip(values) {
        pairs.push((text(vm, name)?.to_string_lossy().into_owned(), value));
    }
    Ok(FuncArgs::new(args, pairs.into_iter().collect::<KwArgs>()))
}

/// Reads the attribute that cell 0 names. A method of the class is not bound: the answer is [`METHOD`] with the function's
/// address, by which JavaScript knows whether it has it.
#[wasm_bindgen]
pub fn krait_py_attribute(id: u32) -> u32 {
    let mut method = None;
    let tag = enter(1, |vm, mut args| {
        let object = table::object(vm, id)?;
        let name = args.pop().unwrap_or_else(|| vm.ctx.none());
        let name = text(vm, &name)?;
        method = method_of(vm, &object, name)?;
        if method.is_some() {
            return Ok(Step::Next(vm.ctx.none()));
        }
        let value = vm.get_attribute_opt(&object, name)?;
        Ok(Step::Next(value.unwrap_or_else(|| vm.ctx.none())))
    });
    match method {
        Some(address) if tag == Tag::Undefined as u32 => {
            cell::write(0, Cell::new(Tag::Undefined, 0, address));
            METHOD
        }
        _ => tag,
    }
}

/// The address of the function that is found for `name`, if it is a method in the class and nothing of the object's own
/// hides it.
fn method_of(vm: &VirtualMachine, object: &PyObject, name: &Py<PyStr>) -> PyResult<Option<u32>> {
    let class = object.class();
    // The names of methods are interned, and this asks only for the addresses of two functions.
    let getattro = |class: &Py<rustpython_vm::builtins::PyType>| {
        class
            .slots
            .getattro
            .load()
            .map(|function| function as usize)
    };
    if getattro(class) != getattro(vm.ctx.types.object_type) {
        return Ok(None);
    }
    let Some(descriptor) = vm
        .ctx
        .interned_str(name)
        .and_then(|name| class.get_attr(name))
    else {
        return Ok(None);
    };
    if !descriptor
        .class()
        .slots
        .flags
        .has_feature(PyTypeFlags::METHOD_DESCRIPTOR)
    {
        return Ok(None);
    }
    if let Some(own) = object.dict()
        && own.get_item_opt(name, vm)?.is_some()
    {
        return Ok(None);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "addresses have 32 bits on wasm32"
    )]
    Ok(Some(descriptor.get_id() as u32))
}

/// Does something else with a Python object; the numbers stand in `js/lent.js`.
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
) -> PyResult<Step> {
    if let 13 | 17..=23 = operation {
        let value = args.pop().unwrap_or_else(|| vm.ctx.none());
        return pyiteration::operate(vm, object, operation, value);
    }
    let mut args = args.drain(..);
    let mut next = || args.next().unwrap_or_else(|| vm.ctx.none());
    let none = || vm.ctx.none();
    let flag = |value: bool| vm.ctx.new_bool(value).into();
    let result = match operation {
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
            flag(vm.get_attribute_opt(object, text(vm, &name)?)?.is_some())
        }
        4 => {
            let names = vm.dir(Some(object.clone()))?;
            array_of(vm, &names.borrow_vec())?
        }
        5 if ways::taken(Way::TextIsRepr) => object.repr(vm)?.into(),
        5 => object.str(vm)?.into(),
        6 => vm.ctx.new_str(type_name(vm, object)).into(),
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
        11 => flag(object.sequence_unchecked().contains(&next(), vm)?),
        12 => object.get_iter(vm)?.into(),
        14 => to_js(vm, object, args.collect())?,
        15 => {
            let (resolve, reject) = (next(), next());
            runtime::settle(vm, object.clone(), resolve, reject)?;
            none()
        }
        24 => splice(vm, object, &next(), &next(), &next())?,
        25 => {
            let first = next().try_to_bool(vm)?;
            let popped = if first {
                vm.call_method(object, "pop", (0,))
            } else {
                vm.call_method(object, "pop", ())
            };
            match popped {
                Err(error) if error.fast_isinstance(vm.ctx.exceptions.index_error) => none(),
                other => other?,
            }
        }
        26 => {
            let key = runtime::import(vm, "functools")?
                .get_attr("cmp_to_key", vm)?
                .call((next(),), vm)?;
            let sort = object.get_attr("sort", vm)?;
            let key: KwArgs = std::iter::once(("key".to_owned(), key)).collect();
            sort.call(FuncArgs::new(Vec::new(), key), vm)?
        }
        27 => {
            let keys = vm.call_method(object, "keys", ())?;
            let mut names = Vec::new();
            for key in vm.extract_elements_with(&keys, Ok)? {
                let class = key.class();
                if class.is(vm.ctx.types.str_type) {
                    names.push(key);
                } else if class.is(vm.ctx.types.int_type) {
                    names.push(key.str(vm)?.into());
                }
            }
            array_of(vm, &names)?
        }
        28 => {
            let names = next().try_to_value::<usize>(vm)?;
            call(vm, object, args.collect(), names, true)?
        }
        30 => {
            let (resolve, reject) = (next(), next());
            let relaxed = next().try_to_bool(vm)?;
            let names = next().try_to_value::<usize>(vm)?;
            let (object, args) = (object.clone(), args.collect::<Vec<_>>());
            suspend::start(Box::new(move || {
                runtime::in_new_context(move |vm| {
                    let told = match call(vm, &object, args, names, relaxed) {
                        Ok(value) => resolve.call((value,), vm),
                        Err(exception) => {
                            let error = error::to_js(vm, &exception);
                            reject.call((proxy::wrap(vm, error, Tag::Object, None),), vm)
                        }
                    };
                    if let Err(exception) = told {
                        runtime::report(vm, &exception);
                    }
                });
            }));
            none()
        }
        29 => buffer::lend(vm, object)?,
        _ => object.repr(vm)?.into(),
    };
    Ok(Step::Next(result))
}

/// Calls an object; the last `names` of the arguments are the names of as many before them. `relaxed` leaves out what the
/// object does not take.
fn call(
    vm: &VirtualMachine,
    object: &PyObjectRef,
    args: Vec<PyObjectRef>,
    names: usize,
    relaxed: bool,
) -> PyResult {
    let value = if relaxed {
        let mut all = vec![object.clone()];
        all.extend(args);
        let function = runtime::import(vm, "pyodide.code")?.get_attr("relaxed_call", vm)?;
        function.call(arguments(vm, all, names)?, vm)?
    } else {
        object.call(arguments(vm, args, names)?, vm)?
    };
    runtime::start_if_coroutine(vm, value)
}

/// `toJs` of JavaScript is `to_js` of Python: depth, the list for proxies, whether proxies may be made, three converters.
fn to_js(vm: &VirtualMachine, object: &PyObjectRef, options: Vec<PyObjectRef>) -> PyResult {
    const NAMES: [&str; 6] = [
        "depth",
        "pyproxies",
        "create_pyproxies",
        "dict_converter",
        "default_converter",
        "eager_converter",
    ];
    let convert = runtime::import(vm, "pyodide.ffi")?.get_attr("to_js", vm)?;
    let options: KwArgs = NAMES
        .iter()
        .zip(options)
        .filter(|(_, value)| !vm.is_none(value))
        .map(|(name, value)| ((*name).to_owned(), value))
        .collect();
    convert.call(FuncArgs::new(vec![object.clone()], options), vm)
}

/// Replaces a part of a sequence and gives an array of what was there.
fn splice(
    vm: &VirtualMachine,
    object: &PyObjectRef,
    from: &PyObject,
    to: &PyObject,
    items: &PyObject,
) -> PyResult {
    let slice = vm
        .ctx
        .types
        .slice_type
        .as_object()
        .call((from.to_owned(), to.to_owned()), vm)?;
    let before = object.get_item(&*slice, vm)?;
    let before = vm.extract_elements_with(&before, Ok)?;
    // A list of its own: the items may be a proxy of an array.
    let items = vm.ctx.new_list(vm.extract_elements_with(items, Ok)?);
    object.set_item(&*slice, items.into(), vm)?;
    array_of(vm, &before)
}

/// A JavaScript array of values, each converted as an argument would be.
pub(crate) fn array_of(vm: &VirtualMachine, values: &[PyObjectRef]) -> PyResult {
    let array = Handle::adopt(glue::empty_array());
    convert::append_all(vm, array.index(), values);
    Ok(proxy::wrap(vm, array, Tag::Object, None))
}

/// The name of an object's type: of a native one with its module unless that is `builtins`, of one that a program defines
/// the name alone, as in CPython. The classes of these modules are native there.
fn type_name(vm: &VirtualMachine, object: &PyObject) -> String {
    const NATIVE: [&str; 2] = ["datetime", "decimal"];
    let class = object.class();
    let name = class.name().to_string();
    let defined = class.slots.flags.has_feature(PyTypeFlags::HEAPTYPE);
    let module = class
        .as_object()
        .get_attr("__module__", vm)
        .ok()
        .and_then(|module| {
            module
                .downcast_ref::<PyStr>()
                .map(|module| module.to_string_lossy().into_owned())
        });
    match module {
        Some(module) if module != "builtins" && (!defined || NATIVE.contains(&&*module)) => {
            format!("{module}.{name}")
        }
        _ => name,
    }
}

fn text<'a>(vm: &VirtualMachine, object: &'a PyObject) -> PyResult<&'a Py<PyStr>> {
    object
        .downcast_ref::<PyStr>()
        .ok_or_else(|| vm.new_type_error("a property name must be a string"))
}

/// Reads the arguments, runs Python, writes the result or the exception into cell 0. JavaScript enters through `guarded`,
/// which refuses it when the session has ended.
fn enter(count: i32, f: impl FnOnce(&VirtualMachine, Vec<PyObjectRef>) -> PyResult<Step>) -> u32 {
    runtime::with_vm(
        |vm| match given(vm, count).and_then(|arguments| f(vm, arguments)) {
            Ok(Step::Next(value)) => leave(vm, value),
            Ok(Step::Done(value)) => match leave(vm, value) {
                tag if tag == Tag::Error as u32 => tag,
                tag => tag + DONE,
            },
            Err(exception) => fail(vm, &exception),
        },
    )
}

/// The arguments in `count` cells; -1 is one cell with an array of them.
fn given(vm: &VirtualMachine, count: i32) -> PyResult<Vec<PyObjectRef>> {
    // The cells are read before anything else can use them.
    let number = count.unsigned_abs() as usize;
    let mut few = [Cell::EMPTY; 4];
    let many: Vec<Cell>;
    let cells = if number <= few.len() {
        for (n, cell) in few.iter_mut().enumerate().take(number) {
            *cell = cell::read(n);
        }
        &few[..number]
    } else {
        many = (0..number).map(cell::read).collect();
        &many
    };
    let mut values = convert::from_cells(vm, cells)?;
    if count < 0
        && let Some(array) = values.pop()
    {
        return vm.extract_elements_with(&array, Ok);
    }
    Ok(values)
}

/// Leaves a result or an exception in cell 0.
pub(crate) fn answer(vm: &VirtualMachine, result: PyResult) -> u32 {
    match result {
        Ok(value) => leave(vm, value),
        Err(exception) => fail(vm, &exception),
    }
}

fn leave(vm: &VirtualMachine, value: PyObjectRef) -> u32 {
    let mut held = Held::default();
    let cell = convert::to_cell(vm, &value, &mut held);
    let tag = cell.tag();
    if tag == Tag::String && cell.length <= KEPT {
        drop(LAST_TEXT.with(|text| text.borrow_mut().replace(value)));
    } else if refers(tag) {
        let pending = Pending {
            held,
            value: Some(value),
        };
        PENDING.with(|list| list.borrow_mut().push(pending));
    }
    cell::write(0, cell);
    tag as u32
}

fn fail(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> u32 {
    error::write(vm, exception);
    Tag::Error as u32
}
