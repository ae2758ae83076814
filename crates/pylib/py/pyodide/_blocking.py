"""Waiting without `await`: where the browser can suspend WebAssembly (JSPI), Python can be suspended in the middle of a
function, and the page goes on."""

import _krait_js

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from collections.abc import Awaitable
    from typing import Any

__all__ = ["can_run_sync", "run_sync"]


def can_run_sync() -> bool:
    """Whether `run_sync` can wait here.

    The browser must have JSPI, and only Python may be on the stack since the browser entered it: with a script,
    `runPythonAsync`, a task of the event loop.
    """
    return _krait_js.can_suspend()


def run_sync(x: Awaitable[Any], /) -> Any:
    """Waits for an awaitable and returns its result. Other tasks and the page's events go on meanwhile.

    Of several that wait like this, the one that began last goes on first.
    """
    from asyncio import ensure_future, iscoroutine
    from asyncio.tasks import _swap_current_task

    from pyodide._run import future_of
    from pyodide.webloop import get_loop

    reason = _krait_js.why_not_suspend()
    if reason is not None:
        if iscoroutine(x):
            x.close()
        raise RuntimeError(f"Cannot wait here without `await`: {reason}")
    loop = get_loop()
    try:
        # A task would look at a promise in its first turn, when its rejection has been reported as unhandled.
        future = future_of(x) if isinstance(x, _krait_js.JsPromise) else ensure_future(x, loop=loop)
    except TypeError:
        raise TypeError(f"object {type(x).__name__} is not awaitable") from None
    token = _krait_js.suspension()
    task = _swap_current_task(loop, None)
    try:
        while not future.done():
            future.add_done_callback(lambda _: _krait_js.wake(token))
            loop._rest()
            _krait_js.suspend(token)
    finally:
        _swap_current_task(loop, task)
    return future.result()
