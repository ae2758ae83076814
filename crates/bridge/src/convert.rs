//! Implicit conversion, both ways: immutable values are converted, everything else is proxied.
//!
//! The rules are Pyodide's (`undefined` is `None`, `null` is `jsnull`, integers are exact).

use rustpython_vm::builtins::{PyBaseExceptionRef, PyFloat, PyInt, PyStr};
use rustpython_vm::common::vendored::ascii::AsciiString;
use rustpython_vm::common::wtf8::{CodePoint, Wtf8Buf};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use crate::cell::{self, Cell, Tag};
use crate::error;
use crate::handle::{Handle, UNDEFINED};
use crate::proxy::{self, JsProxy};
use crate::{glue, pyproxy, repeated, table};

const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

/// Keeps alive what argument cells point to until the crossing is over.
#[derive(Debug, Default)]
pub(crate) struct Held {
    texts: Vec<String>,
    handles: Vec<Handle>,
}

/// Describes a Python value as a cell. Strings are passed by address: `held` and the value itself must live until the
/// crossing.
pub(crate) fn to_cell(vm: &VirtualMachine, value: &PyObject, held: &mut Held) -> Cell {
    if vm.is_none(value) {
        return Cell::new(Tag::Undefined, 0, 0);
    }
    let class = value.class();
    let types = &vm.ctx.types;
    if class.is(types.str_type)
        && let Some(text) = value.downcast_ref::<PyStr>()
    {
        let cell = text_cell(vm, text);
        return match cell.tag() {
            Tag::String if (1..=REMEMBERED).contains(&cell.length) => {
                cell.with_second(repeated::mark(text, cell.index()))
            }
            _ => cell,
        };
    }
    if class.is(types.int_type)
        && let Some(int) = value.downcast_ref::<PyInt>()
    {
        return int_cell(int, held);
    }
    if class.is(types.bool_type) {
        let tag = if value.is(&vm.ctx.true_value) {
            Tag::True
        } else {
            Tag::False
        };
        return Cell::new(tag, 0, 0);
    }
    if class.is(types.float_type)
        && let Some(float) = value.downcast_ref::<PyFloat>()
    {
        return Cell::number(Tag::Float, float.to_f64());
    }
    if let Some(proxy) = value.downcast_ref::<JsProxy>() {
        return Cell::new(Tag::Object, 0, proxy.handle().index());
    }
    if !class.is(types.function_type)
        && !class.is(types.bound_method_type)
        && let Some(cell) = unusual_cell(vm, value, held)
    {
        return cell;
    }
    let (id, abilities) = table::lend(vm, value);
    Cell::new(Tag::PyObject, abilities, id)
}

/// `jsnull`, errors of JavaScript, and instances of subclasses of the immutable types, which convert like their base.
fn unusual_cell(vm: &VirtualMachine, value: &PyObject, held: &mut Held) -> Option<Cell> {
    if proxy::is_null(vm, value) {
        return Some(Cell::new(Tag::Null, 0, 0));
    }
    if let Some(handle) = error::js_error_of(vm, value) {
        return Some(Cell::new(Tag::Object, 0, handle.index()));
    }
    if let Some(int) = value.downcast_ref::<PyInt>() {
        return Some(
            if value.class().fast_issubclass(&proxy::big_int_class(vm)) {
                digits_cell(int, held)
            } else {
                int_cell(int, held)
            },
        );
    }
    if let Some(text) = value.downcast_ref::<PyStr>() {
        return Some(text_cell(vm, text));
    }
    value
        .downcast_ref::<PyFloat>()
        .map(|float| Cell::number(Tag::Float, float.to_f64()))
}

/// Bytes up to which JavaScript remembers a string.
const REMEMBERED: u32 = 256;

/// Interned strings, such as a program's literals, cross once. Others are not looked up among them: hashing one costs more
/// than writing it anew.
pub(crate) fn text_cell(vm: &VirtualMachine, text: &rustpython_vm::Py<PyStr>) -> Cell {
    let bytes = text.as_wtf8().as_bytes();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    let length = bytes.len() as u32;
    let remembered = length <= REMEMBERED
        && text.as_object().is_immortal()
        && text
            .as_object()
            .as_interned_str(vm)
            .is_some_and(|interned| interned.as_object().is(text));
    let tag = if remembered { Tag::Name } else { Tag::String };
    Cell::new(tag, length, cell::address(bytes.as_ptr()))
}

