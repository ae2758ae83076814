//! A checked configuration.

use serde_json::Value;

use crate::node::Node;
use crate::{ConfigError, FilePlan, Format, Place, Source};
use crate::{decode, files, merge, read_json, read_toml};

/// A value and where it stands, which is also what relative URLs in it are relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A configuration: the keys that mean something, checked, and the whole as it was written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// `interpreter`: which interpreter an author asked for.
    pub interpreter: Option<Located<String>>,
    /// `files`, with templates not yet expanded; see [`Config::file_plan`].
    pub files: Vec<FileEntry>,
    /// `fetch`, the older way to name files.
    pub fetch: Vec<FetchEntry>,
    /// `packages`.
    pub packages: Vec<Located<String>>,
    /// `packages_cache`.
    pub packages_cache: PackagesCache,
    /// `index_urls`.
    pub index_urls: Vec<Located<String>>,
    /// `js_modules`.
    pub js_modules: JsModules,
    /// `plugins`.
    pub plugins: Plugins,
    /// `sync_main_only`.
    pub sync_main_only: bool,
    /// `debug`.
    pub debug: bool,
    /// The keys that begin with `experimental_`.
    pub experimental: Experimental,
    /// `name`.
    pub name: Option<String>,
    /// `version`.
    pub version: Option<String>,
    pub(crate) root: Node,
}

/// One entry of `files`: `source = "dest"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// A URL, or `{NAME}` if the entry defines a template.
    pub source: String,
    /// A path, `""`, a folder that ends with `/` or `/*`; or what the template stands for.
    pub dest: String,
    /// Where the entry stands.
    pub place: Place,
}

/// One item of `fetch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchEntry {
    /// `from`: a URL, or the folder of `files`.
    pub from: String,
    /// `files`: names in that folder.
    pub files: Option<Vec<String>>,
    /// `to_folder`, `.` if it is not given.
    pub to_folder: String,
    /// `to_file`.
    pub to_file: Option<String>,
    /// Where the item stands.
    pub place: Place,
}

/// `packages_cache`: whether resolved packages are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PackagesCache {
    /// Remember them.
    #[default]
    On,
    /// `"never"`: forget them.
    Never,
    /// `"passthrough"`: leave it to the interpreter's own loader.
    Passthrough,
    /// `"all"`: remember them even if some are local.
    All,
}

/// `js_modules`: JavaScript modules that Python imports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsModules {
    /// For the main thread.
    pub main: Vec<JsModule>,
    /// For workers.
    pub worker: Vec<JsModule>,
}

/// One JavaScript module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsModule {
    /// Its URL as written, relative to [`Place::base`].
    pub url: String,
    /// Its name in `pyscript.js_modules`.
    pub name: String,
    /// Where the entry stands.
    pub place: Place,
}

impl JsModule {
    /// Whether it is a style sheet, which is linked rather than imported.
    #[must_use]
    pub fn is_css(&self) -> bool {
        let path = crate::format::path_of(&self.url);
        path.rsplit_once('.')
            .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("css"))
    }
}

/// `plugins`: built-in plugins that are switched off, as `"!error"`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plugins(pub(crate) Vec<String>);

impl Plugins {
    /// Whether the built-in plugin of this name is to run.
    #[must_use]
    pub fn enabled(&self, name: &str) -> bool {
        !self
            .0
            .iter()
            .any(|plugin| plugin.strip_prefix('!') == Some(name))
    }

    /// The list as it was written.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

/// Keys that begin with `experimental_` and mean something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Experimental {
    /// `experimental_create_proxy`, as `"auto"`.
    pub create_proxy: Option<String>,
    /// `experimental_ffi_timeout`: for how many milliseconds a worker may reuse what it has read from the page.
    pub ffi_timeout: Option<i64>,
}

impl Config {
    /// Reads the text of a configuration.
    ///
    /// # Errors
    /// If the text is not what [`Source::format`] says, names a key twice, or gives a known key a value that it
    /// cannot have.
    pub fn parse(text: &str, source: &Source) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        decode::config(match source.format() {
            Format::Toml => read_toml::read(text, source)?,
            Format::Json => read_json::read(text, source)?,
        })
    }

    /// Takes a configuration that is a value already: from JavaScript, or from a `config-parser`.
    ///
    /// # Errors
    /// As [`Config::parse`], but without line and column.
    pub fn from_value(value: &Value, source: &Source) -> Result<Self, ConfigError> {
        decode::config(Node::from_value(value, source))
    }

    /// The configuration that says nothing.
    #[must_use]
    pub fn empty() -> Self {
        decode::empty(&Source::inline(Format::Toml))
    }

    /// This configuration with a later one laid over it, as that of a page with that of a script:
    ///
    /// - `files`, `js_modules.main` and `js_modules.worker` are joined; under the same key the later value holds, in
    ///   the place of the earlier one, so that templates stay before their uses;
    /// - `packages` are joined; a later requirement for the same package replaces the earlier one;
    /// - `fetch` and `plugins` are joined, without repetitions;
    /// - for any other key, custom ones included, the later value holds.
    ///
    /// Every entry keeps its place, so what is relative to the one file stays relative to it. Templates are expanded
    /// after the merge: a later `{NAME}` also holds for the earlier files.
    ///
    /// # Errors
    /// If the two do not go together in one plan of files.
    pub fn merge(&self, later: &Self) -> Result<Self, ConfigError> {
        let merged = decode::config(merge::merge(&self.root, &later.root))?;
        merged.file_plan()?;
        Ok(merged)
    }

    /// Which files to fetch and where to put them.
    ///
    /// # Errors
    /// For an unknown template, two files under one path, an archive of an unknown kind, or an entry whose file name
    /// cannot be found out.
    pub fn file_plan(&self) -> Result<FilePlan, ConfigError> {
        files::plan(&self.files, &self.fetch)
    }

    /// The whole configuration with every key in the order of the text: what `pyscript.config` shows.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.root.to_value()
    }
}
