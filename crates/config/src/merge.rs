//! One configuration laid over another; the rule is told at [`crate::Config::merge`].

use crate::node::{Entry, Kind, Node};

pub(crate) fn merge(earlier: &Node, later: &Node) -> Node {
    merge_map(earlier, later, |key, earlier, later| match key {
        "files" => merge_map(earlier, later, |_, _, later| later.clone()),
        "js_modules" => merge_map(earlier, later, |_, earlier, later| {
            merge_map(earlier, later, |_, _, later| later.clone())
        }),
        "packages" => merge_list(earlier, later, |a, b| package_key(a) == package_key(b)),
        "fetch" | "plugins" => merge_list(earlier, later, |a, b| a.to_value() == b.to_value()),
        _ => later.clone(),
    })
}

/// Joins two maps; `both` says what a key that is in both becomes. What is no map gives way to what comes later,
/// unless that is null, which says nothing.
fn merge_map(earlier: &Node, later: &Node, both: impl Fn(&str, &Node, &Node) -> Node) -> Node {
    let (Kind::Map(first), Kind::Map(second)) = (&earlier.kind, &later.kind) else {
        return if matches!(later.kind, Kind::Null) {
            earlier.clone()
        } else {
            later.clone()
        };
    };
    let mut entries = first.clone();
    for entry in second {
        match entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                let value = both(&entry.key, &known.value, &entry.value);
                *known = Entry {
                    value,
                    ..entry.clone()
                };
            }
            None => entries.push(entry.clone()),
        }
    }
    Node {
        kind: Kind::Map(entries),
        place: later.place.clone(),
    }
}

/// Joins two lists; a later item takes the place of the same one before it, also within one list.
fn merge_list(earlier: &Node, later: &Node, same: impl Fn(&Node, &Node) -> bool) -> Node {
    let (Kind::List(first), Kind::List(second)) = (&earlier.kind, &later.kind) else {
        return if matches!(later.kind, Kind::Null) {
            earlier.clone()
        } else {
            later.clone()
        };
    };
    let mut items: Vec<Node> = Vec::with_capacity(first.len() + second.len());
    for item in first.iter().chain(second) {
        match items.iter_mut().find(|known| same(known, item)) {
            Some(known) => *known = item.clone(),
            None => items.push(item.clone()),
        }
    }
    Node {
        kind: Kind::List(items),
        place: later.place.clone(),
    }
}

/// What two requirements for one package have in common: the name as indexes compare names, or the whole if it is
/// a URL or a path.
fn package_key(package: &Node) -> Option<String> {
    let Kind::String(text) = &package.kind else {
        return None;
    };
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty()
        || text.starts_with('.')
        || rest.starts_with([':', '/'])
        || has_file_extension(name)
    {
        return Some(text.to_owned());
    }
    Some(
        name.split(['-', '_', '.'])
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("-")
            .to_ascii_lowercase(),
    )
}

fn has_file_extension(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".whl", ".toml", ".json", ".zip", ".tar.gz"]
        .iter()
        .any(|extension| name.ends_with(extension))
}
