"""Gives back the room that tables of dicts and sets hold in vain.

The interpreter's tables append an entry for each new key. Where the key takes the place of a deleted one among the
hashes, nothing counts the entry, and the table is not made anew: a dict into which the same keys are put and taken out
again grows by 24 bytes each time. It is made anew when keys have taken two thirds of the places that were free. So keys
that nobody else has are put in and taken out until that has happened. The table of what is being iterated over stays
as it is.
"""

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["shrink"]

# Bytes from which a table is looked at, and bytes that an entry may take: 24, and up to four places among the hashes.
_LARGE = 1 << 16
_ENTRY = 64


# The hash of the first key, which nothing has by chance. Those of the others follow: they have all places in turn.
_HASH = 0x0DB6_DB6D_B6DB_6DB6


class _Key:
    """A key that equals itself alone; comparing it runs no Python code."""

    __slots__ = ("_hash",)

    def __init__(self, number: int) -> None:
        self._hash = _HASH + number

    def __hash__(self) -> int:
        return self._hash


def shrink() -> int:
    """Makes tables anew that hold four times what their entries need. Gives the bytes that they held in vain."""
    wasteful = [
        table
        for table in gc.get_objects()
        if (type(table) is dict or type(table) is set) and _wastes(table, sys.getsizeof(table))
    ]
    freed = 0
    for table in _not_iterated(wasteful):
        freed += _renew_dict(table) if type(table) is dict else _renew_set(table)
    return freed


def _wastes(table: dict | set, size: int) -> bool:
    return size > _LARGE and size > 4 * _ENTRY * len(table)


def _not_iterated(tables: list) -> list:
    """Those whose owners the collector knows all, which it does not of iterators; and the namespaces of modules.

    Frames have those, too, and nobody iterates over them for longer than a turn of the loop.
    """
    if not tables:
        return []
    owners = {id(table): 0 for table in tables}
    namespaces = set()
    for referrer in gc.get_referrers(*tables):
        if referrer is tables:
            continue
        for referent in gc.get_referents(referrer):
            if id(referent) in owners:
                owners[id(referent)] += 1
                if type(referrer) is type(sys):
                    namespaces.add(id(referent))
    # What the list and the counting itself refer to is known from one that nobody else has.
    tables.append({})
    counts = [sys.getrefcount(table) for table in tables]
    tables.pop()
    own = counts.pop()
    return [
        table
        for table, count in zip(tables, counts, strict=True)
        if id(table) in namespaces or count - own <= owners[id(table)]
    ]


def _renew_dict(table: dict) -> int:
    def put(key: _Key) -> None:
        table[key] = None

    return _renew(table, put, table.pop)


def _renew_set(table: set) -> int:
    return _renew(table, table.add, table.discard)


def _renew(table: dict | set, put: Callable[[_Key], Any], take: Callable[[_Key], Any]) -> int:
    before = size = sys.getsizeof(table)
    # As many as there can be places. One at a time is in the table: it is made anew for what it holds.
    for number in range(before // 8):
        key = _Key(number)
        put(key)
        take(key)
        size = sys.getsizeof(table)
        if size < before:
            break
    return before - size
