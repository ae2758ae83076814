//! What can go wrong when the page fetches a configuration, a script or a file.

use crate::ErrorCode;

/// A fetch that brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The server answered, but not with the file.
    #[error(
        "({}): Fetching from URL {url} failed with error {status} ({status_text}). Are your filename and path correct?",
        self.code()
    )]
    Status {
        /// The URL as the page's author wrote it.
        url: String,
        /// The HTTP status.
        status: u16,
        /// Its words.
        status_text: String,
    },
    /// Nothing answered, or the browser did not let the request out.
    #[error(
        "({}): Fetching from URL {url} failed with error '{reason}'. Are your filename and path correct?",
        self.code()
    )]
    Refused {
        /// The URL as the page's author wrote it.
        url: String,
        /// What the browser said.
        reason: String,
    },
    /// The page was opened from the disk, where browsers let nothing be fetched.
    #[error(
        "({}): Fetching from URL {url} failed because the page was opened from the disk; open it through a web server, for example with python3 -m http.server.",
        self.code()
    )]
    FromDisk {
        /// The URL as the page's author wrote it.
        url: String,
    },
}

impl FetchError {
    /// The code in the table.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Status { status, .. } => ErrorCode::for_http_status(*status),
            Self::Refused { .. } | Self::FromDisk { .. } => ErrorCode::Fetch,
        }
    }
}
