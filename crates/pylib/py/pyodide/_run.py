"""What the kernel calls to run coroutines, settle promises and import modules."""

import asyncio
import importlib
import sys

import _krait_js

from pyodide.webloop import get_loop


def start(coroutine):
    """Starts a coroutine on the browser's loop and returns its task."""
    task = get_loop().create_task(coroutine)
    task.add_done_callback(_ended)
    return task


def _ended(task):
    # JavaScript that wants the result has asked for it by the time of the next turn. Until it drops the task can take
    # any time, so what nobody asks for is told then.
    if not task.cancelled() and task._log_traceback:
        get_loop().call_soon(_unhandled, task)


def _unhandled(task):
    if task._log_traceback:
        exception = task.exception()
        get_loop().call_exception_handler(
            {"message": "Task exception was never retrieved", "exception": exception, "task": task}
        )


def settle(awaitable, resolve, reject):
    """Settles a promise with what `awaitable` gives."""
    if asyncio.iscoroutine(awaitable):
        # The first slice runs now: a script's output before its first `await` keeps its place in the page.
        task = asyncio.Task(awaitable, loop=get_loop(), eager_start=True)
    else:
        task = asyncio.ensure_future(awaitable, loop=get_loop())

    def done(task):
        if task.cancelled():
            reject(_krait_js.to_js_error(asyncio.CancelledError()))
            return
        exception = task.exception()
        if exception is not None:
            reject(_krait_js.to_js_error(exception))
        else:
            resolve(task.result())

    task.add_done_callback(done)


def future_of(promise):
    """A future that a JavaScript promise settles."""
    future = get_loop().create_future()
    _krait_js.await_promise(promise, future)
    return future


def pyimport(name):
    """Imports `a.b.c`: the module of that name, or the attribute `c` of module `a.b`."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        head, _, tail = name.rpartition(".")
        if not head or error.name != name:
            raise
        return getattr(importlib.import_module(head), tail)


def register_js_module(name, module):
    from _krait_bridge import JsFinder

    if not isinstance(name, str):
        raise TypeError(f"Argument 'name' must be a str, not {type(name).__name__!r}")
    JsFinder.modules[name] = module
    sys.modules.pop(name, None)


def unregister_js_module(name):
    from _krait_bridge import JsFinder

    if JsFinder.modules.pop(name, None) is None:
        raise ValueError(f"Cannot unregister {name!r}: no javascript module with that name is registered")
    sys.modules.pop(name, None)
