//! `os.scandir` and its entries.

#[rustpython_vm::pymodule(sub)]
pub(super) mod entries {
    use std::cell::{Cell, RefCell};

    use krait_vfs::{DirEntry as Found, FileKind};
    use rustpython_vm::builtins::{PyGenericAlias, PyTypeRef};
    use rustpython_vm::function::{FuncArgs, OptionalArg};
    use rustpython_vm::protocol::PyIterReturn;
    use rustpython_vm::types::{IterNext, Iterable, Representable, SelfIter};
    use rustpython_vm::{
        FromArgs, Py, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine, pyclass,
    };

    use crate::overlay::posix::attributes::attributes::stat_object;
    use crate::overlay::posix::names::names::entries_of;
    use crate::overlay::posix::path::{PathOrFd, failed, name_object};
    use crate::state;

    #[pyattr]
    #[pyclass(module = "os", name = "DirEntry")]
    #[derive(Debug, PyPayload)]
    struct DirEntry {
        name: PyObjectRef,
        path: PyObjectRef,
        /// The path as the file system takes it.
        bytes: Vec<u8>,
        found: Found,
    }

    #[derive(FromArgs)]
    struct Follow {
        #[pyarg(named, default = true)]
        follow_symlinks: bool,
    }

    #[pyclass(with(Representable), flags(DISALLOW_INSTANTIATION))]
    impl DirEntry {
        #[pygetset]
        fn name(zelf: &Py<Self>) -> PyObjectRef {
            zelf.name.clone()
        }

        #[pygetset]
        fn path(zelf: &Py<Self>) -> PyObjectRef {
            zelf.path.clone()
        }

        /// The kind that `stat` sees; an entry that is gone has none.
        fn kind(&self, follow: bool) -> Option<FileKind> {
            if !follow || self.found.kind != FileKind::Symlink {
                return Some(self.found.kind);
            }
            state::current()
                .vfs
                .stat(&self.bytes)
                .ok()
                .map(|stat| stat.kind)
        }

        #[pymethod]
        fn is_dir(zelf: &Py<Self>, follow: Follow) -> bool {
            zelf.kind(follow.follow_symlinks) == Some(FileKind::Directory)
        }

        #[pymethod]
        fn is_file(zelf: &Py<Self>, follow: Follow) -> bool {
            zelf.kind(follow.follow_symlinks) == Some(FileKind::Regular)
        }

        #[pymethod]
        fn is_symlink(zelf: &Py<Self>) -> bool {
            zelf.found.kind == FileKind::Symlink
        }

        #[pymethod]
        fn is_junction(_zelf: &Py<Self>) -> bool {
            false
        }

        #[pymethod]
        fn stat(zelf: &Py<Self>, follow: Follow, vm: &VirtualMachine) -> PyResult {
            let state = state::current();
            let stat = if follow.follow_symlinks {
                state.vfs.stat(&zelf.bytes)
            } else {
                state.vfs.lstat(&zelf.bytes)
            };
            stat.map(|stat| stat_object(vm, &stat))
                .map_err(|error| failed(vm, error, &[&zelf.path]))
        }

        #[pymethod]
        fn inode(zelf: &Py<Self>) -> u64 {
            zelf.found.ino
        }

        #[pymethod]
        fn __fspath__(zelf: &Py<Self>) -> PyObjectRef {
            zelf.path.clone()
        }

        #[pyclassmethod]
        fn __class_getitem__(
            cls: PyTypeRef,
            args: PyObjectRef,
            vm: &VirtualMachine,
        ) -> PyResult<PyGenericAlias> {
            PyGenericAlias::from_args(cls, args, vm)
        }
    }

    impl Representable for DirEntry {
        fn repr_str(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<String> {
            Ok(format!(
                "<DirEntry {}>",
                zelf.name.repr(vm)?.to_string_lossy()
            ))
        }
    }

    #[pyattr]
    #[pyclass(module = "posix", name = "ScandirIterator")]
    #[derive(Debug, PyPayload)]
    struct ScandirIterator {
        entries: RefCell<std::vec::IntoIter<Found>>,
        /// What each name is appended to: the folder as it was given, with a slash.
        prefix: Vec<u8>,
        is_bytes: bool,
        closed: Cell<bool>,
    }

    #[pyclass(with(IterNext, Iterable), flags(DISALLOW_INSTANTIATION))]
    impl ScandirIterator {
        #[pymethod]
        fn close(zelf: &Py<Self>) {
            zelf.closed.set(true);
        }

        #[pymethod]
        fn __enter__(zelf: PyRef<Self>) -> PyRef<Self> {
            zelf
        }

        #[pymethod]
        fn __exit__(zelf: &Py<Self>, _args: FuncArgs) {
            zelf.closed.set(true);
        }
    }

    impl SelfIter for ScandirIterator {}

    impl IterNext for ScandirIterator {
        fn next(zelf: &Py<Self>, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
            let next = if zelf.closed.get() {
                None
            } else {
                zelf.entries.borrow_mut().next()
            };
            let Some(found) = next else {
                return Ok(PyIterReturn::StopIteration(None));
            };
            let mut bytes = zelf.prefix.clone();
            bytes.extend_from_slice(&found.name);
            let entry = DirEntry {
                name: name_object(vm, &found.name, zelf.is_bytes),
                path: name_object(vm, &bytes, zelf.is_bytes),
                bytes,
                found,
            };
            Ok(PyIterReturn::Return(entry.into_pyobject(vm)))
        }
    }

    #[pyfunction]
    fn scandir(
        path: OptionalArg<Option<PathOrFd>>,
        vm: &VirtualMachine,
    ) -> PyResult<ScandirIterator> {
        let path = path.flatten();
        let mut prefix = match &path {
            Some(PathOrFd::Path(path)) => path.bytes.clone(),
            Some(PathOrFd::Fd(_)) => Vec::new(),
            None => b".".to_vec(),
        };
        if !prefix.is_empty() && !prefix.ends_with(b"/") {
            prefix.push(b'/');
        }
        let (entries, is_bytes) = entries_of(path, vm)?;
        Ok(ScandirIterator {
            entries: RefCell::new(entries.into_iter()),
            prefix,
            is_bytes,
            closed: Cell::new(false),
        })
    }
}
