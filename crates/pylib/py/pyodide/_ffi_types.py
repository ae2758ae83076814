"""Types of `pyodide.ffi` that few programs name."""

from _krait_ffi import js_class
from _krait_js import JsProxy

JsCallable = js_class("JsCallable")
JsDoubleProxy = js_class("JsDoubleProxy")


class InternalError(Exception):
    """The bridge itself failed."""

    __module__ = "pyodide.ffi"


class _Checked(type):
    """A type whose instances are told by a question, not by their class."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, JsProxy) and cls._is(instance)


class JsDomElement(metaclass=_Checked):
    """An element of the page."""

    @staticmethod
    def _is(instance):
        return getattr(instance, "nodeType", None) == 1


class JsFetchResponse(metaclass=_Checked):
    """What `fetch` gives."""

    @staticmethod
    def _is(instance):
        return getattr(instance, "constructor", None) is not None and instance.constructor.name == "Response"


class JsCallableDoubleProxy(metaclass=_Checked):
    """A proxy made by `create_proxy` of something that can be called."""

    @staticmethod
    def _is(instance):
        return isinstance(instance, JsCallable) and isinstance(instance, JsDoubleProxy)


class JsOnceCallable(JsCallableDoubleProxy):
    """A proxy made by `create_once_callable`."""


class ToJsConverter:
    """The type of the `convert` argument of converters, for annotations."""
