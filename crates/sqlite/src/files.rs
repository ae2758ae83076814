//! Open files of SQLite's. Locks and the shared memory of write-ahead logs are kept here, since all connections of a session are in
//! this instance.

use core::ffi::{c_char, c_int, c_void};
use core::ptr;
use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::callback::text_at;
use crate::ffi::{BUSY, CANTOPEN, FULL, IOERR, NOTFOUND, OK};
use crate::vfs::{
    CLOSE, FSTAT, OPEN, READ, SYNC, TRUNCATE, UNLINK, Vfs, WRITE, call, on_path, stat,
};

const EISDIR: f64 = -21.0;
const ENOSPC: f64 = -28.0;

const O_RDONLY: c_int = 0;
const O_RDWR: c_int = 2;
const O_CREAT: c_int = 0o100;
const O_EXCL: c_int = 0o200;

const OPEN_READONLY: c_int = 1;
const OPEN_READWRITE: c_int = 2;
const OPEN_CREATE: c_int = 4;
const OPEN_DELETEONCLOSE: c_int = 8;
const OPEN_EXCLUSIVE: c_int = 0x10;

const IOERR_READ: c_int = IOERR | 1 << 8;
const IOERR_SHORT_READ: c_int = IOERR | 2 << 8;
const IOERR_WRITE: c_int = IOERR | 3 << 8;
const IOERR_FSYNC: c_int = IOERR | 4 << 8;
const IOERR_TRUNCATE: c_int = IOERR | 6 << 8;
const IOERR_FSTAT: c_int = IOERR | 7 << 8;

/// `SQLITE_IOCAP_POWERSAFE_OVERWRITE`: a page that is written changes nothing beside it.
const CHARACTERISTICS: c_int = 0x1000;

// Levels of a lock.
const NONE: c_int = 0;
const SHARED: c_int = 1;
const RESERVED: c_int = 2;
const PENDING: c_int = 3;
const EXCLUSIVE: c_int = 4;

/// Locks of a write-ahead log's shared memory.
const SHM_LOCKS: usize = 8;
const SHM_UNLOCK: c_int = 1;
const SHM_EXCLUSIVE: c_int = 8;

/// What the connections to one file share.
#[derive(Debug, Default)]
struct Shared {
    users: u32,
    readers: u32,
    reserved: bool,
    pending: bool,
    exclusive: bool,
    /// The shared memory, in regions whose addresses do not change.
    regions: Vec<Box<[u8]>>,
    mapped: u32,
    /// By lock: how many have it, or -1 for one that excludes others.
    slots: [i32; SHM_LOCKS],
}

/// Device and node.
pub(crate) type Identity = (u64, u64);

thread_local! {
    static FILES: RefCell<BTreeMap<Identity, Shared>> = const { RefCell::new(BTreeMap::new()) };
}

/// An open file, in memory that SQLite gives. The first member is what SQLite knows of it.
#[repr(C)]
pub(crate) struct File {
    methods: *const Methods,
    /// Null for a temporary file, which is in `memory`.
    own: *mut Own,
}

struct Own {
    fd: c_int,
    identity: Identity,
    /// The path, of one that is removed when it is closed.
    remove: Option<Vec<u8>>,
    /// Contents of a temporary file.
    memory: Option<Vec<u8>>,
    level: c_int,
    /// Whether the reserved lock is this file's: a pending one may be had without it, when a journal is rolled back.
    is_reserving: bool,
    is_mapped: bool,
    /// Which locks of the shared memory it has: 0 none, 1 shared, 2 exclusive.
    slots: [u8; SHM_LOCKS],
}

type Region = extern "C" fn(*mut File, c_int, c_int, c_int, *mut *mut c_void) -> c_int;

