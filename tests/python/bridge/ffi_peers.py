"""What programs written for Pyodide rely on in less frequented places: odd objects, texts of errors, lost methods."""

# also in a worker

import ast
from array import array

import js
from checks import raises
from pyodide.code import CodeRunner, relaxed_wrap, run_js
from pyodide.ffi import JsArray, JsBigInt, JsException, JsProxy, create_proxy

# Elements and lists of them are the page's.
in_page = hasattr(js, "document")

# Truth.
for source, truth in (
    ("document.createElement('div')", True),
    ("document.createElement('select')", True),
    ("document.createElement('ul').style", True),
    ("document.createElement('div').children", False),
    ("document.querySelectorAll('no-such-element')", False),
    ("document.querySelectorAll('body')", True),
    ("document.all", False),
    ("new Set()", False),
    ("new Uint8Array(0)", False),
    ("class {}", True),
):
    if in_page or not source.startswith("document"):
        assert bool(run_js(f"({source})")) is truth, source

# Lengths that Python cannot count.
for length in (2**31, 2**53, 2**65):
    sized = run_js(f"({{ length: {length} }})")
    raises(OverflowError, lambda: len(sized), says="is larger than INT_MAX (2147483647)")
    like_array = run_js(f"({{ length: {length}, [Symbol.iterator]() {{}} }})")
    raises(OverflowError, lambda: like_array[-1], says="is larger than INT_MAX (2147483647)")
for length in (-1, -(2**31), -(2**65)):
    sized = run_js(f"({{ length: {length} }})")
    raises(ValueError, lambda: len(sized), says="is negative")
    like_array = run_js(f"({{ length: {length}, [Symbol.iterator]() {{}} }})")
    raises(ValueError, lambda: like_array[-1], says="is negative")
raises(TypeError, lambda: len(run_js("({ length: 1.5 })")), says="does not have a valid length")

# Objects that lose what they could do.
lost = run_js("({ length: 1, get() {}, set() {}, delete() {}, [Symbol.iterator]() {} })")
iterable = run_js("({ [Symbol.iterator]() {} })")
run_js("o => { for (const key of ['length', 'get', 'set', 'delete']) delete o[key]; }")(lost)
run_js("o => { delete o[Symbol.iterator]; }")(iterable)
raises(JsException, lambda: iter(iterable), says="is not a function")


def assign(target, key):
    target[key] = 1


def delete(target, key):
    del target[key]


gone = run_js("({ get() {}, set() {}, delete() {} })")
run_js("o => { for (const key of ['get', 'set', 'delete']) delete o[key]; }")(gone)
raises(JsException, lambda: gone[0], says="is not a function")
raises(JsException, lambda: assign(gone, 0), says="is not a function")
raises(JsException, lambda: delete(gone, 0), says="is not a function")
thenable = run_js("({ then() {} })")
run_js("o => { delete o.then; }")(thenable)
try:
    await thenable
except TypeError as error:
    assert "can't be used in 'await' expression" in str(error)
else:
    raise AssertionError("what has no `then` was awaited")
failed = run_js("new Error('no map')")
assert not hasattr(failed, "as_object_map") and not hasattr(failed, "as_py_json")
assert "as_py_json" not in dir(failed) and "message" in dir(failed) and hasattr(run_js("({})"), "as_py_json")
broken = run_js("({ length: 5, [Symbol.iterator]() {} })")
raises(JsException, lambda: broken.__add__([1]), says="terator")
raises(JsException, lambda: broken * 2, says="terator")

# What cannot be changed says so; what is not in it too.
if in_page:
    nodes = run_js("document.querySelectorAll('*')")
    raises(TypeError, lambda: assign(nodes, 0), says="object doesn't support item assignment")
    raises(TypeError, lambda: delete(nodes, 0), says="object doesn't support item deletion")
    assert nodes[0] in nodes and js.document not in nodes and not hasattr(nodes, "__contains__")
