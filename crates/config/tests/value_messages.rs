//! The text of every error about a value that a key cannot have, with its line and column.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use krait_config::{Config, ErrorCode, Format, Source};
use support::error;

#[test]
fn values_of_the_wrong_type() {
    for (toml, json, place, what) in [
        (
            "packages = \"numpy\"",
            "{\"packages\":\"numpy\"}",
            [(1, 12), (1, 13)],
            (
                "`packages` must be a list of strings, but it is a string",
                "packages = [\"./lib.whl\"]",
                "\"packages\": [\"./lib.whl\"]",
            ),
        ),
        (
            "packages = [\n\"a\",\n1]",
            "{\"packages\": [\n\"a\",\n1]}",
            [(3, 1), (3, 1)],
            (
                "`packages[1]` must be a string, but it is a number",
                "\"./lib.whl\"",
                "\"./lib.whl\"",
            ),
        ),
        (
            "files = [\"./a.py\", \"./b.py\"]",
            "{\"files\": [\"./a.py\", \"./b.py\"]}",
            [(1, 9), (1, 11)],
            (
                "`files` must be a map of sources to destinations, but it is a list",
                "files = { \"./a.py\" = \"\", \"./b.py\" = \"\" }",
                "\"files\": {\"./a.py\": \"\", \"./b.py\": \"\"}",
            ),
        ),
        (
            "files = \"./a.py\"",
            "{\"files\": \"./a.py\"}",
            [(1, 9), (1, 11)],
            (
                "`files` must be a map of sources to destinations, but it is a string",
                "files = { \"./a.py\" = \"\" }",
                "\"files\": {\"./a.py\": \"\"}",
            ),
        ),
        (
            "files = []",
            "{\"files\": []}",
            [(1, 9), (1, 11)],
            (
                "`files` must be a map of sources to destinations, but it is a list",
                "files = { \"./data.csv\" = \"\" }",
                "\"files\": {\"./data.csv\": \"\"}",
            ),
        ),
        (
            "[files]\n\"./a.py\" = true",
            "{\"files\":\n{\"./a.py\": true}}",
            [(2, 12), (2, 12)],
            (
                "`files.\"./a.py\"` must be a string, but it is a boolean",
                "\"./data.csv\"",
                "\"./data.csv\"",
            ),
        ),
        (
            "fetch = 1",
            "{\"fetch\": 1}",
            [(1, 9), (1, 11)],
            (
                "`fetch` must be a list of maps, but it is a number",
                "fetch = [{ from = \"./data/\", files = [\"a.csv\"] }]",
                "\"fetch\": [{\"from\": \"./data/\", \"files\": [\"a.csv\"]}]",
            ),
        ),
        (
            "fetch = [1]",
            "{\"fetch\": [1]}",
            [(1, 10), (1, 12)],
            (
                "`fetch[0]` must be a map, but it is a number",
                "{ from = \"./data/a.csv\" }",
                "{\"from\": \"./data/a.csv\"}",
            ),
        ),
        (
            "[[fetch]]\nfrom = 1",
            "{\"fetch\": [{\n\"from\": 1}]}",
            [(2, 8), (2, 9)],
            (
                "`fetch[0].from` must be a string, but it is a number",
                "\"./data/\"",
                "\"./data/\"",
            ),
        ),
        (
            "js_modules = []",
            "{\"js_modules\": []}",
            [(1, 14), (1, 16)],
            (
                "`js_modules` must be a map with the keys `main` and `worker`, but it is a list",
                "js_modules = { main = { \"./lib.js\" = \"lib\" } }",
                "\"js_modules\": {\"main\": {\"./lib.js\": \"lib\"}}",
            ),
        ),
        (
            "js_modules.main = [1]",
            "{\"js_modules\": {\"main\": [1]}}",
            [(1, 19), (1, 25)],
            (
                "`js_modules.main` must be a map of URLs to names, but it is a list",
                "{ \"./lib.js\" = \"lib\" }",
                "{\"./lib.js\": \"lib\"}",
            ),
        ),
        (
            "[js_modules.worker]\n\"./a.js\" = 1",
            "{\"js_modules\": {\"worker\":\n{\"./a.js\": 1}}}",
            [(2, 12), (2, 12)],
            (
                "`js_modules.worker.\"./a.js\"` must be a string, but it is a number",
                "\"lib\"",
                "\"lib\"",
            ),
        ),
        (
            "plugins = \"!error\"",
            "{\"plugins\": \"!error\"}",
            [(1, 11), (1, 13)],
            (
                "`plugins` must be a list of strings, but it is a string",
                "plugins = [\"!error\"]",
                "\"plugins\": [\"!error\"]",
            ),
        ),
        (
            "index_urls = 1",
            "{\"index_urls\": 1}",
            [(1, 14), (1, 16)],
            (
                "`index_urls` must be a list of strings, but it is a number",
                "index_urls = [\"./simple\"]",
                "\"index_urls\": [\"./simple\"]",
            ),
        ),
        (
            "sync_main_only = 1",
            "{\"sync_main_only\": 1}",
            [(1, 18), (1, 20)],
            (
                "`sync_main_only` must be true or false, but it is a number",
                "sync_main_only = true",
                "\"sync_main_only\": true",
            ),
        ),
        (
            "debug = \"yes\"",
            "{\"debug\": \"yes\"}",
            [(1, 9), (1, 11)],
            (
                "`debug` must be true or false, but it is a string",
                "debug = true",
                "\"debug\": true",
            ),
        ),
        (
            "interpreter = 1.0",
            "{\"interpreter\": 1.0}",
            [(1, 15), (1, 17)],
            (
                "`interpreter` must be a string, but it is a number",
                "interpreter = \"./krait.mjs\"",
                "\"interpreter\": \"./krait.mjs\"",
            ),
        ),
        (
            "experimental_create_proxy = true",
            "{\"experimental_create_proxy\": true}",
            [(1, 29), (1, 31)],
            (
                "`experimental_create_proxy` must be a string, but it is a boolean",
                "experimental_create_proxy = \"auto\"",
                "\"experimental_create_proxy\": \"auto\"",
            ),
        ),
        (
            "experimental_ffi_timeout = 1.5",
            "{\"experimental_ffi_timeout\": 1.5}",
            [(1, 28), (1, 30)],
            (
                "`experimental_ffi_timeout` must be a whole number, but it is a number",
                "experimental_ffi_timeout = 30",
                "\"experimental_ffi_timeout\": 30",
            ),
        ),
        (
            "name = 1",
            "{\"name\": 1}",
            [(1, 8), (1, 10)],
            (
                "`name` must be a string, but it is a number",
                "name = \"my page\"",
                "\"name\": \"my page\"",
            ),
        ),
        (
            "version = []",
            "{\"version\": []}",
            [(1, 11), (1, 13)],
            (
                "`version` must be a string, but it is a list",
                "version = \"1.0\"",
                "\"version\": \"1.0\"",
            ),
        ),
    ] {
        let (what, toml_example, json_example) = what;
        for (text, format, (line, column), example) in [
            (toml, Format::Toml, place[0], toml_example),
            (json, Format::Json, place[1], json_example),
        ] {
            let error = error(text, &Source::inline(format));
            assert_eq!(
                error.to_string(),
                format!(
                    "(PY1000): Invalid config\ninline config, line {line}, column {column}: {what}; write for example {example}."
                ),
                "{text:?}"
            );
            assert_eq!(error.code(), ErrorCode::BadConfig);
            let position = error.place().unwrap().position.unwrap();
            assert_eq!((position.line, position.column), (line, column));
        }
    }
}

