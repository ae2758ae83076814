"""Chains of generators and coroutines, deep trees and long texts: they end in an exception, and the session goes on."""

import ast
import collections
import copy
import dataclasses
import io
import marshal
import sys
import types
import warnings

too_deep = (RecursionError, MemoryError)
closed = []


def each(inner):
    for value in inner:
        yield value + 1


def from_(inner):
    yield from inner


def expression(inner):
    return (value + 1 for value in inner)


async def waits(inner):
    if inner is not None:
        await inner


async def asynchronous(inner):
    async for value in inner:
        yield value


def noted(inner, number):
    try:
        yield from inner
    finally:
        closed.append(number)


def chain(wrap, depth, inmost):
    for _ in range(depth):
        inmost = wrap(inmost)
    return inmost


def survives(function):
    try:
        return function()
    except (*too_deep, StopIteration):
        return None


for depth in (50, 400, 1500, 20_000):
    for wrap in (each, from_, expression):
        # Let go of before it has begun, and while it is suspended or has failed.
        chain(wrap, depth, [1, 2])
        started = chain(wrap, depth, [1, 2])
        survives(lambda: next(started))
        del started
    survives(lambda: "".join(chain(from_, depth, "abc")))
    chain(asynchronous, depth, None)
for depth in (50, 400, 1500):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chain(waits, depth, None)

# The blocks that were begun are left from the inside, each once.
outer = [0]
for number in range(50):
    outer = noted(outer, number)
next(outer)
del outer
assert closed == list(range(50)), closed


# One that raises while it is closed does not stop the others.
def fails(inner):
    try:
        yield from inner
    finally:
        closed.append("failed")
        raise ValueError("told on the standard error")


closed.clear()
outer = chain(fails, 20, [0])
next(outer)
try:
    outer.close()
except ValueError:
    pass
assert closed == ["failed"] * 20, closed
assert sum(chain(expression, 60, [1, 2])) == 123
assert list(chain(from_, 60, [1, 2])) == [1, 2]


async def awaited(depth):
    return depth and 1 + await awaited(depth - 1)


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits")


assert run(awaited(60)) == 60

# Marshal data are read from a file piece by piece; what follows them stays.
for piece in (b")\x01", b"[\x01\x00\x00\x00"):
    for depth in (100, 400, 3000, 100_000):
        try:
            marshal.load(io.BytesIO(piece * depth + b"N"))
        except ValueError:
            assert depth > 100
file = io.BytesIO(marshal.dumps([1, "a"]) + marshal.dumps((2, None)) + b"rest")
assert (marshal.load(file), marshal.load(file), file.read()) == ([1, "a"], (2, None), b"rest")


# Trees of objects are weighed before they are compiled; tests/limits walks all kinds.
def nested_calls(depth):
    tree = ast.parse("a()", mode="eval")
    for _ in range(depth):
        tree.body = ast.Call(tree.body, [], [])
    return ast.fix_missing_locations(tree) if depth < 50 else tree


assert isinstance(compile(nested_calls(20), "x", "eval"), types.CodeType)
try:
    compile(nested_calls(3000), "x", "eval")
except RecursionError as error:
    assert "the tree is too deep" in str(error), error
else:
    raise AssertionError("a tree of 3000 calls was compiled")

for depth in (10, 50, 100, 300, 450, 1000, 5000):
    text = "if a: pass\n" + "elif a: pass\n" * depth + "else: pass\n"
    for function in (lambda: compile(text, "x", "exec"), lambda: ast.parse(text)):
        try:
            function()
        except too_deep:
            assert depth > 50
# Chains one after the other, and in each other, are each as deep as they are.
compile(("if a: pass\n" + "elif a: pass\n" * 40) * 20, "x", "exec")

for brackets in ("[]", "{}"):
    for depth in (5, 10, 12, 20, 60):
        text = brackets[0] * depth + "a" + f" for a in [1]{brackets[1]}" * depth
        try:
            compile(text, "x", "eval")
        except RecursionError as error:
            assert depth > 12 and "comprehensions" in str(error), error
compile("(" * 40 + "a" + " for a in [1])" * 40, "x", "eval")
compile("[a for a in " * 40 + "[1]" + "]" * 40, "x", "eval")
assert eval("[[b for b in range(a)] for a in range(3)]") == [[], [0], [0, 1]]


# copy.deepcopy takes no native stack, and so reaches as deep as calls do.
class Node:
    def __init__(self, inner):
        self.inner = inner


@dataclasses.dataclass
class Data:
    inner: object


class Strange:
    def __reduce_ex__(self, protocol):
        return (Strange, (), None, None, None, None)


# Natively the tests are compiled for debugging, and a call takes several times as much of the stack.
share = 1 if sys.maxsize < 2**32 else 10
for wrap, depth in (
    (lambda inner: [inner], 300),
    (lambda inner: (inner, [1]), 300),
    (lambda inner: {1: inner}, 300),
    (Node, 200),
    (Data, 200),
    (lambda inner: collections.deque([inner]), 150),
):
    value = chain(wrap, depth // share, None)
    for _ in range(2):
        copied = copy.deepcopy(value)
        assert type(copied) is type(value) and copied is not value
    survives(lambda: copy.deepcopy(chain(wrap, 3000, None)))
loop = [1, {"a": (2, [3])}]
loop.append(loop)
copied = copy.deepcopy(loop)
assert copied[2] is copied and copied[1] == loop[1] and copied[1]["a"][1] is not loop[1]["a"][1]
shared = Node(None)
first, second = copy.deepcopy([shared, shared])
assert first is second and first is not shared
memo = {id(shared): "known"}
assert copy.deepcopy([shared], memo) == ["known"]
for function in (copy.copy, copy.deepcopy):
    try:
        function(Strange())
    except TypeError:
        pass
    else:
        raise AssertionError("six items were taken")
