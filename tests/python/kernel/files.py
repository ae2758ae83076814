"""Files as `open`, `os`, `pathlib`, `shutil` and `tempfile` use them."""

import errno
import io
import os
import pathlib
import shutil
import stat
import sys
import tempfile
import zipfile


def raises(kind, number, function, *args):
    try:
        function(*args)
    except kind as error:
        assert type(error) is kind, type(error)
        assert error.errno == number, error
        return error
    raise AssertionError(f"{function.__name__}{args} did not raise {kind.__name__}")


# What is there from the beginning has a date that a zip file can have, in every time zone.
for place in "/", "/dev/null", "/home/web", "/lib/python3.14":
    assert os.stat(place).st_mtime > 946_684_800, (place, os.stat(place).st_mtime)
with zipfile.ZipFile(io.BytesIO(), "w") as archive:
    archive.write("/home/web", "web")

assert os.getcwd() == "/home/web"
with tempfile.TemporaryDirectory() as name:
    os.chdir(name)

    with open("text.txt", "w", encoding="utf-8") as file:
        assert file.write("grün\nzwei\n") == 10
        assert file.fileno() > 2
    assert os.stat("text.txt").st_size == 11
    with open("text.txt") as file:
        assert file.readlines() == ["grün\n", "zwei\n"]
    with open("text.txt", "ab") as file:
        file.write(b"drei")
        assert file.tell() == 15
    with open("text.txt", "r+b") as file:
        file.seek(-4, io.SEEK_END)
        file.write(b"DREI")
        file.seek(0)
        assert file.read().endswith(b"zwei\nDREI")
    assert [line.strip() for line in open("text.txt")] == ["grün", "zwei", "DREI"]
    with open("big.bin", "wb") as file:
        file.write(bytes(range(256)) * 4096)
    with open("big.bin", "rb", buffering=0) as file:
        assert type(file) is io.FileIO and file.mode == "rb" and file.readable() and not file.writable()
        assert len(file.readall()) == 1 << 20
        assert file.read() == b""
        assert file.seek(255) == 255
        buffer = bytearray(3)
        assert file.readinto(buffer) == 3 and bytes(buffer) == b"\xff\x00\x01"

    error = raises(FileNotFoundError, errno.ENOENT, open, "missing")
    assert error.filename == "missing" and str(error) == "[Errno 2] No such file or directory: 'missing'"
    raises(FileExistsError, errno.EEXIST, open, "text.txt", "x")
    raises(IsADirectoryError, errno.EISDIR, open, ".", "w")
    raises(IsADirectoryError, errno.EISDIR, open, ".", "r")
    raises(NotADirectoryError, errno.ENOTDIR, open, "text.txt/x")
    raises(OSError, errno.EBADF, os.close, 999)
    for bad in ("rw", "b", "q", "rbt"):
        try:
            open("text.txt", bad)
        except ValueError:
            continue
        raise AssertionError(f"mode {bad!r} was accepted")
    try:
        open("nul\0byte")
    except ValueError as error:
        assert "null" in str(error)

    file = open("text.txt")
    file.close()
    file.close()
    try:
        file.read()
    except ValueError as error:
        assert "closed" in str(error)
    else:
        raise AssertionError("a closed file was read")

    os.makedirs("a/b/c")
    raises(OSError, errno.ENOTEMPTY, os.rmdir, "a")
    pathlib.Path("a/b/one.py").write_text("x = 1")
    os.symlink("b/one.py", "a/link")
    assert os.readlink("a/link") == "b/one.py" and os.path.islink("a/link")
    assert pathlib.Path("a/link").read_text() == "x = 1"
    os.symlink("loop", "loop")
    raises(OSError, errno.ELOOP, open, "loop")
    assert sorted(os.listdir("a")) == ["b", "link"]
    with os.scandir("a") as entries:
        found = {entry.name: (entry.is_dir(), entry.is_symlink(), entry.path) for entry in entries}
    assert found == {"b": (True, False, "a/b"), "link": (False, True, "a/link")}
    assert sorted(path.name for path in pathlib.Path(".").rglob("*.py")) == ["one.py"]
    assert [names[2] for names in os.walk("a")] == [["link"], ["one.py"], []]

    os.chmod("text.txt", 0o444)
    assert stat.S_IMODE(os.stat("text.txt").st_mode) == 0o444
    raises(PermissionError, errno.EACCES, open, "text.txt", "w")
    os.chmod("text.txt", 0o644)
    os.utime("text.txt", ns=(1, 2_000_000_000))
    assert os.stat("text.txt").st_mtime_ns == 2_000_000_000 and os.stat("text.txt").st_mtime == 2.0

    os.utime("text.txt")
    os.rename("text.txt", "a/renamed.txt")
    shutil.copytree("a", "copy")
    assert sorted(os.listdir("copy")) == ["b", "link", "renamed.txt"]
    shutil.rmtree("copy")
    assert not os.path.exists("copy")
    shutil.make_archive("packed", "zip", "a")
    shutil.unpack_archive("packed.zip", "out")
    assert pathlib.Path("out/b/one.py").read_text() == "x = 1"

    pathlib.Path("module_of_ours.py").write_text("VALUE = 41 + 1\n")

    sys.path.insert(0, name)
    import module_of_ours

    assert module_of_ours.VALUE == 42 and module_of_ours.__file__ == f"{name}/module_of_ours.py"
    pathlib.Path("broken_of_ours.py").write_text("def f():\n    return 1 / 0\n")
    import traceback

    import broken_of_ours

    try:
        broken_of_ours.f()
    except ZeroDivisionError:
        assert "return 1 / 0" in traceback.format_exc()
    sys.path.remove(name)

    os.chdir("/")
