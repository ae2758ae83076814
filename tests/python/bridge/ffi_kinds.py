"""What a JavaScript object can do is found without touching it harder than it bears; attributes, names, comparisons."""

# also in a worker

import collections.abc
import copy
import pickle

import js
import pyodide.ffi
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import (
    JsArray,
    JsAsyncIterator,
    JsBigInt,
    JsBuffer,
    JsCallable,
    JsDoubleProxy,
    JsException,
    JsGenerator,
    JsIterable,
    JsIterator,
    JsMap,
    JsPromise,
    JsProxy,
    JsTypedArray,
    JsWeakRef,
    create_proxy,
    jsnull,
    to_js,
)

for name in pyodide.ffi.__all__:
    assert getattr(pyodide.ffi, name) is getattr(pyodide.ffi, name), name
for name in ("ToJsConverter", "InternalError"):
    assert isinstance(getattr(pyodide.ffi, name), type)
raises(AttributeError, lambda: pyodide.ffi.JsNothing)

for code, kinds, others in (
    ("[]", (JsArray, JsIterable), (JsCallable, JsMap, JsTypedArray, JsBuffer, JsPromise)),
    ("new Uint8Array(2)", (JsTypedArray, JsBuffer, JsIterable), (JsArray,)),
    ("new ArrayBuffer(2)", (JsBuffer,), (JsTypedArray, JsIterable)),
    ("new DataView(new ArrayBuffer(2))", (JsBuffer,), (JsTypedArray,)),
    ("new Map()", (JsMap, JsIterable), (JsArray,)),
    ("new Set()", (JsIterable,), (JsMap, JsArray)),
    ("Promise.resolve()", (JsPromise,), (JsCallable, JsIterable)),
    ("(function*() {})()", (JsGenerator, JsIterator, JsIterable), (JsCallable,)),
    ("(async function*() {})()", (JsAsyncIterator,), (JsIterator, JsIterable, JsPromise)),
    ("[][Symbol.iterator]()", (JsIterator, JsIterable), (JsGenerator,)),
    ("() => 1", (JsCallable,), (JsIterable, JsPromise)),
    ("class {}", (JsCallable,), ()),
    ("({then() {}})", (JsPromise,), (JsCallable,)),
    ("({next() {}})", (JsIterator,), (JsIterable,)),
    ("({})", (), (JsArray, JsCallable, JsMap, JsIterable, JsPromise)),
    ("Object.create(null)", (), (JsArray, JsCallable)),
    ("new WeakRef({})", (JsWeakRef,), (JsCallable,)),
    ("Symbol('s')", (), (JsArray,)),
):
    value = run_js(f"({code})")
    assert isinstance(value, JsProxy), code
    for kind in kinds:
        assert isinstance(value, kind) and issubclass(type(value), kind), (code, kind)
    for kind in others:
        assert not isinstance(value, kind), (code, kind)
assert type(run_js("({a: 1})")) is type(run_js("({b: 2})")) and type(run_js("[]")) is type(run_js("[1]"))
for kind in (JsProxy, JsArray, JsCallable):
    raises(TypeError, kind)

# Objects that refuse to answer.
revoked = run_js("(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()")
assert isinstance(revoked, JsProxy) and not isinstance(revoked, JsCallable)
raises(JsException, lambda: revoked.x)
hostile = run_js(
    "new Proxy({}, { get() { throw new Error('get'); }, has() { throw new Error('has'); }, getPrototypeOf() { throw new Error('p'); } })"  # noqa: E501
)
assert isinstance(hostile, JsProxy)
raises(JsException, lambda: hostile.x, says="get")
assert run_js("({ get length() { throw new Error('no'); }, get then() { throw new Error('no'); }, x: 1 })").x == 1
poison = run_js("new Proxy(new Date(), { get() { throw new Error('no'); } })")
assert js.Date.new(0).getTime() == 0 and isinstance(poison, JsProxy)
if hasattr(js, "document"):
    frame = js.document.createElement("iframe")
    js.document.body.append(frame)
    other = frame.contentWindow
    assert isinstance(other.Array.new(), JsArray) and isinstance(other.Uint8Array.new(1), JsTypedArray)
    assert isinstance(other.Promise.resolve(1), JsPromise) and isinstance(other.Error.new("far"), JsException)
    assert isinstance(other.ArrayBuffer.new(1), JsBuffer) and other.Object.new().to_py() == {}
    frame.remove()
    assert isinstance(js.document.body, pyodide.ffi.JsDomElement)
    assert not isinstance(js.document, pyodide.ffi.JsDomElement)
    assert not js.document.all or js.document.all.typeof == "undefined"

# A getter that is asked while arguments are being written, and that comes back to Python.
heard, spied = [], []
run_js("(f, spy) => f('first', 2, { get then() { spy('from', 'a getter'); } }, 'last')")(
    lambda *args: heard.append(args), lambda *args: spied.append(args)
)
assert heard[0][:2] == ("first", 2) and heard[0][3] == "last" and ("from", "a getter") in spied

# Attributes.
o = run_js("({ 'from': 1, 'from_': 2, 'if': 3, x: undefined, 'for': 4, get bad() { throw new TypeError('getter'); } })")
assert o.from_ == 1 and o.from__ == 2 and getattr(o, "from") == 1 and o.x is None
o.if_ = 30
assert getattr(o, "if") == 30
o.from__ = 20
assert o.from__ == 20 and o.from_ == 1
del o.for_
assert not hasattr(o, "for") and not hasattr(o, "missing")
raises(JsException, lambda: o.bad, says="getter")
assert "from_" in dir(o) and "from__" in dir(o) and "to_py" in dir(o) and "toString" in dir(o) and "from" not in dir(o)
error = raises(AttributeError, lambda: o.missing)
assert error.name == "missing"
frozen = run_js("Object.freeze({a: 1})")
raises(JsException, lambda: delattr(frozen, "a"), says="Cannot delete")
del frozen.missing

