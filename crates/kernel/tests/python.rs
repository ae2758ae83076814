//! Runs `tests/python/kernel/*.py`, each in a session of its own; the browser runs the same files.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::rc::Rc;

use krait_kernel::{Keep, NativeHost, Session, compile, format_exception, main_namespace, run};

/// Unoptimised frames of the interpreter are large.
const STACK: usize = 16 << 20;

fn run_file(path: &Path) -> Result<(), String> {
    let library = krait_kernel::testing::library();
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let host = Rc::new(NativeHost::new(library.parts.clone()));
    let session = Session::builder()
        .boot(host, library.boot.clone())
        .map_err(|e| e.to_string())?;
    session.enter(|vm| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let go = || {
            run(
                vm,
                compile(vm, &text, &name, Keep::Nothing)?,
                main_namespace(vm)?,
            )
        };
        go().map(drop)
            .map_err(|exception| format_exception(vm, &exception))
    })
}

#[test]
fn files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/kernel");
    let mut failed = Vec::new();
    let mut count = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "py"))
    {
        count += 1;
        let file = path.clone();
        let result = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || run_file(&file))
            .unwrap()
            .join();
        match result {
            Ok(Ok(())) => {}
            Ok(Err(traceback)) => failed.push(format!("{}:\n{traceback}", path.display())),
            Err(_) => failed.push(format!("{}: panicked", path.display())),
        }
    }
    assert!(count > 0, "no files");
    assert!(
        failed.is_empty(),
        "{} of {count} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}
