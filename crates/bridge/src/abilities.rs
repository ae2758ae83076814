//! What a Python object can do, as JavaScript sees it: the members of its proxy follow from this.

use std::cell::RefCell;
use std::sync::atomic::Ordering;

use rustpython_vm::builtins::{PyGenerator, PyType};
use rustpython_vm::bytecode::CodeFlags;
use rustpython_vm::types::PyTypeFlags;
use rustpython_vm::{AsObject, Py, PyObject, VirtualMachine};

use crate::numbers::NumberMap;

// `js/lent.js` has the same numbers.
pub(crate) const HAS_LENGTH: u32 = 1;
pub(crate) const HAS_GET: u32 = 1 << 1;
pub(crate) const HAS_SET: u32 = 1 << 2;
pub(crate) const HAS_CONTAINS: u32 = 1 << 3;
pub(crate) const IS_ITERABLE: u32 = 1 << 4;
pub(crate) const IS_ITERATOR: u32 = 1 << 5;
pub(crate) const IS_AWAITABLE: u32 = 1 << 6;
pub(crate) const IS_BUFFER: u32 = 1 << 7;
pub(crate) const IS_CALLABLE: u32 = 1 << 8;
pub(crate) const IS_ASYNC_ITERABLE: u32 = 1 << 9;
pub(crate) const IS_ASYNC_ITERATOR: u32 = 1 << 10;
pub(crate) const IS_GENERATOR: u32 = 1 << 11;
pub(crate) const IS_ASYNC_GENERATOR: u32 = 1 << 12;
pub(crate) const IS_SEQUENCE: u32 = 1 << 13;
pub(crate) const IS_MUTABLE_SEQUENCE: u32 = 1 << 14;
pub(crate) const IS_DICT: u32 = 1 << 17;

/// The abilities of an object. Runs no Python.
pub(crate) fn of(vm: &VirtualMachine, object: &PyObject) -> u32 {
    let class = object.class();
    let types = &vm.ctx.types;
    // A plain function, by far the most common, has none of the others.
    if class.is(types.function_type) || class.is(types.builtin_function_or_method_type) {
        return IS_CALLABLE;
    }
    let mut abilities = of_type(vm, class);
    if object.downcast_ref::<PyType>().is_some() && class_has(vm, object, "__class_getitem__") {
        abilities |= HAS_GET;
    }
    if let Some(generator) = object.downcast_ref::<PyGenerator>()
        && generator
            .as_coro()
            .code()
            .code
            .flags
            .contains(CodeFlags::ITERABLE_COROUTINE)
    {
        abilities |= IS_AWAITABLE;
    }
    abilities
}

fn class_has(vm: &VirtualMachine, class: &PyObject, name: &'static str) -> bool {
    class
        .downcast_ref::<PyType>()
        .is_some_and(|class| class.get_attr(vm.ctx.intern_str(name)).is_some())
}

thread_local! {
    /// Abilities by the address of the type, with the version that the type had.
    static KNOWN: RefCell<NumberMap<usize, (u32, u32)>> = RefCell::default();
}

/// Types that are remembered at most: programs that make types all the time must not fill the memory with them.
const REMEMBERED: usize = 1000;

fn of_type(vm: &VirtualMachine, class: &Py<PyType>) -> u32 {
    let address = class.get_id();
    // A version is of one type in one state; 0 is none.
    let version = class.tp_version_tag().load(Ordering::Relaxed);
    let known = KNOWN.with(|known| known.borrow().get(&address).copied());
    if let Some((of, abilities)) = known
        && of == version
        && version != 0
    {
        return abilities;
    }
    let abilities = look_at_type(vm, class);
    // Looking gave the type a version if it had none.
    let version = class.tp_version_tag().load(Ordering::Relaxed);
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(address, (version, abilities));
    });
    abilities
}

fn look_at_type(vm: &VirtualMachine, class: &Py<PyType>) -> u32 {
    let slots = &class.slots;
    let has = |name: &'static str| class.get_attr(vm.ctx.intern_str(name)).is_some();
    let mut abilities = 0;
    let mut mark = |ability: u32, there: bool| {
        if there {
            abilities |= ability;
        }
    };
    let (sequence, mapping) = (&slots.as_sequence, &slots.as_mapping);
    let length = sequence.length.load().is_some() || mapping.length.load().is_some();
    let get = sequence.item.load().is_some() || mapping.subscript.load().is_some();
    let set = sequence.ass_item.load().is_some() || mapping.ass_subscript.load().is_some();
    let contains = sequence.contains.load().is_some();
    mark(HAS_LENGTH, length);
    mark(HAS_GET, get);
    mark(HAS_SET, set);
    mark(HAS_CONTAINS, contains);
    if slots.iternext.load().is_some() {
        mark(IS_ITERATOR, true);
    } else {
        mark(
            IS_ITERABLE,
            slots.iter.load().is_some() || sequence.item.load().is_some(),
        );
    }
    mark(IS_CALLABLE, slots.call.load().is_some());
    mark(IS_BUFFER, slots.as_buffer.load().is_some());
    let types = &vm.ctx.types;
    mark(IS_DICT, class.is(types.dict_type));
    mark(IS_GENERATOR, class.fast_issubclass(types.generator_type));
    if length && get && contains {
        let is = |base: &Py<PyType>| class.fast_issubclass(base);
        let sequence = slots.flags.has_feature(PyTypeFlags::SEQUENCE)
            || is(types.list_type)
            || is(types.tuple_type)
            || is(types.range_type)
            || is(types.bytes_type)
            || is(types.bytearray_type)
            || is(types.memoryview_type);
        mark(IS_SEQUENCE, sequence);
        // `insert` is what `MutableSequence` asks for and no other sequence has.
        mark(IS_MUTABLE_SEQUENCE, sequence && set && has("insert"));
        if is(types.dict_type) || sequence {
            return abilities;
        }
    }
    mark(IS_AWAITABLE, has("__await__"));
    if has("__anext__") {
        mark(IS_ASYNC_ITERATOR, true);
        mark(
            IS_ASYNC_GENERATOR,
            class.is(types.async_generator) || (has("asend") && has("athrow") && has("aclose")),
        );
    } else {
        mark(IS_ASYNC_ITERABLE, has("__aiter__"));
    }
    mark(
        IS_GENERATOR,
        slots.iternext.load().is_some() && has("send") && has("throw") && has("close"),
    );
    abilities
}