# Identity, truth, comparison.
assert o == o and o != run_js("({})") and o != 1 and o is not None and (o == None) is False  # noqa: E711
assert o.js_id == o.js_id and isinstance(o.js_id, int) and o.js_id != frozen.js_id
raises(TypeError, lambda: hash(o), says="unhashable")
assert not isinstance(o, collections.abc.Hashable)
for code, truth in (
    ("[]", False), ("[0]", True), ("new Map()", False), ("new Set([1])", True), ("new ArrayBuffer(0)", False),
    ("new Uint8Array(1)", True), ("({})", True), ("() => 1", True), ("({size: 0})", False), ("({length: 0})", True),
):  # fmt: skip
    assert bool(run_js(f"({code})")) is truth, code
early, late = js.Date.new(0), js.Date.new(1)
assert early < late and late > early and early <= late and not early >= late
raises(TypeError, lambda: early < 1)
assert (
    str(run_js("[1,2]")) == "1,2"
    and repr(run_js("({})")) == "[object Object]"
    and str(run_js("Symbol('s')")) == "Symbol(s)"
)
assert run_js("Object.create(null)").typeof == "object" and js.Array.typeof == "function"
assert run_js("Symbol('x')").typeof == "symbol" and run_js("[]").typeof == "object"
weak = o.to_weakref()
assert isinstance(weak, JsWeakRef) and weak.deref() == o
raises(Exception, lambda: pickle.dumps(o))

# Calls and keywords.
f = run_js("(...args) => JSON.stringify(args)")
assert f(1, "a", b=2, c=None) == '[1,"a",{"b":2}]' and f() == "[]" and f(**{"k": 1}) == '[{"k":1}]'  # noqa: PIE804
assert f(*range(20)) == "[" + ",".join(map(str, range(20))) + "]"
assert js.Date.new(0).getTime() == 0 and js.Map.new(to_js([["a", 1]])).get("a") == 1
assert run_js("class C { constructor(o) { this.n = o.n; } }; C").new(n=4).n == 4
raises(TypeError, lambda: run_js("({})")())
raises(JsException, lambda: run_js("class D {}; D")())


class Bound:
    tag = "tag"
    method = run_js("(function (n) { return this.tag + n; })")


assert Bound().method(1) == "tag1"
assert Bound.method.call(run_js("({tag: 'other'})"), 2) == "other2"

# Errors are exceptions.
error = js.TypeError.new("message")
assert isinstance(error, JsException) and isinstance(error, Exception)
assert (
    error.name == "TypeError"
    and error.message == "message"
    and "message" in error.stack
    and str(error) == "TypeError: message"
)
assert error.js_error == js.Object.new() or error.js_error.message == "message"


def throw():
    raise error


caught = raises(JsException, throw)
assert caught is error
caught = raises(JsException, lambda: run_js("(e) => { throw e; }")(error))
assert caught == error and js.Object.is_(caught, error) and caught != js.TypeError.new("message")
again = pickle.loads(pickle.dumps(error))
assert isinstance(again, JsException) and (again.name, again.message, again.stack) == (
    error.name,
    error.message,
    error.stack,
)
assert run_js("(e) => e instanceof TypeError")(error) and copy.copy(error).message == "message"

# JsBigInt.
big = run_js("10n")
assert type(big) is JsBigInt and big == 10 and run_js("x => typeof x")(big) == "bigint"
for expression, kind in (
    ("big + big", JsBigInt), ("big + 1", int), ("1 + big", int), ("big - big", JsBigInt), ("2 - big", int),
    ("big * big", JsBigInt), ("big * 2", int), ("big & big", JsBigInt), ("big | 1", int), ("big ^ big", JsBigInt),
    ("big // 3", JsBigInt), ("7 // big", int), ("big << 2", JsBigInt), ("1 << big", int), ("big >> 1", JsBigInt),
    ("big ** 2", JsBigInt), ("2 ** big", int), ("big % 4", JsBigInt), ("4 % big", int), ("-big", JsBigInt),
    ("+big", JsBigInt), ("abs(-big)", JsBigInt), ("~big", JsBigInt), ("big / 4", float),
):  # fmt: skip
    value = eval(expression)
    assert type(value) is kind and value == eval(expression.replace("big", "10")), (expression, type(value), value)


# Proxies of Python's objects.
class Thing:
    n = 5

    def get_n(self):
        return self.n


thing = Thing()
proxy = create_proxy(thing)
assert isinstance(proxy, JsDoubleProxy) and proxy.unwrap() is thing and proxy.n == 5 and proxy.get_n() == 5
assert run_js("x => x")(proxy) == proxy, "a proxy that is made for the round trip stays one"
assert run_js("x => x")(create_proxy(thing, roundtrip=False)) is thing
proxy.destroy()
raises(Exception, lambda: proxy.n, says="destroy")
calls = []
once = pyodide.ffi.create_once_callable(lambda n: calls.append(n))
run_js("f => f(1)")(once)
assert calls == [1]
raises(JsException, lambda: run_js("f => f(2)")(once), says="OnceProxy can only be called once")
bound = create_proxy(lambda this, n: (this.tag, n), capture_this=True)
assert list(run_js("f => ({ tag: 't', f }).f(3)")(bound)) == ["t", 3]
