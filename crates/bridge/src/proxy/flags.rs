//! What a JavaScript object can do. `js/kinds.js` finds the flags and has the same numbers.

pub(crate) const CALLABLE: u32 = 1;
pub(crate) const AWAITABLE: u32 = 1 << 1;
pub(crate) const ITERABLE: u32 = 1 << 2;
pub(crate) const ASYNC_ITERABLE: u32 = 1 << 3;
pub(crate) const ITERATOR: u32 = 1 << 4;
pub(crate) const ASYNC_ITERATOR: u32 = 1 << 5;
pub(crate) const GENERATOR: u32 = 1 << 6;
pub(crate) const ASYNC_GENERATOR: u32 = 1 << 7;
pub(crate) const LENGTH: u32 = 1 << 8;
pub(crate) const GET: u32 = 1 << 9;
pub(crate) const SET: u32 = 1 << 10;
pub(crate) const HAS: u32 = 1 << 11;
pub(crate) const INCLUDES: u32 = 1 << 12;
pub(crate) const ARRAY: u32 = 1 << 13;
pub(crate) const TYPED_ARRAY: u32 = 1 << 14;
pub(crate) const ARRAY_LIKE: u32 = 1 << 15;
pub(crate) const BUFFER: u32 = 1 << 16;
pub(crate) const DISPOSE: u32 = 1 << 17;
pub(crate) const ASYNC_DISPOSE: u32 = 1 << 18;
pub(crate) const DOUBLE_PROXY: u32 = 1 << 19;
pub(crate) const ERROR: u32 = 1 << 20;
/// A view of an object's own properties as a dict, made by `as_object_map`.
pub(crate) const OBJECT_MAP: u32 = 1 << 21;
/// The same, and what is read from it is such a view too (`as_py_json`).
pub(crate) const JSON_DICT: u32 = 1 << 22;
/// An array whose items are read as views (`as_py_json`).
pub(crate) const JSON_SEQUENCE: u32 = 1 << 23;
pub(crate) const WEAK_REFERENCE: u32 = 1 << 24;
/// An iterator of an array, whose items can be read ahead; it is in no class of its own.
pub(crate) const STEPS: u32 = 1 << 25;
/// A proxy that stands in `sys.modules`: it keeps what the import machinery notes about a module.
pub(crate) const MODULE: u32 = 1 << 26;

/// What has items by number.
pub(crate) const SEQUENCES: u32 = ARRAY | TYPED_ARRAY | ARRAY_LIKE;
/// Views of an object's own properties.
pub(crate) const DICT_VIEWS: u32 = OBJECT_MAP | JSON_DICT;
