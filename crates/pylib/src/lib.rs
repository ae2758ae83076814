//! The Python that Krait ships, and the archive that carries it.
//!
//! `py/` holds Krait's own modules (`pyscript`, `pyodide`, the boot overlay). `library.toml` says which modules of the
//! standard library travel, and in which archive: *boot* is what a session starts with, *core* is downloaded when a program
//! imports one of the popular modules, *std* when it imports any other.
//!
//! An [`Archive`] is one flat byte string: an index of module names, then one serialized code object per module. It is
//! stored uncompressed because the transport compresses better (brotli over all modules at once) and because a module
//! is then read in place, when it is imported.
//!
//! ```
//! use krait_pylib::{Archive, ArchiveWriter, Tier};
//!
//! let mut writer = ArchiveWriter::default();
//! writer.add("greeting", false, b"code".to_vec());
//! writer.mention("elsewhere", true, Tier::Core);
//! let bytes: &'static [u8] = Box::leak(writer.finish().into_boxed_slice());
//!
//! let archive = Archive::parse(bytes).unwrap();
//! assert_eq!(archive.get("greeting").unwrap().code, Some(&b"code"[..]));
//! assert!(archive.get("elsewhere").unwrap().code.is_none());
//! assert_eq!(archive.get("elsewhere").unwrap().tier, Tier::Core);
//! assert!(archive.get("missing").is_none());
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod archive;
#[cfg(feature = "builder")]
mod builder;
#[cfg(feature = "builder")]
mod docs;

pub use archive::{Archive, ArchiveError, ArchiveWriter, Entry, Tier};
#[cfg(feature = "builder")]
pub use builder::{BuildError, Built, build};
