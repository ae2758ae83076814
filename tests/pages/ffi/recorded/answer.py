"""Runs programs of `cases.json`, and writes down what comes of them so that it is the same text in every engine."""

import asyncio
import collections.abc
import copy
import json
import math
import re
import sys

import js
import pyodide
import pyodide.code
import pyodide.ffi
from pyodide.code import eval_code, eval_code_async, run_js
from pyodide.ffi import *  # noqa: F403
from pyodide.ffi import JsDoubleProxy, JsException, JsProxy, jsnull


def _plain(text):
    return re.sub(r"0x[0-9a-fA-F]+", "0x", text)


def show(v, depth=4):
    if v is jsnull:
        return "jsnull"
    of_type = (
        "" if type(v) in (type(None), bool, int, float, str, bytes, bytearray, complex) else f"{type(v).__name__} "
    )
    if isinstance(v, int) and not isinstance(v, bool):
        return of_type + int.__repr__(v)
    if v is None or isinstance(v, (bool, float, str, bytes, bytearray, complex)):
        return of_type + repr(v)
    if isinstance(v, JsException):
        return f"JsException<{v.name}: {v.message}>"
    if isinstance(v, JsProxy):
        return ("double " if isinstance(v, JsDoubleProxy) else "js ") + _plain(js.shown(v))
    if depth == 0:
        return "..."
    if isinstance(v, memoryview):
        return f"memoryview({v.format} {v.shape} {v.readonly} {v.tolist()[:30]})"
    inner = [show(item, depth - 1) for item in v] if type(v) in (list, tuple, set) else []
    if type(v) is list:
        return f"[{', '.join(inner)}]"
    if type(v) is tuple:
        return f"({', '.join(inner)})"
    if type(v) is set:
        return f"{{{', '.join(sorted(inner))}}}"
    if type(v) is dict:
        return "{" + ", ".join(f"{show(k, depth - 1)}: {show(x, depth - 1)}" for k, x in v.items()) + "}"
    if isinstance(v, type):
        return f"class {v.__name__}"
    if isinstance(v, BaseException):
        return raised(v)
    return f"{type(v).__name__} {_plain(repr(v))}"


def raised(error):
    if isinstance(error, JsException):
        return f"!JsException: {error.name}: {error.message}"
    return f"!{type(error).__name__}: {_plain(str(error)).splitlines()[0] if str(error) else ''}"


async def answer(code, make):
    """What the program writes with `out`, and its last value or its exception. `make` is the JavaScript of its `x`."""
    lines = []
    names = {**globals(), "out": lambda *values: lines.append(" ".join(map(show, values))), "mk": make}
    try:
        if make is not None:
            names["x"] = run_js(f"({make})")
        value = await eval_code_async(code, names, filename="case.py")
        if value is not None or not lines:
            lines.append(show(value))
    except BaseException as error:
        lines.append(raised(error))
    return "\n".join(lines)


answer
