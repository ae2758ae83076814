//! Event attributes: `py-click="name"` and its like.
//!
//! One listener per prefix serves the whole page. It reads the attribute when the event comes, so a changed value needs no
//! work, adding a listener twice does nothing, and no table of elements has to be kept.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, Node, ShadowRoot, XPathResult};

use crate::tag::Kind;

/// The attribute that chooses an environment; no event has this name.
pub(crate) const ENV: &str = "env";

/// Called with the element, the attribute and the event.
type Dispatch = dyn Fn(&Element, &str, &Event);

/// The page's event attributes.
pub(crate) struct EventAttributes {
    /// Functions that JavaScript owns: an element may outlive the page that listens to it.
    listeners: Vec<(Kind, Function)>,
}

impl EventAttributes {
    pub(crate) fn new(dispatch: Rc<Dispatch>) -> Self {
        let listeners = Kind::ALL
            .into_iter()
            .map(|kind| {
                let dispatch = Rc::clone(&dispatch);
                let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
                    let element = event
                        .current_target()
                        .and_then(|target| target.dyn_into::<Element>().ok());
                    let attribute = format!("{}-{}", kind.prefix(), event.type_());
                    if let Some(element) = element {
                        dispatch(&element, &attribute, &event);
                    }
                });
                (kind, listener.into_js_value().unchecked_into())
            })
            .collect();
        Self { listeners }
    }

    /// Listens for what the attributes of `root` and of all elements below it name.
    pub(crate) fn scan(&self, document: &Document, root: &Node) {
        if root.is_instance_of::<ShadowRoot>() {
            // An XPath search cannot begin at a fragment.
            let children = root.child_nodes();
            for child in (0..children.length()).filter_map(|index| children.get(index)) {
                self.scan(document, &child);
            }
            return;
        }
        let prefixes: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| format!("starts-with(name(),'{}-')", kind.prefix()))
            .collect();
        let query = format!("descendant-or-self::*/@*[{}]", prefixes.join(" or "));
        let Ok(found) = document.evaluate_with_opt_callback_and_type(
            &query,
            root,
            None,
            XPathResult::ORDERED_NODE_SNAPSHOT_TYPE,
        ) else {
            return;
        };
        for index in 0..found.snapshot_length().unwrap_or(0) {
            let Ok(Some(attribute)) = found.snapshot_item(index) else {
                continue;
            };
            let owner = js_sys::Reflect::get(&attribute, &JsValue::from_str("ownerElement"));
            if let Some(element) = owner
                .ok()
                .and_then(|owner| owner.dyn_into::<Element>().ok())
            {
                self.update(&element, &attribute.node_name());
            }
        }
    }

    /// Begins or ends listening after an attribute came or went.
    pub(crate) fn update(&self, element: &Element, attribute: &str) {
        let Some((listener, event)) = self.listener(attribute) else {
            return;
        };
        // Neither call fails for a listener that is a function.
        let _ = if element.has_attribute(attribute) {
            element.add_event_listener_with_callback(event, listener)
        } else {
            element.remove_event_listener_with_callback(event, listener)
        };
    }

    fn listener<'a>(&self, attribute: &'a str) -> Option<(&Function, &'a str)> {
        self.listeners.iter().find_map(|(kind, listener)| {
            let event = attribute.strip_prefix(kind.prefix())?.strip_prefix('-')?;
            (!event.is_empty() && event != ENV).then_some((listener, event))
        })
    }
}
