"""What the kinds of recursion are written with, and the walk over them.

A kind passes when it ends as it says, three times over, and the session works after each. The host gives `_limits`: the
text of the kinds, which of them to walk, and a function that hears of each.
"""

import gc
import json
from collections.abc import Callable
from typing import Any

TOO_DEEP = (RecursionError, MemoryError)
#: Levels that data are nested: around the limits of the interpreter, of the stacks, and far beyond.
DEPTHS = (10, 30, 100, 250, 400, 600, 900, 1500, 3000, 20_000)

#: So deep are ordinary data: it has to work.
SHALLOW = 10

KINDS: dict[str, Callable[[], None]] = {}
#: Kinds that fail at present, and why.
KNOWN: dict[str, str] = {}
#: Hears how deep the present kind is.
hear: Callable[[str], None] = lambda line: None
#: How often each kind is walked.
TIMES = 2


def endless(function: Callable[[], Any]) -> Callable[[], Any]:
    """A recursion without an end: it has to raise."""

    def check() -> None:
        try:
            function()
        except TOO_DEEP:
            return
        raise AssertionError("it raised nothing")

    KINDS[function.__name__] = check
    return function


def deep(*depths: int, also: tuple[type[Exception], ...] = ()) -> Callable[..., Any]:
    """Something as deep as its argument: it succeeds or raises."""

    def register(function: Callable[[int], Any]) -> Callable[[int], Any]:
        def check() -> None:
            for depth in depths or DEPTHS:
                hear(json.dumps(["at", depth]))
                try:
                    function(depth)
                except also:
                    pass
                except TOO_DEEP:
                    if depth <= SHALLOW:
                        raise

        KINDS[function.__name__] = check
        return function

    return register


def anything(name: str, *functions: Callable[[], Any]) -> None:
    """Calls that may succeed or raise whatever they like, as long as the session goes on."""

    def check() -> None:
        for function in functions:
            try:
                function()
            except Exception:
                pass

    KINDS[name] = check


def known(reason: str, *names: str) -> None:
    """These fail at present; one that passes is a failure."""
    for name in names:
        assert name in KINDS, name
        KNOWN[name] = reason


def nest(wrap: Callable[[Any], Any], depth: int, inmost: Any = None) -> Any:
    """`wrap(wrap(... inmost))`."""
    for _ in range(depth):
        inmost = wrap(inmost)
    return inmost


def works() -> None:
    """An ordinary program still runs, with room for ordinary depth."""

    def down(n: int) -> int:
        return n and 1 + down(n - 1)

    assert down(100) == 100
    assert sorted(json.loads(json.dumps({"b": [1, {"c": None}], "a": 2}))) == ["a", "b"]
    assert repr(eval("[[(1, {2: 3})]]")) == "[[(1, {2: 3})]]"
    try:
        raise ValueError("x")
    except ValueError as error:
        assert error.__context__ is None


def walk(names: list[str], report: Callable[[str], None]) -> None:
    global hear
    hear = report
    for name in names:
        report(json.dumps(["start", name]))
        problem = ""
        try:
            for _ in range(TIMES):
                KINDS[name]()
                works()
            gc.collect()
            works()
        except BaseException as error:
            problem = f"{type(error).__name__}: {error}"[:300]
        report(json.dumps(["end", name, problem]))
