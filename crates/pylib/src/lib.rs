//! The Python that Krait ships, and the archive that carries it.
//!
//! `py/` holds Krait's own modules (`pyscript`, `pyodide`, the boot overlay). `library.toml` says which modules of the
//! standard library travel, and which of them belong to the *core* archive that every page downloads before it starts;
//! all others are in the *std* archive, downloaded when something imports one of them.
//!
//! An [`Archive`] is one flat byte string: an index of module names, then one serialized code object per module. It is
//! stored uncompressed because the transport compresses better (brotli over all modules at once) and because a module
//! is then read in place, when it is imported.
//!
//! ```
//! use krait_pylib::{Archive, ArchiveWriter};
//!
//! let mut writer = ArchiveWriter::default();
//! writer.add("greeting", false, b"code".to_vec());
//! writer.mention("elsewhere", true);
//! let bytes: &'static [u8] = Box::leak(writer.finish().into_boxed_slice());
//!
//! let archive = Archive::parse(bytes).unwrap();
//! assert_eq!(archive.get("greeting").unwrap().code, Some(&b"code"[..]));
//! assert!(archive.get("elsewhere").unwrap().code.is_none());
//! assert!(archive.get("missing").is_none());
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod archive;
#[cfg(feature = "builder")]
mod builder;

pub use archive::{Archive, ArchiveError, ArchiveWriter, Entry};
#[cfg(feature = "builder")]
pub use builder::{BuildError, Built, build};
