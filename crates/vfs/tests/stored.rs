//! Files that are written back to a store outside.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use krait_vfs::{
    Backend, Batch, Errno, FileKind, O_CREAT, O_RDWR, Record, SetTime, StoredBackend, Vfs, Wake,
};
use proptest::prelude::*;
use support::{os, vfs};

const PAGE: usize = StoredBackend::PAGE as usize;

/// The store: names lead to contents, which are kept apart by number.
#[derive(Clone, Debug, Default)]
struct Store {
    names: BTreeMap<Vec<u8>, (Record, u64)>,
    contents: BTreeMap<u64, Vec<u8>>,
}

impl Store {
    fn put(&mut self, batch: &Batch) {
        for path in &batch.gone {
            self.names.remove(path).expect("it was there");
        }
        for put in &batch.puts {
            if let Some(slash) = put.record.path.iter().rposition(|&byte| byte == b'/') {
                let (above, _) = &self.names[&put.record.path[..slash]];
                assert_eq!(above.kind, FileKind::Directory);
            }
            self.names
                .insert(put.record.path.clone(), (put.record.clone(), put.ino));
        }
        for written in &batch.contents {
            let content = self.contents.entry(written.ino).or_default();
            if let Some(cut) = written.cut {
                content.truncate(cut as usize);
            }
            for (page, bytes) in &written.pages {
                let from = *page as usize * PAGE;
                content.resize(content.len().max(from + bytes.len()), 0);
                content[from..from + bytes.len()].copy_from_slice(bytes);
            }
        }
        let used: Vec<u64> = self.names.values().map(|(_, ino)| *ino).collect();
        self.contents.retain(|ino, _| used.contains(ino));
    }

    /// A new back end with what is stored.
    fn open(&self) -> StoredBackend {
        let backend = StoredBackend::new(1 << 30, (1000, 1000), 0, Box::new(|_| {})).unwrap();
        let mut known: BTreeMap<u64, u64> = BTreeMap::new();
        for (path, (record, content)) in &self.names {
            if record.kind == FileKind::Regular
                && let Some(&ino) = known.get(content)
            {
                backend.load_link(path, ino, 0).unwrap();
                continue;
            }
            let ino = backend.load(record, 0).unwrap();
            known.insert(*content, ino);
            if let Some(bytes) = self.contents.get(content) {
                let length = bytes.len().min(record.size as usize);
                backend.load_page(ino, 0, &bytes[..length]).unwrap();
            }
        }
        assert!(backend.is_clean());
        backend
    }
}

/// All that can be seen below a directory.
fn seen(vfs: &Vfs, path: &str, into: &mut BTreeMap<String, (u32, i64, Vec<u8>, u32)>) {
    for entry in vfs.scandir(path).unwrap() {
        let path = format!("{path}/{}", String::from_utf8(entry.name).unwrap());
        let stat = vfs.lstat(&path).unwrap();
        let (time, bytes, links) = match entry.kind {
            FileKind::Directory => (0, Vec::new(), 0),
            FileKind::Symlink => (0, vfs.readlink(&path).unwrap(), 1),
            _ => (stat.mtime, vfs.read_file(&path).unwrap(), stat.nlink),
        };
        if entry.kind == FileKind::Directory {
            seen(vfs, &path, into);
        }
        into.insert(path, (stat.mode, time, bytes, links));
    }
}

fn mounted(backend: Rc<StoredBackend>) -> Vfs {
    let vfs = vfs();
    vfs.mkdir("/mnt", 0o777).unwrap();
    vfs.mount("/mnt", backend).unwrap();
    vfs
}

fn empty() -> (Rc<StoredBackend>, Rc<RefCell<Vec<Wake>>>) {
    let wakes: Rc<RefCell<Vec<Wake>>> = Rc::default();
    let log = wakes.clone();
    let wake = Box::new(move |wake| log.borrow_mut().push(wake));
    let backend = StoredBackend::new(1 << 30, (1000, 1000), 0, wake).unwrap();
    (Rc::new(backend), wakes)
}

