//! The keys that mean something, out of the tree, each with a check that says what was expected.

use serde_json::{Value, json};

use crate::config::{
    Config, Experimental, FetchEntry, FileEntry, JsModule, JsModules, Located, PackagesCache,
    Plugins,
};
use crate::node::{Entry, Kind, Node};
use crate::{ConfigError, Format, Place, Source};

pub(crate) fn empty(source: &Source) -> Config {
    let place = Place {
        source: source.clone(),
        position: None,
    };
    blank(Node {
        kind: Kind::Map(Vec::new()),
        place,
    })
}

fn blank(root: Node) -> Config {
    Config {
        interpreter: None,
        files: Vec::new(),
        fetch: Vec::new(),
        packages: Vec::new(),
        packages_cache: PackagesCache::default(),
        index_urls: Vec::new(),
        js_modules: JsModules::default(),
        plugins: Plugins::default(),
        sync_main_only: false,
        debug: false,
        experimental: Experimental::default(),
        name: None,
        version: None,
        root,
    }
}

pub(crate) fn config(root: Node) -> Result<Config, ConfigError> {
    let Kind::Map(entries) = &root.kind else {
        return Err(ConfigError::Schema {
            place: root.place.clone(),
            what: format!(
                "a configuration must be a map of keys to values, but it is {}; write for example {}.",
                root.kind_name(),
                json!({"packages": ["./lib.whl"]}),
            ),
        });
    };
    let entries = entries.clone();
    let mut config = blank(root);
    for entry in &entries {
        // null is how JSON says that a key is not there.
        if !matches!(entry.value.kind, Kind::Null) {
            key(&mut config, entry)?;
        }
    }
    Ok(config)
}

fn key(config: &mut Config, entry: &Entry) -> Result<(), ConfigError> {
    let name = entry.key.as_str();
    let field = Field {
        path: name.to_owned(),
        node: &entry.value,
    };
    match name {
        "interpreter" => {
            let example = json!("./krait.mjs");
            config.interpreter = Some(Located {
                value: field.string(&example)?,
                place: field.place(),
            });
        }
        "files" => config.files = files(&field)?,
        "fetch" => config.fetch = fetch(&field)?,
        "packages" => config.packages = field.strings(&json!(["./lib.whl"]))?,
        "packages_cache" => config.packages_cache = packages_cache(&field)?,
        "index_urls" => config.index_urls = field.strings(&json!(["./simple"]))?,
        "js_modules" => config.js_modules = js_modules(&field)?,
        "plugins" => {
            let plugins = field.strings(&json!(["!error"]))?;
            config.plugins = Plugins(plugins.into_iter().map(|plugin| plugin.value).collect());
        }
        "sync_main_only" => config.sync_main_only = field.boolean()?,
        "debug" => config.debug = field.boolean()?,
        "experimental_create_proxy" => {
            config.experimental.create_proxy = Some(field.string(&json!("auto"))?)
        }
        "experimental_ffi_timeout" => {
            config.experimental.ffi_timeout = Some(field.integer(&json!(30))?)
        }
        "name" => config.name = Some(field.string(&json!("my page"))?),
        "version" => config.version = Some(version(&field)?),
        _ => {}
    }
    Ok(())
}

/// A list is what people write first, so the sentence shows their own files as a map.
fn files(field: &Field<'_>) -> Result<Vec<FileEntry>, ConfigError> {
    let example = match &field.node.kind {
        Kind::List(items) => items
            .iter()
            .filter_map(|item| match &item.kind {
                Kind::String(source) => Some((source.clone(), Value::from(""))),
                _ => None,
            })
            .take(3)
            .collect(),
        Kind::String(source) => [(source.clone(), Value::from(""))].into_iter().collect(),
        _ => serde_json::Map::new(),
    };
    let example = if example.is_empty() {
        json!({"./data.csv": ""})
    } else {
        Value::Object(example)
    };
    field
        .map("a map of sources to destinations", &example)?
        .iter()
        .map(|entry| {
            let dest = field.child(entry).string(&json!("./data.csv"))?;
            Ok(FileEntry {
                source: entry.key.clone(),
                dest,
                place: entry.place.clone(),
            })
        })
        .collect()
}

fn fetch(field: &Field<'_>) -> Result<Vec<FetchEntry>, ConfigError> {
    let example = json!([{"from": "./data/", "files": ["a.csv"]}]);
    field
        .list("a list of maps", &example)?
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let item = Field {
                path: format!("{}[{index}]", field.path),
                node: item,
            };
            let mut fetch = FetchEntry {
                from: String::new(),
                files: None,
                to_folder: ".".to_owned(),
                to_file: None,
                place: item.place(),
            };
            for entry in item.map("a map", &json!({"from": "./data/a.csv"}))? {
                let child = item.child(entry);
                match entry.key.as_str() {
                    _ if matches!(entry.value.kind, Kind::Null) => {}
                    "from" => fetch.from = child.string(&json!("./data/"))?,
                    "files" => {
                        let files = child.strings(&json!(["a.csv"]))?;
                        fetch.files = Some(files.into_iter().map(|file| file.value).collect());
                    }
                    "to_folder" => fetch.to_folder = child.string(&json!("./data"))?,
                    "to_file" => fetch.to_file = Some(child.string(&json!("a.csv"))?),
                    _ => {}
                }
            }
            Ok(fetch)
        })
        .collect()
}

fn packages_cache(field: &Field<'_>) -> Result<PackagesCache, ConfigError> {
    let example = json!("never");
    match field.string(&example)?.as_str() {
        "never" => Ok(PackagesCache::Never),
        "passthrough" => Ok(PackagesCache::Passthrough),
        "all" => Ok(PackagesCache::All),
        other => Err(field.error(&format!(
            "must be \"never\", \"passthrough\" or \"all\", but it is \"{other}\"; leave it out for the default."
        ))),
    }
}

