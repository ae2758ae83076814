//! What goes to the store: the changes since the last time, and whole contents.

use std::collections::BTreeSet;

use super::{StoredBackend, join};
use crate::backend::{Backend, Ino};
use crate::journal::{Names, PAGE};
use crate::tree::ROOT;
use crate::{Errno, FileKind, Timestamp};

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

impl StoredBackend {
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
}
