//! Archives mounted without unpacking.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::io::{Cursor, Write};
use std::rc::Rc;

use krait_archives::{Archive, ArchiveError, ArchiveFormat};
use krait_vfs::{Errno, Error, Host, O_RDONLY, SEEK_SET, Settings, Vfs};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

fn os<T>(errno: Errno) -> Result<T, Error> {
    Err(Error::Os(errno))
}

fn vfs() -> Vfs {
    Vfs::new(Host::isolated(), Settings::default()).unwrap()
}

fn zipped() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let time = zip::DateTime::from_date_and_time(2024, 2, 29, 12, 30, 10).unwrap();
    let options = SimpleFileOptions::default().last_modified_time(time);
    writer.add_directory("pkg", options).unwrap();
    writer
        .start_file("pkg/big.txt", options.unix_permissions(0o755))
        .unwrap();
    writer.write_all(&b"0123456789".repeat(100_000)).unwrap();
    writer
        .start_file(
            "stored.bin",
            options.compression_method(zip::CompressionMethod::Stored),
        )
        .unwrap();
    writer.write_all(b"as it is").unwrap();
    writer.add_symlink("link", "pkg/big.txt", options).unwrap();
    writer.finish().unwrap().into_inner()
}

fn tarred() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |name: &str, data: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(data.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(1_000_000);
        builder.append_data(&mut header, name, data).unwrap();
    };
    add("a/one.txt", b"first");
    add("a/one.txt", b"second");
    add(&format!("{}/end", "d".repeat(200)), b"long name");
    let mut link = tar::Header::new_gnu();
    link.set_size(0);
    link.set_entry_type(tar::EntryType::Symlink);
    builder.append_link(&mut link, "soft", "a/one.txt").unwrap();
    link.set_entry_type(tar::EntryType::Link);
    builder.append_link(&mut link, "hard", "a/one.txt").unwrap();
    builder.into_inner().unwrap()
}

fn gzipped(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn mounted(bytes: Vec<u8>) -> Vfs {
    let vfs = vfs();
    let archive = Archive::open(Rc::from(bytes), None).unwrap();
    vfs.mkdir("/mnt", 0o777).unwrap();
    vfs.mount("/mnt", Rc::new(archive.into_tree((1000, 1000), 5).unwrap()))
        .unwrap();
    vfs
}

#[test]
fn a_zip_is_read_where_it_lies() {
    let vfs = mounted(zipped());
    let names = vfs.listdir("/mnt").unwrap();
    assert_eq!(names, [&b"link"[..], b"pkg", b"stored.bin"]);
    let stat = vfs.stat("/mnt/pkg/big.txt").unwrap();
    assert_eq!(stat.size, 1_000_000);
    assert_eq!(stat.mode & 0o777, 0o555, "what could be executed still can");
    assert_eq!(stat.mtime, 1_709_209_810_000_000_000);
    let fd = vfs.open("/mnt/link", O_RDONLY, 0).unwrap();
    vfs.lseek(fd, 999_995, SEEK_SET).unwrap();
    assert_eq!(vfs.read_up_to(fd, 100).unwrap(), b"56789");
    vfs.close(fd).unwrap();
    assert_eq!(vfs.read_file("/mnt/stored.bin").unwrap(), b"as it is");
    assert_eq!(vfs.write_file("/mnt/stored.bin", b"x"), os(Errno::EROFS));
    assert_eq!(vfs.readlink("/mnt/link").unwrap(), b"pkg/big.txt");
    vfs.unmount("/mnt").unwrap();
}

#[test]
fn tars_are_read_packed_or_not() {
    for bytes in [tarred(), gzipped(&tarred())] {
        let vfs = mounted(bytes);
        assert_eq!(vfs.read_file("/mnt/a/one.txt").unwrap(), b"second");
        assert_eq!(vfs.read_file("/mnt/soft").unwrap(), b"second");
        assert_eq!(vfs.read_file("/mnt/hard").unwrap(), b"second");
        let long = format!("/mnt/{}/end", "d".repeat(200));
        assert_eq!(vfs.read_file(long).unwrap(), b"long name");
        assert_eq!(
            vfs.stat("/mnt/a/one.txt").unwrap().mtime,
            1_000_000_000_000_000
        );
    }
}

#[test]
fn what_is_no_archive_says_so() {
    let open = |bytes: &[u8], format| Archive::open(Rc::from(bytes), format).map(|_| ());
    assert_eq!(open(b"hello", None), Err(ArchiveError::Unknown));
    assert_eq!(open(b"", None), Err(ArchiveError::Unknown));
    assert!(open(b"PK\x03\x04", None).is_err());
    assert!(open(b"\x1f\x8b", None).is_err());
    assert!(open(&zipped()[..500], None).is_err());
    let gzip = gzipped(&tarred());
    assert!(open(&gzip[..gzip.len() / 2], None).is_err());
}

#[test]
fn a_name_that_leads_out_is_refused() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("a/../../x", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let error = Archive::open(Rc::from(bytes), None).unwrap_err();
    assert_eq!(error, ArchiveError::Outside("a/../../x".into()));
}

#[test]
fn a_file_that_is_broken_fails_when_it_is_read() {
    let mut bytes = zipped();
    // Within the packed content of the first file, whose header is 30 bytes and its name.
    for byte in &mut bytes[110..140] {
        *byte ^= 0x55;
    }
    let vfs = mounted(bytes);
    assert_eq!(vfs.read_file("/mnt/pkg/big.txt"), os(Errno::EIO));
    assert_eq!(vfs.read_file("/mnt/stored.bin").unwrap(), b"as it is");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// No bytes bring the reader down, and what it opens can be walked.
    #[test]
    fn damaged_archives_are_errors(at in 0..2000usize, byte in any::<u8>(), length in 0..3000usize, tar in any::<bool>()) {
        let mut bytes = if tar { tarred() } else { zipped() };
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(bytes.len().saturating_sub(length % 50));
        let format = if tar { ArchiveFormat::Tar } else { ArchiveFormat::Zip };
        if let Ok(archive) = Archive::open(Rc::from(bytes), Some(format)) {
            for index in 0..archive.entries().len() {
                let _ = archive.read(index);
            }
            let _ = archive.into_tree((0, 0), 0);
        }
    }
}
