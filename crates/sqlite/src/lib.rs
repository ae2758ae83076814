//! The module beside SQLite's: it shares SQLite's memory and table of functions, and carries out what Python's `_sqlite3` asks for.
//!
//! A request is a tuple in Python's `marshal` format: the number of an operation and its arguments. An answer is a value of that format; a
//! list stands for a failure. Connections and statements are addresses, which Python's side keeps right.

#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

#[cfg(target_arch = "wasm32")]
mod callback;
#[cfg(target_arch = "wasm32")]
mod ffi;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
mod memory;
#[cfg(target_arch = "wasm32")]
mod operations;
#[cfg(target_arch = "wasm32")]
mod statement;
mod value;
#[cfg(target_arch = "wasm32")]
mod vfs;
