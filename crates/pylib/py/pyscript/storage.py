"""`pyscript.storage`, the module."""

from pyscript._storage import Storage, storage

__all__ = ["Storage", "storage"]
