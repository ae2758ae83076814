"""Files that are kept, and other file systems, mounted into the one that `open` and `os` see.

from krait import fs

await fs.mount("/data", "indexeddb")
open("/data/notes.txt", "w").write("kept")
await fs.sync("/data")  # it would be stored by itself, too, a moment later
"""

from collections.abc import Iterator, Mapping
from os import PathLike, fspath
from typing import Any, NoReturn

import js
from _krait_js import files as _load
from pyodide.ffi import JsException, to_js

__all__ = ["Mount", "mount", "mounts", "sync", "unmount"]

type Path = str | PathLike[str]


def _raise(error: JsException) -> NoReturn:
    """Raises what a call on files threw as the `OSError` that it stands for."""
    thrown = getattr(error, "js_error", error)
    number = getattr(thrown, "errno", None)
    if not isinstance(number, int):
        raise error
    code = str(getattr(thrown, "code", ""))
    text = str(thrown.message).removeprefix(f"{code}: ")
    raise OSError(number, text) from error


def _convert(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return to_js(bytes(value))
    if isinstance(value, Mapping):
        return js.Object.fromEntries(to_js([[key, _convert(item)] for key, item in value.items()]))
    return value


class Mount:
    """Something mounted; an `async with` unmounts it at its end."""

    def __init__(self, mount: Any) -> None:
        self._mount = mount

    @property
    def path(self) -> str:
        """Where it is."""
        return str(self._mount.path)

    @property
    def type(self) -> str:
        """`memory`, `indexeddb`, `opfs`, `folder`, `node`, `archive` or `urls`."""
        return str(self._mount.type)

    @property
    def problems(self) -> list[str]:
        """What could not be read, and what became of files that two wrote at once."""
        return [str(problem) for problem in self._mount.problems]

    async def sync(self) -> None:
        """Returns when all changes are stored and those of others are here."""
        await sync(self.path)

    async def unmount(self) -> None:
        """Stores all changes and takes the mount down."""
        await unmount(self.path)

    async def __aenter__(self) -> Mount:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.unmount()

    def __repr__(self) -> str:
        return f"<Mount {self.type} at {self.path}>"


async def mount(path: Path, type: str = "indexeddb", **options: Any) -> Mount:
    """Mounts something at a directory, which is made if it is missing.

    `indexeddb` and `opfs` keep files in the browser (`name`, by default the path; `persist`). `folder` is a directory
    handle of the browser's (`handle`, `id`, `mode`), `node` a folder of the machine that Node runs on (`root`).
    `memory` is kept nowhere (`capacity`). `archive` is a zip, wheel or tar file, read-only (`source`: bytes or an
    address). `urls` are files at addresses (`files`: a dictionary from path to address; `prefetch`).
    """
    fs = await _load()
    source = _convert({"type": type, **options})
    try:
        return Mount(await fs.mount(fspath(path), source))
    except JsException as error:
        _raise(error)


async def sync(path: Path | None = None) -> None:
    """Returns when what was written is stored and what others stored is here; of one mount, or of all."""
    fs = await _load()
    try:
        await (fs.sync() if path is None else fs.sync(fspath(path)))
    except JsException as error:
        _raise(error)


async def unmount(path: Path) -> None:
    """Stores all changes of a mount and takes it down."""
    fs = await _load()
    try:
        await fs.unmount(fspath(path))
    except JsException as error:
        _raise(error)


async def mounts() -> dict[str, Mount]:
    """What is mounted, by path."""
    fs = await _load()
    return dict(_each(fs))


def _each(fs: Any) -> Iterator[tuple[str, Mount]]:
    for mount in js.Array.from_(fs.mounts.values()):
        yield str(mount.path), Mount(mount)
