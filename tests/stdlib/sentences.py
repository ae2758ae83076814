"""What a refusal has to say, in one sentence: why it cannot be here, and what to use instead, which has to be here."""

import builtins
import importlib
import re
import sys

#: The two halves: `why: use ...`.
_HALVES = re.compile(r"(?P<why>.+)[:;] (?P<instead>(?:use|await|call) .+)")
#: What a reason speaks of.
_PLACE = re.compile(r"\b(page|browser|session|Windows|CPython)\b", re.IGNORECASE)
#: `module.name`, and `name()` of the builtins or of `pyscript`.
_NAMES = re.compile(r"\b([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)|(?<!\.)\b([A-Za-z_]\w*)\(\)")
_WORDS = re.compile(r"\b[a-z_]\w+\b")


def _find(dotted: str) -> object:
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(f"No module named {dotted!r}")


def _works(name: str) -> bool:
    """Whether somebody who follows the advice finds something that does not refuse in its turn."""
    try:
        found = _find(name)
    except (AttributeError, ImportError):
        return False
    return type(found).__name__ != "NotSupported"


def problems(sentence: str) -> list[str]:
    """What is wrong with a sentence that ends with a period."""
    wrong = []
    if not re.fullmatch(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]+)*\.", sentence):
        wrong.append("is not one sentence with a period")
    halves = _HALVES.fullmatch(sentence.removesuffix("."))
    if halves is None:
        return [*wrong, "does not say `why: use ...`"]
    why, instead = halves["why"], halves["instead"].partition(" instead of ")[0]
    if len(why.split()) < 4 or not _PLACE.search(why):
        wrong.append(f"gives no reason: {why!r}")
    for dotted, called in _NAMES.findall(instead):
        if dotted and not _works(dotted):
            wrong.append(f"advises {dotted}, which is not here")
        if called and not hasattr(builtins, called) and not _works(f"pyscript.{called}"):
            wrong.append(f"advises {called}(), which is not here")
    for word in _WORDS.findall(_NAMES.sub("", instead)):
        if word in sys.stdlib_module_names and not _works(word):
            wrong.append(f"advises {word}, which is not here")
    return wrong


def check() -> None:
    """The rules themselves: what is wrong is found."""
    for good in (
        "A page has no terminal: use print(), display() and input().",
        "can't start new thread: a page runs Python in one thread; use asyncio tasks.",
        "The browser runs this event loop; await what you want to wait for instead of no_such_function().",
    ):
        assert problems(good) == [], (good, problems(good))
    for bad in (
        "A page has no terminal: use print()",
        "A page has no terminal. Use print().",
        "A page has no terminal: use print(). It is there.",
        "A page has no terminal: print() is what there is.",
        "A page has no terminal.",
        "Not here: use print().",
        "This is not supported yet: use print().",
        "A page has no terminal: use prnt().",
        "A page has no terminal: use curses.wrapper.",
        "A page has no terminal: use curses.",
        "A page has no terminal: use sys.no_such_name.",
    ):
        assert problems(bad), bad
