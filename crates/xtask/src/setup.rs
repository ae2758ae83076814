//! `setup`: everything that a build or a test wants and that is not in the tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache::Places;
use crate::recipe::{Purpose, Recipe, Tool};
use crate::run::{self, Plan};
use crate::sysroot;
use crate::toolchain::{self, Toolchain};

/// How much is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Tools that only tests want.
    pub test: bool,
    /// A browser and its driver.
    pub browser: bool,
}

/// Does what is not done yet. With nothing to do it prints nothing.
pub fn setup(places: &Places, recipe: &Recipe, wanted: Wanted) -> Result<()> {
    let mut plan = Plan::default();
    if Toolchain::find(places, recipe).is_none() {
        plan.step(
            format!(
                "Rust {} for {}",
                recipe.toolchain.minimum_rust, recipe.toolchain.target
            ),
            || provide_toolchain(places, recipe),
        );
    }
    for (name, tool) in &recipe.tools {
        let needed = tool.purpose == Purpose::Build || wanted.test;
        if needed && !places.tool(name, &tool.version).join("bin").is_dir() {
            plan.step(
                format!("{name} {} (cargo install, some minutes)", tool.version),
                move || install_tool(places, recipe, name, tool),
            );
        }
    }
    if !npm_is_current(places) {
        plan.step("node modules (npm ci)", || install_npm(places));
    }
    if wanted.browser && (browser().is_none() || driver().is_none()) {
        plan.step("Chromium and its driver", || {
            sysroot::apt_install(&recipe.toolchain.browser_apt)?;
            if browser().is_none() || driver().is_none() {
                bail!(
                    "the packages are installed, but chromium or chromedriver is still not in PATH"
                );
            }
            Ok(())
        });
    }
    plan.run("setup")
}

/// rustup's way first, the distribution's where rustup cannot.
fn provide_toolchain(places: &Places, recipe: &Recipe) -> Result<()> {
    let wanted = &recipe.toolchain;
    for candidate in toolchain::candidates(recipe) {
        if candidate.rustup && candidate.new_enough && !candidate.has_target {
            let mut add = Command::new(candidate.bin.join("rustup"));
            match run::run(add.args(["target", "add", &wanted.target])) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    eprintln!("setup: {error:#}; taking the distribution's packages instead")
                }
            }
        }
    }
    sysroot::provide(places, recipe).with_context(|| {
        format!(
            "where rustup works, `rustup toolchain install stable && rustup target add {}` also helps",
            wanted.target
        )
    })
}

/// `cargo install` into a folder that gets its name when all is there.
fn install_tool(places: &Places, recipe: &Recipe, name: &str, tool: &Tool) -> Result<()> {
    let toolchain = Toolchain::require(places, recipe)?;
    let root = places.tool(name, &tool.version);
    let partial = root.with_file_name(format!(".{name}-{}-{}", tool.version, std::process::id()));
    let level = match tool.purpose {
        Purpose::Build => "1",
        Purpose::Test => "0",
    };
    let install = |locked: bool| -> Result<()> {
        let mut command = toolchain.command("cargo")?;
        command
            .args([
                "install",
                "--quiet",
                name,
                "--version",
                &tool.version,
                "--root",
            ])
            .arg(&partial)
            .env("CARGO_TARGET_DIR", partial.join("target"))
            // Optimising them takes three quarters of their compilation, and they run for seconds.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            // The workspace's flags are for the workspace.
            .current_dir(&places.cache);
        if locked {
            command.arg("--locked");
        }
        run::run(&mut command)
    };
    fs::create_dir_all(&partial)?;
    if let Err(error) = install(true) {
        // A tool's lock file can name a version that the registry does not offer; the tool's own requirements still hold.
        eprintln!("setup: {error:#}; trying again without the tool's lock file");
        install(false)?;
    }
    fs::remove_dir_all(partial.join("target"))?;
    if !root.exists() {
        fs::rename(&partial, &root)
            .with_context(|| format!("cannot move {name} into {}", root.display()))?;
    } else if root.join("bin").is_dir() {
        fs::remove_dir_all(&partial)?;
    } else {
        fs::remove_dir_all(&root)?;
        fs::rename(&partial, &root)?;
    }
    Ok(())
}

fn npm_marker(places: &Places) -> PathBuf {
    places.repo.join("node_modules").join(".krait-lock")
}

/// Whether `node_modules` was made from the lock file as it is now.
fn npm_is_current(places: &Places) -> bool {
    let lock = fs::read(places.repo.join("package-lock.json"));
    let seen = fs::read(npm_marker(places));
    matches!((lock, seen), (Ok(lock), Ok(seen)) if lock == seen)
}

fn install_npm(places: &Places) -> Result<()> {
    let Some(npm) = run::find_program("npm") else {
        bail!(
            "npm is missing: install Node.js 20 or newer, for instance with `apt-get install nodejs npm`"
        );
    };
    let mut command = Command::new(npm);
    command
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&places.repo);
    run::run(&mut command)?;
    fs::copy(places.repo.join("package-lock.json"), npm_marker(places))?;
    Ok(())
}

/// ruff of this machine, else one of the cache, which is made when Python can. Its version is part of the folder's name.
pub fn ruff(places: &Places) -> Option<PathBuf> {
    const VERSION: &str = "0.14.4";
    let environment = places.tool("ruff", VERSION);
    let program = environment.join("bin/ruff");
    if program.is_file() {
        return Some(program);
    }
    let python = run::find_program("python3")?;
    let made =
        run::output(Command::new(python).args(["-m", "venv"]).arg(&environment)).and_then(|_| {
            let mut pip = Command::new(environment.join("bin/pip"));
            run::output(pip.args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                &format!("ruff=={VERSION}"),
            ]))
        });
    if let Err(error) = made {
        eprintln!("setup: no ruff: {error:#}");
        let _ = fs::remove_dir_all(&environment);
    }
    program
        .is_file()
        .then_some(program)
        .or_else(|| run::find_program("ruff"))
}

/// A program named by a variable, else the first of some names in `PATH`.
fn named_or_found(variable: &str, names: &[&str]) -> Option<PathBuf> {
    match std::env::var_os(variable) {
        Some(path) if Path::new(&path).is_file() => Some(PathBuf::from(path)),
        _ => names.iter().find_map(|name| run::find_program(name)),
    }
}

/// The Chromium of this machine.
pub fn browser() -> Option<PathBuf> {
    named_or_found(
        "CHROMIUM",
        &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ],
    )
}

/// Its WebDriver.
pub fn driver() -> Option<PathBuf> {
    named_or_found("CHROMEDRIVER", &["chromedriver"])
}
