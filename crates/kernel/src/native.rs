//! The host of a native process: tests and the command line.

use std::cell::RefCell;
use std::io::{BufRead, Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::host::{Host, Refused, Stream};

/// Real clocks and entropy; output goes to the process's streams or into a buffer.
#[derive(Debug)]
pub struct NativeHost {
    started: Instant,
    captured: Option<Rc<RefCell<Vec<u8>>>>,
    std_archive: Vec<u8>,
    source_archive: Vec<u8>,
}

impl NativeHost {
    /// A host that prints to the process's own stdout and stderr and supplies `std_archive` on demand.
    #[must_use]
    pub fn new(std_archive: Vec<u8>) -> Self {
        Self {
            started: Instant::now(),
            captured: None,
            std_archive,
            source_archive: Vec::new(),
        }
    }

    /// Supplies the library's sources too.
    #[must_use]
    pub fn with_sources(mut self, archive: Vec<u8>) -> Self {
        self.source_archive = archive;
        self
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

    fn read_line(&self) -> Result<Option<String>, Refused> {
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(e) => Err(Refused(format!("standard input cannot be read: {e}"))),
        }
    }

    fn std_archive(&self) -> Result<Vec<u8>, Refused> {
        Ok(self.std_archive.clone())
    }

    fn source_archive(&self) -> Result<Vec<u8>, Refused> {
        if self.source_archive.is_empty() {
            return Err(Refused(
                "the session was started without the sources".to_owned(),
            ));
        }
        Ok(self.source_archive.clone())
    }
}
