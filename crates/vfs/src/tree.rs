//! The inode tree behind [`MemoryBackend`](crate::MemoryBackend).
//!
//! Every method either does all of its work or none: what can fail (room, memory, names) is asked first.

use crate::backend::{Change, Ino, NewKind, NewNode, Usage};
use crate::content::Budget;
use crate::inode::{Inode, Map, Payload};
use crate::path::try_copy;
use crate::{Attributes, DirEntry, Errno, FileKind, Timestamp};

/// What a node costs of the capacity besides its content, so that a loop that makes empty files ends with `ENOSPC`.
const NODE_COST: u64 = 256;
/// What a name costs besides its bytes.
const ENTRY_COST: u64 = 64;

pub(crate) const ROOT: Ino = 1;

/// The methods of a [`Backend`](crate::Backend) that change nothing, for one whose nodes are all in `self.tree`, a `RefCell<Tree>`.
macro_rules! looks_into_tree {
    () => {
        fn root(&self) -> $crate::backend::Ino {
            $crate::tree::ROOT
        }
        fn attributes(
            &self,
            ino: $crate::backend::Ino,
        ) -> Result<$crate::Attributes, $crate::Errno> {
            self.tree.borrow().attributes(ino)
        }
        fn lookup(
            &self,
            dir: $crate::backend::Ino,
            name: &[u8],
        ) -> Result<Option<$crate::backend::Ino>, $crate::Errno> {
            self.tree.borrow().lookup(dir, name)
        }
        fn whereabouts(
            &self,
            dir: $crate::backend::Ino,
        ) -> Result<Option<($crate::backend::Ino, Vec<u8>)>, $crate::Errno> {
            self.tree.borrow().whereabouts(dir)
        }
        fn list(&self, dir: $crate::backend::Ino) -> Result<Vec<$crate::DirEntry>, $crate::Errno> {
            self.tree.borrow().list(dir)
        }
        fn read_link(&self, ino: $crate::backend::Ino) -> Result<Vec<u8>, $crate::Errno> {
            self.tree.borrow().read_link(ino)
        }
        fn usage(&self) -> $crate::backend::Usage {
            self.tree.borrow().usage()
        }
        fn retain(&self, ino: $crate::backend::Ino) {
            self.tree.borrow_mut().retain(ino);
        }
        fn release(&self, ino: $crate::backend::Ino) {
            self.tree.borrow_mut().release(ino);
        }
    };
}
pub(crate) use looks_into_tree;

#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Map<Ino, Inode>,
    next: Ino,
    budget: Budget,
}

fn node_cost(inode: &Inode) -> u64 {
    NODE_COST
        + match &inode.payload {
            Payload::Symlink(target) => target.len() as u64,
            Payload::Regular(content) => content.allocated(),
            _ => 0,
        }
}

fn entry_cost(name: &[u8]) -> u64 {
    ENTRY_COST + name.len() as u64
}

impl Tree {
    pub(crate) fn new(capacity: u64, root: &NewNode<'_>) -> Result<Self, Errno> {
        let mut nodes = Map::default();
        let root = Inode::new(&NewNode {
            kind: NewKind::Directory,
            ..*root
        })?;
        let mut budget = Budget { capacity, used: 0 };
        budget.charge(node_cost(&root))?;
        nodes.insert(ROOT, root);
        Ok(Self {
            nodes,
            next: ROOT + 1,
            budget,
        })
    }

    pub(crate) fn usage(&self) -> Usage {
        Usage {
            capacity: self.budget.capacity,
            used: self.budget.used,
            nodes: self.nodes.len() as u64,
        }
    }

    pub(crate) fn set_capacity(&mut self, capacity: u64) {
        self.budget.capacity = capacity;
    }

    fn node(&self, ino: Ino) -> Result<&Inode, Errno> {
        self.nodes.get(&ino).ok_or(Errno::ESTALE)
    }

    fn node_mut(&mut self, ino: Ino) -> Result<&mut Inode, Errno> {
        self.nodes.get_mut(&ino).ok_or(Errno::ESTALE)
    }

    pub(crate) fn attributes(&self, ino: Ino) -> Result<Attributes, Errno> {
        Ok(self.node(ino)?.attributes())
    }

    pub(crate) fn lookup(&self, dir: Ino, name: &[u8]) -> Result<Option<Ino>, Errno> {
        Ok(self.node(dir)?.directory()?.entries.get(name).copied())
    }

    fn existing(&self, dir: Ino, name: &[u8]) -> Result<Ino, Errno> {
        self.lookup(dir, name)?.ok_or(Errno::ENOENT)
    }

    pub(crate) fn whereabouts(&self, dir: Ino) -> Result<Option<(Ino, Vec<u8>)>, Errno> {
        match &self.node(dir)?.directory()?.place {
            Some((parent, name)) => Ok(Some((*parent, try_copy(name)?))),
            None if dir == ROOT => Ok(None),
            None => Err(Errno::ENOENT),
        }
    }

