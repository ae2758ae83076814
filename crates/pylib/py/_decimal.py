"""The native part of `decimal`: what `decimal.py` imports.

The classes are made once, in `_krait_decimal_types`: this module may be imported anew (CPython's tests do that), and
numbers of one session are all of one class.
"""

from _krait_decimal_types import *  # noqa: F403
from _krait_decimal_types import __all__ as __all__
from _krait_decimal_types import __libmpdec_version__ as __libmpdec_version__
from _krait_decimal_types import __version__ as __version__
