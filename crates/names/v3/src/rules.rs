//! Names that are made by rule (Unicode 4.8): those of the Hangul syllables, by their sounds, and of the unified
//! ideographs, by their numbers.

/// The ranges of ideographs in Unicode 17's `UnicodeData.txt`.
const IDEOGRAPHS: [(u32, u32); 11] = [
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81D),
    (0x2B820, 0x2CEAD),
    (0x2CEB0, 0x2EBE0),
    (0x2EBF0, 0x2EE5D),
    (0x30000, 0x3134A),
    (0x31350, 0x323AF),
    (0x323B0, 0x33479),
];
const IDEOGRAPH: &str = "CJK UNIFIED IDEOGRAPH-";

const FIRST: u32 = 0xAC00;
const LAST: u32 = 0xD7A3;
const SYLLABLE: &str = "HANGUL SYLLABLE ";

const LEADING: [&str; 19] = [
    "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P",
    "H",
];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE",
    "WI", "YU", "EU", "YI", "I",
];
const TRAILING: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M",
    "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];

/// The name, if a rule makes it.
#[must_use]
pub fn name(c: char) -> Option<String> {
    let c = u32::from(c);
    if is_ideograph(c) {
        return Some(format!("{IDEOGRAPH}{c:04X}"));
    }
    if !(FIRST..=LAST).contains(&c) {
        return None;
    }
    let index = (c - FIRST) as usize;
    let (leading, vowel, trailing) = (index / (21 * 28), index / 28 % 21, index % 28);
    Some(format!(
        "{SYLLABLE}{}{}{}",
        LEADING[leading], VOWELS[vowel], TRAILING[trailing]
    ))
}

fn is_ideograph(c: u32) -> bool {
    IDEOGRAPHS
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&c))
}

/// The character of a name in capitals that a rule makes. `None` if the name is not of that kind, `Some(None)` if it is and
/// there is no such character.
#[must_use]
pub fn character(name: &str) -> Option<Option<char>> {
    if let Some(digits) = name.strip_prefix(IDEOGRAPH) {
        // Without leading zeros or a sign, as the name is made.
        let plain = (4..=5).contains(&digits.len()) && !digits.starts_with(['0', '+']);
        let code = u32::from_str_radix(digits, 16).ok();
        return Some(
            code.filter(|code| plain && is_ideograph(*code))
                .and_then(char::from_u32),
        );
    }
    let rest = name.strip_prefix(SYLLABLE)?;
    // A spelling has one reading: each part is the longest that fits.
    let longest = |parts: &[&str], text: &str| {
        let fitting = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| text.starts_with(**part));
        fitting
            .max_by_key(|(_, part)| part.len())
            .map(|(index, part)| (index, part.len()))
    };
    let spelled = || {
        let (leading, used) = longest(&LEADING, rest)?;
        let rest = &rest[used..];
        let (vowel, used) = longest(&VOWELS, rest)?;
        let rest = &rest[used..];
        let trailing = TRAILING.iter().position(|part| *part == rest)?;
        let index = (leading * 21 + vowel) * 28 + trailing;
        char::from_u32(FIRST + u32::try_from(index).ok()?)
    };
    Some(spelled())
}
