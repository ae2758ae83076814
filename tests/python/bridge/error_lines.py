"""Source lines of programs that share a name: each is shown with its own text, whatever ran under the name since."""

# also in a worker

import inspect
import linecache
import traceback

from pyodide.code import eval_code, run_js

space = {}
eval_code("def old():\n    x = 1\n    return 1 / 0  # old\n\nasync def waits():\n    raise KeyError  # waits\n", space)
eval_code("class Kept:\n    def method(self):\n        return [int(x) for x in 'a']  # method\n", space)
eval_code("made = lambda: 1 / 0  # made\n", space)


def told(program):
    try:
        eval_code(program, space)
    except Exception:
        return traceback.format_exc()
    raise AssertionError(program)


for program, line in (
    ("1 / 0  # first", "1 / 0  # first"),
    ("int('x')  # second", "int('x')  # second"),
    ("# other 1\n# other 2\n# other 3\nold()", "return 1 / 0  # old"),
    ("# other 1\n# other 2\n# other 3\nKept().method()", "return [int(x) for x in 'a']  # method"),
    ("\n\n\nmade()", "made = lambda: 1 / 0  # made"),
):
    text = told(program)
    assert line in text, text
    assert "# other" not in text, text

# Many programs later.
for number in range(60):
    eval_code(f"number = {number}\n'wrong 2'\n'wrong 3'", space)
assert "return 1 / 0  # old" in told("old()")
try:
    await space["waits"]()
except KeyError as error:
    assert "raise KeyError  # waits" in "".join(traceback.format_exception(error))

# Who asks for a source gets that of the function; the latest text of the name is that of its lines.
assert inspect.getsource(space["old"]) == "def old():\n    x = 1\n    return 1 / 0  # old\n"
assert inspect.getsource(space["Kept"].method).strip().startswith("def method(self):")
assert inspect.getsource(space["Kept"]().method).strip().startswith("def method(self):")
assert inspect.getsource(space["made"]) == "made = lambda: 1 / 0  # made\n"
for text in ("# one\n", "# another\n"):
    eval_code(text, space)
    linecache.checkcache("<exec>")
    assert linecache.getline("<exec>", 1) == text, linecache.getline("<exec>", 1)

# JavaScript is told the same.
message = run_js("(f) => { try { f(); } catch (error) { return error.message; } }")(space["old"])
assert "return 1 / 0  # old" in message, message
