//! The page as a whole: what is known of it, and the way through the stages.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::{Promise, WeakSet};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element, Event, MutationObserver, Node, ShadowRoot, Window, console};

use crate::discover;
use crate::events::EventAttributes;
use crate::fault::{Fault, message_of};
use crate::host::Host;
use crate::interpreter::Interpreter;
use crate::places::Places;
use crate::run::Job;
use crate::stage::Stage;
use crate::tag::{Kind, Tag};

/// A page with Python in it.
///
/// Keep it: when it is dropped, the page is no longer watched and event attributes do nothing. Scripts that run go on.
#[derive(Clone)]
pub struct Page(pub(crate) Rc<State>);

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page")
            .field("stage", &self.0.stage.get())
            .finish_non_exhaustive()
    }
}

pub(crate) struct State {
    pub(crate) window: Window,
    pub(crate) document: Document,
    pub(crate) interpreter: Box<dyn Interpreter>,
    pub(crate) host: Box<dyn Host>,
    stage: Cell<Stage>,
    /// Tags that have been queued, so that none runs twice.
    pub(crate) seen: WeakSet,
    pub(crate) queue: RefCell<VecDeque<Job>>,
    pub(crate) queue_runs: Cell<bool>,
    /// Scripts that were on the page at the start and have not ended.
    pub(crate) outstanding: Cell<usize>,
    /// Whether the first scripts have been started, so that handlers can be called.
    pub(crate) started: Cell<bool>,
    /// Whether `py:all-done` has been dispatched.
    pub(crate) all_done: Cell<bool>,
    /// How many display nodes have a number.
    pub(crate) numbered: Cell<u32>,
    /// How many inline scripts have a number.
    pub(crate) numbered_scripts: Cell<u32>,
    /// Where inline scripts stand in the page.
    pub(crate) places: RefCell<Places>,
    /// Kinds whose configuration is unusable: their scripts do not run.
    pub(crate) broken: RefCell<HashSet<&'static str>>,
    /// Names in `env` attributes.
    pub(crate) environments: RefCell<HashSet<String>>,
    pub(crate) banner: Cell<bool>,
    /// Parts of the library that have been asked for.
    pub(crate) parts: RefCell<BTreeMap<&'static str, Promise>>,
    pub(crate) attributes: RefCell<Option<EventAttributes>>,
    pub(crate) observer: RefCell<Option<(MutationObserver, discover::OnChange)>>,
    /// What hears errors that nobody caught, until the page is dropped.
    error_listeners: RefCell<Vec<EventListener>>,
    /// Events that came before the first scripts had run.
    pub(crate) early: RefCell<Vec<(Element, String, Event)>>,
}

impl Page {
    /// Starts Python on a page. The promise inside resolves when the scripts that are on the page have been started.
    ///
    /// Whatever fails is shown on the page and in the console; controls are enabled and `py:all-done` is dispatched in
    /// every case.
    pub async fn start(interpreter: Box<dyn Interpreter>, host: Box<dyn Host>) -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let page = Self(Rc::new(State {
            window,
            document,
            interpreter,
            host,
            stage: Cell::new(Stage::Discover),
            seen: WeakSet::new(),
            queue: RefCell::default(),
            queue_runs: Cell::new(false),
            outstanding: Cell::new(0),
            started: Cell::new(false),
            all_done: Cell::new(false),
            numbered: Cell::new(0),
            numbered_scripts: Cell::new(0),
            places: RefCell::default(),
            broken: RefCell::default(),
            environments: RefCell::default(),
            banner: Cell::new(true),
            parts: RefCell::default(),
            attributes: RefCell::new(None),
            observer: RefCell::new(None),
            error_listeners: RefCell::default(),
            early: RefCell::default(),
        }));
        page.0.live().await;
        Some(page)
    }

    /// Where the page stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage.get()
    }
}

