"""What the kernel calls to import modules, and to make JavaScript objects importable."""

import sys

import _krait_js


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
        found = getattr(_import(head), tail, error)
        if found is error:
            raise
        return found


def register_js_module(name, module):
    from _krait_bridge import JsFinder

    if not isinstance(name, str):
        raise TypeError(f"Argument 'name' must be a str, not {type(name).__name__!r}")
    if not _krait_js.is_proxy(module):
        raise TypeError(f"Argument 'jsproxy' must be a JsProxy, not {type(module).__name__!r}")
    JsFinder.modules[name] = module
    # The next import finds the new object, and what lies in it.
    for known in [known for known in sys.modules if known == name or known.startswith(f"{name}.")]:
        if _krait_js.is_proxy(sys.modules[known]):
            del sys.modules[known]


def unregister_js_module(name):
    from _krait_bridge import JsFinder

    if JsFinder.modules.pop(name, None) is None:
        raise ValueError(f"Cannot unregister {name!r}: no Javascript module with that name is registered")
