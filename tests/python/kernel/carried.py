"""The modules that the interpreter carries as code: their code is there for those who ask, at any time."""

import _imp
import marshal
import sys
import types

assert _imp.is_frozen("_frozen_importlib") and _imp.is_frozen("copyreg")
assert not _imp.is_frozen("decimal")

# Asking whether there is one takes no code.
assert _imp.find_frozen("codecs") == (None, False, "codecs")
assert _imp.find_frozen("decimal") is None

data, is_package, name = _imp.find_frozen("codecs", withdata=True)
assert (is_package, name) == (False, "codecs")
code = marshal.loads(data)
assert isinstance(code, types.CodeType) and "CodecInfo" in code.co_names

for module, expected in [
    ("_frozen_importlib", "ModuleSpec"),
    ("_frozen_importlib_external", "FileFinder"),
    ("copyreg", "_reconstructor"),
]:
    assert expected in _imp.get_frozen_object(module).co_names, module
try:
    _imp.get_frozen_object("decimal")
except ImportError as error:
    assert "decimal" in str(error)
else:
    raise AssertionError("there is no frozen decimal")

# A module that was loaded at boot is loaded anew.
old = sys.modules.pop("codecs")
import codecs

assert codecs is not old and codecs.CodecInfo is not old.CodecInfo
sys.modules["codecs"] = old
