//! Tracebacks of simple exceptions.
//!
//! The library's `traceback` parses source text to find what to underline, and knows groups, notes and suggestions. Most
//! exceptions that leave a session need none of that, and are written here at a hundredth of the price. What is written is
//! what the library would write; whatever is not certainly simple is left to it.

use rustpython_vm::builtins::{PyBaseExceptionRef, PyDict, PyStr, PyTraceback};
use rustpython_vm::{AsObject, Py, PyRef, VirtualMachine};

use crate::state;

/// More frames than these may repeat, which the library tells in a line of its own.
const FEW: usize = 16;

/// Files whose frames run a script and are not part of it; `_krait_boot.py` has the same.
const MACHINERY: [&str; 3] = [
    "/lib/python3.14/_krait_boot.py",
    "/lib/python3.14/pyodide/_run.py",
    "/lib/python3.14/pyscript/_runtime.py",
];

/// The traceback of `exception`; nothing if the library has to write it.
pub(crate) fn simple(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> Option<String> {
    if exception.__cause__().is_some()
        || exception.__context__().is_some()
        || has_more_to_tell(vm, exception)
    {
        return None;
    }
    let mut text = "Traceback (most recent call last):\n".to_owned();
    let sources = sources(vm)?;
    let mut next = exception.__traceback__();
    while let Some(machinery) = &next
        && MACHINERY.contains(&file_of(machinery).as_str())
    {
        let after = machinery.next.lock().clone();
        next = after;
    }
    // Without a frame the library leaves the first line out.
    next.as_ref()?;
    let mut frames = 0;
    while let Some(entry) = next {
        frames += 1;
        if frames > FEW {
            return None;
        }
        write_entry(vm, &mut text, &entry, &sources)?;
        next = entry.next.lock().clone();
    }
    let class = exception.class();
    let module = vm.ctx.intern_str("__module__");
    let module = class.as_object().get_attr(module, vm).ok()?;
    match module.downcast_ref::<PyStr>()?.to_str()? {
        "builtins" | "__main__" => {}
        module => {
            text.push_str(module);
            text.push('.');
        }
    }
    text.push_str(class.__qualname__(vm).downcast_ref::<PyStr>()?.to_str()?);
    let said = exception.as_object().str(vm).ok()?;
    let said = said.to_str()?;
    if !said.is_empty() {
        text.push_str(": ");
        text.push_str(said);
    }
    text.push('\n');
    Some(text)
}

/// Whether the library says more of such an exception than its frames, its class and its text.
fn has_more_to_tell(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> bool {
    let kinds = &vm.ctx.exceptions;
    let class = exception.class();
    let special = [
        kinds.syntax_error,
        kinds.import_error,
        kinds.name_error,
        kinds.attribute_error,
        kinds.base_exception_group,
    ];
    if special.iter().any(|kind| class.fast_issubclass(*kind)) {
        return true;
    }
    let has = |name: &'static str| {
        let name = vm.ctx.intern_str(name);
        exception
            .as_object()
            .dict()
            .is_some_and(|dict| !matches!(dict.get_item_opt(name, vm), Ok(None)))
    };
    let limited = vm
        .sys_module
        .dict()
        .get_item_opt(vm.ctx.intern_str("tracebacklimit"), vm);
    has("__notes__") || !matches!(limited, Ok(None))
}

fn file_of(entry: &Py<PyTraceback>) -> String {
    entry.frame.f_code().code.source_path.to_string()
}

/// The texts of programs by name.
fn sources(vm: &VirtualMachine) -> Option<PyRef<PyDict>> {
    let modules = vm.sys_module.get_attr("modules", vm).ok()?;
    let krait = modules.get_item("_krait", vm).ok()?;
    krait.get_attr("sources", vm).ok()?.downcast().ok()
}

/// Writes the lines of one frame. Nothing if part of its line is to be underlined, or the line is not at hand.
fn write_entry(
    vm: &VirtualMachine,
    text: &mut String,
    entry: &Py<PyTraceback>,
    sources: &Py<PyDict>,
) -> Option<()> {
    let code = entry.frame.f_code();
    let code = &code.code;
    let file = code.source_path.to_str()?;
    let number = entry.lineno.get();
    text.push_str("  File \"");
    text.push_str(file);
    text.push_str("\", line ");
    text.push_str(&number.to_string());
    text.push_str(", in ");
    text.push_str(code.obj_name.to_str()?);
    text.push('\n');
    let source = match state::current().texts.of(&entry.frame.f_code()) {
        Some(source) => source.into(),
        None => match sources.get_item_opt(file, vm).ok()? {
            Some(source) => source,
            // A name that no file can have.
            None => return (file.starts_with('<') && file.ends_with('>')).then_some(()),
        },
    };
    let source = source.downcast_ref::<PyStr>()?.to_str()?;
    let Some(line) = source.split('\n').nth(number.checked_sub(1)?) else {
        return Some(());
    };
    let shown = line.trim();
    if shown.is_empty() {
        return Some(());
    }
    // A statement that raises is underlined nowhere if it is all of its line; of others that takes a parser.
    let raises = shown
        .strip_prefix("raise")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let at = usize::try_from(entry.lasti).ok()? / 2;
    let (start, end) = code.locations.get(at)?;
    let indent = line.len() - line.trim_start().len();
    let whole = line.is_ascii()
        && start.line.get() == number
        && end.line.get() == number
        && start.character_offset.to_zero_indexed() == indent
        && end.character_offset.to_zero_indexed() == indent + shown.len();
    if !raises || !whole {
        return None;
    }
    text.push_str("    ");
    text.push_str(shown);
    text.push('\n');
    Some(())
}
