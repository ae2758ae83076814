//! `posix`: what is known about a file: times, modes, sizes, rights.

#[rustpython_vm::pymodule(sub)]
pub(super) mod attributes {
    use krait_vfs::{Errno, Error, SetTime, Stat};
    use rustpython_vm::builtins::{PyDictRef, PyStr, PyTupleRef};
    use rustpython_vm::types::PyStructSequence;
    use rustpython_vm::{
        FromArgs, PyObjectRef, PyResult, VirtualMachine, pyclass, pystruct_sequence,
        pystruct_sequence_data,
    };

    use crate::overlay::os_error;
    use crate::overlay::posix::operation::{PathArgs, mode_bits, no_dir_fd, on, on_fd, vfs};
    use crate::overlay::posix::path::{Fildes, Path, PathOrFd, failed};

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
        let mode = mode_bits(args.mode);
        let path = match &args.path {
            PathOrFd::Fd(fd) => return on_fd(vm, |vfs| vfs.fchmod(*fd, mode)),
            PathOrFd::Path(path) => path,
        };
        match vfs(|vfs| vfs.chmod(&path.bytes, mode, args.follow_symlinks)) {
            Err(Error::Os(Errno::EOPNOTSUPP)) if !args.follow_symlinks => Err(
                vm.new_not_implemented_error("chmod: follow_symlinks unavailable on this platform")
            ),
            result => result.map_err(|error| failed(vm, error, &[&path.object])),
        }
    }

    /// Names of limits, and their numbers and values, which are the same everywhere. How long a path may be is a limit of
    /// the calls and not of a place.
    const LIMITS: [(&str, i32, i64); 3] = [
        ("PC_LINK_MAX", 0, u32::MAX as i64),
        ("PC_NAME_MAX", 3, krait_vfs::NAME_MAX as i64),
        ("PC_PIPE_BUF", 5, krait_vfs::PIPE_BUF as i64),
    ];

    #[pyattr]
    fn pathconf_names(vm: &VirtualMachine) -> PyDictRef {
        let names = vm.ctx.new_dict();
        for (name, number, _) in LIMITS {
            let _ = names.set_item(name, vm.ctx.new_int(number).into(), vm);
        }
        names
    }

    #[pyfunction]
    fn pathconf(path: PathOrFd, name: PyObjectRef, vm: &VirtualMachine) -> PyResult<i64> {
        let limit = limit(&name, vm)?;
        match &path {
            PathOrFd::Fd(fd) => on_fd(vm, |vfs| vfs.fstat(*fd))?,
            PathOrFd::Path(path) => on(vm, path, |vfs, path| vfs.stat(path))?,
        };
        Ok(limit)
    }

    #[pyfunction]
    fn fpathconf(fd: Fildes, name: PyObjectRef, vm: &VirtualMachine) -> PyResult<i64> {
        let limit = limit(&name, vm)?;
        on_fd(vm, |vfs| vfs.fstat(fd.0))?;
        Ok(limit)
    }

    fn limit(name: &PyObjectRef, vm: &VirtualMachine) -> PyResult<i64> {
        let found = if let Some(name) = name.downcast_ref::<PyStr>() {
            let known = LIMITS
                .iter()
                .find(|limit| name.as_bytes() == limit.0.as_bytes());
            known.ok_or_else(|| vm.new_value_error("unrecognized configuration name"))?
        } else {
            let number: i32 = name.try_to_value(vm)?;
            let known = LIMITS.iter().find(|limit| number == limit.1);
            known.ok_or_else(|| os_error(vm, Errno::EINVAL))?
        };
        Ok(found.2)
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
        #[pystruct_sequence(skip)]
        f_fsid: u64,
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
            // Nothing tells file systems apart here.
            f_fsid: 0,
        };
        Ok(StatvfsResult::from_data(data, vm).into())
    }
}
