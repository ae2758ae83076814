"""Requests to SQLite, what they raise, and the functions of Python's that SQLite calls.

A request and an answer are values in the format of `marshal`, which both sides read natively: one crossing for a
statement with all its parameters and a batch of rows. A list in an answer stands for a failure.
"""

import sys
from collections.abc import Callable
from itertools import count
from marshal import dumps, loads
from types import SimpleNamespace
from typing import Any

import _krait_js

from .buffers import contiguous
from .constants import CODES

# Operations; `crates/sqlite/src/operations.rs` has the same numbers.
OPEN, CLOSE, PREPARE, RUN, MORE, RESET, FINALIZE, RUN_MANY, EXECUTE, SCRIPT, STATE = range(1, 12)
FUNCTION, COLLATION, AUTHORIZER, PROGRESS, TRACE, LIMIT, CONFIG, INTERRUPT, COMPLETE = range(12, 21)
SERIALIZE, DESERIALIZE, BACKUP, BACKUP_STEP, BACKUP_END, DECLARATIONS, VERSION = range(21, 28)

_send = _krait_js.call_sqlite


class Warning(Exception):
    __module__ = "sqlite3"


class Error(Exception):
    __module__ = "sqlite3"


class InterfaceError(Error):
    __module__ = "sqlite3"


class DatabaseError(Error):
    __module__ = "sqlite3"


class InternalError(DatabaseError):
    __module__ = "sqlite3"


class OperationalError(DatabaseError):
    __module__ = "sqlite3"


class ProgrammingError(DatabaseError):
    __module__ = "sqlite3"


class IntegrityError(DatabaseError):
    __module__ = "sqlite3"


class DataError(DatabaseError):
    __module__ = "sqlite3"


class NotSupportedError(DatabaseError):
    __module__ = "sqlite3"


_CLASSES: dict[int, type[Exception]] = {
    **dict.fromkeys((1, 3, 4, 5, 6, 8, 9, 10, 13, 14, 15, 16, 17), OperationalError),
    **dict.fromkeys((2, 12), InternalError),
    7: MemoryError,
    18: DataError,
    **dict.fromkeys((19, 20), IntegrityError),
    **dict.fromkeys((21, 25), InterfaceError),
}
_NAMES = {code: name for name, code in reversed(CODES.items())}


def failure(answer: list[Any]) -> BaseException:
    """The exception for a failure that an answer tells."""
    match answer:
        case [0, code, extended, message]:
            kind = _CLASSES.get(code, DatabaseError)
            if kind is MemoryError:
                return MemoryError()
            error = kind(message)
            error.sqlite_errorcode = extended  # type: ignore[attr-defined]
            error.sqlite_errorname = _NAMES.get(extended, "unknown")  # type: ignore[attr-defined]
            return error
        case [1, *_]:
            return OverflowError("Python int too large to convert to SQLite INTEGER")
        case [4, wanted, given]:
            return ProgrammingError(
                "Incorrect number of bindings supplied. "
                f"The current statement uses {wanted}, and there are {given} supplied."
            )
        case [5, *_]:
            return ProgrammingError("You can only execute one statement at a time.")
        case [6, 0, _]:
            return DataError("query string is too large")
        case [6, what, _]:
            return OverflowError("string longer than INT_MAX bytes" if what == 1 else "BLOB longer than INT_MAX bytes")
    return InternalError(f"SQLite failed without saying how: {answer}")


def call(*request: object) -> Any:
    """Carries out a request; raises if it fails."""
    answer = loads(_send(dumps(request, 2)))
    if type(answer) is list:
        raise failure(answer)
    return answer


class Handle:
    """An open connection's address; 0 after it is closed."""

    __slots__ = ("address",)

    def __init__(self, address: int) -> None:
        self.address = address


# ------------------------------------------------------------------------------------ functions written in Python

#: What SQLite calls, by id: the callable (or class), the aggregations that are going on, and for which connection.
_functions: dict[int, tuple[Any, dict[int, Any], Handle]] = {}
#: The connections in which SQLite waits for a function of Python's now.
calling: list[Handle] = []
_ids = count(1)
_tracebacks = False


def enable_callback_tracebacks(enable: object, /) -> None:
    """Enable or disable callback functions throwing errors to stderr."""
    global _tracebacks
    _tracebacks = bool(enable)


def register(function: Any, handle: Handle) -> int:
    """Makes a callable known to SQLite; the id stays until `forget`."""
    number = next(_ids)
    _functions[number] = (function, {}, handle)
    return number


