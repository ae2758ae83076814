//! A session's files for JavaScript: whole files, names, descriptors and mounts.
//!
//! `www/src/fs` gives this its types and names; here one function takes all calls on paths, and one all calls on mounts
//! that are written back, so that the glue that every page downloads stays small.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Array, Function, Reflect, Uint8Array};
use krait_archives::Archive;
use krait_vfs::{
    Batch, Errno, Error, FileKind, MemoryBackend, Record, S_IFMT, SetTime, Stat, StaticTree,
    StoredBackend, Vfs, Wake,
};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::glue;
use crate::runtime::{Runtime, with_vm};

/// Files of a session, and what is mounted in it.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct Files {
    runtime: Runtime,
    stores: Rc<RefCell<BTreeMap<u32, Rc<StoredBackend>>>>,
}

impl Files {
    /// The files of this session.
    #[must_use]
    pub fn new(runtime: Runtime) -> Self {
        Self {
            runtime,
            stores: Rc::default(),
        }
    }

    /// `load` gives a promise of what JavaScript has as `kernel.fs`, for Python to use.
    pub fn set_loader(load: &Function) {
        glue::set_files(load);
    }

    fn vfs(&self) -> &Vfs {
        self.runtime.files()
    }
}

/// Why a call fails: as a system call does, or with a sentence.
enum Failure {
    Os(Errno),
    Sentence(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NulInPath => Self::Sentence("a path has a NUL character in it".to_owned()),
            Error::Os(errno) => Self::Os(errno),
        }
    }
}

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Self {
        Self::Os(errno)
    }
}

impl Failure {
    /// The error to throw, with `errno` and `code` as Node's errors have them.
    fn thrown(self, path: &[u8]) -> JsValue {
        let (errno, text) = match self {
            Self::Os(errno) => {
                let code = errno.name().unwrap_or("EIO");
                let path = String::from_utf8_lossy(path);
                let place = if path.is_empty() {
                    String::new()
                } else {
                    format!(": '{path}'")
                };
                (errno, format!("{code}: {errno}{place}"))
            }
            Self::Sentence(text) => (Errno::EINVAL, text),
        };
        let error = js_sys::Error::new(&text);
        error.set_name("ErrnoError");
        let _ = Reflect::set(&error, &"errno".into(), &errno.number().into());
        let _ = Reflect::set(
            &error,
            &"code".into(),
            &errno.name().unwrap_or("EIO").into(),
        );
        error.into()
    }
}

#[wasm_bindgen]
impl Files {
    /// One call on a path; `argument` is what the operation wants besides.
    ///
    /// # Errors
    /// An `Error` with `errno` and `code`.
    pub fn call(
        &self,
        operation: &str,
        path: &[u8],
        argument: &JsValue,
    ) -> Result<JsValue, JsValue> {
        with_vm(|_| self.dispatch(operation, path, argument))
            .map_err(|failure| failure.thrown(path))
    }

    /// One call on the mount with this number, which is written back by its owner.
    ///
    /// # Errors
    /// An `Error` with `errno` and `code`.
    pub fn store(&self, id: u32, operation: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
        // Not through the interpreter: what is not written yet is saved even after a trap has ended the session.
        let backend = self.stores.borrow().get(&id).cloned();
        let Some(backend) = backend else {
            return Err(Failure::Os(Errno::ENODEV).thrown(b""));
        };
        self.on_store(id, &backend, operation, argument)
            .map_err(|failure| failure.thrown(b""))
    }
}

