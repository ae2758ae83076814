"""Texts and files that nest deeply, and the modules of the library that walk them."""

import ast
import collections
import configparser
import contextlib
import email
import fractions
import glob
import html.parser
import os
import pathlib
import plistlib
import re
import shutil
import string
import sys
import tomllib
import xml.dom.minidom
import xml.etree.ElementTree as ElementTree
import xml.sax

PATTERNS = {
    "groups": lambda n: "(" * n + ")" * n,
    "plain_groups": lambda n: "(?:" * n + "a" + ")" * n,
    "repeated_groups": lambda n: "(?:" * n + "a" + ")*" * n,
    "lookaheads": lambda n: "(?=" * n + "a" + ")" * n,
    "lookbehinds": lambda n: "(?<=" * n + "a" + ")" * n,
    "atomic": lambda n: "(?>" * n + "a" + ")" * n,
    "alternatives": lambda n: "a|" * n + "b",
    "nested_alternatives": lambda n: "(?:a|" * n + "b" + ")" * n,
    "optional": lambda n: "(?:a" * n + ")?" * n,
    "conditional": lambda n: "(a)?" + "(?(1)" * n + "a" + ")" * n,
    "flags": lambda n: "(?i:" * n + "a" + ")" * n,
    "sets": lambda n: "[" + "a" * n + "]",
    "open_groups": lambda n: "(" * n,
}


def _pattern(name, make):
    def go(depth):
        re.purge()
        compiled = re.compile(make(depth))
        compiled.match("aaaa")

    go.__name__ = f"re_compile_{name}"
    deep(100, 250, 400, 600, 900, 3000, also=(re.error, OverflowError))(go)


for _name, _make in PATTERNS.items():
    _pattern(_name, _make)


def _match(name, pattern, text="a"):
    def go(depth):
        re.match(pattern, text * depth)

    go.__name__ = f"re_match_{name}"
    deep(100, 3000, 100_000, 1_000_000)(go)


_match("group_star", "(?:a)*b")
_match("alternatives", "(?:a|b)*c")
_match("capturing", "(a|b)*c")
_match("capturing_lazy", "(a|b)*?c")
_match("lazy", "(?:a|b)*?c")
_match("optional", "(?:a?a)*$")
_match("lookahead", "(?:(?=a)a)*c")
_match("possessive", "(?:a|b)*+c")
_match("backreference", r"(?:(a)\1)*c")


@deep(100, 3000, 100_000)
def re_sub(depth):
    re.sub("(a|b)*", "", "a" * depth)


@deep(also=(ValueError,))
def format_fields(depth):
    ("{:" * depth + "}" * depth).format(*range(depth + 1))


@deep(also=(ValueError,))
def format_attributes(depth):
    ("{0" + ".real" * depth + "}").format(1)


@deep(also=(ValueError, TypeError))
def format_items(depth):
    ("{0" + "[0]" * depth + "}").format([1])


@deep(also=(ValueError,))
def string_formatter(depth):
    string.Formatter().format("{:" * depth + "}" * depth, *range(depth + 1))


@deep()
def text_of_nested(depth):
    return str(nest(lambda inner: [inner], depth))


@deep()
def ascii_of_nested(depth):
    ascii(nest(lambda inner: [inner], depth))


@deep(also=(TypeError,))
def join_of_generators(depth):
    "".join(nest(lambda inner: (str(value) for value in inner), depth, "abc"))


@deep(also=(ElementTree.ParseError, ValueError, SyntaxError))
def xml_parse(depth):
    ElementTree.fromstring("<a>" * depth + "</a>" * depth)


@deep(100, 900, 3000, 10_000, also=(ElementTree.ParseError, ValueError))
def xml_write(depth):
    ElementTree.tostring(nest(_element, depth))


def _element(inner):
    element = ElementTree.Element("a")
    if inner is not None:
        element.append(inner)
    return element


@deep()
def xml_iterate(depth):
    for _ in nest(_element, depth).iter():
        pass


@deep()
def xml_text(depth):
    "".join(nest(_element, depth).itertext())


@deep(100, 900, 3000)
def xml_indent(depth):
    ElementTree.indent(nest(_element, depth))


@deep(100, 900, 3000, also=(Exception,))
def minidom(depth):
    document = xml.dom.minidom.parseString("<a>" * depth + "</a>" * depth)
    document.toxml()
    document.cloneNode(True)
    document.unlink()


@deep(100, 900, 3000, 10_000, also=(xml.sax.SAXException,))
def sax(depth):
    xml.sax.parseString("<a>" * depth + "</a>" * depth, xml.sax.ContentHandler())


