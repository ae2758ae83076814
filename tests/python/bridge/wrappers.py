"""`pyodide.ffi.wrappers`: listeners and timers."""

# also in a worker

# leaves: handles=1 objects=0: the module keeps the map from elements to their listeners

import asyncio

import js
from pyodide.ffi.wrappers import (
    add_event_listener,
    clear_interval,
    clear_timeout,
    remove_event_listener,
    set_interval,
    set_timeout,
)

target = js.EventTarget.new()
seen = []


class Listener:
    def hear(self, event):
        seen.append(event.type)


listener = Listener()
add_event_listener(target, "ping", listener.hear)
add_event_listener(target, "ping", listener.hear)
target.dispatchEvent(js.Event.new("ping"))
assert seen == ["ping"], "the same listener is added once"
remove_event_listener(target, "ping", listener.hear)
target.dispatchEvent(js.Event.new("ping"))
assert seen == ["ping"]
try:
    remove_event_listener(target, "ping", listener.hear)
except KeyError:
    pass
else:
    raise AssertionError("a listener was removed twice")

fired = asyncio.Event()
number = set_timeout(fired.set, 1)
assert isinstance(number, int)
await fired.wait()
called = []
clear_timeout(set_timeout(lambda: called.append("cleared"), 1))
clear_timeout(number)
ticks = asyncio.Queue()
interval = set_interval(lambda: ticks.put_nowait(None), 1)
for _ in range(3):
    await ticks.get()
clear_interval(interval)
await asyncio.sleep(0.01)
while not ticks.empty():
    ticks.get_nowait()
await asyncio.sleep(0.01)
assert ticks.empty() and not called
