//! Mounts and the read-only tree.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use krait_vfs::{
    Errno, MemoryBackend, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, R_OK, SEEK_SET, SetTime,
    StaticTree, Vfs, W_OK,
};
use support::{os, vfs};

type Log = Rc<RefCell<Vec<u64>>>;

/// `os.py` and `email/mime.py`, which load, `bad.py`, which does not, `lie.py`, whose length is not as told, and an
/// empty `site-packages`.
fn library() -> (StaticTree, Log) {
    let mut tree = StaticTree::builder().owner(1000, 1000).time(77);
    tree.file("os.py", 5, 10)
        .unwrap()
        .file("/email/mime.py", 100_000, 20)
        .unwrap();
    tree.file("bad.py", 5, 30)
        .unwrap()
        .file("lie.py", 5, 40)
        .unwrap();
    tree.directory("site-packages").unwrap();
    let log = Log::default();
    let loads = log.clone();
    let tree = tree.build(move |key| {
        loads.borrow_mut().push(key);
        match key {
            10 => Ok(Rc::from(*b"pass\n")),
            20 => Ok(Rc::from(vec![5; 100_000])),
            40 => Ok(Rc::from(*b"short")).map(|bytes: Rc<[u8]>| Rc::from(&bytes[..3])),
            _ => Err(Errno::ENODATA),
        }
    });
    (tree, log)
}

fn mounted() -> (Vfs, Log) {
    let vfs = vfs();
    vfs.mkdir_all("/lib/python").unwrap();
    let (tree, log) = library();
    vfs.mount("/lib/python", Rc::new(tree)).unwrap();
    (vfs, log)
}

#[test]
fn bytes_are_loaded_when_read_and_kept_while_open() {
    let (vfs, log) = mounted();
    assert_eq!(vfs.stat("/lib/python/email/mime.py").unwrap().size, 100_000);
    assert_eq!(vfs.listdir("/lib/python").unwrap().len(), 5);
    assert!(log.borrow().is_empty());
    let fd = vfs.open("/lib/python/email/mime.py", O_RDONLY, 0).unwrap();
    assert!(log.borrow().is_empty());
    assert_eq!(vfs.read_up_to(fd, 70_000).unwrap().len(), 70_000);
    assert_eq!(vfs.read_up_to(fd, 70_000).unwrap().len(), 30_000);
    vfs.lseek(fd, 99_999, SEEK_SET).unwrap();
    assert_eq!(vfs.read_up_to(fd, 2).unwrap(), [5]);
    assert_eq!(*log.borrow(), [20]);
    vfs.close(fd).unwrap();
    assert_eq!(vfs.read_file("/lib/python/os.py").unwrap(), b"pass\n");
    assert_eq!(vfs.read_file("/lib/python/os.py").unwrap(), b"pass\n");
    assert_eq!(*log.borrow(), [20, 10, 10]);
}

#[test]
fn a_loader_that_fails_is_heard() {
    let (vfs, _) = mounted();
    assert_eq!(vfs.read_file("/lib/python/bad.py"), os(Errno::ENODATA));
    assert_eq!(vfs.read_file("/lib/python/lie.py"), os(Errno::EIO));
}

#[test]
fn a_loader_may_use_the_files() {
    let vfs = Rc::new(vfs());
    vfs.write_file("/tmp/packed", b"bytes").unwrap();
    let weak: Weak<Vfs> = Rc::downgrade(&vfs);
    let mut tree = StaticTree::builder();
    tree.file("f", 5, 0).unwrap();
    let load = move |_| {
        let vfs = weak.upgrade().ok_or(Errno::EIO)?;
        Ok(Rc::from(
            vfs.read_file("/tmp/packed")
                .map_err(|error| error.errno())?,
        ))
    };
    vfs.mount("/lib", Rc::new(tree.build(load))).unwrap();
    assert_eq!(vfs.read_file("/lib/f").unwrap(), b"bytes");
}

#[test]
fn nothing_in_it_changes() {
    let (vfs, _) = mounted();
    vfs.chdir("/lib/python").unwrap();
    let rofs = Errno::EROFS;
    assert_eq!(vfs.open("os.py", O_WRONLY, 0), os(rofs));
    assert_eq!(vfs.open("os.py", O_RDONLY | O_TRUNC, 0), os(rofs));
    assert_eq!(vfs.open("new.py", O_RDWR | O_CREAT, 0o666), os(rofs));
    assert_eq!(vfs.mkdir("d", 0o777), os(rofs));
    assert_eq!(vfs.mkdir("email", 0o777), os(Errno::EEXIST));
    assert_eq!(vfs.symlink("a", "b"), os(rofs));
    assert_eq!(vfs.link("os.py", "b", true), os(rofs));
    assert_eq!(vfs.unlink("os.py"), os(rofs));
    assert_eq!(vfs.rmdir("email"), os(rofs));
    assert_eq!(vfs.rename("os.py", "so.py"), os(rofs));
    assert_eq!(vfs.chmod("os.py", 0o777, true), os(rofs));
    assert_eq!(
        vfs.utime("os.py", SetTime::Now, SetTime::Now, true),
        os(rofs)
    );
    assert_eq!(vfs.truncate("os.py", 0), os(rofs));
    assert_eq!(vfs.access("os.py", W_OK, true), os(rofs));
    assert_eq!(vfs.access("os.py", R_OK, true), Ok(()));
    assert_eq!(vfs.statvfs(".").unwrap().flag, 1);
    assert_eq!(vfs.stat("os.py").unwrap().mtime, 77);
}

