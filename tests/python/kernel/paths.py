"""Paths that no file can have, through every door: as CPython with its UTF-8 mode answers on Linux."""

import errno
import glob
import importlib.machinery
import io
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile
import zipfile

assert sys.getfilesystemencoding() == "utf-8" and sys.getfilesystemencodeerrors() == "surrogateescape"
assert os.fsencode("a\udcff") == b"a\xff" and os.fsdecode(b"a\xff") == "a\udcff"

#: What each kind of path raises: a class, and an error number or a part of the sentence.
NUL = (ValueError, "embedded null")
LONE = (UnicodeEncodeError, "surrogates not allowed")
LONG = (OSError, errno.ENAMETOOLONG)
NONE = (FileNotFoundError, errno.ENOENT)

KINDS = {
    "a\0b": NUL,
    b"a\0b": NUL,
    "\0": NUL,
    "n" * 10_000 + "\0": NUL,
    "\ud800": LONE,
    "d/\udcff\ud801": LONE,
    "\udc7f-": LONE,
    "": NONE,
    b"": NONE,
    "n" * 256: LONG,
    b"n" * 256: LONG,
    "d/" + "n" * 256: LONG,
    "é" * 128: LONG,
    "\udcff" * 256: LONG,
    "n" * 10_000: LONG,
    b"n" * 10_000: LONG,
    ("d/" * 2048)[:4095]: NONE,
    "d/" * 2048: LONG,
    b"d/" * 2048: LONG,
    "./" * 5000: LONG,
}


def like(path, name):
    """`name` as the path is: text or bytes."""
    return os.fsencode(name) if isinstance(path, bytes) else name


DOORS = {
    "open": open,
    "open to write": lambda path: open(path, "w"),
    "open to append": lambda path: open(path, "ab"),
    "open anew": lambda path: open(path, "x"),
    "FileIO": io.FileIO,
    "opener": lambda path: open(path, opener=os.open),
    "os.open": lambda path: os.open(path, os.O_RDONLY),
    "os.open to make": lambda path: os.open(path, os.O_CREAT | os.O_RDWR),
    "stat": os.stat,
    "lstat": os.lstat,
    "listdir": os.listdir,
    "scandir": os.scandir,
    "mkdir": os.mkdir,
    "rmdir": os.rmdir,
    "remove": os.remove,
    "unlink": os.unlink,
    "rename from": lambda path: os.rename(path, like(path, "z")),
    "rename to": lambda path: os.rename(like(path, "f"), path),
    "replace from": lambda path: os.replace(path, like(path, "z")),
    "replace to": lambda path: os.replace(like(path, "f"), path),
    "link from": lambda path: os.link(path, like(path, "z")),
    "link to": lambda path: os.link(like(path, "f"), path),
    "symlink": lambda path: os.symlink(like(path, "f"), path),
    "readlink": os.readlink,
    "chmod": lambda path: os.chmod(path, 0o644),
    "utime": os.utime,
    "truncate": lambda path: os.truncate(path, 0),
    "chdir": os.chdir,
    "statvfs": os.statvfs,
    "pathconf": lambda path: os.pathconf(path, "PC_NAME_MAX"),
    "getsize": os.path.getsize,
    "samefile": lambda path: os.path.samefile(path, path),
    "samefile as the other": lambda path: os.path.samefile(like(path, "f"), path),
    "rmtree": shutil.rmtree,
    "copyfile from": lambda path: shutil.copyfile(path, like(path, "z")),
    "copyfile to": lambda path: shutil.copyfile(like(path, "f"), path),
    "copytree from": lambda path: shutil.copytree(path, like(path, "z")),
    "disk_usage": shutil.disk_usage,
}
#: Those that take text only.
TEXT_DOORS = {
    "move to": lambda path: shutil.move("f", path),
    "zip": zipfile.ZipFile,
    "zip to write": lambda path: zipfile.ZipFile(path, "w"),
    "tar": lambda path: tarfile.open(path or "none"),
    "open_code": io.open_code,
    "loader": lambda path: importlib.machinery.SourceFileLoader("m", path).get_data(path),
}
#: Those that say what is not there, whatever the reason.
QUESTIONS = {
    "exists": os.path.exists,
    "lexists": os.path.lexists,
    "isfile": os.path.isfile,
    "isdir": os.path.isdir,
    "islink": os.path.islink,
    "ismount": os.path.ismount,
}


def short(path):
    return f"{path[:12]!r}... of {len(path)}"


def refused(name, call, path, kind, detail):
    before = sorted(os.listdir("."))
    try:
        found = call(path)
    except Exception as error:
        assert type(error) is kind, (name, short(path), repr(error)[:200])
        if isinstance(detail, int):
            assert error.errno == detail, (name, short(path), error.errno)
        else:
            assert detail in str(error), (name, short(path), str(error)[:200])
    else:
        raise AssertionError(f"{name} of {short(path)} gave {found!r}"[:300])
    # Nothing was made or moved, and no descriptor is left.
    assert sorted(os.listdir(".")) == before == ["d", "f", "l"], (name, short(path))


