//! What belongs to one session beside the interpreter, and how native modules reach it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use krait_pylib::{Archive, ArchiveError, Tier};
use krait_vfs::Vfs;

use crate::host::{Host, Part, Refused, Stream};
use crate::overlay::{CollectorProgress, DecimalSession};
use crate::texts::Texts;

/// The bytes of a part of the library are not what they should be.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PartError {
    /// They are no archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// They are no table of names.
    #[error(transparent)]
    Names(#[from] unicode_names2::Broken),
    /// They do not fit this session's memory, or do not start.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// The environment that a session begins with.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("HOME", "/home/web"),
    ("LANG", "C.UTF-8"),
    ("LOGNAME", "web"),
    ("PATH", "/"),
    ("PWD", "/home/web"),
    ("USER", "web"),
];

/// A session's own things.
pub(crate) struct State {
    pub(crate) host: Rc<dyn Host>,
    pub(crate) vfs: Vfs,
    /// The way to the next garbage collections.
    pub(crate) collector: CollectorProgress,
    /// The classes of `decimal`, and its current context.
    pub(crate) decimal: DecimalSession,
    /// The environment as `putenv` leaves it; nobody else has one. `os.environ` is a copy.
    pub(crate) environment: RefCell<BTreeMap<Vec<u8>, Vec<u8>>>,
    /// The texts of programs.
    pub(crate) texts: Texts,
    library: RefCell<Archive<'static>>,
    /// The library's sources, once somebody has asked for one.
    sources: RefCell<Option<Archive<'static>>>,
    /// What has come of the library.
    supplied: RefCell<BTreeSet<Part>>,
    /// The archives among it, where they lie: nothing ever writes there.
    archives: RefCell<Vec<(Part, &'static [u8])>>,
    /// Whether the names of characters could not be had.
    names_failed: Cell<bool>,
    /// Modules that are imported in the image that this session started from.
    imported: RefCell<BTreeSet<String>>,
}

impl State {
    pub(crate) fn new(host: Rc<dyn Host>, vfs: Vfs) -> Self {
        Self {
            host,
            vfs,
            collector: CollectorProgress::default(),
            decimal: DecimalSession::default(),
            environment: RefCell::new(
                ENVIRONMENT
                    .iter()
                    .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
                    .collect(),
            ),
            texts: Texts::default(),
            library: RefCell::new(Archive::default()),
            sources: RefCell::default(),
            archives: RefCell::default(),
            // Until an image is made without them.
            supplied: RefCell::new(BTreeSet::from([Part::Codecs])),
            names_failed: Cell::new(false),
            imported: RefCell::default(),
        }
    }

    /// Adds an archive of code. Its bytes live as long as the process: code objects are read in place from them at any
    /// later import, and a session has at most three.
    pub(crate) fn add_archive(&self, bytes: Vec<u8>) -> Result<&'static [u8], ArchiveError> {
        let bytes = &*Box::leak(bytes.into_boxed_slice());
        self.library.borrow_mut().merge(Archive::parse(bytes)?);
        Ok(bytes)
    }

    /// The library's archives that have been supplied, where they lie in memory.
    pub(crate) fn archives(&self) -> Vec<(Part, &'static [u8])> {
        self.archives.borrow().clone()
    }

    /// Takes a part of the library, once.
    pub(crate) fn supply(&self, part: Part, bytes: Vec<u8>) -> Result<(), PartError> {
        if self.has(part) {
            return Ok(());
        }
        match part {
            Part::Core | Part::Std => {
                let bytes = self.add_archive(bytes)?;
                self.archives.borrow_mut().push((part, bytes));
            }
            Part::Sources => {
                let bytes = &*Box::leak(bytes.into_boxed_slice());
                *self.sources.borrow_mut() = Some(Archive::parse(bytes)?);
                self.archives.borrow_mut().push((part, bytes));
            }
            Part::Names => unicode_names2::supply(bytes)?,
            Part::Codecs => self.host.fill(&bytes)?,
            Part::Sqlite => self.host.start_sqlite(&bytes)?,
        }
        self.supplied.borrow_mut().insert(part);
        Ok(())
    }

    /// Whether that part of the library is here.
    pub(crate) fn has(&self, part: Part) -> bool {
        self.supplied.borrow().contains(&part)
    }

    /// Asks the host for a part that is not here.
    ///
    /// # Errors
    /// A sentence when it cannot be had.
    pub(crate) fn fetch(&self, part: Part) -> Result<(), String> {
        if self.has(part) {
            return Ok(());
        }
        let bytes = self.host.part(part).map_err(|error| error.to_string())?;
        self.supply(part, bytes).map_err(|error| error.to_string())
    }

    /// The part that has the code of a module, if that is not here and would be wanted.
    pub(crate) fn part_of(&self, module: &str) -> Option<Part> {
        let entry = self.library.borrow().get(module)?;
        match entry.tier {
            _ if entry.code.is_some() => None,
            Tier::Core => Some(Part::Core),
            Tier::Std => Some(Part::Std),
        }
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
        if fetch {
            self.fetch(Part::Sources)?;
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

    /// The image will have no tables of codecs.
    pub(crate) fn give_up_codecs(&self) {
        self.supplied.borrow_mut().remove(&Part::Codecs);
    }

    /// Forgets the code of modules that are imported and will hardly be loaded again.
    pub(crate) fn forget_code(&self, names: &[String]) {
        let mut library = self.library.borrow_mut();
        let mut imported = self.imported.borrow_mut();
        for name in names {
            library.forget(name);
            imported.insert(name.clone());
        }
    }

    /// Whether the module is imported already, though its code is not here.
    pub(crate) fn is_imported(&self, name: &str) -> bool {
        self.imported.borrow().contains(name)
    }
}

/// Makes the session whose Python is running fetch a part of the library, if it is not here.
///
/// # Errors
/// A sentence when it cannot be had.
pub fn fetch_part(part: Part) -> Result<(), String> {
    try_current().map_or_else(
        || Err("no session is running".to_owned()),
        |state| state.fetch(part),
    )
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

/// The table of character names, when somebody asks for a name.
pub(crate) fn character_names() -> Option<Vec<u8>> {
    let state = try_current()?;
    if state.names_failed.get() {
        return None;
    }
    match state.host.part(Part::Names) {
        Ok(bytes) => Some(bytes),
        Err(refused) => {
            // Who asks for a name can be told no more than that there is none; one sentence is enough for all of them.
            state.names_failed.set(true);
            let sentence = format!("The names of characters could not be loaded: {refused}\n");
            state.host.write(Stream::Stderr, sentence.as_bytes());
            None
        }
    }
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
