"""Names of characters and the East Asian codecs, whose tables come when they are wanted."""

import re
import unicodedata

# Names: of the table, by rule, and aliases (Unicode 4.8); matched as CPython does.
assert unicodedata.name("é") == "LATIN SMALL LETTER E WITH ACUTE"
assert unicodedata.name("한") == "HANGUL SYLLABLE HAN"
assert unicodedata.name("㐀") == "CJK UNIFIED IDEOGRAPH-3400"
assert unicodedata.name("\U00017000") == "TANGUT IDEOGRAPH-17000"
assert unicodedata.name("\n", None) is None
assert unicodedata.lookup("latin small letter e with acute") == "é"
assert unicodedata.lookup("LINE FEED") == "\n" == "\N{LINE FEED}"
assert "\N{DEGREE SIGN}" == "°" == eval(r"'\N{degree sign}'")
assert re.search(r"\N{DEGREE SIGN}", "20°")
assert "é°".encode("ascii", "namereplace") == rb"\N{LATIN SMALL LETTER E WITH ACUTE}\N{DEGREE SIGN}"
assert rb"\N{DEGREE SIGN}".decode("unicode_escape") == "°"
named = 0
for code in range(0x20, 0x3000):
    name = unicodedata.name(chr(code), None)
    if name:
        assert unicodedata.lookup(name) == chr(code), name
        named += 1
assert named > 10_000, named

for wrong in ("latin_small letter a", "LATIN SMALL LETTER-A", "NO SUCH NAME", "CJK UNIFIED IDEOGRAPH-0041", ""):
    try:
        unicodedata.lookup(wrong)
    except KeyError:
        pass
    else:
        raise AssertionError(wrong)
try:
    compile(r"'\N{NO SUCH NAME}'", "x", "eval")
except SyntaxError as error:
    assert "unicode" in str(error).lower(), error
else:
    raise AssertionError("an unknown name compiled")

# One text in every codec, and bytes as CPython 3.14 makes them.
for text, codecs in (
    ("中文", {"gb2312": "d6d0cec4", "gbk": "d6d0cec4", "gb18030": "d6d0cec4", "hz": "7e7b56504e447e7d"}),
    ("中文", {"big5": "a4a4a4e5", "cp950": "a4a4a4e5", "big5hkscs": "a4a4a4e5"}),
    ("日本", {"shift_jis": "93fa967b", "cp932": "93fa967b", "euc_jp": "c6fccbdc", "shift_jis_2004": "93fa967b"}),
    ("日本", {"euc_jis_2004": "c6fccbdc", "iso2022_jp": "1b2442467c4b5c1b2842", "shift_jisx0213": "93fa967b"}),
    ("한국", {"euc_kr": "c7d1b1b9", "cp949": "c7d1b1b9", "johab": "d0658a82", "iso2022_kr": "1b2429430e475131390f"}),
):
    for codec, expected in codecs.items():
        assert text.encode(codec).hex() == expected, (codec, text.encode(codec).hex())
        assert bytes.fromhex(expected).decode(codec) == text, codec
        assert (text * 1000).encode(codec).decode(codec) == text * 1000, codec
