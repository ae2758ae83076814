//! Unpacking archives that a configuration names.

use std::io::{Cursor, Read};

use flate2::read::GzDecoder;

use crate::fault::Fault;

/// A file of an archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path inside of the archive, with `/` between the parts and no way out of the folder it is unpacked to.
    pub path: String,
    /// Its content.
    pub data: Vec<u8>,
}

/// Reads all files of an archive; what kind it is shows in the name at the end of `url`.
///
/// # Errors
/// [`Fault::Archive`] if the name has none of the known endings, or if the archive is broken.
pub fn unpack(url: &str, data: &[u8]) -> Result<Vec<Entry>, Fault> {
    let broken = |reason: String| Fault::Archive { url: url.to_owned(), reason };
    let name = url.split(['?', '#']).next().unwrap_or(url).to_ascii_lowercase();
    if name.ends_with(".zip") || name.ends_with(".whl") {
        unzip(data).map_err(broken)
    } else if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
        untar(GzDecoder::new(data)).map_err(broken)
    } else if name.ends_with(".tar") {
        untar(data).map_err(broken)
    } else {
        Err(broken("its name ends with none of .zip, .whl, .tar, .tar.gz and .tgz".to_owned()))
    }
}

fn unzip(data: &[u8]) -> Result<Vec<Entry>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(data)).map_err(|error| error.to_string())?;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|error| error.to_string())?;
        if file.is_dir() {
            continue;
        }
        let path = inside(file.name())?;
        let mut data = Vec::new();
        file.read_to_end(&mut data).map_err(|error| format!("{path}: {error}"))?;
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
        entry.read_to_end(&mut data).map_err(|error| format!("{path}: {error}"))?;
        entries.push(Entry { path, data });
    }
    Ok(entries)
}

/// A path without the parts that mean nothing; one that leaves the folder is refused.
fn inside(path: &str) -> Result<String, String> {
    let unified = path.replace('\\', "/");
    let parts: Vec<_> = unified.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
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
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
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

    #[test]
    fn a_zip_and_a_wheel_give_their_files() {
        for url in ["./a.zip", "https://x.test/a-1.0-py3-none-any.whl?v=1"] {
            let entries = unpack(url, &zipped("pkg/./mod.py")).unwrap();
            assert_eq!(entries, [Entry { path: "pkg/mod.py".into(), data: b"hello hello hello".to_vec() }]);
        }
    }

    #[test]
    fn a_tar_gives_its_files_with_and_without_gzip() {
        let plain = tarred("./a/b.txt");
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&plain).unwrap();
        let packed = encoder.finish().unwrap();
        for (url, data) in [("a.tar", &plain), ("a.tar.gz", &packed), ("A.TGZ", &packed)] {
            let entries = unpack(url, data).unwrap();
            assert_eq!(entries, [Entry { path: "a/b.txt".into(), data: b"hi".to_vec() }]);
        }
    }

    #[test]
    fn a_path_that_leads_out_is_refused() {
        for (url, data) in [("a.zip", zipped("../x.py")), ("a.tar", tarred("a/../../x"))] {
            let fault = unpack(url, &data).unwrap_err().to_string();
            assert!(fault.contains("leads out"), "{fault}");
        }
    }

    #[test]
    fn what_is_no_archive_says_so() {
        for url in ["a.zip", "a.tgz", "a.rar"] {
            let fault = unpack(url, b"not an archive").unwrap_err().to_string();
            assert!(fault.starts_with(&format!("(PY0000): {url} cannot be unpacked: ")), "{fault}");
        }
    }
}