impl State {
    async fn live(self: &Rc<Self>) {
        self.enter(Stage::Discover, "Loading page", 0, 0);
        let tags = self.discover();
        self.outstanding.set(tags.len());

        self.enter(Stage::Configure, "Loading config", 0, 0);
        let settings = self.configure(&tags).await;

        self.enter(Stage::Prepare, "Loaded config", 0, 0);
        self.prepare(&settings).await;

        self.turn().await;
        self.enter(Stage::Builtins, "Loading builtins", 0, 0);
        let weak = Rc::downgrade(self);
        let import_module = Closure::<dyn Fn(String) -> Promise>::new(move |url: String| {
            let module = weak.upgrade().map(|state| state.host.import_module(&url));
            module.unwrap_or_else(|| Promise::resolve(&JsValue::UNDEFINED))
        });
        // Python keeps it as long as the page lives.
        let import_module: js_sys::Function = import_module.into_js_value().unchecked_into();
        if let Err(error) = self.interpreter.configure(&settings.python, &import_module) {
            self.report_error("The pyscript module", &error).await;
        }

        self.enter(Stage::Run, "Loaded Krait", 0, 0);
        let waiting = self.queue.take();
        let mut jobs: Vec<_> = tags.into_iter().map(|tag| self.job(tag, true)).collect();
        jobs.extend(waiting);
        self.enqueue(jobs).await;
        self.started.set(true);
        self.host.release_controls();
        let early = self.early.take();
        for (element, attribute, event) in early {
            self.dispatch(&element, &attribute, &event);
        }
        if self.outstanding.get() == 0 {
            self.all_done();
        }
    }

    /// Finds what is on the page, and begins to watch for what comes.
    fn discover(self: &Rc<Self>) -> Vec<Tag> {
        let weak = Rc::downgrade(self);
        let dispatch = move |element: &Element, attribute: &str, event: &Event| {
            if let Some(state) = weak.upgrade() {
                state.event(element, attribute, event);
            }
        };
        self.watch_errors();
        self.attributes
            .replace(Some(EventAttributes::new(Rc::new(dispatch))));
        self.watch();
        self.collect(self.document.as_ref())
    }

    fn watch(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let on_change: discover::OnChange = Closure::new(move |records: js_sys::Array| {
            if let Some(state) = weak.upgrade() {
                state.changed(&records);
            }
        });
        if let Ok(observer) = MutationObserver::new(on_change.as_ref().unchecked_ref()) {
            discover::observe(&observer, self.document.as_ref());
            self.observer.replace(Some((observer, on_change)));
        }
        let weak = Rc::downgrade(self);
        let on_root = Closure::<dyn Fn(ShadowRoot)>::new(move |root: ShadowRoot| {
            if let Some(state) = weak.upgrade() {
                state.adopt_root(&root);
            }
        });
        // The loader keeps it as long as the page lives.
        self.host
            .watch_shadow_roots(on_root.into_js_value().unchecked_ref());
    }

    /// Shows errors of Python's that nobody caught: of callbacks and of tasks that nobody awaits.
    fn watch_errors(self: &Rc<Self>) {
        for (name, property) in [("error", "error"), ("unhandledrejection", "reason")] {
            let weak = Rc::downgrade(self);
            let heard = move |event: &Event| {
                let Some(state) = weak.upgrade() else { return };
                let Ok(error) = js_sys::Reflect::get(event, &property.into()) else {
                    return;
                };
                if error
                    .dyn_ref::<js_sys::Error>()
                    .is_some_and(|error| error.name() == "PythonError")
                {
                    // It is logged with the page's lines; the browser's own line would say it twice.
                    event.prevent_default();
                    spawn_local(async move { state.report_error("Python", &error).await });
                }
            };
            let listener = EventListener::new_with_options(
                &self.window,
                name,
                EventListenerOptions::enable_prevent_default(),
                heard,
            );
            self.error_listeners.borrow_mut().push(listener);
        }
    }

    fn adopt_root(self: &Rc<Self>, root: &ShadowRoot) {
        if let Some((observer, _)) = &*self.observer.borrow() {
            discover::observe(observer, root.as_ref());
        }
        let tags = self.collect(root.as_ref());
        self.later(tags);
    }

