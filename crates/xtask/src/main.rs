//! Krait's tooling: `cargo xtask <command>`. It fetches the toolchain, builds the npm package, tests, measures.
//!
//! It is a workspace of its own and builds with an older Rust than the rest, because it brings the Rust that the rest wants.

mod again;
mod build;
mod cache;
mod compress;
mod glue;
mod kept;
mod largest;
mod layering;
mod members;
mod names;
mod notices;
mod outline;
mod package;
mod recipe;
mod run;
mod setup;
mod shares;
mod size;
mod split;
mod stamp;
mod suite;
mod sysroot;
mod tally;
mod toolchain;
mod train;

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use lexopt::prelude::{Long, Short, Value, ValueExt};

use crate::build::Build;
use crate::cache::Places;
use crate::recipe::Recipe;
use crate::setup::Wanted;
use crate::toolchain::Toolchain;

const USAGE: &str = "\
cargo xtask <command>

  setup [--with-browser] [--env]   fetch what builds and tests want; --env prints `export` lines for calling cargo yourself
  build [--profile P]              build pkg/ (P: release, the default, or quick)
  serve [--profile P] [--port N] [--no-build] [--isolated]
                                   build, then serve www/ and pkg/ on http://localhost:8000
  test [STAGE...] [FILTER] [--profile P] [--no-build]
                                   run the tests; a FILTER selects tests by a part of their name
  bless [FILTER]                   run the page tests, the counts and the table of modules, and accept what they print
  size [--bless] [--profile P]     table of sizes, against tests/size.snap and the budgets of wasm-pack.toml, and the
                                   share of each crate in the code of the last build with profile P (release), with its
                                   largest functions and data; all of them are written down in the cache
  bench start|compute|dom|ffi      run tests/bench/run.mjs; tests/bench/README.md has its arguments
  train [--profile P] [--no-build] write down which functions of the wasm pages enter: they stay in the module that every page
                                   downloads (ARCHITECTURE.md, The split)
  libtest [MODULE...] [--from FOLDER] [--bless] [--profile P] [--no-build]
                                   run CPython's own tests (FOLDER: a Lib/test of 3.14) in Chromium, against tests/libtest.snap
  limits [PART] [--profile P] [--no-build]
                                   walk every kind of deep recursion and huge size (tests/limits) in Chromium
  ci                               setup --with-browser, build, test, size

Stages of `test`:";

/// What the command line said.
#[derive(Debug, Default)]
struct Options {
    words: Vec<String>,
    profile: Option<String>,
    port: Option<u16>,
    no_build: bool,
    isolated: bool,
    with_browser: bool,
    env: bool,
    bless: bool,
    from: Option<std::path::PathBuf>,
}

fn main() -> ExitCode {
    match start() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let Some(command) = arguments.next() else {
        return Ok(usage());
    };
    let command = command.to_string_lossy().into_owned();
    let places = Places::find()?;
    if command == "bench" {
        return bench(&places, arguments.collect());
    }
    let options = parse(arguments)?;
    let recipe = Recipe::read(&places.repo)?;
    let plain = Wanted {
        test: false,
        browser: false,
    };
    let full = Wanted {
        test: true,
        browser: true,
    };
    match command.as_str() {
        "setup" => {
            let wanted = Wanted {
                test: options.with_browser,
                browser: options.with_browser,
            };
            setup::setup(&places, &recipe, wanted)?;
            if options.env {
                print!("{}", Toolchain::require(&places, &recipe)?.exports()?);
            }
            Ok(ExitCode::SUCCESS)
        }
        "build" => {
            setup::setup(&places, &recipe, plain)?;
            build(&places, &recipe, &options)?;
            Ok(ExitCode::SUCCESS)
        }
        "serve" => {
            setup::setup(&places, &recipe, plain)?;
            if !options.no_build {
                build(&places, &recipe, &options)?;
            }
            serve(&places, &options)
        }
        "test" | "bless" => {
            let bless = command == "bless";
            let selection = suite::Selection::from_words(&options.words, bless)?;
            setup::setup(
                &places,
                &recipe,
                if selection.wants_everything() {
                    full
                } else {
                    selection.wanted()
                },
            )?;
            test(&places, &recipe, &options, &selection)
        }
        "size" => {
            let code = size::check(&places, &recipe, options.bless)?;
            with_build(&places, &recipe, &options, |build| {
                shares::print(&build.compiled()?, build.profile)
            })?;
            Ok(code)
        }
        "train" | "limits" | "libtest" => {
            let browser = Wanted {
                test: false,
                browser: true,
            };
            setup::setup(&places, &recipe, browser)?;
            if !options.no_build {
                build(&places, &recipe, &options)?;
            }
            match command.as_str() {
                "limits" => foreground(
                    node(&places, "tests/limits/run.mjs")?.args(&options.words),
                    "the walk",
                ),
                "libtest" => libtest(&places, &options),
                _ => {
                    with_build(&places, &recipe, &options, train::train)?;
                    Ok(ExitCode::SUCCESS)
                }
            }
        }
        "ci" => {
            setup::setup(&places, &recipe, full)?;
            build(&places, &recipe, &options)?;
            let code = test(
                &places,
                &recipe,
                &options,
                &suite::Selection::from_words(&[], false)?,
            )?;
            let size = size::check(&places, &recipe, false)?;
            Ok(if code == ExitCode::SUCCESS {
                size
            } else {
                code
            })
        }
        "help" | "--help" | "-h" => Ok(usage()),
        other => bail!("unknown command {other:?}; `cargo xtask help` lists them"),
    }
}

