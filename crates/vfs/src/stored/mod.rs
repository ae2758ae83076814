//! Files in memory that are written back to a store outside.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;

mod batch;
mod load;
mod program;

pub use batch::{Batch, Put, Record, Written};

use crate::backend::{Ino, NewKind, NewNode};
use crate::journal::{Journal, PAGE};
use crate::path::components;
use crate::tree::{ROOT, Tree};
use crate::{Errno, FileKind, Timestamp};

/// Why a [`StoredBackend`] calls its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The first change after everything was in the store.
    Changed,
    /// A program asked for its changes to be stored (`fsync`).
    Asked,
}

/// Called when a [`StoredBackend`] wants attention.
pub type OnWake = Box<dyn Fn(Wake)>;

/// A back end that keeps its files in memory and remembers what of them is not yet in a store outside, which may be
/// slow and asynchronous: a database, a folder behind a permission.
///
/// The owner fills it with what the store has ([`load`](Self::load), [`load_page`](Self::load_page)), is called when
/// something changes, takes the changes as a [`Batch`], and says whether they [arrived](Self::arrived) or must be
/// [taken again](Self::returned). Calls of programs never wait for the store.
pub struct StoredBackend {
    tree: RefCell<Tree>,
    journal: RefCell<Journal>,
    /// Files whose stored content could not be read.
    damaged: RefCell<BTreeSet<Ino>>,
    fault: Cell<Option<Errno>>,
    read_only: Cell<bool>,
    plain: Cell<bool>,
    owner: (u32, u32),
    wake: OnWake,
}

impl fmt::Debug for StoredBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredBackend")
            .field("usage", &self.tree.borrow().usage())
            .field("fault", &self.fault.get())
            .finish_non_exhaustive()
    }
}

impl StoredBackend {
    /// Bytes of a page, the unit in which contents are written.
    pub const PAGE: u64 = PAGE;

    /// An empty one whose files belong to `owner`.
    ///
    /// # Errors
    /// `ENOSPC` if the capacity is too small for the root directory.
    pub fn new(
        capacity: u64,
        owner: (u32, u32),
        now: Timestamp,
        wake: OnWake,
    ) -> Result<Self, Errno> {
        let root = NewNode {
            kind: NewKind::Directory,
            permissions: 0o755,
            uid: owner.0,
            gid: owner.1,
            now,
        };
        Ok(Self {
            tree: RefCell::new(Tree::new(capacity, &root)?),
            journal: RefCell::default(),
            damaged: RefCell::default(),
            fault: Cell::new(None),
            read_only: Cell::new(false),
            plain: Cell::new(false),
            owner,
            wake,
        })
    }

    /// Refuses changes by programs from now on, or no longer.
    pub fn set_read_only(&self, read_only: bool) {
        self.read_only.set(read_only);
    }

    /// The store keeps directories and regular files of one name only: making links fails from now on with `EPERM`.
    pub fn set_plain(&self, plain: bool) {
        self.plain.set(plain);
    }

    /// Sets how many bytes may be in use; what is there stays, even if it is more.
    pub fn set_capacity(&self, capacity: u64) {
        self.tree.borrow_mut().set_capacity(capacity);
    }

    /// The store has failed: programs' changes fail with this from now on, because nobody knows whether they will
    /// ever be stored. With `ENOSPC`, what makes room goes on. Reading goes on in any case.
    pub fn set_fault(&self, fault: Option<Errno>) {
        self.fault.set(fault);
    }

    /// Whether the store has everything.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.journal.borrow().is_clean()
    }

    /// A number that grows with every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.journal.borrow().revision
    }

    fn changed(&self, note: impl FnOnce(&mut Journal)) {
        let was_clean = {
            let mut journal = self.journal.borrow_mut();
            let was_clean = journal.changes.is_empty();
            journal.revision += 1;
            note(&mut journal);
            was_clean
        };
        // After a failure a change may be what makes the next try succeed.
        if was_clean || self.fault.get().is_some() {
            (self.wake)(Wake::Changed);
        }
    }

    /// Whether a program may make this change now.
    fn check(&self, makes_room: bool) -> Result<(), Errno> {
        match self.fault.get() {
            Some(Errno::ENOSPC) if makes_room => Ok(()),
            Some(errno) => Err(errno),
            None => Ok(()),
        }
    }

    /// A plain store's names are text without backslashes: it is a browser's folder, on whatever system. Names with this ending
    /// are those of files that a browser is about to put in the place of others; nobody would see them again.
    fn check_plain(&self, name: &[u8]) -> Result<(), Errno> {
        match std::str::from_utf8(name) {
            _ if !self.plain.get() => Ok(()),
            Err(_) => Err(Errno::EILSEQ),
            Ok(name) if name.contains('\\') || name.ends_with(".crswap") => Err(Errno::EINVAL),
            Ok(_) => Ok(()),
        }
    }

    /// Whether memory and store differ in what a path names.
    #[must_use]
    pub fn is_changed(&self, path: &[u8]) -> bool {
        let ino = self.find(path).ok();
        self.journal.borrow().concerns(path, ino)
    }

    /// The node of a path.
    ///
    /// # Errors
    /// `ENOENT`, `ENOTDIR`.
    pub fn find(&self, path: &[u8]) -> Result<Ino, Errno> {
        let tree = self.tree.borrow();
        let mut ino = ROOT;
        for part in components(path) {
            ino = tree.lookup(ino, part)?.ok_or(Errno::ENOENT)?;
        }
        Ok(ino)
    }

    fn kind(&self, ino: Ino) -> Result<FileKind, Errno> {
        Ok(self.tree.borrow().attributes(ino)?.kind)
    }
}

fn join(path: &[u8], name: &[u8]) -> Vec<u8> {
    let mut joined = path.to_vec();
    if !path.is_empty() {
        joined.push(b'/');
    }
    joined.extend_from_slice(name);
    joined
}
