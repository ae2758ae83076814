"""JavaScript's frames in Python's tracebacks."""

import sys
from types import TracebackType

import _krait_js

_GLOBALS = {"frame": sys._getframe, "__name__": "javascript"}
_CODE = compile("frame()", "javascript", "eval")


def _chain(text: str, inner: TracebackType | None) -> TracebackType | None:
    """Traceback entries for lines of name, file and number, the first of them innermost and right before `inner`."""
    lines = text.split("\n")
    for at in range(0, len(lines) - 2, 3):
        name, file, number = lines[at : at + 3]
        line = max(int(number), 1)
        code = _CODE.replace(co_name=name, co_qualname=name, co_filename=file, co_firstlineno=line)
        inner = TracebackType(inner, eval(code, _GLOBALS), -1, line)
    return inner


def put_before(exception: BaseException, text: str) -> None:
    """The exception has come through these frames: they are outside of those that it has been through before."""
    exception.__traceback__ = _chain(text, exception.__traceback__)


def with_frames(error: object, traceback: TracebackType | None) -> TracebackType | None:
    """The traceback of a JavaScript error: Python's frames, then those that the error's stack tells of."""
    last = traceback
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is not None and last.tb_frame.f_globals is _GLOBALS:
        return traceback
    frames = _chain(_krait_js.stack_frames(error), None)
    if last is None:
        return frames
    last.tb_next = frames
    return traceback
