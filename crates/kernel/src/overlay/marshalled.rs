//! How deeply marshal data and values nest, found without recursion.

use std::collections::HashSet;

use rustpython_vm::builtins::{
    PyCode, PyDict, PyFrozenSet, PyInt, PyList, PyModule, PyNamespace, PySet, PySlice, PyTuple,
};
use rustpython_vm::function::{ArgBytesLike, FuncArgs};
use rustpython_vm::{
    AsObject, Py, PyObjectRef, PyPayload, PyResult, TryFromObject, VirtualMachine,
};

use super::stack;

/// Levels of nesting that reading and writing are allowed at most. CPython's limit is 2000 (1500 for Emscripten), more than
/// this stack holds.
const MAX_DEPTH: usize = 400;

/// Bytes of stack that a level takes, as the release build does it.
const FRAME: usize = 530;

fn max_depth() -> usize {
    stack::levels(FRAME).min(MAX_DEPTH)
}

/// Versions from this on write an object that occurs again as a reference.
const REFERENCES: i64 = 3;

fn too_deep(vm: &VirtualMachine, what: &str) -> PyResult<()> {
    Err(vm.new_value_error(what.to_owned()))
}

/// Looks at the argument of `marshal.loads`.
pub(super) fn check_data(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let Some(data) = args.args.first() else {
        return Ok(());
    };
    let Ok(data) = ArgBytesLike::try_from_object(vm, data.clone()) else {
        return Ok(());
    };
    if depth_of_data(&data.borrow_buf()).is_some_and(|depth| depth > max_depth()) {
        return too_deep(vm, "bad marshal data (nested too deeply)");
    }
    Ok(())
}

/// Makes `marshal.load` look at the stack at each piece that it reads. The data are not looked at beforehand: what follows them in
/// the file is somebody else's.
pub(super) fn guard_load(module: &Py<PyModule>, vm: &VirtualMachine) -> PyResult<()> {
    let original = module.get_attr("load", vm)?;
    let guarded = move |mut args: FuncArgs, vm: &VirtualMachine| -> PyResult {
        if let Some(file) = args.args.first_mut() {
            let inner = file.clone();
            let readinto = vm.new_function(
                "readinto",
                move |view: PyObjectRef, vm: &VirtualMachine| -> PyResult {
                    if stack::left() < stack::RESERVE + FRAME {
                        too_deep(vm, "bad marshal data (nested too deeply)")?;
                    }
                    vm.call_method(&inner, "readinto", (view,))
                },
            );
            let watched: PyObjectRef = PyNamespace::default().into_ref(&vm.ctx).into();
            watched.set_attr("readinto", readinto, vm)?;
            *file = watched;
        }
        original.call(args, vm)
    };
    let function: PyObjectRef = vm.new_function("load", guarded).into();
    function.set_attr("__module__", module.get_attr("__name__", vm)?, vm)?;
    module.set_attr("load", function, vm)
}

/// What a container still waits for.
enum Open {
    /// So many values.
    Values(u64),
    /// Keys and values up to the end mark.
    Pairs,
    /// A line number after as many values, then others.
    Code(u8),
}

/// The deepest nesting; None for data that end too early or make no sense, which reading finds too.
fn depth_of_data(data: &[u8]) -> Option<usize> {
    let mut rest = data;
    let mut open: Vec<Open> = Vec::new();
    let mut deepest = 0;
    loop {
        let header = *take(&mut rest, 1)?.first()?;
        let mut opened = None;
        let mut ended = false;
        match header & 0x7f {
            b'0' => ended = true,
            b'N' | b'F' | b'T' | b'S' | b'.' => {}
            b'i' | b'r' => drop(take(&mut rest, 4)?),
            b'I' | b'g' => drop(take(&mut rest, 8)?),
            b'y' => drop(take(&mut rest, 16)?),
            b'f' => skip_short(&mut rest)?,
            b'x' => {
                skip_short(&mut rest)?;
                skip_short(&mut rest)?;
            }
            b'l' => {
                let digits = (length(&mut rest)? as i32).unsigned_abs();
                take(&mut rest, usize::try_from(digits).ok()?.checked_mul(2)?)?;
            }
            b's' | b't' | b'u' | b'a' | b'A' => {
                let count = length(&mut rest)?;
                take(&mut rest, usize::try_from(count).ok()?)?;
            }
            b'z' | b'Z' => skip_short(&mut rest)?,
            b'(' | b'[' | b'<' | b'>' => opened = Some(Open::Values(length(&mut rest)?.into())),
            b')' => {
                let count = *take(&mut rest, 1)?.first()?;
                opened = Some(Open::Values(count.into()));
            }
            b':' => opened = Some(Open::Values(3)),
            b'{' => opened = Some(Open::Pairs),
            b'c' => {
                take(&mut rest, 20)?;
                opened = Some(Open::Code(0));
            }
            _ => return None,
        }
        if let Some(opened) = opened {
            open.push(opened);
            deepest = deepest.max(open.len());
            if deepest > MAX_DEPTH {
                return Some(deepest);
            }
            if !matches!(open.last(), Some(Open::Values(0))) {
                continue;
            }
            open.pop();
        }
        // A value is complete, and so may be what it was the last of.
        loop {
            let complete = match open.last_mut() {
                None => return Some(deepest),
                Some(Open::Values(count)) => {
                    *count -= 1;
                    *count == 0
                }
                Some(Open::Pairs) => std::mem::take(&mut ended),
                Some(Open::Code(count)) => {
                    *count += 1;
                    if *count == 8 {
                        take(&mut rest, 4)?;
                    }
                    *count == 10
                }
            };
            if !complete {
                break;
            }
            open.pop();
        }
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn length(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?))
}

