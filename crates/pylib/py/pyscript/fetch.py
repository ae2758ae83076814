"""`pyscript.fetch`, the module."""

from pyscript._fetch import fetch

__all__ = ["fetch"]