impl Files {
    fn dispatch(
        &self,
        operation: &str,
        path: &[u8],
        argument: &JsValue,
    ) -> Result<JsValue, Failure> {
        let vfs = self.vfs();
        let number = || argument.as_f64().unwrap_or_default();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "modes, descriptors and counts"
        )]
        let integer = || number() as i64;
        let descriptor = || i32::try_from(integer()).unwrap_or(-1);
        let mode = || u32::try_from(integer()).unwrap_or(0o777);
        let bytes = || Uint8Array::new(argument).to_vec();
        Ok(match operation {
            "read" => {
                let bytes = vfs.read_file(path)?;
                Uint8Array::from(&bytes[..]).into()
            }
            "write" => nothing(vfs.write_file(path, &bytes())?),
            "mkdir" => nothing(vfs.mkdir(path, mode())?),
            "list" => {
                let entries = vfs.scandir(path)?;
                let entries = entries.iter().map(|entry| {
                    Array::of2(
                        &Uint8Array::from(&entry.name[..]).into(),
                        &entry.kind.mode_bits().into(),
                    )
                });
                entries.collect::<Array>().into()
            }
            "stat" => stat(&vfs.stat(path)?),
            "lstat" => stat(&vfs.lstat(path)?),
            "unlink" => nothing(vfs.unlink(path)?),
            "rmdir" => nothing(vfs.rmdir(path)?),
            "rename" => nothing(vfs.rename(path, bytes())?),
            "symlink" => nothing(vfs.symlink(bytes(), path)?),
            "readlink" => Uint8Array::from(&vfs.readlink(path)?[..]).into(),
            "chmod" => nothing(vfs.chmod(path, mode(), true)?),
            "utime" => {
                let times = Array::from(argument);
                let time = |index| big(&times.get(index)).map(SetTime::At);
                nothing(vfs.utime(path, time(0)?, time(1)?, true)?)
            }
            "truncate" => nothing(vfs.truncate(path, integer())?),
            "cwd" => Uint8Array::from(&vfs.getcwd()?[..]).into(),
            "chdir" => nothing(vfs.chdir(path)?),
            "open" => {
                let how = Array::from(argument);
                let part = |index| how.get(index).as_f64().unwrap_or_default();
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "flags and a mode"
                )]
                let (flags, mode) = (part(0) as i32, part(1) as u32);
                vfs.open(path, flags, mode)?.into()
            }
            "close" => nothing(vfs.close(descriptor())?),
            "fstat" => stat(&vfs.fstat(descriptor())?),
            "fsync" => nothing(vfs.fsync(descriptor())?),
            "fread" | "fwrite" | "ftruncate" => return self.on_descriptor(operation, argument),
            "unmount" => {
                vfs.unmount(path)?;
                nothing(())
            }
            "memory" => {
                let capacity = if argument.is_undefined() {
                    1 << 30
                } else {
                    integer()
                };
                let capacity = u64::try_from(capacity).map_err(|_| Errno::EINVAL)?;
                let memory = MemoryBackend::new(capacity, 0o755, self.owner(), self.now())?;
                nothing(vfs.mount(path, Rc::new(memory))?)
            }
            "archive" => {
                let archive = Archive::open(Rc::from(bytes()), None).map_err(|error| {
                    Failure::Sentence(format!("the archive cannot be mounted: {error}"))
                })?;
                let tree = archive.into_tree(self.owner(), self.now())?;
                nothing(vfs.mount(path, Rc::new(tree))?)
            }
            "tree" => nothing(vfs.mount(path, Rc::new(self.tree(argument)?))?),
            "stored" => self.mount_stored(path, argument)?.into(),
            other => return Err(Failure::Sentence(format!("there is no operation {other}"))),
        })
    }

    fn owner(&self) -> (u32, u32) {
        (self.vfs().uid(), self.vfs().gid())
    }

    /// The time by the session's clock.
    fn now(&self) -> i64 {
        self.vfs().clock()
    }

    /// `[descriptor, position, bytes or length]`; a negative position is the descriptor's own.
    fn on_descriptor(&self, operation: &str, argument: &JsValue) -> Result<JsValue, Failure> {
        let vfs = self.vfs();
        let parts = Array::from(argument);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "descriptors, positions and lengths"
        )]
        let integer = |index| parts.get(index).as_f64().unwrap_or_default() as i64;
        let fd = i32::try_from(integer(0)).map_err(|_| Errno::EBADF)?;
        let position = integer(1);
        Ok(match operation {
            "fread" => {
                let length = usize::try_from(integer(2)).map_err(|_| Errno::EINVAL)?;
                let bytes = if position < 0 {
                    vfs.read_up_to(fd, length)?
                } else {
                    let left = u64::try_from(position).map_or(0, |position| {
                        vfs.fstat(fd)
                            .map_or(0, |stat| stat.size.saturating_sub(position))
                    });
                    let mut bytes = vec![0; length.min(usize::try_from(left).unwrap_or(length))];
                    let read = vfs.pread(fd, &mut bytes, position)?;
                    bytes.truncate(read);
                    bytes
                };
                Uint8Array::from(&bytes[..]).into()
            }
            "fwrite" => {
                let bytes = Uint8Array::new(&parts.get(2)).to_vec();
                let written = if position < 0 {
                    vfs.write(fd, &bytes)?
                } else {
                    vfs.pwrite(fd, &bytes, position)?
                };
                count(written as u64)
            }
            _ => nothing(vfs.ftruncate(fd, position)?),
        })
    }

    /// `[[path, size, key]..., loader]`: a read-only tree whose bytes a function gives.
    fn tree(&self, argument: &JsValue) -> Result<StaticTree, Failure> {
        let parts = Array::from(argument);
        let loader: Function = parts.get(1).dyn_into().map_err(|_| Errno::EINVAL)?;
        let mut tree = StaticTree::builder()
            .owner(self.owner().0, self.owner().1)
            .time(self.now());
        for entry in Array::from(&parts.get(0)).iter() {
            let entry = Array::from(&entry);
            let path = Uint8Array::new(&entry.get(0)).to_vec();
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "sizes and keys"
            )]
            let part = |index| entry.get(index).as_f64().unwrap_or_default() as u64;
            tree.file(path, part(1), part(2))?;
        }
        Ok(tree.build(move |key| {
            let bytes = loader
                .call1(&JsValue::UNDEFINED, &count(key))
                .map_err(|error| errno_of(&error))?;
            Ok(Rc::from(Uint8Array::new(&bytes).to_vec()))
        }))
    }

    fn mount_stored(&self, path: &[u8], wake: &JsValue) -> Result<u32, Failure> {
        let wake: Function = wake.clone().dyn_into().map_err(|_| Errno::EINVAL)?;
        let on_wake = Box::new(move |why| {
            // It only sets a timer; if even that fails there is nobody to tell but the next `sync`.
            let _ = wake.call1(&JsValue::UNDEFINED, &(why == Wake::Asked).into());
        });
        let backend = StoredBackend::new(u64::MAX, self.owner(), self.now(), on_wake)?;
        let backend = Rc::new(backend);
        self.vfs().mount(path, backend.clone())?;
        let mut stores = self.stores.borrow_mut();
        let id = stores.last_key_value().map_or(1, |(last, _)| last + 1);
        stores.insert(id, backend);
        Ok(id)
    }

    fn on_store(
        &self,
        id: u32,
        backend: &StoredBackend,
        operation: &str,
        argument: &JsValue,
    ) -> Result<JsValue, Failure> {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "numbers of nodes, errors and bytes"
        )]
        let number = || argument.as_f64().unwrap_or_default() as u64;
        let path = || Uint8Array::new(argument).to_vec();
        Ok(match operation {
            "take" => backend
                .take()?
                .map_or(JsValue::NULL, |batch| departing(&batch)),
            "arrived" => {
                backend.arrived();
                JsValue::UNDEFINED
            }
            "returned" => {
                backend.returned();
                JsValue::UNDEFINED
            }
            "forgetStore" => {
                backend.forget_store();
                JsValue::UNDEFINED
            }
            "content" => pages(&backend.content(number())?),
            "changed" => backend.is_changed(&path()).into(),
            "removed" => backend.load_removal(&path(), self.now())?.into(),
            "load" => count(self.load(backend, argument)?),
            "fault" => {
                let errno = i32::try_from(number()).unwrap_or(0);
                backend.set_fault((errno != 0).then(|| Errno::from_number(errno)));
                JsValue::UNDEFINED
            }
            "capacity" => {
                backend.set_capacity(number());
                JsValue::UNDEFINED
            }
            "readOnly" => {
                backend.set_read_only(argument.is_truthy());
                JsValue::UNDEFINED
            }
            "plain" => {
                backend.set_plain(argument.is_truthy());
                JsValue::UNDEFINED
            }
            "clean" => backend.is_clean().into(),
            "revision" => count(backend.revision()),
            "used" => count(krait_vfs::Backend::usage(backend).used),
            "forget" => {
                self.stores.borrow_mut().remove(&id);
                JsValue::UNDEFINED
            }
            other => return Err(Failure::Sentence(format!("there is no operation {other}"))),
        })
    }

    /// `[path, type, permissions, mtime, size, target, pages, whether it is damaged, node to be another name of]`.
    fn load(&self, backend: &StoredBackend, argument: &JsValue) -> Result<u64, Failure> {
        let parts = Array::from(argument);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "types, modes and sizes"
        )]
        let number = |index| parts.get(index).as_f64().unwrap_or_default() as u64;
        let bytes = |value: JsValue| Uint8Array::new(&value).to_vec();
        let now = self.now();
        let path = bytes(parts.get(0));
        if let Some(linked) = parts.get(8).as_f64() {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a node's number"
            )]
            let linked = linked as u64;
            backend.load_link(&path, linked, now)?;
            return Ok(linked);
        }
        let kinds = [FileKind::Directory, FileKind::Regular, FileKind::Symlink];
        let wanted = u32::try_from(number(1)).unwrap_or(0) & S_IFMT;
        let kind = kinds
            .into_iter()
            .find(|kind| kind.mode_bits() == wanted)
            .ok_or(Errno::EINVAL)?;
        let record = Record {
            path,
            kind,
            permissions: u32::try_from(number(2)).unwrap_or(0o644),
            mtime: big(&parts.get(3))?,
            size: number(4),
            target: bytes(parts.get(5)),
        };
        let ino = backend.load(&record, now)?;
        for page in Array::from(&parts.get(6)).iter() {
            let page = Array::from(&page);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a page's number"
            )]
            let index = page.get(0).as_f64().unwrap_or_default() as u64;
            let from = index * StoredBackend::PAGE;
            let mut data = bytes(page.get(1));
            // Bytes after the end are what a cut left in the store.
            data.truncate(usize::try_from(record.size.saturating_sub(from)).unwrap_or(usize::MAX));
            backend.load_page(ino, from, &data)?;
        }
        if parts.get(7).is_truthy() {
            backend.mark_damaged(ino);
        }
        Ok(ino)
    }
}

