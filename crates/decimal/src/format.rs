//! Format specifiers (PEP 3101 and its successors), all but the type `n`, which asks the locale.

use crate::context::{Context, Rounding};
use crate::integers::LIMIT_DIGITS;
use crate::number::Number;

/// Why a number could not be formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatError {
    /// The specifier does not follow the grammar.
    Invalid,
    /// The text would not fit into memory.
    Memory,
}

/// A format specifier: `[[fill]align][sign][z][#][0][width][grouping][.[precision][grouping]][type]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    fill: char,
    align: char,
    sign: char,
    no_negative_zero: bool,
    alternate: bool,
    zero_padded: bool,
    width: usize,
    thousands: Option<char>,
    precision: Option<i64>,
    fraction_groups: Option<char>,
    kind: Option<char>,
}

impl Spec {
    /// Reads a specifier. `Ok(None)` for those of the type `n`.
    ///
    /// # Errors
    /// When it does not follow the grammar, or asks for too much.
    pub fn parse(text: &str) -> Result<Option<Self>, FormatError> {
        let chars: Vec<char> = text.chars().collect();
        let mut rest = chars.as_slice();
        let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '=' | '^'));
        let mut align = None;
        let mut fill = None;
        if is_align(rest.get(1)) {
            (fill, align) = (Some(rest[0]), Some(rest[1]));
            rest = &rest[2..];
        } else if is_align(rest.first()) {
            align = Some(rest[0]);
            rest = &rest[1..];
        }
        let take = |rest: &mut &[char], wanted: &str| -> Option<char> {
            let first = *rest.first()?;
            wanted.contains(first).then(|| {
                *rest = &rest[1..];
                first
            })
        };
        let sign = take(&mut rest, "+- ");
        let no_negative_zero = take(&mut rest, "z").is_some();
        let alternate = take(&mut rest, "#").is_some();
        let zero_padded = take(&mut rest, "0").is_some();
        let width = number(&mut rest)?;
        let thousands = take(&mut rest, ",_");
        let mut precision = None;
        let mut fraction_groups = None;
        if take(&mut rest, ".").is_some() {
            precision = number(&mut rest)?;
            fraction_groups = take(&mut rest, ",_");
            if precision.is_none() && fraction_groups.is_none() {
                return Err(FormatError::Invalid);
            }
        }
        let kind = take(&mut rest, "eEfFgGnN%");
        if !rest.is_empty() || zero_padded && (fill.is_some() || align.is_some()) {
            return Err(FormatError::Invalid);
        }
        if matches!(kind, Some('n' | 'N')) {
            return Ok(None);
        }
        if precision == Some(0) && matches!(kind, None | Some('g' | 'G')) {
            precision = Some(1);
        }
        Ok(Some(Self {
            fill: fill.unwrap_or(' '),
            align: align.unwrap_or('>'),
            sign: sign.unwrap_or('-'),
            no_negative_zero,
            alternate,
            zero_padded,
            width: usize::try_from(width.unwrap_or(0)).map_err(|_| FormatError::Memory)?,
            thousands,
            precision,
            fraction_groups,
            kind,
        }))
    }

    /// The number as text; `context` gives the rounding.
    ///
    /// # Errors
    /// When there would be too many digits.
    pub fn format(
        &self,
        number: &Number,
        context: &Context,
        capitals: bool,
    ) -> Result<String, FormatError> {
        if !number.is_finite() {
            let mut body = number.with_sign(false).to_text(false, true);
            if self.kind == Some('%') {
                body.push('%');
            }
            return Ok(self.aligned(self.sign_text(number.negative), &body));
        }
        let kind = self.kind.unwrap_or(if capitals { 'G' } else { 'g' });
        let mut number = number.clone();
        if kind == '%' {
            number.exponent += 2;
        }
        let number = self.rounded(number, kind, context.rounding)?;
        let negative = number.negative && !(self.no_negative_zero && number.is_zero());
        let digits = number.coefficient.to_str_radix(10);
        let length = digits.len() as i64;
        let left = number.exponent + length;
        let point = match kind {
            'e' | 'E' => match self.precision {
                Some(precision) if number.is_zero() => 1 - precision,
                _ => 1,
            },
            'g' | 'G' => {
                if number.exponent <= 0 && left > -6 {
                    left
                } else {
                    1
                }
            }
            _ => left,
        };
        if point.abs().max(point - length) > LIMIT_DIGITS {
            return Err(FormatError::Memory);
        }
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
        let (whole, mut fraction) = if point < 0 {
            ("0".to_owned(), zeros(-point) + &digits)
        } else if point > length {
            (digits.clone() + &zeros(point - length), String::new())
        } else {
            let (whole, fraction) = digits.split_at(point as usize);
            let whole = if whole.is_empty() { "0" } else { whole };
            (whole.to_owned(), fraction.to_owned())
        };
        if let Some(separator) = self.fraction_groups
            && !fraction.is_empty()
        {
            fraction = from_left(&fraction, separator);
        }
        if !fraction.is_empty() || self.alternate {
            fraction.insert(0, '.');
        }
        let exponent = left - point;
        if exponent != 0 || matches!(kind, 'e' | 'E') {
            fraction.push(if matches!(kind, 'e' | 'g') { 'e' } else { 'E' });
            fraction.push_str(&format!("{exponent:+}"));
        }
        if kind == '%' {
            fraction.push('%');
        }
        let sign = self.sign_text(negative);
        let least = if self.zero_padded {
            self.width.saturating_sub(fraction.len() + sign.len())
        } else {
            0
        };
        let body = self.grouped(&whole, least) + &fraction;
        Ok(self.aligned(sign, &body))
    }

    fn rounded(
        &self,
        number: Number,
        kind: char,
        rounding: Rounding,
    ) -> Result<Number, FormatError> {
        let mut number = number;
        if let Some(precision) = self.precision {
            number = match kind {
                'e' | 'E' => number.rounded_to(precision + 1, rounding),
                'g' | 'G' if number.digits() > precision => number.rounded_to(precision, rounding),
                'g' | 'G' => Some(number),
                _ => number
                    .rescaled(-precision, rounding)
                    .map(|(number, _)| number),
            }
            .ok_or(FormatError::Memory)?;
        }
        // A zero with a positive exponent has no fixed-point form.
        if number.is_zero() && number.exponent > 0 && matches!(kind, 'f' | 'F' | '%') {
            number.exponent = 0;
        }
        Ok(number)
    }

    fn sign_text(&self, negative: bool) -> &'static str {
        match self.sign {
            _ if negative => "-",
            '+' => "+",
            ' ' => " ",
            _ => "",
        }
    }

    /// The digits with separators between groups of three, and zeros before them up to `least` characters.
    fn grouped(&self, digits: &str, least: usize) -> String {
        let Some(separator) = self.thousands else {
            let zeros = least.saturating_sub(digits.len());
            return "0".repeat(zeros) + digits;
        };
        // With zeros before it the text must not begin with a separator: a group is begun with a digit.
        let mut count = digits.len();
        while count + (count - 1) / 3 < least {
            count += 1;
        }
        let padded = "0".repeat(count - digits.len()) + digits;
        let first = (count - 1) % 3 + 1;
        let (head, tail) = padded.split_at(first);
        let mut text = head.to_owned();
        if !tail.is_empty() {
            text.push(separator);
            text.push_str(&from_left(tail, separator));
        }
        text
    }

    fn aligned(&self, sign: &str, body: &str) -> String {
        let missing = self.width.saturating_sub(sign.len() + body.len());
        let fill = |count: usize| std::iter::repeat_n(self.fill, count).collect::<String>();
        match self.align {
            '<' => format!("{sign}{body}{}", fill(missing)),
            '=' => format!("{sign}{}{body}", fill(missing)),
            '^' => format!(
                "{}{sign}{body}{}",
                fill(missing / 2),
                fill(missing - missing / 2)
            ),
            _ => format!("{}{sign}{body}", fill(missing)),
        }
    }
}

/// Separators between groups of three, counted from the left.
fn from_left(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == 0 {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Digits at the start, as a number.
fn number(rest: &mut &[char]) -> Result<Option<i64>, FormatError> {
    let length = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    if length == 0 {
        return Ok(None);
    }
    let mut value = 0_i64;
    for c in &rest[..length] {
        value = (value * 10 + i64::from(*c as u32 - '0' as u32)).min(i64::from(i32::MAX));
    }
    *rest = &rest[length..];
    if value == i64::from(i32::MAX) {
        return Err(FormatError::Invalid);
    }
    if value > LIMIT_DIGITS {
        return Err(FormatError::Memory);
    }
    Ok(Some(value))
}
