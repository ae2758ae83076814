"""Runs one module of CPython's test suite in this kernel and reports each test as it starts and ends.

`_libtest` comes from the page: `bundle` (an index line and the files' bytes), `module`, `deny` (tests that ended the
kernel in an earlier try, as JSON), `report`.
"""

import errno
import json
import os
import sys
import types
import unittest

from _libtest import bundle, deny, module, report

ROOT = "/tmp/libtest"


def unpack() -> None:
    data = bundle.to_bytes()
    end = data.index(b"\n")
    offset = end + 1
    for path, length in json.loads(data[:end]):
        full = f"{ROOT}/test/{path}"
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(data[offset : offset + length])
        offset += length


def refused(error) -> bool:
    """Whether it is a page's refusal to do what only an operating system or a thread can: such a test is skipped."""
    if isinstance(error, RuntimeError):
        return "a page runs Python in one thread" in str(error)
    return isinstance(error, OSError) and error.errno == errno.ENOTSUP and "a page " in str(error)


class Refusing(types.ModuleType):
    """A module that a page cannot have, for tests that import it at their top and use it in few of them."""

    def __getattr__(self, name):
        raise unittest.SkipTest(f"there is no {self.__name__}")


#: Modules that would not load for the sake of one import.
REFUSING = {"test_logging": ["multiprocessing"], "test_sysconfig": ["_osx_support", "venv"]}

#: Modules that are skipped as a whole without threads, of which a page needs what works in one.
ONE_THREAD = {"test_queue", "test_threading_local", "test_webbrowser"}


def skip_tool(name=None):
    raise unittest.SkipTest("there are no tools of CPython's")


RANK = {"ok": 0, "xfail": 1, "skip": 2, "xpass": 3, "fail": 4, "error": 5}


class Reporter(unittest.TestResult):
    """Tells the page about every test; a test is as bad as its worst subtest."""

    def __init__(self):
        super().__init__()
        self.status = "ok"
        self.note = ""

    def mark(self, status, note=""):
        if RANK[status] > RANK[self.status] or status == "skip":
            self.status = status
            self.note = note

    def startTest(self, test):  # noqa: N802
        super().startTest(test)
        self.status, self.note = "ok", ""
        report(json.dumps(["start", test.id()]))

    def stopTest(self, test):  # noqa: N802
        super().stopTest(test)
        report(json.dumps(["end", test.id(), self.status, self.note[-600:]]))

    def describe(self, err):
        """What was raised, and where."""
        kind, value, tb = err
        where = ""
        while tb is not None:
            name = tb.tb_frame.f_code.co_filename
            where = f"{name.rpartition('/')[2]}:{tb.tb_lineno}"
            tb = tb.tb_next
        try:
            text = str(value)
        except Exception:
            text = "?"
        return f"{kind.__name__}: {text} ({where})"

    def outside(self, test, status, note):
        """What fails in a module's or class's set-up belongs to no test."""
        report(json.dumps(["end", test.id(), status, note[-600:]]))

    def addError(self, test, err):  # noqa: N802
        if refused(err[1]):
            self.addSkip(test, str(err[1]))
        elif isinstance(test, unittest.TestCase):
            self.mark("error", self.describe(err))
        else:
            self.outside(test, "error", self.describe(err))

    def addFailure(self, test, err):  # noqa: N802
        self.mark("fail", self.describe(err))

    def addSubTest(self, test, subtest, err):  # noqa: N802
        if err is not None:
            self.mark("fail" if issubclass(err[0], test.failureException) else "error", self.describe(err))

    def addSkip(self, test, reason):  # noqa: N802
        if isinstance(test, unittest.TestCase):
            self.mark("skip", reason)
        else:
            self.outside(test, "skip", reason)

    def addExpectedFailure(self, test, err):  # noqa: N802
        self.mark("xfail")

    def addUnexpectedSuccess(self, test):  # noqa: N802
        self.mark("xpass")


def without(suite, denied):
    """The suite with the denied tests taken out, its structure (and so its class fixtures) kept."""
    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.append(without(test, denied))
        elif test.id() not in denied:
            kept.append(test)
    return type(suite)(kept)


def main() -> None:
    unpack()
    sys.path.insert(0, ROOT)
    from test import support
    from test.support import socket_helper, threading_helper

    # Who tests messages for translators imports the tests of CPython's tools, which are not tests of a module.
    tools = types.ModuleType("test.test_tools")
    tools.skip_if_missing = skip_tool
    sys.modules["test.test_tools"] = tools
    # Where modules are skipped as a whole because some of their tests need sockets, those tests are skipped instead.
    of_tests = support.requires_working_socket
    support.requires_working_socket = lambda *, module=False: None if module else of_tests()
    if module in ONE_THREAD:
        threading_helper.requires_working_threading = lambda *, module=False: None if module else lambda test: test
    socket_helper._bind_nix_socket_error = OSError("a page cannot open sockets")
    for name in REFUSING.get(module, ()):
        sys.modules[name] = Refusing(name)
    support.use_resources = {}
    support.verbose = False
    # As the suite's own runner does: a test that changes the folder or leaves files does it here.
    work = "/tmp/libtest-work"
    os.makedirs(work)
    os.chdir(work)
    suite = unittest.defaultTestLoader.loadTestsFromName(f"test.{module}")
    suite = without(suite, set(json.loads(deny)))
    suite.run(Reporter())


try:
    main()
except unittest.SkipTest as error:
    report(json.dumps(["end", module, "skip", str(error)]))
