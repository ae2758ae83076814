"""`decimal`'s classes, exceptions and functions, on the native arithmetic of `_krait_decimal`.

Operators, conversions, comparison and formatting are slots of the native classes; the named operations all call `apply`
with a number that stands for the operation.
"""

import contextvars
import numbers
import sys
from _collections_abc import MutableMapping
from collections import namedtuple

import _krait_decimal as native
from _krait_decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, apply, apply_rounding, getcontext

__all__ = [
    "HAVE_CONTEXTVAR",
    "HAVE_THREADS",
    "IEEE_CONTEXT_MAX_BITS",
    "MAX_EMAX",
    "MAX_PREC",
    "MIN_EMIN",
    "MIN_ETINY",
    "ROUND_05UP",
    "ROUND_CEILING",
    "ROUND_DOWN",
    "ROUND_FLOOR",
    "ROUND_HALF_DOWN",
    "ROUND_HALF_EVEN",
    "ROUND_HALF_UP",
    "ROUND_UP",
    "BasicContext",
    "Clamped",
    "Context",
    "ConversionSyntax",
    "Decimal",
    "DecimalException",
    "DecimalTuple",
    "DefaultContext",
    "DivisionByZero",
    "DivisionImpossible",
    "DivisionUndefined",
    "ExtendedContext",
    "FloatOperation",
    "IEEEContext",
    "Inexact",
    "InvalidContext",
    "InvalidOperation",
    "Overflow",
    "Rounded",
    "Subnormal",
    "Underflow",
    "getcontext",
    "localcontext",
    "setcontext",
]

__name__ = "decimal"  # of the classes here, for pickling and tracebacks
__version__ = "1.70"
__libmpdec_version__ = "2.5.1"

HAVE_THREADS = True
HAVE_CONTEXTVAR = True
MIN_ETINY = MIN_EMIN - (MAX_PREC - 1)
IEEE_CONTEXT_MAX_BITS = 512 if MAX_PREC > 425000000 else 256

ROUND_UP = "ROUND_UP"
ROUND_DOWN = "ROUND_DOWN"
ROUND_CEILING = "ROUND_CEILING"
ROUND_FLOOR = "ROUND_FLOOR"
ROUND_HALF_UP = "ROUND_HALF_UP"
ROUND_HALF_DOWN = "ROUND_HALF_DOWN"
ROUND_HALF_EVEN = "ROUND_HALF_EVEN"
ROUND_05UP = "ROUND_05UP"

DecimalTuple = namedtuple("DecimalTuple", "sign digits exponent", module="decimal")

# --------------------------------------------------------------------------------------------------------------------
# Signals and conditions.


class DecimalException(ArithmeticError):  # noqa: N818
    """Base of all exceptions of this module."""


class Clamped(DecimalException):
    """An exponent was changed to fit the context."""


class InvalidOperation(DecimalException):
    """An operation has no meaningful result."""


class ConversionSyntax(InvalidOperation):
    """A text is no number."""


class DivisionByZero(DecimalException, ZeroDivisionError):  # noqa: N818
    """A number was divided by zero."""


class DivisionImpossible(InvalidOperation):
    """An integer quotient has more digits than the precision."""


class DivisionUndefined(InvalidOperation, ZeroDivisionError):  # noqa: N818
    """Zero was divided by zero."""


class Inexact(DecimalException):
    """A result was rounded, and digits other than zero were lost."""


class InvalidContext(InvalidOperation):
    """A context cannot be used."""


class Rounded(DecimalException):
    """Digits of a result were discarded."""


class Subnormal(DecimalException):
    """A result is below the normal range."""


class Overflow(Inexact, Rounded):
    """A result is too large."""


class Underflow(Inexact, Rounded, Subnormal):
    """A result is subnormal and inexact."""


class FloatOperation(DecimalException, TypeError):  # noqa: N818
    """A float was mixed with decimals."""


