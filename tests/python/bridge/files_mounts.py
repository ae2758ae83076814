"""The library's modules for files on mounts of every kind, through `krait.fs`."""

import glob
import io
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile
import zipfile

import js
from krait import fs


def exercise(root: pathlib.Path, links: bool) -> None:
    (root / "a" / "b").mkdir(parents=True)
    for number in range(5):
        (root / "a" / f"{number}.txt").write_text("x" * number)
    (root / "a" / "b" / "data.bin").write_bytes(bytes(range(256)) * 2000)
    assert sorted(path.name for path in root.glob("a/*.txt")) == [f"{n}.txt" for n in range(5)]
    assert len(glob.glob(f"{root}/**/*", recursive=True)) == 8, glob.glob(f"{root}/**/*", recursive=True)
    walked = [(os.path.basename(top), sorted(files)) for top, _, files in os.walk(root / "a")]
    assert walked[1] == ("b", ["data.bin"]), walked

    shutil.copytree(root / "a", root / "copy")
    shutil.move(root / "copy", root / "moved")
    os.replace(root / "moved" / "1.txt", root / "moved" / "2.txt")
    assert (root / "moved" / "2.txt").read_text() == "x"
    if links:
        os.symlink("a/4.txt", root / "link")
        assert (root / "link").read_text() == "xxxx"
        os.unlink(root / "link")

    with tempfile.TemporaryDirectory(dir=root) as folder, tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"temporary")
        file.flush()
        assert os.path.getsize(file.name) == 9
    with zipfile.ZipFile(root / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(root / "a" / "b" / "data.bin", "data.bin")
    with zipfile.ZipFile(root / "a.zip") as archive:
        archive.extractall(root / "unzipped")
    with tarfile.open(root / "a.tar.gz", "w:gz") as archive:
        archive.add(root / "a", "a")
    with tarfile.open(root / "a.tar.gz") as archive:
        archive.extractall(root / "untarred", filter="data")
    whole = (root / "a" / "b" / "data.bin").read_bytes()
    assert (root / "unzipped" / "data.bin").read_bytes() == whole
    assert (root / "untarred" / "a" / "b" / "data.bin").read_bytes() == whole
    with open(root / "a" / "b" / "data.bin", "r+b") as file:
        file.seek(1000)
        file.write(b"changed")
        file.truncate(300_000)
    assert shutil.disk_usage(root).total > 0
    for name in ("moved", "unzipped", "untarred"):
        shutil.rmtree(root / name)
    os.rename(root / "a" / "b", root / "b")


def left(root: pathlib.Path) -> dict[str, int]:
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix not in {".zip", ".gz"})
    return {str(path.relative_to(root)): path.stat().st_size for path in files}


EXPECTED = {f"a/{number}.txt": number for number in range(5)} | {"b/data.bin": 300_000}

directory = await js.navigator.storage.getDirectory()
handle = await directory.getDirectoryHandle("files-mounts-folder", create=True)
kinds = {
    "memory": {},
    "indexeddb": {"name": "files-mounts"},
    "opfs": {"name": "files-mounts-opfs"},
    "folder": {"handle": handle},
}
for kind, options in kinds.items():
    path = f"/mounts/{kind}"
    async with await fs.mount(path, kind, **options) as mounted:
        assert mounted.path == path and mounted.type == kind, mounted
        assert mounted.problems == []
        exercise(pathlib.Path(path), links=kind in {"memory", "indexeddb"})
        assert left(pathlib.Path(path)) == EXPECTED, (kind, left(pathlib.Path(path)))
        await mounted.sync()
        assert list(await fs.mounts()) == [path]
    assert os.listdir(path) == [], kind
    if kind == "memory":
        continue
    async with await fs.mount(path, kind, **options):
        assert left(pathlib.Path(path)) == EXPECTED, (kind, left(pathlib.Path(path)))
        shutil.rmtree(f"{path}/a")

buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("mounted_package/__init__.py", "VALUE = 7")
async with await fs.mount("/mounts/archive", "archive", source=buffer.getvalue()):
    sys.path.insert(0, "/mounts/archive")
    import mounted_package

    assert mounted_package.VALUE == 7
    sys.path.remove("/mounts/archive")

for wrong, number in (({"type": "nonsense"}, 22), ({"type": "archive", "source": b"no archive"}, 22)):
    try:
        await fs.mount("/mounts/wrong", **wrong)
    except OSError as error:
        assert error.errno == number, error
    else:
        raise AssertionError(wrong)
try:
    await fs.unmount("/mounts/nothing")
except OSError as error:
    assert error.errno == 22, error
else:
    raise AssertionError
