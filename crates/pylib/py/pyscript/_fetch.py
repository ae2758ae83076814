"""Fetching from Python."""

import js

from pyscript.ffi import to_js
from pyscript.util import as_bytearray

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from collections.abc import Generator
    from typing import Any


class _FetchResponse:
    """An answer. Attributes are those of JavaScript's `Response`; the methods give Python data."""

    def __init__(self, response: Any) -> None:
        self._response = response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._response, name)

    async def arrayBuffer(self) -> memoryview:  # noqa: N802
        """The body as a view."""
        return memoryview(await self.bytearray())

    async def blob(self) -> Any:
        """The body as a JavaScript Blob."""
        return await self._response.blob()

    async def bytearray(self) -> bytearray:
        """The body's bytes."""
        return as_bytearray(await self._response.arrayBuffer())

    async def json(self) -> Any:
        """The body, parsed."""
        import json

        return json.loads(await self._response.text())

    async def text(self) -> str:
        """The body as text."""
        return await self._response.text()


class _Request:
    """A request that can be awaited, or asked for its body at once: `await fetch(url).text()`."""

    def __init__(self, promise: Any) -> None:
        self._promise = promise

    def __await__(self) -> Generator[Any, Any, _FetchResponse]:
        return self._response().__await__()

    async def _response(self) -> _FetchResponse:
        return _FetchResponse(await self._promise)

    async def arrayBuffer(self) -> memoryview:  # noqa: N802
        """The body as a view."""
        return await (await self).arrayBuffer()

    async def blob(self) -> Any:
        """The body as a JavaScript Blob."""
        return await (await self).blob()

    async def bytearray(self) -> bytearray:
        """The body's bytes."""
        return await (await self).bytearray()

    async def json(self) -> Any:
        """The body, parsed."""
        return await (await self).json()

    async def text(self) -> str:
        """The body as text."""
        return await (await self).text()


def fetch(url: str, **options: Any) -> _Request:
    """Requests `url`. Options are those of JavaScript's `fetch`; a body may be text, bytes, a FormData or a Blob."""
    return _Request(js.fetch(url, to_js(options)))
