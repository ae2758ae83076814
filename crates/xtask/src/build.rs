//! `build`: the npm package in `pkg/`.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cache::Places;
use crate::compress;
use crate::kept;
use crate::names;
use crate::notices;
use crate::recipe::{Profile, Recipe};
use crate::run::{self, Plan};
use crate::stamp::{Inputs, Stamps};
use crate::suite::Suite;
use crate::toolchain::Toolchain;
use crate::{largest, outline, shares, split, train};

/// What a build works with.
pub struct Build<'a> {
    /// Paths.
    pub places: &'a Places,
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The compiler.
    pub toolchain: &'a Toolchain,
    /// The cargo profile.
    pub profile: &'a str,
    /// The hash of what is compiled from Rust, and of what its products are made with besides.
    inputs: OnceCell<String>,
}

/// Sources of everything that is compiled from Rust; xtask's own are apart.
const RUST_INPUTS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "wasm-pack.toml",
    "package-lock.json",
    "crates/xtask/src/build.rs",
    "crates/xtask/src/glue.rs",
    "crates/xtask/src/largest.rs",
    "crates/xtask/src/names.rs",
    "crates/xtask/src/outline",
    "crates/xtask/src/split",
    "crates/xtask/training",
    "crates/xtask/web/image.mjs",
    "crates/xtask/web/train.mjs",
    "crates/xtask/web/training-world.mjs",
];

/// The archive that the image is made with, and those that are fetched when something asks for what the image lacks.
const BOOT: &str = "krait-boot.bin";
const PARTS: &[&str] = &[
    "krait-core.bin",
    "krait-std.bin",
    "krait-sources.bin",
    NAMES,
];
/// The archive of the names of characters.
pub const NAMES: &str = "krait-names.bin";
/// The modules with what few programs use.
const REST: &str = "krait-rest.bin";
/// The glue, as Node imports it.
const GLUE: &str = "instantiate.mjs";
/// The module with the image, before it is split.
pub const BOOTED: &str = "booted.wasm";
/// The same, noting which functions are entered, and those that the training programs entered.
pub const COUNTING: &str = "counting.wasm";
/// Pieces of data that are smaller are not worth a look.
const PIECE: u32 = 8192;
/// See [`COUNTING`].
pub const ENTERED: &str = "entered.txt";
/// How often the parts of large functions ran there.
const RAN: &str = "ran.txt";
const CODECS: &str = "krait-codecs.bin";
/// SQLite: the module of the npm package that `wasm-pack.toml` names, and that of the crate that works it.
const SQLITE: &str = "krait-sqlite.bin";

/// Where the steps from the compiled module to the one that ships put what they make.
pub struct Made {
    /// What the next step wants.
    pub between: PathBuf,
    /// What ships.
    pub pkg: PathBuf,
}

impl<'a> Build<'a> {
    /// A build of what is tested.
    pub fn of(suite: &Suite<'a>) -> Self {
        Self::new(suite.places, suite.recipe, suite.toolchain, suite.profile)
    }

    /// A build with a cargo profile.
    pub fn new(
        places: &'a Places,
        recipe: &'a Recipe,
        toolchain: &'a Toolchain,
        profile: &'a str,
    ) -> Self {
        Self {
            places,
            recipe,
            toolchain,
            profile,
            inputs: OnceCell::new(),
        }
    }

