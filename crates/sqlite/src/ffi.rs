//! The functions of SQLite's module, by their C names (<https://sqlite.org/c3ref/funclist.html>), and what the page's side gives.

#![allow(
    missing_docs,
    missing_debug_implementations,
    clippy::module_name_repetitions,
    reason = "SQLite's manual documents them"
)]

use core::ffi::{c_char, c_int, c_void};

#[repr(C)]
pub(crate) struct Db([u8; 0]);
#[repr(C)]
pub(crate) struct Stmt([u8; 0]);
#[repr(C)]
pub(crate) struct Context([u8; 0]);
#[repr(C)]
pub(crate) struct SqlValue([u8; 0]);
#[repr(C)]
pub(crate) struct Backup([u8; 0]);

pub(crate) const OK: c_int = 0;
pub(crate) const ERROR: c_int = 1;
pub(crate) const BUSY: c_int = 5;
pub(crate) const NOMEM: c_int = 7;
pub(crate) const IOERR: c_int = 10;
pub(crate) const NOTFOUND: c_int = 12;
pub(crate) const FULL: c_int = 13;
pub(crate) const CANTOPEN: c_int = 14;
pub(crate) const ROW: c_int = 100;
pub(crate) const DONE: c_int = 101;

pub(crate) const INTEGER: c_int = 1;
pub(crate) const FLOAT: c_int = 2;
pub(crate) const TEXT: c_int = 3;
pub(crate) const BLOB: c_int = 4;

pub(crate) const UTF8: c_int = 1;
pub(crate) const PREPARE_PERSISTENT: u32 = 1;
pub(crate) const TRACE_STMT: u32 = 1;
pub(crate) const STMTSTATUS_REPREPARE: c_int = 5;
pub(crate) const DESERIALIZE_FREEONCLOSE: u32 = 1;
pub(crate) const DESERIALIZE_RESIZEABLE: u32 = 2;

/// `SQLITE_TRANSIENT`: SQLite copies what it is given.
pub(crate) fn transient() -> *mut c_void {
    usize::MAX as *mut c_void
}

pub(crate) type Scalar = extern "C" fn(*mut Context, c_int, *mut *mut SqlValue);
pub(crate) type Final = extern "C" fn(*mut Context);
pub(crate) type Compare = extern "C" fn(*mut c_void, c_int, *const u8, c_int, *const u8) -> c_int;
pub(crate) type Authorize = extern "C" fn(
    *mut c_void,
    c_int,
    *const c_char,
    *const c_char,
    *const c_char,
    *const c_char,
) -> c_int;

