//! The exports, and what a request asks for.

use core::ffi::{c_char, c_int, c_void};
use core::ptr;
use std::cell::RefCell;

use crate::callback::{self, text_at};
use crate::ffi::{self, Backup, Db, Stmt};
use crate::statement::{self, Reading};
use crate::value::{Value, Writer};
use crate::vfs;

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Starts SQLite; its code if that fails.
#[unsafe(no_mangle)]
extern "C" fn krait_start() -> c_int {
    // SAFETY: it is the first call of SQLite.
    match unsafe { ffi::sqlite3_initialize() } {
        ffi::OK => vfs::install(),
        code => code,
    }
}

/// Makes room for a request of that length, and tells where.
#[unsafe(no_mangle)]
extern "C" fn krait_request(length: usize) -> *mut u8 {
    REQUEST.with_borrow_mut(|request| {
        *request = vec![0; length];
        request.as_mut_ptr()
    })
}

/// Carries out the request; the length of the answer.
#[unsafe(no_mangle)]
extern "C" fn krait_call() -> usize {
    // Python may be called meanwhile and make a request of its own.
    let request = REQUEST.take();
    let mut writer = Writer::default();
    match Value::read(&request) {
        Some(Value::Tuple(parts)) => carry_out(&mut writer, &parts),
        _ => fail(&mut writer, "this is no request"),
    }
    let length = writer.bytes.len();
    ANSWER.set(writer.bytes);
    length
}

/// Where the answer of the last call is.
#[unsafe(no_mangle)]
extern "C" fn krait_answer() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}

fn fail(writer: &mut Writer, sentence: &str) {
    writer.failure(4);
    writer.int(0);
    writer.int(i64::from(ffi::ERROR));
    writer.int(i64::from(ffi::ERROR));
    writer.text(sentence.as_bytes());
}

/// A result code as an answer: `None`, or the failure.
fn done(writer: &mut Writer, db: *mut Db, code: c_int) {
    if code == ffi::OK {
        writer.none();
    } else {
        statement::error(writer, db, code);
    }
}

/// A text with a zero at its end; empty for `None`.
fn c_text(value: &Value<'_>) -> Vec<u8> {
    let mut text = value.bytes().unwrap_or_default().to_vec();
    text.push(0);
    text
}

fn address<T>(value: &Value<'_>) -> *mut T {
    usize::try_from(value.int()).unwrap_or(0) as *mut T
}

fn small(value: &Value<'_>) -> c_int {
    c_int::try_from(value.int()).unwrap_or(-1)
}

/// The id of a function of Python's, as SQLite keeps it; nothing for `None`.
fn id(value: &Value<'_>) -> Option<*mut c_void> {
    (*value != Value::Null).then(|| address(value))
}

