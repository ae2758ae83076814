"""Between Python and JavaScript."""

import js
from pyodide.ffi import create_proxy as _create_proxy
from pyodide.ffi import jsnull
from pyodide.ffi import to_js as _to_js

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from typing import Any

__all__ = ["assign", "create_proxy", "is_none", "jsnull", "to_js"]


def create_proxy(obj: Any) -> Any:
    """A JavaScript reference to a Python object that lives until it is destroyed."""
    return _create_proxy(obj)


def to_js(value: Any, **kwargs: Any) -> Any:
    """A JavaScript copy of a Python value; a dictionary becomes an object."""
    kwargs.setdefault("dict_converter", js.Object.fromEntries)
    return _to_js(value, **kwargs)


def is_none(value: Any) -> bool:
    """Whether a value is `None` or JavaScript's `null`."""
    return value is None or value is jsnull


def assign(target: Any, *sources: Any) -> Any:
    """`Object.assign`."""
    return js.Object.assign(target, *(to_js(source) for source in sources))
