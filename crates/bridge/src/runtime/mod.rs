//! A session in a browser: how it starts, and what the page's side asks of it as a whole.
//!
//! `enter` goes into it, `program` runs programs, `names` looks things up, imports and calls.

mod enter;
mod names;
mod program;

use std::rc::Rc;

use krait_kernel::{BootError, Part, Session, Stream};
use rustpython_vm::builtins::PyBaseExceptionRef;
use rustpython_vm::{PyResult, VirtualMachine};
use wasm_bindgen::JsValue;

use crate::host::BrowserHost;
use crate::{cell, error, glue, host, module, proxy, repeated, suspend};

pub use enter::is_python_error;
pub(crate) use enter::{dead, report, with_files, with_vm, with_vm_uncounted};
pub(crate) use names::{import, settle, start_if_coroutine};
pub(crate) use program::in_new_context;
pub use program::{Around, RunOptions, Started};

/// The Python session of this wasm instance.
#[derive(Debug, Clone)]
pub struct Runtime {
    session: Rc<Session>,
}

impl Runtime {
    /// Boots Python with the boot archive. `parts` is an object with the addresses, by name, from which parts of the library are
    /// fetched that are wanted before [`Runtime::supply`] brought them; `undefined` if there are none.
    ///
    /// # Errors
    /// When the archive is broken or boot fails.
    pub fn boot(archive: Vec<u8>, parts: &JsValue) -> Result<Self, BootError> {
        connect(parts);
        std::panic::set_hook(Box::new(|info| glue::panicked(&info.to_string())));
        let host = Rc::new(BrowserHost::default());
        let session = Rc::new(
            Session::builder()
                .native_module(module::module_def)
                .native_module(crate::ffi::module_def)
                .boot(host, archive)?,
        );
        enter::begin(Rc::clone(&session));
        with_vm(|vm| {
            module::install(vm).map_err(|exception| krait_kernel::format_exception(vm, &exception))
        })
        .map_err(BootError::Overlay)?;
        Ok(Self { session })
    }

    /// The session that this instance's memory began with, if it is an image: connected to the page that it is in now.
    #[must_use]
    pub fn from_image(parts: &JsValue) -> Option<Self> {
        let session = Rc::clone(enter::session()?);
        connect(parts);
        Some(Self { session })
    }

    /// Makes this session fit to be an image: imports the modules of `start`, and checks that nothing in its memory
    /// belongs to this instance alone. Tells which modules' code the session has forgotten.
    ///
    /// # Errors
    /// What an import raises, or what of JavaScript is still referred to.
    pub fn prepare_image(&self, start: &[&str]) -> Result<Vec<String>, String> {
        with_vm_uncounted(proxy::make_common);
        let forgotten = self.session.prepare_image(start)?;
        repeated::forget();
        match glue::live_handles() {
            0 => unattached("an image").map(|()| forgotten),
            handles => Err(format!(
                "an image cannot hold handles of JavaScript values: there are {handles}"
            )),
        }
    }

    /// Makes this session fit to be copied with its memory, and checks that nothing in that belongs to this instance alone but
    /// handles, which the owner of the copy takes care of.
    ///
    /// # Errors
    /// A sentence that says what is in the way.
    pub fn prepare_snapshot(&self) -> Result<(), String> {
        if glue::has_sqlite() {
            return Err("a snapshot cannot hold SQLite, whose memory is another".to_owned());
        }
        if glue::is_suspended() {
            return Err("a snapshot cannot hold a stack that waits for a promise".to_owned());
        }
        repeated::forget();
        let obstacle = self.ask("before_snapshot")?;
        match obstacle {
            Some(obstacle) => Err(format!("a snapshot cannot be taken now: {obstacle}")),
            None => unattached("a snapshot"),
        }
    }

    /// The archives of the library that are here: their names, addresses and lengths. A copy of the memory can be without them
    /// if they are put back.
    #[must_use]
    pub fn archives(&self) -> Vec<(&'static str, usize, usize)> {
        let archives = self.session.archives().into_iter();
        archives
            .map(|(part, bytes)| (part.name(), bytes.as_ptr().addr(), bytes.len()))
            .collect()
    }

    /// After a start from a snapshot: draws anew what must differ from session to session.
    ///
    /// # Errors
    /// A traceback, when the session's own modules have been changed; a sentence, when there are no random bytes.
    pub fn restored(&self) -> Result<(), String> {
        host::forget_output_hooks();
        self.session.reseed()?;
        self.ask("after_snapshot").map(drop)
    }

    /// Calls a function of the bridge's own module, which gives a sentence or None.
    fn ask(&self, function: &'static str) -> Result<Option<String>, String> {
        with_vm(|vm| {
            let ask = || -> PyResult<Option<String>> {
                let bridge = vm.import("_krait_bridge", 0)?;
                let answer = vm.call_method(&bridge, function, ())?;
                if vm.is_none(&answer) {
                    return Ok(None);
                }
                Ok(Some(answer.str(vm)?.to_string_lossy().into_owned()))
            };
            ask().map_err(|exception| krait_kernel::format_exception(vm, &exception))
        })
    }

