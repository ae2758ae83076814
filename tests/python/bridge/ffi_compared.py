"""What was found different when the same programs ran in Pyodide 314.0.7."""

# also in a worker

import collections.abc
import copy
import io
import json
import pickle
from contextlib import redirect_stdout

import js
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import (
    ConversionError,
    JsArray,
    JsCallable,
    JsDoubleProxy,
    JsException,
    JsMap,
    JsNull,
    JsPromise,
    JsProxy,
    create_proxy,
    destroy_proxies,
    jsnull,
    run_sync,
    to_js,
)

# All proxies are called the same.
for code in ("[]", "() => 1", "Promise.resolve()", "new Map()", "({length: 1})", "new ArrayBuffer(1)", "[].values()"):
    value = run_js(f"({code})")
    assert type(value).__name__ == "JsProxy" and type(value).__module__ == "pyodide.ffi", code
assert type(create_proxy([])).__name__ == "JsProxy"
assert isinstance(js.Array, JsCallable) and str(JsArray[int]).endswith("JsArray[int]") and JsPromise[int]
raises(TypeError, JsProxy, says="JsProxy cannot be instantiated")

# What has a length is not therefore subscripted.
sized = ["new Set([1])", "({length: 2})", "({size: 2})", "({includes() { return true }})"]
# Workers have none.
if hasattr(js, "localStorage"):
    sized.append("localStorage")
for code in sized:
    value = run_js(f"({code})")
    raises(TypeError, lambda: value[0], says="is not subscriptable")
assert 5 in run_js("({includes() { return true }})")
raises(TypeError, lambda: len(run_js("({includes() { return true }})")))

# Python objects seen through JavaScript do what they can.
p = create_proxy([1, 2])
assert (p[0], p[-1], len(p), list(p), p.index(2), list(reversed(p))) == (1, 2, 2, [1, 2], 1, [2, 1])
assert p[0:1].to_py() == [1] and (p + to_js([3])).to_py() == [1, 2, 3]
p[0] = 9
p.append(3)
assert p.unwrap() == [9, 2, 3] and isinstance(p, collections.abc.Sequence) and not isinstance(p, JsMap)
d = create_proxy({"a": 1})
d["b"] = 2
assert (d["a"], "b" in d, "c" in d, len(d), sorted(d), dict(d)) == (1, True, False, 2, ["a", "b"], {"a": 1, "b": 2})
assert (d.get("zz", 5), sorted(d.items())) == (5, [("a", 1), ("b", 2)])
del d["a"]
raises(KeyError, lambda: d["a"], says="a")
assert d.unwrap() == {"b": 2} and isinstance(d, JsMap) and isinstance(d, JsDoubleProxy)
g = create_proxy(x for x in [1, 2])
assert (next(g), g.send(None)) == (1, 2)
with create_proxy([1]) as held:
    assert held.length == 1
raises(JsException, lambda: held.length, says="already been destroyed")
s = create_proxy({1, 2})
assert 1 in s and len(s) == 2 and sorted(s) == [1, 2]
raises(TypeError, lambda: s[0], says="is not subscriptable")
for proxy in (p, d, g, s):
    proxy.destroy()

# Deleting: as JavaScript's `delete` in a strict function.
o = run_js("({a: 1})")
del o.not_there
del o.a
assert not hasattr(o, "a")
raises(JsException, lambda: delattr(run_js("Object.freeze({a: 1})"), "a"), says="Cannot delete property")

# What is thrown and is no error has the texts of one.
for code, text in (
    (
        "5",
        'tag [object Number] was thrown as an error!\nString interpolation of the thrown value gives """5""".',
    ),
    ("null", "A value of type object with tag [object Null] was thrown as an error!"),
    ("undefined", "A value of type undefined with tag [object Undefined] was thrown"),
    ("Symbol('q')", "A value of type symbol with tag [object Symbol] was thrown"),
    ("[1, 2]", 'The thrown value\'s toString method returns """1,2""".'),
    ("'text'", "text"),
):
    error = raises(JsException, run_js(f"() => {{ throw {code}; }}"), says=text)
    assert error.name == "Error" and text in error.message and str(error) == f"Error: {error.message}", code
    assert error.stack == "" and repr(error) == str(error), code
assert run_js("f => { try { f() } catch (e) { return e === 5 } }")(run_js("() => { throw 5 }")) is True

