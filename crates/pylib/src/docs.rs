//! What `help()` says of the interpreter's native modules: CPython's texts, which the interpreter's own crate for them has.
//!
//! They are a text beside the library's sources and not in the wasm, so no page has them before somebody reads one.

use std::collections::BTreeMap;

/// Name of the text in the archive of the sources; `_krait_docs.py` reads it.
pub(crate) const NAME: &str = "_krait_native_docs";

/// Name of the topics of `help()` in the archive of the sources; `pydoc_data/topics.py` reads them.
pub(crate) const TOPICS: &str = "_krait_topics";

/// CPython's module of the topics, as it is: as code it would be a fifth of the archive that has all else.
pub(crate) fn topics() -> std::io::Result<Vec<u8>> {
    std::fs::read(std::path::Path::new(rustpython_pylib::LIB_PATH).join("pydoc_data/topics.py"))
}

/// Modules that no page can have.
const ABSENT: &[&str] = &[
    "_ctypes",
    "_curses",
    "_curses_panel",
    "_dbm",
    "_gdbm",
    "_interpchannels",
    "_interpqueues",
    "_lsprof",
    "_overlapped",
    "_remote_debugging",
    "_scproxy",
    "_ssl",
    "_tkinter",
    "_winapi",
    "_wmi",
    "ctypes",
    "curses",
    "fcntl",
    "grp",
    "mmap",
    "msvcrt",
    "nt",
    "pwd",
    "readline",
    "resource",
    "ssl",
    "syslog",
    "termios",
    "tkinter",
    "winreg",
    "winsound",
];

/// An attribute that has the same text in so many classes has it once.
const COMMON: usize = 4;

/// JSON: `[{attribute: text}, {"module.class.attribute": text}]`, the first for attributes of most classes.
pub(crate) fn native() -> Result<Vec<u8>, String> {
    let blob = xz::decode_all(rustpython_doc::BLOB).map_err(|error| error.to_string())?;
    let blob = String::from_utf8(blob).map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    for (key, place) in rustpython_doc::DB {
        let from = place.offset as usize;
        let text = blob
            .get(from..from + place.len as usize)
            .ok_or_else(|| format!("the text of {key} is not there"))?;
        let module = key.split('.').next().unwrap_or_default();
        if !text.is_empty() && !ABSENT.contains(&module) {
            all.push((*key, text));
        }
    }
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (key, text) in &all {
        if let Some((_, attribute)) = key.rsplit_once('.') {
            *counts
                .entry(attribute)
                .or_default()
                .entry(text)
                .or_default() += 1;
        }
    }
    let common: BTreeMap<&str, &str> = counts
        .into_iter()
        .filter_map(|(attribute, texts)| {
            let (text, count) = texts.into_iter().max_by_key(|(_, count)| *count)?;
            (count >= COMMON).then_some((attribute, text))
        })
        .collect();
    let single: BTreeMap<&str, &str> = all
        .into_iter()
        .filter(|(key, text)| {
            let attribute = key.rsplit_once('.').map(|(_, attribute)| attribute);
            attribute.and_then(|attribute| common.get(attribute)) != Some(text)
        })
        .collect();
    serde_json::to_vec(&(common, single)).map_err(|error| error.to_string())
}
