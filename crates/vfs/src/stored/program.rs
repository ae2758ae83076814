//! What programs do with the files.

use super::{StoredBackend, Wake};
use crate::backend::{Backend, Change, Ino, NewKind, NewNode};
use crate::tree::looks_into_tree;
use crate::{Errno, Timestamp};

// No borrow lasts while `wake` is called.
impl Backend for StoredBackend {
    looks_into_tree!();

    fn read_only(&self) -> bool {
        self.read_only.get()
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