fn int_cell(int: &rustpython_vm::Py<PyInt>, held: &mut Held) -> Cell {
    if let Ok(small) = i64::try_from(int.as_bigint()) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "compared with the largest exact integer"
        )]
        let number = small as f64;
        if number.abs() <= LARGEST_EXACT {
            return Cell::number(Tag::Integer, number);
        }
    }
    digits_cell(int, held)
}

/// An integer that becomes a `bigint`: its digits.
fn digits_cell(int: &rustpython_vm::Py<PyInt>, held: &mut Held) -> Cell {
    held.texts.push(int.as_bigint().to_string());
    let digits = held.texts.last().map_or("", String::as_str);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    Cell::new(
        Tag::BigInt,
        digits.len() as u32,
        cell::address(digits.as_ptr()),
    )
}

/// Writes arguments, at most as many as there are cells. Returns how many.
pub(crate) fn write_arguments(vm: &VirtualMachine, values: &[PyObjectRef], held: &mut Held) -> u32 {
    // Describing a value crosses nowhere and runs no Python, so what is written stays.
    for (n, value) in values.iter().enumerate() {
        cell::write(n, to_cell(vm, value, held));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most the number of cells"
    )]
    let count = values.len() as u32;
    count
}

/// The Python value of cell 0 after an operation that answered `tag`; a thrown value becomes an exception.
pub(crate) fn result(vm: &VirtualMachine, tag: u32) -> PyResult {
    from_cell(vm, Tag::from_number(tag), cell::read(0))
}

/// The outcome of an operation whose value nobody wants.
pub(crate) fn done(vm: &VirtualMachine, tag: u32) -> PyResult<()> {
    if tag == Tag::Undefined as u32 {
        return Ok(());
    }
    result(vm, tag).map(drop)
}

/// The Python value of a cell that JavaScript wrote. Takes over the handle in it.
pub(crate) fn from_cell(vm: &VirtualMachine, tag: Tag, cell: Cell) -> PyResult {
    Ok(match tag {
        Tag::Undefined | Tag::Method => vm.ctx.none(),
        Tag::Null => proxy::null_value(vm),
        Tag::False => vm.ctx.new_bool(false).into(),
        Tag::True => vm.ctx.new_bool(true).into(),
        Tag::Integer => integer(vm, cell.as_f64()),
        Tag::Float => vm.ctx.new_float(cell.as_f64()).into(),
        Tag::BigInt => {
            let digits = held_text(vm, cell);
            big_int(vm, digits)?
        }
        // The other two are for strings of Python's only.
        Tag::StringShort | Tag::String | Tag::Name => short_text(vm, cell),
        Tag::StringKept => repeated::find(cell.index(), vm)?,
        Tag::StringHeld => held_text(vm, cell),
        Tag::Object | Tag::Function | Tag::Promise => {
            proxy::arrive(vm, Handle::adopt(cell.index()), cell.length)
        }
        Tag::PyObject => pyproxy::object(vm, cell.index())?,
        Tag::PyObjectLast => {
            let object = pyproxy::object(vm, cell.index())?;
            drop(table::release(cell.index()));
            object
        }
        Tag::Error => return Err(thrown(vm, cell)),
    })
}

/// The `int` of a safe integer.
pub(crate) fn integer(vm: &VirtualMachine, number: f64) -> PyObjectRef {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "JavaScript says that it is a safe integer"
    )]
    let number = number as i64;
    match i32::try_from(number) {
        Ok(small) => repeated::integer(small, vm),
        Err(_) => vm.ctx.new_int(number).into(),
    }
}

/// The `int` or `float` of a number that crosses without a tag.
pub(crate) fn number(vm: &VirtualMachine, number: f64) -> PyObjectRef {
    // Most are small: one comparison, and the shorter way to an `int`.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is not the same afterwards takes the other way"
    )]
    let small = number as i32;
    if f64::from(small).to_bits() == number.to_bits() {
        return repeated::integer(small, vm);
    }
    if number.abs() <= LARGEST_EXACT && number.trunc().total_cmp(&number).is_eq() {
        return integer(vm, number);
    }
    vm.ctx.new_float(number).into()
}

/// The `JsBigInt` of its hexadecimal digits.
pub(crate) fn big_int(vm: &VirtualMachine, digits: PyObjectRef) -> PyResult {
    let int = vm.ctx.types.int_type.as_object().call((digits, 16), vm)?;
    proxy::big_int(vm, int)
}

