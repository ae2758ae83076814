"""`Row`: a row that is also addressed by the names of its columns."""

from collections.abc import Iterator
from typing import Any

from .cursor import Cursor


class Row:
    """A row of a query: a sequence, and a mapping by names of columns without regard to case."""

    __module__ = "sqlite3"
    __slots__ = ("_data", "_description")

    _data: tuple[Any, ...]
    _description: Any

    def __new__(cls, cursor: Cursor, data: tuple[Any, ...], /) -> Row:
        if not issubclass(type(cursor), Cursor):
            raise TypeError(f"Row() argument 1 must be sqlite3.Cursor, not {type(cursor).__name__}")
        if not isinstance(data, tuple):
            raise TypeError(f"Row() argument 2 must be tuple, not {type(data).__name__}")
        self = object.__new__(cls)
        self._data = data
        self._description = cursor.description
        return self

    def keys(self) -> list[str]:
        """Returns the keys of the row."""
        return [] if self._description is None else [column[0] for column in self._description]

    def __getitem__(self, key: Any, /) -> Any:
        if isinstance(key, str):
            lower = key.lower() if key.isascii() else key
            for column, value in zip(self._description or (), self._data, strict=False):
                name = column[0]
                if name == key or (name.isascii() and name.lower() == lower):
                    return value
            raise IndexError(f"No item with key {key!r}")
        if isinstance(key, (int, slice)):
            return self._data[key]
        raise IndexError("Index must be int or string")

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._data)

    def __hash__(self) -> int:
        return hash(self._description) ^ hash(self._data)

    def __eq__(self, other: object, /) -> Any:
        if not isinstance(other, Row):
            return NotImplemented
        return self._description == other._description and self._data == other._data