raises(TypeError, lambda: delete(run_js("new Int8Array(2)"), 0), says="object doesn't support item deletion")
raises(ValueError, lambda: run_js("[1]").index(5), says="5 is not in list")
raises(ValueError, lambda: run_js("[1]").remove(5), says="5 is not in list")
raises(TypeError, JsArray, says="JsArray cannot be instantiated")
raises(TypeError, JsProxy, says="JsProxy cannot be instantiated")

# Buffers.
words = run_js("new Uint32Array([1, 2])")
raises(ValueError, lambda: words.assign(bytes(3)), says="cannot assign to TypedArray")
raises(ValueError, lambda: words.assign_to(bytearray(3)), says="cannot assign from TypedArray")
raises(ValueError, lambda: words.assign(bytes(8)), says="incompatible formats")
raises(ValueError, lambda: words.assign_to(bytearray(8)), says="incompatible formats")
words.assign(array("I", [7, 8]))
assert list(words) == [7, 8]
run_js("new ArrayBuffer(8)").assign(array("I", [7, 8]))

# Functions that are no instances of Function, and those with a `call` of their own.
bare = run_js("{ const o = { f(...all) { return [this === o, ...all]; } }; Object.setPrototypeOf(o.f, {}); o }")
assert list(bare.f(1, 2)) == [True, 1, 2]
own = run_js("Object.assign((...all) => all.length, { call: () => 'wrong' })")
assert own(1, 2, 3) == 3
many = run_js("(...all) => all.length")
assert [many(*range(n)) for n in (253, 254, 255, 256, 300, 5000)] == [253, 254, 255, 256, 300, 5000]
last = run_js("(...all) => [all.length, all.at(-1).x, all[298]]")
assert list(last(*range(299), x=5)) == [300, 5, 298]
assert list(js.Array.of(*[str(n) for n in range(300)]))[-1] == "299"
assert run_js("class A { constructor(...all) { this.n = all.length; } }; A").new(*range(400)).n == 400

# Texts of objects that have none.
assert str(run_js("({ get toString() { throw new Error(); }, [Symbol.toStringTag]: 'Tagged' })")) == "[object Tagged]"
assert str(run_js("Object.create(null)")) == "[object Object]"
raises(JsException, lambda: str(run_js("({ toString() { throw new Error('no text'); } })")), says="no text")
revoked = run_js("{ const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); proxy }")
raises(JsException, lambda: str(revoked), says="revoked")

# Big integers.
assert isinstance(abs(JsBigInt(-1)), JsBigInt) and isinstance(JsBigInt(2) + 1, int)
huge = run_js("2n ** 20000n")
assert isinstance(huge, JsBigInt) and huge == 2**20000 and run_js("-(2n ** 70n)") == -(2**70)
assert run_js("(n) => n === 2n ** 20000n")(huge) and run_js("(n) => typeof n")(JsBigInt(1)) == "bigint"

# Destroyed proxies do not come back.
dead = create_proxy([])
dead.destroy()
raises(JsException, lambda: run_js("x => x")(dead), says="Object has already been destroyed")

# Asynchronous generators are asked at once; their result is the exception's value.
stepped = run_js("(async function* () { const got = [yield, yield]; return got; })()")
await stepped.asend(None)
await stepped.asend(1)
end = stepped.asend(2)
assert end.done() is False
try:
    await end
except StopAsyncIteration as error:
    assert list(error.args[0]) == [1, 2]
else:
    raise AssertionError("the generator did not end")
del end, stepped

# A code object can be changed before it runs.
runner = CodeRunner("x + 700")
runner.ast.body[0].value.left = ast.BinOp(runner.ast.body[0].value.left, ast.Mult(), ast.Constant(300))
assert runner.compile().run({"x": 3}) == 1600
assert runner.code is not None
runner.code = runner.code.replace(co_consts=tuple({300: 400, 700: 500}.get(c, c) for c in runner.code.co_consts))
assert runner.run({"x": 4}) == 2100
raises(TypeError, lambda: relaxed_wrap(int), says="Cannot wrap function")
