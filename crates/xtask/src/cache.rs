//! Where heavy products live: outside the tree, so that a fresh clone finds them.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The cache folder and the repository, and every path below them that xtask uses.
#[derive(Debug, Clone)]
pub struct Places {
    /// The repository.
    pub repo: PathBuf,
    /// The cache's root.
    pub cache: PathBuf,
}

impl Places {
    /// `$KRAIT_CACHE`, else `$XDG_CACHE_HOME/krait`, else `~/.cache/krait`.
    pub fn find() -> Result<Self> {
        let repo = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("crates/xtask is not two levels below the repository")?
            .to_owned();
        let named = |name: &str| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let cache = named("KRAIT_CACHE")
            .or_else(|| named("XDG_CACHE_HOME").map(|path| path.join("krait")))
            .or_else(|| named("HOME").map(|path| path.join(".cache").join("krait")))
            .context("no cache folder: set KRAIT_CACHE to a folder that may hold some gigabytes")?;
        Ok(Self { repo, cache })
    }

    /// Where one version of a cargo-installed tool lives. The version is in the name, so another one is never taken for it.
    pub fn tool(&self, name: &str, version: &str) -> PathBuf {
        self.cache.join("tools").join(format!("{name}-{version}"))
    }

    /// The npm package that is built.
    pub fn pkg(&self) -> PathBuf {
        self.repo.join("pkg")
    }

    /// A program of `node_modules`.
    pub fn npm_bin(&self, name: &str) -> PathBuf {
        self.repo.join("node_modules").join(".bin").join(name)
    }
}
