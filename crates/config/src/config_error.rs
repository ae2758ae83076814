//! What can be wrong with a configuration.

use std::fmt;

use crate::{ErrorCode, Format, Place};

/// A configuration that cannot be used. The text begins with the words that PyScript uses where it has some, and
/// goes on with the place and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is not TOML or not JSON.
    #[error("({}): Invalid {format}{}\n{}{what}", self.code(), At(place), Lead(place))]
    Syntax {
        /// What the text was read as.
        format: Format,
        /// Where.
        place: Place,
        /// What is wrong there and what to do.
        what: String,
    },
    /// The text can be read, but a key has a value that it cannot have.
    #[error("({}): Invalid config{}\n{}{what}", self.code(), At(place), Lead(place))]
    Schema {
        /// Where the value stands.
        place: Place,
        /// Which key, what was expected, what was found, what to write.
        what: String,
    },
    /// The files to fetch contradict each other or cannot be found out.
    #[error("({}): {title}\n{place}: {advice}", self.code())]
    Files {
        /// What is wrong, `Duplicated destination: ./x.py`.
        title: String,
        /// Where the entry stands.
        place: Place,
        /// What to do.
        advice: String,
    },
    /// The URL of a configuration does not go with its type.
    #[error(
        "({}): Invalid URL: {url}\nexpected {expected} content; name a .json or .toml file, and if there is a type attribute, let it say the same.",
        self.code()
    )]
    Url {
        /// The URL as the page's author wrote it.
        url: String,
        /// What was expected, "json".
        expected: String,
    },
    /// A `type` attribute that is neither `json` nor `toml`.
    #[error("({}): Invalid config type: {found}\nwrite type=\"json\" or type=\"toml\", or leave it out.", self.code())]
    UnknownType {
        /// The value of the attribute.
        found: String,
    },
    /// More than one `<py-config>`.
    #[error("({}): Too many py-config\nkeep one of them and move what the others say into it.", self.code())]
    TooMany,
    /// A `<py-config>` and a `config` attribute.
    #[error(
        "({}): Ambiguous py-config VS config attribute\nkeep the tag or the attribute, not both.",
        self.code()
    )]
    Ambiguous,
    /// Scripts of the main thread with different `config` attributes.
    #[error(
        "({}): Unable to use different configs on main\nthe scripts of a page share one interpreter: give them the same config attribute or move it into one <py-config>.",
        self.code()
    )]
    Different,
    /// A script with `src` and with content.
    #[error(
        "({}) Invalid content for {tag}\nthe script has a src and code of its own: keep one of them.",
        self.code()
    )]
    ContentAndSrc {
        /// The opening tag.
        tag: String,
    },
    /// A `worker` attribute with a value.
    #[error(
        "({}) Invalid worker attribute for {tag}\nthe attribute takes no value: write worker, and the file in src.",
        self.code()
    )]
    WorkerAttribute {
        /// The opening tag.
        tag: String,
    },
}

impl ConfigError {
    /// The code in the table.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Syntax { .. }
            | Self::Schema { .. }
            | Self::Files { .. }
            | Self::Url { .. }
            | Self::UnknownType { .. } => ErrorCode::BadConfig,
            Self::TooMany
            | Self::Ambiguous
            | Self::Different
            | Self::ContentAndSrc { .. }
            | Self::WorkerAttribute { .. } => ErrorCode::Conflict,
        }
    }

    /// Where it stands, if it stands in a configuration's text.
    #[must_use]
    pub const fn place(&self) -> Option<&Place> {
        match self {
            Self::Syntax { place, .. } | Self::Schema { place, .. } | Self::Files { place, .. } => {
                Some(place)
            }
            _ => None,
        }
    }
}

/// ` @ url` for a file, nothing for text in the page.
struct At<'a>(&'a Place);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.base().map_or(Ok(()), |url| write!(f, " @ {url}"))
    }
}

/// The place without the URL, which [`At`] has said already.
struct Lead<'a>(&'a Place);

impl fmt::Display for Lead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.base(), self.0.position) {
            (Some(_), None) => Ok(()),
            (Some(_), Some(at)) => write!(f, "line {}, column {}: ", at.line, at.column),
            (None, _) => write!(f, "{}: ", self.0),
        }
    }
}
