//! JSON into a tree with places.
//!
//! serde_json gives no place of a value, but a raw value borrows from the text, and its distance from the start is
//! its offset. So each level is read as raw values, and these are read in turn; the whole text is checked first.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Number;
use serde_json::value::RawValue;

use crate::node::{Entry, Kind, Node};
use crate::place::{Lines, Place, Source};
use crate::{ConfigError, Format};

/// Each level is read once for every level above it, so depth is what costs; no configuration is this deep.
const MAX_DEPTH: usize = 64;

pub(crate) fn read(text: &str, source: &Source) -> Result<Node, ConfigError> {
    let reader = Reader {
        text,
        lines: Lines::new(text, source),
    };
    let root: &RawValue = reader.parse(text)?;
    reader.node(root, 0)
}

struct Reader<'t> {
    text: &'t str,
    lines: Lines<'t>,
}

impl<'t> Reader<'t> {
    fn node(&self, raw: &'t RawValue, depth: usize) -> Result<Node, ConfigError> {
        let text = raw.get();
        let place = self.place(text);
        if depth > MAX_DEPTH {
            return Err(syntax(
                place,
                format!("lists and maps are nested deeper than {MAX_DEPTH} levels; flatten them."),
            ));
        }
        let kind = match text.as_bytes().first() {
            Some(b'{') => Kind::Map(self.entries(self.parse::<Pairs<'t>>(text)?.0, depth)?),
            Some(b'[') => {
                let items: Vec<&RawValue> = self.parse(text)?;
                Kind::List(
                    items
                        .into_iter()
                        .map(|item| self.node(item, depth + 1))
                        .collect::<Result<_, _>>()?,
                )
            }
            Some(b'"') => Kind::String(self.parse(text)?),
            Some(b't') => Kind::Bool(true),
            Some(b'f') => Kind::Bool(false),
            Some(b'n') => Kind::Null,
            _ => Kind::Number(number(text).ok_or_else(|| {
                syntax(
                    place.clone(),
                    format!("the number {text} is out of range; write it as a string."),
                )
            })?),
        };
        Ok(Node { kind, place })
    }

    fn entries(
        &self,
        pairs: Vec<(&'t RawValue, &'t RawValue)>,
        depth: usize,
    ) -> Result<Vec<Entry>, ConfigError> {
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        let mut entries = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let place = self.place(key.get());
            let key: String = self.parse(key.get())?;
            if let Some(first) = seen.insert(key.clone(), place.clone()) {
                return Err(duplicate_key(Format::Json, &key, place, Some(&first)));
            }
            entries.push(Entry {
                key,
                place,
                value: self.node(value, depth + 1)?,
            });
        }
        Ok(entries)
    }

    /// Reads a part of the text; the place of an error is its place in the whole.
    fn parse<T: Deserialize<'t>>(&self, part: &'t str) -> Result<T, ConfigError> {
        serde_json::from_str(part).map_err(|error| {
            let inner = if error.is_eof() {
                part.len()
            } else {
                let inner =
                    Lines::new(part, self.lines.source()).offset(error.line(), error.column());
                // Of this one error serde_json names the character before.
                inner + usize::from(error.to_string().starts_with("control character"))
            };
            let found = part.get(inner..).and_then(|rest| rest.chars().next());
            let what = if self.text.trim().is_empty() {
                "the text is empty; write {} for a configuration that says nothing.".to_owned()
            } else {
                explain(&error, found)
            };
            syntax(self.lines.place(self.offset(part) + inner), what)
        })
    }

    fn place(&self, part: &str) -> Place {
        self.lines.place(self.offset(part))
    }

    fn offset(&self, part: &str) -> usize {
        part.as_ptr()
            .addr()
            .saturating_sub(self.text.as_ptr().addr())
    }
}

/// The entries of a map as they stand in the text, repeated keys included.
struct Pairs<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// A number without loss: serde_json's own reading may be off by the last bit of a float.
fn number(text: &str) -> Option<Number> {
    if let Ok(value) = text.parse::<i64>() {
        // -0 becomes 0, as it does for Python's json.
        return Some(value.into());
    }
    if let Ok(value) = text.parse::<u64>() {
        return Some(value.into());
    }
    Number::from_f64(text.parse().ok()?)
}

/// The message of serde_json without its place, with what to do about it. `found` is the character there.
fn explain(error: &serde_json::Error, found: Option<char>) -> String {
    let text = error.to_string();
    let what = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(what, _)| what);
    let is_value_or_key = matches!(what, "key must be a string" | "expected value");
    let (what, advice) = match (what, found) {
        (what, _) if error.is_eof() => (
            what,
            "the text ends too early: close the open string or bracket",
        ),
        (_, Some('}' | ']')) if is_value_or_key => (
            "trailing comma or missing value",
            "remove the comma, or write the value",
        ),
        (_, Some('/' | '#')) if is_value_or_key => (
            "JSON has no comments",
            "remove the comment, or write the configuration as TOML",
        ),
        (_, Some('\'')) if is_value_or_key => (
            "JSON has no single quotes",
            "put every key and every string between double quotes",
        ),
        ("trailing characters", _) => (what, "remove what follows the last bracket"),
        ("key must be a string", _) => (what, "put every key between double quotes"),
        ("expected `:`", _) => (what, "write a colon between key and value"),
        ("expected `,` or `}`" | "expected `,` or `]`", _) => (
            what,
            "write a comma between two entries, or close the bracket",
        ),
        ("expected value", _) => (
            what,
            "write a value there; strings stand between double quotes",
        ),
        ("expected ident", _) => (
            "unknown word",
            "write true, false, null, or a string between double quotes",
        ),
        _ if what.starts_with("control character") => (
            "line break or control character in a string",
            "close the string before the end of the line, or write \\n for a line break",
        ),
        ("invalid escape", _) => (what, "write \\\\ for a backslash"),
        _ => (what, "correct the text there"),
    };
    format!("{what}; {advice}.")
}

fn syntax(place: Place, what: String) -> ConfigError {
    ConfigError::Syntax {
        format: Format::Json,
        place,
        what,
    }
}

/// The error for a key that is there twice. Template names have a message of their own, as in PyScript.
pub(crate) fn duplicate_key(
    format: Format,
    key: &str,
    place: Place,
    first: Option<&Place>,
) -> ConfigError {
    let first = first
        .and_then(|place| place.position)
        .map_or_else(String::new, |at| {
            format!(" (first in line {}, column {})", at.line, at.column)
        });
    if key.len() > 2 && key.starts_with('{') && key.ends_with('}') {
        return ConfigError::Files {
            title: format!("Duplicated template: {key}"),
            place,
            advice: format!(
                "the template is defined twice{first}; remove one of the two or rename it."
            ),
        };
    }
    ConfigError::Syntax {
        format,
        place,
        what: format!("the key `{key}` is there twice{first}; remove one of the two or join them."),
    }
}
