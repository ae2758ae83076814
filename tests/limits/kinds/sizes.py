"""Sizes, widths, counts and positions that no memory has, given to everything native that takes numbers."""

import array
import binascii
import bz2
import collections
import csv
import datetime
import decimal
import functools
import hashlib
import io
import itertools
import json
import lzma
import math
import operator
import os
import pickle
import random
import re
import secrets
import struct
import sys
import time
import zlib

TIMES = 1
HUGE = (2**31 - 1, 2**31, 2**32 - 1, 2**32 + 1, 2**62, 2**63 - 1, 2**64 + 1, -1, -(2**31), -(2**62), -(2**65))

#: What ends the session by its meaning, waits, or computes for ever in CPython too.
LEFT_OUT = {
    "int.__pow__",
    "int.__rpow__",
    "int.__round__",
    "int.__rlshift__",
    "bool.__pow__",
    "bool.__rpow__",
    "bool.__round__",
    "Decimal.__pow__",
    "Decimal.__rpow__",
    "math.factorial",
    "math.comb",
    "math.perm",
    "time.sleep",
    "posix._exit",
    "posix.abort",
    "posix.kill",
    "posix.close",
    "posix.closerange",
    "posix.dup2",
    "sys.exit",
    "sys.setrecursionlimit",
    "builtins.breakpoint",
    "builtins.input",
    "builtins.exit",
    "builtins.quit",
    "builtins.help",
}


def _subjects():
    """A new object of each native class, small and with something in it."""
    return {
        "str": lambda: "a\tb c",
        "bytes": lambda: b"a\tb c",
        "bytearray": lambda: bytearray(b"a\tb c"),
        "list": lambda: [1, "a"],
        "tuple": lambda: (1, "a"),
        "dict": lambda: {1: 2},
        "set": lambda: {1, 2},
        "int": lambda: 7,
        "bool": lambda: True,
        "float": lambda: 1.5,
        "complex": lambda: 1.5j,
        "range": lambda: range(1, 9, 2),
        "slice": lambda: slice(1, 9, 2),
        "memoryview": lambda: memoryview(bytearray(b"abcd")),
        "array": lambda: array.array("i", [1, 2]),
        "deque": lambda: collections.deque([1, 2]),
        "BytesIO": lambda: io.BytesIO(b"a\nb"),
        "StringIO": lambda: io.StringIO("a\nb"),
        "BufferedReader": lambda: io.BufferedReader(io.BytesIO(b"a\nb")),
        "BufferedWriter": lambda: io.BufferedWriter(io.BytesIO(b"a\nb")),
        "BufferedRandom": lambda: io.BufferedRandom(io.BytesIO(b"a\nb")),
        "TextIOWrapper": lambda: io.TextIOWrapper(io.BytesIO(b"a\nb")),
        "FileIO": lambda: open("/tmp/limits-file", "w+b", buffering=0),
        "Decimal": lambda: decimal.Decimal("1.5"),
        "Context": lambda: decimal.Context(),
        "timedelta": lambda: datetime.timedelta(1),
        "date": lambda: datetime.date(2000, 1, 1),
        "datetime": lambda: datetime.datetime(2000, 1, 1),
        "Random": lambda: random.Random(1),
        "Struct": lambda: struct.Struct("ii"),
        "Pattern": lambda: re.compile("a|(b)"),
        "Match": lambda: re.match("(a)", "a"),
        "list_iterator": lambda: iter([1, 2]),
        "str_iterator": lambda: iter("ab"),
        "bytes_iterator": lambda: iter(b"ab"),
        "tuple_iterator": lambda: iter((1, 2)),
        "range_iterator": lambda: iter(range(2)),
        "list_reverseiterator": lambda: reversed([1, 2]),
        "array_iterator": lambda: iter(array.array("i", [1])),
        "repeat": lambda: itertools.repeat(1, 2),
        "islice": lambda: itertools.islice([1, 2], 1),
        "decompressor": zlib.decompressobj,
        "compressor": zlib.compressobj,
        "bz2_decompressor": bz2.BZ2Decompressor,
        "lzma_decompressor": lzma.LZMADecompressor,
        "shake": hashlib.shake_128,
        "sha256": hashlib.sha256,
        "partial": lambda: functools.partial(print),
        "itemgetter": lambda: operator.itemgetter(0),
    }


#: What stands beside the number: nothing, before it, after it.
FRAMES = (
    lambda call, n, more: call(n),
    lambda call, n, more: call(n, more),
    lambda call, n, more: call(more, n),
    lambda call, n, more: call(n, n),
    lambda call, n, more: call(more, more, n),
    lambda call, n, more: call(more, n, n),
)


def _try(call, numbers=HUGE):
    for number in numbers:
        for frame in FRAMES:
            for more in ("a", b"a", 0):
                try:
                    frame(call, number, more)
                except Exception:
                    pass


