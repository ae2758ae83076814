//! Random calls against models simple enough to be seen right.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeMap;

use krait_vfs::{Errno, Error, FileKind, O_CREAT, O_RDWR};
use proptest::prelude::*;
use support::vfs;

/// A file system as a map from a path without a leading slash to its bytes; a directory has none.
#[derive(Default)]
struct Model(BTreeMap<String, Option<Vec<u8>>>);

#[derive(Clone, Debug)]
enum Call {
    Mkdir(String),
    Rmdir(String),
    Unlink(String),
    Rename(String, String),
    Write(String, Vec<u8>),
    Read(String),
    List(String),
}

impl Model {
    fn get(&self, path: &str) -> Result<&Option<Vec<u8>>, Errno> {
        self.0.get(path).ok_or(Errno::ENOENT)
    }

    /// The directories on the way are there and are directories.
    fn walk(&self, path: &str) -> Result<(), Errno> {
        for (end, _) in path.match_indices('/') {
            if self.get(&path[..end])?.is_some() {
                return Err(Errno::ENOTDIR);
            }
        }
        Ok(())
    }

    fn below(&self, path: &str) -> Vec<String> {
        let prefix = format!("{path}/");
        self.0
            .keys()
            .filter(|key| key.starts_with(&prefix))
            .cloned()
            .collect()
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        self.walk(from)?;
        self.walk(to)?;
        let is_directory = self.get(from)?.is_none();
        if is_directory && to.starts_with(&format!("{from}/")) {
            return Err(Errno::EINVAL);
        }
        if from.starts_with(&format!("{to}/")) {
            return Err(Errno::ENOTEMPTY);
        }
        if from == to {
            return Ok(());
        }
        match (is_directory, self.0.get(to)) {
            (true, Some(Some(_))) => return Err(Errno::ENOTDIR),
            (false, Some(None)) => return Err(Errno::EISDIR),
            (true, Some(None)) if !self.below(to).is_empty() => return Err(Errno::ENOTEMPTY),
            _ => {}
        }
        for path in self.below(from).into_iter().chain([from.to_owned()]) {
            let node = self.0.remove(&path).unwrap();
            self.0.insert(format!("{to}{}", &path[from.len()..]), node);
        }
        Ok(())
    }

    fn call(&mut self, call: &Call) -> Result<Vec<u8>, Errno> {
        match call {
            Call::Mkdir(path) => {
                self.walk(path)?;
                if self.0.contains_key(path) {
                    return Err(Errno::EEXIST);
                }
                self.0.insert(path.clone(), None);
            }
            Call::Rmdir(path) => {
                self.walk(path)?;
                if self.get(path)?.is_some() {
                    return Err(Errno::ENOTDIR);
                }
                if !self.below(path).is_empty() {
                    return Err(Errno::ENOTEMPTY);
                }
                self.0.remove(path);
            }
            Call::Unlink(path) => {
                self.walk(path)?;
                if self.get(path)?.is_none() {
                    return Err(Errno::EISDIR);
                }
                self.0.remove(path);
            }
            Call::Rename(from, to) => self.rename(from, to)?,
            Call::Write(path, data) => {
                self.walk(path)?;
                if self.0.get(path) == Some(&None) {
                    return Err(Errno::EISDIR);
                }
                self.0.insert(path.clone(), Some(data.clone()));
            }
            Call::Read(path) => {
                self.walk(path)?;
                return self.get(path)?.clone().ok_or(Errno::EISDIR);
            }
            Call::List(path) => {
                self.walk(path)?;
                if self.get(path)?.is_some() {
                    return Err(Errno::ENOTDIR);
                }
                let below = self.below(path);
                let names = below
                    .iter()
                    .map(|key| &key[path.len() + 1..])
                    .filter(|name| !name.contains('/'));
                return Ok(names.collect::<Vec<_>>().join("/").into_bytes());
            }
        }
        Ok(Vec::new())
    }
}

fn ours(vfs: &krait_vfs::Vfs, call: &Call) -> Result<Vec<u8>, Errno> {
    let done = match call {
        Call::Mkdir(path) => vfs.mkdir(path, 0o777),
        Call::Rmdir(path) => vfs.rmdir(path),
        Call::Unlink(path) => vfs.unlink(path),
        Call::Rename(from, to) => vfs.rename(from, to),
        Call::Write(path, data) => vfs.write_file(path, data),
        Call::Read(path) => return vfs.read_file(path).map_err(Error::errno),
        Call::List(path) => {
            return vfs
                .listdir(path)
                .map(|names| names.join(&b'/'))
                .map_err(Error::errno);
        }
    };
    done.map(|()| Vec::new()).map_err(Error::errno)
}

