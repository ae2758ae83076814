"""Python functions that JavaScript calls again and again are called right, whatever happens to them in between."""

# also in a worker

import sys

import _krait_js
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import create_proxy

call = run_js("(f, ...args) => f(...args)")
twice = run_js("(f, ...args) => [f(...args), f(...args)].join()")


def pair(a, b=5):
    return a * 10 + b


# Exactly, with a default, too many, too few, by keyword only, and whatever comes.
proxy = create_proxy(pair)
for _ in range(3):
    assert call(proxy, 1, 2) == 12 and call(proxy, 1) == 15
    raises(TypeError, lambda: call(proxy, 1, 2, 3), says="takes from 1 to 2 positional arguments")
    raises(TypeError, lambda: call(proxy), says="missing 1 required positional argument")
assert twice(lambda *all: len(all), 1, 2, 3) == "3,3"
assert twice(lambda a, *rest: f"{a}{len(rest)}", 1, 2, 3) == "12,12"
assert twice(lambda **named: len(named)) == "0,0"
assert twice(lambda a, /, b: a - b, 3, 1) == "2,2"


def named(a, *, b=3):
    return a + b


assert twice(named, 1) == "4,4"

# The function gets other code and other defaults while JavaScript has it.
pair.__defaults__ = (7,)
assert call(proxy, 1) == 17 and call(proxy, 1, 2) == 12
pair.__code__ = (lambda a, b: a + b).__code__
assert call(proxy, 1, 2) == 3 and call(proxy, 1) == 8
pair.__code__ = (lambda a: a).__code__
assert call(proxy, 4) == 4
raises(TypeError, lambda: call(proxy, 1, 2), says="positional argument")
pair.__code__ = (lambda *all: sum(all)).__code__
assert call(proxy, 1, 2, 3) == 6 and call(proxy) == 0
proxy.destroy()


# Methods have their object before the arguments; classes, partial ones and other callables are called as they are.
class Counter:
    made = 0

    def __init__(self, by=1):
        Counter.made += 1
        self.count = 0
        self.by = by

    def add(self, more):
        self.count += self.by + more
        return self.count

    def total(self, *all):
        return self.count + sum(all)

    @classmethod
    def known(cls, text):
        return f"{cls.__name__}{text}"

    @staticmethod
    def plain(text):
        return text

    def __call__(self, x):
        return x + self.by


counter = Counter(2)
assert twice(counter.add, 3) == "5,10"
assert twice(counter.total, 1, 2) == "13,13"
assert twice(Counter.known, "!") == "Counter!,Counter!"
assert twice(Counter.plain, "p") == "p,p" and twice(counter, 1) == "3,3"
assert call(Counter.add, counter, 0) == 12
raises(TypeError, lambda: call(counter.add), says="missing 1 required positional argument")
raises(TypeError, lambda: call(counter.add, 1, 2), says="takes 2 positional arguments but 3 were given")
assert twice(len, "four") == "4,4" and twice([1, 2].count, 1) == "1,1"
assert call(Counter, 4).by == 4 and Counter.made == 2

# Generators and coroutines begin, and no more.
assert call(lambda n: (i for i in range(n)), 3).__next__() == 0


def generator(n):
    yield from range(n)


assert list(call(generator, 3)) == [0, 1, 2]


async def coroutine(n):
    return n + 1


assert await call(coroutine, 1) == 2 and await call(coroutine, 2) == 3

# What the function closes over, the frame that it sees, the exception that it leaves.
outer = [0]


def closing(step):
    outer[0] += step
    return sys._getframe().f_code.co_name, sys._getframe(1).f_code.co_name


for n in range(1, 4):
    name, _ = call(closing, n)
    assert name == "closing"
assert outer == [6]


def fails(a):
    raise KeyError(a)


for _ in range(3):
    raises(KeyError, lambda: call(fails, "k"), says="k")


# It calls itself through JavaScript, as deep as the interpreter allows.
def deep(n):
    return 0 if n == 0 else 1 + call(deep, n - 1)


assert call(deep, 20) == 20


def endless():
    return call(endless)


raises(RecursionError, lambda: call(endless))

# A trace function sees the call, also of a function that was called before it was there.
seen = []


def traced(a):
    return a


def trace(frame, event, _):
    if frame.f_code is traced.__code__:
        seen.append(event)
        return trace


keeper = create_proxy(traced)
call(keeper, 1)
sys.settrace(trace)
try:
    call(keeper, 1)
finally:
    sys.settrace(None)
keeper.destroy()
assert seen == ["call", "line", "return"], seen


# It lets go of itself while it runs.
def releases(a):
    own.destroy()
    return a


own = create_proxy(releases)
del releases
assert call(own, "x") == "x"

# Ids are used again, and what was known of the one before is not.
before = _krait_js.live_objects()
for n in range(300):
    one = create_proxy(lambda n=n: n)
    two = create_proxy(lambda a, n=n: a + n)
    assert call(one) == n and call(two, 1) == n + 1 and call(two, 1, 1) == 2
    one.destroy()
    two.destroy()
assert _krait_js.live_objects() <= before + 2

# A function of JavaScript says what it can do each time that it comes.
function = run_js("globalThis.changing = { f() { return 1 } }; changing")
assert not hasattr(function.f, "catch") and function.f() == 1
run_js("changing.f.then = function (done) { done(5) }")
assert await function.f == 5
run_js("class Held { static get(k) { return k } static has() { return true } }; changing.f = Held")
assert function.f["key"] == "key" and "x" in function.f
run_js("delete globalThis.changing")
