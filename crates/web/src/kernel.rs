//! The class that the wasm exports.

use std::cell::RefCell;

use js_sys::{Array, Promise, Reflect, Uint8Array};
use krait_bridge::{RunOptions, Runtime};
use krait_page::{JsHost, Page};
use wasm_bindgen::prelude::*;

use crate::page::PagePython;

/// A Python session.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Kernel {
    runtime: Runtime,
    page: RefCell<Option<Page>>,
}

#[wasm_bindgen]
impl Kernel {
    /// Boots Python. `options.library` holds the core archive and perhaps others; `options.stdUrl` says where the rest of
    /// the library lies.
    ///
    /// # Errors
    /// If the archive is broken or Python does not start.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<Self, JsError> {
        let library = Reflect::get(options, &"library".into()).unwrap_or_default();
        let mut archives = Array::from(&library).iter().map(|archive| Uint8Array::new(&archive).to_vec());
        let core = archives.next().ok_or_else(|| JsError::new("options.library holds no archive"))?;
        let std_url = Reflect::get(options, &"stdUrl".into()).ok().and_then(|url| url.as_string());
        let runtime = Runtime::boot(core, std_url).map_err(|error| JsError::new(&error.to_string()))?;
        for archive in archives {
            runtime.add_library(archive).map_err(|error| JsError::new(&krait_page::message_of(&error)))?;
        }
        Ok(Self { runtime, page: RefCell::new(None) })
    }

    /// Runs a program and returns the value of its last expression.
    ///
    /// # Errors
    /// What the program raises.
    #[wasm_bindgen(js_name = runPython)]
    pub fn run_python(&self, code: &str, options: &JsValue) -> Result<JsValue, JsValue> {
        self.runtime.run(code, &run_options(options))
    }

    /// Runs a program that may `await` outside of functions.
    #[wasm_bindgen(js_name = runPythonAsync)]
    pub fn run_python_async(&self, code: &str, options: &JsValue) -> Promise {
        self.runtime.run_async(code, &run_options(options))
    }

    /// The names of `__main__`.
    ///
    /// # Errors
    /// If there is no `__main__` any more.
    #[wasm_bindgen(getter)]
    pub fn globals(&self) -> Result<JsValue, JsValue> {
        self.runtime.globals()
    }

    /// Imports a module, or an attribute of one.
    ///
    /// # Errors
    /// What the import raises.
    pub fn pyimport(&self, name: &str) -> Result<JsValue, JsValue> {
        self.runtime.import(name)
    }

    /// Makes a JavaScript object importable.
    ///
    /// # Errors
    /// If the name cannot be a module's.
    #[wasm_bindgen(js_name = registerJsModule)]
    pub fn register_js_module(&self, name: &str, module: &JsValue) -> Result<(), JsValue> {
        self.runtime.register_js_module(name, module)
    }

    /// Runs the page that this session stands in; the promise resolves when its scripts have been started.
    #[wasm_bindgen(js_name = startPage)]
    pub async fn start_page(&self, host: JsHost) {
        let page = Page::start(Box::new(PagePython(self.runtime.clone())), Box::new(host)).await;
        self.page.replace(page);
    }
}

fn run_options(options: &JsValue) -> RunOptions {
    let filename = if options.is_object() {
        Reflect::get(options, &"filename".into()).ok().and_then(|name| name.as_string())
    } else {
        None
    };
    RunOptions { filename, ..RunOptions::default() }
}