with tempfile.TemporaryDirectory() as root:
    os.chdir(root)
    with open("f", "w") as file:
        file.write("kept")
    os.mkdir("d")
    os.symlink("f", "l")
    lowest = os.open("f", os.O_RDONLY)
    os.close(lowest)
    for path, (kind, detail) in KINDS.items():
        doors = DOORS if isinstance(path, bytes) else DOORS | TEXT_DOORS
        for name, call in doors.items():
            refused(name, call, path, kind, detail)
        for name, ask in QUESTIONS.items():
            assert ask(path) is False, (name, short(path))
        if isinstance(path, str):
            assert glob.glob(path) == []
            # These are the present folder.
            if path and not path.startswith("./"):
                for ask in pathlib.Path.exists, pathlib.Path.is_file, pathlib.Path.is_dir, pathlib.Path.is_symlink:
                    assert ask(pathlib.Path(path)) is False, (ask, short(path))
            if (kind, detail) in (NUL, LONE) or (path and "/" not in path):
                place = pathlib.Path(path)
                for call in place.stat, place.read_text, place.mkdir, place.touch, place.unlink, place.rmdir:
                    refused(f"Path.{call.__name__}", lambda _, call=call: call(), path, kind, detail)
                refused("Path.rename", pathlib.Path("f").rename, path, kind, detail)
                refused("Path.write_text", lambda path: pathlib.Path(path).write_text("x"), path, kind, detail)
                refused("Path.iterdir", lambda path: list(pathlib.Path(path).iterdir()), path, kind, detail)
        if (kind, detail) == NUL:
            refused("realpath", os.path.realpath, path, kind, detail)
            refused("symlink to", lambda path: os.symlink(path, like(path, "z")), path, kind, detail)
            refused("putenv", lambda path: os.putenv(path, path), path, kind, detail)
        if (kind, detail) == LONE:
            for call in os.fsencode, os.path.realpath, lambda path: os.symlink(path, "z"):
                refused("lone", call, path, kind, detail)
            refused("environ", lambda path: os.environ.__setitem__("A", path), path, kind, detail)
    again = os.open("f", os.O_RDONLY)
    assert lowest == again, "descriptors were left open"
    os.close(again)
    with open("f") as file:
        assert file.read() == "kept"

    # What is as long as it may be.
    longest = "n" * 255
    with open(longest, "w") as file:
        file.write("x")
    assert longest in os.listdir(".") and longest.encode() in os.listdir(b".")
    os.rename(longest, "é" * 127)
    os.remove("é" * 127)
    os.symlink("n" * 4095, "to")
    assert os.readlink("to") == "n" * 4095
    for call in lambda: os.symlink("n" * 4096, "to2"), lambda: open("to"), lambda: os.stat("to"):
        try:
            call()
        except OSError as error:
            assert error.errno == errno.ENAMETOOLONG, error
        else:
            raise AssertionError
    os.remove("to")
    # What lies deeper than one path can say is reached step by step.
    for _ in range(20):
        os.mkdir("s" * 250)
        os.chdir("s" * 250)
    with open("bottom", "w") as file:
        file.write("deep down")
    assert open("bottom").read() == "deep down"
    try:
        where = os.getcwd()
    except OSError as error:
        assert error.errno == errno.ENAMETOOLONG, error
    else:
        assert where == root + "/" + "/".join(["s" * 250] * 20)
    os.remove("bottom")
    for _ in range(20):
        os.chdir("..")
        os.rmdir("s" * 250)
    assert os.getcwd() == root

    # A name that is no text is one like any other, as text with surrogates and as bytes.
    odd = b"odd-\xff\x80-\xf0\x9f"
    text = os.fsdecode(odd)
    assert text == "odd-\udcff\udc80-\udcf0\udc9f"
    with open(text, "w") as file:
        file.write("no text")
    assert text in os.listdir() and odd in os.listdir(b".")
    assert open(odd).read() == pathlib.Path(text).read_text() == "no text"
    assert [entry.name for entry in os.scandir() if entry.name.startswith("odd")] == [text]
    assert [path.name for path in pathlib.Path().glob("odd*")] == glob.glob("odd*") == [text]
    assert glob.glob(b"odd*") == [odd]
    os.mkdir(text + "-folder")
    os.rename(text, os.path.join(text + "-folder", text))
    assert [names for _, _, names in os.walk(os.fsencode(text + "-folder"))] == [[odd]]
    try:
        open(text + "-none")
    except FileNotFoundError as error:
        assert error.filename == text + "-none"
        # It can be told, though not encoded.
        assert "\\udcff" in str(error), str(error)
    shutil.make_archive("packed", "tar", text + "-folder")
    with tarfile.open("packed.tar") as archive:
        assert f"./{text}" in archive.getnames(), archive.getnames()
        archive.extractall("unpacked", filter="data")
    assert os.listdir("unpacked") == [text]
    shutil.rmtree(text + "-folder")
    os.chdir("/")
assert not os.path.exists(root)
