//! Where heavy products live: outside the tree, so that a fresh clone finds them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::stamp::Inputs;

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
        // Asked at run time: the program may have been compiled for another clone that shares the cache.
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").context("start this with `cargo xtask`")?;
        let repo = Path::new(&manifest)
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

/// Makes a shared target folder this clone's: when another clone used it last, our crates count as not built.
///
/// Cargo tells the crates of two clones apart by their path within the workspace and by the age of their files only, so it
/// would take what the other clone built for ours. Dependencies from the registry stay.
pub fn claim(target: &Path, repo: &Path, crates: &str) -> Result<()> {
    let marker = target.join(".krait-clone");
    let name = repo.to_string_lossy();
    if fs::read_to_string(&marker).is_ok_and(|last| last == name) {
        return Ok(());
    }
    fs::create_dir_all(target)?;
    forget_everywhere(target, crates)?;
    fs::write(&marker, name.as_bytes())
        .with_context(|| format!("cannot write {}", marker.display()))
}

/// Crates of ours that stand below the interpreter, in the place of crates from the registry.
const REPLACEMENTS: (&str, &[&str]) = (
    "crates/names",
    &["unicode_names2-", "jiff-tzdb-platform-", "psm-"],
);

/// Makes the sources of replaced crates as old as what was built of them.
///
/// All of the interpreter depends on them, and the files of a fresh clone are new: cargo would compile the interpreter again,
/// for some ten minutes. Their age says nothing then, their contents do.
pub fn settle(target: &Path, repo: &Path) -> Result<()> {
    let (folder, crates) = REPLACEMENTS;
    let mut inputs = Inputs::default();
    inputs.path(repo, folder)?;
    let contents = inputs.finish();
    let marker = target.join(".krait-replacements");
    if !fs::read_to_string(&marker).is_ok_and(|last| last == contents) {
        fs::create_dir_all(target)?;
        for name in crates {
            forget_everywhere(target, name)?;
        }
        fs::write(&marker, &contents)
            .with_context(|| format!("cannot write {}", marker.display()))?;
    }
    let mut files = Vec::new();
    crate::stamp::list(&repo.join(folder), &mut files)?;
    for file in files {
        let file = fs::File::options().append(true).open(file)?;
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_000_000_000))?;
    }
    Ok(())
}

fn forget_everywhere(target: &Path, crates: &str) -> Result<()> {
    // target/<profile>/.fingerprint and target/<triple>/<profile>/.fingerprint
    for folder in folders(target)? {
        forget(&folder.join(".fingerprint"), crates)?;
        for inner in folders(&folder)? {
            forget(&inner.join(".fingerprint"), crates)?;
        }
    }
    Ok(())
}

fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

fn forget(fingerprints: &Path, crates: &str) -> Result<()> {
    if !fingerprints.is_dir() {
        return Ok(());
    }
    for folder in folders(fingerprints)? {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with(crates) {
            fs::remove_dir_all(&folder)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn another_clone_forgets_our_crates_and_nothing_else() {
        let target = env::temp_dir().join(format!("krait-claim-{}", std::process::id()));
        let _ = fs::remove_dir_all(&target);
        let ours = target.join("wasm32-unknown-unknown/release/.fingerprint/krait-vfs-1234");
        let native = target.join("debug/.fingerprint/krait-vfs-99");
        let theirs = target.join("debug/.fingerprint/serde-5678");
        claim(&target, Path::new("/a"), "krait-").unwrap();
        for folder in [&ours, &native, &theirs] {
            fs::create_dir_all(folder).unwrap();
        }
        claim(&target, Path::new("/a"), "krait-").unwrap();
        assert!(ours.is_dir() && native.is_dir() && theirs.is_dir());
        claim(&target, Path::new("/b"), "krait-").unwrap();
        assert!(!ours.exists() && !native.exists() && theirs.is_dir());
        fs::remove_dir_all(&target).unwrap();
    }

    #[test]
    fn replaced_crates_are_forgotten_when_they_change_and_not_when_they_are_cloned() {
        let root = env::temp_dir().join(format!("krait-settle-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let (target, repo) = (root.join("target"), root.join("repo"));
        let source = repo.join("crates/names/v3/lib.rs");
        fs::create_dir_all(source.parent().unwrap()).unwrap();
        let built = target.join("release/.fingerprint/unicode_names2-12");
        let age = || fs::metadata(&source).unwrap().modified().unwrap();

        fs::write(&source, "one").unwrap();
        settle(&target, &repo).unwrap();
        fs::create_dir_all(&built).unwrap();
        let old = age();
        fs::write(&source, "one").unwrap();
        assert_ne!(age(), old);
        settle(&target, &repo).unwrap();
        assert_eq!(age(), old);
        assert!(built.is_dir());

        fs::write(&source, "two").unwrap();
        settle(&target, &repo).unwrap();
        assert!(!built.exists());
        fs::remove_dir_all(&root).unwrap();
    }
}
