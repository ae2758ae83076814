//! What JavaScript gives again and again.
//!
//! Strings: names of events and tags, keys, words. `js/cells.js` has a place for each of the last few, and asks to keep a string
//! there when it comes a second time; afterwards the place crosses instead of it. Integers: those that are small, but larger than
//! the ones of which the interpreter has one object each.

use std::cell::RefCell;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::cell::{self, REPEATED};

/// The interpreter's own end at 256. CPython 3.15 has one object for each up to here.
const INTEGERS: std::ops::RangeInclusive<i32> = 257..=1024;

thread_local! {
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

/// Keeps a string at the place that its mark names, and tells so.
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
    let all = KEPT.take();
    for place in 0..all.len() {
        cell::tell_kept(place, 0);
    }
}
