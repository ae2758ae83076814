//! A node of the tree in memory.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

use crate::backend::{Ino, NewKind, NewNode};
use crate::content::Content;
use crate::path::try_copy;
use crate::{Attributes, Errno, FileKind, Timestamp};

/// A hash map whose growth can be refused and whose hashing needs no random key, so that a memory image of it is
/// the same each time.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) entries: Map<Vec<u8>, Ino>,
    /// Where it hangs: parent and name; `None` for the root and for a removed directory.
    pub(crate) place: Option<(Ino, Vec<u8>)>,
}

#[derive(Debug)]
pub(crate) enum Payload {
    Regular(Content),
    Directory(Directory),
    Symlink(Vec<u8>),
    CharDevice(u64),
}

#[derive(Debug)]
pub(crate) struct Inode {
    pub(crate) payload: Payload,
    pub(crate) permissions: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) nlink: u32,
    /// How many descriptors and the like refer to it.
    pub(crate) pins: u64,
    pub(crate) atime: Timestamp,
    pub(crate) mtime: Timestamp,
    pub(crate) ctime: Timestamp,
}

impl Inode {
    pub(crate) fn new(node: &NewNode<'_>) -> Result<Self, Errno> {
        let (payload, nlink) = match node.kind {
            NewKind::Regular => (Payload::Regular(Content::default()), 1),
            NewKind::Directory => (Payload::Directory(Directory::default()), 2),
            NewKind::Symlink(target) => (Payload::Symlink(try_copy(target)?), 1),
            NewKind::CharDevice(number) => (Payload::CharDevice(number), 1),
        };
        Ok(Self {
            payload,
            permissions: node.permissions,
            uid: node.uid,
            gid: node.gid,
            nlink,
            pins: 0,
            atime: node.now,
            mtime: node.now,
            ctime: node.now,
        })
    }

    pub(crate) fn kind(&self) -> FileKind {
        match self.payload {
            Payload::Regular(_) => FileKind::Regular,
            Payload::Directory(_) => FileKind::Directory,
            Payload::Symlink(_) => FileKind::Symlink,
            Payload::CharDevice(_) => FileKind::CharDevice,
        }
    }

    pub(crate) fn attributes(&self) -> Attributes {
        let (size, allocated, rdev) = match &self.payload {
            Payload::Regular(content) => (content.size(), content.allocated(), 0),
            // A length that grows with the entries tells `du` and the curious something.
            Payload::Directory(directory) => (directory.entries.len() as u64 * 32, 0, 0),
            Payload::Symlink(target) => (target.len() as u64, 0, 0),
            Payload::CharDevice(number) => (0, 0, *number),
        };
        Attributes {
            kind: self.kind(),
            permissions: self.permissions,
            nlink: self.nlink,
            uid: self.uid,
            gid: self.gid,
            size,
            allocated,
            rdev,
            atime: self.atime,
            mtime: self.mtime,
            ctime: self.ctime,
        }
    }

    /// The content has changed.
    pub(crate) fn modified(&mut self, now: Timestamp) {
        self.mtime = now;
        self.ctime = now;
    }

    pub(crate) fn directory(&self) -> Result<&Directory, Errno> {
        match &self.payload {
            Payload::Directory(directory) => Ok(directory),
            _ => Err(Errno::ENOTDIR),
        }
    }

    pub(crate) fn directory_mut(&mut self) -> Result<&mut Directory, Errno> {
        match &mut self.payload {
            Payload::Directory(directory) => Ok(directory),
            _ => Err(Errno::ENOTDIR),
        }
    }
}
