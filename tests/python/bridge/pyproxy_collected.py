"""Proxies that JavaScript drops are collected, and the objects behind them go; attributes go with their proxy."""

# also in a worker

import asyncio

import _krait_js
import js


class Thing:
    ended = 0

    def __init__(self):
        self.items = [1]

    def method(self):
        return self

    def __del__(self):
        Thing.ended += 1


async def collected(count):
    for _ in range(30):
        if Thing.ended >= count:
            return True
        js.gc()
        await asyncio.sleep(0.001)
    return False


use = js.eval("(thing) => { thing.items.asJsJson(); thing.method.bind(null, 1); thing.copy(); }")
keep = js.eval("globalThis.kept = []; (thing) => { kept.push(thing.method); }")
before = _krait_js.live_objects()

for _ in range(1000):
    use(Thing())
assert await collected(1000), Thing.ended

# What is bound to an object keeps it.
Thing.ended = 0
keep(Thing())
assert not await collected(1) and Thing.ended == 0
js.kept.length = 0
assert await collected(1)

# The same object crosses again after its proxy was collected.
Thing.ended = 0
thing = Thing()
for _ in range(3):
    use(thing)
    js.gc()
    await asyncio.sleep(0.001)
assert Thing.ended == 0 and thing.items == [1]
del thing
assert await collected(1)
assert _krait_js.live_objects() <= before + 2, (_krait_js.live_objects(), before)
js.eval("delete globalThis.kept")
