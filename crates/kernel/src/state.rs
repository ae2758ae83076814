//! What belongs to one session beside the interpreter, and how native modules reach it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use krait_pylib::{Archive, ArchiveError};
use krait_vfs::Vfs;

use crate::host::Host;
use crate::overlay::CollectorProgress;

/// A session's own things.
pub(crate) struct State {
    pub(crate) host: Rc<dyn Host>,
    pub(crate) vfs: Vfs,
    /// The way to the next garbage collections.
    pub(crate) collector: CollectorProgress,
    library: RefCell<Archive<'static>>,
    /// The library's sources, once somebody has asked for one.
    sources: RefCell<Option<Archive<'static>>>,
    /// Whether the std archive is in `library`.
    complete: Cell<bool>,
    /// Modules that are imported in the image that this session started from.
    imported: RefCell<BTreeSet<String>>,
}

impl State {
    pub(crate) fn new(host: Rc<dyn Host>, vfs: Vfs) -> Self {
        Self {
            host,
            vfs,
            collector: CollectorProgress::default(),
            library: RefCell::new(Archive::default()),
            sources: RefCell::default(),
            complete: Cell::new(false),
            imported: RefCell::default(),
        }
    }

    /// Adds an archive. Its bytes live as long as the process: code objects are read in place from them at any later
    /// import, and a session has at most two.
    pub(crate) fn add_archive(&self, bytes: Vec<u8>) -> Result<(), ArchiveError> {
        let bytes: &'static [u8] = Box::leak(bytes.into_boxed_slice());
        let archive = Archive::parse(bytes)?;
        let mut library = self.library.borrow_mut();
        library.merge(archive);
        let complete = library
            .names()
            .all(|name| library.get(name).is_some_and(|e| e.code.is_some()));
        self.complete.set(complete);
        Ok(())
    }

    /// The text of a library module, if `fetch` allows to get the archive of the sources or it is here already.
    ///
    /// # Errors
    /// A sentence when the archive cannot be had.
    pub(crate) fn library_source(
        &self,
        module: &str,
        fetch: bool,
    ) -> Result<Option<&'static [u8]>, String> {
        if self.sources.borrow().is_none() {
            if !fetch {
                return Ok(None);
            }
            let bytes = self
                .host
                .source_archive()
                .map_err(|refused| refused.to_string())?;
            let bytes: &'static [u8] = Box::leak(bytes.into_boxed_slice());
            let archive = Archive::parse(bytes).map_err(|error| error.to_string())?;
            *self.sources.borrow_mut() = Some(archive);
        }
        let sources = self.sources.borrow();
        Ok(sources
            .as_ref()
            .and_then(|archive| archive.get(module))
            .and_then(|entry| entry.code))
    }

    pub(crate) fn library(&self) -> std::cell::Ref<'_, Archive<'static>> {
        self.library.borrow()
    }

    /// Forgets the code of modules that are imported and will hardly be loaded again.
    pub(crate) fn forget_code(&self, names: &[String]) {
        let mut library = self.library.borrow_mut();
        let mut imported = self.imported.borrow_mut();
        for name in names {
            library.forget(name);
            imported.insert(name.clone());
        }
        self.complete.set(false);
    }

    /// Whether the module is imported already, though its code is not here.
    pub(crate) fn is_imported(&self, name: &str) -> bool {
        self.imported.borrow().contains(name)
    }

    /// Whether every module that is known has its code.
    pub(crate) fn library_complete(&self) -> bool {
        self.complete.get()
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<State>>> = const { RefCell::new(None) };
}

/// Makes `state` the current one while `f` runs. Sessions nest: the one before comes back.
pub(crate) fn with<R>(state: &Rc<State>, f: impl FnOnce() -> R) -> R {
    struct Restore(Option<Rc<State>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            CURRENT.with(|current| *current.borrow_mut() = before);
        }
    }
    let _restore = Restore(CURRENT.with(|current| current.borrow_mut().replace(Rc::clone(state))));
    f()
}

/// The state of the session whose Python is running; `None` where objects die with their interpreter.
pub(crate) fn try_current() -> Option<Rc<State>> {
    CURRENT.with(|current| current.borrow().clone())
}

/// The state of the session whose Python is running.
///
/// # Panics
/// When called outside [`with`]; native modules are only ever called by a running interpreter.
pub(crate) fn current() -> Rc<State> {
    CURRENT.with(|current| match current.borrow().as_ref() {
        Some(state) => Rc::clone(state),
        None => panic!("a Krait native module was called outside its session"),
    })
}