#[repr(C)]
struct Methods {
    version: c_int,
    close: extern "C" fn(*mut File) -> c_int,
    read: extern "C" fn(*mut File, *mut u8, c_int, i64) -> c_int,
    write: extern "C" fn(*mut File, *const u8, c_int, i64) -> c_int,
    truncate: extern "C" fn(*mut File, i64) -> c_int,
    sync: extern "C" fn(*mut File, c_int) -> c_int,
    size: extern "C" fn(*mut File, *mut i64) -> c_int,
    lock: extern "C" fn(*mut File, c_int) -> c_int,
    unlock: extern "C" fn(*mut File, c_int) -> c_int,
    check_reserved: extern "C" fn(*mut File, *mut c_int) -> c_int,
    control: extern "C" fn(*mut File, c_int, *mut c_void) -> c_int,
    sector_size: extern "C" fn(*mut File) -> c_int,
    characteristics: extern "C" fn(*mut File) -> c_int,
    shm_map: Region,
    shm_lock: extern "C" fn(*mut File, c_int, c_int, c_int) -> c_int,
    shm_barrier: extern "C" fn(*mut File),
    shm_unmap: extern "C" fn(*mut File, c_int) -> c_int,
}

static METHODS: Methods = Methods {
    version: 2,
    close,
    read,
    write,
    truncate,
    sync,
    size,
    lock,
    unlock,
    check_reserved,
    control,
    sector_size,
    characteristics,
    shm_map,
    shm_lock,
    shm_barrier,
    shm_unmap,
};

/// Opens a file, or makes a temporary one.
pub(crate) extern "C" fn open(
    _: *mut Vfs,
    name: *const c_char,
    file: *mut File,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives memory for a file; one without methods is not open.
    unsafe { (*file).methods = ptr::null() };
    let mut own = Own {
        fd: -1,
        identity: (0, 0),
        remove: None,
        memory: None,
        level: NONE,
        is_reserving: false,
        is_mapped: false,
        slots: [0; SHM_LOCKS],
    };
    let mut flags = flags;
    if let Some(path) = text_at(name) {
        let writable = flags & OPEN_READWRITE != 0;
        let mut how = if writable { O_RDWR } else { O_RDONLY };
        if flags & OPEN_CREATE != 0 {
            how |= O_CREAT;
        }
        if flags & OPEN_EXCLUSIVE != 0 {
            how |= O_EXCL;
        }
        let mut fd = on_path(OPEN, path, how);
        if fd < 0.0 && writable && flags & OPEN_EXCLUSIVE == 0 && fd != ENOSPC && fd != EISDIR {
            fd = on_path(OPEN, path, O_RDONLY);
            flags = flags & !(OPEN_READWRITE | OPEN_CREATE) | OPEN_READONLY;
        }
        if fd < 0.0 {
            return CANTOPEN;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a descriptor")]
        let fd = fd as c_int;
        own.fd = fd;
        match stat(FSTAT, fd, &[]) {
            Ok((identity, _)) => own.identity = identity,
            Err(_) => {
                call(CLOSE, fd, 0.0, ptr::null_mut(), 0);
                return IOERR_FSTAT;
            }
        }
        if flags & OPEN_DELETEONCLOSE != 0 {
            own.remove = Some(path.to_vec());
        }
        FILES.with_borrow_mut(|files| files.entry(own.identity).or_default().users += 1);
    } else {
        own.memory = Some(Vec::new());
    }
    // SAFETY: as above; `close` takes the box back.
    unsafe {
        (*file).own = Box::into_raw(Box::new(own));
        (*file).methods = &raw const METHODS;
        if !flags_out.is_null() {
            *flags_out = flags;
        }
    }
    OK
}

/// The file's own things.
fn own<'a>(file: *mut File) -> &'a mut Own {
    // SAFETY: SQLite calls with files that `open` has opened, one call at a time.
    unsafe { &mut *(*file).own }
}

fn shared<R>(own: &Own, f: impl FnOnce(&mut Shared) -> R) -> R {
    FILES.with_borrow_mut(|files| f(files.entry(own.identity).or_default()))
}

extern "C" fn close(file: *mut File) -> c_int {
    unlock(file, NONE);
    shm_unmap(file, 0);
    // SAFETY: it is the box that `open` made, and the file is not used after this.
    let own = unsafe {
        (*file).methods = ptr::null();
        Box::from_raw((*file).own)
    };
    if own.memory.is_none() {
        call(CLOSE, own.fd, 0.0, ptr::null_mut(), 0);
        FILES.with_borrow_mut(|files| {
            if let Some(shared) = files.get_mut(&own.identity) {
                shared.users -= 1;
                if shared.users == 0 {
                    files.remove(&own.identity);
                }
            }
        });
        if let Some(path) = &own.remove {
            on_path(UNLINK, path, 0);
        }
    }
    OK
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no file is as long as 2^53 bytes"
)]
fn transfer(operation: c_int, fd: c_int, at: *mut u8, length: usize, offset: i64) -> f64 {
    call(operation, fd, offset as f64, at, length)
}

