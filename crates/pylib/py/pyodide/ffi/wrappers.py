"""`pyodide.ffi.wrappers`: listeners and timers whose Python functions live exactly as long as they are needed."""

from collections.abc import Callable
from typing import Any

import js

from pyodide.ffi import create_proxy

__all__ = [
    "add_event_listener",
    "clear_interval",
    "clear_timeout",
    "remove_event_listener",
    "set_interval",
    "set_timeout",
]

# Per element, the proxies of its listeners. The element is held weakly, so its listeners end with it.
_listeners: Any = js.WeakMap.new()
_timeouts: dict[int, Any] = {}
_intervals: dict[int, Any] = {}


def add_event_listener(elt: Any, event: str, listener: Callable[[Any], None]) -> None:
    """`elt.addEventListener(event, listener)`. The same listener can be removed again, also a bound method."""
    kept = _listeners.get(elt)
    if kept is None:
        known = {}
        _listeners.set(elt, create_proxy(known))
    else:
        known = kept.unwrap()
    proxy = known.get((event, listener))
    if proxy is None:
        proxy = known[event, listener] = create_proxy(listener)
    elt.addEventListener(event, proxy)


def remove_event_listener(elt: Any, event: str, listener: Callable[[Any], None]) -> None:
    """Takes away what `add_event_listener` added."""
    kept = _listeners.get(elt)
    proxy = None if kept is None else kept.unwrap().pop((event, listener), None)
    if proxy is None:
        raise KeyError(f"no such listener was added with add_event_listener() for {event!r}")
    elt.removeEventListener(event, proxy)
    proxy.destroy()


def set_timeout(callback: Callable[[], None], timeout: int) -> int:
    """Calls `callback` after `timeout` milliseconds; gives the number for `clear_timeout`."""

    def call(*arguments: Any) -> None:
        _timeouts.pop(number).destroy()
        callback()

    proxy = create_proxy(call)
    # Node's timers are objects that have a number.
    number = int(js.Number(js.setTimeout(proxy, timeout)))
    _timeouts[number] = proxy
    return number


def clear_timeout(timeout_retval: int) -> None:
    """Calls off a timeout."""
    js.clearTimeout(timeout_retval)
    proxy = _timeouts.pop(timeout_retval, None)
    if proxy is not None:
        proxy.destroy()


def set_interval(callback: Callable[[], None], interval: int) -> int:
    """Calls `callback` every `interval` milliseconds; gives the number for `clear_interval`."""
    proxy = create_proxy(callback)
    number = int(js.Number(js.setInterval(proxy, interval)))
    _intervals[number] = proxy
    return number


def clear_interval(interval_retval: int) -> None:
    """Ends an interval."""
    js.clearInterval(interval_retval)
    proxy = _intervals.pop(interval_retval, None)
    if proxy is not None:
        proxy.destroy()
