//! Unpacking archives that a configuration names.

use std::rc::Rc;

use krait_archives::{Archive, ArchiveError, ArchiveFormat};
use krait_config::ArchiveKind;
use krait_vfs::FileKind;

use crate::fault::Fault;

/// A file of an archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path inside of the archive, with `/` between the parts and no way out of the folder it is unpacked to.
    pub path: String,
    /// Its content.
    pub data: Vec<u8>,
}

/// Reads all files of an archive.
///
/// # Errors
/// [`Fault::Archive`] if the archive is broken or wants to write outside of its folder.
pub fn unpack(kind: ArchiveKind, url: &str, data: &[u8]) -> Result<Vec<Entry>, Fault> {
    let format = match kind {
        ArchiveKind::Zip | ArchiveKind::Wheel => ArchiveFormat::Zip,
        ArchiveKind::TarGz => ArchiveFormat::TarGz,
    };
    read_all(data, format).map_err(|error| Fault::Archive {
        url: url.to_owned(),
        reason: error.to_string(),
    })
}

fn read_all(data: &[u8], format: ArchiveFormat) -> Result<Vec<Entry>, ArchiveError> {
    let archive = Archive::open(Rc::from(data), Some(format))?;
    let mut entries = Vec::new();
    for (index, entry) in archive.entries().iter().enumerate() {
        if entry.kind == FileKind::Regular {
            entries.push(Entry {
                path: String::from_utf8_lossy(&entry.path).into_owned(),
                data: archive.read(index)?,
            });
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn zipped(name: &str) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(b"hello hello hello").unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn tarred(name: &str) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(2);
        // Written by hand: the library itself refuses to write a path that leads out.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, &b"hi"[..]).unwrap();
        builder.into_inner().unwrap()
    }

    fn gzipped(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_zip_and_a_wheel_give_their_files() {
        for kind in [ArchiveKind::Zip, ArchiveKind::Wheel] {
            let entries = unpack(kind, "./a", &zipped("pkg/./mod.py")).unwrap();
            assert_eq!(
                entries,
                [Entry {
                    path: "pkg/mod.py".into(),
                    data: b"hello hello hello".to_vec()
                }]
            );
        }
    }

    #[test]
    fn a_tar_gives_its_files() {
        let entries = unpack(ArchiveKind::TarGz, "a.tgz", &gzipped(&tarred("./a/b.txt"))).unwrap();
        assert_eq!(
            entries,
            [Entry {
                path: "a/b.txt".into(),
                data: b"hi".to_vec()
            }]
        );
    }

    #[test]
    fn a_path_that_leads_out_is_refused() {
        for (kind, data) in [
            (ArchiveKind::Zip, zipped("../x.py")),
            (ArchiveKind::TarGz, gzipped(&tarred("a/../../x"))),
        ] {
            let fault = unpack(kind, "./a", &data).unwrap_err().to_string();
            assert!(fault.contains("leads out"), "{fault}");
        }
    }

    #[test]
    fn what_is_no_archive_says_so() {
        for kind in [ArchiveKind::Zip, ArchiveKind::TarGz] {
            let fault = unpack(kind, "./a.zip", b"not an archive")
                .unwrap_err()
                .to_string();
            assert!(
                fault.starts_with("(PY0000): ./a.zip cannot be unpacked: "),
                "{fault}"
            );
        }
    }
}
