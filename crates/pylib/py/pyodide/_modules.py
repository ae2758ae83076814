"""What the kernel calls to import modules, and to make JavaScript objects importable."""

import sys


def _import(name):
    """As `importlib.import_module`, without its package."""
    __import__(name)
    return sys.modules[name]


def pyimport(name):
    """Imports `a.b.c`: the module of that name, or the attribute `c` of module `a.b`."""
    try:
        return _import(name)
    except ModuleNotFoundError as error:
        head, _, tail = name.rpartition(".")
        if not head or error.name != name:
            raise
        return getattr(_import(head), tail)


def register_js_module(name, module):
    from _krait_bridge import JsFinder

    if not isinstance(name, str):
        raise TypeError(f"Argument 'name' must be a str, not {type(name).__name__!r}")
    JsFinder.modules[name] = module
    sys.modules.pop(name, None)


def unregister_js_module(name):
    from _krait_bridge import JsFinder

    if JsFinder.modules.pop(name, None) is None:
        raise ValueError(f"Cannot unregister {name!r}: no javascript module with that name is registered")
    sys.modules.pop(name, None)
