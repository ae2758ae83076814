//! Files for a Python session: a POSIX-like file system in memory, with descriptors, devices, pipes and mounts.
//!
//! It knows neither a browser nor an interpreter. What it needs from outside comes through [`Host`]; what keeps files
//! is a [`Backend`]. Three are here: [`MemoryBackend`], of which the topmost file system is one, [`StaticTree`], a
//! read-only tree whose bytes come from a callback, and [`StoredBackend`],
//! files in memory of which it is known what a store outside does not have yet.
//!
//! ```
//! use krait_vfs::{Errno, Error, Host, O_RDONLY, SEEK_SET, Settings, Vfs};
//!
//! let vfs = Vfs::new(Host::isolated(), Settings::default())?;
//! assert_eq!(vfs.getcwd()?, b"/home/web");
//!
//! vfs.mkdir_all("data/raw")?;
//! vfs.write_file("data/raw/a.txt", b"hello")?;
//! vfs.symlink("raw/a.txt", "data/latest")?;
//!
//! let fd = vfs.open("data/latest", O_RDONLY, 0)?;
//! vfs.lseek(fd, 1, SEEK_SET)?;
//! assert_eq!(vfs.read_up_to(fd, 3)?, b"ell");
//! vfs.close(fd)?;
//!
//! assert_eq!(vfs.rmdir("data"), Err(Error::Os(Errno::ENOTEMPTY)));
//! # Ok::<(), Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod archive;
mod attributes;
mod backend;
mod content;
mod descriptor;
mod device;
mod errno;
mod error;
mod files;
mod flags;
mod inode;
mod journal;
mod memory;
mod metadata;
mod mount;
mod names;
mod path;
mod pipe;
mod stored;
mod tree;
mod vfs;
mod walk;
mod whole;

pub use archive::{Meta, StaticTree, StaticTreeBuilder};
pub use attributes::{
    Attributes, DirEntry, FileKind, S_IFMT, S_ISGID, S_ISUID, S_ISVTX, SetTime, Stat, StatVfs,
    Timestamp,
};
pub use backend::{Backend, Change, Ino, NewKind, NewNode, Usage};
pub use descriptor::Fd;
pub use device::{Console, Entropy, Host, Stream};
pub use errno::Errno;
pub use error::{Error, Result};
pub use flags::{
    ACCESS_FLAGS, F_OK, O_ACCMODE, O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_DSYNC, O_EXCL,
    O_NDELAY, O_NOATIME, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_RSYNC, O_SYNC,
    O_TRUNC, O_WRONLY, OPEN_FLAGS, R_OK, SEEK_CUR, SEEK_END, SEEK_FLAGS, SEEK_SET, W_OK, X_OK,
};
pub use memory::MemoryBackend;
pub use path::{NAME_MAX, PATH_MAX};
pub use pipe::PIPE_BUF;
pub use stored::{Batch, OnWake, Put, Record, StoredBackend, Wake, Written};
pub use vfs::{Settings, Vfs};
