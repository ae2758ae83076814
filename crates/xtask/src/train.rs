//! `train`: which functions of the wasm pages enter that the training programs do not, since those run in Node.
//!
//! The answer is `crates/xtask/training/pages.txt`: names of functions and, where many have one name, the hashes of those that
//! are meant. It is committed, because a build needs no browser.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::{BOOTED, Build, COUNTING, ENTERED};
use crate::run;
use crate::split::{self, Names};

/// Folders of `tests/pages` whose pages do what pages should.
const FOLDERS: &[&str] = &["scripts", "events", "display", "config"];
/// Where the answer is, below the repository.
pub const PAGES: &str = "crates/xtask/training/pages.txt";

/// The answer.
pub fn pages_enter(repo: &Path) -> Result<Names> {
    let text = fs::read_to_string(repo.join(PAGES))?;
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split('\t').map(str::to_owned);
        Some((words.next()?, words.collect()))
    });
    Ok(lines.collect())
}

/// Opens the pages with the package that was built last, and writes the answer.
pub fn train(build: &Build) -> Result<()> {
    let (repo, made) = (&build.places.repo, build.made_folder()?);
    let folder = repo.join("tests/out/train");
    let _ = fs::remove_dir_all(&folder);
    copy(&build.places.pkg(), &folder)?;
    let wasm = format!("{}_bg.wasm", build.recipe.package.out_name);
    let _ = fs::remove_file(folder.join(format!("{wasm}.br")));
    fs::copy(made.join(COUNTING), folder.join(wasm))
        .context("there is no build to train with: run `cargo xtask build`")?;
    let answer = folder.join("entered.txt");
    let mut node = Command::new("node");
    node.arg(repo.join("crates/xtask/web/entered.mjs"));
    run::run(node.arg(&folder).arg(&answer).args(pages(repo)?))?;

    let mut entered = split::places(&answer)?;
    for known in split::places(&made.join(ENTERED))? {
        entered.remove(&known);
    }
    let mut names = split::names(&fs::read(made.join(BOOTED))?, &entered)?;
    names.retain(|name, _| !build.stays(name));
    let mut text = String::new();
    for (name, hashes) in &names {
        text += name;
        for hash in hashes {
            text += "\t";
            text += hash;
        }
        text += "\n";
    }
    fs::write(repo.join(PAGES), text)?;
    println!(
        "train: pages enter {} functions that the programs do not; {} names are written down",
        entered.len(),
        names.len()
    );
    Ok(())
}

/// Paths of the pages, as the server has them.
fn pages(repo: &Path) -> Result<Vec<String>> {
    let mut pages = vec!["/index.html".to_owned()];
    for entry in fs::read_dir(repo.join("www/gallery"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".html") {
            pages.push(format!("/gallery/{name}"));
        }
    }
    for folder in FOLDERS {
        for entry in fs::read_dir(repo.join("tests/pages").join(folder))? {
            let entry = entry?;
            if entry.path().join("index.html").is_file() {
                pages.push(format!(
                    "/tests/{folder}/{}/index.html",
                    entry.file_name().to_string_lossy()
                ));
            }
        }
    }
    pages.sort();
    Ok(pages)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
