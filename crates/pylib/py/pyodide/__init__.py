"""Pyodide's names for Krait, so that code written for Pyodide finds what it imports."""

__version__ = "314.0.0"

__all__ = ["__version__", "code", "console", "ffi", "http", "webloop"]


def __getattr__(name: str) -> object:
    """The submodules that are there without being imported, as in Pyodide."""
    if name in __all__:
        from importlib import import_module

        return import_module(f"pyodide.{name}")
    raise AttributeError(f"module 'pyodide' has no attribute {name!r}", name=name)
