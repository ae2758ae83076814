"""Deterministic profiling of Python programs, with the names of CPython's `cProfile`, on `sys.setprofile`."""

__all__ = ["Profile", "run", "runctx"]

import profile as _profile
import sys
import time
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple, Self

#: File, line and name of a function.
_Label = tuple[str, int, str]


class profiler_entry(NamedTuple):  # noqa: N801, the name that `getstats` has elsewhere
    """What is known of one function."""

    code: Any
    callcount: int
    reccallcount: int
    totaltime: float
    inlinetime: float
    calls: list[profiler_subentry] | None


class profiler_subentry(NamedTuple):  # noqa: N801
    """What is known of one function, as far as another has called it."""

    code: Any
    callcount: int
    reccallcount: int
    totaltime: float
    inlinetime: float


class _Counts:
    """Calls of a function, or of one function by another."""

    __slots__ = ("calls", "depth", "inner", "outermost", "total")

    def __init__(self) -> None:
        self.calls = 0
        self.depth = 0
        #: Calls that were not inside of another of the same.
        self.outermost = 0
        self.inner = 0.0
        self.total = 0.0

    def end(self, own: float, total: float) -> None:
        self.depth -= 1
        self.calls += 1
        self.inner += own
        if self.depth == 0:
            self.outermost += 1
            self.total += total


class _Call:
    """A call that goes on."""

    __slots__ = ("below", "frame", "label", "link", "native", "since")

    def __init__(self, label: _Label, frame: FrameType, native: bool, since: float, link: _Counts | None) -> None:
        self.label = label
        self.frame = frame
        self.native = native
        self.since = since
        self.link = link
        #: Time spent in functions that it called.
        self.below = 0.0


