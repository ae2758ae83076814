//! The names of characters as the parser asks for them, in `"\N{...}"`.
//!
//! The crate of that name has a table of its own, the second in the wasm and of an older Unicode. This one asks the
//! database that `unicodedata` asks, which knows aliases too.

/// The character of that name or alias; the case of letters is of no matter.
#[must_use]
pub fn character(name: &str) -> Option<char> {
    rustpython_unicode::lookup_character(name)
}
