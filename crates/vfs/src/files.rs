//! The calls on descriptors that open, move bytes and close.

use std::rc::Rc;

use crate::backend::NewKind;
use crate::descriptor::{Fd, OpenFile, Target};
use crate::device::Device;
use crate::flags::{
    O_ACCMODE, O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY,
    O_TMPFILE_BIT, O_TRUNC, O_WRONLY, R_OK, SEEK_CUR, SEEK_END, SEEK_SET, STATUS_FLAGS, W_OK,
};
use crate::mount::{Node, Pin};
use crate::pipe::pipe;
use crate::walk::{Follow, Last};
use crate::{Errno, Error, FileKind, Result, Vfs};

impl Vfs {
    /// Opens a file; `mode` is for one that `O_CREAT` makes. Answers the lowest free descriptor.
    ///
    /// # Errors
    /// `ENOENT`, `EEXIST`, `EISDIR`, `ENOTDIR`, `ELOOP`, `EACCES`, `EROFS`, `EMFILE`, `EINVAL` for an impossible mix
    /// of flags, `EOPNOTSUPP` for `O_TMPFILE`.
    pub fn open(&self, path: impl AsRef<[u8]>, flags: i32, mode: u32) -> Result<Fd> {
        self.descriptors.borrow_mut().reserve(1, 0)?;
        let file = self.open_target(path.as_ref(), flags, mode)?;
        let inheritable = flags & O_CLOEXEC == 0;
        Ok(self
            .descriptors
            .borrow_mut()
            .insert(Rc::new(file), inheritable, 0)?)
    }

    pub(crate) fn open_target(&self, path: &[u8], flags: i32, mode: u32) -> Result<OpenFile> {
        let has = |flag| flags & flag == flag;
        let (create, directory) = (has(O_CREAT), has(O_DIRECTORY));
        if flags & O_TMPFILE_BIT != 0 {
            return Err(Errno::EOPNOTSUPP.into());
        }
        if flags & O_ACCMODE == O_ACCMODE || (create && directory) {
            return Err(Errno::EINVAL.into());
        }
        let exclusive = create && has(O_EXCL);
        let follow = match (create, exclusive || has(O_NOFOLLOW)) {
            (true, true) => Follow::Never,
            (true, false) => Follow::Make,
            (false, true) => Follow::Slash,
            (false, false) => Follow::Always,
        };
        let walked = self.walk(path, follow)?;
        if create && walked.slash && matches!(walked.last, Last::Name(_)) {
            return Err(Errno::EISDIR.into());
        }
        let (node, made) = match (&walked.node, &walked.last) {
            (Some(_), _) if exclusive => return Err(Errno::EEXIST.into()),
            (Some(node), _) => (node.clone(), false),
            (None, Last::Name(name)) if create => {
                self.check_may_enter(&walked.parent)?;
                let node = self.new_node(&walked.parent, NewKind::Regular, mode)?;
                (
                    walked.parent.sibling(walked.parent.backend().create(
                        walked.parent.ino,
                        name,
                        &node,
                    )?),
                    true,
                )
            }
            (None, _) => return Err(Errno::ENOENT.into()),
        };
        // A new file is open for what was asked, whatever its mode says.
        if !made {
            self.check_open(&node, flags, walked.slash)?;
        }
        let attributes = node.attributes()?;
        if !made && has(O_TRUNC) && attributes.kind == FileKind::Regular {
            node.backend().resize(node.ino, 0, self.now())?;
        }
        let target = match attributes.kind {
            FileKind::Regular => Target::Regular(Pin::new(node)),
            FileKind::Directory => Target::Directory(Pin::new(node)),
            FileKind::CharDevice => {
                let device = Device::from_number(attributes.rdev)
                    .filter(|device| *device != Device::Terminal)
                    .ok_or(Errno::ENXIO)?;
                Target::Device(device, Pin::new(node))
            }
            FileKind::Symlink => return Err(Errno::ELOOP.into()),
            FileKind::Fifo => return Err(Errno::ENXIO.into()),
        };
        Ok(OpenFile::new(target, flags & STATUS_FLAGS))
    }

