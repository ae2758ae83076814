"""Methods of JavaScript objects that are written in Python: async iteration, files, context managers."""

import asyncio
from functools import wraps

import _krait_js


def aiter_of(self):
    import js

    method = js.Reflect.get(self, js.Symbol.asyncIterator)
    return self if method is None else js.Reflect.apply(method, self, js.Array.new())


def _step(step, exhausted):
    if _krait_js.is_proxy(step) and not hasattr(step, "done") and not hasattr(step, "value"):
        raise TypeError("The result of an async iterator has neither done nor value")
    if step.done:
        value = step.value
        raise exhausted if value is None else exhausted(value)
    return step.value


async def anext_of(self):
    return _step(await _js(self, "next"), StopAsyncIteration)


def _started(method):
    """The call is made at once, and what it gives is a future, as of other calls."""

    @wraps(method)
    def start(*args):
        from pyodide.webloop import get_loop

        return asyncio.Task(method(*args), loop=get_loop(), eager_start=True)

    return start


@_started
async def asend(self, value):
    return _step(await _js(self, "next", value), StopAsyncIteration)


@_started
async def athrow(self, kind, value=None, traceback=None):
    exception = kind if isinstance(kind, BaseException) else kind() if value is None else value
    if not isinstance(exception, BaseException):
        exception = kind(value)
    if isinstance(exception, GeneratorExit):
        await aclose(self)
        raise exception
    return _step(await _js(self, "throw", _krait_js.to_js_error(exception)), StopAsyncIteration)


@_started
async def aclose(self):
    step = await _js(self, "return")
    if not step.done:
        raise RuntimeError("JavaScript async generator ignored return")


def _js(self, name, *args):
    """Calls JavaScript's own method, where Python has one of the same name."""
    import js

    return js.Reflect.apply(js.Reflect.get(self, name), self, js.Array.of(*args))


_missing = object()


def pop(self, key, default=_missing):
    """Takes a key away and returns its value."""
    try:
        value = self[key]
    except KeyError:
        if default is _missing:
            raise
        return default
    del self[key]
    return value


def clear(self):
    if callable(js_clear := _own(self, "clear")):
        js_clear()
        return
    for key in list(self):
        del self[key]


def _own(self, name):
    import js

    method = js.Reflect.get(self, name)
    return method and method.bind(self) if callable(method) else None


def to_file(self, file, /):
    """Writes the bytes to a file that was opened for writing bytes."""
    data = self.to_bytes()
    written = 0
    while written < len(data):
        written += file.write(data[written:]) or 0


def from_file(self, file, /):
    """Fills the buffer with what is read from a file that was opened for reading bytes."""
    data = self.to_memoryview()
    view = data.cast("B")
    filled = 0
    while filled < len(view):
        part = file.read(len(view) - filled)
        if not part:
            break
        view[filled : filled + len(part)] = part
        filled += len(part)
    self.assign(data)


async def aenter(self):
    return self


async def aexit(self, *exception):
    result = self._async_dispose()
    if asyncio.isfuture(result) or hasattr(result, "__await__"):
        await result


def null_keys(value):
    """The same structure of dicts and lists with `None` for keys that are `jsnull`, as JSON has them."""
    if isinstance(value, dict):
        return {None if key is _krait_js.jsnull else key: null_keys(item) for key, item in value.items()}
    return [null_keys(item) for item in value] if isinstance(value, (list, tuple)) else value
