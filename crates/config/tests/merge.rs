//! One configuration laid over another.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use krait_config::{Config, Format, Source};
use serde_json::{Value, json};

fn merged(earlier: &Value, later: &Value) -> Config {
    let page = Config::parse(
        &earlier.to_string(),
        &Source::url("/page/c.json", Format::Json),
    )
    .unwrap();
    let script = Config::parse(&later.to_string(), &Source::inline(Format::Json)).unwrap();
    page.merge(&script).unwrap()
}

#[test]
fn the_rule_key_by_key() {
    for (earlier, later, expected) in [
        (json!({}), json!({"debug": true}), json!({"debug": true})),
        (json!({"debug": true}), json!({}), json!({"debug": true})),
        (
            json!({"debug": true, "name": "a"}),
            json!({"debug": false}),
            json!({"debug": false, "name": "a"}),
        ),
        (
            json!({"files": {"a": "1", "b": "2"}}),
            json!({"files": {"a": "3", "c": "4"}}),
            json!({"files": {"a": "3", "b": "2", "c": "4"}}),
        ),
        (
            json!({"files": {"a": "1"}}),
            json!({"files": null}),
            json!({"files": {"a": "1"}}),
        ),
        (
            json!({"files": null}),
            json!({"files": {"a": "1"}}),
            json!({"files": {"a": "1"}}),
        ),
        (
            json!({"js_modules": {"main": {"a": "x"}}}),
            json!({"js_modules": {"main": {"a": "y", "b": "z"}, "worker": {"w": "w"}}}),
            json!({"js_modules": {"main": {"a": "y", "b": "z"}, "worker": {"w": "w"}}}),
        ),
        (
            json!({"packages": ["numpy", "My_Pkg>=1", "./a.whl", "https://e.com/x-1.whl"]}),
            json!({"packages": ["my-pkg==2", "attrs", "./a.whl", "https://e.com/x-2.whl", "numpy[extra]"]}),
            json!({"packages": ["numpy[extra]", "my-pkg==2", "./a.whl", "https://e.com/x-1.whl", "attrs", "https://e.com/x-2.whl"]}),
        ),
        (
            json!({"packages": ["a"]}),
            json!({"packages": []}),
            json!({"packages": ["a"]}),
        ),
        (
            json!({"packages": ["a==1", "a==2", "b"]}),
            json!({"packages": ["A==3", "", "*"]}),
            json!({"packages": ["A==3", "b", "", "*"]}),
        ),
        (
            json!({"plugins": ["!error"]}),
            json!({"plugins": ["!error", "!donkey"]}),
            json!({"plugins": ["!error", "!donkey"]}),
        ),
        (
            json!({"fetch": [{"from": "a"}]}),
            json!({"fetch": [{"from": "b"}, {"from": "a"}]}),
            json!({"fetch": [{"from": "a"}, {"from": "b"}]}),
        ),
        (
            json!({"index_urls": ["a"]}),
            json!({"index_urls": ["b"]}),
            json!({"index_urls": ["b"]}),
        ),
        (
            json!({"custom": {"a": 1}}),
            json!({"custom": {"b": 2}}),
            json!({"custom": {"b": 2}}),
        ),
        (
            json!({"custom": [1]}),
            json!({"custom": null}),
            json!({"custom": null}),
        ),
    ] {
        let config = merged(&earlier, &later);
        assert_eq!(
            config.to_value().to_string(),
            expected.to_string(),
            "{earlier} + {later}"
        );
    }
}

#[test]
fn entries_keep_their_base() {
    let config = merged(
        &json!({"files": {"a": "", "b": ""}}),
        &json!({"files": {"b": "x", "c": ""}}),
    );
    let plan = config.file_plan().unwrap();
    let bases: Vec<_> = plan
        .files
        .iter()
        .map(|file| (file.source_url.as_str(), file.base()))
        .collect();
    assert_eq!(
        bases,
        [("a", Some("/page/c.json")), ("b", None), ("c", None)]
    );
}

#[test]
fn one_relative_url_with_two_bases_is_two_files() {
    let read = |text, source| Config::parse(text, &source).unwrap();
    let page = read(
        "[files]\n\"a.py\" = \"\"",
        Source::url("/page/c.toml", Format::Toml),
    );
    let fetch = "[[fetch]]\nfrom = \"a.py\"";
    let beside = read(fetch, Source::url("/page/c.toml", Format::Toml));
    assert_eq!(
        page.merge(&beside)
            .unwrap()
            .file_plan()
            .unwrap()
            .files
            .len(),
        1
    );
    let elsewhere = read(fetch, Source::inline(Format::Toml));
    let text = page.merge(&elsewhere).unwrap_err().to_string();
    assert!(
        text.starts_with("(PY1000): Duplicated destination: ./a.py\ninline config, line 1"),
        "{text}"
    );
}

#[test]
fn a_later_template_holds_for_earlier_files() {
    let config = merged(
        &json!({"files": {"{D}": "./one", "{D}/a": ""}}),
        &json!({"files": {"{D}": "./two", "{D}/b": ""}}),
    );
    let plan = config.file_plan().unwrap();
    let urls: Vec<_> = plan
        .files
        .iter()
        .map(|file| file.source_url.as_str())
        .collect();
    assert_eq!(urls, ["./two/a", "./two/b"]);
}

#[test]
fn two_files_in_one_place_are_an_error_of_the_later() {
    let page = Config::parse(
        "[files]\n\"a.py\" = \"\"",
        &Source::url("p.toml", Format::Toml),
    )
    .unwrap();
    let script = Config::parse(
        "[files]\n\n\"b.py\" = \"a.py\"",
        &Source::inline(Format::Toml),
    )
    .unwrap();
    assert_eq!(
        page.merge(&script).unwrap_err().to_string(),
        "(PY1000): Duplicated destination: ./a.py\ninline config, line 3, column 1: a.py and b.py would both be stored there; give one of them another destination."
    );
}

#[test]
fn the_empty_configuration_changes_nothing() {
    let text = "z = 1\npackages = [\"a\"]\n[files]\n\"a.py\" = \"\"";
    let config = Config::parse(text, &Source::inline(Format::Toml)).unwrap();
    assert_eq!(
        config.merge(&Config::empty()).unwrap().to_value(),
        config.to_value()
    );
    assert_eq!(
        Config::empty().merge(&config).unwrap().to_value(),
        config.to_value()
    );
}
