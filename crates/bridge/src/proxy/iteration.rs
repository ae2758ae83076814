//! Iterators and generators.

use rustpython_vm::builtins::{PyBaseExceptionRef, PyTypeRef};
use rustpython_vm::protocol::PyIterReturn;
use rustpython_vm::{AsObject, Py, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine};

use super::{JsProxy, Question, describe, flags, items, methods};
use crate::cell::{self, Tag};
use crate::convert::{self, Raised};
use crate::{error, glue};

pub(super) fn iter_slot(zelf: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let proxy = items::proxy_of(&zelf, vm)?;
    if proxy.can(flags::DICT_VIEWS) {
        return proxy.operate(methods::OWN_KEYS, &[], vm);
    }
    if proxy.can(flags::JSON_SEQUENCE) {
        let items = rustpython_vm::builtins::PySequenceIterator::new(zelf, vm)?;
        return Ok(items.into_pyobject(vm));
    }
    if proxy.is_mapping() {
        return proxy.operate(methods::KEYS, &[], vm);
    }
    if !proxy.can(flags::ITERABLE) && proxy.can(flags::ITERATOR) {
        return Ok(zelf);
    }
    let tag = Tag::from_number(glue::ask(proxy.index(), Question::Iterator as u32));
    let cell = cell::read(0);
    match tag {
        Tag::Object | Tag::Function | Tag::Promise | Tag::Error => {
            convert::from_cell(vm, tag, cell)
        }
        Tag::PyObject => convert::from_cell(vm, tag, cell)?
            .get_iter(vm)
            .map(Into::into),
        _ => Err(vm.new_type_error(format!(
            "JavaScript object {} is not iterable",
            describe(proxy, vm)
        ))),
    }
}

/// What has items and says nothing of their order.
pub(super) fn refuse_slot(zelf: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let class = zelf.class().slot_name();
    Err(vm.new_type_error(format!("'{class}' object is not iterable")))
}

pub(super) fn next_slot(zelf: &PyObject, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
    let zelf = items::proxy_of(zelf, vm)?;
    if zelf.can(flags::STEPS) {
        return next_of_array(zelf, vm);
    }
    let tag = Tag::from_number(glue::next(zelf.index()));
    let cell = cell::read(0);
    match (tag, cell.length) {
        (Tag::Undefined, 1) => Ok(PyIterReturn::StopIteration(None)),
        (Tag::Error, kind) if kind == Raised::Stop as u32 => {
            let value = convert::result(vm, glue::unhold(cell.index()))?;
            Ok(PyIterReturn::StopIteration(Some(value)))
        }
        _ => convert::from_cell(vm, tag, cell).map(PyIterReturn::Return),
    }
}

/// Items of an array that were read ahead of a loop; `js/steps.js` says how long they are right.
#[derive(Debug)]
pub(super) struct Ahead {
    batch: u32,
    items: Items,
    /// How many items were asked for.
    want: u32,
}

/// The next one is the last.
#[derive(Debug)]
enum Items {
    Values(Vec<PyObjectRef>),
    /// Objects are made of these when their turn comes.
    Numbers(Vec<f64>),
}

impl Items {
    fn pop(&mut self, vm: &VirtualMachine) -> Option<PyObjectRef> {
        match self {
            Self::Values(values) => values.pop(),
            Self::Numbers(numbers) => numbers.pop().map(|number| convert::number(vm, number)),
        }
    }
}

/// Items that are read at once at most: with the first, which lies apart, as many numbers as the cells have room for.
const MOST: u32 = 500;
/// Says that the cells have numbers; `js/steps.js` has the same number.
const NUMBERS: i32 = 1 << 16;

