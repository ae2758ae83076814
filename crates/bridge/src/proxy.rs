//! `JsProxy`: a JavaScript object in Python.

use std::cell::OnceCell;

use rustpython_vm::builtins::{PyStr, PyStrInterned, PyTypeRef};
use rustpython_vm::class::{PyClassImpl, StaticType};
use rustpython_vm::common::wtf8::Wtf8Buf;
use rustpython_vm::function::{FuncArgs, OptionalArg, PyComparisonValue, PySetterValue};
use rustpython_vm::protocol::{PyIterReturn, PyMappingMethods, PyNumberMethods, PySequenceMethods};
use rustpython_vm::types::{
    AsMapping, AsNumber, AsSequence, Comparable, GetAttr, Iterable, PyComparisonOp, PyTypeSlots,
    Representable, SetAttr,
};
use rustpython_vm::{
    AsObject, Context, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine,
    pyclass,
};

use crate::cell::{self, Tag};
use crate::convert::{self, Held};
use crate::glue;
use crate::handle::Handle;

/// The numbers that `ask` of `js/operations.js` takes.
#[derive(Debug, Clone, Copy)]
enum Question {
    Length = 0,
    Text = 1,
    Truth = 2,
    Iterator = 3,
    TypeOf = 4,
    Names = 5,
    AsyncIterator = 6,
}

/// A JavaScript object in Python: live, never a copy.
#[pyclass(name = "JsProxy", module = "pyodide.ffi")]
#[derive(Debug, PyPayload)]
pub struct JsProxy {
    handle: Handle,
    /// The object that the proxied function was read from: `this` of its calls.
    receiver: Option<PyRef<JsProxy>>,
}

impl JsProxy {
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    fn index(&self) -> u32 {
        self.handle.index()
    }

    fn ask(&self, question: Question, vm: &VirtualMachine) -> PyResult {
        let tag = glue::ask(self.index(), question as u32);
        convert::result(vm, tag)
    }
}

/// Types beside `JsProxy` itself: same payload, more abilities.
struct Classes {
    callable: PyTypeRef,
    promise: PyTypeRef,
    null: PyTypeRef,
    null_value: PyObjectRef,
    big_int: PyTypeRef,
}

thread_local! {
    static CLASSES: OnceCell<Classes> = const { OnceCell::new() };
}

/// Makes the types of the context. They live as long as the process, like all built-in types.
fn with_classes<R>(vm: &VirtualMachine, f: impl FnOnce(&Classes) -> R) -> R {
    CLASSES.with(|classes| f(classes.get_or_init(|| Classes::new(&vm.ctx))))
}

impl Classes {
    fn new(ctx: &Context) -> Self {
        let _ = JsProxy::make_static_type();
        let _ = JsIterator::make_static_type();
        let subclass = |name: &'static str| {
            ctx.new_class(
                Some("pyodide.ffi"),
                name,
                JsProxy::static_type().to_owned(),
                PyTypeSlots::heap_default(),
            )
        };
        let callable = subclass("JsCallable");
        callable.slots.call.store(Some(call_slot));
        callable.slots.vectorcall.store(Some(vectorcall_slot));
        let promise = subclass("JsPromise");
        let null = ctx.new_class(
            Some("pyodide.ffi"),
            "JsNull",
            ctx.types.object_type.to_owned(),
            PyTypeSlots::heap_default(),
        );
        null.slots.as_number.boolean.store(Some(|_, _| Ok(false)));
        null.slots
            .repr
            .store(Some(|_, vm| Ok(vm.ctx.new_str("jsnull"))));
        let null_value = ctx.new_base_object(null.clone(), None);
        let slots = PyTypeSlots::heap_default();
        let big_int = ctx.new_class(
            Some("pyodide.ffi"),
            "JsBigInt",
            ctx.types.int_type.to_owned(),
            slots,
        );
        Self {
            callable,
            promise,
            null,
            null_value,
            big_int,
        }
    }
}

pub(crate) fn null_class(vm: &VirtualMachine) -> PyTypeRef {
    with_classes(vm, |classes| classes.null.clone())
}