    /// Builds what is not built yet. With nothing to do it prints nothing.
    pub fn run(&self) -> Result<()> {
        let profile = self.recipe.profile(self.profile)?;
        let pkg = self.places.pkg();
        fs::create_dir_all(&pkg)?;
        let rust = self.inputs()?.to_owned();
        let made = self.made_folder()?;
        let script = self.script_inputs(profile)?;

        let stamps = std::cell::RefCell::new(Stamps::read(&pkg));
        let mut plan = Plan::default();
        let once =
            |step: &str, inputs: &str, work: &dyn Fn() -> Result<Vec<String>>| -> Result<()> {
                let old = stamps.borrow().products(step);
                stamps.borrow_mut().forget(step)?;
                let products = work()?;
                // What is no longer made would stay.
                for name in old.iter().filter(|name| !products.contains(name)) {
                    let _ = fs::remove_file(pkg.join(name));
                    let _ = fs::remove_file(pkg.join(format!("{name}.br")));
                }
                stamps.borrow_mut().done(step, inputs.to_owned(), &products)
            };
        let todo = |step: &str, inputs: &str| !stamps.borrow().is_current(step, inputs);
        if (todo("wasm", &rust) || todo("split", &rust))
            && let Some(products) = kept::take(&made, &pkg)?
        {
            for (step, names) in products {
                stamps.borrow_mut().done(&step, rust.clone(), &names)?;
            }
        }
        let wasm = todo("wasm", &rust) || !kept::is_whole(&made);
        if wasm {
            plan.step(format!("WebAssembly ({})", self.profile), || {
                once("wasm", &rust, &|| self.wasm(profile))
            });
        }
        let library = wasm || todo("library", &rust);
        if library {
            plan.step("library archives", || {
                once("library", &rust, &|| self.library())
            });
        }
        if library || todo("image", &rust) {
            plan.step("image of the booted memory", || {
                once("image", &rust, &|| self.image(&self.made()?))
            });
        }
        if library || todo("split", &rust) {
            plan.step("split of the WebAssembly", || {
                once("split", &rust, &|| self.split(&self.made()?))
            });
        }
        if todo("sqlite", &rust) {
            plan.step("SQLite", || once("sqlite", &rust, &|| self.sqlite(profile)));
        }
        if todo("script", &script) || wasm {
            plan.step("TypeScript", || {
                once("script", &script, &|| self.script(profile))
            });
        }
        if todo("notices", &rust) {
            plan.step("third-party notices", || {
                once("notices", &rust, &|| self.notices())
            });
        }
        plan.run("build")?;
        if !kept::is_whole(&made) {
            let products: BTreeMap<_, _> = kept::STEPS
                .iter()
                .map(|&step| (step.to_owned(), stamps.borrow().products(step)))
                .collect();
            kept::keep(&made, &pkg, &products)?;
        }

        let mut files = Vec::new();
        for step in [
            "wasm", "library", "image", "split", "sqlite", "script", "notices",
        ] {
            files.extend(stamps.borrow().products(step));
        }
        let package = &self.recipe.package;
        self.manifest(&pkg, &package.name, &package.description, &files)?;
        let cache = self.places.cache.join("brotli");
        compress::siblings(
            &pkg,
            &cache,
            &files,
            profile.brotli,
            &mut stamps.borrow_mut(),
        )?;
        self.flavours(profile, &script, &files)
    }

    fn inputs(&self) -> Result<&str> {
        if let Some(inputs) = self.inputs.get() {
            return Ok(inputs);
        }
        let inputs = self.rust_inputs(self.recipe.profile(self.profile)?)?;
        Ok(self.inputs.get_or_init(|| inputs))
    }

    /// Where what lies between the sources and the package is, of these sources and no others.
    pub(crate) fn made_folder(&self) -> Result<PathBuf> {
        Ok(kept::folder(
            &self.places.cache,
            self.profile,
            self.inputs()?,
        ))
    }

    /// The module as it was compiled, with the linker's map beside it.
    pub(crate) fn compiled(&self) -> Result<PathBuf> {
        Ok(self.made_folder()?.join("compiled.wasm"))
    }

