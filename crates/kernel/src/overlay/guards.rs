//! Checks before builtins that would end the session: they allocate what does not fit, or recurse without a limit.
//!
//! Allocation failure and an overflowing stack are traps on wasm. What asks for more than half of the address space
//! raises what CPython raises there; so does what nests deeper than the stack reaches.

use std::cell::Cell;
use std::sync::OnceLock;

use rustpython_vm::builtins::{
    PyByteArray, PyBytes, PyInt, PyModule, PyModuleDef, PyStr, PyTuple, PyType,
};
use rustpython_vm::function::{FuncArgs, ItemDoc, PyMethodFlags};
use rustpython_vm::protocol::PyNumberBinaryFunc;
use rustpython_vm::{Py, PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::marshalled;
use super::replace::{Exec, run_original, with_exec};

/// No text or bytes object gets longer than this by a width, a precision or tabs.
const LONGEST: u64 = 1 << 29;

pub(super) type Check = fn(&FuncArgs, &VirtualMachine) -> PyResult<()>;

thread_local! {
    /// The builtin classes belong to the thread, not to the session.
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
}

/// Puts the checks before the methods and operators of builtin classes.
pub(crate) fn install(vm: &VirtualMachine) {
    if INSTALLED.replace(true) {
        return;
    }
    let types = &vm.ctx.types;
    for class in [types.str_type, types.bytes_type, types.bytearray_type] {
        guard(class, "expandtabs", check_tabs, vm);
        for name in ["center", "ljust", "rjust", "zfill"] {
            guard(class, name, check_width, vm);
        }
    }
    guard(types.int_type, "to_bytes", check_width, vm);
    super::corrections::install(vm);
    super::iterators::install(vm);
    super::finalizers::install(vm);
    super::surrogates::install(vm);
    super::frozensets::install(vm);
    super::nesting::install(vm);
    for class in [
        types.str_type,
        types.int_type,
        types.bool_type,
        types.float_type,
        types.complex_type,
    ] {
        guard(class, "__format__", check_specifier, vm);
    }
    guard(types.str_type, "join", check_join, vm);
    guard_remainder(types.str_type, &STR_REMAINDER, |a, b, vm| {
        percent(&STR_REMAINDER, a, b, vm)
    });
    guard_remainder(types.bytes_type, &BYTES_REMAINDER, |a, b, vm| {
        percent(&BYTES_REMAINDER, a, b, vm)
    });
    guard_remainder(types.bytearray_type, &BYTEARRAY_REMAINDER, |a, b, vm| {
        percent(&BYTEARRAY_REMAINDER, a, b, vm)
    });
}

/// Replaces a method by one that checks its arguments first.
fn guard(class: &'static Py<PyType>, name: &'static str, check: Check, vm: &VirtualMachine) {
    around(class, name, vm, move |original, args, vm| {
        check(&args, vm)?;
        original.call(args, vm)
    });
}

/// Replaces a method by one that gets the original.
pub(super) fn around(
    class: &'static Py<PyType>,
    name: &'static str,
    vm: &VirtualMachine,
    method: impl Fn(&PyObject, FuncArgs, &VirtualMachine) -> PyResult + 'static,
) {
    let interned = vm.ctx.intern_str(name);
    let Some(original) = class.get_direct_attr(interned) else {
        return;
    };
    let replaced =
        move |args: FuncArgs, vm: &VirtualMachine| -> PyResult { method(&original, args, vm) };
    let def = vm
        .ctx
        .new_method_def(name, replaced, PyMethodFlags::METHOD, ItemDoc::NONE);
    class.set_attr(interned, def.build_method(class, vm).into());
}

fn too_long(vm: &VirtualMachine, length: u64) -> PyResult<()> {
    if length > isize::MAX as u64 {
        return Err(vm.new_overflow_error("new string is too long"));
    }
    if length > LONGEST {
        return Err(vm.new_memory_error("the text would not fit into memory"));
    }
    Ok(())
}

/// The bytes of a text or bytes object.
fn with_bytes<R>(object: &PyObject, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
    if let Some(text) = object.downcast_ref::<PyStr>() {
        Some(f(text.as_bytes()))
    } else if let Some(bytes) = object.downcast_ref::<PyBytes>() {
        Some(f(bytes.as_bytes()))
    } else {
        let array = object.downcast_ref::<PyByteArray>()?;
        Some(f(&array.borrow_buf()))
    }
}

/// A small positive integer; None for all else.
fn positive(object: &PyObject) -> Option<u64> {
    let int = object.downcast_ref::<PyInt>()?;
    u64::try_from(int.as_bigint()).ok()
}

fn check_tabs(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let size = args.args.get(1).or_else(|| args.kwargs.get("tabsize"));
    let (Some(text), Some(size)) = (args.args.first(), size.and_then(|size| positive(size))) else {
        return Ok(());
    };
    // Ordinary sizes need no look at the text.
    if size < 1 << 10 {
        return Ok(());
    }
    let counts = with_bytes(text, |bytes| {
        let tabs = bytes.iter().filter(|byte| **byte == b'\t').count();
        (tabs as u64, bytes.len() as u64)
    });
    match counts {
        Some((tabs, length)) => too_long(vm, tabs.saturating_mul(size).saturating_add(length)),
        None => Ok(()),
    }
}

/// The number behind the object, which is what the result's length becomes.
fn check_width(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let width = args
        .args
        .get(1)
        .or_else(|| args.kwargs.get("length"))
        .and_then(|width| positive(width));
    match width {
        // What no size can be has an exception of its own.
        Some(width) if width <= isize::MAX as u64 => too_long(vm, width),
        _ => Ok(()),
    }
}

fn check_join(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let [separator, items] = args.args.as_slice() else {
        return Ok(());
    };
    let (Some(separator), Some(items)) = (
        separator.downcast_ref::<PyStr>(),
        items.downcast_ref_if_exact::<PyTuple>(vm),
    ) else {
        return Ok(());
    };
    // A tuple can name one long text very often; a list's items are seldom that long, and lists are what is joined.
    let mut length = (separator.byte_len() as u64).saturating_mul(items.len() as u64);
    for item in items.as_slice() {
        if let Some(item) = item.downcast_ref::<PyStr>() {
            length = length.saturating_add(item.byte_len() as u64);
        }
    }
    too_long(vm, length)
}

fn check_specifier(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let Some(specifier) = args
        .args
        .get(1)
        .and_then(|spec| spec.downcast_ref::<PyStr>())
    else {
        return Ok(());
    };
    for digits in specifier.as_bytes().split(|byte| !byte.is_ascii_digit()) {
        let amount = digits.iter().fold(0_u64, |amount, digit| {
            amount
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        });
        // Larger ones do not parse, which has an exception of its own.
        if (LONGEST..=i32::MAX as u64).contains(&amount) {
            return Err(vm.new_memory_error("the formatted text would not fit into memory"));
        }
    }
    Ok(())
}

static STR_REMAINDER: OnceLock<Option<PyNumberBinaryFunc>> = OnceLock::new();
static BYTES_REMAINDER: OnceLock<Option<PyNumberBinaryFunc>> = OnceLock::new();
static BYTEARRAY_REMAINDER: OnceLock<Option<PyNumberBinaryFunc>> = OnceLock::new();

fn guard_remainder(
    class: &Py<PyType>,
    original: &OnceLock<Option<PyNumberBinaryFunc>>,
    guarded: PyNumberBinaryFunc,
) {
    let slot = &class.slots.as_number.remainder;
    original.get_or_init(|| slot.load());
    slot.store(Some(guarded));
}

fn percent(
    original: &OnceLock<Option<PyNumberBinaryFunc>>,
    format: &PyObject,
    values: &PyObject,
    vm: &VirtualMachine,
) -> PyResult {
    if let Some(checked) = with_bytes(format, |bytes| check_percent(bytes, values, vm)) {
        checked?;
    }
    match original.get().copied().flatten() {
        Some(original) => original(format, values, vm),
        None => Ok(vm.ctx.not_implemented()),
    }
}

/// The widths and precisions of `%` formatting, also those among the values.
fn check_percent(format: &[u8], values: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
    let values = values.downcast_ref::<PyTuple>();
    let mut taken = 0;
    let mut rest = format.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            continue;
        }
        if rest.peek() == Some(&b'(') {
            while rest.next_if(|byte| *byte != b')').is_some() {}
            rest.next();
        }
        while rest.next_if(|byte| b"#0- +".contains(byte)).is_some() {}
        for precision in [false, true] {
            if precision && rest.next_if_eq(&b'.').is_none() {
                continue;
            }
            let amount = if rest.next_if_eq(&b'*').is_some() {
                let value = values.and_then(|values| values.as_slice().get(taken));
                taken += 1;
                value.and_then(|value| positive(value)).unwrap_or(0)
            } else {
                let mut amount = 0_u64;
                while let Some(digit) = rest.next_if(u8::is_ascii_digit) {
                    amount = amount
                        .saturating_mul(10)
                        .saturating_add(u64::from(digit - b'0'));
                }
                amount
            };
            // What is larger than any size is refused with an exception of its own.
            if (LONGEST..=i32::MAX as u64).contains(&amount) {
                return Err(if precision {
                    vm.new_overflow_error("precision is too large")
                } else {
                    vm.new_memory_error("the formatted text would not fit into memory")
                });
            }
        }
        while rest.next_if(|byte| b"hlL".contains(byte)).is_some() {}
        if rest.next() != Some(b'%') {
            taken += 1;
        }
    }
    Ok(())
}