pub(crate) fn null(vm: &VirtualMachine) -> PyObjectRef {
    with_classes(vm, |classes| classes.null_value.clone())
}

pub(crate) fn big_int_class(vm: &VirtualMachine) -> PyTypeRef {
    with_classes(vm, |classes| classes.big_int.clone())
}

pub(crate) fn big_int(vm: &VirtualMachine, int: PyObjectRef) -> PyResult {
    with_classes(vm, |classes| classes.big_int.clone())
        .as_object()
        .call((int,), vm)
}

pub(crate) fn callable_class(vm: &VirtualMachine) -> PyTypeRef {
    with_classes(vm, |classes| classes.callable.clone())
}

pub(crate) fn promise_class(vm: &VirtualMachine) -> PyTypeRef {
    with_classes(vm, |classes| classes.promise.clone())
}

/// Makes the proxy of a held object.
pub(crate) fn wrap(
    vm: &VirtualMachine,
    handle: Handle,
    tag: Tag,
    receiver: Option<PyRef<JsProxy>>,
) -> PyObjectRef {
    let class = with_classes(vm, |classes| match tag {
        Tag::Function => classes.callable.clone(),
        Tag::Promise => classes.promise.clone(),
        _ => JsProxy::static_type().to_owned(),
    });
    PyRef::new_ref(JsProxy { handle, receiver }, class, None).into()
}

fn call_slot(zelf: &PyObject, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    call(zelf, &args.args, &keywords(vm, &args), vm)
}

/// Calls without keywords come here with the interpreter's own list of arguments.
fn vectorcall_slot(
    zelf: &PyObject,
    args: Vec<PyObjectRef>,
    positional: usize,
    names: Option<&[PyObjectRef]>,
    vm: &VirtualMachine,
) -> PyResult {
    let Some(names) = names else {
        return call(zelf, &args, &[], vm);
    };
    let (args, values) = args.split_at(positional.min(args.len()));
    let keywords: Vec<_> = names.iter().cloned().zip(values.iter().cloned()).collect();
    call(zelf, args, &keywords, vm)
}

fn call(
    zelf: &PyObject,
    args: &[PyObjectRef],
    keywords: &[(PyObjectRef, PyObjectRef)],
    vm: &VirtualMachine,
) -> PyResult {
    let proxy = zelf
        .downcast_ref::<JsProxy>()
        .ok_or_else(|| vm.new_type_error("this is no JavaScript function"))?;
    let this = proxy.receiver.as_ref().map(|receiver| receiver.index());
    convert::call(vm, proxy.index(), this, args, keywords)
}

fn keywords(vm: &VirtualMachine, args: &FuncArgs) -> Vec<(PyObjectRef, PyObjectRef)> {
    args.kwargs
        .iter()
        .map(|(name, value)| (vm.ctx.new_str(name.clone()).into(), value.clone()))
        .collect()
}

/// A name as JavaScript gets it: interned, so that it crosses once, and without the `_` of a Python keyword.
fn js_name(vm: &VirtualMachine, name: &Py<PyStr>) -> &'static PyStrInterned {
    const KEYWORDS: &[&str] = &[
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
        "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
        "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return",
        "try", "while", "with", "yield",
    ];
    let bytes = name.as_wtf8().as_bytes();
    if bytes.ends_with(b"_")
        && let Ok(text) = std::str::from_utf8(bytes)
        && KEYWORDS.contains(&text.trim_end_matches('_'))
    {
        return vm.ctx.intern_str(&text[..text.len() - 1]);
    }
    match name.as_object().as_interned_str(vm) {
        Some(interned) => interned,
        None => vm.ctx.intern_str(name.as_wtf8()),
    }
}

fn address_of(name: &'static PyStrInterned) -> (u32, u32) {
    let bytes = name.as_wtf8().as_bytes();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths have 32 bits on wasm32"
    )]
    let length = bytes.len() as u32;
    (cell::address(bytes.as_ptr()), length)
}

