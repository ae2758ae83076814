"""The library's sources are there for who asks, and cost nobody else anything."""

import doctest
import inspect
import json
import linecache
import os
import pydoc
import socket
import statistics
import textwrap
import traceback

# A traceback through the library fetches nothing.
try:
    json.loads("{")
except ValueError:
    text = traceback.format_exc()
    assert "/lib/python3.14/json/decoder.py" in text
    assert "return _default_decoder.decode(s)" not in text

source = inspect.getsource(textwrap.dedent)
assert source.startswith("def dedent(text):\n"), source[:80]
assert inspect.getsource(json).startswith('r"""JSON')
lines, number = inspect.getsourcelines(os.path.join)
assert lines[0].startswith("def join("), lines[0]
assert number == os.path.join.__code__.co_firstlineno
assert inspect.getsourcefile(textwrap.dedent) == "/lib/python3.14/textwrap.py"
assert linecache.getline("/lib/python3.14/textwrap.py", 1) == '"""Text wrapping and filling.\n'
assert linecache.getline("/lib/python3.14/no_such.py", 1) == ""
assert json.__loader__.get_source("json").startswith('r"""JSON')
assert inspect.getsource(inspect.getmodule(source_of := textwrap.TextWrapper)).count("class TextWrapper") == 1

# Once they are here, a traceback shows them.
linecache.clearcache()
try:
    json.loads("{")
except ValueError:
    assert "return _default_decoder.decode(s)" in traceback.format_exc()

# help() and doctest.
text = pydoc.plain(pydoc.render_doc(statistics.mean))
assert "mean(data)" in text
assert "Return the sample arithmetic mean" in text


def double(x):
    """
    >>> double(2)
    4
    >>> double("a")
    'ab'
    """
    return x + x


runner = doctest.DocTestRunner(verbose=False)
for test in doctest.DocTestFinder().find(double, globs={"double": double}):
    result = runner.run(test, out=lambda text: None)
assert (result.failed, result.attempted) == (1, 2)

for family in (socket.AF_INET, socket.AF_INET6):
    try:
        socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        assert "cannot open sockets" in str(error)
    else:
        raise AssertionError("a socket")
