//! The page's interpreter: a bridge session, and the `pyscript` package in it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use krait_bridge::{Around, RunOptions, Runtime};
use krait_page::{HandlerError, Interpreter, Script};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

const RUNTIME: &str = "pyscript._runtime";

/// A session that runs the scripts of a page.
#[derive(Debug, Clone)]
pub(crate) struct PagePython {
    runtime: Runtime,
    /// Resolves when the script that was run last has had its first slice.
    begun: Rc<RefCell<Option<Promise>>>,
    /// Whether a script has been compiled: engines have the compiler's functions then.
    warm: Rc<Cell<bool>>,
}

/// Bytes of a script whose compiling is a task of its own, also if it is not the first.
const LONG: usize = 8192;

impl PagePython {
    pub(crate) fn new(runtime: Runtime) -> Self {
        Self {
            runtime,
            begun: Rc::default(),
            warm: Rc::default(),
        }
    }

    fn leave(&self) -> Result<JsValue, JsValue> {
        self.runtime.call_python(RUNTIME, "leave", &[])
    }

    fn enter(
        &self,
        element: &Element,
        target: &Element,
        filename: &str,
    ) -> Result<JsValue, JsValue> {
        self.runtime.call_python(
            RUNTIME,
            "enter",
            &[element.into(), target.into(), filename.into()],
        )
    }
}

fn options(script: &Script) -> RunOptions {
    RunOptions {
        filename: Some(script.filename.clone()),
        is_script: true,
        ..RunOptions::default()
    }
}

impl Interpreter for PagePython {
    fn prepare(&self, script: &Script) {
        if self.warm.replace(true) && script.code.len() < LONG {
            return;
        }
        // Compiling can warn, and the text goes where the script's does.
        if self
            .enter(&script.element, &script.target, &script.filename)
            .is_ok()
        {
            self.runtime.prepare(&script.code, &options(script));
            // `run` leaves again, and says what is wrong with that.
            let _ = self.leave();
        }
    }

    fn run(&self, script: &Script) -> Promise {
        self.begun.replace(None);
        let options = options(script);
        let entering = (self.clone(), script.clone());
        let leaving = self.clone();
        let around = Around {
            before: Box::new(move || {
                let (python, script) = entering;
                python
                    .enter(&script.element, &script.target, &script.filename)
                    .map(drop)
            }),
            after: Box::new(move || leaving.leave().map(drop)),
        };
        if script.is_async {
            let started = self.runtime.start(&script.code, &options, Some(around));
            self.begun.replace(started.begun);
            return started.ended;
        }
        let run = || {
            (around.before)()?;
            let value = self.runtime.run(&script.code, &options);
            (around.after)()?;
            value
        };
        match run() {
            Ok(value) => Promise::resolve(&value),
            Err(error) => Promise::reject(&error),
        }
    }

    fn begun(&self) -> Option<Promise> {
        self.begun.borrow_mut().take()
    }

    fn call_handler(&self, name: &str, event: &Event) -> Result<JsValue, HandlerError> {
        let found = self.runtime.lookup(name).map_err(HandlerError::Raised)?;
        match found.dyn_ref::<Function>() {
            Some(function) => function
                .call1(&JsValue::UNDEFINED, event)
                .map_err(HandlerError::Raised),
            None if found.is_undefined() => Err(self.unknown(name)),
            None => Err(HandlerError::NoFunction),
        }
    }

    fn add_js_module(&self, name: &str, module: &JsValue) -> Result<(), JsValue> {
        self.runtime
            .call_python(RUNTIME, "add_js_module", &[name.into(), module.clone()])
            .map(drop)
    }

    fn write_file(&self, path: &str, data: &[u8]) -> Result<(), String> {
        let files = self.runtime.files();
        if let Some((folder, _)) = path
            .rsplit_once('/')
            .filter(|(folder, _)| !folder.is_empty())
        {
            files.mkdir_all(folder).map_err(|error| error.to_string())?;
        }
        files
            .write_file(path, data)
            .map_err(|error| error.to_string())
    }

    fn configure(&self, config: &str, import_module: &Function) -> Result<(), JsValue> {
        self.runtime
            .call_python(RUNTIME, "configure", &[config.into(), import_module.into()])
            .map(drop)
    }

    fn missing_parts(&self, code: &str) -> Vec<&'static str> {
        self.runtime.missing_parts(code)
    }

    fn supply(&self, part: &str, bytes: Vec<u8>) -> Result<(), String> {
        self.runtime.supply(part, bytes)
    }
}

impl PagePython {
    fn unknown(&self, name: &str) -> HandlerError {
        match self.runtime.call_python(RUNTIME, "missing", &[name.into()]) {
            Ok(lines) => {
                let lines = lines.as_string().unwrap_or_default();
                let mut lines = lines.lines().map(str::to_owned);
                let missing = lines.next().unwrap_or_else(|| name.to_owned());
                HandlerError::Unknown {
                    missing,
                    known: lines.collect(),
                }
            }
            Err(error) => HandlerError::Raised(error),
        }
    }
}