extern "C" fn read(file: *mut File, at: *mut u8, length: c_int, offset: i64) -> c_int {
    let own = own(file);
    let length = usize::try_from(length).unwrap_or(0);
    // SAFETY: SQLite's buffer has that length.
    let buffer = unsafe { core::slice::from_raw_parts_mut(at, length) };
    let got = if let Some(memory) = &own.memory {
        let from = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(memory.len());
        let part = &memory[from..memory.len().min(from + length)];
        buffer[..part.len()].copy_from_slice(part);
        part.len()
    } else {
        let got = transfer(READ, own.fd, at, length, offset);
        if got < 0.0 {
            return IOERR_READ;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most the length"
        )]
        let got = got as usize;
        got
    };
    if got < length {
        buffer[got..].fill(0);
        return IOERR_SHORT_READ;
    }
    OK
}

extern "C" fn write(file: *mut File, at: *const u8, length: c_int, offset: i64) -> c_int {
    let own = own(file);
    let length = usize::try_from(length).unwrap_or(0);
    if let Some(memory) = &mut own.memory {
        let from = usize::try_from(offset).unwrap_or(0);
        if memory.len() < from + length {
            memory.resize(from + length, 0);
        }
        // SAFETY: SQLite's buffer has that length.
        let data = unsafe { core::slice::from_raw_parts(at, length) };
        memory[from..from + length].copy_from_slice(data);
        return OK;
    }
    let mut done = 0;
    while done < length {
        // SAFETY: it stays in the buffer, which the callee only reads.
        let rest = unsafe { at.add(done) }.cast_mut();

        let wrote = transfer(
            WRITE,
            own.fd,
            rest,
            length - done,
            offset.saturating_add_unsigned(done as u64),
        );
        if wrote <= 0.0 {
            return if wrote == ENOSPC { FULL } else { IOERR_WRITE };
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most the length"
        )]
        let wrote = wrote as usize;
        done += wrote;
    }
    OK
}

extern "C" fn truncate(file: *mut File, length: i64) -> c_int {
    let own = own(file);
    if let Some(memory) = &mut own.memory {
        memory.truncate(usize::try_from(length).unwrap_or(0));
        return OK;
    }
    match transfer(TRUNCATE, own.fd, ptr::null_mut(), 0, length) {
        failed if failed < 0.0 => IOERR_TRUNCATE,
        _ => OK,
    }
}

extern "C" fn sync(file: *mut File, _: c_int) -> c_int {
    let own = own(file);
    if own.memory.is_none() && call(SYNC, own.fd, 0.0, ptr::null_mut(), 0) < 0.0 {
        return IOERR_FSYNC;
    }
    OK
}

extern "C" fn size(file: *mut File, out: *mut i64) -> c_int {
    let own = own(file);
    let size = match &own.memory {
        Some(memory) => memory.len() as u64,
        None => match stat(FSTAT, own.fd, &[]) {
            Ok((_, size)) => size,
            Err(_) => return IOERR_FSTAT,
        },
    };
    // SAFETY: SQLite gives a place for it.
    unsafe { *out = size.cast_signed() };
    OK
}

extern "C" fn lock(file: *mut File, level: c_int) -> c_int {
    let own = own(file);
    if own.memory.is_some() || own.level >= level {
        return OK;
    }
    let mut reached = own.level;
    let result = shared(own, |shared| {
        match level {
            SHARED if shared.pending || shared.exclusive => return BUSY,
            SHARED => shared.readers += 1,
            RESERVED if shared.reserved => return BUSY,
            RESERVED => shared.reserved = true,
            _ => {
                if reached < PENDING {
                    if shared.pending {
                        return BUSY;
                    }
                    shared.pending = true;
                    reached = PENDING;
                }
                if level == EXCLUSIVE {
                    if shared.readers > 1 {
                        return BUSY;
                    }
                    shared.exclusive = true;
                }
            }
        }
        reached = level;
        OK
    });
    // One that waits for readers to end keeps others from beginning.
    own.level = reached;
    if level == RESERVED && result == OK {
        own.is_reserving = true;
    }
    result
}

