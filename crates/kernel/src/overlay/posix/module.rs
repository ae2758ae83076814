//! The functions of `posix`.

pub(in super::super) use posix::module_def;

#[rustpython_vm::pymodule(with(super::directory::entries))]
pub(super) mod posix {
    use krait_vfs::{Error, SetTime, Stat, Vfs};
    use rustpython_vm::builtins::{PyBytesRef, PyDictRef, PyModule, PyTupleRef, PyTypeRef};
    use rustpython_vm::function::{ArgBytesLike, ArgMemoryBuffer, FsPath, OptionalArg};
    use rustpython_vm::types::PyStructSequence;
    use rustpython_vm::{
        AsObject, FromArgs, Py, PyObjectRef, PyResult, VirtualMachine, pyclass, pystruct_sequence,
        pystruct_sequence_data,
    };

    use crate::overlay::posix::path::{Path, PathOrFd, failed, failed_plain, name_object};
    use crate::state;

    /// What a failed read asks for at once, and the size of one step of reading a file to its end.
    const STEP: usize = 65_536;

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        for (name, value) in krait_vfs::OPEN_FLAGS
            .iter()
            .chain(krait_vfs::SEEK_FLAGS)
            .chain(krait_vfs::ACCESS_FLAGS)
        {
            module.set_attr(vm.ctx.intern_str(*name), vm.ctx.new_int(*value), vm)?;
        }
        Ok(())
    }

    fn vfs<R>(f: impl FnOnce(&Vfs) -> R) -> R {
        f(&state::current().vfs)
    }

    /// Runs an operation on one path.
    fn on<R>(
        vm: &VirtualMachine,
        path: &Path,
        f: impl FnOnce(&Vfs, &[u8]) -> Result<R, Error>,
    ) -> PyResult<R> {
        vfs(|vfs| f(vfs, &path.bytes)).map_err(|error| failed(vm, error, &[&path.object]))
    }

    fn on_fd<R>(vm: &VirtualMachine, f: impl FnOnce(&Vfs) -> Result<R, Error>) -> PyResult<R> {
        vfs(f).map_err(|error| failed_plain(vm, error))
    }

    fn on_two<R>(
        vm: &VirtualMachine,
        from: &Path,
        to: &Path,
        f: impl FnOnce(&Vfs, &[u8], &[u8]) -> Result<R, Error>,
    ) -> PyResult<R> {
        vfs(|vfs| f(vfs, &from.bytes, &to.bytes))
            .map_err(|error| failed(vm, error, &[&from.object, &to.object]))
    }

    #[pyattr]
    fn error(vm: &VirtualMachine) -> PyTypeRef {
        vm.ctx.exceptions.os_error.to_owned()
    }

    /// What `os` derives its `supports_*` sets from.
    #[pyattr]
    fn _have_functions(vm: &VirtualMachine) -> PyObjectRef {
        let names = [
            "HAVE_FCHDIR",
            "HAVE_FCHMOD",
            "HAVE_FDOPENDIR",
            "HAVE_FTRUNCATE",
            "HAVE_FUTIMENS",
            "HAVE_LSTAT",
            "HAVE_FSTATVFS",
        ];
        vm.ctx
            .new_list(
                names
                    .iter()
                    .map(|name| vm.ctx.new_str(*name).into())
                    .collect(),
            )
            .into()
    }

    #[pyattr]
    fn environ(vm: &VirtualMachine) -> PyDictRef {
        let environ = vm.ctx.new_dict();
        for (name, value) in [
            ("HOME", "/home/web"),
            ("LANG", "C.UTF-8"),
            ("PATH", "/"),
            ("PWD", "/home/web"),
            ("USER", "web"),
            ("LOGNAME", "web"),
        ] {
            let _ = environ.set_item(
                vm.ctx.new_bytes(name.as_bytes().to_vec()).as_object(),
                vm.ctx.new_bytes(value.as_bytes().to_vec()).into(),
                vm,
            );
        }
        environ
    }

    #[pyattr]
    const EX_OK: i32 = 0;
    #[pyattr]
    const TMP_MAX: i32 = 238_328;
    #[pyattr]
    const NGROUPS_MAX: i32 = 65_536;

    #[pyfunction]
    fn putenv(_name: PyObjectRef, _value: PyObjectRef) {}

    #[pyfunction]
    fn unsetenv(_name: PyObjectRef) {}

    // Descriptors.

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

    fn no_dir_fd(vm: &VirtualMachine, dir_fd: Option<i32>) -> PyResult<()> {
        match dir_fd {
            None => Ok(()),
            Some(_) => Err(vm.new_not_implemented_error("dir_fd unavailable on this platform")),
        }
    }

    #[pyfunction]
    fn open(args: OpenArgs, vm: &VirtualMachine) -> PyResult<i32> {
        no_dir_fd(vm, args.dir_fd)?;
        on(vm, &args.path, |vfs, path| {
            vfs.open(path, args.flags, mode_bits(args.mode))
        })
    }

    fn mode_bits(mode: i32) -> u32 {
        mode.cast_unsigned() & 0o7777
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
    fn fsync(fd: i32, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.fsync(fd))
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

    // Attributes.

    #[pystruct_sequence_data]
    struct StatResultData {
        st_mode: u32,
        st_ino: u64,
        st_dev: u64,
        st_nlink: u32,
        st_uid: u32,
        st_gid: u32,
        st_size: u64,
        #[pystruct_sequence(unnamed)]
        st_atime_int: i64,
        #[pystruct_sequence(unnamed)]
        st_mtime_int: i64,
        #[pystruct_sequence(unnamed)]
        st_ctime_int: i64,
        #[pystruct_sequence(skip)]
        st_atime: f64,
        #[pystruct_sequence(skip)]
        st_mtime: f64,
        #[pystruct_sequence(skip)]
        st_ctime: f64,
        #[pystruct_sequence(skip)]
        st_atime_ns: i64,
        #[pystruct_sequence(skip)]
        st_mtime_ns: i64,
        #[pystruct_sequence(skip)]
        st_ctime_ns: i64,
        #[pystruct_sequence(skip)]
        st_blksize: u32,
        #[pystruct_sequence(skip)]
        st_blocks: u64,
        #[pystruct_sequence(skip)]
        st_rdev: u64,
    }

    #[pyattr]
    #[pystruct_sequence(name = "stat_result", module = "os", data = "StatResultData")]
    struct StatResult;

    #[pyclass(with(PyStructSequence))]
    impl StatResult {}

    pub(crate) fn stat_object(vm: &VirtualMachine, stat: &Stat) -> PyObjectRef {
        #[expect(
            clippy::cast_precision_loss,
            reason = "st_mtime is a float by definition; st_mtime_ns is exact"
        )]
        let seconds = |time: i64| time as f64 / 1e9;
        let whole = |time: i64| Stat::split(time).0;
        let data = StatResultData {
            st_mode: stat.mode,
            st_ino: stat.ino,
            st_dev: stat.dev,
            st_nlink: stat.nlink,
            st_uid: stat.uid,
            st_gid: stat.gid,
            st_size: stat.size,
            st_atime_int: whole(stat.atime),
            st_mtime_int: whole(stat.mtime),
            st_ctime_int: whole(stat.ctime),
            st_atime: seconds(stat.atime),
            st_mtime: seconds(stat.mtime),
            st_ctime: seconds(stat.ctime),
            st_atime_ns: stat.atime,
            st_mtime_ns: stat.mtime,
            st_ctime_ns: stat.ctime,
            st_blksize: stat.blksize,
            st_blocks: stat.blocks,
            st_rdev: stat.rdev,
        };
        StatResult::from_data(data, vm).into()
    }

    #[derive(FromArgs)]
    struct StatArgs {
        #[pyarg(any)]
        path: PathOrFd,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
        #[pyarg(named, default = true)]
        follow_symlinks: bool,
    }

    #[pyfunction]
    fn stat(args: StatArgs, vm: &VirtualMachine) -> PyResult {
        no_dir_fd(vm, args.dir_fd)?;
        let stat = match &args.path {
            PathOrFd::Fd(fd) => on_fd(vm, |vfs| vfs.fstat(*fd))?,
            PathOrFd::Path(path) if args.follow_symlinks => {
                on(vm, path, |vfs, path| vfs.stat(path))?
            }
            PathOrFd::Path(path) => on(vm, path, |vfs, path| vfs.lstat(path))?,
        };
        Ok(stat_object(vm, &stat))
    }

    #[derive(FromArgs)]
    struct PathArgs {
        #[pyarg(any)]
        path: Path,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
    }

    #[pyfunction]
    fn lstat(args: PathArgs, vm: &VirtualMachine) -> PyResult {
        no_dir_fd(vm, args.dir_fd)?;
        on(vm, &args.path, |vfs, path| vfs.lstat(path)).map(|stat| stat_object(vm, &stat))
    }

    #[pyfunction]
    fn fstat(fd: i32, vm: &VirtualMachine) -> PyResult {
        on_fd(vm, |vfs| vfs.fstat(fd)).map(|stat| stat_object(vm, &stat))
    }

    #[derive(FromArgs)]
    struct AccessArgs {
        #[pyarg(any)]
        path: Path,
        #[pyarg(any)]
        mode: i32,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
        #[pyarg(named, default)]
        effective_ids: bool,
        #[pyarg(named, default = true)]
        follow_symlinks: bool,
    }

    #[pyfunction]
    fn access(args: AccessArgs, vm: &VirtualMachine) -> PyResult<bool> {
        no_dir_fd(vm, args.dir_fd)?;
        let _ = args.effective_ids;
        Ok(vfs(|vfs| vfs.access(&args.path.bytes, args.mode, args.follow_symlinks)).is_ok())
    }

    #[derive(FromArgs)]
    struct ModeArgs {
        #[pyarg(any)]
        path: PathOrFd,
        #[pyarg(any)]
        mode: i32,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
        #[pyarg(named, default = true)]
        follow_symlinks: bool,
    }

    #[pyfunction]
    fn chmod(args: ModeArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.dir_fd)?;
        match &args.path {
            PathOrFd::Fd(fd) => on_fd(vm, |vfs| vfs.fchmod(*fd, mode_bits(args.mode))),
            PathOrFd::Path(path) => on(vm, path, |vfs, path| {
                vfs.chmod(path, mode_bits(args.mode), args.follow_symlinks)
            }),
        }
    }

    #[pyfunction]
    fn fchmod(fd: i32, mode: i32, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.fchmod(fd, mode_bits(mode)))
    }

    #[pyfunction]
    fn umask(mask: i32) -> u32 {
        vfs(|vfs| vfs.umask(mode_bits(mask)))
    }

    #[derive(FromArgs)]
    struct UtimeArgs {
        #[pyarg(any)]
        path: PathOrFd,
        #[pyarg(any, default)]
        times: Option<PyTupleRef>,
        #[pyarg(named, default)]
        ns: Option<PyTupleRef>,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
        #[pyarg(named, default = true)]
        follow_symlinks: bool,
    }

    #[pyfunction]
    fn utime(args: UtimeArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.dir_fd)?;
        let pair = |tuple: &PyTupleRef, what: &str| match tuple.as_slice() {
            [first, second] => Ok((first.clone(), second.clone())),
            _ => Err(vm.new_type_error(format!("utime: '{what}' must be a tuple of two ints"))),
        };
        let (accessed, modified) = match (&args.times, &args.ns) {
            (Some(_), Some(_)) => {
                return Err(vm.new_value_error(
                    "utime: you may specify either 'times' or 'ns' but not both",
                ));
            }
            (None, None) => (SetTime::Now, SetTime::Now),
            (None, Some(ns)) => {
                let (first, second) = pair(ns, "ns")?;
                (
                    SetTime::At(first.try_to_value(vm)?),
                    SetTime::At(second.try_to_value(vm)?),
                )
            }
            (Some(times), None) => {
                let (first, second) = pair(times, "times")?;
                (
                    SetTime::At(nanoseconds(&first, vm)?),
                    SetTime::At(nanoseconds(&second, vm)?),
                )
            }
        };
        match &args.path {
            PathOrFd::Fd(fd) => on_fd(vm, |vfs| vfs.futime(*fd, accessed, modified)),
            PathOrFd::Path(path) => on(vm, path, |vfs, path| {
                vfs.utime(path, accessed, modified, args.follow_symlinks)
            }),
        }
    }

    fn nanoseconds(seconds: &PyObjectRef, vm: &VirtualMachine) -> PyResult<i64> {
        let overflow = || vm.new_overflow_error("timestamp out of range for platform time_t");
        if let Ok(whole) = seconds.try_to_value::<i64>(vm) {
            return whole.checked_mul(1_000_000_000).ok_or_else(overflow);
        }
        let seconds = seconds.try_float(vm)?.to_f64();
        if !seconds.is_finite() || seconds.abs() > 9.2e9 {
            return Err(overflow());
        }
        #[expect(clippy::cast_possible_truncation, reason = "in range by the check")]
        Ok((seconds * 1e9).round() as i64)
    }

    #[pystruct_sequence_data]
    struct StatvfsResultData {
        f_bsize: u32,
        f_frsize: u32,
        f_blocks: u64,
        f_bfree: u64,
        f_bavail: u64,
        f_files: u64,
        f_ffree: u64,
        f_favail: u64,
        f_flag: u64,
        f_namemax: u64,
    }

    #[pyattr]
    #[pystruct_sequence(name = "statvfs_result", module = "os", data = "StatvfsResultData")]
    struct StatvfsResult;

    #[pyclass(with(PyStructSequence))]
    impl StatvfsResult {}

    #[pyfunction]
    fn statvfs(path: PathOrFd, vm: &VirtualMachine) -> PyResult {
        let found = match &path {
            PathOrFd::Fd(fd) => on_fd(vm, |vfs| vfs.fstatvfs(*fd))?,
            PathOrFd::Path(path) => on(vm, path, |vfs, path| vfs.statvfs(path))?,
        };
        let data = StatvfsResultData {
            f_bsize: found.bsize,
            f_frsize: found.frsize,
            f_blocks: found.blocks,
            f_bfree: found.bfree,
            f_bavail: found.bavail,
            f_files: found.files,
            f_ffree: found.ffree,
            f_favail: found.favail,
            f_flag: found.flag,
            f_namemax: found.namemax,
        };
        Ok(StatvfsResult::from_data(data, vm).into())
    }

    // Names.

    #[derive(FromArgs)]
    struct MkdirArgs {
        #[pyarg(any)]
        path: Path,
        #[pyarg(any, default = 0o777)]
        mode: i32,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
    }

    #[pyfunction]
    fn mkdir(args: MkdirArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.dir_fd)?;
        on(vm, &args.path, |vfs, path| {
            vfs.mkdir(path, mode_bits(args.mode))
        })
    }

    #[pyfunction]
    fn rmdir(args: PathArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.dir_fd)?;
        on(vm, &args.path, |vfs, path| vfs.rmdir(path))
    }

    #[pyfunction(name = "remove")]
    #[pyfunction]
    fn unlink(args: PathArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.dir_fd)?;
        on(vm, &args.path, |vfs, path| vfs.unlink(path))
    }

    #[derive(FromArgs)]
    struct RenameArgs {
        #[pyarg(any)]
        src: Path,
        #[pyarg(any)]
        dst: Path,
        #[pyarg(named, default)]
        src_dir_fd: Option<i32>,
        #[pyarg(named, default)]
        dst_dir_fd: Option<i32>,
    }

    #[pyfunction(name = "replace")]
    #[pyfunction]
    fn rename(args: RenameArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.src_dir_fd.or(args.dst_dir_fd))?;
        on_two(vm, &args.src, &args.dst, |vfs, from, to| {
            vfs.rename(from, to)
        })
    }

    #[derive(FromArgs)]
    struct LinkArgs {
        #[pyarg(any)]
        src: Path,
        #[pyarg(any)]
        dst: Path,
        #[pyarg(named, default)]
        src_dir_fd: Option<i32>,
        #[pyarg(named, default)]
        dst_dir_fd: Option<i32>,
        #[pyarg(named, default = true)]
        follow_symlinks: bool,
    }

    #[pyfunction]
    fn link(args: LinkArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.src_dir_fd.or(args.dst_dir_fd))?;
        on_two(vm, &args.src, &args.dst, |vfs, from, to| {
            vfs.link(from, to, args.follow_symlinks)
        })
    }

    #[derive(FromArgs)]
    struct SymlinkArgs {
        #[pyarg(any)]
        src: Path,
        #[pyarg(any)]
        dst: Path,
        #[pyarg(any, default)]
        target_is_directory: bool,
        #[pyarg(named, default)]
        dir_fd: Option<i32>,
    }

    #[pyfunction]
    fn symlink(args: SymlinkArgs, vm: &VirtualMachine) -> PyResult<()> {
        no_dir_fd(vm, args.dir_fd)?;
        let _ = args.target_is_directory;
        on_two(vm, &args.src, &args.dst, |vfs, from, to| {
            vfs.symlink(from, to)
        })
    }

    #[pyfunction]
    fn readlink(args: PathArgs, vm: &VirtualMachine) -> PyResult {
        no_dir_fd(vm, args.dir_fd)?;
        let target = on(vm, &args.path, |vfs, path| vfs.readlink(path))?;
        Ok(name_object(vm, &target, args.path.is_bytes))
    }

    #[pyfunction]
    fn listdir(
        path: OptionalArg<Option<PathOrFd>>,
        vm: &VirtualMachine,
    ) -> PyResult<Vec<PyObjectRef>> {
        let (entries, is_bytes) = entries_of(path.flatten(), vm)?;
        Ok(entries
            .into_iter()
            .map(|entry| name_object(vm, &entry.name, is_bytes))
            .collect())
    }

    pub(crate) fn entries_of(
        path: Option<PathOrFd>,
        vm: &VirtualMachine,
    ) -> PyResult<(Vec<krait_vfs::DirEntry>, bool)> {
        match path {
            Some(PathOrFd::Fd(fd)) => Ok((on_fd(vm, |vfs| vfs.fscandir(fd))?, false)),
            Some(PathOrFd::Path(path)) => {
                Ok((on(vm, &path, |vfs, path| vfs.scandir(path))?, path.is_bytes))
            }
            None => Ok((on_fd(vm, |vfs| vfs.scandir(b"."))?, false)),
        }
    }

    #[pyfunction]
    fn getcwd(vm: &VirtualMachine) -> PyResult {
        let cwd = on_fd(vm, |vfs| vfs.getcwd())?;
        Ok(name_object(vm, &cwd, false))
    }

    #[pyfunction]
    fn getcwdb(vm: &VirtualMachine) -> PyResult {
        let cwd = on_fd(vm, |vfs| vfs.getcwd())?;
        Ok(name_object(vm, &cwd, true))
    }

    #[pyfunction]
    fn chdir(path: PathOrFd, vm: &VirtualMachine) -> PyResult<()> {
        match &path {
            PathOrFd::Fd(fd) => fchdir(*fd, vm),
            PathOrFd::Path(path) => on(vm, path, |vfs, path| vfs.chdir(path)),
        }
    }

    #[pyfunction]
    fn fchdir(fd: i32, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.fchdir(fd))
    }

    // The rest.

    #[pyfunction]
    fn fspath(path: PyObjectRef, vm: &VirtualMachine) -> PyResult<FsPath> {
        FsPath::try_from_path_like(path, false, vm)
    }

    #[pyfunction]
    fn strerror(number: i32) -> String {
        krait_vfs::Errno::strerror(number)
    }

    #[pyfunction]
    fn urandom(size: isize, vm: &VirtualMachine) -> PyResult<PyBytesRef> {
        let size = usize::try_from(size)
            .map_err(|_| vm.new_value_error("negative argument not allowed"))?;
        let mut bytes = Vec::new();
        bytes
            .try_reserve(size)
            .map_err(|_| vm.new_memory_error("that many random bytes do not fit into memory"))?;
        bytes.resize(size, 0);
        state::current()
            .host
            .entropy(&mut bytes)
            .map_err(|refused| vm.new_not_implemented_error(refused.0))?;
        Ok(vm.ctx.new_bytes(bytes))
    }

    #[pyfunction]
    fn getpid() -> i32 {
        42
    }

    #[pyfunction]
    fn getppid() -> i32 {
        1
    }

    #[pyfunction(name = "geteuid")]
    #[pyfunction(name = "getgid")]
    #[pyfunction(name = "getegid")]
    #[pyfunction]
    fn getuid() -> i32 {
        1000
    }

    #[pyfunction]
    fn cpu_count() -> i32 {
        1
    }

    #[pystruct_sequence_data]
    struct UnameResultData {
        sysname: String,
        nodename: String,
        release: String,
        version: String,
        machine: String,
    }

    #[pyattr]
    #[pystruct_sequence(name = "uname_result", module = "os", data = "UnameResultData")]
    struct UnameResult;

    #[pyclass(with(PyStructSequence))]
    impl UnameResult {}

    #[pyfunction]
    fn uname(vm: &VirtualMachine) -> PyObjectRef {
        let data = UnameResultData {
            sysname: "Emscripten".to_owned(),
            nodename: "krait".to_owned(),
            release: env!("CARGO_PKG_VERSION").to_owned(),
            version: "#1".to_owned(),
            machine: "wasm32".to_owned(),
        };
        UnameResult::from_data(data, vm).into()
    }

    #[pystruct_sequence_data]
    struct TerminalSizeData {
        columns: i32,
        lines: i32,
    }

    #[pyattr]
    #[pystruct_sequence(name = "terminal_size", module = "os", data = "TerminalSizeData")]
    struct TerminalSize;

    #[pyclass(with(PyStructSequence))]
    impl TerminalSize {}

    #[pyfunction]
    fn get_terminal_size(_fd: OptionalArg<i32>, vm: &VirtualMachine) -> PyResult<()> {
        Err(crate::overlay::os_error(vm, krait_vfs::Errno::ENOTTY))
    }

    #[pyfunction]
    fn device_encoding(_fd: i32) -> Option<String> {
        None
    }

    #[pyfunction]
    fn _exit(code: i32, vm: &VirtualMachine) -> PyResult<()> {
        let code = vm.ctx.new_int(code).into();
        Err(vm.new_exception(vm.ctx.exceptions.system_exit.to_owned(), vec![code]))
    }
}
