"""asyncio on the browser's event loop.

The loop always runs: the browser turns it. `call_soon` asks for the next task (a message, not a timer, so that there is
no 4 ms clamp), `call_later` for a timer; one browser timer serves all of Python's. One turn runs what was ready when it
began, so that the page stays alive between turns.
"""

import asyncio
import sys
from _contextvars import copy_context
from asyncio import events, futures, tasks
from collections import deque
from heapq import heapify, heappop, heappush
from time import monotonic

import _krait_js

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page that awaits.
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

__all__ = ["PyodideFuture", "PyodideTask", "WebLoop", "WebLoopPolicy", "get_loop"]

_NEVER = float("inf")
# Seconds by which a callback may come early: browsers' timers do by up to one millisecond, and take four where they
# nest. What is due so soon is for the next turn (Pyodide does that below four).
_SLACK = 0.002
# Cancelled timers that may lie in the heap before it is swept.
_MANY_CANCELLED = 100


class _Promise:
    """The methods of promises, for code that chains instead of awaiting."""

    __slots__ = ()

    def then(
        self, onfulfilled: Callable[[Any], Any] | None = None, onrejected: Callable[[BaseException], Any] | None = None
    ) -> PyodideFuture:
        """A future of what `onfulfilled` makes of the result, or `onrejected` of the exception; both may await."""
        loop = self.get_loop()
        result = PyodideFuture(loop=loop)

        async def follow(done: Any) -> None:
            try:
                try:
                    value = done.result()
                except (SystemExit, KeyboardInterrupt):
                    raise
                except BaseException as exception:
                    if onrejected is None:
                        raise
                    value = onrejected(exception)
                else:
                    if onfulfilled is not None:
                        value = onfulfilled(value)
                while hasattr(type(value), "__await__") or hasattr(type(value), "cr_await"):
                    value = await value
            except asyncio.CancelledError:
                result.cancel()
            except Exception as exception:
                if not result.done():
                    result.set_exception(exception)
            else:
                if not result.done():
                    result.set_result(value)

        self.add_done_callback(lambda done: loop.create_task(follow(done)))
        return result

    def catch(self, onrejected: Callable[[BaseException], Any]) -> PyodideFuture:
        """Like `then`, for the exception only."""
        return self.then(None, onrejected)

    def finally_(self, onfinally: Callable[[], Any]) -> PyodideFuture:
        """A future of the same result or exception, after `onfinally` has been called."""

        async def call() -> None:
            value = onfinally()
            while hasattr(type(value), "__await__"):
                value = await value

        async def fulfilled(value: Any) -> Any:
            await call()
            return value

        async def rejected(exception: BaseException) -> None:
            await call()
            raise exception

        return self.then(fulfilled, rejected)


class PyodideFuture(futures.Future, _Promise):
    """A future of the browser's loop."""

    __slots__ = ()


class PyodideTask(tasks.Task, _Promise):
    """A task of the browser's loop."""

    __slots__ = ()


class _Handle(events.Handle):
    """A callback that waits for its turn."""

    __slots__ = ()

    def __init__(self, callback: Callable[..., Any], args: tuple, loop: WebLoop, context: Any = None) -> None:
        # The base class asks the loop about debugging each time.
        self._context = copy_context() if context is None else context
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = None
        self._source_traceback = None


