"""JavaScript objects in Python: live, never copies."""

# also in a worker

import js
from pyodide.ffi import JsException, JsProxy, create_proxy, jsnull, to_js

box = js.Object.new()
box.x = 1
assert box.x == 1 and isinstance(box, JsProxy)
assert js.JSON.stringify(box) == '{"x":1}'
del box.x
assert not hasattr(box, "x")
for bad in (lambda: box.x, lambda: box.y):
    try:
        bad()
    except AttributeError as error:
        assert error.name in str(error) and error.name in "xy"
    else:
        raise AssertionError("a missing property was there")

# Values.
box.values = js.Array.new()
for value in (None, True, False, 0, -1, 2**53 - 1, 1.5, float("inf"), "", "a", "grün", "🐍", "\ud800", "x" * 1000):
    box.value = value
    assert box.value == value and type(box.value) is type(value), value
box.value = jsnull
assert box.value is jsnull and not jsnull
box.value = 2**70
assert box.value == 2**70
assert js.Number.MAX_SAFE_INTEGER == 2**53 - 1
assert js.eval is not None
nan = js.Number.NaN
assert nan != nan
assert js.Math.max(1, 2.5) == 2.5
assert js.String.fromCharCode(104, 105) == "hi"

# Identity both ways.
marker = object()
box.marker = marker
assert box.marker is marker
other = js.Object.new()
box.other = other
assert box.other == other and box.other != box

# Arrays, maps, iteration.
array = js.Array.of(1, 2, 3)
assert len(array) == 3 and list(array) == [1, 2, 3] and array[0] == 1 and array[-1] == 3 and 2 in array
array[0] = 10
del array[1]
assert list(array) == [10, 3]
for bad, kind in (
    (lambda: array[9], IndexError),
    (lambda: box[0], TypeError),
    (lambda: len(box), TypeError),
    (lambda: iter(box), TypeError),
):
    try:
        bad()
    except kind:
        pass
    else:
        raise AssertionError(f"{kind.__name__} was not raised")
table = js.Map.new()
table["a"] = 1
assert table["a"] == 1 and "a" in table and len(table) == 1
try:
    table["b"]
except KeyError:
    pass
else:
    raise AssertionError("a missing key was there")
assert not js.Array.new() and not js.Map.new() and array and box

# Calls.
assert js.Array.of(3, 1, 2).sort().join("-") == "1-2-3"
assert list(js.Array.of(1, 2).map(lambda value, index, whole: value * 10 + index)) == [10, 21]
assert js.Object.assign(js.Object.new(), a=1, b="c").b == "c"
assert js.Reflect.construct(js.Date, js.Array.of(0)).getTime() == 0
assert js.Date.new(0).toISOString() == "1970-01-01T00:00:00.000Z"
assert callable(js.Array) and not callable(box)
assert js.Array.from_(js.Set.new(js.Array.of(1, 1))).length == 1
called = []
proxy = create_proxy(called.append)
js.Array.of(1, 2).forEach(lambda value, *rest: proxy(value))
assert called == [1, 2]

# Deep conversion.
data = {"a": [1, 2, {"b": None}], "t": (1, "x")}
assert js.JSON.stringify(to_js(data)) == '{"a":[1,2,{}],"t":[1,"x"]}'
assert js.JSON.parse('{"a": [1, {"b": 2}], "c": null}').to_py() == {"a": [1, {"b": 2}], "c": jsnull}
cycle = []
cycle.append(cycle)
back = to_js(cycle)
assert back[0] == back
assert bytes(js.Uint8Array.new(to_js([1, 2, 255])).to_py()) == b"\x01\x02\xff"
assert js.Uint8Array.new(js.Array.of(1, 2)).to_bytes() == b"\x01\x02"
assert to_js(b"\x01\x02").length == 2

# Errors, both ways and back.
try:
    js.JSON.parse("{")
except JsException as error:
    assert error.name == "SyntaxError" and error.message and "SyntaxError" in str(error)
else:
    raise AssertionError("broken JSON was parsed")


class Own(Exception):
    pass


own = Own("mine")


def fail(*args):
    raise own


try:
    js.Array.of(1).forEach(fail)
except Own as error:
    assert error is own
else:
    raise AssertionError("the callback's exception was swallowed")
assert "querySelector" in dir(js.document) if hasattr(js, "document") else True
