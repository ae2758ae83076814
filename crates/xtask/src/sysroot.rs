//! The distribution's Rust for the browser: its packages, and the standard library that they bring only as source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache::Places;
use crate::recipe::Recipe;
use crate::run;
use crate::toolchain::{self, Candidate};

/// Where the distribution puts its programs.
const DISTRIBUTION_BIN: &str = "/usr/bin";

/// Installs packages of the distribution, or names the command that does.
pub fn apt_install(packages: &[String]) -> Result<()> {
    let by_hand = format!("apt-get install {}", packages.join(" "));
    if run::find_program("apt-get").is_none() {
        bail!(
            "missing: {}; install them with this system's package manager",
            packages.join(", ")
        );
    }
    let Some(mut install) = run::as_root("apt-get") else {
        bail!("missing packages; as root run `{by_hand}`, then try again");
    };
    install
        .args(["install", "--yes", "--no-install-recommends", "-qq"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    if run::run(&mut install).is_ok() {
        return Ok(());
    }
    // The list of packages may be older than what the server holds.
    apt_update()?;
    run::run(&mut install).with_context(|| format!("as root run `{by_hand}`, then try again"))
}

/// Asks the server what it holds by now.
fn apt_update() -> Result<()> {
    run::as_root("apt-get").map_or(Ok(()), |mut update| {
        run::run(update.args(["update", "-qq"]))
    })
}

/// Packages, then the standard library.
pub fn provide(places: &Places, recipe: &Recipe) -> Result<()> {
    let installed = |recipe: &Recipe| -> Option<Candidate> {
        toolchain::candidates(recipe)
            .into_iter()
            .find(|candidate| candidate.bin == Path::new(DISTRIBUTION_BIN) && candidate.new_enough)
    };
    let has_linker = run::find_program(&recipe.toolchain.linker).is_some();
    if installed(recipe).is_none() || !has_linker {
        apt_install(&recipe.toolchain.apt)?;
    }
    if installed(recipe).is_none() {
        // An old list still leads to old packages.
        apt_update()?;
        apt_install(&recipe.toolchain.apt)?;
    }
    let candidate = installed(recipe).with_context(|| {
        format!(
            "the distribution's Rust is older than {}",
            recipe.toolchain.minimum_rust
        )
    })?;
    if !candidate.has_target {
        build_std(places, recipe, &candidate)?;
    }
    verify(places, recipe, &candidate)
}

/// Compiles the standard library from an empty crate and puts it where the compiler looks for it.
fn build_std(places: &Places, recipe: &Recipe, candidate: &Candidate) -> Result<()> {
    let target = &recipe.toolchain.target;
    let seed = places.cache.join("sysroot").join(candidate.key());
    fs::create_dir_all(seed.join("src"))?;
    fs::write(
        seed.join("Cargo.toml"),
        "[package]\nname = \"sysroot-seed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    fs::write(seed.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = Command::new(candidate.bin.join("cargo"));
    cargo
        .args([
            "build",
            "--quiet",
            "--release",
            "--target",
            target,
            "-Zbuild-std=std,panic_abort,test",
        ])
        .current_dir(&seed)
        .env("RUSTC", candidate.bin.join("rustc"))
        .env("CARGO_TARGET_DIR", seed.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode, link-time optimisation of the release stops.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    run::run(&mut cargo)?;
    copy_libraries(
        &seed.join("target").join(target).join("release/deps"),
        &candidate.target_lib,
    )?;
    fs::remove_dir_all(seed.join("target"))?;
    Ok(())
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let library = name.ends_with(".rlib") || name.ends_with(".rmeta");
        if library && !name.starts_with("libsysroot_seed") {
            files.push(path);
        }
    }
    if fs::create_dir_all(to).is_ok()
        && files
            .iter()
            .try_for_each(|file| copy_into(file, to))
            .is_ok()
    {
        return Ok(());
    }
    let Some(mut mkdir) = run::as_root("mkdir") else {
        bail!(
            "as root run `mkdir -p {0} && cp {1}/*.rlib {1}/*.rmeta {0}`, then try again",
            to.display(),
            from.display()
        );
    };
    run::run(mkdir.arg("-p").arg(to))?;
    if let Some(mut copy) = run::as_root("cp") {
        run::run(copy.args(&files).arg(to))?;
    }
    Ok(())
}

fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a library without a name")?;
    fs::copy(file, folder.join(name))?;
    Ok(())
}

/// Compiles a few lines with link-time optimisation: a library that is there but unfit shows here, with a clear place.
fn verify(places: &Places, recipe: &Recipe, candidate: &Candidate) -> Result<()> {
    let dir = places.cache.join("sysroot");
    fs::create_dir_all(&dir)?;
    let source = dir.join("probe.rs");
    fs::write(
        &source,
        "#[unsafe(no_mangle)]\npub extern \"C\" fn probe(n: usize) -> usize {\n    (0..n).map(|i| i.to_string()).collect::<String>().len()\n}\n",
    )?;
    let mut rustc = Command::new(candidate.bin.join("rustc"));
    rustc
        .args([
            "--edition=2024",
            "--crate-type=cdylib",
            "-Cpanic=abort",
            "-Clto=fat",
            "-Copt-level=1",
        ])
        .args(["--target", &recipe.toolchain.target])
        .arg(format!("-Clinker={}", recipe.toolchain.linker))
        .arg("-o")
        .arg(dir.join("probe.wasm"))
        .arg(&source);
    run::run(&mut rustc).with_context(|| {
        format!(
            "the standard library in {} does not link; remove that folder and try again",
            candidate.target_lib.display()
        )
    })
}