for _kind, _make in _subjects().items():

    def _methods(make=_make):
        return [name for name in dir(make()) if callable(getattr(make(), name, None))]

    for _method in _methods():
        if f"{_kind}.{_method}" in LEFT_OUT or _method in ("__class__", "__subclasshook__", "__init_subclass__"):
            continue

        def _check(make=_make, method=_method):
            _try(lambda *args: getattr(make(), method)(*args))

        anything(f"method_{_kind}_{_method}", _check)

MODULES = """
builtins _bisect _codecs _collections _csv _datetime _functools _heapq _io _json _operator _random _sre _struct
_statistics array binascii cmath errno gc itertools marshal math posix sys time unicodedata zlib _bz2 _lzma _hashlib
_blake2 _sha2 _sha3 _string _weakref _pickle _tokenize _symtable _contextvars _abc _typing _opcode _locale _decimal
"""
for _module in MODULES.split():
    try:
        _space = vars(__import__(_module))
    except ImportError:
        continue
    for _name, _value in _space.items():
        if callable(_value) and f"{_module}.{_name}" not in LEFT_OUT and not _name.startswith("_krait"):
            anything(f"function_{_module}_{_name}", functools.partial(_try, _value))


class Hint:
    """An iterator of one that says that it is longer."""

    def __init__(self, hint):
        self.hint = hint

    def __iter__(self):
        return iter([1]) if self.hint == 0 else self

    def __length_hint__(self):
        return self.hint

    def __next__(self):
        raise StopIteration


class Long:
    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, at):
        raise IndexError


def _each(name, function, numbers=HUGE):
    anything(f"call_{name}", *(functools.partial(function, number) for number in numbers))


for _class in (list, tuple, set, frozenset, bytes, bytearray, collections.deque, sorted, "".join, dict.fromkeys):
    _each(f"hint_{_class.__name__}", lambda n, make=_class: make(Hint(n)))
    _each(f"length_{_class.__name__}", lambda n, make=_class: make(Long(n)))
_each("hint_extend", lambda n: [].extend(Hint(n)))
_each("hint_bytearray_extend", lambda n: bytearray().extend(Hint(n)))
_each("hint_unpacked", lambda n: [*Hint(n)])
_each("hint_map", lambda n: list(map(str, Hint(n))))
_each("hint_array", lambda n: array.array("i", Hint(n)))
_each("list_of_range", lambda n: list(range(n)))
_each("tuple_of_range", lambda n: tuple(range(n)))
_each("sorted_range", lambda n: sorted(range(n)))
_each("unpacked_range", lambda n: [*range(n)])
_each("list_of_repeat", lambda n: list(itertools.repeat(1, n)))
_each("reversed_range", lambda n: list(reversed(range(n))))
_each("slice_of_list", lambda n: operator.setitem([1], slice(0, 1), range(n)))
_each("text_times", lambda n: "ab" * n)
_each("times_text", lambda n: n * "é")
_each("bytes_times", lambda n: b"ab" * n)
_each("list_times", lambda n: [1, 2] * n)
_each("tuple_times", lambda n: (1, 2) * n)
_each("array_times", lambda n: array.array("d", [1, 2]) * n)
_each("deque_times", lambda n: collections.deque([1, 2]) * n)
_each("bounded_deque_times", lambda n: collections.deque([1, 2], 3) * n)
_each("shift", lambda n: 1 << n)
_each("right_shift", lambda n: -1 >> n)
_each("replace", lambda n: ("a" * 50_000).replace("a", "b" * 50_000))
_each("replace_bytes", lambda n: (b"a" * 70_000).replace(b"", b"b" * 70_000))
_each("translate", lambda n: ("a" * 50_000).translate({97: "b" * 50_000}))
_each("join_of_list", lambda n: ("a" * 70_000).join(["b"] * 70_000))
_each("join_bytes", lambda n: (b"a" * 70_000).join([b"b"] * 70_000))
_each("to_bytes", lambda n: (1).to_bytes(n, "little"))
_each("hex_groups", lambda n: b"abc".hex(":", n))
_each("round_float", lambda n: round(1.5, n))
_each("format_percent", lambda n: f"{1:{n}%}")
for _spec in (
    "{0}",
    ">{0}",
    "0{0}",
    ",{0}",
    ".{0}",
    ".{0}f",
    ".{0}e",
    ".{0}g",
    ".{0}%",
    "{0}.{0}f",
    "{0}b",
    "_{0}x",
    "<{0}n",
):
    for _value in (1, 1.5, 1j, "a", True, decimal.Decimal("1.5")):
        _each(
            f"format_{type(_value).__name__}_{_spec}",
            lambda n, value=_value, spec=_spec: format(value, spec.format(n)),
            (*HUGE[:4], 2**30, 2**31 - 100),
        )
