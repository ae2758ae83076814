"""The limits, rounding modes and signals of `decimal`, and a context's flags and traps as a mapping."""

from _collections_abc import MutableMapping

from _krait_decimal import MAX_PREC, MIN_EMIN

__name__ = "decimal"  # of the classes here, for pickling and tracebacks

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
SIGNALS = {
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
CONDITIONS = {
    InvalidOperation: 1 << 8,
    ConversionSyntax: 1 << 1,
    DivisionImpossible: 1 << 3,
    DivisionUndefined: 1 << 4,
    InvalidContext: 1 << 7,
}
# In the order of the bits.
PRINTED = (
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
        return SIGNALS[signal]
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
        return len(SIGNALS)

    def __iter__(self):
        self._bits()
        return iter(SIGNALS)

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
        items = (f"<class 'decimal.{signal.__name__}'>:{bool(bits & mask)}" for signal, mask in SIGNALS.items())
        return "{" + ", ".join(items) + "}"

    def __eq__(self, other):
        bits = self._bits()
        if isinstance(other, SignalDict):
            other = other._bits()
            return all(bool(bits & mask) == bool(other & mask) for mask in SIGNALS.values())
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
        return {signal: bool(bits & mask) for signal, mask in SIGNALS.items()}


def _checked(signals):
    """A dict of exactly the signals."""
    if not isinstance(signals, dict):
        raise TypeError("argument must be a signal dict")
    if len(signals) != len(SIGNALS) or any(signal not in signals for signal in SIGNALS):
        raise KeyError("invalid signal dict")
    return signals


def bits_of(signals):
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
            bits |= SIGNALS[signal]
    return bits


def view(context, name):
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


__name__ = "_krait_decimal_signals"
