//! `posix`: what takes or gives a descriptor.

#[rustpython_vm::pymodule(sub)]
pub(super) mod descriptors {
    use rustpython_vm::builtins::PyBytesRef;
    use rustpython_vm::function::{ArgBytesLike, ArgMemoryBuffer, OptionalArg};
    use rustpython_vm::{FromArgs, PyResult, VirtualMachine};

    use crate::overlay::posix::operation::{mode_bits, no_dir_fd, on, on_fd, vfs};
    use crate::overlay::posix::path::{Fildes, Path, PathOrFd};

    /// What a failed read asks for at once, and the size of one step of reading a file to its end.
    const STEP: usize = 65_536;

    #[derive(FromArgs)]
    struct OpenArgs {
        #[pyarg(any)]
        path: Path,
        #[pyarg(any)]
        flags: i32,
        #[pyarg(any, default = 0o777)]
        mode: i32,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
    }

    #[pyfunction]
    fn open(args: OpenArgs, vm: &VirtualMachine) -> PyResult<i32> {
        no_dir_fd(vm, args.dir_fd)?;
        on(vm, &args.path, |vfs, path| {
            vfs.open(path, args.flags, mode_bits(args.mode))
        })
    }

    #[pyfunction]
    fn close(fd: i32, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.close(fd))
    }

    #[pyfunction]
    fn closerange(low: i32, high: i32) {
        for fd in low.max(0)..high.min(4096) {
            let _ = vfs(|vfs| vfs.close(fd));
        }
    }

    #[pyfunction]
    fn read(fd: i32, length: isize, vm: &VirtualMachine) -> PyResult<PyBytesRef> {
        let length = usize::try_from(length)
            .map_err(|_| crate::overlay::os_error(vm, krait_vfs::Errno::EINVAL))?;
        // A program may ask for far more than there is: the buffer grows with what comes.
        let mut data = Vec::new();
        while data.len() < length {
            let start = data.len();
            data.resize(start + (length - start).min(STEP), 0);
            let count = on_fd(vm, |vfs| vfs.read(fd, &mut data[start..]))?;
            data.truncate(start + count);
            if count == 0 || count < STEP.min(length - start) {
                break;
            }
        }
        Ok(vm.ctx.new_bytes(data))
    }

    /// Reads to the end of the file.
    #[pyfunction]
    fn _read_all(fd: i32, vm: &VirtualMachine) -> PyResult<PyBytesRef> {
        let mut data = Vec::new();
        let mut step = STEP;
        loop {
            let start = data.len();
            data.try_reserve(step)
                .map_err(|_| vm.new_memory_error("the file does not fit into memory"))?;
            data.resize(start + step, 0);
            let count = on_fd(vm, |vfs| vfs.read(fd, &mut data[start..]))?;
            data.truncate(start + count);
            if count == 0 {
                return Ok(vm.ctx.new_bytes(data));
            }
            step = data.len().clamp(STEP, 1 << 24);
        }
    }

    #[pyfunction]
    fn readinto(fd: i32, buffer: ArgMemoryBuffer, vm: &VirtualMachine) -> PyResult<usize> {
        let mut data = vec![0; buffer.len()];
        let count = on_fd(vm, |vfs| vfs.read(fd, &mut data))?;
        buffer.borrow_buf_mut()[..count].copy_from_slice(&data[..count]);
        Ok(count)
    }

    #[pyfunction]
    fn write(fd: i32, data: ArgBytesLike, vm: &VirtualMachine) -> PyResult<usize> {
        let data = data.borrow_buf();
        on_fd(vm, |vfs| vfs.write(fd, &data))
    }

    #[pyfunction]
    fn pread(fd: i32, length: usize, offset: i64, vm: &VirtualMachine) -> PyResult<PyBytesRef> {
        let mut data = Vec::new();
        data.try_reserve(length)
            .map_err(|_| vm.new_memory_error("the buffer does not fit into memory"))?;
        data.resize(length, 0);
        let count = on_fd(vm, |vfs| vfs.pread(fd, &mut data, offset))?;
        data.truncate(count);
        Ok(vm.ctx.new_bytes(data))
    }

    #[pyfunction]
    fn pwrite(fd: i32, data: ArgBytesLike, offset: i64, vm: &VirtualMachine) -> PyResult<usize> {
        let data = data.borrow_buf();
        on_fd(vm, |vfs| vfs.pwrite(fd, &data, offset))
    }

    #[pyfunction]
    fn lseek(fd: i32, offset: i64, whence: i32, vm: &VirtualMachine) -> PyResult<i64> {
        let position = on_fd(vm, |vfs| vfs.lseek(fd, offset, whence))?;
        Ok(i64::try_from(position).unwrap_or(i64::MAX))
    }

    #[pyfunction]
    fn dup(fd: i32, vm: &VirtualMachine) -> PyResult<i32> {
        on_fd(vm, |vfs| vfs.dup(fd, false))
    }

    #[pyfunction]
    fn dup2(
        fd: i32,
        fd2: i32,
        inheritable: OptionalArg<bool>,
        vm: &VirtualMachine,
    ) -> PyResult<i32> {
        on_fd(vm, |vfs| vfs.dup2(fd, fd2, inheritable.unwrap_or(true)))
    }

    #[pyfunction]
    fn pipe(vm: &VirtualMachine) -> PyResult<(i32, i32)> {
        on_fd(vm, |vfs| vfs.pipe(0))
    }

    #[pyfunction(name = "fdatasync")]
    #[pyfunction]
    fn fsync(fd: Fildes, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.fsync(fd.0))
    }

    #[pyfunction]
    fn sync() {}

    #[pyfunction]
    fn isatty(fd: i32) -> bool {
        vfs(|vfs| vfs.isatty(fd)).unwrap_or(false)
    }

    #[pyfunction]
    fn get_inheritable(fd: i32, vm: &VirtualMachine) -> PyResult<bool> {
        on_fd(vm, |vfs| vfs.inheritable(fd))
    }

    #[pyfunction]
    fn set_inheritable(fd: i32, inheritable: bool, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.set_inheritable(fd, inheritable))
    }

    #[pyfunction]
    fn ftruncate(fd: i32, length: i64, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.ftruncate(fd, length))
    }

    #[pyfunction]
    fn truncate(path: PathOrFd, length: i64, vm: &VirtualMachine) -> PyResult<()> {
        match path {
            PathOrFd::Fd(fd) => ftruncate(fd, length, vm),
            PathOrFd::Path(path) => on(vm, &path, |vfs, path| vfs.truncate(path, length)),
        }
    }

    /// Whether an open descriptor is a directory; `open()` refuses those.
    #[pyfunction]
    fn _is_directory(fd: i32, vm: &VirtualMachine) -> PyResult<bool> {
        on_fd(vm, |vfs| vfs.fstat(fd)).map(|stat| stat.kind == krait_vfs::FileKind::Directory)
    }
}
