"""Waiting without `await`, where the browser can suspend WebAssembly."""

# also in a worker

import asyncio
import contextvars
import time

import js
from pyodide.code import run_js
from pyodide.ffi import can_run_sync, run_sync

assert can_run_sync(), "the browser of the tests has JSPI"

# Results and exceptions.
assert run_sync(js.Promise.resolve(5)) == 5
assert run_sync(asyncio.sleep(0.001, "slept")) == "slept"


async def boom():
    await asyncio.sleep(0)
    raise ValueError("boom")


try:
    run_sync(boom())
except ValueError as error:
    assert str(error) == "boom"
else:
    raise AssertionError("no exception came")
done = asyncio.get_running_loop().create_future()
done.set_result("there already")
assert run_sync(done) == "there already"

# time.sleep lets the page go on.
seen = []
js.setTimeout(lambda *_: seen.append("timer"), 1)
began = time.monotonic()
time.sleep(0.03)
assert time.monotonic() - began >= 0.029 and seen == ["timer"]
time.sleep(0)

# Deep in functions, generators and callbacks of Python's own.


def numbers():
    for n in range(3):
        yield run_sync(asyncio.sleep(0, n))


assert list(numbers()) == [0, 1, 2]
assert sorted([3, 1, 2], key=lambda n: run_sync(asyncio.sleep(0, n))) == [1, 2, 3]


class Slow:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return run_sync(asyncio.sleep(0, self.value == other.value))

    def __hash__(self):
        return run_sync(asyncio.sleep(0, 1))


assert {Slow(1), Slow(1), Slow(2)} and Slow(2) in [Slow(1), Slow(2)]


def deep(n):
    return deep(n - 1) if n else run_sync(asyncio.sleep(0.001, "bottom"))


assert deep(100) == "bottom"

# Tasks and events run meanwhile; each sees its own task and context.
variable = contextvars.ContextVar("variable", default="outside")
variable.set("ours")
log = []


async def ticking():
    for n in range(3):
        log.append((n, asyncio.current_task().get_name(), variable.get()))
        await asyncio.sleep(0.001)


task = asyncio.create_task(ticking(), name="ticking")
here = asyncio.current_task()
assert here is not None
run_sync(task)
assert asyncio.current_task() is here and variable.get() == "ours"
assert log == [(n, "ticking", "ours") for n in range(3)]
outside = []
js.setTimeout(lambda *_: outside.append((variable.get(), asyncio.current_task())), 0)
time.sleep(0.01)
assert outside == [("outside", None)], outside

# Two that wait at once: the one that began last goes on first.
order = []


async def waits(name, what):
    order.append(f"{name} begins")
    run_sync(what)
    order.append(f"{name} ends")


first, second = asyncio.get_running_loop().create_future(), asyncio.get_running_loop().create_future()
both = asyncio.gather(waits("first", first), waits("second", second))
while len(order) < 2:
    await asyncio.sleep(0.001)
first.set_result(None)
await asyncio.sleep(0.01)
assert order == ["first begins", "second begins"], order
second.set_result(None)
await both
assert order == ["first begins", "second begins", "second ends", "first ends"], order
await asyncio.gather(*(waits(str(n), asyncio.sleep(0.001)) for n in range(20)))
assert len(order) == 44


async def sleeps():
    time.sleep(0.001)
    return "slept"


# A task that waits can be waited for, and a loop turns below it.
inner = asyncio.create_task(sleeps())
await asyncio.sleep(0)
await inner


async def nested():
    return run_sync(asyncio.create_task(sleeps()))


assert run_sync(nested()) == "slept"

# asyncio.run and run_until_complete wait.
assert asyncio.run(asyncio.sleep(0.001, "ran")) == "ran"
assert asyncio.get_event_loop().run_until_complete(asyncio.sleep(0, "completed")) == "completed"
with asyncio.Runner() as runner:
    assert runner.run(asyncio.sleep(0, "by a runner")) == "by a runner"
try:
    asyncio.run(boom())
except ValueError:
    pass
else:
    raise AssertionError("asyncio.run lost an exception")

# Where JavaScript waits for Python, Python cannot.
call = run_js("(f) => f()")
assert call(can_run_sync) is False
try:
    call(lambda: run_sync(asyncio.sleep(0)))
except RuntimeError as error:
    assert "async def" in str(error)
    assert "Cannot stack switch because the Python entrypoint was a synchronous function" in str(error)
else:
    raise AssertionError("it waited")
# The thread of a worker may wait, that of a page may not.
if hasattr(js, "document"):
    try:
        call(lambda: time.sleep(0.001))
    except RuntimeError as error:
        assert "await asyncio.sleep" in str(error)
    else:
        raise AssertionError("it slept")
else:
    began = time.monotonic()
    call(lambda: time.sleep(0.002))
    assert time.monotonic() - began >= 0.0019
assert can_run_sync()


# Callbacks of the loop, coroutines that JavaScript calls.
async def called():
    return run_sync(js.Promise.resolve("in a coroutine"))


assert await run_js("async (f) => await f()")(called) == "in a coroutine"
flags = asyncio.Queue()
asyncio.get_running_loop().call_soon(lambda: flags.put_nowait(can_run_sync()))
assert await flags.get() is True

# An exception that is being handled stays ours.
try:
    raise KeyError("kept")
except KeyError as kept:
    run_sync(asyncio.sleep(0.001))
    try:
        raise ValueError("later")
    except ValueError as later:
        assert later.__context__ is kept
for _ in range(200):
    run_sync(asyncio.sleep(0))
