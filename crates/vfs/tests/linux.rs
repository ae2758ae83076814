//! The same random calls go to the file system under test and to the kernel's; every answer must be the same.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;

use krait_vfs::{
    Error, FileKind, Host, O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR,
    O_TRUNC, O_WRONLY, Settings, Vfs,
};
use proptest::prelude::*;
use rustix::fs::{self as kernel, AtFlags, FileType, Mode, OFlags, RawMode, SeekFrom};
use rustix::io::{self as kernel_io, Errno as KernelErrno};

/// How deep the working directory is, so that no `..` of a path leaves the temporary directory.
const DEPTH: usize = 6;

#[derive(Clone, Debug)]
enum Call {
    Open { path: String, flags: i32, mode: u32 },
    Close(usize),
    Read(usize, usize),
    Write(usize, Vec<u8>),
    Pread(usize, usize, i64),
    Pwrite(usize, Vec<u8>, i64),
    Seek(usize, i64, i32),
    Ftruncate(usize, i64),
    Fstat(usize),
    Truncate(String, i64),
    Mkdir(String, u32),
    Rmdir(String),
    Unlink(String),
    Link(String, String, bool),
    Symlink(String, String),
    Readlink(String),
    Rename(String, String),
    Stat(String),
    Lstat(String),
    Chmod(String, u32),
    Access(String, i32),
    List(String),
}

/// What a call answers, in words that both sides can say.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Done,
    Number(u64),
    Bytes(Vec<u8>),
    Node {
        mode: u32,
        nlink: Option<u32>,
        size: Option<u64>,
    },
    Names(Vec<(Vec<u8>, u8)>),
}

type Outcome = Result<Answer, i32>;

struct Ours {
    vfs: Vfs,
    open: Vec<i32>,
}

struct Kernels {
    dir: OwnedFd,
    open: Vec<OwnedFd>,
    keep: tempfile::TempDir,
}

fn node(mode: u32, nlink: u32, size: u64) -> Answer {
    let directory = mode & 0o170_000 == 0o040_000;
    // How directories count is up to each file system.
    Answer::Node {
        mode,
        nlink: (!directory).then_some(nlink),
        size: (!directory).then_some(size),
    }
}

impl Ours {
    fn new() -> Self {
        let umask = rustix::process::umask(Mode::empty());
        rustix::process::umask(umask);
        let settings = Settings {
            uid: rustix::process::geteuid().as_raw(),
            gid: rustix::process::getegid().as_raw(),
            umask: umask.bits(),
            home: format!("/tmp{}", "/w".repeat(DEPTH)),
            ..Settings::default()
        };
        Self {
            vfs: Vfs::new(Host::isolated(), settings).unwrap(),
            open: Vec::new(),
        }
    }

    fn fd(&self, index: usize) -> Result<i32, Error> {
        Ok(self.open[index % self.open.len()])
    }

    fn is_directory(&self, index: usize) -> bool {
        self.fd(index)
            .and_then(|fd| self.vfs.fstat(fd))
            .is_ok_and(|stat| stat.kind == FileKind::Directory)
    }

    fn call(&mut self, call: &Call) -> Outcome {
        self.try_call(call).map_err(|error| error.errno().number())
    }