for _percent in (
    "%{0}d",
    "%.{0}d",
    "%{0}s",
    "%.{0}s",
    "%{0}f",
    "%.{0}f",
    "%.{0}e",
    "%.{0}g",
    "%-{0}x",
    "%0{0}o",
    "%{0}c",
    "%{0}%",
):
    for _type in (str, str.encode):
        _each(
            f"percent_{_type.__name__}_{_percent}",
            lambda n, kind=_type, percent=_percent: kind(percent.format(n)) % (1,),
            (*HUGE[:4], 2**30, 2**31 - 100),
        )
_each("struct_text", lambda n: struct.pack(f"{abs(n)}s", b"a"))
_each("struct_padding", lambda n: struct.pack(f"{abs(n)}x"))
_each("struct_numbers", lambda n: struct.calcsize(f"{abs(n)}d{abs(n)}d"))
_each("struct_unpack", lambda n: struct.unpack(f"{abs(n)}i", b""))
_each("struct_pack_into", lambda n: struct.pack_into("i", bytearray(8), n, 1))
_each("seek_and_write", lambda n: (file := io.BytesIO(), file.seek(n), file.write(b"a")))
_each("seek_and_write_text", lambda n: (file := io.StringIO(), file.seek(n), file.write("a")))
_each("truncate_memory", lambda n: io.BytesIO(b"a").truncate(n))
_each("read_memory", lambda n: io.BytesIO(b"a").read(n))


def _with_file(use, mode="w+b", **options):
    with open("/tmp/limits-file", mode, **options) as file:
        try:
            return use(file)
        finally:
            os.remove("/tmp/limits-file")


