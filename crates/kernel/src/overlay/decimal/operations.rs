//! The named operations, which methods of `Decimal` and of `Context` share.

use krait_decimal::{Context, Number, Status};

use super::values::Operand;

/// How an operation is called.
pub(super) enum Operation {
    Unary(fn(&Context, &Number, &mut Status) -> Number),
    Binary(fn(&Context, &Number, &Number, &mut Status) -> Number),
    Ternary(fn(&Context, &Number, &Number, &Number, &mut Status) -> Number),
    /// Two numbers in any order of representations, or another result that meets no conditions.
    Plain(fn(&Context, &Number, &Number) -> Number),
    Pair(fn(&Context, &Number, &Number, &mut Status) -> (Number, Number)),
    Test(fn(&Number, &Context) -> bool),
    TestPair(fn(&Context, &Number, &Number) -> bool),
    Class(fn(&Number, &Context) -> &'static str),
    Written {
        engineering: bool,
    },
}

/// What it gives.
pub(super) enum Outcome {
    Number(Number),
    Pair((Number, Number)),
    Test(bool),
    Text(&'static str),
    /// The first operand as text.
    Written {
        engineering: bool,
    },
}

impl Operation {
    /// None if there are too few or too many operands.
    pub(super) fn run(
        &self,
        context: &Context,
        operands: &[Operand<'_>],
        status: &mut Status,
    ) -> Option<Outcome> {
        Some(match (self, operands) {
            (Self::Unary(f), [a]) => Outcome::Number(f(context, a, status)),
            (Self::Binary(f), [a, b]) => Outcome::Number(f(context, a, b, status)),
            (Self::Ternary(f), [a, b, c]) => Outcome::Number(f(context, a, b, c, status)),
            (Self::Plain(f), [a, b]) => Outcome::Number(f(context, a, b)),
            (Self::Pair(f), [a, b]) => Outcome::Pair(f(context, a, b, status)),
            (Self::Test(f), [a]) => Outcome::Test(f(a, context)),
            (Self::TestPair(f), [a, b]) => Outcome::Test(f(context, a, b)),
            (Self::Class(f), [a]) => Outcome::Text(f(a, context)),
            (Self::Written { engineering }, [_]) => Outcome::Written {
                engineering: *engineering,
            },
            _ => return None,
        })
    }
}

/// The operations by their names in `Context`.
pub(super) const OPERATIONS: &[(&str, Operation)] = &[
    (
        "_apply",
        Operation::Unary(|context, a, status| context.fix(a.clone(), status)),
    ),
    ("abs", Operation::Unary(Context::abs)),
    ("add", Operation::Binary(Context::add)),
    ("compare", Operation::Binary(Context::compare)),
    ("compare_signal", Operation::Binary(Context::compare_signal)),
    ("compare_total", Operation::Plain(Context::compare_total)),
    (
        "compare_total_mag",
        Operation::Plain(Context::compare_total_mag),
    ),
    (
        "copy_sign",
        Operation::Plain(|_, a, b| a.with_sign(b.negative)),
    ),
    ("divide", Operation::Binary(Context::divide)),
    ("divide_int", Operation::Binary(Context::divide_int)),
    ("divmod", Operation::Pair(Context::divmod)),
    ("exp", Operation::Unary(Context::exp)),
    ("fma", Operation::Ternary(Context::fma)),
    ("is_normal", Operation::Test(Number::is_normal)),
    ("is_subnormal", Operation::Test(Number::is_subnormal)),
    ("ln", Operation::Unary(Context::ln)),
    ("log10", Operation::Unary(Context::log10)),
    ("logb", Operation::Unary(Context::logb)),
    ("logical_and", Operation::Binary(Context::logical_and)),
    ("logical_invert", Operation::Unary(Context::logical_invert)),
    ("logical_or", Operation::Binary(Context::logical_or)),
    ("logical_xor", Operation::Binary(Context::logical_xor)),
    ("max", Operation::Binary(Context::max)),
    ("max_mag", Operation::Binary(Context::max_mag)),
    ("min", Operation::Binary(Context::min)),
    ("min_mag", Operation::Binary(Context::min_mag)),
    ("minus", Operation::Unary(Context::minus)),
    ("multiply", Operation::Binary(Context::multiply)),
    ("next_minus", Operation::Unary(Context::next_minus)),
    ("next_plus", Operation::Unary(Context::next_plus)),
    ("next_toward", Operation::Binary(Context::next_toward)),
    ("normalize", Operation::Unary(Context::normalize)),
    ("number_class", Operation::Class(Number::class)),
    ("plus", Operation::Unary(Context::plus)),
    ("power", Operation::Binary(Context::power)),
    ("power_modulo", Operation::Ternary(Context::power_modulo)),
    ("quantize", Operation::Binary(Context::quantize)),
    ("remainder", Operation::Binary(Context::remainder)),
    ("remainder_near", Operation::Binary(Context::remainder_near)),
    ("rotate", Operation::Binary(Context::rotate)),
    ("same_quantum", Operation::TestPair(Context::same_quantum)),
    ("scaleb", Operation::Binary(Context::scaleb)),
    ("shift", Operation::Binary(Context::shift)),
    ("sqrt", Operation::Unary(Context::sqrt)),
    ("subtract", Operation::Binary(Context::subtract)),
    ("to_eng_string", Operation::Written { engineering: true }),
    (
        "to_integral_exact",
        Operation::Unary(|context, a, status| context.to_integral(a, true, status)),
    ),
    (
        "to_integral_value",
        Operation::Unary(|context, a, status| context.to_integral(a, false, status)),
    ),
    ("to_sci_string", Operation::Written { engineering: false }),
];