fn call() -> impl Strategy<Value = Call> {
    let path = || prop::collection::vec("[ab]", 1..4).prop_map(|parts| parts.join("/"));
    prop_oneof![
        3 => path().prop_map(Call::Mkdir),
        1 => path().prop_map(Call::Rmdir),
        1 => path().prop_map(Call::Unlink),
        3 => (path(), path()).prop_map(|(from, to)| Call::Rename(from, to)),
        3 => (path(), prop::collection::vec(any::<u8>(), 0..20)).prop_map(|(path, data)| Call::Write(path, data)),
        1 => path().prop_map(Call::Read),
        1 => path().prop_map(Call::List),
    ]
}

fn remove_all(vfs: &krait_vfs::Vfs, path: &str) {
    for entry in vfs.scandir(path).unwrap() {
        let path = format!("{path}/{}", String::from_utf8(entry.name).unwrap());
        if entry.kind == FileKind::Directory {
            remove_all(vfs, &path);
            vfs.rmdir(&path).unwrap();
        } else {
            vfs.unlink(&path).unwrap();
        }
    }
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
    Read(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    // Around the edges of the chunks that contents are kept in, and far beyond them.
    let place = || {
        prop_oneof![
            0..100usize,
            65_500..65_600usize,
            131_000..131_200usize,
            400_000..400_100usize
        ]
    };
    prop_oneof![
        (place(), prop::collection::vec(any::<u8>(), 0..300))
            .prop_map(|(at, data)| Change::Write(at, data)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Write(at, vec![byte; 140_000])),
        place().prop_map(Change::Cut),
        (place(), 0..140_000usize).prop_map(|(at, length)| Change::Read(at, length)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_do_as_the_model(calls in prop::collection::vec(call(), 1..100)) {
        let vfs = vfs();
        let start = vfs.statvfs("/").unwrap();
        let links = vfs.stat(".").unwrap().nlink;
        let mut model = Model::default();
        for (number, call) in calls.iter().enumerate() {
            prop_assert_eq!(ours(&vfs, call), model.call(call), "call {}: {:?}", number, call);
        }
        let directories = model.0.iter().filter(|(path, node)| node.is_none() && !path.contains('/')).count();
        prop_assert_eq!(vfs.stat(".").unwrap().nlink as usize, links as usize + directories);
        remove_all(&vfs, ".");
        prop_assert_eq!(vfs.statvfs("/").unwrap(), start, "all room comes back");
    }

    #[test]
    fn contents_do_as_a_vector(changes in prop::collection::vec(change(), 1..30)) {
        let vfs = vfs();
        let start = vfs.statvfs("/").unwrap();
        let fd = vfs.open("f", O_CREAT | O_RDWR, 0o666).unwrap();
        let mut model: Vec<u8> = Vec::new();
        for change in &changes {
            match change {
                Change::Write(at, data) => {
                    prop_assert_eq!(vfs.pwrite(fd, data, *at as i64), Ok(data.len()));
                    if !data.is_empty() {
                        model.resize(model.len().max(at + data.len()), 0);
                        model[*at..at + data.len()].copy_from_slice(data);
                    }
                }
                Change::Cut(length) => {
                    vfs.ftruncate(fd, *length as i64).unwrap();
                    model.resize(*length, 0);
                }
                Change::Read(at, length) => {
                    let mut buffer = vec![0xEE; *length];
                    let read = vfs.pread(fd, &mut buffer, *at as i64).unwrap();
                    let end = model.len().min(at + length);
                    prop_assert!(buffer[..read] == model[(*at).min(end)..end], "{:?}", change);
                }
            }
            let stat = vfs.fstat(fd).unwrap();
            prop_assert_eq!(stat.size, model.len() as u64);
            prop_assert!(stat.blocks <= stat.size.div_ceil(512));
        }
        prop_assert!(vfs.read_file("f").unwrap() == model);
        vfs.close(fd).unwrap();
        vfs.unlink("f").unwrap();
        prop_assert_eq!(vfs.statvfs("/").unwrap(), start, "all room comes back");
    }
}
