"""JavaScript's maps, sets and objects, as Python's mappings."""

# also in a worker

import collections.abc

import js
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import JsMap, JsMutableMap, to_js

m = run_js("new Map([['a', 1], ['b', 2]])")
assert isinstance(m, JsMap) and isinstance(m, JsMutableMap)
assert isinstance(m, collections.abc.Mapping) and isinstance(m, collections.abc.MutableMapping)
assert len(m) == 2 and "a" in m and "c" not in m and list(m) == ["a", "b"]
assert m["a"] == 1 and m.get("a") == 1 and m.get("c") is None and m.get("c", 5) == 5
raises(KeyError, lambda: m["c"], says="c")
raises(KeyError, lambda: m.__delitem__("c"), says="c")
assert list(m.keys()) == ["a", "b"] and list(m.values()) == [1, 2] and list(m.items()) == [("a", 1), ("b", 2)]
assert dict(m) == {"a": 1, "b": 2} and {**m} == {"a": 1, "b": 2}
m["c"] = None
assert m["c"] is None and "c" in m
del m["c"]
assert m.pop("b") == 2 and m.pop("b", "gone") == "gone"
raises(KeyError, lambda: m.pop("b"))
m.update({"x": 10}, y=11)
m.update([("z", 12)])
assert m.setdefault("x", 0) == 10 and m.setdefault("w", 13) == 13
assert dict(m) == {"a": 1, "x": 10, "y": 11, "z": 12, "w": 13}
key, value = m.popitem()
assert key not in m
m.clear()
assert len(m) == 0 and not m
raises(KeyError, lambda: m.popitem())
match run_js("new Map([['kind', 'k'], ['n', 3]])"):
    case {"kind": "k", "n": n}:
        assert n == 3
    case _:
        raise AssertionError("a JavaScript map matched no mapping pattern")

# Read-only and others.
readonly = run_js(
    "({get(k) { return k === 'a' ? 1 : undefined; }, has(k) { return k === 'a'; }, size: 1, *[Symbol.iterator]() { yield 'a'; }})"  # noqa: E501
)
assert isinstance(readonly, JsMap) and not isinstance(readonly, JsMutableMap)
assert readonly["a"] == 1 and list(readonly) == ["a"] and dict(readonly.items()) == {"a": 1}
raises(
    TypeError,
    lambda: readonly.__setitem__("a", 1) if hasattr(readonly, "__setitem__") else (_ for _ in ()).throw(TypeError()),
)
s = run_js("new Set([1, 'x'])")
assert len(s) == 2 and 1 in s and 2 not in s and list(s) == [1, "x"] and not isinstance(s, JsMap)
weak = js.WeakMap.new()
k = js.Object.new()
weak[k] = 5
assert weak[k] == 5 and k in weak and not hasattr(type(weak), "__len__")
del weak[k]
assert k not in weak

# Lengths.
raises(ValueError, lambda: len(run_js("({length: -1})")), says="negative")
raises(OverflowError, lambda: len(run_js("({length: 2 ** 40})")))
raises(TypeError, lambda: len(run_js("({})")))
assert len(run_js("({length: 7, size: 2})")) == 2

# Objects as dicts.
o = run_js("({a: 1, nested: {b: [1, {c: 2}]}, f() {}})")
view = o.as_object_map()
assert isinstance(view, collections.abc.MutableMapping) and len(view) == 3 and list(view) == ["a", "nested", "f"]
assert view["a"] == 1 and view["nested"].b[0] == 1 and "toString" not in view
raises(KeyError, lambda: view["toString"])
raises(KeyError, lambda: view[0])
view["new"] = 5
assert o.new == 5 or js.Reflect.get(o, "new") == 5
del view["new"]
raises(KeyError, lambda: view.__delitem__("new"))
assert view.get("none", 1) == 1 and view.pop("a") == 1 and not hasattr(o, "a")
data = run_js("({title: 't', rows: [{n: 1}, {n: 2}], none: null, deep: {er: {x: [1, [2]]}}})").as_py_json()
assert data["title"] == "t" and [row["n"] for row in data["rows"]] == [1, 2]
assert data["rows"][-1]["n"] == 2 and data["rows"][0:1][0]["n"] == 1 and len(data["rows"]) == 2
assert data["deep"]["er"]["x"][1][0] == 2
data["rows"].append(to_js({"n": 3}))
assert data["rows"][2]["n"] == 3
for row in data["rows"]:
    row["n"] += 10
assert [row["n"] for row in data["rows"]] == [11, 12, 13] and dict(data["deep"].items())["er"]["x"][0] == 1
match data:
    case {"title": title, "rows": [{"n": 11}, *_]}:
        assert title == "t"
    case _:
        raise AssertionError("a view matched no pattern")
assert js.JSON.stringify(data["deep"]) == '{"er":{"x":[1,[2]]}}'
for plain in ("Array", "Uint8Array.of(1)", "new ArrayBuffer(1)", "[][Symbol.iterator]()"):
    assert not hasattr(run_js(plain), "as_py_json") and not hasattr(run_js(plain), "as_object_map"), plain
assert hasattr(run_js("[]"), "as_py_json") and not hasattr(run_js("[]"), "as_object_map")
assert not run_js("({})").as_py_json() and run_js("({a: 1})").as_py_json()

assert [list(pair) for pair in run_js("({a: 1, b: 2})").object_entries()] == [["a", 1], ["b", 2]]
assert list(run_js("({a: 1})").object_keys()) == ["a"] and list(run_js("({a: 1})").object_values()) == [1]

# What has items by key, and no iterator, has no order: 0, 1, 2 and so on would never end.
for code in ("({ get(k) { return k } })", "({ get(k) { return k }, has(k) { return k === 'a' } })"):
    keyed = run_js(code)
    assert keyed["a"] == "a" and keyed[7] == 7 and not isinstance(keyed, collections.abc.Iterable)
    for use in (list, iter, tuple, lambda keyed: [*keyed]):
        raises(TypeError, use, keyed, says="is not iterable")
