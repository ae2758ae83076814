//! Statements: preparing, binding, and reading rows by the batch.

use core::ffi::c_int;
use core::ptr;

use crate::callback::{bytes_at, text_at};
use crate::ffi::{self, Db, Stmt};
use crate::value::{Value, Writer};

/// How many bytes of rows are read ahead at most, about.
const BATCH: usize = 1 << 18;

/// What a failure is, for Python to choose the exception; the numbers are those of `_krait_sqlite.py`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure {
    /// SQLite's own error: code, extended code, message.
    Sqlite = 0,
    /// An integer has more than 64 bits.
    Overflow = 1,
    /// A parameter is of a type that SQLite has not: its number.
    Type = 2,
    /// A string has surrogates, which are no UTF-8: its number.
    Surrogates = 3,
    /// There are more or fewer parameters than the statement has: how many it has, how many were given.
    Count = 4,
    /// The text has more than one statement.
    Several = 5,
    /// A string or bytes are too long.
    Long = 6,
}

/// The error that a connection tells.
pub(crate) fn error(writer: &mut Writer, db: *mut Db, code: c_int) {
    // SAFETY: the connection is open; texts are used before SQLite is called again.
    unsafe {
        let told = !db.is_null() && ffi::sqlite3_errcode(db) & 0xff == code & 0xff;
        let (extended, message) = if told {
            (ffi::sqlite3_extended_errcode(db), ffi::sqlite3_errmsg(db))
        } else {
            (code, ffi::sqlite3_errstr(code))
        };
        writer.failure(4);
        writer.int(Failure::Sqlite as i64);
        writer.int(i64::from(code & 0xff));
        writer.int(i64::from(extended));
        writer.text(text_at(message).unwrap_or_default());
    }
}

fn other(writer: &mut Writer, failure: Failure, first: i64, second: i64) {
    writer.failure(3);
    writer.int(failure as i64);
    writer.int(first);
    writer.int(second);
}

/// What follows white space and comments.
fn after_comments(mut sql: &[u8]) -> &[u8] {
    loop {
        sql = sql.trim_ascii_start();
        if sql.starts_with(b"--") {
            let end = sql.iter().position(|byte| *byte == b'\n');
            sql = end.map_or(&[], |end| &sql[end + 1..]);
        } else if sql.starts_with(b"/*") {
            let end = sql.windows(2).skip(2).position(|two| two == b"*/");
            sql = end.map_or(&[], |end| &sql[end + 4..]);
        } else {
            return sql;
        }
    }
}

/// Whether a statement changes data, as `sqlite3` of Python says: by its first word.
fn is_dml(sql: &[u8]) -> bool {
    let sql = after_comments(sql);
    [&b"insert"[..], b"update", b"delete", b"replace"]
        .iter()
        .any(|word| {
            sql.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        })
}

fn columns(writer: &mut Writer, stmt: *mut Stmt) {
    // SAFETY: the statement is alive; texts are copied at once.
    unsafe {
        let count = ffi::sqlite3_column_count(stmt);
        writer.tuple(usize::try_from(count).unwrap_or(0));
        for index in 0..count {
            writer.text(text_at(ffi::sqlite3_column_name(stmt, index)).unwrap_or_default());
        }
    }
}

/// What a column was declared as, `None` for an expression.
pub(crate) fn declarations(writer: &mut Writer, stmt: *mut Stmt) {
    // SAFETY: as in `columns`.
    unsafe {
        let count = ffi::sqlite3_column_count(stmt);
        writer.tuple(usize::try_from(count).unwrap_or(0));
        for index in 0..count {
            match text_at(ffi::sqlite3_column_decltype(stmt, index)) {
                Some(text) => writer.text(text),
                None => writer.none(),
            }
        }
    }
}