/// Python's own attributes that a JavaScript property of the same name must not hide, and those that stay Python's.
fn stays_python(name: &Py<PyStr>) -> bool {
    matches!(
        name.as_wtf8().as_bytes(),
        b"__loader__" | b"__name__" | b"__package__" | b"__path__" | b"__spec__" | b"__file__"
    )
}

impl GetAttr for JsProxy {
    fn getattro(zelf: &Py<Self>, name: &Py<PyStr>, vm: &VirtualMachine) -> PyResult {
        let interned = js_name(vm, name);
        if let Some(own) = name.as_object().as_interned_str(vm).and_then(|n| zelf.class().get_attr(n))
            // `object`'s dunder attributes answer for the proxy; everything else of `object` is JavaScript's.
            && !own.is(&vm.ctx.none())
        {
            return zelf.as_object().generic_getattr(name, vm);
        }
        let (at, length) = address_of(interned);
        let answer = glue::get(zelf.index(), at, length);
        let tag = Tag::from_number(answer & 0xff);
        if tag == Tag::Method {
            let method = Handle::pinned(answer >> 8);
            return Ok(wrap(vm, method, Tag::Function, Some(zelf.to_owned())));
        }
        let cell = cell::read(0);
        match tag {
            Tag::Undefined if cell.length == 1 => {
                Err(vm.new_no_attribute_error(zelf.as_object().to_owned(), name.to_owned()))
            }
            Tag::Function => Ok(wrap(
                vm,
                Handle::adopt(cell.index()),
                tag,
                Some(zelf.to_owned()),
            )),
            _ => convert::from_cell(vm, tag, cell),
        }
    }
}

impl SetAttr for JsProxy {
    fn setattro(
        zelf: &Py<Self>,
        name: &Py<PyStr>,
        value: PySetterValue,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let interned = js_name(vm, name);
        let (at, length) = address_of(interned);
        match value {
            PySetterValue::Assign(value) => {
                if stays_python(name) {
                    return Ok(());
                }
                let mut held = Held::default();
                let described = convert::to_cell(vm, &value, &mut held)?;
                cell::write(0, described);
                convert::done(vm, glue::set(zelf.index(), at, length))
            }
            PySetterValue::Delete => {
                let deleted = convert::result(vm, glue::remove(zelf.index(), at, length))?;
                if deleted.is(&vm.ctx.true_value) {
                    return Ok(());
                }
                Err(vm.new_no_attribute_error(zelf.as_object().to_owned(), name.to_owned()))
            }
        }
    }
}

impl Representable for JsProxy {
    fn repr(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        zelf.ask(Question::Text, vm)?.str(vm)
    }

