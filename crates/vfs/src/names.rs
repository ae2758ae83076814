//! The calls that make, remove and move names.

use crate::backend::NewKind;
use crate::mount::Node;
use crate::path::check;
use crate::walk::{Follow, Last, Walked};
use crate::{Errno, FileKind, Result, Vfs};

impl Vfs {
    /// Makes a directory.
    ///
    /// # Errors
    /// `EEXIST`, `ENOENT`, `ENOTDIR`, `EACCES`, `EROFS`, `ENOSPC`.
    pub fn mkdir(&self, path: impl AsRef<[u8]>, mode: u32) -> Result<()> {
        let (parent, name) = new_name(self.walk(path.as_ref(), Follow::Never)?, true)?;
        self.check_may_enter(&parent)?;
        // Of the special bits `mkdir` takes only the sticky one.
        let node = self.new_node(&parent, NewKind::Directory, mode & 0o1777)?;
        parent.backend().create(parent.ino, &name, &node)?;
        Ok(())
    }

    /// Makes a symbolic link at `path`; the target need not exist.
    ///
    /// # Errors
    /// As for [`mkdir`](Self::mkdir); `ENOENT` for an empty target.
    pub fn symlink(&self, target: impl AsRef<[u8]>, path: impl AsRef<[u8]>) -> Result<()> {
        check(target.as_ref())?;
        let (parent, name) = new_name(self.walk(path.as_ref(), Follow::Never)?, false)?;
        self.check_may_enter(&parent)?;
        let node = self.new_node(&parent, NewKind::Symlink(target.as_ref()), 0o777)?;
        parent.backend().create(parent.ino, &name, &node)?;
        Ok(())
    }

    /// Gives a file another name. With `follow`, a symbolic link stands for what it leads to.
    ///
    /// # Errors
    /// `EPERM` for a directory, `EXDEV` across mounts, else as for [`mkdir`](Self::mkdir).
    pub fn link(
        &self,
        existing: impl AsRef<[u8]>,
        path: impl AsRef<[u8]>,
        follow: bool,
    ) -> Result<()> {
        let follow = if follow {
            Follow::Always
        } else {
            Follow::Slash
        };
        let node = self.resolve(existing.as_ref(), follow)?;
        let (parent, name) = new_name(self.walk(path.as_ref(), Follow::Never)?, false)?;
        if !node.same_mount(&parent) {
            return Err(Errno::EXDEV.into());
        }
        self.check_may_enter(&parent)?;
        if node.attributes()?.kind == FileKind::Directory {
            return Err(Errno::EPERM.into());
        }
        Ok(parent
            .backend()
            .link(parent.ino, &name, node.ino, self.now())?)
    }

    /// The target of a symbolic link.
    ///
    /// # Errors
    /// `EINVAL` if it is none.
    pub fn readlink(&self, path: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let node = self.resolve(path.as_ref(), Follow::Slash)?;
        if node.attributes()?.kind != FileKind::Symlink {
            return Err(Errno::EINVAL.into());
        }
        Ok(node.backend().read_link(node.ino)?)
    }