/// Replaces a function of a module by one that checks its arguments first.
pub(super) fn guard_function(
    module: &Py<PyModule>,
    name: &'static str,
    check: Check,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let original: PyObjectRef = module.get_attr(name, vm)?;
    let guarded = move |args: FuncArgs, vm: &VirtualMachine| -> PyResult {
        check(&args, vm)?;
        original.call(args, vm)
    };
    let function: PyObjectRef = vm.new_function(name, guarded).into();
    function.set_attr("__module__", module.get_attr("__name__", vm)?, vm)?;
    module.set_attr(name, function, vm)
}

static MARSHAL_EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// `marshal` whose functions refuse what nests too deeply for the stack.
pub(super) fn marshal_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    MARSHAL_EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&MARSHAL_EXEC, vm, module)?;
        guard_function(module, "loads", marshalled::check_data, vm)?;
        marshalled::guard_load(module, vm)?;
        guard_function(module, "dumps", marshalled::check_value, vm)?;
        guard_function(module, "dump", marshalled::check_value, vm)?;
        Ok(())
    })
}

static SYMTABLE_EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// `_symtable` whose function refuses text that the parser would not survive.
pub(super) fn symtable_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    SYMTABLE_EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&SYMTABLE_EXEC, vm, module)?;
        let check: Check = |args, vm| match args.args.first() {
            Some(text) => super::krait::check_nesting(text, crate::source::Limits::tree(), vm),
            None => Ok(()),
        };
        guard_function(module, "symtable", check, vm)
    })
}

static CHANNELS_EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// `_interpchannels` whose sending functions refuse to wait: the only thread there is would park, and nobody could receive.
pub(super) fn channels_def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    CHANNELS_EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&CHANNELS_EXEC, vm, module)?;
        guard_function(module, "send", check_waiting, vm)?;
        guard_function(module, "send_buffer", check_waiting, vm)
    })
}

fn check_waiting(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    // Without a channel and an object the function itself says what is wrong.
    let waits = match args.kwargs.get("blocking") {
        Some(blocking) => blocking.clone().try_to_bool(vm)?,
        None => true,
    };
    if waits && args.args.len() + args.kwargs.len() >= 2 {
        return Err(vm.new_runtime_error(
            "sending to a channel cannot wait here, where no other thread runs that could receive: send with blocking=False",
        ));
    }
    Ok(())
}
