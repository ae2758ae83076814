//! Running scripts and handlers.

use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CustomEvent, CustomEventInit, Element, Event};

use crate::fault::{Fault, message_of, nearest};
use crate::fetch::{Address, Download};
use crate::interpreter::{HandlerError, Script};
use crate::page::State;
use crate::stage::Stage;
use crate::tag::{Code, Kind, Tag, describe, set_current_script};

/// A tag on its way to run.
pub(crate) struct Job {
    tag: Tag,
    /// Whether `py:all-done` waits for it.
    counted: bool,
    text: Result<Text, Fault>,
}

/// A script's text, here or on its way.
enum Text {
    Here {
        code: String,
        filename: String,
    },
    Fetching {
        download: Download,
        filename: String,
    },
}

impl State {
    /// Reads a tag and begins to fetch its source, so that all sources of a page are fetched side by side.
    pub(crate) fn job(&self, tag: Tag, counted: bool) -> Job {
        let text = if self.broken.borrow().contains(tag.kind.prefix()) {
            // The configuration's own message has been shown.
            Ok(Text::Here {
                code: String::new(),
                filename: String::new(),
            })
        } else {
            tag.read().map(|code| match code {
                Code::Inline(text) => self.inline(&tag, &text, counted),
                Code::Source(source) => {
                    let filename = source.split(['?', '#']).next().unwrap_or(&source);
                    let filename = filename.strip_prefix("./").unwrap_or(filename).to_owned();
                    let download =
                        Download::start(&self.window, Address::resolve(&source, &self.base()));
                    Text::Fetching { download, filename }
                }
            })
        };
        Job { tag, counted, text }
    }

    fn inline(&self, tag: &Tag, text: &str, counted: bool) -> Text {
        let number = self.numbered_scripts.get() + 1;
        self.numbered_scripts.set(number);
        let name = if tag.element.id().is_empty() {
            number.to_string()
        } else {
            format!("#{}", tag.element.id())
        };
        let filename = format!("{} (script {name})", self.page_name());
        // What comes later is not in the page's source, though the same text may be.
        if counted {
            self.places.borrow_mut().add(&filename, text);
        }
        Text::Here {
            code: text.to_owned(),
            filename,
        }
    }

    /// The page's file name as its author would call it.
    pub(crate) fn page_name(&self) -> String {
        let path = self.window.location().pathname().unwrap_or_default();
        match path.rsplit('/').next() {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => "index.html".to_owned(),
        }
    }

    pub(crate) fn base(&self) -> String {
        self.document.base_uri().ok().flatten().unwrap_or_default()
    }