@deep(100, 3000, 10_000)
def html_parser(depth):
    html.parser.HTMLParser().feed("<a>" * depth + "</a>" * depth)


@deep(also=(ValueError,))
def toml_arrays(depth):
    tomllib.loads("a = " + "[" * depth + "]" * depth)


@deep(also=(ValueError,))
def toml_tables(depth):
    tomllib.loads("a = " + "{a = " * depth + "1" + "}" * depth)


@deep(100, 900, 3000, also=(ValueError,))
def toml_keys(depth):
    tomllib.loads("[" + ".".join("a" * depth) + "]")


@deep(100, 900, 3000, also=(Exception,))
def plist(depth):
    plistlib.loads(plistlib.dumps(nest(lambda inner: [inner or 1], depth)))


@deep(100, 900, 3000, also=(Exception,))
def plist_binary(depth):
    plistlib.loads(plistlib.dumps(nest(lambda inner: [inner or 1], depth), fmt=plistlib.FMT_BINARY))


@deep(100, 900, 3000, also=(configparser.Error,))
def configuration(depth):
    parser = configparser.ConfigParser()
    parser.read_dict({"s": {f"a{i}": f"%(a{i + 1})s" for i in range(depth)} | {f"a{depth}": "1"}})
    parser.get("s", "a0")


@deep(100, 900, 3000)
def message_parts(depth):
    text = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(depth))
    message = email.message_from_string(text)
    list(message.walk())
    message.as_string()


@deep(100, 900, 3000)
def exit_stack_of_many(depth):
    with contextlib.ExitStack() as stack:
        for _ in range(depth):
            stack.enter_context(contextlib.nullcontext())


@deep(100, 900, 2000, also=(OSError,))
def folders(depth):
    base = "/tmp/limits"
    os.makedirs(base, exist_ok=True)
    here = os.getcwd()
    os.chdir(base)
    try:
        for _ in range(depth):
            os.mkdir("a")
            os.chdir("a")
        os.chdir(base)
        for _ in os.walk(base):
            pass
        list(pathlib.Path(base).rglob("*"))
        glob.glob("**", root_dir=base, recursive=True)
    finally:
        os.chdir(here)
        shutil.rmtree(base)
    assert not os.path.exists(base)


@deep(100, 900, 3000, 20_000, also=(OSError,))
def long_path(depth):
    os.makedirs("/tmp/limits-path/" + "a/" * depth)
    shutil.rmtree("/tmp/limits-path")


@deep(100, 3000, 100_000)
def normal_path(depth):
    os.path.normpath("a/../" * depth)
    pathlib.PurePath("a/" * depth).parents[-1]


@deep(100, 900, 3000, 100_000, also=(ValueError,))
def large_numbers(depth):
    str(10**depth)
    fractions.Fraction(10**depth, 3**depth)
    int("1" * depth)


@deep(100, 3000)
def links(depth):
    os.makedirs("/tmp/limits-links", exist_ok=True)
    try:
        for i in range(depth):
            os.symlink(f"/tmp/limits-links/{i + 1}", f"/tmp/limits-links/{i}")
        with contextlib.suppress(OSError):
            open("/tmp/limits-links/0")
    finally:
        shutil.rmtree("/tmp/limits-links")


@deep(100, 900, 3000)
def recursion_limit_raised(depth):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)

    def down(n):
        return n and 1 + down(n - 1)

    def by_key(n):
        return n and sorted([1], key=lambda _: by_key(n - 1))

    try:
        down(depth * 10)
        by_key(depth * 10)
    finally:
        sys.setrecursionlimit(before)


@endless
def recursion_limit_raised_endless():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000_000)

    def go():
        return go()

    try:
        go()
    finally:
        sys.setrecursionlimit(before)


@deep(100, 900, 3000)
def counters(depth):
    nest(lambda inner: collections.Counter(a=1, b=2) + (inner or collections.Counter()), depth)


@deep(100, 900, 3000, also=(SyntaxError,))
def unparse_deep_text(depth):
    ast.unparse(ast.parse("a" + ".b" * depth))


@endless
def memory():
    text = "a" * 2**20
    while True:
        text += text


@endless
def memory_of_list():
    values = [0] * 2**20
    while True:
        values += values


@endless
def memory_of_bytes():
    values = bytearray(2**20)
    try:
        while True:
            values *= 2
    except OverflowError as error:
        # What the interpreter calls it.
        raise MemoryError from error


known("a text of more than 2 GB panics where texts are joined in place", "memory")
