//! C's `strftime` in the "C" locale (C17 7.27.3.5, with the GNU flags and widths), for any fields: a target without a C library has
//! none, and what the interpreter takes there instead knows only dates of the calendar.

use std::fmt::Write as _;

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The fields of a time, in the ranges that [`super::clock`] has checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// 0 is Sunday.
    pub(super) weekday: i64,
    /// 1 is the first of January.
    pub(super) day_of_year: i64,
    /// Name of the zone, and seconds east of Greenwich.
    pub(super) zone: String,
    pub(super) offset: i64,
}

fn name_of<'a>(names: &[&'a str], index: i64) -> &'a str {
    let index = usize::try_from(index).ok();
    index.and_then(|index| names.get(index)).unwrap_or(&"?")
}

impl Fields {
    fn day_name(&self) -> &'static str {
        name_of(&DAYS, self.weekday)
    }

    fn month_name(&self) -> &'static str {
        name_of(&MONTHS, self.month - 1)
    }

    /// `asctime` of C.
    pub(super) fn text(&self) -> String {
        format!(
            "{:.3} {:.3}{:3} {:02}:{:02}:{:02} {}",
            self.day_name(),
            self.month_name(),
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.year
        )
    }

    /// Year and week of ISO 8601.
    fn iso_week(&self) -> (i64, i64) {
        // Monday is 1, Sunday 7; the week belongs to the year that has its Thursday.
        let weekday = (self.weekday + 6) % 7 + 1;
        let week = (self.day_of_year - weekday + 10) / 7;
        if week < 1 {
            (self.year - 1, weeks_in(self.year - 1))
        } else if week > weeks_in(self.year) {
            (self.year + 1, 1)
        } else {
            (self.year, week)
        }
    }

    fn hour_of_twelve(&self) -> i64 {
        (self.hour + 11) % 12 + 1
    }
}

/// Weeks of ISO 8601 in a year.
fn weeks_in(year: i64) -> i64 {
    // The weekday of the last of December.
    let last = |year: i64| {
        (year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400)).rem_euclid(7)
    };
    if last(year) == 4 || last(year - 1) == 3 {
        53
    } else {
        52
    }
}

/// What a directive says besides its letter.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    /// `-`, `_` or `0`.
    padding: Option<char>,
    upper: bool,
    swap: bool,
    width: Option<usize>,
}

impl Style {
    fn number(self, value: i64, width: usize, padding: char) -> String {
        let padding = self.padding.unwrap_or(padding);
        let width = match padding {
            '-' => 0,
            _ => self.width.unwrap_or(width),
        };
        let sign = if value < 0 { "-" } else { "" };
        let digits = value.unsigned_abs().to_string();
        let missing = width.saturating_sub(sign.len() + digits.len());
        match padding {
            '_' => format!("{}{sign}{digits}", " ".repeat(missing)),
            _ => format!("{sign}{}{digits}", "0".repeat(missing)),
        }
    }

    fn text(self, text: &str) -> String {
        let text = if self.upper {
            text.to_uppercase()
        } else if self.swap {
            // Names become upper case, AM and PM and zones lower.
            if text.chars().any(char::is_lowercase) {
                text.to_uppercase()
            } else {
                text.to_lowercase()
            }
        } else {
            text.to_owned()
        };
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        let padding = if self.padding == Some('0') { "0" } else { " " };
        format!("{}{text}", padding.repeat(missing))
    }
}

/// Longest width of a directive.
const WIDEST: usize = 4096;

/// The text for a format.
pub(super) fn format(format: &str, fields: &Fields) -> String {
    let mut out = String::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let directive = &rest[at..];
        let mut chars = directive.char_indices().skip(1).peekable();
        let mut style = Style::default();
        let mut end = directive.len();
        let mut letter = None;
        while let Some(&(_, char)) = chars.peek() {
            match char {
                '-' | '_' => style.padding = Some(char),
                '0' if style.width.is_none() => style.padding = Some(char),
                '^' => style.upper = true,
                '#' => style.swap = true,
                '0'..='9' => {
                    let digit = char.to_digit(10).unwrap_or(0) as usize;
                    style.width = Some((style.width.unwrap_or(0) * 10 + digit).min(WIDEST));
                }
                'E' | 'O' => {}
                _ => {
                    letter = Some(char);
                    chars.next();
                    end = chars.peek().map_or(directive.len(), |(next, _)| *next);
                    break;
                }
            }
            chars.next();
        }
        match letter.and_then(|letter| one(letter, style, fields)) {
            Some(text) => out.push_str(&text),
            // As in C: what is no directive stays.
            None => out.push_str(&directive[..end]),
        }
        rest = &directive[end..];
    }
    out.push_str(rest);
    out
}

