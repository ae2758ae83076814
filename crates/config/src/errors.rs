//! The one table of error codes. Every failure that a page shows has its code from here, whatever crate or
//! script it comes from; `www/src/error-table.ts` is [`error_table_script`].

use std::fmt;

use serde::Serialize;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ErrorEntry {
    /// The code as users see it, `PY0404`.
    pub code: &'static str,
    /// The name in constants, `FETCH_NOT_FOUND_ERROR`.
    pub name: &'static str,
    /// What someone who sees the code can do.
    pub advice: &'static str,
}

macro_rules! error_table {
    ($($variant:ident = $code:literal $name:literal $advice:literal;)*) => {
        /// A code of the table. Codes that begin with `PY` mean what they mean in PyScript, `KR` are our own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $code, "` ", $name, ": ", $advice)] $variant,)*
        }

        /// All codes, sorted by code: first `KR`, then `PY`.
        pub const ERROR_TABLE: &[ErrorEntry] = &[
            $(ErrorEntry { code: $code, name: $name, advice: $advice },)*
        ];

        impl ErrorCode {
            /// All codes in the order of [`ERROR_TABLE`].
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The row of this code.
            #[must_use]
            pub const fn entry(self) -> &'static ErrorEntry {
                &ERROR_TABLE[self as usize]
            }
        }
    };
}

error_table! {
    WasmDownload = "KR0001" "WASM_DOWNLOAD_FAILED"
        "The kernel's .wasm file did not arrive: check that the whole pkg folder is on the server and that the connection works, then reload.";
    WasmCompile = "KR0002" "WASM_COMPILE_FAILED"
        "The browser refused the kernel's .wasm file: check that the file is complete, is served as application/wasm, and that the Content-Security-Policy has 'wasm-unsafe-eval' in script-src.";
    MissingFeature = "KR0003" "MISSING_BROWSER_FEATURE"
        "This browser lacks a feature that the kernel needs: update it, or use a current Firefox, Chrome, Edge or Safari.";
    SessionDead = "KR0004" "SESSION_DEAD"
        "The Python session was stopped by a fault that it cannot continue from: reload the page, and report the code that led to it.";
    LibraryArchive = "KR0005" "LIBRARY_ARCHIVE_FAILED"
        "A standard library archive did not arrive or is damaged: check that the krait-*.bin files lie beside the .wasm file and belong to the same release.";
    Snapshot = "KR0006" "SNAPSHOT_REFUSED"
        "A snapshot is of one build and whole: make a new one with kernel.snapshot() of this release.";
    Generic = "PY0000" "GENERIC"
        "Something failed that has no code of its own: read the message and the browser's console.";
    Fetch = "PY0001" "FETCH_ERROR"
        "A file could not be fetched: check the URL and the connection, and open the page through a web server, not from the disk.";
    Unauthorized = "PY0401" "FETCH_UNAUTHORIZED_ERROR"
        "The server wants a login for this file: log in, or put the file where it can be read without.";
    Forbidden = "PY0403" "FETCH_FORBIDDEN_ERROR"
        "The server refuses to give this file: check its permissions.";
    NotFound = "PY0404" "FETCH_NOT_FOUND_ERROR"
        "There is no file under this URL: check its name, its upper and lower case, and its folder.";
    Conflict = "PY0409" "CONFLICTING_CODE"
        "Two parts of the page contradict each other: keep one of them.";
    ServerError = "PY0500" "FETCH_SERVER_ERROR"
        "The server failed while it answered: try again later, or look into its log.";
    Unavailable = "PY0503" "FETCH_UNAVAILABLE_ERROR"
        "The server is overloaded or down: try again later.";
    BadConfig = "PY1000" "BAD_CONFIG"
        "The configuration of the page is wrong: correct it in the place that the message names.";
    Packages = "PY1001" "MICROPIP_INSTALL_ERROR"
        "A package was not installed: put a wheel of pure Python on the server and unpack it with `files`, \"./name.whl\" = \"./*\".";
}

impl ErrorCode {
    /// The code as users see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.entry().code
    }

    /// The code for an HTTP status that is not a success. What has no code of its own is [`Self::Fetch`].
    #[must_use]
    pub const fn for_http_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            500 => Self::ServerError,
            503 => Self::Unavailable,
            _ => Self::Fetch,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The table as the TypeScript module `www/src/error-table.ts`.
#[must_use]
pub fn error_table_script() -> String {
    let rows: String = ERROR_TABLE
        .iter()
        .map(|row| {
            let [code, name, advice] = [row.code, row.name, row.advice]
                .map(|text| serde_json::Value::from(text).to_string());
            format!(
                "  {{\n    code: {code},\n    name: {name},\n    advice:\n      {advice},\n  }},\n"
            )
        })
        .collect();
    format!(
        "// Made from the table of `krait-config`: `cargo run -p krait-config --example error_table`.\n\n\
         /** Every code, sorted, with what it is called and what can be done about it. */\n\
         export const ERROR_TABLE = [\n{rows}] as const;\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_unique_and_belong_to_their_code() {
        let codes: Vec<_> = ERROR_TABLE.iter().map(|row| row.code).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
        let mut names: Vec<_> = ERROR_TABLE.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ERROR_TABLE.len());
        assert_eq!(ErrorCode::ALL.len(), ERROR_TABLE.len());
        for (code, row) in ErrorCode::ALL.iter().zip(ERROR_TABLE) {
            assert_eq!(code.entry(), row);
            assert!(row.advice.ends_with('.'), "{}", row.code);
        }
    }

    #[test]
    fn codes_keep_their_meaning() {
        for (code, text) in [
            (ErrorCode::Generic, "PY0000"),
            (ErrorCode::Fetch, "PY0001"),
            (ErrorCode::Unauthorized, "PY0401"),
            (ErrorCode::Forbidden, "PY0403"),
            (ErrorCode::NotFound, "PY0404"),
            (ErrorCode::Conflict, "PY0409"),
            (ErrorCode::ServerError, "PY0500"),
            (ErrorCode::Unavailable, "PY0503"),
            (ErrorCode::BadConfig, "PY1000"),
            (ErrorCode::WasmDownload, "KR0001"),
            (ErrorCode::WasmCompile, "KR0002"),
            (ErrorCode::MissingFeature, "KR0003"),
            (ErrorCode::SessionDead, "KR0004"),
            (ErrorCode::LibraryArchive, "KR0005"),
        ] {
            assert_eq!(code.to_string(), text);
        }
    }

    #[test]
    fn the_loader_has_the_same_table() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/src/error-table.ts");
        let text = std::fs::read_to_string(file).unwrap();
        assert!(
            text == error_table_script(),
            "www/src/error-table.ts is another table: `cargo run -p krait-config --example error_table` writes it"
        );
    }

    #[test]
    fn http_statuses_have_codes() {
        for (status, code) in [
            (401, "PY0401"),
            (403, "PY0403"),
            (404, "PY0404"),
            (500, "PY0500"),
            (503, "PY0503"),
            (410, "PY0001"),
            (502, "PY0001"),
        ] {
            assert_eq!(ErrorCode::for_http_status(status).as_str(), code);
        }
    }
}
