//! The table of Python objects that JavaScript refers to.

use std::cell::RefCell;
use std::collections::HashMap;

use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};

use crate::abilities;

struct Entry {
    object: PyObjectRef,
    abilities: u32,
}

#[derive(Default)]
struct Table {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    /// One object has one id, so that it is one PyProxy.
    ids: HashMap<usize, u32>,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

/// Tells JavaScript the id of an object and what it can do. JavaScript counts its references to an id and gives the entry
/// back with [`release`] when the last one goes.
pub(crate) fn lend(vm: &VirtualMachine, object: &PyObject) -> (u32, u32) {
    let address = object.get_id();
    let known = TABLE.with(|table| {
        let table = table.borrow();
        let id = *table.ids.get(&address)?;
        let entry = table.entries.get(id as usize)?.as_ref()?;
        Some((id, entry.abilities))
    });
    if let Some(known) = known {
        return known;
    }
    let abilities = abilities::of(vm, object);
    TABLE.with(|table| {
        let mut table = table.borrow_mut();
        let entry = Entry {
            object: object.to_owned(),
            abilities,
        };
        let id = match table.free.pop() {
            Some(id) => {
                table.entries[id as usize] = Some(entry);
                id
            }
            None => {
                table.entries.push(Some(entry));
                u32::try_from(table.entries.len() - 1).unwrap_or(u32::MAX)
            }
        };
        table.ids.insert(address, id);
        (id, abilities)
    })
}

/// The object of an id.
pub(crate) fn object(vm: &VirtualMachine, id: u32) -> PyResult {
    let found = TABLE.with(|table| {
        table
            .borrow()
            .entries
            .get(id as usize)
            .and_then(|entry| entry.as_ref().map(|entry| entry.object.clone()))
    });
    found.ok_or_else(|| {
        vm.new_runtime_error("a JavaScript proxy refers to a Python object that is gone")
    })
}

/// Takes an entry back. The object is returned, so that it is dropped where Python may run.
pub(crate) fn release(id: u32) -> Option<PyObjectRef> {
    TABLE.with(|table| {
        let mut table = table.borrow_mut();
        let entry = table.entries.get_mut(id as usize)?.take()?;
        table.ids.remove(&entry.object.as_object().get_id());
        table.free.push(id);
        Some(entry.object)
    })
}

/// How many objects JavaScript refers to.
pub(crate) fn live() -> u32 {
    TABLE.with(|table| u32::try_from(table.borrow().ids.len()).unwrap_or(u32::MAX))
}
