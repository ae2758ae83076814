//! `posix`: what is known about a file: times, modes, sizes, rights.

#[rustpython_vm::pymodule(sub)]
pub(super) mod attributes {
    use krait_vfs::{SetTime, Stat};
    use rustpython_vm::builtins::PyTupleRef;
    use rustpython_vm::types::PyStructSequence;
    use rustpython_vm::{
        FromArgs, PyObjectRef, PyResult, VirtualMachine, pyclass, pystruct_sequence,
        pystruct_sequence_data,
    };

    use crate::overlay::posix::operation::{PathArgs, mode_bits, no_dir_fd, on, on_fd, vfs};
    use crate::overlay::posix::path::{Path, PathOrFd};

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
}
