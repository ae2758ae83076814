"""Iterators, generators, their asynchronous kin, and context managers of JavaScript, in Python."""

# also in a worker

import asyncio

import js
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import JsAsyncGenerator, JsException, JsGenerator, JsIterator


async def raises_later(kind, awaitable, text=""):
    try:
        await awaitable
    except kind as error:
        assert text in str(error), (text, str(error))
        # The traceback's frames hold the object that raised it, which may hold the exception: no collector sees both.
        return error.with_traceback(None)
    raise AssertionError(f"{kind.__name__} was not raised")


# Iterators.
it = iter(run_js("[1, 2]"))
assert isinstance(it, JsIterator) and next(it) == 1 and next(it) == 2
assert next(it, "end") == "end" and list(run_js("'ab'")) == ["a", "b"]
assert [list(pair) for pair in run_js("new Map([[1, 2]])").entries()] == [[1, 2]]
mine = run_js("({ n: 0, next() { return { done: this.n >= 2, value: this.n++ }; } })")
assert list(mine) == [0, 1] and iter(mine) == mine
raises(TypeError, lambda: next(run_js("({ next() { return 1; } })")), says='Result should have type "object"')
raises(TypeError, lambda: next(run_js("({ async next() {} })")), says="Result was a promise, use anext()")
raises(
    JsException,
    lambda: list(run_js("({ *[Symbol.iterator]() { yield 1; throw new Error('inside'); } })")),
    says="inside",
)

# Generators.
make = run_js(
    "(function* () { const got = yield 1; try { yield got; } catch (e) { yield e.message ?? String(e); } return 'last'; })"  # noqa: E501
)
g = make()
assert isinstance(g, JsGenerator) and next(g) == 1 and g.send("sent") == "sent"
assert "ValueError: thrown" in g.throw(ValueError("thrown"))
assert raises(StopIteration, lambda: next(g)).value == "last"
raises(StopIteration, lambda: next(g))
g = make()
next(g)
assert g.close() is None
raises(StopIteration, lambda: next(g))
g = make()
next(g)
own = KeyError("own")
assert raises(KeyError, lambda: g.throw(own)) is own, "what JavaScript does not catch comes back as itself"
raises(
    RuntimeError,
    lambda: (lambda g: (next(g), g.close()))(run_js("(function* () { try { yield 1; } finally { yield 2; } })()")),
    says="ignored",
)
g = make()
next(g)
raises(GeneratorExit, lambda: g.throw(GeneratorExit))


def delegate():
    return (yield from make())


d = delegate()
assert next(d) == 1 and d.send("through") == "through"

# Asynchronous ones.
agen = run_js("(async function* () { const got = yield 1; try { yield got; } catch (e) { yield 'caught'; } })")
assert [n async for n in agen()] == [1, None]
a = agen()
assert isinstance(a, JsAsyncGenerator) and await anext(a) == 1 and await a.asend("sent") == "sent"
assert await a.athrow(ValueError("x")) == "caught"
await raises_later(StopAsyncIteration, anext(a))
a = agen()
await anext(a)
await a.aclose()
await raises_later(StopAsyncIteration, anext(a))
a = agen()
await anext(a)
own = KeyError("own")
assert await raises_later(KeyError, a.athrow(own)) is own
stream = run_js(
    "({ [Symbol.asyncIterator]() { let n = 0; return { async next() { return { done: n >= 3, value: n++ }; } }; } })"
)
assert [n async for n in stream] == [0, 1, 2]
assert [n async for n in stream] == [0, 1, 2], "each loop has an iterator of its own"

# Awaiting.
assert await run_js("Promise.resolve(5)") == 5 and await run_js("({ then(f) { f(6); } })") == 6
error = await raises_later(JsException, js.Promise.reject(js.RangeError.new("far")), "far")
assert error.name == "RangeError"
promise = js.Promise.resolve(1)
assert js.Object.is_(promise, promise) and await promise.then(lambda n: n + 1) == 2
assert await js.Promise.reject(1).catch(lambda n: n + 2) == 3
both = await asyncio.gather(js.Promise.resolve(1), js.Promise.resolve(2), promise)
assert both == [1, 2, 1] and hash(promise) == hash(js.Object.new(promise)), "asyncio keeps promises in sets"
done = []
assert await js.Promise.resolve(4).finally_(lambda: done.append(1)) == 4 and done == [1]

# `with`.
if hasattr(js.Symbol, "dispose"):
    resource = run_js("({ open: true, [Symbol.dispose]() { this.open = false; } })")
    with resource as same:
        assert same == resource and resource.open is True
    assert resource.open is False
    later = run_js("({ open: true, async [Symbol.asyncDispose]() { await null; this.open = false; } })")
    async with later as same:
        assert same == later
    assert later.open is False
