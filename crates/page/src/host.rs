//! What a page's start needs from the loader that fetched the wasm.
//!
//! Some things have to happen before the wasm is there (a banner that says why it is not, disabled controls, the patch of
//! `attachShadow`) or cannot be said in Rust (`import()`). They live in the loader alone, and the page asks it for them.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use crate::stage::Stage;

/// The loader.
pub trait Host {
    /// Shows a message on the page, in a banner that can be dismissed.
    fn show_error(&self, message: &str);
    /// Reports progress as a `py:progress` event; `total` is 0 where there is nothing to count.
    fn progress(&self, stage: Stage, text: &str, loaded: u32, total: u32);
    /// `import(url)`.
    fn import_module(&self, url: &str) -> Promise;
    /// The page's own source, or `undefined` if it cannot be had. Asked for when a traceback has to be shown.
    fn page_source(&self) -> Promise;
    /// A part of the library as a `Uint8Array`.
    fn load_part(&self, part: &str) -> Promise;
    /// A promise that resolves in a task of its own, so that the browser can paint and answer the user before it, or none if
    /// the present task has only just begun.
    fn turn(&self) -> Option<Promise>;
    /// Calls `callback` with each open shadow root that was made since the loader started, and with each that is made from
    /// now on.
    fn watch_shadow_roots(&self, callback: &Function);
    /// Enables the controls that the loader disabled. Called once or more often.
    fn release_controls(&self);
}

#[wasm_bindgen]
extern "C" {
    /// The loader, as the object that JavaScript hands over.
    #[derive(Debug)]
    pub type JsHost;

    #[wasm_bindgen(method, js_name = showError)]
    fn js_show_error(this: &JsHost, message: &str);
    #[wasm_bindgen(method, js_name = progress)]
    fn js_progress(this: &JsHost, stage: &str, text: &str, loaded: u32, total: u32);
    #[wasm_bindgen(method, js_name = importModule)]
    fn js_import_module(this: &JsHost, url: &str) -> Promise;
    #[wasm_bindgen(method, js_name = pageSource)]
    fn js_page_source(this: &JsHost) -> Promise;
    #[wasm_bindgen(method, js_name = loadPart)]
    fn js_load_part(this: &JsHost, part: &str) -> Promise;
    #[wasm_bindgen(method, js_name = turn)]
    fn js_turn(this: &JsHost) -> Option<Promise>;
    #[wasm_bindgen(method, js_name = watchShadowRoots)]
    fn js_watch_shadow_roots(this: &JsHost, callback: &Function);
    #[wasm_bindgen(method, js_name = releaseControls)]
    fn js_release_controls(this: &JsHost);
}

impl Host for JsHost {
    fn show_error(&self, message: &str) {
        self.js_show_error(message);
    }
    fn progress(&self, stage: Stage, text: &str, loaded: u32, total: u32) {
        self.js_progress(stage.name(), text, loaded, total);
    }
    fn import_module(&self, url: &str) -> Promise {
        self.js_import_module(url)
    }
    fn page_source(&self) -> Promise {
        self.js_page_source()
    }
    fn load_part(&self, part: &str) -> Promise {
        self.js_load_part(part)
    }
    fn turn(&self) -> Option<Promise> {
        self.js_turn()
    }
    fn watch_shadow_roots(&self, callback: &Function) {
        self.js_watch_shadow_roots(callback);
    }
    fn release_controls(&self) {
        self.js_release_controls();
    }
}