_INVALID = 0b11_1011_1010
_SIGNALS = {
    InvalidOperation: _INVALID,
    FloatOperation: 1 << 10,
    DivisionByZero: 1 << 2,
    Overflow: 1 << 11,
    Underflow: 1 << 14,
    Subnormal: 1 << 13,
    Inexact: 1 << 6,
    Rounded: 1 << 12,
    Clamped: 1,
}
_CONDITIONS = {
    InvalidOperation: 1 << 8,
    ConversionSyntax: 1 << 1,
    DivisionImpossible: 1 << 3,
    DivisionUndefined: 1 << 4,
    InvalidContext: 1 << 7,
}
# In the order of the bits.
_PRINTED = (
    Clamped,
    InvalidOperation,
    DivisionByZero,
    Inexact,
    FloatOperation,
    Overflow,
    Rounded,
    Subnormal,
    Underflow,
)

_INVALID_SIGNALS = """valid values for signals are:
  [InvalidOperation, FloatOperation, DivisionByZero,
   Overflow, Underflow, Subnormal, Inexact, Rounded,
   Clamped]"""


def _mask(signal):
    try:
        return _SIGNALS[signal]
    except KeyError, TypeError:
        raise KeyError(_INVALID_SIGNALS) from None


class SignalDict(MutableMapping):
    """A context's flags or traps, as a mapping from signals to booleans."""

    __slots__ = ("_context", "_name")

    def __init__(self, *args, **kwargs):
        self._context = None

    def _bits(self):
        if self._context is None:
            raise ValueError("invalid signal dict")
        return getattr(self._context, self._name)

    def __len__(self):
        self._bits()
        return len(_SIGNALS)

    def __iter__(self):
        self._bits()
        return iter(_SIGNALS)

    def __getitem__(self, signal):
        bits = self._bits()
        return bool(bits & _mask(signal))

    def __setitem__(self, signal, value):
        bits, mask = self._bits(), _mask(signal)
        setattr(self._context, self._name, bits | mask if value else bits & ~mask)

    def __delitem__(self, signal):
        raise ValueError("signal keys cannot be deleted")

    def __repr__(self):
        bits = self._bits()
        items = (f"<class 'decimal.{signal.__name__}'>:{bool(bits & mask)}" for signal, mask in _SIGNALS.items())
        return "{" + ", ".join(items) + "}"

    def __eq__(self, other):
        bits = self._bits()
        if isinstance(other, SignalDict):
            other = other._bits()
            return all(bool(bits & mask) == bool(other & mask) for mask in _SIGNALS.values())
        if isinstance(other, dict):
            try:
                return self._bits_equal(other)
            except KeyError:
                return NotImplemented
        return NotImplemented

    def _bits_equal(self, other):
        return self.copy() == {signal: bool(value) for signal, value in _checked(other).items()}

    __hash__ = None

    def copy(self):
        bits = self._bits()
        return {signal: bool(bits & mask) for signal, mask in _SIGNALS.items()}


def _checked(signals):
    """A dict of exactly the signals."""
    if not isinstance(signals, dict):
        raise TypeError("argument must be a signal dict")
    if len(signals) != len(_SIGNALS) or any(signal not in signals for signal in _SIGNALS):
        raise KeyError("invalid signal dict")
    return signals


def _bits_of(signals):
    """The bits of a list of signals, a dict of all, or a SignalDict."""
    if isinstance(signals, SignalDict):
        return signals._bits()
    if isinstance(signals, list):
        bits = 0
        for signal in signals:
            bits |= _mask(signal)
        return bits
    bits = 0
    for signal, value in _checked(signals).items():
        if value:
            bits |= _SIGNALS[signal]
    return bits


def _view(context, name):
    """The mapping of a context's flags or traps: one for each context, made when it is asked for."""
    slot = f"{name}_view"
    try:
        return getattr(context, slot)
    except AttributeError:
        signals = SignalDict()
        signals._context = context
        signals._name = name
        setattr(context, slot, signals)
        return signals


