"""The user's own folders."""

from krait._pyscript_fs import mount, mounted, revoke, sync, unmount

__all__ = ["mount", "mounted", "revoke", "sync", "unmount"]
