//! `JsProxy`: a JavaScript object in Python.
//!
//! The class of a proxy follows from what its object can do ([`flags`], found by `js/kinds.js`): [`classes`] makes one for
//! each set of flags that is met. [`methods`] is the table of their methods.

mod buffer;
mod call;
mod classes;
mod flags;
mod items;
mod iteration;
mod json;
mod methods;
mod sequence;

use std::cell::RefCell;

use rustpython_vm::builtins::{PyGenericAlias, PyStr, PyStrInterned, PyType, PyTypeRef};
use rustpython_vm::class::{PyClassImpl, StaticType};
use rustpython_vm::common::wtf8::Wtf8Buf;
use rustpython_vm::function::{OptionalArg, PyComparisonValue, PySetterValue};
use rustpython_vm::protocol::PyNumberMethods;
use rustpython_vm::types::{AsNumber, Comparable, GetAttr, PyComparisonOp, Representable, SetAttr};
use rustpython_vm::{
    AsObject, Context, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine,
    pyclass,
};

use crate::cell::{self, Tag};
use crate::convert::{self, Held};
use crate::glue;
use crate::handle::Handle;
use iteration::Ahead;

pub(crate) use classes::{
    big_int, big_int_class, callable_class, derive, is_null, make_common, mixin, null, null_class,
    null_value, promise_class, register,
};

/// The numbers that `ask` of `js/operations.js` takes.
#[derive(Debug, Clone, Copy)]
enum Question {
    Length = 0,
    Text = 1,
    Truth = 2,
    Iterator = 3,
    TypeOf = 4,
}

/// A JavaScript object in Python: live, never a copy.
#[pyclass(name = "JsProxy", module = "pyodide.ffi", unhashable = true)]
#[derive(Debug)]
pub struct JsProxy {
    handle: Handle,
    flags: u32,
    /// The object that the proxied function was read from: `this` of its calls.
    receiver: Option<PyRef<JsProxy>>,
    /// What was read ahead, if it iterates an array.
    ahead: RefCell<Option<Box<Ahead>>>,
}

impl PyPayload for JsProxy {
    /// A proxy refers to no Python object but its receiver, so it is in no cycle that Python could collect.
    const NEW_REF_UNTRACKED: bool = true;

    fn class(_ctx: &Context) -> &'static Py<PyType> {
        Self::static_type()
    }
}

impl JsProxy {
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    fn index(&self) -> u32 {
        self.handle.index()
    }

    /// Another handle of the object; places that last need none.
    fn held_again(&self) -> Handle {
        if self.index() < cell::FIRST_HANDLE {
            return Handle::pinned(self.index());
        }
        Handle::new(&self.handle.value())
    }

    fn can(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }

    fn ask(&self, question: Question, vm: &VirtualMachine) -> PyResult {
        let tag = glue::ask(self.index(), question as u32);
        convert::result(vm, tag)
    }

    /// Does operation `number` of `js/objects.js`.
    fn operate(&self, number: u32, args: &[PyObjectRef], vm: &VirtualMachine) -> PyResult {
        let mut held = Held::default();
        let count = convert::write_arguments(vm, args, &mut held);
        let tag = glue::operate(self.index(), number, count);
        drop(held);
        convert::result(vm, tag)
    }
}

/// Makes the proxy of a held object, never an exception.
pub(crate) fn wrap(
    vm: &VirtualMachine,
    handle: Handle,
    _tag: Tag,
    receiver: Option<PyRef<JsProxy>>,
) -> PyObjectRef {
    let flags = glue::kind(handle.index()) & !flags::ERROR;
    make(vm, handle, flags, receiver)
}

/// Makes the proxy of an object whose flags are known, never an exception.
pub(crate) fn plain(vm: &VirtualMachine, handle: Handle, flags: u32) -> PyObjectRef {
    make(vm, handle, flags & !flags::ERROR, None)
}