fn skip_short(rest: &mut &[u8]) -> Option<()> {
    let count = *take(rest, 1)?.first()?;
    take(rest, count.into())?;
    Some(())
}

/// Looks at the argument of `marshal.dumps` and `marshal.dump`.
pub(super) fn check_value(args: &FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let Some(value) = args.args.first() else {
        return Ok(());
    };
    // dump(value, file, version), dumps(value, version): whichever it is, the version is the last integer.
    let version = args
        .args
        .iter()
        .skip(1)
        .chain(args.kwargs.get("version"))
        .filter_map(|arg| arg.downcast_ref::<PyInt>())
        .next_back()
        .and_then(|version| i64::try_from(version.as_bigint()).ok());
    let with_references = version.is_none_or(|version| version >= REFERENCES);
    let deepest = max_depth();
    let mut seen = HashSet::new();
    let mut open: Vec<(PyObjectRef, usize)> = vec![(value.clone(), 1)];
    let mut children = Vec::new();
    while let Some((object, depth)) = open.pop() {
        children_of(&object, &mut children);
        if children.is_empty() || with_references && !seen.insert(object.get_id()) {
            children.clear();
            continue;
        }
        if depth > deepest {
            return too_deep(vm, "object too deeply nested to marshal");
        }
        // The first child is written first, and is where a reference leads to.
        open.extend(children.drain(..).rev().map(|child| (child, depth + 1)));
    }
    Ok(())
}

fn children_of(object: &PyObjectRef, children: &mut Vec<PyObjectRef>) {
    if let Some(list) = object.downcast_ref::<PyList>() {
        children.extend(list.borrow_vec().iter().cloned());
    } else if let Some(tuple) = object.downcast_ref::<PyTuple>() {
        children.extend(tuple.as_slice().iter().cloned());
    } else if let Some(dict) = object.downcast_ref::<PyDict>() {
        for (key, value) in dict {
            children.push(key);
            children.push(value);
        }
    } else if let Some(set) = object.downcast_ref::<PySet>() {
        children.extend(set.elements());
    } else if let Some(set) = object.downcast_ref::<PyFrozenSet>() {
        children.extend(set.elements());
    } else if let Some(slice) = object.downcast_ref::<PySlice>() {
        children.extend(slice.start.clone());
        children.push(slice.stop.clone());
        children.extend(slice.step.clone());
    } else if let Some(code) = object.downcast_ref::<PyCode>() {
        children.extend(
            code.code
                .constants
                .iter()
                .map(|constant| PyObjectRef::from(constant.clone())),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths() {
        assert_eq!(depth_of_data(b"N"), Some(0));
        assert_eq!(depth_of_data(b")\x00"), Some(1));
        assert_eq!(depth_of_data(b")\x02)\x01NN"), Some(2));
        assert_eq!(depth_of_data(b"{N)\x01i\x01\x00\x00\x000"), Some(2));
        assert_eq!(depth_of_data(b"{N{N{N0000"), Some(3));
        assert_eq!(depth_of_data(b"(\x01\x00\x00\x00"), None);
        let deep = b"[\x01\x00\x00\x00".repeat(1 << 20);
        assert_eq!(depth_of_data(&deep), Some(MAX_DEPTH + 1));
    }
}
