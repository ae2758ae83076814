"""A loop over an array reads ahead, and nobody can tell: what changes the array is seen, however it is changed."""

# also in a worker

import _krait_js
import js
from pyodide.code import run_js
from pyodide.ffi import JsException, JsIterator, create_proxy, to_js


def crossings(f):
    before = _krait_js.crossings()
    f()
    return _krait_js.crossings() - before


# Few crossings, if nothing comes in between.
numbers = run_js("Array.from({length: 1000}, (_, i) => i)")
assert list(numbers) == list(range(1000)) and sum(numbers) == 499500
assert crossings(lambda: list(numbers)) < 30
mixed = run_js(
    "[1, 1.5, 'a', null, undefined, true, 2n ** 70n, 'é'.repeat(3000), '\\ud800', , [1], {a: 1}, new Map(), 7]"
)
seen = list(mixed)
assert seen[:4] == [1, 1.5, "a", seen[3]] and seen[4:10] == [None, True, 2**70, "é" * 3000, "\ud800", None]
assert seen[10] == mixed[10] and seen[11] == mixed[11] and seen[12] == mixed[12] and seen[13] == 7
strings = run_js("Array.from({length: 500}, (_, i) => 'x'.repeat(i))")
assert [len(string) for string in strings] == list(range(500))
thing = object()
assert all(item is thing for item in run_js("x => Array(50).fill(x)")(thing))

# Appended while it is iterated, by Python and by JavaScript.
for append in (lambda a, x: a.append(x), lambda a, x: a.push(x), run_js("(a, x) => { a.push(x) }")):
    grows = to_js(list(range(40)))
    got = []
    for item in grows:
        got.append(item)
        if item < 40 and item % 3 == 0:
            append(grows, item + 100)
    assert got == [*range(40), *range(100, 140, 3)], got

# What comes is changed: by subscript, by a slice, by an attribute, by a function that JavaScript calls, and removed.
a = to_js([0] * 100)
for n, item in enumerate(a):
    if n == 20:
        a[21] = "next"
    assert item == ("next" if n == 21 else 0)
a = to_js(list(range(100)))
got = []
for item in a:
    got.append(item)
    if item == 37:
        a[38:99] = []
assert got == [*range(38), 99], got
a = to_js(list(range(100)))
got = []
for item in a:
    got.append(item)
    if item == 50:
        a.length = 52
assert got == list(range(52))
a = to_js(list(range(60)))
change = create_proxy(lambda *_: a.__setitem__(31, "changed"))
got = []
for item in a:
    if item == 30:
        run_js("f => f()")(change)
    got.append(item)
assert got[31] == "changed" and len(got) == 60
change.destroy()

# Two loops over the same array, and one in the other over another.
outer, inner = to_js(list(range(30))), to_js(list(range(20)))
assert sum(x * y for x in outer for y in inner) == sum(range(30)) * sum(range(20))
assert [(x, y) for x, y in zip(outer, outer, strict=True)] == [(n, n) for n in range(30)]

# An iterator stays one and the same, whoever asks it.
array = to_js(list(range(50)))
it = iter(array)
assert isinstance(it, JsIterator) and str(it) == "[object Array Iterator]" and iter(it) == it
first = [next(it) for _ in range(10)]
assert first == list(range(10))
step = run_js("it => it.next().value")
assert step(it) == 10 and next(it) == 11 and step(it) == 12 and next(it) == 13 and next(it) == 14
second = iter(it)
assert next(second) == 15 and next(it) == 16 and next(second) == 17 and it.send(None) == 18
assert run_js("it => { const [a, b] = it; return `${a},${b}` }")(it) == "19,20"
assert list(it) == list(range(21, 50)) and list(it) == [] and step(it) is None
array.append(50)
assert list(it) == [], "an iterator that has ended stays so"
kept = run_js("({it: undefined})")
it = iter(to_js(list(range(30))))
assert [next(it) for _ in range(9)] == list(range(9))
kept.it = it
del it
assert kept.it.next().value == 9

# A loop that ends early lets go of what it read ahead.
before = _krait_js.live_handles()
maps = run_js("Array.from({length: 200}, () => new Map())")
for n, _ in enumerate(maps):
    if n == 30:
        break
del _, maps
assert _krait_js.live_handles() == before, (_krait_js.live_handles(), before)

