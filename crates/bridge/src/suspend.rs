//! Waiting in the middle of Python: `js/suspend.js` says how, and what keeps it safe.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::{Cell, RefCell};
use std::hint::black_box;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{cell, glue, runtime};

thread_local! {
    /// The depth of calls at which the stack that runs was entered by the event loop; 0 if it was entered otherwise.
    static BASE: Cell<u32> = const { Cell::new(0) };
    /// Whether what the event loop calls runs on a stack that the engine makes for it.
    static APART: Cell<bool> = const { Cell::new(false) };
    static TOKEN: Cell<u32> = const { Cell::new(0) };
    static JOBS: RefCell<Vec<(u32, Job)>> = const { RefCell::new(Vec::new()) };
}

/// Something to run on a stack that can be suspended.
type Job = Box<dyn FnOnce()>;

/// Runs `f`, which the event loop has called: calls of Python's one level down can be suspended.
pub(crate) fn from_loop<R>(f: impl FnOnce() -> R) -> R {
    let before = BASE.replace(cell::depth() + 1);
    if APART.get() {
        krait_kernel::begin_stack();
    } else {
        krait_kernel::enter_thread();
    }
    let result = f();
    BASE.set(before);
    result
}

/// Bytes that the stack of a browser's worker lacks of what pages and suspendable stacks have: it is 500 kB in Chromium.
const WORKERS_LACK: usize = 484 << 10;

/// Learns what stacks there are where this instance runs.
pub(crate) fn connect() {
    APART.set(glue::can_suspend());
    krait_kernel::set_thread_lacks(if glue::in_worker() { WORKERS_LACK } else { 0 });
}

/// Says that JavaScript calls, unless it is the event loop that does.
pub(crate) fn entered() {
    if BASE.get() != cell::depth() {
        krait_kernel::enter_thread();
    }
}

/// Runs `job` soon, on a stack that can be suspended. The engine must be able to.
pub(crate) fn start(job: Job) {
    let id = TOKEN.get().wrapping_add(1);
    TOKEN.set(id);
    JOBS.with(|jobs| jobs.borrow_mut().push((id, job)));
    glue::start_job(id);
}

#[wasm_bindgen]
pub fn krait_job(id: u32) {
    if runtime::dead().is_some() {
        return;
    }
    let job = JOBS.with(|jobs| {
        let mut jobs = jobs.borrow_mut();
        let at = jobs.iter().position(|(known, _)| *known == id)?;
        Some(jobs.remove(at).1)
    });
    if let Some(job) = job {
        from_loop(job);
    }
}

/// What the kernel's table holds where JavaScript puts the function that suspends. The number makes it unlike any other
/// function, so that the linker merges it with none.
extern "C" fn unconnected(token: u32, delay: f64) -> u32 {
    black_box(delay);
    token ^ 0x6b72_6169
}

/// Why the stack that runs cannot be suspended.
pub(crate) fn refusal() -> Option<&'static str> {
    if !glue::can_suspend() {
        return Some(
            "WebAssembly stack switching not supported in this JavaScript runtime (it has no JSPI; Chromium has it since version 137). Use `await` in a coroutine",
        );
    }
    if BASE.get() == 0 || BASE.get() != cell::depth() {
        return Some(
            "Cannot stack switch because the Python entrypoint was a synchronous function. Use pyFunc.callPromising() to fix. Or make the function that JavaScript calls `async def`, and use `await`",
        );
    }
    let slot: extern "C" fn(u32, f64) -> u32 = unconnected;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an index into the table of functions"
    )]
    let index = slot as usize as u32;
    if !glue::connect_suspension(&wasm_bindgen::function_table(), index) {
        return Some("the page's content security policy forbids the module that it needs");
    }
    None
}

/// A number for `suspend` and `wake`.
pub(crate) fn token() -> u32 {
    let token = TOKEN.get().wrapping_add(1);
    TOKEN.set(token);
    token
}

/// Suspends the stack until `wake(token)`, or for `delay` milliseconds if that is not negative.
///
/// # Errors
/// A `RuntimeError` where that is not possible.
pub(crate) fn suspend(vm: &VirtualMachine, token: u32, delay: f64) -> PyResult<()> {
    if let Some(reason) = refusal() {
        return Err(vm.new_runtime_error(format!("Cannot wait here without `await`: {reason}")));
    }
    krait_kernel::flush(vm);
    // What runs meanwhile is in no task and in no context of ours, and handles no exception of ours. The outermost context is
    // everybody's.
    let contexts = above_outermost(vm);
    let task = vm.asyncio_running_task.take();
    let handled = vm.current_exception();
    vm.set_exception(None);
    let base = BASE.replace(0);
    let slot: extern "C" fn(u32, f64) -> u32 = black_box(unconnected);
    slot(token, delay);
    BASE.set(base);
    vm.set_exception(handled);
    drop(vm.asyncio_running_task.replace(task));
    drop(above_outermost(vm));
    vm.context_stack.borrow_mut().extend(contexts);
    Ok(())
}

/// Takes the contexts that were entered. The outermost one is there from the start (`_krait_boot`).
fn above_outermost(vm: &VirtualMachine) -> Vec<PyObjectRef> {
    let mut stack = vm.context_stack.borrow_mut();
    let outermost = stack.len().min(1);
    stack.split_off(outermost)
}

/// `time.sleep`: suspends the stack if that is possible, and says whether it was.
pub(crate) fn sleep(milliseconds: f64) -> bool {
    if refusal().is_some() {
        return false;
    }
    rustpython_vm::vm::thread::with_current_vm(|vm| suspend(vm, token(), milliseconds).is_ok())
}
