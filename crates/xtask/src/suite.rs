//! `test` and `bless`: the stages, run one after the other; a failed one does not stop the rest.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::build;
use crate::cache::{Places, claim};
use crate::layering;
use crate::names;
use crate::recipe::Recipe;
use crate::run;
use crate::setup::{self, Wanted};
use crate::tally::Tally;
use crate::toolchain::Toolchain;

/// A part of the test run that can be asked for by name.
pub struct Stage {
    /// Its name on the command line.
    pub name: &'static str,
    /// One line for the usage text.
    pub about: &'static str,
    /// What it wants to be there.
    needs: Needs,
    run: fn(&Suite<'_>, &Selection, &mut Tally) -> Result<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Toolchain,
    Tools,
    Browser,
    Package,
}

/// All stages, the quick ones first.
pub const STAGES: &[Stage] = &[
    Stage {
        name: "layering",
        about: "which crate may use which",
        needs: Needs::Toolchain,
        run: layering_stage,
    },
    Stage {
        name: "fmt",
        about: "rustfmt --check",
        needs: Needs::Toolchain,
        run: fmt,
    },
    Stage {
        name: "types",
        about: "TypeScript, without output",
        needs: Needs::Toolchain,
        run: types,
    },
    Stage {
        name: "ruff",
        about: "Python sources: errors, style, format",
        needs: Needs::Toolchain,
        run: ruff,
    },
    Stage {
        name: "licences",
        about: "cargo-deny",
        needs: Needs::Tools,
        run: licences,
    },
    Stage {
        name: "xtask",
        about: "xtask's own tests and lints",
        needs: Needs::Toolchain,
        run: xtask,
    },
    Stage {
        name: "harness",
        about: "tests of the test tools",
        needs: Needs::Toolchain,
        run: harness,
    },
    Stage {
        name: "clippy",
        about: "clippy, natively and for the browser",
        needs: Needs::Toolchain,
        run: clippy,
    },
    Stage {
        name: "native",
        about: "unit and integration tests of all crates",
        needs: Needs::Toolchain,
        run: native,
    },
    Stage {
        name: "doc",
        about: "examples in the documentation",
        needs: Needs::Toolchain,
        run: doc,
    },
    Stage {
        name: "wasm",
        about: "wasm-pack test in Chromium",
        needs: Needs::Browser,
        run: wasm,
    },
    Stage {
        name: "again",
        about: "image and split of the wasm, made a second time, are the same",
        needs: Needs::Package,
        run: again,
    },
    Stage {
        name: "pages",
        about: "tests/pages in Chromium against pkg/",
        needs: Needs::Package,
        run: pages,
    },
    Stage {
        name: "python",
        about: "tests/python in Chromium against pkg/",
        needs: Needs::Package,
        run: python,
    },
    Stage {
        name: "counts",
        about: "what small programs cost at the boundary, against tests/counts.snap",
        needs: Needs::Package,
        run: counts,
    },
    Stage {
        name: "stdlib",
        about: "which modules of the standard library work, against docs/stdlib.md",
        needs: Needs::Package,
        run: stdlib,
    },
    Stage {
        name: "files",
        about: "tests/files: mounts in several tabs of one browser",
        needs: Needs::Package,
        run: files,
    },
    Stage {
        name: "limits",
        about: "what overflows stacks and memory, as the loop of a page meets it (release)",
        needs: Needs::Package,
        run: limits,
    },
    Stage {
        name: "package",
        about: "the npm package in a Vite project and in a plain page",
        needs: Needs::Package,
        run: package,
    },
];

/// What the stages work with.
pub struct Suite<'a> {
    /// Paths.
    pub places: &'a Places,
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The compiler.
    pub toolchain: &'a Toolchain,
    /// The cargo profile that the package is built with.
    pub profile: &'a str,
}

/// Which stages and which tests.
pub struct Selection {
    stages: Vec<&'static Stage>,
    filter: Option<String>,
    bless: bool,
}

impl Selection {
    /// Words that name a stage choose it; one more word is a filter.
    pub fn from_words(words: &[String], bless: bool) -> Result<Self> {
        let mut stages: Vec<&'static Stage> = Vec::new();
        let mut filter = None;
        for word in words {
            match STAGES.iter().find(|stage| stage.name == word) {
                Some(stage) => stages.push(stage),
                None if filter.is_none() => filter = Some(word.clone()),
                None => anyhow::bail!(
                    "two filters: {:?} and {word:?}; one is possible",
                    filter.unwrap_or_default()
                ),
            }
        }
        if bless {
            stages = STAGES
                .iter()
                .filter(|stage| ["pages", "counts", "stdlib"].contains(&stage.name))
                .collect();
        } else if stages.is_empty() && filter.is_some() {
            stages = STAGES
                .iter()
                .filter(|stage| ["native", "wasm", "pages", "python"].contains(&stage.name))
                .collect();
        } else if stages.is_empty() {
            stages = STAGES.iter().collect();
        }
        Ok(Self {
            stages,
            filter,
            bless,
        })
    }

