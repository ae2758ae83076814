//! The table of Python objects that JavaScript refers to.

use std::cell::RefCell;

use rustpython_vm::builtins::PyBaseException;
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyRef, PyResult, VirtualMachine};

use crate::abilities;
use crate::callee::Shape;
use crate::numbers::NumberMap;

struct Entry {
    object: PyObjectRef,
    /// Unknown until JavaScript gets a proxy of the object.
    abilities: Option<u32>,
}

#[derive(Default)]
struct Table {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    /// Of functions that JavaScript has called, by id. Apart, because most objects are never called.
    shapes: Vec<Shape>,
    /// One object has one id, so that it is one PyProxy.
    ids: NumberMap<usize, u32>,
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
        Some((id, table.entries.get(id as usize)?.as_ref()?.abilities))
    });
    if let Some((id, Some(abilities))) = known {
        return (id, abilities);
    }
    let abilities = abilities::of(vm, object);
    let id = match known {
        Some((id, _)) => {
            TABLE.with(|table| {
                if let Some(Some(entry)) = table.borrow_mut().entries.get_mut(id as usize) {
                    entry.abilities = Some(abilities);
                }
            });
            id
        }
        None => add(object.to_owned(), Some(abilities)),
    };
    (id, abilities)
}

/// The id of an exception for the error that stands for it.
pub(crate) fn lend_exception(exception: &PyRef<PyBaseException>) -> u32 {
    let address = exception.get_id();
    let known = TABLE.with(|table| table.borrow().ids.get(&address).copied());
    known.unwrap_or_else(|| add(exception.clone().into(), None))
}

fn add(object: PyObjectRef, abilities: Option<u32>) -> u32 {
    let address = object.get_id();
    let entry = Some(Entry { object, abilities });
    TABLE.with(|table| {
        let mut table = table.borrow_mut();
        let id = match table.free.pop() {
            Some(id) => {
                table.entries[id as usize] = entry;
                id
            }
            None => {
                table.entries.push(entry);
                u32::try_from(table.entries.len() - 1).unwrap_or(u32::MAX)
            }
        };
        table.ids.insert(address, id);
        id
    })
}

/// The object of an id.
pub(crate) fn object(vm: &VirtualMachine, id: u32) -> PyResult {
    callee(vm, id).map(|(object, _)| object)
}

/// The object of an id, and what is known of its parameters.
pub(crate) fn callee(vm: &VirtualMachine, id: u32) -> PyResult<(PyObjectRef, Shape)> {
    let found = TABLE.with(|table| {
        let table = table.borrow();
        let entry = table.entries.get(id as usize)?.as_ref()?;
        let shape = table.shapes.get(id as usize).copied();
        Some((entry.object.clone(), shape.unwrap_or_default()))
    });
    found.ok_or_else(|| {
        vm.new_runtime_error("a JavaScript proxy refers to a Python object that is gone")
    })
}

/// Remembers what is known of the parameters of an id's object.
pub(crate) fn set_shape(id: u32, shape: Shape) {
    TABLE.with(|table| {
        let shapes = &mut table.borrow_mut().shapes;
        let at = id as usize;
        if shapes.len() <= at {
            shapes.resize(at + 1, Shape::default());
        }
        shapes[at] = shape;
    });
}

/// Takes an entry back. The object is returned, so that it is dropped where Python may run.
pub(crate) fn release(id: u32) -> Option<PyObjectRef> {
    TABLE.with(|table| {
        let mut table = table.borrow_mut();
        let entry = table.entries.get_mut(id as usize)?.take()?;
        table.ids.remove(&entry.object.as_object().get_id());
        table.free.push(id);
        if let Some(shape) = table.shapes.get_mut(id as usize) {
            *shape = Shape::default();
        }
        Some(entry.object)
    })
}

/// How many objects JavaScript refers to.
pub(crate) fn live() -> u32 {
    TABLE.with(|table| u32::try_from(table.borrow().ids.len()).unwrap_or(u32::MAX))
}
