//! Files in memory that are written back to a store outside.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;

use crate::backend::{Backend, Change, Ino, NewKind, NewNode, Usage};
use crate::journal::{Journal, Names, PAGE};
use crate::path::{NAME_MAX, components};
use crate::tree::{ROOT, Tree};
use crate::{Attributes, DirEntry, Errno, FileKind, Timestamp};

/// Why a [`StoredBackend`] calls its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The first change after everything was in the store.
    Changed,
    /// A program asked for its changes to be stored (`fsync`).
    Asked,
}

/// A node as a store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its path from the root of the store, without a slash at either end.
    pub path: Vec<u8>,
    /// Directory, regular file or symbolic link.
    pub kind: FileKind,
    /// The mode without the type bits.
    pub permissions: u32,
    /// Last change of the content.
    pub mtime: Timestamp,
    /// Length in bytes of a regular file.
    pub size: u64,
    /// Where a symbolic link leads.
    pub target: Vec<u8>,
}

/// A name to write to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// What it names; several names may lead to one node.
    pub ino: Ino,
    /// All about it but the content.
    pub record: Record,
}

/// A content to write to the store: first it is cut, then pages are written, then it has the size of its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Whose content it is.
    pub ino: Ino,
    /// What is stored from this length on is no longer valid.
    pub cut: Option<u64>,
    /// Number of a page ([`StoredBackend::PAGE`] bytes each) and its bytes; the last of a file may be shorter.
    pub pages: Vec<(u64, Vec<u8>)>,
}