# What throws does it when its turn comes.
bad = run_js("Object.defineProperty([1, 2, 3, 4, 5, 6], 4, { get() { throw new Error('no five') } })")
got = []
try:
    for item in bad:
        got.append(item)
except JsException as error:
    assert "no five" in str(error)
else:
    raise AssertionError("nothing was raised")
assert got == [1, 2, 3, 4]

# A getter that is asked ahead of its turn may call Python, which uses the same memory, and the iterator itself.
asks = run_js("""(ask, at, make) => {
    const array = Array.from({ length: 60 }, (_, i) => make(i));
    for (const n of at) Object.defineProperty(array, n, { get: () => ask(`item ${n}`, [n], `${n}`.repeat(50)) });
    return array;
}""")
spoken = []


def ask(text, numbers, longer):
    spoken.append((text, list(numbers), len(longer)))
    return f"asked for {text}"


for make in (
    "i => i",
    "i => i + 0.5",
    "i => `text ${i}`",
    "i => 'x'.repeat(5000 + i)",
    "i => ({ i })",
    "i => new Map([[1, i]])",
):
    item = run_js(make)
    array = got = value = None
    before = _krait_js.live_handles()
    array = asks(ask, [2, 5, 6, 20, 59], item)
    got = list(array)
    for n, value in enumerate(got):
        if n in (2, 5, 6, 20, 59):
            assert value == f"asked for item {n}", (make, n, value)
        else:
            assert (value == item(n)) or (value.to_py() == item(n).to_py()), (make, n, value)
    del array, got, item, value
    assert _krait_js.live_handles() == before - 1, (make, _krait_js.live_handles(), before)
assert spoken[0][1] == [2] and all(length == len(text[5:]) * 50 for text, _, length in spoken)
moves = run_js("""() => {
    const array = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const it = array[Symbol.iterator]();
    Object.defineProperty(array, 2, { get: () => array.it === undefined ? 2 : array.it.next().value });
    return array;
}""")()
it = iter(moves)
moves.it = it
got = []
for item in it:
    got.append(item)
    assert len(got) < 20
assert got[:2] == [0, 1] and got[-1] == 9 and len(got) <= 10, got
del moves.it
del it, moves, asks, item

# Numbers of all kinds, and where they end.
for source in (
    "[1, 2.5, -0, NaN, Infinity, -1e300, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 7]",
    "Array(1200).fill(1).map((x, i) => i % 7 === 6 ? `${i}` : i / 2)",
):
    array = run_js(source)
    one_by_one = [array[n] for n in range(len(array))]
    assert [(type(item), repr(item)) for item in array] == [(type(item), repr(item)) for item in one_by_one], source
assert crossings(lambda: list(run_js("Array.from({length: 100000}, (_, i) => i)"))) < 300

# Errors, big integers and functions in an array are no obstacle; what comes after a destroyed proxy is an error.
errors = run_js("[1, new Error('e'), 2n ** 65n, x => x, Symbol('s'), 3]")
kinds = [type(item).__name__ for item in errors]
assert kinds[0] == "int" and kinds[1] == "JsException" and kinds[2] == "JsBigInt" and kinds[5] == "int", kinds

# Typed arrays, lists of nodes, arguments; a patched iterator is what the page made it.
typed = run_js("new Float64Array([1.5, 2.5, 3.5, 4.5])")
assert list(typed) == [1.5, 2.5, 3.5, 4.5]
assert list(run_js("(function () { return arguments })(1, 2, 3)")) == [1, 2, 3]
assert list(run_js("Object.assign([1, 2], {[Symbol.iterator]: function* () { yield 'own' }})")) == ["own"]
assert list(run_js("class Odd extends Array { *[Symbol.iterator]() { yield 'odd' } }; new Odd()")) == ["odd"]
detached = run_js(
    "(() => { const a = new Uint8Array(8); structuredClone(a.buffer, {transfer: [a.buffer]}); return a })()"
)
try:
    list(detached)
except JsException as error:
    assert "TypeError" in str(error)
else:
    raise AssertionError("a detached array was iterated")
# Memory of Python's own changes without a crossing.
data = bytearray(range(20))
view = create_proxy(data)
window = run_js("p => { const view = p.getBuffer(); return [view.data, () => view.release()] }")(view)
got = []
for n, item in enumerate(window[0]):
    got.append(item)
    if n == 9:
        data[10] = 99
assert got[10] == 99, got
window[1]()
view.destroy()
del window, view