class WebLoop(asyncio.AbstractEventLoop):
    """An event loop that the browser runs."""

    def __init__(self) -> None:
        self._ready: deque = deque()
        # Whether the browser has been asked for a turn.
        self._asked = False
        # Timers by their time; the browser's own timer is for `_armed`.
        self._scheduled: list = []
        self._cancelled_count = 0
        self._armed = _NEVER
        self._timer = 0.0
        self._exception_handler: Any = None
        self._task_factory: Any = None
        self._debug = False
        self._async_generators: Any = None
        self._keyboard_interrupt_handler: Callable[[], Any] | None = None
        self._system_exit_handler: Callable[[Any], Any] | None = None
        # Futures and tasks that are not done, counted while there is somebody to be told when there are none.
        self._in_progress = 0
        self._no_in_progress_handler: Callable[[], Any] | None = None

    # Turns.

    def _ask(self) -> None:
        if not self._asked:
            self._asked = True
            _krait_js.schedule(0, 0)

    def _turn(self, timer: int) -> None:
        """One turn: `timer` is 1 if the browser's timer ended, 0 if it is the turn that was asked for, 2 if neither."""
        if timer == 1:
            self._armed = _NEVER
        elif timer == 0:
            self._asked = False
        ready = self._ready
        scheduled = self._scheduled
        if scheduled:
            self._due()
        try:
            # What callbacks make ready waits for the next turn. A callback that blocks lets other turns run meanwhile,
            # which may empty the queue.
            for _ in range(len(ready)):
                if not ready:
                    break
                handle = ready.popleft()
                if handle._cancelled:
                    continue
                try:
                    handle._context.run(handle._callback, *handle._args)
                except (SystemExit, KeyboardInterrupt) as exception:
                    self._interrupted(exception)
                except BaseException as exception:
                    self._failed(handle, exception)
        finally:
            # A traceback may keep this frame, and the frame would keep the last callback's task.
            handle = None
            if ready and not self._asked:
                self._asked = True
                _krait_js.schedule(0, 0)
            if scheduled and scheduled[0]._when < self._armed:
                self._arm()

    def is_waiting(self) -> bool:
        """Whether callbacks or timers are waiting."""
        return bool(self._ready) or any(not handle._cancelled for handle in self._scheduled)

    def _rest(self) -> None:
        """A callback is about to wait in the middle of a turn: what is left of it is for the turns that come."""
        if self._ready:
            self._ask()
        if self._scheduled and self._scheduled[0]._when < self._armed:
            self._arm()

    def _settle(self, future: Any, value: Any, failed: bool) -> None:
        """A promise that `future` waits for is settled: what waits for it runs in the same turn."""
        if future.done():
            return
        # What this makes ready needs no turn of its own. Afterwards `_asked` tells again whether the browser will give
        # one: a callback may be suspended, and that turn come meanwhile.
        asked, self._asked = self._asked, True
        if failed:
            if isinstance(value, StopIteration):
                error = RuntimeError("StopIteration was raised in JavaScript")
                error.__cause__ = value
                value = error
            future.set_exception(value)
        else:
            future.set_result(value)
        self._asked = asked
        self._turn(2)

    def _due(self) -> None:
        """Moves timers whose time has come to what is ready."""
        scheduled = self._scheduled
        limit = monotonic() + _SLACK
        while scheduled and (scheduled[0]._cancelled or scheduled[0]._when <= limit):
            handle = heappop(scheduled)
            handle._scheduled = False
            if handle._cancelled:
                self._cancelled_count -= 1
            else:
                self._ready.append(handle)

    def _arm(self) -> None:
        """Asks the browser for a timer for the first of Python's."""
        when = self._scheduled[0]._when
        if when == _NEVER:
            return
        delay = when - monotonic()
        if delay <= _SLACK:
            if not self._asked:
                self._asked = True
                _krait_js.schedule(0, 0)
            return
        if self._armed != _NEVER:
            _krait_js.unschedule(self._timer)
        self._armed = when
        # A time beyond what browsers' timers hold comes early, finds nothing due, and is armed again.
        self._timer = _krait_js.schedule(delay * 1000, 1)

    def _interrupted(self, exception: BaseException) -> None:
        if isinstance(exception, SystemExit):
            if self._system_exit_handler is not None:
                self._system_exit_handler(exception.code)
                return
        elif self._keyboard_interrupt_handler is not None:
            self._keyboard_interrupt_handler()
            return
        _krait_js.report(exception)

    def _failed(self, handle: events.Handle, exception: BaseException) -> None:
        name = getattr(handle._callback, "__qualname__", None) or repr(handle._callback)
        self.call_exception_handler(
            {"message": f"Exception in callback {name}", "exception": exception, "handle": handle}
        )

    # Callbacks.

    def call_soon(self, callback, *args, context=None):
        """Calls `callback` in the next turn."""
        handle = _Handle(callback, args, self, context)
        self._ready.append(handle)
        if not self._asked:
            self._asked = True
            _krait_js.schedule(0, 0)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(self, delay, callback, *args, context=None):
        """Calls `callback` after `delay` seconds."""
        if delay is None:
            raise TypeError("delay must not be None")
        return self.call_at(monotonic() + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        """Calls `callback` at a time of the loop's clock; `inf` is never."""
        if when is None:
            raise TypeError("when cannot be None")
        if when != when:
            raise ValueError("a timer's time cannot be NaN")
        handle = events.TimerHandle(when, callback, args, self, context)
        heappush(self._scheduled, handle)
        handle._scheduled = True
        if when < self._armed:
            self._arm()
        return handle

    def _timer_handle_cancelled(self, handle):
        if not handle._scheduled:
            return
        scheduled = self._scheduled
        self._cancelled_count += 1
        while scheduled and scheduled[0]._cancelled:
            heappop(scheduled)._scheduled = False
            self._cancelled_count -= 1
        if not scheduled:
            if self._armed != _NEVER:
                _krait_js.unschedule(self._timer)
                self._armed = _NEVER
        elif self._cancelled_count > _MANY_CANCELLED and self._cancelled_count * 2 > len(scheduled):
            scheduled[:] = [kept for kept in scheduled if not kept._cancelled]
            heapify(scheduled)
            self._cancelled_count = 0

    def time(self):
        """Seconds of the loop's clock."""
        return monotonic()

    # Futures and tasks.

    def create_future(self):
        future = PyodideFuture(loop=self)
        if self._no_in_progress_handler is not None:
            self._count(future)
        return future

    def create_task(self, coro, *, name=None, context=None, **kwargs):
        if self._task_factory is not None:
            return self._task_factory(self, coro, name=name, context=context, **kwargs)
        task = PyodideTask(coro, loop=self, name=name, context=context, **kwargs)
        if self._no_in_progress_handler is not None:
            self._count(task)
        return task

    def _count(self, future: Any) -> None:
        self._in_progress += 1
        future.add_done_callback(self._done)

    def _done(self, _: Any) -> None:
        self._in_progress -= 1
        if self._in_progress == 0 and self._no_in_progress_handler is not None:
            self._no_in_progress_handler()

    def set_task_factory(self, factory):
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._task_factory = factory

    def get_task_factory(self):
        return self._task_factory

    def run_in_executor(self, executor, func, *args):
        """There are no threads: `func` runs at once, its result is there when it is awaited."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except StopIteration as exception:
            error = RuntimeError("StopIteration was raised by a function in an executor")
            error.__cause__ = exception
            future.set_exception(error)
        except Exception as exception:
            future.set_exception(exception)
        return future

    def set_default_executor(self, executor):
        """Nothing to set: functions run inline."""

    # Life.

    def run_forever(self):
        raise RuntimeError("The browser runs this event loop; await what you want to wait for instead of run_forever()")

    def run_until_complete(self, future):
        """Waits for `future` where Python can wait here (`pyodide.ffi.can_run_sync`).

        Elsewhere it is started, and its task returned to be awaited.
        """
        from pyodide._blocking import can_run_sync, run_sync

        task = asyncio.ensure_future(future, loop=self)
        if can_run_sync():
            return run_sync(task)
        return task

    def stop(self):
        """Does nothing: the loop is the browser's."""

    def is_running(self):
        return True

    def is_closed(self):
        return False

    def close(self):
        """Does nothing: the loop is the browser's."""

    def _watch_async_generators(self) -> None:
        from _weakref import ref

        # `WeakSet` would be imported for this alone.
        known: dict = {}

        def first_iteration(generator: Any) -> None:
            key = id(generator)
            known[key] = ref(generator, lambda _: known.pop(key, None))

        def finalizer(generator: Any) -> None:
            known.pop(id(generator), None)
            self.create_task(_close(generator))

        self._async_generators = known
        sys.set_asyncgen_hooks(firstiter=first_iteration, finalizer=finalizer)

    async def shutdown_asyncgens(self):
        """Closes every asynchronous generator that has been started and not finished."""
        known = [reference() for reference in list(self._async_generators.values())]
        self._async_generators.clear()
        closing = [generator.aclose() for generator in known if generator is not None]
        results = await asyncio.gather(*closing, return_exceptions=True)
        for generator, result in zip(known, results, strict=False):
            if isinstance(result, Exception):
                self.call_exception_handler(
                    {
                        "message": f"an error occurred during closing of asynchronous generator {generator!r}",
                        "exception": result,
                        "asyncgen": generator,
                    }
                )

    async def shutdown_default_executor(self, timeout=None):
        """There is no executor to shut down."""

    def get_debug(self):
        return self._debug

    def set_debug(self, enabled):
        self._debug = enabled

    # Errors.

    def set_exception_handler(self, handler):
        if handler is not None and not callable(handler):
            raise TypeError(f"A callable object or None is expected, got {handler!r}")
        self._exception_handler = handler

    def get_exception_handler(self):
        return self._exception_handler

    def default_exception_handler(self, context):
        """Gives the exception to the page's `error` event."""
        exception = context.get("exception")
        if exception is None:
            exception = RuntimeError(context.get("message") or "unhandled error in the event loop")
        _krait_js.report(exception)

    def call_exception_handler(self, context):
        handler = self._exception_handler
        if handler is None:
            self.default_exception_handler(context)
            return
        try:
            handler(self, context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exception:
            self.default_exception_handler(
                {"message": "Unhandled error in exception handler", "exception": exception, "context": context}
            )


# What has no counterpart in a page, and why.
_SOCKETS = "a page has no sockets; use pyodide.http.pyfetch() or js.WebSocket"
_SERVERS = "a page cannot accept connections; use js.WebSocket or js.EventSource to hear from a server"
_PROCESSES = "a page can start no processes; use asyncio tasks, or a js.Worker with a kernel of its own"
_SIGNALS = "a page receives no signals; use js.addEventListener for what the browser tells"


def _unsupported(name: str, reason: str, is_async: bool) -> Callable[..., Any]:
    sentence = f"{name}() is not possible in a browser: {reason}"

    def plain(self, *args, **kwargs):
        raise NotImplementedError(sentence)

    async def awaited(self, *args, **kwargs):
        raise NotImplementedError(sentence)

    method = awaited if is_async else plain
    method.__name__ = name
    method.__qualname__ = f"WebLoop.{name}"
    return method


for _names, _reason, _is_async in (
    ("create_connection create_unix_connection create_datagram_endpoint start_tls sendfile", _SOCKETS, True),
    ("getaddrinfo getnameinfo sock_recv sock_recv_into sock_recvfrom sock_recvfrom_into", _SOCKETS, True),
    ("sock_sendall sock_sendto sock_connect sock_sendfile", _SOCKETS, True),
    ("create_server create_unix_server connect_accepted_socket sock_accept", _SERVERS, True),
    ("connect_read_pipe connect_write_pipe subprocess_shell subprocess_exec", _PROCESSES, True),
    ("add_reader remove_reader add_writer remove_writer", _SOCKETS, False),
    ("add_signal_handler remove_signal_handler", _SIGNALS, False),
):
    for _name in _names.split():
        setattr(WebLoop, _name, _unsupported(_name, _reason, _is_async))


async def _close(generator: Any) -> None:
    await generator.aclose()


class WebLoopPolicy:
    """The policy under which every event loop is the browser's."""

    def get_event_loop(self):
        return get_loop()

    def new_event_loop(self):
        return get_loop()

    def set_event_loop(self, loop):
        """Does nothing: there is one loop."""


class Runner:
    """`asyncio.Runner` on the loop that runs already: `run` is what `asyncio.run` is here."""

    def __init__(self, *, debug: bool | None = None, loop_factory: Callable[[], Any] | None = None) -> None:
        self._context = None
        self._closed = False

    def __enter__(self) -> Runner:
        self.get_loop()
        return self

    def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        self.close()

    def close(self) -> None:
        self._closed = True

    def get_loop(self) -> WebLoop:
        if self._closed:
            raise RuntimeError("Runner is closed")
        return get_loop()

    def run(self, coro: Awaitable[Any], *, context: Any = None) -> Any:
        loop = self.get_loop()
        if self._context is None:
            self._context = copy_context()
        return _run_in(loop, coro, self._context if context is None else context)


_loop: WebLoop | None = None


def get_loop() -> WebLoop:
    """The one loop of this page or worker."""
    global _loop
    if _loop is None:
        _loop = WebLoop()
        _loop._watch_async_generators()
        _krait_js.set_loop(_loop._turn, _loop._settle)
        events._event_loop_policy = WebLoopPolicy()
        # Always running, also for code that JavaScript calls outside a turn.
        events._set_running_loop(_loop)
        asyncio.run = asyncio.runners.run = run
        asyncio.Runner = asyncio.runners.Runner = Runner
    return _loop


def run(main: Coroutine[Any, Any, Any], *, debug: bool | None = None, loop_factory: Any = None) -> Any:
    """`asyncio.run`: waits for `main` and returns its result where Python can wait here (`pyodide.ffi.can_run_sync`);
    elsewhere it starts `main` and returns its task, to be awaited."""
    return _run_in(get_loop(), main, copy_context())


def _run_in(loop: WebLoop, main: Any, context: Any) -> Any:
    if not asyncio.iscoroutine(main):
        if not hasattr(type(main), "__await__"):
            raise TypeError(f"An asyncio.Future, a coroutine or an awaitable is required, not {main!r}")
        main = _await(main)
    return loop.run_until_complete(loop.create_task(main, context=context))


async def _await(awaitable: Awaitable[Any]) -> Any:
    return await awaitable
