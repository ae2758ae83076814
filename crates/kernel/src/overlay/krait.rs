//! `_krait`: what the boot overlay's Python asks the kernel.

pub(super) use _krait::{check_nesting, module_def};

#[rustpython_vm::pymodule]
mod _krait {
    use rustpython_vm::builtins::{
        PyBytes, PyCode, PyDictRef, PyInt, PyList, PyStr, PyStrRef, PyUtf8StrRef,
    };
    use rustpython_vm::frozen::FrozenCodeObject;
    use rustpython_vm::function::{ArgBytesLike, FuncArgs};
    use rustpython_vm::{PyObjectRef, PyRef, PyResult, VirtualMachine};

    use crate::overlay::{corrected_message, descriptors, markup, stack, trees};
    use crate::{source, state};

    /// Texts of scripts that have no file, by the file name in their code objects: the latest of each name.
    #[pyattr(once)]
    fn sources(vm: &VirtualMachine) -> PyDictRef {
        vm.ctx.new_dict()
    }

    /// Keeps the text that code was compiled from.
    #[pyfunction]
    fn keep_text(text: PyStrRef, code: PyRef<PyCode>) {
        state::current().texts.keep(text, code);
    }

    /// The text of a script or of what it has defined, by a code object; nothing for any other object.
    #[pyfunction]
    fn text_of(code: PyObjectRef) -> Option<PyStrRef> {
        state::current().texts.of(code.downcast_ref()?)
    }

    /// Whether the library has the module, and if so whether it is a package.
    #[pyfunction]
    fn library_find(name: PyUtf8StrRef) -> Option<bool> {
        state::current()
            .library()
            .get(name.as_str())
            .map(|entry| entry.is_package)
    }

    #[pyfunction]
    fn library_names(vm: &VirtualMachine) -> PyRef<PyList> {
        let names = state::current()
            .library()
            .names()
            .map(|name| vm.ctx.new_str(name).into())
            .collect();
        vm.ctx.new_list(names)
    }

    /// The code object of a module; the archive that has it is asked for if it is not here.
    #[pyfunction]
    fn library_code(name: PyUtf8StrRef, vm: &VirtualMachine) -> PyResult<PyRef<PyCode>> {
        let state = state::current();
        let missing = |sentence: String| vm.new_import_error(sentence, name.clone());
        if let Some(part) = state.part_of(name.as_str()) {
            state.fetch(part).map_err(|reason| {
                missing(format!(
                    "module '{}' is in krait-{}.bin, a part of the standard library that could not be loaded: {reason}",
                    name.as_str(),
                    part.name()
                ))
            })?;
        }
        let Some(entry) = state.library().get(name.as_str()) else {
            return Err(missing(format!(
                "the library has no module named '{}'",
                name.as_str()
            )));
        };
        let code = entry.code.ok_or_else(|| {
            missing(format!(
                "the standard library lacks module '{}': its archives are of another version",
                name.as_str()
            ))
        })?;
        Ok(PyCode::new_ref_from_frozen(
            vm,
            FrozenCodeObject { bytes: code },
        ))
    }

    /// The source text of a library module. The archive of the sources is asked for if `fetch` says so; None without it,
    /// and for a module that has no source.
    #[pyfunction]
    fn library_source(
        name: PyUtf8StrRef,
        fetch: bool,
        vm: &VirtualMachine,
    ) -> PyResult<Option<String>> {
        match state::current().library_source(name.as_str(), fetch) {
            Ok(text) => Ok(text.map(|text| String::from_utf8_lossy(text).into_owned())),
            Err(sentence) => Err(vm.new_os_error(format!(
                "the source of module '{}' could not be loaded: {sentence}",
                name.as_str()
            ))),
        }
    }

    /// The first error of an XML document: its number in expat, line and column.
    #[pyfunction]
    fn xml_error(document: ArgBytesLike) -> Option<(u32, u64, u64)> {
        markup::error(&document)
    }

    /// Bytes of the scale that are left of the stacks: see `crates/names/stack`.
    #[pyfunction]
    fn stack_left() -> usize {
        stack::left()
    }

    /// Raises `RecursionError` for JSON that is nested deeper than the native scanner's stack allows.
    #[pyfunction]
    fn check_json_depth(text: PyStrRef, vm: &VirtualMachine) -> PyResult<()> {
        if source::bracket_depth(text.as_bytes()) > source::MAX_JSON_DEPTH {
            return Err(vm.new_recursion_error(
                "maximum recursion depth exceeded while decoding a JSON document".to_owned(),
            ));
        }
        Ok(())
    }

    /// Puts a check of the nesting before `compile`, `eval` and `exec`: the parser's recursion has no limit of its own. And one
    /// of descriptors after `class` statements.
    ///
    /// They stay native functions, because `eval` and `exec` use the names of the frame that calls them.
    #[pyfunction]
    fn guard_builtins(vm: &VirtualMachine) -> PyResult<()> {
        for name in ["compile", "eval", "exec"] {
            let original = vm.builtins.get_attr(name, vm)?;
            let guarded = vm.new_function(
                name,
                move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
                    if let Some(source) = args.args.first() {
                        let limits = if name == "compile" && wants_tree(&args) {
                            source::Limits::tree()
                        } else {
                            source::Limits::code()
                        };
                        check_nesting(source, limits, vm)?;
                        if name == "compile" {
                            trees::check(source, limits.stack, vm)?;
                        }
                    }
                    original
                        .call(args, vm)
                        .map_err(|error| corrected_message(error, vm))
                },
            );
            vm.builtins.set_attr(name, guarded, vm)?;
        }
        descriptors::install(vm)
    }

    /// A native function that calls a Python function.
    #[pyfunction]
    fn native_function(function: PyObjectRef, module: PyStrRef, vm: &VirtualMachine) -> PyResult {
        let name = function
            .get_attr("__name__", vm)?
            .try_into_value::<PyUtf8StrRef>(vm)?;
        let native: PyObjectRef = vm
            .new_function(
                vm.ctx.intern_str(name.as_str()).as_str(),
                move |args: FuncArgs, vm: &VirtualMachine| function.call(args, vm),
            )
            .into();
        native.set_attr("__module__", module, vm)?;
        Ok(native)
    }

    /// Whether `compile` is asked for a tree (`PyCF_ONLY_AST`).
    fn wants_tree(args: &FuncArgs) -> bool {
        const ONLY_AST: u32 = 0x400;
        args.args
            .get(3)
            .or_else(|| args.kwargs.get("flags"))
            .and_then(|flags| flags.downcast_ref::<PyInt>())
            .and_then(|flags| u32::try_from(flags.as_bigint()).ok())
            .is_some_and(|flags| flags & ONLY_AST != 0)
    }

    /// Raises for text that nests too deeply; anything else passes.
    pub(crate) fn check_nesting(
        text: &PyObjectRef,
        limits: source::Limits,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let checked = if let Some(text) = text.downcast_ref::<PyStr>() {
            source::check_nesting(text.as_bytes(), limits)
        } else if let Some(bytes) = text.downcast_ref::<PyBytes>() {
            source::check_nesting(bytes.as_bytes(), limits)
        } else {
            return Ok(());
        };
        checked.map_err(|error| error.to_exception(vm))
    }
}
