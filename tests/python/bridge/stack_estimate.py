"""How deep recursions of every form go, and that the engine's stack has room left where Python's ends.

The engine's stack is a browser's; `tests/python/kernel/limits.py` has recursions that must end, whatever the stack is.
"""

# also in a worker

import contextlib
import copy
import functools
import json
import re

import js
from js import Object
from pyodide.code import run_js

#: How deep JavaScript can call itself from here. A new function each time, so that none is optimised more than another.
PROBE = """() => {
    let depth = 0;
    const down = () => { depth += 1; down(); };
    try { down(); } catch (error) { if (!(error instanceof RangeError)) throw error; }
    return depth;
}"""
#: Calls on the thread's own stack, where JavaScript always is: what it has left is what a probe finds. A program itself
#: is on a stack that can be suspended.
through = run_js("(f, n) => f(n)")
whole = through(lambda _: run_js(PROBE)(), 0)
#: What must be left of it at the deepest point: what an exception's way out and a call of JavaScript take.
RESERVE = 0.04
#: What the thread's stack reaches of what one that can be suspended does: in a worker, Chromium's is half as large.
SHARE = 0.4 if hasattr(js, "WorkerGlobalScope") else 0.95

left = []


def leaf():
    left.append(run_js(PROBE)() / whole)


def plain(n):
    return leaf() if n <= 0 else plain(n - 1)


def keywords(*, n):
    return leaf() if n <= 0 else keywords(n=n - 1)


def starred(*args, **kwargs):
    return leaf() if args[0] <= 0 else starred(*(args[0] - 1,), **kwargs)


def cached(n):
    @functools.lru_cache(maxsize=2000)
    def inner(n):
        return leaf() if n <= 0 else inner(n - 1)

    return inner(n)


def wrapper(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


@wrapper
def decorated(n):
    return leaf() if n <= 0 else decorated(n - 1)


class Base:
    def go(self, n):
        return leaf() if n <= 0 else type(self)().go(n - 1)


class Below(Base):
    def go(self, n):
        return super().go(n)


class Init:
    def __init__(self, n):
        self.below = leaf() if n <= 0 else Init(n - 1)


class Node:
    def __init__(self, n):
        self.n = n

    @property
    def value(self):
        return leaf() if self.n <= 0 else Node(self.n - 1).value

    def __repr__(self):
        return str(leaf()) if self.n <= 0 else f"<{Node(self.n - 1)!r}>"

    def __eq__(self, other):
        return leaf() is None if self.n <= 0 else Node(self.n - 1) == Node(other.n - 1)

    def __hash__(self):
        if self.n <= 0:
            leaf()
            return 1
        return hash(Node(self.n - 1))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return leaf() if self.n <= 0 else getattr(Node(self.n - 1), name)

    def __add__(self, other):
        return leaf() if self.n <= 0 else Node(self.n - 1) + other

    def __call__(self):
        return leaf() if self.n <= 0 else Node(self.n - 1)()

    def __getitem__(self, key):
        return leaf() if self.n <= 0 else Node(self.n - 1)[key]

    def __deepcopy__(self, memo):
        return leaf() if self.n <= 0 else copy.deepcopy(Node(self.n - 1), memo)

    def __bool__(self):
        if self.n <= 0:
            leaf()
            return True
        return bool(Node(self.n - 1))


def by_key(n):
    return leaf() if n <= 0 else sorted([1], key=lambda _: by_key(n - 1))


def mapped(n):
    return leaf() if n <= 0 else list(map(mapped, [n - 1]))


def comprehended(n):
    return leaf() if n <= 0 else [comprehended(n - 1) for _ in range(1)]


def generated(n):
    def each(n):
        if n <= 0:
            yield leaf()
        else:
            yield from each(n - 1)

    return list(each(n))


def evaluated(n):
    return leaf() if n <= 0 else eval("evaluated(n - 1)", globals(), {"n": n})


def partial(n):
    return leaf() if n <= 0 else functools.partial(partial, n - 1)()


def reduced(n):
    return leaf() if n <= 0 else functools.reduce(lambda _, x: reduced(x), [0, n - 1])


def replaced(n):
    return str(leaf()) if n <= 0 else re.sub("a", lambda _: replaced(n - 1) and "b", "a")


@contextlib.contextmanager
def managed(n):
    yield leaf() if n <= 0 else nested_with(n - 1)


def nested_with(n):
    with managed(n):
        return None


def dumped(n):
    return leaf() if n <= 0 else json.dumps(Object, default=lambda _: dumped(n - 1) and None)


def crossed(n):
    return leaf() if n <= 0 else through(crossed, n - 1)


async def waits(n):
    return leaf() if n <= 0 else await waits(n - 1)


def awaited(n):
    coroutine = waits(n)
    try:
        coroutine.send(None)
    except StopIteration:
        return
    finally:
        coroutine.close()


def deepest(go):
    """The largest number of levels that ends without RecursionError."""
    low, high = 0, 1024
    while high - low > 1:
        middle = (low + high) // 2
        try:
            go(middle)
        except RecursionError:
            high = middle
        else:
            low = middle
    return low


#: What each form must reach, where the limit on frames is 1000.
ENOUGH = {
    "plain": (plain, 900),
    "keywords": (lambda n: keywords(n=n), 300),
    "starred": (lambda n: starred(n), 300),
    "lru_cache": (cached, 200),
    "decorated": (decorated, 200),
    "super()": (lambda n: Below().go(n), 150),
    "__init__": (Init, 300),
    "property": (lambda n: Node(n).value, 250),
    "repr": (lambda n: repr(Node(n)), 200),
    "==": (lambda n: Node(n) == Node(n), 200),
    "hash": (lambda n: hash(Node(n)), 200),
    "__getattr__": (lambda n: Node(n).some, 200),
    "+": (lambda n: Node(n) + 1, 200),
    "__call__": (lambda n: Node(n)(), 200),
    "[]": (lambda n: Node(n)[0], 200),
    "deepcopy": (lambda n: copy.deepcopy(Node(n)), 100),
    "bool": (lambda n: bool(Node(n)), 200),
    "sorted": (by_key, 150),
    "map": (mapped, 150),
    "comprehension": (comprehended, 900),
    "yield from": (generated, 300),
    "eval": (evaluated, 80),
    "partial": (partial, 200),
    "reduce": (reduced, 100),
    "re.sub": (replaced, 80),
    "with": (nested_with, 80),
    "json default": (dumped, 50),
    "JavaScript": (crossed, 100),
    "await": (awaited, 300),
}


def problems(name, go, enough):
    """What is wrong with a form, and what was seen of it: levels on both stacks, and what the thread's had left."""
    direct = deepest(go)
    levels = deepest(lambda n: through(go, n))
    # What was called before leaves its traces in the estimate, so the last levels are not always there.
    for again in range(levels, levels // 2, -1 - levels // 20):
        left.clear()
        with contextlib.suppress(RecursionError):
            through(go, again)
        if left:
            break
    seen = f"{name}: {direct} levels, {levels} from JavaScript, {min(left):.3f} left"
    # What goes through JavaScript is on the thread's stack from the second level on.
    least = enough * SHARE if name == "JavaScript" else enough
    if direct < least or levels < enough * SHARE:
        yield f"not deep enough, {seen}"
    if min(left) < RESERVE:
        yield f"too little is left of the engine's stack, {seen}"
    print(seen)


found = [problem for name, (go, enough) in ENOUGH.items() for problem in problems(name, go, enough)]
assert not found, "\n".join(found)
