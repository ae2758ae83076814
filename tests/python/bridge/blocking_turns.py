"""The loop turns on after a stack was suspended in one of its turns."""

# also in a worker

import asyncio

import js
from pyodide.ffi import run_sync


# A turn that was asked for may come while what a promise has woken is suspended. The loop turns on all the same.
async def woken():
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: None)
    await js.Promise.resolve(1)
    run_sync(asyncio.sleep(0.005))
    future = loop.create_future()
    js.setTimeout(lambda: future.set_result("woken"), 10)
    return await future


waking = asyncio.ensure_future(woken())
# The page's own timer, which the loop has no part in, would tell of a loop that stands still.
asleep = js.Promise.new(lambda resolve, _: js.setTimeout(lambda: resolve("asleep"), 3000))
assert await js.Promise.race([waking, asleep]) == "woken"
# A timer that is still to come would hold its callback.
assert await asleep == "asleep"