    fn try_call(&mut self, call: &Call) -> Result<Answer, Error> {
        let vfs = &self.vfs;
        let stat = |s: krait_vfs::Stat| node(s.mode, s.nlink, s.size);
        match call {
            Call::Open { path, flags, mode } => {
                let fd = vfs.open(path, *flags, *mode)?;
                self.open.push(fd);
            }
            Call::Close(index) => {
                let index = index % self.open.len();
                vfs.close(self.open.swap_remove(index))?;
            }
            Call::Read(index, length) => {
                return Ok(Answer::Bytes(vfs.read_up_to(self.fd(*index)?, *length)?));
            }
            Call::Write(index, data) => {
                return Ok(Answer::Number(vfs.write(self.fd(*index)?, data)? as u64));
            }
            Call::Pread(index, length, offset) => {
                let mut buffer = vec![0; *length];
                let read = vfs.pread(self.fd(*index)?, &mut buffer, *offset)?;
                return Ok(Answer::Bytes(buffer[..read].to_vec()));
            }
            Call::Pwrite(index, data, offset) => {
                return Ok(Answer::Number(
                    vfs.pwrite(self.fd(*index)?, data, *offset)? as u64
                ));
            }
            Call::Seek(index, offset, whence) => {
                return Ok(Answer::Number(vfs.lseek(
                    self.fd(*index)?,
                    *offset,
                    *whence,
                )?));
            }
            Call::Ftruncate(index, length) => vfs.ftruncate(self.fd(*index)?, *length)?,
            Call::Fstat(index) => return Ok(stat(vfs.fstat(self.fd(*index)?)?)),
            Call::Truncate(path, length) => vfs.truncate(path, *length)?,
            Call::Mkdir(path, mode) => vfs.mkdir(path, *mode)?,
            Call::Rmdir(path) => vfs.rmdir(path)?,
            Call::Unlink(path) => vfs.unlink(path)?,
            Call::Link(old, new, follow) => vfs.link(old, new, *follow)?,
            Call::Symlink(target, path) => vfs.symlink(target, path)?,
            Call::Readlink(path) => return Ok(Answer::Bytes(vfs.readlink(path)?)),
            Call::Rename(old, new) => vfs.rename(old, new)?,
            Call::Stat(path) => return Ok(stat(vfs.stat(path)?)),
            Call::Lstat(path) => return Ok(stat(vfs.lstat(path)?)),
            Call::Chmod(path, mode) => vfs.chmod(path, *mode, true)?,
            Call::Access(path, mode) => vfs.access(path, *mode, true)?,
            Call::List(path) => {
                let entries = vfs.scandir(path)?;
                return Ok(Answer::Names(
                    entries
                        .into_iter()
                        .map(|e| (e.name, e.kind.d_type()))
                        .collect(),
                ));
            }
        }
        Ok(Answer::Done)
    }
}

impl Kernels {
    fn new() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let path = keep.path().join(["w"; DEPTH].join("/"));
        std::fs::create_dir_all(&path).unwrap();
        let dir = kernel::open(&path, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).unwrap();
        Self {
            dir,
            open: Vec::new(),
            keep,
        }
    }

    fn fd(&self, index: usize) -> &OwnedFd {
        &self.open[index % self.open.len()]
    }

    fn call(&mut self, call: &Call) -> Outcome {
        self.try_call(call).map_err(KernelErrno::raw_os_error)
    }

    fn open_at(&self, path: &str, flags: OFlags) -> Result<OwnedFd, KernelErrno> {
        kernel::openat(&self.dir, path, flags | OFlags::CLOEXEC, Mode::empty())
    }

    fn try_call(&mut self, call: &Call) -> Result<Answer, KernelErrno> {
        let dir = &self.dir;
        let stat = |s: kernel::Stat| {
            node(
                s.st_mode,
                u32::try_from(s.st_nlink).unwrap(),
                s.st_size as u64,
            )
        };
        match call {
            Call::Open { path, flags, mode } => {
                let flags = OFlags::from_bits_retain(flags.cast_unsigned());
                let fd =
                    kernel::openat(dir, path, flags, Mode::from_bits_retain(*mode as RawMode))?;
                self.open.push(fd);
            }
            Call::Close(index) => {
                let index = index % self.open.len();
                drop(self.open.swap_remove(index));
            }
            Call::Read(index, length) => {
                let mut buffer = vec![0; *length];
                let read = kernel_io::read(self.fd(*index), &mut buffer)?;
                return Ok(Answer::Bytes(buffer[..read].to_vec()));
            }
            Call::Write(index, data) => {
                return Ok(Answer::Number(
                    kernel_io::write(self.fd(*index), data)? as u64
                ));
            }
            Call::Pread(index, length, offset) => {
                let mut buffer = vec![0; *length];
                let read = kernel_io::pread(self.fd(*index), &mut buffer, offset.cast_unsigned())?;
                return Ok(Answer::Bytes(buffer[..read].to_vec()));
            }
            Call::Pwrite(index, data, offset) => {
                let written = kernel_io::pwrite(self.fd(*index), data, offset.cast_unsigned())?;
                return Ok(Answer::Number(written as u64));
            }
            Call::Seek(index, offset, whence) => {
                let from = match whence {
                    0 => SeekFrom::Start(offset.cast_unsigned()),
                    1 => SeekFrom::Current(*offset),
                    _ => SeekFrom::End(*offset),
                };
                return Ok(Answer::Number(kernel::seek(self.fd(*index), from)?));
            }
            Call::Ftruncate(index, length) => {
                kernel::ftruncate(self.fd(*index), length.cast_unsigned())?
            }
            Call::Fstat(index) => return Ok(stat(kernel::fstat(self.fd(*index))?)),
            // There is no `truncateat`: opening for writing meets the same rules on what may be cut.
            Call::Truncate(path, length) => {
                kernel::ftruncate(self.open_at(path, OFlags::WRONLY)?, *length as u64)?
            }
            Call::Mkdir(path, mode) => {
                kernel::mkdirat(dir, path, Mode::from_bits_retain(*mode as RawMode))?
            }
            Call::Rmdir(path) => kernel::unlinkat(dir, path, AtFlags::REMOVEDIR)?,
            Call::Unlink(path) => kernel::unlinkat(dir, path, AtFlags::empty())?,
            Call::Link(old, new, follow) => {
                let flags = if *follow {
                    AtFlags::SYMLINK_FOLLOW
                } else {
                    AtFlags::empty()
                };
                kernel::linkat(dir, old, dir, new, flags)?;
            }
            Call::Symlink(target, path) => kernel::symlinkat(target, dir, path)?,
            Call::Readlink(path) => {
                return Ok(Answer::Bytes(
                    kernel::readlinkat(dir, path, Vec::new())?.into_bytes(),
                ));
            }
            Call::Rename(old, new) => kernel::renameat(dir, old, dir, new)?,
            Call::Stat(path) => return Ok(stat(kernel::statat(dir, path, AtFlags::empty())?)),
            Call::Lstat(path) => {
                return Ok(stat(kernel::statat(dir, path, AtFlags::SYMLINK_NOFOLLOW)?));
            }
            Call::Chmod(path, mode) => {
                kernel::chmodat(
                    dir,
                    path,
                    Mode::from_bits_retain(*mode as RawMode),
                    AtFlags::empty(),
                )?;
            }
            Call::Access(path, mode) => {
                let access = kernel::Access::from_bits_retain(mode.cast_unsigned());
                kernel::accessat(dir, path, access, AtFlags::empty())?;
            }
            Call::List(path) => {
                let fd = self.open_at(path, OFlags::RDONLY | OFlags::DIRECTORY)?;
                let mut names = Vec::new();
                for entry in kernel::Dir::new(fd)? {
                    let entry = entry?;
                    let kind = match entry.file_type() {
                        FileType::Directory => FileKind::Directory,
                        FileType::Symlink => FileKind::Symlink,
                        _ => FileKind::Regular,
                    };
                    let name = entry.file_name().to_bytes().to_vec();
                    if name != b"." && name != b".." {
                        names.push((name, kind.d_type()));
                    }
                }
                names.sort();
                return Ok(Answer::Names(names));
            }
        }
        Ok(Answer::Done)
    }
}

