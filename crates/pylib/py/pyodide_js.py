"""`pyodide_js`: the JavaScript API of the session, for packages that ask for it.

Where `loadPyodide` made the session it is the very object that was given; elsewhere it is Python's counterpart of it.
"""

import sys

import _krait_js

_api = _krait_js.api()
if _api is None:
    from pyodide import _api

    sys.modules[__name__] = _api
else:
    _module = _krait_js.as_module(_api)
    _module.__name__ = __name__
    # Objects in it can be imported as its submodules.
    _module.__path__ = []
    _module.__spec__ = __spec__
    sys.modules[__name__] = _module
