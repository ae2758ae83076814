//! Licences of all that ships: the crates that end up in the wasm, from the resolved dependency graph.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::recipe::Recipe;
use crate::run;

/// What no crate's licence file says.
const INTRODUCTION: &str = "\
Krait is distributed under the MIT licence (see LICENSE). Its WebAssembly module and its library archives hold the work of
others, listed here with their licences.

The Python standard library comes from CPython (Python Software Foundation License Version 2).

SQLite, in krait-sqlite.bin, is in the public domain (https://sqlite.org/copyright.html); its WebAssembly module is the one of the npm
package @sqlite.org/sqlite-wasm (Apache License 2.0), unmodified, which is compiled with Emscripten and its C library musl (MIT).

The big-integer crates (malachite) are under the GNU Lesser General Public License, version 3. Krait uses them unmodified, as
the registry distributes them, under the names and versions below. To relink Krait with a modified version: take Krait's
sources at the version in package.json, name your copy under [patch.crates-io] in Cargo.toml, and run `cargo xtask build`;
the file krait_web_bg.wasm that it writes takes the place of the one in this package.
";

/// The text of THIRD-PARTY.txt.
pub fn collect(mut cargo: Command, recipe: &Recipe) -> Result<String> {
    cargo.args([
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        &recipe.toolchain.target,
    ]);
    let metadata: Value = serde_json::from_str(&run::output(&mut cargo)?)?;
    let shipped = shipped(&metadata, &recipe.package.krate)?;

    let mut list = String::new();
    // Licence text to the crates that carry it.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in array(&metadata["packages"])? {
        if !shipped.contains(text(&package["id"])?) || package["source"].is_null() {
            continue;
        }
        let name = format!("{} {}", text(&package["name"])?, text(&package["version"])?);
        let folder = Path::new(text(&package["manifest_path"])?)
            .parent()
            .context("a manifest without a folder")?;
        let files = licence_files(folder)?;
        let licence = match (package["license"].as_str(), files.is_empty()) {
            (Some(licence), _) => licence,
            (None, false) => "see its licence below",
            (None, true) => bail!("{name} says no licence; it must not ship"),
        };
        list += &format!("{name}: {licence}");
        if let Some(home) = package["repository"].as_str() {
            list += &format!(" ({home})");
        }
        list.push('\n');
        for text in files {
            texts.entry(text).or_default().push(name.clone());
        }
    }

    let mut notice = format!("{INTRODUCTION}\n{list}");
    for (text, mut crates) in texts {
        crates.sort();
        notice += &format!(
            "\n{}\n{}\n\n{}\n",
            "-".repeat(80),
            crates.join(", "),
            text.trim_end()
        );
    }
    Ok(notice)
}

/// Ids of all crates that the given one links, without build and test dependencies.
fn shipped<'a>(metadata: &'a Value, root: &str) -> Result<BTreeSet<&'a str>> {
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for node in array(&metadata["resolve"]["nodes"])? {
        let mut links = Vec::new();
        for dependency in array(&node["deps"])? {
            let normal = array(&dependency["dep_kinds"])?
                .iter()
                .any(|kind| kind["kind"].is_null());
            if normal {
                links.push(text(&dependency["pkg"])?);
            }
        }
        edges.insert(text(&node["id"])?, links);
    }
    let start = array(&metadata["packages"])?
        .iter()
        .find(|package| package["name"] == root)
        .with_context(|| format!("no crate {root} in the workspace"))?;
    let mut seen = BTreeSet::new();
    let mut open = vec![text(&start["id"])?];
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(edges.get(id).into_iter().flatten().copied());
        }
    }
    Ok(seen)
}

fn licence_files(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    // Python's library carries its licence beside its sources.
    let library = fs::read_dir(folder.join("Lib")).into_iter().flatten();
    for entry in fs::read_dir(folder)?.chain(library) {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_uppercase();
        let is_licence = [
            "LICENSE",
            "LICENCE",
            "COPYING",
            "NOTICE",
            "UNLICENSE",
            "PSF-LICENSE",
        ]
        .iter()
        .any(|start| name.starts_with(start));
        if is_licence && path.is_file() {
            // A text that is not UTF-8 still has to ship.
            found.push(String::from_utf8_lossy(&fs::read(&path)?).replace("\r\n", "\n"));
        }
    }
    Ok(found)
}

fn array(value: &Value) -> Result<&Vec<Value>> {
    value
        .as_array()
        .context("cargo metadata has another shape than expected")
}

fn text(value: &Value) -> Result<&str> {
    value
        .as_str()
        .context("cargo metadata has another shape than expected")
}
