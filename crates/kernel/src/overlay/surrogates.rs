//! `format()` of text with lone surrogates, which the interpreter formats as UTF-8 only.

use rustpython_vm::builtins::PyStr;
use rustpython_vm::common::wtf8::{Wtf8, Wtf8Buf};
use rustpython_vm::function::FuncArgs;
use rustpython_vm::{PyObject, PyResult, VirtualMachine};

use super::guards::around;

/// Puts this before `str.__format__`.
pub(super) fn install(vm: &VirtualMachine) {
    around(vm.ctx.types.str_type, "__format__", vm, format);
}

fn format(original: &PyObject, args: FuncArgs, vm: &VirtualMachine) -> PyResult {
    let text = args
        .args
        .first()
        .and_then(|text| text.downcast_ref::<PyStr>());
    let (Some(text), [_, specifier]) = (text, args.args.as_slice()) else {
        return original.call(args, vm);
    };
    // Without a specifier the text is the result.
    let has_specifier = specifier
        .downcast_ref::<PyStr>()
        .is_some_and(|specifier| !specifier.is_empty());
    if text.to_str().is_some() || !has_specifier {
        return original.call(args, vm);
    }
    // Two texts of as many characters that differ in each: where their results differ, the text stands.
    let characters = text.char_len();
    let like = |character: &str| {
        let text = vm.ctx.new_str(character.repeat(characters));
        original.call((text, specifier.clone()), vm)
    };
    let (first, second) = (like("0")?, like("1")?);
    match (
        first.downcast_ref::<PyStr>(),
        second.downcast_ref::<PyStr>(),
    ) {
        (Some(first), Some(second)) => {
            let made = put(text.as_wtf8(), first.as_wtf8(), second.as_wtf8());
            Ok(vm.ctx.new_str(made).into())
        }
        _ => Ok(first),
    }
}

/// `first` with the characters of `text` where it differs from `second`.
fn put(text: &Wtf8, first: &Wtf8, second: &Wtf8) -> Wtf8Buf {
    let mut characters = text.code_points();
    let pairs = first.code_points().zip(second.code_points());
    let mut made = Wtf8Buf::new();
    for (one, other) in pairs {
        made.push(if one == other {
            one
        } else {
            characters.next().unwrap_or(one)
        });
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_the_text_stays() {
        let made = put(Wtf8::new("ab"), Wtf8::new("0000"), Wtf8::new("0110"));
        assert_eq!(made, Wtf8Buf::from_string("0ab0".to_owned()));
        let cut = put(Wtf8::new("abc"), Wtf8::new("00"), Wtf8::new("11"));
        assert_eq!(cut, Wtf8Buf::from_string("ab".to_owned()));
    }
}
