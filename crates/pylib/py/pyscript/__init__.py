"""What a page's Python sees of the page: `document`, `display`, `when`, `fetch` and the rest.

Every name is imported when it is first asked for, so that a page pays for what it uses.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from typing import Any

RUNNING_IN_WORKER = False

# name -> the module that defines it
_HOMES = {
    "Event": "_events",
    "HTML": "_display",
    "PyWorker": "_workers",
    "Storage": "_storage",
    "config": "_runtime",
    "create_named_worker": "_workers",
    "current_target": "_runtime",
    "display": "_display",
    "document": "_runtime",
    "fetch": "_fetch",
    "js_import": "_runtime",
    "py_import": "_runtime",
    "storage": "_storage",
    "sync": "_workers",
    "when": "_events",
    "window": "_runtime",
    "workers": "_workers",
}
_SUBMODULES = {"context", "events", "ffi", "flatted", "fs", "js_modules", "util", "web"}

__all__ = [
    "HTML",
    "RUNNING_IN_WORKER",
    "Event",
    "Storage",
    "config",
    "current_target",
    "display",
    "document",
    "fetch",
    "js_import",
    "js_modules",
    "py_import",
    "storage",
    "when",
    "window",
]


class _Package(type(sys)):
    """A package in which `display`, `fetch` and `storage` stay functions.

    `pyscript.display` is a module too, and importing it would set the name to the module.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _HOMES and isinstance(value, type(sys)):
            return
        super().__setattr__(name, value)


def _module(name: str) -> Any:
    """As `importlib.import_module`, without its package."""
    __import__(name)
    return sys.modules[name]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is not None:
        value = getattr(_module(f"pyscript.{home}"), name)
        globals()[name] = value
        return value
    if name in _SUBMODULES:
        return _module(f"pyscript.{name}")
    raise AttributeError(f"module 'pyscript' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_SUBMODULES})


sys.modules[__name__].__class__ = _Package
