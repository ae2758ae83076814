"""`OSError` chooses its subclass by the number (PEP 3151), wherever it is made."""

import errno
import os

for number, kind in (
    (errno.ENOENT, FileNotFoundError),
    (errno.EEXIST, FileExistsError),
    (errno.EISDIR, IsADirectoryError),
    (errno.ENOTDIR, NotADirectoryError),
    (errno.EACCES, PermissionError),
    (errno.EPERM, PermissionError),
    (errno.EAGAIN, BlockingIOError),
    (errno.EPIPE, BrokenPipeError),
    (errno.ECHILD, ChildProcessError),
    (errno.ECONNREFUSED, ConnectionRefusedError),
    (errno.EINTR, InterruptedError),
    (errno.ESRCH, ProcessLookupError),
    (errno.ETIMEDOUT, TimeoutError),
    (errno.EINVAL, OSError),
):
    error = OSError(number, "text", "name")
    assert type(error) is kind, (number, type(error))
    assert (error.errno, error.strerror, error.filename) == (number, "text", "name")
    assert error.args == (number, "text")

assert OSError is IOError is EnvironmentError
assert type(OSError(errno.ENOENT)) is OSError and type(OSError("x", "y")) is OSError and type(OSError()) is OSError
assert type(OSError(2**40, "big")) is OSError
two = OSError(errno.ENOENT, "text", "from", None, "to")
assert type(two) is FileNotFoundError and (two.filename, two.filename2) == ("from", "to")


class Own(OSError):
    pass


assert type(Own(errno.ENOENT, "text")) is Own


class WithInit(OSError):
    def __init__(self, number, more):
        super().__init__(number, f"text {more}")


own = WithInit(errno.ENOENT, "more")
assert type(own) is WithInit and own.strerror == "text more" and own.errno == errno.ENOENT


class OnlyInit(OSError):
    def __init__(self):
        super().__init__("from init")


class Further(OnlyInit):
    pass


class WithNew(OSError):
    def __new__(cls, number):
        return super().__new__(cls, number, "from new")


assert str(OnlyInit()) == "from init" and str(Further()) == "from init" and str(OnlyInit()) == "from init"
assert str(WithNew(errno.ENOENT)) and type(WithNew(errno.ENOENT)) is WithNew

try:
    raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
except FileNotFoundError as error:
    assert str(error) == "[Errno 2] No such file or directory"


class Initialized(OSError):
    def __init__(self, text):
        self.initialized = True
        super().__init__(text)


class Constructed(OSError):
    def __new__(cls, text):
        made = super().__new__(cls, text)
        made.constructed = True
        return made


# Also where the bases have made instances of their own before.
for _ in range(2):
    for bases in ((Initialized, Constructed), (Constructed, Initialized)):
        both = type("Both", bases, {})("some text")
        assert both.initialized and both.constructed and both.args == ("some text",), bases
    assert Initialized("a").args == ("a",) and Constructed("b").args == ("b",)

assert type(OSError.__new__(OSError, errno.ENOENT, "text")) is FileNotFoundError
assert type(OSError.__new__(Own, errno.ENOENT, "text")) is Own
assert type(OSError(errno.ENOENT, "text")) is FileNotFoundError
try:
    OSError.__new__(int)
except TypeError:
    pass
else:
    raise AssertionError("int is no OSError")