/// Makes every directory removable again: a closed one would outlive the test.
fn unlock(directory: &std::path::Path) {
    let _ = std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700));
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            unlock(&entry.path());
        }
    }
}

impl Drop for Kernels {
    fn drop(&mut self) {
        unlock(self.keep.path());
    }
}

fn needs_open_file(call: &Call) -> bool {
    matches!(
        call,
        Call::Close(_)
            | Call::Read(..)
            | Call::Write(..)
            | Call::Pread(..)
            | Call::Pwrite(..)
            | Call::Seek(..)
            | Call::Ftruncate(..)
            | Call::Fstat(_)
    )
}

fn path() -> impl Strategy<Value = String> {
    let part = prop_oneof![5 => Just("a"), 5 => Just("b"), 3 => Just("c"), 1 => Just("."), 1 => Just("..")];
    (
        prop::collection::vec(part, 1..5),
        prop_oneof![4 => Just(""), 1 => Just("/"), 1 => Just("/.")],
    )
        .prop_map(|(parts, end)| parts.join("/") + end)
}

/// Targets stay below the link, so that no chain of links leaves the temporary directory.
fn target() -> impl Strategy<Value = String> {
    let part = prop_oneof![3 => Just("a"), 3 => Just("b"), 2 => Just("c"), 1 => Just(".")];
    (
        prop::collection::vec(part, 0..3),
        prop_oneof![4 => Just(""), 1 => Just("/")],
    )
        .prop_map(|(parts, end)| {
            if parts.is_empty() {
                String::new()
            } else {
                parts.join("/") + end
            }
        })
}

