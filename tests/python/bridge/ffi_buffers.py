"""Bytes between Python and JavaScript."""

# also in a worker

import array
import io
import struct

import js
from checks import raises
from pyodide.code import run_js
from pyodide.ffi import ConversionError, JsException, to_js

u8 = js.Uint8Array.new(4)
u8.assign(b"\x01\x02\x03\xff")
assert list(u8) == [1, 2, 3, 255] and u8.to_bytes() == b"\x01\x02\x03\xff"
target = bytearray(4)
u8.assign_to(target)
assert target == b"\x01\x02\x03\xff"
raises(ValueError, lambda: u8.assign(b"123"))
raises(ValueError, lambda: u8.assign_to(bytearray(5)))
raises((ValueError, TypeError, BufferError), lambda: u8.assign_to(b"1234"))
raises(TypeError, lambda: u8.assign("1234"))
u8.assign(memoryview(b"a-b-c-d-")[::2])
assert u8.to_bytes() == b"abcd"
part = js.Uint8Array.new(u8.buffer, 1, 2)
assert part.to_bytes() == b"bc" and u8.buffer.to_bytes() == b"abcd"
part.assign(b"BC")
assert u8.to_bytes() == b"aBCd"

for name, letter, values in (
    ("Int8Array", "b", [-1, 2]),
    ("Uint8Array", "B", [255, 2]),
    ("Uint8ClampedArray", "B", [255, 2]),
    ("Int16Array", "h", [-300, 2]),
    ("Uint16Array", "H", [65535, 2]),
    ("Int32Array", "i", [-70000, 2]),
    ("Uint32Array", "I", [2**32 - 1, 2]),
    ("Float32Array", "f", [0.5, -2.0]),
    ("Float64Array", "d", [0.1, -2.0]),
    ("BigInt64Array", "q", [-(2**60), 2]),
    ("BigUint64Array", "Q", [2**64 - 1, 2]),
):
    kind = getattr(js, name)
    values_js = js.Array.of(*(js.BigInt(str(n)) for n in values)) if "Big" in name else to_js(values)
    view = kind.new(values_js).to_memoryview()
    assert view.format == letter and view.tolist() == values, (name, view.format, view.tolist())
    converted = kind.new(values_js).to_py()
    assert converted.tolist() == values and converted.format == letter
    copy = to_js(memoryview(bytearray(view.tobytes())).cast(letter))
    expected = "Uint8Array" if name == "Uint8ClampedArray" else name
    assert copy.constructor.name == expected and list(copy) == values, name
assert to_js(b"\x01\x02").constructor.name == "Uint8Array" and list(to_js(bytearray(b"\x01"))) == [1]
assert list(to_js(array.array("d", [1.5, 2]))) == [1.5, 2] and list(to_js(array.array("i", [-5]))) == [-5]
assert list(to_js(memoryview(b"abcd")[1:3])) == [98, 99] and list(to_js(memoryview(b"abcd")[::-2])) == [100, 98]
assert to_js(memoryview(b"\x01\x00").cast("?")).to_py() == [True, False]
assert js.ArrayBuffer.new(2).to_py().tolist() == [0, 0]
assert js.DataView.new(u8.buffer).to_bytes() == b"aBCd"

assert js.Uint8Array.new(to_js("grün 🐍".encode())).to_string() == "grün 🐍"
latin = js.Uint8Array.new(to_js("grün".encode("latin-1")))
assert latin.to_string("latin1") == "grün" and latin.to_string(encoding="iso-8859-1") == "grün"
raises(ValueError, latin.to_string)
raises(JsException, lambda: latin.to_string("no such encoding"), says="RangeError")

with open("/tmp/bytes", "wb") as file:
    u8.to_file(file)
with open("/tmp/bytes", "rb") as file:
    assert file.read() == b"aBCd"
empty = js.Uint8Array.new(4)
with open("/tmp/bytes", "rb") as file:
    empty.from_file(file)
assert empty.to_bytes() == b"aBCd"
out = io.BytesIO()
u8._into_file(out)
assert out.getvalue() == b"aBCd"

big = bytes(range(256)) * 4096
there = to_js(big)
assert there.length == len(big) and there.to_bytes() == big
assert struct.unpack("<I", js.Uint32Array.new(to_js([7])).to_bytes()) == (7,)