def forget(number: int) -> None:
    _functions.pop(number, None)


def _unraisable(function: object, error: BaseException) -> None:
    if _tracebacks:
        sys.unraisablehook(
            SimpleNamespace(
                exc_type=type(error),
                exc_value=error,
                exc_traceback=error.__traceback__,
                err_msg=f"Exception ignored in sqlite3 callback {function!r}",
                object=None,
            )
        )


def _result(value: object) -> bytes:
    """A value as SQLite can have it."""
    if value is None or isinstance(value, float):
        return dumps(value, 2)
    if isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 63:
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        return dumps(int(value), 2)
    if isinstance(value, str):
        value.encode()
        return dumps(str(value), 2)
    return dumps(contiguous(value), 2)


def _arguments(values: tuple[Any, ...]) -> tuple[Any, ...]:
    # Text that is no UTF-8 comes as bytes in a tuple.
    if tuple in map(type, values):
        return tuple(value[0].decode() if type(value) is tuple else value for value in values)
    return values


def _scalar(function: Any, _: dict[int, Any], values: tuple[Any, ...]) -> bytes:
    return _result(function(*_arguments(values)))


class _Said(Exception):
    """An error of an aggregate: the sentence for SQLite, and what was raised."""


def _told(what: str, function: Callable[..., Any], *values: object) -> Any:
    """Calls a function; what it raises becomes a sentence, but for what SQLite has codes of its own for."""
    try:
        return function(*values)
    except (MemoryError, OverflowError):
        raise
    except Exception as error:
        raise _Said(f"user-defined aggregate's '{what}' method raised error") from error


def _method(instance: object, name: str, *values: object) -> Any:
    try:
        method = getattr(instance, name)
    except AttributeError as error:
        raise _Said(f"user-defined aggregate's '{name}' method not defined") from error
    return _told(name, method, *values)


def _on_row(name: str) -> Callable[..., bytes]:
    def step(cls: Any, states: dict[int, Any], number: int, values: tuple[Any, ...]) -> bytes:
        if number not in states:
            states[number] = _told("__init__", cls)
        _method(states[number], name, *_arguments(values))
        return b"N"

    return step


def _value(name: str) -> Callable[..., bytes]:
    def current(_: Any, states: dict[int, Any], number: int) -> bytes:
        if number not in states:
            return b"N"
        instance = states.pop(number) if name == "finalize" else states[number]
        return _told(name, _result, _method(instance, name))

    return current


def _compare(function: Any, _: dict[int, Any], first: str, second: str) -> bytes:
    order = function(first, second)
    return dumps((order > 0) - (order < 0), 2)


def _authorize(function: Any, _: dict[int, Any], *what: object) -> bytes:
    answer = function(*what)
    if not isinstance(answer, int):
        raise TypeError(f"an authorizer gives an int, not {type(answer).__name__}")
    if not -(1 << 31) <= answer < 1 << 31:
        raise OverflowError("Python int too large to convert to C int")
    return dumps(int(answer), 2)


def _trace(function: Any, _: dict[int, Any], text: str, is_expanded: int) -> bytes:
    if not is_expanded:
        _unraisable(function, DataError("Expanded SQL string exceeds the maximum string length"))
    function(text)
    return b"N"


def _progress(function: Any, _: dict[int, Any]) -> bytes:
    return dumps(int(bool(function())), 2)


#: By what SQLite calls for (`Kind` in `crates/sqlite/src/callback.rs`).
_KINDS: tuple[Callable[..., bytes], ...] = (
    _scalar,
    _on_row("step"),
    _value("finalize"),
    _value("value"),
    _on_row("inverse"),
    _compare,
    _authorize,
    _trace,
    _progress,
)


def _callback(request: bytes) -> bytes:
    kind, number, *rest = loads(request)
    function, states, handle = _functions[number]
    calling.append(handle)
    try:
        return _KINDS[kind](function, states, *rest)
    except MemoryError as error:
        _unraisable(function, error)
        return dumps([7], 2)
    except OverflowError as error:
        _unraisable(function, error)
        return dumps([18], 2)
    except _Said as said:
        _unraisable(function, said.__cause__ or said)
        return dumps([1, str(said)], 2)
    except BaseException as error:
        # SQLite stands between this and who asked.
        _unraisable(function, error)
        return dumps([1, "user-defined function raised exception"], 2)
    finally:
        calling.pop()


_krait_js.start_sqlite(_callback)
