"""Modules that compress, each under the name of its format."""