/// `(statement, is DML, is read-only, names of parameters, names of columns)`; the statement is 0 for a text without one.
pub(crate) fn prepare(writer: &mut Writer, db: *mut Db, sql: &[u8]) {
    let Ok(length) = c_int::try_from(sql.len()) else {
        return other(writer, Failure::Long, 0, 0);
    };
    let mut stmt = ptr::null_mut();
    let mut tail = ptr::null();
    // SAFETY: the text has that length, and the connection is open.
    unsafe {
        let code = ffi::sqlite3_prepare_v3(
            db,
            sql.as_ptr(),
            length,
            ffi::PREPARE_PERSISTENT,
            &raw mut stmt,
            &raw mut tail,
        );
        if code != ffi::OK {
            return error(writer, db, code);
        }
        let used = (tail as usize).saturating_sub(sql.as_ptr() as usize);
        if !after_comments(sql.get(used..).unwrap_or_default()).is_empty() {
            ffi::sqlite3_finalize(stmt);
            return other(writer, Failure::Several, 0, 0);
        }
        writer.tuple(5);
        writer.int(stmt as i64);
        writer.int(i64::from(is_dml(sql)));
        writer.int(i64::from(
            stmt.is_null() || ffi::sqlite3_stmt_readonly(stmt) != 0,
        ));
        let count = if stmt.is_null() {
            0
        } else {
            ffi::sqlite3_bind_parameter_count(stmt)
        };
        writer.tuple(usize::try_from(count).unwrap_or(0));
        for index in 1..=count {
            match text_at(ffi::sqlite3_bind_parameter_name(stmt, index)) {
                // With the character that makes it a name.
                Some(name) => writer.text(name),
                None => writer.none(),
            }
        }
        if stmt.is_null() {
            writer.tuple(0);
        } else {
            columns(writer, stmt);
        }
    }
}

/// Binds all parameters; what fails is told.
fn bind(writer: &mut Writer, stmt: *mut Stmt, parameters: &[Value<'_>]) -> bool {
    // SAFETY: the statement is alive and at rest; SQLite copies what it is given.
    unsafe {
        let wanted = ffi::sqlite3_bind_parameter_count(stmt);
        if usize::try_from(wanted) != Ok(parameters.len()) {
            other(
                writer,
                Failure::Count,
                i64::from(wanted),
                i64::try_from(parameters.len()).unwrap_or(i64::MAX),
            );
            return false;
        }
        for (value, index) in parameters.iter().zip(1..) {
            let long = |bytes: &[u8]| c_int::try_from(bytes.len());
            let code = match value {
                Value::Null => ffi::sqlite3_bind_null(stmt, index),
                Value::Int(value) => ffi::sqlite3_bind_int64(stmt, index, *value),
                Value::Float(value) => ffi::sqlite3_bind_double(stmt, index, *value),
                Value::Text(text) => {
                    if core::str::from_utf8(text).is_err() {
                        other(writer, Failure::Surrogates, i64::from(index), 0);
                        return false;
                    }
                    let Ok(length) = long(text) else {
                        other(writer, Failure::Long, 1, 0);
                        return false;
                    };
                    ffi::sqlite3_bind_text(stmt, index, text.as_ptr(), length, ffi::transient())
                }
                // A pointer to nothing would be NULL.
                Value::Bytes([]) => ffi::sqlite3_bind_zeroblob(stmt, index, 0),
                Value::Bytes(bytes) => {
                    let Ok(length) = long(bytes) else {
                        other(writer, Failure::Long, 2, 0);
                        return false;
                    };
                    ffi::sqlite3_bind_blob(stmt, index, bytes.as_ptr(), length, ffi::transient())
                }
                Value::Big => {
                    other(writer, Failure::Overflow, i64::from(index), 0);
                    return false;
                }
                Value::Tuple(_) | Value::Other => {
                    other(writer, Failure::Type, i64::from(index), 0);
                    return false;
                }
            };
            if code != ffi::OK {
                error(writer, ffi::sqlite3_db_handle(stmt), code);
                return false;
            }
        }
    }
    true
}

/// How rows are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// How many rows at most.
    pub(crate) limit: usize,
    /// 0: texts are strings; 1: bytes; 2: tuples with bytes, for a function of Python's.
    pub(crate) text: i64,
    /// By column: whether its bytes are wanted, for a converter.
    pub(crate) raw: &'a [u8],
}

