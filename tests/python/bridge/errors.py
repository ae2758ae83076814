"""Exceptions across the boundary: what they say, what they are when they come back, and whose frames they show."""

# also in a worker

import pickle
import sys
import traceback

import js
from pyodide.code import run_js
from pyodide.ffi import InternalError, JsException

catch = run_js("(f, ...args) => { try { f(...args); return null } catch (error) { return error } }")
call = run_js(
    "function outer(f, ...args) { return inner(f, ...args) }; function inner(f, ...args) { return f(...args) }; outer"
)


class Own(ValueError):
    pass


own = Own("mine")


def fail():
    raise own


# One that Python makes is an error of JavaScript's; its pickle names what every Python with Pyodide's modules has.
made = JsException("RangeError", "of Python")
assert (made.name, made.message, str(made)) == ("RangeError", "of Python", "RangeError: of Python")
assert b"_krait" not in pickle.dumps(made)
again = pickle.loads(pickle.dumps(made))
assert (type(again), again.name, again.message) == (JsException, "RangeError", "of Python")
assert run_js("(error) => error instanceof RangeError")(made)
assert InternalError.__module__ == "pyodide.ffi"


class Sub(JsException):
    pass


assert Sub("a", "b").args == ("a", "b")

# Python to JavaScript.
inside = run_js(
    """(f) => {
        try { f() } catch (e) {
            return [e instanceof Error, e.constructor.name, e.name, e.type, e.message, e.stack, String(e),
                Object.keys(e).join()]
        }
    }"""
)
is_error, kind, name, type_, message, stack, text, keys = inside(fail)
assert (is_error, kind, name, type_) == (True, "PythonError", "PythonError", "Own")
lines = message.rstrip().split("\n")
assert lines[0] == "Traceback (most recent call last):" and lines[-1].endswith("Own: mine"), message
assert "in fail" in message and "raise own" in message, message
assert text == f"PythonError: {message}" and stack.startswith(text) and "\n    at " in stack, stack
assert keys == "type", keys
assert sys.last_exc is own is sys.last_value and sys.last_type is Own and sys.last_traceback is not None

# A nested class has its qualified name... as Python's tracebacks say it.
try:
    call(fail)
except Own as error:
    assert error is own
    frames = [(entry.name, entry.filename.rpartition("/")[2]) for entry in traceback.extract_tb(error.__traceback__)]
    names = [name for name, _ in frames]
    assert names[-1] == "fail" and names.index("outer") < names.index("inner") < names.index("fail"), frames
    assert not any("bridge" in file or "krait_web" in file or file == "pyproxy.js" for _, file in frames), frames
else:
    raise AssertionError("the exception was lost")

# JavaScript to Python.
throwing = run_js("function leaf() { null.x }; function branch() { leaf() }; branch")
try:
    throwing()
except JsException as error:
    assert error.name == "TypeError" and str(error).startswith("TypeError: ")
    names = [entry.name for entry in traceback.extract_tb(error.__traceback__)]
    assert names[-2:] == ["branch", "leaf"], names
    assert names == [entry.name for entry in traceback.extract_tb(error.__traceback__)]
    text = "".join(traceback.format_exception(error))
    assert "in leaf" in text and "krait" not in text.partition("\n")[2].replace("bridge/errors.py", ""), text
else:
    raise AssertionError("the error was lost")

# Identity: the same JavaScript error, the same Python exception.
error = js.Error.new("same")


def throw_it():
    raise from_js(error)


def from_js(error):
    try:
        run_js("(e) => { throw e }")(error)
    except JsException as exception:
        return exception


assert catch(throw_it) == error
assert catch(run_js("(f) => f()"), throw_it) == error


class Stop(BaseException):
    pass


stop = Stop()


def stopping():
    raise stop


for original in (stop, KeyboardInterrupt(), SystemExit(3)):

    def raise_it(original=original):
        raise original

    try:
        call(call, raise_it)
    except BaseException as exception:
        assert exception is original
    else:
        raise AssertionError("it was swallowed")

# What is no error.
for thrown, says in (
    ("5", "type number with tag [object Number]"),
    ("undefined", "type undefined"),
    ("null", "type object with tag [object Null]"),
    ("Symbol('s')", "type symbol"),
    ("Object.create(null)", "type object"),
):
    try:
        run_js(f"() => {{ throw {thrown} }}")()
    except JsException as exception:
        assert says in str(exception) and "was thrown as an error!" in str(exception), str(exception)
    else:
        raise AssertionError("it was swallowed")
try:
    run_js("() => { throw 'text' }")()
except JsException as exception:
    assert str(exception) == "Error: text", str(exception)
try:
    run_js("() => { throw Object.create(null) }")()
except JsException as exception:
    assert "String interpolation of the thrown value fails." in str(exception), str(exception)
    assert "The thrown value's toString method fails." in str(exception), str(exception)

# Exceptions of getters, setters and constructors.
strange = run_js("({ get a() { throw new RangeError('get') }, set a(v) { throw new RangeError('set') } })")
for action in (lambda: strange.a, lambda: setattr(strange, "a", 1), lambda: js.Array.new(-1)):
    try:
        action()
    except JsException as exception:
        assert exception.name == "RangeError"
    else:
        raise AssertionError("it was swallowed")

# Rejected promises.
try:
    await js.Promise.reject(error)
except JsException as exception:
    assert exception == error


async def failing():
    raise own


reason = await run_js(
    "async (f) => { try { await f() } catch (e) { return [e.type, e.message.includes('Own: mine')] } }"
)(failing)
assert list(reason) == ["Own", True]
try:
    await run_js("async (f) => { await f() }")(failing)
except Own as exception:
    assert exception is own
else:
    raise AssertionError("it was swallowed")

# A module that is not there.
said = run_js("(f) => { try { f() } catch (error) { return error.message } }")
message = said(lambda: __import__("no_such_package.sub"))
assert (
    "ModuleNotFoundError: No module named 'no_such_package'" in message
    and "micropip.install('no_such_package')" in message
)
message = said(lambda: __import__("tkinter"))
assert "cannot work in a browser" in message
message = said(lambda: __import__("json.nothing"))
assert "is not installed" not in message and "No module named 'json.nothing'" in message
