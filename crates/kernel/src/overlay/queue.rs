//! `_queue` without anything in it, so that `queue` takes its own classes: the interpreter's `SimpleQueue` asks a clock that
//! this target does not have, and would wait for a thread that a page does not have either.

pub(super) use queue::module_def;

#[rustpython_vm::pymodule(name = "_queue")]
mod queue {}
