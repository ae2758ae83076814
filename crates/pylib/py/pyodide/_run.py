"""What the kernel calls to run coroutines and settle promises."""

import asyncio

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
