//! The names of Unicode characters, in the place of the crate `unicode_names2`.
//!
//! That crate's tables are 0.85 MB of the wasm, for a lookup that few programs make. Here the names are one file,
//! `krait-names.bin`, that is asked for when a program asks for a name: [`set_source`] says where it comes from.
//!
//! A name is matched as CPython does it: the case of letters is of no matter, everything else is.
//!
//! ```
//! let names = [('é', "LATIN SMALL LETTER E WITH ACUTE".to_owned())];
//! unicode_names2::supply(unicode_names2::Table::write(names.into_iter())).unwrap();
//!
//! assert_eq!(unicode_names2::name('é').unwrap().to_string(), "LATIN SMALL LETTER E WITH ACUTE");
//! assert_eq!(unicode_names2::character("latin small letter e with acute"), Some('é'));
//! assert_eq!(unicode_names2::character("LATIN_SMALL LETTER E WITH ACUTE"), None);
//! assert_eq!(unicode_names2::character("HANGUL SYLLABLE HAN"), Some('한'));
//! ```

pub mod rules;
mod table;

use std::fmt;
use std::sync::{OnceLock, RwLock};

pub use table::{Broken, Table};

static TABLE: OnceLock<Table> = OnceLock::new();
static SOURCE: RwLock<Option<fn() -> Option<Vec<u8>>>> = RwLock::new(None);

/// The name of a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says how to get the bytes of the table when a name is first asked for; `None` is a failure, and is asked again.
pub fn set_source(source: fn() -> Option<Vec<u8>>) {
    if let Ok(mut slot) = SOURCE.write() {
        *slot = Some(source);
    }
}

/// Supplies the bytes of the table. A table that is there already stays.
///
/// # Errors
/// When the bytes are no table.
pub fn supply(bytes: Vec<u8>) -> Result<(), Broken> {
    if TABLE.get().is_none() {
        let table = Table::parse(bytes)?;
        // Whoever came first has the same table.
        let _ = TABLE.set(table);
    }
    Ok(())
}

/// Whether names can be looked up without asking the source.
#[must_use]
pub fn is_here() -> bool {
    TABLE.get().is_some()
}

fn table() -> Option<&'static Table> {
    if TABLE.get().is_none() {
        let source = SOURCE.read().ok().and_then(|source| *source);
        if let Some(bytes) = source.and_then(|source| source()) {
            let _ = supply(bytes);
        }
    }
    TABLE.get()
}

/// The name of a character, if it has one.
#[must_use]
pub fn name(c: char) -> Option<Name> {
    // No control character and no unassigned plane has a name: no table is loaded to say so.
    if c < ' ' {
        return None;
    }
    rules::name(c).or_else(|| table()?.name(c)).map(Name)
}

/// The character of that name.
#[must_use]
pub fn character(name: &str) -> Option<char> {
    let name = name.to_ascii_uppercase();
    match rules::character(&name) {
        Some(found) => found,
        None => table()?.character(&name),
    }
}
