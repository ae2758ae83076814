//! What builds made of the same sources, kept in the cache: a fresh clone, or a branch that was built before, takes it from there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::stamp::file_hash;

/// The steps whose products are kept. All of them are made of the inputs that the folder is named by.
pub const STEPS: &[&str] = &["wasm", "library", "image", "split", "sqlite"];
/// Lists the products; it is written when all of them are there.
const LIST: &str = "products.json";
/// Where in a build's folder they lie.
const PRODUCTS: &str = "products";
/// How many builds the cache keeps, each of some 200 MB.
const KEPT: usize = 5;

/// Names of products with the hashes of their contents, by step.
type List = BTreeMap<String, BTreeMap<String, String>>;

/// Where a build keeps what it makes, by its profile and the hash of its inputs.
pub fn folder(cache: &Path, profile: &str, inputs: &str) -> PathBuf {
    let hash = inputs.get(..16).unwrap_or(inputs);
    cache.join("made").join(format!("{profile}-{hash}"))
}

/// Whether a build was completed in its folder.
pub fn is_whole(made: &Path) -> bool {
    made.join(LIST).is_file()
}

/// Copies the products of an earlier build into `pkg` and names them by step; none if there was no such build, or if a file is not
/// what it made.
pub fn take(made: &Path, pkg: &Path) -> Result<Option<BTreeMap<String, Vec<String>>>> {
    let Ok(list) = fs::read(made.join(LIST)) else {
        return Ok(None);
    };
    let Ok(list) = serde_json::from_slice::<List>(&list) else {
        return Ok(None);
    };
    let kept = made.join(PRODUCTS);
    for (name, hash) in list.values().flatten() {
        if !file_hash(&kept.join(name)).is_ok_and(|now| now == *hash) {
            return Ok(None);
        }
    }
    let mut products = BTreeMap::new();
    for (step, files) in list {
        for name in files.keys() {
            fs::copy(kept.join(name), pkg.join(name))
                .with_context(|| format!("cannot take {name} from {}", kept.display()))?;
        }
        products.insert(step, files.into_keys().collect());
    }
    // Used again: not among the oldest any more.
    File::options()
        .append(true)
        .open(made.join(LIST))?
        .set_modified(SystemTime::now())?;
    Ok(Some(products))
}

/// Keeps the products of a build that is complete, and forgets those builds that have not been used for longest.
pub fn keep(made: &Path, pkg: &Path, products: &BTreeMap<String, Vec<String>>) -> Result<()> {
    let kept = made.join(PRODUCTS);
    fs::create_dir_all(&kept)?;
    let mut list = List::new();
    for (step, names) in products {
        let files = list.entry(step.clone()).or_default();
        for name in names {
            fs::copy(pkg.join(name), kept.join(name))
                .with_context(|| format!("cannot keep {name} in {}", kept.display()))?;
            files.insert(name.clone(), file_hash(&kept.join(name))?);
        }
    }
    fs::write(made.join(LIST), serde_json::to_vec_pretty(&list)?)?;
    made.parent().map_or(Ok(()), prune)
}

fn prune(all: &Path) -> Result<()> {
    let mut builds = Vec::new();
    for entry in fs::read_dir(all)? {
        let entry = entry?;
        // One without a list is under way, or was given up; its own age counts.
        let list = fs::metadata(entry.path().join(LIST)).or_else(|_| entry.metadata())?;
        builds.push((list.modified()?, entry.path()));
    }
    builds.sort();
    let old = builds.len().saturating_sub(KEPT);
    for (_, path) in builds.drain(..old) {
        // Another build may have been faster.
        let _ = fs::remove_dir_all(path);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A cache, and a package with one file.
    fn cache(name: &str) -> (PathBuf, PathBuf) {
        let root = std::env::temp_dir().join(format!("krait-kept-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let pkg = root.join("pkg");
        fs::create_dir_all(&pkg).unwrap();
        fs::write(pkg.join("a.bin"), "made").unwrap();
        (root, pkg)
    }

    fn products() -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([("wasm".to_owned(), vec!["a.bin".to_owned()])])
    }

    #[test]
    fn another_package_gets_what_was_made_of_the_same_inputs() {
        let (root, pkg) = cache("same");
        let made = folder(&root, "release", "0123456789abcdef0123");
        assert_eq!(take(&made, &pkg).unwrap(), None);
        fs::create_dir_all(&made).unwrap();
        assert!(!is_whole(&made));
        keep(&made, &pkg, &products()).unwrap();
        assert!(is_whole(&made));
        let other = root.join("other");
        fs::create_dir_all(&other).unwrap();
        assert_eq!(take(&made, &other).unwrap(), Some(products()));
        assert_eq!(fs::read_to_string(other.join("a.bin")).unwrap(), "made");
        assert_eq!(take(&folder(&root, "release", "1"), &other).unwrap(), None);
        assert_eq!(
            take(&folder(&root, "quick", "0123456789abcdef0123"), &other).unwrap(),
            None
        );
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_file_that_is_not_what_was_made_is_not_taken() {
        let (root, pkg) = cache("damaged");
        let made = folder(&root, "release", "2");
        fs::create_dir_all(&made).unwrap();
        keep(&made, &pkg, &products()).unwrap();
        fs::write(made.join(PRODUCTS).join("a.bin"), "other").unwrap();
        assert_eq!(take(&made, &pkg).unwrap(), None);
        fs::write(made.join(LIST), "{").unwrap();
        assert_eq!(take(&made, &pkg).unwrap(), None);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn the_oldest_builds_go() {
        let (root, pkg) = cache("old");
        for n in 0..KEPT + 2 {
            let made = folder(&root, "release", &n.to_string());
            fs::create_dir_all(&made).unwrap();
            keep(&made, &pkg, &products()).unwrap();
            let age = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(n as u64);
            let list = File::options().append(true).open(made.join(LIST)).unwrap();
            list.set_modified(age).unwrap();
        }
        let made = folder(&root, "release", "last");
        fs::create_dir_all(&made).unwrap();
        keep(&made, &pkg, &products()).unwrap();
        assert!(is_whole(&made));
        assert_eq!(fs::read_dir(made.parent().unwrap()).unwrap().count(), KEPT);
        assert!(!is_whole(&folder(&root, "release", "0")));
        fs::remove_dir_all(root).unwrap();
    }
}