assert not os.path.exists(name)
os.chdir("/home/web")

with tempfile.NamedTemporaryFile("w+") as file:
    file.write("x" * 100_000)
    file.seek(0)
    assert len(file.read()) == 100_000
assert open("/dev/null").read() == ""
assert len(open("/dev/urandom", "rb").read(8)) == 8
assert len(os.urandom(16)) == 16 and os.urandom(16) != os.urandom(16)
assert os.strerror(errno.ENOENT) == "No such file or directory"
assert os.environ["HOME"] == os.path.expanduser("~") == "/home/web"

# What `open` and `io.FileIO` say of themselves, and of what they cannot take.
import gc
import warnings


class Named(io.FileIO):
    pass


with tempfile.TemporaryDirectory() as name:
    path = f"{name}/f"
    with io.FileIO(path, "w") as raw:
        assert repr(raw) == f"<_io.FileIO name={path!r} mode='wb' closefd=True>"
        assert raw._blksize == os.stat(path).st_blksize
        del raw.name
        assert repr(raw) == f"<_io.FileIO fd={raw.fileno()} mode='wb' closefd=True>"
    assert repr(raw) == "<_io.FileIO [closed]>"
    with Named(path) as raw:
        assert repr(raw).startswith(f"<{Named.__qualname__} name=")
    fd = os.open(name, os.O_RDONLY)
    raises(IsADirectoryError, errno.EISDIR, io.FileIO, fd)
    os.close(fd)
    raises(OSError, errno.EBADF, io.FileIO, fd)
    raises(OSError, errno.ENXIO, open, "/dev/tty", "w")
    for call in (lambda: io.FileIO(path, "rt"), lambda: open(True, closefd=False).close(), lambda: os.stat(True)):
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            try:
                call()
            except ValueError as error:
                assert str(error) == "invalid mode: rt" and not seen
            else:
                assert [str(warning.message) for warning in seen] == ["bool is used as a file descriptor"]
                assert seen[0].filename == raises.__code__.co_filename, seen[0].filename
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        open(path, "rb", buffering=1).close()
        assert "line buffering" in str(seen[0].message) and seen[0].filename == raises.__code__.co_filename
        del seen[:]
        open(path)
        open(path, "rb", 0)
        with open(path):
            pass
        gc.collect()
        assert [warning.category for warning in seen] == [ResourceWarning] * 2, seen
        assert all(str(warning.message).startswith("unclosed file <_io.") for warning in seen)
    for wrong in 1.5, None, [path], bytearray(path.encode()):
        try:
            os.stat(wrong)
        except TypeError as error:
            wanted = f"path should be string, bytes, os.PathLike or integer, not {type(wrong).__name__}"
            assert str(error).endswith(wanted), error
        else:
            raise AssertionError(wrong)
for wrong in "", "a=b", "a\0b":
    for call in (lambda: os.putenv(wrong, "value"), lambda: os.unsetenv(wrong)):
        try:
            call()
        except ValueError:
            pass
        else:
            raise AssertionError(wrong)

# Descriptors of objects, limits, and what nobody may make.
with tempfile.TemporaryDirectory() as name:
    path = f"{name}/f"
    with open(path, "w") as file:
        file.write("x")
        os.fsync(file)
        os.fdatasync(file.fileno())
        assert os.fpathconf(file, "PC_NAME_MAX") == os.pathconf(path, os.pathconf_names["PC_NAME_MAX"]) == 255
    for call in os.fsync, os.fchdir, os.fdatasync:
        for wrong in "f", 1.5, None:
            try:
                call(wrong)
            except TypeError:
                pass
            else:
                raise AssertionError((call, wrong))
        raises(OSError, errno.EBADF, call, 1000)
    raises(FileNotFoundError, errno.ENOENT, os.pathconf, f"{name}/none", "PC_NAME_MAX")
    os.symlink("f", f"{name}/link")
    try:
        os.chmod(f"{name}/link", 0o600, follow_symlinks=False)
    except NotImplementedError:
        pass
    else:
        raise AssertionError
    os.utime(f"{name}/link", (5, 5), follow_symlinks=False)
    assert os.lstat(f"{name}/link").st_mtime == 5 and os.stat(path).st_mtime > 5
    assert os.utime in os.supports_follow_symlinks and isinstance(os.statvfs(path).f_fsid, int)
    for kind in os.DirEntry, type(os.scandir(name)):
        try:
            kind()
        except TypeError:
            pass
        else:
            raise AssertionError(kind)

    # An archive on the path, whatever it is called, and a folder in one.
    for archive, folder, module in (("a.thing", "", "module_in_archive"), ("b.zip", "/deep/er", "module_in_folder")):
        with zipfile.ZipFile(f"{name}/{archive}", "w") as file:
            file.writestr(f"{folder[1:]}/{module}.py".lstrip("/"), "VALUE = 7\n")
        sys.path.insert(0, f"{name}/{archive}{folder}")
        assert __import__(module).VALUE == 7
        assert sys.modules.pop(module).__file__ == f"{name}/{archive}{folder}/{module}.py"
        del sys.path[0]

# The environment that `putenv` changes is the one behind `os.environ`.
os.environ["FRUIT"] = "apple"
os.putenv("FRUIT", "pear")
assert os.environ["FRUIT"] == "apple"
os.reload_environ()
assert os.environ["FRUIT"] == "pear" and os.environb[b"FRUIT"] == b"pear" and os.environ["HOME"] == "/home/web"
os.unsetenv("FRUIT")
os.reload_environ()
assert "FRUIT" not in os.environ
times = os.times()
assert isinstance(times, os.times_result) and times.elapsed >= times.user >= 0 == times.children_user
