//! Unpacking archives that a configuration names.

use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use krait_config::ArchiveKind;

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
    let entries = match kind {
        ArchiveKind::Zip | ArchiveKind::Wheel => unzip(data),
        ArchiveKind::TarGz => untar(GzDecoder::new(data)),
    };
    entries.map_err(|reason| Fault::Archive {
        url: url.to_owned(),
        reason,
    })
}

fn unzip(data: &[u8]) -> Result<Vec<Entry>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(data)).map_err(|error| error.to_string())?;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|error| error.to_string())?;
        if file.is_dir() {
            continue;
        }
        let path = inside(&file.name().map_err(|error| error.to_string())?)?;
        let mut data = Vec::new();
        file.read_to_end(&mut data)
            .map_err(|error| format!("{path}: {error}"))?;
        entries.push(Entry { path, data });
    }
    Ok(entries)
}

fn untar(reader: impl Read) -> Result<Vec<Entry>, String> {
    let mut archive = tar::Archive::new(reader);
    let mut entries = Vec::new();
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = inside(&String::from_utf8_lossy(&entry.path_bytes()))?;
        let mut data = Vec::new();
        entry
            .read_to_end(&mut data)
            .map_err(|error| format!("{path}: {error}"))?;
        entries.push(Entry { path, data });
    }
    Ok(entries)
}

/// A path without the parts that mean nothing; one that leaves the folder is refused.
fn inside(path: &str) -> Result<String, String> {
    let unified = path.replace('\\', "/");
    let parts: Vec<_> = unified
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.is_empty() || parts.contains(&"..") {
        return Err(format!("the path {path:?} in it leads out of the folder"));
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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