#[link(wasm_import_module = "sqlite")]
unsafe extern "C" {
    pub(crate) fn malloc(size: usize) -> *mut u8;
    pub(crate) fn realloc(at: *mut u8, size: usize) -> *mut u8;
    pub(crate) fn free(at: *mut u8);
    pub(crate) fn emscripten_builtin_memalign(align: usize, size: usize) -> *mut u8;

    pub(crate) fn sqlite3_initialize() -> c_int;
    pub(crate) fn sqlite3_malloc64(size: u64) -> *mut u8;
    pub(crate) fn sqlite3_free(at: *mut c_void);
    pub(crate) fn sqlite3_libversion() -> *const c_char;
    pub(crate) fn sqlite3_errstr(code: c_int) -> *const c_char;
    pub(crate) fn sqlite3_vfs_register(vfs: *mut c_void, default: c_int) -> c_int;

    pub(crate) fn sqlite3_open_v2(
        name: *const c_char,
        db: *mut *mut Db,
        flags: c_int,
        vfs: *const c_char,
    ) -> c_int;
    pub(crate) fn sqlite3_close_v2(db: *mut Db) -> c_int;
    pub(crate) fn sqlite3_extended_result_codes(db: *mut Db, on: c_int) -> c_int;
    pub(crate) fn sqlite3_errcode(db: *mut Db) -> c_int;
    pub(crate) fn sqlite3_extended_errcode(db: *mut Db) -> c_int;
    pub(crate) fn sqlite3_errmsg(db: *mut Db) -> *const c_char;
    pub(crate) fn sqlite3_changes64(db: *mut Db) -> i64;
    pub(crate) fn sqlite3_total_changes64(db: *mut Db) -> i64;
    pub(crate) fn sqlite3_last_insert_rowid(db: *mut Db) -> i64;
    pub(crate) fn sqlite3_get_autocommit(db: *mut Db) -> c_int;
    pub(crate) fn sqlite3_interrupt(db: *mut Db);
    pub(crate) fn sqlite3_limit(db: *mut Db, category: c_int, value: c_int) -> c_int;
    pub(crate) fn sqlite3_complete(sql: *const c_char) -> c_int;
    pub(crate) fn sqlite3_exec(
        db: *mut Db,
        sql: *const c_char,
        row: *const c_void,
        data: *mut c_void,
        message: *mut *mut c_char,
    ) -> c_int;
    pub(crate) fn sqlite3__wasm_db_config_ip(
        db: *mut Db,
        op: c_int,
        value: c_int,
        out: *mut c_int,
    ) -> c_int;

    pub(crate) fn sqlite3_prepare_v3(
        db: *mut Db,
        sql: *const u8,
        length: c_int,
        flags: u32,
        stmt: *mut *mut Stmt,
        tail: *mut *const u8,
    ) -> c_int;
    pub(crate) fn sqlite3_step(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_reset(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_finalize(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_clear_bindings(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_db_handle(stmt: *mut Stmt) -> *mut Db;
    pub(crate) fn sqlite3_next_stmt(db: *mut Db, stmt: *mut Stmt) -> *mut Stmt;
    pub(crate) fn sqlite3_stmt_readonly(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_stmt_status(stmt: *mut Stmt, op: c_int, reset: c_int) -> c_int;
    pub(crate) fn sqlite3_expanded_sql(stmt: *mut Stmt) -> *mut c_char;
    pub(crate) fn sqlite3_sql(stmt: *mut Stmt) -> *const c_char;
    pub(crate) fn sqlite3_bind_parameter_count(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_bind_parameter_name(stmt: *mut Stmt, index: c_int) -> *const c_char;
    pub(crate) fn sqlite3_bind_null(stmt: *mut Stmt, index: c_int) -> c_int;
    pub(crate) fn sqlite3_bind_int64(stmt: *mut Stmt, index: c_int, value: i64) -> c_int;
    pub(crate) fn sqlite3_bind_double(stmt: *mut Stmt, index: c_int, value: f64) -> c_int;
    pub(crate) fn sqlite3_bind_text(
        stmt: *mut Stmt,
        index: c_int,
        text: *const u8,
        length: c_int,
        destroy: *mut c_void,
    ) -> c_int;
    pub(crate) fn sqlite3_bind_blob(
        stmt: *mut Stmt,
        index: c_int,
        bytes: *const u8,
        length: c_int,
        destroy: *mut c_void,
    ) -> c_int;
    pub(crate) fn sqlite3_bind_zeroblob(stmt: *mut Stmt, index: c_int, length: c_int) -> c_int;
    pub(crate) fn sqlite3_column_count(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_data_count(stmt: *mut Stmt) -> c_int;
    pub(crate) fn sqlite3_column_name(stmt: *mut Stmt, index: c_int) -> *const c_char;
    pub(crate) fn sqlite3_column_decltype(stmt: *mut Stmt, index: c_int) -> *const c_char;
    pub(crate) fn sqlite3_column_type(stmt: *mut Stmt, index: c_int) -> c_int;
    pub(crate) fn sqlite3_column_int64(stmt: *mut Stmt, index: c_int) -> i64;
    pub(crate) fn sqlite3_column_double(stmt: *mut Stmt, index: c_int) -> f64;
    pub(crate) fn sqlite3_column_text(stmt: *mut Stmt, index: c_int) -> *const u8;
    pub(crate) fn sqlite3_column_blob(stmt: *mut Stmt, index: c_int) -> *const u8;
    pub(crate) fn sqlite3_column_bytes(stmt: *mut Stmt, index: c_int) -> c_int;

    pub(crate) fn sqlite3_create_function_v2(
        db: *mut Db,
        name: *const c_char,
        count: c_int,
        flags: c_int,
        data: *mut c_void,
        function: Option<Scalar>,
        step: Option<Scalar>,
        finish: Option<Final>,
        destroy: *const c_void,
    ) -> c_int;
    pub(crate) fn sqlite3_create_window_function(
        db: *mut Db,
        name: *const c_char,
        count: c_int,
        flags: c_int,
        data: *mut c_void,
        step: Option<Scalar>,
        finish: Option<Final>,
        value: Option<Final>,
        inverse: Option<Scalar>,
        destroy: *const c_void,
    ) -> c_int;
    pub(crate) fn sqlite3_create_collation_v2(
        db: *mut Db,
        name: *const c_char,
        encoding: c_int,
        data: *mut c_void,
        compare: Option<Compare>,
        destroy: *const c_void,
    ) -> c_int;
    pub(crate) fn sqlite3_set_authorizer(
        db: *mut Db,
        authorize: Option<Authorize>,
        data: *mut c_void,
    ) -> c_int;
    pub(crate) fn sqlite3_progress_handler(
        db: *mut Db,
        steps: c_int,
        handler: Option<extern "C" fn(*mut c_void) -> c_int>,
        data: *mut c_void,
    );
    pub(crate) fn sqlite3_trace_v2(
        db: *mut Db,
        mask: u32,
        trace: Option<extern "C" fn(u32, *mut c_void, *mut c_void, *mut c_void) -> c_int>,
        data: *mut c_void,
    ) -> c_int;
    pub(crate) fn sqlite3_user_data(context: *mut Context) -> *mut c_void;
    pub(crate) fn sqlite3_aggregate_context(context: *mut Context, bytes: c_int) -> *mut c_void;
    pub(crate) fn sqlite3_value_type(value: *mut SqlValue) -> c_int;
    pub(crate) fn sqlite3_value_int64(value: *mut SqlValue) -> i64;
    pub(crate) fn sqlite3_value_double(value: *mut SqlValue) -> f64;
    pub(crate) fn sqlite3_value_text(value: *mut SqlValue) -> *const u8;
    pub(crate) fn sqlite3_value_blob(value: *mut SqlValue) -> *const u8;
    pub(crate) fn sqlite3_value_bytes(value: *mut SqlValue) -> c_int;
    pub(crate) fn sqlite3_result_null(context: *mut Context);
    pub(crate) fn sqlite3_result_int64(context: *mut Context, value: i64);
    pub(crate) fn sqlite3_result_double(context: *mut Context, value: f64);
    pub(crate) fn sqlite3_result_text(
        context: *mut Context,
        text: *const u8,
        length: c_int,
        destroy: *mut c_void,
    );
    pub(crate) fn sqlite3_result_blob(
        context: *mut Context,
        bytes: *const u8,
        length: c_int,
        destroy: *mut c_void,
    );
    pub(crate) fn sqlite3_result_zeroblob(context: *mut Context, length: c_int);
    pub(crate) fn sqlite3_result_error(context: *mut Context, text: *const u8, length: c_int);
    pub(crate) fn sqlite3_result_error_nomem(context: *mut Context);
    pub(crate) fn sqlite3_result_error_toobig(context: *mut Context);

    pub(crate) fn sqlite3_serialize(
        db: *mut Db,
        schema: *const c_char,
        size: *mut i64,
        flags: u32,
    ) -> *mut u8;
    pub(crate) fn sqlite3_deserialize(
        db: *mut Db,
        schema: *const c_char,
        data: *mut u8,
        size: i64,
        room: i64,
        flags: u32,
    ) -> c_int;
    pub(crate) fn sqlite3_backup_init(
        target: *mut Db,
        target_name: *const c_char,
        source: *mut Db,
        source_name: *const c_char,
    ) -> *mut Backup;
    pub(crate) fn sqlite3_backup_step(backup: *mut Backup, pages: c_int) -> c_int;
    pub(crate) fn sqlite3_backup_finish(backup: *mut Backup) -> c_int;
    pub(crate) fn sqlite3_backup_remaining(backup: *mut Backup) -> c_int;
    pub(crate) fn sqlite3_backup_pagecount(backup: *mut Backup) -> c_int;
}

#[link(wasm_import_module = "krait")]
unsafe extern "C" {
    /// A call on the session's files (`vfs.rs` has the operations): a result, or an error number as a negative one.
    pub(crate) fn file(operation: c_int, fd: c_int, offset: f64, at: *mut u8, length: usize)
    -> f64;
    /// Calls Python with a request; the length of its answer, or -1 if it cannot be called.
    pub(crate) fn callback(at: *const u8, length: usize) -> c_int;
    /// Copies the answer of the last call of Python.
    pub(crate) fn answer(at: *mut u8);
    /// Milliseconds since the epoch.
    pub(crate) fn now() -> f64;
    /// Bytes fit for cryptography.
    pub(crate) fn entropy(at: *mut u8, length: usize);
}
