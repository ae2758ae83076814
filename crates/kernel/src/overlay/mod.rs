//! The boot overlay: native modules that give the interpreter what it lacks without an operating system.
//!
//! RustPython resolves a native module by name and takes the definition that was registered last, so a definition of
//! ours replaces or completes its own.

#![allow(
    clippy::unwrap_used,
    reason = "what the interpreter's attribute macros expand to"
)]
#![allow(
    clippy::module_inception,
    reason = "a native module stands in a Rust module of its name"
)]

mod carried;
mod clock;
mod codecs;
mod collector;
mod console;
mod corrections;
mod decimal;
mod descriptors;
mod errno;
mod finalizers;
mod frozensets;
mod garbage;
mod guards;
mod iterators;
mod krait;
mod markup;
mod marshalled;
mod nesting;
mod oserror;
mod pickled;
mod posix;
mod queue;
mod replace;
mod select;
mod signal;
pub(crate) mod stack;
mod strftime;
mod surrogates;
mod tokens;
mod trees;
mod zstd;

use std::collections::BTreeMap;
use std::rc::Rc;

use krait_vfs::{Errno, Vfs};
use rustpython_vm::builtins::{PyBaseExceptionRef, PyModuleDef};
use rustpython_vm::vm::Context;
use rustpython_vm::{AsObject, PyObjectRef, VirtualMachine};

use crate::host::Host;

pub(crate) use collector::Progress as CollectorProgress;
pub use collector::without_collections;
pub(crate) use decimal::Session as DecimalSession;

/// All native modules of a session: the interpreter's library, completed and corrected.
pub(crate) fn module_defs(ctx: &Context) -> Vec<&'static PyModuleDef> {
    let mut defs: BTreeMap<&'static str, &'static PyModuleDef> =
        rustpython_stdlib::stdlib_module_defs(ctx)
            .into_iter()
            .map(|def| (def.name.as_str(), def))
            .collect();
    if let Some(datetime) = defs.get("_datetime").copied() {
        defs.insert("_datetime", clock::datetime_def(datetime));
    }
    if let Some(symtable) = defs.get("_symtable").copied() {
        defs.insert("_symtable", guards::symtable_def(symtable));
    }
    if let Some(array) = defs.get("array").copied() {
        defs.insert("array", corrections::array_def(array));
    }
    if let Some(tokenize) = defs.get("_tokenize").copied() {
        defs.insert("_tokenize", tokens::def(tokenize));
    }
    if let Some(pickle) = defs.get("_pickle").copied() {
        defs.insert("_pickle", pickled::def(pickle));
    }
    for name in codecs::MODULES {
        if let Some(original) = defs.get(name).copied() {
            defs.insert(name, codecs::def(original));
        }
    }
    for def in rustpython_vm::stdlib::builtin_module_defs(ctx) {
        match def.name.as_str() {
            "_imp" => defs.insert("_imp", carried::def(def)),
            "time" => defs.insert("time", clock::time_def(def)),
            "gc" => defs.insert("gc", collector::gc_def(def)),
            "itertools" => defs.insert("itertools", iterators::def(def)),
            "_operator" => defs.insert("_operator", nesting::operator_def(def)),
            "_symtable" => defs.insert("_symtable", guards::symtable_def(def)),
            "marshal" => defs.insert("marshal", guards::marshal_def(def)),
            "_interpchannels" => defs.insert("_interpchannels", guards::channels_def(def)),
            _ => None,
        };
    }
    for def in [
        clock::functions_def(ctx),
        collector::functions_def(ctx),
        console::module_def(ctx),
        decimal::module_def(ctx),
        errno::module_def(ctx),
        krait::module_def(ctx),
        posix::module_def(ctx),
        queue::module_def(ctx),
        select::module_def(ctx),
        signal::module_def(ctx),
        zstd::module_def(ctx),
    ] {
        defs.insert(def.name.as_str(), def);
    }
    defs.into_values().collect()
}

/// `OSError(ENOTSUP, sentence)`: the call exists, but nothing can stand behind it in a page.
fn unsupported(vm: &VirtualMachine, sentence: &str) -> PyBaseExceptionRef {
    new_os_error(vm, Errno::ENOTSUP, sentence, &[])
}

/// The exception of an error number. The subclass is chosen here, because the interpreter's own table is empty on this
/// target (`FileNotFoundError` for `ENOENT` and so on, PEP 3151).
fn os_error(vm: &VirtualMachine, errno: Errno) -> PyBaseExceptionRef {
    os_error_on(vm, errno, &[])
}

/// The same with up to two file names.
fn os_error_on(vm: &VirtualMachine, errno: Errno, paths: &[&PyObjectRef]) -> PyBaseExceptionRef {
    new_os_error(vm, errno, &errno.to_string(), paths)
}

fn new_os_error(
    vm: &VirtualMachine,
    errno: Errno,
    text: &str,
    paths: &[&PyObjectRef],
) -> PyBaseExceptionRef {
    let mut args: Vec<PyObjectRef> = vec![
        vm.ctx.new_int(errno.number()).into(),
        vm.ctx.new_str(text).into(),
    ];
    if let Some(first) = paths.first() {
        args.push((*first).clone());
    }
    if let Some(second) = paths.get(1) {
        args.push(vm.ctx.none());
        args.push((*second).clone());
    }
    match oserror::class_of(vm, errno)
        .as_object()
        .call(args, vm)
        .map(|exception| exception.downcast())
    {
        Ok(Ok(exception)) => exception,
        Ok(Err(_)) => vm.new_system_error("an OSError class made something else"),
        Err(exception) => exception,
    }
}

pub(crate) use corrections::message as corrected_message;
pub(crate) use guards::install as install_guards;
pub(crate) use oserror::install as install_os_errors;

/// The session's files, with its console and clock behind the devices.
pub(crate) fn new_vfs(host: &Rc<dyn Host>) -> krait_vfs::Result<Vfs> {
    let (clock, random) = (Rc::clone(host), Rc::clone(host));
    let vfs = Vfs::new(
        krait_vfs::Host {
            console: Rc::new(console::Device(Rc::clone(host))),
            clock: Rc::new(move || i64::try_from(clock.realtime().as_nanos()).unwrap_or(i64::MAX)),
            entropy: Rc::new(move |buffer| random.entropy(buffer).map_err(|_| Errno::EIO)),
        },
        krait_vfs::Settings::default(),
    )?;
    vfs.mkdir_all("/lib/python3.14/site-packages")?;
    Ok(vfs)
}
