//! The library for native tests: the archives that `krait-library` writes.

use std::path::PathBuf;
use std::sync::OnceLock;

/// The archives.
#[derive(Debug)]
pub struct Library {
    /// What boot needs.
    pub core: Vec<u8>,
    /// The rest.
    pub std: Vec<u8>,
    /// The texts of both.
    pub sources: Vec<u8>,
}

/// The archives in the folder that `KRAIT_LIBRARY` names, or in `pkg/` of this repository.
///
/// # Panics
/// When they are not there; the message says how to make them.
#[must_use]
pub fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let folder = std::env::var_os("KRAIT_LIBRARY")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../pkg"), PathBuf::from);
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).unwrap_or_else(|error| {
                panic!("{}: {error}; `cargo run -p krait-pylib --features builder --bin krait-library -- --out pkg` makes it", path.display())
            })
        };
        Library { core: read("krait-core.bin"), std: read("krait-std.bin"), sources: read("krait-sources.bin") }
    })
}
