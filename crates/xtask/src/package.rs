//! The npm package as a folder: its scripts, its manifest, and its flavours, which are the same package without parts of the
//! library.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::build::Build;
use crate::compress;
use crate::recipe::{Flavour, Profile};
use crate::run::{self, Plan};
use crate::stamp::{Inputs, Stamps};

/// The parts of the library, which are files `krait-<part>.bin`; `www/src/load.ts` has their addresses.
const PARTS: &[&str] = &[
    "core", "std", "sources", "names", "codecs", "sqlite", "rest",
];
/// The script that knows which parts there are.
const LOADER: &str = "boot";

impl Build<'_> {
    /// Bundles entry points of `www/src` into files of `folder`, and tells them which parts the package lacks. Gives the names
    /// of the files.
    pub(crate) fn bundle(
        &self,
        profile: &Profile,
        entries: &[&str],
        folder: &Path,
        lacks: &[String],
    ) -> Result<Vec<String>> {
        let package = &self.recipe.package;
        let mut esbuild = Command::new(self.places.npm_bin("esbuild"));
        esbuild.current_dir(&self.places.repo);
        esbuild.args(entries.iter().map(|entry| format!("www/src/{entry}.ts")));
        // Each entry is a file of its own, also for the others: there is one copy of its state, whoever asks first.
        for entry in package.entries() {
            esbuild.arg(format!("--external:./{entry}.js"));
        }
        for part in PARTS {
            let has = !lacks.iter().any(|lacking| lacking == part);
            esbuild.arg(format!("--define:HAS.{part}={has}"));
        }
        let meta = folder.join(".esbuild.json");
        esbuild
            .args(["--bundle", "--format=esm", "--target=es2022"])
            .args(["--log-level=warning", "--legal-comments=inline"])
            .arg(format!("--outdir={}", folder.display()))
            .arg(format!("--external:./{}.js", package.out_name))
            .arg(format!("--metafile={}", meta.display()))
            .args(&profile.esbuild);
        run::run(&mut esbuild)?;
        let report: Value = serde_json::from_slice(&fs::read(&meta)?)?;
        fs::remove_file(&meta)?;
        let outputs = report["outputs"]
            .as_object()
            .context("esbuild reported no outputs")?;
        Ok(outputs
            .keys()
            .filter_map(|path| path.rsplit('/').next())
            .map(str::to_owned)
            .collect())
    }

    /// Makes each flavour of what the package has: `files` of it, and `script`, which says what its scripts are made of.
    pub(crate) fn flavours(&self, profile: &Profile, script: &str, files: &[String]) -> Result<()> {
        for (name, flavour) in &self.recipe.flavour {
            self.flavour(profile, name, flavour, script, files)
                .with_context(|| format!("the flavour {name} cannot be made"))?;
        }
        Ok(())
    }

    fn flavour(
        &self,
        profile: &Profile,
        name: &str,
        flavour: &Flavour,
        script: &str,
        files: &[String],
    ) -> Result<()> {
        if let Some(part) = flavour
            .lacks
            .iter()
            .find(|part| !PARTS.contains(&part.as_str()))
        {
            bail!("the library has no part {part:?}");
        }
        let pkg = self.places.pkg();
        let folder = pkg.join(name);
        fs::create_dir_all(&folder)?;
        let loader = format!("{LOADER}.js");
        let copied: Vec<&String> = files
            .iter()
            .filter(|file| !file.ends_with(".map") && **file != loader)
            .filter(|file| {
                !flavour
                    .lacks
                    .iter()
                    .any(|part| **file == format!("krait-{part}.bin"))
            })
            .collect();
        for file in copied.iter().map(|file| file.as_str()).chain(["README.md"]) {
            let (from, to) = (pkg.join(file), folder.join(file));
            let bytes =
                fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
            if fs::read(&to).is_ok_and(|old| old == bytes) {
                continue;
            }
            fs::create_dir_all(to.parent().unwrap_or(&folder))?;
            fs::write(&to, bytes)?;
        }
        let mut stamps = Stamps::read(&folder);
        let mut inputs = Inputs::default();
        inputs.word(script).word(&format!("{flavour:?}"));
        let inputs = inputs.finish();
        if !stamps.is_current("loader", &inputs) {
            let mut plan = Plan::default();
            plan.step(format!("the loader of the flavour {name}"), || {
                stamps.forget("loader")?;
                let products = self.bundle(profile, &[LOADER], &folder, &flavour.lacks)?;
                stamps.done("loader", inputs.clone(), &products)
            });
            plan.run("build")?;
        }
        let mut there: Vec<String> = copied.into_iter().cloned().collect();
        there.push(loader);
        // What the package no longer has would stay.
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let file = entry.file_name().to_string_lossy().into_owned();
            let kept = ["README.md", "package.json", ".stamp"].contains(&file.as_str())
                || there.contains(&file)
                || file.ends_with(".br")
                || file.ends_with(".map");
            if entry.path().is_file() && !kept {
                fs::remove_file(entry.path())?;
            }
        }
        let package = format!("{}-{name}", self.recipe.package.name);
        self.manifest(&folder, &package, &flavour.description, &there)?;
        let cache = self.places.cache.join("brotli");
        compress::siblings(&folder, &cache, &there, profile.brotli, &mut stamps)
    }

    /// `package.json` of a folder, without a script or a dependency.
    pub(crate) fn manifest(
        &self,
        folder: &Path,
        name: &str,
        description: &str,
        products: &[String],
    ) -> Result<()> {
        let workspace: toml::Table =
            toml::from_str(&fs::read_to_string(self.places.repo.join("Cargo.toml"))?)?;
        let version = workspace
            .get("workspace")
            .and_then(|table| table.get("package")?.get("version")?.as_str())
            .context("Cargo.toml has no workspace.package.version")?;
        let mut exports = BTreeMap::new();
        for (path, entry) in &self.recipe.package.exports {
            exports.insert(
                path.as_str(),
                json!({ "types": format!("./{entry}.d.ts"), "default": format!("./{entry}.js") }),
            );
        }
        exports.insert("./package.json", json!("./package.json"));
        let Some(main) = self.recipe.package.exports.get(".") else {
            bail!("wasm-pack.toml names no entry point for \".\"");
        };
        // A pattern for the compressed ones would take those of the flavours too, which are folders in this one.
        let mut files: Vec<String> = products
            .iter()
            .filter(|name| !name.ends_with(".map"))
            .cloned()
            .collect();
        files.extend(
            products
                .iter()
                .filter(|name| compress::worth_it(name))
                .map(|name| format!("{name}.br")),
        );
        files.push("types".to_owned());
        let side_effects: Vec<String> = self
            .recipe
            .package
            .exports
            .iter()
            .filter(|(path, _)| *path != ".")
            .map(|(_, entry)| format!("./{entry}.js"))
            .collect();
        let manifest = json!({
            "name": name,
            "version": version,
            "description": description,
            "license": "MIT AND Python-2.0 AND LGPL-3.0-only",
            "type": "module",
            "main": format!("./{main}.js"),
            "types": format!("./{main}.d.ts"),
            "exports": exports,
            "sideEffects": side_effects,
            "files": files,
        });
        let text = serde_json::to_string_pretty(&manifest)? + "\n";
        let path = folder.join("package.json");
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        fs::write(path, text).with_context(|| format!("cannot write the manifest of {name}"))
    }
}
