"""Typed views of JavaScript objects: `JsProxy.bind_sig` and `JsProxy.bind_class`, by Pyodide's names.

A signature is a function or a class. Its annotations say how arguments, results and attributes cross:

    def read(path: str, options: Annotated[dict, Deep], /) -> Future[Annotated[list, Deep]]: ...

    read = js.readRows.bind_sig(read)
    rows = await read("a.csv", {"header": True})

What is not annotated crosses as ever.
"""

import inspect
import keyword
from asyncio import Future, Task
from collections.abc import Awaitable, Coroutine
from functools import cached_property, partial
from types import FunctionType, NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import _krait_js
from pyodide.ffi import JsCallable, JsProxy, to_js

__all__ = [
    "BindClass",
    "Deep",
    "Default",
    "Js2PyConverter",
    "Js2PyConverterMeta",
    "JsSignature",
    "Json",
    "Py2JsConverter",
    "Py2JsConverterMeta",
    "bind_class",
    "bind_sig",
    "func_to_sig_inner",
]

# Pyodide's own bound.
_MOST_KEYWORDS = 64
_KINDS = inspect.Parameter


class BindClass:
    """The base of classes that describe JavaScript objects: where an annotation names one, the value is bound to it."""


class Py2JsConverter:
    """How a value goes to JavaScript: as that which `convert` makes of it."""

    def __init__(self, convert):
        self.convert = convert


class Js2PyConverter:
    """How a value comes from JavaScript: as that which `convert` makes of it."""

    def __init__(self, convert):
        self.convert = convert


class Py2JsConverterMeta(type):
    """Makes a class statement with a static `pre_convert(value)` a converter for annotations."""

    def __new__(cls, name, bases, namespace):
        return Py2JsConverter(namespace["pre_convert"])


class Js2PyConverterMeta(type):
    """Makes a class statement with a static `post_convert(value)` a converter for annotations."""

    def __new__(cls, name, bases, namespace):
        return Js2PyConverter(namespace["post_convert"])


def _same(value):
    return value


def _to_py(value):
    return value.to_py() if isinstance(value, JsProxy) else value


def _as_py_json(value):
    return value.as_py_json() if isinstance(value, JsProxy) and hasattr(value, "as_py_json") else value


def _as_js_json(value):
    return _krait_js.proxy_of(value).asJsJson() if isinstance(value, (dict, list, tuple)) else value


class Default:
    """The conversion that there is without an annotation."""

    py2js = Py2JsConverter(_same)
    js2py = Js2PyConverter(_same)


class Deep:
    """`to_js` and `to_py`."""

    py2js = Py2JsConverter(to_js)
    js2py = Js2PyConverter(_to_py)


class Json:
    """Views: `asJsJson` and `as_py_json`."""

    py2js = Py2JsConverter(_as_js_json)
    js2py = Js2PyConverter(_as_py_json)


def _unpack(annotation):
    """The type of an annotation, which may be optional, and what it is annotated with."""
    marks = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks += more
        elif get_origin(annotation) in (Union, UnionType):
            others = [choice for choice in get_args(annotation) if choice is not NoneType]
            if len(others) != 1:
                return annotation, marks
            annotation = others[0]
        else:
            return annotation, marks


def _writer(annotation):
    """What makes of an argument that which goes to JavaScript; `None` if nothing has to."""
    for mark in _unpack(annotation)[1]:
        converter = mark if isinstance(mark, Py2JsConverter) else getattr(mark, "py2js", None)
        if converter is not None:
            return converter.convert
    return None


def _reader(annotation):
    """What makes of a value from JavaScript that which Python gets; `None` if nothing has to."""
    kind, marks = _unpack(annotation)
    for mark in marks:
        converter = mark if isinstance(mark, Js2PyConverter) else getattr(mark, "js2py", None)
        if converter is not None:
            return converter.convert
    origin = get_origin(kind)
    if origin in (Future, Awaitable):
        return partial(_awaited, _reader(get_args(kind)[0]))
    if origin is Coroutine:
        return partial(_awaited, _reader(get_args(kind)[2]))
    if origin is type:
        return partial(_bound, bind_class, get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, BindClass):
        return partial(_bound, bind_sig, kind)
    return None


def _bound(bind, sig, value):
    return bind(value, sig) if isinstance(value, JsProxy) else value


