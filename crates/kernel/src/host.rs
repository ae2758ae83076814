//! What a session needs from outside, as one trait.

use std::time::Duration;

/// One of the two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// `sys.stdout`, descriptor 1.
    Stdout,
    /// `sys.stderr`, descriptor 2.
    Stderr,
}

/// Why the host cannot do what was asked; the text is shown to the Python programmer as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// What of the library is not in a session's memory when it starts, and comes when something asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The archive of the modules that many programs import.
    Core,
    /// The archive of all others.
    Std,
    /// The archive of the modules' texts.
    Sources,
    /// The names of Unicode characters.
    Names,
    /// The tables of the East Asian codecs, which an image's memory lacks.
    Codecs,
    /// SQLite, as WebAssembly modules of their own.
    Sqlite,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Core,
        Self::Std,
        Self::Sources,
        Self::Names,
        Self::Codecs,
        Self::Sqlite,
    ];

    /// What it is called where it is asked for: the file is `krait-<name>.bin`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Std => "std",
            Self::Sources => "sources",
            Self::Names => "names",
            Self::Codecs => "codecs",
            Self::Sqlite => "sqlite",
        }
    }

    /// The part of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// The world around a session: clocks, entropy, sleeping, console, the rest of the library.
///
/// A session holds its host as `Rc<dyn Host>` and calls it only while Python runs or boots.
pub trait Host {
    /// Time since the Unix epoch.
    fn realtime(&self) -> Duration;

    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;

    /// Blocks for that long.
    ///
    /// # Errors
    /// Where blocking is not possible (a browser's main thread).
    fn sleep(&self, duration: Duration) -> Result<(), Refused>;

    /// Fills `buffer` with bytes fit for cryptography.
    ///
    /// # Errors
    /// When the platform has no such source.
    fn entropy(&self, buffer: &mut [u8]) -> Result<(), Refused>;

    /// Takes output as it is flushed: any number of lines or parts of lines.
    fn write(&self, stream: Stream, bytes: &[u8]);

    /// A program ended or waits: a line that has no newline yet is shown as it is.
    fn flush(&self);

    /// Input for `input()` and `sys.stdin`: at most `max` bytes, as many as there are now; none at its end.
    ///
    /// # Errors
    /// Where there is nobody to ask.
    fn read(&self, max: usize) -> Result<Vec<u8>, Refused>;

    /// The answer of `isatty` for descriptor 0, 1 or 2.
    fn is_terminal(&self, descriptor: i32) -> bool {
        let _ = descriptor;
        false
    }

    /// The bytes of a part of the library that is wanted before it was supplied.
    ///
    /// # Errors
    /// When it cannot be had now; the text says why.
    fn part(&self, part: Part) -> Result<Vec<u8>, Refused>;

    /// Puts the bytes of [`Part::Codecs`] to the places in memory that the image left empty.
    ///
    /// # Errors
    /// When they are not those of this image.
    fn fill(&self, tables: &[u8]) -> Result<(), Refused>;

    /// Starts the modules of [`Part::Sqlite`].
    ///
    /// # Errors
    /// When they are not those of this build, or nothing here runs WebAssembly.
    fn start_sqlite(&self, modules: &[u8]) -> Result<(), Refused> {
        let _ = modules;
        Err(Refused(
            "SQLite runs in browsers and in Node only".to_owned(),
        ))
    }
}