    fn rust_inputs(&self, profile: &Profile) -> Result<String> {
        let mut inputs = Inputs::default();
        inputs
            .word(self.profile)
            .word(&self.toolchain.target_dir.to_string_lossy())
            .word(&format!("{profile:?}"));
        for name in RUST_INPUTS {
            inputs.path(&self.places.repo, name)?;
        }
        let mut crates: Vec<_> =
            fs::read_dir(self.places.repo.join("crates"))?.collect::<std::io::Result<_>>()?;
        crates.sort_by_key(fs::DirEntry::file_name);
        for entry in crates {
            let name = entry.file_name();
            if name == "xtask" {
                continue;
            }
            let mut parts: Vec<_> = fs::read_dir(entry.path())?.collect::<std::io::Result<_>>()?;
            parts.sort_by_key(fs::DirEntry::file_name);
            for part in parts {
                // Tests of a crate are not part of what ships.
                let part = part.file_name();
                if !["tests", "examples", "benches", "target"]
                    .iter()
                    .any(|other| part == *other)
                {
                    let path = Path::new("crates").join(&name).join(part);
                    inputs.path(&self.places.repo, &path.to_string_lossy())?;
                }
            }
        }
        Ok(inputs.finish())
    }

    fn script_inputs(&self, profile: &Profile) -> Result<String> {
        let mut inputs = Inputs::default();
        inputs.word(&format!("{:?}", profile.esbuild));
        for name in [
            "www/src",
            "tsconfig.json",
            "tsconfig.pkg.json",
            "package-lock.json",
            "wasm-pack.toml",
        ] {
            inputs.path(&self.places.repo, name)?;
        }
        Ok(inputs.finish())
    }

    fn cargo(&self) -> Result<Command> {
        let mut cargo = self.toolchain.command("cargo")?;
        cargo.current_dir(&self.places.repo);
        Ok(cargo)
    }

    fn wasm(&self, profile: &Profile) -> Result<Vec<String>> {
        let (package, target) = (&self.recipe.package, &self.recipe.toolchain.target);
        let mut cargo = self.cargo()?;
        cargo.args([
            "build",
            "--locked",
            "--profile",
            self.profile,
            "--target",
            target,
            "-p",
            &package.krate,
        ]);
        if profile.same_everywhere {
            cargo.args(self.toolchain.same_everywhere(self.recipe));
        }
        run::run(&mut cargo)?;
        let compiled = self.toolchain.module(self.recipe, self.profile);
        let glue = self.made_folder()?;
        // What a build that broke off has left.
        let _ = fs::remove_dir_all(&glue);
        fs::create_dir_all(&glue)?;
        let copy = self.compiled()?;
        fs::copy(&compiled, &copy)?;
        fs::copy(compiled.with_extension("map"), copy.with_extension("map"))?;
        let mut bindgen = self.toolchain.command("wasm-bindgen")?;
        bindgen
            .args(["--target", "web", "--no-typescript"])
            .args(["--out-name", &package.out_name, "--out-dir"])
            .arg(&glue);
        run::run(bindgen.args(&profile.wasm_bindgen).arg(compiled))?;
        Ok(vec![self.glue(profile)?])
    }

    /// Where the wasm is put together, and where it goes.
    pub(crate) fn made(&self) -> Result<Made> {
        Ok(Made {
            between: self.made_folder()?,
            pkg: self.places.pkg(),
        })
    }

    /// The linker's map of the wasm.
    fn map(&self) -> Result<PathBuf> {
        Ok(self.compiled()?.with_extension("map"))
    }

    /// The wasm that ships: its memory begins as that of a session which has booted.
    pub(crate) fn image(&self, to: &Made) -> Result<Vec<String>> {
        let name = &self.recipe.package.out_name;
        let made = self.made_folder()?;
        // Node takes it for a module by its name.
        let glue = to.between.join(GLUE);
        fs::copy(self.places.pkg().join(format!("{name}.js")), &glue)?;
        let mut node = Command::new("node");
        node.arg(self.places.repo.join("crates/xtask/web/image.mjs"))
            .args([made.join(format!("{name}_bg.wasm")), glue, made.join(BOOT)])
            .arg(self.map()?)
            .args([to.between.join(BOOTED), to.pkg.join(CODECS)]);
        run::run(&mut node)?;
        Ok(vec![CODECS.to_owned()])
    }

