"""`Cursor` and the statements it runs."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from marshal import dumps, loads
from typing import TYPE_CHECKING, Any, Self

from . import engine
from .adapting import PLAIN, bindable, converters
from .engine import Handle, OperationalError, ProgrammingError, call, failure

if TYPE_CHECKING:
    from .connection import Connection

PARSE_DECLTYPES = 1
PARSE_COLNAMES = 2

#: How many rows are read with the first crossing, and with each that follows; fewer if they are long.
_FIRST = 128
_NEXT = 2048
#: How many sets of parameters go with one crossing.
_SETS = 512


class Statement:
    """A prepared statement."""

    __module__ = "sqlite3"
    __slots__ = ("address", "columns", "handle", "in_use", "is_dml", "names", "text")

    handle: Handle
    address: int
    columns: tuple[str, ...]
    in_use: bool
    is_dml: int
    names: tuple[str | None, ...]
    text: str

    def __new__(cls, *_: object, **__: object) -> Self:
        raise TypeError("cannot create 'sqlite3.Statement' instances")

    @classmethod
    def _prepared(cls, handle: Handle, sql: str) -> Self:
        self = object.__new__(cls)
        self.handle = handle
        self.text = sql
        self.in_use = False
        self.address = 0
        self.address, self.is_dml, _, self.names, self.columns = call(engine.PREPARE, handle.address, sql.encode())
        return self

    def __del__(self) -> None:
        # A connection that is closed has taken its statements with it.
        if getattr(self, "address", 0) and self.handle.address:
            call(engine.FINALIZE, self.address)

    def parameters(self, given: Any) -> list[Any] | tuple[Any, ...]:
        """The values of the parameters in their order."""
        names = self.names
        if isinstance(given, (tuple, list)) or (not isinstance(given, dict) and _is_sequence(given)):
            values = given if isinstance(given, (tuple, list)) else [given[index] for index in range(len(given))]
            if len(values) == len(names):
                for index, name in enumerate(names):
                    if name is not None and not name.startswith("?"):
                        raise ProgrammingError(
                            f"Binding {index + 1} ('{name}') is a named parameter, but you supplied a sequence "
                            "which requires nominal (qmark) placeholders."
                        )
        elif isinstance(given, Mapping) or hasattr(given, "keys") or hasattr(given, "__getitem__"):
            values = []
            for index, name in enumerate(names):
                if name is None:
                    raise ProgrammingError(
                        f"Binding {index + 1} has no name, but you supplied a dictionary (which has only names)."
                    )
                try:
                    values.append(given[name[1:]])
                except LookupError:
                    raise ProgrammingError(f"You did not supply a value for binding parameter :{name[1:]}.") from None
        else:
            raise ProgrammingError("parameters are of unsupported type")
        if PLAIN.issuperset(map(type, values)):
            # A copy of a list, which may be another when it is bound.
            return values if type(values) is tuple else list(values)
        return bindable(values, names)


def _is_sequence(value: object) -> bool:
    return (
        not isinstance(value, Mapping)
        and hasattr(value, "__len__")
        and hasattr(value, "__getitem__")
        and not hasattr(value, "keys")
    )


def _uint32(value: Any) -> int:
    if not hasattr(value, "__index__"):
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    number = value.__index__()
    if number < 0:
        raise ValueError("value must be positive")
    if number >= 1 << 32:
        raise OverflowError("Python int too large to convert to C uint32_t")
    return number


def _told(answer: list[Any], values: Any) -> BaseException:
    """The exception for a failure of a statement with these parameters."""
    if answer[0] == 3:
        try:
            values[answer[1] - 1].encode()
        except UnicodeEncodeError as error:
            return error
    if answer[0] == 2:
        kind = type(values[answer[1] - 1]).__name__
        return ProgrammingError(f"Error binding parameter {answer[1]}: type '{kind}' is not supported")
    return failure(answer)


class Cursor:
    """SQLite database cursor class."""

    __module__ = "sqlite3"

    # Of one whose __init__ a subclass has not called.
    _connection: Connection | None = None
    _statement: Statement | None = None
    _closed = False
    _locked = False
    row_factory: Any = None

    def __init__(self, cursor: Connection, /) -> None:
        from .connection import Connection

        if not isinstance(cursor, Connection):
            raise TypeError(f"Cursor() argument 1 must be sqlite3.Connection, not {type(cursor).__name__}")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        cursor._check()
        self._release()
        self._connection = cursor
        self.connection = cursor
        self._arraysize = 1
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.row_factory = None
        self._closed = False
        self._rows: tuple[Any, ...] = ()
        self._at = 0
        self._failure: BaseException | None = None
        self._bad: dict[int, int] = {}
        self._more = False
        self._mode: tuple[int, bytes | None] = (0, None)
        self._converters: list[tuple[int, Any]] = []
        self._handle = cursor._handle

    def __del__(self) -> None:
        self._release()

    # ------------------------------------------------------------------------------------------------------- running

    def _check(self) -> Connection:
        connection = self._connection
        if connection is None:
            raise ProgrammingError("Base Cursor.__init__ not called.")
        if self._closed:
            raise ProgrammingError("Cannot operate on a closed cursor.")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        connection._check()
        return connection

    def _release(self) -> None:
        """Lets the present statement go."""
        statement = self._statement
        if statement is None:
            return
        self._statement = None
        if self._more and statement.handle.address:
            call(engine.RESET, statement.address)
        self._more = False
        statement.in_use = False

    def _begin(self, sql: str) -> tuple[Connection, Statement]:
        connection = self._check()
        if not isinstance(sql, str):
            raise TypeError(f"execute() argument 1 must be str, not {type(sql).__name__}")
        self._release()
        self._rows = ()
        self._at = 0
        self._failure = None
        self._bad = {}
        self.description = None
        self.rowcount = -1
        self._locked = True
        try:
            statement = connection._prepare(sql)
        finally:
            self._locked = False
        return connection, statement

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """Executes an SQL statement."""
        connection, statement = self._begin(sql)
        if statement.is_dml:
            self.rowcount = 0
        if not statement.address:
            # A text without a statement.
            return self
        self._locked = True
        try:
            values = statement.parameters(parameters)
            self._choose(connection, statement)
            # What Python's functions do is seen when the row is asked for, so those rows are not read ahead.
            limit = 1 if connection._functions and not statement.is_dml else _FIRST
            request = (engine.RUN, statement.address, values, connection._begins(statement), limit, *self._mode)
            statement.in_use = True
            self._statement = statement
            answer = loads(engine._send(dumps(request, 2)))
            if type(answer) is list:
                self._release()
                raise _told(answer, values)
            self._take(answer)
            self.lastrowid = answer[4]
            columns = statement.columns
            if columns:
                self.description = self._described(connection, columns)
        finally:
            self._locked = False
        if self._failure is not None and not self._rows:
            error, self._failure = self._failure, None
            raise error
        return self

    def executemany(self, sql: str, seq_of_parameters: Iterable[Any], /) -> Self:
        """Repeatedly executes an SQL statement."""
        connection, statement = self._begin(sql)
        if not statement.address:
            return self
        if not statement.is_dml:
            raise ProgrammingError("executemany() can only execute DML statements.")
        self.rowcount = 0
        source = iter(seq_of_parameters)
        has_names = any(name is not None and not name.startswith("?") for name in statement.names)
        self._locked = True
        statement.in_use = True
        try:
            going = True
            while going:
                sets: list[Any] = []
                raised: BaseException | None = None
                try:
                    # What may be another by the time it is bound is taken apart now, tuples all at once.
                    for given in islice(source, _SETS):
                        sets.append(given if type(given) is tuple else statement.parameters(given))
                except BaseException as error:
                    # Raised again when what came before has been run.
                    raised = error
                if has_names or not PLAIN.issuperset(map(type, chain.from_iterable(sets))):
                    sets, several = [], sets
                    try:
                        for given in several:
                            # Lists are what has been taken apart.
                            sets.append(given if type(given) is list else statement.parameters(given))
                    except BaseException as error:
                        raised = error
                going = len(sets) == _SETS and raised is None
                # Python's iterator may have closed the connection.
                connection._check()
                if sets:
                    request = (engine.RUN_MANY, statement.address, sets, connection._begins(statement))
                    failed, done, changes, _, _ = loads(engine._send(dumps(request, 2)))
                    self.rowcount += changes
                    if failed is not None:
                        raise _told(failed, sets[done] if done < len(sets) else ())
                if raised is not None:
                    raise raised
        finally:
            self._locked = False
            statement.in_use = False
        return self

    def executescript(self, sql_script: str, /) -> Self:
        """Executes multiple SQL statements at once."""
        connection = self._check()
        if not isinstance(sql_script, str):
            raise TypeError(f"executescript() argument must be str, not {type(sql_script).__name__}")
        text = sql_script.encode()
        if b"\0" in text:
            raise ValueError("embedded null character")
        if len(text) > connection.getlimit(1):
            raise engine.DataError("query string is too large")
        if connection.autocommit == -1 and connection.in_transaction:
            call(engine.EXECUTE, connection._handle.address, b"COMMIT")
        call(engine.SCRIPT, connection._handle.address, text)
        return self

    def _choose(self, connection: Connection, statement: Statement) -> None:
        """How texts are read, and which columns have a converter."""
        factory = connection.text_factory
        mode = 0 if factory is str else 1 if factory is bytes else 2
        mask = None
        self._converters = []
        detect = connection._detect_types
        if detect and statement.columns:
            found = {}
            if detect & PARSE_DECLTYPES:
                for index, kind in enumerate(call(engine.DECLARATIONS, statement.address)):
                    if kind:
                        converter = converters.get(kind.partition("(")[0].partition(" ")[0].upper())
                        if converter is not None:
                            found[index] = converter
            if detect & PARSE_COLNAMES:
                for index, name in enumerate(statement.columns):
                    _, bracket, rest = name.partition("[")
                    if bracket and "]" in rest:
                        converter = converters.get(rest.partition("]")[0].upper())
                        if converter is not None:
                            found[index] = converter
            if found:
                self._converters = list(found.items())
                mask = bytes(index in found for index in range(len(statement.columns)))
        self._mode = (mode, mask)

    def _described(self, connection: Connection, columns: tuple[str, ...]) -> tuple[tuple[Any, ...], ...]:
        rest = (None,) * 6
        if connection._detect_types & PARSE_COLNAMES:
            columns = tuple(name.partition("[")[0].removesuffix(" ") if "[" in name else name for name in columns)
        return tuple((name, *rest) for name in columns)

    def _take(self, answer: tuple[Any, ...]) -> None:
        """Keeps a batch of rows."""
        statement = self._statement
        more, self._rows, failed, changes, _, _, columns, bad = answer
        self._at = 0
        self._more = bool(more)
        self._failure = None if failed is None else failure(failed)
        self._bad = dict(bad) if bad else {}
        assert statement is not None
        if columns is not None:
            # The schema has changed since the statement was prepared.
            statement.columns = columns
        if not more:
            if statement.is_dml and changes >= 0:
                self.rowcount = changes
            self._statement = None
            statement.in_use = False

    # ------------------------------------------------------------------------------------------------------- fetching

    def _fill(self) -> bool:
        """Reads the next batch; false if there are no more rows."""
        if self._failure is not None:
            error, self._failure = self._failure, None
            raise error
        statement = self._statement
        if statement is None or not self._more:
            self._rows = ()
            self._at = 0
            return False
        connection = self._connection
        assert connection is not None
        limit = 1 if connection._functions and not statement.is_dml else _NEXT
        self._locked = True
        try:
            answer = loads(engine._send(dumps((engine.MORE, statement.address, limit, *self._mode), 2)))
            if type(answer) is list:
                raise failure(answer)
            self._take(answer)
        finally:
            self._locked = False
        return bool(self._rows) or self._fill()

    def _made(self, row: tuple[Any, ...], at: int) -> Any:
        """A row as the program wants it."""
        if at in self._bad and (self._connection is None or self._connection.text_factory is str):
            column = self._bad[at]
            text = row[column].decode(errors="replace")
            name = self.description[column][0] if self.description else ""
            raise OperationalError(f"Could not decode to UTF-8 column '{name}' with text '{text}'")
        if self._mode[0] == 2 or self._converters:
            self._locked = True
            try:
                values = list(row)
                for index, converter in self._converters:
                    if values[index] is not None:
                        values[index] = converter(values[index])
                if self._mode[0] == 2:
                    assert self._connection is not None
                    factory = self._connection.text_factory
                    converted = {index for index, _ in self._converters}
                    for index, value in enumerate(row):
                        if type(value) is tuple and index not in converted:
                            values[index] = factory(value[0])
                row = tuple(values)
            finally:
                self._locked = False
        factory = self.row_factory
        return row if factory is None else factory(self, row)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        self._check()
        if self._at >= len(self._rows) and not self._fill():
            raise StopIteration
        at = self._at
        self._at = at + 1
        return self._made(self._rows[at], at)

    def fetchone(self) -> Any:
        """Fetches one row from the resultset."""
        return next(self, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Fetches several rows from the resultset."""
        wanted = self._arraysize if size is None else _uint32(size)
        if wanted:
            return list(islice(self, wanted))
        self._check()
        return []

    def fetchall(self) -> list[Any]:
        """Fetches all rows from the resultset."""
        self._check()
        if self._mode[0] == 2 or self._converters or self.row_factory is not None:
            return list(self)
        rows: list[Any] = []
        while self._at < len(self._rows) or self._fill():
            if self._bad:
                return rows + list(self)
            rows += self._rows[self._at :] if self._at else self._rows
            self._at = len(self._rows)
        return rows

    @property
    def arraysize(self) -> int:
        return self._arraysize

    @arraysize.setter
    def arraysize(self, value: Any) -> None:
        self._arraysize = _uint32(value)

    def setinputsizes(self, sizes: Any, /) -> None:
        """Required by DB-API. Does nothing in sqlite3."""

    def setoutputsize(self, size: int, column: int | None = None, /) -> None:
        """Required by DB-API. Does nothing in sqlite3."""

    def close(self) -> None:
        """Closes the cursor."""
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        if self._connection is None:
            raise ProgrammingError("Base Cursor.__init__ not called.")
        self._connection._check()
        self._release()
        self._rows = ()
        self._at = 0
        self._closed = True
