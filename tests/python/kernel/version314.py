"""What Python 3.14 has that earlier ones have not, as far as programs use it."""

import annotationlib
import argparse
import concurrent.futures
import copy
import datetime
import decimal
import fractions
import functools
import graphlib
import heapq
import io
import json
import operator
import os
import pathlib
import string.templatelib
import tempfile
import types
import typing
import uuid


def raises(kind, part, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        assert part in str(error), error
    else:
        raise AssertionError((kind, part))


# Template strings (PEP 750).
name, price = "Ada", 3.14159
template = t"Hello {name!r:>6}, {price:.2f}{{}}"
assert isinstance(template, string.templatelib.Template)
assert template.strings == ("Hello ", ", ", "{}") and template.values == ("Ada", 3.14159)
first, second = template.interpolations
assert (first.value, first.expression, first.conversion, first.format_spec) == ("Ada", "name", "r", ">6")
assert second.expression == "price" and second.format_spec == ".2f" and second.conversion is None
assert [type(part).__name__ for part in template] == ["str", "Interpolation", "str", "Interpolation", "str"]
assert (t"a{1}" + t"{2}b").strings == ("a", "", "b")
raises(TypeError, "", lambda: t"a" + "b")
match first:
    case string.templatelib.Interpolation(value, expression):
        assert (value, expression) == ("Ada", "name")
assert string.templatelib.convert("a", "r") == "'a'"


def render(template):
    return "".join(
        part
        if isinstance(part, str)
        else format(string.templatelib.convert(part.value, part.conversion), part.format_spec)
        for part in template
    )


assert render(template) == "Hello  'Ada', 3.14{}", render(template)

# Annotations are evaluated when somebody asks (PEP 649, 749).


def later(a: Undefined, b: int = 3) -> list[Undefined]: ...


raises(NameError, "Undefined", lambda: later.__annotations__)
found = annotationlib.get_annotations(later, format=annotationlib.Format.FORWARDREF)
assert isinstance(found["a"], annotationlib.ForwardRef) and found["b"] is int
assert annotationlib.get_annotations(later, format=annotationlib.Format.STRING) == {
    "a": "Undefined",
    "b": "int",
    "return": "list[Undefined]",
}
Undefined = str
assert later.__annotations__ == {"a": str, "b": int, "return": list[str]}
assert typing.get_type_hints(later)["return"] == list[str]


class Tree:
    left: Tree | None
    right: list[Tree]


assert Tree.__annotations__ == {"left": Tree | None, "right": list[Tree]}
assert annotationlib.type_repr(Tree).endswith("Tree") and annotationlib.call_annotate_function(
    Tree.__annotate__, annotationlib.Format.STRING
) == {"left": "Tree | None", "right": "list[Tree]"}

# Except without parentheses (PEP 758), and `finally` that leaves (PEP 765).
try:
    int("x")
except TypeError, ValueError:
    caught = True
assert caught
import warnings

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    compile("def f():\n    try:\n        pass\n    finally:\n        return 1\n", "f", "exec")
assert [str(each.message) for each in seen] == ["'return' in a 'finally' block"], seen

# Builtins and types.
raises(ValueError, "argument 2 is", lambda: list(map(pow, [1, 2], [3], strict=True)))
assert list(map(pow, [2, 3], [3, 2], strict=True)) == [8, 9]
assert float.from_number(3) == 3.0 and complex.from_number(3) == 3 + 0j
raises(TypeError, "must be real number, not str", float.from_number, "3")
assert fractions.Fraction.from_number(0.5) == fractions.Fraction(1, 2)
assert decimal.Decimal.from_number(3) == 3 and fractions.Fraction(3) == 3
assert bytes.fromhex(b"ff 00") == b"\xff\x00" and bytearray.fromhex("aa") == b"\xaa"
assert int.from_bytes(b"\1\0") == 256
assert memoryview[int] is not None and isinstance(types.GenericAlias(memoryview, (int,)), types.GenericAlias)
assert typing.Union is types.UnionType and isinstance(int | str, typing.Union)
assert repr(typing.Union[int, None]) == "int | None"  # noqa: UP007
assert pow(2, 3, mod=5) == 3
raises(TypeError, "unhashable type", lambda: {[]: 1})
raises(ValueError, "not enough values to unpack (expected 3, got 2)", lambda: [0 for a, b, c in [(1, 2)]])
raises(ValueError, "too many values to unpack (expected 2, got 3)", lambda: [0 for a, b in [(1, 2, 3)]])
assert operator.is_none(None) and operator.is_not_none(3)
slices = {slice(1, 2): "hash"}
assert slices[slice(1, 2)] == "hash"

# The library.
assert functools.partial(divmod, functools.Placeholder, 3)(10) == (3, 1)
assert functools.reduce(operator.add, [1, 2], initial=5) == 8
heap = [1, 5, 3]
heapq.heapify_max(heap)
heapq.heappush_max(heap, 9)
assert heapq.heappop_max(heap) == 9 and heapq.heapreplace_max(heap, 0) == 5 and heapq.heappushpop_max(heap, 7) == 7
assert datetime.date.strptime("2024-02-29", "%Y-%m-%d") == datetime.date(2024, 2, 29)
assert datetime.time.strptime("13:05", "%H:%M") == datetime.time(13, 5)
assert uuid.uuid7().version == 7 and uuid.uuid6().version == 6 and uuid.uuid8(1, 2, 3).version == 8
assert uuid.NIL.int == 0 and uuid.MAX.int == 2**128 - 1 and uuid.uuid7() < uuid.uuid7()
sorter = graphlib.TopologicalSorter({"b": ["a"]})
sorter.prepare()
sorter.prepare()
assert copy.replace(datetime.date(2024, 1, 1), day=5).day == 5
assert json.loads("[1]") == [1] and json.JSONDecodeError
raises(json.JSONDecodeError, "Illegal trailing comma before end of array", json.loads, "[1,]")
try:
    json.dumps({"a": [object()]})
except TypeError as error:
    assert error.__notes__ == ["when serializing list item 0", "when serializing dict item 'a'"], error.__notes__
assert issubclass(io.StringIO, object) and isinstance(io.BytesIO(), io.Reader) and isinstance(io.StringIO(), io.Writer)
parser = argparse.ArgumentParser(prog="p", suggest_on_error=True, color=False, exit_on_error=False)
parser.add_argument("--mode", choices=["fast", "slow"])
raises(argparse.ArgumentError, "maybe you meant 'fast'?", parser.parse_args, ["--mode", "fsat"])
with tempfile.TemporaryDirectory() as folder:
    place = pathlib.Path(folder)
    (place / "a").mkdir()
    (place / "a/f").write_text("x")
    assert (place / "a").copy(place / "b") == place / "b" and (place / "b/f").read_text() == "x"
    assert (place / "b/f").move_into(place) == place / "f" and not (place / "b/f").exists()
    (place / "f").move(place / "g")
    assert (place / "g").info.is_file() and (place / "a").info.is_dir()
    (place / "a").copy_into(place / "b")
    assert (place / "b/a/f").exists()
    assert (
        pathlib.Path.from_uri("file:///a%20b") == pathlib.Path("/a b")
        and pathlib.Path("/a b").as_uri() == "file:///a%20b"
    )
    with open(place / "lines", "w") as file:
        os.fsync(file)
assert concurrent.futures.InterpreterPoolExecutor
