//! Zip and tar archives, read where they lie.
//!
//! [`Archive::open`] reads the names only; a file is unpacked when it is read, by [`Archive::read`] or through the
//! file system that [`Archive::into_tree`] makes of it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Cursor, Read};
use std::rc::Rc;

use flate2::read::GzDecoder;

use krait_vfs::{Errno, FileKind, Meta, StaticTree, Timestamp};

const SECOND: Timestamp = 1_000_000_000;

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// Zip, also a wheel: files are unpacked one by one when they are read.
    Zip,
    /// Tar.
    Tar,
    /// Tar in gzip, which can only be unpacked as a whole: the tar stays in memory.
    TarGz,
}

/// Why an archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are not what the format says.
    #[error("{0}")]
    Broken(String),
    /// One file is broken.
    #[error("{path}: {reason}")]
    File {
        /// Its path.
        path: String,
        /// What the unpacker says.
        reason: String,
    },
    /// A name would be outside of the folder that the archive is unpacked to.
    #[error("the path {0:?} in it leads out of the folder")]
    Outside(String),
    /// Neither zip nor tar nor tar in gzip.
    #[error(
        "it is neither a zip file (a wheel is one) nor a tar file, packed with gzip or not at all"
    )]
    Unknown,
}

impl ArchiveError {
    fn broken(error: impl fmt::Display) -> Self {
        Self::Broken(error.to_string())
    }
}

#[derive(Debug)]
enum Source {
    /// Number in a zip.
    Zipped(usize),
    /// A stretch of a tar.
    Range(usize, usize),
    /// A tar's sparse file, put together.
    Bytes(Rc<[u8]>),
    Nothing,
}

/// A name in an archive.
#[derive(Debug)]
pub struct ArchiveEntry {
    /// The path in the archive, with `/` between the parts, which are neither `.` nor `..`.
    pub path: Vec<u8>,
    /// Directory, regular file or symbolic link.
    pub kind: FileKind,
    /// Length of the unpacked content.
    pub size: u64,
    /// Where a symbolic link leads.
    pub target: Vec<u8>,
    /// Mode and time.
    pub meta: Meta,
    source: Source,
}

#[derive(Debug)]
enum Packed {
    Zip(zip::ZipArchive<Cursor<Rc<[u8]>>>),
    Tar(Rc<[u8]>),
}

/// An archive whose names are known and whose files are unpacked when they are read.
pub struct Archive {
    packed: Packed,
    entries: Vec<ArchiveEntry>,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive")
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Reads the names. Without a format, the first bytes tell it.
    ///
    /// # Errors
    /// [`ArchiveError`] if the bytes are no archive, or a name in it leads out of it.
    pub fn open(bytes: Rc<[u8]>, format: Option<ArchiveFormat>) -> Result<Self, ArchiveError> {
        match format.or_else(|| recognize(&bytes)) {
            Some(ArchiveFormat::Zip) => Self::open_zip(bytes),
            Some(ArchiveFormat::Tar) => Self::open_tar(bytes),
            Some(ArchiveFormat::TarGz) => {
                let mut tar = Vec::new();
                GzDecoder::new(&bytes[..])
                    .read_to_end(&mut tar)
                    .map_err(ArchiveError::broken)?;
                Self::open_tar(Rc::from(tar))
            }
            None => Err(ArchiveError::Unknown),
        }
    }

