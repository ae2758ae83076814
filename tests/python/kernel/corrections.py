"""What the interpreter does differently than CPython, and is corrected for."""

import array
import io
import types
import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax
from xml.parsers import expat

assert str(types.MappingProxyType({"a": 1})) == "{'a': 1}" and repr(types.MappingProxyType({})) == "mappingproxy({})"
assert str(type("C", (), {"a": 1}).__dict__).startswith("{")
assert array.typecodes == "bBuwhHiIlLqQfd"
assert all(array.array(code).itemsize for code in array.typecodes if code != "u")

for run in compile, lambda text, *_: exec(text), lambda text, *_: eval(compile(text, "f", "exec")):
    try:
        run("a = 1\n  b = 2\n", "file", "exec")
    except IndentationError as error:
        assert (error.msg, error.lineno, str(error).partition(" (")[0]) == ("unexpected indent", 2, "unexpected indent")
    else:
        raise AssertionError

# XML that is not well formed is an error, with its place, and not the text up to there.
WRONG = {
    "<a>": (3, 1, 3),
    "": (3, 1, 0),
    "<a><b></a>": (7, None, None),
    "<a></b>": (7, 1, 5),
    "<a b=1/>": (4, 1, None),
    "<a>&x;</a>": (11, 1, None),
    "<a/><b/>": (9, 1, None),
    "<a/>text": (9, 1, None),
    "<a b='1' b='2'/>": (8, 1, None),
    "<a>\n<b>\n</a>": (7, 3, None),
    "<a>\n  text\n": (3, 3, 0),
    "<p:a/>": (27, 1, None),
    "text": (2, 1, None),
    "<a>&#0;</a>": (14, 1, None),
    "<a><![CDATA[x</a>": (None, 1, None),
    "<a><!-- x</a>": (None, 1, None),
    "<a": (None, 1, None),
    "<a>< b/></a>": (4, 1, None),
    "<1a/>": (4, 1, None),
    " <?xml version='1.0'?><a/>": (None, 1, None),
}


def place(error):
    return error.code, error.lineno, error.offset


for text, wanted in WRONG.items():
    for data in text, text.encode():
        parser = expat.ParserCreate(namespace_separator=" ")
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            assert all(want in (None, got) for want, got in zip(wanted, place(error), strict=True)), (
                text,
                place(error),
            )
            said = f"{expat.ErrorString(error.code)}: line {error.lineno}, column {error.offset}"
            assert str(error) == said and parser.ErrorCode == error.code, error
            assert expat.errors.codes[expat.errors.messages[error.code]] == error.code
        else:
            raise AssertionError(f"{text!r} was taken")
    for read in (
        ET.fromstring,
        lambda text: list(ET.iterparse(io.BytesIO(text.encode()))),
        lambda text: ET.parse(io.StringIO(text)),
    ):
        try:
            read(text)
        except ET.ParseError as error:
            assert wanted[0] in (None, error.code) and wanted[1] in (None, error.position[0]), (text, error)
        else:
            raise AssertionError(f"{text!r} was taken by {read}")
    for read, kind in (
        (xml.dom.minidom.parseString, expat.ExpatError),
        (lambda text: xml.sax.parseString(text.encode(), xml.sax.ContentHandler()), xml.sax.SAXParseException),
    ):
        # The simple interface of SAX takes prefixes for parts of names.
        if text == "<p:a/>" and kind is xml.sax.SAXParseException:
            continue
        try:
            read(text)
        except kind as error:
            assert str(error)
        else:
            raise AssertionError(f"{text!r} was taken by {read}")

# What is well formed is read as before, in pieces too, and a handler's own exception is its own.
TEXT = """<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE a>
<a x='1&amp;2' xmlns:n='urn:n'>é<n:b/><!-- c --><?pi d?>&#233;<![CDATA[<]]></a>
<!-- end -->
"""
for step in 1, 7, 1000:
    parser = ET.XMLPullParser(["start", "end", "comment", "pi"])
    for at in range(0, len(TEXT), step):
        parser.feed(TEXT[at : at + step])
    parser.close()
    events = [event for event, _ in parser.read_events()]
    assert events == ["start", "start", "end", "comment", "pi", "end", "comment"], events
root = ET.fromstring(TEXT)
assert root.attrib == {"x": "1&2"} and "".join(root.itertext()) == "éé<" and root[0].tag == "{urn:n}b"
parser = expat.ParserCreate()
seen = []
parser.StartElementHandler = lambda name, attributes: seen.append((name, attributes))
parser.buffer_text = True
assert parser.buffer_text and parser.StartElementHandler
assert parser.ParseFile(io.BytesIO(b"<a><b c='d'/></a>")) == 1 and seen == [("a", {}), ("b", {"c": "d"})]
try:
    parser.Parse("<c/>", True)
except expat.ExpatError as error:
    assert error.code == 36
else:
    raise AssertionError


class Stop(Exception):
    pass


def stop(name, attributes):
    raise Stop


parser = expat.ParserCreate()
parser.StartElementHandler = stop
try:
    parser.Parse("<a>", True)
except Stop:
    pass
else:
    raise AssertionError

# A long document in many pieces: all of it arrives, in order, and what has been gathered comes when it is asked for.
ROWS = 20_000
text = "<r>" + "".join(f"<i n='{number}'>é</i>" for number in range(ROWS)) + "</r>"
read = ET.parse(io.BytesIO(text.encode())).getroot()
assert [int(row.get("n")) for row in read] == list(range(ROWS)) and all(row.text == "é" for row in read)
parser = ET.XMLPullParser(["end"])
for at in range(0, len(text) - 10, 5000):
    parser.feed(text[at : min(at + 5000, len(text) - 10)])
parser.flush()
found = sum(1 for _ in parser.read_events())
assert found == ROWS - 1, found
parser.feed(text[-10:])
parser.close()
assert [element.tag for _, element in parser.read_events()] == ["i", "r"]
