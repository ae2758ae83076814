//! What a page says about how its Python is to run: `<py-config>` and `config="..."` become a [`Config`].
//!
//! Text goes in as TOML or JSON and comes out checked. Whatever is wrong with it is a [`ConfigError`] with a
//! code, a place (file or "inline config", line, column) and a sentence that says what to do. The crate fetches
//! nothing and knows no browser: it says which files a page wants ([`FilePlan`]), the page gets them.
//!
//! The crate also holds the one table of error codes of the project ([`ERROR_TABLE`]), because it is the lowest
//! crate that an error on a page comes from.
//!
//! ```
//! use krait_config::{Config, Format, Source};
//!
//! let text = "[files]\n\"{DATA}\" = \"https://example.com/data\"\n\"{DATA}/a.csv\" = \"./data/\"\n";
//! let config = Config::parse(text, &Source::inline(Format::Toml))?;
//! let plan = config.file_plan()?;
//! assert_eq!(plan.files[0].source_url, "https://example.com/data/a.csv");
//! assert_eq!(plan.files[0].dest, "./data/a.csv");
//!
//! let error = Config::parse("packages = 1", &Source::inline(Format::Toml)).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "(PY1000): Invalid config\ninline config, line 1, column 12: `packages` must be a list of strings, \
//!      but it is a number; write for example packages = [\"./lib.whl\"]."
//! );
//! # Ok::<(), krait_config::ConfigError>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod config;
mod config_error;
mod decode;
mod errors;
mod fetch_error;
mod files;
mod format;
mod merge;
mod messages;
mod node;
mod place;
mod read_json;
mod read_toml;

pub use config::{
    Config, Experimental, FetchEntry, FileEntry, JsModule, JsModules, Located, PackagesCache,
    Plugins,
};
pub use config_error::ConfigError;
pub use errors::{ERROR_TABLE, ErrorCode, ErrorEntry, error_table_script};
pub use fetch_error::FetchError;
pub use files::{ArchiveKind, FilePlan, PlannedFile};
pub use format::{Format, Reference, classify};
pub use messages::{
    ambiguous_config, content_and_src, different_configs, fetch_failed, fetch_refused, invalid_url,
    invalid_worker_attribute, too_many_configs,
};
pub use place::{Place, Position, Source};
