"""What programs do with classes of their own."""

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


shapes()
operators()
records()