    fn check_open(&self, node: &Node, flags: i32, slash: bool) -> Result<(), Errno> {
        let attributes = node.attributes()?;
        let is_directory = attributes.kind == FileKind::Directory;
        if (slash || flags & O_DIRECTORY == O_DIRECTORY) && !is_directory {
            return Err(Errno::ENOTDIR);
        }
        let access = flags & O_ACCMODE;
        let writes = access != O_RDONLY || flags & O_TRUNC == O_TRUNC;
        match attributes.kind {
            FileKind::Symlink => return Err(Errno::ELOOP),
            FileKind::Directory if writes || flags & O_CREAT == O_CREAT => {
                return Err(Errno::EISDIR);
            }
            FileKind::Regular if writes && node.backend().read_only() => return Err(Errno::EROFS),
            _ => {}
        }
        let read = if access == O_WRONLY { 0 } else { R_OK };
        self.check_permission(&attributes, read | if writes { W_OK } else { 0 })
    }

    /// Closes a descriptor; the last one of an open file closes that.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn close(&self, fd: Fd) -> Result<()> {
        // The file goes after the borrow: its end may reach a back end.
        let file = self.descriptors.borrow_mut().remove(fd)?;
        drop(file);
        Ok(())
    }

    /// Reads from the position and moves it; 0 is the end.
    ///
    /// # Errors
    /// `EBADF`, `EISDIR`, `EAGAIN` from an empty pipe that is still open for writing, and the console's.
    pub fn read(&self, fd: Fd, buffer: &mut [u8]) -> Result<usize> {
        let file = self.open_file(fd)?;
        file.readable()?;
        Ok(match &file.target {
            Target::Regular(pin) => {
                let node = pin.node();
                let length = node.backend().read(node.ino, file.offset.get(), buffer)?;
                file.offset.set(file.offset.get() + length as u64);
                length
            }
            Target::Directory(_) => return Err(Errno::EISDIR.into()),
            Target::Device(device, _) => device.read(&self.host(), buffer)?,
            Target::Reader(end) => end.read(buffer)?,
            Target::Writer(_) => return Err(Errno::EBADF.into()),
        })
    }

    /// Reads up to `length` bytes into a new buffer, which is no longer than what can come.
    ///
    /// # Errors
    /// As for [`read`](Self::read); `ENOMEM`.
    pub fn read_up_to(&self, fd: Fd, length: usize) -> Result<Vec<u8>> {
        let file = self.open_file(fd)?;
        file.readable()?;
        let length = match &file.target {
            Target::Regular(pin) => {
                let left = pin
                    .node()
                    .attributes()?
                    .size
                    .saturating_sub(file.offset.get());
                usize::try_from(left).map_or(length, |left| left.min(length))
            }
            Target::Reader(end) => length.min(end.available().max(1)),
            // One call to a device need not give all that is asked for.
            _ => length.min(1 << 20),
        };
        let mut buffer = zeros(length)?;
        let read = self.read(fd, &mut buffer)?;
        buffer.truncate(read);
        Ok(buffer)
    }

    /// Writes at the position and moves it; answers how much, less than asked only if room runs out.
    ///
    /// # Errors
    /// `EBADF`, `ENOSPC`, `ENOMEM`, `EFBIG`, `EAGAIN` and `EPIPE` from a pipe, and the console's.
    pub fn write(&self, fd: Fd, data: &[u8]) -> Result<usize> {
        let file = self.open_file(fd)?;
        file.writable()?;
        Ok(match &file.target {
            Target::Regular(pin) => {
                let (written, end) = self.write_at(&file, pin.node(), file.offset.get(), data)?;
                file.offset.set(end);
                written
            }
            Target::Device(device, _) => device.write(&self.host(), data)?,
            Target::Writer(end) => end.write(data)?,
            Target::Directory(_) | Target::Reader(_) => return Err(Errno::EBADF.into()),
        })
    }

    /// Writes to a regular file at an offset or, with `O_APPEND`, at the end; answers the length and where it ended.
    fn write_at(
        &self,
        file: &OpenFile,
        node: &Node,
        offset: u64,
        data: &[u8],
    ) -> Result<(usize, u64)> {
        if data.is_empty() {
            return Ok((0, offset));
        }
        let offset = if file.has(O_APPEND) {
            node.attributes()?.size
        } else {
            offset
        };
        let written = node.backend().write(node.ino, offset, data, self.now())?;
        Ok((written, offset + written as u64))
    }

    /// Reads at an offset; the position stays.
    ///
    /// # Errors
    /// As for [`read`](Self::read); `ESPIPE` for a pipe or the console, `EINVAL` for a negative offset.
    pub fn pread(&self, fd: Fd, buffer: &mut [u8], offset: i64) -> Result<usize> {
        let offset = u64::try_from(offset).map_err(|_| Errno::EINVAL)?;
        let file = self.open_file(fd)?;
        seekable(&file)?;
        file.readable()?;
        match &file.target {
            Target::Regular(pin) => {
                Ok(pin.node().backend().read(pin.node().ino, offset, buffer)?)
            }
            Target::Device(device, _) => Ok(device.read(&self.host(), buffer)?),
            _ => Err(Errno::EISDIR.into()),
        }
    }

    /// Writes at an offset; the position stays. With `O_APPEND` it writes at the end all the same, as Linux does.
    ///
    /// # Errors
    /// As for [`write`](Self::write); `ESPIPE` for a pipe or the console, `EINVAL` for a negative offset.
    pub fn pwrite(&self, fd: Fd, data: &[u8], offset: i64) -> Result<usize> {
        let offset = u64::try_from(offset).map_err(|_| Errno::EINVAL)?;
        let file = self.open_file(fd)?;
        seekable(&file)?;
        file.writable()?;
        match &file.target {
            Target::Regular(pin) => Ok(self.write_at(&file, pin.node(), offset, data)?.0),
            Target::Device(device, _) => Ok(device.write(&self.host(), data)?),
            _ => Err(Errno::EBADF.into()),
        }
    }

    /// Moves the position (`SEEK_SET`, `SEEK_CUR`, `SEEK_END`) and answers it. It may be past the end.
    ///
    /// # Errors
    /// `EINVAL` for a negative result or another origin, `EOVERFLOW`, `ESPIPE` for a pipe or the console, `EBADF`.
    pub fn lseek(&self, fd: Fd, offset: i64, whence: i32) -> Result<u64> {
        let file = self.open_file(fd)?;
        seekable(&file)?;
        if matches!(file.target, Target::Device(..)) {
            return Ok(0);
        }
        let origin = match whence {
            SEEK_SET => 0,
            SEEK_CUR => file.offset.get(),
            SEEK_END => file.attributes()?.2.size,
            _ => return Err(Errno::EINVAL.into()),
        };
        let origin = i64::try_from(origin).map_err(|_| Errno::EOVERFLOW)?;
        let position = origin.checked_add(offset).ok_or(Errno::EOVERFLOW)?;
        let position = u64::try_from(position).map_err(|_| Errno::EINVAL)?;
        file.offset.set(position);
        Ok(position)
    }

    /// Sets the length of an open file.
    ///
    /// # Errors
    /// `EINVAL` for a negative length or what is not a regular file open for writing, `ENOSPC`, `EFBIG`, `EBADF`.
    pub fn ftruncate(&self, fd: Fd, length: i64) -> Result<()> {
        let length = u64::try_from(length).map_err(|_| Errno::EINVAL)?;
        let file = self.open_file(fd)?;
        let Target::Regular(pin) = &file.target else {
            return Err(Errno::EINVAL.into());
        };
        file.writable().map_err(|_| Errno::EINVAL)?;
        Ok(pin
            .node()
            .backend()
            .resize(pin.node().ino, length, self.now())?)
    }

    /// Sets the length of a file.
    ///
    /// # Errors
    /// `EINVAL` for a negative length, `EISDIR`, `EACCES`, `EROFS`, `ENOSPC`, `EFBIG`.
    pub fn truncate(&self, path: impl AsRef<[u8]>, length: i64) -> Result<()> {
        let length = u64::try_from(length).map_err(|_| Errno::EINVAL);
        let node = match (self.resolve(path.as_ref(), Follow::Always), &length) {
            // A bad path is a `ValueError` in Python before the call is made.
            (Err(Error::NulInPath), _) => return Err(Error::NulInPath),
            (_, &Err(errno)) => return Err(errno.into()),
            (node, Ok(_)) => node?,
        };
        let attributes = node.attributes()?;
        match attributes.kind {
            FileKind::Regular => {}
            FileKind::Directory => return Err(Errno::EISDIR.into()),
            _ => return Err(Errno::EINVAL.into()),
        }
        if node.backend().read_only() {
            return Err(Errno::EROFS.into());
        }
        self.check_permission(&attributes, W_OK)?;
        Ok(node.backend().resize(node.ino, length?, self.now())?)
    }

    /// Another descriptor of the same open file, the lowest free; with `inheritable` as asked.
    ///
    /// # Errors
    /// `EBADF`, `EMFILE`.
    pub fn dup(&self, fd: Fd, inheritable: bool) -> Result<Fd> {
        self.dup_from(fd, 0, inheritable)
    }

    /// Like [`dup`](Self::dup), but the lowest free from `lowest` on (`F_DUPFD`).
    ///
    /// # Errors
    /// `EBADF`, `EMFILE`, `EINVAL` for a negative `lowest`.
    pub fn dup_from(&self, fd: Fd, lowest: Fd, inheritable: bool) -> Result<Fd> {
        let file = self.open_file(fd)?;
        let lowest = usize::try_from(lowest).map_err(|_| Errno::EINVAL)?;
        Ok(self
            .descriptors
            .borrow_mut()
            .insert(file, inheritable, lowest)?)
    }

    /// Makes `target` a descriptor of the same open file, closing what it was.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn dup2(&self, fd: Fd, target: Fd, inheritable: bool) -> Result<Fd> {
        let file = self.open_file(fd)?;
        if fd != target {
            let closed = self
                .descriptors
                .borrow_mut()
                .replace(target, file, inheritable)?;
            drop(closed);
        }
        Ok(target)
    }

    /// A pipe: the descriptor to read from, the one to write to.
    ///
    /// # Errors
    /// `EMFILE`.
    pub fn pipe(&self, flags: i32) -> Result<(Fd, Fd)> {
        if flags & !(O_CLOEXEC | O_NONBLOCK) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let (reader, writer) = pipe(self.next_pipe(), (self.uid(), self.gid()), self.now());
        let status = flags & O_NONBLOCK;
        let inheritable = flags & O_CLOEXEC == 0;
        let mut descriptors = self.descriptors.borrow_mut();
        descriptors.reserve(2, 0)?;
        let reader = OpenFile::new(Target::Reader(reader), O_RDONLY | status);
        let writer = OpenFile::new(Target::Writer(writer), O_WRONLY | status);
        let reader = descriptors.insert(Rc::new(reader), inheritable, 0)?;
        let writer = descriptors.insert(Rc::new(writer), inheritable, 0)?;
        Ok((reader, writer))
    }

    /// Asks the back end to make changes safe. One that keeps files outside starts to write and does not wait; what it
    /// answers is how the last time went.
    ///
    /// # Errors
    /// `EBADF`; `EINVAL` for a pipe or the console; the back end's.
    pub fn fsync(&self, fd: Fd) -> Result<()> {
        let file = self.open_file(fd)?;
        seekable(&file).map_err(|_| Errno::EINVAL)?;
        Ok(file.node().map_or(Ok(()), |node| node.backend().sync())?)
    }

    /// Whether the descriptor leads to a terminal.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn isatty(&self, fd: Fd) -> Result<bool> {
        let file = self.open_file(fd)?;
        Ok(matches!(&file.target, Target::Device(device, _) if device.is_terminal(&self.host())))
    }

    /// Whether the descriptor is without the close-on-exec flag.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn inheritable(&self, fd: Fd) -> Result<bool> {
        Ok(self.descriptors.borrow().inheritable(fd)?)
    }

    /// Sets or clears the close-on-exec flag.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn set_inheritable(&self, fd: Fd, inheritable: bool) -> Result<()> {
        Ok(self
            .descriptors
            .borrow_mut()
            .set_inheritable(fd, inheritable)?)
    }

    /// The access mode and status flags (`F_GETFL`).
    ///
    /// # Errors
    /// `EBADF`.
    pub fn status_flags(&self, fd: Fd) -> Result<i32> {
        Ok(self.open_file(fd)?.flags.get())
    }

    /// Sets `O_APPEND` and `O_NONBLOCK` to what is given and leaves the rest (`F_SETFL`).
    ///
    /// # Errors
    /// `EBADF`.
    pub fn set_status_flags(&self, fd: Fd, flags: i32) -> Result<()> {
        let file = self.open_file(fd)?;
        let settable = O_APPEND | O_NONBLOCK;
        file.flags
            .set(file.flags.get() & !settable | flags & settable);
        Ok(())
    }

    /// Opens for the embedder, without a descriptor.
    pub(crate) fn open_whole(&self, path: &[u8], write: bool) -> Result<OpenFile> {
        let flags = if write {
            O_WRONLY | O_CREAT | O_TRUNC
        } else {
            O_RDONLY
        };
        self.open_target(path, flags, 0o666)
    }
}

/// A buffer of zeros, or `ENOMEM`.
pub(crate) fn zeros(length: usize) -> Result<Vec<u8>, Errno> {
    let mut buffer = Vec::new();
    buffer
        .try_reserve_exact(length)
        .map_err(|_| Errno::ENOMEM)?;
    buffer.resize(length, 0);
    Ok(buffer)
}

fn seekable(file: &OpenFile) -> Result<(), Errno> {
    match &file.target {
        Target::Reader(_) | Target::Writer(_) => Err(Errno::ESPIPE),
        Target::Device(device, _) if device.is_stream() => Err(Errno::ESPIPE),
        _ => Ok(()),
    }
}
