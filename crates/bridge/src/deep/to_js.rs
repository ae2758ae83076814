//! `to_js`: Python's containers as JavaScript's.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rustpython_vm::builtins::{
    PyBaseExceptionRef, PyDict, PyFloat, PyInt, PyList, PySlice, PyStr, PyTuple,
};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::protocol::PyBuffer;
use rustpython_vm::types::Callable;
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyResult, TryFromBorrowedObject,
    VirtualMachine, pyclass,
};

use super::{conversion_error, conversion_error_class, stream};
use crate::cell::{self, Cell, Tag};
use crate::convert::{self, Held};
use crate::glue;
use crate::handle::Handle;
use crate::proxy::{self, JsProxy};

/// What `to_js` was asked for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// A list or array that gets each proxy that was made.
    pub(crate) pyproxies: Option<PyObjectRef>,
    /// Whether an object that is no container is an error instead of a proxy.
    pub(crate) no_proxies: bool,
    pub(crate) dict_converter: Option<PyObjectRef>,
    pub(crate) default_converter: Option<PyObjectRef>,
    pub(crate) eager_converter: Option<PyObjectRef>,
}

/// Converts lists, tuples, dicts, sets and buffers to JavaScript's own, `depth` levels deep (-1: all). Shared parts and
/// cycles are kept. The result is a proxy, or an immutable value as it is.
pub(crate) fn to_js(
    vm: &VirtualMachine,
    value: &PyObject,
    depth: i32,
    options: Options,
) -> PyResult {
    let value = value.to_owned();
    if let Some(from_entries) = stream::suits(&options) {
        let built = stream::to_js(vm, &value, depth, &options, from_entries);
        if let Some(built) = built.map_err(|error| chain(vm, error))? {
            return Ok(built);
        }
    }
    let state = Rc::new(State {
        options,
        cache: RefCell::default(),
        waiting: RefCell::default(),
    });
    convert(&state, vm, value, depth).map_err(|error| chain(vm, error))
}

/// Errors of converters and iterators are the cause of a `ConversionError`.
fn chain(vm: &VirtualMachine, error: PyBaseExceptionRef) -> PyBaseExceptionRef {
    if error.fast_isinstance(&conversion_error_class(vm))
        || !error.fast_isinstance(vm.ctx.exceptions.exception_type)
    {
        return error;
    }
    let outer = conversion_error(vm, "Conversion from python to javascript failed".to_owned());
    outer.set_cause(Some(error));
    outer
}

#[derive(Debug)]
struct State {
    options: Options,
    /// What was converted, by identity; the key's object is kept alive. `None` is a dict that is being converted.
    cache: RefCell<HashMap<usize, (PyObjectRef, Option<PyObjectRef>)>>,
    /// Places that wait for a dict that a converter has not made yet: the dict, the container, and the index or key.
    waiting: RefCell<Vec<(usize, PyObjectRef, Slot)>>,
}

#[derive(Debug, Clone)]
enum Slot {
    Item(u32),
    Key(PyObjectRef),
}

/// What converts without a proxy.
pub(super) fn is_immutable(vm: &VirtualMachine, value: &PyObject) -> bool {
    vm.is_none(value)
        || value.downcast_ref::<PyStr>().is_some()
        || value.downcast_ref::<PyInt>().is_some()
        || value.downcast_ref::<PyFloat>().is_some()
        || value.downcast_ref::<JsProxy>().is_some()
        || value.class().is(&proxy::null_class(vm))
        || value
            .class()
            .fast_issubclass(&crate::error::js_exception_class(vm))
}

fn convert(state: &Rc<State>, vm: &VirtualMachine, value: PyObjectRef, depth: i32) -> PyResult {
    if is_immutable(vm, &value) {
        return Ok(value);
    }
    let known = state.cache.borrow().get(&value.get_id()).cloned();
    if let Some((_, Some(converted))) = known {
        return Ok(converted);
    }
    if depth == 0 {
        return proxy_of(state, vm, &value);
    }
    vm.with_recursion("while converting to JavaScript", || {
        if let Some(eager) = &state.options.eager_converter {
            return call_converter(state, vm, eager, &value, depth, true);
        }
        container(state, vm, &value, depth)
    })
}

fn remember(state: &State, value: &PyObjectRef, converted: Option<&PyObjectRef>) {
    state
        .cache
        .borrow_mut()
        .insert(value.get_id(), (value.clone(), converted.cloned()));
}

