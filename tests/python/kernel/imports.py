"""The modules that a bare interpreter lacks without an operating system import, and are themselves."""

import asyncio
import collections
import contextlib
import dataclasses
import datetime
import decimal
import functools
import inspect
import json
import logging
import os
import pathlib
import random
import re
import sys
import tempfile
import threading
import traceback
import typing
import unittest
import zipfile

assert sys.platform == "emscripten"
assert sys.flags.utf8_mode == 1

Point = dataclasses.make_dataclass("Point", [("x", int), ("y", int)])
assert Point(1, 2) == Point(1, 2)
assert collections.Counter("abca").most_common(1) == [("a", 2)]
assert json.loads(json.dumps({"a": [1, 2.5, None]})) == {"a": [1, 2.5, None]}
assert re.findall(r"\d+", "a1b22") == ["1", "22"]
assert decimal.Decimal("0.1") + decimal.Decimal("0.2") == decimal.Decimal("0.3")
assert datetime.date(2024, 2, 29) + datetime.timedelta(days=365) == datetime.date(2025, 2, 28)
assert functools.reduce(lambda a, b: a * b, range(1, 6)) == 120
assert inspect.signature(lambda a, b=1: None).parameters["b"].default == 1
assert 0 <= random.random() < 1
assert random.Random(1).random() == random.Random(1).random()
assert typing.get_type_hints(lambda: None) == {}
assert os.path.join("a", "b") == "a/b"
assert pathlib.PurePosixPath("/a/b.txt").suffix == ".txt"
assert threading.current_thread().name == "MainThread"
assert "ValueError" in "".join(traceback.format_exception(ValueError("x")))
assert logging.getLogger("krait").name == "krait"
assert unittest.TestCase().assertEqual(1, 1) is None
assert tempfile.gettempdir() == "/tmp"
assert zipfile.is_zipfile(__file__ if "__file__" in globals() else "/dev/null") is False
assert inspect.iscoroutinefunction(asyncio.sleep)

with contextlib.suppress(KeyError):
    raise KeyError("suppressed")

try:
    import no_such_module
except ModuleNotFoundError as error:
    assert error.name == "no_such_module"
    assert "no_such_module" in str(error)
else:
    raise AssertionError("no_such_module was imported")

try:
    import tkinter
except ModuleNotFoundError as error:
    assert "tkinter" in str(error)
else:
    raise AssertionError("tkinter was imported")
