"""Promises, the event loop, and coroutines that JavaScript awaits."""

# also in a worker

import asyncio
import contextvars

import js
from pyodide.ffi import JsException, create_proxy

assert await js.Promise.resolve(41) == 41
try:
    await js.Promise.reject(js.Error.new("no"))
except JsException as error:
    assert error.message == "no"
else:
    raise AssertionError("a rejected promise was awaited without an exception")


async def add(a, b):
    await asyncio.sleep(0)
    return a + b


# A coroutine function called from JavaScript gives a promise-like.
assert await js.Promise.resolve(js.Array.of(1).map(lambda *args: add(1, 2))[0]) == 3
assert await asyncio.gather(*(add(n, n) for n in range(5))) == [0, 2, 4, 6, 8]

order = []


async def note(name, delay):
    await asyncio.sleep(delay)
    order.append(name)


# What only yields comes before timers; which of two timers is first, a slow machine may change.
async with asyncio.TaskGroup() as group:
    group.create_task(note("late", 0.02))
    group.create_task(note("soon", 0.001))
    group.create_task(note("now", 0))
assert order[0] == "now" and sorted(order) == ["late", "now", "soon"], order

try:
    async with asyncio.timeout(0.005):
        await asyncio.Event().wait()
except TimeoutError:
    pass
else:
    raise AssertionError("a timeout did not come")

task = asyncio.create_task(asyncio.sleep(1000))
await asyncio.sleep(0)
task.cancel()
try:
    await task
except asyncio.CancelledError:
    pass
else:
    raise AssertionError("a cancelled task went on")

queue = asyncio.Queue()
asyncio.get_running_loop().call_soon(queue.put_nowait, "item")
assert await queue.get() == "item"

variable = contextvars.ContextVar("variable", default="outside")


async def in_context():
    variable.set("inside")
    await asyncio.sleep(0.001)
    return variable.get()


assert await asyncio.create_task(in_context()) == "inside" and variable.get() == "outside"

done = asyncio.get_running_loop().create_future()
js.setTimeout(create_proxy(lambda *args: done.set_result("timer")), 1)
assert await done == "timer"
assert await asyncio.to_thread(lambda: 5) == 5
assert await asyncio.wait_for(add(1, 1), 1) == 2


async def numbers():
    for n in range(3):
        await asyncio.sleep(0)
        yield n


assert [n async for n in numbers()] == [0, 1, 2]
for _ in range(1000):
    await asyncio.sleep(0)