#[expect(clippy::too_many_lines, reason = "a table of operations")]
fn carry_out(writer: &mut Writer, parts: &[Value<'_>]) {
    const NULL: Value<'static> = Value::Null;
    let part = |index: usize| parts.get(index).unwrap_or(&NULL);
    let db: *mut Db = address(part(1));
    let stmt: *mut Stmt = address(part(1));
    let rest = |from: usize| parts.get(from..).unwrap_or_default();
    // SAFETY: Python's side gives addresses of what is open and alive; texts end with a zero and outlive the calls.
    unsafe {
        match part(0).int() {
            1 => open(writer, part(1), small(part(2))),
            2 => {
                // Python's side forgets the statements of a connection that it closes.
                loop {
                    let stmt = ffi::sqlite3_next_stmt(db, ptr::null_mut());
                    if stmt.is_null() {
                        break;
                    }
                    ffi::sqlite3_finalize(stmt);
                }
                let code = ffi::sqlite3_close_v2(db);
                done(writer, ptr::null_mut(), code);
            }
            3 => statement::prepare(writer, db, part(2).bytes().unwrap_or_default()),
            4 => statement::run(writer, stmt, part(2), part(3), Reading::from(rest(4))),
            5 => statement::rows(writer, stmt, Reading::from(rest(2))),
            6 => {
                ffi::sqlite3_reset(stmt);
                writer.none();
            }
            7 => {
                ffi::sqlite3_finalize(stmt);
                writer.none();
            }
            8 => statement::run_many(writer, stmt, part(2), part(3)),
            9 => {
                let code = statement::execute(db, part(2).bytes().unwrap_or_default());
                done(writer, db, code);
            }
            10 => statement::script(writer, db, part(2).bytes().unwrap_or_default()),
            11 => {
                writer.tuple(2);
                writer.int(i64::from(ffi::sqlite3_get_autocommit(db) == 0));
                writer.int(ffi::sqlite3_total_changes64(db));
            }
            12 => function(writer, db, parts),
            13 => {
                let name = c_text(part(2));
                let id = id(part(3));
                let code = ffi::sqlite3_create_collation_v2(
                    db,
                    name.as_ptr().cast(),
                    ffi::UTF8,
                    id.unwrap_or(ptr::null_mut()),
                    id.map(|_| callback::compare as _),
                    ptr::null(),
                );
                done(writer, db, code);
            }
            14 => {
                let id = id(part(2));
                let code = ffi::sqlite3_set_authorizer(
                    db,
                    id.map(|_| callback::authorize as _),
                    id.unwrap_or(ptr::null_mut()),
                );
                done(writer, db, code);
            }
            15 => {
                let id = id(part(3));
                ffi::sqlite3_progress_handler(
                    db,
                    small(part(2)),
                    id.map(|_| callback::progress as _),
                    id.unwrap_or(ptr::null_mut()),
                );
                writer.none();
            }
            16 => {
                let id = id(part(2));
                let mask = if id.is_some() { ffi::TRACE_STMT } else { 0 };
                let code = ffi::sqlite3_trace_v2(
                    db,
                    mask,
                    id.map(|_| callback::trace as _),
                    id.unwrap_or(ptr::null_mut()),
                );
                done(writer, db, code);
            }
            17 => {
                let before = ffi::sqlite3_limit(db, small(part(2)), small(part(3)));
                writer.int(i64::from(before));
            }
            18 => {
                let mut now = 0;
                let (option, value) = (small(part(2)), small(part(3)));
                let code = ffi::sqlite3__wasm_db_config_ip(db, option, value, &raw mut now);
                if code == ffi::OK {
                    writer.int(i64::from(now));
                } else {
                    statement::error(writer, db, code);
                }
            }
            19 => {
                ffi::sqlite3_interrupt(db);
                writer.none();
            }
            20 => {
                let text = c_text(part(1));
                writer.int(i64::from(ffi::sqlite3_complete(text.as_ptr().cast())));
            }
            21 => serialize(writer, db, &c_text(part(2))),
            22 => {
                let bytes = part(3).bytes().unwrap_or_default();
                deserialize(writer, db, &c_text(part(2)), bytes);
            }
            23 => {
                let source: *mut Db = address(part(3));
                let (name, source_name) = (c_text(part(2)), c_text(part(4)));
                let backup = ffi::sqlite3_backup_init(
                    db,
                    name.as_ptr().cast(),
                    source,
                    source_name.as_ptr().cast(),
                );
                if backup.is_null() {
                    statement::error(writer, db, ffi::sqlite3_errcode(db) & 0xff);
                } else {
                    writer.int(backup as i64);
                }
            }
            24 => {
                let backup: *mut Backup = address(part(1));
                let code = ffi::sqlite3_backup_step(backup, small(part(2)));
                writer.tuple(3);
                writer.int(i64::from(code));
                writer.int(i64::from(ffi::sqlite3_backup_remaining(backup)));
                writer.int(i64::from(ffi::sqlite3_backup_pagecount(backup)));
            }
            25 => {
                let code = ffi::sqlite3_backup_finish(address(part(1)));
                done(writer, address(part(2)), code);
            }
            26 => statement::declarations(writer, stmt),
            27 => writer.text(text_at(ffi::sqlite3_libversion()).unwrap_or_default()),
            28 => writer.text(text_at(ffi::sqlite3_errstr(small(part(1)))).unwrap_or_default()),
            _ => fail(writer, "there is no such operation"),
        }
    }
}

fn open(writer: &mut Writer, path: &Value<'_>, flags: c_int) {
    let path = c_text(path);
    let mut db = ptr::null_mut();
    // SAFETY: the path ends with a zero.
    unsafe {
        let code = ffi::sqlite3_open_v2(path.as_ptr().cast(), &raw mut db, flags, ptr::null());
        if code != ffi::OK {
            statement::error(writer, db, code);
            ffi::sqlite3_close_v2(db);
            return;
        }
        ffi::sqlite3_extended_result_codes(db, 1);
        // Strings in double quotes, in statements and in definitions, as SQLite is usually compiled; this build has them off.
        for option in [1013, 1014] {
            ffi::sqlite3__wasm_db_config_ip(db, option, 1, ptr::null_mut());
        }
    }
    writer.int(db as i64);
}

/// `(12, db, name, count, flags, kind, id)`; kinds are 0 a function, 1 an aggregate, 2 a window function.
fn function(writer: &mut Writer, db: *mut Db, parts: &[Value<'_>]) {
    let [_, _, name, count, flags, kind, function] = parts else {
        return fail(writer, "a function has seven parts");
    };
    let name = c_text(name);
    let name: *const c_char = name.as_ptr().cast();
    let (count, flags) = (small(count), small(flags) | ffi::UTF8);
    let id = id(function);
    let is = id.is_some();
    let data = id.unwrap_or(ptr::null_mut());
    // SAFETY: the name ends with a zero; a function that is taken away has no callbacks.
    let code = unsafe {
        match kind.int() {
            2 => ffi::sqlite3_create_window_function(
                db,
                name,
                count,
                flags,
                data,
                is.then_some(callback::step as _),
                is.then_some(callback::finish as _),
                is.then_some(callback::current as _),
                is.then_some(callback::inverse as _),
                ptr::null(),
            ),
            kind => ffi::sqlite3_create_function_v2(
                db,
                name,
                count,
                flags,
                data,
                (is && kind == 0).then_some(callback::scalar as _),
                (is && kind == 1).then_some(callback::step as _),
                (is && kind == 1).then_some(callback::finish as _),
                ptr::null(),
            ),
        }
    };
    done(writer, db, code);
}

fn serialize(writer: &mut Writer, db: *mut Db, schema: &[u8]) {
    let mut size = 0;
    // SAFETY: what SQLite allocates is copied and given back.
    unsafe {
        let at = ffi::sqlite3_serialize(db, schema.as_ptr().cast(), &raw mut size, 0);
        if at.is_null() && size != 0 {
            return statement::error(writer, db, ffi::sqlite3_errcode(db) & 0xff);
        }
        let length = c_int::try_from(size).unwrap_or(c_int::MAX);
        writer.blob(callback::bytes_at(at, length));
        ffi::sqlite3_free(at.cast());
    }
}

fn deserialize(writer: &mut Writer, db: *mut Db, schema: &[u8], bytes: &[u8]) {
    // SAFETY: SQLite takes over memory of its own allocator, also if it fails.
    unsafe {
        let at = ffi::sqlite3_malloc64(bytes.len().max(1) as u64);
        if at.is_null() {
            return statement::error(writer, ptr::null_mut(), ffi::NOMEM);
        }
        ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len());
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let flags = ffi::DESERIALIZE_FREEONCLOSE | ffi::DESERIALIZE_RESIZEABLE;
        let code = ffi::sqlite3_deserialize(db, schema.as_ptr().cast(), at, size, size, flags);
        done(writer, db, code);
    }
}
