//! Running programs, and saying what runs and how far it is.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// A step that has something to do.
type Step<'a> = (String, Box<dyn FnOnce() -> Result<()> + 'a>);

/// The steps of one command that have something to do, run in order.
#[derive(Default)]
pub struct Plan<'a> {
    steps: Vec<Step<'a>>,
}

impl<'a> Plan<'a> {
    /// Adds a step.
    pub fn step(&mut self, label: impl Into<String>, work: impl FnOnce() -> Result<()> + 'a) {
        self.steps.push((label.into(), Box::new(work)));
    }

    /// Runs all steps; the first failure ends the plan and names the step.
    pub fn run(self, name: &str) -> Result<()> {
        let total = self.steps.len();
        let start = Instant::now();
        for (index, (label, work)) in self.steps.into_iter().enumerate() {
            let begun = Instant::now();
            eprintln!(
                "{name} [{}/{total}, {}] {label}",
                index + 1,
                seconds(start.elapsed().as_secs_f32())
            );
            work().with_context(|| format!("{name}: {label}"))?;
            let took = begun.elapsed().as_secs_f32();
            if took > 5.0 {
                eprintln!("{name} [{}/{total}] took {}", index + 1, seconds(took));
            }
        }
        Ok(())
    }
}

/// `12.3 s` or `4 min 05 s`.
pub fn seconds(value: f32) -> String {
    if value < 100.0 {
        return format!("{value:.1} s");
    }
    let whole = value as u64;
    format!("{} min {:02} s", whole / 60, whole % 60)
}

/// How a command looks to a reader.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Runs to the end; its output goes where ours goes. Nothing can be asked of a person: there is no standard input.
pub fn run(command: &mut Command) -> Result<()> {
    let text = shown(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{text}`"))?;
    if !status.success() {
        bail!("`{text}` failed ({status})");
    }
    Ok(())
}

/// Runs to the end and returns standard output; standard error is part of the message when it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let text = shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{text}`"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{text}` failed ({}): {}", output.status, errors.trim());
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{text}` printed bytes that are not UTF-8"))
}

/// Runs to the end, passes each line of standard output on and shows it to `line`. Returns whether it succeeded.
pub fn watch(command: &mut Command, mut line: impl FnMut(&str)) -> Result<bool> {
    let text = shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{text}`"))?;
    if let Some(stdout) = child.stdout.take() {
        let mut out = std::io::stdout();
        for bytes in BufReader::new(stdout).split(b'\n') {
            let bytes = bytes?;
            out.write_all(&bytes)?;
            out.write_all(b"\n")?;
            line(&String::from_utf8_lossy(&bytes));
        }
    }
    Ok(child.wait()?.success())
}

/// The first program of that name in `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

/// `PATH` with folders put before it.
pub fn path_with<P: AsRef<OsStr>>(first: &[P]) -> Result<std::ffi::OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = first
        .iter()
        .map(|dir| PathBuf::from(dir.as_ref()))
        .chain(env::split_paths(&rest));
    env::join_paths(all).context("a folder name holds the separator of PATH")
}

/// The command for root rights, if there is one that asks nothing.
pub fn as_root(program: &str) -> Option<Command> {
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        return Some(Command::new(program));
    }
    find_program("sudo")?;
    let mut probe = Command::new("sudo");
    probe.args(["-n", "true"]);
    output(&mut probe).ok()?;
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    Some(command)
}
