//! A Python session on RustPython that needs no operating system.
//!
//! The kernel boots the interpreter with an overlay of native modules (`posix`, `errno`, `time`, ... over a virtual file
//! system and a [`Host`]), installs an importer for the library archives, and runs programs. Natively and in a browser
//! it is the same code with another host.
//!
//! ```
//! use std::{cell::RefCell, rc::Rc};
//! use krait_kernel::{Keep, NativeHost, Session};
//!
//! let library = krait_kernel::testing::library();
//! let output = Rc::new(RefCell::new(Vec::new()));
//! let host = NativeHost::new(library.parts.clone()).capture(Rc::clone(&output));
//! let session = Session::builder().boot(Rc::new(host), library.boot.clone()).unwrap();
//!
//! session.enter(|vm| {
//!     let globals = krait_kernel::main_namespace(vm).unwrap();
//!     let code = krait_kernel::compile(vm, "print('hello')", "hello.py", Keep::Nothing).unwrap();
//!     krait_kernel::run(vm, code, globals).unwrap();
//! });
//! assert_eq!(output.borrow().as_slice(), b"hello\n");
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod host;
mod indent;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod overlay;
mod session;
mod source;
mod state;
mod tables;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod texts;
mod traceback;
mod wants;

pub use host::{Host, Part, Refused, Stream};
pub use indent::dedent;
pub use krait_vfs::Vfs;
#[cfg(not(target_arch = "wasm32"))]
pub use native::NativeHost;
pub use overlay::without_collections;
/// On which of the engine's stacks what runs was entered: recursion ends before their ends.
pub use psm::{begin_stack, enter_thread, set_thread_lacks};
pub use rustpython_vm as vm;
pub use session::{
    BootError, Keep, Session, SessionBuilder, compile, flush, format_exception, main_namespace,
    run, run_in,
};
pub use state::{PartError, fetch_part};
pub use tables::{shrink_tables, tables_are_due};
