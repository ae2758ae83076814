//! The methods of the proxies' classes, as tables: most are an operation of `js/objects.js`.

use rustpython_vm::builtins::PyBoundMethod;
use rustpython_vm::common::wtf8::Wtf8Buf;
use rustpython_vm::function::FuncArgs;
use rustpython_vm::types::{Callable, GetDescriptor, Representable};
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass,
};

use super::{JsProxy, buffer, call, flags, items, iteration, json, sequence};

// Operations of `js/objects.js` by number.
pub(super) const OWN_NAMES: u32 = 1;
pub(super) const NUMBER: u32 = 3;
pub(super) const NAMES: u32 = 5;
pub(super) const COMPARE: u32 = 6;
pub(super) const GET_SLICE: u32 = 7;
pub(super) const SET_SLICE: u32 = 8;
pub(super) const DELETE_SLICE: u32 = 9;
pub(super) const EXTEND: u32 = 11;
pub(super) const POP: u32 = 13;
pub(super) const CONCAT: u32 = 16;
pub(super) const REPEAT: u32 = 17;
pub(super) const REPEAT_IN_PLACE: u32 = 18;
pub(super) const THROW: u32 = 21;
pub(super) const CLOSE: u32 = 22;
pub(super) const KEYS: u32 = 24;
pub(super) const OWN_GET: u32 = 25;
pub(super) const OWN_SET: u32 = 26;
pub(super) const OWN_DELETE: u32 = 27;
pub(super) const OWN_HAS: u32 = 28;
pub(super) const OWN_LENGTH: u32 = 29;
pub(super) const OWN_KEYS: u32 = 30;
pub(super) const DESTROY_ALL: u32 = 35;

type Native = fn(&Py<JsProxy>, &[PyObjectRef], &VirtualMachine) -> PyResult;

/// How a method does what it does.
#[derive(Clone, Copy)]
pub(super) enum Does {
    /// An operation of `js/objects.js`.
    Js(u32),
    Native(Native),
    /// The same with keyword arguments.
    WithKeywords(fn(&Py<JsProxy>, &FuncArgs, &VirtualMachine) -> PyResult),
    /// A function of a Python module, by dotted name.
    Python(&'static str, &'static str),
}

/// One method.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Names of the parameters behind `self`.
    parameters: &'static [&'static str],
    /// How many of them have to be given.
    required: usize,
    does: Does,
    /// Objects with one of these abilities do not have it.
    not_for: u32,
}

const fn row(
    name: &'static str,
    parameters: &'static [&'static str],
    required: usize,
    does: Does,
) -> Row {
    Row {
        name,
        parameters,
        required,
        does,
        not_for: 0,
    }
}

const fn except(row: Row, not_for: u32) -> Row {
    Row { not_for, ..row }
}

/// What has no view of its own properties as a dict.
const NO_DICT: u32 = flags::TYPED_ARRAY
    | flags::BUFFER
    | flags::ITERATOR
    | flags::ASYNC_ITERATOR
    | flags::CALLABLE
    | flags::DOUBLE_PROXY;