# Errors: their text is JavaScript's, their attributes are the error's own.
error = run_js("new TypeError('t')")
assert repr(error) == str(error) == "TypeError: t" and error == error.js_error
assert str(run_js("new TypeError('')")) == "TypeError"
error.code = 5
error.args = ("kept",)
assert error.code == 5 and run_js("e => e.code")(error) == 5 and error.args == ("kept",)
assert "message" in dir(error) and "with_traceback" in dir(error)
made = JsException("Name", "message", "stack")
assert (made.name, made.message, made.stack) == ("Name", "message", "stack") and JsException("x").message == ""
assert made.js_error.name == "Name" and run_js("e => e instanceof Error")(made)


def throw():
    raise error


assert raises(JsException, lambda: run_js("f => f()")(throw)) is error
assert raises(JsException, run_js("() => { throw new TypeError('t') }")) is not error

# jsnull.
assert JsNull() is jsnull and jsnull.typeof == "object"
assert copy.copy(jsnull) is jsnull and copy.deepcopy([jsnull])[0] is jsnull
assert pickle.loads(pickle.dumps(jsnull)) is jsnull
assert json.dumps({"a": jsnull}) == '{"a": null}'
assert json.dumps([jsnull, {jsnull: 1, 2: (jsnull, {"a": {jsnull: jsnull}})}]) == (
    '[null, {"null": 1, "2": [null, {"a": {"null": null}}]}]'
)
raises(TypeError, lambda: json.dumps({(1, 2): 3}), says="keys must be str")
raises(TypeError, lambda: json.dumps(object()), says="not JSON serializable")

# Conversions.
raises(ConversionError, lambda: to_js([object()], create_pyproxies=False), says="No conversion known for x.")
raises(TypeError, lambda: to_js([], pyproxies=[]), says="Expected a JsArray for the pyproxies argument")
raises(TypeError, lambda: destroy_proxies([]), says="Expected a JsProxy for the argument")
rows = to_js(memoryview(bytes(range(12))).cast("H", [3, 2]))
assert [type(row.to_py()) for row in rows] == [memoryview] * 3 and rows[1].constructor.name == "Uint16Array"
assert [list(row) for row in rows] == [[256, 770], [1284, 1798], [2312, 2826]]
deep = to_js(memoryview(bytes(range(8))).cast("B", [2, 2, 2]))
assert [[list(row) for row in part] for part in deep] == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
assert run_js("Object.create({a: 1})").to_py() == {}
assert isinstance(run_js("(function () { return arguments })(1)").to_py(), JsProxy)
for code, text in (
    ("new Map([[1, 2], [true, 3]])", "faithfully convert Map into Python since it contains both 1 and true as keys."),
    ("new Set([0, false])", "faithfully convert Set into Python since it contains both 0 and false as keys."),
    ("new Map([[[1], 2]])", "Cannot use key of type Array as a key to a Python dict"),
    ("new Set([{}])", "Cannot use key of type Object as a key to a Python set"),
):
    value = run_js(code)
    raises(ConversionError, value.to_py, says=text)
    raises(ConversionError, lambda: value.to_py(default_converter=lambda v, *_: v), says=text)

# Texts.
array = js.Array.of(1, 2, 3)


def assign(target, key, value):
    target[key] = value


raises(TypeError, lambda: assign(array, slice(1, 2), 5), says="must assign iterable to extended slice")
raises(TypeError, lambda: array["1":2], says="slice indices must be integers or None or have an __index__ method")
bytes_ = run_js("new Uint8Array([255])")
raises(NotImplementedError, lambda: bytes_[:1], says="Slice subscripting isn't implemented for typed arrays")
raises(NotImplementedError, lambda: assign(bytes_, slice(0, 1), [1]), says="Slice assignment isn't implemented")
raises(BufferError, lambda: bytes_.assign_to(b"a"), says="Object is not writable.")
raises(ValueError, bytes_.to_string, says="Failed to decode Javascript TypedArray as utf8")
raises(TypeError, lambda: next(run_js("({next() { return {} }})")), says='Result has no "done" field.')
raises(TypeError, lambda: run_sync(5), says="object int is not awaitable")

# help() is there, also for proxies.
written = io.StringIO()
with redirect_stdout(written):
    help(js.Array)
assert "JsProxy" in written.getvalue() and "help(object)" in repr(help)
