//! Pickles whose memo would not fit into memory, found before they are read.
//!
//! The interpreter's memo is an array, and a pickle says at which index a value goes: a few bytes ask for gigabytes.

use std::sync::OnceLock;

use rustpython_vm::builtins::{PyInt, PyModuleDef};
use rustpython_vm::function::{ArgBytesLike, FuncArgs};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, TryFromObject, VirtualMachine};

use super::guards::{Check, guard_function};
use super::replace::{Exec, class_in, run_original, take_slot, with_exec};

/// Entries of a memo: 64 MB.
const MOST: u64 = 1 << 24;

/// Bytes of a file that are looked at first.
const FIRST: usize = 512;

static EXEC: OnceLock<Option<Exec>> = OnceLock::new();

/// `_pickle` whose readers refuse such a pickle.
pub(super) fn def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    EXEC.get_or_init(|| original.slots.exec);
    with_exec(original, |vm, module| {
        run_original(&EXEC, vm, module)?;
        guard_function(module, "loads", check_loads as Check, vm)?;
        guard_function(module, "load", |args, vm| check_file(args, 0, vm), vm)?;
        if let Some(class) = class_in(module, "Unpickler", vm)? {
            take_slot(&class.slots.init, &INIT, init);
        }
        Ok(())
    })
}

type Init = fn(&PyObject, FuncArgs, &VirtualMachine) -> PyResult<()>;

/// How an `Unpickler` is set up.
static INIT: OnceLock<Init> = OnceLock::new();

/// What is checked is the first pickle of an unpickler's file.
fn init(unpickler: &PyObject, args: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    check_file(&args, 0, vm)?;
    match INIT.get() {
        Some(original) => original(unpickler, args, vm),
        None => Ok(()),
    }
}

fn check_loads(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let Some(data) = args.args.first() else {
        return Ok(());
    };
    let Ok(data) = ArgBytesLike::try_from_object(vm, data.clone()) else {
        return Ok(());
    };
    let mut at = 0;
    match scan(&data.borrow_buf(), &mut at) {
        Scan::Index(index) => Err(too_large(index, vm)),
        Scan::End | Scan::More => Ok(()),
    }
}

/// Looks at the pickle that begins where a file is. Only the interpreter's own files can be asked without a trace.
fn check_file(args: &FuncArgs, position: usize, vm: &VirtualMachine) -> PyResult<()> {
    let Some(file) = args.args.get(position).or_else(|| args.kwargs.get("file")) else {
        return Ok(());
    };
    let class = file.class();
    if class.heaptype_ext.is_some()
        || !["BytesIO", "BufferedReader", "BufferedRandom"].contains(&&*class.name())
    {
        return Ok(());
    }
    let Ok(start) = vm.call_method(file, "tell", ()) else {
        return Ok(());
    };
    let Some(offset) = start
        .downcast_ref::<PyInt>()
        .and_then(|int| u64::try_from(int.as_bigint()).ok())
    else {
        return Ok(());
    };
    let found = scan_file(file, offset, vm);
    vm.call_method(file, "seek", (start,))?;
    match found? {
        Some(index) => Err(too_large(index, vm)),
        None => Ok(()),
    }
}

fn scan_file(file: &PyObjectRef, start: u64, vm: &VirtualMachine) -> PyResult<Option<u64>> {
    let (mut offset, mut size) = (start, FIRST);
    loop {
        let chunk = vm.call_method(file, "read", (size,))?;
        let Ok(chunk) = ArgBytesLike::try_from_object(vm, chunk) else {
            return Ok(None);
        };
        let chunk = chunk.borrow_buf();
        let mut at = 0;
        match scan(&chunk, &mut at) {
            Scan::End => return Ok(None),
            Scan::Index(index) => return Ok(Some(index)),
            Scan::More if chunk.len() < size => return Ok(None),
            Scan::More => {}
        }
        offset += at as u64;
        size = (size * 2)
            .min(1 << 20)
            .max(if at == 0 { size * 2 } else { 0 });
        vm.call_method(file, "seek", (offset,))?;
    }
}

fn too_large(index: u64, vm: &VirtualMachine) -> rustpython_vm::builtins::PyBaseExceptionRef {
    if index > i32::MAX as u64 {
        vm.new_value_error("negative LONG_BINPUT argument")
    } else {
        vm.new_memory_error(format!("a pickle asks for a memo of {index} entries"))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Scan {
    /// The pickle ends, or makes no sense, which reading finds too.
    End,
    /// An index that is too large.
    Index(u64),
    /// The data end before the pickle does.
    More,
}

/// Reads operations from `at`, which stays at the first one that is not complete, or beyond the data.
fn scan(data: &[u8], at: &mut usize) -> Scan {
    while let Some(&operation) = data.get(*at) {
        let rest = &data[*at + 1..];
        let sized = |count: usize| {
            let bytes = rest.get(..count)?;
            let mut size = [0; 8];
            size[..count].copy_from_slice(bytes);
            usize::try_from(u64::from_le_bytes(size))
                .ok()?
                .checked_add(count)
        };
        let line = || Some(rest.iter().position(|byte| *byte == b'\n')? + 1);
        let length = match operation {
            b'.' => return Scan::End,
            b'p' => match line() {
                Some(length) => {
                    let digits = String::from_utf8_lossy(&rest[..length]);
                    match digits.trim().parse::<u64>() {
                        Ok(index) if index > MOST => return Scan::Index(index),
                        _ => Some(length),
                    }
                }
                None => None,
            },
            b'r' => match rest.first_chunk() {
                Some(index) => {
                    let index = u64::from(u32::from_le_bytes(*index));
                    if index > MOST {
                        return Scan::Index(index);
                    }
                    Some(4)
                }
                None => None,
            },
            b'F' | b'I' | b'L' | b'P' | b'S' | b'V' | b'g' => line(),
            b'c' | b'i' => line().and_then(|first| {
                let second = rest[first..].iter().position(|byte| *byte == b'\n')?;
                Some(first + second + 1)
            }),
            b'K' | b'h' | b'q' | 0x80 | 0x82 => Some(1),
            b'M' | 0x83 => Some(2),
            b'J' | b'j' | 0x84 => Some(4),
            b'G' | 0x95 => Some(8),
            b'U' | b'C' | 0x8a | 0x8c => sized(1),
            b'T' | b'X' | b'B' | 0x8b => sized(4),
            0x8d | 0x8e | 0x96 => sized(8),
            _ => Some(0),
        };
        let Some(length) = length else {
            return Scan::More;
        };
        *at = at.saturating_add(length + 1);
    }
    Scan::More
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices() {
        let of = |data: &[u8]| scan(data, &mut 0);
        assert_eq!(of(b"N."), Scan::End);
        assert_eq!(of(b"Nr\xff\xff\xff\xff."), Scan::Index(u32::MAX.into()));
        assert_eq!(of(b"Np99999999999\n."), Scan::Index(99_999_999_999));
        assert_eq!(
            of(b"\x80\x03X\x01\x00\x00\x00ar\x01\x00\x00\x00."),
            Scan::End
        );
        // What looks like an index stands in a text.
        assert_eq!(of(b"U\x05r\xff\xff\xff\xff."), Scan::End);
        assert_eq!(of(b"X\xff\xff\xff\x7f"), Scan::More);
        assert_eq!(of(b"cos\nsystem\n."), Scan::End);
        assert_eq!(of(b"Nr\xff"), Scan::More);
    }
}
