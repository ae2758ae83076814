"""Typed views of JavaScript objects: `bind_sig` and `bind_class`."""

# also in a worker

import inspect
from asyncio import Future
from collections.abc import Awaitable
from typing import Annotated, Any

from _pyodide.jsbind import (
    BindClass,
    Deep,
    Default,
    Js2PyConverterMeta,
    Json,
    Py2JsConverterMeta,
    func_to_sig_inner,
)
from pyodide.code import run_js
from pyodide.ffi import JsArray, JsCallable, JsMap, JsProxy

TAKES = """
(...args) => args.map((x) => {
    if (x === undefined) return "undefined";
    if (x instanceof Map) return "map";
    if (typeof x === "object" && Object.getPrototypeOf(x) === Object.prototype) return JSON.stringify(x);
    return x?.type === undefined ? typeof x : `proxy of ${x.type}`;
}).join("; ")
"""


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} was not raised")


def test_arguments_cross_as_they_are_annotated():
    def sig(
        a: dict, b: Annotated[dict, Deep], c: Annotated[dict | None, Deep], d: Annotated[Any, Default], /
    ) -> str: ...

    f = run_js(TAKES).bind_sig(sig)
    assert f({"x": 1}, {"x": [1]}, {"y": 2}, [1]) == 'proxy of dict; {"x":[1]}; {"y":2}; proxy of list'
    assert f({}, 1, None, None) == "proxy of dict; number; undefined; undefined"


def test_json_is_a_view_both_ways():
    def sig(x: Annotated[dict, Json], /) -> Annotated[Any, Json]: ...

    value = {"list": [1, {"deep": 2}], "n": 3}
    assert run_js("(x) => { x.n = 4; x.list[1].deep = 5; return undefined; }").bind_sig(sig)(value) is None
    assert value == {"list": [1, {"deep": 5}], "n": 4}
    back = run_js("(x) => ({ rows: [{ a: x.n }] })").bind_sig(sig)(value)
    assert back["rows"][0]["a"] == 4
    back["rows"][0]["a"] = 6
    assert dict(back["rows"][0]) == {"a": 6}


def test_results_are_converted():
    def deep() -> Annotated[dict, Deep]: ...

    def plain() -> dict: ...

    make = run_js("() => ({ a: [1, null, { b: 2n }] })")
    assert make.bind_sig(deep)()["a"][0] == 1
    assert type(make.bind_sig(deep)()["a"][2]) is dict
    assert isinstance(make.bind_sig(plain)(), JsProxy)


class Point(BindClass):
    x: Annotated[list[int], Deep]
    other: Point
    nothing: Point | None

    def __init__(self, x: Annotated[list, Deep], /, *, scale: int = 1): ...

    def scaled(self, by: int, /) -> Annotated[list[int], Deep]: ...

    @staticmethod
    def of(x: Annotated[list, Deep], /) -> Point: ...

    @property
    def size(self) -> Annotated[dict, Deep]: ...


POINT = """
(class Point {
    constructor(x, options = {}) {
        this.x = x.map((n) => n * (options.scale ?? 1));
        this.tags = ["t"];
        this.nothing = undefined;
    }
    get other() { return this; }
    get size() { return { n: this.x.length }; }
    scaled(by) { return this.x.map((n) => n * by); }
    of(x) { return new Point(x); }
})
"""


def test_attributes_and_methods_of_an_object():
    point = run_js(POINT).new(run_js("[1, 2]")).bind_sig(Point)
    assert point.x == [1, 2] and type(point.x) is list
    assert isinstance(point.tags, JsArray)
    assert point.other.other.x == [1, 2] and point.nothing is None
    assert point.scaled(3) == [3, 6]
    assert point.of([5]).x == [5]
    assert point.size == {"n": 2}
    assert point._sig is Point and point.other._sig is Point
    scaled = point.scaled
    assert scaled(2) == [2, 4]


def test_attributes_are_written_as_they_are_read():
    target = run_js("({ x: [1], seen() { return Array.isArray(this.x) + ' ' + this.y.type; } })")
    point = target.bind_sig(Point)
    point.x = [7, 8]
    point.y = [7]
    assert target.seen() == "true list"
    assert target.x.to_py() == [7, 8] == point.x
    del point.x
    assert not hasattr(target, "x")


def test_a_bound_proxy_is_the_same_object():
    target = run_js("({ x: [1] })")
    point = target.bind_sig(Point)
    assert point == target and isinstance(point, JsProxy) and type(point) is not type(target)
    assert run_js("(a, b) => a === b")(point, target)
    assert type(target.bind_sig(Point)) is type(point)
    assert not hasattr(target, "_sig")

    class Other(BindClass):
        x: Annotated[list, Json]

    again = point.bind_sig(Other)
    assert again._sig is Other and type(again.x) is not list and point.x == [1]
    assert isinstance(run_js("[1, 2]").bind_sig(Other), JsArray) and list(run_js("[1, 2]").bind_sig(Other)) == [1, 2]
    assert run_js("new Map([[1, 2]])").bind_sig(Other)[1] == 2
    assert isinstance(run_js("new Map()").bind_sig(Other), JsMap)


