//! The file system as a whole: set-up, mounts, permission.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::attributes::{PERMISSION_BITS, S_ISGID};
use crate::backend::{Backend, NewKind, NewNode};
use crate::descriptor::{DescriptorTable, Fd, OpenFile, Target};
use crate::device::{Device, Stream};
use crate::flags::{O_RDONLY, O_WRONLY, R_OK, W_OK, X_OK};
use crate::mount::{MountTable, Node, Pin};
use crate::walk::Follow;
use crate::{Attributes, Errno, FileKind, Host, MemoryBackend, Result, Timestamp};

/// How a [`Vfs`] starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes that the topmost file system can hold; also the longest length of a file.
    pub capacity: u64,
    /// The user; 0 may do everything.
    pub uid: u32,
    /// The user's group.
    pub gid: u32,
    /// The mode bits that new files do not get.
    pub umask: u32,
    /// How many descriptors can be open at once.
    pub descriptors: usize,
    /// The current directory at the start, made if missing.
    pub home: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            capacity: 1 << 30,
            uid: 1000,
            gid: 1000,
            umask: 0o022,
            descriptors: 1024,
            home: "/home/web".to_owned(),
        }
    }
}

/// A file system for one process: a tree of files, the current directory, and the descriptors.
///
/// It is used through `&self` and holds no borrow while it calls the [`Host`] or a [`Backend`], so a console that
/// runs Python code that writes to a file is fine. Share it as `Rc<Vfs>`; it is not for threads.
///
/// The methods are the system calls of the same names and answer their error numbers. Paths are bytes, as
/// `os.fsencode` gives them: UTF-8, with the bytes 0x80 to 0xFF for the surrogates U+DC80 to U+DCFF. Nothing here
/// looks into them but for `/` and NUL.
///
/// As on a `noatime` mount, reading does not change access times.
#[derive(Debug)]
pub struct Vfs {
    pub(crate) mounts: RefCell<MountTable>,
    pub(crate) root: Pin,
    pub(crate) cwd: RefCell<Pin>,
    pub(crate) descriptors: RefCell<DescriptorTable>,
    host: RefCell<Host>,
    umask: Cell<u32>,
    uid: u32,
    gid: u32,
    next_pipe: Cell<u64>,
}

impl Vfs {
    /// Makes a file system with `/dev`, `/home`, `/lib`, `/tmp` and the home directory, descriptors 0, 1 and 2 open.
    ///
    /// # Errors
    /// `ENOSPC` if the capacity is too small for the directories, and those of a bad home path.
    pub fn new(host: Host, settings: Settings) -> Result<Self> {
        let now = (host.clock)();
        let owner = (settings.uid, settings.gid);
        let memory = MemoryBackend::new(settings.capacity, 0o755, owner, now)?;
        let (mounts, root) = MountTable::new(Rc::new(memory));
        let vfs = Self {
            mounts: RefCell::new(mounts),
            cwd: RefCell::new(Pin::new(root.clone())),
            root: Pin::new(root),
            descriptors: RefCell::new(DescriptorTable::new(settings.descriptors)),
            host: RefCell::new(host),
            umask: Cell::new(0),
            uid: settings.uid,
            gid: settings.gid,
            next_pipe: Cell::new(1),
        };
        for (path, mode) in [
            ("/dev", 0o755),
            ("/home", 0o755),
            ("/lib", 0o755),
            ("/tmp", 0o1777),
        ] {
            vfs.mkdir(path, mode)?;
        }
        vfs.make_devices()?;
        vfs.umask.set(settings.umask & 0o777);
        vfs.mkdir_all(&settings.home)?;
        vfs.chdir(&settings.home)?;
        Ok(vfs)
    }

    fn make_devices(&self) -> Result<()> {
        let dev = self.resolve(b"/dev", Follow::Always)?;
        for &(name, permissions, device) in Device::ALL {
            let node = self.new_node(&dev, NewKind::CharDevice(device.number()), permissions)?;
            let ino = dev.backend().create(dev.ino, name.as_bytes(), &node)?;
            if let Device::Console(stream) = device {
                let flags = if stream == Stream::Stdin {
                    O_RDONLY
                } else {
                    O_WRONLY
                };
                let file = OpenFile::new(Target::Device(device, Pin::new(dev.sibling(ino))), flags);
                self.descriptors
                    .borrow_mut()
                    .insert(Rc::new(file), true, 0)?;
            }
        }
        Ok(())
    }

    /// Replaces console, clock and entropy. Files and descriptors stay.
    pub fn set_host(&self, host: Host) {
        // The old one is dropped after the borrow: it may own anything.
        let _old = self.host.replace(host);
    }

    /// A copy of the handles, so that a call holds no borrow.
    pub(crate) fn host(&self) -> Host {
        self.host.borrow().clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        let clock = self.host.borrow().clock.clone();
        clock()
    }

    /// The time by the host's clock.
    #[must_use]
    pub fn clock(&self) -> Timestamp {
        self.now()
    }

