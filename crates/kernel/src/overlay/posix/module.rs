//! `posix` itself: its constants, and what has to do with the session and not with files.

pub(in super::super) use posix::module_def;

#[rustpython_vm::pymodule(with(
    super::attributes::attributes,
    super::descriptors::descriptors,
    super::directory::entries,
    super::names::names
))]
pub(super) mod posix {
    use rustpython_vm::builtins::{PyBytesRef, PyDictRef, PyModule, PyTypeRef};
    use rustpython_vm::function::{FsPath, OptionalArg};
    use rustpython_vm::types::PyStructSequence;
    use rustpython_vm::{
        AsObject, Py, PyObjectRef, PyResult, VirtualMachine, pyclass, pystruct_sequence,
        pystruct_sequence_data,
    };

    use crate::overlay::posix::path::Path;
    use crate::state;

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
            "HAVE_LUTIMES",
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
        // Bytes have hashes, so nothing can fail.
        _create_environ(vm).unwrap_or_else(|_| vm.ctx.new_dict())
    }

    /// What `os.reload_environ` reads.
    #[pyfunction]
    fn _create_environ(vm: &VirtualMachine) -> PyResult<PyDictRef> {
        let environ = vm.ctx.new_dict();
        for (name, value) in &*state::current().environment.borrow() {
            let name = vm.ctx.new_bytes(name.clone());
            environ.set_item(name.as_object(), vm.ctx.new_bytes(value.clone()).into(), vm)?;
        }
        Ok(environ)
    }

    #[pyattr]
    const EX_OK: i32 = 0;
    #[pyattr]
    const TMP_MAX: i32 = 238_328;
    #[pyattr]
    const NGROUPS_MAX: i32 = 65_536;

    /// There is nobody to pass an environment on to.
    #[pyfunction]
    fn putenv(name: Path, value: Path, vm: &VirtualMachine) -> PyResult<()> {
        check_variable(&name, vm)?;
        let state = state::current();
        state
            .environment
            .borrow_mut()
            .insert(name.bytes, value.bytes);
        Ok(())
    }

    #[pyfunction]
    fn unsetenv(name: Path, vm: &VirtualMachine) -> PyResult<()> {
        check_variable(&name, vm)?;
        state::current()
            .environment
            .borrow_mut()
            .remove(&name.bytes);
        Ok(())
    }

    #[pystruct_sequence_data]
    struct TimesResultData {
        user: f64,
        system: f64,
        children_user: f64,
        children_system: f64,
        elapsed: f64,
    }

    #[pyattr]
    #[pystruct_sequence(name = "times_result", module = "posix", data = "TimesResultData")]
    struct TimesResult;

    #[pyclass(with(PyStructSequence))]
    impl TimesResult {}

    /// Nobody tells a page how much of the time was its own: all of it counts as the program's.
    #[pyfunction]
    fn times(vm: &VirtualMachine) -> PyObjectRef {
        let elapsed = state::current().host.monotonic().as_secs_f64();
        let data = TimesResultData {
            user: elapsed,
            system: 0.0,
            children_user: 0.0,
            children_system: 0.0,
            elapsed,
        };
        TimesResult::from_data(data, vm).into()
    }

    fn check_variable(name: &Path, vm: &VirtualMachine) -> PyResult<()> {
        if name.bytes.is_empty() || name.bytes.contains(&b'=') {
            return Err(vm.new_value_error("illegal environment variable name"));
        }
        Ok(())
    }

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

    /// Ends the session at once, as it ends a process elsewhere: nothing that is open is closed.
    #[pyfunction]
    fn abort() {
        panic!("os.abort() was called");
    }

    #[pyfunction]
    fn _exit(code: i32, vm: &VirtualMachine) -> PyResult<()> {
        let code = vm.ctx.new_int(code).into();
        Err(vm.new_exception(vm.ctx.exceptions.system_exit.to_owned(), vec![code]))
    }
}
