//! What the tests share.
#![allow(dead_code)]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use krait_vfs::{Console, Errno, Error, Host, Settings, Stream, Vfs};

/// The error of a system call.
pub(crate) fn os<T>(errno: Errno) -> Result<T, Error> {
    Err(Error::Os(errno))
}

/// A file system without a console whose clock ticks one nanosecond per look.
pub(crate) fn vfs() -> Vfs {
    with(Settings::default())
}

pub(crate) fn with(settings: Settings) -> Vfs {
    Vfs::new(ticking(), settings).unwrap()
}

pub(crate) fn ticking() -> Host {
    let time = Cell::new(0);
    let clock = move || {
        time.set(time.get() + 1);
        time.get()
    };
    Host {
        clock: Rc::new(clock),
        ..Host::isolated()
    }
}

/// A console that keeps what it is given and, if told so, writes to a file while it is called.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) output: RefCell<Vec<(Stream, Vec<u8>)>>,
    pub(crate) input: RefCell<VecDeque<u8>>,
    pub(crate) log_into: RefCell<Option<Weak<Vfs>>>,
}

impl Console for Recorder {
    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let mut input = self.input.borrow_mut();
        let length = input.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(input.drain(..length)) {
            *to = from;
        }
        Ok(length)
    }

    fn write(&self, stream: Stream, data: &[u8]) -> Result<usize, Errno> {
        self.output.borrow_mut().push((stream, data.to_vec()));
        let vfs = self.log_into.borrow().as_ref().and_then(Weak::upgrade);
        if let Some(vfs) = vfs {
            vfs.write_file("/tmp/log", data).map_err(Error::errno)?;
            vfs.close(1).map_err(Error::errno)?;
        }
        Ok(data.len())
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        stream != Stream::Stderr
    }
}
