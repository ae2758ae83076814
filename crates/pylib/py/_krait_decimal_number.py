"""`decimal`'s numbers. Operators, conversions, comparison and formatting are slots of the native class.

The named operations all call `apply` with a number that stands for the operation.
"""

import numbers
import sys
from collections import namedtuple

import _krait_decimal as native
from _krait_decimal import apply, apply_rounding, getcontext
from _krait_decimal_signals import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN

__name__ = "decimal"  # of the classes here, for pickling and tracebacks

DecimalTuple = namedtuple("DecimalTuple", "sign digits exponent", module="decimal")

NUMBER = {name: number for number, name in enumerate(native.operations)}

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


def finished(function, owner, name):
    function.__name__ = name
    function.__qualname__ = f"{owner}.{name}"
    function.__module__ = "decimal"
    function.__doc__ = _DOCS.get(name)
    return function


def _method_unary(name):
    number = NUMBER[name]

    def method(self, /, context=None):
        return apply(number, context, self)

    return finished(method, "Decimal", name)


def _method_binary(name):
    number = NUMBER[name]

    def method(self, /, other, context=None):
        return apply(number, context, self, other)

    return finished(method, "Decimal", name)


def _method_integral(name, operation):
    number = NUMBER[operation]

    def method(self, /, rounding=None, context=None):
        return apply_rounding(number, context, rounding, self)

    finished(method, "Decimal", operation)
    method.__name__ = name
    method.__qualname__ = f"Decimal.{name}"
    return method


QUANTIZE, FMA, POWER, POWER_MODULO = (NUMBER[name] for name in ("quantize", "fma", "power", "power_modulo"))
TO_INTEGRAL = NUMBER["to_integral_value"]


def operand(value):
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
        return apply(FMA, context, self, other, third)

    def quantize(self, /, exp, rounding=None, context=None):
        """The number with the exponent of exp."""
        return apply_rounding(QUANTIZE, context, rounding, self, exp)

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
        return int(apply_rounding(TO_INTEGRAL, None, rounding, self))

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
    finished(vars(Decimal)[_name], "Decimal", _name)

# What the native side asks for.


def text_of_tuple(value):
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


def rational(value):
    """Numerator and denominator; None for what is not rational."""
    if isinstance(value, numbers.Rational):
        return int(value.numerator), int(value.denominator)
    return None


def format_with_locale(number, spec, override=None, /):
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
    exponent = "E"
    if not spec.endswith("N"):
        exponent = "e"
    else:
        import warnings

        sentence = "Format specifier 'N' is deprecated and slated for removal in Python 3.18"
        warnings.warn(sentence, DeprecationWarning, stacklevel=2)
        spec = spec[:-1] + "n"
    prec, rounding, emin, emax, capitals, clamp = getcontext()._get()
    context = _pydecimal.Context(prec, rounding, emin, emax, capitals, clamp)
    return _pydecimal.Decimal(str(number)).__format__(spec, context, override).replace("e", exponent)


numbers.Number.register(Decimal)
__name__ = "_krait_decimal_number"