fn one(letter: char, style: Style, fields: &Fields) -> Option<String> {
    let number = |value: i64, width: usize| style.number(value, width, '0');
    let spaced = |value: i64| style.number(value, 2, '_');
    let composed = |text: &str| style.text(&format(text, fields));
    Some(match letter {
        'a' => style.text(&fields.day_name()[..3.min(fields.day_name().len())]),
        'A' => style.text(fields.day_name()),
        'b' | 'h' => style.text(&fields.month_name()[..3.min(fields.month_name().len())]),
        'B' => style.text(fields.month_name()),
        'c' => composed("%a %b %e %H:%M:%S %Y"),
        'C' => number(fields.year.div_euclid(100), 2),
        'd' => number(fields.day, 2),
        'D' | 'x' => composed("%m/%d/%y"),
        'e' => spaced(fields.day),
        'F' => composed("%Y-%m-%d"),
        'g' => number(fields.iso_week().0.rem_euclid(100), 2),
        'G' => number(fields.iso_week().0, 1),
        'H' => number(fields.hour, 2),
        'I' => number(fields.hour_of_twelve(), 2),
        'j' => number(fields.day_of_year, 3),
        'k' => spaced(fields.hour),
        'l' => spaced(fields.hour_of_twelve()),
        'm' => number(fields.month, 2),
        'M' => number(fields.minute, 2),
        'n' => "\n".to_owned(),
        'p' => style.text(if fields.hour < 12 { "AM" } else { "PM" }),
        'P' => style.text(if fields.hour < 12 { "am" } else { "pm" }),
        'r' => composed("%I:%M:%S %p"),
        'R' => composed("%H:%M"),
        's' => number(seconds(fields), 1),
        'S' => number(fields.second, 2),
        't' => "\t".to_owned(),
        'T' | 'X' => composed("%H:%M:%S"),
        'u' => number((fields.weekday + 6) % 7 + 1, 1),
        'U' => number((fields.day_of_year + 6 - fields.weekday) / 7, 2),
        'V' => number(fields.iso_week().1, 2),
        'w' => number(fields.weekday, 1),
        'W' => number((fields.day_of_year + 6 - (fields.weekday + 6) % 7) / 7, 2),
        'y' => number(fields.year.rem_euclid(100), 2),
        'Y' => number(fields.year, 1),
        'z' => {
            let minutes = fields.offset.abs() / 60;
            let mut text = String::new();
            let sign = if fields.offset < 0 { '-' } else { '+' };
            let _ = write!(text, "{sign}{:02}{:02}", minutes / 60, minutes % 60);
            style.text(&text)
        }
        'Z' => style.text(&fields.zone),
        '%' => "%".to_owned(),
        _ => return None,
    })
}

/// Seconds since 1970, with the offset of the fields.
fn seconds(fields: &Fields) -> i64 {
    // Days from civil, <https://howardhinnant.github.io/date_algorithms.html>.
    let year = if fields.month <= 2 {
        fields.year - 1
    } else {
        fields.year
    };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((fields.month + 9) % 12) + 2) / 5 + fields.day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    days * 86_400 + fields.hour * 3600 + fields.minute * 60 + fields.second - fields.offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            year: 2026,
            month: 3,
            day: 7,
            hour: 15,
            minute: 4,
            second: 9,
            weekday: 6,
            day_of_year: 66,
            zone: "CET".to_owned(),
            offset: 3600,
        }
    }

    #[test]
    fn directives() {
        // What glibc gives.
        for (directives, text) in [
            ("%a %A %b %B %h", "Sat Saturday Mar March Mar"),
            (
                "%c|%x|%X|%D|%F|%T|%R",
                "Sat Mar  7 15:04:09 2026|03/07/26|15:04:09|03/07/26|2026-03-07|15:04:09|15:04",
            ),
            (
                "%d %e %H %I %j %k %l %m %M %S",
                "07  7 15 03 066 15  3 03 04 09",
            ),
            ("%p %P %r", "PM pm 03:04:09 PM"),
            (
                "%u %w %U %W %V %G %g %y %Y %C",
                "6 6 09 09 10 2026 26 26 2026 20",
            ),
            ("%z %Z %s %%", "+0100 CET 1772892249 %"),
            (
                "%-d/%-m %_d %05d %^a %#Z %10A|%3e",
                "7/3  7 00007 SAT cet   Saturday|  7",
            ),
            ("%Q %! 50% é%d", "%Q %! 50% é07"),
            ("%", "%"),
            ("%n%t", "\n\t"),
            ("%Ey %Od", "26 07"),
        ] {
            assert_eq!(format(directives, &fields()), text, "{directives}");
        }
        let before = Fields {
            year: -5,
            ..fields()
        };
        assert_eq!(format("%Y %y %C", &before), "-5 95 -1");
        assert_eq!(before.text(), "Sat Mar  7 15:04:09 -5");
    }

    #[test]
    fn weeks() {
        for (year, day_of_year, weekday, expected) in [
            (2021, 1, 5, (2020, 53)),
            (2024, 366, 2, (2025, 1)),
            (2026, 1, 4, (2026, 1)),
            (2020, 366, 4, (2020, 53)),
            (2023, 1, 0, (2022, 52)),
        ] {
            let fields = Fields {
                year,
                day_of_year,
                weekday,
                ..Fields::default()
            };
            assert_eq!(fields.iso_week(), expected, "{year} {day_of_year}");
        }
    }
}
