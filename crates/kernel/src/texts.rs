//! The texts that programs were compiled from, for their tracebacks.
//!
//! Programs may have the same name (all that an embedder runs without one is `<exec>`), and what a program has defined
//! outlives it. So a text is found by the code object that was compiled from it.

use std::borrow::Borrow;
use std::cell::RefCell;

use rustpython_vm::builtins::{PyCode, PyStrRef};
use rustpython_vm::{AsObject, Py, PyObject, PyRef};

/// As many programs are kept before it is asked which of them nobody can run any more.
const FEW: usize = 16;

struct Program {
    text: PyStrRef,
    code: PyRef<PyCode>,
}

#[derive(Default)]
struct Programs {
    all: Vec<Program>,
    /// How many there may be before the next look at them.
    most: usize,
}

/// The programs of a session that can be in a traceback: those that run, or have defined something that is still there.
#[derive(Default)]
pub(crate) struct Texts(RefCell<Programs>);

impl Texts {
    /// Keeps the text that `code` was compiled from for as long as that, or code in it, is of use.
    pub(crate) fn keep(&self, text: PyStrRef, code: PyRef<PyCode>) {
        let mut programs = self.0.borrow_mut();
        let mut ended = Vec::new();
        if programs.all.len() >= programs.most.max(FEW) {
            let all = std::mem::take(&mut programs.all);
            (programs.all, ended) = all.into_iter().partition(|program| is_used(&program.code));
            programs.most = 2 * programs.all.len();
        }
        programs.all.push(Program { text, code });
        drop(programs);
        drop(ended);
    }

    /// The text that `code` was compiled from, as a part of it or as all of it.
    pub(crate) fn of(&self, code: &Py<PyCode>) -> Option<PyStrRef> {
        let programs = self.0.borrow();
        let mut latest = programs.all.iter().rev();
        let name = code.code.source_path;
        let found = latest.find(|program| {
            std::ptr::eq(program.code.code.source_path, name) && contains(&program.code, code)
        });
        found.map(|program| program.text.clone())
    }
}

/// The code objects in one.
fn inner(code: &Py<PyCode>) -> impl Iterator<Item = &Py<PyCode>> {
    let constants = code.code.constants.iter();
    constants.filter_map(|constant| Borrow::<PyObject>::borrow(constant).downcast_ref())
}

/// Whether anyone but its owner, who is asking, refers to the code or to code in it.
fn is_used(code: &Py<PyCode>) -> bool {
    code.as_object().strong_count() > 1 || inner(code).any(is_used)
}

fn contains(code: &Py<PyCode>, wanted: &Py<PyCode>) -> bool {
    code.is(wanted) || inner(code).any(|part| contains(part, wanted))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::rc::Rc;

    use crate::testing::library;
    use crate::{Keep, NativeHost, Session, compile, main_namespace, run, state};

    #[test]
    fn only_programs_that_can_be_run_are_kept() {
        // Unoptimised frames of the interpreter are large.
        let test = || {
            let library = library();
            let host = NativeHost::new(library.parts.clone());
            let session = Session::builder()
                .boot(Rc::new(host), library.boot.clone())
                .unwrap();
            session.enter(|vm| {
                let execute = |text: &str| {
                    let code = compile(vm, text, "<exec>", Keep::Nothing).unwrap();
                    drop(run(vm, code, main_namespace(vm).unwrap()).unwrap());
                };
                let kept = || state::current().texts.0.borrow().all.len();
                execute("kept = []");
                for number in 0..50 {
                    execute(&format!("kept.append(lambda: {number})"));
                    execute("def other(): return [x for x in ()]");
                }
                let all = kept();
                assert!((50..=110).contains(&all), "{all} programs");
                execute("del kept, other");
                for number in 0..200 {
                    execute(&format!("x = {number}"));
                }
                assert!(kept() <= 2 * super::FEW, "{} programs", kept());
            });
        };
        std::thread::Builder::new()
            .stack_size(256 << 20)
            .spawn(test)
            .unwrap()
            .join()
            .unwrap();
    }
}
