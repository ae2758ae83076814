"""`io.FileIO`, `open` and `io.open_code` on the kernel's descriptors; boot puts them in their places."""

import _io
import _warnings
import posix


class FileIO(_io._RawIOBase):
    """An unbuffered binary file (`io.FileIO`) on the kernel's descriptors."""

    __module__ = "_io"

    def __init__(self, file, mode="r", closefd=True, opener=None):
        self._fd = -1
        self._closefd = closefd
        if isinstance(file, float):
            raise TypeError("integer argument expected, got float")
        kinds = [c for c in mode if c in "rwax"]
        if not set(mode) <= set("rwaxb+") or len(mode) != len(set(mode)):
            raise ValueError(f"invalid mode: {mode}")
        if len(kinds) != 1:
            raise ValueError("Must have exactly one of create/read/write/append mode and at most one plus")
        kind = kinds[0]
        updating = "+" in mode
        self._readable = kind == "r" or updating
        self._writable = kind != "r" or updating
        self._kind = kind
        self._updating = updating
        if self._readable and self._writable:
            flags = posix.O_RDWR
        elif self._readable:
            flags = posix.O_RDONLY
        else:
            flags = posix.O_WRONLY
        if kind == "w":
            flags |= posix.O_CREAT | posix.O_TRUNC
        elif kind == "a":
            flags |= posix.O_CREAT | posix.O_APPEND
        elif kind == "x":
            flags |= posix.O_CREAT | posix.O_EXCL
        self.name = file
        if isinstance(file, int):
            if isinstance(file, bool):
                _warnings.warn("bool is used as a file descriptor", RuntimeWarning, 2)
            if file < 0:
                raise ValueError("negative file descriptor")
            fd = int(file)
            if posix.fstat(fd).st_mode & 0o170000 == 0o040000:
                raise IsADirectoryError(21, "Is a directory", file)
        else:
            if not closefd:
                raise ValueError("Cannot use closefd=False with file name")
            if opener is None:
                fd = posix.open(file, flags | posix.O_CLOEXEC, 0o666)
            else:
                fd = opener(file, flags | posix.O_CLOEXEC)
                if not isinstance(fd, int):
                    raise TypeError("expected integer from opener")
                if fd < 0:
                    raise ValueError(f"opener returned {fd}")
            if posix._is_directory(fd):
                posix.close(fd)
                raise IsADirectoryError(21, "Is a directory", file)
        self._fd = fd
        if kind == "a":
            try:
                posix.lseek(fd, 0, 2)
            except OSError:
                pass

    def _check(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")
        return self._fd

    def read(self, size=-1):
        fd = self._check()
        if not self._readable:
            raise _io.UnsupportedOperation("File not open for reading")
        if size is None or size < 0:
            return posix._read_all(fd)
        return posix.read(fd, size)

    def readall(self):
        fd = self._check()
        if not self._readable:
            raise _io.UnsupportedOperation("File not open for reading")
        return posix._read_all(fd)

    def readinto(self, buffer):
        fd = self._check()
        if not self._readable:
            raise _io.UnsupportedOperation("File not open for reading")
        return posix.readinto(fd, buffer)

    def write(self, data):
        fd = self._check()
        if not self._writable:
            raise _io.UnsupportedOperation("File not open for writing")
        return posix.write(fd, data)

    def seek(self, offset, whence=0):
        if isinstance(offset, float):
            raise TypeError("an integer is required")
        return posix.lseek(self._check(), offset, whence)

    def tell(self):
        return posix.lseek(self._check(), 0, 1)

    def truncate(self, size=None):
        fd = self._check()
        if not self._writable:
            raise _io.UnsupportedOperation("File not open for writing")
        if size is None:
            size = posix.lseek(fd, 0, 1)
        posix.ftruncate(fd, size)
        return size

    def close(self):
        if not self.closed:
            try:
                super().close()
            finally:
                fd, self._fd = self._fd, -1
                if self._closefd and fd >= 0:
                    posix.close(fd)

    def _dealloc_warn(self, source):
        if self._fd >= 0 and self._closefd:
            _warnings.warn(f"unclosed file {source!r}", ResourceWarning, 2, source)

    def __del__(self):
        if self._fd >= 0 and self._closefd and not self.closed:
            self._dealloc_warn(self)
            self.close()

    def readable(self):
        self._check()
        return self._readable

    def writable(self):
        self._check()
        return self._writable

    def seekable(self):
        fd = self._check()
        try:
            posix.lseek(fd, 0, 1)
        except OSError:
            return False
        return True

    def fileno(self):
        return self._check()

    def isatty(self):
        return posix.isatty(self._check())

    @property
    def closefd(self):
        return self._closefd

    @property
    def mode(self):
        if self._kind == "r":
            return "rb+" if self._updating else "rb"
        if self._kind == "w":
            return "rb+" if self._updating else "wb"
        return self._kind + ("b+" if self._updating else "b")

    def __repr__(self):
        kind = type(self)
        kind = "_io.FileIO" if kind is FileIO else kind.__qualname__
        if self.closed:
            return f"<{kind} [closed]>"
        name = f"name={self.name!r}" if hasattr(self, "name") else f"fd={self._fd}"
        return f"<{kind} {name} mode={self.mode!r} closefd={self._closefd}>"

    @property
    def _blksize(self):
        return posix.fstat(self._check()).st_blksize

    def __getstate__(self):
        raise TypeError(f"cannot pickle {self.__class__.__name__!r} object")


def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    """Open file and return a stream. Raise OSError upon failure."""
    if isinstance(file, bool):
        _warnings.warn("bool is used as a file descriptor", RuntimeWarning, 2)
        file = int(file)
    elif not isinstance(file, int):
        file = posix.fspath(file)
    if not isinstance(mode, str):
        raise TypeError(f"open() argument 'mode' must be str, not {type(mode).__name__}")
    if not isinstance(buffering, int):
        raise TypeError(f"'{type(buffering).__name__}' object cannot be interpreted as an integer")
    modes = set(mode)
    if modes - set("axrwb+t") or len(mode) > len(modes):
        raise ValueError(f"invalid mode: {mode!r}")
    text = "t" in modes
    binary = "b" in modes
    if text and binary:
        raise ValueError("can't have text and binary mode at once")
    if len(modes & set("axrw")) != 1:
        raise ValueError("must have exactly one of create/read/write/append mode")
    if binary and encoding is not None:
        raise ValueError("binary mode doesn't take an encoding argument")
    if binary and errors is not None:
        raise ValueError("binary mode doesn't take an errors argument")
    if binary and newline is not None:
        raise ValueError("binary mode doesn't take a newline argument")
    if buffering == 0 and not binary:
        raise ValueError("can't have unbuffered text I/O")
    raw = FileIO(file, "".join(c for c in mode if c not in "bt"), closefd, opener)
    result = raw
    try:
        line_buffering = buffering == 1 and not binary
        if buffering == 1 and binary:
            _warnings.warn(
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
                RuntimeWarning,
                2,
            )
        if buffering < 0 or buffering == 1:
            buffering = 131072
        if buffering == 0:
            return result
        if "+" in modes:
            buffer = _io.BufferedRandom(raw, buffering)
        elif modes & set("wax"):
            buffer = _io.BufferedWriter(raw, buffering)
        else:
            buffer = _io.BufferedReader(raw, buffering)
        result = buffer
        if binary:
            return result
        result = _io.TextIOWrapper(buffer, _io.text_encoding(encoding), errors, newline, line_buffering)
        result.mode = mode
        return result
    except BaseException:
        result.close()
        raise


def open_code(path):
    """Opens the provided file with the intent to import the contents."""
    return open(path, "rb")
