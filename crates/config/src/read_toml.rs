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
    match DeTable::parse(text) {
        Ok(table) => Ok(Node {
            kind: reader.map(table.get_ref())?,
            place: reader.lines.place(0),
        }),
        Err(error) => Err(reader.error(text, &error)),
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

    fn error(&self, text: &str, error: &toml::de::Error) -> ConfigError {
        let span = error.span().unwrap_or(text.len()..text.len());
        let found = text.get(span.clone()).unwrap_or("").trim();
        if error.message() == "duplicate key" {
            let key = found.trim_matches(['"', '\'']);
            return duplicate_key(Format::Toml, key, self.lines.place(span.start), None);
        }
        let shown: String = found.chars().take(40).filter(|c| *c != '\n').collect();
        let found = if shown.is_empty() {
            String::new()
        } else {
            format!(" at `{shown}`")
        };
        self.syntax(
            span.start,
            format!("{}{found}; correct the text there.", error.message()),
        )
    }

    fn syntax(&self, offset: usize, what: String) -> ConfigError {
        ConfigError::Syntax {
            format: Format::Toml,
            place: self.lines.place(offset),
            what,
        }
    }
}