# --------------------------------------------------------------------------------------------------------------------
# Methods that are one operation each.

_NUMBER = {name: number for number, name in enumerate(native.operations)}

_DOCS = {
    "_apply": "The number, rounded.",
    "abs": "The magnitude, rounded.",
    "add": "The sum.",
    "compare": "-1, 0 or 1 as a Decimal; NaN if an operand is one.",
    "compare_signal": "As compare(), but every NaN signals.",
    "compare_total": "-1, 0 or 1 in the total order of all representations.",
    "compare_total_mag": "The same without regard to signs.",
    "copy_sign": "The first number with the sign of the second.",
    "divide": "The quotient.",
    "divide_int": "The integer part of the quotient.",
    "divmod": "Integer part of the quotient, and remainder.",
    "exp": "e to the power of the number, correctly rounded.",
    "fma": "first * second + third, rounded once.",
    "is_normal": "Whether the number is finite, not zero and not subnormal.",
    "is_subnormal": "Whether the number is below the normal range, but not zero.",
    "ln": "The natural logarithm, correctly rounded.",
    "log10": "The logarithm to base 10, correctly rounded.",
    "logb": "The exponent of the leading digit.",
    "logical_and": "Digit-wise and of numbers whose digits are 0 and 1.",
    "logical_invert": "Digit-wise not of a number whose digits are 0 and 1.",
    "logical_or": "Digit-wise or of numbers whose digits are 0 and 1.",
    "logical_xor": "Digit-wise exclusive or of numbers whose digits are 0 and 1.",
    "max": "The larger number; a number goes before a quiet NaN.",
    "max_mag": "The number of larger magnitude.",
    "min": "The smaller number; a number goes before a quiet NaN.",
    "min_mag": "The number of smaller magnitude.",
    "minus": "The number with the other sign, rounded.",
    "multiply": "The product.",
    "next_minus": "The largest representable number below.",
    "next_plus": "The smallest representable number above.",
    "next_toward": "The representable number next to the first in the direction of the second.",
    "normalize": "The number without zeros at its end.",
    "number_class": "The class of the number as a text such as '+Normal'.",
    "plus": "The number, rounded.",
    "remainder": "The remainder of the division, with the sign of the dividend.",
    "remainder_near": "The remainder from the nearest multiple.",
    "rotate": "The digits of the first number rotated by as many places as the second says.",
    "same_quantum": "Whether the exponents are the same.",
    "scaleb": "The first number with the second added to its exponent.",
    "shift": "The digits of the first number shifted by as many places as the second says.",
    "sqrt": "The square root, correctly rounded.",
    "subtract": "The difference.",
    "to_eng_string": "The number as text, in engineering notation.",
    "to_sci_string": "The number as text, in scientific notation.",
    "to_integral_exact": "The nearest integer, with signals when it differs.",
    "to_integral_value": "The nearest integer, without signals.",
    "canonical": "The number itself: all are canonical.",
    "copy_abs": "The number with a positive sign.",
    "copy_negate": "The number with the other sign.",
    "is_canonical": "True: all numbers are canonical.",
    "is_finite": "Whether the number is neither an infinity nor a NaN.",
    "is_infinite": "Whether the number is an infinity.",
    "is_nan": "Whether the number is a NaN.",
    "is_qnan": "Whether the number is a quiet NaN.",
    "is_signed": "Whether the number has a minus sign.",
    "is_snan": "Whether the number is a signaling NaN.",
    "is_zero": "Whether the number is zero.",
    "radix": "10.",
}


def _finished(function, owner, name):
    function.__name__ = name
    function.__qualname__ = f"{owner}.{name}"
    function.__module__ = "decimal"
    function.__doc__ = _DOCS.get(name)
    return function


def _method_unary(name):
    number = _NUMBER[name]

    def method(self, /, context=None):
        return apply(number, context, self)

    return _finished(method, "Decimal", name)


