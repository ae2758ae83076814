"""`Blob`: a value in a table as a file.

SQLite's WebAssembly module has no incremental input and output, so reading and writing are statements: a write writes
the whole value anew, and triggers see it.
"""

from typing import TYPE_CHECKING, Any, Self

from .buffers import contiguous
from .engine import OperationalError, ProgrammingError

if TYPE_CHECKING:
    from .connection import Connection

_INT_MAX = 2**31 - 1


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class Blob:
    """A BLOB that is read and written in place."""

    __module__ = "sqlite3"
    __slots__ = ("__weakref__", "_closed", "_connection", "_get", "_length", "_offset", "_readonly", "_row", "_set")

    _connection: Connection | None

    def __new__(cls, *_: object, **__: object) -> Self:
        raise TypeError("cannot create 'sqlite3.Blob' instances")

    @classmethod
    def _opened(cls, connection: Connection, table: str, column: str, row: int, readonly: bool, name: str) -> Self:
        self = object.__new__(cls)
        place = f"{_quoted(name)}.{_quoted(table)}"
        value = _quoted(column)
        cursor = connection.cursor()
        cursor.row_factory = None
        try:
            infos = cursor.execute(f"PRAGMA {_quoted(name)}.table_info({_quoted(table)})").fetchall()
        except OperationalError:
            infos = []
        names = {info[1].lower() for info in infos}
        if not names:
            raise OperationalError(f"no such table: {name}.{table}")
        if column.lower() not in names:
            raise OperationalError(f'no such column: "{column}"')
        found = cursor.execute(
            f"SELECT typeof({value}), length(CAST({value} AS BLOB)) FROM {place} WHERE rowid = ?", (row,)
        ).fetchone()
        if found is None:
            raise OperationalError(f"no such rowid: {row}")
        kind, length = found
        if kind not in ("blob", "text"):
            raise OperationalError(f"cannot open value of type {kind}")
        self._connection = connection
        self._row = row
        self._readonly = readonly
        self._length = length
        self._offset = 0
        self._get = (
            f"SELECT substr(CAST({value} AS BLOB), ?, ?), length(CAST({value} AS BLOB)) FROM {place} WHERE rowid = ?"
        )
        start, end = f"substr(CAST({value} AS BLOB), 1, ?)", f"substr(CAST({value} AS BLOB), ?)"
        self._set = f"UPDATE {place} SET {value} = CAST({start} || ? || {end} AS BLOB) WHERE rowid = ?"
        return self

    def _gone(self) -> None:
        """The connection has been closed."""

    def _check(self) -> Connection:
        connection = self._connection
        if connection is None:
            raise ProgrammingError("Cannot operate on a closed blob.")
        connection._check()
        return connection

    def _read(self, start: int, length: int) -> bytes:
        connection = self._check()
        if length <= 0:
            return b""
        cursor = connection.cursor()
        cursor.row_factory = None
        found = cursor.execute(self._get, (start + 1, length, self._row)).fetchone()
        if found is None or found[1] != self._length:
            raise _aborted()
        return found[0]

    def _write(self, start: int, data: bytes) -> None:
        connection = self._check()
        if self._readonly:
            error = OperationalError("attempt to write a readonly database")
            error.sqlite_errorcode = 8  # type: ignore[attr-defined]
            error.sqlite_errorname = "SQLITE_READONLY"  # type: ignore[attr-defined]
            raise error
        if not data:
            return
        self._read(0, 1)
        values = (start, data, start + len(data) + 1, self._row)
        cursor = connection.cursor()
        cursor.execute(self._set, values)
        if cursor.rowcount != 1:
            raise _aborted()

    def close(self) -> None:
        """Close the blob."""
        connection = self._connection
        if connection is not None:
            connection._check()
            self._connection = None
            if self in connection._blobs:
                connection._blobs.remove(self)

    def read(self, length: int = -1, /) -> bytes:
        """Read data at the current offset position."""
        self._check()
        rest = self._length - self._offset
        if length < 0 or length > rest:
            length = rest
        data = self._read(self._offset, length)
        self._offset += length
        return data

    def write(self, data: Any, /) -> None:
        """Write data at the current offset."""
        self._check()
        content = contiguous(data)
        if len(content) > self._length - self._offset:
            raise ValueError("data longer than blob")
        self._write(self._offset, content)
        self._offset += len(content)

    def seek(self, offset: int, origin: int = 0, /) -> None:
        """Set the current access position to offset."""
        self._check()
        if origin not in (0, 1, 2):
            raise ValueError("'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END")
        base = (0, self._offset, self._length)[origin]
        if origin and offset > _INT_MAX - base:
            raise OverflowError("seek offset results in overflow")
        if not 0 <= base + offset <= self._length:
            raise ValueError("offset out of blob range")
        self._offset = base + offset

    def tell(self) -> int:
        """Return the current access position for the blob."""
        self._check()
        return self._offset

    def __enter__(self) -> Self:
        self._check()
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any, /) -> None:
        self._check()
        self.close()

    def __len__(self) -> int:
        self._check()
        return self._length

    def _index(self, key: Any) -> int:
        try:
            index = key.__index__()
        except AttributeError:
            raise TypeError("Blob indices must be integers") from None
        if not -(2**63) <= index < 2**63:
            raise IndexError("cannot fit 'int' into an index-sized integer")
        if index < 0:
            index += self._length
        if not 0 <= index < self._length:
            raise IndexError("Blob index out of range")
        return index

    @staticmethod
    def _bounds(key: slice, length: int) -> tuple[int, int, int]:
        for part in (key.start, key.stop, key.step):
            if part is not None and not hasattr(part, "__index__"):
                raise TypeError("slice indices must be integers or None or have an __index__ method")
        return key.indices(length)

    def __getitem__(self, key: Any, /) -> int | bytes:
        self._check()
        if isinstance(key, slice):
            start, stop, step = self._bounds(key, self._length)
            if step == 1:
                return self._read(start, stop - start)
            return self._read(0, self._length)[key]
        return self._read(self._index(key), 1)[0]

    def __setitem__(self, key: Any, value: Any, /) -> None:
        self._check()
        if isinstance(key, slice):
            start, stop, step = self._bounds(key, self._length)
            data = contiguous(value)
            count = len(range(start, stop, step))
            if len(data) != count:
                raise IndexError("Blob slice assignment is wrong size")
            if step == 1:
                self._write(start, data)
            elif count:
                whole = bytearray(self._read(0, self._length))
                whole[key] = data
                self._write(0, bytes(whole))
            return
        index = self._index(key)
        if not hasattr(value, "__index__"):
            raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
        number = value.__index__()
        if not 0 <= number <= 255:
            raise ValueError("byte must be in range(0, 256)")
        self._write(index, bytes((number,)))

    def __delitem__(self, key: Any, /) -> None:
        self._check()
        raise TypeError(f"Blob doesn't support {'slice' if isinstance(key, slice) else 'item'} deletion")

    # Not by `__getitem__`: a blob is no iterable.
    __iter__ = None

    def __contains__(self, item: object) -> bool:
        raise TypeError("argument of type 'sqlite3.Blob' is not a container or iterable")


def _aborted() -> OperationalError:
    error = OperationalError("query aborted")
    error.sqlite_errorcode = 4  # type: ignore[attr-defined]
    error.sqlite_errorname = "SQLITE_ABORT"  # type: ignore[attr-defined]
    return error