    /// The tags in and below a node, in document order; event attributes there begin to work.
    pub(crate) fn collect(self: &Rc<Self>, root: &Node) -> Vec<Tag> {
        if let Some(attributes) = &*self.attributes.borrow() {
            attributes.scan(&self.document, root);
        }
        let mut tags = Vec::new();
        for element in discover::scripts(root) {
            if let Some(tag) = Tag::of(&element)
                && !self.seen.has(&element)
            {
                self.seen.add(&element);
                self.environments
                    .borrow_mut()
                    .extend(element.get_attribute("env"));
                tags.push(tag);
            }
        }
        for shadow in discover::shadow_roots(root) {
            if let Some((observer, _)) = &*self.observer.borrow() {
                discover::observe(observer, shadow.as_ref());
            }
            tags.extend(self.collect(shadow.as_ref()));
        }
        tags
    }

    /// Runs tags that came after the first look at the page.
    pub(crate) fn later(self: &Rc<Self>, tags: Vec<Tag>) {
        if tags.is_empty() {
            return;
        }
        let state = Rc::clone(self);
        spawn_local(async move {
            let jobs: Vec<_> = tags.into_iter().map(|tag| state.job(tag, false)).collect();
            state.enqueue(jobs).await;
        });
    }

    /// Gives the browser a turn if this one has lasted: what a page's start does is too much for one task.
    pub(crate) async fn turn(&self) {
        if let Some(turn) = self.host.turn() {
            // It is resolved, never rejected.
            let _ = JsFuture::from(turn).await;
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.stage.get()
    }

    fn enter(&self, stage: Stage, text: &str, loaded: u32, total: u32) {
        self.stage.set(stage);
        if let Some(performance) = self.window.performance() {
            let _ = performance.mark(&format!("krait:{stage}"));
        }
        self.host.progress(stage, text, loaded, total);
    }

    pub(crate) fn progress(&self, text: &str, loaded: usize, total: usize) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.host
            .progress(self.stage.get(), text, count(loaded), count(total));
    }

    /// Shows a failure of the page's.
    pub(crate) fn report(&self, fault: &Fault) {
        self.show(&fault.to_string());
    }

    /// Shows what Python code raised, or another error that JavaScript handed over.
    pub(crate) async fn report_error(&self, place: &str, error: &JsValue) {
        // The text of an exception is made when it is asked for; without the library it would be a poorer one.
        let _ = self.ensure_library("import traceback").await;
        let mut message = message_of(error);
        if self.places.borrow().names_script(&message) {
            self.find_places().await;
            message = self.places.borrow().translate(&message, &self.page_name());
            // Whoever gets the error next sees the same lines.
            if error.is_instance_of::<js_sys::Error>() {
                let _ =
                    js_sys::Reflect::set(error, &"message".into(), &JsValue::from_str(&message));
            }
        }
        // A traceback names its place itself.
        if message.starts_with("Traceback") || message.contains("  File \"") {
            self.show(message.trim_end());
        } else {
            self.show(&format!("{place}: {message}"));
        }
    }

    /// Gets the page's source, which nothing but a traceback needs.
    async fn find_places(&self) {
        if self.places.borrow().are_known() {
            return;
        }
        let text = JsFuture::from(self.host.page_source())
            .await
            .ok()
            .and_then(|text| text.as_string());
        self.places.borrow_mut().find(&text.unwrap_or_default());
    }

    fn show(&self, message: &str) {
        console::error_1(&message.into());
        if self.banner.get() {
            self.host.show_error(message);
        }
    }

    pub(crate) fn next_id(&self, kind: Kind) -> String {
        loop {
            let number = self.numbered.get();
            self.numbered.set(number + 1);
            let id = format!("{}-{number}", kind.prefix());
            if self.document.get_element_by_id(&id).is_none() {
                return id;
            }
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some((observer, _)) = &*self.observer.borrow() {
            observer.disconnect();
        }
    }
}