def _awaited(convert, promise):
    """A future of what a promise resolves with, converted."""
    from pyodide.webloop import get_loop

    async def settle():
        value = await promise
        return value if convert is None else convert(value)

    return Task(settle(), loop=get_loop(), eager_start=True)


class JsSignature:
    """How the arguments and the result of one function cross."""

    def __init__(self, function, result, *, hints):
        self._shown = inspect.signature(function)
        # A first parameter of that name is JavaScript's `this`.
        parameters = list(self._shown.parameters.values())
        if parameters and parameters[0].name == "self":
            del parameters[0]
        for parameter in parameters:
            if parameter.kind is _KINDS.POSITIONAL_OR_KEYWORD:
                raise RuntimeError(
                    "Don't currently handle POS_OR_KWD args: "
                    f"end the positional parameters of {function.__name__}() with `/`"
                )
        self._keywords = {p.name: p.default for p in parameters if p.kind is _KINDS.KEYWORD_ONLY}
        if len(self._keywords) > _MOST_KEYWORDS:
            raise RuntimeError(f"Cannot handle function with more than {_MOST_KEYWORDS} kwonly args")
        self._bind = _binder(function, parameters)
        self._writers = {p.name: writer for p in parameters if (writer := _writer(hints.get(p.name, Any))) is not None}
        self._positional = [p.name for p in parameters if p.kind is _KINDS.POSITIONAL_ONLY]
        self._more = {p.kind: p.name for p in parameters if p.kind in (_KINDS.VAR_POSITIONAL, _KINDS.VAR_KEYWORD)}
        self._read = _reader(result)
        if inspect.iscoroutinefunction(function):
            self._read = partial(_awaited, self._read)

    def __repr__(self):
        return f"<JsSignature {self._shown}>"

    def _converted(self, name, kind, value):
        writer = self._writers.get(name if name is not None else self._more.get(kind))
        return value if writer is None else writer(value)

    def call(self, function, args, kwargs):
        """Calls a function of JavaScript's; keyword arguments are its last argument, an object."""
        args, kwargs = self._bind(*args, **kwargs)
        names = self._positional + [None] * (len(args) - len(self._positional))
        args = [self._converted(name, _KINDS.VAR_POSITIONAL, arg) for name, arg in zip(names, args, strict=True)]
        # A default of None means that JavaScript's own default is wanted.
        given = {
            name: self._converted(name if name in self._keywords else None, _KINDS.VAR_KEYWORD, value)
            for name, value in kwargs.items()
            if value is not None or self._keywords.get(name, ...) is not None
        }
        if kwargs and not given:
            import js

            args.append(js.Object.new())
        value = function(*args, **given)
        return value if self._read is None else self._read(value)


def _binder(function, parameters):
    """A function with the same parameters that gives its arguments back: what is refused, Python itself refuses."""
    heads, positional, keywords = [], [], []
    defaults = {}
    for number, parameter in enumerate(parameters):
        name, kind = parameter.name, parameter.kind
        default = ""
        if parameter.default is not _KINDS.empty:
            defaults[f"default{number}"] = parameter.default
            default = f"=default{number}"
        if kind is _KINDS.POSITIONAL_ONLY:
            heads.append(name + default)
            positional.append(name)
        elif kind is _KINDS.VAR_POSITIONAL:
            heads.append(f"*{name}")
            positional.append(f"*{name}")
        elif kind is _KINDS.KEYWORD_ONLY:
            heads.append(name + default)
            keywords.append(f"{name!r}: {name}")
        else:
            heads.append(f"**{name}")
            keywords.append(f"**{name}")
    kinds = [parameter.kind for parameter in parameters]
    if _KINDS.KEYWORD_ONLY in kinds and _KINDS.VAR_POSITIONAL not in kinds:
        heads.insert(kinds.index(_KINDS.KEYWORD_ONLY), "*")
    if _KINDS.POSITIONAL_ONLY in kinds:
        heads.insert(kinds.count(_KINDS.POSITIONAL_ONLY), "/")
    name = function.__name__
    if not name.isidentifier() or keyword.iskeyword(name):
        name = "function"
    text = f"def {name}({', '.join(heads)}):\n return [{', '.join(positional)}], {{{', '.join(keywords)}}}"
    # Parameters are names of a function that has been compiled, so the text is nothing but a `def`.
    exec(text, defaults)
    binder = defaults[name]
    binder.__qualname__ = function.__qualname__
    return binder


