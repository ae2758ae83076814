//! What a configuration that is right becomes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use krait_config::{Config, Format, PackagesCache, Source};
use serde_json::json;

fn toml(text: &str) -> Config {
    Config::parse(text, &Source::inline(Format::Toml)).unwrap()
}

fn json(text: &str) -> Config {
    Config::parse(text, &Source::inline(Format::Json)).unwrap()
}

#[test]
fn every_key_is_read_from_both_formats() {
    let from_toml = toml(
        r#"
        name = "demo"
        version = 2.5
        interpreter = "./k.mjs"
        packages = ["a", "./b.whl"]
        packages_cache = "never"
        index_urls = ["./simple"]
        plugins = ["!error", "mine"]
        sync_main_only = true
        debug = true
        experimental_create_proxy = "auto"
        experimental_ffi_timeout = -1
        custom = { deep = [1, 2.5, "x", false] }

        [files]
        "./z.py" = ""
        "./a.py" = "./lib/"

        [[fetch]]
        from = "./data"
        files = ["x.csv"]
        to_folder = "d"

        [js_modules.main]
        "./m.js" = "m"
        "./m.CSS?v=1" = "m"
        [js_modules.worker]
        "./w.js" = "w"
        "#,
    );
    let from_json = json(&from_toml.to_value().to_string());
    for config in [from_toml, from_json] {
        assert_eq!(config.name.as_deref(), Some("demo"));
        assert_eq!(config.version.as_deref(), Some("2.5"));
        assert_eq!(config.interpreter.unwrap().value, "./k.mjs");
        let packages: Vec<_> = config
            .packages
            .iter()
            .map(|package| package.value.as_str())
            .collect();
        assert_eq!(packages, ["a", "./b.whl"]);
        assert_eq!(config.packages_cache, PackagesCache::Never);
        assert_eq!(config.index_urls[0].value, "./simple");
        assert!(!config.plugins.enabled("error"));
        assert!(config.plugins.enabled("py-terminal"));
        assert_eq!(config.plugins.as_slice(), ["!error", "mine"]);
        assert!(config.sync_main_only && config.debug);
        assert_eq!(config.experimental.create_proxy.as_deref(), Some("auto"));
        assert_eq!(config.experimental.ffi_timeout, Some(-1));
        let sources: Vec<_> = config
            .files
            .iter()
            .map(|file| file.source.as_str())
            .collect();
        assert_eq!(sources, ["./z.py", "./a.py"], "order of the text");
        assert_eq!(config.fetch[0].from, "./data");
        assert_eq!(config.fetch[0].to_folder, "d");
        let main = &config.js_modules.main;
        assert_eq!(
            (
                main[0].url.as_str(),
                main[0].name.as_str(),
                main[0].is_css()
            ),
            ("./m.js", "m", false)
        );
        assert!(main[1].is_css());
        assert_eq!(config.js_modules.worker[0].name, "w");
    }
}

#[test]
fn what_says_nothing_is_the_empty_configuration() {
    let empty = Config::empty();
    assert_eq!(empty.to_value(), json!({}));
    for config in [
        toml(""),
        toml(" \n# nothing\n"),
        toml("\u{feff}"),
        json("{}"),
        json("\u{feff} {} \n"),
    ] {
        assert_eq!(config.to_value(), json!({}));
        assert_eq!(config.packages_cache, PackagesCache::On);
        assert!(config.files.is_empty() && config.plugins.enabled("error") && !config.debug);
    }
    let nulls = json(
        r#"{"files": null, "packages": null, "fetch": [{"from": "./a", "files": null}], "js_modules": {"main": null}}"#,
    );
    assert!(
        nulls.files.is_empty() && nulls.packages.is_empty() && nulls.js_modules.main.is_empty()
    );
    assert_eq!(nulls.fetch[0].files, None);
}

#[test]
fn the_whole_is_kept_in_the_order_of_the_text() {
    let config =
        toml("z = 1\nb.y = 2\na = 3\n[m]\nq = 1\nc = 2\n[[l]]\nx = 1\n[[l]]\nb = 2\n[m.k]\n[a2]\n");
    assert_eq!(
        config.to_value().to_string(),
        r#"{"z":1,"b":{"y":2},"a":3,"m":{"q":1,"c":2,"k":{}},"l":[{"x":1},{"b":2}],"a2":{}}"#
    );
    let text = r#"{"z":1,"a":{"y":[],"b":null},"c":-1.5e300,"d":18446744073709551615}"#;
    assert_eq!(
        json(text).to_value().to_string(),
        text.replace("e300", "e+300")
    );
}

#[test]
fn toml_values_that_json_has_not() {
    let config = toml(
        "d = 2026-01-02\nt = 2026-01-02T03:04:05Z\nh = 0xff\nb = 0b101\nu = 1_000\np = +5\nf = 1e3\nm = '''\na\\n'''",
    );
    assert_eq!(
        config.to_value(),
        json!({"d": "2026-01-02", "t": "2026-01-02T03:04:05Z", "h": 255, "b": 5, "u": 1000, "p": 5, "f": 1000.0, "m": "a\\n"})
    );
}

#[test]
fn entries_know_where_they_stand() {
    let text =
        "packages = [\n  \"a\",\n  \"b\"]\n[files]\n\"é.py\" = \"\"\n[[fetch]]\nfrom = \"./x\"\n";
    let config = Config::parse(text, &Source::url("./conf/c.toml", Format::Toml)).unwrap();
    assert_eq!(
        config.packages[1].place.to_string(),
        "./conf/c.toml, line 3, column 3"
    );
    assert_eq!(
        config.files[0].place.to_string(),
        "./conf/c.toml, line 5, column 1"
    );
    assert_eq!(config.files[0].place.base(), Some("./conf/c.toml"));
    assert_eq!(config.fetch[0].place.position.unwrap().line, 6);
    assert_eq!(toml(text).files[0].place.base(), None);
    let config = json("{\"files\":\n {\"a\": \"\"},\n \"fetch\": [\n  {\"from\": \"x\"}]}");
    assert_eq!(
        config.files[0].place.to_string(),
        "inline config, line 2, column 3"
    );
    assert_eq!(
        config.fetch[0].place.to_string(),
        "inline config, line 4, column 3"
    );
}