def _method_binary(name):
    number = _NUMBER[name]

    def method(self, /, other, context=None):
        return apply(number, context, self, other)

    return _finished(method, "Decimal", name)


def _method_integral(name, operation):
    number = _NUMBER[operation]

    def method(self, /, rounding=None, context=None):
        return apply_rounding(number, context, rounding, self)

    _finished(method, "Decimal", operation)
    method.__name__ = name
    method.__qualname__ = f"Decimal.{name}"
    return method


def _context_unary(name):
    number = _NUMBER[name]

    def method(self, x, /):
        return apply(number, self, x)

    return _finished(method, "Context", name)


def _context_binary(name):
    number = _NUMBER[name]

    def method(self, x, y, /):
        return apply(number, self, x, y)

    return _finished(method, "Context", name)


def _context_query(name):
    query = getattr(Decimal, name)

    def method(self, x, /):
        return query(_operand(x))

    return _finished(method, "Context", name)


_QUANTIZE, _FMA, _POWER, _POWER_MODULO = (_NUMBER[name] for name in ("quantize", "fma", "power", "power_modulo"))
_TO_INTEGRAL = _NUMBER["to_integral_value"]


def _operand(value):
    """A Decimal or an int as a Decimal."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise TypeError(f"conversion from {type(value).__name__} to Decimal is not supported")


class Decimal(native.Decimal):
    """Decimal(value="0", context=None)
    --

    A decimal floating-point number. value can be an integer, string, tuple, float, or another Decimal object.
    """

    __slots__ = ()
    __text_signature__ = '(value="0", context=None)'

    @classmethod
    def from_float(cls, f, /):
        """The exact value of a float or an integer."""
        result = native.from_float(f, None)
        return result if cls is Decimal else cls(result)

    @classmethod
    def from_number(cls, number, /):
        """The exact value of a real number: an int, a float or a Decimal."""
        if isinstance(number, (int, float, Decimal)):
            return cls.from_float(number) if isinstance(number, float) else cls(number)
        raise TypeError(f"Cannot convert {number!r} to Decimal")

    for _name in [
        "exp",
        "ln",
        "log10",
        "logb",
        "logical_invert",
        "next_minus",
        "next_plus",
        "normalize",
        "number_class",
        "sqrt",
        "is_normal",
        "is_subnormal",
        "to_eng_string",
    ]:
        locals()[_name] = _method_unary(_name)
    for _name in [
        "compare",
        "compare_signal",
        "compare_total",
        "compare_total_mag",
        "copy_sign",
        "logical_and",
        "logical_or",
        "logical_xor",
        "max",
        "max_mag",
        "min",
        "min_mag",
        "next_toward",
        "remainder_near",
        "rotate",
        "same_quantum",
        "scaleb",
        "shift",
    ]:
        locals()[_name] = _method_binary(_name)
    to_integral = _method_integral("to_integral", "to_integral_value")
    to_integral_value = _method_integral("to_integral_value", "to_integral_value")
    to_integral_exact = _method_integral("to_integral_exact", "to_integral_exact")
    del _name

    def fma(self, /, other, third, context=None):
        """self * other + third, rounded once."""
        return apply(_FMA, context, self, other, third)

    def quantize(self, /, exp, rounding=None, context=None):
        """The number with the exponent of exp."""
        return apply_rounding(_QUANTIZE, context, rounding, self, exp)

    def as_tuple(self, /):
        """Sign, digits and exponent."""
        sign, digits, exponent = self._parts()
        return DecimalTuple(sign, (0,) if exponent == "F" else digits, exponent)

    def as_integer_ratio(self, /):
        """Numerator and denominator in lowest terms."""
        return self._ratio()

    def adjusted(self, /):
        """The exponent of the leading digit."""
        return self._adjusted()

    def canonical(self, /):
        return self

    def conjugate(self, /):
        """The number itself."""
        return self

    def radix(self, /):
        return Decimal(10)

    def copy_abs(self, /):
        return self._with_sign(False)

    def copy_negate(self, /):
        return self._with_sign(not self._negative)

    def is_canonical(self, /):
        return True

    def is_finite(self, /):
        return not self._kind

    def is_infinite(self, /):
        return self._kind == "F"

    def is_nan(self, /):
        return self._kind in ("n", "N")

    def is_qnan(self, /):
        return self._kind == "n"

    def is_snan(self, /):
        return self._kind == "N"

    def is_signed(self, /):
        return self._negative

    def is_zero(self, /):
        return not self

    @property
    def real(self):
        return self

    @property
    def imag(self):
        return Decimal(0)

    def __complex__(self, /):
        return complex(float(self))

    def __trunc__(self, /):
        return int(self)

    def __floor__(self, /):
        return self._rounded(ROUND_FLOOR)

    def __ceil__(self, /):
        return self._rounded(ROUND_CEILING)

    def _rounded(self, rounding, /):
        if self._kind:
            return int(self)
        return int(apply_rounding(_TO_INTEGRAL, None, rounding, self))

    def __round__(self, /, ndigits=None):
        if ndigits is None:
            return self._rounded(ROUND_HALF_EVEN)
        if not isinstance(ndigits, int):
            raise TypeError("optional arg must be an integer")
        if not -sys.maxsize - 1 <= ndigits <= sys.maxsize:
            raise OverflowError("Python int too large to convert to C ssize_t")
        return native.quantize_to(self, min(-ndigits, sys.maxsize))

    def __reduce__(self, /):
        return type(self), (str(self),)

    def __copy__(self, /):
        return self

    def __deepcopy__(self, memo, /):
        return self


for _name in [
    "canonical",
    "conjugate",
    "radix",
    "copy_abs",
    "copy_negate",
    "is_canonical",
    "is_finite",
    "is_infinite",
    "is_nan",
    "is_qnan",
    "is_snan",
    "is_signed",
    "is_zero",
]:
    _finished(vars(Decimal)[_name], "Decimal", _name)

# --------------------------------------------------------------------------------------------------------------------
# Contexts.


def _setting(index, name):
    def read(self):
        return self._get()[index]

    def write(self, value):
        self._set(name, _CHECKS[name](value))

    def delete(self):
        raise AttributeError("context attributes cannot be deleted")

    return property(read, write, delete)


def _size(value, name):
    """An integer as C's ssize_t."""
    if not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
    if not -sys.maxsize - 1 <= value <= sys.maxsize:
        raise OverflowError("Python int too large to convert to C ssize_t")
    return int(value)