    fn open_zip(bytes: Rc<[u8]>) -> Result<Self, ArchiveError> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(ArchiveError::broken)?;
        let mut found = Entries::default();
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).map_err(ArchiveError::broken)?;
            let name = file.name().map_err(ArchiveError::broken)?.into_owned();
            let kind = if file.is_dir() {
                FileKind::Directory
            } else if file.is_symlink() {
                FileKind::Symlink
            } else {
                FileKind::Regular
            };
            let meta = Meta {
                permissions: file.unix_mode().map_or(0o444, |mode| mode & 0o777),
                time: file.last_modified().map_or(0, |time| {
                    seconds_since_1970(
                        i64::from(time.year()),
                        i64::from(time.month()),
                        i64::from(time.day()),
                    ) * SECOND
                        + (i64::from(time.hour()) * 3600
                            + i64::from(time.minute()) * 60
                            + i64::from(time.second()))
                            * SECOND
                }),
            };
            let size = file.size();
            drop(file);
            let target = if kind == FileKind::Symlink {
                unzip(&mut archive, index, size).map_err(ArchiveError::broken)?
            } else {
                Vec::new()
            };
            found.add(
                name.as_bytes(),
                kind,
                size,
                target,
                meta,
                Source::Zipped(index),
            )?;
        }
        Ok(Self {
            packed: Packed::Zip(archive),
            entries: found.finish(),
        })
    }

    fn open_tar(bytes: Rc<[u8]>) -> Result<Self, ArchiveError> {
        let mut archive = tar::Archive::new(Cursor::new(&bytes[..]));
        let mut found = Entries::default();
        for entry in archive.entries().map_err(ArchiveError::broken)? {
            let mut entry = entry.map_err(ArchiveError::broken)?;
            let header = entry.header();
            let kind = header.entry_type();
            let meta = Meta {
                permissions: header.mode().unwrap_or(0o444) & 0o777,
                time: header
                    .mtime()
                    .ok()
                    .and_then(|time| i64::try_from(time).ok()?.checked_mul(SECOND))
                    .unwrap_or(0),
            };
            let path = entry.path_bytes().into_owned();
            let target = entry
                .link_name_bytes()
                .map(std::borrow::Cow::into_owned)
                .unwrap_or_default();
            let size = entry.size();
            if kind.is_dir() {
                found.add(
                    &path,
                    FileKind::Directory,
                    0,
                    Vec::new(),
                    meta,
                    Source::Nothing,
                )?;
            } else if kind.is_symlink() {
                found.add(&path, FileKind::Symlink, 0, target, meta, Source::Nothing)?;
            } else if kind.is_hard_link() {
                found.link(&path, &target)?;
            } else if kind.is_gnu_sparse() {
                let mut data = Vec::new();
                entry.read_to_end(&mut data).map_err(ArchiveError::broken)?;
                let size = data.len() as u64;
                found.file(&path, size, meta, Source::Bytes(Rc::from(data)))?;
            } else if kind.is_file() || kind.is_contiguous() {
                let place = || -> Option<(usize, usize)> {
                    let from = usize::try_from(entry.raw_file_position()).ok()?;
                    let to = from.checked_add(usize::try_from(size).ok()?)?;
                    (to <= bytes.len()).then_some((from, to))
                };
                let (from, to) = place().ok_or_else(|| ArchiveError::File {
                    path: String::from_utf8_lossy(&path).into_owned(),
                    reason: "the archive ends before it".to_owned(),
                })?;
                found.file(&path, size, meta, Source::Range(from, to))?;
            }
        }
        Ok(Self {
            packed: Packed::Tar(bytes.clone()),
            entries: found.finish(),
        })
    }

    /// The names, in the order of their bytes; of several entries of one name, the last.
    #[must_use]
    pub fn entries(&self) -> &[ArchiveEntry] {
        &self.entries
    }

    /// The content of an entry, by its number.
    ///
    /// # Errors
    /// [`ArchiveError::File`] if it cannot be unpacked.
    pub fn read(&self, index: usize) -> Result<Vec<u8>, ArchiveError> {
        let Some(entry) = self.entries.get(index) else {
            return Err(ArchiveError::Broken(format!("there is no entry {index}")));
        };
        let failed = |reason: String| ArchiveError::File {
            path: String::from_utf8_lossy(&entry.path).into_owned(),
            reason,
        };
        match (&entry.source, &self.packed) {
            (Source::Zipped(index), Packed::Zip(archive)) => {
                // The clone shares the bytes and the directory.
                unzip(&mut archive.clone(), *index, entry.size).map_err(failed)
            }
            (Source::Range(from, to), Packed::Tar(bytes)) => {
                try_copy(&bytes[*from..*to]).map_err(|errno| failed(errno.to_string()))
            }
            (Source::Bytes(bytes), _) => try_copy(bytes).map_err(|errno| failed(errno.to_string())),
            _ => Ok(Vec::new()),
        }
    }

    /// A back end that shows the archive's files. Directories have the time `now`, since many archives do not list
    /// them.
    ///
    /// # Errors
    /// `ENOTDIR` if a name goes through a file.
    pub fn into_tree(self, owner: (u32, u32), now: Timestamp) -> krait_vfs::Result<StaticTree> {
        let mut tree = StaticTree::builder().owner(owner.0, owner.1).time(now);
        for (index, entry) in self.entries.iter().enumerate() {
            match entry.kind {
                FileKind::Directory => tree.directory(&entry.path)?,
                FileKind::Symlink => tree.symlink(&entry.path, &entry.target)?,
                _ => tree.file_with(&entry.path, entry.size, index as u64, entry.meta)?,
            };
        }
        Ok(tree.build(move |key| {
            let index = usize::try_from(key).map_err(|_| Errno::EIO)?;
            self.read(index).map(Rc::from).map_err(|_| Errno::EIO)
        }))
    }
}

