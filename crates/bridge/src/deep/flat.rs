//! The quick way of `to_py`: a whole structure comes as numbers and one text, which `js/flat.js` describes.

use krait_kernel::without_collections;
use rustpython_vm::builtins::{PyDict, PyList, PyStr};
use rustpython_vm::{AsObject, PyObjectRef, PyRef, PyResult, VirtualMachine};

use super::memoryview_of;
use crate::cell::{self, Tag};
use crate::handle::Handle;
use crate::{convert, glue, proxy, pyproxy};

// What a number of the stream says in its lowest bits, below an operand; `js/flat.js` has the same numbers.
const UNDEFINED: u32 = 0;
const NULL: u32 = 1;
const FALSE: u32 = 2;
const TRUE: u32 = 3;
const INTEGER: u32 = 4;
const FLOAT: u32 = 5;
const BIGINT: u32 = 6;
const TEXT: u32 = 7;
const NEW_NAME: u32 = 8;
const NAME: u32 = 9;
const LIST: u32 = 10;
const DICT: u32 = 11;
const SET: u32 = 12;
const SEEN: u32 = 13;
const OBJECT: u32 = 14;
const PY_OBJECT: u32 = 15;
const BUFFER: u32 = 16;

/// Bits of a number of the stream that say its kind.
const KIND_BITS: u32 = 5;

/// The Python object of what slot `target` holds, `depth` levels deep; nothing if that is no container.
pub(super) fn to_py(vm: &VirtualMachine, target: u32, depth: i32) -> PyResult<Option<PyObjectRef>> {
    match glue::flatten(target, depth) {
        0 => return Ok(None),
        1 => {}
        _ => return convert::result(vm, Tag::Error as u32).map(Some),
    }
    let found = cell::read(0);
    let mut stream = vec![0.0; found.length as usize];
    let units = found.index() as usize;
    let mut ascii = vec![0_u8; units];
    let text = if glue::take_flat(
        cell::address(stream.as_mut_ptr()),
        cell::address(ascii.as_mut_ptr()),
    ) {
        Text::Ascii(ascii)
    } else {
        drop(ascii);
        let mut wide = vec![0_u16; units];
        glue::take_flat_units(cell::address(wide.as_mut_ptr()));
        Text::Wide(wide)
    };
    let mut reader = Reader {
        stream,
        at: 0,
        text,
        text_at: 0,
        names: Vec::new(),
        containers: Vec::new(),
        open: Vec::new(),
    };
    // What is made is reachable, and no Python runs: a collection would go through it again and again for nothing.
    let made = without_collections(vm, || reader.read(vm));
    if made.is_err() {
        reader.release_rest();
    }
    made.map(Some)
}

enum Text {
    Ascii(Vec<u8>),
    Wide(Vec<u16>),
}

/// A container that is being filled.
struct Open {
    container: Container,
    /// Items or pairs that are to come.
    left: u32,
    /// The key whose value comes next.
    key: Option<PyObjectRef>,
}

enum Container {
    List(PyRef<PyList>, Vec<PyObjectRef>),
    Dict(PyRef<PyDict>),
    Set(PyObjectRef),
}

struct Reader {
    stream: Vec<f64>,
    at: usize,
    text: Text,
    text_at: usize,
    names: Vec<PyObjectRef>,
    /// By ordinal.
    containers: Vec<PyObjectRef>,
    open: Vec<Open>,
}

