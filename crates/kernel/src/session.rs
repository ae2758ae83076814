//! One Python session: an interpreter with the boot overlay, a library and files.

use std::collections::BTreeSet;
use std::rc::Rc;

use krait_pylib::ArchiveError;
use krait_vfs::Vfs;
use rustpython_vm::builtins::{PyBaseExceptionRef, PyCode, PyDict, PyDictRef, PyStrRef};
use rustpython_vm::compiler::{CompileOpts, Mode};
use rustpython_vm::frozen::FrozenCodeObject;
use rustpython_vm::function::ArgMapping;
use rustpython_vm::scope::Scope;
use rustpython_vm::{
    AsObject, Interpreter, PyObjectRef, PyRef, PyResult, Settings, TryFromObject, VirtualMachine,
};

use crate::host::{Host, Part};
use crate::state::{self, PartError, State};
use crate::{overlay, source, traceback, wants};

const BOOT_MODULE: &str = "_krait_boot";
const CONDITIONAL_ANNOTATIONS: &str = "__conditional_annotations__";

/// Why a session could not start.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The boot archive is broken.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The boot archive lacks what boot needs.
    #[error("the boot archive has no module `{0}`; it was built from another version of Krait")]
    Missing(&'static str),
    /// The file system could not be made.
    #[error("the session's file system could not be made: {0}")]
    Files(#[from] krait_vfs::Error),
    /// The overlay's Python raised.
    #[error("the kernel's boot code failed: {0}")]
    Overlay(String),
}

/// What a program leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: a script.
    Nothing,
    /// The value of the last statement if that is an expression without a `;` after it: a cell.
    LastExpression,
}

/// A running Python interpreter.
///
/// Sessions of one thread share nothing that Python code can see. All Python objects of a session are used inside
/// [`Session::enter`] only.
pub struct Session {
    interpreter: Interpreter,
    state: Rc<State>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Objects die while their interpreter lives.
        self.enter(|_| self.state.decimal.clear());
    }
}

/// How a session starts.
#[derive(Default)]
pub struct SessionBuilder {
    native_modules:
        Vec<fn(&rustpython_vm::vm::Context) -> &'static rustpython_vm::builtins::PyModuleDef>,
}

impl std::fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionBuilder")
            .field("native_modules", &self.native_modules.len())
            .finish()
    }
}

impl SessionBuilder {
    /// Adds a native module, given by its `module_def` function.
    #[must_use]
    pub fn native_module(
        mut self,
        def: fn(&rustpython_vm::vm::Context) -> &'static rustpython_vm::builtins::PyModuleDef,
    ) -> Self {
        self.native_modules.push(def);
        self
    }

    /// Boots a session on `host` with the boot archive.
    ///
    /// # Errors
    /// When the archive is broken or of another version.
    pub fn boot(self, host: Rc<dyn Host>, archive: Vec<u8>) -> Result<Session, BootError> {
        let vfs = overlay::new_vfs(&host)?;
        unicode_names2::set_source(state::character_names);
        let state = Rc::new(State::new(host, vfs));
        state.add_archive(archive)?;
        let interpreter = state::with(&state, || {
            let mut settings = Settings::default();
            let mut seed = [0; 4];
            // Without entropy the seed is constant: hash order is then predictable, nothing else changes.
            let _ = state.host.entropy(&mut seed);
            settings.hash_seed = Some(u32::from_le_bytes(seed));
            settings.install_signal_handlers = false;
            settings.import_site = false;
            settings.user_site_directory = false;
            settings.write_bytecode = false;
            settings.utf8_mode = 1;
            settings.argv = vec![String::new()];
            let builder = Interpreter::builder(settings);
            let mut defs = overlay::module_defs(&builder.ctx);
            defs.extend(self.native_modules.iter().map(|def| def(&builder.ctx)));
            builder.add_native_modules(&defs).build()
        });
        let session = Session { interpreter, state };
        session.enter(|vm| session.run_boot_module(vm))?;
        Ok(session)
    }
}

impl Session {
    /// Starts to describe a session.
    #[must_use]
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    /// Runs `f` with the interpreter; calls nest.
    pub fn enter<R>(&self, f: impl FnOnce(&VirtualMachine) -> R) -> R {
        state::with(&self.state, || self.interpreter.enter(f))
    }

    /// Adds a part of the library, so that no import has to wait for it. What is here already stays.
    ///
    /// # Errors
    /// When the bytes are not those of that part.
    pub fn supply(&self, part: Part, bytes: Vec<u8>) -> Result<(), PartError> {
        self.state.supply(part, bytes)
    }

    /// The archives of the library that have been supplied, where they lie in memory. Nothing ever writes there.
    #[must_use]
    pub fn archives(&self) -> Vec<(Part, &'static [u8])> {
        self.state.archives()
    }