fn recognize(bytes: &[u8]) -> Option<ArchiveFormat> {
    match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(ArchiveFormat::Zip),
        [0x1f, 0x8b, ..] => Some(ArchiveFormat::TarGz),
        _ if bytes.get(257..262) == Some(b"ustar") => Some(ArchiveFormat::Tar),
        _ => None,
    }
}

/// Unpacks a file, and no more of it than the archive says.
fn unzip(
    archive: &mut zip::ZipArchive<Cursor<Rc<[u8]>>>,
    index: usize,
    size: u64,
) -> Result<Vec<u8>, String> {
    let mut file = archive.by_index(index).map_err(|error| error.to_string())?;
    let mut data = Vec::new();
    let length = usize::try_from(size).map_err(|_| Errno::ENOMEM.to_string())?;
    // The size is only what the archive says: a small file that claims gigabytes gets no gigabytes.
    data.try_reserve_exact(length.min(1 << 24))
        .map_err(|_| Errno::ENOMEM.to_string())?;
    file.by_ref()
        .take(size.saturating_add(1))
        .read_to_end(&mut data)
        .map_err(|error| error.to_string())?;
    if data.len() as u64 != size {
        return Err("it is not as long as the archive says".to_owned());
    }
    Ok(data)
}

fn try_copy(bytes: &[u8]) -> Result<Vec<u8>, Errno> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len())
        .map_err(|_| Errno::ENOMEM)?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

#[derive(Default)]
struct Entries(BTreeMap<Vec<u8>, ArchiveEntry>);

impl Entries {
    fn add(
        &mut self,
        path: &[u8],
        kind: FileKind,
        size: u64,
        target: Vec<u8>,
        meta: Meta,
        source: Source,
    ) -> Result<(), ArchiveError> {
        // The root itself is in many archives.
        let Some(path) = inside(path)? else {
            return Ok(());
        };
        let entry = ArchiveEntry {
            path: path.clone(),
            kind,
            size,
            target,
            meta,
            source,
        };
        self.0.insert(path, entry);
        Ok(())
    }

    fn file(
        &mut self,
        path: &[u8],
        size: u64,
        meta: Meta,
        source: Source,
    ) -> Result<(), ArchiveError> {
        self.add(path, FileKind::Regular, size, Vec::new(), meta, source)
    }

    /// A hard link: the same content under another name.
    fn link(&mut self, path: &[u8], target: &[u8]) -> Result<(), ArchiveError> {
        let Some(known) = inside(target)?.and_then(|target| self.0.get(&target)) else {
            return Err(ArchiveError::Broken(format!(
                "{} is a link to {}, which is not in it",
                String::from_utf8_lossy(path),
                String::from_utf8_lossy(target)
            )));
        };
        let source = match &known.source {
            Source::Range(from, to) => Source::Range(*from, *to),
            Source::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Source::Zipped(index) => Source::Zipped(*index),
            Source::Nothing => Source::Nothing,
        };
        let (kind, size, target, meta) = (known.kind, known.size, known.target.clone(), known.meta);
        self.add(path, kind, size, target, meta, source)
    }

    fn finish(self) -> Vec<ArchiveEntry> {
        self.0.into_values().collect()
    }
}

/// A path without the parts that mean nothing; `None` if nothing is left. One that leaves the folder is refused.
fn inside(path: &[u8]) -> Result<Option<Vec<u8>>, ArchiveError> {
    let parts: Vec<&[u8]> = path
        .split(|&byte| byte == b'/' || byte == b'\\')
        .filter(|part| !part.is_empty() && *part != b".")
        .collect();
    if parts.contains(&b"..".as_slice()) || path.contains(&0) {
        return Err(ArchiveError::Outside(
            String::from_utf8_lossy(path).into_owned(),
        ));
    }
    Ok(if parts.is_empty() {
        None
    } else {
        Some(parts.join(&b'/'))
    })
}

/// Seconds from 1970-01-01 to the beginning of a day of the Gregorian calendar.
fn seconds_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468) * 86_400
}

#[cfg(test)]
mod tests {
    use super::seconds_since_1970;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(seconds_since_1970(1970, 1, 1), 0);
        assert_eq!(seconds_since_1970(2000, 2, 29), 951_782_400);
        assert_eq!(seconds_since_1970(1980, 1, 1), 315_532_800);
        assert_eq!(seconds_since_1970(2107, 12, 31), 4_354_732_800);
    }
}
