"""Conversion, implicit and explicit, both ways; nothing is left behind."""

# also in a worker

import enum

import _krait_js
import js
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import (
    ConversionError,
    JsBigInt,
    JsDoubleProxy,
    JsException,
    JsProxy,
    create_proxy,
    destroy_proxies,
    jsnull,
    to_js,
)

same = run_js("x => x")
kind_of = run_js("x => x === null ? 'null' : typeof x")

# Implicit.
for value, kind in (
    (None, "undefined"), (jsnull, "null"), (True, "boolean"), (0, "number"), (2**53 - 1, "number"), (-(2**53) + 1, "number"),  # noqa: E501
    (2**53, "bigint"), (-(2**200), "bigint"), (1.5, "number"), (float("inf"), "number"), ("", "string"), ("🐍\ud800x", "string"),  # noqa: E501
    ("x" * 5000, "string"), ("grün" * 50, "string"),
):  # fmt: skip
    back = same(value)
    assert kind_of(value) == kind and back == value, (value, kind_of(value))
    assert type(back) is (JsBigInt if kind == "bigint" else type(value)), value
assert str(same(float("nan"))) == "nan" and same(1e300) == 1e300 and type(same(2.0**60)) is float
assert run_js("-0") == 0 and type(run_js("-0")) is int and type(run_js("3.0")) is int and type(run_js("2**53")) is float
assert run_js("'\\ud83d\\udc0d'") == "🐍" and run_js("'\\ud83d'") == "\ud83d" and run_js("s => s.length")("🐍") == 2
assert run_js("s => s.charCodeAt(0)")("\udfff") == 0xDFFF and run_js("'a\\0b'") == "a\0b"
assert kind_of(JsBigInt(5)) == "bigint" and same(JsBigInt(5)) == 5 and type(same(JsBigInt(5))) is JsBigInt


class Number(enum.IntEnum):
    ONE = 1


class Text(str):
    pass


class Own(list):
    pass


assert kind_of(Number.ONE) == "number" and kind_of(Text("t")) == "string"
for value in ((1, 2), b"b", [1], {}, Own(), object(), len, int, js, {1, 2}):
    assert same(value) is value or value is js, value
assert same(js) == js
objects = run_js("[{}, [], () => 1, Symbol('s'), new Date()]")
for item in objects:
    assert run_js("(a, b) => a === b")(item, item)

# to_js.
assert js.JSON.stringify(to_js({"a": [1, (2, "x")], "n": None})) == '{"a":[1,[2,"x"]]}'
assert to_js(5) == 5 and to_js("s") == "s" and to_js(None) is None and to_js(jsnull) is jsnull
element = js.Object.new()
assert to_js(element) is element and to_js([element])[0] == element
assert to_js({1, "a"}).constructor.name == "Set" and to_js({1, "a"}).size == 2
shallow = to_js([[1]], depth=1)
assert shallow[0] == [1] and isinstance(to_js([[1]], depth=2)[0], JsProxy)
assert js.Object.prototype.toString.call(to_js([[1]])[0]) == "[object Array]"
cycle = [1]
cycle.append({"again": cycle})
converted = to_js(cycle)
assert converted[1].again == converted
shared = [0]
both = to_js([shared, shared])
assert both[0] == both[1]
me = {}
me["me"] = me
assert to_js(me).me == to_js(me).me or True
converted = to_js(me)
assert converted.me == converted
as_map = to_js({"a": {"b": 1}}, dict_converter=js.Map.new)
assert as_map.get("a")["b"] == 1 and as_map.constructor.name == "Map" and as_map["a"].constructor.name == "Map"
assert js.JSON.stringify(to_js({"a": 1}, dict_converter=js.Object.fromEntries)) == '{"a":1}'
assert js.JSON.stringify(to_js({"a": 1}, dict_converter=js.Array.from_)) == '[["a",1]]'
assert to_js({1: 2, "x": 3}, dict_converter=js.Map.new)[1] == 2
inner = {}
inner["list"] = [inner]
looped = to_js(inner, dict_converter=js.Map.new)
assert looped["list"][0] == looped
raises(ConversionError, lambda: to_js({(1, 2): 3}), says="Cannot use (1, 2) as a key for a Javascript Map")
raises(ConversionError, lambda: to_js({(1, 2)}), says="Cannot use (1, 2) as a key for a Javascript Set")
raises(ConversionError, lambda: to_js({1: 1, "1": 2}), says="Key collision")
raises(ConversionError, lambda: to_js({"toString": 1}), says="Key collision")


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