    /// Draws anew what the random numbers of the interpreter come from, in a session that is a copy of another.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn reseed(&self) -> Result<(), String> {
        rand::rng().reseed().map_err(|error| error.to_string())
    }

    /// The parts of the library that a program needs and that are not here: those with the modules that its `import`
    /// statements name, anywhere in it, that with asyncio if it is asynchronous, and the names of characters if it has
    /// one. None if it does not parse.
    #[must_use]
    pub fn missing_parts(&self, program: &str) -> Vec<Part> {
        let wanted = wants::wants_of(&crate::indent::dedent(program));
        let mut parts = BTreeSet::new();
        let asyncio = wanted.is_async.then_some("asyncio");
        for module in wanted.modules.iter().map(String::as_str).chain(asyncio) {
            if !self.state.is_imported(module) {
                parts.extend(self.state.part_of(module));
            }
        }
        // Hardly a module of std gets by without one of core.
        if parts.contains(&Part::Std) && !self.state.has(Part::Core) {
            parts.insert(Part::Core);
        }
        let unicode = wanted.modules.iter().any(|name| name == "unicodedata");
        if (unicode || wanted.has_character_names) && !unicode_names2::is_here() {
            parts.insert(Part::Names);
        }
        let sqlite = wanted.modules.iter().any(|name| {
            let name = name.split('.').next().unwrap_or_default();
            matches!(name, "sqlite3" | "_sqlite3")
        }) || wanted.modules.iter().any(|name| name == "dbm.sqlite3");
        if sqlite && !self.state.has(Part::Sqlite) {
            parts.insert(Part::Sqlite);
        }
        parts.into_iter().collect()
    }

    /// Imports the modules that every session starts with, and forgets their code: what an image of this session's memory
    /// holds as objects need not be in it as an archive too. Tells the names of all modules whose code was forgotten.
    ///
    /// # Errors
    /// What an import raises, as a traceback, or why the session's memory must not be an image.
    pub fn prepare_image(&self, start: &[&str]) -> Result<Vec<String>, String> {
        self.enter(|vm| {
            let prepare = || -> PyResult<Result<Vec<String>, String>> {
                for name in start {
                    vm.import(&*vm.ctx.new_str(*name), 0)?;
                }
                let modules = vm.sys_module.get_attr("modules", vm)?;
                // A state that is drawn once would be the same in every page.
                for drawn in ["random", "uuid", "tempfile", "secrets"] {
                    if modules.get_item(drawn, vm).is_ok() {
                        return Ok(Err(format!(
                            "{drawn} is imported, and would give the same numbers in every page"
                        )));
                    }
                }
                let names: Vec<String> = self.state.library().names().map(str::to_owned).collect();
                let mut imported = Vec::new();
                for name in names {
                    if modules.get_item(name.as_str(), vm).is_ok() {
                        imported.push(name);
                    }
                }
                vm.import("gc", 0)?.get_attr("collect", vm)?.call((), vm)?;
                Ok(Ok(imported))
            };
            let imported = prepare().map_err(|exception| format_exception(vm, &exception))??;
            self.state.forget_code(&imported);
            self.state.give_up_codecs();
            Ok(imported)
        })
    }

    /// The session's files.
    #[must_use]
    pub fn files(&self) -> &Vfs {
        &self.state.vfs
    }

    fn run_boot_module(&self, vm: &VirtualMachine) -> Result<(), BootError> {
        let code = self
            .state
            .library()
            .get(BOOT_MODULE)
            .and_then(|e| e.code)
            .ok_or(BootError::Missing(BOOT_MODULE))?;
        let code = PyCode::new_ref_from_frozen(vm, FrozenCodeObject { bytes: code });
        overlay::install_os_errors(vm);
        overlay::install_guards(vm);
        let run = || -> PyResult<()> {
            let module = vm.new_module(BOOT_MODULE, vm.ctx.new_dict(), None);
            let dict = module.dict();
            dict.set_item("__name__", vm.ctx.new_str(BOOT_MODULE).into(), vm)?;
            dict.set_item("__builtins__", vm.builtins.clone().into(), vm)?;
            let modules = vm.sys_module.get_attr("modules", vm)?;
            modules.set_item(BOOT_MODULE, module.into(), vm)?;
            vm.run_code_obj(code, Scope::with_builtins(None, dict, vm))?;
            self.initialize_encodings(vm)
        };
        run().map_err(|exception| BootError::Overlay(native_traceback(vm, &exception)))
    }

    /// The codec search function, which the interpreter would register itself if it had a library when it starts.
    fn initialize_encodings(&self, vm: &VirtualMachine) -> PyResult<()> {
        vm.import("encodings", 0).map(drop)
    }
}