    fn repr_wtf8(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<Wtf8Buf> {
        Ok(zelf.ask(Question::Text, vm)?.str(vm)?.as_wtf8().to_owned())
    }
}

impl Comparable for JsProxy {
    fn cmp(
        zelf: &Py<Self>,
        other: &PyObject,
        op: PyComparisonOp,
        vm: &VirtualMachine,
    ) -> PyResult<PyComparisonValue> {
        let Some(other) = other.downcast_ref::<JsProxy>() else {
            return Ok(PyComparisonValue::NotImplemented);
        };
        let _ = vm;
        op.eq_only(|| {
            Ok(PyComparisonValue::Implemented(glue::same(
                zelf.index(),
                other.index(),
            )))
        })
    }
}

impl Iterable for JsProxy {
    fn iter(zelf: PyRef<Self>, vm: &VirtualMachine) -> PyResult {
        let tag = Tag::from_number(glue::ask(zelf.index(), Question::Iterator as u32));
        let cell = cell::read(0);
        match tag {
            Tag::Object | Tag::Function | Tag::Promise => Ok(JsIterator {
                handle: Handle::adopt(cell.index()),
            }
            .into_ref(&vm.ctx)
            .into()),
            Tag::PyObject => convert::from_cell(vm, tag, cell)?
                .get_iter(vm)
                .map(Into::into),
            Tag::Error => convert::from_cell(vm, tag, cell),
            _ => Err(vm.new_type_error(format!(
                "JavaScript object {} is not iterable",
                describe(&zelf, vm)
            ))),
        }
    }
}

fn describe(zelf: &Py<JsProxy>, vm: &VirtualMachine) -> String {
    zelf.ask(Question::Text, vm)
        .and_then(|text| text.repr(vm))
        .map_or_else(
            |_| "of unknown kind".to_owned(),
            |text| text.to_string_lossy().chars().take(80).collect(),
        )
}

impl AsNumber for JsProxy {
    fn as_number() -> &'static PyNumberMethods {
        static METHODS: PyNumberMethods = PyNumberMethods {
            boolean: Some(|number, vm| {
                let zelf = number
                    .obj
                    .downcast_ref::<JsProxy>()
                    .ok_or_else(|| vm.new_type_error("no JavaScript object"))?;
                Ok(zelf.ask(Question::Truth, vm)?.is(&vm.ctx.true_value))
            }),
            ..PyNumberMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

impl AsMapping for JsProxy {
    fn as_mapping() -> &'static PyMappingMethods {
        static METHODS: PyMappingMethods = PyMappingMethods {
            length: Some(|mapping, vm| JsProxy::mapping_downcast(mapping).length(vm)),
            subscript: Some(|mapping, key, vm| JsProxy::mapping_downcast(mapping).item(key, vm)),
            ass_subscript: Some(|mapping, key, value, vm| {
                JsProxy::mapping_downcast(mapping).set_item(key, value, vm)
            }),
        };
        &METHODS
    }
}

impl AsSequence for JsProxy {
    fn as_sequence() -> &'static PySequenceMethods {
        static METHODS: std::sync::LazyLock<PySequenceMethods> =
            std::sync::LazyLock::new(|| PySequenceMethods {
                contains: rustpython_vm::atomic_func!(|sequence, needle, vm| {
                    JsProxy::sequence_downcast(sequence).contains(needle, vm)
                }),
                ..PySequenceMethods::NOT_IMPLEMENTED
            });
        &METHODS
    }
}

impl JsProxy {
    fn length(&self, vm: &VirtualMachine) -> PyResult<usize> {
        let length = self.ask(Question::Length, vm)?;
        if vm.is_none(&length) {
            return Err(vm.new_type_error("this JavaScript object has no len()"));
        }
        match length.try_to_value::<i64>(vm) {
            Ok(length) => usize::try_from(length)
                .map_err(|_| vm.new_value_error("length of JavaScript object is negative")),
            Err(_) => Err(vm.new_overflow_error("length of JavaScript object does not fit")),
        }
    }

    fn item(&self, key: &PyObject, vm: &VirtualMachine) -> PyResult {
        let mut held = Held::default();
        cell::write(0, convert::to_cell(vm, key, &mut held)?);
        let tag = Tag::from_number(glue::get_item(self.index()));
        let cell = cell::read(0);
        match (tag, cell.length) {
            (Tag::Undefined, 1) => Err(vm.new_key_error(key.to_owned())),
            (Tag::Undefined, 2) => Err(vm.new_index_error("JavaScript array index out of range")),
            (Tag::Undefined, 3) => {
                Err(vm.new_type_error("this JavaScript object cannot be subscripted like that"))
            }
            _ => convert::from_cell(vm, tag, cell),
        }
    }

    fn set_item(
        &self,
        key: &PyObject,
        value: Option<PyObjectRef>,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let mut held = Held::default();
        let described = convert::to_cell(vm, key, &mut held)?;
        let value_cell = match &value {
            Some(value) => Some(convert::to_cell(vm, value, &mut held)?),
            None => None,
        };
        cell::write(0, described);
        if let Some(cell) = value_cell {
            cell::write(1, cell);
        }
        let answer = convert::result(vm, glue::set_item(self.index(), value.is_none()))?;
        if answer.is(&vm.ctx.true_value) {
            Ok(())
        } else if answer.is(&vm.ctx.false_value) {
            Err(vm.new_type_error(
                "this JavaScript object does not support item assignment or deletion",
            ))
        } else if answer.try_to_value::<i32>(vm).is_ok_and(|n| n == 2) {
            Err(vm.new_key_error(key.to_owned()))
        } else {
            Err(vm.new_index_error("JavaScript array index out of range"))
        }
    }