    /// Whether `pkg/` has to be there.
    pub fn wants_package(&self) -> bool {
        self.stages
            .iter()
            .any(|stage| stage.needs == Needs::Package)
    }

    /// Whether all stages run.
    pub fn wants_everything(&self) -> bool {
        self.stages.len() == STAGES.len()
    }

    /// What set-up has to bring.
    pub fn wanted(&self) -> Wanted {
        let any = |needs: &[Needs]| self.stages.iter().any(|stage| needs.contains(&stage.needs));
        Wanted {
            test: any(&[Needs::Tools, Needs::Browser]),
            browser: any(&[Needs::Browser, Needs::Package]),
        }
    }
}

/// Runs the stages and ends with one line `N passed, N failed`.
pub fn run(suite: &Suite<'_>, selection: &Selection) -> Result<ExitCode> {
    let mut tally = Tally::default();
    let start = Instant::now();
    for (index, stage) in selection.stages.iter().enumerate() {
        let elapsed = run::seconds(start.elapsed().as_secs_f32());
        println!(
            "test [{}/{}, {elapsed}] {}: {}",
            index + 1,
            selection.stages.len(),
            stage.name,
            stage.about
        );
        if let Err(error) = (stage.run)(suite, selection, &mut tally) {
            println!("{}: {error:#}", stage.name);
            tally.check(stage.name, false);
        }
    }
    if !tally.failures.is_empty() {
        println!("failed: {}", tally.failures.join(", "));
    }
    println!(
        "{} passed, {} failed in {}",
        tally.passed,
        tally.failed,
        run::seconds(start.elapsed().as_secs_f32())
    );
    Ok(if tally.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Suite<'_> {
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<Command> {
        let mut cargo = self.toolchain.command("cargo")?;
        cargo.args(arguments).current_dir(&self.places.repo);
        Ok(cargo)
    }

    /// The folder of the archives that native sessions boot from; `pkg/` has no boot archive, since that is in the image.
    fn library(&self) -> Result<PathBuf> {
        let folder = self.toolchain.target_dir.join("library");
        std::fs::create_dir_all(&folder)?;
        let mut cargo = self.cargo(&["run", "--locked", "--quiet", "-p", "krait-pylib"])?;
        cargo.args(["--features", "builder", "--bin", "krait-library", "--"]);
        run::run(cargo.arg("--out").arg(&folder))?;
        std::fs::write(folder.join(build::NAMES), names::table())?;
        Ok(folder)
    }

    fn node(&self, script: &str) -> Result<Command> {
        let program =
            run::find_program("node").context("node is missing: install Node.js 20 or newer")?;
        let mut command = Command::new(program);
        command
            .arg(script)
            .env("KRAIT_PROFILE", self.profile)
            .current_dir(&self.places.repo);
        if let Some(browser) = setup::browser() {
            command.env("CHROMIUM", browser);
        }
        Ok(command)
    }

    fn npm(&self, program: &str) -> Command {
        let mut command = Command::new(self.places.npm_bin(program));
        command.current_dir(&self.places.repo);
        command
    }
}

fn layering_stage(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    let breaches = layering::check(&|| suite.cargo(&[]), &suite.recipe.toolchain.target)?;
    for breach in &breaches {
        println!("layering: {breach}");
    }
    tally.check("layering", breaches.is_empty());
    Ok(())
}

fn fmt(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    tally.one("fmt", &mut suite.cargo(&["fmt", "--all", "--check"])?);
    tally.one(
        "fmt of xtask",
        &mut suite.cargo(&[
            "fmt",
            "--check",
            "--manifest-path",
            "crates/xtask/Cargo.toml",
        ])?,
    );
    Ok(())
}

fn types(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    tally.one(
        "types",
        suite
            .npm("tsc")
            .args(["--noEmit", "--project", "tsconfig.json"]),
    );
    tally.one(
        "types of the bridge",
        suite
            .npm("tsc")
            .args(["--noEmit", "--project", "crates/bridge/js/tsconfig.json"]),
    );
    Ok(())
}

fn ruff(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    let Some(ruff) = setup::ruff(suite.places) else {
        println!("ruff: not run, it is not installed and Python has no `venv` to install it with");
        return Ok(());
    };
    tally.one(
        "ruff check",
        Command::new(&ruff)
            .args(["check", "--quiet", "."])
            .current_dir(&suite.places.repo),
    );
    tally.one(
        "ruff format",
        Command::new(&ruff)
            .args(["format", "--quiet", "--check", "."])
            .current_dir(&suite.places.repo),
    );
    Ok(())
}

fn licences(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    let mut deny = suite.toolchain.command("cargo-deny")?;
    deny.args([
        "--locked",
        "--log-level",
        "warn",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]);
    tally.one("licences", deny.current_dir(&suite.places.repo));
    Ok(())
}

fn xtask(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    let manifest = ["--manifest-path", "crates/xtask/Cargo.toml"];
    let target = suite.places.cache.join("xtask");
    claim(&target, &suite.places.repo, "xtask-")?;
    let mut test = suite.cargo(&["test", "--quiet", "--locked"])?;
    tally.many(
        "xtask",
        test.args(manifest).env("CARGO_TARGET_DIR", &target),
    )?;
    let mut clippy = suite.cargo(&["clippy", "--quiet", "--locked", "--all-targets"])?;
    tally.one(
        "clippy of xtask",
        clippy
            .args(manifest)
            .args(["--", "-D", "warnings"])
            .env("CARGO_TARGET_DIR", &target),
    );
    Ok(())
}

fn harness(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    tally.many("harness", &mut suite.node("tests/support/selftest.mjs")?)?;
    let mut node = suite.node("--test")?;
    tally.one(
        "tests of the benchmark",
        node.args(["--test-reporter=dot", "tests/bench/bench.test.mjs"]),
    );
    tally.one(
        "types of the benchmark",
        suite
            .npm("tsc")
            .args(["--noEmit", "--project", "tests/bench"]),
    );
    Ok(())
}

fn clippy(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    let mut native = suite.cargo(&[
        "clippy",
        "--quiet",
        "--locked",
        "--workspace",
        "--all-targets",
    ])?;
    tally.one("clippy", native.args(["--", "-D", "warnings"]));
    let mut browser =
        suite.cargo(&["clippy", "--quiet", "--locked", "--all-targets", "--target"])?;
    browser.arg(&suite.recipe.toolchain.target);
    for name in suite.above_the_line()? {
        browser.args(["-p", &name]);
    }
    tally.one(
        "clippy for the browser",
        browser.args(["--", "-D", "warnings"]),
    );
    Ok(())
}

fn native(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    let library = suite.library()?;
    let mut cargo = suite.cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--no-fail-fast",
    ])?;
    cargo.env("KRAIT_LIBRARY", library);
    cargo.arg("--").args(&selection.filter);
    tally.many("native", &mut cargo)
}

