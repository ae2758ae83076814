//! The host of a native process: tests and the command line.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::host::{Host, Part, Refused, Stream};

/// Real clocks and entropy; output goes to the process's streams or into a buffer.
#[derive(Debug)]
pub struct NativeHost {
    started: Instant,
    captured: Option<Rc<RefCell<Vec<u8>>>>,
    parts: BTreeMap<Part, Vec<u8>>,
}

impl NativeHost {
    /// A host that prints to the process's own stdout and stderr and supplies these parts on demand.
    #[must_use]
    pub fn new(parts: BTreeMap<Part, Vec<u8>>) -> Self {
        Self {
            started: Instant::now(),
            captured: None,
            parts,
        }
    }

    /// Collects all output in `buffer` instead of printing it.
    #[must_use]
    pub fn capture(mut self, buffer: Rc<RefCell<Vec<u8>>>) -> Self {
        self.captured = Some(buffer);
        self
    }
}

impl Host for NativeHost {
    fn realtime(&self) -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Result<(), Refused> {
        std::thread::sleep(duration);
        Ok(())
    }

    fn entropy(&self, buffer: &mut [u8]) -> Result<(), Refused> {
        std::fs::File::open("/dev/urandom")
            .and_then(|mut file| file.read_exact(buffer))
            .map_err(|e| Refused(format!("the system gave no random bytes: {e}")))
    }

    fn write(&self, stream: Stream, bytes: &[u8]) {
        // A closed pipe behind stdout is not the guest's concern.
        let _ = match (&self.captured, stream) {
            (Some(buffer), _) => buffer.borrow_mut().write_all(bytes),
            (None, Stream::Stdout) => std::io::stdout().write_all(bytes),
            (None, Stream::Stderr) => std::io::stderr().write_all(bytes),
        };
    }

    fn flush(&self) {
        if self.captured.is_none() {
            let _ = std::io::stdout().flush();
        }
    }

    fn read(&self, max: usize) -> Result<Vec<u8>, Refused> {
        let mut input = vec![0; max];
        match std::io::stdin().lock().read(&mut input) {
            Ok(count) => {
                input.truncate(count);
                Ok(input)
            }
            Err(e) => Err(Refused(format!("standard input cannot be read: {e}"))),
        }
    }

    fn fill(&self, _tables: &[u8]) -> Result<(), Refused> {
        Err(Refused("this process lacks no tables".to_owned()))
    }

    fn part(&self, part: Part) -> Result<Vec<u8>, Refused> {
        self.parts.get(&part).cloned().ok_or_else(|| {
            Refused(format!(
                "the session was started without krait-{}.bin",
                part.name()
            ))
        })
    }
}