impl Reader {
    fn next(&mut self) -> f64 {
        let number = self.stream.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        number
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript wrote a u32"
    )]
    fn flags(&mut self) -> u32 {
        self.next() as u32
    }

    /// The kind of what comes next, and its operand.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript wrote a kind and a u32 above it"
    )]
    fn entry(&mut self) -> (u32, u32) {
        // Signed, for which processors have an instruction.
        let both = self.next() as i64;
        (
            both as u32 & ((1 << KIND_BITS) - 1),
            (both >> KIND_BITS) as u32,
        )
    }

    fn text(&mut self, vm: &VirtualMachine, units: u32) -> PyObjectRef {
        let from = self.text_at;
        let to = from + units as usize;
        self.text_at = to;
        match &self.text {
            Text::Ascii(bytes) => {
                let piece = bytes.get(from..to).unwrap_or_default();
                convert::text(vm, piece.to_vec())
            }
            Text::Wide(units) => {
                let units = units.get(from..to).unwrap_or_default();
                let text = convert::from_utf16(units.iter().copied());
                vm.ctx.new_str(text).into()
            }
        }
    }

    fn read(&mut self, vm: &VirtualMachine) -> PyResult {
        loop {
            let mut value = match self.value(vm)? {
                Some(value) => value,
                // A container that has something in it: its first item comes.
                None => continue,
            };
            // What it completes is a value of the container around.
            loop {
                let Some(open) = self.open.last_mut() else {
                    return Ok(value);
                };
                match &mut open.container {
                    Container::List(_, items) => items.push(value),
                    Container::Set(set) => {
                        vm.call_method(set, "add", (value,))?;
                    }
                    Container::Dict(dict) => match open.key.take() {
                        None => {
                            open.key = Some(value);
                            break;
                        }
                        Some(key) => match key.downcast_ref::<PyStr>() {
                            Some(name) => dict.set_item(name, value, vm)?,
                            None => dict.set_item(&*key, value, vm)?,
                        },
                    },
                }
                open.left -= 1;
                if open.left > 0 {
                    break;
                }
                let Some(done) = self.open.pop() else { break };
                value = match done.container {
                    Container::List(list, items) => {
                        *list.borrow_vec_mut() = items;
                        list.into()
                    }
                    Container::Dict(dict) => dict.into(),
                    Container::Set(set) => set,
                };
            }
        }
    }

    /// The next value; none if it is a container that is now open.
    fn value(&mut self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let (kind, operand) = self.entry();
        Ok(Some(match kind {
            UNDEFINED => vm.ctx.none(),
            NULL => proxy::null_value(vm),
            FALSE => vm.ctx.new_bool(false).into(),
            TRUE => vm.ctx.new_bool(true).into(),
            INTEGER => convert::integer(vm, self.next()),
            FLOAT => vm.ctx.new_float(self.next()).into(),
            BIGINT => {
                let digits = self.text(vm, operand);
                convert::big_int(vm, digits)?
            }
            TEXT => self.text(vm, operand),
            NEW_NAME => {
                let name = self.text(vm, operand);
                self.names.push(name.clone());
                name
            }
            NAME => {
                let name = self.names.get(operand as usize).cloned();
                name.unwrap_or_else(|| vm.ctx.none())
            }
            LIST | DICT | SET => return self.container(vm, kind, operand),
            SEEN => {
                let seen = self.containers.get(operand as usize).cloned();
                seen.unwrap_or_else(|| vm.ctx.none())
            }
            OBJECT => {
                let flags = self.flags();
                proxy::arrive(vm, Handle::adopt(operand), flags)
            }
            PY_OBJECT => pyproxy::object(vm, operand)?,
            BUFFER => {
                let buffer = Handle::adopt(operand);
                memoryview_of(vm, buffer.index())?
            }
            other => {
                return Err(vm.new_system_error(format!("unknown kind {other} in a structure")));
            }
        }))
    }

    fn container(
        &mut self,
        vm: &VirtualMachine,
        kind: u32,
        left: u32,
    ) -> PyResult<Option<PyObjectRef>> {
        let container = match kind {
            LIST => Container::List(
                vm.ctx.new_list(Vec::new()),
                Vec::with_capacity(left as usize),
            ),
            DICT => Container::Dict(vm.ctx.new_dict()),
            _ => Container::Set(vm.ctx.types.set_type.as_object().call((), vm)?),
        };
        let object: PyObjectRef = match &container {
            Container::List(list, _) => list.clone().into(),
            Container::Dict(dict) => dict.clone().into(),
            Container::Set(set) => set.clone(),
        };
        self.containers.push(object.clone());
        if left == 0 {
            return Ok(Some(object));
        }
        self.open.push(Open {
            container,
            left,
            key: None,
        });
        Ok(None)
    }

    /// Lets go of the slots behind the value that could not be made.
    fn release_rest(&mut self) {
        while self.at < self.stream.len() {
            let (kind, operand) = self.entry();
            match kind {
                INTEGER | FLOAT => self.at += 1,
                OBJECT => {
                    drop(Handle::adopt(operand));
                    self.at += 1;
                }
                BUFFER => drop(Handle::adopt(operand)),
                _ => {}
            }
        }
    }
}
