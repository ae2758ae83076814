//! What the wasm module exports: one class, [`Kernel`], and the entry points of the bridge.
//!
//! ```js
//! import { instantiate } from "./krait_web.js";
//! const { Kernel } = await instantiate(module);
//! const kernel = new Kernel({ parts: { core, std, sources } });
//! kernel.runPython("1 + 1"); // 2
//! ```

mod page;

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use krait_bridge::{Files, RunOptions, Runtime};
use krait_page::{JsHost, Page};
use serde::Serializer;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// The Python session of this wasm instance.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Kernel {
    runtime: Runtime,
    page: RefCell<Option<Page>>,
}

#[wasm_bindgen]
impl Kernel {
    /// Python as this instance's memory holds it. A module that the build has not given an image boots it from
    /// `options.archive`, the boot archive. `options.parts` has the addresses of the library's parts, by name.
    ///
    /// # Errors
    /// An `Error` that says what is wrong with the options or the archives.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<Self, JsValue> {
        let parts = Reflect::get(options, &"parts".into())
            .map_err(|_| error("Kernel wants an object of options"))?;
        let runtime = match Runtime::from_image(&parts) {
            Some(runtime) => runtime,
            None => {
                let archive = Reflect::get(options, &"archive".into())?
                    .dyn_into::<Uint8Array>()
                    .map_err(|_| error("Kernel wants the boot archive as options.archive"))?;
                Runtime::boot(archive.to_vec(), &parts)
                    .map_err(|failure| error(&failure.to_string()))?
            }
        };
        Ok(Self {
            runtime,
            page: RefCell::new(None),
        })
    }

    /// The function with which JavaScript wraps every call of a method here: `guard(() => kernel.runPython(...))`. It
    /// notices when the session has ended by a trap, and refuses calls after that.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn guard(&self) -> Function {
        Runtime::guard()
    }

    /// Calls `f` with the error that ended the session, when that happens.
    #[wasm_bindgen(js_name = onDeath)]
    pub fn on_death(&self, f: &Function) {
        Runtime::on_death(f);
    }

    /// Chooses where the output (`stream` 1) or the errors (2) go: `{line}`, `{bytes}`, or `undefined` for the console. With
    /// `isatty: true` Python takes the stream for a terminal.
    #[wasm_bindgen(js_name = setOutput)]
    pub fn set_output(&self, stream: u32, hook: &JsValue) {
        let stream = if stream == 1 {
            krait_kernel::Stream::Stdout
        } else {
            krait_kernel::Stream::Stderr
        };
        Runtime::set_output_hook(stream, hook);
    }

    /// Chooses where input comes from: `{read, isatty}`, or `undefined` for the browser's dialog. `read(max)` gives at most
    /// `max` bytes, none at the end of the input.
    #[wasm_bindgen(js_name = setInput)]
    pub fn set_input(&self, hook: &JsValue) {
        Runtime::set_input_hook(hook);
    }

    /// The version of this package.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// The names that every program knows.
    ///
    /// # Errors
    /// Never: they are there.
    #[wasm_bindgen(getter)]
    pub fn builtins(&self) -> Result<JsValue, JsValue> {
        self.runtime.builtins()
    }

    /// Live references across the boundary, and how often it was crossed: `{handles, objects, proxies, buffers, crossings, entries,
    /// strings}`.
    ///
    /// # Errors
    /// Never: a record of numbers can be made.
    #[wasm_bindgen(getter)]
    pub fn counts(&self) -> Result<JsValue, JsValue> {
        let objects = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
        Ok(objects.collect_map(Runtime::counts())?)
    }

    /// Says how Python gets what JavaScript has as `kernel.fs`: `load` gives a promise of it.
    #[wasm_bindgen(js_name = setFiles)]
    pub fn set_files(&self, load: &Function) {
        Files::set_loader(load);
    }

    /// The session's files.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn files(&self) -> Files {
        Files::new(self.runtime.clone())
    }

    /// What the JavaScript API takes from the bridge: `{ffi, withFallback, setDebug}`.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn workshop(&self) -> JsValue {
        Runtime::workshop()
    }

    /// Converts deeply and gives the Python object, as a proxy if it is not immutable. `options` has `depth` and
    /// `defaultConverter`.
    ///
    /// # Errors
    /// A `PythonError` when something cannot be converted.
    #[wasm_bindgen(js_name = toPy)]
    pub fn to_py(&self, value: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
        let property = |name: &str| Reflect::get(options, &name.into()).unwrap_or_default();
        self.runtime
            .to_py(value, &property("depth"), &property("defaultConverter"))
    }

    /// Runs a program and returns the value of its last expression.
    ///
    /// # Errors
    /// A `PythonError`.
    #[wasm_bindgen(js_name = runPython)]
    pub fn run_python(&self, code: &str, options: &JsValue) -> Result<JsValue, JsValue> {
        self.runtime.run(code, &run_options(options)?)
    }

    /// Runs a program that may await at its top level.
    #[wasm_bindgen(js_name = runPythonAsync)]
    pub fn run_python_async(&self, code: &str, options: &JsValue) -> Promise {
        match run_options(options) {
            Ok(options) => self.runtime.run_async(code, &options),
            Err(error) => Promise::reject(&error),
        }
    }

    /// The namespace of `__main__`.
    ///
    /// # Errors
    /// When the guest removed `__main__`.
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
    /// When the name cannot be a module's.
    #[wasm_bindgen(js_name = registerJsModule)]
    pub fn register_js_module(&self, name: &str, module: &JsValue) -> Result<(), JsValue> {
        self.runtime.register_js_module(name, module)
    }

    /// Takes a JavaScript module away.
    ///
    /// # Errors
    /// When there is none of that name.
    #[wasm_bindgen(js_name = unregisterJsModule)]
    pub fn unregister_js_module(&self, name: &str) -> Result<(), JsValue> {
        self.runtime.unregister_js_module(name)
    }

    /// The parts of the library that a program needs and that are not here, by name.
    #[wasm_bindgen(js_name = missingParts)]
    #[must_use]
    pub fn missing_parts(&self, program: &str) -> Vec<String> {
        let parts = self.runtime.missing_parts(program);
        parts.into_iter().map(str::to_owned).collect()
    }

    /// Runs the scripts of the page that this session stands in. The promise resolves when they have been started; what
    /// fails is shown on the page.
    #[wasm_bindgen(js_name = startPage)]
    pub async fn start_page(&self, host: JsHost) {
        Runtime::watch();
        let page = Page::start(
            Box::new(page::PagePython::new(self.runtime.clone())),
            Box::new(host),
        )
        .await;
        self.page.replace(page);
    }

    /// Makes this session fit to be copied with its memory. The answer names the parts of the library that need not be copied,
    /// as they are in it as they came: `name address length`, one a line.
    ///
    /// # Errors
    /// When something in it belongs to this instance alone; the error says what.
    #[wasm_bindgen(js_name = prepareSnapshot)]
    pub fn prepare_snapshot(&self) -> Result<String, JsValue> {
        self.runtime
            .prepare_snapshot()
            .map_err(|reason| error(&reason))?;
        let archives = self.runtime.archives().into_iter();
        let lines: Vec<_> = archives
            .map(|(name, address, length)| format!("{name} {address} {length}"))
            .collect();
        Ok(lines.join("\n"))
    }

    /// Called first in a session whose memory is a copy of another's.
    ///
    /// # Errors
    /// When the other one had changed modules of Krait's.
    pub fn restored(&self) -> Result<(), JsValue> {
        self.runtime.restored().map_err(|reason| error(&reason))
    }

    /// Has all functions of the wasm here when it returns, those too that few programs use.
    #[wasm_bindgen(js_name = loadRest)]
    pub fn load_rest(&self) {
        Runtime::load_rest();
    }

    /// Adds a part of the library.
    ///
    /// # Errors
    /// When there is none of that name, or the bytes are none.
    pub fn supply(&self, part: &str, bytes: Vec<u8>) -> Result<(), JsValue> {
        self.runtime
            .supply(part, bytes)
            .map_err(|reason| error(&reason))
    }
}

