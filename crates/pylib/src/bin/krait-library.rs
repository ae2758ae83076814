//! Writes `krait-boot.bin`, `krait-core.bin`, `krait-std.bin` and `krait-sources.bin`.
//!
//! `cargo run -p krait-pylib --features builder --bin krait-library -- --out pkg`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("krait-library: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let out = match args.as_slice() {
        [flag, dir] if flag == "--out" => PathBuf::from(dir),
        _ => return Err("usage: krait-library --out FOLDER".to_owned()),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let selection = std::fs::read_to_string(root.join("library.toml"))
        .map_err(|e| format!("library.toml: {e}"))?;
    let built = krait_pylib::build(&root.join("py"), &selection).map_err(|e| e.to_string())?;
    std::fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    for (name, bytes) in [
        ("krait-boot.bin", &built.boot),
        ("krait-core.bin", &built.core),
        ("krait-std.bin", &built.std),
        ("krait-sources.bin", &built.sources),
    ] {
        let path = out.join(name);
        std::fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
        println!("{name}  {} bytes", bytes.len());
    }
    Ok(())
}
