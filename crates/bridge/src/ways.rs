//! Ways of Pyodide that a session takes only when its embedder asks for them: what `loadPyodide` and its options mean.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::Cell;

use wasm_bindgen::prelude::wasm_bindgen;

/// One of them; the number is its bit.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// An error of JavaScript that Python does not catch leaves as a `PythonError`, as those of Python do.
    WrapErrors = 1,
    /// `null` is `None` (`convertNullToNone`).
    NullIsNone = 2,
    /// `toString()` of a `PyProxy` is `repr()` (`pyproxyToStringRepr`).
    TextIsRepr = 4,
}

thread_local! {
    static WAYS: Cell<u32> = const { Cell::new(0) };
}

/// Whether the session takes a way.
pub(crate) fn taken(way: Way) -> bool {
    WAYS.get() & way as u32 != 0
}

/// Lets the session take a way, or leave it.
pub(crate) fn take(way: Way, on: bool) {
    let others = WAYS.get() & !(way as u32);
    WAYS.set(if on { others | way as u32 } else { others });
}

/// For `setBorrowing`.
#[wasm_bindgen]
pub fn krait_wrap_errors(on: bool) {
    take(Way::WrapErrors, on);
}