#[test]
fn the_edge_of_a_mount_is_crossed_both_ways() {
    let (vfs, _) = mounted();
    let memory = MemoryBackend::new(1 << 20, 0o755, (1000, 1000), 0).unwrap();
    vfs.mount("/lib/python/site-packages", Rc::new(memory))
        .unwrap();
    vfs.mkdir_all("/lib/python/site-packages/pkg/sub").unwrap();
    vfs.chdir("/lib/python/site-packages/pkg/sub").unwrap();
    assert_eq!(vfs.getcwd().unwrap(), b"/lib/python/site-packages/pkg/sub");
    assert_eq!(vfs.read_file("../../../os.py").unwrap(), b"pass\n");
    assert_eq!(vfs.stat("../../../../..").unwrap(), vfs.stat("/").unwrap());
    assert_eq!(vfs.rename("../../pkg", "/tmp/pkg"), os(Errno::EXDEV));
    vfs.write_file("f", b"x").unwrap();
    assert_eq!(vfs.link("f", "/tmp/f", true), os(Errno::EXDEV));
    assert_ne!(vfs.stat("f").unwrap().dev, vfs.stat("/").unwrap().dev);
    assert_eq!(vfs.rmdir("/lib/python"), os(Errno::EBUSY));
    assert_eq!(vfs.unlink("/lib/python"), os(Errno::EISDIR));
    assert_eq!(vfs.rename("/lib/python", "/lib/x"), os(Errno::EBUSY));
    vfs.rename("/lib", "/bil").unwrap();
    assert_eq!(vfs.getcwd().unwrap(), b"/bil/python/site-packages/pkg/sub");
}

#[test]
fn unmounting_waits_for_the_last_user() {
    let (vfs, _) = mounted();
    assert_eq!(vfs.unmount("/lib"), os(Errno::EINVAL));
    assert_eq!(vfs.unmount("/"), os(Errno::EINVAL));
    assert_eq!(vfs.unmount("/lib/python/email"), os(Errno::EINVAL));
    let fd = vfs.open("/lib/python/os.py", O_RDONLY, 0).unwrap();
    assert_eq!(vfs.unmount("/lib/python"), os(Errno::EBUSY));
    vfs.close(fd).unwrap();
    vfs.chdir("/lib/python").unwrap();
    assert_eq!(vfs.unmount("."), os(Errno::EBUSY));
    vfs.chdir("/").unwrap();
    let memory = || Rc::new(MemoryBackend::new(1 << 20, 0o755, (1000, 1000), 0).unwrap());
    vfs.mount("/lib/python/site-packages", memory()).unwrap();
    assert_eq!(vfs.unmount("/lib/python"), os(Errno::EBUSY));
    vfs.unmount("/lib/python/site-packages").unwrap();
    vfs.mount("/lib/python", memory()).unwrap();
    assert!(
        vfs.listdir("/lib/python").unwrap().is_empty(),
        "the later one is on top"
    );
    vfs.unmount("/lib/python").unwrap();
    vfs.unmount("/lib/python").unwrap();
    assert!(vfs.listdir("/lib/python").unwrap().is_empty());
    vfs.rmdir("/lib/python").unwrap();
    assert_eq!(vfs.mount("/", memory()), os(Errno::EBUSY));
    assert_eq!(vfs.mount("/dev/null", memory()), os(Errno::ENOTDIR));
}

#[test]
fn bad_trees_are_refused() {
    let mut tree = StaticTree::builder();
    tree.file("a/b", 1, 1).unwrap();
    assert_eq!(tree.file("a/b", 1, 1).map(|_| ()), os(Errno::EEXIST));
    assert_eq!(tree.file("a", 1, 1).map(|_| ()), os(Errno::EEXIST));
    assert_eq!(tree.file("a/b/c", 1, 1).map(|_| ()), os(Errno::ENOTDIR));
    assert_eq!(tree.directory("a/b").map(|_| ()), os(Errno::ENOTDIR));
    assert_eq!(tree.file("../x", 1, 1).map(|_| ()), os(Errno::EINVAL));
    assert_eq!(tree.file("a/..", 1, 1).map(|_| ()), os(Errno::EINVAL));
    assert_eq!(tree.file("/", 1, 1).map(|_| ()), os(Errno::EEXIST));
    assert_eq!(tree.file("", 1, 1).map(|_| ()), os(Errno::ENOENT));
    assert_eq!(
        tree.file("x".repeat(256), 1, 1).map(|_| ()),
        os(Errno::ENAMETOOLONG)
    );
    assert!(tree.directory("a").is_ok());
}
