"""`pyodide.ffi`: the types of JavaScript objects and the ways to convert."""

import sys

import _krait_ffi
from _krait_ffi import ConversionError
from _krait_js import JsCallable, JsException, JsNull, JsPromise, JsProxy, jsnull

IN_PYODIDE = True

__all__ = [
    "IN_PYODIDE",
    "ConversionError",
    "JsArray",
    "JsAsyncGenerator",
    "JsAsyncIterable",
    "JsAsyncIterator",
    "JsBigInt",
    "JsBuffer",
    "JsCallable",
    "JsCallableDoubleProxy",
    "JsDomElement",
    "JsDoubleProxy",
    "JsException",
    "JsFetchResponse",
    "JsGenerator",
    "JsIterable",
    "JsIterator",
    "JsMap",
    "JsMutableMap",
    "JsNull",
    "JsOnceCallable",
    "JsPromise",
    "JsProxy",
    "JsTypedArray",
    "JsWeakRef",
    "can_run_sync",
    "create_once_callable",
    "create_proxy",
    "destroy_proxies",
    "jsnull",
    "register_js_module",
    "run_sync",
    "to_js",
    "unregister_js_module",
]

# What makes objects of dicts where `to_js` is given nothing that does (`toJsLiteralMap` of `loadPyodide`).
_dicts = None

_SUBMODULES = {
    "JsBigInt": "pyodide._bigint",
    "can_run_sync": "pyodide._blocking",
    "run_sync": "pyodide._blocking",
}
# Names of types, for annotations and `isinstance`; most programs need none of them.
_RARE = {
    "InternalError",
    "JsCallableDoubleProxy",
    "JsDomElement",
    "JsFetchResponse",
    "JsOnceCallable",
    "ToJsConverter",
}


def __getattr__(name):
    if name in _SUBMODULES:
        __import__(_SUBMODULES[name])
        value = getattr(sys.modules[_SUBMODULES[name]], name)
    elif name in _RARE:
        from pyodide import _ffi_types

        value = getattr(_ffi_types, name)
    else:
        value = _krait_ffi.js_class(name) if name.startswith("Js") else None
        if value is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__, *_RARE})


def create_proxy(obj, /, *, capture_this=False, roundtrip=True):
    """A proxy of `obj` with a life of its own: JavaScript can use it until `destroy()` is called or it is collected."""
    return _krait_ffi.create_proxy(obj, capture_this, roundtrip)


def create_once_callable(obj, /):
    """A proxy of a function that JavaScript can call once; the function is dropped by that."""

    def once(*args, **kwargs):
        nonlocal obj
        if obj is None:
            import js

            raise js.Error.new("OnceProxy can only be called once")
        func, obj = obj, None
        return func(*args, **kwargs)

    return create_proxy(once)


def destroy_proxies(pyproxies, /):
    """Destroys each proxy of a JavaScript array."""
    if not isinstance(pyproxies, JsProxy):
        raise TypeError("Expected a JsProxy for the argument")
    _krait_ffi.destroy_proxies(pyproxies)


def to_js(
    obj,
    /,
    *,
    depth=-1,
    pyproxies=None,
    create_pyproxies=True,
    dict_converter=None,
    default_converter=None,
    eager_converter=None,
):
    """Converts lists, tuples, dicts, sets and buffers to JavaScript's own, `depth` levels deep (-1: all)."""
    if pyproxies is not None and not (isinstance(pyproxies, JsProxy) and _krait_ffi.is_array(pyproxies)):
        raise TypeError("Expected a JsArray for the pyproxies argument")
    if dict_converter is None:
        dict_converter = _dicts
    return _krait_ffi.to_js(obj, depth, pyproxies, create_pyproxies, dict_converter, default_converter, eager_converter)


def register_js_module(name, module):
    """Makes a JavaScript object importable."""
    from pyodide._modules import register_js_module

    register_js_module(name, module)


def unregister_js_module(name):
    """Takes a JavaScript module away."""
    from pyodide._modules import unregister_js_module

    unregister_js_module(name)
