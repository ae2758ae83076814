//! What decimal arithmetic asks of binary integers: powers of ten, lengths in digits, trailing zeros, division to nearest.

use std::cell::RefCell;

use malachite_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

/// No coefficient gets more digits than this: a few of them fill what memory a page has, and allocation failure would end
/// the session.
pub const LIMIT_DIGITS: i64 = 100_000_000;

/// The powers up to this are kept.
const TABLE: usize = 160;

#[derive(Default)]
struct Powers {
    table: Vec<BigUint>,
    /// The last power beyond the table: programs that compute with many digits want the same one again and again.
    last: Option<(u64, BigUint)>,
}

thread_local! {
    static POWERS: RefCell<Powers> = RefCell::default();
}

/// Calls `f` with 10^`exponent`.
pub(crate) fn with_pow10<R>(exponent: u64, f: impl FnOnce(&BigUint) -> R) -> R {
    POWERS.with(|powers| {
        let mut powers = powers.borrow_mut();
        if let Some(index) = usize::try_from(exponent).ok().filter(|n| *n < TABLE) {
            while powers.table.len() <= index {
                let next = match powers.table.last() {
                    Some(last) => last * 10_u32,
                    None => BigUint::one(),
                };
                powers.table.push(next);
            }
            return f(&powers.table[index]);
        }
        if powers.last.as_ref().is_none_or(|(n, _)| *n != exponent) {
            powers.last = Some((exponent, power(10, exponent)));
        }
        match &powers.last {
            Some((_, power)) => f(power),
            None => f(&BigUint::zero()),
        }
    })
}

/// 10^`exponent`.
pub(crate) fn pow10(exponent: u64) -> BigUint {
    with_pow10(exponent, Clone::clone)
}

/// `base`^`exponent`; exponents that do not fit into memory are the caller's to refuse.
pub(crate) fn power(base: u32, exponent: u64) -> BigUint {
    BigUint::from(base).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}

/// `n` * 10^`exponent`.
pub(crate) fn times_pow10(n: &BigUint, exponent: u64) -> BigUint {
    if exponent == 0 || n.is_zero() {
        n.clone()
    } else {
        with_pow10(exponent, |power| n * power)
    }
}

/// Quotient and remainder of `n` by 10^`exponent`.
pub(crate) fn split_pow10(n: &BigUint, exponent: u64) -> (BigUint, BigUint) {
    with_pow10(exponent, |power| n.div_rem(power))
}

/// The number of decimal digits; that of zero is 1.
pub(crate) fn digits(n: &BigUint) -> i64 {
    let bits = n.bits();
    if bits <= 64 {
        return n
            .to_u64()
            .and_then(u64::checked_ilog10)
            .map_or(1, |log| i64::from(log) + 1);
    }
    // floor((bits - 1) * log10(2)), with log10(2) to 19 digits.
    let below =
        (u128::from(bits - 1) * 3_010_299_956_639_811_952 / 10_000_000_000_000_000_000) as u64;
    let reached = with_pow10(below + 1, |power| n >= power);
    below as i64 + 1 + i64::from(reached)
}

/// Divides by ten as often as there is no remainder, at most `most` times; tells how often.
pub(crate) fn strip_zeros(n: BigUint, most: i64) -> (BigUint, i64) {
    // A multiple of 10^k is one of 2^k.
    let bound = most.min(n.trailing_zeros().unwrap_or(0) as i64);
    if bound <= 0 || n.is_zero() {
        return (n, 0);
    }
    if let Some(mut small) = n.to_u128() {
        let mut stripped = 0;
        while stripped < bound && small.is_multiple_of(10) {
            small /= 10;
            stripped += 1;
        }
        return (BigUint::from(small), stripped);
    }
    let mut rest = n;
    let mut stripped = 0;
    let mut chunk = 1_i64 << (63 - bound.leading_zeros());
    while chunk > 0 {
        if stripped + chunk <= bound {
            let (quotient, remainder) = split_pow10(&rest, chunk as u64);
            if remainder.is_zero() {
                rest = quotient;
                stripped += chunk;
                continue;
            }
        }
        chunk /= 2;
    }
    (rest, stripped)
}

/// The closest integer to `a` / `b`, for positive `b`; ties to even.
pub(crate) fn div_nearest(a: &BigInt, b: &BigInt) -> BigInt {
    let (quotient, remainder) = a.div_mod_floor(b);
    let twice: BigInt = (remainder << 1_u32) + i32::from(quotient.is_odd());
    if &twice > b { quotient + 1 } else { quotient }
}

/// The closest integer to `n` / 2^`shift`; ties to even.
pub(crate) fn shr_nearest(n: &BigInt, shift: u64) -> BigInt {
    let b: BigInt = BigInt::one() << shift;
    div_nearest(n, &b)
}

/// A signed integer from its parts.
pub(crate) fn signed(negative: bool, magnitude: BigUint) -> BigInt {
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    BigInt::from_biguint(sign, magnitude)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn digits_around_powers() {
        for exponent in (1..400).chain([1000, 1001, 5000]) {
            let power = pow10(exponent);
            assert_eq!(digits(&power), exponent as i64 + 1);
            assert_eq!(digits(&(&power - 1_u32)), exponent as i64);
            assert_eq!(digits(&(&power + 1_u32)), exponent as i64 + 1);
        }
        assert_eq!(digits(&BigUint::zero()), 1);
    }

    #[test]
    fn zeros_are_stripped() {
        for (value, zeros) in [
            (7_u64, 0),
            (12, 1),
            (12, 37),
            (1, 64),
            (3, 65),
            (5, 1000),
            (64, 200),
        ] {
            let n = times_pow10(&BigUint::from(value), zeros);
            assert_eq!(
                strip_zeros(n.clone(), i64::MAX),
                (BigUint::from(value), zeros as i64)
            );
            let few = (zeros / 2) as i64;
            assert_eq!(strip_zeros(n, few).1, few);
        }
    }
}