const fn js(name: &'static str, parameters: &'static [&'static str], number: u32) -> Row {
    row(name, parameters, parameters.len(), Does::Js(number))
}

const fn native(name: &'static str, parameters: &'static [&'static str], f: Native) -> Row {
    row(name, parameters, parameters.len(), Does::Native(f))
}

const fn python(name: &'static str, module: &'static str, function: &'static str) -> Row {
    row(name, &[], 0, Does::Python(module, function))
}

const HERE: &str = "pyodide._js_methods";
const ABC: &str = "_collections_abc";
const BIND: &str = "_pyodide.jsbind";

pub(super) static BASE: &[Row] = &[
    js("object_entries", &[], 0),
    js("object_keys", &[], 1),
    js("object_values", &[], 2),
    js("to_weakref", &[], 4),
    except(native("as_py_json", &[], json::as_py_json), NO_DICT),
    except(
        row(
            "as_object_map",
            &["hereditary"],
            0,
            Does::Native(json::as_object_map),
        ),
        NO_DICT | flags::ARRAY | flags::ARRAY_LIKE,
    ),
    python("bind_sig", BIND, "bind_sig"),
    python("bind_class", BIND, "bind_class"),
];

pub(super) static CALLABLE: &[Row] = &[
    row("new", &[], 0, Does::WithKeywords(call::construct)),
    row(
        "__call__",
        &[],
        0,
        Does::WithKeywords(|zelf, args, vm| zelf.as_object().call(args.clone(), vm)),
    ),
];

/// asyncio keeps what it waits for in sets and dicts.
pub(super) static PROMISE: &[Row] = &[native("__hash__", &[], |zelf, _, vm| {
    zelf.operate(NUMBER, &[], vm)
})];

pub(super) static ITERABLE: &[Row] = &[native("__iter__", &[], iteration::iter)];

pub(super) static ITERATOR: &[Row] = &[
    native("__iter__", &[], iteration::iter),
    native("__next__", &[], iteration::next),
    js("send", &["value"], 20),
];

pub(super) static GENERATOR: &[Row] = &[
    row(
        "throw",
        &["type", "value", "traceback"],
        1,
        Does::Native(iteration::throw),
    ),
    js("close", &[], CLOSE),
];

pub(super) static ASYNC_ITERABLE: &[Row] = &[js("__aiter__", &[], 34)];

pub(super) static ASYNC_ITERATOR: &[Row] = &[
    python("__aiter__", HERE, "aiter_of"),
    python("__anext__", HERE, "anext_of"),
    python("asend", HERE, "asend"),
];

pub(super) static ASYNC_GENERATOR: &[Row] = &[
    python("athrow", HERE, "athrow"),
    python("aclose", HERE, "aclose"),
];

pub(super) static SIZED: &[Row] = &[native("__len__", &[], |zelf, _, vm| {
    Ok(vm.ctx.new_int(items::length(zelf, vm)?).into())
})];

pub(super) static READABLE: &[Row] = &[native("__getitem__", &["key"], |zelf, args, vm| {
    items::item(zelf, &args[0], vm)
})];

pub(super) static WRITABLE: &[Row] = &[
    native("__setitem__", &["key", "value"], |zelf, args, vm| {
        items::set_item(zelf, &args[0], Some(args[1].clone()), vm)?;
        Ok(vm.ctx.none())
    }),
    native("__delitem__", &["key"], |zelf, args, vm| {
        items::set_item(zelf, &args[0], None, vm)?;
        Ok(vm.ctx.none())
    }),
];

pub(super) static CONTAINER: &[Row] = &[native("__contains__", &["value"], |zelf, args, vm| {
    Ok(vm.ctx.new_bool(items::contains(zelf, &args[0], vm)?).into())
})];

pub(super) static MAP: &[Row] = &[
    native("__iter__", &[], iteration::iter),
    python("keys", ABC, "Mapping.keys"),
    python("values", ABC, "Mapping.values"),
    python("items", ABC, "Mapping.items"),
    python("get", ABC, "Mapping.get"),
];

pub(super) static MUTABLE_MAP: &[Row] = &[
    python("pop", HERE, "pop"),
    python("popitem", ABC, "MutableMapping.popitem"),
    python("clear", HERE, "clear"),
    python("update", ABC, "MutableMapping.update"),
    python("setdefault", ABC, "MutableMapping.setdefault"),
];

/// What all sequences have.
pub(super) static SEQUENCE: &[Row] = &[
    row(
        "index",
        &["value", "start", "stop"],
        1,
        Does::Native(sequence::index),
    ),
    native("count", &["value"], sequence::count),
    js("__reversed__", &[], 15),
];

pub(super) static ARITHMETIC: &[Row] = &[
    native("__add__", &["other"], sequence::add),
    native("__mul__", &["times"], sequence::multiply),
    native("__rmul__", &["times"], sequence::multiply),
];

pub(super) static ARRAY: &[Row] = &[
    native("__iadd__", &["other"], sequence::in_place_add),
    native("__imul__", &["times"], sequence::in_place_multiply),
    js("append", &["object"], 10),
    native("extend", &["iterable"], sequence::extend),
    js("insert", &["index", "object"], 12),
    row("pop", &["index"], 0, Does::Js(POP)),
    native("remove", &["value"], sequence::remove),
    js("reverse", &[], 14),
    js("clear", &[], 19),
];

pub(super) static TYPED_ARRAY: &[Row] = &[js("reverse", &[], 14)];

pub(super) static BUFFER: &[Row] = &[
    native("assign", &["buffer"], buffer::assign),
    native("assign_to", &["buffer"], buffer::assign_to),
    native("to_bytes", &[], buffer::to_bytes),
    native("to_memoryview", &[], buffer::to_memoryview),
    row("to_string", &["encoding"], 0, Does::Js(31)),
    python("to_file", HERE, "to_file"),
    python("from_file", HERE, "from_file"),
    python("_into_file", HERE, "to_file"),
];

pub(super) static DISPOSE: &[Row] = &[
    native("__enter__", &[], |zelf, _, _| {
        Ok(zelf.as_object().to_owned())
    }),
    row(
        "__exit__",
        &["type", "value", "traceback"],
        0,
        Does::Native(|zelf, _, vm| {
            zelf.operate(23, &[], vm)?;
            Ok(vm.ctx.none())
        }),
    ),
];

pub(super) static ASYNC_DISPOSE: &[Row] = &[
    python("__aenter__", HERE, "aenter"),
    python("__aexit__", HERE, "aexit"),
    js("_async_dispose", &[], 33),
];

pub(super) static DOUBLE_PROXY: &[Row] = &[native("unwrap", &[], |zelf, _, vm| {
    crate::convert::result(vm, crate::glue::unwrapped(zelf.index()))
})];

/// A method of a class of proxies.
#[pyclass(name = "js_method", module = "pyodide.ffi")]
#[derive(PyPayload)]
pub(super) struct JsMethod {
    row: &'static Row,
}

impl std::fmt::Debug for JsMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("JsMethod").field(&self.row.name).finish()
    }
}