/// Makes the proxy of an object whose flags are known.
fn make(
    vm: &VirtualMachine,
    handle: Handle,
    flags: u32,
    receiver: Option<PyRef<JsProxy>>,
) -> PyObjectRef {
    let class = classes::of(vm, flags & !flags::STEPS);
    let proxy = JsProxy {
        handle,
        flags,
        receiver,
        ahead: RefCell::new(None),
    };
    PyRef::new_ref(proxy, class, None).into()
}

/// The Python value of an object that JavaScript gave: an error is an exception, all else a proxy.
pub(crate) fn arrive(vm: &VirtualMachine, handle: Handle, flags: u32) -> PyObjectRef {
    if !is_error(flags) {
        return make(vm, handle, flags, None);
    }
    crate::error::from_js_value(vm, &handle.value()).into()
}

/// Whether an object with these flags arrives as an exception.
pub(crate) fn is_error(flags: u32) -> bool {
    flags & flags::ERROR != 0
}

/// The proxy of a PyProxy: a Python object as JavaScript sees it.
pub(crate) fn double(vm: &VirtualMachine, handle: Handle) -> PyObjectRef {
    let flags = glue::kind(handle.index());
    make(vm, handle, flags, None)
}

/// A proxy of the same object that can be a module: what the import machinery notes about it stays with the proxy.
pub(crate) fn as_module(vm: &VirtualMachine, object: &PyObject) -> PyResult {
    let proxy = items::proxy_of(object, vm)?;
    let flags = proxy.flags | flags::MODULE;
    let module = JsProxy {
        handle: proxy.held_again(),
        flags,
        receiver: None,
        ahead: RefCell::new(None),
    };
    let notes = vm.ctx.new_dict();
    let module = PyRef::new_ref(
        module,
        classes::of(vm, flags & !flags::STEPS),
        Some(notes.clone()),
    );
    // `import *` looks there. What the global object has differs from page to page.
    if module.index() >= cell::FIRST_HANDLE {
        let all = module.as_object().get_attr("__all__", vm)?;
        let all = vm.ctx.new_list(vm.extract_elements_with(&all, Ok)?);
        notes.set_item("__all__", all.into(), vm)?;
    }
    Ok(module.into())
}

/// A further proxy of the same object, of a class that was derived from the first one's.
pub(crate) fn as_class(vm: &VirtualMachine, object: &PyObject, class: PyTypeRef) -> PyResult {
    let proxy = items::proxy_of(object, vm)?;
    let flags = proxy.flags & !flags::MODULE;
    if !class.fast_issubclass(&classes::of(vm, flags & !flags::STEPS)) {
        return Err(vm.new_type_error(format!(
            "a JavaScript object of this kind has no class {}",
            class.name()
        )));
    }
    let another = JsProxy {
        handle: proxy.held_again(),
        flags,
        receiver: proxy.receiver.clone(),
        ahead: RefCell::new(None),
    };
    Ok(PyRef::new_ref(another, class, None).into())
}

/// Calls `destroy()` of each proxy of an array.
pub(crate) fn destroy_all(vm: &VirtualMachine, proxies: &PyObject) -> PyResult<()> {
    let array = sequence::as_js_array(proxies, vm)?;
    items::proxy_of(&array, vm)?
        .operate(methods::DESTROY_ALL, &[], vm)
        .map(drop)
}

/// A new, empty array of JavaScript.
pub(crate) fn new_array(vm: &VirtualMachine) -> PyObjectRef {
    wrap(vm, Handle::adopt(glue::empty_array()), Tag::Object, None)
}

/// A name as JavaScript gets it: interned, so that it crosses once, and without the `_` of a Python keyword.
fn js_name(vm: &VirtualMachine, name: &Py<PyStr>) -> &'static PyStrInterned {
    let bytes = name.as_wtf8().as_bytes();
    if bytes.ends_with(b"_")
        && let Ok(text) = std::str::from_utf8(bytes)
        && is_keyword(text.trim_end_matches('_'))
    {
        return vm.ctx.intern_str(&text[..text.len() - 1]);
    }
    match name.as_object().as_interned_str(vm) {
        Some(interned) => interned,
        None => vm.ctx.intern_str(name.as_wtf8()),
    }
}

