//! Python and JavaScript as one: values, calls, exceptions and awaiting across the boundary.
//!
//! A JavaScript object is a [`JsProxy`] in Python, live and never a copy; a Python object is a `PyProxy` in JavaScript.
//! `js/` is the other half of this crate; `js/cells.js` describes how a value crosses. [`Runtime`] is a Python session in
//! a browser.
//!
//! ```no_run
//! use krait_bridge::{RunOptions, Runtime};
//! use wasm_bindgen::JsValue;
//!
//! # fn archive() -> Vec<u8> { Vec::new() }
//! let runtime = Runtime::boot(archive(), &JsValue::UNDEFINED)?;
//! let value = runtime.run("import js; js.Math.max(1, 2)", &RunOptions::default());
//! assert_eq!(value.ok().and_then(|value| value.as_f64()), Some(2.0));
//! # Ok::<(), krait_kernel::BootError>(())
//! ```

mod abilities;
mod buffer;
mod callee;
mod cell;
mod convert;
mod deep;
mod error;
mod ffi;
mod files;
mod glue;
mod handle;
mod host;
mod module;
mod numbers;
mod proxy;
mod pyiteration;
mod pyproxy;
mod repeated;
mod runtime;
mod sqlite;
mod suspend;
mod table;
mod waiting;
mod ways;

pub use files::Files;
pub use proxy::JsProxy;
pub use runtime::{Around, RunOptions, Runtime, Started, is_python_error};
