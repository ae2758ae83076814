"""Docstrings that are not in memory: those of native objects, and of library modules that travel without them.

Both come with the archive of the library's sources, which is fetched when somebody asks for the first.
"""

import sys
import types
from collections.abc import Callable
from typing import Any

import _krait

#: Kinds of native attributes that know their class.
_DESCRIPTORS = (
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)
_NATIVE = "_krait_native_docs"

#: Texts for attributes of most classes, and those for single names.
_texts: tuple[dict[str, str], dict[str, str]] | None = None
#: Texts of library modules, by module: those of its names, and its own under the empty one.
_modules: dict[str, dict[str, str]] = {}


def find(obj: Any, inherited: Callable[[Any], Any]) -> str | None:
    """What CPython has as `__doc__` of an object of the library's; `inherited` looks among base classes."""
    asked = obj
    if isinstance(obj, property):
        # A property has the text of the function that reads it.
        if obj.fget is None:
            return None
        obj = obj.fget
    elif isinstance(obj, (staticmethod, classmethod, types.MethodType)):
        obj = obj.__func__
    try:
        text = _own(obj)
    except OSError:
        # The archive cannot be had: as if there were none.
        text = None
    if text is not None:
        return text
    try:
        return inherited(asked)
    except (AttributeError, TypeError):
        return None


def _own(obj: Any) -> str | None:
    if isinstance(obj, types.ModuleType):
        if obj.__name__ in sys.builtin_module_names:
            return _native(obj.__name__, "")
        return _library(obj.__name__).get("")
    if isinstance(obj, types.FunctionType):
        return _library(obj.__module__).get(obj.__qualname__)
    if isinstance(obj, type):
        return _library(obj.__module__).get(obj.__qualname__) or _native(obj.__module__, obj.__qualname__)
    if isinstance(obj, _DESCRIPTORS):
        return _of_class(obj.__objclass__, obj.__name__)
    if isinstance(obj, types.BuiltinFunctionType):
        owner = obj.__self__
        if owner is None or isinstance(owner, types.ModuleType):
            return _native(obj.__module__ or getattr(owner, "__name__", "builtins"), obj.__name__)
        return _of_class(owner if isinstance(owner, type) else type(owner), obj.__name__)
    if isinstance(obj, types.MethodWrapperType):
        return _of_class(type(obj.__self__), obj.__name__)
    return None


def _of_class(owner: type, name: str) -> str | None:
    """The text of an attribute, from the class that has it."""
    for base in owner.__mro__:
        if name in base.__dict__:
            text = _native(base.__module__, f"{base.__qualname__}.{name}")
            if text is not None:
                return text
    return None


def _native(module: str, name: str) -> str | None:
    """The text of a native name: modules are known with and without a leading underscore."""
    global _texts
    if _texts is None:
        import json

        _texts = tuple(json.loads(_krait.library_source(_NATIVE, True) or "[{}, {}]"))
    common, single = _texts
    bare = module.removeprefix("_")
    for place in (module, f"_{bare}", bare, "posix" if bare == "os" else "builtins"):
        text = single.get(f"{place}.{name}" if name else place)
        if text is not None:
            return text
        if not name:
            return None
    return common.get(name.rpartition(".")[2]) if "." in name else None


def _library(module: str | None) -> dict[str, str]:
    """The texts of a module of the library, by qualified name."""
    if module is None or module in sys.builtin_module_names or _krait.library_find(module) is None:
        return {}
    texts = _modules.get(module)
    if texts is None:
        texts = _modules[module] = {}
        source = _krait.library_source(module, True)
        if source is not None:
            import ast

            _collect(ast, ast.parse(source), "", texts)
    return texts


def _collect(ast: Any, node: Any, prefix: str, texts: dict[str, str]) -> None:
    """The docstring of a module, class or function, and those of what is in it."""
    text = ast.get_docstring(node, clean=False)
    if text is not None:
        texts.setdefault(prefix, text)
    below = [(node, prefix)]
    while below:
        block, above = below.pop()
        for child in ast.iter_child_nodes(block):
            if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                dot = "" if not above else "." if isinstance(node, ast.ClassDef) else ".<locals>."
                _collect(ast, child, f"{above}{dot}{child.name}", texts)
            elif isinstance(child, (ast.stmt, ast.ExceptHandler)):
                # Definitions in an `if` or a `try` of the same block.
                below.append((child, above))