fn container(state: &Rc<State>, vm: &VirtualMachine, value: &PyObjectRef, depth: i32) -> PyResult {
    if value.downcast_ref::<PyList>().is_some() || value.downcast_ref::<PyTuple>().is_some() {
        return list(state, vm, value, depth);
    }
    if value.downcast_ref::<PyDict>().is_some() {
        return match &state.options.dict_converter {
            Some(converter) => pairs(state, vm, value, converter, depth),
            None => dict(state, vm, value, depth),
        };
    }
    let class = value.class();
    if class.fast_issubclass(vm.ctx.types.set_type) {
        return set(state, vm, value);
    }
    if class.slots.as_buffer.load().is_some() {
        let converted = buffer(vm, value)?;
        remember(state, value, Some(&converted));
        return Ok(converted);
    }
    if let Some(default) = &state.options.default_converter {
        return call_converter(state, vm, default, value, depth, false);
    }
    proxy_of(state, vm, value)
}

fn slot_of(proxy: &PyObject) -> u32 {
    proxy
        .downcast_ref::<JsProxy>()
        .map_or(0, |proxy| proxy.handle().index())
}

fn list(state: &Rc<State>, vm: &VirtualMachine, value: &PyObjectRef, depth: i32) -> PyResult {
    let array = proxy::new_array(vm);
    remember(state, value, Some(&array));
    for (n, item) in vm.extract_elements_with(value, Ok)?.into_iter().enumerate() {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        let Some(item) = part(state, vm, item, depth - 1, &array, || Slot::Item(n))? else {
            continue;
        };
        let mut held = Held::default();
        cell::write(0, convert::to_cell(vm, &item, &mut held));
        glue::set_at(slot_of(&array), n);
    }
    Ok(array)
}

/// The converted part of a container; `None` if it is a dict that is still being made: its place waits for it.
fn part(
    state: &Rc<State>,
    vm: &VirtualMachine,
    item: PyObjectRef,
    depth: i32,
    container: &PyObjectRef,
    slot: impl FnOnce() -> Slot,
) -> PyResult<Option<PyObjectRef>> {
    let id = item.get_id();
    if matches!(state.cache.borrow().get(&id), Some((_, None))) {
        state
            .waiting
            .borrow_mut()
            .push((id, container.clone(), slot()));
        return Ok(None);
    }
    convert(state, vm, item, depth).map(Some)
}

/// Keys and members of sets are what is immutable on both sides.
pub(super) fn check_key(vm: &VirtualMachine, key: &PyObject, place: &str) -> PyResult<()> {
    if is_immutable(vm, key) {
        return Ok(());
    }
    let key = key.repr(vm)?;
    Err(conversion_error(
        vm,
        format!(
            "Cannot use {} as a key for a Javascript {place}",
            key.to_string_lossy()
        ),
    ))
}

fn key_cell(vm: &VirtualMachine, key: &PyObject, place: &str, held: &mut Held) -> PyResult<Cell> {
    check_key(vm, key, place)?;
    Ok(convert::to_cell(vm, key, held))
}

/// The items of a dict, also of a subclass that has its own.
pub(super) fn items(
    vm: &VirtualMachine,
    value: &PyObjectRef,
) -> PyResult<Vec<(PyObjectRef, PyObjectRef)>> {
    if let Some(dict) = value.downcast_ref_if_exact::<PyDict>(vm) {
        return Ok(dict.items_vec());
    }
    let items = vm.call_method(value, "items", ())?;
    vm.extract_elements_with(&items, |pair| {
        match <[PyObjectRef; 2]>::try_from(vm.extract_elements_with(&pair, Ok)?) {
            Ok([key, value]) => Ok((key, value)),
            Err(_) => Err(vm.new_value_error("items() of a dict gave no pair")),
        }
    })
}

fn dict(state: &Rc<State>, vm: &VirtualMachine, value: &PyObjectRef, depth: i32) -> PyResult {
    let object = proxy::wrap(vm, Handle::adopt(glue::empty_object()), Tag::Object, None);
    remember(state, value, Some(&object));
    for (key, item) in items(vm, value)? {
        let item = part(state, vm, item, depth - 1, &object, || {
            Slot::Key(key.clone())
        })?
        .unwrap_or_else(|| vm.ctx.none());
        let mut held = Held::default();
        let key = key_cell(vm, &key, "Map", &mut held)?;
        let item = convert::to_cell(vm, &item, &mut held);
        cell::write(0, key);
        cell::write(1, item);
        convert::done(vm, glue::enter(slot_of(&object)))?;
    }
    Ok(object)
}

