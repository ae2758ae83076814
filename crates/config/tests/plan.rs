//! From `files` and `fetch` to the list of what to fetch.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use krait_config::{ArchiveKind, Config, ConfigError, FilePlan, Format, Source};
use serde_json::{Value, json};

fn plan(value: &Value) -> Result<FilePlan, ConfigError> {
    Config::parse(&value.to_string(), &Source::inline(Format::Json))
        .unwrap()
        .file_plan()
}

fn files(files: Value) -> Result<FilePlan, ConfigError> {
    plan(&json!({ "files": files }))
}

fn pairs(plan: &FilePlan) -> Vec<(&str, &str)> {
    plan.files
        .iter()
        .map(|file| (file.source_url.as_str(), file.dest.as_str()))
        .collect()
}

#[test]
fn destinations() {
    for (source, dest, expected) in [
        ("./a.py", "", "./a.py"),
        ("a.py", "", "./a.py"),
        ("../x/a.py", "", "./a.py"),
        ("https://e.com/d/a.py?v=1#x", "", "./a.py"),
        ("/d/a.py", "b.py", "./b.py"),
        ("a.py", "./b.py", "./b.py"),
        ("a.py", " ./b.py ", "./b.py"),
        ("a.py", "./lib/", "./lib/a.py"),
        ("a.py", "lib/", "./lib/a.py"),
        ("a.py", "./", "./a.py"),
        ("a.py", "/", "/a.py"),
        ("a.py", "/opt/x/", "/opt/x/a.py"),
        ("a.py", "/../b.py", "/b.py"),
        ("a.py", "./lib/../b.py", "./b.py"),
        ("a.py", "../b.py", "../b.py"),
        ("a.py", "..//./../b.py", "../../b.py"),
        ("a.zip", "", "./a.zip"),
        ("a.zip", "d/", "./d/a.zip"),
    ] {
        let plan = files(json!({ source: dest })).unwrap();
        assert_eq!(pairs(&plan), [(source, expected)], "{source} -> {dest:?}");
        assert_eq!(plan.files[0].unpack, None);
    }
}

#[test]
fn archives() {
    for (source, dest, folder, kind) in [
        ("./a.zip", "./*", "./", ArchiveKind::Zip),
        ("./a.ZIP?v=1", "*", "./", ArchiveKind::Zip),
        ("./a.whl", "./lib/*", "./lib/", ArchiveKind::Wheel),
        ("./a.tgz", "/opt/*", "/opt/", ArchiveKind::TarGz),
        ("./a.tar.gz", "/*", "/", ArchiveKind::TarGz),
    ] {
        let plan = files(json!({ source: dest })).unwrap();
        assert_eq!(pairs(&plan), [(source, folder)]);
        assert_eq!(plan.files[0].unpack, Some(kind));
    }
    let shared = files(json!({"./a.zip": "./*", "./b.zip": "./*"})).unwrap();
    assert_eq!(shared.files.len(), 2);
}

#[test]
fn templates_are_expanded_in_order() {
    let plan = files(json!({
        "{HOST}": "https://e.com",
        "{DATA}": "{HOST}/data",
        "{TO}": "./in",
        "{DATA}/a.csv": "{TO}/",
        "{DATA}/b.csv": "{TO}/c.csv",
        "{HOST}/z.zip": "{TO}/*",
        "open{brace": "",
    }))
    .unwrap();
    assert_eq!(
        pairs(&plan),
        [
            ("https://e.com/data/a.csv", "./in/a.csv"),
            ("https://e.com/data/b.csv", "./in/c.csv"),
            ("https://e.com/z.zip", "./in/"),
            ("open{brace", "./open{brace"),
        ]
    );
}

