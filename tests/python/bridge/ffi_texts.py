"""Strings of every length and kind cross unchanged, one by one, many at once, and inside of structures."""

# also in a worker

from pyodide.code import run_js
from pyodide.ffi import to_js

same = run_js("x => x")
units = run_js("x => x.length")
code = run_js("(x, i) => x.charCodeAt(i)")
LENGTHS = (0, 1, 2, 7, 8, 31, 32, 33, 40, 41, 255, 256, 257, 1023, 1024, 1025, 1364, 1365, 1366, 4095, 4096, 4097, 9999)
for letter, width in (("a", 1), ("é", 1), ("€", 1), ("🐍", 2), ("\udc0d", 1)):
    for length in LENGTHS:
        text = letter * length
        assert same(text) == text, (letter, length)
        assert units(text) == width * length
        # The last character is another: a string that changes its kind at the end.
        for last in ("b", "ü", "語", "🎉", "\ud83d"):
            assert same(text + last) == text + last, (letter, length, last)

# A pair whose halves come from two strings is one character, as in JavaScript.
assert run_js("'\\ud83d' + '\\udc0d'") == "🐍" and len(run_js("'a\\ud83d\\udc0db'")) == 3
assert run_js("'x'.repeat(5000) + '\\udc0d'") == "x" * 5000 + "\udc0d"

# Several arguments share the room for short ones.
gather = run_js("(...all) => all.join('|')")
parts = ["a", "é" * 100, "🐍" * 400, "", "x" * 3000, "y" * 3000, "\ud800", "end"]
assert gather(*parts) == "|".join(parts)


def joined(*all):
    return "|".join(all)


call = run_js("(f, parts) => f(...parts)")
assert call(joined, to_js(parts)) == "|".join(parts)
many = [str(n) * 30 for n in range(200)]
assert call(joined, to_js(many)) == "|".join(many)
given = run_js("['s'.repeat(20), 2n ** 70n, 't'.repeat(20)]")
assert call(lambda *all: list(all), given) == ["s" * 20, 2**70, "t" * 20]
given = run_js("['before'.repeat(9), new Error('inside'), 'behind'.repeat(9)]")
assert call(lambda a, e, b: (a, str(e), b), given) == ("before" * 9, "Error: inside", "behind" * 9)

# A literal crosses once and stays right; strings that are made anew may lie where others lay.
for n in range(300):
    assert same("a literal") == "a literal" and same(f"made {n}") == f"made {n}" and same(f"{n}" * 20) == f"{n}" * 20

# Results of Python's functions.
echo = run_js("(f, x) => { const y = f(x); return y === x }")
for text in ("", "a", "é", "🐍", "x" * 1024, "x" * 1025, "ü" * 513, "\ud800"):
    assert echo(lambda x: x, text), text

# Structures.
for text in ("plain", "grün", "🐍" * 3, "\ud800", "x" * 5000):
    value = {"a": [text, {text: text}], text + "key": 1.5, "n": None, "t": True, "b": 2**60, "s": {1, text}}
    back = to_js(value).to_py()
    assert back["a"] == value["a"] and back[text + "key"] == 1.5 and back["s"] == value["s"] and back["b"] == 2**60