#[test]
fn only_what_changed_is_written() {
    let (backend, wakes) = empty();
    let vfs = mounted(backend.clone());
    assert_eq!(backend.take(), Ok(None));
    vfs.write_file("/mnt/big", &vec![1; 3 * PAGE + 5]).unwrap();
    vfs.mkdir("/mnt/d", 0o700).unwrap();
    assert_eq!(*wakes.borrow(), [Wake::Changed], "once, until it is taken");
    let first = backend.take().unwrap().unwrap();
    assert_eq!(first.contents[0].pages.len(), 4);
    assert_eq!(backend.take(), Err(Errno::EBUSY));
    backend.arrived();
    assert!(backend.is_clean());

    let fd = vfs.open("/mnt/big", O_RDWR, 0).unwrap();
    vfs.pwrite(fd, b"x", PAGE as i64 + 3).unwrap();
    assert_eq!(wakes.borrow().len(), 2);
    let second = backend.take().unwrap().unwrap();
    assert_eq!(second.puts.len(), 1);
    assert_eq!(second.puts[0].record.path, b"big");
    let pages: Vec<u64> = second.contents[0].pages.iter().map(|page| page.0).collect();
    assert_eq!(pages, [1]);
    backend.arrived();

    vfs.rename("/mnt/big", "/mnt/d/big").unwrap();
    let third = backend.take().unwrap().unwrap();
    assert_eq!(third.gone, [b"big"]);
    assert_eq!(third.puts.len(), 1);
    assert!(
        third.contents.is_empty(),
        "a name moves without its content"
    );
    backend.arrived();
    vfs.fsync(fd).unwrap();
    assert_eq!(
        wakes.borrow().last(),
        Some(&Wake::Changed),
        "nothing to ask for"
    );
    vfs.pwrite(fd, b"y", 0).unwrap();
    vfs.fsync(fd).unwrap();
    assert_eq!(wakes.borrow().last(), Some(&Wake::Asked));
}

#[test]
fn what_did_not_arrive_is_written_again() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    let mut store = Store::default();
    vfs.write_file("/mnt/a", b"one").unwrap();
    backend.take().unwrap().unwrap();
    vfs.write_file("/mnt/b", b"two").unwrap();
    backend.returned();
    store.put(&backend.take().unwrap().unwrap());
    backend.arrived();
    let again = mounted(Rc::new(store.open()));
    assert_eq!(again.read_file("/mnt/a").unwrap(), b"one");
    assert_eq!(again.read_file("/mnt/b").unwrap(), b"two");
}

#[test]
fn a_store_that_is_gone_gets_everything_again() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    vfs.mkdir("/mnt/d", 0o777).unwrap();
    vfs.write_file("/mnt/d/a", b"kept").unwrap();
    vfs.symlink("d/a", "/mnt/l").unwrap();
    backend.take().unwrap().unwrap();
    backend.arrived();
    backend.forget_store();
    let mut store = Store::default();
    store.put(&backend.take().unwrap().unwrap());
    backend.arrived();
    let again = mounted(Rc::new(store.open()));
    assert_eq!(again.read_file("/mnt/l").unwrap(), b"kept");
}

#[test]
fn a_full_store_refuses_what_needs_room_and_keeps_what_is_there() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    vfs.write_file("/mnt/a", b"kept").unwrap();
    let fd = vfs.open("/mnt/a", O_RDWR, 0).unwrap();
    backend.set_fault(Some(Errno::ENOSPC));
    assert_eq!(vfs.pwrite(fd, b"x", 0), os(Errno::ENOSPC));
    assert_eq!(vfs.ftruncate(fd, 10), os(Errno::ENOSPC));
    assert_eq!(vfs.mkdir("/mnt/d", 0o777), os(Errno::ENOSPC));
    assert_eq!(vfs.symlink("a", "/mnt/l"), os(Errno::ENOSPC));
    assert_eq!(vfs.link("/mnt/a", "/mnt/l", true), os(Errno::ENOSPC));
    assert_eq!(vfs.fsync(fd), os(Errno::ENOSPC));
    assert_eq!(vfs.read_file("/mnt/a").unwrap(), b"kept");
    vfs.ftruncate(fd, 2).unwrap();
    vfs.rename("/mnt/a", "/mnt/b").unwrap();
    vfs.unlink("/mnt/b").unwrap();
    backend.set_fault(None);
    vfs.write_file("/mnt/c", b"again").unwrap();

    backend.set_fault(Some(Errno::ENODEV));
    assert_eq!(vfs.unlink("/mnt/c"), os(Errno::ENODEV));
    assert_eq!(vfs.read_file("/mnt/c").unwrap(), b"again");
}

