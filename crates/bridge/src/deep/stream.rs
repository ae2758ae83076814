//! The quick way of `to_js`: a whole structure is written down as numbers, and `js/build.js` builds it in one crossing.

use rustpython_vm::builtins::{PyDict, PyList, PyStr, PyTuple};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::to_js::{Options, buffer, check_key, is_immutable, items, make_proxy};
use crate::cell::{self, Tag};
use crate::convert::{self, Held};
use crate::glue;
use crate::handle::Handle;
use crate::numbers::NumberMap;
use crate::proxy::{self, JsProxy};

// What stands in the stream; `js/build.js` has the same numbers.
const UNDEFINED: u32 = 0;
const NULL: u32 = 1;
const FALSE: u32 = 2;
const TRUE: u32 = 3;
const NUMBER: u32 = 4;
const BIGINT: u32 = 5;
const TEXT: u32 = 6;
const NAME: u32 = 7;
const KEY: u32 = 8;
const LIST: u32 = 9;
const DICT: u32 = 10;
const SET: u32 = 11;
const SEEN: u32 = 12;
const SLOT: u32 = 13;

/// How dicts become objects: as `Object.fromEntries` makes them or not. Nothing if a converter is to be called.
pub(super) fn suits(options: &Options) -> Option<bool> {
    if options.default_converter.is_some() || options.eager_converter.is_some() {
        return None;
    }
    let Some(converter) = &options.dict_converter else {
        return Some(false);
    };
    let proxy = converter.downcast_ref::<JsProxy>()?;
    glue::is_from_entries(proxy.handle().index()).then_some(true)
}

/// The JavaScript object of a list, tuple, dict or set, `depth` levels deep; nothing if it is another object.
pub(super) fn to_js(
    vm: &VirtualMachine,
    value: &PyObjectRef,
    depth: i32,
    options: &Options,
    from_entries: bool,
) -> PyResult<Option<PyObjectRef>> {
    if depth == 0 || !is_container(vm, value) {
        return Ok(None);
    }
    let mut writer = Writer {
        options,
        stream: Vec::new(),
        held: Held::default(),
        kept: Vec::new(),
        known: NumberMap::default(),
        containers: 0,
    };
    writer.value(vm, value, depth)?;
    let tag = glue::build(cell::address(writer.stream.as_ptr()), from_entries);
    drop(writer);
    let cell = cell::read(0);
    match Tag::from_number(tag) {
        Tag::Object => Ok(Some(proxy::plain(
            vm,
            Handle::adopt(cell.index()),
            cell.length,
        ))),
        tag => convert::from_cell(vm, tag, cell).map(Some),
    }
}

fn is_container(vm: &VirtualMachine, value: &PyObject) -> bool {
    value.downcast_ref::<PyList>().is_some()
        || value.downcast_ref::<PyTuple>().is_some()
        || value.downcast_ref::<PyDict>().is_some()
        || value.class().fast_issubclass(vm.ctx.types.set_type)
}

struct Writer<'a> {
    options: &'a Options,
    stream: Vec<f64>,
    held: Held,
    /// What the stream refers to by address or slot, and what `known` knows by identity.
    kept: Vec<PyObjectRef>,
    /// Where an object was written before: what the stream says then.
    known: NumberMap<usize, [u32; 2]>,
    containers: u32,
}

impl Writer<'_> {
    fn put(&mut self, numbers: &[u32]) {
        self.stream
            .extend(numbers.iter().map(|number| f64::from(*number)));
    }

    /// Writes what converts without a proxy; `text` is what strings are written as.
    fn immutable(&mut self, vm: &VirtualMachine, value: &PyObjectRef, text: u32) {
        // What is decoded in one go is not looked for one by one.
        let cell = match value.downcast_ref_if_exact::<PyStr>(vm) {
            Some(text) => convert::text_cell(vm, text),
            None => convert::to_cell(vm, value, &mut self.held),
        };
        match cell.tag() {
            Tag::Null => self.put(&[NULL]),
            Tag::False => self.put(&[FALSE]),
            Tag::True => self.put(&[TRUE]),
            Tag::Integer | Tag::Float => self.stream.extend([f64::from(NUMBER), cell.as_f64()]),
            Tag::BigInt => self.put(&[BIGINT, cell.index(), cell.length]),
            Tag::Name => self.put(&[NAME, cell.index(), cell.length]),
            Tag::String => {
                self.kept.push(value.clone());
                self.put(&[text, cell.index(), cell.length]);
            }
            Tag::Object => {
                self.kept.push(value.clone());
                self.put(&[SLOT, cell.index()]);
            }
            _ => self.put(&[UNDEFINED]),
        }
    }

    fn value(&mut self, vm: &VirtualMachine, value: &PyObjectRef, depth: i32) -> PyResult<()> {
        if is_immutable(vm, value) {
            self.immutable(vm, value, TEXT);
            return Ok(());
        }
        if let Some(known) = self.known.get(&value.get_id()) {
            let known = *known;
            self.put(&known);
            return Ok(());
        }
        self.kept.push(value.clone());
        if depth == 0 {
            return self.proxy(vm, value);
        }
        vm.with_recursion("while converting to JavaScript", || {
            if value.downcast_ref::<PyList>().is_some() || value.downcast_ref::<PyTuple>().is_some()
            {
                let items = vm.extract_elements_with(value, Ok)?;
                self.open(value, LIST, items.len());
                for item in &items {
                    self.value(vm, item, depth - 1)?;
                }
                return Ok(());
            }
            if value.downcast_ref::<PyDict>().is_some() {
                let pairs = items(vm, value)?;
                self.open(value, DICT, pairs.len());
                for (key, item) in &pairs {
                    check_key(vm, key, "Map")?;
                    self.immutable(vm, key, KEY);
                    self.value(vm, item, depth - 1)?;
                }
                return Ok(());
            }
            if value.class().fast_issubclass(vm.ctx.types.set_type) {
                let items = vm.extract_elements_with(value, Ok)?;
                self.open(value, SET, items.len());
                for item in &items {
                    check_key(vm, item, "Set")?;
                    self.immutable(vm, item, TEXT);
                }
                return Ok(());
            }
            if value.class().slots.as_buffer.load().is_some() {
                let converted = buffer(vm, value)?;
                self.slot(value, converted);
                return Ok(());
            }
            self.proxy(vm, value)
        })
    }

    fn open(&mut self, value: &PyObjectRef, kind: u32, count: usize) {
        self.known.insert(value.get_id(), [SEEN, self.containers]);
        self.containers += 1;
        self.put(&[kind, u32::try_from(count).unwrap_or(u32::MAX)]);
    }

    fn proxy(&mut self, vm: &VirtualMachine, value: &PyObjectRef) -> PyResult<()> {
        let proxy = make_proxy(self.options, vm, value)?;
        self.slot(value, proxy);
        Ok(())
    }

    /// Writes what an object has become.
    fn slot(&mut self, value: &PyObjectRef, converted: PyObjectRef) {
        let index = converted
            .downcast_ref::<JsProxy>()
            .map_or(0, |proxy| proxy.handle().index());
        self.kept.push(converted);
        self.known.insert(value.get_id(), [SLOT, index]);
        self.put(&[SLOT, index]);
    }
}
