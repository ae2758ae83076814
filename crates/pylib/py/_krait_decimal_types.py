"""`decimal`'s contexts and functions, on the native arithmetic of `_krait_decimal`."""

import contextvars
import sys

import _krait_decimal as native
from _krait_decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, apply, getcontext
from _krait_decimal_number import (
    FMA,
    NUMBER,
    POWER,
    POWER_MODULO,
    Decimal,
    DecimalTuple,
    finished,
    format_with_locale,
    operand,
    rational,
    text_of_tuple,
)
from _krait_decimal_signals import (
    CONDITIONS,
    HAVE_CONTEXTVAR,
    HAVE_THREADS,
    IEEE_CONTEXT_MAX_BITS,
    MIN_ETINY,
    PRINTED,
    ROUND_05UP,
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    SIGNALS,
    Clamped,
    ConversionSyntax,
    DecimalException,
    DivisionByZero,
    DivisionImpossible,
    DivisionUndefined,
    FloatOperation,
    Inexact,
    InvalidContext,
    InvalidOperation,
    Overflow,
    Rounded,
    Subnormal,
    Underflow,
    bits_of,
    view,
)

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


def _context_unary(name):
    number = NUMBER[name]

    def method(self, x, /):
        return apply(number, self, x)

    return finished(method, "Context", name)


def _context_binary(name):
    number = NUMBER[name]

    def method(self, x, y, /):
        return apply(number, self, x, y)

    return finished(method, "Context", name)


def _context_query(name):
    query = getattr(Decimal, name)

    def method(self, x, /):
        return query(operand(x))

    return finished(method, "Context", name)


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
        setattr(self, name, bits_of(signals))

    def delete(self):
        raise AttributeError("context attributes cannot be deleted")

    return property(lambda self: view(self, name), write, delete)


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
            self._traps = bits_of(traps)
        self._flags = 0 if flags is None else bits_of(flags)

    def __repr__(self):
        prec, rounding, emin, emax, capitals, clamp = self._get()

        def names(bits):
            return ", ".join(signal.__name__ for signal in PRINTED if bits & SIGNALS[signal])

        return (
            f"Context(prec={prec}, rounding={rounding}, Emin={emin}, Emax={emax}, capitals={capitals}, clamp={clamp}, "
            f"flags=[{names(self._flags)}], traps=[{names(self._traps)}])"
        )

    def __reduce__(self):
        def signals(bits):
            return [signal for signal, mask in SIGNALS.items() if bits & mask]

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
        return operand(x)

    def fma(self, x, y, z, /):
        """x * y + z, rounded once."""
        return apply(FMA, self, x, y, z)

    def power(self, /, a, b, modulo=None):
        """a to the power of b, modulo a third number if one is given."""
        if modulo is None:
            return apply(POWER, self, a, b)
        return apply(POWER_MODULO, self, a, b, modulo)

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
    finished(vars(Context)[_name], "Context", _name)
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


native.register(
    decimal=Decimal,
    signals=tuple((mask, signal) for signal, mask in SIGNALS.items()),
    conditions=tuple(
        [(mask, condition) for condition, mask in CONDITIONS.items()]
        + [(mask, signal) for signal, mask in SIGNALS.items() if signal is not InvalidOperation]
    ),
    variable=_variable,
    new_context=Context,
    text_of_tuple=text_of_tuple,
    rational=rational,
    format=format_with_locale,
)
__name__ = "_krait_decimal_types"
