//! The classes of proxies: one for each ability, and one for each set of abilities that is met.
//!
//! They are made when they are first needed and live as long as the process, like all built-in types.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use rustpython_vm::builtins::{PyDict, PyType, PyTypeRef, PyUtf8StrRef};
use rustpython_vm::class::{PyClassImpl, StaticType};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::types::{PyTypeFlags, PyTypeSlots};
use rustpython_vm::{AsObject, Py, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine};

use super::methods::{self, JsMethod, Row};
use super::{JsProxy, base_class, call, flags, items, iteration};
use crate::numbers::NumberMap;
use crate::ways::{self, Way};

/// An ability: its class and its methods.
struct Mixin {
    name: &'static str,
    /// All of these flags are wanted, or one of `or`.
    all: u32,
    or: u32,
    /// None of these.
    none: u32,
    rows: &'static [&'static [Row]],
}

const fn one(name: &'static str, flags: u32, rows: &'static [&'static [Row]]) -> Mixin {
    Mixin {
        name,
        all: flags,
        or: 0,
        none: 0,
        rows,
    }
}

const fn any(name: &'static str, flags: u32, rows: &'static [&'static [Row]]) -> Mixin {
    Mixin {
        name,
        all: u32::MAX,
        or: flags,
        none: 0,
        rows,
    }
}

/// In the order of a class's bases: a map iterates its keys although it is iterable.
static MIXINS: &[Mixin] = &[
    Mixin {
        name: "JsMutableMap",
        all: flags::GET | flags::SET | flags::LENGTH | flags::ITERABLE,
        or: flags::DICT_VIEWS,
        none: flags::SEQUENCES,
        rows: &[methods::MUTABLE_MAP],
    },
    Mixin {
        name: "JsMap",
        all: flags::GET | flags::LENGTH | flags::ITERABLE,
        or: flags::DICT_VIEWS,
        none: flags::SEQUENCES,
        rows: &[methods::MAP],
    },
    one(
        "JsArray",
        flags::ARRAY,
        &[methods::SEQUENCE, methods::ARITHMETIC, methods::ARRAY],
    ),
    one(
        "JsTypedArray",
        flags::TYPED_ARRAY,
        &[methods::SEQUENCE, methods::TYPED_ARRAY],
    ),
    one(
        "JsArrayLike",
        flags::ARRAY_LIKE,
        &[methods::SEQUENCE, methods::ARITHMETIC],
    ),
    one("JsBuffer", flags::BUFFER, &[methods::BUFFER]),
    one("JsCallable", flags::CALLABLE, &[methods::CALLABLE]),
    one("JsPromise", flags::AWAITABLE, &[methods::PROMISE]),
    one("JsGenerator", flags::GENERATOR, &[methods::GENERATOR]),
    one("JsIterator", flags::ITERATOR, &[methods::ITERATOR]),
    one("JsIterable", flags::ITERABLE, &[methods::ITERABLE]),
    one(
        "JsAsyncGenerator",
        flags::ASYNC_GENERATOR,
        &[methods::ASYNC_GENERATOR],
    ),
    one(
        "JsAsyncIterator",
        flags::ASYNC_ITERATOR,
        &[methods::ASYNC_ITERATOR],
    ),
    one(
        "JsAsyncIterable",
        flags::ASYNC_ITERABLE,
        &[methods::ASYNC_ITERABLE],
    ),
    one(
        "JsDoubleProxy",
        flags::DOUBLE_PROXY,
        &[methods::DOUBLE_PROXY],
    ),
    one("JsWeakRef", flags::WEAK_REFERENCE, &[]),
    any(
        "_Sized",
        flags::LENGTH | flags::DICT_VIEWS,
        &[methods::SIZED],
    ),
    any("_Readable", READ, &[methods::READABLE]),
    any("_Writable", WRITE, &[methods::WRITABLE]),
    any("_Container", CONTAIN, &[methods::CONTAINER]),
    one("_Disposable", flags::DISPOSE, &[methods::DISPOSE]),
    one(
        "_AsyncDisposable",
        flags::ASYNC_DISPOSE,
        &[methods::ASYNC_DISPOSE],
    ),
];

const READ: u32 = flags::GET | flags::SEQUENCES | flags::DICT_VIEWS;
const WRITE: u32 = flags::SET | flags::ARRAY | flags::TYPED_ARRAY | flags::DICT_VIEWS;
const CONTAIN: u32 = flags::HAS | flags::INCLUDES | flags::DICT_VIEWS;

impl Mixin {
    fn applies(&self, flags: u32) -> bool {
        (flags & self.all == self.all || flags & self.or != 0) && flags & self.none == 0
    }
}

/// The values that are not proxies.
struct Others {
    null: PyTypeRef,
    null_value: PyObjectRef,
    big_int: PyTypeRef,
}

thread_local! {
    static MADE: RefCell<NumberMap<u32, PyTypeRef>> = RefCell::default();
    static MIXIN_CLASSES: RefCell<HashMap<&'static str, PyTypeRef>> = RefCell::default();
    static OTHERS: OnceCell<Others> = const { OnceCell::new() };
    static BIG_INT_IS_READY: OnceCell<()> = const { OnceCell::new() };
}

/// Sets the base class up; the same types serve all sessions of the process.
pub(crate) fn register(vm: &VirtualMachine) {
    let base = base_class();
    let _ = JsMethod::make_static_type();
    add_rows(vm, &base, &[methods::BASE]);
    base.slots.new.store(Some(refuse));
}

/// Makes the classes that hardly a page does without: of functions, and of promises.
pub(crate) fn make_common(vm: &VirtualMachine) {
    for flags in [flags::CALLABLE, flags::AWAITABLE] {
        of(vm, flags);
    }
}

/// The class for a set of flags.
pub(super) fn of(vm: &VirtualMachine, flags: u32) -> PyTypeRef {
    if flags == 0 {
        return JsProxy::static_type().to_owned();
    }
    if let Some(class) = MADE.with(|made| made.borrow().get(&flags).cloned()) {
        return class;
    }
    let mut bases: Vec<PyTypeRef> = MIXINS
        .iter()
        .filter(|mixin| mixin.applies(flags))
        .map(|mixin| make_mixin(vm, mixin))
        .collect();
    if bases.is_empty() {
        bases.push(JsProxy::static_type().to_owned());
    }
    let class = new_class(vm, "JsProxy", bases, flags);
    MADE.with(|made| made.borrow_mut().insert(flags, class.clone()));
    class
}

/// The class of one ability, by its name in `pyodide.ffi`.
pub(crate) fn mixin(vm: &VirtualMachine, name: &str) -> Option<PyTypeRef> {
    MIXINS
        .iter()
        .find(|mixin| mixin.name == name)
        .map(|mixin| make_mixin(vm, mixin))
}

fn make_mixin(vm: &VirtualMachine, mixin: &'static Mixin) -> PyTypeRef {
    if let Some(class) = MIXIN_CLASSES.with(|made| made.borrow().get(mixin.name).cloned()) {
        return class;
    }
    // One of several flags says nothing about the others: the classes of proxies have the slots for those.
    let flags = if mixin.all == u32::MAX { 0 } else { mixin.all };
    let class = new_class(
        vm,
        mixin.name,
        vec![JsProxy::static_type().to_owned()],
        flags,
    );
    add_rows(vm, &class, mixin.rows);
    MIXIN_CLASSES.with(|made| made.borrow_mut().insert(mixin.name, class.clone()));
    class
}

fn add_rows(vm: &VirtualMachine, class: &PyType, tables: &[&'static [Row]]) {
    for row in tables.iter().flat_map(|rows| rows.iter()) {
        let method = JsMethod::new(row).into_pyobject(vm);
        class.set_attr(vm.ctx.intern_str(row.name), method);
    }
}

fn new_class(vm: &VirtualMachine, name: &str, bases: Vec<PyTypeRef>, flags: u32) -> PyTypeRef {
    let slots = PyTypeSlots::heap_default();
    if flags & flags::MODULE != 0 {
        slots.flags.insert(PyTypeFlags::HAS_DICT);
    }
    let base = JsProxy::static_type().to_owned();
    let class = PyType::new_heap(
        name,
        bases,
        Default::default(),
        slots,
        vm.ctx.types.type_type.to_owned(),
        &vm.ctx,
    )
    // The bases all derive from `JsProxy` alone, so that there is an order of them.
    .unwrap_or(base);
    class.set_attr(
        vm.ctx.intern_str("__module__"),
        vm.ctx.new_str("pyodide.ffi").into(),
    );
    set_slots(&class.slots, flags);
    class
}

/// A class derived from one of proxies, with the attributes of a namespace.
pub(crate) fn derive(vm: &VirtualMachine, base: PyTypeRef, namespace: &Py<PyDict>) -> PyResult {
    if !base.fast_issubclass(JsProxy::static_type()) {
        let text = format!("{} is no class of JavaScript objects", base.name());
        return Err(vm.new_type_error(text));
    }
    let attributes = namespace
        .into_iter()
        .map(|(name, value)| {
            let name = name.try_into_value::<PyUtf8StrRef>(vm)?;
            Ok((vm.ctx.intern_str(name.as_str()), value))
        })
        .collect::<PyResult<Vec<_>>>()?;
    let class = PyType::new_heap(
        "JsProxy",
        vec![base],
        attributes.into_iter().collect(),
        PyTypeSlots::heap_default(),
        vm.ctx.types.type_type.to_owned(),
        &vm.ctx,
    )
    .map_err(|text| vm.new_type_error(text))?;
    class.slots.new.store(Some(refuse));
    Ok(class.into())
}

/// Proxies are made by what they stand for.
fn refuse(class: PyTypeRef, _: FuncArgs, vm: &VirtualMachine) -> PyResult {
    Err(vm.new_type_error(format!("{} cannot be instantiated.", class.name())))
}

/// The interpreter's direct ways to the methods.
fn set_slots(slots: &PyTypeSlots, flags: u32) {
    slots.new.store(Some(refuse));
    let can = |abilities: u32| flags & abilities != 0;
    if can(flags::CALLABLE) {
        slots.call.store(Some(call::call_slot));
        slots.vectorcall.store(Some(call::vectorcall_slot));
        slots.descr_get.store(Some(call::bind_slot));
    }
    if can(flags::AWAITABLE) {
        slots.hash.store(Some(items::hash_slot));
    }
    if can(flags::LENGTH | flags::DICT_VIEWS) {
        slots.as_mapping.length.store(Some(items::length_slot));
        slots
            .as_sequence
            .length
            .store(Some(items::sequence_length_slot));
    }
    if can(READ) {
        slots
            .as_mapping
            .subscript
            .store(Some(items::subscript_slot));
    }
    // Sequences that cannot be changed say that they cannot.
    if can(WRITE | flags::ARRAY_LIKE) {
        slots
            .as_mapping
            .ass_subscript
            .store(Some(items::ass_subscript_slot));
    }
    if can(flags::SEQUENCES) {
        slots.as_sequence.item.store(Some(items::item_slot));
    }
    if can(CONTAIN) {
        slots.as_sequence.contains.store(Some(items::contains_slot));
    }
    if can(flags::ITERABLE | flags::ITERATOR | flags::DICT_VIEWS) {
        slots.iter.store(Some(iteration::iter_slot));
    } else if can(READ) && !can(flags::SEQUENCES) {
        // Items by key only: asking for 0, 1, 2 and so on until one is missing could take for ever.
        slots.iter.store(Some(iteration::refuse_slot));
    }
    if can(flags::ITERATOR) {
        slots.iternext.store(Some(iteration::next_slot));
    }
    // What `case [...]` and `case {...}` match.
    if can(flags::SEQUENCES) {
        slots.flags.insert(PyTypeFlags::SEQUENCE);
    } else if can(flags::DICT_VIEWS)
        || flags & (flags::GET | flags::LENGTH | flags::ITERABLE)
            == flags::GET | flags::LENGTH | flags::ITERABLE
    {
        slots.flags.insert(PyTypeFlags::MAPPING);
    }
}

fn with_others<R>(vm: &VirtualMachine, f: impl FnOnce(&Others) -> R) -> R {
    OTHERS.with(|others| f(others.get_or_init(|| Others::new(vm))))
}

impl Others {
    fn new(vm: &VirtualMachine) -> Self {
        let ctx = &vm.ctx;
        let class = |name: &str, base: PyTypeRef| {
            ctx.new_class(Some("pyodide.ffi"), name, base, PyTypeSlots::heap_default())
        };
        let null = class("JsNull", ctx.types.object_type.to_owned());
        null.slots.as_number.boolean.store(Some(|_, _| Ok(false)));
        null.slots
            .repr
            .store(Some(|_, vm| Ok(vm.ctx.new_str("jsnull"))));
        let null_value = ctx.new_base_object(null.clone(), None);
        null.slots.new.store(Some(|_, _, vm| Ok(super::null(vm))));
        Self {
            null,
            null_value,
            big_int: class("JsBigInt", ctx.types.int_type.to_owned()),
        }
    }
}

pub(crate) fn null_class(vm: &VirtualMachine) -> PyTypeRef {
    with_others(vm, |others| others.null.clone())
}

pub(crate) fn is_null(vm: &VirtualMachine, value: &PyObject) -> bool {
    with_others(vm, |others| value.class().is(&others.null))
}

/// `jsnull`.
pub(crate) fn null(vm: &VirtualMachine) -> PyObjectRef {
    with_others(vm, |others| others.null_value.clone())
}

/// What `null` becomes.
pub(crate) fn null_value(vm: &VirtualMachine) -> PyObjectRef {
    if ways::taken(Way::NullIsNone) {
        return vm.ctx.none();
    }
    null(vm)
}

pub(crate) fn big_int_class(vm: &VirtualMachine) -> PyTypeRef {
    with_others(vm, |others| others.big_int.clone())
}

/// The `JsBigInt` of an integer. Its arithmetic is written in Python and loaded with the first one.
pub(crate) fn big_int(vm: &VirtualMachine, int: PyObjectRef) -> PyResult {
    if BIG_INT_IS_READY.with(|ready| ready.get().is_none()) {
        BIG_INT_IS_READY.with(|ready| ready.set(()).ok());
        crate::runtime::import(vm, "pyodide._bigint")?;
    }
    big_int_class(vm).as_object().call((int,), vm)
}

fn named(vm: &VirtualMachine, name: &str) -> PyTypeRef {
    mixin(vm, name).unwrap_or_else(|| JsProxy::static_type().to_owned())
}

pub(crate) fn callable_class(vm: &VirtualMachine) -> PyTypeRef {
    named(vm, "JsCallable")
}

pub(crate) fn promise_class(vm: &VirtualMachine) -> PyTypeRef {
    named(vm, "JsPromise")
}
