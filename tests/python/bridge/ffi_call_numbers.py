"""Calls of Python functions with numbers alone: few of them cross without cells, and are the same as any others."""

# also in a worker

import inspect
import itertools
import math
import random

from pyodide.code import run_js
from pyodide.ffi import to_js

draw = random.Random(314)
NUMBERS = run_js("""
    [
        0, -0, 1, -1, 5, 255, 256, 257, 1024, 1025, -5, -6, -7, 0.5, -0.5, 1e-320,
        2147483647, 2147483648, -2147483648, -2147483649, 4294967296,
        9007199254740991, -9007199254740991, 9007199254740992, -9007199254740992,
        1e21, 1.7976931348623157e308, Infinity, -Infinity, NaN,
    ]
""")
EXPECTED = [0, 0, 1, -1, 5, 255, 256, 257, 1024, 1025, -5, -6, -7, 0.5, -0.5, 1e-320]
EXPECTED += [2147483647, 2147483648, -2147483648, -2147483649, 4294967296]
EXPECTED += [9007199254740991, -9007199254740991, 9007199254740992.0, -9007199254740992.0]
EXPECTED += [1e21, 1.7976931348623157e308, math.inf, -math.inf, math.nan]
call = run_js("(f, all, at) => f(...at.map(i => all[i]))")


def told(values):
    return [(type(value), repr(value)) for value in values]


assert len(NUMBERS) == len(EXPECTED)
assert told(NUMBERS) == told(EXPECTED), "one by one"
for count in range(7):
    for _ in range(200):
        places = [draw.randrange(len(EXPECTED)) for _ in range(count)]
        got = call(lambda *all: told(all), NUMBERS, to_js(places))
        assert list(got) == told(EXPECTED[at] for at in places), places


# Each kind of callable, with each number of parameters.
class Methods:
    def three(self, a, b, c):
        return self, a, b, c

    @classmethod
    def two(cls, a, b):
        return cls, a, b

    def __call__(self, *all, key=None):
        return self, all, key


def one(a, /):
    return a


def defaults(a, b=20, *rest, c=30):
    return a, b, rest, c


def generator(a, b):
    yield a
    yield b


methods = Methods()
f = run_js("(f, ...all) => f(...all)")
assert f(methods.three, 1, 2.5, 3) == (methods, 1, 2.5, 3)
assert f(Methods.two, 1, 2) == (Methods, 1, 2)
assert f(methods, 1, 2, 3, 4) == (methods, (1, 2, 3, 4), None)
assert f(methods) == (methods, (), None)
assert f(one, 4) == 4
assert f(defaults, 1) == (1, 20, (), 30)
assert f(defaults, 1, 2, 3, 4) == (1, 2, (3, 4), 30)
assert f(complex, 1, 2) == 1 + 2j
assert f(max, 1, 7, 3, 5) == 7
assert list(f(generator, 1, 2)) == [1, 2]
assert f(int) == 0

# A function that is given other code takes what that takes.
one.__code__ = (lambda a, b: (a, b)).__code__
assert f(one, 1, 2) == (1, 2)

# Wrong numbers of arguments are told as always.
for takes, given in itertools.product((one, methods.three, max), ((), (1,), (1, 2, 3, 4))):
    try:
        inspect.signature(takes).bind(*given)
    except TypeError:
        pass
    except ValueError:
        continue
    else:
        continue
    try:
        f(takes, *given)
    except TypeError as error:
        assert takes.__name__ in str(error), error
    else:
        raise AssertionError((takes, given))


# Exceptions come back the same, and coroutines begin.
def fails(number):
    raise failure


failure = ValueError("of numbers")
try:
    f(fails, 7)
except ValueError as error:
    assert error is failure
caught = run_js("(f) => { try { f(1, 2); } catch (error) { return error.message; } }")
assert "of numbers" in caught(lambda a, b: fails(a))

begun = []


async def waits(a, b):
    begun.append((a, b))
    return a + b


promise = f(waits, 1, 2)
assert await promise == 3 and begun == [(1, 2)]

# Python calls in between, with cells of its own.
nested = run_js("(f, n) => n === 0 ? 'end' : f(n - 1, n, n + 1, 0.5)")


def down(n, a, b, c):
    assert (a, b, c) == (n + 1, n + 2, 0.5)
    return nested(down, n) + str(n)


assert nested(down, 20) == "end" + "".join(str(n) for n in range(20))
