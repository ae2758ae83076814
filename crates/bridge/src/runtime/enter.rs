//! Going into the session: from JavaScript, and for a turn of the event loop.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::Cell;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::rc::Rc;

use krait_kernel::Session;
use rustpython_vm::VirtualMachine;
use rustpython_vm::builtins::PyBaseExceptionRef;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::handle::Handle;
use crate::{cell, error, glue, module, suspend};

thread_local! {
    static SESSION: Cell<Option<&'static Rc<Session>>> = const { Cell::new(None) };
    static ENTRIES: Cell<u32> = const { Cell::new(0) };
}

/// Makes a session that of this instance, which it lives as long as: every call from JavaScript asks for it.
pub(super) fn begin(session: Rc<Session>) {
    SESSION.set(Some(Box::leak(Box::new(session))));
}

pub(super) fn session() -> Option<&'static Rc<Session>> {
    SESSION.get()
}

/// How often JavaScript has come in.
pub(super) fn entries() -> u32 {
    ENTRIES.with(Cell::get)
}

/// Bytes of linear memory that stand for what JavaScript has on the engine's stack between Python's call and its own: a function
/// or two (`tests/python/bridge/stack_estimate.py`).
const FRAMES_OF_JAVASCRIPT: usize = 2048;

/// Runs `f` in the session of this instance.
///
/// # Panics
/// When there is no session: JavaScript gets references to Python objects from a session only.
pub(crate) fn with_vm<R>(f: impl FnOnce(&VirtualMachine) -> R) -> R {
    ENTRIES.with(|entries| entries.set(entries.get().wrapping_add(1)));
    with_vm_uncounted(f)
}

/// The same for what the browser's garbage collector begins: a count of it would be another each time.
pub(crate) fn with_vm_uncounted<R>(f: impl FnOnce(&VirtualMachine) -> R) -> R {
    let Some(session) = session() else {
        panic!("JavaScript called into Python before there was a session");
    };
    // Frames of JavaScript's have nothing in linear memory, by which the engine's stack is measured (`crates/names/stack`).
    let frames = MaybeUninit::<[u8; FRAMES_OF_JAVASCRIPT]>::uninit();
    black_box(&raw const frames);
    cell::descend();
    suspend::entered();
    let result = session.enter(f);
    cell::ascend();
    result
}

/// Gives the files of this instance's session to `f`, without going into the interpreter.
///
/// # Panics
/// When there is no session.
pub(crate) fn with_files<R>(f: impl FnOnce(&krait_kernel::Vfs) -> R) -> R {
    let Some(session) = session() else {
        panic!("SQLite called for files before there was a session");
    };
    f(session.files())
}

/// Why the session can no longer be used.
pub(crate) fn dead() -> Option<JsValue> {
    let reason = glue::death();
    (!reason.is_undefined()).then_some(reason)
}

/// A turn of the event loop: timer `id`, or all that is ready (0).
#[wasm_bindgen]
pub fn krait_loop_run(id: u32) {
    if dead().is_some() {
        return;
    }
    suspend::from_loop(|| {
        with_vm(|vm| {
            let result = module::loop_runner(vm).map_or(Ok(vm.ctx.none()), |runner| {
                runner.call((vm.ctx.new_int(id),), vm)
            });
            if let Err(exception) = result {
                report(vm, &exception);
            }
            if krait_kernel::tables_are_due()
                && let Err(exception) = krait_kernel::shrink_tables(vm)
            {
                report(vm, &exception);
            }
            krait_kernel::flush(vm);
        });
    });
}

/// An exception that nobody takes: it goes where uncaught errors of the page go.
pub(crate) fn report(vm: &VirtualMachine, exception: &PyBaseExceptionRef) {
    let handle: Handle = error::to_js(vm, exception);
    glue::report(handle.index());
}

/// Whether a thrown value is Python's.
#[must_use]
pub fn is_python_error(value: &JsValue) -> bool {
    value
        .dyn_ref::<js_sys::Error>()
        .is_some_and(|error| error.name() == "PythonError")
}