fn js_modules(field: &Field<'_>) -> Result<JsModules, ConfigError> {
    let whole = json!({"main": {"./lib.js": "lib"}});
    let mut modules = JsModules::default();
    for entry in field.map("a map with the keys `main` and `worker`", &whole)? {
        let child = field.child(entry);
        let target = match entry.key.as_str() {
            "main" => &mut modules.main,
            "worker" => &mut modules.worker,
            other => {
                return Err(ConfigError::Schema {
                    place: entry.place.clone(),
                    what: format!(
                        "`js_modules` has the keys `main` and `worker`, but here is `{other}`; write for example {}.",
                        assignment(entry.place.source.format(), "js_modules", &whole)
                    ),
                });
            }
        };
        if matches!(entry.value.kind, Kind::Null) {
            continue;
        }
        for entry in child.map("a map of URLs to names", &json!({"./lib.js": "lib"}))? {
            let name = child.child(entry).string(&json!("lib"))?;
            target.push(JsModule {
                url: entry.key.clone(),
                name,
                place: entry.place.clone(),
            });
        }
    }
    Ok(modules)
}

/// Versions are written as numbers too.
fn version(field: &Field<'_>) -> Result<String, ConfigError> {
    match &field.node.kind {
        Kind::Number(number) => Ok(number.to_string()),
        _ => field.string(&json!("1.0")),
    }
}

/// A value and the way to it, for the sentences about it.
struct Field<'n> {
    path: String,
    node: &'n Node,
}

impl<'n> Field<'n> {
    fn place(&self) -> Place {
        self.node.place.clone()
    }

    fn child<'c>(&self, entry: &'c Entry) -> Field<'c> {
        let is_word = entry
            .key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
        let key = if is_word && !entry.key.is_empty() {
            entry.key.clone()
        } else {
            format!("\"{}\"", entry.key)
        };
        Field {
            path: format!("{}.{key}", self.path),
            node: &entry.value,
        }
    }

    fn string(&self, example: &Value) -> Result<String, ConfigError> {
        match &self.node.kind {
            Kind::String(value) => Ok(value.clone()),
            _ => Err(self.expected("a string", example)),
        }
    }

    fn boolean(&self) -> Result<bool, ConfigError> {
        match &self.node.kind {
            Kind::Bool(value) => Ok(*value),
            _ => Err(self.expected("true or false", &json!(true))),
        }
    }

    fn integer(&self, example: &Value) -> Result<i64, ConfigError> {
        match &self.node.kind {
            Kind::Number(value) if value.is_i64() => Ok(value.as_i64().unwrap_or_default()),
            _ => Err(self.expected("a whole number", example)),
        }
    }

    fn list(&self, expected: &str, example: &Value) -> Result<&'n [Node], ConfigError> {
        match &self.node.kind {
            Kind::List(items) => Ok(items),
            _ => Err(self.expected(expected, example)),
        }
    }

    fn map(&self, expected: &str, example: &Value) -> Result<&'n [Entry], ConfigError> {
        match &self.node.kind {
            Kind::Map(entries) => Ok(entries),
            _ => Err(self.expected(expected, example)),
        }
    }

    fn strings(&self, example: &Value) -> Result<Vec<Located<String>>, ConfigError> {
        let item_example = example.get(0).cloned().unwrap_or_default();
        self.list("a list of strings", example)?
            .iter()
            .enumerate()
            .map(|(index, node)| {
                let item = Field {
                    path: format!("{}[{index}]", self.path),
                    node,
                };
                Ok(Located {
                    value: item.string(&item_example)?,
                    place: item.place(),
                })
            })
            .collect()
    }

    fn expected(&self, expected: &str, example: &Value) -> ConfigError {
        // The way to an item or to an entry is no key that could be written, so only its value is shown.
        let written = if self.path.contains(['.', '[']) {
            literal(self.node.place.source.format(), example)
        } else {
            assignment(self.node.place.source.format(), &self.path, example)
        };
        let found = self.node.kind_name();
        self.error(&format!(
            "must be {expected}, but it is {found}; write for example {written}."
        ))
    }

    fn error(&self, what: &str) -> ConfigError {
        ConfigError::Schema {
            place: self.place(),
            what: format!("`{}` {what}", self.path),
        }
    }
}

/// A key with a value as one would write it in the format.
fn assignment(format: Format, key: &str, value: &Value) -> String {
    match format {
        Format::Toml => format!("{key} = {}", literal(format, value)),
        Format::Json => format!("{}: {}", Value::from(key), literal(format, value)),
    }
}

fn literal(format: Format, value: &Value) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match (value, format) {
        (Value::Object(map), Format::Json) => {
            let entry = |(key, value): (&String, &Value)| {
                format!("{}: {}", Value::from(key.as_str()), literal(format, value))
            };
            format!("{{{}}}", join(map.iter().map(entry).collect()))
        }
        (Value::Object(map), Format::Toml) => {
            let bare = |key: &str| {
                !key.is_empty()
                    && key
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
            };
            let entry = |(key, value): (&String, &Value)| {
                let key = if bare(key) {
                    key.clone()
                } else {
                    Value::from(key.as_str()).to_string()
                };
                format!("{key} = {}", literal(format, value))
            };
            format!("{{ {} }}", join(map.iter().map(entry).collect()))
        }
        (Value::Array(items), _) => format!(
            "[{}]",
            join(items.iter().map(|item| literal(format, item)).collect())
        ),
        (scalar, _) => scalar.to_string(),
    }
}