    /// Removes a name of a file. The file lives on under other names and in open descriptors.
    ///
    /// # Errors
    /// `EISDIR` for a directory, `ENOENT`, `EACCES`, `EROFS`.
    pub fn unlink(&self, path: impl AsRef<[u8]>) -> Result<()> {
        let walked = self.walk(path.as_ref(), Follow::Never)?;
        let Last::Name(name) = &walked.last else {
            return Err(Errno::EISDIR.into());
        };
        let node = walked.node.as_ref().ok_or(Errno::ENOENT)?;
        let is_directory = node.attributes()?.kind == FileKind::Directory;
        if walked.slash && !is_directory {
            return Err(Errno::ENOTDIR.into());
        }
        if walked.slash || walked.is_mount_point() {
            return Err(Errno::EISDIR.into());
        }
        self.check_may_remove(&walked.parent, node)?;
        if is_directory {
            return Err(Errno::EISDIR.into());
        }
        let parent = &walked.parent;
        Ok(parent.backend().unlink(parent.ino, name, self.now())?)
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    /// `ENOTEMPTY`, `ENOTDIR`, `ENOENT`, `EACCES`, `EROFS`; `EINVAL` for a path that ends with `.`; `EBUSY` for the
    /// topmost directory and for a mount.
    pub fn rmdir(&self, path: impl AsRef<[u8]>) -> Result<()> {
        let walked = self.walk(path.as_ref(), Follow::Never)?;
        let name = match &walked.last {
            Last::Name(name) => name,
            Last::Dot => return Err(Errno::EINVAL.into()),
            Last::DotDot => return Err(Errno::ENOTEMPTY.into()),
            Last::Root => return Err(Errno::EBUSY.into()),
        };
        let node = walked.node.as_ref().ok_or(Errno::ENOENT)?;
        self.check_may_remove(&walked.parent, node)?;
        if node.attributes()?.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR.into());
        }
        if walked.is_mount_point() {
            return Err(Errno::EBUSY.into());
        }
        let parent = &walked.parent;
        Ok(parent
            .backend()
            .remove_directory(parent.ino, name, self.now())?)
    }

    /// Moves a name. A file replaces a file, a directory an empty directory.
    ///
    /// # Errors
    /// `EINVAL` for a directory into itself, `ENOTEMPTY`, `EISDIR`, `ENOTDIR`, `EXDEV` across mounts, `EBUSY` for `.`
    /// and `..`, the topmost directory and mounts; `ENOENT`, `EACCES`, `EROFS`, `ENOSPC`.
    pub fn rename(&self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<()> {
        let old = self.walk(from.as_ref(), Follow::Never)?;
        let new = self.walk(to.as_ref(), Follow::Never)?;
        if !old.parent.same_mount(&new.parent) {
            return Err(Errno::EXDEV.into());
        }
        let (Last::Name(old_name), Last::Name(new_name)) = (&old.last, &new.last) else {
            return Err(Errno::EBUSY.into());
        };
        let source = old.node.as_ref().ok_or(Errno::ENOENT)?;
        if old.is_mount_point() || new.is_mount_point() {
            return Err(Errno::EBUSY.into());
        }
        let is_directory = source.attributes()?.kind == FileKind::Directory;
        if !is_directory && (old.slash || new.slash) {
            return Err(Errno::ENOTDIR.into());
        }
        if is_directory && is_above(source, &new.parent)? {
            return Err(Errno::EINVAL.into());
        }
        if let Some(target) = &new.node {
            // Two names of one file: the call succeeds and both stay.
            if target == source {
                return Ok(());
            }
            // A non-empty directory in the way is told before the types are compared when it holds the source.
            if target.attributes()?.kind == FileKind::Directory && is_above(target, &old.parent)? {
                return Err(Errno::ENOTEMPTY.into());
            }
        }
        self.check_may_remove(&old.parent, source)?;
        match &new.node {
            None => self.check_may_enter(&new.parent)?,
            Some(target) => {
                self.check_may_remove(&new.parent, target)?;
                let target_is_directory = target.attributes()?.kind == FileKind::Directory;
                if is_directory && !target_is_directory {
                    return Err(Errno::ENOTDIR.into());
                }
                if !is_directory && target_is_directory {
                    return Err(Errno::EISDIR.into());
                }
            }
        }
        let backend = old.parent.backend();
        Ok(backend.rename(
            (old.parent.ino, old_name),
            (new.parent.ino, new_name),
            self.now(),
        )?)
    }
}

/// Parent and name for something new.
fn new_name(walked: Walked, directory: bool) -> Result<(Node, Vec<u8>)> {
    match (walked.last, walked.node) {
        (Last::Name(_), None) if walked.slash && !directory => Err(Errno::ENOENT.into()),
        (Last::Name(name), None) => Ok((walked.parent, name)),
        _ => Err(Errno::EEXIST.into()),
    }
}

/// Whether `ancestor` is `node` or a directory above it, in one mount.
fn is_above(ancestor: &Node, node: &Node) -> Result<bool, Errno> {
    let mut ino = node.ino;
    while ino != ancestor.ino {
        match node.backend().whereabouts(ino) {
            Ok(Some((parent, _))) => ino = parent,
            // A removed directory has nothing above it.
            Ok(None) | Err(Errno::ENOENT) => return Ok(false),
            Err(errno) => return Err(errno),
        }
    }
    Ok(true)
}
