"""Adapters of parameters and converters of columns: what the programs of a session registered."""

from collections.abc import Callable
from typing import Any

from .buffers import contiguous
from .engine import ProgrammingError


class PrepareProtocol:
    """PEP 246 style object adaption protocol type."""

    __module__ = "sqlite3"


adapters: dict[tuple[type, type], Callable[[Any], Any]] = {}
converters: dict[str, Callable[[bytes], Any]] = {}

#: Types that are bound as they are, unless somebody registers an adapter.
PLAIN: set[type] = {int, float, str, bytes, type(None)}
_MISSING = object()


def register_adapter(type: type, adapter: Callable[[Any], Any], /) -> None:
    """Register a function to adapt Python objects to SQLite values."""
    adapters[(type, PrepareProtocol)] = adapter
    PLAIN.discard(type)


def register_converter(typename: str, converter: Callable[[bytes], Any], /) -> None:
    """Register a function to convert SQLite values to Python objects."""
    converters[typename.upper()] = converter


def adapt(obj: Any, proto: Any = PrepareProtocol, alt: Any = _MISSING, /) -> Any:
    """Adapt given object to given protocol."""
    adapter = adapters.get((type(obj), proto))
    if adapter is not None:
        return adapter(obj)
    for owner, method, argument in ((proto, "__adapt__", obj), (obj, "__conform__", proto)):
        found = getattr(owner, method, None)
        if found is not None:
            try:
                adapted = found(argument)
            except TypeError:
                continue
            if adapted is not None:
                return adapted
    if alt is _MISSING:
        raise ProgrammingError("can't adapt")
    return alt


_EXACT = frozenset({int, float, str, bytes, bool, type(None)})


def _exact(value: Any) -> Any:
    """The value of an object whose class is derived from a type of SQLite's."""
    for kind in (str, int, float):
        if isinstance(value, kind):
            return str.__str__(value) if kind is str else getattr(kind, f"__{kind.__name__}__")(value)
    return bytes(value)


def bindable(values: Any, names: tuple[str | None, ...]) -> list[Any]:
    """Parameters as SQLite can have them."""
    result = []
    # By index: an adapter may change a list of parameters, which raises IndexError then.
    for index in range(len(values)):
        given = values[index]
        value = given if type(given) in PLAIN else adapt(given, PrepareProtocol, given)
        if not (value is None or isinstance(value, (int, float, str, bytes, bytearray))):
            try:
                value = contiguous(value)
            except TypeError:
                name = names[index] if index < len(names) else None
                where = repr(name) if name is not None and not name.startswith("?") else index + 1
                kind = type(value).__name__
                raise ProgrammingError(f"Error binding parameter {where}: type '{kind}' is not supported") from None
        elif type(value) not in _EXACT:
            value = _exact(value)
        result.append(value)
    return result