fn usage() -> ExitCode {
    println!("{USAGE}");
    for stage in suite::STAGES {
        println!("  {:<10} {}", stage.name, stage.about);
    }
    ExitCode::from(2)
}

fn parse(arguments: impl Iterator<Item = std::ffi::OsString>) -> Result<Options> {
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("profile") => options.profile = Some(parser.value()?.string()?),
            Long("port") | Short('p') => {
                options.port = Some(
                    parser
                        .value()?
                        .parse()
                        .context("--port wants a number up to 65535")?,
                )
            }
            Long("no-build") => options.no_build = true,
            Long("isolated") => options.isolated = true,
            Long("with-browser") => options.with_browser = true,
            Long("env") => options.env = true,
            Long("bless") => options.bless = true,
            Long("from") => options.from = Some(parser.value()?.into()),
            Value(word) => options.words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

fn build(places: &Places, recipe: &Recipe, options: &Options) -> Result<()> {
    with_build(places, recipe, options, |build| build.run())
}

fn with_build(
    places: &Places,
    recipe: &Recipe,
    options: &Options,
    work: impl FnOnce(&Build) -> Result<()>,
) -> Result<()> {
    let toolchain = Toolchain::require(places, recipe)?;
    work(&Build::new(
        places,
        recipe,
        &toolchain,
        options.profile.as_deref().unwrap_or("release"),
    ))
}

fn test(
    places: &Places,
    recipe: &Recipe,
    options: &Options,
    selection: &suite::Selection,
) -> Result<ExitCode> {
    let toolchain = Toolchain::require(places, recipe)?;
    if selection.wants_package() && !options.no_build {
        build(places, recipe, options)?;
    }
    suite::run(
        &suite::Suite {
            places,
            recipe,
            toolchain: &toolchain,
            profile: options.profile.as_deref().unwrap_or("release"),
        },
        selection,
    )
}

/// A Node program of the repository, in the foreground.
fn node(places: &Places, script: &str) -> Result<Command> {
    let program =
        run::find_program("node").context("node is missing: install Node.js 20 or newer")?;
    let mut command = Command::new(program);
    command
        .arg(places.repo.join(script))
        .current_dir(&places.repo);
    if let Some(browser) = setup::browser() {
        command.env("CHROMIUM", browser);
    }
    Ok(command)
}

/// Runs it; how it ended is how this command ends. `what` it is, is told when it cannot be started.
fn foreground(command: &mut Command, what: &str) -> Result<ExitCode> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {what}"))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn serve(places: &Places, options: &Options) -> Result<ExitCode> {
    let mut command = node(places, "crates/xtask/web/serve.mjs")?;
    command.arg(format!("--port={}", options.port.unwrap_or(8000)));
    if options.isolated {
        command.arg("--isolated");
    }
    foreground(&mut command, "the server")
}

fn libtest(places: &Places, options: &Options) -> Result<ExitCode> {
    let mut command = node(places, "tests/libtest/run.mjs")?;
    if let Some(folder) = &options.from {
        command.arg("--from").arg(folder);
    }
    if options.bless {
        command.arg("--bless");
    }
    foreground(command.args(&options.words), "the tests")
}

fn bench(places: &Places, arguments: Vec<std::ffi::OsString>) -> Result<ExitCode> {
    let mut command = node(places, "tests/bench/run.mjs")?;
    foreground(command.args(arguments), "the benchmark")
}
