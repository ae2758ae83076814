"""The native half of `sqlite3` (`Modules/_sqlite` in CPython), over SQLite in a WebAssembly instance of its own."""

from typing import Any

from _krait_sqlite import engine as _engine
from _krait_sqlite.adapting import (
    PrepareProtocol,
    adapt,
    adapters,
    converters,
    register_adapter,
    register_converter,
)
from _krait_sqlite.blob import Blob
from _krait_sqlite.connection import LEGACY_TRANSACTION_CONTROL, Connection
from _krait_sqlite.connection import positional as _positional
from _krait_sqlite.constants import CODES as _CODES
from _krait_sqlite.constants import OTHERS as _OTHERS
from _krait_sqlite.cursor import PARSE_COLNAMES, PARSE_DECLTYPES, Cursor, Statement
from _krait_sqlite.engine import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Warning,
    enable_callback_tracebacks,
)
from _krait_sqlite.row import Row

__all__ = [
    "LEGACY_TRANSACTION_CONTROL",
    "PARSE_COLNAMES",
    "PARSE_DECLTYPES",
    "Blob",
    "Connection",
    "Cursor",
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "PrepareProtocol",
    "ProgrammingError",
    "Row",
    "Statement",
    "Warning",
    "adapt",
    "adapters",
    "complete_statement",
    "connect",
    "converters",
    "enable_callback_tracebacks",
    "register_adapter",
    "register_converter",
    "sqlite_version",
    "threadsafety",
    *_CODES,
    *_OTHERS,
]

globals().update(_CODES)
globals().update(_OTHERS)

sqlite_version: str = _engine.call(_engine.VERSION)
#: SQLite is compiled for one thread, and a session has one.
threadsafety = 0


def connect(database: Any, *given: Any, **options: Any) -> Any:
    """Open a connection to the SQLite database file 'database'."""
    # The factory gets what was given as it was given.
    factory = _positional("sqlite3.connect", given).get("factory") or options.get("factory") or Connection
    return factory(database, *given, **options)


def complete_statement(statement: str) -> bool:
    """Checks if a string contains a complete SQL statement."""
    return bool(_engine.call(_engine.COMPLETE, statement.encode()))
