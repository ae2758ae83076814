//! Link arguments of the module: it lives in the memory and in the function table of SQLite's own module.

/// Where this module's data lies in SQLite's memory; `crates/bridge/js/sqlite.js` has the same number, and takes the place from SQLite's
/// allocator before anything else does.
const DATA: u32 = 1 << 20;
/// First index of this module's functions in SQLite's table; `sqlite.js` makes the table long enough.
const TABLE: u32 = 4096;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        for argument in [
            "--import-memory",
            "--import-table",
            "--growable-table",
            // The stack's place is not known here: `sqlite.js` sets the pointer.
            "--export=__stack_pointer",
            "--export=__heap_base",
            &format!("--global-base={DATA}"),
            &format!("--table-base={TABLE}"),
        ] {
            println!("cargo:rustc-cdylib-link-arg={argument}");
        }
    }
}