def func_to_sig_inner(f, cls):
    """The signature of a function; with `cls`, of its constructor."""
    hints = get_type_hints(f, include_extras=True)
    return JsSignature(f, hints.get("return", Any) if cls is None else cls, hints=hints)


class _Shape:
    """What a signature says of the objects that are bound to it."""

    def __init__(self, sig, constructs):
        self.sig = sig
        self.constructs = constructs
        self._readers = {}

    @cached_property
    def hints(self):
        if self.constructs or not isinstance(self.sig, type):
            return {}
        return get_type_hints(self.sig, include_extras=True)

    @cached_property
    def signature(self):
        """That of a call; `None` if the signature says nothing of it."""
        if isinstance(self.sig, FunctionType):
            return func_to_sig_inner(self.sig, None)
        name = "__init__" if self.constructs else "__call__"
        function = next((vars(base)[name] for base in self.sig.__mro__[:-1] if name in vars(base)), None)
        if function is not None:
            return func_to_sig_inner(function, self.sig if self.constructs else None)
        return func_to_sig_inner(_any, self.sig) if self.constructs else None

    def reader(self, name):
        """What converts an attribute; `None` if nothing does."""
        try:
            return self._readers[name]
        except KeyError:
            reader = self._readers[name] = self._find_reader(name)
            return reader

    def _find_reader(self, name):
        if not isinstance(self.sig, type) or self.constructs or (name.startswith("__") and name.endswith("__")):
            return None
        if name in self.hints:
            return _reader(self.hints[name])
        found = inspect.getattr_static(self.sig, name, None)
        if isinstance(found, (staticmethod, classmethod)):
            found = found.__func__
        if isinstance(found, property):
            return _reader(get_type_hints(found.fget, include_extras=True).get("return", Any))
        if isinstance(found, FunctionType):
            return partial(_bound, bind_sig, found)
        if hasattr(self.sig, "__getattr__") and not hasattr(JsProxy, name):
            return _reader(get_type_hints(self.sig.__getattr__, include_extras=True).get("return", Any))
        return None


def _any(*args, **kwargs): ...


def _getattribute(self, name):
    value = JsProxy.__getattribute__(self, name)
    reader = type(self)._shape.reader(name)
    return value if reader is None else reader(value)


def _setattr(self, name, value):
    writer = _writer(type(self)._shape.hints.get(name, Any))
    JsProxy.__setattr__(self, name, value if writer is None else writer(value))


def _call(self, /, *args, **kwargs):
    shape = type(self)._shape
    plain = _krait_js.as_class(self, type(self)._plain)
    function = plain.new if shape.constructs else plain
    if shape.signature is None:
        return function(*args, **kwargs)
    return shape.signature.call(function, args, kwargs)


def _class_of(proxy, sig, constructs):
    """The class of proxies like this one that are bound to a signature."""
    plain = getattr(type(proxy), "_plain", type(proxy))
    made = vars(sig).get("_js_classes")
    if made is None:
        made = sig._js_classes = {}
    found = made.get((plain, constructs))
    if found is None:
        namespace = {
            "__module__": "pyodide.ffi",
            "__getattribute__": _getattribute,
            "__setattr__": _setattr,
            "_plain": plain,
            "_shape": _Shape(sig, constructs),
            "_sig": sig,
        }
        if issubclass(plain, JsCallable):
            namespace["__call__"] = _call
        found = made[plain, constructs] = _krait_js.derive(plain, namespace)
    return found


def bind_sig(proxy, sig, /):
    """A proxy of the same object whose calls and attributes cross as a function or class says."""
    if not isinstance(sig, (FunctionType, type)):
        raise TypeError(f"bind_sig() takes a function or a class, not {type(sig).__name__!r}")
    return _krait_js.as_class(proxy, _class_of(proxy, sig, constructs=False))


def bind_class(proxy, sig, /):
    """A proxy of a JavaScript class: a call makes an object that is bound to `sig`, as its `__init__` says."""
    if not isinstance(sig, type):
        raise TypeError(f"bind_class() takes a class, not {type(sig).__name__!r}")
    if not isinstance(proxy, JsCallable):
        raise TypeError("bind_class() is for classes of JavaScript")
    return _krait_js.as_class(proxy, _class_of(proxy, sig, constructs=True))
