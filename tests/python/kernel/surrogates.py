# ruff: noqa: UP031
"""Text with lone surrogates is formatted as any other."""

LONE = chr(0xD800)


class Text(str):
    __slots__ = ()


for text in (LONE, f"a{LONE}é", LONE * 3, f"🐍{LONE}", f"0{LONE}1", Text(f"x{LONE}")):
    n = len(text)
    for width in (0, 1, 10):
        left = max(width - n, 0)
        assert f"{text:>{width}}" == " " * left + text, (text, width)
        assert f"{text:0<{width}}" == text + "0" * left
        assert format(text, f"*^{width}s") == "*" * (left // 2) + text + "*" * (left - left // 2)
        assert "{:{}}".format(text, width) == text + " " * left
        assert "%*s" % (width, text) == " " * left + text
    assert f"{text:.1}" == text[:1] and f"{text:.0}" == "" and f"{text:>4.1}" == "   " + text[:1]
    assert f"{text:.99}" == text and f"{text}" == text and format(text, "") == text
assert f"{LONE!r:>10}" == "  " + repr(LONE) and len(repr(LONE)) == 8
for wrong in ("d", "+", "=5", ",", "#"):
    try:
        format(LONE, wrong)
    except ValueError as error:
        try:
            format("x", wrong)
        except ValueError as expected:
            assert str(error) == str(expected), (wrong, error, expected)
    else:
        raise AssertionError(f"{wrong} was fine")
