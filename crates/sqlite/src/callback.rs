//! Functions written in Python, called by SQLite. A request is `(kind, id, ...)`; an answer is a value, or a list for an exception.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::slice;
use std::cell::Cell;

use crate::ffi::{self, Context, SqlValue};
use crate::value::{Value, Writer};

/// What Python is called for; `_krait_sqlite.py` has the same numbers.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Scalar = 0,
    Step = 1,
    Finish = 2,
    Current = 3,
    Inverse = 4,
    Compare = 5,
    Authorize = 6,
    Trace = 7,
    Progress = 8,
}

thread_local! {
    /// The number of the next aggregation.
    static NEXT: Cell<u64> = const { Cell::new(1) };
    /// Calls of Python that have not returned.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// How deep SQLite and Python may call each other: each time takes a good part of the engine's stack.
const DEEPEST: u32 = 8;

fn request(kind: Kind, id: *mut c_void, count: usize) -> Writer {
    let mut writer = Writer::default();
    writer.tuple(count + 2);
    writer.int(kind as i64);
    writer.int(id as i64);
    writer
}

/// Python's answer; `None` if it could not be called.
fn call(request: &Writer) -> Option<Vec<u8>> {
    if DEPTH.get() >= DEEPEST {
        return None;
    }
    DEPTH.set(DEPTH.get() + 1);
    // SAFETY: the bytes are there, and whoever is called only reads them.
    let length = unsafe { ffi::callback(request.bytes.as_ptr(), request.bytes.len()) };
    DEPTH.set(DEPTH.get() - 1);
    let mut answer = vec![0_u8; usize::try_from(length).ok()?];
    // SAFETY: the buffer has the length of the answer.
    unsafe { ffi::answer(answer.as_mut_ptr()) };
    Some(answer)
}

/// The number that Python gave for an answer; `otherwise` if it raised.
fn number(request: &Writer, otherwise: c_int) -> c_int {
    match call(request).as_deref().map(Value::read) {
        Some(Some(Value::Int(value))) => c_int::try_from(value).unwrap_or(otherwise),
        _ => otherwise,
    }
}

/// Bytes that SQLite has at an address, which may be none.
pub(crate) fn bytes_at<'a>(at: *const u8, length: c_int) -> &'a [u8] {
    match usize::try_from(length) {
        // SAFETY: SQLite says that so many bytes are there, and they are used before it is called again.
        Ok(length) if !at.is_null() && length > 0 => unsafe { slice::from_raw_parts(at, length) },
        _ => &[],
    }
}

/// A string of C's; `None` if there is none.
pub(crate) fn text_at<'a>(at: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: SQLite's strings end with a zero, and are used before it is called again.
    (!at.is_null()).then(|| unsafe { CStr::from_ptr(at) }.to_bytes())
}

fn arguments(writer: &mut Writer, count: c_int, values: *mut *mut SqlValue) {
    let count = usize::try_from(count).unwrap_or(0);
    writer.tuple(count);
    for index in 0..count {
        // SAFETY: SQLite gives so many values.
        unsafe {
            let value = *values.add(index);
            match ffi::sqlite3_value_type(value) {
                ffi::INTEGER => writer.int(ffi::sqlite3_value_int64(value)),
                ffi::FLOAT => writer.float(ffi::sqlite3_value_double(value)),
                ffi::TEXT => {
                    let at = ffi::sqlite3_value_text(value);
                    let text = bytes_at(at, ffi::sqlite3_value_bytes(value));
                    if core::str::from_utf8(text).is_ok() {
                        writer.text(text);
                    } else {
                        // Python's side raises what decoding it raises.
                        writer.tuple(1);
                        writer.blob(text);
                    }
                }
                ffi::BLOB => {
                    let at = ffi::sqlite3_value_blob(value);
                    writer.blob(bytes_at(at, ffi::sqlite3_value_bytes(value)));
                }
                _ => writer.none(),
            }
        }
    }
}

fn result(context: *mut Context, answer: Option<Vec<u8>>) {
    let Some(answer) = answer else {
        let text = b"SQL functions and statements call each other too deeply";
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_possible_wrap,
            reason = "a sentence"
        )]
        // SAFETY: SQLite copies the text.
        unsafe {
            ffi::sqlite3_result_error(context, text.as_ptr(), text.len() as c_int);
        }
        return;
    };
    let failed = answer.first() == Some(&b'[');
    let value = Value::read(&answer).unwrap_or(Value::Null);
    // SAFETY: SQLite copies what it is given.
    unsafe {
        match &value {
            Value::Tuple(parts) if failed => match parts.first().map_or(0, Value::int) {
                7 => ffi::sqlite3_result_error_nomem(context),
                18 => ffi::sqlite3_result_error_toobig(context),
                _ => {
                    let text = parts.get(1).and_then(Value::bytes).unwrap_or_default();
                    let length = c_int::try_from(text.len()).unwrap_or(0);
                    ffi::sqlite3_result_error(context, text.as_ptr(), length);
                }
            },
            Value::Int(value) => ffi::sqlite3_result_int64(context, *value),
            Value::Float(value) => ffi::sqlite3_result_double(context, *value),
            Value::Text(text) => match c_int::try_from(text.len()) {
                Ok(length) => {
                    ffi::sqlite3_result_text(context, text.as_ptr(), length, ffi::transient());
                }
                Err(_) => ffi::sqlite3_result_error_toobig(context),
            },
            // A pointer to nothing would be NULL.
            Value::Bytes([]) => ffi::sqlite3_result_zeroblob(context, 0),
            Value::Bytes(bytes) => match c_int::try_from(bytes.len()) {
                Ok(length) => {
                    ffi::sqlite3_result_blob(context, bytes.as_ptr(), length, ffi::transient());
                }
                Err(_) => ffi::sqlite3_result_error_toobig(context),
            },
            _ => ffi::sqlite3_result_null(context),
        }
    }
}

