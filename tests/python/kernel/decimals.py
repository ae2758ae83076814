"""Native decimals do what `_pydecimal` does: results, flags, exceptions, for random operands and contexts."""

import _pydecimal
import copy
import decimal
import pickle
import random
import sys
from fractions import Fraction

assert decimal.Decimal.__mro__[1].__module__ == "_krait_decimal", "the native module is not in use"
assert sys.modules["decimal"] is not _pydecimal

ROUNDINGS = [name for name in dir(decimal) if name.startswith("ROUND_")]
SIGNALS = [
    "Clamped",
    "DivisionByZero",
    "Inexact",
    "Overflow",
    "Rounded",
    "Underflow",
    "InvalidOperation",
    "Subnormal",
    "FloatOperation",
]
# The specification lets ln, exp and powers be off by a unit; both are correctly rounded, powers nearly always.
UNARY = [
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
    "is_finite",
    "is_infinite",
    "is_nan",
    "is_qnan",
    "is_signed",
    "is_snan",
    "is_zero",
    "copy_abs",
    "copy_negate",
    "canonical",
]
BINARY = [
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
    "power",
    "quantize",
    "remainder",
    "remainder_near",
    "rotate",
    "same_quantum",
    "scaleb",
    "shift",
    "subtract",
]
TERNARY = ["fma", "power"]
SPECS = [
    ".2f",
    ".0f",
    "f",
    "e",
    ".3e",
    "g",
    ".5g",
    "G",
    "%",
    ".1%",
    ",",
    ",.2f",
    "_",
    "20",
    "<20",
    "^21.3f",
    "=+12",
    "012.1f",
    "020,.2f",
    "z.1f",
    "+",
    "-",
    "",
    ".3,f",
    "*>15.4g",
    "*^20",
    "#.0f",
    "._f",
    "7.1e",
]

choice = random.Random(20261121)


def contexts():
    """The same context on both sides."""
    prec = choice.choice([1, 2, 3, 5, 9, 16, 28, 40])
    emax = choice.choice([0, 1, 9, 99, 999999])
    settings = {
        "prec": prec,
        "Emax": emax,
        "Emin": -choice.choice([0, 1, 9, 99, 999999]),
        "rounding": choice.choice(ROUNDINGS),
        "clamp": choice.choice([0, 0, 0, 1]),
        "capitals": choice.choice([1, 1, 0]),
    }
    return decimal.Context(traps=[], **settings), _pydecimal.Context(traps=[], **settings)


def text():
    kind = choice.random()
    sign = choice.choice(["", "-"])
    if kind < 0.06:
        return sign + choice.choice(["Inf", "NaN", "sNaN", "NaN123", "sNaN9"])
    if kind < 0.16:
        return sign + "".join(choice.choice("01") for _ in range(choice.randrange(1, 12)))
    if kind < 0.3:
        return sign + str(choice.randrange(0, 30))
    digits = "".join(choice.choice("0123456789005") for _ in range(choice.randrange(1, choice.choice([3, 12, 34]))))
    if kind < 0.6:
        at = choice.randrange(0, len(digits) + 1)
        return sign + digits[:at] + "." + digits[at:] if at < len(digits) else sign + digits
    return f"{sign}{digits}E{choice.randrange(-50, 50)}"


def described(value):
    if isinstance(value, tuple):
        return tuple(map(described, value))
    if isinstance(value, (decimal.Decimal, _pydecimal.Decimal)):
        return str(value)
    return value


def outcome(module, context, name, operands):
    context.clear_flags()
    try:
        result = described(getattr(context, name)(*map(module.Decimal, operands)))
    except (ArithmeticError, ValueError, TypeError) as error:
        result = type(error).__name__
    return result, [name for name in SIGNALS if context.flags[getattr(module, name)]]


def compare(name, operands, ours, theirs):
    mine, other = outcome(decimal, ours, name, operands), outcome(_pydecimal, theirs, name, operands)
    assert mine == other, f"{name}{operands} in {ours}: {mine}, not {other}"


ROUNDS = 60
for _ in range(ROUNDS):
    ours, theirs = contexts()
    for name in UNARY:
        compare(name, [text()], ours, theirs)
    for name in BINARY:
        compare(name, [text(), text()], ours, theirs)
    for name in TERNARY:
        compare(name, [text(), text(), text()], ours, theirs)
    written = text()
    made, other = ours.create_decimal(written), theirs.create_decimal(written)
    assert str(made) == str(other), (written, ours)
    decimal.setcontext(ours)
    _pydecimal.setcontext(theirs)
    number, other = decimal.Decimal(written), _pydecimal.Decimal(written)
    assert number.as_tuple() == tuple(other.as_tuple()), written
    assert repr(number) == repr(other), written
    for spec in SPECS:
        assert format(number, spec) == format(other, spec), (written, spec, ours)
    if number.is_finite():
        assert hash(number) == hash(other), written
        assert int(number) == int(other), written
        assert float(number) == float(other), written
        assert number.as_integer_ratio() == other.as_integer_ratio(), written
        assert number == Fraction(written), written
        assert hash(number) == hash(Fraction(written)), written
    value = choice.uniform(-1e6, 1e6) * 10 ** choice.randrange(-30, 30)
    assert str(decimal.Decimal(value)) == str(_pydecimal.Decimal(value)), value
    assert decimal.Decimal(value) == value
    assert float(decimal.Decimal(value)) == value