/// What changed since the last [`StoredBackend::take`]: to be stored altogether or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Names that are new or whose nodes changed, directories before what is in them.
    pub puts: Vec<Put>,
    /// Changed contents, of files that have a name.
    pub contents: Vec<Written>,
    /// Names that are no more, what is in a directory before it.
    pub gone: Vec<Vec<u8>>,
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

    /// A plain store's names are text without backslashes: it is a browser's folder, on whatever system.
    fn check_plain(&self, name: &[u8]) -> Result<(), Errno> {
        match std::str::from_utf8(name) {
            _ if !self.plain.get() => Ok(()),
            Err(_) => Err(Errno::EILSEQ),
            Ok(name) if name.contains('\\') => Err(Errno::EINVAL),
            Ok(_) => Ok(()),
        }
    }

    fn names(&self) -> Result<Names, Errno> {
        let tree = self.tree.borrow();
        let mut names = Names::new();
        let mut pending = vec![(Vec::new(), ROOT)];
        while let Some((path, dir)) = pending.pop() {
            for entry in tree.list(dir)? {
                let path = join(&path, &entry.name);
                if entry.kind == FileKind::Directory {
                    pending.push((path.clone(), entry.ino));
                }
                names.insert(path, entry.ino);
            }
        }
        Ok(names)
    }

    /// Takes the changes since the last time; `None` if there are none. [`arrived`](Self::arrived) or
    /// [`returned`](Self::returned) has to follow.
    ///
    /// # Errors
    /// `EBUSY` if what was taken before has not arrived yet, `ENOMEM`.
    pub fn take(&self) -> Result<Option<Batch>, Errno> {
        if self.journal.borrow().is_travelling() {
            return Err(Errno::EBUSY);
        }
        let (changes_names, is_clean) = {
            let journal = self.journal.borrow();
            (journal.changes.names, journal.is_clean())
        };
        if is_clean {
            return Ok(None);
        }
        let names = if changes_names {
            self.names()?
        } else {
            self.journal.borrow().stored.clone()
        };
        let batch = {
            let journal = self.journal.borrow();
            let mut batch = Batch::default();
            let mut named = BTreeSet::new();
            for (path, &ino) in &names {
                named.insert(ino);
                if journal.stored.get(path) != Some(&ino) || journal.changes.concern(ino) {
                    batch.puts.push(Put {
                        ino,
                        record: self.record(path.clone(), ino)?,
                    });
                }
            }
            if changes_names {
                let gone = journal.stored.keys().rev();
                batch.gone = gone
                    .filter(|path| !names.contains_key(*path))
                    .cloned()
                    .collect();
            }
            for (&ino, pages) in &journal.changes.contents {
                if named.contains(&ino) {
                    batch.contents.push(Written {
                        ino,
                        cut: pages.cut,
                        pages: self.read_pages(ino, pages.written.iter().copied())?,
                    });
                }
            }
            batch
        };
        self.journal.borrow_mut().depart(names);
        Ok(Some(batch))
    }

    /// What was taken is in the store.
    pub fn arrived(&self) {
        self.journal.borrow_mut().arrived();
    }

    /// What was taken is not in the store, and is among the changes again.
    pub fn returned(&self) {
        self.journal.borrow_mut().returned();
    }

    /// The store is empty or another one: everything has to be written.
    pub fn forget_store(&self) {
        let files = {
            let mut journal = self.journal.borrow_mut();
            journal.returned();
            std::mem::take(&mut journal.stored)
        };
        let mut contents = Vec::new();
        for &ino in files.values() {
            if let Ok(attributes) = self.attributes(ino)
                && attributes.kind == FileKind::Regular
            {
                contents.push((ino, attributes.size));
            }
        }
        self.changed(|journal| {
            journal.changes.names = true;
            for (ino, size) in contents {
                journal.wrote(ino, 0, size);
            }
        });
    }

    fn record(&self, path: Vec<u8>, ino: Ino) -> Result<Record, Errno> {
        let tree = self.tree.borrow();
        let attributes = tree.attributes(ino)?;
        let is_link = attributes.kind == FileKind::Symlink;
        Ok(Record {
            path,
            kind: attributes.kind,
            permissions: attributes.permissions,
            mtime: attributes.mtime,
            size: attributes.size,
            target: if is_link {
                tree.read_link(ino)?
            } else {
                Vec::new()
            },
        })
    }

    fn read_pages(
        &self,
        ino: Ino,
        pages: impl Iterator<Item = u64>,
    ) -> Result<Vec<(u64, Vec<u8>)>, Errno> {
        let tree = self.tree.borrow();
        let size = tree.attributes(ino)?.size;
        let mut read = Vec::new();
        for page in pages.take_while(|page| page * PAGE < size) {
            let length = PAGE.min(size - page * PAGE);
            let mut bytes = crate::files::zeros(usize::try_from(length).unwrap_or(usize::MAX))?;
            tree.read(ino, page * PAGE, &mut bytes)?;
            read.push((page, bytes));
        }
        Ok(read)
    }

    /// A whole content, for a store that has lost or never had it. Pages of holes are left out.
    ///
    /// # Errors
    /// `ESTALE` if there is no such node, `EISDIR`, `EINVAL`, `ENOMEM`, `EIO` if the store could not give it.
    pub fn content(&self, ino: Ino) -> Result<Vec<(u64, Vec<u8>)>, Errno> {
        if self.damaged.borrow().contains(&ino) {
            return Err(Errno::EIO);
        }
        let size = self.tree.borrow().attributes(ino)?.size;
        let mut pages = self.read_pages(ino, 0..size.div_ceil(PAGE))?;
        pages.retain(|(_, bytes)| bytes.iter().any(|&byte| byte != 0));
        Ok(pages)
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

    /// Takes over a node from the store. Directories on the way that the store lacks are made, and count as changes.
    /// A file's content is empty afterwards; a node of another type gives way with all that is in it.
    ///
    /// # Errors
    /// `EINVAL` for a path that no store can have, `EBUSY` if what would have to give way has changes of its own,
    /// `ENOSPC`, `ENOMEM`.
    pub fn load(&self, record: &Record, now: Timestamp) -> Result<Ino, Errno> {
        let parts: Vec<&[u8]> = components(&record.path).collect();
        let bad = |part: &&[u8]| {
            *part == b"." || *part == b".." || part.len() > NAME_MAX || part.contains(&0)
        };
        let Some((name, above)) = parts.split_last() else {
            return Err(Errno::EINVAL);
        };
        if parts.iter().any(bad) || parts.join(&b'/') != record.path {
            return Err(Errno::EINVAL);
        }
        let mut made = false;
        let mut dir = ROOT;
        for (depth, part) in above.iter().enumerate() {
            let found = self.tree.borrow().lookup(dir, part)?;
            dir = match found {
                Some(ino) if self.kind(ino)? == FileKind::Directory => ino,
                Some(ino) => {
                    self.check_gives_way(&above[..=depth].join(&b'/'), ino)?;
                    self.drop_subtree(dir, part, now)?;
                    made = true;
                    self.make(dir, part, NewKind::Directory, 0o755, now)?
                }
                None => {
                    made = true;
                    self.make(dir, part, NewKind::Directory, 0o755, now)?
                }
            };
        }
        let kind = match record.kind {
            FileKind::Directory => NewKind::Directory,
            FileKind::Regular => NewKind::Regular,
            FileKind::Symlink => NewKind::Symlink(&record.target),
            _ => return Err(Errno::EINVAL),
        };
        let found = self.tree.borrow().lookup(dir, name)?;
        let ino = match found {
            Some(ino) if self.kind(ino)? == record.kind && record.kind != FileKind::Symlink => ino,
            Some(ino) => {
                self.check_gives_way(&record.path, ino)?;
                self.drop_subtree(dir, name, now)?;
                self.make(dir, name, kind, record.permissions, now)?
            }
            None => self.make(dir, name, kind, record.permissions, now)?,
        };
        let mut tree = self.tree.borrow_mut();
        if record.kind == FileKind::Regular {
            tree.resize(ino, 0, now)?;
            tree.resize(ino, record.size, now)?;
            self.damaged.borrow_mut().remove(&ino);
        }
        let change = Change {
            permissions: Some(record.permissions & crate::attributes::PERMISSION_BITS),
            atime: None,
            mtime: Some(record.mtime),
        };
        tree.set_attributes(ino, &change, now)?;
        drop(tree);
        self.journal
            .borrow_mut()
            .stored
            .insert(record.path.clone(), ino);
        if made {
            self.changed(|journal| journal.changes.names = true);
        }
        Ok(ino)
    }

    /// Another name from the store for a file that it has already given.
    ///
    /// # Errors
    /// `ENOENT` if the directory is missing, `EEXIST`, `EPERM` for a directory.
    pub fn load_link(&self, path: &[u8], ino: Ino, now: Timestamp) -> Result<(), Errno> {
        let (above, name) = match path.iter().rposition(|&byte| byte == b'/') {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&path[..0], path),
        };
        let dir = self.find(above)?;
        self.tree.borrow_mut().link(dir, name, ino, now)?;
        self.journal.borrow_mut().stored.insert(path.to_vec(), ino);
        Ok(())
    }

    /// Takes over bytes of a file from the store; its time of change stays what [`load`](Self::load) said.
    ///
    /// # Errors
    /// `ENOSPC`, `ENOMEM`, `EFBIG`, `ESTALE`.
    pub fn load_page(&self, ino: Ino, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let mut tree = self.tree.borrow_mut();
        let time = tree.attributes(ino)?.mtime;
        let mut done = 0;
        while done < bytes.len() {
            match tree.write(ino, offset + done as u64, &bytes[done..], time)? {
                0 => return Err(Errno::EIO),
                written => done += written,
            }
        }
        Ok(())
    }

    /// The store's content of a file cannot be read: reading it fails until it is cut to nothing or replaced.
    pub fn mark_damaged(&self, ino: Ino) {
        self.damaged.borrow_mut().insert(ino);
    }

    /// The store no longer has this name: it goes from memory too, unless it has changes, or is a directory that is
    /// not empty. Answers whether it is gone.
    ///
    /// # Errors
    /// `ESTALE`, if the tree is broken.
    pub fn load_removal(&self, path: &[u8], now: Timestamp) -> Result<bool, Errno> {
        if self.is_changed(path) {
            return Ok(false);
        }
        let Ok(ino) = self.find(path) else {
            self.journal.borrow_mut().stored.remove(path);
            return Ok(true);
        };
        let (above, name) = match path.iter().rposition(|&byte| byte == b'/') {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&path[..0], path),
        };
        let dir = self.find(above)?;
        let is_directory = self.kind(ino)? == FileKind::Directory;
        let mut tree = self.tree.borrow_mut();
        let removed = if is_directory {
            tree.remove_directory(dir, name, now)
        } else {
            tree.unlink(dir, name, now)
        };
        drop(tree);
        self.journal.borrow_mut().stored.remove(path);
        match removed {
            Ok(()) => Ok(true),
            Err(Errno::ENOTEMPTY) => {
                // What is in it has not been stored, so the directory has to be stored again.
                self.changed(|journal| journal.changes.names = true);
                Ok(false)
            }
            Err(errno) => Err(errno),
        }
    }

    fn kind(&self, ino: Ino) -> Result<FileKind, Errno> {
        Ok(self.tree.borrow().attributes(ino)?.kind)
    }

    fn make(
        &self,
        dir: Ino,
        name: &[u8],
        kind: NewKind<'_>,
        permissions: u32,
        now: Timestamp,
    ) -> Result<Ino, Errno> {
        let node = NewNode {
            kind,
            permissions,
            uid: self.owner.0,
            gid: self.owner.1,
            now,
        };
        self.tree.borrow_mut().create(dir, name, &node)
    }

    /// `EBUSY` if a node, or one below it, has changes that the store does not have.
    fn check_gives_way(&self, path: &[u8], ino: Ino) -> Result<(), Errno> {
        if self.journal.borrow().concerns(path, Some(ino)) {
            return Err(Errno::EBUSY);
        }
        if self.kind(ino)? == FileKind::Directory {
            let entries = self.tree.borrow().list(ino)?;
            for entry in entries {
                self.check_gives_way(&join(path, &entry.name), entry.ino)?;
            }
        }
        Ok(())
    }

    fn drop_subtree(&self, dir: Ino, name: &[u8], now: Timestamp) -> Result<(), Errno> {
        let found = self.tree.borrow().lookup(dir, name)?;
        let Some(ino) = found else {
            return Ok(());
        };
        if self.kind(ino)? != FileKind::Directory {
            return self.tree.borrow_mut().unlink(dir, name, now);
        }
        let entries = self.tree.borrow().list(ino)?;
        for entry in entries {
            self.drop_subtree(ino, &entry.name, now)?;
        }
        self.tree.borrow_mut().remove_directory(dir, name, now)
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

// No borrow lasts while `wake` is called.
impl Backend for StoredBackend {
    fn root(&self) -> Ino {
        ROOT
    }
    fn read_only(&self) -> bool {
        self.read_only.get()
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
    fn usage(&self) -> Usage {
        self.tree.borrow().usage()
    }
    fn retain(&self, ino: Ino) {
        self.tree.borrow_mut().retain(ino);
    }
    fn release(&self, ino: Ino) {
        self.tree.borrow_mut().release(ino);
    }

    fn read(&self, ino: Ino, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        if self.damaged.borrow().contains(&ino) {
            return Err(Errno::EIO);
        }
        self.tree.borrow().read(ino, offset, buffer)
    }

    fn write(&self, ino: Ino, offset: u64, data: &[u8], now: Timestamp) -> Result<usize, Errno> {
        self.check(false)?;
        if self.damaged.borrow().contains(&ino) {
            return Err(Errno::EIO);
        }
        let written = self.tree.borrow_mut().write(ino, offset, data, now)?;
        self.changed(|journal| journal.wrote(ino, offset, written as u64));
        Ok(written)
    }

    fn resize(&self, ino: Ino, size: u64, now: Timestamp) -> Result<(), Errno> {
        let before = self.attributes(ino)?.size;
        self.check(size <= before)?;
        if size == 0 {
            self.damaged.borrow_mut().remove(&ino);
        }
        self.tree.borrow_mut().resize(ino, size, now)?;
        self.changed(|journal| journal.resized(ino, before, size));
        Ok(())
    }

    fn create(&self, dir: Ino, name: &[u8], node: &NewNode<'_>) -> Result<Ino, Errno> {
        self.check(false)?;
        self.check_plain(name)?;
        // A store keeps no devices.
        let is_link = matches!(node.kind, NewKind::Symlink(_));
        if matches!(node.kind, NewKind::CharDevice(_)) || (is_link && self.plain.get()) {
            return Err(Errno::EPERM);
        }
        let ino = self.tree.borrow_mut().create(dir, name, node)?;
        self.changed(|journal| journal.changes.names = true);
        Ok(ino)
    }

    fn link(&self, dir: Ino, name: &[u8], ino: Ino, now: Timestamp) -> Result<(), Errno> {
        self.check(false)?;
        if self.plain.get() {
            return Err(Errno::EPERM);
        }
        self.tree.borrow_mut().link(dir, name, ino, now)?;
        self.changed(|journal| journal.changes.names = true);
        Ok(())
    }

    fn unlink(&self, dir: Ino, name: &[u8], now: Timestamp) -> Result<(), Errno> {
        self.check(true)?;
        self.tree.borrow_mut().unlink(dir, name, now)?;
        self.changed(|journal| journal.changes.names = true);
        Ok(())
    }

    fn remove_directory(&self, dir: Ino, name: &[u8], now: Timestamp) -> Result<(), Errno> {
        self.check(true)?;
        self.tree.borrow_mut().remove_directory(dir, name, now)?;
        self.changed(|journal| journal.changes.names = true);
        Ok(())
    }

    fn rename(&self, from: (Ino, &[u8]), to: (Ino, &[u8]), now: Timestamp) -> Result<(), Errno> {
        self.check(true)?;
        self.check_plain(to.1)?;
        self.tree.borrow_mut().rename(from, to, now)?;
        self.changed(|journal| journal.changes.names = true);
        Ok(())
    }

    fn set_attributes(&self, ino: Ino, change: &Change, now: Timestamp) -> Result<(), Errno> {
        self.check(true)?;
        self.tree.borrow_mut().set_attributes(ino, change, now)?;
        self.changed(|journal| {
            journal.changes.attributes.insert(ino);
        });
        Ok(())
    }

    fn sync(&self) -> Result<(), Errno> {
        if !self.is_clean() {
            (self.wake)(Wake::Asked);
        }
        self.fault.get().map_or(Ok(()), Err)
    }
}
