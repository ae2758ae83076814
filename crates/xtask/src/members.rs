//! The crates of the workspace, as the stages of `test` choose among them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run;
use crate::suite::Suite;

impl Suite<'_> {
    /// What cargo knows of the workspace's own crates.
    fn metadata(&self) -> Result<Value> {
        let mut cargo =
            self.cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"])?;
        Ok(serde_json::from_str(&run::output(&mut cargo)?)?)
    }

    /// Names and folders of the crates that have tests for the browser.
    pub(crate) fn browser_crates(&self) -> Result<Vec<(String, PathBuf)>> {
        let metadata = self.metadata()?;
        let mut crates = Vec::new();
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let mut dependencies = package["dependencies"].as_array().into_iter().flatten();
            if dependencies.any(|dependency| dependency["name"] == "wasm-bindgen-test") {
                let name = package["name"].as_str().context("a crate without a name")?;
                let manifest = PathBuf::from(
                    package["manifest_path"]
                        .as_str()
                        .context("a crate without a manifest")?,
                );
                crates.push((
                    name.to_owned(),
                    manifest
                        .parent()
                        .context("a manifest without a folder")?
                        .to_owned(),
                ));
            }
        }
        Ok(crates)
    }

    /// Crates that are compiled for the browser only, as `-p` arguments.
    pub(crate) fn above_the_line(&self) -> Result<Vec<String>> {
        let metadata = self.metadata()?;
        let mut names = Vec::new();
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let mut dependencies = package["dependencies"].as_array().into_iter().flatten();
            let browser = dependencies.any(|dependency| {
                let normal = dependency["kind"].is_null();
                normal
                    && ["js-sys", "web-sys", "wasm-bindgen"]
                        .iter()
                        .any(|name| dependency["name"] == *name)
            });
            // SQLite's module is empty natively.
            if browser || package["name"] == "krait-sqlite" {
                names.push(
                    package["name"]
                        .as_str()
                        .context("a crate without a name")?
                        .to_owned(),
                );
            }
        }
        Ok(names)
    }
}
