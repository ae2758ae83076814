//! Which compiler is used, and how it is called.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::cache::{Places, claim, settle};
use crate::recipe::Recipe;
use crate::run;

/// A compiler that is fit to build the workspace for the browser and natively.
#[derive(Debug, Clone)]
pub struct Toolchain {
    /// The folder of `rustc` and `cargo`.
    pub bin: PathBuf,
    /// The linker for wasm, where the toolchain has none of its own.
    linker: Option<PathBuf>,
    /// Where the workspace's build products go.
    pub target_dir: PathBuf,
    tools: Vec<PathBuf>,
}

/// A compiler found on this machine, fit or not.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The folder of `rustc`.
    pub bin: PathBuf,
    /// `rustc -vV`.
    verbose: String,
    /// Whether it is as new as the recipe asks.
    pub new_enough: bool,
    /// Where its wasm standard library is, or would be.
    pub target_lib: PathBuf,
    /// Whether that library is there.
    pub has_target: bool,
    /// Whether rustup stands behind it.
    pub rustup: bool,
    linker: Option<PathBuf>,
    has_linker: bool,
}

impl Candidate {
    fn probe(bin: &Path, recipe: &Recipe) -> Option<Self> {
        let rustc = bin.join("rustc");
        if !rustc.is_file() || !bin.join("cargo").is_file() {
            return None;
        }
        let verbose = run::output(Command::new(&rustc).arg("-vV")).ok()?;
        let libdir = [
            "--print",
            "target-libdir",
            "--target",
            &recipe.toolchain.target,
        ];
        let target_lib = PathBuf::from(run::output(Command::new(&rustc).args(libdir)).ok()?.trim());
        let sysroot = run::output(Command::new(&rustc).args(["--print", "sysroot"])).ok()?;
        let own_linker = Path::new(sysroot.trim())
            .join("lib/rustlib")
            .join(field(&verbose, "host"))
            .join("bin/rust-lld")
            .is_file();
        let linker = if own_linker {
            None
        } else {
            run::find_program(&recipe.toolchain.linker)
        };
        Some(Self {
            new_enough: at_least(field(&verbose, "release"), &recipe.toolchain.minimum_rust),
            has_target: holds_std(&target_lib),
            rustup: bin.join("rustup").is_file(),
            has_linker: own_linker || linker.is_some(),
            bin: bin.to_owned(),
            verbose,
            target_lib,
            linker,
        })
    }

    /// Whether it can build everything.
    pub fn fit(&self) -> bool {
        self.new_enough && self.has_target && self.has_linker
    }

    /// `rustc -vV`'s `release`.
    pub fn release(&self) -> &str {
        field(&self.verbose, "release")
    }

    /// Short name that differs wherever the compiler differs.
    pub fn key(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.verbose.as_bytes());
        // The standard library's file names carry its hash; they change with it.
        hash.update(std_name(&self.target_lib).unwrap_or_default().as_bytes());
        let digest = hash.finalize();
        let short: String = digest
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{}-{short}", self.release())
    }
}

/// One line of `rustc -vV`.
fn field<'a>(verbose: &'a str, name: &str) -> &'a str {
    verbose
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .unwrap_or_default()
}

/// Compares `major.minor`.
fn at_least(release: &str, minimum: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split(['.', '-'])
            .take(2)
            .filter_map(|part| part.parse().ok())
            .collect()
    };
    numbers(release) >= numbers(minimum)
}

