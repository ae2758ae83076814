//! The calls about attributes, directories as lists, and the current directory.

use crate::attributes::{BLOCK_SIZE, PERMISSION_BITS, SetTime, Stat, StatVfs};
use crate::backend::{Change, Usage};
use crate::descriptor::{Fd, Target};
use crate::flags::{R_OK, W_OK, X_OK};
use crate::mount::{Node, Pin};
use crate::path::NAME_MAX;
use crate::walk::Follow;
use crate::{DirEntry, Errno, FileKind, Result, Vfs};

fn follow_if(follow: bool) -> Follow {
    if follow {
        Follow::Always
    } else {
        Follow::Slash
    }
}

fn stat_node(node: &Node) -> Result<Stat> {
    Ok(Stat::new(node.mount.device, node.ino, &node.attributes()?))
}

impl Vfs {
    /// What is known about a file; symbolic links are followed.
    ///
    /// # Errors
    /// `ENOENT`, `ENOTDIR`, `EACCES`, `ELOOP`, `ENAMETOOLONG`.
    pub fn stat(&self, path: impl AsRef<[u8]>) -> Result<Stat> {
        stat_node(&self.resolve(path.as_ref(), Follow::Always)?)
    }

    /// Like [`stat`](Self::stat), but a symbolic link at the end is not followed.
    ///
    /// # Errors
    /// As for [`stat`](Self::stat).
    pub fn lstat(&self, path: impl AsRef<[u8]>) -> Result<Stat> {
        stat_node(&self.resolve(path.as_ref(), Follow::Slash)?)
    }

