//! A page without Python: an interpreter and a loader that write down what is asked of them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Function, Promise};
use krait_page::{HandlerError, Host, Interpreter, Page, Script, Stage};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, Event, Window};

/// What happened.
#[derive(Default)]
pub struct Log {
    pub scripts: RefCell<Vec<Script>>,
    pub current: RefCell<Vec<Option<Element>>>,
    pub handled: RefCell<Vec<String>>,
    pub modules: RefCell<Vec<String>>,
    pub files: RefCell<BTreeMap<String, Vec<u8>>>,
    pub config: RefCell<String>,
    pub errors: RefCell<Vec<String>>,
    pub progress: RefCell<Vec<(Stage, String)>>,
    pub released: Cell<bool>,
    pub source: RefCell<Option<String>>,
    pub on_root: RefCell<Option<Function>>,
    pub libraries: Cell<u32>,
}

impl Log {
    /// The code of all scripts that ran, in order.
    pub fn ran(&self) -> Vec<String> {
        self.scripts
            .borrow()
            .iter()
            .map(|script| script.code.trim().to_owned())
            .collect()
    }
}

#[derive(Clone)]
pub struct Fake(pub Rc<Log>);

impl Interpreter for Fake {
    fn run(&self, script: &Script) -> Promise {
        self.0.scripts.borrow_mut().push(script.clone());
        let current = js_sys::Reflect::get(&document(), &"currentScript".into()).ok();
        self.0
            .current
            .borrow_mut()
            .push(current.and_then(|script| script.dyn_into().ok()));
        if script.code.contains("raise") {
            let text = format!(
                "Traceback (most recent call last):\n  File \"{}\", line 1\nValueError: <b>",
                script.filename
            );
            return Promise::reject(&js_sys::Error::new(&text));
        }
        Promise::resolve(&JsValue::UNDEFINED)
    }

    fn call_handler(&self, name: &str, event: &Event) -> Result<JsValue, HandlerError> {
        self.0.handled.borrow_mut().push(name.to_owned());
        match name {
            "ok" | "app.ok" => Ok(JsValue::UNDEFINED),
            "prevent" => {
                event.prevent_default();
                Ok(JsValue::UNDEFINED)
            }
            "late" => Ok(Promise::reject(&js_sys::Error::new("too late")).into()),
            "raises" => Err(HandlerError::Raised(js_sys::Error::new("raised").into())),
            _ => Err(HandlerError::Unknown {
                missing: name.to_owned(),
                known: vec!["on_click".into(), "ok".into()],
            }),
        }
    }

    fn add_js_module(&self, name: &str, _module: &JsValue) -> Result<(), JsValue> {
        self.0.modules.borrow_mut().push(name.to_owned());
        Ok(())
    }

    fn write_file(&self, path: &str, data: &[u8]) -> Result<(), String> {
        self.0
            .files
            .borrow_mut()
            .insert(path.to_owned(), data.to_vec());
        Ok(())
    }

    fn configure(&self, config: &str, _import_module: &Function) -> Result<(), JsValue> {
        self.0.config.replace(config.to_owned());
        Ok(())
    }

    fn missing_parts(&self, code: &str) -> Vec<&'static str> {
        if code.contains("import rare") && self.0.libraries.get() == 0 {
            vec!["std"]
        } else {
            Vec::new()
        }
    }

    fn supply(&self, _part: &str, _bytes: Vec<u8>) -> Result<(), String> {
        self.0.libraries.set(self.0.libraries.get() + 1);
        Ok(())
    }
}

impl Host for Fake {
    fn show_error(&self, message: &str) {
        self.0.errors.borrow_mut().push(message.to_owned());
    }

    fn progress(&self, stage: Stage, text: &str, _loaded: u32, _total: u32) {
        self.0.progress.borrow_mut().push((stage, text.to_owned()));
    }

    fn import_module(&self, url: &str) -> Promise {
        if url.contains("nope") {
            Promise::reject(&js_sys::TypeError::new("Failed to fetch"))
        } else {
            Promise::resolve(&JsValue::from(js_sys::Object::new()))
        }
    }

    fn page_source(&self) -> Promise {
        Promise::resolve(
            &self
                .0
                .source
                .borrow()
                .clone()
                .map_or(JsValue::UNDEFINED, JsValue::from),
        )
    }

    fn load_part(&self, _part: &str) -> Promise {
        Promise::resolve(&JsValue::from(js_sys::Uint8Array::new_with_length(3)))
    }

    fn turn(&self) -> Option<Promise> {
        None
    }

    fn watch_shadow_roots(&self, callback: &Function) {
        self.0.on_root.replace(Some(callback.clone()));
    }

    fn release_controls(&self) {
        self.0.released.set(true);
    }
}

pub fn window() -> Window {
    web_sys::window().unwrap()
}

pub fn document() -> Document {
    window().document().unwrap()
}

/// A page that has been started. Its content goes when it is dropped.
#[allow(dead_code, reason = "each test file uses a part")]
pub struct Started {
    pub page: Page,
    pub log: Rc<Log>,
    pub root: Element,
}

impl Drop for Started {
    fn drop(&mut self) {
        self.root.remove();
        for node in ["script-py", "link[rel=stylesheet]"] {
            while let Some(node) = document().query_selector(node).unwrap() {
                node.remove();
            }
        }
    }
}

pub async fn start(html: &str) -> Started {
    start_with(html, Rc::default()).await
}

/// Puts HTML on the page, starts, and waits for `py:all-done`.
pub async fn start_with(html: &str, log: Rc<Log>) -> Started {
    // A test that failed has left its page behind.
    while let Some(old) = document().query_selector("main, script-py").unwrap() {
        old.remove();
    }
    let root = document().create_element("main").unwrap();
    root.set_inner_html(html);
    document().body().unwrap().append_child(&root).unwrap();
    let done = event(&window(), "py:all-done");
    let fake = Fake(Rc::clone(&log));
    let page = Page::start(Box::new(fake.clone()), Box::new(fake))
        .await
        .unwrap();
    done.await.unwrap();
    Started { page, log, root }
}

/// A promise for the next event of that name.
pub fn event(target: &web_sys::EventTarget, name: &str) -> JsFuture {
    let promise = Promise::new(&mut |resolve, _| {
        let listener = Closure::once_into_js(move |event: Event| {
            resolve.call1(&JsValue::NULL, &event).unwrap()
        });
        let options = web_sys::AddEventListenerOptions::new();
        options.set_once(true);
        target
            .add_event_listener_with_callback_and_add_event_listener_options(
                name,
                listener.unchecked_ref(),
                &options,
            )
            .unwrap();
    });
    JsFuture::from(promise)
}

/// Waits until everything that has been queued (observers, promises) has run.
pub async fn turn() {
    let promise = Promise::new(&mut |resolve, _| {
        window().set_timeout_with_callback(&resolve).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

pub fn query(selector: &str) -> Element {
    document().query_selector(selector).unwrap().unwrap()
}

/// A URL that answers with this text.
pub fn data_url(kind: &str, text: &str) -> String {
    format!(
        "data:{kind},{}",
        String::from(js_sys::encode_uri_component(text))
    )
}
