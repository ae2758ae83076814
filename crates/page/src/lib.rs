//! A Python session's life in a page.
//!
//! A [`Page`] finds what a document holds of Python, reads its configuration, fetches what that names, and runs the scripts;
//! then it watches for what comes later. It goes through the [`Stage`]s in order and reports each. Python itself stands
//! behind the [`Interpreter`] trait and the loader behind [`Host`], so the whole runs in tests without either.
//!
//! ```no_run
//! use krait_page::{Host, Interpreter, Page};
//!
//! async fn start(interpreter: Box<dyn Interpreter>, host: Box<dyn Host>) {
//!     // Failures are shown on the page; nothing is left for the caller to handle.
//!     if let Some(page) = Page::start(interpreter, host).await {
//!         assert_eq!(page.stage(), krait_page::Stage::Run);
//!     }
//! }
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod archive;
mod discover;
mod events;
mod fault;
mod fetch;
mod host;
mod interpreter;
mod page;
mod places;
mod run;
mod settings;
mod source;
mod stage;
mod tag;

pub use archive::{Entry, unpack};
pub use fault::{Fault, message_of, nearest};
pub use host::{Host, JsHost};
pub use interpreter::{HandlerError, Interpreter, Script};
pub use page::Page;
pub use places::Places;
pub use source::{PageSource, is_blank, unescape};
pub use stage::Stage;
pub use tag::Kind;