def _in_range(name, low, high):
    def check(value):
        value = _size(value, name)
        if not low <= value <= high:
            ends = [
                {MAX_PREC: "MAX_PREC", MAX_EMAX: "MAX_EMAX", MIN_EMIN: "MIN_EMIN"}.get(end, end) for end in (low, high)
            ]
            if name == "prec":
                ends[1] = "MAX_PREC"
            elif name == "Emax":
                ends[1] = "MAX_EMAX"
            raise ValueError(f"valid range for {name} is [{ends[0]}, {ends[1]}]")
        return value

    return check


def _bit(name):
    def check(value):
        value = _size(value, name)
        if value not in (0, 1):
            raise ValueError(f"valid values for {name} are [0, 1]")
        return value

    return check


_CHECKS = {
    "prec": _in_range("prec", 1, MAX_PREC),
    "Emin": _in_range("Emin", MIN_EMIN, 0),
    "Emax": _in_range("Emax", 0, MAX_EMAX),
    "capitals": _bit("capitals"),
    "clamp": _bit("clamp"),
    "rounding": lambda value: value,
}


def _signals_setting(name):
    def write(self, signals):
        if isinstance(signals, list):
            raise TypeError("argument must be a signal dict")
        setattr(self, name, _bits_of(signals))

    def delete(self):
        raise AttributeError("context attributes cannot be deleted")

    return property(lambda self: _view(self, name), write, delete)