    /// Notices traps in handlers that the browser calls directly, as a page has them: those pass no guard.
    pub fn watch() {
        glue::watch();
    }

    /// The function with which every call into the kernel is wrapped: it notices traps and refuses calls after one.
    #[must_use]
    pub fn guard() -> js_sys::Function {
        glue::guard()
    }

    /// Live references across the boundary and how often it was crossed, by name.
    #[must_use]
    pub fn counts() -> [(&'static str, u32); 7] {
        [
            ("handles", glue::live_handles()),
            ("objects", crate::table::live()),
            ("proxies", glue::live_proxies()),
            ("buffers", crate::buffer::live()),
            ("crossings", glue::crossings()),
            ("entries", enter::entries()),
            ("strings", glue::copied_strings()),
        ]
    }

    /// What the JavaScript API takes from this side: the classes of proxies and the like.
    #[must_use]
    pub fn workshop() -> JsValue {
        glue::workshop()
    }

    /// Calls `f` with the error that ended the session, when that happens.
    pub fn on_death(f: &js_sys::Function) {
        glue::on_death(f);
    }

    /// Chooses where a stream goes: an object with a function `line` or `bytes`; `undefined` restores the console.
    pub fn set_output_hook(stream: Stream, hook: &JsValue) {
        host::set_output_hook(stream, hook);
    }

    /// Chooses where input comes from: an object with `read(max)` that gives bytes; `undefined` restores the browser's dialog.
    pub fn set_input_hook(hook: &JsValue) {
        glue::set_input(hook);
    }

    /// Has all functions of the wasm here when it returns; without it, the rest is fetched when one of them is called.
    pub fn load_rest() {
        glue::load_rest();
    }

    /// Adds a part of the library.
    ///
    /// # Errors
    /// A sentence when there is no such part, or the bytes are none.
    pub fn supply(&self, part: &str, bytes: Vec<u8>) -> Result<(), String> {
        let part =
            Part::from_name(part).ok_or_else(|| format!("the library has no part \"{part}\""))?;
        self.session
            .supply(part, bytes)
            .map_err(|error| error.to_string())
    }

    /// The parts of the library that a program needs and that are not here. Those that the package lacks are not among them: the
    /// import that asks for one raises.
    #[must_use]
    pub fn missing_parts(&self, program: &str) -> Vec<&'static str> {
        let parts = self.session.missing_parts(program).into_iter();
        parts
            .filter(|part| host::has_part(*part))
            .map(Part::name)
            .collect()
    }

    /// The session's files.
    #[must_use]
    pub fn files(&self) -> &krait_kernel::Vfs {
        self.session.files()
    }
}

/// Checks that nothing in this instance's memory belongs to it alone, handles excepted, and then clears free memory. `whole` is
/// what is to be made of it.
fn unattached(whole: &str) -> Result<(), String> {
    let pinned = (3..cell::FIRST_HANDLE).filter(|slot| cell::pins(*slot) != 0);
    let alive = [
        (
            "Python objects that JavaScript refers to",
            crate::table::live(),
        ),
        (
            "pinned methods",
            u32::try_from(pinned.count()).unwrap_or(u32::MAX),
        ),
        (
            "values in wasm-bindgen's table",
            wasm_bindgen::externref_heap_live_count(),
        ),
        ("calls that have not returned", cell::depth()),
    ];
    match alive.iter().find(|(_, count)| *count != 0) {
        None => {
            zero_free_memory();
            Ok(())
        }
        Some((what, count)) => Err(format!("{whole} cannot hold {what}: there are {count}")),
    }
}

/// Tells JavaScript where values cross, and this instance where the page's library lies.
fn connect(parts: &JsValue) {
    let (cells, text) = cell::addresses();
    glue::connect(wasm_bindgen::exports(), wasm_bindgen::memory(), cells, text);
    glue::set_parts(parts);
    suspend::connect();
}

/// Overwrites what free memory still holds with zeros, by taking and giving back as much of it as there is: an image would
/// carry the rests.
fn zero_free_memory() {
    #[cfg(target_arch = "wasm32")]
    {
        let mut taken = Vec::with_capacity(1 << 16);
        let mut pages = core::arch::wasm32::memory_size(0);
        for shift in (4..=20).rev() {
            loop {
                let block = vec![0_u8; 1 << shift];
                let now = core::arch::wasm32::memory_size(0);
                if now > pages || taken.len() == taken.capacity() {
                    pages = now;
                    break;
                }
                taken.push(std::hint::black_box(block));
            }
        }
    }
}

fn thrown(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> JsValue {
    error::to_js(vm, exception).value()
}
