"""JavaScript modules of the page's configuration: `from pyscript.js_modules import name`."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
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
