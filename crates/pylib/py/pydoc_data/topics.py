"""The topics of `help()`: CPython's text, which comes with the archive of the library's sources."""

import _krait

_source = _krait.library_source("_krait_topics", True)
if _source is None:
    raise ImportError("the topics of help() are missing: the archive of the library's sources is of another version")
topics: dict[str, str] = {}
exec(compile(_source, __file__, "exec"), globals())
del _source