fn id_of(context: *mut Context) -> *mut c_void {
    // SAFETY: the context is the one that SQLite calls with.
    unsafe { ffi::sqlite3_user_data(context) }
}

pub(crate) extern "C" fn scalar(context: *mut Context, count: c_int, values: *mut *mut SqlValue) {
    let mut writer = request(Kind::Scalar, id_of(context), 1);
    arguments(&mut writer, count, values);
    result(context, call(&writer));
}

/// The number of the aggregation that is going on; with `new` one is begun if there is none, else the answer is 0.
fn aggregation(context: *mut Context, new: bool) -> u64 {
    // SAFETY: SQLite gives zeroed memory of that size, which belongs to this aggregation.
    unsafe {
        let size = if new { 8 } else { 0 };
        let place = ffi::sqlite3_aggregate_context(context, size).cast::<u64>();
        if place.is_null() {
            return 0;
        }
        if *place == 0 {
            *place = NEXT.get();
            NEXT.set(*place + 1);
        }
        *place
    }
}

fn on_row(kind: Kind, context: *mut Context, count: c_int, values: *mut *mut SqlValue) {
    let mut writer = request(kind, id_of(context), 2);
    writer.int(aggregation(context, true).cast_signed());
    arguments(&mut writer, count, values);
    let answer = call(&writer);
    if answer
        .as_deref()
        .is_none_or(|answer| answer.first() == Some(&b'['))
    {
        result(context, answer);
    }
}

pub(crate) extern "C" fn step(context: *mut Context, count: c_int, values: *mut *mut SqlValue) {
    on_row(Kind::Step, context, count, values);
}

pub(crate) extern "C" fn inverse(context: *mut Context, count: c_int, values: *mut *mut SqlValue) {
    on_row(Kind::Inverse, context, count, values);
}

pub(crate) extern "C" fn current(context: *mut Context) {
    let mut writer = request(Kind::Current, id_of(context), 1);
    writer.int(aggregation(context, true).cast_signed());
    result(context, call(&writer));
}

pub(crate) extern "C" fn finish(context: *mut Context) {
    let number = aggregation(context, false);
    if number == 0 {
        // No row was aggregated: the result is NULL.
        return;
    }
    let mut writer = request(Kind::Finish, id_of(context), 1);
    writer.int(number.cast_signed());
    result(context, call(&writer));
}

pub(crate) extern "C" fn compare(
    id: *mut c_void,
    length: c_int,
    text: *const u8,
    other_length: c_int,
    other: *const u8,
) -> c_int {
    let mut writer = request(Kind::Compare, id, 2);
    writer.text(bytes_at(text, length));
    writer.text(bytes_at(other, other_length));
    number(&writer, 0).signum()
}

pub(crate) extern "C" fn authorize(
    id: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    database: *const c_char,
    trigger: *const c_char,
) -> c_int {
    let mut writer = request(Kind::Authorize, id, 5);
    writer.int(i64::from(action));
    for text in [first, second, database, trigger] {
        match text_at(text) {
            Some(text) => writer.text(text),
            None => writer.none(),
        }
    }
    // 1 denies.
    number(&writer, 1)
}

pub(crate) extern "C" fn trace(
    _event: u32,
    id: *mut c_void,
    stmt: *mut c_void,
    _sql: *mut c_void,
) -> c_int {
    // SAFETY: the statement is the one that SQLite begins; what it allocates is given back.
    unsafe {
        let expanded = ffi::sqlite3_expanded_sql(stmt.cast());
        let mut writer = request(Kind::Trace, id, 2);
        // Longer than SQLite's limit: the text without values, and Python is told.
        let is_expanded = !expanded.is_null();
        let text = if is_expanded {
            expanded
        } else {
            ffi::sqlite3_sql(stmt.cast()).cast_mut()
        };
        writer.text(text_at(text).unwrap_or_default());
        writer.int(i64::from(is_expanded));
        ffi::sqlite3_free(expanded.cast());
        number(&writer, 0);
    }
    0
}

pub(crate) extern "C" fn progress(id: *mut c_void) -> c_int {
    number(&request(Kind::Progress, id, 0), 1)
}
