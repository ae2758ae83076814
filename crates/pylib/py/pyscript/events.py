"""`pyscript.events`, the module."""

from pyscript._events import Event, when

__all__ = ["Event", "when"]
