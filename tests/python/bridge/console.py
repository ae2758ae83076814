"""`pyodide.console`: a loop that lines are pushed to."""

# also in a worker

# leaves: handles=1 objects=0: `pyodide_js`, which the console loads packages with, keeps its table of them

import sys

from pyodide.console import BANNER, Console, PyodideConsole, repr_shorten

assert "Python 3.14" in BANNER
assert repr_shorten("x" * 2000) == "'" + "x" * 499 + "..." + "x" * 499 + "'"
assert repr_shorten(list(range(100)), limit=20, split=4, separator="~") == "[0, ~ 99]"
assert repr_shorten("short") == "'short'"

console = Console()
future = console.push("1 + 1")
assert future.syntax_check == "complete" and await future == 2 and future.formatted_error is None
assert await console.push("x = 5") is None and await console.push("x") == 5 and console.globals["x"] == 5
assert await console.push("x;") is None
assert console.push("def f():").syntax_check == "incomplete"
assert console.push("    return 7").syntax_check == "incomplete" and len(console.buffer) == 2
assert console.push("").syntax_check == "complete" and console.buffer == []
assert await console.push("f()") == 7
assert console.push("[1,").syntax_check == "incomplete"
assert await console.push("2]") == [1, 2]
assert await console.push("import asyncio; await asyncio.sleep(0, 'awaited')") == "awaited"
broken = console.push("1 +* 1")
assert broken.syntax_check == "syntax-error" and "SyntaxError" in broken.formatted_error
assert isinstance(broken.exception(), SyntaxError)
assert console.push("").syntax_check in ("complete", "incomplete")
console.buffer = []
failed = console.push("1 / 0")
try:
    await failed
except ZeroDivisionError as error:
    assert sys.last_exc is error
else:
    raise AssertionError("no exception came")
assert failed.formatted_error.startswith('Traceback (most recent call last):\n  File "<console>", line 1'), (
    failed.formatted_error
)
assert failed.formatted_error.rstrip().endswith("ZeroDivisionError: division by zero")
assert "code.py" not in failed.formatted_error
assert console.push("yield 1").syntax_check in ("syntax-error", "complete")

# Completion.
assert console.complete("impor") == (["import "], 0)
assert console.complete("sys = 1; x.rea") == (["x.real"], 9)
assert "print(" in console.complete("prin")[0]

# Streams.
out, err = [], []
console = Console(stdout_callback=out.append, stderr_callback=err.append, stdin_callback=lambda size: "typed\n")
await console.push("import sys; print('out'); print('err', file=sys.stderr)")
assert "".join(out) == "out\n" and "".join(err) == "err\n"
assert await console.push("input()") == "typed"
before = sys.stdout
console.persistent_redirect_streams()
assert sys.stdout is not before and sys.stdout.isatty() and sys.stdout.name == "<stdout>"
print("kept")
console.persistent_restore_streams()
assert sys.stdout is before and "".join(out).endswith("kept\n")
stream = Console(stdout_callback=out.append)
with stream.redirect_streams():
    print("inside")
assert "".join(out).endswith("inside\n") and sys.stdout is before

# Pieces run one after the other.
console = Console(globals={"log": []})
first = console.push("import asyncio; await asyncio.sleep(0.005); log.append(1)")
second = console.push("log.append(2)")
await second
assert console.globals["log"] == [1, 2] and first.done()
assert await PyodideConsole().push("import math; math.floor(2.5)") == 2
