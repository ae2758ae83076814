//! The East Asian codecs: their tables are half a megabyte, so the image is without them, and they come when one of the native
//! modules is imported that use them.

use std::collections::BTreeMap;
use std::sync::RwLock;

use rustpython_vm::builtins::{PyModule, PyModuleDef};
use rustpython_vm::{Py, PyResult, VirtualMachine};

use super::replace::{Exec, with_exec};
use crate::host::Part;
use crate::state;

/// The modules that give out codecs (`Modules/cjkcodecs` in CPython).
pub(super) const MODULES: [&str; 6] = [
    "_codecs_cn",
    "_codecs_hk",
    "_codecs_iso2022",
    "_codecs_jp",
    "_codecs_kr",
    "_codecs_tw",
];

static ORIGINALS: RwLock<BTreeMap<&'static str, Option<Exec>>> = RwLock::new(BTreeMap::new());

/// The same module, which gets the tables before it is set up.
pub(super) fn def(original: &'static PyModuleDef) -> &'static PyModuleDef {
    if let Ok(mut originals) = ORIGINALS.write() {
        originals.insert(original.name.as_str(), original.slots.exec);
    }
    with_exec(original, exec)
}

fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
    // Not an ImportError, which the search for a codec takes for an unknown encoding.
    state::current().fetch(Part::Codecs).map_err(|reason| {
        vm.new_os_error(format!(
            "the tables of this codec could not be loaded: {reason}"
        ))
    })?;
    let name = module.get_attr("__name__", vm)?.str(vm)?;
    let original = ORIGINALS
        .read()
        .ok()
        .and_then(|originals| originals.get(name.to_string_lossy().as_ref()).copied());
    match original.flatten() {
        Some(exec) => exec(vm, module),
        None => Ok(()),
    }
}
