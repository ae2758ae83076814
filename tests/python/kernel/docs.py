"""`help()` and `inspect.getdoc` of what has no docstring in memory: native objects, some library modules."""

import array
import collections
import contextlib
import dataclasses
import datetime
import functools
import inspect
import io
import itertools
import json
import math
import os
import pydoc
import re
import struct
import sys
import textwrap
import zlib

for thing, beginning in (
    (len, "Return the number of items in a container."),
    (print, "Prints the values to a stream, or to sys.stdout by default."),
    (int, "int([x]) -> integer"),
    (dict, "dict() -> new empty dictionary"),
    (object, "The base class of the class hierarchy."),
    (ValueError, "Inappropriate argument value (of correct type)."),
    (str.upper, "Return a copy of the string converted to uppercase."),
    ("".join, "Concatenate any number of strings."),
    ([].append, "Append object to the end of the list."),
    (list.sort, "Sort the list in ascending order and return None."),
    (dict.fromkeys, "Create a new dictionary with keys from iterable and values set to value."),
    (int.__add__, "Return self+value."),
    ((5).__add__, "Return self+value."),
    (int.real, "the real part of a complex number"),
    (math, "This module provides access to the mathematical functions"),
    (math.sin, "Return the sine of x (measured in radians)."),
    (sys, "This module provides access to some objects used or maintained by the"),
    (sys.exit, "Exit the interpreter by raising SystemExit(status)."),
    (os.stat, "Perform a stat system call on the given path."),
    (itertools.chain, "Return a chain object whose .__next__() method"),
    (collections.deque, "A list-like sequence optimized for data accesses near its endpoints."),
    (collections.deque.rotate, "Rotate the deque n steps to the right."),
    (struct.pack, "pack(format, v1, v2, ...) -> bytes"),
    (zlib.compress, "Returns a bytes object containing compressed data."),
    (array.array.append, "Append new value v to the end of the array."),
    (datetime.date.isocalendar, "Return a named tuple containing ISO year, week number, and weekday."),
    (re.compile("a").match, "Matches zero or more characters at the beginning of the string."),
    (json, "JSON (JavaScript Object Notation) <https://json.org> is a subset of"),
    (json.dumps, "Serialize ``obj`` to a JSON formatted ``str``."),
    (json.JSONDecoder, "Simple JSON <https://json.org> decoder"),
    (json.JSONDecoder.decode, "Return the Python representation of ``s``"),
    (json.JSONDecoder().decode, "Return the Python representation of ``s``"),
    (collections.Counter.most_common, "List the n most common elements and their counts"),
    (functools.lru_cache, "Least-recently-used cache decorator."),
    (dataclasses.field, "Return an object to identify dataclass fields."),
    (textwrap.dedent, "Remove any common leading whitespace from every line in `text`."),
):
    text = inspect.getdoc(thing)
    assert text is not None and text.startswith(beginning), (thing, text and text[:100])

# What is written in the page itself has its own docstring, that of a base class, or none.


class Own(dict):
    def get(self, key, default=None):
        return default

    def more(self):
        """More."""


class Below(Own):
    def more(self):
        return None


def silent():
    return None


assert inspect.getdoc(silent) is None
assert inspect.getdoc(Below.more) == "More."
assert inspect.getdoc(Below().more) == "More."
assert inspect.getdoc(3) is None or isinstance(inspect.getdoc(3), str)

# `help` itself.


def helped(thing):
    out = io.StringIO()
    pydoc.Helper(output=out).help(thing)
    return out.getvalue()


assert "Return the number of items in a container." in helped(len), helped(len)
page = helped(str)
assert "Return a copy of the string converted to uppercase." in page and "upper(self, /)" in page, page[:500]
page = helped(json.dumps)
assert "Serialize ``obj`` to a JSON formatted ``str``." in page, page
page = helped(math)
assert "This module provides access to the mathematical functions" in page and "Return the sine of x" in page, page[
    :500
]
assert "Append object to the end of the list." in helped("list.append")

# Topics, keywords and symbols; what they refer to comes with them.
out = io.StringIO()
helper = pydoc.Helper(input=io.StringIO(), output=out)
for asked, beginning in (
    ("if", 'The "if" statement\n'),
    ("FORMATTING", "Format string syntax\n"),
    ("**", "The power operator\n"),
):
    out.truncate(0)
    out.seek(0)
    with contextlib.redirect_stdout(out):
        helper.help(asked)
    assert out.getvalue().lstrip().startswith(beginning), (asked, out.getvalue()[:100])
    assert asked != "if" or "\nRelated help topics: TRUTHVALUE, match" in out.getvalue(), out.getvalue()[-100:]


class Documented:
    @property
    def value(self):
        """The value."""

    def method(self):
        """The method."""


class Inherits(Documented):
    @property
    def value(self):
        return 1

    def method(self):
        return 2


# What a base says of the attribute, also for properties, which have the text of their function.
assert inspect.getdoc(Inherits.value) == "The value." and inspect.getdoc(Inherits.method) == "The method."