fn std_name(lib: &Path) -> Option<String> {
    let entries = fs::read_dir(lib).ok()?;
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .find(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

fn holds_std(lib: &Path) -> bool {
    std_name(lib).is_some()
}

/// All compilers in `PATH`, in its order, then the distribution's.
pub fn candidates(recipe: &Recipe) -> Vec<Candidate> {
    let mut dirs: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default();
    dirs.push(PathBuf::from("/usr/bin"));
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut found = Vec::new();
    for dir in dirs {
        let real = fs::canonicalize(&dir).unwrap_or_else(|_| dir.clone());
        if seen.contains(&real) {
            continue;
        }
        seen.push(real);
        found.extend(Candidate::probe(&dir, recipe));
    }
    found
}

impl Toolchain {
    /// What cargo makes of the recipe's crate with `profile`.
    pub fn module(&self, recipe: &Recipe, profile: &str) -> PathBuf {
        self.target_dir
            .join(&recipe.toolchain.target)
            .join(profile)
            .join(format!("{}.wasm", recipe.package.krate.replace('-', "_")))
    }

    /// The first compiler that is fit, if there is one.
    pub fn find(places: &Places, recipe: &Recipe) -> Option<Self> {
        let candidate = candidates(recipe).into_iter().find(Candidate::fit)?;
        let target_dir = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(dir) => PathBuf::from(dir),
            None => places.cache.join("target").join(candidate.key()),
        };
        let tools = recipe
            .tools
            .iter()
            .map(|(name, tool)| places.tool(name, &tool.version).join("bin"))
            .collect();
        Some(Self {
            bin: candidate.bin,
            linker: candidate.linker,
            target_dir,
            tools,
        })
    }

    /// Like `find`, with the command that helps as the error.
    pub fn require(places: &Places, recipe: &Recipe) -> Result<Self> {
        let toolchain = Self::find(places, recipe).with_context(|| {
            format!(
                "no Rust {} with the {} library here: run `cargo xtask setup`",
                recipe.toolchain.minimum_rust, recipe.toolchain.target
            )
        })?;
        claim(&toolchain.target_dir, &places.repo, "krait-")?;
        settle(&toolchain.target_dir, &places.repo)?;
        Ok(toolchain)
    }

    /// A program of the toolchain or of the tools, with the environment that the whole toolchain wants.
    pub fn command(&self, program: &str) -> Result<Command> {
        let own = self.bin.join(program);
        let tool = self
            .tools
            .iter()
            .map(|dir| dir.join(program))
            .find(|file| file.is_file());
        let mut command = match tool {
            Some(tool) => Command::new(tool),
            None if own.is_file() => Command::new(own),
            None => Command::new(program),
        };
        let mut first = self.tools.clone();
        first.push(self.bin.clone());
        // Under `cargo run` the variables of the outer cargo are set; a build script that reads them would be rebuilt each time.
        for (name, _) in env::vars_os() {
            let Some(name) = name.to_str() else { continue };
            let outer = [
                "CARGO_PKG_",
                "CARGO_MANIFEST_",
                "CARGO_BIN_",
                "CARGO_CRATE_",
            ];
            if outer.iter().any(|prefix| name.starts_with(prefix)) || name == "LD_LIBRARY_PATH" {
                command.env_remove(name);
            }
        }
        command
            .env("PATH", run::path_with(&first)?)
            .env("RUSTC", self.bin.join("rustc"))
            .env("CARGO", self.bin.join("cargo"))
            .env("CARGO_TARGET_DIR", &self.target_dir);
        if let Some(linker) = &self.linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        Ok(command)
    }

    /// Where cargo keeps the sources of crates.
    pub fn cargo_home(&self) -> Option<PathBuf> {
        let named = env::var_os("CARGO_HOME").filter(|value| !value.is_empty());
        named
            .map(PathBuf::from)
            .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")))
    }

    /// Arguments of cargo, with which the places that panics name are the same on every machine.
    pub fn same_everywhere(&self, recipe: &Recipe) -> Vec<String> {
        let Some(home) = self.cargo_home() else {
            return Vec::new();
        };
        let flag = format!(
            "--remap-path-prefix={}=crates",
            home.join("registry/src").display()
        );
        let target = &recipe.toolchain.target;
        vec![
            "--config".to_owned(),
            // Quoted as Rust quotes it, which TOML reads.
            format!("target.{target}.rustflags=[{flag:?}]"),
        ]
    }

    /// `export` lines for a shell that wants to call cargo by itself.
    pub fn exports(&self) -> Result<String> {
        let command = self.command("cargo")?;
        let mut lines = String::new();
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                lines += &format!(
                    "export {}='{}'\n",
                    name.to_string_lossy(),
                    value.to_string_lossy()
                );
            }
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(at_least("1.96.0", "1.96"));
        assert!(at_least("1.100.0-nightly", "1.96"));
        assert!(at_least("2.0.0", "1.96"));
        assert!(!at_least("1.95.0", "1.96"));
        assert!(!at_least("1.9.0", "1.96"));
        assert!(!at_least("", "1.96"));
    }

    #[test]
    fn fields_of_rustc() {
        let text =
            "rustc 1.96.0 (x)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\n";
        assert_eq!(field(text, "release"), "1.96.0");
        assert_eq!(field(text, "host"), "x86_64-unknown-linux-gnu");
        assert_eq!(field(text, "nothing"), "");
    }
}