class Context(native.Context):
    """Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)
    --

    The context affects almost all operations and controls rounding, over- and underflow, raising of exceptions and much
    more.
    """

    __slots__ = ("_flags_view", "_traps_view")
    __hash__ = None

    prec = _setting(0, "prec")
    rounding = _setting(1, "rounding")
    Emin = _setting(2, "Emin")
    Emax = _setting(3, "Emax")
    capitals = _setting(4, "capitals")
    clamp = _setting(5, "clamp")
    flags = _signals_setting("_flags")
    traps = _signals_setting("_traps")

    def __init__(
        self,
        prec=None,
        rounding=None,
        Emin=None,  # noqa: N803
        Emax=None,  # noqa: N803
        capitals=None,
        clamp=None,
        flags=None,
        traps=None,
    ):
        default = globals().get("DefaultContext")
        if default is not None:
            self._copy_from(default)
        if prec is not None:
            self.prec = prec
        if rounding is not None:
            self.rounding = rounding
        if Emin is not None:
            self.Emin = Emin
        if Emax is not None:
            self.Emax = Emax
        if capitals is not None:
            self.capitals = capitals
        if clamp is not None:
            self.clamp = clamp
        if traps is not None:
            self._traps = _bits_of(traps)
        self._flags = 0 if flags is None else _bits_of(flags)

    def __repr__(self):
        prec, rounding, emin, emax, capitals, clamp = self._get()

        def names(bits):
            return ", ".join(signal.__name__ for signal in _PRINTED if bits & _SIGNALS[signal])

        return (
            f"Context(prec={prec}, rounding={rounding}, Emin={emin}, Emax={emax}, capitals={capitals}, clamp={clamp}, "
            f"flags=[{names(self._flags)}], traps=[{names(self._traps)}])"
        )

    def __reduce__(self):
        def signals(bits):
            return [signal for signal, mask in _SIGNALS.items() if bits & mask]

        return type(self), (*self._get(), signals(self._flags), signals(self._traps))

    def copy(self, /):
        """A new context with the same attributes."""
        context = _bare(Context)
        context._copy_from(self)
        context._flags = self._flags
        return context

    __copy__ = copy

    def clear_flags(self, /):
        """Sets all flags to False."""
        self._flags = 0

    def clear_traps(self, /):
        """Sets all traps to False."""
        self._traps = 0

    def Etiny(self, /):  # noqa: N802
        """The smallest exponent of a last digit."""
        return self.Emin - self.prec + 1

    def Etop(self, /):  # noqa: N802
        """The largest exponent of a last digit that leaves room for all digits."""
        return self.Emax - self.prec + 1

    def radix(self, /):
        return Decimal(10)

    def create_decimal(self, num="0", /):
        """A number rounded to this context."""
        return native.create(self, num)

    def create_decimal_from_float(self, f, /):
        """A float or an integer rounded to this context."""
        return native.from_float(f, self)

    for _name in [
        "_apply",
        "abs",
        "exp",
        "is_normal",
        "is_subnormal",
        "ln",
        "log10",
        "logb",
        "logical_invert",
        "minus",
        "next_minus",
        "next_plus",
        "normalize",
        "number_class",
        "plus",
        "sqrt",
        "to_eng_string",
        "to_integral_exact",
        "to_integral_value",
        "to_sci_string",
    ]:
        locals()[_name] = _context_unary(_name)
    for _name in [
        "add",
        "compare",
        "compare_signal",
        "compare_total",
        "compare_total_mag",
        "copy_sign",
        "divide",
        "divide_int",
        "divmod",
        "logical_and",
        "logical_or",
        "logical_xor",
        "max",
        "max_mag",
        "min",
        "min_mag",
        "multiply",
        "next_toward",
        "quantize",
        "remainder",
        "remainder_near",
        "rotate",
        "same_quantum",
        "scaleb",
        "shift",
        "subtract",
    ]:
        locals()[_name] = _context_binary(_name)
    for _name in [
        "copy_abs",
        "copy_negate",
        "is_finite",
        "is_infinite",
        "is_nan",
        "is_qnan",
        "is_signed",
        "is_snan",
        "is_zero",
    ]:
        locals()[_name] = _context_query(_name)
    del _name
    to_integral = to_integral_value  # noqa: F821

    def canonical(self, x, /):
        if not isinstance(x, Decimal):
            raise TypeError("argument must be a Decimal")
        return x

    def is_canonical(self, x, /):
        if not isinstance(x, Decimal):
            raise TypeError("argument must be a Decimal")
        return True

    def copy_decimal(self, x, /):
        """The number, unchanged."""
        return _operand(x)

    def fma(self, x, y, z, /):
        """x * y + z, rounded once."""
        return apply(_FMA, self, x, y, z)

    def power(self, /, a, b, modulo=None):
        """a to the power of b, modulo a third number if one is given."""
        if modulo is None:
            return apply(_POWER, self, a, b)
        return apply(_POWER_MODULO, self, a, b, modulo)

    def _unsafe(name, low, high):  # noqa: N805
        """Settings beyond the limits; there for those who know what CPython's tests do with them."""

        def write(self, value, /):
            value = _size(value, name)
            if not low <= value <= high:
                raise ValueError(f"valid range for unsafe {name} is [{low}, {high}]")
            self._set(name, value)

        return write

    if MAX_PREC == 425000000:
        _unsafe_setprec = _unsafe("prec", 1, 1070000000)
        _unsafe_setemax = _unsafe("Emax", 0, 1070000000)
        _unsafe_setemin = _unsafe("Emin", -1070000000, 0)
    del _unsafe