# Ordinary programs, in an ordinary context.
decimal.setcontext(decimal.Context())
from decimal import Decimal, localcontext

assert Decimal("0.1") + Decimal("0.2") == Decimal("0.3")
assert str(Decimal(1) / 7) == "0.1428571428571428571428571429"
assert sum([Decimal("1.10")] * 3) == Decimal("3.30")
assert round(Decimal("2.675"), 2) == Decimal("2.68")
assert f"{Decimal('1234567.891'):,.2f}" == "1,234,567.89"
assert 2 ** Decimal("0.5") == Decimal(2).sqrt()
assert divmod(Decimal(-7), 2) == (Decimal(-3), Decimal(-1))
assert Decimal("٣.١٤") == Decimal("3.14")
assert Decimal(" 1_000.5 ") == Decimal("1000.5")
assert {Decimal("1.0"), 1, Fraction(1)} == {1}
with localcontext(prec=50) as context:
    assert str(Decimal(2).sqrt()) == "1.4142135623730950488016887242096980785696718753769"
    assert decimal.getcontext() is context
assert decimal.getcontext().prec == 28
with localcontext(prec=1000):
    assert str(Decimal(1).exp())[:20] == "2.718281828459045235"

for trapped, call in (
    (decimal.InvalidOperation, lambda: Decimal("one")),
    (decimal.DivisionByZero, lambda: Decimal(1) / 0),
    (decimal.Overflow, lambda: Decimal("9e999999") * 10),
    (TypeError, lambda: Decimal(1) + 1.5),
    (ValueError, lambda: format(Decimal(1), "x")),
):
    try:
        call()
    except trapped:
        pass
    else:
        raise AssertionError(trapped)

# Copies, pickles, subclasses.
number = Decimal("-1.50E+7")
assert copy.copy(number) is number and copy.deepcopy(number) is number
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    assert repr(pickle.loads(pickle.dumps(number, protocol))) == repr(number)
    again = pickle.loads(pickle.dumps(decimal.Context(prec=7, traps=[decimal.Inexact]), protocol))
    assert repr(again) == repr(decimal.Context(prec=7, traps=[decimal.Inexact]))


class Money(Decimal):
    def __new__(cls, value, unit):
        self = super().__new__(cls, value)
        self.unit = unit
        return self


assert Money("3.50", "EUR").unit == "EUR"
assert type(Money("3.50", "EUR") + 1) is Decimal

# What would not fit into memory raises, and the session goes on.
with localcontext(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN):
    assert Decimal(1) / 8 == Decimal("0.125")
    assert Decimal(2) ** -3 == Decimal("0.125")
    for call in (
        lambda: Decimal(1) / 3,
        lambda: Decimal(2).sqrt(),
        lambda: Decimal(2).ln(),
        lambda: int(Decimal(f"1e{decimal.MAX_EMAX}")),
        lambda: format(Decimal(f"1e{decimal.MAX_EMAX}"), "f"),
        lambda: Decimal(f"1e{decimal.MAX_EMAX}") + 1,
    ):
        try:
            call()
        except MemoryError:
            pass
        else:
            raise AssertionError("a number of millions of digits")

# Tasks and threads have contexts of their own: the variable is what asyncio copies.
import contextvars

inner = contextvars.copy_context()
inner.run(lambda: setattr(decimal.getcontext(), "prec", 28))
inner.run(lambda: decimal.setcontext(decimal.Context(prec=5)))
assert inner.run(lambda: str(Decimal(1) / 3)) == "0.33333"
assert str(Decimal(1) / 3) == "0.3333333333333333333333333333"

# With 32 bits an exponent beyond all contexts stops where libmpdec's does, and a context that is not checked has it.
assert str(decimal.Context(traps=[]).create_decimal("1e12345678903")) == "Infinity"
if sys.maxsize < 2**32:
    wide = decimal.Context(prec=9, traps=[])
    wide._unsafe_setemax(1_070_000_000)
    largest = wide.create_decimal("1e12345678903")
    assert str(largest) == "1E+1000000001"
    assert str(Decimal(0).quantize(largest, context=decimal.Context(traps=[]))) == "NaN"