fn is_keyword(text: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
        "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
        "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return",
        "try", "while", "with", "yield",
    ];
    KEYWORDS.contains(&text)
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

/// Attributes that the import machinery sets on a module, which must not become properties.
fn stays_python(name: &Py<PyStr>) -> bool {
    matches!(
        name.as_wtf8().as_bytes(),
        b"__loader__" | b"__name__" | b"__package__" | b"__path__" | b"__spec__" | b"__file__"
    )
}

/// What the import machinery has noted about a module.
fn module_attribute(
    zelf: &Py<JsProxy>,
    name: &Py<PyStr>,
    vm: &VirtualMachine,
) -> PyResult<Option<PyObjectRef>> {
    if zelf.can(flags::MODULE) && name.as_wtf8().as_bytes() == b"__all__" {
        return own_names(zelf, vm).map(Some);
    }
    match zelf.as_object().dict() {
        Some(notes) if stays_python(name) => notes.get_item_opt(name, vm),
        _ => Ok(None),
    }
}

/// What `import *` takes from an object that does not say it: its own names that do not begin with `_`.
fn own_names(zelf: &Py<JsProxy>, vm: &VirtualMachine) -> PyResult {
    let keys = zelf.operate(methods::OWN_NAMES, &[], vm)?;
    let keys = vm.extract_elements_with(&keys, Ok)?.into_iter();
    let public = keys.filter(|key| {
        key.downcast_ref::<PyStr>()
            .is_some_and(|key| !key.as_wtf8().as_bytes().starts_with(b"_"))
    });
    Ok(vm.ctx.new_list(public.collect()).into())
}

/// Whether `value` is the submodule that the object has under that name already. The import machinery sets it, which an
/// object that is frozen would refuse.
fn is_submodule(
    zelf: &Py<JsProxy>,
    name: &Py<PyStr>,
    value: &PyObject,
    vm: &VirtualMachine,
) -> bool {
    value
        .downcast_ref::<JsProxy>()
        .filter(|proxy| proxy.can(flags::MODULE))
        .zip(zelf.as_object().get_attr(name, vm).ok())
        .is_some_and(|(proxy, there)| {
            there
                .downcast_ref::<JsProxy>()
                .is_some_and(|there| glue::same(proxy.index(), there.index()))
        })
}

impl GetAttr for JsProxy {
    fn getattro(zelf: &Py<Self>, name: &Py<PyStr>, vm: &VirtualMachine) -> PyResult {
        if let Some(own) = name
            .as_object()
            .as_interned_str(vm)
            .and_then(|name| zelf.class().get_attr(name))
            && !own.is(&vm.ctx.none())
        {
            return zelf.as_object().generic_getattr(name, vm);
        }
        let missing = || vm.new_no_attribute_error(zelf.as_object().to_owned(), name.to_owned());
        // `dict()` takes what has `keys` for a mapping.
        if zelf.can(flags::ARRAY | flags::TYPED_ARRAY) && name.as_wtf8().as_bytes() == b"keys" {
            return Err(missing());
        }
        let (at, length) = address_of(js_name(vm, name));
        let answer = glue::get(zelf.index(), at, length);
        let tag = Tag::from_number(answer & 0xff);
        if tag == Tag::Method {
            let method = Handle::pinned(answer >> 8);
            return Ok(make(vm, method, flags::CALLABLE, Some(zelf.to_owned())));
        }
        let cell = cell::read(0);
        match tag {
            Tag::Undefined if cell.length == 1 => match module_attribute(zelf, name, vm)? {
                Some(noted) => Ok(noted),
                None => Err(missing()),
            },
            Tag::Function => Ok(make(
                vm,
                Handle::adopt(cell.index()),
                cell.length,
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
                    // Proxies of objects that are no module forget it: the object has not asked for it.
                    return match zelf.as_object().dict() {
                        Some(notes) => notes.set_item(name, value, vm),
                        None => Ok(()),
                    };
                }
                if zelf.can(flags::MODULE) && is_submodule(zelf, name, &value, vm) {
                    return Ok(());
                }
                let mut held = Held::default();
                let described = convert::to_cell(vm, &value, &mut held);
                cell::write(0, described);
                convert::done(vm, glue::set(zelf.index(), at, length))
            }
            PySetterValue::Delete => convert::done(vm, glue::remove(zelf.index(), at, length)),
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
        let operator = match op {
            PyComparisonOp::Lt => 0,
            PyComparisonOp::Gt => 1,
            PyComparisonOp::Le => 2,
            PyComparisonOp::Ge => 3,
            _ => {
                let same = glue::same(zelf.index(), other.index());
                return Ok(PyComparisonValue::Implemented(
                    same == (op == PyComparisonOp::Eq),
                ));
            }
        };
        let args = [
            other.as_object().to_owned(),
            vm.ctx.new_int(operator).into(),
        ];
        let answer = zelf.operate(methods::COMPARE, &args, vm)?;
        Ok(PyComparisonValue::Implemented(
            answer.is(&vm.ctx.true_value),
        ))
    }
}

/// A few words that name an object in a message.
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
                if zelf.can(flags::DICT_VIEWS) {
                    return Ok(items::length(zelf, vm)? != 0);
                }
                Ok(zelf.ask(Question::Truth, vm)?.is(&vm.ctx.true_value))
            }),
            ..PyNumberMethods::NOT_IMPLEMENTED
        };
        &METHODS
    }
}

