//! The archive format: reader and writer.
//!
//! ```text
//! "KRLIB1\0\0"  u32 count
//! count x { u16 name length, name, u8 flags, u32 offset, u32 length }    sorted by name
//! bytes of all modules
//! ```
//! All numbers are little-endian; offsets count from the first byte after the index.

use std::collections::BTreeMap;

const MAGIC: &[u8; 8] = b"KRLIB1\0\0";
const FLAG_PACKAGE: u8 = 1;
const FLAG_ELSEWHERE: u8 = 2;
const FLAG_CORE: u8 = 4;

/// Why bytes are no archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The first bytes are not the magic of this format version.
    #[error(
        "the library archive does not begin with its signature; it is another file or of another Krait version"
    )]
    Signature,
    /// The index or a module reaches beyond the end.
    #[error("the library archive is cut short at byte {0}; download it again")]
    Truncated(usize),
    /// A module name is not UTF-8.
    #[error("the library archive has a broken module name at byte {0}; download it again")]
    Name(usize),
}

/// Which of the archives of code has a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The one that a session boots from, or std.
    Std,
    /// Core: what many programs import.
    Core,
}

/// One module of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Whether the module is a package (`__path__`, `__init__.py`).
    pub is_package: bool,
    /// Where its code is, if it is not here.
    pub tier: Tier,
    /// The serialized code object; `None` if only another archive has it.
    pub code: Option<&'a [u8]>,
}

/// An index over the bytes of an archive.
#[derive(Debug, Clone, Default)]
pub struct Archive<'a> {
    modules: BTreeMap<&'a str, Entry<'a>>,
}

impl<'a> Archive<'a> {
    /// Reads the index; the modules stay where they are.
    ///
    /// # Errors
    /// When the bytes are not an archive of this format or end too early.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ArchiveError> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(ArchiveError::Signature);
        }
        let count = reader.u32()?;
        let mut raw = Vec::new();
        for _ in 0..count {
            let length = usize::from(reader.u16()?);
            let at = reader.at;
            let name =
                std::str::from_utf8(reader.take(length)?).map_err(|_| ArchiveError::Name(at))?;
            let flags = reader.take(1)?[0];
            raw.push((name, flags, reader.u32()? as usize, reader.u32()? as usize));
        }
        let data = &bytes[reader.at..];
        let mut modules = BTreeMap::new();
        for (name, flags, offset, length) in raw {
            let code = if flags & FLAG_ELSEWHERE != 0 {
                None
            } else {
                let end = offset
                    .checked_add(length)
                    .ok_or(ArchiveError::Truncated(bytes.len()))?;
                Some(
                    data.get(offset..end)
                        .ok_or(ArchiveError::Truncated(bytes.len()))?,
                )
            };
            modules.insert(
                name,
                Entry {
                    is_package: flags & FLAG_PACKAGE != 0,
                    tier: if flags & FLAG_CORE != 0 {
                        Tier::Core
                    } else {
                        Tier::Std
                    },
                    code,
                },
            );
        }
        Ok(Self { modules })
    }

    /// The module of that full dotted name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Entry<'a>> {
        self.modules.get(name).copied()
    }

    /// All module names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.modules.keys().copied()
    }

    /// Forgets a module's code, as if only another archive had it. Whether there was some to forget.
    pub fn forget(&mut self, name: &str) -> bool {
        self.modules
            .get_mut(name)
            .is_some_and(|entry| entry.code.take().is_some())
    }

    /// Takes over the modules of another archive; where both have code, the present one stays.
    pub fn merge(&mut self, other: Archive<'a>) {
        for (name, entry) in other.modules {
            let slot = self.modules.entry(name).or_insert(entry);
            if slot.code.is_none() {
                slot.code = entry.code;
            }
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], ArchiveError> {
        let end = self
            .at
            .checked_add(n)
            .ok_or(ArchiveError::Truncated(self.at))?;
        let part = self
            .bytes
            .get(self.at..end)
            .ok_or(ArchiveError::Truncated(self.bytes.len()))?;
        self.at = end;
        Ok(part)
    }

    fn u16(&mut self) -> Result<u16, ArchiveError> {
        let b = self.take(2)?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(&mut self) -> Result<u32, ArchiveError> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

/// Collects modules and lays them out.
#[derive(Debug, Default)]
pub struct ArchiveWriter {
    modules: BTreeMap<String, (u8, Vec<u8>)>,
}

impl ArchiveWriter {
    /// Adds a module with its serialized code object.
    pub fn add(&mut self, name: &str, is_package: bool, code: Vec<u8>) {
        let flags = if is_package { FLAG_PACKAGE } else { 0 };
        self.modules.insert(name.to_owned(), (flags, code));
    }

    /// Says that a module exists, but in another archive.
    pub fn mention(&mut self, name: &str, is_package: bool, tier: Tier) {
        let mut flags = FLAG_ELSEWHERE;
        if is_package {
            flags |= FLAG_PACKAGE;
        }
        if tier == Tier::Core {
            flags |= FLAG_CORE;
        }
        self.modules
            .entry(name.to_owned())
            .or_insert((flags, Vec::new()));
    }

    /// The archive's bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let mut data = Vec::new();
        out.extend(
            u32::try_from(self.modules.len())
                .unwrap_or(u32::MAX)
                .to_le_bytes(),
        );
        for (name, (flags, code)) in self.modules {
            let name = name.as_bytes();
            out.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
            out.extend(name);
            out.push(flags);
            out.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
            out.extend(u32::try_from(code.len()).unwrap_or(u32::MAX).to_le_bytes());
            data.extend(code);
        }
        out.extend(data);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = ArchiveWriter::default();
        writer.add("a", false, vec![1, 2, 3]);
        writer.add("b", true, vec![4]);
        writer.add("b.c", false, vec![]);
        writer.mention("d", false, Tier::Core);
        writer.finish()
    }

    #[test]
    fn every_cut_is_noticed() {
        let bytes = sample();
        for end in 0..bytes.len() {
            assert!(
                Archive::parse(&bytes[..end]).is_err(),
                "{end} of {} bytes parsed",
                bytes.len()
            );
        }
        assert!(Archive::parse(&bytes).is_ok());
    }

    #[test]
    fn merge_fills_what_was_only_mentioned() {
        let first = sample();
        let mut writer = ArchiveWriter::default();
        writer.add("d", false, vec![9]);
        writer.add("a", false, vec![0]);
        let second = writer.finish();
        let mut archive = Archive::parse(&first).expect("first");
        assert_eq!(
            archive.get("d").map(|e| (e.tier, e.code)),
            Some((Tier::Core, None))
        );
        archive.merge(Archive::parse(&second).expect("second"));
        assert_eq!(archive.get("d").and_then(|e| e.code), Some(&[9][..]));
        assert_eq!(archive.get("a").and_then(|e| e.code), Some(&[1, 2, 3][..]));
    }

    #[test]
    fn another_file_is_refused() {
        assert_eq!(
            Archive::parse(b"<!doctype html>").err(),
            Some(ArchiveError::Signature)
        );
    }
}
