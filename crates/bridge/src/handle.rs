//! References to JavaScript values: indices into the slab of `js/slab.js`.

use wasm_bindgen::JsValue;

use crate::{cell, glue};

/// One slot of the slab, released when dropped.
#[derive(Debug)]
pub(crate) struct Handle(u32);

/// The slot that always holds `undefined`; as a receiver it means "no `this`".
pub(crate) const UNDEFINED: u32 = 0;

impl Handle {
    /// Takes over a slot that JavaScript filled for us.
    pub(crate) fn adopt(index: u32) -> Self {
        Self(index)
    }

    /// Takes over a slot that JavaScript filled, or refers to one that it only names.
    pub(crate) fn adopt_unless_pinned(index: u32) -> Self {
        if index < cell::FIRST_HANDLE {
            return Self::pinned(index);
        }
        Self(index)
    }

    /// Refers to a slot that is never released: a constant, or a pinned method.
    pub(crate) fn pinned(slot: u32) -> Self {
        cell::pin(slot);
        Self(slot)
    }

    /// Holds a value.
    pub(crate) fn new(value: &JsValue) -> Self {
        Self(glue::hold(value))
    }

    pub(crate) fn index(&self) -> u32 {
        self.0
    }

    pub(crate) fn value(&self) -> JsValue {
        glue::held(self.0)
    }

    /// Leaves the slot filled for JavaScript to release.
    pub(crate) fn give_away(self) -> u32 {
        let index = self.0;
        std::mem::forget(self);
        index
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.0 < cell::FIRST_HANDLE {
            cell::unpin(self.0);
        } else {
            glue::release(self.0);
        }
    }
}
