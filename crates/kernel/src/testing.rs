//! The library for native tests: the archives that `krait-library` writes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::host::Part;

/// The archives.
#[derive(Debug)]
pub struct Library {
    /// What a session boots from.
    pub boot: Vec<u8>,
    /// What it asks its host for.
    pub parts: BTreeMap<Part, Vec<u8>>,
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
            let path = folder.join(format!("krait-{name}.bin"));
            std::fs::read(&path).unwrap_or_else(|error| {
                panic!("{}: {error}; `cargo run -p krait-pylib --features builder --bin krait-library -- --out pkg` makes it", path.display())
            })
        };
        Library { boot: read("boot"), parts: [Part::Core, Part::Std, Part::Sources, Part::Names].into_iter().map(|part| (part, read(part.name()))).collect() }
    })
}