#[test]
fn a_capacity_that_shrinks_below_what_is_there_stops_growth_only() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    vfs.write_file("/mnt/a", &[7; 100_000]).unwrap();
    backend.set_capacity(50_000);
    assert_eq!(vfs.write_file("/mnt/b", b"x"), os(Errno::ENOSPC));
    assert_eq!(vfs.read_file("/mnt/a").unwrap(), [7; 100_000]);
    let fd = vfs.open("/mnt/a", O_RDWR, 0).unwrap();
    assert_eq!(vfs.pwrite(fd, b"over", 0), Ok(4));
    assert_eq!(vfs.pwrite(fd, b"beyond", 100_000), os(Errno::ENOSPC));
}

#[test]
fn a_content_that_could_not_be_read_is_an_error_until_it_is_replaced() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    let file = |path: &[u8]| Record {
        path: path.to_vec(),
        kind: FileKind::Regular,
        permissions: 0o644,
        mtime: 9,
        size: 100,
        target: Vec::new(),
    };
    let ino = backend.load(&file(b"orphan/of/a"), 1).unwrap();
    backend.mark_damaged(ino);
    assert!(!backend.is_clean(), "directories were missing");
    assert_eq!(vfs.read_file("/mnt/orphan/of/a"), os(Errno::EIO));
    let fd = vfs.open("/mnt/orphan/of/a", O_RDWR, 0).unwrap();
    assert_eq!(vfs.pwrite(fd, b"x", 0), os(Errno::EIO));
    assert_eq!(backend.content(ino), Err(Errno::EIO));
    vfs.write_file("/mnt/orphan/of/a", b"new").unwrap();
    assert_eq!(vfs.read_file("/mnt/orphan/of/a").unwrap(), b"new");
    for bad in [
        &b"../x"[..],
        b"a//b",
        b"",
        b"/a",
        b"a/.",
        b"a\0b",
        &[b'n'; 300],
    ] {
        assert_eq!(backend.load(&file(bad), 1), Err(Errno::EINVAL), "{bad:?}");
    }
}

#[test]
fn what_others_stored_comes_in_and_own_changes_stay() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    for name in ["a", "b", "c"] {
        vfs.write_file(format!("/mnt/{name}"), b"old").unwrap();
    }
    backend.take().unwrap();
    backend.arrived();
    vfs.write_file("/mnt/b", b"mine").unwrap();
    vfs.unlink("/mnt/c").unwrap();
    assert!(!backend.is_changed(b"a"));
    assert!(backend.is_changed(b"b"));
    assert!(backend.is_changed(b"c"));
    let fd = vfs.open("/mnt/a", O_RDWR, 0).unwrap();
    let record = Record {
        path: b"a".to_vec(),
        kind: FileKind::Regular,
        permissions: 0o600,
        mtime: 9,
        size: 6,
        target: Vec::new(),
    };
    let ino = backend.load(&record, 1).unwrap();
    backend.load_page(ino, 0, b"theirs").unwrap();
    assert_eq!(vfs.read_up_to(fd, 100).unwrap(), b"theirs");
    assert_eq!(vfs.fstat(fd).unwrap().mtime, 9);
    assert_eq!(backend.load_removal(b"b", 1), Ok(false));
    assert_eq!(backend.load_removal(b"a", 1), Ok(true));
    assert_eq!(vfs.stat("/mnt/a"), os(Errno::ENOENT));
    let batch = backend.take().unwrap().unwrap();
    assert_eq!(batch.gone, [b"c"]);
    assert_eq!(batch.puts[0].record.path, b"b");
    backend.arrived();
    assert_eq!(backend.take(), Ok(None));
}

