//! What an operation reports when it fails.

use crate::Errno;

/// Why an operation failed.
///
/// A path with a NUL byte is its own case because Python raises `ValueError` for it, not `OSError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The operation failed the way a system call fails.
    #[error("{0}")]
    Os(#[from] Errno),
    /// A path, or the target of a symbolic link, has a NUL byte in it.
    #[error("embedded null byte")]
    NulInPath,
}

impl Error {
    /// The number that a C program would see; `EINVAL` for a NUL byte in a path.
    #[must_use]
    pub const fn errno(self) -> Errno {
        match self {
            Self::Os(errno) => errno,
            Self::NulInPath => Errno::EINVAL,
        }
    }
}

/// The result of an operation on a [`Vfs`](crate::Vfs).
pub type Result<T, E = Error> = std::result::Result<T, E>;