/// The Python values of cells that JavaScript wrote. Takes over the handles in them, also in those behind one that fails.
pub(crate) fn from_cells(vm: &VirtualMachine, cells: &[Cell]) -> PyResult<Vec<PyObjectRef>> {
    let crosses = |cell: &Cell| match cell.tag() {
        Tag::BigInt | Tag::Error => true,
        Tag::Object => proxy::is_error(cell.length),
        _ => false,
    };
    let is_text = |tag| matches!(tag, Tag::StringShort | Tag::StringKept);
    // Errors and large integers cross when they are converted, which uses the text area, and may keep another string at a place:
    // strings are first then.
    let mut texts = Vec::new();
    if cells.iter().any(crosses) {
        let short = cells.iter().filter(|cell| is_text(cell.tag()));
        texts.extend(short.map(|cell| from_cell(vm, cell.tag(), *cell)));
        texts.reverse();
    }
    // One more than there are: a bound method puts its `self` before them.
    let mut values = Vec::with_capacity(cells.len() + 1);
    let mut failure = None;
    for cell in cells {
        let tag = cell.tag();
        let value = match tag {
            tag if is_text(tag) => texts.pop().unwrap_or_else(|| from_cell(vm, tag, *cell)),
            _ => from_cell(vm, tag, *cell),
        };
        match value {
            Ok(value) => values.push(value),
            Err(exception) => failure = failure.or(Some(exception)),
        }
    }
    match failure {
        None => Ok(values),
        Some(exception) => Err(exception),
    }
}

/// What the length field of an ERROR cell says beside 0, an error of JavaScript. `js/kinds.js` has the same numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Raised {
    Python = 1,
    Index = 2,
    Key = 3,
    Value = 4,
    Type = 5,
    Stop = 6,
    NotImplemented = 7,
    Overflow = 8,
    // 9 is a RuntimeError, as is any other.
    Conversion = 10,
    Recursion = 11,
}

/// The exception that an operation of `js/` asks for by its type; the slot holds its argument.
fn raised(vm: &VirtualMachine, kind: u32, index: u32) -> PyBaseExceptionRef {
    let value = match result(vm, glue::unhold(index)) {
        Ok(value) => value,
        Err(error) => return error,
    };
    let kinds = &vm.ctx.exceptions;
    let class = match kind {
        n if n == Raised::Stop as u32 => return vm.new_stop_iteration(Some(value)),
        n if n == Raised::Index as u32 => kinds.index_error.to_owned(),
        n if n == Raised::Key as u32 => kinds.key_error.to_owned(),
        n if n == Raised::Value as u32 => kinds.value_error.to_owned(),
        n if n == Raised::Type as u32 => kinds.type_error.to_owned(),
        n if n == Raised::NotImplemented as u32 => kinds.not_implemented_error.to_owned(),
        n if n == Raised::Overflow as u32 => kinds.overflow_error.to_owned(),
        n if n == Raised::Conversion as u32 => crate::deep::conversion_error_class(vm),
        n if n == Raised::Recursion as u32 => kinds.recursion_error.to_owned(),
        _ => kinds.runtime_error.to_owned(),
    };
    vm.new_exception(class, vec![value])
}

/// The exception for a thrown value: Python's own comes back as the same object.
fn thrown(vm: &VirtualMachine, cell: Cell) -> PyBaseExceptionRef {
    if cell.length > Raised::Python as u32 {
        return raised(vm, cell.length, cell.index());
    }
    if cell.length == Raised::Python as u32 {
        match pyproxy::object(vm, cell.index()).map(|object| object.downcast()) {
            Ok(Ok(exception)) => return error::came_back(vm, exception, cell.second()),
            Ok(Err(_)) => {}
            Err(error) => return error,
        }
    }
    let text = cell::read(1);
    let text = from_cell(vm, text.tag(), text);
    let text = text.unwrap_or_else(|_| vm.ctx.empty_str.to_owned().into());
    error::made_of(vm, Handle::adopt(cell.index()), cell.second(), text)
}

/// A string of the text area.
fn short_text(vm: &VirtualMachine, cell: Cell) -> PyObjectRef {
    let text = text(vm, cell::text(cell.index(), cell.length));
    if cell.second() != 0 {
        repeated::keep(cell.second(), &text);
    }
    text
}

/// The `str` of what JavaScript's encoder wrote, which is nothing but UTF-8. Most is ASCII, which is looked at once then.
pub(crate) fn text(vm: &VirtualMachine, bytes: Vec<u8>) -> PyObjectRef {
    match AsciiString::from_ascii(bytes) {
        Ok(ascii) => vm.ctx.new_str(ascii).into(),
        Err(other) => {
            let text = String::from_utf8(other.into_source())
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            vm.ctx.new_str(text).into()
        }
    }
}

