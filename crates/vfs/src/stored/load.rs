//! What comes from the store: nodes, contents, and removals by others.

use super::{Record, StoredBackend, join};
use crate::backend::{Change, Ino, NewKind, NewNode};
use crate::path::{NAME_MAX, components};
use crate::tree::ROOT;
use crate::{Errno, FileKind, Timestamp};

impl StoredBackend {
    /// Takes over a node from the store. Directories on the way that the store lacks are made, and count as changes.
    /// A file's content is empty afterwards; a node of another type gives way with all that is in it.
    ///
    /// # Errors
    /// `EINVAL` for a path that no store can have, `EBUSY` if what would have to give way has changes of its own,
    /// `ENOSPC`, `ENOMEM`.
    pub fn load(&self, record: &Record, now: Timestamp) -> Result<Ino, Errno> {
        let parts = parts_of(&record.path)?;
        let (name, above) = parts.split_last().ok_or(Errno::EINVAL)?;
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
            if let Err(errno) = tree.resize(ino, record.size, now) {
                drop(tree);
                // An empty file would pass for what the store has.
                if found.is_none() {
                    self.drop_subtree(dir, name, now)?;
                }
                return Err(errno);
            }
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
    /// `ENOENT` if the directory is missing, `EEXIST`, `EPERM` for a directory, `EINVAL` for a path that no store can have.
    pub fn load_link(&self, path: &[u8], ino: Ino, now: Timestamp) -> Result<(), Errno> {
        parts_of(path)?;
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

/// The components of a path as stores have it; `EINVAL` for one that no file can have.
fn parts_of(path: &[u8]) -> Result<Vec<&[u8]>, Errno> {
    let parts: Vec<&[u8]> = components(path).collect();
    let bad = |part: &&[u8]| {
        *part == b"." || *part == b".." || part.len() > NAME_MAX || part.contains(&0)
    };
    if parts.is_empty() || parts.iter().any(bad) || parts.join(&b'/') != path {
        return Err(Errno::EINVAL);
    }
    Ok(parts)
}
