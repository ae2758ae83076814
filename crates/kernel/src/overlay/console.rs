//! The raw streams behind `sys.stdin`, `sys.stdout` and `sys.stderr`.

pub(super) use console::module_def;

use std::rc::Rc;

use krait_vfs::Errno;

use crate::host::{Host, Stream};

/// The descriptors 0, 1 and 2 below Python's streams: `os.write(1, ...)` and `/dev/stdout`.
pub(super) struct Device(pub(super) Rc<dyn Host>);

impl krait_vfs::Console for Device {
    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let line = self
            .0
            .read_line()
            .map_err(|_| Errno::EIO)?
            .unwrap_or_default();
        let count = line.len().min(buffer.len());
        buffer[..count].copy_from_slice(&line.as_bytes()[..count]);
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
}

#[rustpython_vm::pymodule(name = "_krait_console")]
mod console {
    use std::cell::RefCell;

    use rustpython_vm::function::{ArgBytesLike, ArgMemoryBuffer, OptionalArg};
    use rustpython_vm::{Py, PyObjectRef, PyPayload, PyResult, VirtualMachine, pyclass};

    use crate::host::Stream;
    use crate::state;

    /// A raw stream on descriptor 0, 1 or 2. `BufferedWriter` and `TextIOWrapper` stand on top of it.
    #[pyattr]
    #[pyclass(name = "ConsoleIO")]
    #[derive(Debug, PyPayload)]
    struct ConsoleIO {
        fd: i32,
        /// Input that was read but not yet asked for.
        pending: RefCell<Vec<u8>>,
    }

    #[pyfunction]
    fn console(fd: i32) -> ConsoleIO {
        ConsoleIO {
            fd,
            pending: RefCell::default(),
        }
    }

    #[pyclass]
    impl ConsoleIO {
        #[pymethod]
        fn write(zelf: &Py<Self>, data: ArgBytesLike) -> usize {
            let stream = if zelf.fd == 2 {
                Stream::Stderr
            } else {
                Stream::Stdout
            };
            // The bytes are copied out first: a host hook may run Python that resizes their owner.
            let bytes = data.borrow_buf().to_vec();
            state::current().host.write(stream, &bytes);
            bytes.len()
        }

        #[pymethod]
        fn readinto(
            zelf: &Py<Self>,
            buffer: ArgMemoryBuffer,
            vm: &VirtualMachine,
        ) -> PyResult<usize> {
            if zelf.pending.borrow().is_empty() {
                let line = state::current()
                    .host
                    .read_line()
                    .map_err(|refused| vm.new_os_error(refused.0))?;
                *zelf.pending.borrow_mut() = line.unwrap_or_default().into_bytes();
            }
            let mut pending = zelf.pending.borrow_mut();
            let count = buffer.len().min(pending.len());
            buffer.borrow_buf_mut()[..count].copy_from_slice(&pending[..count]);
            pending.drain(..count);
            Ok(count)
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
        fn isatty(_zelf: &Py<Self>) -> bool {
            false
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
