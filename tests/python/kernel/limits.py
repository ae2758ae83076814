"""Deep nesting and large allocations end in an exception, and the session goes on."""

import copy
import functools
import json
import pickle
import re


def ends_in(name, function, *kinds):
    try:
        function()
    except kinds:
        return
    except BaseException as error:
        raise AssertionError(f"{name} raised {type(error).__name__}: {error}") from None
    raise AssertionError(f"{name} raised nothing")


def survives(name, function, *kinds):
    """Where the stack grows by itself, deep data is no error."""
    try:
        function()
    except kinds:
        return
    except BaseException as error:
        raise AssertionError(f"{name} raised {type(error).__name__}: {error}") from None


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def call(n=0):
    return call(n + 1)


def comprehension(n=0):
    return [comprehension(n + 1) for _ in range(1)]


def by_key(n=0):
    return sorted([2, 1], key=lambda value: by_key(n + 1))


def partial():
    return functools.partial(partial)()


class Getattr:
    def __getattr__(self, name):
        return getattr(self, name + "x")


class Repr:
    def __repr__(self):
        return repr(self)


class Call:
    def __call__(self):
        return self()


deep, twin = nested(100_000), nested(100_000)
shallow = nested(500)
in_tuples = ()
for _ in range(100_000):
    in_tuples = (in_tuples,)

too_deep = (RecursionError, MemoryError)
for _ in range(2):
    ends_in("a call", call, RecursionError)
    ends_in("__getattr__", lambda: Getattr().a, RecursionError)
    ends_in("a comprehension", comprehension, RecursionError)
    ends_in("sorted(key=)", by_key, RecursionError)
    ends_in("functools.partial", partial, RecursionError)
    ends_in("__repr__", lambda: repr(Repr()), RecursionError)
    ends_in("__call__", lambda: Call()(), RecursionError)
    survives("repr of nested lists", lambda: repr(deep), *too_deep)
    survives("comparing nested lists", lambda: deep == twin, *too_deep)
    survives("hashing nested tuples", lambda: hash(in_tuples), *too_deep)
    survives("copy.deepcopy", lambda: copy.deepcopy(deep), *too_deep)
    survives("pickle.dumps", lambda: pickle.dumps(deep), *too_deep)
    survives("json.dumps", lambda: json.dumps(deep), *too_deep)
    ends_in("json.loads", lambda: json.loads("[" * 50_000), *too_deep)
    ends_in("parentheses", lambda: compile("(" * 5000 + ")" * 5000, "x", "eval"), SyntaxError, *too_deep)
    ends_in("unary minus", lambda: eval("-" * 20_000 + "1"), *too_deep)
    ends_in("not", lambda: eval("not " * 20_000 + "1"), *too_deep)
    ends_in("lambda", lambda: eval("lambda: " * 20_000 + "1"), *too_deep)
    survives("a sum", lambda: eval("+".join(["1"] * 50_000)), *too_deep)
    for length in (300, 450, 600, 1000, 3000):
        survives(f"a sum of {length}", lambda: eval("+".join(["1"] * length)), *too_deep)
    survives("attributes", lambda: compile("a" + ".b" * 50_000, "x", "eval"), *too_deep)
    survives("calls", lambda: compile("a" + "()" * 50_000, "x", "eval"), *too_deep)
    survives("regular expression", lambda: re.compile("(" * 5000 + ")" * 5000), *too_deep)
    ends_in("a huge bytearray", lambda: bytearray(2**62), MemoryError, OverflowError)
    ends_in("a huge list", lambda: [0] * 10**10, MemoryError, OverflowError)
    ends_in("a huge string", lambda: "a" * 2**40, MemoryError, OverflowError)

# What ordinary programs nest still works.
assert repr(shallow).startswith("[[[")
assert json.loads("[" * 500 + "]" * 500) == nested(499)
assert eval("+".join(["1"] * 200)) == 200
assert eval("(" * 190 + "1" + ")" * 190) == 1
assert sum(range(1000)) == 499500
