//! Where something stands: which text, which line, which column.

use std::fmt;
use std::sync::Arc;

use crate::Format;

/// A text that a configuration comes from: a file with its URL, or the page itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    url: Option<Arc<str>>,
    format: Format,
}

impl Source {
    /// Text in a tag or an attribute.
    #[must_use]
    pub const fn inline(format: Format) -> Self {
        Self { url: None, format }
    }

    /// A file. The URL appears in errors as it is given here, so give it as the page's author wrote it.
    #[must_use]
    pub fn url(url: &str, format: Format) -> Self {
        Self {
            url: Some(url.into()),
            format,
        }
    }

    /// The URL of the file, which is also the base of the relative URLs in it; `None` if the text stands in the
    /// page, where the page is the base.
    #[must_use]
    pub fn as_url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// How the text is written.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_url().unwrap_or("inline config"))
    }
}

/// A line and a column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

/// A position in a [`Source`]. There is no position in a configuration that never was text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Source,
    /// The position in it, if it has positions.
    pub position: Option<Position>,
}

impl Place {
    /// What relative URLs that stand here are relative to: the URL of the file, or `None` for the page.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.source.as_url()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ", line {line}, column {column}")?;
        }
        Ok(())
    }
}

/// Turns byte offsets of one text into places.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    source: &'t Source,
    starts: Vec<usize>,
    ascii: bool,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str, source: &'t Source) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            text,
            source,
            starts,
            ascii: text.is_ascii(),
        }
    }

    pub(crate) const fn source(&self) -> &'t Source {
        self.source
    }

    /// The place of a byte offset; one past the end is the end.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self
            .starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let column = if self.ascii {
            offset - start
        } else {
            self.text
                .get(start..)
                .unwrap_or("")
                .char_indices()
                .take_while(|(at, _)| start + at < offset)
                .count()
        };
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        Place {
            source: self.source.clone(),
            position: Some(Position {
                line: count(line),
                column: count(column),
            }),
        }
    }

    /// The byte offset of a line (from 1) and a byte in it (from 1), as serde_json counts.
    pub(crate) fn offset(&self, line: usize, byte: usize) -> usize {
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.text.len());
        start + byte.saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        let source = Source::inline(Format::Toml);
        for (text, offset, expected) in [
            ("", 0, (1, 1)),
            ("abc", 2, (1, 3)),
            ("abc", 99, (1, 4)),
            ("a\nb", 1, (1, 2)),
            ("a\nb", 2, (2, 1)),
            ("a\r\nb", 3, (2, 1)),
            ("é=1", 2, (1, 2)),
            ("\u{1f40d}\n\u{1f40d}x", 9, (2, 2)),
        ] {
            let place = Lines::new(text, &source).place(offset);
            let position = place.position.unwrap();
            assert_eq!(
                (position.line, position.column),
                expected,
                "{text:?} at {offset}"
            );
        }
    }
}
