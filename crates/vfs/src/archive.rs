//! A read-only tree whose bytes come from a callback.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::backend::{Backend, Ino, Usage};
use crate::path::{check, check_name, components, try_copy};
use crate::{Attributes, DirEntry, Errno, Error, FileKind, Result, Timestamp};

const ROOT: Ino = 1;

/// Gives the bytes of a file by the key that the builder was told.
type Loader = dyn Fn(u64) -> Result<Rc<[u8]>, Errno>;

#[derive(Debug)]
enum Entry {
    Directory {
        entries: BTreeMap<Vec<u8>, Ino>,
        place: Option<(Ino, Vec<u8>)>,
        directories: u32,
    },
    File {
        size: u64,
        key: u64,
        meta: Option<Meta>,
    },
    Symlink(Vec<u8>),
}

/// What a [`StaticTree`] knows about a file besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The mode without the type bits; nobody may write anyway.
    pub permissions: u32,
    /// All three times.
    pub time: Timestamp,
}

/// Collects the names of a [`StaticTree`].
#[derive(Debug)]
pub struct StaticTreeBuilder {
    entries: Vec<Entry>,
    uid: u32,
    gid: u32,
    time: Timestamp,
}

impl Default for StaticTreeBuilder {
    fn default() -> Self {
        Self {
            entries: vec![directory(None)],
            uid: 0,
            gid: 0,
            time: 0,
        }
    }
}

fn directory(place: Option<(Ino, Vec<u8>)>) -> Entry {
    Entry::Directory {
        entries: BTreeMap::new(),
        place,
        directories: 0,
    }
}

fn index(ino: Ino) -> usize {
    usize::try_from(ino.wrapping_sub(ROOT)).unwrap_or(usize::MAX)
}

impl StaticTreeBuilder {
    /// Sets the owner of everything in it.
    #[must_use]
    pub fn owner(mut self, uid: u32, gid: u32) -> Self {
        (self.uid, self.gid) = (uid, gid);
        self
    }

    /// Sets all three times of everything in it.
    #[must_use]
    pub fn time(mut self, time: Timestamp) -> Self {
        self.time = time;
        self
    }

    /// Adds a file and the directories on the way to it. The loader will be asked for `key` and must give exactly
    /// `size` bytes.
    ///
    /// # Errors
    /// `EEXIST` if the path is taken, `ENOTDIR` if a file is on the way, `EINVAL` for `.`, `..` or a NUL byte.
    pub fn file(&mut self, path: impl AsRef<[u8]>, size: u64, key: u64) -> Result<&mut Self> {
        let meta = None;
        self.insert(path.as_ref(), Entry::File { size, key, meta })
    }

    /// Like [`file`](Self::file), with a mode and a time of its own.
    ///
    /// # Errors
    /// As for [`file`](Self::file).
    pub fn file_with(
        &mut self,
        path: impl AsRef<[u8]>,
        size: u64,
        key: u64,
        meta: Meta,
    ) -> Result<&mut Self> {
        let meta = Some(meta);
        self.insert(path.as_ref(), Entry::File { size, key, meta })
    }

    /// Adds a symbolic link and the directories on the way to it.
    ///
    /// # Errors
    /// As for [`file`](Self::file), also for the target's bytes.
    pub fn symlink(
        &mut self,
        path: impl AsRef<[u8]>,
        target: impl AsRef<[u8]>,
    ) -> Result<&mut Self> {
        check(target.as_ref())?;
        self.insert(path.as_ref(), Entry::Symlink(target.as_ref().to_vec()))
    }

    fn insert(&mut self, path: &[u8], entry: Entry) -> Result<&mut Self> {
        check(path)?;
        let mut parts = components(path);
        let name = parts.next_back().ok_or(Errno::EEXIST)?;
        let dir = self.walk(parts)?;
        check_part(name)?;
        let Some(Entry::Directory { entries, .. }) = self.entries.get(index(dir)) else {
            return Err(Errno::ENOTDIR.into());
        };
        if entries.contains_key(name) {
            return Err(Errno::EEXIST.into());
        }
        self.add(dir, name, entry);
        Ok(self)
    }

