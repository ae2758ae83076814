# ruff: noqa: UP031, UP032
"""What asks for more than fits into memory, or nests deeper than the stack, raises; the session goes on."""

import io
import itertools
import marshal
import pickle
import sys

HUGE = 2**31 - 2


def raises(name, function, *kinds):
    try:
        function()
    except kinds:
        return
    except BaseException as error:
        raise AssertionError(f"{name} raised {type(error).__name__}: {error}") from None
    raise AssertionError(f"{name} raised nothing")


too_large = (MemoryError, OverflowError, ValueError)
for _ in range(2):
    raises("str.expandtabs", lambda: "\ta\n\tb".expandtabs(sys.maxsize), *too_large)
    raises("tabsize=", lambda: "\t\t".expandtabs(tabsize=HUGE), *too_large)
    raises("bytes.expandtabs", lambda: b"\ta\n\tb".expandtabs(sys.maxsize), *too_large)
    raises("bytearray.expandtabs", lambda: bytearray(b"\ta\n\tb").expandtabs(sys.maxsize), *too_large)
    for value in ("x", 1, True, 1.5, 1j):
        raises(f"format({value!r})", lambda: format(value, "2147483000"), *too_large)
        raises(f"a huge width of {value!r}", lambda: format(value, "99999999999"), *too_large)
    for digits in ("1" * 10_000, "." + "1" * 10_000 + "f"):
        raises("a width that is no number of any size", lambda: format(0, digits), ValueError)
    raises("str.format", lambda: "{:>2147483000}".format(1), *too_large)
    raises("an f-string", lambda: f"{1:>{HUGE}}", *too_large)
    raises("a precision", lambda: f"{1.5:.{HUGE}f}", *too_large)
    for template in ("%2147483000d", "%*d", "%.2147483000d", "%.*d", "%(a)2147483000d"):
        values = {"a": 1} if "(" in template else (HUGE, 1) if "*" in template else (1,)
        raises(template, lambda: template % values, *too_large)
        if "(" not in template:
            raises(f"bytes {template}", lambda: template.encode() % values, *too_large)
            raises(f"bytearray {template}", lambda: bytearray(template.encode()) % values, *too_large)
    size = int(sys.maxsize**0.5) + 1
    if sys.maxsize < 2**32:
        raises("str.join", lambda: "".join(("A" * size,) * size), *too_large)

    for text in ("a", b"a", bytearray(b"a")):
        for name in ("center", "ljust", "rjust", "zfill"):
            raises(f"{name} of {text}", lambda: getattr(text, name)(HUGE), *too_large)
    raises("int.to_bytes", lambda: (1).to_bytes(HUGE, "little"), *too_large)
    raises("int.to_bytes", lambda: (1).to_bytes(length=HUGE), *too_large)

    for index in (b"r\xff\xff\xff\xff", b"r\xff\xff\xff\x7f", b"p4294967295\n", b"p2000000000\n"):
        memo = b"\x80\x03N" + index + b"."
        raises(f"pickle.loads {index}", lambda: pickle.loads(memo), *too_large)
        # A file is looked at piece by piece, and stays where it was.
        for before in (b"", b"X\xe8\x03\x00\x00" + b"a" * 1000 + b"0", b"V" + b"a" * 5000 + b"\n0"):
            file = io.BytesIO(b"before" + before + memo)
            file.seek(6)
            raises(f"pickle.load {index}", lambda: pickle.load(file), *too_large)
            file.seek(6)
            raises(f"Unpickler {index}", lambda: pickle.Unpickler(file).load(), *too_large)
    assert pickle.loads(b"X\x05\x00\x00\x00r~~~~.") == "r~~~~"

    for wrap in (
        lambda inner: map(str, inner),
        lambda inner: filter(None, inner),
        zip,
        enumerate,
        itertools.chain,
        lambda inner: itertools.islice(inner, 5),
        itertools.pairwise,
    ):
        values = iter(range(9))
        for _ in range(50):
            values = wrap(values)
        try:
            for _ in range(3000):
                values = wrap(values)
            next(values, None)
        except RecursionError:
            pass

    for piece in (b")\x01", b"(\x01\x00\x00\x00", b"[\x01\x00\x00\x00", b"{N", b">\x01\x00\x00\x00"):
        end = b"0" if piece == b"{N" else b""
        marshal.loads(piece * 100 + b"N" + end * 100)
        raises(f"marshal.loads {piece}", lambda: marshal.loads(piece * 2**20 + b"N" + end * 2**20), ValueError)
        raises(f"marshal.loads {piece} 1990", lambda: marshal.loads(piece * 1990 + b"N" + end * 1990), ValueError)
    loop = []
    loop.append(loop)
    for version in range(3):
        raises("marshal.dumps of a loop", lambda: marshal.dumps(loop, version), ValueError)
    again = marshal.loads(marshal.dumps(loop))
    assert again[0] is again
    deep = []
    for _ in range(3000):
        deep = [deep]
    raises("marshal.dumps", lambda: marshal.dumps(deep), ValueError)

# What is ordinary still works.
assert ("ab".center(6), b"ab".rjust(3), bytearray(b"a").ljust(2), "-1".zfill(4)) == ("  ab  ", b" ab", b"a ", "-001")
assert (
    (258).to_bytes(2) == b"\x01\x02"
    and (1).to_bytes(length=3, byteorder="little") == b"\x01\0\0"
    and (7).to_bytes() == b"\x07"
)
values = [{"a": [1, 2.5, None]}, "x" * 70_000, b"y" * 300, list(range(2000)), ("é", 10**30), {1}, b"z", bytearray(b"q")]
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    assert pickle.loads(pickle.dumps(values, protocol)) == values
    file = io.BytesIO()
    pickle.dump(values, file, protocol)
    pickle.dump(1, file, protocol)
    file.seek(0)
    assert pickle.load(file) == values and pickle.load(file) == 1
    file.seek(0)
    reader = pickle.Unpickler(file)
    assert reader.load() == values and reader.load() == 1


class Reader(pickle.Unpickler):
    def persistent_load(self, pid):
        return pid


assert Reader(io.BytesIO(b"Pabc\n.")).load() == "abc"
assert list(map(str, filter(None, zip([1, 2], itertools.chain("a", "b"), strict=True)))) == ["(1, 'a')", "(2, 'b')"]
assert "a\tb".expandtabs() == "a       b"
assert "a\tb".expandtabs(tabsize=4) == "a   b"
assert b"\t".expandtabs(2000) == b" " * 2000
assert str.expandtabs("\t", 3) == "   "
assert f"{3.14159:>10.2f}|{7:08b}|{'x':^5}" == "      3.14|00000111|  x  "
assert "%5.1f%%, %-4s|" % (12.34, "ab") == " 12.3%, ab  |"
assert "%(x)03d" % {"x": 5} == "005"
assert b"%s-%d" % (b"a", 3) == b"a-3"
assert bytearray(b"%5d") % 3 == b"    3"
assert ",".join(("a", "b")) == ",".join(["a", "b"]) == ",".join(iter("ab")) == "a,b"
code = compile("f(1)", "x", "eval")
for value in (None, 1, 1.5, 2**100, "x", b"x", (1, [2, {3: {4}}]), frozenset({1}), slice(1, [2]), code):
    marshal.loads(marshal.dumps(value))
nested = []
for _ in range(300):
    nested = [nested]
assert marshal.loads(marshal.dumps(nested)) == nested
assert marshal.loads(marshal.dumps(nested, 2)) == nested