#[test]
fn values_that_are_not_among_the_known() {
    for (text, expected) in [
        (
            "\npackages_cache = \"sometimes\"",
            "(PY1000): Invalid config @ ./c.toml\nline 2, column 18: `packages_cache` must be \"never\", \"passthrough\" or \"all\", but it is \"sometimes\"; leave it out for the default.",
        ),
        (
            "[js_modules]\n\"./a.js\" = \"a\"",
            "(PY1000): Invalid config @ ./c.toml\nline 2, column 1: `js_modules` has the keys `main` and `worker`, but here is `./a.js`; write for example js_modules = { main = { \"./lib.js\" = \"lib\" } }.",
        ),
    ] {
        assert_eq!(
            error(text, &Source::url("./c.toml", Format::Toml)).to_string(),
            expected
        );
    }
    assert_eq!(
        error("[1]", &Source::url("./c.json", Format::Json)).to_string(),
        "(PY1000): Invalid config @ ./c.json\nline 1, column 1: a configuration must be a map of keys to values, but it is a list; write for example {\"packages\":[\"./lib.whl\"]}."
    );
}

#[test]
fn values_without_text_have_a_source_but_no_line() {
    let value = serde_json::json!({"packages": 1});
    assert_eq!(
        Config::from_value(&value, &Source::inline(Format::Json))
            .unwrap_err()
            .to_string(),
        "(PY1000): Invalid config\ninline config: `packages` must be a list of strings, but it is a number; write for example \"packages\": [\"./lib.whl\"]."
    );
    assert_eq!(
        Config::from_value(&value, &Source::url("./c.yaml", Format::Json))
            .unwrap_err()
            .to_string(),
        "(PY1000): Invalid config @ ./c.yaml\n`packages` must be a list of strings, but it is a number; write for example \"packages\": [\"./lib.whl\"]."
    );
}