    fn contains(&self, needle: &PyObject, vm: &VirtualMachine) -> PyResult<bool> {
        let mut held = Held::default();
        cell::write(0, convert::to_cell(vm, needle, &mut held)?);
        let answer = convert::result(vm, glue::contains(self.index()))?;
        if vm.is_none(&answer) {
            return Err(vm.new_type_error("this JavaScript object is not a container"));
        }
        Ok(answer.is(&vm.ctx.true_value))
    }
}

#[pyclass(
    flags(BASETYPE),
    with(
        AsMapping,
        AsNumber,
        AsSequence,
        Comparable,
        GetAttr,
        Iterable,
        Representable,
        SetAttr
    )
)]
impl JsProxy {
    /// Creates an object with `new`, as JavaScript's `Reflect.construct`.
    #[pymethod(name = "new")]
    fn construct(zelf: &Py<Self>, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
        let index = zelf.index();
        let tag = convert::with_arguments(vm, &args.args, &keywords(vm, &args), |count| {
            glue::construct(index, count)
        })?;
        convert::result(vm, tag)
    }

    /// JavaScript's `typeof`.
    #[pygetset(name = "typeof")]
    fn type_of(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
        zelf.ask(Question::TypeOf, vm)
    }

    #[pymethod]
    fn __dir__(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
        let names = zelf.ask(Question::Names, vm)?;
        let json = vm.import("json", 0)?;
        vm.call_method(&json, "loads", (names,))
    }

    /// Converts deeply: arrays to lists, plain objects and maps to dicts, sets to sets, buffers to bytes-like objects.
    #[pymethod]
    fn to_py(zelf: PyRef<Self>, args: ToPyArgs, vm: &VirtualMachine) -> PyResult {
        crate::deep::to_py(
            vm,
            zelf.as_object(),
            args.depth,
            args.default_converter.into_option(),
        )
    }

    /// The bytes of an `ArrayBuffer` or a view.
    #[pymethod]
    fn to_bytes(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
        let bytes = crate::deep::bytes_of(zelf.index())
            .ok_or_else(|| vm.new_type_error("to_bytes() wants an ArrayBuffer or a typed array"))?;
        Ok(vm.ctx.new_bytes(bytes).into())
    }

    #[pymethod]
    fn __aiter__(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
        let tag = Tag::from_number(glue::ask(zelf.index(), Question::AsyncIterator as u32));
        let iterator = convert::result(vm, tag as u32)?;
        if vm.is_none(&iterator) {
            return Err(vm.new_type_error("this JavaScript object is not async iterable"));
        }
        let ffi = vm.import("pyodide._ffi_async", 0)?;
        let module = vm
            .sys_module
            .get_attr("modules", vm)?
            .get_item("pyodide._ffi_async", vm)?;
        drop(ffi);
        vm.call_method(&module, "AsyncIterator", (iterator,))
    }
}

#[derive(rustpython_vm::FromArgs)]
struct ToPyArgs {
    #[pyarg(named, default = -1)]
    depth: i32,
    #[pyarg(named, default)]
    default_converter: OptionalArg<PyObjectRef>,
}

/// An iterator of JavaScript in Python.
#[pyclass(name = "JsIterator", module = "pyodide.ffi")]
#[derive(Debug, PyPayload)]
pub struct JsIterator {
    handle: Handle,
}

#[pyclass(with(rustpython_vm::types::IterNext, Iterable))]
impl JsIterator {}

impl rustpython_vm::types::SelfIter for JsIterator {}

impl rustpython_vm::types::IterNext for JsIterator {
    fn next(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
        let tag = Tag::from_number(glue::next(zelf.handle.index()));
        let cell = cell::read(0);
        if tag == Tag::Undefined && cell.length == 1 {
            return Ok(PyIterReturn::StopIteration(None));
        }
        convert::from_cell(vm, tag, cell).map(PyIterReturn::Return)
    }
}

/// Sets the types up in a context; the same types serve all sessions of the process.
pub(crate) fn register(vm: &VirtualMachine) {
    with_classes(vm, |_| ());
}