/// The namespace of `__main__`.
///
/// # Errors
/// When the guest removed `__main__` and it cannot be made anew.
pub fn main_namespace(vm: &VirtualMachine) -> PyResult<PyDictRef> {
    // A new scope would be a new module: programs of a session share the one that is there.
    let modules = vm.sys_module.get_attr("modules", vm)?;
    let existing = modules
        .get_item("__main__", vm)
        .ok()
        .and_then(|main| main.get_attr("__dict__", vm).ok());
    match existing.and_then(|namespace| namespace.downcast::<PyDict>().ok()) {
        Some(namespace) => Ok(namespace),
        None => Ok(vm.new_scope_with_main()?.globals),
    }
}

/// Compiles a program; `await` at its top level makes the code object a coroutine's.
///
/// # Errors
/// The guest's `SyntaxError` (or `RecursionError` for nesting beyond the limits).
pub fn compile(
    vm: &VirtualMachine,
    text: &str,
    filename: &str,
    keep: Keep,
) -> PyResult<PyRef<PyCode>> {
    source::check_nesting(text.as_bytes(), source::Limits::code())
        .map_err(|deep| deep.to_exception(vm))?;
    let opts = CompileOpts {
        allow_top_level_await: true,
        ..vm.compile_opts()
    };
    let mode = match keep {
        Keep::LastExpression if wants::ends_in_expression(text) => Mode::BlockExpr,
        _ => Mode::Exec,
    };
    let kept = vm.ctx.new_str(text);
    remember_source(vm, filename, kept.clone());
    let code = vm
        .compile_with_opts(text, mode, filename, opts)
        .map_err(|error| overlay::corrected_message(error.into_pyexception(vm, Some(text)), vm))?;
    state::current().texts.keep(kept, code.clone());
    Ok(code)
}

/// Keeps the text of the latest program of that name.
fn remember_source(vm: &VirtualMachine, filename: &str, text: PyStrRef) {
    let remember = || -> PyResult<()> {
        let krait = vm.import("_krait", 0)?;
        krait
            .get_attr("sources", vm)?
            .set_item(filename, text.into(), vm)
    };
    // A guest that deletes the table loses source lines in its tracebacks, nothing else.
    let _ = remember();
}

/// Runs code in a namespace. The result of a coroutine's code object is the coroutine, not yet started.
///
/// # Errors
/// What the guest raises.
pub fn run(vm: &VirtualMachine, code: PyRef<PyCode>, globals: PyDictRef) -> PyResult {
    run_in(vm, code, globals, None)
}

/// The same with names bound in `locals`, a mapping.
///
/// # Errors
/// What the guest raises; a `TypeError` if `locals` is no mapping.
pub fn run_in(
    vm: &VirtualMachine,
    code: PyRef<PyCode>,
    globals: PyDictRef,
    locals: Option<PyObjectRef>,
) -> PyResult {
    // A program compiled for its last expression lacks the instruction that makes this set (PEP 649 annotations).
    if code
        .code
        .names
        .iter()
        .any(|name| name.as_str() == CONDITIONAL_ANNOTATIONS)
        && globals.get_item_opt(CONDITIONAL_ANNOTATIONS, vm)?.is_none()
    {
        globals.set_item(
            CONDITIONAL_ANNOTATIONS,
            vm.ctx.types.set_type.as_object().call((), vm)?,
            vm,
        )?;
    }
    let locals = locals
        .map(|locals| ArgMapping::try_from_object(vm, locals))
        .transpose()?;
    vm.run_code_obj(code, Scope::with_builtins(locals, globals, vm))
}

/// Shows what was printed without a newline, also by writing to the descriptors. This happens at the end of every turn of
/// a page's event loop. A stream that a script closed or replaced is its own affair.
pub fn flush(vm: &VirtualMachine) {
    for name in ["stdout", "stderr"] {
        let name = vm.ctx.intern_str(name);
        if let Ok(stream) = vm.sys_module.get_attr(name, vm)
            && !vm.is_none(&stream)
        {
            let _ = vm.call_method(&stream, "flush", ());
        }
    }
    state::current().host.flush();
}

/// The traceback of an exception as text, with source lines.
#[must_use]
pub fn format_exception(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> String {
    if let Some(text) = traceback::simple(vm, exception) {
        return text;
    }
    let format = || -> PyResult<String> {
        let boot = vm.import(BOOT_MODULE, 0)?;
        let text: PyObjectRef = vm.call_method(&boot, "format_exception", (exception.clone(),))?;
        Ok(text.str(vm)?.to_string_lossy().into_owned())
    };
    // Formatting can fail in the state that raised the exception, a stack that is nearly full for one.
    format().unwrap_or_else(|_| native_traceback(vm, exception))
}

fn native_traceback(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> String {
    let mut text = String::new();
    match vm.write_exception(&mut text, exception) {
        Ok(()) => text,
        Err(_) => exception.class().name().to_string(),
    }
}