fn doc(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    let library = suite.library()?;
    let mut cargo = suite.cargo(&["test", "--locked", "--workspace", "--doc", "--no-fail-fast"])?;
    cargo.env("KRAIT_LIBRARY", library);
    cargo.arg("--").args(&selection.filter);
    tally.many("doc", &mut cargo)
}

fn wasm(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    let driver = setup::driver()
        .context("chromedriver is missing: run `cargo xtask setup --with-browser`")?;
    for (name, folder) in suite.browser_crates()? {
        let mut pack = suite.toolchain.command("wasm-pack")?;
        pack.args([
            "test",
            "--headless",
            "--chrome",
            "--mode",
            "no-install",
            "--chromedriver",
        ])
        .arg(&driver)
        .arg(&folder);
        // The quick profile: the interpreter does not load unoptimised, and link-time optimisation takes
        // minutes. wasm-pack passes on to cargo what stands behind the folder.
        pack.args(["--locked", "--profile", "quick"])
            .args(&selection.filter);
        pack.current_dir(&suite.places.repo)
            .env(
                "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
                suite.places.repo.join("tests/webdriver.json"),
            )
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        tally.many(&format!("wasm {name}"), &mut pack)?;
    }
    Ok(())
}

fn again(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    let differing = build::Build::of(suite).again(&suite.places.repo.join("tests/out/again"))?;
    for what in &differing {
        println!("again: {what}");
    }
    tally.check("again", differing.is_empty());
    Ok(())
}

fn pages(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    let mut node = suite.node("tests/pages/run.mjs")?;
    if selection.bless {
        node.arg("--bless");
    }
    tally.many("pages", node.args(&selection.filter))
}

fn files(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    tally.many(
        "files",
        suite.node("tests/files/run.mjs")?.args(&selection.filter),
    )
}

fn python(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    tally.many(
        "python",
        suite.node("tests/python/run.mjs")?.args(&selection.filter),
    )
}

/// Frames are larger in other profiles, so that only the release says where a stack ends.
fn limits(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    if suite.profile != "release" {
        println!("limits: left out, the package is {}", suite.profile);
        return Ok(());
    }
    let mut node = suite.node("tests/limits/run.mjs")?;
    tally.many("limits", node.arg("--some"))
}

fn counts(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    let mut node = suite.node("tests/counts/run.mjs")?;
    if selection.bless {
        node.arg("--bless");
    }
    tally.many("counts", node.args(&selection.filter))
}

fn stdlib(suite: &Suite<'_>, selection: &Selection, tally: &mut Tally) -> Result<()> {
    let mut node = suite.node("tests/stdlib/run.mjs")?;
    if selection.bless {
        node.arg("--bless");
    }
    tally.many("stdlib", &mut node)
}

fn package(suite: &Suite<'_>, _: &Selection, tally: &mut Tally) -> Result<()> {
    tally.many("package", &mut suite.node("tests/package/run.mjs")?)
}

#[cfg(test)]
#[path = "suite_tests.rs"]
mod tests;
