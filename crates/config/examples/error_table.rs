//! Writes the table of error codes where the loader has it: `cargo run -p krait-config --example error_table`.

use std::io;

fn main() -> io::Result<()> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/src/error-table.ts");
    std::fs::write(file, krait_config::error_table_script())
}
