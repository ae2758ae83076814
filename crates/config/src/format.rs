//! Which format a configuration is in, and whether an attribute holds it or says where it is.

use std::fmt;

use crate::{ConfigError, invalid_url};

/// How a configuration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// TOML 1.1.
    Toml,
    /// JSON.
    Json,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Toml => "TOML",
            Self::Json => "JSON",
        })
    }
}

impl Format {
    /// The format that a `type` attribute asks for. An empty attribute asks for none.
    ///
    /// # Errors
    /// If it is neither `json` nor `toml`.
    pub fn from_type_attribute(value: &str) -> Result<Option<Self>, ConfigError> {
        match value.trim().to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "json" => Ok(Some(Self::Json)),
            "toml" => Ok(Some(Self::Toml)),
            _ => Err(ConfigError::UnknownType {
                found: value.to_owned(),
            }),
        }
    }

    /// The format of the file under a URL (the `src` of a `<py-config>`): what its extension says, or what `asked`
    /// (the `type` attribute) says if it has another extension or none.
    ///
    /// # Errors
    /// If the two contradict each other, or neither says anything.
    pub fn of_url(url: &str, asked: Option<Self>) -> Result<Self, ConfigError> {
        match (Self::of_extension(url), asked) {
            (Some(found), Some(asked)) if found != asked => Err(invalid_url(url, asked.keyword())),
            (Some(format), _) | (None, Some(format)) => Ok(format),
            (None, None) => Err(invalid_url(url, "json or toml")),
        }
    }

    /// The format of text in the page: what `asked` says, else JSON if it begins as a JSON object, which no TOML
    /// does, else TOML.
    #[must_use]
    pub fn of_text(text: &str, asked: Option<Self>) -> Self {
        asked.unwrap_or_else(|| {
            if text.trim_start().starts_with('{') {
                Self::Json
            } else {
                Self::Toml
            }
        })
    }

    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Json => "json",
        }
    }

    fn of_extension(url: &str) -> Option<Self> {
        let (_, extension) = path_of(url).rsplit_once('.')?;
        if extension.eq_ignore_ascii_case("json") {
            Some(Self::Json)
        } else if extension.eq_ignore_ascii_case("toml") {
            Some(Self::Toml)
        } else {
            None
        }
    }
}

/// What a `config` attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<'a> {
    /// The URL of a file.
    Url(&'a str, Format),
    /// The configuration itself.
    Inline(&'a str, Format),
}

/// Says whether the value of a `config` attribute is a URL or the configuration itself.
///
/// It is a URL if it is one line without `=` before a `?` that does not begin as JSON, a TOML table or a TOML
/// comment: such a line is never TOML that means something.
///
/// # Errors
/// If it is a URL of neither a `.json` nor a `.toml` file, or of another than `asked`.
///
/// ```
/// use krait_config::{Format, Reference, classify};
/// assert_eq!(classify("./my.toml", None)?, Reference::Url("./my.toml", Format::Toml));
/// assert_eq!(classify("{}", None)?, Reference::Inline("{}", Format::Json));
/// assert_eq!(classify("debug = true", None)?, Reference::Inline("debug = true", Format::Toml));
/// # Ok::<(), krait_config::ConfigError>(())
/// ```
pub fn classify(value: &str, asked: Option<Format>) -> Result<Reference<'_>, ConfigError> {
    let line = value.trim();
    let is_text = line.is_empty()
        || line.contains(['\n', '\r'])
        || line.starts_with(['{', '[', '#'])
        || path_of(line).contains('=');
    if is_text {
        Ok(Reference::Inline(value, Format::of_text(value, asked)))
    } else {
        Ok(Reference::Url(line, Format::of_url(line, asked)?))
    }
}

/// A URL without its query and fragment.
pub(crate) fn path_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_urls_or_text() {
        use Format::{Json, Toml};
        for (value, asked, expected) in [
            ("./x.toml", None, Reference::Url("./x.toml", Toml)),
            (" x.TOML ", None, Reference::Url("x.TOML", Toml)),
            (
                "https://a.b/c.json",
                None,
                Reference::Url("https://a.b/c.json", Json),
            ),
            ("./x.toml?v=1", None, Reference::Url("./x.toml?v=1", Toml)),
            (
                "./x.toml?f=a.json",
                None,
                Reference::Url("./x.toml?f=a.json", Toml),
            ),
            ("./x.toml#a", None, Reference::Url("./x.toml#a", Toml)),
            ("./x.toml", Some(Toml), Reference::Url("./x.toml", Toml)),
            ("./config", Some(Json), Reference::Url("./config", Json)),
            ("", None, Reference::Inline("", Toml)),
            ("  ", None, Reference::Inline("  ", Toml)),
            ("{\"a\": 1}", None, Reference::Inline("{\"a\": 1}", Json)),
            (" {\"a\": 1", None, Reference::Inline(" {\"a\": 1", Json)),
            (
                "{\"a\": \"x.json\"}",
                None,
                Reference::Inline("{\"a\": \"x.json\"}", Json),
            ),
            (
                "a = \"x.toml\"",
                None,
                Reference::Inline("a = \"x.toml\"", Toml),
            ),
            (
                "a = 1 # x.toml",
                None,
                Reference::Inline("a = 1 # x.toml", Toml),
            ),
            ("v = 1.5", None, Reference::Inline("v = 1.5", Toml)),
            (
                "# see x.toml",
                None,
                Reference::Inline("# see x.toml", Toml),
            ),
            ("[files]", None, Reference::Inline("[files]", Toml)),
            ("a\nb.toml", None, Reference::Inline("a\nb.toml", Toml)),
            ("a = 1", Some(Json), Reference::Inline("a = 1", Json)),
        ] {
            assert_eq!(classify(value, asked).unwrap(), expected, "{value:?}");
        }
    }

    #[test]
    fn wrong_urls_say_what_was_expected() {
        for (value, asked, start) in [
            (
                "./x.toml",
                Some(Format::Json),
                "(PY1000): Invalid URL: ./x.toml\nexpected json content",
            ),
            (
                "./x.json",
                Some(Format::Toml),
                "(PY1000): Invalid URL: ./x.json\nexpected toml content",
            ),
            (
                "./x.yaml",
                None,
                "(PY1000): Invalid URL: ./x.yaml\nexpected json or toml content",
            ),
            (
                "config",
                None,
                "(PY1000): Invalid URL: config\nexpected json or toml content",
            ),
        ] {
            let text = classify(value, asked).unwrap_err().to_string();
            assert!(text.starts_with(start), "{text}");
        }
    }

    #[test]
    fn type_attributes() {
        assert_eq!(
            Format::from_type_attribute("json").unwrap(),
            Some(Format::Json)
        );
        assert_eq!(
            Format::from_type_attribute(" TOML ").unwrap(),
            Some(Format::Toml)
        );
        assert_eq!(Format::from_type_attribute("").unwrap(), None);
        assert_eq!(
            Format::from_type_attribute("yaml").unwrap_err().to_string(),
            "(PY1000): Invalid config type: yaml\nwrite type=\"json\" or type=\"toml\", or leave it out."
        );
    }
}
