"""`pyodide.code`: running source text."""

# also in a worker

import ast

import js
from pyodide.code import (
    CodeRunner,
    eval_code,
    eval_code_async,
    find_imports,
    relaxed_call,
    relaxed_wrap,
    run_js,
    should_quiet,
)

# Values.
assert eval_code("1 + 1") == 2
assert eval_code("x = 5") is None
assert eval_code("x = 5\nx + 1\n") == 6
assert eval_code("x = 5", return_mode="last_expr_or_assign") == 5
assert eval_code("x = 5; x += 2", return_mode="last_expr_or_assign") == 7
assert eval_code("x: int = 8", return_mode="last_expr_or_assign") == 8
assert eval_code("x = y = 8", return_mode="last_expr_or_assign") == 8
assert eval_code("x = [1]; x[0] = 8", return_mode="last_expr_or_assign") is None
assert eval_code("5", return_mode="none") is None
assert eval_code("5;") is None and eval_code("5; # really") is None
assert eval_code("5;", quiet_trailing_semicolon=False) == 5
assert eval_code("'a;'") == "a;"
assert eval_code("") is None and eval_code("# nothing") is None
assert eval_code("    1\n") == 1 and eval_code("\n    a = 2\n    a\n") == 2
namespace = {"x": 3}
assert eval_code("y = x + 1; y", namespace) == 4 and namespace["y"] == 4
own = {}
assert eval_code("z = x", namespace, own) is None and own == {"z": 3} and "z" not in namespace
assert eval_code("(lambda: __name__)()", {"__name__": "here"}) == "here"
assert eval_code("def f(): return 1\nf()") == 1
assert eval_code("[x for x in range(3)]", {}) == [0, 1, 2]
assert eval_code("x: int = 1\n__annotations__ if False else 1") == 1
try:
    eval_code("1 +")
except SyntaxError as error:
    assert error.filename == "<exec>"
else:
    raise AssertionError("broken source ran")
try:
    eval_code("1\n1 / 0", filename="named.py")
except ZeroDivisionError as error:
    import traceback

    text = "".join(traceback.format_exception(error))
    assert 'File "named.py", line 2' in text and "1 / 0" in text, text
else:
    raise AssertionError("no exception came")
try:
    eval_code("1", return_mode="what")
except ValueError as error:
    assert "return_mode" in str(error)
else:
    raise AssertionError("an unknown mode was taken")

# Awaiting.
assert await eval_code_async("import asyncio\nawait asyncio.sleep(0)\n7") == 7
assert await eval_code_async("import asyncio\nawait asyncio.sleep(0, 8)") == 8
assert await eval_code_async("9") == 9 and await eval_code_async("await _()", {"_": lambda: eval_code_async("1")}) == 1
assert await eval_code_async("import asyncio\nawait asyncio.sleep(0, 8);") is None
try:
    eval_code("await x", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
except RuntimeError as error:
    assert "run_async" in str(error)
else:
    raise AssertionError("await ran without being awaited")
try:
    eval_code("await x")
except SyntaxError:
    pass
else:
    raise AssertionError("await was compiled without its flag")

# The runner's stages.
runner = CodeRunner("1 + 2")
assert isinstance(runner.ast, ast.Module) and runner.code is None
try:
    runner.run()
except RuntimeError as error:
    assert str(error) == "Not yet compiled"
else:
    raise AssertionError("it ran without being compiled")
runner.ast.body[0].value.right.value = 40
assert runner.compile() is runner and runner.code is not None and runner.run() == 41
assert CodeRunner("6 * 7", mode="eval").compile().run() == 42
assert CodeRunner("a", return_mode="last_expr").compile().run({"a": 1}) == 1

# Imports, semicolons.
assert find_imports("import a.b, c\nfrom d.e import f\nfrom . import g\nfrom .h import i\n") == [
    "a",
    "a.b",
    "c",
    "d",
    "d.e",
]
assert find_imports("def f():\n  import x\n") == ["x"] and find_imports("import (") == []
assert should_quiet("1;") and should_quiet("1; # c") and not should_quiet("1 # ;") and not should_quiet("';'")

# JavaScript.
assert run_js("1 + 1") == 2 and run_js("(x) => x * 2")(4) == 8
run_js("globalThis.fromRunJs = 5")
assert js.fromRunJs == 5
del js.fromRunJs
try:
    run_js(1)
except TypeError as error:
    assert "int" in str(error)
else:
    raise AssertionError("a number was run")


# Calls that leave out what is not taken.
def two(a, b=0):
    return a, b


assert relaxed_call(two, 1, 2, 3, c=4) == (1, 2) and relaxed_call(two, 1) == (1, 0)
assert relaxed_call(lambda *args: args, 1, 2) == (1, 2)
assert relaxed_call(lambda **kw: kw, 1, a=2) == {"a": 2}
assert relaxed_call(lambda a, /, *, k=0: (a, k), 1, 2, a=5, k=3) == (1, 3)
assert relaxed_wrap(two)(1, 2, 3) == (1, 2) and relaxed_wrap(two).__name__ == "two"
try:
    relaxed_call(two)
except TypeError as error:
    assert str(error) == "missing a required argument: 'a'", error
else:
    raise AssertionError("a missing argument was not missed")


def wrong_inside(a):
    return a + "text"


try:
    relaxed_call(wrong_inside, 1, 2)
except TypeError as error:
    assert "unsupported operand" in str(error), error
else:
    raise AssertionError("a function's own error was lost")
