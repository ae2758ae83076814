//! Event attributes.
#![cfg(target_arch = "wasm32")]
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod support;

use support::{query, start, turn};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Event, EventInit};

wasm_bindgen_test_configure!(run_in_browser);

fn send(selector: &str, name: &str) -> bool {
    let options = EventInit::new();
    options.set_cancelable(true);
    query(selector)
        .dispatch_event(&Event::new_with_event_init_dict(name, &options).unwrap())
        .unwrap()
}

#[wasm_bindgen_test]
async fn handlers_are_called_at_once_by_every_prefix() {
    let page = start(
        "<b id='a' py-click='ok' mpy-click='app.ok' pyodide-input='ok' micropython-keyup='ok' py-env='py'></b>",
    )
    .await;
    send("#a", "click");
    send("#a", "input");
    send("#a", "keyup");
    assert_eq!(*page.log.handled.borrow(), ["ok", "app.ok", "ok", "ok"]);
    assert!(page.log.errors.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn event_names_may_have_dashes() {
    let page = start("<b id='a' py-my-own-event='ok'></b>").await;
    send("#a", "my-own-event");
    assert_eq!(*page.log.handled.borrow(), ["ok"]);
}

#[wasm_bindgen_test]
async fn prevent_default_works_for_synthetic_events() {
    let _page = start("<b id='a' py-click='prevent'></b>").await;
    assert!(!send("#a", "click"));
}

#[wasm_bindgen_test]
async fn attributes_come_change_and_go() {
    let page = start("<b id='a'></b>").await;
    let element = query("#a");
    element.set_attribute("py-click", "ok").unwrap();
    turn().await;
    send("#a", "click");
    element.set_attribute("py-click", "app.ok").unwrap();
    send("#a", "click");
    element.remove_attribute("py-click").unwrap();
    turn().await;
    send("#a", "click");
    assert_eq!(*page.log.handled.borrow(), ["ok", "app.ok"]);
}

#[wasm_bindgen_test]
async fn elements_that_come_later_have_handlers() {
    let page = start("").await;
    page.root
        .set_inner_html("<p><b id='late' py-click='ok'></b></p>");
    turn().await;
    send("#late", "click");
    assert_eq!(page.log.handled.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn an_unknown_handler_says_what_where_and_what_is_near() {
    let page = start("<button id='a' py-click='on_clik'></button>").await;
    send("#a", "click");
    let errors = page.log.errors.borrow();
    assert!(
        errors[0].contains("py-click=\"on_clik\" on <button id=\"a\"")
            && errors[0].ends_with("Did you mean \"on_click\"?"),
        "{errors:?}"
    );
}

#[wasm_bindgen_test]
async fn errors_of_handlers_are_shown_also_late_ones() {
    let page = start("<b id='a' py-click='raises'></b><b id='b' py-click='late'></b>").await;
    send("#a", "click");
    send("#b", "click");
    turn().await;
    assert_eq!(
        *page.log.errors.borrow(),
        ["py-click=\"raises\": raised", "py-click=\"late\": too late"]
    );
}

#[wasm_bindgen_test]
async fn an_unknown_environment_is_told() {
    let page = start(
        "<script type='pyodide' env='lab'>x</script><b id='a' py-env='lib' py-click='ok'></b>",
    )
    .await;
    send("#a", "click");
    assert!(page.log.errors.borrow()[0].contains("py-env=\"lib\""));
    query("#a").set_attribute("py-env", "lab").unwrap();
    send("#a", "click");
    assert_eq!(page.log.handled.borrow().len(), 1);
}