point = Point(1, [2])
assert to_js([point])[0] is point
proxies = to_js([])
made = to_js([point, point, {"p": Point(3, 4)}], pyproxies=proxies)
assert len(proxies) == 2 and made[0] is point
destroy_proxies(proxies)
raises(Exception, lambda: made[0], says="destroyed")
raises(ConversionError, lambda: to_js([point], create_pyproxies=False))
root = to_js(point)
assert isinstance(root, JsDoubleProxy) and root.x == 1 and same(root) is point
asked = []


def default(value, convert, cache):
    asked.append(value)
    result = js.Object.new()
    cache(value, result)
    result.x, result.y = convert(value.x), convert(value.y)
    return result


converted = to_js([point, point], default_converter=default)
assert js.JSON.stringify(converted) == '[{"x":1,"y":[2]},{"x":1,"y":[2]}]' and asked == [point]
point.y = [point]
converted = to_js(point, default_converter=default)
assert converted.y[0] == converted


def broken(value, convert, cache):
    raise ValueError("from the converter")


error = raises(
    ConversionError,
    lambda: to_js([point], default_converter=broken),
    says="Conversion from python to javascript failed",
)
assert isinstance(error.__cause__, ValueError)


def eager(value, convert, cache):
    return "a tuple" if isinstance(value, tuple) else convert(value)


assert js.JSON.stringify(to_js([(1,), [2, (3,)]], eager_converter=eager)) == '["a tuple",[2,"a tuple"]]'


class Changing(dict):
    def items(self):
        return [("only", 1)]


assert js.JSON.stringify(to_js(Changing(a=2))) == '{"only":1}' and js.JSON.stringify(to_js(Own([1]))) == "[1]"
deep = []
for _ in range(5000):
    deep = [deep]
raises((RecursionError, ConversionError), lambda: to_js(deep))

# to_py.
assert run_js("({a: [1, {b: null}], c: undefined})").to_py() == {"a": [1, {"b": jsnull}], "c": None}
assert run_js("new Map([[1, {x: [2]}]])").to_py() == {1: {"x": [2]}} and run_js("new Set([1, 'a'])").to_py() == {1, "a"}
assert run_js("Object.create(null)").to_py() == {}
for depth, expected in ((0, JsProxy), (1, list)):
    assert isinstance(run_js("[[1]]").to_py(depth=depth), expected)
assert isinstance(run_js("[[1]]").to_py(depth=1)[0], JsProxy)
back = run_js("(() => { const o = { list: [] }; o.list.push(o, o.list); return o; })()").to_py()
assert back["list"][0] is back and back["list"][1] is back["list"]
raises(
    ConversionError,
    lambda: run_js("new Map([[[1], 2]])").to_py(),
    says="Cannot use key of type Array as a key to a Python dict",
)
raises(ConversionError, lambda: run_js("new Set([{}])").to_py())
raises(ConversionError, lambda: run_js("new Map([[1, 2], [true, 3]])").to_py())
raises(ConversionError, lambda: run_js("new Set([0, false])").to_py())
pair = run_js("class Pair { constructor(a, b) { this.a = a; this.b = b; } }; [new Pair(1, [2]), new Pair(3, 4)]")
assert all(isinstance(item, JsProxy) for item in pair.to_py())


def to_pair(value, convert, cache):
    if value.constructor.name != "Pair":
        return value
    result = []
    cache(value, result)
    result += [convert(value.a), convert(value.b)]
    return result


assert pair.to_py(default_converter=to_pair) == [[1, [2]], [3, 4]]
ring = run_js("(() => { class Pair {} const p = new Pair(); p.a = p; p.b = 0; return p; })()").to_py(
    default_converter=to_pair
)
assert ring[0] is ring and ring[1] == 0
f = run_js("() => 1")
assert f.to_py() is f and run_js("new Date(0)").to_py().getTime() == 0
raises(
    JsException,
    lambda: run_js("new Proxy([1], { get(t, k) { if (k === '0') throw new Error('no item'); return t[k]; } })").to_py(),
    says="no item",
)


# Nothing is left: a round of everything, twice, with the same counts.
def round_of_all():
    data = {"list": [1, "x", (2, {"deep": b"bytes"})], "set": {1}}
    there = to_js(data)
    there.to_py()
    [*there.list]
    there.object_entries()
    proxy = create_proxy(len)
    js.Array.of(1, 2).map(lambda n, *_: n)
    proxy.destroy()
    [n for n in js.Map.new([["a", 1]]).items()]  # noqa: C416
    there.as_py_json()["list"][2][1]["deep"]


round_of_all()
handles = _krait_js.live_handles()
for _ in range(50):
    round_of_all()
assert _krait_js.live_handles() == handles, (handles, _krait_js.live_handles())
