//! The raw streams behind `sys.stdin`, `sys.stdout` and `sys.stderr`.

pub(super) use console::module_def;

use std::rc::Rc;

use krait_vfs::Errno;

use crate::host::{Host, Stream};

/// The descriptors 0, 1 and 2 below Python's streams: `os.write(1, ...)` and `/dev/stdout`.
pub(super) struct Device(pub(super) Rc<dyn Host>);

impl krait_vfs::Console for Device {
    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let input = self.0.read(buffer.len()).map_err(|_| Errno::EIO)?;
        let count = input.len().min(buffer.len());
        buffer[..count].copy_from_slice(&input[..count]);
        Ok(count)
    }

    fn write(&self, stream: krait_vfs::Stream, data: &[u8]) -> Result<usize, Errno> {
        let stream = if stream == krait_vfs::Stream::Stderr {
            Stream::Stderr
        } else {
            Stream::Stdout
        };
        self.0.write(stream, data);
        Ok(data.len())
    }

    fn is_terminal(&self, stream: krait_vfs::Stream) -> bool {
        self.0.is_terminal(match stream {
            krait_vfs::Stream::Stdin => 0,
            krait_vfs::Stream::Stdout => 1,
            krait_vfs::Stream::Stderr => 2,
        })
    }
}

#[rustpython_vm::pymodule(name = "_krait_console")]
mod console {
    use rustpython_vm::function::{ArgBytesLike, ArgMemoryBuffer, OptionalArg};
    use rustpython_vm::{Py, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass};

    use crate::overlay::posix::on_fd;
    use crate::state;

    /// A raw stream on descriptor 0, 1 or 2. `BufferedWriter` and `TextIOWrapper` stand on top of it.
    #[pyattr]
    #[pyclass(name = "ConsoleIO")]
    #[derive(Debug, PyPayload)]
    struct ConsoleIO {
        fd: i32,
    }

    #[pyfunction]
    fn console(fd: i32) -> ConsoleIO {
        ConsoleIO { fd }
    }

    /// Bytes that are asked for at once where all are wanted.
    const PIECE: usize = 1 << 16;

    fn input(max: usize, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        state::current().host.read(max).map_err(|refused| {
            crate::overlay::new_os_error(vm, krait_vfs::Errno::EIO, &refused.0, &[])
        })
    }

    #[pyclass]
    impl ConsoleIO {
        #[pymethod]
        fn write(zelf: &Py<Self>, data: ArgBytesLike, vm: &VirtualMachine) -> PyResult<usize> {
            // The bytes are copied out first: a host hook may run Python that resizes their owner.
            let bytes = data.borrow_buf().to_vec();
            // The descriptor leads where `dup2` has put it.
            on_fd(vm, |vfs| vfs.write(zelf.fd, &bytes))
        }

        #[pymethod]
        fn readinto(
            _zelf: &Py<Self>,
            buffer: ArgMemoryBuffer,
            vm: &VirtualMachine,
        ) -> PyResult<usize> {
            // The host may run Python that resizes the buffer: it is borrowed when the input is there.
            let input = input(buffer.len(), vm)?;
            let count = buffer.len().min(input.len());
            buffer.borrow_buf_mut()[..count].copy_from_slice(&input[..count]);
            Ok(count)
        }

        /// All there is up to the end of the input, in as many pieces as the host gives.
        #[pymethod]
        fn readall(_zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
            let mut all = Vec::new();
            loop {
                let mut piece = input(PIECE, vm)?;
                if piece.is_empty() {
                    return Ok(all);
                }
                all.append(&mut piece);
            }
        }

        #[pymethod]
        fn read(
            zelf: &Py<Self>,
            size: OptionalArg<Option<isize>>,
            vm: &VirtualMachine,
        ) -> PyResult<Vec<u8>> {
            match size.flatten().map(usize::try_from) {
                Some(Ok(size)) => input(size, vm),
                _ => Self::readall(zelf, vm),
            }
        }

        #[pymethod]
        fn readable(zelf: &Py<Self>) -> bool {
            zelf.fd == 0
        }

        #[pymethod]
        fn writable(zelf: &Py<Self>) -> bool {
            zelf.fd != 0
        }

        #[pymethod]
        fn seekable(_zelf: &Py<Self>) -> bool {
            false
        }

        #[pymethod]
        fn isatty(zelf: &Py<Self>) -> bool {
            state::current().vfs.isatty(zelf.fd).unwrap_or(false)
        }

        #[pymethod]
        fn fileno(zelf: &Py<Self>) -> i32 {
            zelf.fd
        }

        #[pymethod]
        fn flush(_zelf: &Py<Self>) {}

        #[pymethod]
        fn close(_zelf: &Py<Self>) {}

        #[pymethod]
        fn tell(
            _zelf: &Py<Self>,
            _unused: OptionalArg<PyObjectRef>,
            vm: &VirtualMachine,
        ) -> PyResult<()> {
            Err(crate::overlay::os_error(vm, krait_vfs::Errno::ESPIPE))
        }

        #[pygetset]
        fn closed(_zelf: &Py<Self>) -> bool {
            false
        }

        #[pygetset]
        fn name(zelf: &Py<Self>) -> &'static str {
            match zelf.fd {
                0 => "<stdin>",
                1 => "<stdout>",
                _ => "<stderr>",
            }
        }

        #[pygetset]
        fn mode(zelf: &Py<Self>) -> &'static str {
            if zelf.fd == 0 { "rb" } else { "wb" }
        }
    }
}
