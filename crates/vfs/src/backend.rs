//! The seam between the file system calls and what keeps the files.

use std::fmt;

use crate::{Attributes, DirEntry, Errno, Timestamp};

/// Number of a node inside one back end; never used again after the node is gone.
pub type Ino = u64;

/// What to make with [`Backend::create`].
#[derive(Clone, Copy, Debug)]
pub enum NewKind<'a> {
    /// An empty file.
    Regular,
    /// An empty directory.
    Directory,
    /// A symbolic link with this target.
    Symlink(&'a [u8]),
    /// A device node with this number.
    CharDevice(u64),
}

/// A node to make.
#[derive(Clone, Copy, Debug)]
pub struct NewNode<'a> {
    /// What it is.
    pub kind: NewKind<'a>,
    /// The mode without the type bits, with the umask already applied.
    pub permissions: u32,
    /// The owner.
    pub uid: u32,
    /// The owner's group.
    pub gid: u32,
    /// All three times, and the directory's change.
    pub now: Timestamp,
}

/// Attributes to set; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// The mode without the type bits.
    pub permissions: Option<u32>,
    /// Last read.
    pub atime: Option<Timestamp>,
    /// Last change of the content.
    pub mtime: Option<Timestamp>,
}

/// How full a back end is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes it can hold.
    pub capacity: u64,
    /// Bytes in use.
    pub used: u64,
    /// Nodes in use.
    pub nodes: u64,
}

/// A store of files that can be mounted.
///
/// Methods take `&self`: a back end that calls out (a loader, a browser interface) may be entered again from that
/// call, so it must hold no `RefCell` borrow meanwhile.
///
/// The [`Vfs`](crate::Vfs) walks paths, follows symbolic links, checks permissions and types, and refuses to move a
/// directory into itself before it calls. A back end answers for what only it can know: whether a name exists
/// (`ENOENT`, `EEXIST`), whether a directory is empty (`ENOTEMPTY`) or removed (`ENOENT`), whether there is room
/// (`ENOSPC`, `ENOMEM`), and that an inode number is valid (`ESTALE`). `name` is never empty, `.` or `..`.
///
/// The methods that write answer `EROFS` unless they are overridden.
pub trait Backend: fmt::Debug {
    /// The topmost directory.
    fn root(&self) -> Ino;

    /// Whether nothing in it can change.
    fn read_only(&self) -> bool {
        true
    }

    /// What is known about a node.
    fn attributes(&self, ino: Ino) -> Result<Attributes, Errno>;

    /// The node of a name in a directory, `None` if there is no such name.
    fn lookup(&self, dir: Ino, name: &[u8]) -> Result<Option<Ino>, Errno>;

    /// The parent of a directory and its name there; `None` for the root, `ENOENT` for a removed one.
    fn whereabouts(&self, dir: Ino) -> Result<Option<(Ino, Vec<u8>)>, Errno>;

    /// The entries of a directory in order of their bytes.
    fn list(&self, dir: Ino) -> Result<Vec<DirEntry>, Errno>;

    /// The target of a symbolic link.
    fn read_link(&self, ino: Ino) -> Result<Vec<u8>, Errno>;

    /// Reads from a regular file; fewer bytes than asked only at the end.
    fn read(&self, ino: Ino, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno>;

    /// How full it is.
    fn usage(&self) -> Usage;

    /// Something refers to the node: it must stay readable after its last name is gone.
    fn retain(&self, _ino: Ino) {}

    /// Undoes one [`retain`](Self::retain).
    fn release(&self, _ino: Ino) {}

    /// Writes to a regular file, filling a gap before `offset` with zeros; may write less if room runs out.
    fn write(
        &self,
        _ino: Ino,
        _offset: u64,
        _data: &[u8],
        _now: Timestamp,
    ) -> Result<usize, Errno> {
        Err(Errno::EROFS)
    }

    /// Sets the length of a regular file.
    fn resize(&self, _ino: Ino, _size: u64, _now: Timestamp) -> Result<(), Errno> {
        Err(Errno::EROFS)
    }

    /// Makes a node under a new name.
    fn create(&self, _dir: Ino, _name: &[u8], _node: &NewNode<'_>) -> Result<Ino, Errno> {
        Err(Errno::EROFS)
    }

    /// Gives a node that is no directory another name.
    fn link(&self, _dir: Ino, _name: &[u8], _ino: Ino, _now: Timestamp) -> Result<(), Errno> {
        Err(Errno::EROFS)
    }

    /// Removes a name of a node that is no directory.
    fn unlink(&self, _dir: Ino, _name: &[u8], _now: Timestamp) -> Result<(), Errno> {
        Err(Errno::EROFS)
    }

    /// Removes an empty directory.
    fn remove_directory(&self, _dir: Ino, _name: &[u8], _now: Timestamp) -> Result<(), Errno> {
        Err(Errno::EROFS)
    }

    /// Moves a name over another, which may exist: then both are directories and the target is empty
    /// (`ENOTEMPTY`), or neither is one.
    fn rename(&self, _from: (Ino, &[u8]), _to: (Ino, &[u8]), _now: Timestamp) -> Result<(), Errno> {
        Err(Errno::EROFS)
    }

    /// A program wants its changes to be safe (`fsync`). Files in memory are as safe as they can be.
    fn sync(&self) -> Result<(), Errno> {
        Ok(())
    }

    /// Sets attributes.
    fn set_attributes(&self, _ino: Ino, _change: &Change, _now: Timestamp) -> Result<(), Errno> {
        Err(Errno::EROFS)
    }
}
