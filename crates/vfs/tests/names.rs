//! Paths, names, links, permissions.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use krait_vfs::{
    Errno, Error, FileKind, NAME_MAX, O_CREAT, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY, PATH_MAX,
    R_OK, SetTime, Settings, W_OK, X_OK,
};
use support::{os, vfs, with};

#[test]
fn starts_at_home_with_the_usual_directories() {
    let vfs = vfs();
    assert_eq!(vfs.getcwd().unwrap(), b"/home/web");
    assert_eq!(
        vfs.listdir("/").unwrap(),
        [b"dev".as_slice(), b"home", b"lib", b"tmp"]
    );
    assert_eq!(vfs.stat("/tmp").unwrap().mode, 0o041_777);
    assert_eq!(vfs.stat("/").unwrap().nlink, 6);
    assert_eq!(vfs.open_descriptors(), 3);
}

#[test]
fn a_nul_byte_is_told_apart_everywhere() {
    let vfs = vfs();
    let nul = Err(Error::NulInPath);
    assert_eq!(vfs.mkdir("a\0", 0o777), nul);
    assert_eq!(vfs.symlink("a\0", "b"), nul);
    assert_eq!(vfs.symlink("a", "b\0"), nul);
    assert_eq!(vfs.rename("/tmp", "\0"), nul);
    assert_eq!(vfs.truncate("\0", -1), nul);
    assert_eq!(vfs.open("/no/such/\0", O_RDONLY, 0), Err(Error::NulInPath));
    assert_eq!(Error::NulInPath.errno(), Errno::EINVAL);
    assert_eq!(Error::NulInPath.to_string(), "embedded null byte");
}

#[test]
fn lengths_are_limited() {
    let vfs = vfs();
    let name = "n".repeat(NAME_MAX);
    vfs.mkdir(&name, 0o777).unwrap();
    assert_eq!(
        vfs.mkdir(format!("{name}n"), 0o777),
        os(Errno::ENAMETOOLONG)
    );
    assert_eq!(vfs.stat(format!("{name}n")), os(Errno::ENAMETOOLONG));
    assert_eq!(vfs.stat("/".repeat(PATH_MAX)), os(Errno::ENAMETOOLONG));
    assert!(vfs.stat("/".repeat(PATH_MAX - 1)).is_ok());
    assert_eq!(
        vfs.symlink("x".repeat(PATH_MAX), "l"),
        os(Errno::ENAMETOOLONG)
    );
    // The current directory may be deeper than a path can be long.
    for _ in 0..40 {
        vfs.mkdir(&name, 0o777)
            .or_else(|e| {
                if e.errno() == Errno::EEXIST {
                    Ok(())
                } else {
                    Err(e)
                }
            })
            .unwrap();
        vfs.chdir(&name).unwrap();
    }
    assert_eq!(
        vfs.getcwd().unwrap().len(),
        "/home/web".len() + 40 * (NAME_MAX + 1)
    );
}

#[test]
fn names_are_bytes() {
    let vfs = vfs();
    vfs.write_file(b"\xff\xfe".as_slice(), b"x").unwrap();
    vfs.write_file("\u{e9}", b"y").unwrap();
    assert_eq!(
        vfs.listdir(".").unwrap(),
        [b"\xc3\xa9".as_slice(), b"\xff\xfe"]
    );
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let vfs = vfs();
    vfs.write_file("l0", b"end").unwrap();
    for i in 1..=41 {
        vfs.symlink(format!("l{}", i - 1), format!("l{i}")).unwrap();
    }
    assert_eq!(vfs.read_file("l40").unwrap(), b"end");
    assert_eq!(vfs.read_file("l41"), os(Errno::ELOOP));
    vfs.symlink("self", "self").unwrap();
    assert_eq!(vfs.stat("self/x"), os(Errno::ELOOP));
    assert_eq!(vfs.lstat("self").unwrap().kind, FileKind::Symlink);
    assert_eq!(vfs.open("l1", O_RDONLY | O_NOFOLLOW, 0), os(Errno::ELOOP));
}

