//! The build recipe, `wasm-pack.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recipe {
    /// The npm package.
    pub package: Package,
    /// Which compiler.
    pub toolchain: ToolchainWanted,
    /// Tools that cargo installs.
    pub tools: BTreeMap<String, Tool>,
    profile: BTreeMap<String, Profile>,
    /// What the package is made as beside the whole one, by name.
    pub flavour: BTreeMap<String, Flavour>,
    /// What stays in the module that every page downloads.
    pub split: Split,
    /// Size limits.
    pub budget: Budget,
}

/// How the wasm is split.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Split {
    /// Crates whose functions all stay.
    pub stays: Vec<String>,
    /// Functions that stay whosever they are, by the last part of their names.
    pub stays_everywhere: Vec<String>,
    /// Functions that do not stay, whoever calls them.
    pub leaves: Vec<String>,
    /// Data that does not stay.
    pub late: Vec<Late>,
}

/// Data that comes with functions that do not stay.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Late {
    /// The functions that may have its address, by what their names begin with. Those that read what is there have to be in
    /// `leaves`, or to be called by one that is.
    pub readers: Vec<String>,
    /// How large a piece of it is at least.
    pub bytes: u64,
    /// The data is a library of frozen modules: their code is meant, but for that of these.
    pub modules_but: Option<Vec<String>>,
}

/// What is packed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Package {
    /// npm name.
    pub name: String,
    /// The cdylib crate.
    #[serde(rename = "crate")]
    pub krate: String,
    /// Stem of wasm-bindgen's output.
    pub out_name: String,
    /// SQLite's module, in `node_modules`.
    pub sqlite: String,
    /// One line for package.json.
    pub description: String,
    /// TypeScript entry points that others of the package import when they need them.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Export path to TypeScript entry point.
    pub exports: BTreeMap<String, String>,
}

impl Package {
    /// All TypeScript entry points; each becomes a file of its own.
    pub fn entries(&self) -> Vec<&str> {
        self.exports
            .values()
            .chain(&self.parts)
            .map(String::as_str)
            .collect()
    }
}

/// What the compiler has to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ToolchainWanted {
    /// `major.minor`.
    pub minimum_rust: String,
    /// Target triple.
    pub target: String,
    /// The distribution's packages.
    pub apt: Vec<String>,
    /// The linker that those packages bring.
    pub linker: String,
    /// The distribution's browser.
    pub browser_apt: Vec<String>,
}

/// A tool that `cargo install` brings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tool {
    /// Exact version.
    pub version: String,
    /// Who wants it.
    #[serde(rename = "for")]
    pub purpose: Purpose,
}

/// Who wants a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Everything that builds `pkg/`.
    Build,
    /// Tests only.
    Test,
}

/// What is done to the output of one cargo profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Brotli quality of the `.br` siblings.
    pub brotli: i32,
    /// Flags for wasm-bindgen.
    pub wasm_bindgen: Vec<String>,
    /// Flags for wasm-opt; none if it is not used.
    pub wasm_opt: Vec<String>,
    /// Flags for esbuild.
    pub esbuild: Vec<String>,
    /// Whether the wasm is the same whichever machine it is compiled on. Cargo compiles all crates anew for it, which it
    /// shares with no other command.
    pub same_everywhere: bool,
}

/// A package that lacks something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Flavour {
    /// One line for package.json.
    pub description: String,
    /// The parts of the library that it is without.
    pub lacks: Vec<String>,
}

/// Size limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Budget {
    /// Sum of `hello_world_files`, in bytes after brotli.
    pub hello_world: u64,
    /// What a page with one script downloads.
    pub hello_world_files: Vec<String>,
}

impl Recipe {
    /// Reads `wasm-pack.toml` of the repository.
    pub fn read(repo: &Path) -> Result<Self> {
        let path = repo.join("wasm-pack.toml");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a build recipe", path.display()))
    }

    /// What is done to the output of a cargo profile.
    pub fn profile(&self, name: &str) -> Result<&Profile> {
        match self.profile.get(name) {
            Some(profile) => Ok(profile),
            None => {
                let known: Vec<&str> = self.profile.keys().map(String::as_str).collect();
                bail!(
                    "unknown profile {name:?}: wasm-pack.toml has {}",
                    known.join(" and ")
                )
            }
        }
    }
}
