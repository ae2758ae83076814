//! What is outside: console, clock, entropy; and the devices that reach it.

use std::fmt;
use std::rc::Rc;

use crate::{Errno, Timestamp};

/// A stream of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard input.
    Stdin,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Where descriptors 0, 1 and 2 lead.
///
/// A call comes with no borrow held: it may use the same [`Vfs`](crate::Vfs).
pub trait Console {
    /// Reads from standard input; 0 is the end, `EAGAIN` "nothing yet".
    ///
    /// # Errors
    /// Whatever the reader shall see.
    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno>;

    /// Writes to standard output or standard error; answers how much it took.
    ///
    /// # Errors
    /// Whatever the writer shall see.
    fn write(&self, stream: Stream, data: &[u8]) -> Result<usize, Errno>;

    /// The answer of `isatty`.
    fn is_terminal(&self, stream: Stream) -> bool {
        let _ = stream;
        false
    }
}

/// Fills a buffer with random bytes, or says why not.
pub type Entropy = dyn Fn(&mut [u8]) -> Result<(), Errno>;

/// What a [`Vfs`](crate::Vfs) needs from outside. It can be replaced, as a restored memory image must.
#[derive(Clone)]
pub struct Host {
    /// Standard input, output and error.
    pub console: Rc<dyn Console>,
    /// Nanoseconds since 1970-01-01 UTC.
    pub clock: Rc<dyn Fn() -> Timestamp>,
    /// Fills a buffer with random bytes fit for keys.
    pub entropy: Rc<Entropy>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

struct NoConsole;

impl Console for NoConsole {
    fn read(&self, _buffer: &mut [u8]) -> Result<usize, Errno> {
        Ok(0)
    }
    fn write(&self, _stream: Stream, _data: &[u8]) -> Result<usize, Errno> {
        Err(Errno::EIO)
    }
}

impl Host {
    /// Nothing is outside: input is at its end, output and entropy fail with `EIO`, the clock stands at 1970. For
    /// work at build time and for tests.
    #[must_use]
    pub fn isolated() -> Self {
        Self {
            console: Rc::new(NoConsole),
            clock: Rc::new(|| 0),
            entropy: Rc::new(|_| Err(Errno::EIO)),
        }
    }
}

/// A device that a node's number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    Null,
    Zero,
    Full,
    Random,
    /// The controlling terminal, which nobody has.
    Terminal,
    Console(Stream),
}

impl Device {
    /// The devices in `/dev`: name, permissions, device.
    pub(crate) const ALL: &'static [(&'static str, u32, Device)] = &[
        ("null", 0o666, Device::Null),
        ("zero", 0o666, Device::Zero),
        ("full", 0o666, Device::Full),
        ("random", 0o666, Device::Random),
        ("urandom", 0o666, Device::Random),
        ("tty", 0o666, Device::Terminal),
        ("stdin", 0o400, Device::Console(Stream::Stdin)),
        ("stdout", 0o200, Device::Console(Stream::Stdout)),
        ("stderr", 0o200, Device::Console(Stream::Stderr)),
    ];

    /// The number of the node, major and minor as Linux packs them where Linux has the device.
    pub(crate) const fn number(self) -> u64 {
        match self {
            Self::Null => 0x103,
            Self::Zero => 0x105,
            Self::Full => 0x107,
            Self::Random => 0x109,
            Self::Terminal => 0x500,
            Self::Console(Stream::Stdin) => 0x8800,
            Self::Console(Stream::Stdout) => 0x8801,
            Self::Console(Stream::Stderr) => 0x8802,
        }
    }

    pub(crate) fn from_number(number: u64) -> Option<Self> {
        Self::ALL
            .iter()
            .map(|entry| entry.2)
            .find(|device| device.number() == number)
    }

    /// Whether `lseek` means nothing to it, rather than being harmless.
    pub(crate) const fn is_stream(self) -> bool {
        matches!(self, Self::Console(_))
    }

    pub(crate) fn is_terminal(self, host: &Host) -> bool {
        matches!(self, Self::Console(stream) if host.console.is_terminal(stream))
    }

    pub(crate) fn read(self, host: &Host, buffer: &mut [u8]) -> Result<usize, Errno> {
        match self {
            Self::Null => Ok(0),
            _ if buffer.is_empty() => Ok(0),
            Self::Zero | Self::Full => {
                buffer.fill(0);
                Ok(buffer.len())
            }
            Self::Random => (host.entropy)(buffer).map(|()| buffer.len()),
            // What a console claims is not trusted: more than the buffer cannot have come.
            Self::Console(Stream::Stdin) => host
                .console
                .read(buffer)
                .map(|length| length.min(buffer.len())),
            Self::Console(_) => Err(Errno::EIO),
            Self::Terminal => Err(Errno::ENXIO),
        }
    }

    pub(crate) fn write(self, host: &Host, data: &[u8]) -> Result<usize, Errno> {
        match self {
            Self::Null | Self::Zero | Self::Random => Ok(data.len()),
            Self::Full => Err(Errno::ENOSPC),
            Self::Terminal => Err(Errno::ENXIO),
            Self::Console(Stream::Stdin) => Err(Errno::EIO),
            Self::Console(stream) => host
                .console
                .write(stream, data)
                .map(|length| length.min(data.len())),
        }
    }
}
