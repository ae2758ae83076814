//! Scripts: what is found, in which order it runs, what it is told, what fails.
#![cfg(target_arch = "wasm32")]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod support;

use std::rc::Rc;

use support::{Log, data_url, document, event, query, start, start_with, turn, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CustomEvent, ShadowRootInit, ShadowRootMode};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn all_types_run_in_document_order() {
    let page = start(
        "<script type='py'>1</script><p><script type='mpy'>2</script></p><py-script>3</py-script>\
         <script type='python'>4</script><script type='text/python'>5</script><script type='pyodide'>6</script>\
         <script type='micropython'>7</script><mpy-script>8</mpy-script><script type='text/x'>no</script>",
    )
    .await;
    assert_eq!(page.log.ran(), ["1", "2", "3", "4", "5", "6", "7", "8"]);
    assert!(page.log.released.get());
    assert_eq!(page.log.errors.borrow().len(), 0);
    let stages: Vec<_> = page
        .log
        .progress
        .borrow()
        .iter()
        .map(|(stage, _)| stage.name())
        .collect();
    assert_eq!(
        stages,
        ["discover", "configure", "prepare", "builtins", "run"]
    );
}

#[wasm_bindgen_test]
async fn all_done_comes_without_scripts_too() {
    let page = start("<p>nothing</p>").await;
    assert!(page.log.ran().is_empty());
}

#[wasm_bindgen_test]
async fn a_source_is_fetched_and_keeps_its_place() {
    let url = data_url("text/plain", "from_source");
    let page = start(&format!(
        "<script type='py' src='{url}'># comment</script><script type='py'>after</script>"
    ))
    .await;
    assert_eq!(page.log.ran(), ["from_source", "after"]);
}

#[wasm_bindgen_test]
async fn async_is_off_only_where_it_is_said() {
    let page = start(
        "<script type='py'>a</script><script type='py' async>b</script><script type='py' async='false'>c</script>\
         <script type='py' async='No'>d</script><script type='py' async='0'>e</script><script type='py' async='x'>f</script>",
    )
    .await;
    let flags: Vec<_> = page
        .log
        .scripts
        .borrow()
        .iter()
        .map(|script| script.is_async)
        .collect();
    assert_eq!(flags, [true, true, false, false, false, true]);
}

#[wasm_bindgen_test]
async fn a_custom_tag_with_elements_is_unescaped_and_is_its_own_target() {
    let page = start("<py-script id='tag'>if 1 &lt; 2:\n  x = '<b>bold</b>'</py-script>").await;
    assert_eq!(page.log.ran(), ["if 1 < 2:\n  x = '<b>bold</b>'"]);
    assert_eq!(page.log.scripts.borrow()[0].target, query("#tag"));
    assert_eq!(query("#tag").child_node_count_text(), "");
}

trait Text {
    fn child_node_count_text(&self) -> String;
}

impl Text for web_sys::Element {
    fn child_node_count_text(&self) -> String {
        self.text_content().unwrap_or_default()
    }
}

#[wasm_bindgen_test]
async fn display_nodes_follow_their_scripts_and_those_of_the_head_end_the_body() {
    let head = document().head().unwrap();
    let script = document().create_element("script").unwrap();
    script.set_attribute("type", "py").unwrap();
    script.set_text_content(Some("head"));
    head.append_child(&script).unwrap();
    let page = start("<script type='py' id='s'>x</script><script type='py' target='#here'>y</script><p id='here'></p>").await;
    script.remove();
    let scripts = page.log.scripts.borrow();
    let (of_head, of_body, of_target) =
        (&scripts[0].target, &scripts[1].target, &scripts[2].target);
    assert_eq!(of_head.parent_element().unwrap().local_name(), "body");
    assert_eq!(query("#s").next_element_sibling().as_ref(), Some(of_body));
    assert!(of_body.id().starts_with("py-") && of_body.local_name() == "script-py");
    assert_ne!(of_head.id(), of_body.id());
    assert_eq!(of_target.id(), "here");
}

#[wasm_bindgen_test]
async fn an_unknown_target_is_told_and_the_rest_runs() {
    let page =
        start("<script type='py' target='nowhere'>x</script><script type='py'>y</script>").await;
    assert_eq!(page.log.ran(), ["y"]);
    let errors = page.log.errors.borrow();
    assert!(
        errors[0].contains("target \"nowhere\"") && errors[0].contains("<script type=\"py\""),
        "{errors:?}"
    );
}

#[wasm_bindgen_test]
async fn source_and_content_conflict() {
    let page =
        start("<script type='py' src='./x.py'>y = 1</script><script type='py'>ok</script>").await;
    assert_eq!(page.log.ran(), ["ok"]);
    assert!(
        page.log.errors.borrow()[0]
            .starts_with("(PY0409) Invalid content for <script type=\"py\" src=\"./x.py\">")
    );
}

#[wasm_bindgen_test]
async fn a_missing_source_is_told_and_ready_and_done_are_sent() {
    let ready = event(&document(), "py:ready");
    let done = event(&document(), "py:done");
    let page = start("<script type='py' src='./nope.py'></script>").await;
    assert!(
        page.log.errors.borrow()[0]
            .starts_with("(PY0404): Fetching from URL ./nope.py failed with error 404")
    );
    ready.await.unwrap();
    let detail = done.await.unwrap().unchecked_into::<CustomEvent>().detail();
    assert!(
        js_sys::Reflect::get(&detail, &"error".into())
            .unwrap()
            .is_object()
    );
}

