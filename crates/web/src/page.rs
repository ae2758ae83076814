//! The page's interpreter: a bridge session, and the `pyscript` package in it.

use js_sys::{Function, Promise};
use krait_bridge::{RunOptions, Runtime};
use krait_page::{HandlerError, Interpreter, Script};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

const RUNTIME: &str = "pyscript._runtime";

/// A session that runs the scripts of a page.
#[derive(Debug, Clone)]
pub(crate) struct PagePython(pub(crate) Runtime);

impl PagePython {
    fn enter(
        &self,
        element: &Element,
        target: &Element,
        filename: &str,
    ) -> Result<JsValue, JsValue> {
        self.0.call_python(
            RUNTIME,
            "enter",
            &[element.into(), target.into(), filename.into()],
        )
    }
}

impl Interpreter for PagePython {
    fn run(&self, script: &Script) -> Promise {
        if let Err(error) = self.enter(&script.element, &script.target, &script.filename) {
            return Promise::reject(&error);
        }
        let options = RunOptions {
            filename: Some(script.filename.clone()),
            is_script: true,
            ..RunOptions::default()
        };
        let end = if script.is_async {
            self.0.run_async(&script.code, &options)
        } else {
            match self.0.run(&script.code, &options) {
                Ok(value) => Promise::resolve(&value),
                Err(error) => Promise::reject(&error),
            }
        };
        match self.0.call_python(RUNTIME, "leave", &[]) {
            Ok(_) => end,
            Err(error) => Promise::reject(&error),
        }
    }

    fn call_handler(&self, name: &str, event: &Event) -> Result<JsValue, HandlerError> {
        let found = self.0.lookup(name).map_err(HandlerError::Raised)?;
        match found.dyn_ref::<Function>() {
            Some(function) => function
                .call1(&JsValue::UNDEFINED, event)
                .map_err(HandlerError::Raised),
            None => Err(self.unknown(name)),
        }
    }

    fn add_js_module(&self, name: &str, module: &JsValue) -> Result<(), JsValue> {
        self.0
            .call_python(RUNTIME, "add_js_module", &[name.into(), module.clone()])
            .map(drop)
    }

    fn write_file(&self, path: &str, data: &[u8]) -> Result<(), String> {
        let files = self.0.files();
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
        self.0
            .call_python(RUNTIME, "configure", &[config.into(), import_module.into()])
            .map(drop)
    }

    fn needs_library(&self, code: &str) -> bool {
        self.0.needs_library(code)
    }

    fn add_library(&self, archive: &[u8]) -> Result<(), String> {
        self.0
            .add_library(archive.to_vec())
            .map_err(|error| krait_page::message_of(&error))
    }
}

impl PagePython {
    fn unknown(&self, name: &str) -> HandlerError {
        match self.0.call_python(RUNTIME, "missing", &[name.into()]) {
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
