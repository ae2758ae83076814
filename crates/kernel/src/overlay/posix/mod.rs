//! `posix`: the part of an operating system that a file system alone can be.
//!
//! Paths are what Python calls file-system encoded: UTF-8, with `surrogateescape` for other bytes. Functions that need
//! processes, users or terminals are absent, as on CPython's Emscripten build, so that `hasattr(os, "fork")` is honest.

mod attributes;
mod descriptors;
mod directory;
mod module;
mod names;
mod operation;
mod path;

pub(super) use module::module_def;
pub(super) use operation::on_fd;
