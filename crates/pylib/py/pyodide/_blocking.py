"""Waiting without `await`: where the browser can suspend WebAssembly (JSPI), Python can be suspended in the middle of a
function, and the page goes on."""

from collections.abc import Awaitable
from typing import Any

import _krait_js

__all__ = ["can_run_sync", "run_sync"]


def can_run_sync() -> bool:
    """Whether `run_sync` can wait here.

    The browser must have JSPI, and only Python may be on the stack since the browser entered it: with a script,
    `runPythonAsync`, a task of the event loop.
    """
    return _krait_js.can_suspend()


def run_sync(x: Awaitable[Any], /) -> Any:
    """Waits for an awaitable and returns its result. Other tasks and the page's events go on meanwhile."""
    from asyncio import ensure_future, iscoroutine

    from pyodide.webloop import get_loop

    if not can_run_sync():
        reason = _krait_js.why_not_suspend()
        if iscoroutine(x):
            x.close()
        raise RuntimeError(f"Cannot wait here without `await`: {reason}")
    future = ensure_future(x, loop=get_loop())
    while not future.done():
        _krait_js.suspend(future)
    return future.result()