    /// The module that every page downloads, and those with what few programs use.
    pub(crate) fn split(&self, to: &Made) -> Result<Vec<String>> {
        let booted = fs::read(to.between.join(BOOTED))?;
        let (counting, entered) = (to.between.join(COUNTING), to.between.join(ENTERED));
        let ran = to.between.join(RAN);
        fs::write(&counting, split::counted(&outline::noted(&booted)?)?)?;
        let web = self.places.repo.join("crates/xtask");
        let mut node = Command::new("node");
        node.arg(web.join("web/train.mjs"))
            .args([counting, to.between.join(GLUE)])
            .args([&self.places.pkg(), &web.join("training"), &entered, &ran]);
        run::run(&mut node)?;
        let (booted, cut) = outline::outlined(&booted, &outline::counts(&ran)?)?;
        println!("outline: {cut}");
        let mut pages = train::pages_enter(&self.places.repo)?;
        let widened = split::widen(&mut pages, &booted)?;
        if widened > 0 {
            println!(
                "split: {widened} names of {} had other hashes in another build, so all functions of those names are at hand; \
                 `cargo xtask train` finds out anew which are wanted",
                train::PAGES
            );
        }
        let stays = |name: &str, hash: Option<&str>| {
            self.stays(name)
                || outline::is_part(name)
                || pages.get(name).is_some_and(|hashes| {
                    hashes.is_empty() || hash.is_some_and(|hash| hashes.contains(hash))
                })
        };
        let map = self.map()?;
        let map =
            fs::read_to_string(&map).with_context(|| format!("cannot read {}", map.display()))?;
        let parts = split::split(
            &booted,
            &split::Choice {
                entered: &split::places(&entered)?,
                stays: &stays,
                leaves: &self.recipe.split.leaves,
                pieces: &largest::places(&map, PIECE),
                late: &self.recipe.split.late,
            },
        )?;
        println!("split: {}", parts.summary);
        let name = format!("{}_bg.wasm", self.recipe.package.out_name);
        fs::write(to.pkg.join(&name), parts.first)?;
        fs::write(to.pkg.join(REST), split::file(&parts.rest)?)?;
        Ok(vec![name, REST.to_owned()])
    }

    /// Whether the recipe has a function stay in the first module.
    pub fn stays(&self, name: &str) -> bool {
        let split = &self.recipe.split;
        let owner = shares::owner(name);
        let (path, _) = name.split_once('<').unwrap_or((name, ""));
        let lasts = [path.rsplit("::").next(), name.rsplit("::").next()];
        split.stays.iter().any(|stays| stays == owner)
            || split
                .stays_everywhere
                .iter()
                .any(|stays| lasts.contains(&Some(stays)))
    }

    /// SQLite's module and ours beside it, in one file: "KRSQLITE", u32 length of the first, both.
    fn sqlite(&self, profile: &Profile) -> Result<Vec<String>> {
        let mut cargo = self.cargo()?;
        cargo.args(["build", "--locked", "--profile", self.profile, "--target"]);
        cargo.args([&self.recipe.toolchain.target, "-p", "krait-sqlite"]);
        if profile.same_everywhere {
            cargo.args(self.toolchain.same_everywhere(self.recipe));
        }
        run::run(&mut cargo)?;
        let ours = self
            .toolchain
            .module(self.recipe, self.profile)
            .with_file_name("krait_sqlite.wasm");
        let ours = self.optimised(profile, &ours)?;
        let theirs = self.places.repo.join(&self.recipe.package.sqlite);
        let read =
            |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let theirs = without_custom_sections(&read(&theirs)?)?;
        let mut file = b"KRSQLITE".to_vec();
        file.extend(u32::try_from(theirs.len())?.to_le_bytes());
        file.extend(theirs);
        file.extend(without_custom_sections(&read(&ours)?)?);
        fs::write(self.places.pkg().join(SQLITE), file)?;
        Ok(vec![SQLITE.to_owned()])
    }

