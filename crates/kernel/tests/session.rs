//! A session from outside: programs in, output and exceptions out.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::cell::RefCell;
use std::rc::Rc;

use krait_kernel::{Keep, NativeHost, Session, compile, format_exception, main_namespace, run};

fn session() -> (Session, Rc<RefCell<Vec<u8>>>) {
    let library = krait_kernel::testing::library();
    let output = Rc::new(RefCell::new(Vec::new()));
    let host = NativeHost::new(library.parts.clone()).capture(Rc::clone(&output));
    (
        Session::builder()
            .boot(Rc::new(host), library.boot.clone())
            .expect("the session boots"),
        output,
    )
}

/// Runs a program in `__main__`; the result is the repr of its last expression, or the traceback.
fn execute(session: &Session, text: &str) -> Result<String, String> {
    session.enter(|vm| {
        let go = || {
            let code = compile(vm, text, "test.py", Keep::LastExpression)?;
            let value = run(vm, code, main_namespace(vm)?)?;
            Ok::<_, krait_kernel::vm::PyRef<krait_kernel::vm::builtins::PyBaseException>>(
                value.repr(vm)?.to_string_lossy().into_owned(),
            )
        };
        go().map_err(|exception| format_exception(vm, &exception))
    })
}

/// The same on a big stack: unoptimised frames of the interpreter are large.
fn on_big_stack(f: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(f)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn the_last_expression_is_the_value() {
    on_big_stack(|| {
        let (session, _) = session();
        for (text, value) in [
            ("1 + 1", "2"),
            ("x = 2\nx * 21", "42"),
            ("1 + 1;", "None"),
            ("1 ; ", "None"),
            ("x = 1", "None"),
            ("def f(): return 3", "None"),
            ("class A: pass", "None"),
            ("# only a comment", "None"),
            ("", "None"),
            ("'a;b'  # c;", "'a;b'"),
            ("n: int = 3\nn + 1", "4"),
        ] {
            assert_eq!(execute(&session, text).as_deref(), Ok(value), "{text:?}");
        }
    });
}

#[test]
fn print_goes_to_the_host() {
    on_big_stack(|| {
        let (session, output) = session();
        execute(
            &session,
            "import sys\nprint('hällo', 1, sep='-')\nprint('err', file=sys.stderr)",
        )
        .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.borrow()), "hällo-1\nerr\n");
    });
}

#[test]
fn a_line_is_that_of_the_program_that_defined_it() {
    on_big_stack(|| {
        let (session, _) = session();
        let define =
            "def f():\n    x = 1\n    return 1 / 0  # f\n\ndef g(x):\n    raise ValueError(x)";
        assert_eq!(execute(&session, define).unwrap(), "None");
        // More than are kept without a look at which of them can still be run.
        for number in 0..100 {
            let other = format!("number = {number}\n'wrong, 2'\n'wrong, 3'\n\n\n'wrong, 6'");
            execute(&session, &other).unwrap();
        }
        let underlined = execute(&session, "f()").unwrap_err();
        assert!(
            underlined.contains("    return 1 / 0  # f\n           ~~^~~\n"),
            "{underlined}"
        );
        let raised = execute(&session, "g(1)").unwrap_err();
        assert!(
            raised.contains("    raise ValueError(x)\nValueError: 1\n"),
            "{raised}"
        );
    });
}

#[test]
fn tracebacks_have_lines() {
    on_big_stack(|| {
        let (session, _) = session();
        let traceback = execute(&session, "def f():\n    return 1 / 0\n\nf()").unwrap_err();
        assert_eq!(
            traceback,
            "Traceback (most recent call last):\n  File \"test.py\", line 4, in <module>\n    f()\n    ~^^\n  File \"test.py\", line 2, in f\n    return 1 / 0\n           ~~^~~\nZeroDivisionError: division by zero\n"
        );
    });
}

#[test]
fn the_library_imports() {
    on_big_stack(|| {
        let (session, _) = session();
        let names = "os, contextlib, dataclasses, inspect, random, traceback, logging, threading, asyncio, unittest, \
                     pathlib, tempfile, zipfile, typing, re, json, datetime, decimal, collections, functools";
        for name in names.split(", ") {
            assert_eq!(
                execute(&session, &format!("import {name}")).as_deref(),
                Ok("None"),
                "import {name}"
            );
        }
        let error = execute(&session, "import no_such_module").unwrap_err();
        assert!(
            error.contains("ModuleNotFoundError: No module named 'no_such_module'"),
            "{error}"
        );
    });
}