    /// Runs jobs after those that wait already, one after the other; returns when all have been started.
    pub(crate) async fn enqueue(self: &Rc<Self>, jobs: Vec<Job>) {
        self.queue.borrow_mut().extend(jobs);
        // Scripts that come while the page is being prepared wait for the first ones.
        if self.queue_runs.get() || self.stage() != Stage::Run {
            return;
        }
        self.queue_runs.set(true);
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(job) = next else { break };
            self.turn().await;
            self.start_job(job).await;
        }
        self.queue_runs.set(false);
    }

    /// Starts a script and returns after its first slice: its end is waited for elsewhere.
    async fn start_job(self: &Rc<Self>, job: Job) {
        let Job { tag, counted, text } = job;
        if self.broken.borrow().contains(tag.kind.prefix()) {
            let error = JsValue::from_str("the configuration of the page cannot be used");
            return self.done(&tag, counted, Some(&error));
        }
        let (script, fault) = match self.script(&tag, text).await {
            Ok(ready) => ready,
            Err(fault) => {
                self.report(&fault);
                let error: JsValue = js_sys::Error::new(&fault.to_string()).into();
                return self.done(&tag, counted, Some(&error));
            }
        };
        if script.is_async && fault.is_none() {
            self.turn().await;
            self.interpreter.prepare(&script);
            self.turn().await;
        }
        announce(&tag.element, tag.kind, "ready", None);
        if let Some(error) = fault {
            return self.done(&tag, counted, Some(&error));
        }
        set_current_script(&self.document, Some(&tag.element));
        let end = self.interpreter.run(&script);
        if let Some(begun) = self.interpreter.begun() {
            // Its outcome is that of `end`.
            let _ = JsFuture::from(begun).await;
        }
        set_current_script(&self.document, None);
        let state = Rc::clone(self);
        spawn_local(async move {
            let error = JsFuture::from(end).await.err();
            if let Some(error) = &error {
                state.report_error(&describe(&tag.element), error).await;
            }
            state.done(&tag, counted, error.as_ref());
        });
    }

    /// Waits for a script's text and for the library that it imports from. A source that cannot be fetched still lets the
    /// tag be ready and done.
    async fn script(
        &self,
        tag: &Tag,
        text: Result<Text, Fault>,
    ) -> Result<(Script, Option<JsValue>), Fault> {
        let target = tag.display_target(&self.document, || self.next_id(tag.kind))?;
        let mut failure = None;
        let (code, filename) = match text? {
            Text::Here { code, filename } => (code, filename),
            Text::Fetching { download, filename } => match download.text().await {
                Ok(code) => (code, filename),
                Err(fault) => {
                    self.report(&fault);
                    failure = Some(js_sys::Error::new(&fault.to_string()).into());
                    (String::new(), filename)
                }
            },
        };
        self.ensure_library(&code).await?;
        let script = Script {
            code,
            filename,
            is_async: tag.is_async(),
            element: tag.element.clone(),
            target,
        };
        Ok((script, failure))
    }

    /// Fetches the parts of the library that the code needs, side by side and each once.
    pub(crate) async fn ensure_library(&self, code: &str) -> Result<(), Fault> {
        let missing = self.interpreter.missing_parts(code);
        let fetched: Vec<_> = missing
            .into_iter()
            .map(|part| {
                let mut parts = self.parts.borrow_mut();
                let fetch = parts
                    .entry(part)
                    .or_insert_with(|| self.host.load_part(part));
                (part, fetch.clone())
            })
            .collect();
        for (part, fetch) in fetched {
            let fault = |reason: String| {
                // The loader's sentence has the code already.
                let reason = reason
                    .trim_start_matches("(KR0005): ")
                    .trim_end_matches('.');
                let reason = reason.to_owned();
                Fault::Library { part, reason }
            };
            let bytes = JsFuture::from(fetch).await.map_err(|error| {
                // The next script that needs it tries again.
                self.parts.borrow_mut().remove(part);
                fault(message_of(&error))
            })?;
            let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
            self.interpreter.supply(part, bytes).map_err(fault)?;
        }
        Ok(())
    }

    fn done(&self, tag: &Tag, counted: bool, error: Option<&JsValue>) {
        announce(&tag.element, tag.kind, "done", error);
        if counted {
            self.outstanding.set(self.outstanding.get() - 1);
            if self.outstanding.get() == 0 {
                self.all_done();
            }
        }
    }

    pub(crate) fn all_done(&self) {
        if !self.all_done.replace(true)
            && let Ok(event) = Event::new("py:all-done")
        {
            let _ = self.window.dispatch_event(&event);
        }
    }

    /// An event came to an element with an event attribute.
    pub(crate) fn event(self: &Rc<Self>, element: &Element, attribute: &str, event: &Event) {
        if self.started.get() {
            self.dispatch(element, attribute, event);
        } else {
            self.early
                .borrow_mut()
                .push((element.clone(), attribute.to_owned(), event.clone()));
        }
    }

    /// Calls the handler that an attribute names, now.
    pub(crate) fn dispatch(self: &Rc<Self>, element: &Element, attribute: &str, event: &Event) {
        let Some(name) = element.get_attribute(attribute) else {
            return;
        };
        let name = name.trim();
        if let Some(fault) = self.unknown_environment(element) {
            return self.report(&fault);
        }
        let place = format!("{attribute}=\"{name}\"");
        match self.interpreter.call_handler(name, event) {
            Ok(value) if is_thenable(&value) => {
                let state = Rc::clone(self);
                spawn_local(async move {
                    if let Err(error) = JsFuture::from(Promise::resolve(&value)).await {
                        state.report_error(&place, &error).await;
                    }
                });
            }
            Ok(_) => {}
            Err(HandlerError::Raised(error)) => {
                let state = Rc::clone(self);
                spawn_local(async move { state.report_error(&place, &error).await });
            }
            Err(HandlerError::NoFunction) => self.report(&Fault::NoFunction {
                attribute: attribute.to_owned(),
                handler: name.to_owned(),
                tag: describe(element),
            }),
            Err(HandlerError::Unknown { missing, known }) => {
                let last = missing.rsplit('.').next().unwrap_or(&missing);
                let near = nearest(last, &known);
                self.report(&Fault::UnknownHandler {
                    attribute: attribute.to_owned(),
                    handler: name.to_owned(),
                    tag: describe(element),
                    missing,
                    near,
                });
            }
        }
    }

    fn unknown_environment(&self, element: &Element) -> Option<Fault> {
        let env = element
            .get_attribute("py-env")
            .filter(|env| !env.is_empty())?;
        let environments = self.environments.borrow();
        let mut known: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| kind.prefix().to_owned())
            .collect();
        if environments.contains(&env) || known.contains(&env) {
            return None;
        }
        known.extend(environments.iter().cloned());
        Some(Fault::UnknownEnvironment {
            env,
            tag: describe(element),
            known,
        })
    }
}

fn is_thenable(value: &JsValue) -> bool {
    value.is_object() && Reflect::get(value, &"then".into()).is_ok_and(|then| then.is_function())
}

/// Dispatches `py:ready` or `py:done` on a tag.
fn announce(element: &Element, kind: Kind, what: &str, error: Option<&JsValue>) {
    let detail = Object::new();
    let _ = Reflect::set(&detail, &"worker".into(), &JsValue::FALSE);
    if let Some(error) = error {
        let _ = Reflect::set(&detail, &"error".into(), error);
    }
    let options = CustomEventInit::new();
    options.set_bubbles(true);
    options.set_detail(&detail);
    if let Ok(event) =
        CustomEvent::new_with_event_init_dict(&format!("{}:{what}", kind.prefix()), &options)
    {
        let _ = element.dispatch_event(event.unchecked_ref());
    }
}