/// Copies a string that JavaScript holds, and releases it.
fn held_text(vm: &VirtualMachine, cell: Cell) -> PyObjectRef {
    let length = cell.length as usize;
    if cell.second() == 0 {
        let mut units = vec![0_u16; length];
        glue::take_units(cell.index(), cell::address(units.as_mut_ptr()));
        return vm.ctx.new_str(from_utf16(units.into_iter())).into();
    }
    // Enough for ASCII, of which most long strings are; what does not fit comes after it.
    let mut bytes = Vec::with_capacity(length);
    loop {
        cell::append(&mut bytes, |at, room| {
            glue::take_text(cell.index(), at, room)
        });
        match cell::read(0).length as usize {
            0 => return text(vm, bytes),
            left => bytes.reserve(left * 3),
        }
    }
}

/// Surrogate pairs are combined, lone surrogates stay.
pub(crate) fn from_utf16(units: impl Iterator<Item = u16>) -> Wtf8Buf {
    let mut text = Wtf8Buf::new();
    for unit in char::decode_utf16(units) {
        match unit {
            Ok(character) => text.push_char(character),
            Err(lone) => {
                if let Some(point) = CodePoint::from_u32(u32::from(lone.unpaired_surrogate())) {
                    text.push(point);
                }
            }
        }
    }
    text
}

/// The Python value of any JavaScript value.
pub(crate) fn from_js(vm: &VirtualMachine, value: &wasm_bindgen::JsValue) -> PyResult {
    let array = Handle::adopt(glue::empty_array());
    let handle = Handle::new(value);
    cell::write(0, Cell::new(Tag::Object, 0, handle.index()));
    glue::push(array.index());
    let tag = glue::item(array.index(), 0);
    result(vm, tag)
}

/// The JavaScript value of any Python value.
pub(crate) fn to_js(vm: &VirtualMachine, value: &PyObject) -> PyResult<wasm_bindgen::JsValue> {
    let mut held = Held::default();
    let cell = to_cell(vm, value, &mut held);
    cell::write(0, cell);
    let array = Handle::adopt(glue::array(1));
    let result = js_sys::Reflect::get_u32(&array.value(), 0).unwrap_or_default();
    Ok(result)
}

/// Calls function `target` with `this`.
pub(crate) fn call(
    vm: &VirtualMachine,
    target: u32,
    this: Option<u32>,
    args: &[PyObjectRef],
    kwargs: &[(PyObjectRef, PyObjectRef)],
) -> PyResult {
    let tag = with_arguments(vm, args, kwargs, |count| {
        glue::call(target, this.unwrap_or(UNDEFINED), count)
    })?;
    result(vm, tag)
}

/// Appends values to a held array, each converted as an argument would be.
pub(crate) fn append_all(vm: &VirtualMachine, array: u32, values: &[PyObjectRef]) {
    for part in values.chunks(cell::CELLS) {
        let mut held = Held::default();
        let count = write_arguments(vm, part, &mut held);
        glue::append(array, count);
    }
}

/// The count of arguments that are too many for the cells: cell 0 has an array of them. `js/cells.js` knows it as well.
const IN_AN_ARRAY: u32 = u32::MAX;

/// Writes positional arguments, and keyword arguments as one object after them, then crosses.
pub(crate) fn with_arguments(
    vm: &VirtualMachine,
    args: &[PyObjectRef],
    kwargs: &[(PyObjectRef, PyObjectRef)],
    cross: impl FnOnce(u32) -> u32,
) -> PyResult<u32> {
    let mut held = Held::default();
    let extra = if kwargs.is_empty() {
        None
    } else {
        let record = Handle::adopt(glue::empty_object());
        for (name, value) in kwargs {
            let name = to_cell(vm, name, &mut held);
            let value = to_cell(vm, value, &mut held);
            cell::write(0, name);
            cell::write(1, value);
            glue::put(record.index());
        }
        Some(record)
    };
    if args.len() + 1 >= cell::CELLS {
        let all = Handle::adopt(glue::empty_array());
        append_all(vm, all.index(), args);
        if let Some(record) = &extra {
            cell::write(0, Cell::new(Tag::Object, 0, record.index()));
            glue::push(all.index());
        }
        cell::write(0, Cell::new(Tag::Object, 0, all.index()));
        return Ok(cross(IN_AN_ARRAY));
    }
    let mut count = write_arguments(vm, args, &mut held);
    if let Some(record) = &extra {
        cell::write(count as usize, Cell::new(Tag::Object, 0, record.index()));
        count += 1;
    }
    held.handles.extend(extra);
    let tag = cross(count);
    drop(held);
    Ok(tag)
}
