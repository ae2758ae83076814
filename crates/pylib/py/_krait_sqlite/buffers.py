"""Bytes of what is given as bytes."""

from typing import Any


def contiguous(value: Any) -> bytes:
    """The bytes of a buffer; raises what CPython's request for a simple buffer raises."""
    view = memoryview(value)
    if not view.c_contiguous:
        raise BufferError("underlying buffer is not C-contiguous")
    return bytes(view)