impl<'a> Reading<'a> {
    /// From the parts of a request: limit, kind of texts, columns.
    pub(crate) fn from(parts: &[Value<'a>]) -> Self {
        let part = |index: usize| parts.get(index).map_or(0, Value::int);
        Self {
            limit: usize::try_from(part(0)).unwrap_or(1).max(1),
            text: part(1),
            raw: parts.get(2).and_then(Value::bytes).unwrap_or_default(),
        }
    }
}

/// One row; `bad` is told the columns whose text is no UTF-8.
fn row(writer: &mut Writer, stmt: *mut Stmt, how: Reading<'_>, mut bad: impl FnMut(usize)) {
    // SAFETY: the statement is at a row; bytes are copied before SQLite is called again.
    unsafe {
        let count = ffi::sqlite3_data_count(stmt);
        writer.tuple(usize::try_from(count).unwrap_or(0));
        for index in 0..count {
            let column = usize::try_from(index).unwrap_or(0);
            let kind = ffi::sqlite3_column_type(stmt, index);
            let is_raw = how.raw.get(column).is_some_and(|raw| *raw != 0);
            match kind {
                ffi::INTEGER | ffi::FLOAT | ffi::TEXT | ffi::BLOB if is_raw => {
                    let at = ffi::sqlite3_column_blob(stmt, index);
                    if at.is_null() {
                        // An empty value, which a converter does not get to see.
                        writer.none();
                    } else {
                        writer.blob(bytes_at(at, ffi::sqlite3_column_bytes(stmt, index)));
                    }
                }
                ffi::INTEGER => writer.int(ffi::sqlite3_column_int64(stmt, index)),
                ffi::FLOAT => writer.float(ffi::sqlite3_column_double(stmt, index)),
                ffi::TEXT => {
                    let at = ffi::sqlite3_column_text(stmt, index);
                    let text = bytes_at(at, ffi::sqlite3_column_bytes(stmt, index));
                    match how.text {
                        0 => {
                            if !writer.try_text(text) {
                                bad(column);
                            }
                        }
                        1 => writer.blob(text),
                        _ => {
                            writer.tuple(1);
                            writer.blob(text);
                        }
                    }
                }
                ffi::BLOB => {
                    let at = ffi::sqlite3_column_blob(stmt, index);
                    writer.blob(bytes_at(at, ffi::sqlite3_column_bytes(stmt, index)));
                }
                _ => writer.none(),
            }
        }
    }
}

/// Steps until there are enough rows: `(is there more, rows, failure or None, changes, last row id, in a transaction, columns or None, texts
/// that are none or None)`. A statement that is done or has failed is reset.
pub(crate) fn rows(writer: &mut Writer, stmt: *mut Stmt, how: Reading<'_>) {
    // SAFETY: the statement is alive.
    unsafe {
        let db = ffi::sqlite3_db_handle(stmt);
        writer.tuple(8);
        let flag = writer.bytes.len();
        writer.int(1);
        let mark = writer.begin();
        let start = writer.bytes.len();
        let mut count = 0;
        let mut bad = Vec::new();
        let mut failed = None;
        let mut changes = -1;
        loop {
            if count == how.limit || writer.bytes.len() - start > BATCH {
                break;
            }
            let code = ffi::sqlite3_step(stmt);
            if code == ffi::ROW {
                row(writer, stmt, how, |column| bad.push((count, column)));
                count += 1;
                continue;
            }
            writer.bytes[flag + 1] = 0;
            if code == ffi::DONE {
                changes = ffi::sqlite3_changes64(db);
            } else {
                let mut text = Writer::default();
                error(&mut text, db, code);
                failed = Some(text.bytes);
            }
            ffi::sqlite3_reset(stmt);
            break;
        }
        writer.end(mark, count);
        match failed {
            Some(text) => writer.bytes.extend_from_slice(&text),
            None => writer.none(),
        }
        writer.int(changes);
        writer.int(ffi::sqlite3_last_insert_rowid(db));
        writer.int(i64::from(ffi::sqlite3_get_autocommit(db) == 0));
        if ffi::sqlite3_stmt_status(stmt, ffi::STMTSTATUS_REPREPARE, 1) > 0 {
            columns(writer, stmt);
        } else {
            writer.none();
        }
        if bad.is_empty() {
            writer.none();
        } else {
            writer.tuple(bad.len());
            for (row, column) in bad {
                writer.tuple(2);
                writer.int(i64::try_from(row).unwrap_or(0));
                writer.int(i64::try_from(column).unwrap_or(0));
            }
        }
    }
}

/// Begins a transaction if there is none.
fn begin(writer: &mut Writer, db: *mut Db, sql: &Value<'_>) -> bool {
    let Some(sql) = sql.bytes() else { return true };
    // SAFETY: the connection is open.
    if unsafe { ffi::sqlite3_get_autocommit(db) } == 0 {
        return true;
    }
    let code = execute(db, sql);
    if code != ffi::OK {
        error(writer, db, code);
    }
    code == ffi::OK
}

/// Runs a statement without results.
pub(crate) fn execute(db: *mut Db, sql: &[u8]) -> c_int {
    let mut text = sql.to_vec();
    text.push(0);
    // SAFETY: the text ends with a zero; no rows are wanted, no message is asked for.
    unsafe {
        ffi::sqlite3_exec(
            db,
            text.as_ptr().cast(),
            ptr::null(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    }
}

/// Binds and reads the first rows.
pub(crate) fn run(
    writer: &mut Writer,
    stmt: *mut Stmt,
    parameters: &Value<'_>,
    begins: &Value<'_>,
    how: Reading<'_>,
) {
    // SAFETY: the statement is alive. What its last run says of an error has been told.
    let db = unsafe {
        ffi::sqlite3_reset(stmt);
        ffi::sqlite3_db_handle(stmt)
    };
    if begin(writer, db, begins) && bind(writer, stmt, parameters.items()) {
        rows(writer, stmt, how);
    }
}

/// Runs a statement once for each of several sets of parameters: `(failure or None, sets that were run, changes, last row id, in a
/// transaction)`.
pub(crate) fn run_many(writer: &mut Writer, stmt: *mut Stmt, sets: &Value<'_>, begins: &Value<'_>) {
    // SAFETY: the statement is alive, from here to the end.
    unsafe {
        ffi::sqlite3_reset(stmt);
        let db = ffi::sqlite3_db_handle(stmt);
        writer.tuple(5);
        let start = writer.bytes.len();
        let (mut done, mut changes) = (0, 0);
        let mut fine = begin(writer, db, begins);
        for set in sets.items() {
            if !fine {
                break;
            }
            fine = bind(writer, stmt, set.items());
            if fine {
                let mut code = ffi::sqlite3_step(stmt);
                while code == ffi::ROW {
                    code = ffi::sqlite3_step(stmt);
                }
                if code == ffi::DONE {
                    changes += ffi::sqlite3_changes64(db);
                    done += 1;
                } else {
                    error(writer, db, code);
                    fine = false;
                }
            }
            ffi::sqlite3_reset(stmt);
        }
        ffi::sqlite3_clear_bindings(stmt);
        if writer.bytes.len() == start {
            writer.none();
        }
        writer.int(done);
        writer.int(changes);
        writer.int(ffi::sqlite3_last_insert_rowid(db));
        writer.int(i64::from(ffi::sqlite3_get_autocommit(db) == 0));
    }
}

/// Runs all statements of a text, and throws rows away.
pub(crate) fn script(writer: &mut Writer, db: *mut Db, sql: &[u8]) {
    let mut rest = sql;
    while !rest.is_empty() {
        let Ok(length) = c_int::try_from(rest.len()) else {
            return other(writer, Failure::Long, 0, 0);
        };
        let mut stmt = ptr::null_mut();
        let mut tail = ptr::null();
        // SAFETY: the text has that length, and the connection is open.
        unsafe {
            let code =
                ffi::sqlite3_prepare_v3(db, rest.as_ptr(), length, 0, &raw mut stmt, &raw mut tail);
            if code != ffi::OK {
                return error(writer, db, code);
            }
            let mut code = ffi::ROW;
            while code == ffi::ROW && !stmt.is_null() {
                code = ffi::sqlite3_step(stmt);
            }
            if code != ffi::ROW && code != ffi::DONE {
                error(writer, db, code);
                ffi::sqlite3_finalize(stmt);
                return;
            }
            ffi::sqlite3_finalize(stmt);
            let used = (tail as usize).saturating_sub(rest.as_ptr() as usize);
            rest = rest.get(used.max(1)..).unwrap_or_default();
        }
    }
    writer.none();
}
