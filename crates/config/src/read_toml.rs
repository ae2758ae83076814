//! TOML into a tree with places.

use serde_json::Number;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::node::{Entry, Kind, Node};
use crate::place::{Lines, Source};
use crate::read_json::duplicate_key;
use crate::{ConfigError, Format};

pub(crate) fn read(text: &str, source: &Source) -> Result<Node, ConfigError> {
    let reader = Reader {
        lines: Lines::new(text, source),
    };
    // The parser goes on after an error; what comes later often follows from what comes first.
    let (table, errors) = DeTable::parse_recoverable(text);
    let start = |error: &toml::de::Error| error.span().map_or(text.len(), |span| span.start);
    match errors.iter().min_by_key(|error| start(error)) {
        Some(error) => Err(reader.error(text, error, table.get_ref())),
        None => Ok(Node {
            kind: reader.map(table.get_ref())?,
            place: reader.lines.place(0),
        }),
    }
}

struct Reader<'t> {
    lines: Lines<'t>,
}

impl Reader<'_> {
    fn node(&self, value: &Spanned<DeValue<'_>>) -> Result<Node, ConfigError> {
        let start = value.span().start;
        let kind = match value.get_ref() {
            DeValue::String(value) => Kind::String(value.to_string()),
            DeValue::Integer(value) => Kind::Number(
                i64::from_str_radix(value.as_str(), value.radix())
                    .map_err(|_| self.out_of_range(start, &value.to_string()))?
                    .into(),
            ),
            DeValue::Float(value) => Kind::Number(
                value
                    .as_str()
                    .parse()
                    .ok()
                    .and_then(Number::from_f64)
                    .ok_or_else(|| self.out_of_range(start, value.as_str()))?,
            ),
            DeValue::Boolean(value) => Kind::Bool(*value),
            // JSON, and so `pyscript.config`, has no dates; the text of one is what a script can parse.
            DeValue::Datetime(value) => Kind::String(value.to_string()),
            DeValue::Array(items) => Kind::List(
                items
                    .iter()
                    .map(|item| self.node(item))
                    .collect::<Result<_, _>>()?,
            ),
            DeValue::Table(table) => self.map(table)?,
        };
        Ok(Node {
            kind,
            place: self.lines.place(start),
        })
    }

    /// The parser sorts keys by name; their offsets bring back the order of the text.
    fn map(&self, table: &DeTable<'_>) -> Result<Kind, ConfigError> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entries = entries
            .into_iter()
            .map(|(key, value)| {
                Ok(Entry {
                    key: key.get_ref().to_string(),
                    place: self.lines.place(key.span().start),
                    value: self.node(value)?,
                })
            })
            .collect::<Result<_, ConfigError>>()?;
        Ok(Kind::Map(entries))
    }

    fn out_of_range(&self, start: usize, number: &str) -> ConfigError {
        self.syntax(
            start,
            format!("the number {number} is out of range; write it as a string."),
        )
    }

    fn error(&self, text: &str, error: &toml::de::Error, table: &DeTable<'_>) -> ConfigError {
        let span = error.span().unwrap_or(text.len()..text.len());
        let found = text.get(span.clone()).unwrap_or("").trim();
        if error.message() == "duplicate key" {
            let key = found.trim_matches(['"', '\'']);
            let mut same = Vec::new();
            key_offsets(table, key, &mut same);
            same.retain(|offset| *offset < span.start);
            // Keys of other tables may have the same name: only one that cannot be meant otherwise is told.
            let first = match same.as_slice() {
                [only] => Some(self.lines.place(*only)),
                _ => earlier_header(text, found, span.start).map(|offset| self.lines.place(offset)),
            };
            return duplicate_key(
                Format::Toml,
                key,
                self.lines.place(span.start),
                first.as_ref(),
            );
        }
        let shown: String = found.chars().take_while(|c| *c != '\n').take(40).collect();
        let at = if shown.is_empty() {
            String::new()
        } else {
            format!(" at `{shown}`")
        };
        let advice = advice(error.message(), found, text);
        // The kinds of strings that TOML has are no help to one who forgot the quotes.
        let message = error
            .message()
            .trim_end_matches(", expected literal string");
        self.syntax(span.start, format!("{message}{at}; {advice}."))
    }

    fn syntax(&self, offset: usize, what: String) -> ConfigError {
        ConfigError::Syntax {
            format: Format::Toml,
            place: self.lines.place(offset),
            what,
        }
    }
}

/// Where the keys of this name stand, in this table and in all below it.
fn key_offsets(table: &DeTable<'_>, name: &str, offsets: &mut Vec<usize>) {
    for (key, value) in table {
        if key.get_ref() == name {
            offsets.push(key.span().start);
        }
        key_offsets_below(value.get_ref(), name, offsets);
    }
}

fn key_offsets_below(value: &DeValue<'_>, name: &str, offsets: &mut Vec<usize>) {
    match value {
        DeValue::Table(table) => key_offsets(table, name, offsets),
        DeValue::Array(items) => {
            for item in items.iter() {
                key_offsets_below(item.get_ref(), name, offsets);
            }
        }
        _ => {}
    }
}

/// Where the header of a table stands that is repeated at `end`; the repeated one replaces it in the tree.
fn earlier_header(text: &str, key: &str, end: usize) -> Option<usize> {
    let header = format!("[{key}]");
    let earlier = text.get(..end)?;
    earlier
        .match_indices(&header)
        .map(|(offset, _)| offset)
        .find(|offset| {
            let line = earlier.get(..*offset).unwrap_or("").rsplit('\n').next();
            line.is_some_and(|before| before.trim().is_empty())
        })
        .map(|offset| offset + 1)
}

/// What to do about a message of the parser.
fn advice(message: &str, found: &str, text: &str) -> &'static str {
    let is = |start: &str| message.starts_with(start);
    if text.trim_start().starts_with('{') {
        "this begins as JSON does: say type=\"json\", or write TOML as key = value"
    } else if is("string values must be quoted") && found.is_empty() {
        "write a value after the ="
    } else if is("string values must be quoted") {
        "put the value between double quotes"
    } else if is("key with no value") {
        "write key = value, each on its own line"
    } else if is("unexpected key or value") {
        "begin a new line for each key"
    } else if is("missing comma") {
        "write a comma between the two"
    } else if is("unclosed") {
        "close the bracket"
    } else if is("invalid unquoted key") || is("unquoted keys") {
        "put the key between double quotes"
    } else if is("invalid basic string") || is("invalid literal string") {
        "close the string with the quote that opens it, in the same line"
    } else if message.contains("escape") {
        "write \\\\ for a backslash, or put the text between single quotes"
    } else if message.contains("recur") {
        "nest tables and arrays less deeply"
    } else {
        "correct the text there"
    }
}
