"""What programs do with statements: functions, generators, exceptions, patterns."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


class Problem(Exception):
    def __init__(self, message, code=0):
        super().__init__(message)
        self.code = code


def generators():
    def count(n):
        i = 0
        while i < n:
            got = yield i
            i += got or 1
        return "end"

    def outer():
        result = yield from count(3)
        print(result)

    g = count(5)
    print(
        next(g), g.send(2), list(g), list(outer()), sum(x * x for x in range(10)), max((x for x in "abc"), default="")
    )
    g = count(5)
    next(g)
    try:
        g.throw(ValueError("x"))
    except ValueError as error:
        print(error)
    g.close()

    def fib():
        a, b = 0, 1
        while True:
            yield a
            a, b = b, a + b

    for i, value in enumerate(fib()):
        if i > 10:
            break
        if i % 2:
            continue
        print(value, end=" ")
    else:
        print("never")


def errors():
    for wrong in (
        lambda: 1 / 0,
        lambda: [][1],
        lambda: {}["x"],
        lambda: int("x"),
        lambda: nothing,  # noqa: F821
        lambda: "a" + 1,
        lambda: None.x,
        lambda: len(5),
        lambda: next(iter([])),
        lambda: [].remove(1),
        lambda: open("/nowhere"),
        lambda: __import__("nomodule"),
        lambda: print(1, 2, what=3),
        lambda: generators(1),
        lambda: sorted([1, "a"]),
        lambda: Point(),
        lambda: (1).foo,
        lambda: "abc".foo(),
        lambda: float("x"),
        lambda: b"\xff".decode(),
        lambda: chr(-1),
        lambda: exec("1 +"),
        lambda: eval("(1"),
        lambda: compile("def f(:\n pass", "x", "exec"),
        lambda: exec("if 1:\nprint()"),
    ):
        try:
            wrong()
        except (ZeroDivisionError, IndexError) as error:
            print(repr(error), error.args)
        except Exception as error:
            print(type(error).__name__, error)
        else:
            print("no error")
        finally:
            pass
    try:
        try:
            raise Problem("inner", 3)
        except Problem as problem:
            raise ValueError("outer") from problem
    except ValueError as error:
        print(error.__cause__, error.__context__, error.__cause__.code, error.__traceback__)
    try:
        assert 1 == 2, "unequal"
    except AssertionError as error:
        error.add_note("a note")
        print(error)
    try:
        raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
    except* ValueError as group:
        print(group.exceptions)
    except* TypeError:
        pass

    def deep(n):
        return deep(n + 1)

    try:
        deep(0)
    except RecursionError as error:
        print(error)


def control(value):
    match value:
        case 0:
            return "zero"
        case int(n) if n > 100:
            return "large"
        case [x, y, *rest]:
            return f"list {x} {y} {rest}"
        case {"kind": kind, **others}:
            return f"{kind} {others}"
        case Point(x=0, y=y):
            return f"on the axis {y}"
        case "a" | "b":
            return "letter"
        case str() as text:
            return text
        case _:
            return None


def scopes(a, b=2, *args, c, d=4, **kwargs):
    total = 0

    def inner():
        nonlocal total
        total += 1
        global counter
        counter = total
        return total

    inner()
    if (n := len(args)) > 1:
        print(n)
    while total < 5:
        total += inner()
        if total == 100:
            break
    else:
        print("done", counter)
    return a, b, args, c, d, kwargs, locals().keys(), "counter" in globals()


def decorated(times):
    def decorate(f):
        def wrapper(*args, **kwargs):
            return [f(*args, **kwargs) for _ in range(times)]

        return wrapper

    return decorate


@decorated(2)
def greet(name, /, greeting="Hello", *, mark="!"):
    """Greets."""
    return f"{greeting}, {name}{mark}"


def typed[T](x: T, y: list[T] | None = None) -> T:
    return x


generators()
errors()
for value in (0, 500, [1, 2, 3], {"kind": 1, "more": 2}, Point(0, 3), "b", "text", 2.5):
    print(control(value))
print(scopes(1, 2, 3, 4, c=5, e=6), greet("Ann"), greet("Bob", mark="?"), typed(3))
print("a", 1, None, sep="-", end="\n", file=sys.stdout)
print("to stderr", file=sys.stderr)
print(
    eval("1 + 2"),
    exec("x = 5"),
    type("Made", (), {"x": 1})().x,
    dir([])[:3],
    id(1) == id(1),
    __name__,
    sys.version,
    sys.platform,
)
nested = []
for _ in range(50):
    nested = [nested, {"k": (nested,)}] if _ < 5 else [nested]
print(len(repr(nested)), nested == nested, hash("x") == hash("x"))
