"""A dictionary that the browser keeps (IndexedDB)."""

import json
from base64 import b64decode, b64encode
from typing import Any

import js

from pyscript.ffi import is_none

_STORE = "values"


def _pack(value: Any) -> str:
    return json.dumps(_to_plain(value))


def _to_plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return ["generic", value]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return [type(value).__name__, b64encode(bytes(value)).decode()]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, [_to_plain(item) for item in value]]
    if isinstance(value, dict):
        return ["dict", [[_to_plain(key), _to_plain(item)] for key, item in value.items()]]
    raise TypeError(f"Cannot serialize type {type(value).__name__} for storage.")


def _from_plain(plain: Any) -> Any:
    kind, value = plain
    match kind:
        case "generic":
            return value
        case "bytes":
            return b64decode(value)
        case "bytearray":
            return bytearray(b64decode(value))
        case "memoryview":
            return memoryview(b64decode(value))
        case "list":
            return [_from_plain(item) for item in value]
        case "tuple":
            return tuple(_from_plain(item) for item in value)
        case "dict":
            return {_from_plain(key): _from_plain(item) for key, item in value}
    raise TypeError(f"Cannot read type {kind} from storage.")


def _result(request: Any) -> Any:
    def executor(resolve: Any, reject: Any) -> None:
        request.onsuccess = lambda _event: resolve(request.result)
        request.onerror = lambda _event: reject(request.error)

    return js.Promise.new(executor)


class Storage(dict[str, Any]):
    """A dictionary whose changes the browser keeps.

    Reading needs no waiting; `await sync()` waits until all is kept.
    """

    def __init__(self, database: Any, values: dict[str, Any]) -> None:
        super().__init__(values)
        self._database = database
        self._last: Any = None

    def _store(self) -> Any:
        transaction = self._database.transaction(_STORE, "readwrite")

        def executor(resolve: Any, reject: Any) -> None:
            transaction.oncomplete = lambda _event: resolve(None)
            transaction.onabort = lambda _event: reject(transaction.error)

        self._last = js.Promise.new(executor)
        return transaction.objectStore(_STORE)

    def __setitem__(self, key: str, value: Any) -> None:
        packed = _pack(value)
        super().__setitem__(key, value)
        self._store().put(packed, key)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._store().delete(key)

    def clear(self) -> None:
        """Forgets everything."""
        super().clear()
        self._store().clear()

    def pop(self, key: str, *default: Any) -> Any:
        """Removes a key and gives its value."""
        value = super().pop(key, *default)
        self._store().delete(key)
        return value

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value of a key, which is set if it is not there."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets several keys."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    async def sync(self) -> None:
        """Waits until every change has been written."""
        if self._last is not None:
            # Transactions on one store end in the order in which they were made.
            await self._last


async def storage[Kind: Storage](name: str = "", storage_class: type[Kind] = Storage) -> Kind:
    """Opens the storage of that name."""
    if not name:
        raise ValueError("Storage name must be a non-empty string")
    request = js.indexedDB.open(f"@pyscript/{name}", 1)
    request.onupgradeneeded = lambda _event: request.result.createObjectStore(_STORE)
    database = await _result(request)
    store = database.transaction(_STORE, "readonly").objectStore(_STORE)
    keys = store.getAllKeys()
    values = store.getAll()
    await _result(values)
    pairs = zip(list(keys.result), list(values.result), strict=True)
    return storage_class(database, {key: _from_plain(json.loads(value)) for key, value in pairs if not is_none(value)})
