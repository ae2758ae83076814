//! The text of the errors about what is not TOML or not JSON, with its line and column.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use krait_config::{Config, Format, Source};
use support::error;

#[test]
fn toml_that_cannot_be_read() {
    for (text, line, column, what) in [
        (
            "a = ",
            1,
            5,
            "string values must be quoted; write a value after the =.",
        ),
        (
            "a = b",
            1,
            5,
            "string values must be quoted at `b`; put the value between double quotes.",
        ),
        (
            "a",
            1,
            2,
            "key with no value, expected `=`; write key = value, each on its own line.",
        ),
        (
            "\n\n  x y",
            3,
            5,
            "key with no value, expected `=`; write key = value, each on its own line.",
        ),
        (
            "import js\nprint(1)",
            1,
            8,
            "key with no value, expected `=`; write key = value, each on its own line.",
        ),
        (
            "[files",
            1,
            7,
            "unclosed table, expected `]`; close the bracket.",
        ),
        (
            "files = {\n\"./a.py\" = \"\"",
            2,
            14,
            "unclosed inline table, expected `}`; close the bracket.",
        ),
        (
            "packages = [\"a\"",
            1,
            16,
            "unclosed array, expected `]`; close the bracket.",
        ),
        (
            "p = [\n \"a\"\n \"b\"\n]",
            3,
            2,
            "missing comma between array elements, expected `,`; write a comma between the two.",
        ),
        (
            "a = 'x",
            1,
            7,
            "invalid literal string, expected `'`; close the string with the quote that opens it, in the same line.",
        ),
        (
            "a = \"x\ny\"",
            1,
            7,
            "invalid basic string, expected `\"`; close the string with the quote that opens it, in the same line.",
        ),
        (
            "a = 2020-13-01",
            1,
            5,
            "invalid date, expected month between 01 and 12 at `2020-13-01`; correct the text there.",
        ),
        (
            "é = 1",
            1,
            1,
            "invalid unquoted key, expected letters, numbers, `-`, `_` at `é`; put the key between double quotes.",
        ),
        (
            "\"é\" = \"é\" x",
            1,
            11,
            "unexpected key or value, expected newline, `#`; begin a new line for each key.",
        ),
        (
            "{\"a\": 1}",
            1,
            1,
            "invalid key-value pair, expected key; this begins as JSON does: say type=\"json\", or write TOML as key = value.",
        ),
        (
            "a = inf",
            1,
            5,
            "the number inf is out of range; write it as a string.",
        ),
        (
            "x = 1\na = [0, 99999999999999999999]",
            2,
            9,
            "the number 99999999999999999999 is out of range; write it as a string.",
        ),
        (
            "a = 1\na = 2",
            2,
            1,
            "the key `a` is there twice (first in line 1, column 1); remove one of the two or join them.",
        ),
        (
            "a.b = 1\r\na = 2",
            2,
            1,
            "the key `a` is there twice (first in line 1, column 1); remove one of the two or join them.",
        ),
        (
            "a = {b = 1, b = 2}",
            1,
            13,
            "the key `b` is there twice (first in line 1, column 6); remove one of the two or join them.",
        ),
        (
            "[files]\n\"a\" = \"\"\n[files]\n",
            3,
            2,
            "the key `files` is there twice (first in line 1, column 2); remove one of the two or join them.",
        ),
        (
            "[a]\nx = 1\n[b]\nx = 1\nx = 2",
            5,
            1,
            "the key `x` is there twice; remove one of the two or join them.",
        ),
    ] {
        let at = format!("line {line}, column {column}: {what}");
        assert_eq!(
            error(text, &Source::inline(Format::Toml)).to_string(),
            format!("(PY1000): Invalid TOML\ninline config, {at}"),
            "{text:?}"
        );
        assert_eq!(
            error(text, &Source::url("./x.toml", Format::Toml)).to_string(),
            format!("(PY1000): Invalid TOML @ ./x.toml\n{at}"),
            "{text:?}"
        );
    }
}

