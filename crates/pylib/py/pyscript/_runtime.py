"""Which script runs, and what the page tells Python: configuration and JavaScript modules."""

import sys
from _contextvars import ContextVar, Token

import js

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from typing import Any

window: Any = js


def __getattr__(name: str) -> Any:
    # The document is the page's: this module may be imported before there is one.
    if name == "document":
        return js.document
    # Few programs look at it.
    if name == "config":
        from _json import make_scanner

        globals()[name] = config = make_scanner(_Json)(_config, 0)[0]
        return config
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class Script:
    """A script of the page, and where its output goes."""

    __slots__ = ("element", "target")

    def __init__(self, element: Any, target: Any) -> None:
        self.element = element
        self.target = target


# Tasks copy the context that they are made in, so this stays right after an `await` however many scripts run.
_current: ContextVar[Script | None] = ContextVar("pyscript.script", default=None)
# The file name that a script is compiled with is its own.
_scripts: dict[str, Script] = {}
_tokens: list[Token[Script | None]] = []


def enter(element: Any, target: Any, filename: str) -> None:
    """Called before a script's first slice runs."""
    script = Script(element, target)
    _scripts[filename] = script
    _tokens.append(_current.set(script))


def leave() -> None:
    """Called after a script's first slice has run."""
    _current.reset(_tokens.pop())


def current_script() -> Script:
    """The script whose task runs, or else (in a callback of the browser's) the one whose code is being called."""
    script = _current.get()
    if script is None:
        script = _script_on_the_stack()
    if script is None:
        raise ValueError(
            "No script of the page is running here, so there is no default place for output: "
            "give display() a target, the id of an element."
        )
    return script


def _script_on_the_stack() -> Script | None:
    frame = sys._getframe(1)
    while frame is not None:
        script = _scripts.get(frame.f_code.co_filename)
        if script is not None:
            return script
        frame = frame.f_back
    return None


def current_target() -> str:
    """The id of the element that `display` writes to when it is given no target."""
    return current_script().target.id


_import_module: Any = None
# The page's configuration, as JSON.
_config = "{}"


class _Json:
    """What the native scanner asks of a `json.JSONDecoder`, whose module would be one more download."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def configure(text: str, import_module: Any) -> None:
    """Takes the page's configuration, and JavaScript's `import()` as a function."""
    global _config, _import_module
    _config, _import_module = text, import_module
    globals().pop("config", None)


def add_js_module(name: str, module: Any) -> None:
    """Makes a JavaScript module importable as `pyscript.js_modules.<name>`."""
    from pyscript import js_modules

    sys.modules[f"{js_modules.__name__}.{name}"] = module
    setattr(js_modules, name, module)


async def js_import(*urls: str) -> list[Any]:
    """Imports JavaScript modules; relative addresses are relative to the page."""
    from asyncio import gather

    return list(await gather(*(_import_module(js.URL.new(url, js.document.baseURI).href) for url in urls)))


async def py_import(*names: str) -> list[Any]:
    """Imports Python modules by name."""
    from importlib import import_module

    return [import_module(name) for name in names]


def missing(dotted: str) -> str:
    """The first part of a dotted name that is not there, and the names that could have been meant, one a line."""
    scope: dict[str, Any] = vars(sys.modules["__main__"])
    known = [name for name, value in scope.items() if not name.startswith("_")]
    value: Any = None
    parts = dotted.split(".")
    for index, part in enumerate(parts):
        found = scope.get(part, _NOTHING) if index == 0 else getattr(value, part, _NOTHING)
        if found is _NOTHING:
            functions = known if index < len(parts) - 1 else [name for name in known if _is_callable(value, name)]
            return "\n".join([".".join(parts[: index + 1]), *functions])
        value = found
        known = [name for name in dir(value) if not name.startswith("_")]
    return dotted


_NOTHING = object()


def _is_callable(owner: Any, name: str) -> bool:
    scope = vars(sys.modules["__main__"])
    return callable(scope.get(name)) if owner is None else callable(getattr(owner, name, None))