#[wasm_bindgen_test]
async fn done_comes_after_raising_with_the_error() {
    let done = event(&document(), "mpy:done");
    let page = start("<script type='mpy'>raise</script><script type='py'>x</script>").await;
    let detail = done.await.unwrap().unchecked_into::<CustomEvent>().detail();
    assert!(
        js_sys::Reflect::get(&detail, &"worker".into())
            .unwrap()
            .is_falsy()
    );
    let error: js_sys::Error = js_sys::Reflect::get(&detail, &"error".into())
        .unwrap()
        .unchecked_into();
    assert!(String::from(error.message()).contains("ValueError: <b>"));
    assert_eq!(page.log.errors.borrow().len(), 1);
    assert_eq!(page.log.ran(), ["raise", "x"]);
}

#[wasm_bindgen_test]
async fn the_current_script_is_set_while_it_starts_and_not_after() {
    let page = start("<script type='py' id='me'>x</script>").await;
    assert_eq!(page.log.current.borrow()[0].as_ref(), Some(&query("#me")));
    assert!(
        js_sys::Reflect::get(&document(), &"currentScript".into())
            .unwrap()
            .is_null()
    );
}

#[wasm_bindgen_test]
async fn later_scripts_run_once_wherever_they_are_moved() {
    let page = start("").await;
    let script = document().create_element("script").unwrap();
    script.set_attribute("type", "py").unwrap();
    page.root.append_child(&script).unwrap();
    script.set_text_content(Some("later"));
    let done = event(&script, "py:done");
    done.await.unwrap();
    page.root.append_child(&script).unwrap();
    turn().await;
    assert_eq!(page.log.ran(), ["later"]);
}

#[wasm_bindgen_test]
async fn shadow_roots_old_and_new_hold_scripts() {
    let host = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&host).unwrap();
    let root = host
        .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
        .unwrap();
    root.set_inner_html("<p><script type='py'>in_shadow</script></p>");
    let page = start("<script type='py'>outside</script>").await;
    assert!(page.log.ran().contains(&"in_shadow".to_owned()));
    let target = page
        .log
        .scripts
        .borrow()
        .iter()
        .find(|s| s.code == "in_shadow")
        .unwrap()
        .target
        .clone();
    assert_eq!(target.get_root_node(), *root.as_ref());

    let other = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&other).unwrap();
    let late = other
        .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
        .unwrap();
    page.log
        .on_root
        .borrow()
        .as_ref()
        .unwrap()
        .call1(&wasm_bindgen::JsValue::NULL, &late)
        .unwrap();
    let script = document().create_element("script").unwrap();
    script.set_attribute("type", "py").unwrap();
    script.set_text_content(Some("late_shadow"));
    let done = event(&script, "py:done");
    late.append_child(&script).unwrap();
    done.await.unwrap();
    assert!(page.log.ran().contains(&"late_shadow".to_owned()));
    host.remove();
    other.remove();
}

#[wasm_bindgen_test]
async fn tracebacks_have_the_lines_of_the_page() {
    let log = Rc::<Log>::default();
    log.source.replace(Some(
        "<!doctype html>\n<main><script type='py'>\n    a = 1\n    raise\n</script>\n".to_owned(),
    ));
    let page =
        start_with("<script type='py'>\n    a = 1\n    raise\n</script><script type='py'>raise not there</script>", log).await;
    let name = window()
        .location()
        .pathname()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let name = if name.is_empty() {
        "index.html".to_owned()
    } else {
        name
    };
    let scripts = page.log.scripts.borrow();
    assert_eq!(scripts[0].code, "\n    a = 1\n    raise\n");
    let errors = page.log.errors.borrow();
    assert!(
        errors[0].contains(&format!("File \"{name}\", line 2")),
        "{errors:?}"
    );
    assert!(
        errors[1].contains(&format!("File \"{name} (script 2)\", line 1")),
        "{errors:?}"
    );
}

#[wasm_bindgen_test]
async fn errors_of_python_that_nobody_caught_are_shown() {
    let page = start("").await;
    let error = js_sys::Error::new(
        "Traceback (most recent call last):\n  File \"x.py\", line 1\nValueError: lost",
    );
    error.set_name("PythonError");
    let lost = event(&window(), "unhandledrejection");
    let _ = js_sys::Promise::<wasm_bindgen::JsValue>::reject(&error);
    lost.await.unwrap();
    turn().await;
    assert!(page.log.errors.borrow()[0].contains("ValueError: lost"));
}

#[wasm_bindgen_test]
async fn the_library_is_added_once_when_a_script_wants_it() {
    let page =
        start("<script type='py'>import rare</script><script type='py'>import rare, x</script>")
            .await;
    assert_eq!(page.log.libraries.get(), 1);
    assert_eq!(page.log.ran().len(), 2);
}

#[wasm_bindgen_test]
async fn workers_are_refused_by_name() {
    let page = start(
        "<script type='py' worker='x'>a</script><script type='py' worker src='./a.py'></script>",
    )
    .await;
    let errors = page.log.errors.borrow();
    assert!(
        errors[0].starts_with("(PY0409) Invalid worker attribute for <script"),
        "{errors:?}"
    );
    assert!(errors[1].contains("asks for a worker"), "{errors:?}");
    assert!(page.log.ran().is_empty());
}