#[test]
fn fetch_items() {
    for (item, expected) in [
        (json!({"from": "./d/a.csv"}), vec![("./d/a.csv", "./a.csv")]),
        (
            json!({"from": "./d/a.csv", "to_folder": "in"}),
            vec![("./d/a.csv", "./in/a.csv")],
        ),
        (
            json!({"from": "./d/a.csv", "to_file": "b.csv"}),
            vec![("./d/a.csv", "./b.csv")],
        ),
        (
            json!({"from": "./d/", "to_file": "b.csv", "to_folder": "/in"}),
            vec![("./d/", "/in/b.csv")],
        ),
        (
            json!({"files": ["a.py", "./b/c.py"]}),
            vec![("a.py", "./a.py"), ("./b/c.py", "./b/c.py")],
        ),
        (
            json!({"from": "./d", "files": ["a.py"]}),
            vec![("./d/a.py", "./a.py")],
        ),
        (
            json!({"from": "/", "files": ["/a.py"]}),
            vec![("/a.py", "./a.py")],
        ),
        (
            json!({"from": "https://e.com/d/", "files": ["x/a.py"], "to_folder": "in/"}),
            vec![("https://e.com/d/x/a.py", "./in/x/a.py")],
        ),
        (json!({"from": "./d", "files": []}), vec![]),
        (json!({"from": "./{X}.py"}), vec![("./{X}.py", "./{X}.py")]),
    ] {
        let plan = plan(&json!({"fetch": [item]})).unwrap();
        assert_eq!(pairs(&plan), expected, "{item}");
    }
}

#[test]
fn files_come_before_fetch_and_the_same_twice_counts_once() {
    let plan = plan(
        &json!({"fetch": [{"from": "b.py"}, {"from": "a.py"}], "files": {"a.py": "", "c.py": ""}}),
    )
    .unwrap();
    assert_eq!(
        pairs(&plan),
        [("a.py", "./a.py"), ("c.py", "./c.py"), ("b.py", "./b.py")]
    );
}

#[test]
fn mistakes_name_the_line() {
    for (text, expected) in [
        (
            "[files]\n\"./x.py\" = \"\"\n\"./d/x.py\" = \"x.py\"",
            "(PY1000): Duplicated destination: ./x.py\nc.toml, line 3, column 1: ./x.py and ./d/x.py would both be stored there; give one of them another destination.",
        ),
        (
            "[files]\n\"./x.py\" = \"\"\n[[fetch]]\nfrom = \"./d/x.py\"",
            "(PY1000): Duplicated destination: ./x.py\nc.toml, line 3, column 1: ./x.py and ./d/x.py would both be stored there; give one of them another destination.",
        ),
        (
            "[files]\n\"{X}/a.py\" = \"\"\n\"{X}\" = \"./d\"",
            "(PY1000): Invalid template: {X}\nc.toml, line 2, column 1: no template of this name is defined before; add {X} = \"...\" to files above this entry.",
        ),
        (
            "[files]\n\"a.py\" = \"{X}/\"",
            "(PY1000): Invalid template: {X}\nc.toml, line 2, column 1: no template of this name is defined before; add {X} = \"...\" to files above this entry.",
        ),
        (
            "[files]\n\"./a.rar\" = \"./*\"",
            "(PY1000): Unsupported archive ./a.rar\nc.toml, line 2, column 1: a destination that ends with /* unpacks .zip, .whl, .tgz and .tar.gz; name one of these, or end it with / to store the file as it is.",
        ),
        (
            "files = {\"https://e.com\" = \"\"}",
            "(PY1000): Couldn't determine the filename from the path https://e.com\nc.toml, line 1, column 10: the URL ends with a folder; write the whole destination with the name that the file is to have.",
        ),
        (
            "[[fetch]]\nfrom = \"./a/\"\nto_file = \"b\"\nfiles = [\"c\"]",
            "(PY1000): Cannot use 'to_file' and 'files' parameters together!\nc.toml, line 1, column 1: keep 'to_file' for one file, or 'files' with 'to_folder' for several.",
        ),
        (
            "\n[[fetch]]\nfrom = \"./a/\"",
            "(PY1000): Couldn't determine the filename from the path ./a/, please supply 'to_file' parameter.\nc.toml, line 2, column 1: add to_file with the name that the file is to have.",
        ),
    ] {
        let config = Config::parse(text, &Source::url("c.toml", Format::Toml)).unwrap();
        assert_eq!(
            config.file_plan().unwrap_err().to_string(),
            expected,
            "{text}"
        );
    }
}
