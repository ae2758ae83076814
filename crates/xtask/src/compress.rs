//! The `.br` siblings: compressed once, at build time, as well as the format can.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::run::Plan;
use crate::stamp::{Inputs, Stamps};

/// What a server sends compressed.
fn worth_it(name: &str) -> bool {
    let packed = [".js", ".wasm", ".bin", ".css", ".json", ".html"];
    packed.iter().any(|end| name.ends_with(end))
}

/// Writes the missing and the outdated siblings, as many at a time as there are processors.
pub fn siblings(pkg: &Path, files: &[String], quality: i32, stamps: &mut Stamps) -> Result<()> {
    let mut todo: Vec<(String, String, u64)> = Vec::new();
    for name in files.iter().filter(|name| worth_it(name)) {
        let mut inputs = Inputs::default();
        inputs.word(&quality.to_string()).path(pkg, name)?;
        let inputs = inputs.finish();
        let step = format!("br {name}");
        if !stamps.is_current(&step, &inputs) {
            stamps.forget(&step)?;
            let size = fs::metadata(pkg.join(name))?.len();
            todo.push((name.clone(), inputs, size));
        } else {
            // A file that was written anew with the same content is newer than its sibling, and the server takes no
            // sibling that is older than its file.
            File::options()
                .append(true)
                .open(pkg.join(format!("{name}.br")))?
                .set_modified(SystemTime::now())?;
        }
    }
    remove_orphans(pkg)?;
    if todo.is_empty() {
        return Ok(());
    }
    // The largest first: it decides when all are done.
    todo.sort_by_key(|(_, _, size)| *size);
    let mut plan = Plan::default();
    plan.step(
        format!("compression of {} files (brotli {quality})", todo.len()),
        || {
            let queue = Mutex::new(todo);
            let stamps = Mutex::new(stamps);
            let workers = thread::available_parallelism().map_or(1, usize::from);
            let work = || -> Result<()> {
                while let Some((name, inputs, _)) = take(&queue) {
                    let packed = brotli(&fs::read(pkg.join(&name))?, quality)?;
                    let sibling = format!("{name}.br");
                    fs::write(pkg.join(&sibling), packed)?;
                    if let Ok(mut stamps) = stamps.lock() {
                        stamps.done(&format!("br {name}"), inputs, &[sibling])?;
                    }
                }
                Ok(())
            };
            thread::scope(|scope| {
                let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
                for handle in handles {
                    handle
                        .join()
                        .map_err(|_| anyhow::anyhow!("a compression thread panicked"))??;
                }
                Ok(())
            })
        },
    );
    plan.run("build")
}

/// Siblings of files that are no longer built would be published with the package.
fn remove_orphans(pkg: &Path) -> Result<()> {
    for entry in fs::read_dir(pkg)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "br") && !path.with_extension("").exists() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn take<T>(queue: &Mutex<Vec<T>>) -> Option<T> {
    queue.lock().ok()?.pop()
}

/// One buffer, with the largest window that browsers accept.
pub fn brotli(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters = ::brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    ::brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters).context("brotli failed")?;
    Ok(packed)
}

/// Size after gzip at its best, for the table of sizes.
pub fn gzip_size(bytes: &[u8]) -> Result<u64> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}