extern "C" fn unlock(file: *mut File, level: c_int) -> c_int {
    let own = own(file);
    if own.memory.is_some() || own.level <= level {
        return OK;
    }
    let (held, reserving) = (own.level, own.is_reserving);
    shared(own, |shared| {
        if held >= PENDING {
            shared.pending = false;
            shared.exclusive = false;
        }
        if reserving {
            shared.reserved = false;
        }
        if level == NONE {
            shared.readers -= 1;
        }
    });
    own.is_reserving = false;
    own.level = level;
    OK
}

extern "C" fn check_reserved(file: *mut File, out: *mut c_int) -> c_int {
    let own = own(file);
    let reserved = own.memory.is_none() && shared(own, |shared| shared.reserved || shared.pending);
    // SAFETY: SQLite gives a place for it.
    unsafe { *out = c_int::from(reserved) };
    OK
}

extern "C" fn control(_: *mut File, _: c_int, _: *mut c_void) -> c_int {
    NOTFOUND
}

extern "C" fn sector_size(_: *mut File) -> c_int {
    4096
}

extern "C" fn characteristics(_: *mut File) -> c_int {
    CHARACTERISTICS
}

extern "C" fn shm_map(
    file: *mut File,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    let own = own(file);
    let (region, size) = (
        usize::try_from(region).unwrap_or(0),
        usize::try_from(size).unwrap_or(0),
    );
    let first = !own.is_mapped;
    own.is_mapped = true;
    let at = shared(own, |shared| {
        if first {
            shared.mapped += 1;
        }
        while extend != 0 && shared.regions.len() <= region {
            shared.regions.push(vec![0; size].into_boxed_slice());
        }
        shared
            .regions
            .get_mut(region)
            .map_or(ptr::null_mut(), |region| region.as_mut_ptr())
    });
    // SAFETY: SQLite gives a place for it.
    unsafe { *out = at.cast() };
    OK
}

extern "C" fn shm_lock(file: *mut File, first: c_int, count: c_int, flags: c_int) -> c_int {
    let own = own(file);
    let first = usize::try_from(first).unwrap_or(0);
    let wanted = first..(first + usize::try_from(count).unwrap_or(0)).min(SHM_LOCKS);
    let mut mine = own.slots;
    let result = shared(own, |shared| {
        if flags & SHM_UNLOCK != 0 {
            for slot in wanted {
                match mine[slot] {
                    1 => shared.slots[slot] -= 1,
                    2 => shared.slots[slot] = 0,
                    _ => {}
                }
                mine[slot] = 0;
            }
        } else if flags & SHM_EXCLUSIVE != 0 {
            if wanted
                .clone()
                .any(|slot| mine[slot] == 0 && shared.slots[slot] != 0)
            {
                return BUSY;
            }
            for slot in wanted {
                shared.slots[slot] = -1;
                mine[slot] = 2;
            }
        } else {
            if wanted.clone().any(|slot| shared.slots[slot] < 0) {
                return BUSY;
            }
            for slot in wanted {
                if mine[slot] == 0 {
                    shared.slots[slot] += 1;
                    mine[slot] = 1;
                }
            }
        }
        OK
    });
    own.slots = mine;
    result
}

/// Nothing runs beside this.
extern "C" fn shm_barrier(_: *mut File) {}

extern "C" fn shm_unmap(file: *mut File, _: c_int) -> c_int {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "it is 8"
    )]
    shm_lock(file, 0, SHM_LOCKS as c_int, SHM_UNLOCK);
    let own = own(file);
    if own.is_mapped {
        own.is_mapped = false;
        shared(own, |shared| {
            shared.mapped -= 1;
            if shared.mapped == 0 {
                // As a file that the last one closes: the next connection makes it anew from the log.
                shared.regions.clear();
            }
        });
    }
    OK
}
