//! `test again`: whether a build can be repeated.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::build::{Build, Made};

impl Build<'_> {
    /// Makes image and split a second time, from the module that was compiled last, into `folder`. Tells what is not as it is
    /// in the package, and what in the package names a place of this machine.
    pub fn again(&self, folder: &Path) -> Result<Vec<String>> {
        let _ = fs::remove_dir_all(folder);
        let to = Made {
            between: folder.join("between"),
            pkg: folder.join("pkg"),
        };
        fs::create_dir_all(&to.between)?;
        fs::create_dir_all(&to.pkg)?;
        let mut names = self.image(&to)?;
        names.extend(self.split(&to)?);
        let pkg = self.places.pkg();
        let mut problems = Vec::new();
        for name in names {
            let read = |folder: &Path| {
                let file = folder.join(&name);
                fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
            };
            let (first, second) = (read(&pkg)?, read(&to.pkg)?);
            if let Some(at) = difference(&first, &second) {
                problems.push(format!("{name} differs from byte {at} on"));
            }
            for place in self.of_this_machine() {
                if contains(&first, place.to_string_lossy().as_bytes()) {
                    problems.push(format!("{name} names {}", place.display()));
                }
            }
        }
        fs::remove_dir_all(folder)?;
        Ok(problems)
    }

    /// Folders that are elsewhere on another machine, and that the package must not name.
    fn of_this_machine(&self) -> Vec<PathBuf> {
        let profile = self.recipe.profile(self.profile);
        if !profile.is_ok_and(|profile| profile.same_everywhere) {
            return Vec::new();
        }
        let mut folders = vec![self.places.repo.clone(), self.toolchain.target_dir.clone()];
        folders.extend(self.toolchain.cargo_home());
        folders
    }
}

/// The first byte that is not the same.
fn difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let common = a.iter().zip(b).position(|(a, b)| a != b);
    common.or_else(|| (a.len() != b.len()).then_some(a.len().min(b.len())))
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    !text.is_empty() && bytes.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_told() {
        assert_eq!(difference(b"abc", b"abc"), None);
        assert_eq!(difference(b"abc", b"abd"), Some(2));
        assert_eq!(difference(b"abc", b"ab"), Some(2));
        assert_eq!(difference(b"", b"ab"), Some(0));
    }

    #[test]
    fn text_is_found_in_bytes() {
        assert!(contains(b"\0/home/x\0", b"/home/x"));
        assert!(!contains(b"/home", b"/home/x"));
        assert!(!contains(b"/home", b""));
    }
}
