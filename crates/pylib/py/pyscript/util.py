"""Small helpers with a name in PyScript."""

import js

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from typing import Any, NoReturn


def as_bytearray(buffer: Any) -> bytearray:
    """A copy of a JavaScript ArrayBuffer or view."""
    view = (
        js.Uint8Array.new(buffer)
        if not hasattr(buffer, "byteOffset")
        else js.Uint8Array.new(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    )
    return bytearray(view.to_py())


class NotSupported:
    """Stands for something that does not work here, and says so when it is used."""

    def __init__(self, name: str, error: str) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "error", error)

    def __repr__(self) -> str:
        return f"<NotSupported {self.name} [{self.error}]>"

    def __getattr__(self, attribute: str) -> NoReturn:
        raise AttributeError(self.error)

    def __setattr__(self, attribute: str, value: Any) -> NoReturn:
        raise AttributeError(self.error)

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(self.error)


def _is_coroutine_function(obj: Any) -> bool:
    """As `inspect.iscoroutinefunction`, whose module costs much to import."""
    code = getattr(getattr(obj, "__func__", obj), "__code__", None)
    # CO_COROUTINE
    return code is not None and bool(code.co_flags & 0x80)


def is_awaitable(obj: Any) -> bool:
    """Whether calling a function gives something to await."""
    while hasattr(obj, "__wrapped__"):
        if _is_coroutine_function(obj):
            return True
        obj = obj.__wrapped__
    return _is_coroutine_function(obj) or _is_coroutine_function(getattr(obj, "func", None))