/// A dict whose converter gets an array of pairs.
fn pairs(
    state: &Rc<State>,
    vm: &VirtualMachine,
    value: &PyObjectRef,
    converter: &PyObjectRef,
    depth: i32,
) -> PyResult {
    remember(state, value, None);
    let all = proxy::new_array(vm);
    for (key, item) in items(vm, value)? {
        let pair = proxy::new_array(vm);
        let item = part(state, vm, item, depth - 1, &pair, || Slot::Item(1))?
            .unwrap_or_else(|| vm.ctx.none());
        let mut held = Held::default();
        cell::write(0, key_cell(vm, &key, "Map", &mut held)?);
        glue::push(slot_of(&pair));
        cell::write(0, convert::to_cell(vm, &item, &mut held));
        glue::push(slot_of(&pair));
        cell::write(0, convert::to_cell(vm, &pair, &mut held));
        glue::push(slot_of(&all));
    }
    let converted = converter.call((all,), vm)?;
    remember(state, value, Some(&converted));
    let mut arrived = Vec::new();
    state.waiting.borrow_mut().retain(|(id, container, slot)| {
        let waits = *id == value.get_id();
        if waits {
            arrived.push((container.clone(), slot.clone()));
        }
        !waits
    });
    for (container, slot) in arrived {
        match slot {
            Slot::Item(n) => {
                cell::write(0, convert::to_cell(vm, &converted, &mut Held::default()));
                glue::set_at(slot_of(&container), n);
            }
            Slot::Key(key) => {
                let name = key.str(vm)?;
                container.set_attr(&*name, converted.clone(), vm)?;
            }
        }
    }
    Ok(converted)
}

fn set(state: &Rc<State>, vm: &VirtualMachine, value: &PyObjectRef) -> PyResult {
    let set = proxy::wrap(vm, Handle::adopt(glue::empty_set()), Tag::Object, None);
    remember(state, value, Some(&set));
    for item in vm.extract_elements_with(value, Ok)? {
        let mut held = Held::default();
        cell::write(0, key_cell(vm, &item, "Set", &mut held)?);
        glue::add(slot_of(&set));
    }
    Ok(set)
}

/// A buffer of several dimensions: arrays of arrays, and typed arrays of the last dimension.
fn rows(vm: &VirtualMachine, value: &PyObject) -> PyResult {
    let view = vm.ctx.types.memoryview_type.as_object();
    let view = view.call((value.to_owned(),), vm)?;
    let shape = view.get_attr("shape", vm)?;
    let shape = vm.extract_elements_with(&shape, |size| size.try_to_value::<usize>(vm))?;
    let format = view.get_attr("format", vm)?;
    // A view of several dimensions gives no rows; its items in a row do.
    let bytes = vm.call_method(&view, "tobytes", ())?;
    let flat = vm
        .ctx
        .types
        .memoryview_type
        .as_object()
        .call((bytes,), vm)?;
    let items = vm.call_method(&flat, "cast", (format,))?;
    row(vm, &items, &shape, 0, shape.iter().product())
}

/// The part of `items` from `start` that is `size` long, by the dimensions of `shape`.
fn row(
    vm: &VirtualMachine,
    items: &PyObject,
    shape: &[usize],
    start: usize,
    size: usize,
) -> PyResult {
    let [count, inner @ ..] = shape else {
        let start: PyObjectRef = vm.ctx.new_int(start).into();
        return items.get_item(&*start, vm);
    };
    if inner.is_empty() {
        let slice = PySlice {
            start: Some(vm.ctx.new_int(start).into()),
            stop: vm.ctx.new_int(start + size).into(),
            step: None,
        };
        let slice: PyObjectRef = slice.into_ref(&vm.ctx).into();
        let part = items.get_item(&*slice, vm)?;
        return buffer(vm, &part);
    }
    let array = proxy::new_array(vm);
    for n in 0..*count {
        let part = row(vm, items, inner, start + n * (size / count), size / count)?;
        cell::write(0, convert::to_cell(vm, &part, &mut Held::default()));
        glue::push(slot_of(&array));
    }
    Ok(array)
}

