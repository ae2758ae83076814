//! The browser (or a worker, or Node) as the host of a session.

use std::cell::RefCell;
use std::time::Duration;

use krait_kernel::{Host, Part, Refused, Stream};
use wasm_bindgen::{JsCast, JsValue};

use crate::{glue, suspend};

thread_local! {
    /// Whether the output and the errors go to a hook that wants bytes.
    static RAW: RefCell<[bool; 2]> = const { RefCell::new([false; 2]) };
}

/// Chooses where a stream goes: an object with a function `line` or `bytes`, or `undefined` for the console.
pub(crate) fn set_output_hook(stream: Stream, hook: &JsValue) {
    let number = if stream == Stream::Stdout { 1 } else { 2 };
    let raw = js_sys::Reflect::has(hook, &"bytes".into()).unwrap_or(false);
    RAW.with(|flags| flags.borrow_mut()[number - 1] = raw);
    #[expect(clippy::cast_possible_truncation, reason = "1 or 2")]
    glue::set_hook(number as u32, hook);
}

/// Streams go to the console until a hook is set: that of the session which this memory was copied from is not here.
pub(crate) fn forget_output_hooks() {
    RAW.with(|flags| *flags.borrow_mut() = [false; 2]);
}

/// Output is passed on by line.
#[derive(Debug, Default)]
pub(crate) struct BrowserHost {
    out: RefCell<Vec<u8>>,
    err: RefCell<Vec<u8>>,
}

/// Whether the package has that part of the library.
pub(crate) fn has_part(part: Part) -> bool {
    glue::part_address(part.name()).is_some()
}

impl Host for BrowserHost {
    fn realtime(&self) -> Duration {
        Duration::from_secs_f64((glue::now() / 1000.0).max(0.0))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs_f64((glue::ticks() / 1000.0).max(0.0))
    }

    fn sleep(&self, duration: Duration) -> Result<(), Refused> {
        let milliseconds = duration.as_secs_f64() * 1000.0;
        if duration.is_zero() || suspend::sleep(milliseconds) || glue::block(milliseconds) {
            return Ok(());
        }
        Err(Refused(format!(
            "time.sleep() cannot wait here: {}, as in `await asyncio.sleep(seconds)`",
            suspend::refusal().unwrap_or("the main thread cannot block. Use `await`")
        )))
    }

    fn entropy(&self, buffer: &mut [u8]) -> Result<(), Refused> {
        // The browser gives at most 64 KiB a call.
        for part in buffer.chunks_mut(65_536) {
            if !glue::entropy(part) {
                return Err(Refused(
                    "this platform has no crypto.getRandomValues()".to_owned(),
                ));
            }
        }
        Ok(())
    }

    fn write(&self, stream: Stream, bytes: &[u8]) {
        let (buffer, number) = match stream {
            Stream::Stdout => (&self.out, 1),
            Stream::Stderr => (&self.err, 2),
        };
        let mut pending = std::mem::take(&mut *buffer.borrow_mut());
        if RAW.with(|raw| raw.borrow()[number as usize - 1]) {
            glue::write_bytes(number, bytes);
            return;
        }
        pending.extend_from_slice(bytes);
        let mut rest = pending.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            glue::line(number, &String::from_utf8_lossy(&rest[..end]));
            rest = &rest[end + 1..];
        }
        // What a hook printed meanwhile comes after what was pending.
        let mut now = buffer.borrow_mut();
        let mut joined = rest.to_vec();
        joined.append(&mut now);
        *now = joined;
    }

    fn flush(&self) {
        for (buffer, number) in [(&self.out, 1), (&self.err, 2)] {
            let pending = std::mem::take(&mut *buffer.borrow_mut());
            if !pending.is_empty() {
                glue::line(number, &String::from_utf8_lossy(&pending));
            }
        }
    }

    fn read(&self, max: usize) -> Result<Vec<u8>, Refused> {
        let max = u32::try_from(max).unwrap_or(u32::MAX);
        let input = glue::read_input(max).map_err(|error| {
            let text = error
                .dyn_ref::<js_sys::Error>()
                .map_or_else(String::new, |error| String::from(error.message()));
            Refused(format!("input cannot be read here: {text}"))
        })?;
        Ok(input.to_vec())
    }

    fn is_terminal(&self, descriptor: i32) -> bool {
        u32::try_from(descriptor).is_ok_and(glue::is_terminal)
    }

    fn fill(&self, tables: &[u8]) -> Result<(), Refused> {
        if glue::fill_tables(tables) {
            return Ok(());
        }
        Err(Refused(
            "krait-codecs.bin is of another build than krait_web_bg.wasm; download it again"
                .to_owned(),
        ))
    }

    fn start_sqlite(&self, modules: &[u8]) -> Result<(), Refused> {
        match glue::start_sqlite(modules) {
            reason if reason.is_empty() => Ok(()),
            reason => Err(Refused(format!(
                "krait-sqlite.bin does not start ({reason}); is it of the same build?"
            ))),
        }
    }

    fn part(&self, part: Part) -> Result<Vec<u8>, Refused> {
        let url = glue::part_address(part.name()).ok_or_else(|| {
            Refused(
                "this package is the slim one, which is without it; the full one has it".to_owned(),
            )
        })?;
        let answer = glue::fetch_now(&url).map_err(|error| {
            let text = error
                .dyn_ref::<js_sys::Error>()
                .map_or_else(String::new, |error| String::from(error.message()));
            Refused(format!("fetching {url} failed: {text}"))
        })?;
        Ok(answer.to_vec())
    }
}
