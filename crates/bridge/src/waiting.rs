//! Futures of Python that promises of JavaScript will settle.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::RefCell;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::proxy::JsProxy;
use crate::{cell, convert, glue, module, runtime, suspend};

/// Futures by the number that JavaScript knows them by.
#[derive(Default)]
struct Waiting {
    futures: Vec<Option<PyObjectRef>>,
    free: Vec<u32>,
}

thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// How many promises Python waits for.
pub(crate) fn live() -> u32 {
    WAITING.with(|waiting| {
        let waiting = waiting.borrow();
        u32::try_from(waiting.futures.len() - waiting.free.len()).unwrap_or(u32::MAX)
    })
}

fn add(future: PyObjectRef) -> u32 {
    WAITING.with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        match waiting.free.pop() {
            Some(id) => {
                waiting.futures[id as usize] = Some(future);
                id
            }
            None => {
                waiting.futures.push(Some(future));
                u32::try_from(waiting.futures.len() - 1).unwrap_or(u32::MAX)
            }
        }
    })
}

fn take(id: u32) -> Option<PyObjectRef> {
    WAITING.with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        let future = waiting.futures.get_mut(id as usize)?.take();
        if future.is_some() {
            waiting.free.push(id);
        }
        future
    })
}

/// Settles `future` when `promise` is.
pub(crate) fn settle_with(
    vm: &VirtualMachine,
    promise: &PyObjectRef,
    future: PyObjectRef,
) -> PyResult<()> {
    let Some(proxy) = promise.downcast_ref::<JsProxy>() else {
        return Err(vm.new_type_error("only a JavaScript promise can be waited for like this"));
    };
    let id = add(future);
    let asked = convert::result(vm, glue::await_promise(proxy.handle().index(), id));
    if asked.is_err() {
        drop(take(id));
    }
    asked.map(drop)
}

/// The promise of a future is settled: its value, or the error that it was rejected with, is in cell 0.
#[wasm_bindgen]
pub fn krait_settled(id: u32) {
    let cell = cell::read(0);
    suspend::from_loop(|| {
        runtime::with_vm(|vm| {
            let Some(future) = take(id) else { return };
            let (value, failed) = match convert::from_cell(vm, cell.tag(), cell) {
                Ok(value) => (value, false),
                Err(exception) => (exception.into(), true),
            };
            if let Some(settle) = module::settler()
                && let Err(exception) = settle.call((future, value, vm.ctx.new_bool(failed)), vm)
            {
                runtime::report(vm, &exception);
            }
            krait_kernel::flush(vm);
        })
    });
}
