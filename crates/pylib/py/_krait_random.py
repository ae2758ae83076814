"""Draws of `random.Random` that end: `_krait_boot` puts them in their places."""

import math

_BITS = 53


def with_getrandbits(self, n: int) -> int:
    """A number from 0 to below `n`, by random bits."""
    k = n.bit_length()
    r = self.getrandbits(k)
    while r >= n:
        if n <= 0:
            raise ValueError(f"no number is at least 0 and below {n}")
        r = self.getrandbits(k)
    return r


def without_getrandbits(self, n: int, maxsize: int = 1 << _BITS) -> int:
    """The same for a subclass that has `random` only. Numbers of `maxsize` and more are not all drawn."""
    if n <= 0:
        raise ValueError(f"no number is at least 0 and below {n}")
    random = self.random
    if n >= maxsize:
        from warnings import warn

        warn(
            "Underlying random() generator does not supply \n"
            "enough bits to choose from a population range this large.\n"
            "To remove the range limitation, add a getrandbits() method.",
            stacklevel=2,
        )
        return math.floor(random() * n)
    limit = (maxsize - maxsize % n) / maxsize
    r = random()
    while r >= limit:
        r = random()
    return math.floor(r * maxsize) % n
