"""`pyscript.display`, the module."""

from pyscript._display import HTML, display

__all__ = ["HTML", "display"]