    /// What binaryen's wasm-opt makes of a module.
    fn optimised(&self, profile: &Profile, module: &Path) -> Result<PathBuf> {
        if profile.wasm_opt.is_empty() {
            return Ok(module.to_owned());
        }
        let name = module.file_name().context("a module without a name")?;
        let optimised = self.made_folder()?.join(name);
        let mut wasm_opt = Command::new(self.places.npm_bin("wasm-opt"));
        wasm_opt.args(&profile.wasm_opt).arg(module);
        run::run(wasm_opt.arg("-o").arg(&optimised))?;
        Ok(optimised)
    }

    fn library(&self) -> Result<Vec<String>> {
        let mut cargo = self.cargo()?;
        cargo
            .args([
                "run",
                "--locked",
                "-p",
                "krait-pylib",
                "--bin",
                "krait-library",
                "--features",
                "builder",
                "--",
                "--out",
            ])
            .arg(self.made_folder()?);
        run::run(&mut cargo)?;
        let made = self.made_folder()?;
        fs::write(made.join(NAMES), names::table())?;
        for name in PARTS {
            fs::copy(made.join(name), self.places.pkg().join(name))?;
        }
        Ok(PARTS.iter().map(|&name| name.to_owned()).collect())
    }

    fn script(&self, profile: &Profile) -> Result<Vec<String>> {
        let pkg = self.places.pkg();
        let entries = self.recipe.package.entries();
        let mut products = self.bundle(profile, &entries, &pkg, &[])?;

        let mut tsc = Command::new(self.places.npm_bin("tsc"));
        run::run(
            tsc.args(["--project", "tsconfig.pkg.json"])
                .current_dir(&self.places.repo),
        )?;
        let mut sources = Vec::new();
        crate::stamp::list(&self.places.repo.join("www/src"), &mut sources)?;
        for source in sources {
            let name = relative(&self.places.repo.join("www/src"), &source)?;
            let types = format!("{}.d.ts", name.trim_end_matches(".ts"));
            if name.ends_with(".d.ts") {
                fs::copy(&source, pkg.join(&name))?;
                products.push(name);
            } else if name.ends_with(".ts") && pkg.join(&types).is_file() {
                products.push(types);
            }
        }
        Ok(products)
    }

    fn notices(&self) -> Result<Vec<String>> {
        let text = notices::collect(self.cargo()?, self.recipe)?;
        fs::write(self.places.pkg().join("THIRD-PARTY.txt"), text)?;
        fs::copy(
            self.places.repo.join("LICENSE"),
            self.places.pkg().join("LICENSE"),
        )?;
        Ok(vec!["THIRD-PARTY.txt".into(), "LICENSE".into()])
    }
}

/// A module without what only tools read: names of functions, who produced it.
fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    let cut = "a WebAssembly module is cut off";
    let (head, mut rest) = module.split_at_checked(8).context(cut)?;
    anyhow::ensure!(head == b"\0asm\x01\0\0\0", "this is no WebAssembly module");
    let mut kept = head.to_vec();
    while let Some(id) = rest.first() {
        let (mut length, mut at) = (0_usize, 1);
        loop {
            let byte = *rest.get(at).context(cut)?;
            length |= usize::from(byte & 0x7f) << (7 * (at - 1));
            at += 1;
            if byte & 0x80 == 0 {
                break;
            }
            anyhow::ensure!(at <= 5, "a length in a WebAssembly module is too long");
        }
        let (section, after) = rest.split_at_checked(at + length).context(cut)?;
        if *id != 0 {
            kept.extend(section);
        }
        rest = after;
    }
    Ok(kept)
}

fn relative(root: &Path, file: &Path) -> Result<String> {
    let path = file
        .strip_prefix(root)
        .with_context(|| format!("{} is not below {}", file.display(), root.display()))?;
    Ok(path.to_string_lossy().into_owned())
}
