//! Files in memory.

use std::cell::RefCell;

use crate::backend::{Backend, Change, Ino, NewKind, NewNode};
use crate::tree::{Tree, looks_into_tree};
use crate::{Errno, Timestamp};

/// A back end that keeps everything in memory.
///
/// The capacity covers contents and, by an estimate, names and nodes. Files may have holes, which take no room, but
/// no file may be longer than the capacity. A request that memory does not suffice for fails and changes nothing.
#[derive(Debug)]
pub struct MemoryBackend {
    tree: RefCell<Tree>,
}

impl MemoryBackend {
    /// An empty file system; the arguments describe its root directory.
    ///
    /// # Errors
    /// `ENOSPC` if the capacity is too small for the root directory.
    pub fn new(
        capacity: u64,
        permissions: u32,
        (uid, gid): (u32, u32),
        now: Timestamp,
    ) -> Result<Self, Errno> {
        let root = NewNode {
            kind: NewKind::Directory,
            permissions,
            uid,
            gid,
            now,
        };
        Ok(Self {
            tree: RefCell::new(Tree::new(capacity, &root)?),
        })
    }
}

// The tree calls nothing outside of itself, so no borrow can meet another.
impl Backend for MemoryBackend {
    looks_into_tree!();

    fn read_only(&self) -> bool {
        false
    }
    fn read(&self, ino: Ino, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.tree.borrow().read(ino, offset, buffer)
    }
    fn write(&self, ino: Ino, offset: u64, data: &[u8], now: Timestamp) -> Result<usize, Errno> {
        self.tree.borrow_mut().write(ino, offset, data, now)
    }
    fn resize(&self, ino: Ino, size: u64, now: Timestamp) -> Result<(), Errno> {
        self.tree.borrow_mut().resize(ino, size, now)
    }
    fn create(&self, dir: Ino, name: &[u8], node: &NewNode<'_>) -> Result<Ino, Errno> {
        self.tree.borrow_mut().create(dir, name, node)
    }
    fn link(&self, dir: Ino, name: &[u8], ino: Ino, now: Timestamp) -> Result<(), Errno> {
        self.tree.borrow_mut().link(dir, name, ino, now)
    }
    fn unlink(&self, dir: Ino, name: &[u8], now: Timestamp) -> Result<(), Errno> {
        self.tree.borrow_mut().unlink(dir, name, now)
    }
    fn remove_directory(&self, dir: Ino, name: &[u8], now: Timestamp) -> Result<(), Errno> {
        self.tree.borrow_mut().remove_directory(dir, name, now)
    }
    fn rename(&self, from: (Ino, &[u8]), to: (Ino, &[u8]), now: Timestamp) -> Result<(), Errno> {
        self.tree.borrow_mut().rename(from, to, now)
    }
    fn set_attributes(&self, ino: Ino, change: &Change, now: Timestamp) -> Result<(), Errno> {
        self.tree.borrow_mut().set_attributes(ino, change, now)
    }
}
