"""Pyodide's names for Krait, so that code written for Pyodide finds what it imports."""

__version__ = "314.0.0"

__all__ = ["__version__"]