#[test]
fn a_plain_store_has_neither_links_nor_names_that_are_no_text() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    backend.set_plain(true);
    vfs.write_file("/mnt/a", b"").unwrap();
    assert_eq!(vfs.symlink("a", "/mnt/l"), os(Errno::EPERM));
    assert_eq!(vfs.link("/mnt/a", "/mnt/l", true), os(Errno::EPERM));
    assert_eq!(vfs.write_file(b"/mnt/\xff", b""), os(Errno::EILSEQ));
    assert_eq!(vfs.rename("/mnt/a", "/mnt/b\\c"), os(Errno::EINVAL));
    assert_eq!(vfs.write_file("/mnt/a.crswap", b""), os(Errno::EINVAL));
    vfs.rename("/mnt/a", "/mnt/\u{20ac}").unwrap();
}

#[test]
fn what_comes_in_takes_the_place_of_nothing_that_changed() {
    let (backend, _) = empty();
    let vfs = mounted(backend.clone());
    vfs.mkdir("/mnt/d", 0o777).unwrap();
    backend.take().unwrap();
    backend.arrived();
    vfs.write_file("/mnt/file", b"mine").unwrap();
    vfs.write_file("/mnt/d/in", b"mine").unwrap();
    let record = |path: &[u8]| Record {
        path: path.to_vec(),
        kind: FileKind::Regular,
        permissions: 0o600,
        mtime: 9,
        size: 0,
        target: Vec::new(),
    };
    assert_eq!(backend.load(&record(b"file/below"), 1), Err(Errno::EBUSY));
    assert_eq!(backend.load(&record(b"d"), 1), Err(Errno::EBUSY));
    assert_eq!(vfs.read_file("/mnt/file").unwrap(), b"mine");
    assert_eq!(vfs.read_file("/mnt/d/in").unwrap(), b"mine");
    backend.take().unwrap();
    backend.arrived();
    backend.load(&record(b"file/below"), 1).unwrap();
    backend.load(&record(b"d"), 1).unwrap();
    assert_eq!(vfs.read_file("/mnt/file/below").unwrap(), b"");
    assert_eq!(vfs.read_file("/mnt/d").unwrap(), b"");
    // What cannot be as long as the store says is not there, and not there as an empty file.
    let huge = Record {
        size: u64::MAX,
        ..record(b"huge")
    };
    assert_eq!(backend.load(&huge, 1), Err(Errno::EFBIG));
    assert_eq!(vfs.read_file("/mnt/huge"), os(Errno::ENOENT));
    // Names that no file can have come in neither way.
    let known = backend.load(&record(b"known"), 1).unwrap();
    let long = [b'n'; 256];
    for path in [
        b"".as_slice(),
        b"/a",
        b"a/",
        b"a//b",
        b"..",
        b"d/.",
        b"nul\0",
        &long,
    ] {
        assert_eq!(backend.load(&record(path), 1), Err(Errno::EINVAL));
        assert_eq!(backend.load_link(path, known, 1), Err(Errno::EINVAL));
    }
}

#[derive(Clone, Debug)]
enum Call {
    Mkdir(String),
    Rmdir(String),
    Unlink(String),
    Rename(String, String),
    Link(String, String),
    Symlink(String),
    Write(String, usize, usize),
    Cut(String, usize),
    Mode(String, u32),
    Time(String, i64),
    Store,
    Fail,
    Start,
    End(bool),
}

