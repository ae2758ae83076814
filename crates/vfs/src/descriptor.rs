//! Open files and the table of descriptors.

use std::cell::Cell;
use std::rc::Rc;

use crate::device::Device;
use crate::flags::{O_ACCMODE, O_RDONLY, O_WRONLY};
use crate::mount::{Node, Pin};
use crate::pipe::{ReadEnd, WriteEnd};
use crate::{Attributes, Errno};

/// A file descriptor.
pub type Fd = i32;

/// What an open file leads to.
#[derive(Debug)]
pub(crate) enum Target {
    Regular(Pin),
    Directory(Pin),
    Device(Device, Pin),
    Reader(ReadEnd),
    Writer(WriteEnd),
}

/// An open file: duplicated descriptors share it, and with it the position.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) target: Target,
    /// The access mode and the status flags.
    pub(crate) flags: Cell<i32>,
    pub(crate) offset: Cell<u64>,
}

impl OpenFile {
    pub(crate) fn new(target: Target, flags: i32) -> Self {
        Self {
            target,
            flags: Cell::new(flags),
            offset: Cell::new(0),
        }
    }

    pub(crate) fn has(&self, flag: i32) -> bool {
        self.flags.get() & flag == flag
    }

    pub(crate) fn readable(&self) -> Result<(), Errno> {
        if self.flags.get() & O_ACCMODE == O_WRONLY {
            Err(Errno::EBADF)
        } else {
            Ok(())
        }
    }

    pub(crate) fn writable(&self) -> Result<(), Errno> {
        if self.flags.get() & O_ACCMODE == O_RDONLY {
            Err(Errno::EBADF)
        } else {
            Ok(())
        }
    }

    /// The node behind it; a pipe has none.
    pub(crate) fn node(&self) -> Option<&Node> {
        match &self.target {
            Target::Regular(pin) | Target::Directory(pin) | Target::Device(_, pin) => {
                Some(pin.node())
            }
            Target::Reader(_) | Target::Writer(_) => None,
        }
    }

    /// Device number, node number and attributes.
    pub(crate) fn attributes(&self) -> Result<(u64, u64, Attributes), Errno> {
        let (ino, attributes) = match &self.target {
            Target::Regular(pin) | Target::Directory(pin) | Target::Device(_, pin) => {
                let node = pin.node();
                return Ok((node.mount.device, node.ino, node.attributes()?));
            }
            Target::Reader(end) => end.attributes(),
            Target::Writer(end) => end.attributes(),
        };
        Ok((0, ino, attributes))
    }
}

#[derive(Clone, Debug)]
struct Slot {
    file: Rc<OpenFile>,
    inheritable: bool,
}

/// The descriptors, by number.
#[derive(Debug)]
pub(crate) struct DescriptorTable {
    slots: Vec<Option<Slot>>,
    limit: usize,
}

impl DescriptorTable {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            slots: Vec::new(),
            limit: limit.min(1 << 20),
        }
    }

    fn slot(&self, fd: Fd) -> Result<&Slot, Errno> {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        self.slots
            .get(index)
            .and_then(Option::as_ref)
            .ok_or(Errno::EBADF)
    }

    /// The file is shared so that a call can use it after the borrow of the table ends.
    pub(crate) fn get(&self, fd: Fd) -> Result<Rc<OpenFile>, Errno> {
        Ok(self.slot(fd)?.file.clone())
    }

    /// Makes sure that `count` more descriptors from `from` on are to be had.
    pub(crate) fn reserve(&mut self, count: usize, from: usize) -> Result<(), Errno> {
        let free = self
            .slots
            .iter()
            .skip(from)
            .filter(|slot| slot.is_none())
            .count();
        let needed = count.saturating_sub(free);
        let length = self.slots.len().max(from);
        if length + needed > self.limit {
            return Err(Errno::EMFILE);
        }
        let missing = length + needed - self.slots.len();
        self.slots.try_reserve(missing).map_err(|_| Errno::ENOMEM)
    }

    /// Puts a file at the lowest free number from `from` on.
    pub(crate) fn insert(
        &mut self,
        file: Rc<OpenFile>,
        inheritable: bool,
        from: usize,
    ) -> Result<Fd, Errno> {
        self.reserve(1, from)?;
        let index = (from..self.slots.len()).find(|&index| self.slots[index].is_none());
        let index = index.unwrap_or_else(|| self.slots.len().max(from));
        if index >= self.slots.len() {
            self.slots.resize(index + 1, None);
        }
        self.slots[index] = Some(Slot { file, inheritable });
        Fd::try_from(index).map_err(|_| Errno::EMFILE)
    }

    /// Puts a file at this number; gives back what was there, to be dropped after the borrow of the table ends.
    pub(crate) fn replace(
        &mut self,
        fd: Fd,
        file: Rc<OpenFile>,
        inheritable: bool,
    ) -> Result<Option<Rc<OpenFile>>, Errno> {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        if index >= self.limit {
            return Err(Errno::EBADF);
        }
        if index >= self.slots.len() {
            self.slots
                .try_reserve(index + 1 - self.slots.len())
                .map_err(|_| Errno::ENOMEM)?;
            self.slots.resize(index + 1, None);
        }
        Ok(self.slots[index]
            .replace(Slot { file, inheritable })
            .map(|slot| slot.file))
    }

    /// Frees a number; gives back its file, to be dropped after the borrow of the table ends.
    pub(crate) fn remove(&mut self, fd: Fd) -> Result<Rc<OpenFile>, Errno> {
        self.slot(fd)?;
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        self.slots[index]
            .take()
            .map(|slot| slot.file)
            .ok_or(Errno::EBADF)
    }

    pub(crate) fn inheritable(&self, fd: Fd) -> Result<bool, Errno> {
        Ok(self.slot(fd)?.inheritable)
    }

    pub(crate) fn set_inheritable(&mut self, fd: Fd, inheritable: bool) -> Result<(), Errno> {
        self.slot(fd)?;
        if let Some(Some(slot)) = usize::try_from(fd)
            .ok()
            .and_then(|index| self.slots.get_mut(index))
        {
            slot.inheritable = inheritable;
        }
        Ok(())
    }

    /// How many descriptors are open.
    pub(crate) fn open(&self) -> usize {
        self.slots.iter().flatten().count()
    }
}
