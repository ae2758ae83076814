//! Tags that hold Python.

use js_sys::Reflect;
use krait_config::{content_and_src, invalid_worker_attribute};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, Node, ShadowRoot, console};

use crate::fault::Fault;
use crate::source::{is_blank, unescape};

/// Finds every tag that holds Python.
pub(crate) const SCRIPTS: &str = "script[type=\"py\"],script[type=\"mpy\"],script[type=\"python\"],\
    script[type=\"text/python\"],script[type=\"pyodide\"],script[type=\"micropython\"],py-script,mpy-script";

/// What a tag calls itself. All run on the same interpreter; the name shows in events and ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `py`, `python`, `text/python`, `<py-script>`.
    Py,
    /// `mpy`, `<mpy-script>`.
    Mpy,
    /// `pyodide`.
    Pyodide,
    /// `micropython`.
    MicroPython,
}

impl Kind {
    /// All, in the order in which their configurations count.
    pub const ALL: [Self; 4] = [Self::Py, Self::Mpy, Self::Pyodide, Self::MicroPython];

    /// The name that events (`py:done`), ids (`py-0`) and attributes (`py-click`) begin with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Py => "py",
            Self::Mpy => "mpy",
            Self::Pyodide => "pyodide",
            Self::MicroPython => "micropython",
        }
    }

    fn of(element: &Element) -> Option<Self> {
        match element.local_name().as_str() {
            "py-script" => Some(Self::Py),
            "mpy-script" => Some(Self::Mpy),
            "script" => match element.get_attribute("type")?.to_ascii_lowercase().as_str() {
                "py" | "python" | "text/python" => Some(Self::Py),
                "mpy" => Some(Self::Mpy),
                "pyodide" => Some(Self::Pyodide),
                "micropython" => Some(Self::MicroPython),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A tag that holds Python.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) element: Element,
    pub(crate) kind: Kind,
}

/// Where a tag's code comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The tag's own text, as it stands in the page.
    Inline(String),
    /// A file.
    Source(String),
}

impl Tag {
    pub(crate) fn of(element: &Element) -> Option<Self> {
        Kind::of(element).map(|kind| Self {
            element: element.clone(),
            kind,
        })
    }

    fn is_custom(&self) -> bool {
        self.element.local_name() != "script"
    }

    /// Top-level `await` is on unless the attribute says no.
    pub(crate) fn is_async(&self) -> bool {
        !self.element.get_attribute("async").is_some_and(|value| {
            value == "0" || value.eq_ignore_ascii_case("false") || value.eq_ignore_ascii_case("no")
        })
    }

    /// Checks the attributes and takes the code out of the tag.
    pub(crate) fn read(&self) -> Result<Code, Fault> {
        let tag = || describe(&self.element);
        let text = if self.is_custom() {
            self.take_content()
        } else {
            self.element.text_content().unwrap_or_default()
        };
        let source = self.element.get_attribute("src");
        if let Some(worker) = self.element.get_attribute("worker") {
            let empty = source.as_deref() == Some("");
            return Err(if worker.is_empty() && !empty {
                Fault::NoWorkers { tag: tag() }
            } else {
                invalid_worker_attribute(&tag()).into()
            });
        }
        match source {
            Some(_) if !is_blank(&text) => Err(content_and_src(&tag()).into()),
            Some(source) if !source.trim().is_empty() => Ok(Code::Source(source)),
            _ => Ok(Code::Inline(text)),
        }
    }

    /// The text of a custom tag, which from then on is a place for output.
    fn take_content(&self) -> String {
        let element = &self.element;
        let text = if element.child_element_count() == 0 {
            element.text_content().unwrap_or_default()
        } else {
            console::warn_2(
                &"Deprecated: use <script type=\"py\"> for an always safe content parsing:".into(),
                &element.inner_html().into(),
            );
            unescape(&element.inner_html())
        };
        element.set_text_content(None);
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            let _ = element.style().set_property("display", "block");
        }
        text
    }

    /// The element that `display` writes to by default; made if there is none, and given an id.
    pub(crate) fn display_target(
        &self,
        document: &Document,
        next_id: impl FnOnce() -> String,
    ) -> Result<Element, Fault> {
        let target = if let Some(name) = self
            .element
            .get_attribute("target")
            .filter(|name| !name.is_empty())
        {
            find(&self.element, document, &name).ok_or_else(|| Fault::UnknownTarget {
                tag: describe(&self.element),
                target: name,
            })?
        } else if self.is_custom() {
            self.element.clone()
        } else {
            self.make_display_node(document)?
        };
        if target.id().is_empty() {
            target.set_id(&next_id());
        }
        let _ = Reflect::set(&self.element, &"target".into(), &target);
        Ok(target)
    }

    fn make_display_node(&self, document: &Document) -> Result<Element, Fault> {
        let lost = |_| Fault::UnknownTarget {
            tag: describe(&self.element),
            target: String::new(),
        };
        let node = document.create_element("script-py").map_err(lost)?;
        let in_head = document
            .head()
            .is_some_and(|head| head.contains(Some(&self.element)));
        if in_head || self.element.parent_node().is_none() {
            if let Some(body) = document.body() {
                body.append_child(&node).map_err(lost)?;
            }
        } else {
            self.element.after_with_node_1(&node).map_err(lost)?;
        }
        Ok(node)
    }
}

/// Finds an element by id or selector: in the tree that `near` stands in, which may be a shadow tree, then in the document.
pub(crate) fn find(near: &Element, document: &Document, name: &str) -> Option<Element> {
    let root: Node = near.get_root_node();
    if let Some(root) = root.dyn_ref::<ShadowRoot>() {
        let found = root
            .get_element_by_id(name)
            .or_else(|| root.query_selector(name).ok().flatten());
        if found.is_some() {
            return found;
        }
    }
    document
        .get_element_by_id(name)
        .or_else(|| document.query_selector(name).ok().flatten())
}

/// An element's opening tag, for messages.
pub(crate) fn describe(element: &Element) -> String {
    let mut text = format!("<{}", element.local_name());
    for name in element
        .get_attribute_names()
        .iter()
        .filter_map(|name| name.as_string())
    {
        let value = element.get_attribute(&name).unwrap_or_default();
        text.push(' ');
        text.push_str(&name);
        if !value.is_empty() {
            let short: String = value.chars().take(60).collect();
            let dots = if short.len() < value.len() { "…" } else { "" };
            text.push_str(&format!("=\"{short}{dots}\""));
        }
    }
    text.push('>');
    text
}

/// Sets or removes `document.currentScript`.
pub(crate) fn set_current_script(document: &Document, element: Option<&Element>) {
    let name = JsValue::from_str("currentScript");
    // The own property hides the accessor of the prototype; without it the accessor shows again.
    let _ = Reflect::delete_property(document, &name);
    if let Some(element) = element {
        let descriptor = js_sys::Object::new();
        let _ = Reflect::set(&descriptor, &"configurable".into(), &JsValue::TRUE);
        let _ = Reflect::set(&descriptor, &"value".into(), element);
        let _ = Reflect::define_property(document, &name, &descriptor);
    }
}