fn call() -> impl Strategy<Value = Call> {
    let path = || prop::collection::vec("[ab]", 1..4).prop_map(|parts| parts.join("/"));
    let place = || prop_oneof![0..10usize, PAGE - 2..PAGE + 2, 2 * PAGE - 1..2 * PAGE + 1];
    prop_oneof![
        3 => path().prop_map(Call::Mkdir),
        1 => path().prop_map(Call::Rmdir),
        1 => path().prop_map(Call::Unlink),
        3 => (path(), path()).prop_map(|(a, b)| Call::Rename(a, b)),
        1 => (path(), path()).prop_map(|(a, b)| Call::Link(a, b)),
        1 => path().prop_map(Call::Symlink),
        4 => (path(), place(), 0..20usize).prop_map(|(path, at, length)| Call::Write(path, at, length)),
        2 => (path(), place()).prop_map(|(path, length)| Call::Cut(path, length)),
        1 => (path(), 0..0o1000u32).prop_map(|(path, mode)| Call::Mode(path, mode | 0o700)),
        1 => (path(), 0..1000i64).prop_map(|(path, time)| Call::Time(path, time)),
        2 => Just(Call::Store),
        1 => Just(Call::Fail),
        1 => Just(Call::Start),
        1 => any::<bool>().prop_map(Call::End),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done, stored, stored in vain or changed while it is stored: after the last write-back the store
    /// holds what the programs saw.
    #[test]
    fn the_store_has_what_programs_saw(calls in prop::collection::vec(call(), 1..60)) {
        let (backend, _) = empty();
        let vfs = mounted(backend.clone());
        let mut store = Store::default();
        let travelling: Cell<Option<Batch>> = Cell::new(None);
        let end = |store: &mut Store, arrives: bool| {
            if let Some(batch) = travelling.take() {
                if arrives {
                    store.put(&batch);
                    backend.arrived();
                } else {
                    backend.returned();
                }
            }
        };
        for call in &calls {
            let at = |path: &String| format!("/mnt/{path}");
            match call {
                Call::Mkdir(path) => { let _ = vfs.mkdir(at(path), 0o755); }
                Call::Rmdir(path) => { let _ = vfs.rmdir(at(path)); }
                Call::Unlink(path) => { let _ = vfs.unlink(at(path)); }
                Call::Rename(a, b) => { let _ = vfs.rename(at(a), at(b)); }
                Call::Link(a, b) => { let _ = vfs.link(at(a), at(b), false); }
                Call::Symlink(path) => { let _ = vfs.symlink("nowhere", at(path)); }
                Call::Write(path, from, length) => {
                    if let Ok(fd) = vfs.open(at(path), O_RDWR | O_CREAT, 0o644) {
                        let _ = vfs.pwrite(fd, &vec![from.to_le_bytes()[0] | 1; *length], *from as i64);
                        vfs.close(fd).unwrap();
                    }
                }
                Call::Cut(path, length) => { let _ = vfs.truncate(at(path), *length as i64); }
                Call::Mode(path, mode) => { let _ = vfs.chmod(at(path), *mode, false); }
                Call::Time(path, time) => { let _ = vfs.utime(at(path), SetTime::Omit, SetTime::At(*time), false); }
                Call::Store => {
                    end(&mut store, true);
                    if let Some(batch) = backend.take().unwrap() {
                        store.put(&batch);
                        backend.arrived();
                    }
                    prop_assert!(backend.is_clean());
                }
                Call::Fail => {
                    end(&mut store, true);
                    if backend.take().unwrap().is_some() {
                        backend.returned();
                    }
                }
                Call::Start => {
                    end(&mut store, true);
                    travelling.set(backend.take().unwrap());
                }
                Call::End(arrives) => end(&mut store, *arrives),
            }
        }
        end(&mut store, false);
        if let Some(batch) = backend.take().unwrap() {
            store.put(&batch);
            backend.arrived();
        }
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        seen(&vfs, "/mnt", &mut before);
        let reopened = Rc::new(store.open());
        seen(&mounted(reopened.clone()), "/mnt", &mut after);
        prop_assert_eq!(before, after);
        // A symbolic link with two names comes back as two; nothing stays behind in memory without a name.
        prop_assert!(backend.usage().nodes <= reopened.usage().nodes);
    }
}