#[test]
fn absolute_links_start_at_the_root() {
    let vfs = vfs();
    vfs.symlink("/", "top").unwrap();
    vfs.symlink("/tmp/", "t").unwrap();
    assert_eq!(vfs.stat("top").unwrap().ino, vfs.stat("/").unwrap().ino);
    assert_eq!(
        vfs.stat("top/../../tmp/.").unwrap().ino,
        vfs.stat("t").unwrap().ino
    );
    vfs.write_file("t/x", b"").unwrap();
    assert!(vfs.exists("/tmp/x"));
    assert_eq!(vfs.rmdir("top"), os(Errno::ENOTDIR));
    assert_eq!(vfs.readlink("t").unwrap(), b"/tmp/");
    assert_eq!(vfs.readlink("t/"), os(Errno::EINVAL));
}

#[test]
fn the_root_cannot_be_touched() {
    let vfs = vfs();
    assert_eq!(vfs.rmdir("/"), os(Errno::EBUSY));
    assert_eq!(vfs.unlink("/"), os(Errno::EISDIR));
    assert_eq!(vfs.rename("/", "/x"), os(Errno::EBUSY));
    assert_eq!(vfs.rename("/tmp", "/"), os(Errno::EBUSY));
    assert_eq!(vfs.mkdir("/", 0o777), os(Errno::EEXIST));
    assert_eq!(vfs.stat("/../..").unwrap().ino, vfs.stat("/").unwrap().ino);
}

#[test]
fn a_removed_current_directory_is_empty_and_nameless() {
    let vfs = vfs();
    vfs.mkdir("gone", 0o777).unwrap();
    vfs.chdir("gone").unwrap();
    vfs.rmdir("../gone").unwrap();
    assert_eq!(vfs.getcwd(), os(Errno::ENOENT));
    assert_eq!(vfs.mkdir("x", 0o777), os(Errno::ENOENT));
    assert_eq!(vfs.open("x", O_CREAT | O_RDWR, 0o666), os(Errno::ENOENT));
    assert_eq!(vfs.stat(".").unwrap().nlink, 0);
    assert!(vfs.listdir(".").unwrap().is_empty());
    vfs.chdir("/").unwrap();
}

#[test]
fn the_current_directory_moves_with_its_parents() {
    let vfs = vfs();
    vfs.mkdir_all("a/b").unwrap();
    vfs.chdir("a/b").unwrap();
    vfs.rename("/home/web/a", "/tmp/z").unwrap();
    assert_eq!(vfs.getcwd().unwrap(), b"/tmp/z/b");
    assert_eq!(vfs.rename("/tmp/z", "sub"), os(Errno::EINVAL));
    let fd = vfs.open("/home", O_RDONLY, 0).unwrap();
    vfs.fchdir(fd).unwrap();
    assert_eq!(vfs.getcwd().unwrap(), b"/home");
    assert_eq!(vfs.fchdir(0), os(Errno::ENOTDIR));
}

#[test]
fn the_owner_bits_decide() {
    let vfs = vfs();
    vfs.write_file("f", b"x").unwrap();
    vfs.chmod("f", 0o077, true).unwrap();
    assert_eq!(vfs.open("f", O_RDONLY, 0), os(Errno::EACCES));
    assert_eq!(vfs.access("f", R_OK, true), os(Errno::EACCES));
    vfs.chmod("f", 0o400, true).unwrap();
    assert_eq!(vfs.access("f", W_OK, true), os(Errno::EACCES));
    assert_eq!(vfs.open("f", O_WRONLY, 0), os(Errno::EACCES));
    assert_eq!(vfs.truncate("f", 0), os(Errno::EACCES));
    assert_eq!(vfs.read_file("f").unwrap(), b"x");
    assert_eq!(vfs.access("f", X_OK, true), os(Errno::EACCES));
    assert_eq!(vfs.access("f", 8, true), os(Errno::EINVAL));

    vfs.mkdir("d", 0o777).unwrap();
    vfs.write_file("d/f", b"x").unwrap();
    vfs.chmod("d", 0o500, true).unwrap();
    assert_eq!(vfs.unlink("d/f"), os(Errno::EACCES));
    assert_eq!(vfs.write_file("d/g", b""), os(Errno::EACCES));
    assert_eq!(vfs.rename("d/f", "f"), os(Errno::EACCES));
    vfs.chmod("d", 0o600, true).unwrap();
    assert_eq!(vfs.listdir("d").unwrap().len(), 1);
    assert_eq!(vfs.stat("d/f"), os(Errno::EACCES));
    assert_eq!(vfs.chdir("d"), os(Errno::EACCES));
    vfs.chmod("d", 0o300, true).unwrap();
    assert_eq!(vfs.listdir("d"), os(Errno::EACCES));
    assert!(vfs.exists("d/f"));
}

