"""JavaScript modules of the page's configuration: `from pyscript.js_modules import name`."""

from typing import Any

# A package without files: what is registered stands in `sys.modules` under this name.
__path__: list[str] = []


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(
        f"there is no JavaScript module {name!r}: name it in the configuration, "
        f'for example [js_modules.main] "./{name}.js" = "{name}"'
    )
