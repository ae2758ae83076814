//! The `.br` siblings: compressed once, at build time, as well as the format can.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::run::Plan;
use crate::stamp::{self, Inputs, Stamps};

/// What a server sends compressed.
pub fn worth_it(name: &str) -> bool {
    let packed = [".js", ".wasm", ".bin", ".css", ".json", ".html"];
    packed.iter().any(|end| name.ends_with(end))
}

/// Names what compresses, crate and window: another one gives other bytes.
const ENCODER: &str = "8.0.4-24";
/// How many compressed files the cache keeps: those of some ten builds.
const KEPT: usize = 200;

/// Writes the missing and the outdated siblings, as many at a time as there are processors. `cache` keeps what was compressed,
/// named by its content: a fresh clone has most files in common with the last one.
pub fn siblings(
    pkg: &Path,
    cache: &Path,
    files: &[String],
    quality: i32,
    stamps: &mut Stamps,
) -> Result<()> {
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
                    let sibling = format!("{name}.br");
                    let packed = cached(cache, &fs::read(pkg.join(&name))?, quality)?;
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
    plan.run("build")?;
    prune(cache)
}

/// What `brotli` gives, from the cache if it is there.
fn cached(cache: &Path, bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let entry = cache.join(format!(
        "{}-{ENCODER}-{quality}.br",
        stamp::bytes_hash(bytes)
    ));
    if let Ok(packed) = fs::read(&entry) {
        // Used again: not among the oldest any more.
        File::options()
            .append(true)
            .open(&entry)?
            .set_modified(SystemTime::now())?;
        return Ok(packed);
    }
    let packed = brotli(bytes, quality)?;
    fs::create_dir_all(cache)?;
    // Under its name only when it is whole; the name of the half one is this process's.
    let half = entry.with_extension(std::process::id().to_string());
    fs::write(&half, &packed)?;
    fs::rename(half, entry)?;
    Ok(packed)
}

/// Removes the entries of the cache that have not been used for longest.
fn prune(cache: &Path) -> Result<()> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(cache)? {
        let entry = entry?;
        entries.push((entry.metadata()?.modified()?, entry.path()));
    }
    entries.sort();
    let old = entries.len().saturating_sub(KEPT);
    for (_, path) in entries.drain(..old) {
        // Another build may have been faster.
        let _ = fs::remove_file(path);
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_compressed_is_taken_from_the_cache_and_the_cache_stays_small() {
        let cache = std::env::temp_dir().join(format!("krait-brotli-{}", std::process::id()));
        let _ = fs::remove_dir_all(&cache);
        let packed = cached(&cache, b"some text, some text", 5).unwrap();
        assert_eq!(packed, brotli(b"some text, some text", 5).unwrap());
        let entry = fs::read_dir(&cache).unwrap().next().unwrap().unwrap();
        fs::write(entry.path(), "remembered").unwrap();
        assert_eq!(
            cached(&cache, b"some text, some text", 5).unwrap(),
            b"remembered"
        );
        assert_ne!(
            cached(&cache, b"some text, some text", 4).unwrap(),
            b"remembered"
        );
        for number in 0..KEPT {
            fs::write(cache.join(number.to_string()), "").unwrap();
        }
        prune(&cache).unwrap();
        assert_eq!(fs::read_dir(&cache).unwrap().count(), KEPT);
        fs::remove_dir_all(&cache).unwrap();
    }
}
