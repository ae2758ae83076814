//! What of a tree is not yet in the store outside.

use std::collections::{BTreeMap, BTreeSet};

use crate::backend::Ino;

/// The unit in which contents are written back.
pub(crate) const PAGE: u64 = 256 * 1024;

/// Names and the nodes that they lead to; paths are relative, without a slash at either end.
pub(crate) type Names = BTreeMap<Vec<u8>, Ino>;

/// How a content differs from what is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// Pages with bytes that are not stored.
    pub(crate) written: BTreeSet<u64>,
    /// The shortest that the file was meanwhile: what is stored from there on is no longer valid.
    pub(crate) cut: Option<u64>,
}

impl Pages {
    fn add(&mut self, other: Self) {
        self.written.extend(other.written);
        self.cut = match (self.cut, other.cut) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// A set of changes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Names were made, removed or moved.
    pub(crate) names: bool,
    pub(crate) contents: BTreeMap<Ino, Pages>,
    pub(crate) attributes: BTreeSet<Ino>,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        !self.names && self.contents.is_empty() && self.attributes.is_empty()
    }

    pub(crate) fn concern(&self, ino: Ino) -> bool {
        self.contents.contains_key(&ino) || self.attributes.contains(&ino)
    }

    fn add(&mut self, other: Self) {
        self.names |= other.names;
        for (ino, pages) in other.contents {
            self.contents.entry(ino).or_default().add(pages);
        }
        self.attributes.extend(other.attributes);
    }
}

/// What is on its way to the store.
#[derive(Debug)]
struct Travelling {
    changes: Changes,
    /// The names that the store will have.
    names: Names,
}

/// The changes since the last write-back, and what the store has.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) stored: Names,
    pub(crate) changes: Changes,
    travelling: Option<Travelling>,
    /// Counts changes, so that one can see whether there were some.
    pub(crate) revision: u64,
}

impl Journal {
    /// Whether everything is in the store.
    pub(crate) fn is_clean(&self) -> bool {
        self.changes.is_empty() && self.travelling.is_none()
    }

    pub(crate) fn is_travelling(&self) -> bool {
        self.travelling.is_some()
    }

    /// Whether a name or its node has changes that the store does not have.
    pub(crate) fn concerns(&self, path: &[u8], ino: Option<Ino>) -> bool {
        let differs = self.changes.names && self.stored.get(path).copied() != ino;
        let changed = |changes: &Changes| ino.is_some_and(|ino| changes.concern(ino));
        differs
            || changed(&self.changes)
            || self.travelling.as_ref().is_some_and(|travelling| {
                changed(&travelling.changes) || travelling.names.get(path) != self.stored.get(path)
            })
    }

    pub(crate) fn wrote(&mut self, ino: Ino, from: u64, length: u64) {
        if length > 0 {
            let pages = self.changes.contents.entry(ino).or_default();
            pages
                .written
                .extend(from / PAGE..=from.saturating_add(length - 1) / PAGE);
        }
        self.changes.attributes.insert(ino);
    }

    pub(crate) fn resized(&mut self, ino: Ino, before: u64, size: u64) {
        if size < before {
            let pages = self.changes.contents.entry(ino).or_default();
            pages.cut = Some(pages.cut.map_or(size, |cut| cut.min(size)));
            pages.written.retain(|page| page * PAGE < size);
            // The page that the new end is in keeps its first part.
            if !size.is_multiple_of(PAGE) {
                pages.written.insert(size / PAGE);
            }
        }
        self.changes.attributes.insert(ino);
    }

    /// Takes the changes; `names` are those of the tree now.
    pub(crate) fn depart(&mut self, names: Names) -> &Changes {
        let changes = std::mem::take(&mut self.changes);
        &self
            .travelling
            .insert(Travelling { changes, names })
            .changes
    }

    /// The store has them.
    pub(crate) fn arrived(&mut self) {
        if let Some(travelling) = self.travelling.take() {
            self.stored = travelling.names;
        }
    }

    /// The store does not have them: they wait for the next time.
    pub(crate) fn returned(&mut self) {
        if let Some(mut travelling) = self.travelling.take() {
            let later = std::mem::take(&mut self.changes);
            travelling.changes.add(later);
            self.changes = travelling.changes;
        }
    }
}