    /// Random bytes from the host, as from `/dev/urandom`.
    ///
    /// # Errors
    /// The host's.
    pub fn random(&self, buffer: &mut [u8]) -> Result<()> {
        let entropy = self.host.borrow().entropy.clone();
        Ok(entropy(buffer)?)
    }

    /// The user that all calls are made as.
    #[must_use]
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// The user's group.
    #[must_use]
    pub fn gid(&self) -> u32 {
        self.gid
    }

    /// Sets the mode bits that new files do not get; answers the former ones.
    pub fn umask(&self, mask: u32) -> u32 {
        self.umask.replace(mask & 0o777)
    }

    /// How many descriptors are open.
    #[must_use]
    pub fn open_descriptors(&self) -> usize {
        self.descriptors.borrow().open()
    }

    /// Hangs a back end over an existing directory.
    ///
    /// # Errors
    /// `ENOTDIR`; `EBUSY` for the topmost directory.
    pub fn mount(&self, path: impl AsRef<[u8]>, backend: Rc<dyn Backend>) -> Result<()> {
        let node = self.resolve(path.as_ref(), Follow::Always)?;
        if node.attributes()?.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR.into());
        }
        if node == *self.root.node() {
            return Err(Errno::EBUSY.into());
        }
        self.mounts.borrow_mut().add(node, backend);
        Ok(())
    }

    /// Takes down what is mounted at a directory.
    ///
    /// # Errors
    /// `EINVAL` if nothing is mounted there; `EBUSY` while a descriptor, the current directory or another mount is
    /// in it.
    pub fn unmount(&self, path: impl AsRef<[u8]>) -> Result<()> {
        let root = self.resolve(path.as_ref(), Follow::Always)?;
        // Dropped after the borrow: the back end may own anything.
        let removed = self.mounts.borrow_mut().remove(&root)?;
        drop(removed);
        Ok(())
    }

    pub(crate) fn next_pipe(&self) -> u64 {
        self.next_pipe.replace(self.next_pipe.get() + 1)
    }

    /// A node for a new name in `parent`, with the umask applied (links and devices have the mode they have). A
    /// directory with the set-group-id bit hands on its group, and to directories the bit.
    pub(crate) fn new_node<'a>(
        &self,
        parent: &Node,
        kind: NewKind<'a>,
        permissions: u32,
    ) -> Result<NewNode<'a>, Errno> {
        let above = parent.attributes()?;
        let inherited = above.permissions & S_ISGID;
        let mask = match kind {
            NewKind::Regular | NewKind::Directory => self.umask.get(),
            NewKind::Symlink(_) | NewKind::CharDevice(_) => 0,
        };
        let extra = if matches!(kind, NewKind::Directory) {
            inherited
        } else {
            0
        };
        Ok(NewNode {
            kind,
            permissions: permissions & PERMISSION_BITS & !mask | extra,
            uid: self.uid,
            gid: if inherited == 0 { self.gid } else { above.gid },
            now: self.now(),
        })
    }

    pub(crate) fn open_file(&self, fd: Fd) -> Result<Rc<OpenFile>, Errno> {
        self.descriptors.borrow().get(fd)
    }

    /// `EACCES` unless the user may do all of `want` (of `R_OK`, `W_OK`, `X_OK`).
    pub(crate) fn check_permission(&self, a: &Attributes, want: i32) -> Result<(), Errno> {
        let bits = if self.uid == 0 {
            let execute = a.kind == FileKind::Directory || a.permissions & 0o111 != 0;
            R_OK | W_OK | if execute { X_OK } else { 0 }
        } else {
            let class = match a {
                _ if a.uid == self.uid => a.permissions >> 6,
                _ if a.gid == self.gid => a.permissions >> 3,
                _ => a.permissions,
            };
            i32::try_from(class & 7).unwrap_or(0)
        };
        if want & !bits == 0 {
            Ok(())
        } else {
            Err(Errno::EACCES)
        }
    }

    pub(crate) fn owns(&self, a: &Attributes) -> bool {
        self.uid == 0 || self.uid == a.uid
    }

    /// Whether entries of this directory may be made: `EROFS`, `EACCES`, or `ENOENT` if it is removed.
    pub(crate) fn check_may_enter(&self, dir: &Node) -> Result<(), Errno> {
        let attributes = dir.attributes()?;
        if attributes.nlink == 0 {
            return Err(Errno::ENOENT);
        }
        if dir.backend().read_only() {
            return Err(Errno::EROFS);
        }
        self.check_permission(&attributes, W_OK | X_OK)
    }

    /// Whether the entry of `node` in this directory may be removed.
    pub(crate) fn check_may_remove(&self, dir: &Node, node: &Node) -> Result<(), Errno> {
        self.check_may_enter(dir)?;
        let attributes = dir.attributes()?;
        let sticky = attributes.permissions & crate::S_ISVTX != 0;
        if sticky && !self.owns(&attributes) && !self.owns(&node.attributes()?) {
            return Err(Errno::EPERM);
        }
        Ok(())
    }
}