    /// Adds a directory, for instance as a place for a mount, and those on the way to it; one that is there is fine.
    ///
    /// # Errors
    /// As for [`file`](Self::file).
    pub fn directory(&mut self, path: impl AsRef<[u8]>) -> Result<&mut Self> {
        check(path.as_ref())?;
        self.walk(components(path.as_ref()))?;
        Ok(self)
    }

    fn walk<'a>(&mut self, parts: impl Iterator<Item = &'a [u8]>) -> Result<Ino> {
        let mut dir = ROOT;
        for part in parts {
            check_part(part)?;
            let Some(Entry::Directory { entries, .. }) = self.entries.get(index(dir)) else {
                return Err(Errno::ENOTDIR.into());
            };
            dir = match entries.get(part) {
                Some(&ino) => ino,
                None => self.add(dir, part, directory(Some((dir, part.to_vec())))),
            };
        }
        match self.entries.get(index(dir)) {
            Some(Entry::Directory { .. }) => Ok(dir),
            _ => Err(Errno::ENOTDIR.into()),
        }
    }

    fn add(&mut self, dir: Ino, name: &[u8], entry: Entry) -> Ino {
        let ino = self.entries.len() as u64 + ROOT;
        let is_directory = matches!(entry, Entry::Directory { .. });
        self.entries.push(entry);
        if let Some(Entry::Directory {
            entries,
            directories,
            ..
        }) = self.entries.get_mut(index(dir))
        {
            entries.insert(name.to_vec(), ino);
            *directories += u32::from(is_directory);
        }
        ino
    }

    /// Finishes the tree. The loader may be called many times for a key: the bytes are only kept while the file is
    /// open.
    #[must_use]
    pub fn build(self, loader: impl Fn(u64) -> Result<Rc<[u8]>, Errno> + 'static) -> StaticTree {
        StaticTree {
            tree: self,
            loader: Box::new(loader),
            open: RefCell::default(),
        }
    }
}

fn check_part(part: &[u8]) -> Result<()> {
    if part == b"." || part == b".." {
        return Err(Error::Os(Errno::EINVAL));
    }
    Ok(check_name(part)?)
}

#[derive(Debug, Default)]
struct Open {
    pins: u64,
    bytes: Option<Rc<[u8]>>,
}

/// A read-only back end for archives: the names are known from the start, the bytes of a file come from a callback
/// when they are first read.
///
/// ```
/// use krait_vfs::{Host, Settings, StaticTree, Vfs};
/// use std::rc::Rc;
///
/// let sources: Vec<Rc<[u8]>> = vec![Rc::from(*b"pass\n")];
/// let mut tree = StaticTree::builder();
/// tree.file("email/__init__.py", 5, 0)?;
/// let tree = tree.build(move |key| Ok(sources[key as usize].clone()));
///
/// let vfs = Vfs::new(Host::isolated(), Settings::default())?;
/// vfs.mkdir_all("/lib/python3.14")?;
/// vfs.mount("/lib/python3.14", Rc::new(tree))?;
/// assert_eq!(vfs.read_file("/lib/python3.14/email/__init__.py")?, b"pass\n");
/// # Ok::<(), krait_vfs::Error>(())
/// ```
pub struct StaticTree {
    tree: StaticTreeBuilder,
    loader: Box<Loader>,
    open: RefCell<BTreeMap<Ino, Open>>,
}

impl fmt::Debug for StaticTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticTree")
            .field("entries", &self.tree.entries.len())
            .finish_non_exhaustive()
    }
}

impl StaticTree {
    /// Starts an empty tree.
    #[must_use]
    pub fn builder() -> StaticTreeBuilder {
        StaticTreeBuilder::default()
    }

    fn entry(&self, ino: Ino) -> Result<&Entry, Errno> {
        self.tree.entries.get(index(ino)).ok_or(Errno::ESTALE)
    }

    fn bytes(&self, ino: Ino, size: u64, key: u64) -> Result<Rc<[u8]>, Errno> {
        if let Some(bytes) = self
            .open
            .borrow()
            .get(&ino)
            .and_then(|open| open.bytes.clone())
        {
            return Ok(bytes);
        }
        let bytes = (self.loader)(key)?;
        if bytes.len() as u64 != size {
            return Err(Errno::EIO);
        }
        if let Some(open) = self.open.borrow_mut().get_mut(&ino) {
            open.bytes = Some(bytes.clone());
        }
        Ok(bytes)
    }
}

