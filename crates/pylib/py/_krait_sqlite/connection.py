"""`Connection`: an open database."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Self
from warnings import warn

from . import engine
from .buffers import contiguous
from .cursor import Cursor, Statement
from .engine import Handle, ProgrammingError, call, forget, register

LEGACY_TRANSACTION_CONTROL = -1

_OPEN_READWRITE = 2
_OPEN_CREATE = 4
_OPEN_URI = 0x40
_DETERMINISTIC = 0x800
_LEVELS = ("", "DEFERRED", "IMMEDIATE", "EXCLUSIVE")
_LIMIT_FUNCTION_ARG = 6
_OPTIONS = range(1000, 1024)
_PARAMETERS = ("timeout", "detect_types", "isolation_level", "check_same_thread", "factory", "cached_statements", "uri")


def _checked_level(level: Any) -> str | None:
    if level is None:
        return None
    if not isinstance(level, str):
        raise TypeError("isolation_level must be str or None")
    level = str.upper(level)
    if level not in _LEVELS:
        raise ValueError("isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'")
    return level


def _checked_autocommit(value: Any) -> int:
    if value is True or value is False or (type(value) is int and value == LEGACY_TRANSACTION_CONTROL):
        return int(value)
    raise ValueError("autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL")


def positional(function: str, given: tuple[Any, ...]) -> dict[str, Any]:
    """The values of parameters that may still be given by position."""
    if len(given) > len(_PARAMETERS):
        raise TypeError(
            f"{function}() takes at most {len(_PARAMETERS) + 1} positional arguments ({len(given) + 1} given)"
        )
    if given:
        warn(
            f"Passing more than 1 positional argument to {function}() is deprecated. Parameters 'timeout', "
            "'detect_types', 'isolation_level', 'check_same_thread', 'factory', 'cached_statements' and 'uri' will "
            "become keyword-only parameters in Python 3.15.",
            DeprecationWarning,
            stacklevel=3,
        )
    return dict(zip(_PARAMETERS, given, strict=False))


def _positional_only[F: Callable[..., Any]](*names: str) -> Callable[[F], F]:
    """Makes parameters positional that may still be named, for which there is a warning until Python 3.15."""

    def decorate(method: F) -> F:
        @wraps(method)
        def checked(self: Connection, *values: Any, **named: Any) -> Any:
            late = names[len(values) :]
            if any(name in named for name in late):
                several = len(names) > 1
                which = f"{', '.join(map(repr, names[:-1]))} and {names[-1]!r}" if several else repr(names[0])
                which = f"{'s' if several else ''} {which}"
                warn(
                    f"Passing keyword argument{which} to _sqlite3.Connection.{method.__name__}() is deprecated. "
                    f"Parameter{which} will become positional-only in Python 3.15.",
                    DeprecationWarning,
                    stacklevel=2,
                )
                values += tuple(named.pop(name) for name in late if name in named)
            return method(self, *values, **named)

        return checked  # type: ignore[return-value]

    return decorate


class Connection:
    """SQLite database connection object."""

    __module__ = "sqlite3"

    # Of one whose __init__ a subclass has not called.
    _handle: Handle | None = None
    _autocommit = LEGACY_TRANSACTION_CONTROL
    _level: str | None = ""
    _detect_types = 0
    row_factory: Any = None
    text_factory: Any = str

    Warning = engine.Warning
    Error = engine.Error
    InterfaceError = engine.InterfaceError
    DatabaseError = engine.DatabaseError
    DataError = engine.DataError
    OperationalError = engine.OperationalError
    IntegrityError = engine.IntegrityError
    InternalError = engine.InternalError
    ProgrammingError = engine.ProgrammingError
    NotSupportedError = engine.NotSupportedError

    def __init__(self, database: Any, *given: Any, autocommit: Any = LEGACY_TRANSACTION_CONTROL, **named: Any) -> None:
        options = positional("_sqlite3.Connection", given)
        for name, value in named.items():
            if name not in _PARAMETERS:
                raise TypeError(f"Connection() got an unexpected keyword argument {name!r}")
            if name in options:
                raise TypeError(f"argument for Connection() given by name ({name!r}) and position")
            options[name] = value
        path = os.fsencode(database)
        if b"\0" in path:
            raise ValueError("embedded null byte")
        level = _checked_level(options.get("isolation_level", ""))
        mode = _checked_autocommit(autocommit)
        timeout = options.get("timeout", 5.0)
        if not isinstance(timeout, (int, float)):
            raise TypeError(f"must be real number, not {type(timeout).__name__}")
        detect_types = options.get("detect_types", 0)
        if not isinstance(detect_types, int):
            raise TypeError(f"'{type(detect_types).__name__}' object cannot be interpreted as an integer")
        room = options.get("cached_statements", 128)
        sys.audit("sqlite3.connect", database)
        if self._handle is not None:
            # A second __init__ opens another database.
            self._close(self._handle)
            self._handle = None
        flags = _OPEN_READWRITE | _OPEN_CREATE | (_OPEN_URI if options.get("uri") else 0)
        handle = Handle(call(engine.OPEN, path, flags))
        self._handle = handle
        self._functions: dict[Any, int] = {}
        self._statements: dict[str, Statement] = {}
        self._room = int(room)
        self._blobs: list[Any] = []
        self._level = level
        self._autocommit = mode
        self._detect_types = int(detect_types)
        self.row_factory = None
        self.text_factory = str
        if mode == 0:
            call(engine.EXECUTE, handle.address, b"BEGIN")
        sys.audit("sqlite3.connect/handle", self)

    def __del__(self) -> None:
        handle = self._handle
        if handle is not None and handle.address:
            warn(f"unclosed database in {self!r}", ResourceWarning, stacklevel=2, source=self)
            self._close(handle)

    # ----------------------------------------------------------------------------------------------------- its life

    def _check(self) -> int:
        """The connection's address; raises if it is not open."""
        handle = self._handle
        if handle is None:
            raise ProgrammingError("Base Connection.__init__ not called.")
        if not handle.address:
            raise ProgrammingError("Cannot operate on a closed database.")
        return handle.address

    def _open(self) -> Handle:
        handle = self._handle
        assert handle is not None
        return handle

    def _close(self, handle: Handle) -> None:
        if handle in engine.calling:
            raise ProgrammingError("Cannot close a connection while SQLite calls one of its functions.")
        address, handle.address = handle.address, 0
        for number in self._functions.values():
            forget(number)
        self._functions = {}
        self._statements = {}
        for blob in self._blobs:
            blob._gone()
        self._blobs = []
        if address:
            call(engine.CLOSE, address)

    def close(self) -> None:
        """Close the database connection. Any pending transaction is not committed implicitly."""
        handle = self._handle
        if handle is None:
            raise ProgrammingError("Base Connection.__init__ not called.")
        if handle.address:
            if self._autocommit == 0 and self.in_transaction:
                call(engine.EXECUTE, handle.address, b"ROLLBACK")
            self._close(handle)

    def __enter__(self) -> Self:
        self._check()
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any, /) -> bool:
        if kind is not None:
            self.rollback()
            return False
        try:
            self.commit()
        except BaseException:
            # A commit that fails leaves the transaction open.
            self.rollback()
            raise
        return False

    def __delattr__(self, name: str) -> None:
        if name in ("row_factory", "text_factory"):
            raise AttributeError(f"cannot delete attribute {name!r}")
        object.__delattr__(self, name)

    # ----------------------------------------------------------------------------------------------------- running

    def _prepare(self, sql: str) -> Statement:
        statements = self._statements
        statement = statements.pop(sql, None)
        if statement is None or statement.in_use:
            if "\0" in sql:
                raise ProgrammingError("the query contains a null character")
            assert self._handle is not None
            if (len(sql) > 1_000_000 or self._limited) and len(sql.encode()) > self.getlimit(1):
                raise engine.DataError("query string is too large")
            fresh = Statement._prepared(self._handle, sql)
            if statement is not None:
                statements[sql] = statement
                return fresh
            statement = fresh
        if self._room > 0:
            while len(statements) >= self._room:
                del statements[next(iter(statements))]
            statements[sql] = statement
        return statement

    #: Whether somebody has set a limit.
    _limited = False

    def _begins(self, statement: Statement) -> bytes | None:
        """The statement to run before this one if no transaction is open."""
        if statement.is_dml and self._level is not None and self._autocommit == LEGACY_TRANSACTION_CONTROL:
            return b"BEGIN " + self._level.encode()
        return None

    def __call__(self, sql, /):  # type: ignore[no-untyped-def]
        # Without annotations: programs look at the signature.
        self._check()
        if not isinstance(sql, str):
            raise TypeError(f"argument 1 must be str, not {type(sql).__name__}")
        return self._prepare(sql)

    def cursor(self, factory: Any = Cursor) -> Any:
        """Return a cursor for the connection."""
        self._check()
        cursor = factory(self)
        if not issubclass(type(cursor), Cursor):
            raise TypeError(f"factory must return a cursor, not {type(cursor).__name__}")
        if self.row_factory is not None:
            cursor.row_factory = self.row_factory
        return cursor

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        """Executes an SQL statement."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        """Repeatedly executes an SQL statement."""
        return self.cursor().executemany(sql, parameters)

    def executescript(self, sql_script: str, /) -> Any:
        """Executes multiple SQL statements at once."""
        return self.cursor().executescript(sql_script)

    # ------------------------------------------------------------------------------------------------- transactions

    @property
    def in_transaction(self) -> bool:
        return bool(call(engine.STATE, self._check())[0])

    @property
    def total_changes(self) -> int:
        return call(engine.STATE, self._check())[1]

    def _end(self, how: bytes) -> None:
        address = self._check()
        if self._autocommit == LEGACY_TRANSACTION_CONTROL:
            if self.in_transaction:
                call(engine.EXECUTE, address, how)
        elif self._autocommit == 0:
            call(engine.EXECUTE, address, how)
            call(engine.EXECUTE, address, b"BEGIN")

    def commit(self) -> None:
        """Commit any pending transaction to the database."""
        self._end(b"COMMIT")

    def rollback(self) -> None:
        """Roll back to the start of any pending transaction."""
        self._end(b"ROLLBACK")

    @property
    def isolation_level(self) -> str | None:
        self._check()
        return self._level

    @isolation_level.setter
    def isolation_level(self, level: Any) -> None:
        if level is None:
            self._level = None
            # Leaving the transactions of this module commits what is open.
            if self.in_transaction:
                call(engine.EXECUTE, self._check(), b"COMMIT")
            return
        self._level = _checked_level(level)

    @isolation_level.deleter
    def isolation_level(self) -> None:
        raise AttributeError("cannot delete attribute")

    @property
    def autocommit(self) -> bool | int:
        self._check()
        return self._autocommit if self._autocommit == LEGACY_TRANSACTION_CONTROL else bool(self._autocommit)

    @autocommit.setter
    def autocommit(self, value: Any) -> None:
        address = self._check()
        mode = _checked_autocommit(value)
        if mode == 1 and self.in_transaction:
            call(engine.EXECUTE, address, b"COMMIT")
        elif mode == 0 and not self.in_transaction:
            call(engine.EXECUTE, address, b"BEGIN")
        self._autocommit = mode

    # ------------------------------------------------------------------------------------- functions written in Python

    def _keep(self, key: Any, function: Any) -> int | None:
        """The id of a callable that takes the place of the one with this key."""
        number = None if function is None else register(function, self._open())
        before = self._functions.pop(key, None)
        if number is not None:
            self._functions[key] = number
        if before is not None:
            forget(before)
        return number

    def _function(self, name: str, narg: int, function: Any, kind: int, flags: int = 0) -> None:
        address = self._check()
        if not isinstance(name, str):
            raise TypeError(f"argument 1 must be str, not {type(name).__name__}")
        if not isinstance(narg, int):
            raise TypeError(f"'{type(narg).__name__}' object cannot be interpreted as an integer")
        most = self.getlimit(_LIMIT_FUNCTION_ARG)
        if not -1 <= narg <= most:
            raise ProgrammingError(f"'narg' must be between -1 and {most}, not {narg}")
        what = ("function", "aggregate", "window function")[kind]
        text = name.encode()
        key = ("function", text.lower(), narg)
        number = None if function is None else register(function, self._open())
        try:
            call(engine.FUNCTION, address, text, narg, flags, kind, number)
        except Exception as error:
            if number is not None:
                forget(number)
            if kind == 2 and isinstance(error, engine.OperationalError):
                raise
            raise engine.OperationalError(f"Error creating {what}") from None
        before = self._functions.pop(key, None)
        if before is not None:
            forget(before)
        if number is not None:
            self._functions[key] = number

    @_positional_only("name", "narg", "func")
    def create_function(
        self, name: str, narg: int, func: Callable[..., Any] | None, /, *, deterministic: bool = False
    ) -> None:
        """Creates a new function."""
        self._function(name, narg, func, 0, _DETERMINISTIC if deterministic else 0)

    @_positional_only("name", "n_arg", "aggregate_class")
    def create_aggregate(self, name: str, n_arg: int, aggregate_class: Callable[[], Any] | None, /) -> None:
        """Creates a new aggregate."""
        self._function(name, n_arg, aggregate_class, 1)

    def create_window_function(self, name: str, num_params: int, aggregate_class: Callable[[], Any] | None, /) -> None:
        """Creates or redefines an aggregate window function."""
        self._function(name, num_params, aggregate_class, 2)

    def create_collation(self, name: str, callback: Callable[[str, str], int] | None, /) -> None:
        """Creates a collation function."""
        address = self._check()
        if not isinstance(name, str):
            raise TypeError(f"create_collation() argument 1 must be str, not {type(name).__name__}")
        if callback is not None and not callable(callback):
            raise TypeError("parameter must be callable")
        text = name.encode()
        call(engine.COLLATION, address, text, self._keep(("collation", text.lower()), callback))

    @_positional_only("authorizer_callback")
    def set_authorizer(self, authorizer_callback: Callable[..., int] | None, /) -> None:
        """Set authorizer callback."""
        call(engine.AUTHORIZER, self._check(), self._keep("authorizer", authorizer_callback))

    @_positional_only("progress_handler")
    def set_progress_handler(self, progress_handler: Callable[[], Any] | None, /, n: int) -> None:
        """Set progress handler callback."""
        call(engine.PROGRESS, self._check(), n, self._keep("progress", progress_handler))

    @_positional_only("trace_callback")
    def set_trace_callback(self, trace_callback: Callable[[str], Any] | None, /) -> None:
        """Set a trace callback called for each SQL statement (passed as unicode)."""
        call(engine.TRACE, self._check(), self._keep("trace", trace_callback))

    # ------------------------------------------------------------------------------------------------- the database

    def interrupt(self) -> None:
        """Abort any pending database operation."""
        call(engine.INTERRUPT, self._check())

    def iterdump(self, *, filter: str | None = None) -> Iterator[str]:
        """Returns iterator to the dump of the database in an SQL text format."""
        self._check()
        from sqlite3.dump import _iterdump

        return _iterdump(self, filter=filter)

    def backup(
        self,
        target: Connection,
        *,
        pages: int = -1,
        progress: Callable[[int, int, int], Any] | None = None,
        name: str = "main",
        sleep: float = 0.25,
    ) -> None:
        """Makes a backup of the database."""
        source = self._check()
        if not isinstance(target, Connection):
            raise TypeError(f"backup() argument 1 must be sqlite3.Connection, not {type(target).__name__}")
        if target is self:
            raise ValueError("target cannot be the same connection instance")
        destination = target._check()
        if progress is not None and not callable(progress):
            raise TypeError("progress argument must be a callable")
        backup = call(engine.BACKUP, destination, b"main", source, name.encode())
        status = 0
        try:
            while status == 0:
                status, remaining, total = call(engine.BACKUP_STEP, backup, pages or -1)
                if progress is not None:
                    progress(status, remaining, total)
        except BaseException:
            call(engine.BACKUP_END, backup, destination)
            raise
        call(engine.BACKUP_END, backup, destination)
        if status != 101:
            # Whoever has the lock cannot end it while this waits, so waiting (`sleep`) would be for ever.
            raise engine.OperationalError("database is locked")

    def serialize(self, *, name: str = "main") -> bytes:
        """Serialize a database into a byte string."""
        return call(engine.SERIALIZE, self._check(), name.encode())

    def deserialize(self, data: Any, /, *, name: str = "main") -> None:
        """Load a serialized database."""
        address = self._check()
        call(
            engine.DESERIALIZE,
            address,
            name.encode(),
            data.encode() if isinstance(data, str) else contiguous(data),
        )

    def blobopen(self, table: str, column: str, row: int, /, *, readonly: bool = False, name: str = "main") -> Any:
        """Open and return a BLOB object."""
        from .blob import Blob

        self._check()
        blob = Blob._opened(self, table, column, row, bool(readonly), name)
        self._blobs.append(blob)
        return blob

    def getlimit(self, category: int, /) -> int:
        """Get connection run-time limits."""
        return self.setlimit(category, -1)

    def setlimit(self, category: int, limit: int, /) -> int:
        """Set connection run-time limits; gives the limit before."""
        before = call(engine.LIMIT, self._check(), category, limit)
        if before < 0:
            raise ProgrammingError("'category' is out of bounds")
        if limit >= 0:
            self._limited = True
        return before

    def getconfig(self, op: int, /) -> bool:
        """Query a boolean connection configuration option."""
        address = self._check()
        if op not in _OPTIONS:
            raise ValueError(f"unknown config 'op': {op}")
        return bool(call(engine.CONFIG, address, op, -1))

    def setconfig(self, op: int, enable: bool = True, /) -> None:
        """Set a boolean connection configuration option."""
        address = self._check()
        if op not in _OPTIONS:
            raise ValueError(f"unknown config 'op': {op}")
        if call(engine.CONFIG, address, op, int(bool(enable))) != bool(enable):
            raise engine.OperationalError("Unable to set config")