/// A copy as the typed array of the buffer's format.
pub(super) fn buffer(vm: &VirtualMachine, value: &PyObject) -> PyResult {
    let buffer = PyBuffer::try_from_borrowed_object(vm, value)?;
    if buffer.desc.dim_desc.len() > 1 {
        drop(buffer);
        return rows(vm, value);
    }
    let format = buffer.desc.format.as_ref();
    let (swap, letters) = match format.as_bytes() {
        [b'>' | b'!', rest @ ..] => (true, rest),
        [b'@' | b'=' | b'<', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let letter = match letters {
        [letter] => *letter,
        [] => b'B',
        _ => 0,
    };
    let index = buffer.contiguous_or_collect(|bytes| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "lengths have 32 bits on wasm32"
        )]
        let length = bytes.len() as u32;
        glue::array_of_buffer(cell::address(bytes.as_ptr()), length, letter.into(), swap)
    });
    if index == 0 {
        return Err(conversion_error(
            vm,
            format!("there is no JavaScript array for a buffer of format '{format}'"),
        ));
    }
    Ok(proxy::wrap(vm, Handle::adopt(index), Tag::Object, None))
}

fn proxy_of(state: &State, vm: &VirtualMachine, value: &PyObjectRef) -> PyResult {
    let proxy = make_proxy(&state.options, vm, value)?;
    remember(state, value, Some(&proxy));
    Ok(proxy)
}

/// A proxy of an object that is no container, if the options allow one.
pub(super) fn make_proxy(options: &Options, vm: &VirtualMachine, value: &PyObjectRef) -> PyResult {
    if options.no_proxies {
        return Err(conversion_error(
            vm,
            format!(
                "No conversion known for x. (x is a '{}', and create_pyproxies=False was passed)",
                value.class().name()
            ),
        ));
    }
    let proxy = create_proxy(vm, value, false, false);
    if let Some(proxies) = &options.pyproxies {
        vm.call_method(proxies, "append", (proxy.clone(),))?;
    }
    Ok(proxy)
}

/// A proxy of a Python object with a life of its own, seen from Python.
pub(crate) fn create_proxy(
    vm: &VirtualMachine,
    value: &PyObject,
    capture_this: bool,
    roundtrip: bool,
) -> PyObjectRef {
    let (id, abilities) = crate::table::lend(vm, value);
    let index = glue::create_proxy(id, abilities, capture_this, roundtrip);
    proxy::double(vm, Handle::adopt(index))
}

fn call_converter(
    state: &Rc<State>,
    vm: &VirtualMachine,
    converter: &PyObjectRef,
    value: &PyObjectRef,
    depth: i32,
    eager: bool,
) -> PyResult {
    let step = |caching| {
        Step {
            state: Rc::clone(state),
            of: value.clone(),
            depth,
            eager,
            caching,
        }
        .into_pyobject(vm)
    };
    let result = converter.call((value.clone(), step(false), step(true)), vm)?;
    if result.is(value) {
        // The converter has nothing to say about it.
        return proxy_of(state, vm, value);
    }
    remember(state, value, Some(&result));
    Ok(result)
}

/// `convert` and `cache` of a converter.
#[pyclass(name = "to_js_step", module = "pyodide.ffi")]
#[derive(Debug, PyPayload)]
struct Step {
    state: Rc<State>,
    /// The value that the converter was called with.
    of: PyObjectRef,
    depth: i32,
    eager: bool,
    caching: bool,
}

impl Callable for Step {
    type Args = FuncArgs;

    fn call(zelf: &Py<Self>, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
        let mut args = args.args.into_iter();
        let Some(value) = args.next() else {
            return Err(vm.new_type_error("a value to convert is missing"));
        };
        if zelf.caching {
            if let Some(result) = args.next() {
                remember(&zelf.state, &value, Some(&result));
            }
            return Ok(vm.ctx.none());
        }
        if zelf.eager && value.is(&zelf.of) {
            // The eager converter passes its own value on: the usual way, or it would be asked for ever.
            return container(&zelf.state, vm, &value, zelf.depth);
        }
        convert(&zelf.state, vm, value, zelf.depth - 1)
    }
}

#[pyclass(with(Callable))]
impl Step {}

pub(super) fn register() {
    use rustpython_vm::class::PyClassImpl;
    let _ = Step::make_static_type();
}
