//! Pipes inside one process: nothing blocks, an end that cannot go on says `EAGAIN`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::attributes::BLOCK_SIZE;
use crate::{Attributes, Errno, FileKind, Timestamp};

/// What a pipe holds, as on Linux.
pub(crate) const PIPE_CAPACITY: usize = 64 * 1024;
/// A write of up to so many bytes goes in whole or not at all.
pub const PIPE_BUF: usize = BLOCK_SIZE as usize;

#[derive(Debug)]
struct Pipe {
    buffer: RefCell<VecDeque<u8>>,
    reader_open: Cell<bool>,
    writer_open: Cell<bool>,
    ino: u64,
    owner: (u32, u32),
    now: Timestamp,
}

/// The end that reads; dropping it closes it.
#[derive(Debug)]
pub(crate) struct ReadEnd(Rc<Pipe>);

/// The end that writes; dropping it closes it.
#[derive(Debug)]
pub(crate) struct WriteEnd(Rc<Pipe>);

pub(crate) fn pipe(ino: u64, owner: (u32, u32), now: Timestamp) -> (ReadEnd, WriteEnd) {
    let pipe = Rc::new(Pipe {
        buffer: RefCell::default(),
        reader_open: Cell::new(true),
        writer_open: Cell::new(true),
        ino,
        owner,
        now,
    });
    (ReadEnd(pipe.clone()), WriteEnd(pipe))
}

impl Pipe {
    fn attributes(&self) -> (u64, Attributes) {
        let attributes = Attributes {
            kind: FileKind::Fifo,
            permissions: 0o600,
            nlink: 1,
            uid: self.owner.0,
            gid: self.owner.1,
            size: 0,
            allocated: 0,
            rdev: 0,
            atime: self.now,
            mtime: self.now,
            ctime: self.now,
        };
        (self.ino, attributes)
    }
}

impl ReadEnd {
    pub(crate) fn attributes(&self) -> (u64, Attributes) {
        self.0.attributes()
    }

    pub(crate) fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let mut queue = self.0.buffer.borrow_mut();
        if queue.is_empty() && !buffer.is_empty() && self.0.writer_open.get() {
            return Err(Errno::EAGAIN);
        }
        let length = queue.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(queue.drain(..length)) {
            *to = from;
        }
        Ok(length)
    }

    /// How many bytes a read could get now.
    pub(crate) fn available(&self) -> usize {
        self.0.buffer.borrow().len()
    }
}

impl WriteEnd {
    pub(crate) fn attributes(&self) -> (u64, Attributes) {
        self.0.attributes()
    }

    pub(crate) fn write(&self, data: &[u8]) -> Result<usize, Errno> {
        if !self.0.reader_open.get() {
            return Err(Errno::EPIPE);
        }
        let mut queue = self.0.buffer.borrow_mut();
        let room = PIPE_CAPACITY - queue.len();
        if data.len() > room && (data.len() <= PIPE_BUF || room == 0) {
            return Err(Errno::EAGAIN);
        }
        let data = &data[..data.len().min(room)];
        queue.try_reserve(data.len()).map_err(|_| Errno::ENOMEM)?;
        queue.extend(data);
        Ok(data.len())
    }
}

impl Drop for ReadEnd {
    fn drop(&mut self) {
        self.0.reader_open.set(false);
    }
}

impl Drop for WriteEnd {
    fn drop(&mut self) {
        self.0.writer_open.set(false);
    }
}