_each("file_read", lambda n: _with_file(lambda file: file.read(n)))
_each("file_read1", lambda n: _with_file(lambda file: file.read1(n)))
_each("file_peek", lambda n: _with_file(lambda file: file.peek(n)))
_each("file_read_text", lambda n: _with_file(lambda file: file.read(n), "w+"))
_each("file_readline", lambda n: _with_file(lambda file: file.readline(n)))
_each("file_readlines", lambda n: _with_file(lambda file: file.readlines(n)))
_each("file_truncate", lambda n: _with_file(lambda file: file.truncate(n)))
_each("file_seek_and_write", lambda n: _with_file(lambda file: (file.seek(n), file.write(b"a"), file.flush())))
_each("file_raw_read", lambda n: _with_file(lambda file: file.read(n), buffering=0))
_each("file_buffering", lambda n: _with_file(lambda file: file.write(b"a"), buffering=n))
_each("file_chunk_size", lambda n: _with_file(lambda file: (setattr(file, "_CHUNK_SIZE", n), file.read(1)), "w+"))
_each("os_read", lambda n: _with_file(lambda file: os.read(file.fileno(), n)))
_each("os_pread", lambda n: _with_file(lambda file: os.pread(file.fileno(), n, n)))
_each("os_pwrite", lambda n: _with_file(lambda file: os.pwrite(file.fileno(), b"a", n)))
_each("os_truncate", lambda n: _with_file(lambda file: os.ftruncate(file.fileno(), n)))
_each("os_lseek", lambda n: _with_file(lambda file: os.lseek(file.fileno(), n, 0)))
_each("urandom", os.urandom)
_each("token_bytes", secrets.token_bytes)
_each("randbytes", random.randbytes)
_each("getrandbits", random.getrandbits, (*HUGE[2:], 2**33))
_each("product", lambda n: itertools.product([1], repeat=n))
_each("product_first", lambda n: next(itertools.product([1, 2], repeat=n)))
_each("combinations", lambda n: next(itertools.combinations([1], n)))
_each("combinations_with_replacement", lambda n: next(itertools.combinations_with_replacement([1], n)))
_each("permutations", lambda n: next(itertools.permutations([1], n)))
_each("tee", lambda n: itertools.tee([1], n))
_each("batched", lambda n: list(itertools.batched([1], n, strict=False)))
_each("islice", lambda n: list(itertools.islice([1], n, None, n)))
_each("zlib_decompress", lambda n: zlib.decompress(zlib.compress(b"a"), 15, n))
_each("zlib_decompressobj", lambda n: zlib.decompressobj().decompress(zlib.compress(b"a"), n))
_each("zlib_flush", lambda n: zlib.decompressobj().flush(n))
_each("zlib_compressobj", lambda n: zlib.compressobj(n, 8, n, n, n))
_each("bz2_decompress", lambda n: bz2.BZ2Decompressor().decompress(bz2.compress(b"a"), n))
_each("lzma_decompress", lambda n: lzma.LZMADecompressor().decompress(lzma.compress(b"a"), n))
_each("lzma_memory", lambda n: lzma.LZMADecompressor(memlimit=n).decompress(lzma.compress(b"a")))
_each(
    "lzma_dictionary",
    lambda n: lzma.compress(b"a", lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": n}]),
)
_each("pbkdf2_length", lambda n: hashlib.pbkdf2_hmac("sha256", b"a", b"a", 1, n))
_each("scrypt_memory", lambda n: hashlib.scrypt(b"a", salt=b"a", n=2**30, r=n, p=1))
_each("blake2", lambda n: hashlib.blake2b(b"a", digest_size=n, fanout=n, depth=n, leaf_size=n, node_offset=n))
_each("json_indent", lambda n: json.dumps([1], indent=n))
_each("csv_limit", csv.field_size_limit, (2**31 - 1, 131072))
for _pattern in (
    "a{%d}",
    "(a){%d}",
    "a{,%d}b",
    "(?:a{65535}){%d}",
    "[ab]{1,%d}?",
    "(?<=a{%d})",
    "(?P=%d)",
    r"\%d",
    "(?(%d)a)",
):
    _each(f"re_{_pattern}", lambda n, pattern=_pattern: re.compile(pattern % abs(n)).search("aaa"))
_each("re_position", lambda n: re.compile("a|b").search("abc", n, n))
_each("re_count", lambda n: re.sub("a", "b", "aaa", count=n))
_each("decimal_precision", lambda n: decimal.Context(prec=n).divide(decimal.Decimal(1), 3))
_each("decimal_exponent", lambda n: decimal.Decimal(f"1e{n}") + decimal.Decimal("1e-5"))
_each("decimal_shift", lambda n: decimal.Context(prec=2**31 - 1).shift(decimal.Decimal(1), n))
_each("decimal_scaled", lambda n: decimal.Decimal(1).scaleb(n).to_integral_value())
_each("decimal_quantize", lambda n: decimal.Decimal(1).quantize(decimal.Decimal(f"1e-{abs(n)}")))
_each("decimal_root", lambda n: decimal.Context(prec=n).sqrt(decimal.Decimal(2)))
_each("decimal_text", lambda n: f"{decimal.Decimal(f'1e{n}'):f}")
_each("timedelta", lambda n: datetime.timedelta(days=n) * n)
_each("localtime", time.localtime)
_each("strftime", lambda n: time.strftime(f"%{abs(n)}Y"))
_each("date_of_timestamp", datetime.datetime.fromtimestamp)
_each("memoryview_shape", lambda n: memoryview(b"abcd").cast("b", [n, n]))
_each("memoryview_at", lambda n: memoryview(b"abcd")[n])
_each("pickle_index", lambda n: pickle.loads(b"X\x01\x00\x00\x00ar" + (n & 0xFFFFFFFF).to_bytes(4, "little") + b"."))
_each("pickle_text_index", lambda n: pickle.loads(b"X\x01\x00\x00\x00ap" + str(n).encode() + b"\n."))
for _code in b"TXB\x8b":
    _each(
        f"pickle_length_{_code}",
        lambda n, code=_code: pickle.loads(bytes([code]) + (n & 0xFFFFFFFF).to_bytes(4, "little")),
    )
    _each(
        f"pickle_file_length_{_code}",
        lambda n, code=_code: pickle.load(io.BytesIO(bytes([code]) + (n & 0xFFFFFFFF).to_bytes(4, "little"))),
    )
for _code in b"\x8d\x8e\x96\x95":
    _each(
        f"pickle_length_{_code}", lambda n, code=_code: pickle.loads(bytes([code]) + (n % 2**64).to_bytes(8, "little"))
    )
    _each(
        f"pickle_file_length_{_code}",
        lambda n, code=_code: pickle.load(io.BytesIO(bytes([code]) + (n % 2**64).to_bytes(8, "little"))),
    )
_each("pickle_file_index", lambda n: pickle.load(io.BytesIO(b"Nr" + (n & 0xFFFFFFFF).to_bytes(4, "little") + b".")))
_each(
    "unpickler_index",
    lambda n: pickle.Unpickler(io.BytesIO(b"Nr" + (n & 0xFFFFFFFF).to_bytes(4, "little") + b".")).load(),
)
for _code in b"(<>[sutaA":
    _each(
        f"marshal_length_{chr(_code)}",
        lambda n, code=_code: __import__("marshal").loads(bytes([code]) + (n & 0xFFFFFFFF).to_bytes(4, "little")),
    )
_each("int_of_digits", lambda n: int("9" * 4000) ** 50)
_each("binascii_base64", lambda n: binascii.b2a_base64(b"a", newline=n))
_each("slots", lambda n: type("C", (), {"__slots__": ["a"] * 100_000}))
_each("ldexp", lambda n: math.ldexp(1.5, n))
_each("sizeof", lambda n: sys.getsizeof(range(n)))
_each("itemsize", lambda n: array.array("i").__reduce_ex__(n))