impl JsMethod {
    pub(super) fn new(row: &'static Row) -> Self {
        Self { row }
    }

    /// The arguments by the parameters' names, without `self`.
    fn bind(&self, args: &FuncArgs, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let Row {
            name,
            parameters,
            required,
            ..
        } = *self.row;
        let mut bound: Vec<PyObjectRef> = args.args.get(1..).unwrap_or_default().to_vec();
        if bound.len() > parameters.len() {
            return Err(vm.new_type_error(format!(
                "{name}() takes at most {} arguments ({} given)",
                parameters.len(),
                bound.len()
            )));
        }
        for (keyword, value) in &args.kwargs {
            let Some(n) = parameters
                .iter()
                .position(|parameter| keyword.as_bytes() == parameter.as_bytes())
            else {
                return Err(vm.new_type_error(format!(
                    "{name}() got an unexpected keyword argument '{keyword}'"
                )));
            };
            if n < bound.len() {
                return Err(vm.new_type_error(format!(
                    "{name}() got multiple values for argument '{keyword}'"
                )));
            }
            bound.resize(n, vm.ctx.none());
            bound.push(value.clone());
        }
        if bound.len() < required {
            return Err(vm.new_type_error(format!(
                "{name}() missing required argument '{}'",
                parameters[bound.len()]
            )));
        }
        Ok(bound)
    }
}

impl GetDescriptor for JsMethod {
    fn descr_get(
        zelf: &PyObject,
        obj: Option<&PyObject>,
        _cls: Option<&PyObject>,
        vm: &VirtualMachine,
    ) -> PyResult {
        Ok(match obj {
            Some(obj) if !vm.is_none(obj) => {
                let row = zelf.downcast_ref::<Self>().map(|method| method.row);
                if let (Some(row), Some(proxy)) = (row, obj.downcast_ref::<JsProxy>())
                    && proxy.can(row.not_for)
                {
                    let name = vm.ctx.new_str(row.name);
                    return Err(vm.new_no_attribute_error(obj.to_owned(), name));
                }
                PyBoundMethod::new(obj.to_owned(), zelf.to_owned()).into_pyobject(vm)
            }
            _ => zelf.to_owned(),
        })
    }
}

impl Callable for JsMethod {
    type Args = FuncArgs;

    fn call(zelf: &Py<Self>, mut args: FuncArgs, vm: &VirtualMachine) -> PyResult {
        let name = zelf.row.name;
        let Some(object) = args.args.first().cloned() else {
            return Err(vm.new_type_error(format!("{name}() wants a JavaScript object")));
        };
        let proxy = items::proxy_of(&object, vm)?;
        match zelf.row.does {
            Does::Js(number) => json::operate(proxy, number, &zelf.bind(&args, vm)?, vm),
            Does::Native(f) => f(proxy, &zelf.bind(&args, vm)?, vm),
            Does::WithKeywords(f) => {
                args.args.remove(0);
                f(proxy, &args, vm)
            }
            Does::Python(module, dotted) => {
                let mut function = crate::runtime::import(vm, module)?;
                for part in dotted.split('.') {
                    function = function.get_attr(vm.ctx.intern_str(part), vm)?;
                }
                function.call(args, vm)
            }
        }
    }
}

impl Representable for JsMethod {
    fn repr_wtf8(zelf: &Py<Self>, _vm: &VirtualMachine) -> PyResult<Wtf8Buf> {
        Ok(format!("<method '{}' of JavaScript objects>", zelf.row.name).into())
    }
}

#[pyclass(with(Callable, GetDescriptor, Representable))]
impl JsMethod {
    #[pygetset]
    fn __name__(zelf: &Py<Self>, _vm: &VirtualMachine) -> &'static str {
        zelf.row.name
    }

    #[pygetset]
    fn __qualname__(zelf: &Py<Self>, _vm: &VirtualMachine) -> String {
        format!("JsProxy.{}", zelf.row.name)
    }
}
