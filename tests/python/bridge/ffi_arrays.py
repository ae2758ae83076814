"""JavaScript's arrays, typed arrays and what is like them, as Python's sequences."""

# also in a worker

import collections.abc

import js
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import JsArray, JsProxy, JsTypedArray, to_js


def same(array, expected):
    assert isinstance(array, JsArray), type(array)
    assert list(array) == expected, (list(array), expected)
    assert js.Array.isArray(array)


a = run_js("[0, 1, 2, 3, 4, 5]")
assert isinstance(a, JsArray) and isinstance(a, collections.abc.MutableSequence) and isinstance(a, JsProxy)
assert issubclass(type(a), collections.abc.Sequence)

# Slices, as a list has them.
model = list(a)
for start in (None, -10, -6, -2, 0, 1, 3, 6, 9, 10**30, -(10**30)):
    for stop in (None, -10, -3, 0, 2, 5, 6, 20, 10**30):
        for step in (None, 1, 2, 3, -1, -2, -5):
            same(a[start:stop:step], model[start:stop:step])
raises(ValueError, lambda: a[::0], says="slice step cannot be zero")
for start, stop, step, values in (
    (1, 3, None, [9]),
    (1, 1, None, [7, 8, 9]),
    (4, 2, None, ["x"]),
    (None, None, None, []),
    (0, 6, 2, "abc"),
    (None, None, -1, range(6)),
    (-100, 100, None, (1, 2)),
):
    array, model = to_js(list(range(6))), list(range(6))
    array[start:stop:step] = values
    model[start:stop:step] = values
    same(array, model)
    array, model = to_js(list(range(6))), list(range(6))
    del array[start:stop:step]
    del model[start:stop:step]
    same(array, model)
array = to_js([1, 2, 3])
array[1:2] = array
same(array, [1, 1, 2, 3, 3])


def bad_extended():
    array[::2] = [1, 2]


raises(ValueError, bad_extended, says="attempt to assign sequence of size 2 to extended slice of size 3")

# Indices.
assert a[-1] == 5 and a[True] == 1
raises(IndexError, lambda: a[6])
raises(IndexError, lambda: a[-7])
raises(TypeError, lambda: a["0"])
raises(TypeError, lambda: a[1.0])


def set_far():
    a[6] = 1


raises(IndexError, set_far)
holes = run_js("[1, , 3]")
raises(IndexError, lambda: holes[1])
assert holes.to_py() == [1, None, 3] and list(holes) == [1, None, 3]
del holes[1]
same(holes, [1, 3])

# Methods.
array = to_js([1, 2])
array.append(3)
array.extend([4, 5])
array.extend(to_js([6]))
array.extend(n for n in (7, 8))
same(array, [1, 2, 3, 4, 5, 6, 7, 8])
array.insert(0, "first")
array.insert(-1, "before last")
array.insert(100, "end")
same(array, ["first", 1, 2, 3, 4, 5, 6, 7, "before last", 8, "end"])
assert array.pop() == "end" and array.pop(0) == "first" and array.pop(-2) == "before last"
raises(IndexError, lambda: array.pop(8), says="pop index out of range")
raises(IndexError, lambda: js.Array.new().pop(), says="pop from empty array")
array.remove(8)
raises(ValueError, lambda: array.remove(8))
array.reverse()
same(array, [7, 6, 5, 4, 3, 2, 1])
assert list(reversed(array)) == [1, 2, 3, 4, 5, 6, 7]
assert array.index(6) == 1 and array.index(6, 1) == 1 and array.index(6, -6, None) == 1
raises(ValueError, lambda: array.index(6, 2))
raises(ValueError, lambda: array.index("6"))
assert to_js([1, 2, 1, True]).count(1) == 3 and to_js([[]]).count(0) == 0
array.clear()
same(array, [])
assert array.push(1, 2) == 2

# Operators.
a, b = to_js([1, 2]), to_js([3])
same(a + b, [1, 2, 3])
same(a + [3, 4], [1, 2, 3, 4])  # noqa: RUF005
same(a * 2, [1, 2, 1, 2])
same(2 * a, [1, 2, 1, 2])
same(a * -1, [])
before = a
a += [5]
a *= 2
same(before, [1, 2, 5, 1, 2, 5])
assert a == before
raises(TypeError, lambda: a + 1)
raises(TypeError, lambda: a * "x")
assert 5 in a and 6 not in a and a != [1, 2, 5, 1, 2, 5]
raises(AttributeError, lambda: a.keys)
assert "keys" not in dir(a) and "0" not in dir(a) and "push" in dir(a)

match run_js("[1, [2, 3], 4]"):
    case [first, [*inner], last]:
        assert (first, inner, last) == (1, [2, 3], 4)
    case _:
        raise AssertionError("a JavaScript array matched no sequence pattern")
first, *rest = to_js([1, 2, 3])
assert first == 1 and rest == [2, 3]

# A long one: more items than a call takes arguments.
long = to_js(list(range(300_000)))
long[100:200] = range(200_000)
assert len(long) == 499_900 and long[99] == 99 and long[100] == 0 and long[200_100] == 200

# Typed arrays.
t = js.Uint8Array.new(to_js([1, 2, 3]))
assert isinstance(t, JsTypedArray) and not isinstance(t, JsArray) and isinstance(t, collections.abc.Sequence)
assert len(t) == 3 and t[0] == 1 and t[-1] == 3 and list(t) == [1, 2, 3] and 2 in t
t[1] = 200
assert t[1] == 200 and t.index(200) == 1 and t.count(200) == 1 and list(reversed(t)) == [3, 200, 1]
t.reverse()
assert list(t) == [3, 200, 1] and list(t.subarray(1)) == [200, 1]
raises(IndexError, lambda: t[3])
raises(NotImplementedError, lambda: t[0:1])
raises(TypeError, lambda: t.__delitem__(0))
assert js.BigInt64Array.new(2)[0] == 0

# What is only like an array.
like = run_js("({length: 3, 0: 'a', 1: 'b', 2: 'c', *[Symbol.iterator]() { yield* ['a', 'b', 'c']; }})")
assert not isinstance(like, JsArray) and isinstance(like, collections.abc.Sequence)
assert not isinstance(like, collections.abc.MutableSequence)
assert like[0] == "a" and like[-1] == "c" and len(like) == 3 and list(like[1:]) == ["b", "c"] and "b" in like
assert like.index("c") == 2 and list(reversed(like)) == ["c", "b", "a"] and list(like + ["d"]) == ["a", "b", "c", "d"]  # noqa: RUF005
match like:
    case ["a", *others]:
        assert others == ["b", "c"]
    case _:
        raise AssertionError("an array-like matched no sequence pattern")
if hasattr(js, "document"):
    for _ in range(3):
        js.document.body.append(js.document.createElement("i"))
    nodes = js.document.querySelectorAll("i")
    assert len(nodes) == 3 and len(nodes[1:]) == 2 and nodes[-1] == nodes[2] and nodes[0].tagName == "I"
    for node in nodes:
        node.remove()