class Profile:
    """Profile(timer=None, timeunit=0.0, subcalls=True, builtins=True)

    Builds a profiler object using the specified timer function.
    """

    stats: dict[_Label, tuple[int, int, float, float, dict[_Label, tuple[int, int, float, float]]]]

    def __init__(self, timer: Any = None, timeunit: float = 0.0, subcalls: bool = True, builtins: bool = True) -> None:
        self._timer = timer or time.perf_counter
        self._unit = timeunit or 1.0
        self._subcalls = subcalls
        self._builtins = builtins
        self._counts: dict[_Label, _Counts] = {}
        self._links: dict[tuple[_Label, _Label], _Counts] = {}
        self._stack: list[_Call] = []
        self._codes: dict[_Label, Any] = {}

    # ------------------------------------------------------------------------------------------------ collecting

    def enable(self, subcalls: bool = True, builtins: bool = True) -> None:
        """Start collecting profiling information."""
        if sys.getprofile() is not None:
            raise ValueError("Another profiling tool is already active")
        self._subcalls = subcalls
        self._builtins = builtins
        sys.setprofile(self._event)

    def disable(self) -> None:
        """Stop collecting profiling information."""
        sys.setprofile(None)
        now = self._timer()
        while self._stack:
            self._pop(now)

    def clear(self) -> None:
        """Clear all profiling information collected so far."""
        self._stack.clear()
        self._counts.clear()
        self._links.clear()

    def _event(self, frame: FrameType, event: str, arg: Any) -> None:
        # What the profiler itself does is nobody's.
        if frame.f_globals is _OWN:
            return
        now = self._timer()
        stack = self._stack
        if event == "call":
            self._push(frame.f_code, frame, False, now)
        elif event == "c_call":
            if self._builtins:
                self._push(_described(arg), frame, True, now)
        elif event == "return":
            # Frames that were there before have not been seen to begin.
            if any(call.frame is frame and not call.native for call in reversed(stack)):
                while self._pop(now) is not frame:
                    pass
        elif stack and stack[-1].native and stack[-1].frame is frame:
            self._pop(now)

    def _push(self, code: CodeType | str, frame: FrameType, native: bool, now: float) -> None:
        label = _label(code)
        counts = self._counts.get(label)
        if counts is None:
            counts = self._counts[label] = _Counts()
            self._codes[label] = code
        counts.depth += 1
        link = None
        if self._subcalls and self._stack:
            pair = (self._stack[-1].label, label)
            link = self._links.get(pair)
            if link is None:
                link = self._links[pair] = _Counts()
            link.depth += 1
        self._stack.append(_Call(label, frame, native, now, link))

    def _pop(self, now: float) -> FrameType | None:
        """Ends the innermost call; the frame, if it was one of Python's."""
        call = self._stack.pop()
        total = (now - call.since) * self._unit
        own = total - call.below
        self._counts[call.label].end(own, total)
        if call.link is not None:
            call.link.end(own, total)
        if self._stack:
            self._stack[-1].below += total
        return None if call.native else call.frame

    # ------------------------------------------------------------------------------------------------ what was found

    def getstats(self) -> list[profiler_entry]:
        """The functions that were called."""
        below: dict[_Label, list[profiler_subentry]] = {}
        for (caller, label), link in self._links.items():
            entry = profiler_subentry(
                self._codes[label], link.calls, link.calls - link.outermost, link.total, link.inner
            )
            below.setdefault(caller, []).append(entry)
        return [
            profiler_entry(
                self._codes[label],
                counts.calls,
                counts.calls - counts.outermost,
                counts.total,
                counts.inner,
                below.get(label),
            )
            for label, counts in self._counts.items()
        ]

    def print_stats(self, sort: Any = -1) -> None:
        """Prints the table."""
        import pstats

        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file: Any) -> None:
        """Writes the table to a file, for `pstats`."""
        import marshal

        with open(file, "wb") as out:
            self.create_stats()
            marshal.dump(self.stats, out)

    def create_stats(self) -> None:
        """Ends the collecting and makes `stats`."""
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self) -> None:
        """Makes `stats` of what is known by now."""
        callers: dict[_Label, dict[_Label, tuple[int, int, float, float]]] = {}
        for (caller, label), link in self._links.items():
            callers.setdefault(label, {})[caller] = (link.calls, link.outermost, link.inner, link.total)
        self.stats = {
            label: (counts.outermost, counts.calls, counts.inner, counts.total, callers.get(label, {}))
            for label, counts in self._counts.items()
        }

    # ------------------------------------------------------------------------------------------------ running

    def run(self, cmd: Any) -> Self:
        """Profiles a statement in the main program's names."""
        import __main__

        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd: Any, globals: dict[str, Any], locals: Any) -> Self:
        """Profiles a statement in these names."""
        self.enable()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, func: Any, /, *args: Any, **kw: Any) -> Any:
        """Profiles one call, and returns what it does."""
        self.enable()
        try:
            return func(*args, **kw)
        finally:
            self.disable()

    def __enter__(self) -> Self:
        self.enable()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.disable()


_OWN = Profile._event.__globals__


def _described(function: Any) -> str:
    """How a native function stands in the table."""
    name = getattr(function, "__name__", "?")
    owner = getattr(function, "__objclass__", None)
    if owner is None:
        bound = getattr(function, "__self__", None)
        if bound is None or isinstance(bound, ModuleType):
            module = getattr(function, "__module__", None) or getattr(bound, "__name__", "builtins")
            return f"<built-in method {module}.{name}>"
        if isinstance(bound, type):
            return f"<built-in method {name} of type object>"
        owner = type(bound)
    return f"<method {name!r} of {owner.__qualname__!r} objects>"


def _label(code: CodeType | str) -> _Label:
    if isinstance(code, str):
        return ("~", 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


label = _label


def run(statement: Any, filename: Any = None, sort: Any = -1) -> Any:
    """Profiles a statement; prints the table, or writes it to a file."""
    return _profile._Utils(Profile).run(statement, filename, sort)


def runctx(statement: Any, globals: Any, locals: Any, filename: Any = None, sort: Any = -1) -> Any:
    """The same with names of the caller's."""
    return _profile._Utils(Profile).runctx(statement, globals, locals, filename, sort)