/// Boots Python from the boot archive and prepares the memory of this instance to be the image that every kernel begins
/// with; called at build time. `start` names the modules that are imported in it, one a line. The answer names those whose
/// code in the archive nobody reads any more, one a line.
///
/// # Errors
/// What is wrong with the archive or an import, or why the memory cannot be an image.
#[wasm_bindgen(js_name = prepareImage)]
pub fn prepare_image(archive: Vec<u8>, start: &str) -> Result<String, JsValue> {
    let runtime = Runtime::boot(archive, &JsValue::UNDEFINED)
        .map_err(|failure| error(&failure.to_string()))?;
    let start: Vec<&str> = start.lines().collect();
    let forgotten = runtime
        .prepare_image(&start)
        .map_err(|problem| error(&problem))?;
    Ok(forgotten.join("\n"))
}

/// `options` of `runPython` and `runPythonAsync`.
fn run_options(options: &JsValue) -> Result<RunOptions, JsValue> {
    if options.is_undefined() || options.is_null() {
        return Ok(RunOptions::default());
    }
    let filename = member(options, "filename", "options of runPython")?;
    // Python objects, which no record can hold.
    let namespace = |name: &str| {
        Reflect::get(options, &name.into())
            .ok()
            .filter(|value| !value.is_undefined() && !value.is_null())
    };
    Ok(RunOptions {
        filename,
        globals: namespace("globals"),
        locals: namespace("locals"),
        ..RunOptions::default()
    })
}

/// A member of a record that JavaScript passed, the default if it has none; `what` is the record's name in the error. Names of
/// members go one by one: those of a structure stay in wasm-bindgen's table for good, which no snapshot can hold.
fn member<T: DeserializeOwned + Default>(
    record: &JsValue,
    name: &str,
    what: &str,
) -> Result<T, JsValue> {
    let wrong = |failure: String| {
        error(&format!(
            "The {what} are not what they should be: {name}: {failure}"
        ))
    };
    let value = Reflect::get(record, &name.into()).map_err(|_| wrong("no record".to_owned()))?;
    if value.is_undefined() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value).map_err(|failure| wrong(failure.to_string()))
}

fn error(text: &str) -> JsValue {
    js_sys::Error::new(text).into()
}