fn nothing((): ()) -> JsValue {
    JsValue::UNDEFINED
}

#[allow(
    clippy::cast_precision_loss,
    reason = "JavaScript has no other numbers; sizes and node numbers are far below 2^53"
)]
fn count(number: u64) -> JsValue {
    (number as f64).into()
}

fn big(value: &JsValue) -> Result<i64, Errno> {
    i64::try_from(value.clone()).map_err(|_| Errno::EINVAL)
}

/// What a thrown value says about itself, else `EIO`.
fn errno_of(error: &JsValue) -> Errno {
    let errno = Reflect::get(error, &"errno".into())
        .ok()
        .and_then(|errno| errno.as_f64());
    #[allow(clippy::cast_possible_truncation, reason = "an error number")]
    errno.map_or(Errno::EIO, |errno| Errno::from_number(errno as i32))
}

fn stat(stat: &Stat) -> JsValue {
    let numbers = [
        u64::from(stat.mode),
        stat.ino,
        stat.dev,
        u64::from(stat.nlink),
        u64::from(stat.uid),
        u64::from(stat.gid),
        stat.size,
        stat.rdev,
        u64::from(stat.blksize),
        stat.blocks,
    ];
    let array: Array = numbers.into_iter().map(count).collect();
    for time in [stat.atime, stat.mtime, stat.ctime] {
        array.push(&time.into());
    }
    array.into()
}

fn pages(pages: &[(u64, Vec<u8>)]) -> JsValue {
    let pages = pages
        .iter()
        .map(|(index, bytes)| Array::of2(&count(*index), &Uint8Array::from(&bytes[..]).into()));
    pages.collect::<Array>().into()
}

/// `[puts, contents, gone]`.
fn departing(batch: &Batch) -> JsValue {
    let puts = batch.puts.iter().map(|put| {
        let record = &put.record;
        let parts = [
            Uint8Array::from(&record.path[..]).into(),
            count(put.ino),
            record.kind.mode_bits().into(),
            record.permissions.into(),
            record.mtime.into(),
            count(record.size),
            Uint8Array::from(&record.target[..]).into(),
        ];
        parts.into_iter().collect::<Array>()
    });
    let contents = batch.contents.iter().map(|written| {
        Array::of3(
            &count(written.ino),
            &written.cut.map_or(JsValue::UNDEFINED, count),
            &pages(&written.pages),
        )
    });
    let gone = batch.gone.iter().map(|path| Uint8Array::from(&path[..]));
    Array::of3(
        &puts.collect::<Array>(),
        &contents.collect::<Array>(),
        &gone.collect::<Array>(),
    )
    .into()
}
