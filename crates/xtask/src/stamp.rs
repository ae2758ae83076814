//! What was built from what, by content, so that a step whose inputs are the same is skipped.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The record in `pkg/.stamp`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Stamps {
    steps: BTreeMap<String, Stamp>,
    #[serde(skip)]
    file: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    inputs: String,
    /// Name and hash of each product.
    products: BTreeMap<String, String>,
}

impl Stamps {
    /// Reads the record; one that cannot be read counts as none.
    pub fn read(pkg: &Path) -> Self {
        let file = pkg.join(".stamp");
        let mut stamps: Self = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        stamps.file = file;
        stamps
    }

    /// Whether the step ran with these inputs and its products are still what it made.
    pub fn is_current(&self, step: &str, inputs: &str) -> bool {
        let Some(stamp) = self.steps.get(step) else {
            return false;
        };
        let folder = self.folder();
        stamp.inputs == inputs
            && stamp
                .products
                .iter()
                .all(|(name, hash)| file_hash(&folder.join(name)).is_ok_and(|now| now == *hash))
    }

    /// Forgets the step, so that one that fails half-way counts as not done.
    pub fn forget(&mut self, step: &str) -> Result<()> {
        self.steps.remove(step);
        self.write()
    }

    /// Records the step and its products, by their paths relative to the package.
    pub fn done(&mut self, step: &str, inputs: String, products: &[String]) -> Result<()> {
        let mut hashes = BTreeMap::new();
        for name in products {
            hashes.insert(name.clone(), file_hash(&self.folder().join(name))?);
        }
        self.steps.insert(
            step.to_owned(),
            Stamp {
                inputs,
                products: hashes,
            },
        );
        self.write()
    }

    /// What the step made the last time.
    pub fn products(&self, step: &str) -> Vec<String> {
        self.steps
            .get(step)
            .map(|stamp| stamp.products.keys().cloned().collect())
            .unwrap_or_default()
    }

    fn folder(&self) -> PathBuf {
        self.file.parent().map(Path::to_owned).unwrap_or_default()
    }

    fn write(&self) -> Result<()> {
        fs::create_dir_all(self.folder())?;
        fs::write(&self.file, serde_json::to_vec_pretty(self)?)
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

/// The inputs of a step, hashed in the order in which they are added.
#[derive(Default)]
pub struct Inputs(Sha256);

impl Inputs {
    /// A word, such as a flag.
    pub fn word(&mut self, word: &str) -> &mut Self {
        self.0.update(word.len().to_le_bytes());
        self.0.update(word.as_bytes());
        self
    }

    /// A file, or a folder with all that is in it; one that is not there counts as empty.
    pub fn path(&mut self, root: &Path, name: &str) -> Result<&mut Self> {
        let mut files = Vec::new();
        list(&root.join(name), &mut files)?;
        files.sort();
        for file in files {
            self.word(&file.strip_prefix(root).unwrap_or(&file).to_string_lossy());
            self.word(&file_hash(&file)?);
        }
        Ok(self)
    }

    /// The hash.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a file's content.
pub fn file_hash(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes_hash(&bytes))
}

/// The hash of bytes.
pub fn bytes_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// All files below a path, without build products.
pub fn list(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let Ok(entries) = fs::read_dir(path) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let skipped = ["target", "node_modules", "__pycache__", "out"];
        if skipped.iter().any(|skip| name == *skip) {
            continue;
        }
        list(&entry.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A folder that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("krait-stamp-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_step_is_current_until_input_or_product_changes() {
        let folder = Folder::new("current");
        let pkg = &folder.0;
        fs::write(pkg.join("a.js"), "1").unwrap();
        let mut stamps = Stamps::read(pkg);
        assert!(!stamps.is_current("js", "x"));
        stamps.done("js", "x".into(), &["a.js".into()]).unwrap();
        assert!(Stamps::read(pkg).is_current("js", "x"));
        assert!(!Stamps::read(pkg).is_current("js", "y"));
        fs::write(pkg.join("a.js"), "2").unwrap();
        assert!(!Stamps::read(pkg).is_current("js", "x"));
        fs::remove_file(pkg.join("a.js")).unwrap();
        assert!(!Stamps::read(pkg).is_current("js", "x"));
    }

    #[test]
    fn a_broken_record_counts_as_none() {
        let folder = Folder::new("broken");
        let pkg = &folder.0;
        fs::write(pkg.join(".stamp"), "{\"steps\": 3").unwrap();
        assert!(!Stamps::read(pkg).is_current("js", "x"));
    }

    #[test]
    fn inputs_tell_names_and_contents_apart() {
        let folder = Folder::new("inputs");
        let root = &folder.0;
        let hash = || {
            let mut inputs = Inputs::default();
            inputs.path(root, "src").unwrap();
            inputs.finish()
        };
        let empty = hash();
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("src/a"), "1").unwrap();
        let one = hash();
        assert_ne!(empty, one);
        fs::rename(root.join("src/a"), root.join("src/b")).unwrap();
        assert_ne!(one, hash());
    }
}
