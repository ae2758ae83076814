//! `posix`: folders, links and the names in them.

#[rustpython_vm::pymodule(sub)]
pub(super) mod names {
    use krait_vfs::{Error, Vfs};
    use rustpython_vm::function::OptionalArg;
    use rustpython_vm::{FromArgs, PyObjectRef, PyResult, VirtualMachine};

    use crate::overlay::posix::operation::{PathArgs, mode_bits, no_dir_fd, on, on_fd, on_two};
    use crate::overlay::posix::path::{Fildes, Path, PathOrFd, name_object};

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

    /// The arguments of a function on two paths.
    #[derive(FromArgs)]
    struct PathsArgs {
        #[pyarg(any)]
        src: Path,
        #[pyarg(any)]
        dst: Path,
        #[pyarg(named, default)]
        src_dir_fd: Option<i32>,
        #[pyarg(named, default)]
        dst_dir_fd: Option<i32>,
    }

    impl PathsArgs {
        fn on<R>(
            &self,
            vm: &VirtualMachine,
            f: impl FnOnce(&Vfs, &[u8], &[u8]) -> Result<R, Error>,
        ) -> PyResult<R> {
            no_dir_fd(vm, self.src_dir_fd.or(self.dst_dir_fd))?;
            on_two(vm, &self.src, &self.dst, f)
        }
    }

    #[pyfunction(name = "replace")]
    #[pyfunction]
    fn rename(paths: PathsArgs, vm: &VirtualMachine) -> PyResult<()> {
        paths.on(vm, |vfs, from, to| vfs.rename(from, to))
    }

    #[derive(FromArgs)]
    struct LinkArgs {
        #[pyarg(flatten)]
        paths: PathsArgs,
        #[pyarg(named, default = true)]
        follow_symlinks: bool,
    }

    #[pyfunction]
    fn link(args: LinkArgs, vm: &VirtualMachine) -> PyResult<()> {
        args.paths
            .on(vm, |vfs, from, to| vfs.link(from, to, args.follow_symlinks))
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
            PathOrFd::Fd(fd) => fchdir(Fildes(*fd), vm),
            PathOrFd::Path(path) => on(vm, path, |vfs, path| vfs.chdir(path)),
        }
    }

    #[pyfunction]
    fn fchdir(fd: Fildes, vm: &VirtualMachine) -> PyResult<()> {
        on_fd(vm, |vfs| vfs.fchdir(fd.0))
    }
}
