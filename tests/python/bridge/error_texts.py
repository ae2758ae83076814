"""The message of a PythonError is what the library's `traceback` writes, whichever way it was written."""

# also in a worker

import traceback

from pyodide.code import run_js

message_of = run_js("f => { try { f() } catch (e) { return e.message } return 'nothing was raised' }")
FRAMES = "bridge/error_texts.py"


class Own(Exception):
    class Nested(ValueError):
        pass


class Silent(Exception):
    def __str__(self):
        return ""


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def plain():
    raise ValueError("no")


def two_lines():
    raise Own.Nested("one\ntwo")


def no_text():
    raise Silent


def mute():
    raise Mute


def wide():
    raise ValueError("größer 🐍")


def key():
    raise KeyError("key")


def long_statement():
    raise ValueError(
        "over several lines",
    )


def behind():
    raise ValueError("behind something on its line")  # fmt: skip


def commented():
    raise ValueError("with a comment")  # which is no part of the statement


def inner():
    return plain()


def operator():
    return [1] + (2,)


def with_cause():
    try:
        plain()
    except ValueError as error:
        raise RuntimeError("from") from error


def with_context():
    try:
        plain()
    except ValueError:
        raise RuntimeError("while")  # noqa: B904


def with_note():
    error = ValueError("noted")
    error.add_note("a note")
    raise error


def group():
    raise ExceptionGroup("many", [ValueError("one"), TypeError("two")])


def name():
    return undefined_name


def attribute():
    return [].apend


def missing():
    import asyncio.not_there_at_all


def syntax():
    compile("a b", "<string>", "exec")


def recursion(n=30):
    if n == 0:
        raise ValueError("deep")
    recursion(n - 1)


def elsewhere():
    exec(compile("def f():\n    raise ValueError('made')\nf()", "<made>", "exec"), {})


CASES = (
    plain, two_lines, no_text, mute, wide, key, long_statement, behind, commented, inner, operator, with_cause,
    with_context, with_note, group, name, attribute, missing, syntax, recursion, elsewhere,
)  # fmt: skip
for case in CASES:
    message = message_of(case)
    try:
        case()
    except Exception as error:
        # The frame of this module is not in the other.
        error.__traceback__ = error.__traceback__.tb_next
        expected = "".join(traceback.format_exception(error))
    assert message == expected, f"{case.__name__}:\n{message}\n---\n{expected}"
    assert FRAMES in message

message = message_of(plain)
assert message.endswith('in plain\n    raise ValueError("no")\nValueError: no\n'), message
