"""`pyodide.ffi`: the types of JavaScript objects and the ways to convert."""

import _krait_js
from _krait_js import JsBigInt, JsCallable, JsException, JsNull, JsPromise, JsProxy, jsnull

IN_PYODIDE = True

__all__ = [
    "IN_PYODIDE",
    "ConversionError",
    "JsBigInt",
    "JsCallable",
    "JsException",
    "JsNull",
    "JsPromise",
    "JsProxy",
    "create_once_callable",
    "create_proxy",
    "destroy_proxies",
    "jsnull",
    "register_js_module",
    "to_js",
    "unregister_js_module",
]


class ConversionError(Exception):
    """A value cannot be converted between Python and JavaScript."""


class DoubleProxy:
    """The JavaScript view of a Python object, held from Python.

    A Python object that JavaScript holds lives as long as JavaScript refers to it, so a proxy need not be created for
    a callback; this exists for code that does.
    """

    __slots__ = ("_object",)

    def __init__(self, obj):
        self._object = obj

    def __call__(self, *args, **kwargs):
        return self._object(*args, **kwargs)

    def __getattr__(self, name):
        return getattr(self._object, name)

    def unwrap(self):
        """The Python object."""
        return self._object

    def destroy(self):
        """Gives the object up; later calls fail."""
        self._object = _destroyed


def _destroyed(*args, **kwargs):
    raise RuntimeError("Object has already been destroyed")


def create_proxy(obj, /, *, capture_this=False, roundtrip=True):
    """A proxy of `obj` with a life of its own."""
    return DoubleProxy(obj)


def create_once_callable(func, /):
    """A callable that can be called once."""

    def once(*args, **kwargs):
        nonlocal func
        if func is None:
            raise RuntimeError("OnceProxy can only be called once")
        func, call = None, func
        return call(*args, **kwargs)

    return once


def destroy_proxies(pyproxies, /):
    """Destroys each proxy of a JavaScript array."""
    for proxy in pyproxies:
        destroy = getattr(proxy, "destroy", None)
        if destroy is not None:
            destroy()


# What crosses without a proxy.
_CONVERTED = (str, int, float, bool, type(None), JsProxy)


def to_js(obj, /, *, depth=-1, pyproxies=None, create_pyproxies=True, dict_converter=None, default_converter=None):
    """Converts lists, dicts, sets and bytes to JavaScript's own, `depth` levels deep."""
    converted = _krait_js.to_js(_with_dicts(obj, dict_converter, depth) if dict_converter else obj, depth)
    if default_converter is not None and converted is obj and not isinstance(obj, _CONVERTED):
        return default_converter(obj, lambda value: to_js(value, depth=depth, dict_converter=dict_converter), None)
    return converted


def _with_dicts(obj, dict_converter, depth):
    """Replaces dicts by what `dict_converter` makes of their items."""
    if depth == 0:
        return obj
    if isinstance(obj, dict):
        import js

        pairs = js.Array.new()
        for key, value in obj.items():
            pairs.push(_krait_js.to_js([key, _with_dicts(value, dict_converter, depth - 1)], 1))
        return dict_converter(pairs)
    if isinstance(obj, (list, tuple)):
        return [_with_dicts(item, dict_converter, depth - 1) for item in obj]
    return obj


def register_js_module(name, module):
    """Makes a JavaScript object importable."""
    from pyodide._run import register_js_module

    register_js_module(name, module)


def unregister_js_module(name):
    """Takes a JavaScript module away."""
    from pyodide._run import unregister_js_module

    unregister_js_module(name)
