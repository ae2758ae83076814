//! Configuration: where it stands, what it fetches, what is wrong with it.
#![cfg(target_arch = "wasm32")]
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod support;

use support::{data_url, document, start};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_tag_or_an_attribute_configures() {
    let page = start("<py-config>name = 'x'</py-config><script type='py'>a</script>").await;
    assert_eq!(*page.log.config.borrow(), r#"{"name":"x","type":"py"}"#);
    drop(page);
    let page = start(r#"<script type='mpy' config='{"name": "y"}'>a</script><script type='mpy' config='{"name": "y"}'>b</script>"#).await;
    assert_eq!(*page.log.config.borrow(), r#"{"name":"y","type":"mpy"}"#);
    assert_eq!(page.log.ran(), ["a", "b"]);
}

#[wasm_bindgen_test]
async fn conflicts_stop_scripts_of_the_kind_and_no_others() {
    for (html, text) in [
        (
            "<py-config></py-config><py-config></py-config><script type='py'>no</script>",
            "(PY0409): Too many py-config",
        ),
        (
            "<py-config></py-config><script type='py' config='a = 1'>no</script>",
            "(PY0409): Ambiguous py-config VS config attribute",
        ),
        (
            "<script type='py' config='a = 1'>no</script><script type='py' config='a = 2'>no</script>",
            "(PY0409): Unable to use different configs on main",
        ),
        (
            "<py-config>a = </py-config><script type='py'>no</script>",
            "(PY1000): Invalid TOML",
        ),
        (
            "<py-config>{\"a\": }</py-config><script type='py'>no</script>",
            "(PY1000): Invalid JSON",
        ),
        (
            "<py-config src='./nope.toml'></py-config><script type='py'>no</script>",
            "(PY0404): Fetching from URL ./nope.toml",
        ),
    ] {
        let page = start(&format!("{html}<script type='mpy'>yes</script>")).await;
        assert!(
            page.log.errors.borrow()[0].starts_with(text),
            "{:?}",
            page.log.errors.borrow()
        );
        assert_eq!(page.log.ran(), ["yes"], "{html}");
        assert!(page.log.released.get());
    }
}

#[wasm_bindgen_test]
async fn files_are_written_and_a_missing_one_is_told() {
    let url = data_url("text/plain", "content");
    let page = start(&format!(
        "<py-config>[files]\n\"{url}\" = \"./data/a.txt\"\n\"./nope.txt\" = \"\"</py-config><script type='py'>a</script>"
    ))
    .await;
    assert_eq!(
        page.log
            .files
            .borrow()
            .get("./data/a.txt")
            .map(Vec::as_slice),
        Some(&b"content"[..])
    );
    assert!(page.log.errors.borrow()[0].starts_with("(PY0404): Fetching from URL ./nope.txt"));
    assert_eq!(page.log.ran(), ["a"]);
    let progress = page.log.progress.borrow();
    assert!(
        progress.iter().any(|(_, text)| text == "Loaded files"),
        "{progress:?}"
    );
}

#[wasm_bindgen_test]
async fn modules_and_style_sheets_are_loaded_and_a_missing_one_is_told() {
    // A style sheet is known by its extension, which a data URL can have too.
    let page = start(
        "<py-config>[js_modules.main]\n\"./a.js\" = \"a\"\n\"./nope.js\" = \"b\"\n\"data:text/css,a.css\" = \"c\"</py-config>",
    )
    .await;
    assert_eq!(*page.log.modules.borrow(), ["a"]);
    let errors = page.log.errors.borrow();
    assert!(
        errors[0].contains("./nope.js") && errors[0].contains("Failed to fetch"),
        "{errors:?}"
    );
    drop(errors);
    drop(page);
    assert!(document().query_selector("py-config").unwrap().is_none());
}

#[wasm_bindgen_test]
async fn the_banner_can_be_turned_off() {
    let page =
        start("<py-config>plugins = ['!error']</py-config><script type='py'>raise</script>").await;
    assert!(page.log.errors.borrow().is_empty());
}
