//! Path arguments, and errors that name them.

use krait_vfs::Error;
use rustpython_vm::builtins::{PyBaseExceptionRef, PyStr};
use rustpython_vm::convert::ToPyObject;
use rustpython_vm::function::FsPath;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, TryFromObject, VirtualMachine};

/// A path argument: its bytes for the file system, the object for error messages.
#[derive(Clone)]
pub(super) struct Path {
    pub(super) bytes: Vec<u8>,
    pub(super) object: PyObjectRef,
    /// Whether names go back as `bytes`.
    pub(super) is_bytes: bool,
}

impl Path {
    /// `wanted` is how the error for another object begins.
    fn of(vm: &VirtualMachine, object: PyObjectRef, wanted: &'static str) -> PyResult<Self> {
        let path = FsPath::try_from(object, true, wanted, vm)?;
        let is_bytes = matches!(path, FsPath::Bytes(_));
        let bytes = match &path {
            FsPath::Str(text) => vm.fsencode(text)?.as_encoded_bytes().to_vec(),
            FsPath::Bytes(bytes) => bytes.as_bytes().to_vec(),
        };
        Ok(Self {
            bytes,
            object: path.to_pyobject(vm),
            is_bytes,
        })
    }
}

impl TryFromObject for Path {
    fn try_from_object(vm: &VirtualMachine, object: PyObjectRef) -> PyResult<Self> {
        Self::of(vm, object, "path should be string, bytes or os.PathLike")
    }
}

/// A path or a descriptor.
pub(super) enum PathOrFd {
    Path(Path),
    Fd(i32),
}

impl TryFromObject for PathOrFd {
    fn try_from_object(vm: &VirtualMachine, object: PyObjectRef) -> PyResult<Self> {
        if object.fast_isinstance(vm.ctx.types.int_type) {
            return descriptor(vm, &object).map(Self::Fd);
        }
        let wanted = "path should be string, bytes, os.PathLike or integer";
        Path::of(vm, object, wanted).map(Self::Path)
    }
}

fn descriptor(vm: &VirtualMachine, object: &PyObjectRef) -> PyResult<i32> {
    if object.class().is(vm.ctx.types.bool_type) {
        let text = vm.ctx.new_str("bool is used as a file descriptor").into();
        let category = vm.ctx.exceptions.runtime_warning.to_owned();
        rustpython_vm::warn::warn(text, Some(category), 1, None, vm)?;
    }
    object.try_to_value(vm)
}

/// A descriptor, or what has one: an object with a method `fileno`.
pub(super) struct Fildes(pub(super) i32);

impl TryFromObject for Fildes {
    fn try_from_object(vm: &VirtualMachine, object: PyObjectRef) -> PyResult<Self> {
        if object.fast_isinstance(vm.ctx.types.int_type) {
            return descriptor(vm, &object).map(Self);
        }
        let wanted = || "argument must be an int, or have a fileno() method.".to_owned();
        let fileno = vm.get_method_or_type_error(object, vm.ctx.intern_str("fileno"), wanted)?;
        let number = fileno.call((), vm)?;
        if !number.fast_isinstance(vm.ctx.types.int_type) {
            return Err(vm.new_type_error("fileno() returned a non-integer"));
        }
        match number.try_to_value(vm)? {
            number @ 0.. => Ok(Self(number)),
            number => Err(vm.new_value_error(format!(
                "file descriptor cannot be a negative integer ({number})"
            ))),
        }
    }
}

/// A name as the caller asked: `str` or `bytes`.
pub(super) fn name_object(vm: &VirtualMachine, name: &[u8], is_bytes: bool) -> PyObjectRef {
    if is_bytes {
        return vm.ctx.new_bytes(name.to_vec()).into();
    }
    match std::str::from_utf8(name) {
        Ok(text) => vm.ctx.new_str(text).into(),
        Err(_) => {
            let bytes = vm.ctx.new_bytes(name.to_vec());
            vm.state
                .codec_registry
                .decode_text(
                    bytes.into(),
                    "utf-8",
                    Some(vm.ctx.new_utf8_str("surrogateescape")),
                    vm,
                )
                .map_or_else(
                    |_| {
                        vm.ctx
                            .new_str(String::from_utf8_lossy(name).into_owned())
                            .into()
                    },
                    |text: rustpython_vm::PyRef<PyStr>| text.into(),
                )
        }
    }
}

/// The exception for a failed operation on `paths`.
pub(super) fn failed(
    vm: &VirtualMachine,
    error: Error,
    paths: &[&PyObjectRef],
) -> PyBaseExceptionRef {
    match error {
        Error::NulInPath => vm.new_value_error("embedded null byte"),
        Error::Os(errno) => crate::overlay::os_error_on(vm, errno, paths),
    }
}

/// The exception for a failed operation without a path.
pub(super) fn failed_plain(vm: &VirtualMachine, error: Error) -> PyBaseExceptionRef {
    failed(vm, error, &[])
}