#[test]
fn user_0_is_not_asked() {
    let vfs = with(Settings {
        uid: 0,
        ..Settings::default()
    });
    vfs.write_file("f", b"x").unwrap();
    vfs.chmod("f", 0, true).unwrap();
    assert_eq!(vfs.read_file("f").unwrap(), b"x");
    assert_eq!(vfs.access("f", X_OK, true), os(Errno::EACCES));
}

#[test]
fn the_umask_is_taken_from_new_modes() {
    let vfs = vfs();
    assert_eq!(vfs.umask(0o077), 0o022);
    vfs.write_file("f", b"").unwrap();
    vfs.mkdir("d", 0o777).unwrap();
    assert_eq!(vfs.stat("f").unwrap().mode, 0o100_600);
    assert_eq!(vfs.stat("d").unwrap().mode, 0o040_700);
    let fd = vfs.open("sealed", O_CREAT | O_RDWR, 0).unwrap();
    assert_eq!(vfs.write(fd, b"x"), Ok(1), "what makes a file may write it");
}

#[test]
fn a_directory_hands_on_its_group_bit() {
    let vfs = vfs();
    vfs.mkdir("d", 0o7777).unwrap();
    assert_eq!(vfs.stat("d").unwrap().mode, 0o041_755);
    vfs.chmod("d", 0o2755, true).unwrap();
    vfs.mkdir("d/e", 0o777).unwrap();
    vfs.write_file("d/f", b"").unwrap();
    assert_eq!(vfs.stat("d/e").unwrap().mode, 0o042_755);
    assert_eq!(vfs.stat("d/f").unwrap().mode, 0o100_644);
}

#[test]
fn times_follow_changes() {
    let vfs = vfs();
    vfs.write_file("f", b"").unwrap();
    let made = vfs.stat("f").unwrap();
    vfs.write_file("f", b"x").unwrap();
    let written = vfs.stat("f").unwrap();
    assert!(written.mtime > made.mtime && written.ctime > made.ctime);
    vfs.read_file("f").unwrap();
    assert_eq!(vfs.stat("f").unwrap(), written);
    vfs.chmod("f", 0o600, true).unwrap();
    let changed = vfs.stat("f").unwrap();
    assert!(changed.mtime == written.mtime && changed.ctime > written.ctime);
    vfs.utime("f", SetTime::At(-5), SetTime::Omit, true)
        .unwrap();
    let touched = vfs.stat("f").unwrap();
    assert_eq!((touched.atime, touched.mtime), (-5, written.mtime));
    let before = vfs.stat(".").unwrap();
    vfs.unlink("f").unwrap();
    assert!(vfs.stat(".").unwrap().mtime > before.mtime);
}

#[test]
fn scandir_tells_the_types() {
    let vfs = vfs();
    vfs.mkdir("d", 0o777).unwrap();
    vfs.symlink("d", "l").unwrap();
    vfs.write_file("f", b"").unwrap();
    let kinds: Vec<_> = vfs
        .scandir(".")
        .unwrap()
        .into_iter()
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(
        kinds,
        [FileKind::Directory, FileKind::Regular, FileKind::Symlink]
    );
    assert_eq!(vfs.scandir("f"), os(Errno::ENOTDIR));
    let fd = vfs.open(".", O_RDONLY, 0).unwrap();
    assert_eq!(vfs.fscandir(fd).unwrap(), vfs.scandir(".").unwrap());
    assert_eq!(vfs.fscandir(1), os(Errno::ENOTDIR));
}

#[test]
fn mkdir_all_takes_what_is_there() {
    let vfs = vfs();
    vfs.mkdir_all("a/b/c").unwrap();
    vfs.symlink("a", "l").unwrap();
    vfs.mkdir_all("l/b/../d/").unwrap();
    assert!(vfs.exists("a/d"));
    vfs.write_file("f", b"").unwrap();
    assert_eq!(vfs.mkdir_all("f"), os(Errno::EEXIST));
    assert_eq!(vfs.mkdir_all("f/x"), os(Errno::EEXIST));
    assert_eq!(vfs.mkdir_all(""), os(Errno::ENOENT));
    vfs.mkdir_all("/").unwrap();
}
