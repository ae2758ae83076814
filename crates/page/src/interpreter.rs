//! What a page needs from Python.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use web_sys::{Element, Event};

/// A script that is ready to run.
#[derive(Clone, Debug)]
pub struct Script {
    /// The text as it stands in the page; its common indentation is the interpreter's to take away.
    pub code: String,
    /// The name that tracebacks are to show: the path of a `src`, or for an inline script the page's file name and which
    /// script of it this is. The page puts its own line numbers into the tracebacks that it shows.
    pub filename: String,
    /// Whether `await` may stand outside of functions.
    pub is_async: bool,
    /// The tag.
    pub element: Element,
    /// Where `display` writes to when it is given no target.
    pub target: Element,
}

/// Why a handler of an event attribute did not do its work.
#[derive(Debug)]
pub enum HandlerError {
    /// There is something of this name, but it cannot be called.
    NoFunction,
    /// There is no such name.
    Unknown {
        /// The part of the dotted name that is missing.
        missing: String,
        /// The names that could have been meant: callables in the scope where the lookup failed.
        known: Vec<String>,
    },
    /// It raised.
    Raised(JsValue),
}

/// A Python session, as a page sees it.
///
/// Nothing here waits: what takes time is a promise. A handler can still call `preventDefault` on its event.
pub trait Interpreter {
    /// Compiles a script that is to be run next, so that compiling and running can be tasks of their own. Errors are kept for
    /// [`Interpreter::run`].
    fn prepare(&self, _script: &Script) {}

    /// Runs a script. The promise resolves when it has ended and is rejected with the error that it raised.
    fn run(&self, script: &Script) -> Promise;

    /// Resolves when the script that was given to [`Interpreter::run`] last has had its first slice; none if it had when that
    /// returned.
    fn begun(&self) -> Option<Promise> {
        None
    }

    /// Calls the function of that dotted name with an event. The value may be a promise.
    ///
    /// # Errors
    /// [`HandlerError`] if there is no such function or if it raises before it waits for something.
    fn call_handler(&self, name: &str, event: &Event) -> Result<JsValue, HandlerError>;

    /// Makes a JavaScript module importable as `pyscript.js_modules.<name>`.
    ///
    /// # Errors
    /// The error of the session if it does not take the module.
    fn add_js_module(&self, name: &str, module: &JsValue) -> Result<(), JsValue>;

    /// Writes a file, and makes the folders that lead to it.
    ///
    /// # Errors
    /// A sentence that says why the path cannot be written.
    fn write_file(&self, path: &str, data: &[u8]) -> Result<(), String>;

    /// Gives `pyscript.config` its value, a JSON object, and `pyscript.js_import` the function that imports an address.
    ///
    /// # Errors
    /// The error of the session if `pyscript` cannot be imported.
    fn configure(&self, config: &str, import_module: &Function) -> Result<(), JsValue>;

    /// The parts of the library that `code` needs and that have not been supplied, by name.
    fn missing_parts(&self, code: &str) -> Vec<&'static str>;

    /// Adds a part of the library; one that is there already stays.
    ///
    /// # Errors
    /// A sentence that says why the bytes cannot be read.
    fn supply(&self, part: &str, bytes: Vec<u8>) -> Result<(), String>;
}
