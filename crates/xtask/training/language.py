"""What programs do with the language itself."""

import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum, auto


class Shape(ABC):
    """A shape."""

    count = 0
    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name
        type(self).count += 1

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @abstractmethod
    def area(self) -> float: ...

    @classmethod
    def make(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    @staticmethod
    def unit():
        return "cm"

    def __repr__(self):
        return f"{type(self).__name__}({self._name!r})"

    def __eq__(self, other):
        return isinstance(other, Shape) and self._name == other._name

    def __hash__(self):
        return hash(self._name)

    def __lt__(self, other):
        return self.area() < other.area()


class Square(Shape):
    def __init__(self, side, name="square"):
        super().__init__(name)
        self.side = side

    def area(self):
        return self.side**2


class Circle(Shape):
    def __init__(self, radius, *, name="circle"):
        super().__init__(name)
        self.radius = radius

    def area(self):
        return 3.14159 * self.radius * self.radius


class Vector:
    def __init__(self, *parts):
        self.parts = list(parts)

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    def __sub__(self, other):
        return Vector(*(a - b for a, b in zip(self.parts, other.parts)))

    def __mul__(self, factor):
        return Vector(*[a * factor for a in self.parts])

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(*(-a for a in self.parts))

    def __len__(self):
        return len(self.parts)

    def __getitem__(self, index):
        return self.parts[index]

    def __setitem__(self, index, value):
        self.parts[index] = value

    def __delitem__(self, index):
        del self.parts[index]

    def __contains__(self, value):
        return value in self.parts

    def __iter__(self):
        return iter(self.parts)

    def __call__(self, x):
        return x

    def __bool__(self):
        return any(self.parts)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return kind is ZeroDivisionError

    def __getattr__(self, name):
        if name == "x":
            return self.parts[0]
        raise AttributeError(name)

    def __str__(self):
        return "<" + ", ".join(map(str, self.parts)) + ">"

    def __format__(self, spec):
        return format(str(self), spec)


@dataclass(order=True)
class Item:
    name: str
    price: float = 0.0
    tags: list[str] = field(default_factory=list)

    def total(self, amount: int = 1) -> float:
        return self.price * amount


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


class Colour(Enum):
    RED = auto()
    GREEN = "green"
    BLUE = 3


class Problem(Exception):
    def __init__(self, message, code=0):
        super().__init__(message)
        self.code = code


def shapes():
    found = [Square(2), Circle(1.5, name="disc"), Square.make(3, name="big")]
    found.sort()
    found.sort(key=lambda shape: shape.name, reverse=True)
    print(found, max(found), min(found), sorted(found), Shape.count, Square.count, Shape.unit())
    found[0].name = "other"
    print(found[0] == found[1], found[0] != found[1], {shape: shape.area() for shape in found})
    try:
        Shape("x")
    except TypeError as error:
        print(error)
    print(isinstance(found[0], Shape), issubclass(Square, Shape), type(found[0]), Square.__mro__, Square.__doc__)


def operators():
    a, b = Vector(1, 2, 3), Vector(4, 5, 6)
    print(a + b, a - b, 2 * a, a * 2, -a, len(a), a[0], a[1:], 2 in a, list(a), a(3), bool(a), a.x)
    a[0] = 9
    del a[2]
    print(f"{a:>20}|{b!s:<20}|{a!r}")
    with a as same:
        print(same is a)
        1 / 0
    try:
        print(a.nothing)
    except AttributeError as error:
        print(error)
    print(hasattr(a, "x"), getattr(a, "nothing", None), setattr(a, "more", 1), vars(a), a.__dict__, callable(a))
    delattr(a, "more")


def records():
    items = [Item("tea", 2.5, ["hot"]), Item("cake", 3.25), Item(name="milk")]
    print(items, items[0] == Item("tea", 2.5, ["hot"]), sorted(items), sum(item.total(2) for item in items))
    print(Point(1, 2), {Point(1, 2), Point(1, 2)}, Point(3))
    try:
        Point(1).x = 3
    except AttributeError as error:
        print(type(error).__name__, error)
    print(list(Colour), Colour.RED, Colour("green"), Colour["BLUE"].value, Colour.RED is Colour.RED, Colour.RED.name)


def numbers():
    big = 2**200 + 12345678901234567890
    print(
        big,
        -big,
        big * big,
        big // 7,
        big % 1000,
        big >> 5,
        big << 3,
        big & 255,
        big | 1,
        big ^ 3,
        ~big,
        big == big + 0,
        big < big + 1,
    )
    print(
        int("42"),
        int("ff", 16),
        int("0b101", 0),
        int(3.9),
        int(" 7 "),
        float("1.5"),
        float("1e300"),
        float("inf"),
        float("nan"),
    )
    print(
        7 // 2,
        -7 // 2,
        7 % 3,
        -7 % 3,
        7 / 2,
        2**10,
        2**-1,
        2**0.5,
        divmod(17, 5),
        pow(3, 20, 7),
        abs(-3),
        round(2.567, 2),
        round(2.5),
        round(-7.2),
    )
    print(
        7.5 // 2,
        7.5 % 2,
        1e100,
        1.0,
        0.1 + 0.2,
        1e-7,
        123456789.123,
        5.0 == 5,
        1 < 2.5,
        3 >= 2,
        1 != 2,
        True + 1,
        not 3,
    )
    print(complex(1, 2) * 3j, abs(3 + 4j), (1 + 2j).real, (1 + 2j).conjugate())
    print(
        bin(10),
        hex(255),
        oct(8),
        chr(65),
        ord("A"),
        (255).bit_length(),
        (5).to_bytes(2, "big"),
        int.from_bytes(b"\1\2", "little"),
    )
    print((3.0).is_integer(), (0.5).as_integer_ratio(), (1.5).hex(), float.fromhex("0x1.8p0"))
    print(sum([1, 2, 3]), sum([0.1] * 10), min(3, 1, 2), max([1.5, 2]), max("abc", key=ord), min([], default=0))
    print(
        1 << 70,
        -1 >> 3,
        6 & 3,
        6 | 3,
        6 ^ 3,
        ~6,
        10**20 // 10**10,
        float(10**20),
        int(1e20),
        10**30 > 1e20,
        hash(10**30),
        -(5),
        +(5),
    )
    x = 5
    x += 1
    x -= 2
    x *= 3
    x /= 4
    x **= 2
    x //= 1
    x %= 4
    y = 6
    y <<= 2
    y >>= 1
    y &= 15
    y |= 32
    y ^= 1
    print(x, y, 1 if x else 2, x and y, x or y, 0 < x < 10, x is None, x is not None)


def strings():
    s = "Hello, World"
    print(
        s.upper(),
        s.lower(),
        s.title(),
        s.swapcase(),
        s.capitalize(),
        s.casefold(),
        s[::-1],
        s[0],
        s[-1],
        s[2:5],
        len(s),
        s * 2,
        s + "!",
    )
    print(
        s.find("o"),
        s.rfind("o"),
        s.index("W"),
        s.count("l"),
        s.replace("l", "L"),
        s.replace("l", "", 1),
        s.split(", "),
        s.split(),
        "a b  c".split(),
        "a,b,c".split(",", 1),
        "a,b".rsplit(","),
    )
    print(
        s.startswith("He"),
        s.endswith(("x", "ld")),
        s.strip("Hd"),
        "  x ".strip(),
        " x".lstrip(),
        "x ".rstrip(),
        s.partition(","),
        s.rpartition("o"),
    )
    print(
        "-".join(["a", "b"]),
        "x".center(9, "*"),
        "x".ljust(4),
        "x".rjust(4),
        "7".zfill(3),
        "a\tb".expandtabs(),
        "a\nb\n".splitlines(),
        s.isalpha(),
        "12".isdigit(),
        "a1".isalnum(),
        " ".isspace(),
        "A".isupper(),
        "a".islower(),
        "12".isnumeric(),
        "x".isidentifier(),
    )
    print("%s is %d years, %5.2f%% %r %x" % ("Ann", 30, 12.345, "q", 255), "%(a)s" % {"a": 1}, "%-5s|%05d" % ("a", 3))
    print(
        "{} {0!r}".format(1) if False else "{} {}".format(1, 2),
        "{a:>5}{b:.2f}".format(a="x", b=2.0),
        "{0[0]}{1.real}".format([1], 2),
    )
    value, width = 1234567.891, 12
    print(
        f"{value:,.2f} {value:>{width}.1f} {value:e} {value:g} {1234567:,} {255:x} {255:#b} {7:03d} {0.256:.1%} {'a':^5} {'b':_<4} {value=} {'c'!r} {-5:+d} {5: d}"
    )
    print(
        "é ü 日本 😀".encode(),
        b"caf\xc3\xa9".decode(),
        "é".encode("latin-1"),
        len("😀"),
        "straße".upper(),
        "a" < "b",
        "a" in "abc",
        "ab" not in "b",
        sorted("hello"),
        "".join(reversed("abc")),
    )
    print(
        repr("it's"),
        repr('a"b'),
        repr("a\n\t\\"),
        ascii("é"),
        str(1.5),
        str(None),
        str([1, "a"]),
        "abc"[5:],
        "x".maketrans({"a": "b"}),
        "aa".translate({97: "z"}),
        s.removeprefix("He"),
        s.removesuffix("ld"),
    )
    print(
        b"abc"[0],
        b"abc"[1:],
        b"a" + b"b",
        bytes([1, 2]),
        bytearray(b"abc"),
        b"a b".split(),
        b"abc".hex(),
        bytes.fromhex("6162"),
        memoryview(b"abc")[1],
        b"a".upper(),
        b"ab".find(b"b"),
        b"abc".replace(b"a", b"z"),
    )
    a = bytearray(4)
    a[0] = 7
    a.append(3)
    a.extend(b"xy")
    print(a, len(a), a[1:3], bytes(a), list(a))


def containers():
    a = [3, 1, 2]
    a.append(4)
    a.extend([5, 6])
    a.insert(0, 0)
    a.remove(3)
    print(
        a.pop(),
        a.pop(0),
        a.index(2),
        a.count(1),
        a,
        a[::2],
        a[-2:],
        a + [1],
        a * 2,
        2 in a,
        len(a),
        a == [1, 2, 4, 5],
        a < [2],
        [*a, *a],
    )
    a[1:2] = [7, 8]
    a[0] = 9
    del a[0], a[-1:]
    a.sort(reverse=True)
    a.reverse()
    b = a.copy()
    b.clear()
    print(
        a,
        b,
        sorted(a, key=lambda x: -x),
        list(range(5)),
        list(range(10, 0, -3)),
        range(5)[2],
        3 in range(5),
        len(range(3)),
    )
    first, *rest = [1, 2, 3]
    (x, y), z = (1, 2), 3
    x, y = y, x
    print(first, rest, x, y, z, [[0] * 3 for _ in range(2)], [i * j for i in range(3) for j in range(3) if i != j])
    t = (1, "a", None)
    print(
        t,
        t[0],
        t + (2,),
        t * 2,
        len(t),
        t.index("a"),
        t.count(1),
        (1,),
        (),
        hash((1, 2)),
        t == (1, "a", None),
        (1, 2) < (1, 3),
        t[1:],
    )
    d = {"a": 1, "b": 2, 3: [4]}
    d["c"] = 5
    d.update({"d": 6}, e=7)
    d.setdefault("f", []).append(1)
    print(
        d,
        d["a"],
        d.get("zz"),
        d.get("zz", 0),
        d.pop("a"),
        d.pop("zz", None),
        d.popitem(),
        "b" in d,
        len(d),
        list(d),
        list(d.keys()),
        list(d.values()),
        list(d.items()),
        d | {"q": 1},
        {**d},
        dict(a=1),
        dict([("a", 2)]),
        d == dict(d),
    )
    for key, value in d.items():
        print(key, value, end="; ")
    del d["b"]
    for key in sorted(d, key=str):
        print(key)
    print(
        {k: v for k, v in zip("abc", range(3))},
        dict.fromkeys("ab", 0),
        {v: k for k, v in {"a": 1}.items()},
        {**{"a": 1}, "b": 2},
        reversed(list(d)),
    )
    s = {1, 2, 3}
    s.add(4)
    s.discard(9)
    s.remove(1)
    s.update([7])
    print(
        s | {5},
        s & {2},
        s - {2},
        s ^ {9},
        2 in s,
        len(s),
        {x % 2 for x in s},
        s <= {1, 2, 3, 4, 7},
        frozenset(s),
        set("hello") == set("olleh"),
        s.issubset({2}),
        s.isdisjoint({100}),
        s.union([1]),
        s.pop() in (2, 3, 4, 7),
    )
    print(
        list(map(str, [1, 2])),
        list(filter(None, [0, 1])),
        list(zip([1, 2], "ab")),
        list(enumerate("ab", 1)),
        any([0, 1]),
        all([1, 1]),
        list(reversed([1, 2])),
        next(iter([1])),
        next(iter([]), None),
        list(iter([1, 2].pop, 1)),
    )
    print(
        d.keys() & {"c"},
        d.items(),
        slice(1, 2),
        [1, [2, [3]]],
        {"a": {"b": (1, 2)}},
        ...,
        None,
        True,
        print,
        len,
        Item,
        lambda: 1,
    )


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
        lambda: shapes(1),
        lambda: sorted([1, "a"]),
        lambda: Item(),
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


def arithmetic():
    """Of each kind, often enough that the interpreter turns to its quick ways."""
    a, b, total, text, items = 3, 2.5, 0.0, "añb", list(range(10))
    for i in range(40):
        total += a + b
        total -= b - a
        total *= 1.0
        total += a * b + b * a + b / a + a / b + a - b + b - a + b * b + b + b - b + a // 2 + i % 3 + i * i - i
        items[i % 10] = items[i % 5] + i
        if items[i % 10] > 50 or total < 0 or b > a or a != b or i == 3:
            items[0] = 0
        text += "é" if i & 1 else "x"
        found = text[i]
        other = "a" + found + text[-1]
        both = {"k": i}["k"] if other else None
    for x, y in (
        (7, 3),
        (7.5, 3),
        (7, 2.5),
        (7.5, 2.5),
        (2**70, 3),
        (3, 2**70),
        (2**70, 2.5),
        (True, 2),
        (-7, 3),
        (0.0, -1),
    ):
        kinds(x, y)
    print(total, text[3:8], both, found in text, text.find("x", 4), sum(items))


def kinds(x, y):
    """Every operator at a place of its own, with one pair of types."""
    found = None
    for _ in range(30):
        a, b = x, y
        found = (
            a + b,
            a - b,
            a * b,
            a / b,
            a // b,
            a % b,
            a < b,
            a <= b,
            a == b,
            a != b,
            a > b,
            a >= b,
            -a,
            +a,
            abs(a),
            not a,
            a and b,
            a or b,
        )
        found += (
            b + a,
            b - a,
            b * a,
            min(a, b),
            max(a, b),
            round(a),
            int(a),
            float(a),
            bool(a),
            str(a),
            divmod(a, b),
            a**2,
            f"{a:.1f}{b}",
        )
        a += b
        a -= b
        a *= b
        a /= b
        a //= b
        a = x
        a %= b
        if x < 0:
            a = -a
        if isinstance(x, int) and isinstance(y, int):
            found += (x & y, x | y, x ^ y, ~x, x << 1, x >> 1)
    return found


shapes()
arithmetic()
operators()
records()
numbers()
strings()
containers()
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
