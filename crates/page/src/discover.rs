//! Looking for tags, and watching for those that come later.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Document, Element, MutationObserver, MutationObserverInit, MutationRecord, Node, NodeList,
    ShadowRoot,
};

use crate::page::State;
use crate::tag::SCRIPTS;

/// What a `MutationObserver` calls.
pub(crate) type OnChange = Closure<dyn Fn(Array)>;

/// Watches a tree: the document, or a shadow root.
pub(crate) fn observe(observer: &MutationObserver, root: &Node) {
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    options.set_attributes(true);
    // Watching a node that is watched already with the same options changes nothing.
    let _ = observer.observe_with_options(root, &options);
}

/// The script tags in and below a node, in document order.
pub(crate) fn scripts(root: &Node) -> Vec<Element> {
    let mut found: Vec<_> = root
        .dyn_ref::<Element>()
        .filter(|element| element.matches(SCRIPTS).unwrap_or(false))
        .cloned()
        .into_iter()
        .collect();
    found.extend(select(root, SCRIPTS));
    found
}

/// The open shadow roots of a node and of the elements below it, not those inside of other shadow roots.
pub(crate) fn shadow_roots(root: &Node) -> Vec<ShadowRoot> {
    let own = root.dyn_ref::<Element>().and_then(Element::shadow_root);
    own.into_iter()
        .chain(
            select(root, "*")
                .into_iter()
                .filter_map(|element| element.shadow_root()),
        )
        .collect()
}

/// The elements below a node that match a selector. Only documents, elements and shadow roots have any.
pub(crate) fn select(root: &Node, selector: &str) -> Vec<Element> {
    let found = if let Some(document) = root.dyn_ref::<Document>() {
        document.query_selector_all(selector)
    } else if let Some(element) = root.dyn_ref::<Element>() {
        element.query_selector_all(selector)
    } else if let Some(shadow) = root.dyn_ref::<ShadowRoot>() {
        shadow.query_selector_all(selector)
    } else {
        return Vec::new();
    };
    found.map(|list| elements(&list)).unwrap_or_default()
}

fn elements(list: &NodeList) -> Vec<Element> {
    (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect()
}

impl State {
    /// Takes note of changes of the page.
    pub(crate) fn changed(self: &Rc<Self>, records: &Array) {
        let mut tags = Vec::new();
        for record in records.iter() {
            let record: MutationRecord = record.unchecked_into();
            if let Some(attribute) = record.attribute_name() {
                if let Some(element) = record
                    .target()
                    .and_then(|target| target.dyn_into::<Element>().ok())
                    && let Some(attributes) = &*self.attributes.borrow()
                {
                    attributes.update(&element, &attribute);
                }
                continue;
            }
            let added = record.added_nodes();
            for node in (0..added.length()).filter_map(|index| added.get(index)) {
                // A node that has been moved away before this call runs nothing, as in HTML.
                if node.node_type() == Node::ELEMENT_NODE && node.is_connected() {
                    tags.extend(self.collect(&node));
                }
            }
        }
        self.later(tags);
    }
}
