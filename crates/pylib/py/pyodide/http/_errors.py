"""What goes wrong with requests."""

from typing import Any

__all__ = ["AbortError", "BodyUsedError", "HttpStatusError", "XHRError", "XHRNetworkError"]


class HttpStatusError(OSError):
    """An answer whose status is 400 to 599."""

    status: int
    status_text: str
    url: str

    def __init__(self, status: int, status_text: str, url: str) -> None:
        self.status = status
        self.status_text = status_text
        self.url = url
        whose = "Client" if 400 <= status < 500 else "Server" if 500 <= status < 600 else "Invalid"
        super().__init__(f"{status} {whose} Error: {status_text} for url: {url}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.status_text, self.url)


class BodyUsedError(OSError):
    """The body of an answer was read before."""

    def __init__(self, *args: Any) -> None:
        super().__init__("Response body is already used")


class AbortError(OSError):
    """A request that was broken off."""

    def __init__(self, reason: Any = None) -> None:
        self.reason = reason
        text = reason if isinstance(reason, str) else getattr(reason, "message", None)
        super().__init__(text or "The request was aborted.")


class XHRError(OSError):
    """A synchronous request that failed."""


class XHRNetworkError(XHRError):
    """A synchronous request that got no answer."""
