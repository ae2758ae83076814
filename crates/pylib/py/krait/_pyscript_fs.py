"""`pyscript.fs`: the user's own folders.

The browser asks which folder, which it does after a click only; where there was none, a dialog asks for one. The answer
is remembered under path and id, so that the next visit asks for the permission alone, or for nothing.
"""

from typing import Any

import js
from pyodide.ffi import create_once_callable, to_js

from krait.fs import Mount
from krait.fs import mount as _mount

mounted: dict[str, Mount] = {}
"""What is mounted, by path."""

_STORE = "handles"


def _promise(request: Any) -> Any:
    def executor(resolve: Any, reject: Any) -> None:
        request.onsuccess = lambda _event: resolve(request.result)
        request.onerror = lambda _event: reject(request.error)

    return js.Promise.new(executor)


async def _handles(mode: str) -> tuple[Any, Any]:
    request = js.indexedDB.open("krait-fs-handles", 1)
    request.onupgradeneeded = lambda _event: request.result.createObjectStore(_STORE)
    database = await _promise(request)
    return database, database.transaction(_STORE, mode).objectStore(_STORE)


async def _remembered(key: str) -> Any:
    database, store = await _handles("readonly")
    try:
        return await _promise(store.get(key))
    finally:
        database.close()


async def _remember(key: str, handle: Any) -> None:
    database, store = await _handles("readwrite")
    try:
        await _promise(store.delete(key) if handle is None else store.put(handle, key))
    finally:
        database.close()


async def _clicked(question: str) -> None:
    """Waits for a click on a dialog's button, unless the page has just been clicked."""
    activation = getattr(js.navigator, "userActivation", None)
    if activation is None or activation.isActive:
        return
    dialog = js.document.createElement("dialog")
    dialog.className = "pyscript-fs"
    text = js.document.createElement("p")
    text.textContent = question
    button = js.document.createElement("button")
    button.textContent = "Continue"
    dialog.append(text, button)
    js.document.body.append(dialog)

    def executor(resolve: Any, reject: Any) -> None:
        button.addEventListener("click", create_once_callable(lambda _event: resolve(True)))
        refuse = lambda _event: reject(js.Error.new("storage permissions not granted"))  # noqa: E731
        dialog.addEventListener("cancel", create_once_callable(refuse))

    answer = js.Promise.new(executor)
    dialog.showModal()
    try:
        await answer
    finally:
        dialog.remove()


async def mount(path: str, mode: str = "readwrite", root: str = "", id: str = "pyscript") -> None:
    """Mounts a folder that the user chooses. `root` is where the browser begins to look (`startIn`)."""
    if path in mounted:
        raise ValueError(f"{path!r} is mounted already")
    key = f"{path}@{id}"
    handle = await _remembered(key)
    if handle is None:
        picker = getattr(js, "showDirectoryPicker", None)
        if picker is None:
            raise OSError(
                95, "this browser has no picker for folders; Chromium has one: mount IndexedDB or OPFS with krait.fs"
            )
        await _clicked(f"The page asks for a folder of yours, to be seen by its program as {path}.")
        options = {"id": id, "mode": mode} | ({"startIn": root} if root else {})
        handle = await picker(to_js(options, dict_converter=js.Object.fromEntries))
        await _remember(key, handle)
    else:
        state = await handle.queryPermission(to_js({"mode": mode}, dict_converter=js.Object.fromEntries))
        if state != "granted":
            await _clicked(f"The page asks for the folder {handle.name} again, to be seen by its program as {path}.")
    try:
        mounted[path] = await _mount(path, "folder", handle=handle, mode=mode, id=f"{id}:{handle.name}")
    except OSError as error:
        if error.errno == 13:
            raise PermissionError(13, "storage permissions not granted") from error
        raise


async def sync(path: str) -> None:
    """Writes changes to the folder, and sees what others changed in it."""
    await mounted[path].sync()


async def unmount(path: str) -> None:
    """Writes changes to the folder and takes it down."""
    await mounted[path].unmount()
    del mounted[path]


async def revoke(path: str, id: str = "pyscript") -> None:
    """Forgets which folder was chosen, and unmounts it."""
    if path in mounted:
        await unmount(path)
    await _remember(f"{path}@{id}", None)