def test_classes():
    made = run_js(POINT).bind_class(Point)
    assert isinstance(made, JsCallable)
    point = made([1, 2], scale=10)
    assert point.x == [10, 20] and point.scaled(2) == [20, 40]
    assert "constructor" not in raises(TypeError, made) and "__init__() missing 1 required" in raises(TypeError, made)

    class Loose:
        n: int

    assert run_js("(class { constructor(...all) { this.n = all.length; } })").bind_class(Loose)(1, 2).n == 2

    def give() -> type[Point]: ...

    assert run_js(f"() => {POINT}").bind_sig(give)()([3]).x == [3]
    assert "for classes" in raises(TypeError, run_js("({})").bind_class, Point)
    assert "not 'int'" in raises(TypeError, run_js("({})").bind_sig, 3)
    assert "a class" in raises(TypeError, run_js("(class {})").bind_class, give)


def test_calls_of_an_object():
    class Function(BindClass):
        def __call__(self, x: Annotated[dict, Deep], /) -> Annotated[list, Deep]: ...

    class Namespace:
        def __getattr__(self, name: str) -> Function: ...

    f = run_js("(x) => [x.a]")
    assert f.bind_sig(Function)({"a": 1}) == [1]
    names = run_js("({ f: (x) => [x.a], g: () => [2] })").bind_sig(Namespace)
    assert names.f({"a": 1}) == [1] and names.g({}) == [2]

    class Unsaid(BindClass):
        length: int

    assert f.bind_sig(Unsaid)(run_js("({ a: 5 })")).to_py() == [5] and f.bind_sig(Unsaid).length == 1


async def test_promises():
    def future() -> Future[Annotated[list, Deep]]: ...

    def awaitable() -> Awaitable[Point]: ...

    async def coroutine() -> Annotated[list, Deep]: ...

    class Holder(BindClass):
        later: Future[Annotated[list, Deep]]

    rows = run_js("async () => [1, [2]]")
    assert await rows.bind_sig(future)() == [1, [2]]
    assert await rows.bind_sig(coroutine)() == [1, [2]]
    assert (await run_js("async () => ({ x: [3] })").bind_sig(awaitable)()).x == [3]
    assert await run_js("({ later: Promise.resolve([4]) })").bind_sig(Holder).later == [4]
    try:
        await run_js("async () => { throw new RangeError('far') }").bind_sig(coroutine)()
    except Exception as error:
        assert error.name == "RangeError"
    else:
        raise AssertionError("nothing was raised")


def test_converters_of_a_program():
    class Upper(metaclass=Py2JsConverterMeta):
        @staticmethod
        def pre_convert(value):
            return value.upper()

    class Length(metaclass=Js2PyConverterMeta):
        @staticmethod
        def post_convert(value):
            return len(value)

    def sig(x: Annotated[str, Upper], /, *rest: Annotated[str, Upper]) -> Annotated[int, "a note", Length]: ...

    assert run_js("(...all) => all.join('')").bind_sig(sig)("a", "bc", "d") == 4
    assert run_js("(...all) => all.join('') === 'ABC' ? 'y' : 'not'").bind_sig(sig)("a", "b", "c") == 1


def test_keyword_arguments_are_the_last_argument():
    def sig(a, /, *, b=None, c=2, d: Annotated[Any, Deep] = None, **more: Annotated[Any, Deep]): ...

    f = run_js("(...args) => JSON.stringify(args)").bind_sig(sig)
    assert f(1) == '[1,{"c":2}]'
    assert f(1, b=None, c=3, d=[4], e={"f": 5}) == '[1,{"c":3,"d":[4],"e":{"f":5}}]'
    assert f(1, b=0, e=None, c=None) == '[1,{"b":0}]'

    def nothing_left(a, /, *, b=None): ...

    assert run_js("(...args) => JSON.stringify(args)").bind_sig(nothing_left)(1) == "[1,{}]"


def test_what_a_signature_refuses_is_refused_in_pythons_words():
    def one(a, b=7, /, *, c, **more): ...

    def two(a, /): ...

    def three(*all, k): ...

    js = run_js("(...args) => 0")
    for function in (one, two, three):
        bound = js.bind_sig(function)
        for args, kwargs in [
            ((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((1,), {"c": 2}), ((), {"a": 1, "c": 1}),
            ((1,), {"k": 1}), ((1,), {"b": 1, "c": 2}), ((1,), {"x": 1}), ((), {"k": 1, "x": 2}),
        ]:  # fmt: skip
            try:
                function(*args, **kwargs)
            except TypeError as error:
                assert raises(TypeError, bound, *args, **kwargs) == str(error), (function, args, kwargs)
            else:
                assert bound(*args, **kwargs) == 0

    def by_name(a): ...

    def many(): ...

    assert "POS_OR_KWD" in raises(RuntimeError, js.bind_sig(by_name), 1)
    parameters = [inspect.Parameter(f"a{n}", inspect.Parameter.KEYWORD_ONLY) for n in range(65)]
    many.__signature__ = inspect.Signature(parameters)
    assert "more than 64" in raises(RuntimeError, js.bind_sig(many))


def test_a_signature_shows_itself():
    def f(a: dict[str, int], /) -> list[int]: ...

    assert repr(func_to_sig_inner(f, None)) == "<JsSignature (a: dict[str, int], /) -> list[int]>"


def test_lambdas_and_names_that_are_no_names():
    assert run_js("(...args) => args.length").bind_sig(lambda a, /, *b: None)(1, 2, 3) == 3


for name, test in list(globals().items()):
    if name.startswith("test_") and (waits := test()) is not None:
        await waits
