//! Prints the table of error codes as JSON, for the TypeScript side to be generated from or compared with:
//! `cargo run -p krait-config --example error_table`.

fn main() {
    print!("{}", krait_config::error_table_json());
}
