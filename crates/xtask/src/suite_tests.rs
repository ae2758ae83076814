//! How words choose stages.

#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn words_choose_stages_and_one_filter() {
    let words =
        |words: &[&str]| -> Vec<String> { words.iter().map(|word| (*word).to_owned()).collect() };
    assert!(
        Selection::from_words(&[], false)
            .unwrap()
            .wants_everything()
    );
    let pages = Selection::from_words(&words(&["pages", "dom/"]), false).unwrap();
    assert_eq!(pages.filter.as_deref(), Some("dom/"));
    assert!(pages.wants_package() && !pages.wants_everything());
    assert!(Selection::from_words(&words(&["a", "b"]), false).is_err());
    let bless = Selection::from_words(&[], true).unwrap();
    let names: Vec<_> = bless.stages.iter().map(|stage| stage.name).collect();
    assert_eq!(names, ["pages", "counts", "stdlib"]);
}
