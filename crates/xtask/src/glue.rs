//! `pkg/krait_web.js`: everything between the loader and the wasm, as a function that makes it.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use crate::build::Build;
use crate::recipe::Profile;
use crate::run;

/// Where wasm-bindgen's glue keeps its instance.
const STATE: &str = "let wasmModule, wasmInstance, wasm;";

/// Added to the glue. It has no way of its own to let an instance go while something still refers to the glue; finalizers
/// may run after that, so what they call stays. And it shows nobody what it imports into the wasm, which the modules that
/// are split off want too.
const MORE: &str = "
export const imports = __wbg_get_imports;
export function forget() {
    wasmModule = wasmInstance = __wbg_init_promise = undefined;
    wasm = { __wbg_kernel_free() {}, __wbindgen_destroy_closure() {} };
    cachedDataViewMemory0 = cachedUint8ArrayMemory0 = null;
}
";

impl Build<'_> {
    /// Bundles wasm-bindgen's glue, the bridge's files and `crates/web/js/instance.js` into one file that exports a
    /// function, `prepare`; whoever calls it gets module state of his own.
    pub(crate) fn glue(&self, profile: &Profile) -> Result<String> {
        let folder = self.made_folder()?;
        let name = format!("{}.js", self.recipe.package.out_name);
        let glue = folder.join(&name);
        let text = fs::read_to_string(&glue)?;
        anyhow::ensure!(
            text.contains(STATE),
            "wasm-bindgen's glue keeps its instance in other variables than `{STATE}`: look at MORE in crates/xtask/src/glue.rs"
        );
        fs::write(&glue, text + MORE)?;
        let mut snippets = Vec::new();
        for entry in fs::read_dir(folder.join("snippets"))? {
            snippets.push(entry?.path().join("js"));
        }
        let [bridge] = snippets.as_slice() else {
            bail!(
                "wasm-bindgen wrote snippets of {} crates, not of the bridge alone",
                snippets.len()
            );
        };
        let mut esbuild = Command::new(self.places.npm_bin("esbuild"));
        esbuild
            .current_dir(&self.places.repo)
            .arg("crates/web/js/instance.js")
            .args([
                "--bundle",
                "--format=iife",
                "--global-name=krait",
                "--target=es2022",
            ])
            .arg(format!("--alias:krait-glue={}", glue.display()))
            .arg(format!("--alias:krait-bridge={}", bridge.display()))
            // The default address of the wasm, which is never used: the loader passes a module.
            .args([
                "--define:import.meta.url=undefined",
                "--legal-comments=inline",
                "--log-level=warning",
            ])
            // wasm-bindgen imports a file once for each block that names it.
            .arg("--log-override:duplicate-object-key=silent")
            // The first line asks the browser to compile all of it beside the page's own thread: a start calls most.
            .arg("--banner:js=//# allFunctionsCalledOnLoad\nexport function prepare() {")
            .arg("--footer:js=return krait.instantiate;\n}\nexport const instantiate = (module, rest) => prepare()(module, rest);")
            .arg(format!("--outfile=pkg/{name}"))
            .args(
                profile
                    .esbuild
                    .iter()
                    .filter(|flag| !flag.contains("sourcemap")),
            );
        run::run(&mut esbuild)?;
        Ok(name)
    }
}