fn next_of_array(zelf: &Py<JsProxy>, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
    let mut want = 1;
    let mut stale = None;
    if let Some(ahead) = zelf.ahead.borrow_mut().as_mut() {
        if ahead.batch != 0 && ahead.batch == cell::ahead() {
            if let Some(item) = ahead.items.pop(vm) {
                cell::use_one();
                return Ok(PyIterReturn::Return(item));
            }
            want = (ahead.want * 2).min(MOST);
        } else {
            stale = Some(std::mem::replace(
                &mut ahead.items,
                Items::Numbers(Vec::new()),
            ));
        }
    }
    // Objects that go may run Python.
    drop(stale);
    let answer = glue::next_some(zelf.index(), want);
    let Ok(count) = usize::try_from(answer & !NUMBERS) else {
        return convert::result(vm, Tag::Error as u32).map(PyIterReturn::Return);
    };
    if count == 0 {
        drop(zelf.ahead.take());
        return Ok(PyIterReturn::StopIteration(None));
    }
    let batch = cell::ahead();
    let first = cell::read(0);
    let items = if answer & NUMBERS == 0 {
        None
    } else {
        Some(Items::Numbers(cell::numbers(count - 1)))
    };
    let first = convert::from_cell(vm, first.tag(), first)?;
    let items = match items {
        Some(numbers) => numbers,
        None => {
            let mut values = Vec::with_capacity(count - 1);
            for n in (1..count).rev() {
                let cell = cell::read(n);
                values.push(convert::from_cell(vm, cell.tag(), cell)?);
            }
            Items::Values(values)
        }
    };
    let next = Ahead { batch, items, want };
    let mut ahead = zelf.ahead.borrow_mut();
    match ahead.as_mut() {
        // Its items are used up or taken out.
        Some(ahead) => **ahead = next,
        None => *ahead = Some(Box::new(next)),
    }
    Ok(PyIterReturn::Return(first))
}

impl JsProxy {
    pub(super) fn is_mapping(&self) -> bool {
        const MAPPING: u32 = flags::GET | flags::LENGTH | flags::ITERABLE;
        self.flags & MAPPING == MAPPING && !self.can(flags::SEQUENCES)
    }
}

pub(super) fn next(zelf: &Py<JsProxy>, _args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    match next_slot(zelf.as_object(), vm)? {
        PyIterReturn::Return(value) => Ok(value),
        PyIterReturn::StopIteration(value) => Err(vm.new_stop_iteration(value)),
    }
}

pub(super) fn iter(zelf: &Py<JsProxy>, _args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    iter_slot(zelf.as_object().to_owned(), vm)
}

/// `throw` of a generator: the exception arrives in JavaScript as an error, `GeneratorExit` as the end.
pub(super) fn throw(zelf: &Py<JsProxy>, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
    let exception = exception_of(args, vm)?;
    if exception.fast_isinstance(vm.ctx.exceptions.generator_exit) {
        zelf.operate(methods::CLOSE, &[], vm)?;
        return Err(exception);
    }
    let error = super::wrap(vm, error::original(vm, &exception), Tag::Object, None);
    zelf.operate(methods::THROW, &[error], vm)
}

/// The exception that `throw(type, value, traceback)` means, or `throw(value)`.
pub(crate) fn exception_of(
    args: &[PyObjectRef],
    vm: &VirtualMachine,
) -> PyResult<PyBaseExceptionRef> {
    let Some(what) = args.first() else {
        return Err(vm.new_type_error("throw() wants an exception"));
    };
    let made = match what.clone().downcast::<rustpython_vm::builtins::PyType>() {
        Ok(class) => {
            let class: PyTypeRef = class;
            match args.get(1).filter(|value| !vm.is_none(value)) {
                Some(value) if value.fast_isinstance(&class) => value.clone(),
                Some(value) => class.as_object().call((value.clone(),), vm)?,
                None => class.as_object().call((), vm)?,
            }
        }
        Err(value) => value,
    };
    made.downcast().map_err(|other| {
        vm.new_type_error(format!(
            "exceptions must derive from BaseException, not {}",
            other.class().name()
        ))
    })
}
