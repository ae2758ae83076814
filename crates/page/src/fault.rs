//! What can go wrong on a page, apart from what Python code raises.

use krait_config::{ConfigError, ErrorCode, FetchError};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};

/// A failure that the page shows. Its text is one sentence or two and begins with a code.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Fault {
    /// Something could not be fetched.
    #[error("{0}")]
    Fetch(#[from] FetchError),
    /// The configuration, or the attributes of a tag, contradict each other or cannot be read.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// A script that asks for a worker.
    #[error(
        "(PY0000): {tag} asks for a worker, and this version runs Python on the page only. Remove the worker attribute."
    )]
    NoWorkers {
        /// The opening tag.
        tag: String,
    },
    /// `target` names nothing.
    #[error(
        "(PY0000): {tag} writes to target \"{target}\", but no element of the page has that id or matches that selector."
    )]
    UnknownTarget {
        /// The opening tag.
        tag: String,
        /// The attribute's value.
        target: String,
    },
    /// An event attribute names no function.
    #[error(
        "(PY0000): {attribute}=\"{handler}\" on {tag}: {}",
        unknown_name(handler, missing, near)
    )]
    UnknownHandler {
        /// The attribute.
        attribute: String,
        /// Its value.
        handler: String,
        /// The element's opening tag.
        tag: String,
        /// The part of the name that is missing.
        missing: String,
        /// Known names that look like it.
        near: Vec<String>,
    },
    /// An event attribute names something that is there, but cannot be called.
    #[error(
        "(PY0000): {attribute}=\"{handler}\" on {tag}: there is a \"{handler}\" in Python, but it is no function. Give the attribute the name of one."
    )]
    NoFunction {
        /// The attribute.
        attribute: String,
        /// Its value.
        handler: String,
        /// The element's opening tag.
        tag: String,
    },
    /// `py-env` names no environment.
    #[error(
        "(PY0000): py-env=\"{env}\" on {tag}: there is no script with that env. Known environments: {}.",
        quoted(known)
    )]
    UnknownEnvironment {
        /// The attribute's value.
        env: String,
        /// The element's opening tag.
        tag: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A file or an archive could not be put where Python finds it.
    #[error("(PY0000): {source_url} cannot be stored as {path}: {reason}.")]
    Store {
        /// Where it came from.
        source_url: String,
        /// Where it was to go.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A text is not UTF-8.
    #[error("(PY0000): {url} is not UTF-8 from byte {offset} on. Save the file as UTF-8.")]
    NotText {
        /// The file.
        url: String,
        /// The first byte that is not.
        offset: usize,
    },
    /// An archive is none, or is broken.
    #[error("(PY0000): {url} cannot be unpacked: {reason}.")]
    Archive {
        /// The archive.
        url: String,
        /// Why not.
        reason: String,
    },
    /// The configuration asks for packages.
    #[error(
        "({}): {place}: this version installs no packages, so {} cannot be imported unless `files` brings it: put a wheel of pure Python on the server and unpack it with \"./name.whl\" = \"./*\".",
        ErrorCode::Packages,
        quoted(names)
    )]
    NoPackages {
        /// Where the first of them stands.
        place: String,
        /// All, as they stand there.
        names: Vec<String>,
    },
    /// A JavaScript module does not load.
    #[error(
        "(PY0001): The JavaScript module {url} (js_modules name \"{name}\") did not load: {reason}."
    )]
    Module {
        /// The address.
        url: String,
        /// The name that Python would import.
        name: String,
        /// What the browser says.
        reason: String,
    },
    /// A part of the library did not load.
    #[error(
        "(KR0005): The Python standard library did not load: {reason}. Reload the page; if that does not help, check that krait-{part}.bin lies beside krait.js."
    )]
    Library {
        /// The name of the part.
        part: &'static str,
        /// Why not.
        reason: String,
    },
}

fn unknown_name(handler: &str, missing: &str, near: &[String]) -> String {
    if handler.is_empty() {
        return "the attribute is empty. Give it the name of a function.".to_owned();
    }
    if handler.contains(|letter: char| !(letter.is_alphanumeric() || "_.".contains(letter))) {
        return "that is no name. Put code into a function, and give the attribute the function's name."
            .to_owned();
    }
    let what = if missing == handler {
        format!("there is no function \"{missing}\" in Python")
    } else {
        format!("Python finds no \"{missing}\" on the way to \"{handler}\"")
    };
    if near.is_empty() {
        format!("{what}. Define it in a script of the page, outside of any function.")
    } else {
        format!("{what}. Did you mean {}?", quoted(near))
    }
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The known names that could have been meant by `name`, best first, three at most.
#[must_use]
pub fn nearest(name: &str, known: &[String]) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut scored: Vec<_> = known
        .iter()
        .map(|candidate| {
            (
                strsim::jaro_winkler(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored
        .into_iter()
        .take(3)
        .map(|(_, candidate)| candidate.clone())
        .collect()
}

/// What a JavaScript error says: its message (for an error of Python's that is the whole traceback), or the value as text.
#[must_use]
pub fn message_of(error: &JsValue) -> String {
    if let Some(error) = error.dyn_ref::<js_sys::Error>() {
        let message = String::from(error.message());
        if !message.is_empty() {
            return message;
        }
    }
    error
        .as_string()
        .unwrap_or_else(|| String::from(js_sys::Object::from(error.clone()).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered_best_first() {
        let known = ["on_click", "on_clack", "render", "main"].map(String::from);
        assert_eq!(nearest("on_clik", &known)[0], "on_click");
        assert!(nearest("zzz", &known).is_empty());
        assert_eq!(nearest("Render", &known), ["render"]);
    }

    #[test]
    fn code_instead_of_a_name_is_told_from_a_name_that_is_missing() {
        for (handler, text) in [
            ("", "the attribute is empty"),
            ("print(1)", "that is no name"),
            ("a b", "that is no name"),
            ("größe", "there is no function \"größe\""),
            ("_a.b1", "there is no function \"_a.b1\""),
        ] {
            let told = unknown_name(handler, handler, &[]);
            assert!(told.starts_with(text), "{told}");
        }
    }

    #[test]
    fn a_missing_part_of_a_dotted_name_is_named() {
        let fault = Fault::UnknownHandler {
            attribute: "py-click".into(),
            handler: "app.go".into(),
            tag: "<button>".into(),
            missing: "app".into(),
            near: vec![],
        };
        let text = fault.to_string();
        assert!(
            text.contains("py-click=\"app.go\" on <button>")
                && text.contains("no \"app\" on the way"),
            "{text}"
        );
    }
}