#[pyclass(
    flags(BASETYPE, DISALLOW_INSTANTIATION),
    with(AsNumber, Comparable, GetAttr, Representable, SetAttr)
)]
impl JsProxy {
    /// JavaScript's `typeof`.
    #[pygetset(name = "typeof")]
    fn type_of(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
        zelf.ask(Question::TypeOf, vm)
    }

    /// A number that stands for the object: proxies have the same one if they are `==`. A key for dicts and sets.
    #[pygetset]
    fn js_id(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
        zelf.operate(methods::NUMBER, &[], vm)
    }

    #[pymethod]
    fn __dir__(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult {
        let names = zelf.operate(methods::NAMES, &[], vm)?;
        let mut all = Vec::new();
        for name in vm.extract_elements_with(&names, Ok)? {
            let keyword = name
                .downcast_ref::<PyStr>()
                .and_then(|name| name.to_str())
                .filter(|name| is_keyword(name.trim_end_matches('_')))
                .map(|name| vm.ctx.new_str(format!("{name}_")).into());
            all.push(keyword.unwrap_or(name));
        }
        let own = vm
            .ctx
            .types
            .object_type
            .as_object()
            .get_attr("__dir__", vm)?;
        let own = own.call((zelf.to_owned(),), vm)?;
        all.extend(vm.extract_elements_with(&own, Ok)?);
        Ok(vm.ctx.new_list(all).into())
    }

    /// `JsArray[int]`, for annotations.
    #[pyclassmethod]
    fn __class_getitem__(
        cls: PyTypeRef,
        args: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult<PyGenericAlias> {
        PyGenericAlias::from_args(cls, args, vm)
    }

    /// Converts deeply: arrays to lists, plain objects and maps to dicts, sets to sets, buffers to memoryviews.
    #[pymethod]
    fn to_py(zelf: PyRef<Self>, args: ToPyArgs, vm: &VirtualMachine) -> PyResult {
        crate::deep::to_py(
            vm,
            zelf.as_object(),
            args.depth,
            args.default_converter
                .into_option()
                .filter(|converter| !vm.is_none(converter)),
        )
    }
}

#[derive(rustpython_vm::FromArgs)]
struct ToPyArgs {
    #[pyarg(named, default = -1)]
    depth: i32,
    #[pyarg(named, default)]
    default_converter: OptionalArg<PyObjectRef>,
}

fn base_class() -> PyTypeRef {
    JsProxy::make_static_type()
}
