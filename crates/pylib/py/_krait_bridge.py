"""What the bridge needs in Python before any program runs: awaiting promises, modules made of JavaScript objects."""

import _frozen_importlib
import sys

import _krait_boot
import _krait_js


def __await__(self):
    from pyodide._run import future_of

    return future_of(self).__await__()


__await__.__qualname__ = "JsPromise.__await__"
_krait_js.add_method(_krait_js.JsPromise, "__await__", __await__)


class JsFinder:
    """Finds modules that JavaScript registered, and the objects in them as submodules (meta path finder)."""

    modules = {}  # noqa: RUF012 - `typing` is not imported at start

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        found = cls.modules.get(fullname)
        if found is None:
            head, _, tail = fullname.rpartition(".")
            parent = sys.modules.get(head)
            if not head or not _krait_js.is_proxy(parent):
                return None
            found = getattr(parent, tail, None)
            if not _krait_js.is_proxy(found):
                return None
        return _spec_of(fullname, found)

    @staticmethod
    def create_module(spec):
        # The specification keeps another proxy than the module, which keeps the specification: a cycle of proxies would
        # never be collected.
        return _krait_js.as_module(spec.loader_state)

    @staticmethod
    def exec_module(module):
        pass


def _spec_of(name, proxy):
    return _frozen_importlib.ModuleSpec(name, JsFinder, origin="javascript", is_package=True, loader_state=proxy)


def _make_js_a_module():
    js = sys.modules["js"]
    js.__name__ = js.__package__ = "js"
    js.__path__ = []
    js.__loader__ = JsFinder
    js.__spec__ = _spec_of("js", None)


_make_js_a_module()


# Positions in `args` of an exception that Python makes.
_TEXTS = {"name": 0, "message": 1, "stack": 2}
# Methods of proxies that those of errors do not have.
_NOT_OF_ERRORS = ("as_object_map", "as_py_json")


def _getattr_exception(self, name):
    error = self.__dict__.get("js_error")
    if not name.startswith("__"):
        if error is not None and name not in _TEXTS and name not in _NOT_OF_ERRORS:
            return getattr(error, name)
        if name in _TEXTS:
            return _text_of(self, error, name)
    raise AttributeError(f"'JsException' object has no attribute '{name}'", name=name, obj=self)


def _text_of(self, error, name):
    if error is None:
        return self.args[_TEXTS[name]] if len(self.args) > _TEXTS[name] else ""
    try:
        return getattr(error, name)
    except (AttributeError, _krait_js.JsException):
        # What was thrown is no error: what stands for one says so.
        return {"name": "Error", "message": str(self).removeprefix("Error: "), "stack": ""}[name]


def _setattr_exception(self, name, value):
    error = self.__dict__.get("js_error")
    if error is None or name == "args" or name.startswith("__"):
        Exception.__setattr__(self, name, value)
    else:
        setattr(error, name, value)


def _dir_exception(self):
    return sorted({*Exception.__dir__(self), *dir(self.__dict__.get("js_error"))}.difference(_NOT_OF_ERRORS))


def _equal_exceptions(self, other):
    if _krait_js.is_proxy(other):
        return self.__dict__.get("js_error") == other
    if not isinstance(other, _krait_js.JsException):
        return NotImplemented
    return self.__dict__.get("js_error") == other.__dict__.get("js_error")


def _reduce_exception(self):
    return _krait_js.JsException, (self.name, self.message, getattr(self, "stack", None))


def _new_exception(cls, name="Error", message="", stack="", /):
    if cls is not _krait_js.JsException:
        return Exception.__new__(cls, name, message, stack)
    return _made_exception(name, message, stack)


def _init_exception(self, *args):
    if type(self) is not _krait_js.JsException:
        Exception.__init__(self, *args)


def _made_exception(name, message, stack):
    """One that Python makes, or that was pickled: an error of the same class if there is one of that name here."""
    import js

    kind = getattr(js, name, js.Error) if name.endswith("Error") else js.Error
    error = kind.new(message)
    js.Object.assign(error.js_error, name=name, stack=stack)
    return error


_krait_js.JsException.__getattr__ = _getattr_exception
_krait_js.JsException.__setattr__ = _setattr_exception
_krait_js.JsException.__dir__ = _dir_exception
_krait_js.JsException.__repr__ = lambda self: str(self)
_krait_js.JsException.__eq__ = _equal_exceptions
_krait_js.JsException.__hash__ = BaseException.__hash__
_krait_js.JsException.__reduce__ = _reduce_exception
_krait_js.JsException.__new__ = staticmethod(_new_exception)
_krait_js.JsException.__init__ = _init_exception


_traceback = BaseException.__traceback__


def _get_traceback(self):
    """The traceback goes on with JavaScript's own frames; they are looked for when someone looks."""
    traceback = _traceback.__get__(self)
    error = self.__dict__.get("js_error")
    if error is None:
        return traceback
    from pyodide._frames import with_frames

    return with_frames(error, traceback)


_krait_js.JsException.__traceback__ = property(_get_traceback, lambda self, value: _traceback.__set__(self, value))


# There is one, also after it was pickled or copied.
_krait_js.JsNull.__reduce__ = lambda self: "jsnull"
_krait_js.JsNull.typeof = "object"


def _after_json(module):
    """`jsnull` is JSON's null."""
    default = module.JSONEncoder.default
    module.JSONEncoder.default = lambda self, o: None if o is _krait_js.jsnull else default(self, o)
    encode = module.JSONEncoder.encode

    def encode_keys(self, o):
        try:
            return encode(self, o)
        except TypeError as error:
            # A key is not asked for through `default`.
            if "not JsNull" not in str(error):
                raise
        from pyodide._js_methods import null_keys

        return encode(self, null_keys(o))

    module.JSONEncoder.encode = encode_keys


def _after_asyncio(module):
    """The browser's loop is there as soon as asyncio is."""
    from pyodide.webloop import get_loop

    get_loop()


def _after_abc(module):
    """JavaScript's collections are Python's, as soon as there are the abstract ones."""
    from _krait_ffi import js_class

    for abstract, name in (
        (module.MutableSequence, "JsArray"),
        (module.Sequence, "JsArrayLike"),
        (module.Sequence, "JsTypedArray"),
        (module.Mapping, "JsMap"),
        (module.MutableMapping, "JsMutableMap"),
    ):
        abstract.register(js_class(name))


_krait_boot.after_import["asyncio"] = _after_asyncio
_krait_boot.after_import["json.encoder"] = _after_json
if "_collections_abc" in sys.modules:
    _after_abc(sys.modules["_collections_abc"])
else:
    _krait_boot.after_import["_collections_abc"] = _after_abc
sys.meta_path.append(JsFinder)


def before_snapshot():
    """Why this session cannot be copied now; None if it can be."""
    import gc

    webloop = sys.modules.get("pyodide.webloop")
    if webloop is not None and webloop.get_loop().is_waiting():
        return "tasks or timers are waiting"
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    gc.collect()
    return None


def after_snapshot():
    """Draws anew what was drawn once in the session that this one is a copy of."""
    if random := sys.modules.get("random"):
        random.seed()
    if tempfile := sys.modules.get("tempfile"):
        tempfile._name_sequence = None
    if uuid := sys.modules.get("uuid"):
        uuid._node = uuid._last_timestamp = None