    /// Like [`stat`](Self::stat), of an open file.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn fstat(&self, fd: Fd) -> Result<Stat> {
        let (device, ino, attributes) = self.open_file(fd)?.attributes()?;
        Ok(Stat::new(device, ino, &attributes))
    }

    /// Whether the user may do all of `mode` (of `R_OK`, `W_OK`, `X_OK`; `F_OK` only asks for existence).
    ///
    /// # Errors
    /// `EACCES`, `EROFS`, `EINVAL` for other bits, and those of [`stat`](Self::stat).
    pub fn access(&self, path: impl AsRef<[u8]>, mode: i32, follow: bool) -> Result<()> {
        let node = self.resolve(path.as_ref(), follow_if(follow))?;
        if mode & !(R_OK | W_OK | X_OK) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let attributes = node.attributes()?;
        if mode & W_OK != 0 && node.backend().read_only() && attributes.kind != FileKind::CharDevice
        {
            return Err(Errno::EROFS.into());
        }
        if attributes.kind == FileKind::Symlink {
            return Ok(());
        }
        Ok(self.check_permission(&attributes, mode)?)
    }

    /// Sets the permissions.
    ///
    /// # Errors
    /// `EPERM` for another's file, `EROFS`, `EOPNOTSUPP` for a symbolic link itself.
    pub fn chmod(&self, path: impl AsRef<[u8]>, mode: u32, follow: bool) -> Result<()> {
        self.chmod_node(&self.resolve(path.as_ref(), follow_if(follow))?, mode)
    }

    /// Sets the permissions of an open file.
    ///
    /// # Errors
    /// As for [`chmod`](Self::chmod); `EBADF`; `EINVAL` for a pipe.
    pub fn fchmod(&self, fd: Fd, mode: u32) -> Result<()> {
        let file = self.open_file(fd)?;
        self.chmod_node(file.node().ok_or(Errno::EINVAL)?, mode)
    }

    fn chmod_node(&self, node: &Node, mode: u32) -> Result<()> {
        let attributes = node.attributes()?;
        if node.backend().read_only() {
            return Err(Errno::EROFS.into());
        }
        if attributes.kind == FileKind::Symlink {
            return Err(Errno::EOPNOTSUPP.into());
        }
        if !self.owns(&attributes) {
            return Err(Errno::EPERM.into());
        }
        let change = Change {
            permissions: Some(mode & PERMISSION_BITS),
            ..Change::default()
        };
        Ok(node
            .backend()
            .set_attributes(node.ino, &change, self.now())?)
    }

    /// Sets the times of last access and change.
    ///
    /// # Errors
    /// `EACCES` or `EPERM` for another's file, `EROFS`.
    pub fn utime(
        &self,
        path: impl AsRef<[u8]>,
        atime: SetTime,
        mtime: SetTime,
        follow: bool,
    ) -> Result<()> {
        self.utime_node(
            &self.resolve(path.as_ref(), follow_if(follow))?,
            atime,
            mtime,
        )
    }

    /// Sets the times of an open file.
    ///
    /// # Errors
    /// As for [`utime`](Self::utime); `EBADF`; `EINVAL` for a pipe.
    pub fn futime(&self, fd: Fd, atime: SetTime, mtime: SetTime) -> Result<()> {
        let file = self.open_file(fd)?;
        self.utime_node(file.node().ok_or(Errno::EINVAL)?, atime, mtime)
    }

    fn utime_node(&self, node: &Node, atime: SetTime, mtime: SetTime) -> Result<()> {
        if atime == SetTime::Omit && mtime == SetTime::Omit {
            return Ok(());
        }
        if node.backend().read_only() {
            return Err(Errno::EROFS.into());
        }
        let attributes = node.attributes()?;
        if !self.owns(&attributes) {
            if (atime, mtime) != (SetTime::Now, SetTime::Now) {
                return Err(Errno::EPERM.into());
            }
            self.check_permission(&attributes, W_OK)?;
        }
        let now = self.now();
        let time = |set| match set {
            SetTime::Now => Some(now),
            SetTime::Omit => None,
            SetTime::At(time) => Some(time),
        };
        let change = Change {
            permissions: None,
            atime: time(atime),
            mtime: time(mtime),
        };
        Ok(node.backend().set_attributes(node.ino, &change, now)?)
    }

    /// The entries of a directory with their types, in order of their bytes, without `.` and `..`. The list is a
    /// snapshot: later changes do not show. It serves both `os.scandir` and `os.listdir`.
    ///
    /// # Errors
    /// `ENOTDIR`, `EACCES`, and those of [`stat`](Self::stat).
    pub fn scandir(&self, path: impl AsRef<[u8]>) -> Result<Vec<DirEntry>> {
        let node = self.resolve(path.as_ref(), Follow::Always)?;
        let attributes = node.attributes()?;
        if attributes.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR.into());
        }
        self.check_permission(&attributes, R_OK)?;
        Ok(node.backend().list(node.ino)?)
    }

    /// Like [`scandir`](Self::scandir), of an open directory.
    ///
    /// # Errors
    /// `ENOTDIR`, `EBADF`.
    pub fn fscandir(&self, fd: Fd) -> Result<Vec<DirEntry>> {
        let file = self.open_file(fd)?;
        match &file.target {
            Target::Directory(pin) => Ok(pin.node().backend().list(pin.node().ino)?),
            _ => Err(Errno::ENOTDIR.into()),
        }
    }

    /// The names in a directory, in order of their bytes, without `.` and `..`.
    ///
    /// # Errors
    /// As for [`scandir`](Self::scandir).
    pub fn listdir(&self, path: impl AsRef<[u8]>) -> Result<Vec<Vec<u8>>> {
        Ok(self
            .scandir(path)?
            .into_iter()
            .map(|entry| entry.name)
            .collect())
    }

    /// Changes the current directory.
    ///
    /// # Errors
    /// `ENOTDIR`, `EACCES`, and those of [`stat`](Self::stat).
    pub fn chdir(&self, path: impl AsRef<[u8]>) -> Result<()> {
        self.enter(self.resolve(path.as_ref(), Follow::Always)?)
    }

    /// Changes the current directory to an open one.
    ///
    /// # Errors
    /// `ENOTDIR`, `EACCES`, `EBADF`.
    pub fn fchdir(&self, fd: Fd) -> Result<()> {
        let file = self.open_file(fd)?;
        self.enter(file.node().ok_or(Errno::ENOTDIR)?.clone())
    }

    fn enter(&self, node: Node) -> Result<()> {
        let attributes = node.attributes()?;
        if attributes.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR.into());
        }
        self.check_permission(&attributes, X_OK)?;
        // The former one is released after the borrow.
        let former = self.cwd.replace(Pin::new(node));
        drop(former);
        Ok(())
    }

    /// The current directory.
    ///
    /// # Errors
    /// `ENOENT` if it is removed.
    pub fn getcwd(&self) -> Result<Vec<u8>> {
        let cwd = self.cwd.borrow().node().clone();
        self.path_of(&cwd)
    }

    /// How full the file system of a path is.
    ///
    /// # Errors
    /// Those of [`stat`](Self::stat).
    pub fn statvfs(&self, path: impl AsRef<[u8]>) -> Result<StatVfs> {
        Ok(statvfs_node(&self.resolve(path.as_ref(), Follow::Always)?))
    }

    /// How full the file system of an open file is.
    ///
    /// # Errors
    /// `EBADF`; `ENOSYS` for a pipe.
    pub fn fstatvfs(&self, fd: Fd) -> Result<StatVfs> {
        let file = self.open_file(fd)?;
        Ok(statvfs_node(file.node().ok_or(Errno::ENOSYS)?))
    }
}

fn statvfs_node(node: &Node) -> StatVfs {
    let Usage {
        capacity,
        used,
        nodes,
    } = node.backend().usage();
    let block = u64::from(BLOCK_SIZE);
    let free = capacity.saturating_sub(used) / block;
    StatVfs {
        bsize: BLOCK_SIZE,
        frsize: BLOCK_SIZE,
        blocks: capacity / block,
        bfree: free,
        bavail: free,
        // A node needs little room, so there is no count of its own: the room left says how many fit.
        files: nodes + free,
        ffree: free,
        favail: free,
        flag: u64::from(node.backend().read_only()),
        namemax: NAME_MAX as u64,
    }
}
