"""Requests that the page waits for, by the names of `requests`: `pyxhr.get(url).json()`.

The page stands still meanwhile. `pyodide.http.pyfetch` does not have that fault.
"""

import base64
import json as json_module
from typing import Any
from urllib.parse import urlencode

import js

from pyodide.ffi import JsException, to_js
from pyodide.http._errors import HttpStatusError, XHRError, XHRNetworkError

__all__ = ["XHRResponse", "delete", "get", "head", "options", "patch", "post", "put", "request"]


class XHRResponse:
    """The answer to a synchronous request."""

    def __init__(self, request: Any, url: str) -> None:
        self._content = _bytes_of(request)
        self.status_code: int = request.status
        self.reason: str = request.statusText
        self.url: str = request.responseURL or url
        self.headers = _headers_of(request)

    @property
    def status(self) -> int:
        """The status code, by the name that `FetchResponse` has for it."""
        return self.status_code

    @property
    def status_text(self) -> str:
        """The words beside the status code."""
        return self.reason

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status_code < 400

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        return self._content

    @property
    def text(self) -> str:
        """The body as text, in the encoding that its type names."""
        kind = self.headers.get("content-type", "")
        encoding = kind.partition("charset=")[2].partition(";")[0].strip(" \"'") or "utf-8"
        try:
            return self._content.decode(encoding, "replace")
        except LookupError:
            return self._content.decode("utf-8", "replace")

    def json(self, **kwargs: Any) -> Any:
        """The body, parsed."""
        return json_module.loads(self._content, **kwargs)

    def raise_for_status(self) -> None:
        """Raises `HttpStatusError` for a status of 400 to 599."""
        if 400 <= self.status_code < 600:
            raise HttpStatusError(self.status_code, self.reason, self.url)


def _bytes_of(request: Any) -> bytes:
    # The request's charset keeps each byte in a code unit, those above 127 in a private place.
    return bytes(ord(unit) & 0xFF for unit in request.responseText)


def _headers_of(request: Any) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in request.getAllResponseHeaders().split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return headers


def request(
    method: str,
    url: str,
    *,
    params: dict[str, Any] | None = None,
    data: Any = None,
    json: Any = None,
    headers: dict[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float | None = None,
) -> XHRResponse:
    """Makes a request and returns when the answer is there. A browser takes no timeout for it."""
    if params:
        url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    body: Any = None
    if json is not None:
        body = json_module.dumps(json)
        sent.setdefault("content-type", "application/json")
    elif isinstance(data, dict):
        body = urlencode(data, doseq=True)
        sent.setdefault("content-type", "application/x-www-form-urlencoded")
    elif data is not None:
        body = data if isinstance(data, str) else to_js(data)
    if auth is not None:
        user, password = auth
        sent["authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    try:
        xhr = js.XMLHttpRequest.new()
        xhr.open(method.upper(), url, False)
        for name, value in sent.items():
            xhr.setRequestHeader(name, str(value))
        # A window's synchronous request may not ask for an ArrayBuffer.
        xhr.overrideMimeType("text/plain; charset=x-user-defined")
        xhr.send(body)
    except JsException as error:
        kind = XHRNetworkError if getattr(error, "name", "") == "NetworkError" else XHRError
        raise kind(f"{method.upper()} {url} failed: {getattr(error, 'message', error)}") from error
    if xhr.status == 0:
        raise XHRNetworkError(f"{method.upper()} {url} got no answer")
    return XHRResponse(xhr, url)


def get(url: str, **kwargs: Any) -> XHRResponse:
    """A GET request."""
    return request("GET", url, **kwargs)


def post(url: str, data: Any = None, json: Any = None, **kwargs: Any) -> XHRResponse:
    """A POST request."""
    return request("POST", url, data=data, json=json, **kwargs)


def put(url: str, data: Any = None, **kwargs: Any) -> XHRResponse:
    """A PUT request."""
    return request("PUT", url, data=data, **kwargs)


def patch(url: str, data: Any = None, **kwargs: Any) -> XHRResponse:
    """A PATCH request."""
    return request("PATCH", url, data=data, **kwargs)


def delete(url: str, **kwargs: Any) -> XHRResponse:
    """A DELETE request."""
    return request("DELETE", url, **kwargs)


def head(url: str, **kwargs: Any) -> XHRResponse:
    """A HEAD request."""
    return request("HEAD", url, **kwargs)


def options(url: str, **kwargs: Any) -> XHRResponse:
    """An OPTIONS request."""
    return request("OPTIONS", url, **kwargs)
