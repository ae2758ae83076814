//! What crosses again and again.
//!
//! Strings of JavaScript: names of events and tags, keys, words. `js/cells.js` has a place for each of the last few, and asks to
//! keep a string there when it comes a second time; afterwards the place crosses instead of it. Strings of Python: an object that
//! crosses a second time is kept, so that its address stays its own, and gets a mark by which JavaScript knows it. Integers of
//! JavaScript: those that are small, but larger than the ones of which the interpreter has one object each.

use std::cell::{Cell, RefCell};

use rustpython_vm::builtins::{PyStr, PyStrRef};
use rustpython_vm::{Py, PyObjectRef, PyResult, VirtualMachine};

use crate::cell::{self, REPEATED};

/// The interpreter's own end at 256. CPython 3.15 has one object for each up to here.
const INTEGERS: std::ops::RangeInclusive<i32> = 257..=1024;

/// A string of Python's that crossed, or one of an equal place.
#[derive(Debug, Default)]
struct Crossed {
    /// Where the bytes of the last one are. That one may be gone, unless it is kept.
    address: u32,
    kept: Option<PyStrRef>,
    /// What JavaScript knows the kept one by.
    mark: u32,
}

thread_local! {
    static CROSSED: RefCell<Vec<Crossed>> = const { RefCell::new(Vec::new()) };
    /// How many marks were given. None is given twice, in no session: JavaScript may have one from long ago.
    static MARKS: Cell<u32> = const { Cell::new(0) };
    static KEPT: RefCell<Vec<Option<PyObjectRef>>> = const { RefCell::new(Vec::new()) };
    static INTEGERS_KEPT: RefCell<Vec<Option<PyObjectRef>>> = const { RefCell::new(Vec::new()) };
}

/// The `int` of a small number.
pub(crate) fn integer(number: i32, vm: &VirtualMachine) -> PyObjectRef {
    let make = || PyObjectRef::from(vm.ctx.new_int(number));
    if !INTEGERS.contains(&number) {
        return make();
    }
    INTEGERS_KEPT.with_borrow_mut(|kept| {
        if kept.is_empty() {
            kept.resize(INTEGERS.count(), None);
        }
        let place = usize::try_from(number - INTEGERS.start());
        match place.ok().and_then(|place| kept.get_mut(place)) {
            Some(kept) => kept.get_or_insert_with(make).clone(),
            None => make(),
        }
    })
}

/// By what JavaScript may know a string, an exact `str` whose bytes are at `address`; 0 if it cannot. `js/attributes.js` remembers
/// the text.
pub(crate) fn mark(text: &Py<PyStr>, address: u32) -> u32 {
    let (mark, before) = CROSSED.with_borrow_mut(|all| {
        if all.is_empty() {
            all.resize_with(REPEATED, Crossed::default);
        }
        // As JavaScript finds it. Allocations are aligned to eight bytes.
        let place = (address >> 3) as usize % REPEATED;
        let Some(crossed) = all.get_mut(place) else {
            return (0, None);
        };
        if crossed.address != address {
            crossed.address = address;
            return (0, crossed.kept.take());
        }
        if crossed.kept.is_none() {
            let Some(mark) = MARKS.get().checked_add(1) else {
                return (0, None);
            };
            MARKS.set(mark);
            crossed.mark = mark;
            crossed.kept = Some(text.to_owned());
        }
        (crossed.mark, None)
    });
    drop(before);
    mark
}

/// Keeps a string of JavaScript's at the place that its mark names, and tells so.
pub(crate) fn keep(mark: u32, text: &PyObjectRef) {
    let place = mark as usize % REPEATED;
    let before = KEPT.with_borrow_mut(|kept| {
        if kept.is_empty() {
            kept.resize(REPEATED, None);
        }
        kept.get_mut(place)
            .and_then(|place| place.replace(text.clone()))
    });
    drop(before);
    cell::tell_kept(place, mark);
}

/// The string of a place.
pub(crate) fn find(place: u32, vm: &VirtualMachine) -> PyResult {
    KEPT.with_borrow(|kept| kept.get(place as usize).cloned().flatten())
        .ok_or_else(|| vm.new_system_error("JavaScript refers to a string that was not kept"))
}

/// Lets all of them go. JavaScript has no place for any then: this is for memory that becomes another instance's.
pub(crate) fn forget() {
    drop(INTEGERS_KEPT.take());
    drop(CROSSED.take());
    let all = KEPT.take();
    for place in 0..all.len() {
        cell::tell_kept(place, 0);
    }
}
