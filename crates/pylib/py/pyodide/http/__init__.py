"""`pyodide.http`: requests, awaited (`pyfetch`) or made while the page waits (`open_url`, `pyxhr`)."""

from asyncio import CancelledError
from collections.abc import Callable
from io import IOBase, StringIO
from typing import Any

import js

from pyodide.ffi import JsException, JsProxy, jsnull, to_js
from pyodide.http import pyxhr
from pyodide.http._errors import AbortError, BodyUsedError, HttpStatusError, XHRError, XHRNetworkError

__all__ = [
    "AbortError",
    "BodyUsedError",
    "FetchResponse",
    "HttpStatusError",
    "XHRError",
    "XHRNetworkError",
    "open_url",
    "pyfetch",
    "pyxhr",
]


def open_url(url: str) -> StringIO:
    """The text at `url`. The page stands still until it is there; `await pyfetch(url)` does not have that fault."""
    response = pyxhr.get(url)
    response.raise_for_status()
    return StringIO(response.text)


class FetchResponse:
    """The answer to a request. Its body can be read once; `clone` it to read it twice."""

    def __init__(self, url: str, js_response: Any, abort_controller: Any = None, abort_signal: Any = None) -> None:
        self._url = url
        self.js_response = js_response
        self.abort_controller = abort_controller
        self.abort_signal = abort_signal

    @property
    def body_used(self) -> bool:
        """Whether the body has been read."""
        return self.js_response.bodyUsed

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers, by their names in lower case."""
        return dict(self.js_response.headers.entries())

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return self.js_response.ok

    @property
    def redirected(self) -> bool:
        """Whether it came from another address than that of the request."""
        return self.js_response.redirected

    @property
    def status(self) -> int:
        """The status code."""
        return self.js_response.status

    @property
    def status_text(self) -> str:
        """The words beside the status code."""
        return self.js_response.statusText

    @property
    def type(self) -> str:
        """JavaScript's `Response.type`."""
        return self.js_response.type

    @property
    def url(self) -> str:
        """The address that the answer came from."""
        return self.js_response.url or self._url

    def raise_for_status(self) -> None:
        """Raises `HttpStatusError` for a status of 400 to 599."""
        if 400 <= self.status < 600:
            raise HttpStatusError(self.status, self.status_text, self.url)

    def clone(self) -> FetchResponse:
        """A second answer with the same body."""
        if self.js_response.bodyUsed:
            raise BodyUsedError
        return FetchResponse(self._url, self.js_response.clone(), self.abort_controller, self.abort_signal)

    def abort(self, reason: Any = None) -> None:
        """Breaks off the request, or the reading of its body."""
        if self.abort_controller is None:
            raise ValueError("abort() needs an abort_controller: this response has none")
        _abort(self.abort_controller, reason)

    def _unread(self) -> None:
        if self.abort_signal is not None and self.abort_signal.aborted:
            raise AbortError(self.abort_signal.reason)
        if self.js_response.bodyUsed:
            raise BodyUsedError

    async def _body(self, promise: Any) -> Any:
        return await _awaited(promise, self.abort_controller, self.abort_signal, self.url)

    async def buffer(self) -> Any:
        """The body as a JavaScript `ArrayBuffer`."""
        self._unread()
        return await self._body(self.js_response.arrayBuffer())

    async def text(self) -> str:
        """The body as text."""
        self._unread()
        return await self._body(self.js_response.text())

    string = text

    async def json(self, **kwargs: Any) -> Any:
        """The body, parsed; keyword arguments are those of `json.loads`."""
        import json

        return json.loads(await self.text(), **kwargs)

    async def memoryview(self) -> memoryview:
        """The body as a view."""
        return memoryview(await self.bytes())

    async def bytes(self) -> bytes:
        """The body's bytes."""
        return (await self.buffer()).to_bytes()

    async def _into_file(self, f: IOBase) -> None:
        """Writes the body into a file that is open for writing."""
        f.write(await self.bytes())

    async def _create_file(self, path: str) -> None:
        """Writes the body into a new file."""
        data = await self.bytes()
        with open(path, "xb") as file:
            file.write(data)

    async def unpack_archive(self, *, extract_dir: str | None = None, format: str | None = None) -> None:
        """Unpacks the body, a zip or tar archive or a wheel, into `extract_dir` or the working directory."""
        import os
        import shutil
        from tempfile import TemporaryDirectory
        from urllib.parse import urlsplit

        name = os.path.basename(urlsplit(self.url).path) or "archive"
        data = await self.bytes()
        if format is None and name.endswith((".whl", ".zip", ".egg")):
            format = "zip"
        with TemporaryDirectory() as folder:
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(data)
            shutil.unpack_archive(path, extract_dir, format)


async def pyfetch(
    url: Any, /, *, signal: Any = None, fetcher: Callable[..., Any] | None = None, **kwargs: Any
) -> FetchResponse:
    """Requests `url`, an address or a JavaScript `Request`. Options are those of JavaScript's `fetch`; `fetcher` is
    called in its place.

    If the task that waits is cancelled, the request is broken off. If `signal` is, whatever its reason, `AbortError` is
    raised; a request that gets no answer raises `OSError`.
    """
    controller = js.AbortController.new()
    ours = controller.signal
    if signal is not None and signal is not jsnull:
        ours = js.AbortSignal.any(to_js([ours, signal]))
    options = to_js(kwargs, dict_converter=js.Object.fromEntries)
    options.signal = ours
    address = url if isinstance(url, str) else getattr(url, "url", str(url))
    promise = (js.fetch if fetcher is None else fetcher)(url, options)
    response = await _awaited(promise, controller, ours, address)
    return FetchResponse(address, response, controller, ours)


def _abort(controller: Any, reason: Any) -> None:
    """Breaks off what `controller` controls. Values of Python become an error, as the browser's own are."""
    if reason is None:
        controller.abort()
    elif isinstance(reason, (JsProxy, JsException)):
        controller.abort(reason)
    else:
        controller.abort(js.DOMException.new(str(reason), "AbortError"))


async def _awaited(promise: Any, controller: Any, signal: Any, address: str) -> Any:
    """Waits for a step of a request."""
    try:
        return await promise
    except CancelledError as error:
        if controller is not None:
            _abort(controller, "\n".join(map(str, error.args)) if error.args else None)
        raise
    except JsException as error:
        if error.name == "AbortError" or (signal is not None and signal.aborted):
            raise AbortError(error) from None
        raise OSError(f"{error.message} ({address})") from error
