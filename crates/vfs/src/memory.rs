//! Files in memory.

use std::cell::RefCell;

use crate::backend::{Backend, Change, Ino, NewKind, NewNode, Usage};
use crate::tree::{ROOT, Tree};
use crate::{Attributes, DirEntry, Errno, Timestamp};

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
    fn root(&self) -> Ino {
        ROOT
    }
    fn read_only(&self) -> bool {
        false
    }
    fn attributes(&self, ino: Ino) -> Result<Attributes, Errno> {
        self.tree.borrow().attributes(ino)
    }
    fn lookup(&self, dir: Ino, name: &[u8]) -> Result<Option<Ino>, Errno> {
        self.tree.borrow().lookup(dir, name)
    }
    fn whereabouts(&self, dir: Ino) -> Result<Option<(Ino, Vec<u8>)>, Errno> {
        self.tree.borrow().whereabouts(dir)
    }
    fn list(&self, dir: Ino) -> Result<Vec<DirEntry>, Errno> {
        self.tree.borrow().list(dir)
    }
    fn read_link(&self, ino: Ino) -> Result<Vec<u8>, Errno> {
        self.tree.borrow().read_link(ino)
    }
    fn read(&self, ino: Ino, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.tree.borrow().read(ino, offset, buffer)
    }
    fn usage(&self) -> Usage {
        self.tree.borrow().usage()
    }
    fn retain(&self, ino: Ino) {
        self.tree.borrow_mut().retain(ino);
    }
    fn release(&self, ino: Ino) {
        self.tree.borrow_mut().release(ino);
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