    pub(crate) fn list(&self, dir: Ino) -> Result<Vec<DirEntry>, Errno> {
        let entries = &self.node(dir)?.directory()?.entries;
        let mut list = Vec::new();
        list.try_reserve_exact(entries.len())
            .map_err(|_| Errno::ENOMEM)?;
        for (name, &ino) in entries {
            list.push(DirEntry {
                name: try_copy(name)?,
                ino,
                kind: self.node(ino)?.kind(),
            });
        }
        list.sort_unstable_by(|a: &DirEntry, b| a.name.cmp(&b.name));
        Ok(list)
    }

    pub(crate) fn read_link(&self, ino: Ino) -> Result<Vec<u8>, Errno> {
        match &self.node(ino)?.payload {
            Payload::Symlink(target) => try_copy(target),
            _ => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn read(&self, ino: Ino, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        match &self.node(ino)?.payload {
            Payload::Regular(content) => Ok(content.read(offset, buffer)),
            Payload::Directory(_) => Err(Errno::EISDIR),
            _ => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn write(
        &mut self,
        ino: Ino,
        offset: u64,
        data: &[u8],
        now: Timestamp,
    ) -> Result<usize, Errno> {
        let inode = self.nodes.get_mut(&ino).ok_or(Errno::ESTALE)?;
        let Payload::Regular(content) = &mut inode.payload else {
            return Err(Errno::EINVAL);
        };
        let written = content.write(offset, data, &mut self.budget)?;
        if written > 0 {
            inode.modified(now);
        }
        Ok(written)
    }

    pub(crate) fn resize(&mut self, ino: Ino, size: u64, now: Timestamp) -> Result<(), Errno> {
        let inode = self.nodes.get_mut(&ino).ok_or(Errno::ESTALE)?;
        let Payload::Regular(content) = &mut inode.payload else {
            return Err(Errno::EINVAL);
        };
        content.resize(size, &mut self.budget)?;
        inode.modified(now);
        Ok(())
    }

    pub(crate) fn retain(&mut self, ino: Ino) {
        if let Some(inode) = self.nodes.get_mut(&ino) {
            inode.pins += 1;
        }
    }

    pub(crate) fn release(&mut self, ino: Ino) {
        if let Some(inode) = self.nodes.get_mut(&ino) {
            inode.pins = inode.pins.saturating_sub(1);
            self.drop_if_unused(ino);
        }
    }

    fn drop_if_unused(&mut self, ino: Ino) {
        let unused = self
            .nodes
            .get(&ino)
            .is_some_and(|inode| inode.nlink == 0 && inode.pins == 0);
        if unused && let Some(inode) = self.nodes.remove(&ino) {
            self.budget.refund(node_cost(&inode));
        }
    }

    /// Makes sure that `name` is free in `dir` and that an insertion cannot fail, and pays for the entry.
    fn prepare_entry(&mut self, dir: Ino, name: &[u8]) -> Result<Vec<u8>, Errno> {
        let inode = self.nodes.get_mut(&dir).ok_or(Errno::ESTALE)?;
        let removed = inode.nlink == 0;
        let directory = inode.directory_mut()?;
        if removed {
            return Err(Errno::ENOENT);
        }
        if directory.entries.contains_key(name) {
            return Err(Errno::EEXIST);
        }
        directory
            .entries
            .try_reserve(1)
            .map_err(|_| Errno::ENOMEM)?;
        let name = try_copy(name)?;
        self.budget.charge(entry_cost(&name))?;
        Ok(name)
    }

    pub(crate) fn create(
        &mut self,
        dir: Ino,
        name: &[u8],
        node: &NewNode<'_>,
    ) -> Result<Ino, Errno> {
        let mut inode = Inode::new(node)?;
        self.nodes.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        let is_directory = inode.kind() == FileKind::Directory;
        if is_directory {
            inode.directory_mut()?.place = Some((dir, try_copy(name)?));
        }
        let entry = self.prepare_entry(dir, name)?;
        if let Err(errno) = self.budget.charge(node_cost(&inode)) {
            self.budget.refund(entry_cost(&entry));
            return Err(errno);
        }
        let ino = self.next;
        self.next += 1;
        self.nodes.insert(ino, inode);
        let parent = self.node_mut(dir)?;
        parent.modified(node.now);
        parent.nlink += u32::from(is_directory);
        parent.directory_mut()?.entries.insert(entry, ino);
        Ok(ino)
    }

    pub(crate) fn link(
        &mut self,
        dir: Ino,
        name: &[u8],
        ino: Ino,
        now: Timestamp,
    ) -> Result<(), Errno> {
        let inode = self.node(ino)?;
        if inode.kind() == FileKind::Directory {
            return Err(Errno::EPERM);
        }
        if inode.nlink == 0 {
            return Err(Errno::ENOENT);
        }
        let nlink = inode.nlink.checked_add(1).ok_or(Errno::EMLINK)?;
        let entry = self.prepare_entry(dir, name)?;
        let parent = self.node_mut(dir)?;
        parent.modified(now);
        parent.directory_mut()?.entries.insert(entry, ino);
        let inode = self.node_mut(ino)?;
        inode.nlink = nlink;
        inode.ctime = now;
        Ok(())
    }

    /// Takes one name from a node, and from a directory all its links: it can have no other name.
    fn drop_name(&mut self, ino: Ino, now: Timestamp) -> Result<(), Errno> {
        let inode = self.node_mut(ino)?;
        inode.ctime = now;
        if let Payload::Directory(directory) = &mut inode.payload {
            directory.place = None;
            inode.nlink = 0;
        } else {
            inode.nlink = inode.nlink.saturating_sub(1);
        }
        self.drop_if_unused(ino);
        Ok(())
    }

    fn remove_entry(
        &mut self,
        dir: Ino,
        name: &[u8],
        ino: Ino,
        now: Timestamp,
    ) -> Result<(), Errno> {
        let links = u32::from(self.node(ino)?.kind() == FileKind::Directory);
        let parent = self.node_mut(dir)?;
        parent.modified(now);
        parent.nlink -= links;
        if parent.directory_mut()?.entries.remove(name).is_some() {
            self.budget.refund(entry_cost(name));
        }
        Ok(())
    }

    pub(crate) fn unlink(&mut self, dir: Ino, name: &[u8], now: Timestamp) -> Result<(), Errno> {
        let ino = self.existing(dir, name)?;
        if self.node(ino)?.kind() == FileKind::Directory {
            return Err(Errno::EISDIR);
        }
        self.remove_entry(dir, name, ino, now)?;
        self.drop_name(ino, now)
    }

    pub(crate) fn remove_directory(
        &mut self,
        dir: Ino,
        name: &[u8],
        now: Timestamp,
    ) -> Result<(), Errno> {
        let ino = self.existing(dir, name)?;
        if !self.node(ino)?.directory()?.entries.is_empty() {
            return Err(Errno::ENOTEMPTY);
        }
        self.remove_entry(dir, name, ino, now)?;
        self.drop_name(ino, now)
    }

    pub(crate) fn rename(
        &mut self,
        from: (Ino, &[u8]),
        to: (Ino, &[u8]),
        now: Timestamp,
    ) -> Result<(), Errno> {
        let ino = self.existing(from.0, from.1)?;
        let is_directory = self.node(ino)?.kind() == FileKind::Directory;
        let target = self.lookup(to.0, to.1)?;
        if target == Some(ino) {
            return Ok(());
        }
        // The copies come before the first change: from there on nothing can fail for lack of memory.
        let place = if is_directory {
            Some((to.0, try_copy(to.1)?))
        } else {
            None
        };
        if let Some(target) = target {
            match (&self.node(target)?.payload, is_directory) {
                (Payload::Directory(directory), true) if !directory.entries.is_empty() => {
                    return Err(Errno::ENOTEMPTY);
                }
                (Payload::Directory(_), false) => return Err(Errno::EISDIR),
                (Payload::Directory(_), true) | (_, false) => {}
                (_, true) => return Err(Errno::ENOTDIR),
            }
            self.drop_name(target, now)?;
            let parent = self.node_mut(to.0)?;
            // The entry changes hands in its place: nothing is allocated, and both are directories or neither is.
            if let Some(entry) = parent.directory_mut()?.entries.get_mut(to.1) {
                *entry = ino;
            }
            parent.modified(now);
        } else {
            let name = self.prepare_entry(to.0, to.1)?;
            let parent = self.node_mut(to.0)?;
            parent.modified(now);
            parent.nlink += u32::from(is_directory);
            parent.directory_mut()?.entries.insert(name, ino);
        }
        self.remove_entry(from.0, from.1, ino, now)?;
        let inode = self.node_mut(ino)?;
        inode.ctime = now;
        if place.is_some() {
            inode.directory_mut()?.place = place;
        }
        Ok(())
    }

    pub(crate) fn set_attributes(
        &mut self,
        ino: Ino,
        change: &Change,
        now: Timestamp,
    ) -> Result<(), Errno> {
        let inode = self.node_mut(ino)?;
        inode.permissions = change.permissions.unwrap_or(inode.permissions);
        inode.atime = change.atime.unwrap_or(inode.atime);
        inode.mtime = change.mtime.unwrap_or(inode.mtime);
        inode.ctime = now;
        Ok(())
    }
}