fn flags() -> impl Strategy<Value = i32> {
    let access = prop_oneof![Just(O_RDONLY), Just(O_WRONLY), Just(O_RDWR)];
    let others = prop_oneof![
        4 => Just(O_CREAT),
        1 => Just(0),
        1 => Just(O_CREAT | O_EXCL),
        1 => Just(O_CREAT | O_NOFOLLOW),
        1 => Just(O_NOFOLLOW),
        1 => Just(O_DIRECTORY),
        1 => Just(O_DIRECTORY | O_NOFOLLOW),
    ];
    let effects = prop_oneof![3 => Just(0), 1 => Just(O_TRUNC), 1 => Just(O_APPEND)];
    (access, others, effects).prop_map(|(access, others, effects)| access | others | effects)
}

fn call() -> impl Strategy<Value = Call> {
    let data = || prop::collection::vec(1..=255u8, 0..50);
    let offset = || prop_oneof![9 => 0..200i64, 1 => Just(-1i64), 1 => Just(70_000i64)];
    let mode = || {
        prop_oneof![
            Just(0o777u32),
            Just(0o600),
            Just(0o1755),
            Just(0o400),
            Just(0o000)
        ]
    };
    prop_oneof![
        6 => (path(), flags(), mode()).prop_map(|(path, flags, mode)| Call::Open { path, flags, mode }),
        1 => any::<usize>().prop_map(Call::Close),
        2 => (any::<usize>(), 0..300usize).prop_map(|(i, n)| Call::Read(i, n)),
        3 => (any::<usize>(), data()).prop_map(|(i, d)| Call::Write(i, d)),
        1 => (any::<usize>(), 0..300usize, offset()).prop_map(|(i, n, o)| Call::Pread(i, n, o)),
        1 => (any::<usize>(), data(), offset()).prop_map(|(i, d, o)| Call::Pwrite(i, d, o)),
        2 => (any::<usize>(), offset(), 0..3i32).prop_map(|(i, o, w)| Call::Seek(i, o, w)),
        1 => (any::<usize>(), offset()).prop_map(|(i, o)| Call::Ftruncate(i, o)),
        1 => any::<usize>().prop_map(Call::Fstat),
        1 => (path(), 0..200i64).prop_map(|(p, n)| Call::Truncate(p, n)),
        6 => (path(), prop_oneof![4 => Just(0o777u32), 1 => Just(0o7755)]).prop_map(|(p, m)| Call::Mkdir(p, m)),
        2 => path().prop_map(Call::Rmdir),
        2 => path().prop_map(Call::Unlink),
        2 => (path(), path(), any::<bool>()).prop_map(|(a, b, f)| Call::Link(a, b, f)),
        4 => (target(), path()).prop_map(|(t, p)| Call::Symlink(t, p)),
        1 => path().prop_map(Call::Readlink),
        6 => (path(), path()).prop_map(|(a, b)| Call::Rename(a, b)),
        2 => path().prop_map(Call::Stat),
        2 => path().prop_map(Call::Lstat),
        1 => (path(), prop_oneof![Just(0o755u32), Just(0o1711), Just(0o644)]).prop_map(|(p, m)| Call::Chmod(p, m)),
        1 => (path(), 0..8i32).prop_map(|(p, m)| Call::Access(p, m)),
        2 => path().prop_map(Call::List),
    ]
}

/// Every path of the tree from `top` with what `lstat` tells.
fn tree(top: &str, mut call: impl FnMut(&Call) -> Outcome) -> Vec<(String, Outcome)> {
    let mut found = Vec::new();
    let mut pending = vec![top.to_owned()];
    while let Some(path) = pending.pop() {
        let outcome = call(&Call::Lstat(path.clone()));
        if matches!(outcome, Ok(Answer::Node { mode, .. }) if mode & 0o170_000 == 0o040_000)
            && let Ok(Answer::Names(names)) = call(&Call::List(path.clone()))
        {
            pending.extend(
                names
                    .iter()
                    .map(|(name, _)| format!("{path}/{}", String::from_utf8_lossy(name))),
            );
        }
        found.push((path, outcome));
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_the_kernel(calls in prop::collection::vec(call(), 1..80)) {
        let (mut ours, mut theirs) = (Ours::new(), Kernels::new());
        for (number, call) in calls.iter().enumerate() {
            if needs_open_file(call) && ours.open.is_empty() {
                continue;
            }
            // What the position in a directory means is up to each file system.
            if matches!(call, Call::Seek(index, ..) if ours.is_directory(*index)) {
                continue;
            }
            prop_assert_eq!(ours.call(call), theirs.call(call), "call {}: {:?}", number, call);
        }
        let top = ["..", "..", "..", "..", ".."].join("/");
        prop_assert_eq!(tree(&top, |call| ours.call(call)), tree(&top, |call| theirs.call(call)));
    }
}
