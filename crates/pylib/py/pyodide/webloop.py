"""asyncio on the browser's event loop.

The loop always runs: the browser turns it. `call_soon` asks for the next task (a message, not a timer, so that there is
no 4 ms clamp), `call_later` for a timer. One turn runs what was ready when it began, so that the page stays alive
between turns.
"""

import asyncio
import contextvars
from asyncio import events, futures, tasks
from collections import deque
from time import monotonic

import _krait_js

__all__ = ["WebLoop", "WebLoopPolicy", "get_loop"]


class WebLoop(asyncio.AbstractEventLoop):
    """An event loop that the browser runs."""

    def __init__(self):
        self._ready = deque()
        self._asked = False
        self._timers = {}
        self._next_timer = 1
        self._exception_handler = None
        self._task_factory = None
        self._debug = False

    # Turns.

    def _ask(self):
        if not self._asked:
            self._asked = True
            _krait_js.schedule(0, 0)

    def _turn(self, timer):
        """One turn: `timer` is the number of the timer that ended, 0 for what is ready."""
        if timer:
            entry = self._timers.pop(timer, None)
            if entry is not None and not entry[0]._cancelled:
                handle = entry[0]
                if handle._when - self.time() > 0.002:
                    # The browser's timers hold 24 days; a longer delay goes on from here.
                    self._arm(timer, handle)
                else:
                    handle._run()
            return
        self._asked = False
        ready = self._ready
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()
        if ready:
            self._ask()

    def _arm(self, number, handle):
        delay = max(handle._when - self.time(), 0.0) * 1000
        self._timers[number] = (handle, _krait_js.schedule(max(delay, 1.0), number))

    # Callbacks.

    def call_soon(self, callback, *args, context=None):
        handle = events.Handle(callback, args, self, context)
        self._ready.append(handle)
        if not self._asked:
            self._asked = True
            _krait_js.schedule(0, 0)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(self, delay, callback, *args, context=None):
        if delay is None:
            raise TypeError("delay must not be None")
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        if when is None:
            raise TypeError("when cannot be None")
        handle = events.TimerHandle(when, callback, args, self, context)
        if when - self.time() <= 0:
            self._ready.append(handle)
            self._ask()
        elif when != float("inf"):
            number = self._next_timer
            self._next_timer += 1
            handle._scheduled = number
            self._arm(number, handle)
        return handle

    def _timer_handle_cancelled(self, handle):
        entry = self._timers.pop(handle._scheduled, None)
        if entry is not None:
            _krait_js.unschedule(entry[1])

    def time(self):
        return monotonic()

    # Futures and tasks.

    def create_future(self):
        return futures.Future(loop=self)

    def create_task(self, coro, *, name=None, context=None, **kwargs):
        if self._task_factory is not None:
            return self._task_factory(self, coro, name=name, context=context, **kwargs)
        return tasks.Task(coro, loop=self, name=name, context=context, **kwargs)

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
        except Exception as exception:
            future.set_exception(exception)
        return future

    def set_default_executor(self, executor):
        pass

    # Life.

    def run_forever(self):
        raise RuntimeError("The browser runs this event loop; await what you want to wait for instead of run_forever()")

    def run_until_complete(self, future):
        """Starts `future`; the browser cannot wait for it here, so its task is returned to be awaited."""
        return asyncio.ensure_future(future, loop=self)

    def stop(self):
        pass

    def is_running(self):
        return True

    def is_closed(self):
        return False

    def close(self):
        pass

    async def shutdown_asyncgens(self):
        pass

    async def shutdown_default_executor(self, timeout=None):
        pass

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
        exception = context.get("exception")
        if exception is None:
            exception = RuntimeError(context.get("message", "unhandled error in the event loop"))
        _krait_js.report(exception)

    def call_exception_handler(self, context):
        handler = self._exception_handler
        if handler is None:
            self.default_exception_handler(context)
            return
        try:
            handler(self, context)
        except BaseException as exception:
            _krait_js.report(exception)


class WebLoopPolicy:
    """The policy under which every event loop is the browser's."""

    def get_event_loop(self):
        return get_loop()

    def new_event_loop(self):
        return get_loop()

    def set_event_loop(self, loop):
        pass


_loop = None


def get_loop():
    """The one loop of this page or worker."""
    global _loop
    if _loop is None:
        _loop = WebLoop()
        _krait_js.set_loop_runner(_loop._turn)
        events._event_loop_policy = WebLoopPolicy()
        # Always running, also for code that JavaScript calls outside a turn.
        events._set_running_loop(_loop)
        asyncio.run = run
    return _loop


def run(main, *, debug=None, loop_factory=None):
    """`asyncio.run`: starts `main`, and returns its task, for the browser cannot block until it is done."""
    return get_loop().create_task(main, context=contextvars.copy_context())
