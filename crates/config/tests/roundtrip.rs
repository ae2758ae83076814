//! Whatever configuration is printed, as JSON or as TOML, is read back as it was; and no text makes the reader panic.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use krait_config::{Config, Format, Source};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Any value that both formats have: TOML has no null.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has finite numbers only", |x| x.is_finite())
            .prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_./:*{}?#]{0,12}", "\\PC{0,8}", "(.|[\n\r\t\"'\\\\])*"]
}

fn strings() -> impl Strategy<Value = Value> {
    prop::collection::vec(text(), 0..4).prop_map(Value::from)
}

fn string_map() -> impl Strategy<Value = Value> {
    prop::collection::vec((text(), text().prop_map(Value::from)), 0..4)
        .prop_map(|entries| Value::Object(entries.into_iter().collect()))
}

fn fetch() -> impl Strategy<Value = Value> {
    let item = (
        text(),
        prop::option::of(strings()),
        prop::option::of(text()),
        prop::option::of(text()),
    )
        .prop_map(|(from, files, folder, file)| {
            let mut item = Map::new();
            item.insert("from".to_owned(), from.into());
            item.extend(files.map(|files| ("files".to_owned(), files)));
            item.extend(folder.map(|folder| ("to_folder".to_owned(), folder.into())));
            item.extend(file.map(|file| ("to_file".to_owned(), file.into())));
            Value::Object(item)
        });
    prop::collection::vec(item, 0..3).prop_map(Value::from)
}

fn entry() -> impl Strategy<Value = (String, Value)> {
    fn key(
        name: &'static str,
        value: impl Strategy<Value = Value>,
    ) -> impl Strategy<Value = (String, Value)> {
        value.prop_map(move |value| (name.to_owned(), value))
    }
    let modules = (string_map(), string_map())
        .prop_map(|(main, worker)| serde_json::json!({"main": main, "worker": worker}));
    prop_oneof![
        key("files", string_map()),
        key("fetch", fetch()),
        key("packages", strings()),
        key("plugins", strings()),
        key("js_modules", modules),
        key("debug", any::<bool>().prop_map(Value::from)),
        key(
            "experimental_ffi_timeout",
            any::<i64>().prop_map(Value::from)
        ),
        key(
            "packages_cache",
            prop::sample::select(vec!["never", "all", "passthrough"]).prop_map(Value::from)
        ),
        ("custom_[a-z]{1,3}", value()),
    ]
}

fn config() -> impl Strategy<Value = Value> {
    prop::collection::vec(entry(), 0..6)
        .prop_map(|entries| Value::Object(entries.into_iter().collect()))
}

/// What a configuration says, without the places.
fn said(config: &Config) -> String {
    let files: Vec<_> = config
        .files
        .iter()
        .map(|file| (&file.source, &file.dest))
        .collect();
    let fetch: Vec<_> = config
        .fetch
        .iter()
        .map(|item| (&item.from, &item.files, &item.to_folder, &item.to_file))
        .collect();
    let packages: Vec<_> = config
        .packages
        .iter()
        .map(|package| &package.value)
        .collect();
    let modules: Vec<_> = config
        .js_modules
        .main
        .iter()
        .map(|module| (&module.url, &module.name))
        .collect();
    let plan = config
        .file_plan()
        .map_err(|error| error.to_string().lines().next().map(str::to_owned));
    let plan = plan.map(|plan| {
        plan.files
            .into_iter()
            .map(|file| (file.source_url, file.dest, file.unpack))
            .collect::<Vec<_>>()
    });
    format!(
        "{files:?} {fetch:?} {packages:?} {modules:?} {plan:?} {:?} {:?} {:?} {}",
        config.plugins, config.packages_cache, config.experimental, config.debug
    )
}

proptest! {
    // No files beside the tests: a failure prints the input that shrinking led to.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_printed_and_read_is_the_same(value in config(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let config = Config::parse(&text, &Source::inline(Format::Json)).unwrap();
        // The text, not the value: maps are equal in any order.
        prop_assert_eq!(config.to_value().to_string(), value.to_string());
        let direct = Config::from_value(&value, &Source::inline(Format::Json)).unwrap();
        prop_assert_eq!(said(&config), said(&direct));
    }

    #[test]
    fn toml_printed_and_read_is_the_same(value in config(), pretty in any::<bool>()) {
        let text = if pretty { toml::to_string_pretty(&value) } else { toml::to_string(&value) }.unwrap();
        let config = Config::parse(&text, &Source::inline(Format::Toml)).unwrap();
        // TOML puts tables last, so only the order of plain keys is kept: compared as values.
        prop_assert_eq!(&config.to_value(), &value);
        let again = Config::parse(&config.to_value().to_string(), &Source::inline(Format::Json)).unwrap();
        prop_assert_eq!(said(&config), said(&again));
    }

    #[test]
    fn no_text_makes_it_panic(text in "([\\[\\]{}=\",'#.\n a-c0-9\\\\é]|\"files\"|fetch){0,60}") {
        for format in [Format::Toml, Format::Json] {
            match Config::parse(&text, &Source::inline(format)) {
                Ok(config) => drop(config.file_plan()),
                Err(error) => {
                    let position = error.place().unwrap().position.unwrap();
                    let lines = text.split('\n').count();
                    prop_assert!(position.line >= 1 && position.line as usize <= lines, "{error}");
                    let line = text.split('\n').nth(position.line as usize - 1).unwrap();
                    prop_assert!(position.column as usize <= line.chars().count() + 1, "{error}");
                }
            }
        }
    }

    #[test]
    fn merging_is_associative(a in config(), b in config(), c in config()) {
        let read = |value: &Value| Config::from_value(value, &Source::inline(Format::Json)).unwrap();
        let (a, b, c) = (read(&a), read(&b), read(&c));
        let left = a.merge(&b).and_then(|ab| ab.merge(&c));
        let right = b.merge(&c).and_then(|bc| a.merge(&bc));
        if let (Ok(left), Ok(right)) = (left, right) {
            prop_assert_eq!(left.to_value(), right.to_value());
        }
    }
}