impl Backend for StaticTree {
    fn root(&self) -> Ino {
        ROOT
    }

    fn attributes(&self, ino: Ino) -> Result<Attributes, Errno> {
        let (kind, permissions, nlink, size) = match self.entry(ino)? {
            Entry::Directory { directories, .. } => {
                (FileKind::Directory, 0o555, 2 + directories, 0)
            }
            Entry::File { size, meta, .. } => {
                let permissions = meta.map_or(0o444, |meta| meta.permissions & 0o555);
                (FileKind::Regular, permissions, 1, *size)
            }
            Entry::Symlink(target) => (FileKind::Symlink, 0o777, 1, target.len() as u64),
        };
        let time = match self.entry(ino)? {
            Entry::File { meta: Some(m), .. } => m.time,
            _ => self.tree.time,
        };
        Ok(Attributes {
            kind,
            permissions,
            nlink,
            uid: self.tree.uid,
            gid: self.tree.gid,
            size,
            allocated: size,
            rdev: 0,
            atime: time,
            mtime: time,
            ctime: time,
        })
    }

    fn lookup(&self, dir: Ino, name: &[u8]) -> Result<Option<Ino>, Errno> {
        match self.entry(dir)? {
            Entry::Directory { entries, .. } => Ok(entries.get(name).copied()),
            _ => Err(Errno::ENOTDIR),
        }
    }

    fn whereabouts(&self, dir: Ino) -> Result<Option<(Ino, Vec<u8>)>, Errno> {
        match self.entry(dir)? {
            Entry::Directory {
                place: Some((parent, name)),
                ..
            } => Ok(Some((*parent, try_copy(name)?))),
            Entry::Directory { place: None, .. } => Ok(None),
            _ => Err(Errno::ENOTDIR),
        }
    }

    fn list(&self, dir: Ino) -> Result<Vec<DirEntry>, Errno> {
        let Entry::Directory { entries, .. } = self.entry(dir)? else {
            return Err(Errno::ENOTDIR);
        };
        let mut list = Vec::new();
        list.try_reserve_exact(entries.len())
            .map_err(|_| Errno::ENOMEM)?;
        for (name, &ino) in entries {
            let kind = match self.entry(ino)? {
                Entry::Directory { .. } => FileKind::Directory,
                Entry::File { .. } => FileKind::Regular,
                Entry::Symlink(_) => FileKind::Symlink,
            };
            list.push(DirEntry {
                name: try_copy(name)?,
                ino,
                kind,
            });
        }
        Ok(list)
    }

    fn read_link(&self, ino: Ino) -> Result<Vec<u8>, Errno> {
        match self.entry(ino)? {
            Entry::Symlink(target) => try_copy(target),
            _ => Err(Errno::EINVAL),
        }
    }

    fn read(&self, ino: Ino, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        let (size, key) = match self.entry(ino)? {
            Entry::File { size, key, .. } => (*size, *key),
            Entry::Directory { .. } => return Err(Errno::EISDIR),
            Entry::Symlink(_) => return Err(Errno::EINVAL),
        };
        if offset >= size || buffer.is_empty() {
            return Ok(0);
        }
        let bytes = self.bytes(ino, size, key)?;
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| bytes.get(offset..))
            .unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn usage(&self) -> Usage {
        let size = |entry: &Entry| match entry {
            Entry::File { size, .. } => *size,
            _ => 0,
        };
        let bytes = self.tree.entries.iter().map(size).sum();
        Usage {
            capacity: bytes,
            used: bytes,
            nodes: self.tree.entries.len() as u64,
        }
    }

    fn retain(&self, ino: Ino) {
        self.open.borrow_mut().entry(ino).or_default().pins += 1;
    }

    fn release(&self, ino: Ino) {
        let mut open = self.open.borrow_mut();
        if let Some(entry) = open.get_mut(&ino) {
            entry.pins = entry.pins.saturating_sub(1);
            if entry.pins == 0 {
                open.remove(&ino);
            }
        }
    }
}