for _name in ("radix", "canonical", "is_canonical"):
    _finished(vars(Context)[_name], "Context", _name)
del _name


def _bare(cls):
    return native.Context.__new__(cls)


_variable = contextvars.ContextVar("decimal_context")

DefaultContext = Context()
BasicContext = Context(
    prec=9, rounding=ROUND_HALF_UP, traps=[DivisionByZero, Overflow, InvalidOperation, Clamped, Underflow]
)
ExtendedContext = Context(prec=9, rounding=ROUND_HALF_EVEN, traps=[])


def setcontext(context, /):
    """Sets the context of the current thread or task."""
    if not isinstance(context, Context):
        raise TypeError("argument must be a context")
    if context is DefaultContext or context is BasicContext or context is ExtendedContext:
        context = context.copy()
        context.clear_flags()
    native.set_current(context)


class ContextManager:
    """What `localcontext` returns: makes a copy of a context the current one."""

    __slots__ = ("_new", "_saved")

    def __enter__(self):
        self._saved = getcontext()
        native.set_current(self._new)
        return self._new

    def __exit__(self, *exc):
        native.set_current(self._saved)
        return False

    def __new__(cls, *args, **kwargs):
        raise TypeError(f"cannot create '{cls.__module__}.{cls.__qualname__}' instances")


def localcontext(ctx=None, **kwargs):
    """A context manager that makes a copy of the context the current one, with the attributes that are given."""
    if ctx is None:
        ctx = getcontext()
    elif not isinstance(ctx, Context):
        raise TypeError("optional argument must be a context")
    new = ctx.copy()
    for name, value in kwargs.items():
        if name not in _CHECKS and name not in ("flags", "traps"):
            raise TypeError(f"localcontext() got an unexpected keyword argument {name!r}")
        if value is not None:
            setattr(new, name, value)
    manager = object.__new__(ContextManager)
    manager._new = new
    return manager


