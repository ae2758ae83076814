"""Take 300 000 values out of a generator."""

try:
    from collections.abc import Iterator
except ImportError:  # MicroPython lacks the module and never looks at an annotation.
    pass


def halves(n: int) -> Iterator[int]:
    i = 0
    while i < n:
        yield i // 2
        i += 1


def run() -> str:
    total = 0
    for value in halves(300_000):
        total += value
    return str(total)