#[test]
fn json_that_cannot_be_read() {
    for (text, line, column, what) in [
        (
            "",
            1,
            1,
            "the text is empty; write {} for a configuration that says nothing.",
        ),
        (
            "{",
            1,
            2,
            "EOF while parsing an object; the text ends too early: close the open string or bracket.",
        ),
        (
            "{\"a\": [1,\n2\n",
            3,
            1,
            "EOF while parsing a list; the text ends too early: close the open string or bracket.",
        ),
        (
            "{\"a\"}",
            1,
            5,
            "expected `:`; write a colon between key and value.",
        ),
        (
            "{\"a\": 1,}",
            1,
            9,
            "trailing comma or missing value; remove the comma, or write the value.",
        ),
        (
            "{\"a\": [1,\n]}",
            2,
            1,
            "trailing comma or missing value; remove the comma, or write the value.",
        ),
        (
            "{a: 1}",
            1,
            2,
            "key must be a string; put every key between double quotes.",
        ),
        (
            "{'a': 1}",
            1,
            2,
            "JSON has no single quotes; put every key and every string between double quotes.",
        ),
        (
            "{\"a\": 'b'}",
            1,
            7,
            "JSON has no single quotes; put every key and every string between double quotes.",
        ),
        (
            "{\n // c\n}",
            2,
            2,
            "JSON has no comments; remove the comment, or write the configuration as TOML.",
        ),
        (
            "{\"a\": @}",
            1,
            7,
            "expected value; write a value there; strings stand between double quotes.",
        ),
        (
            "{\"a\": tru}",
            1,
            10,
            "unknown word; write true, false, null, or a string between double quotes.",
        ),
        (
            "{\"a\": 1} x",
            1,
            10,
            "trailing characters; remove what follows the last bracket.",
        ),
        (
            "{\"a\": 1\n \"b\": 2}",
            2,
            2,
            "expected `,` or `}`; write a comma between two entries, or close the bracket.",
        ),
        (
            "{\"é\":\"é\" 1}",
            1,
            10,
            "expected `,` or `}`; write a comma between two entries, or close the bracket.",
        ),
        (
            "{\"a\": \"x\ny\"}",
            1,
            9,
            "line break or control character in a string; close the string before the end of the line, or write \\n for a line break.",
        ),
        (
            "{\"a\": \"\\q\"}",
            1,
            9,
            "invalid escape; write \\\\ for a backslash.",
        ),
        (
            "{\"a\": 1,\n \"b\": \"\\ud800\"}",
            2,
            14,
            "unexpected end of hex escape; correct the text there.",
        ),
        (
            "{\"a\": 01}",
            1,
            8,
            "invalid number; correct the text there.",
        ),
        (
            "{\"a\": 1e999}",
            1,
            7,
            "the number 1e999 is out of range; write it as a string.",
        ),
        (
            "{\"a\": 1,\n\"a\": 2}",
            2,
            1,
            "the key `a` is there twice (first in line 1, column 2); remove one of the two or join them.",
        ),
        (
            "{\"b\": {\"x\": 1,\n  \"\\u0078\": 2}}",
            2,
            3,
            "the key `x` is there twice (first in line 1, column 8); remove one of the two or join them.",
        ),
    ] {
        let at = format!("line {line}, column {column}: {what}");
        assert_eq!(
            error(text, &Source::inline(Format::Json)).to_string(),
            format!("(PY1000): Invalid JSON\ninline config, {at}"),
            "{text:?}"
        );
        assert_eq!(
            error(text, &Source::url("./x.json", Format::Json)).to_string(),
            format!("(PY1000): Invalid JSON @ ./x.json\n{at}"),
            "{text:?}"
        );
    }
}

#[test]
fn depth_is_limited_and_does_not_overflow() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let json = Source::inline(Format::Json);
    let toml = Source::inline(Format::Toml);
    assert!(Config::parse(&format!("{{\"a\": {}}}", nested(60)), &json).is_ok());
    assert!(Config::parse(&format!("a = {}", nested(60)), &toml).is_ok());
    for depth in [100, 100_000] {
        let text = error(&format!("{{\"a\": {}}}", nested(depth)), &json).to_string();
        assert!(
            text.ends_with("lists and maps are nested deeper than 64 levels; flatten them."),
            "{text}"
        );
        let text = error(&format!("a = {}", nested(depth)), &toml).to_string();
        assert!(
            text.ends_with("nest tables and arrays less deeply."),
            "{text}"
        );
        error(&format!("{{\"a\": {}", "[".repeat(depth)), &json);
    }
    error(&format!("a{} = 1", ".a".repeat(20_000)), &toml);
}

#[test]
fn repeated_templates_have_their_own_message() {
    let toml = "[files]\n\"{X}\" = \"1\"\n\"{X}\" = \"2\"";
    let json = "{\"files\": {\"{X}\": \"1\",\n \"{X}\": \"2\"}}";
    for (text, format, line, column, first) in [
        (toml, Format::Toml, 3, 1, "line 2, column 1"),
        (json, Format::Json, 2, 2, "line 1, column 12"),
    ] {
        assert_eq!(
            error(text, &Source::inline(format)).to_string(),
            format!(
                "(PY1000): Duplicated template: {{X}}\ninline config, line {line}, column {column}: \
                 the template is defined twice (first in {first}); remove one of the two or rename it."
            )
        );
    }
}