def IEEEContext(bits, /):  # noqa: N802
    """The context of an IEEE interchange format of so many bits, a multiple of 32."""
    if bits <= 0 or bits > IEEE_CONTEXT_MAX_BITS or bits % 32:
        raise ValueError(f"argument must be a multiple of 32, with a maximum of {IEEE_CONTEXT_MAX_BITS}")
    emax = 3 * (1 << (bits // 16 + 3))
    return Context(
        prec=9 * (bits // 32) - 2,
        rounding=ROUND_HALF_EVEN,
        Emin=1 - emax,
        Emax=emax,
        capitals=1,
        clamp=1,
        flags=[],
        traps=[],
    )


# --------------------------------------------------------------------------------------------------------------------
# What the native side asks for.


def _text_of_tuple(value):
    """A sign, digits and an exponent as numeric text."""
    if len(value) != 3:
        raise ValueError("argument must be a sequence of length 3")
    sign, digits, exponent = value
    if not isinstance(sign, int) or sign not in (0, 1):
        raise ValueError("sign must be an integer with the value 0 or 1")
    if isinstance(exponent, str):
        if exponent not in ("F", "n", "N"):
            raise ValueError("string argument in the third position must be 'F', 'n' or 'N'")
    elif not isinstance(exponent, int):
        raise ValueError("exponent must be an integer")
    elif not -sys.maxsize - 1 <= exponent <= sys.maxsize:
        raise OverflowError("Python int too large to convert to C ssize_t")
    if not isinstance(digits, (tuple, list)):
        digits = tuple(digits)
    if exponent == "F":
        return "-Infinity" if sign else "Infinity"
    for digit in digits:
        if not isinstance(digit, int) or not 0 <= digit <= 9:
            raise ValueError("coefficient must be a tuple of digits")
    text = "".join(str(int(digit)) for digit in digits)
    prefix = "-" if sign else ""
    if exponent == "n":
        return f"{prefix}NaN{text}"
    if exponent == "N":
        return f"{prefix}sNaN{text}"
    return f"{prefix}{text or '0'}E{int(exponent)}"


def _rational(value):
    """Numerator and denominator; None for what is not rational."""
    if isinstance(value, numbers.Rational):
        return int(value.numerator), int(value.denominator)
    return None


def _format(number, spec, override=None, /):
    """`__format__` of type 'n', which uses the locale's separators, or those of `override`."""
    import _pydecimal

    if override is not None:
        if not isinstance(override, dict):
            raise TypeError("optional argument must be a dict")
        override = dict(override)
        for name in ("decimal_point", "thousands_sep", "grouping"):
            if name not in override or not isinstance(override[name], (str, list)):
                raise ValueError("invalid override dict")
        if len(override["decimal_point"].encode()) > 4 or len(override["thousands_sep"].encode()) > 4:
            raise ValueError("invalid override dict")
        grouping = override["grouping"]
        if isinstance(grouping, str):
            override["grouping"] = grouping = [ord(char) for char in grouping]
        if any(length > 127 for length in grouping):
            raise ValueError("invalid override dict")
    if spec.endswith("N"):
        import warnings

        sentence = "Format specifier 'N' is deprecated and slated for removal in Python 3.18"
        warnings.warn(sentence, DeprecationWarning, stacklevel=2)
        spec = spec[:-1] + "n"
    prec, rounding, emin, emax, capitals, clamp = getcontext()._get()
    context = _pydecimal.Context(prec, rounding, emin, emax, capitals, clamp)
    return _pydecimal.Decimal(str(number)).__format__(spec, context, override)


native.register(
    decimal=Decimal,
    signals=tuple((mask, signal) for signal, mask in _SIGNALS.items()),
    conditions=tuple(
        [(mask, condition) for condition, mask in _CONDITIONS.items()]
        + [(mask, signal) for signal, mask in _SIGNALS.items() if signal is not InvalidOperation]
    ),
    variable=_variable,
    new_context=Context,
    text_of_tuple=_text_of_tuple,
    rational=_rational,
    format=_format,
)
numbers.Number.register(Decimal)
__name__ = "_krait_decimal_types"
