//! The two lines of the layering, held against the resolved dependency graph, and that every dependency is pinned.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run;

/// What a crate of ours must not depend on.
struct Rule {
    /// Crates below the line. One that is not there yet breaks no rule.
    crates: &'static [&'static str],
    /// Names that are forbidden; a trailing `*` stands for any ending.
    forbidden: &'static [&'static str],
    /// Exceptions to `forbidden`, for single crates.
    allowed: &'static [(&'static str, &'static [&'static str])],
    /// Whether dependencies of dependencies count too.
    deep: bool,
    /// Why.
    because: &'static str,
}

const BROWSER: &[&str] = &[
    "js-sys",
    "web-sys",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "gloo-*",
    "serde-wasm-bindgen",
];

const RULES: &[Rule] = &[
    Rule {
        crates: &[
            "krait-config",
            "krait-decimal",
            "krait-sqlite",
            "krait-vfs",
            "krait-pylib",
            "krait-jit",
            "krait-packages",
            "krait-policy",
            "krait-tools",
        ],
        forbidden: BROWSER,
        allowed: &[],
        deep: true,
        because: "below the kernel nothing knows the browser",
    },
    Rule {
        crates: &["krait-kernel"],
        forbidden: BROWSER,
        allowed: &[],
        // The interpreter itself uses wasm-bindgen for its clock on this target.
        deep: false,
        because: "the kernel reaches the browser through its `Host` trait only, so that it also runs natively",
    },
    Rule {
        crates: &[
            "krait-config",
            "krait-decimal",
            "krait-vfs",
            "krait-pylib",
            "krait-jit",
            "krait-packages",
            "krait-policy",
            "krait-tools",
        ],
        forbidden: &["rustpython-*"],
        allowed: &[
            (
                "krait-jit",
                &[
                    "rustpython-compiler*",
                    "rustpython-literal",
                    "rustpython-wtf8",
                ],
            ),
            ("krait-pylib", &["rustpython-*"]),
        ],
        deep: true,
        because: "below the kernel nothing knows the interpreter",
    },
    Rule {
        crates: &["krait-pylib"],
        forbidden: &["rustpython-vm", "rustpython-stdlib", "krait-kernel"],
        allowed: &[],
        deep: true,
        because: "the library's builder may use the compiler's crates, not the interpreter",
    },
];

/// Our crates, from the lowest; one may only use those before it.
const ORDER: &[&str] = &[
    // Nobody uses it: it is a module of its own.
    "krait-sqlite",
    "psm",
    "krait-vfs",
    "krait-decimal",
    "krait-config",
    "krait-packages",
    "krait-policy",
    "krait-tools",
    "krait-pylib",
    "krait-jit",
    "krait-kernel",
    // Not below the kernel: zip's random numbers come from the browser there.
    "krait-archives",
    "krait-jit-host",
    "krait-bridge",
    "krait-dom",
    "krait-worker",
    "krait-page",
    "krait-web",
];

/// Every breach, one sentence each. `cargo` makes a cargo command.
pub fn check(cargo: &dyn Fn() -> Result<Command>, target: &str) -> Result<Vec<String>> {
    let mut metadata = cargo()?;
    metadata.args([
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        target,
    ]);
    let metadata: Value = serde_json::from_str(&run::output(&mut metadata)?)?;
    let mut graph = Graph::read(&metadata)?;
    for krate in RULES
        .iter()
        .filter(|rule| rule.deep)
        .flat_map(|rule| rule.crates)
    {
        if graph.direct.contains_key(*krate) {
            let mut tree = cargo()?;
            tree.args([
                "tree",
                "--locked",
                "--all-features",
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ]);
            let tree = run::output(tree.args(["--target", target, "--package", krate]))?;
            let names = tree
                .lines()
                .skip(1)
                .filter_map(|line| line.split(' ').next());
            graph
                .all
                .insert((*krate).to_owned(), names.map(str::to_owned).collect());
        }
    }
    let mut found = breaches(&graph)?;
    found.extend(loose(&metadata));
    Ok(found)
}

/// Dependencies of ours on the registry that name no exact version: a lock file that is made anew would take others.
fn loose(metadata: &Value) -> Vec<String> {
    let members = metadata["workspace_members"].as_array();
    let is_ours = |package: &Value| members.is_some_and(|ids| ids.contains(&package["id"]));
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if !is_ours(package) {
            continue;
        }
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let exact = dependency["req"]
                .as_str()
                .is_some_and(|req| req.starts_with('='));
            if dependency["path"].is_null() && !exact {
                found.push(format!(
                    "{} depends on {} {}: pin it, \"=x.y.z\"",
                    package["name"].as_str().unwrap_or_default(),
                    dependency["name"].as_str().unwrap_or_default(),
                    dependency["req"].as_str().unwrap_or_default(),
                ));
            }
        }
    }
    found
}

/// Normal dependencies by name.
#[derive(Default)]
struct Graph {
    direct: BTreeMap<String, BTreeSet<String>>,
    /// All that a crate reaches when it is built by itself. The metadata of a workspace unites the features that its
    /// members ask for, so that a crate seems to reach what only another member switches on.
    all: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn read(metadata: &Value) -> Result<Self> {
        let shape = "cargo metadata has another shape than expected";
        let mut names = BTreeMap::new();
        for package in metadata["packages"].as_array().context(shape)? {
            names.insert(
                package["id"].as_str().context(shape)?,
                package["name"].as_str().context(shape)?,
            );
        }
        let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata["resolve"]["nodes"].as_array().context(shape)? {
            let name = names
                .get(node["id"].as_str().context(shape)?)
                .context(shape)?;
            let entry = direct.entry((*name).to_owned()).or_default();
            for dependency in node["deps"].as_array().context(shape)? {
                let normal = dependency["dep_kinds"]
                    .as_array()
                    .context(shape)?
                    .iter()
                    .any(|kind| kind["kind"].is_null());
                if normal {
                    let id = dependency["pkg"].as_str().context(shape)?;
                    entry.insert((*names.get(id).context(shape)?).to_owned());
                }
            }
        }
        Ok(Self {
            direct,
            all: BTreeMap::new(),
        })
    }

    fn reached(&self, name: &str, deep: bool) -> BTreeSet<&str> {
        if let (true, Some(all)) = (deep, self.all.get(name)) {
            return all.iter().map(String::as_str).collect();
        }
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self
            .direct
            .get(name)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        while let Some(next) = open.pop() {
            if seen.insert(next) && deep {
                open.extend(
                    self.direct
                        .get(next)
                        .into_iter()
                        .flatten()
                        .map(String::as_str),
                );
            }
        }
        seen
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

fn breaches(graph: &Graph) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for rule in RULES {
        for krate in rule.crates {
            let allowed = rule
                .allowed
                .iter()
                .find(|(name, _)| name == krate)
                .map_or(&[][..], |(_, names)| names);
            for name in graph.reached(krate, rule.deep) {
                let forbidden = rule.forbidden.iter().any(|pattern| matches(pattern, name));
                if forbidden && !allowed.iter().any(|pattern| matches(pattern, name)) {
                    found.push(format!("{krate} uses {name}: {}", rule.because));
                }
            }
        }
    }
    for krate in graph
        .direct
        .keys()
        .filter(|name| name.starts_with("krait-"))
    {
        let Some(place) = ORDER.iter().position(|name| name == krate) else {
            found.push(format!(
                "{krate} has no place in the order of the layers (crates/xtask/src/layering.rs)"
            ));
            continue;
        };
        for name in graph.reached(krate, false) {
            if ORDER
                .iter()
                .position(|other| *other == name)
                .is_some_and(|other| other >= place)
            {
                found.push(format!("{krate} uses {name}, which is not below it"));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let direct = edges
            .iter()
            .map(|(name, to)| {
                (
                    (*name).to_owned(),
                    to.iter().map(|to| (*to).to_owned()).collect(),
                )
            })
            .collect();
        Graph {
            direct,
            all: BTreeMap::new(),
        }
    }

    #[test]
    fn a_pure_crate_must_not_reach_the_browser_even_indirectly() {
        let found = breaches(&graph(&[
            ("krait-vfs", &["chrono"]),
            ("chrono", &["js-sys"]),
        ]))
        .unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("krait-vfs uses js-sys"));
    }

    #[test]
    fn the_kernel_may_reach_it_through_the_interpreter_only() {
        let through = graph(&[
            ("krait-kernel", &["rustpython-vm"]),
            ("rustpython-vm", &["wasm-bindgen"]),
        ]);
        assert!(breaches(&through).unwrap().is_empty());
        assert_eq!(
            breaches(&graph(&[("krait-kernel", &["web-sys"])]))
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn the_library_builder_may_use_the_compiler_but_not_the_interpreter() {
        assert!(
            breaches(&graph(&[("krait-pylib", &["rustpython-compiler"])]))
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            breaches(&graph(&[("krait-pylib", &["rustpython-vm"])]))
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn a_dependency_without_an_exact_version_is_loose() {
        let dependency = |name: &str, req: &str, path: Value| serde_json::json!({"name": name, "req": req, "path": path});
        let metadata = serde_json::json!({
            "workspace_members": ["ours"],
            "packages": [
                {"id": "ours", "name": "krait-vfs", "dependencies": [
                    dependency("serde", "^1", Value::Null),
                    dependency("toml", "=1.2.1", Value::Null),
                    dependency("krait-config", "*", "/crates/config".into()),
                ]},
                {"id": "theirs", "name": "zip", "dependencies": [dependency("flate2", "^1", Value::Null)]},
            ],
        });
        assert_eq!(
            loose(&metadata),
            ["krait-vfs depends on serde ^1: pin it, \"=x.y.z\""]
        );
    }

    #[test]
    fn upward_and_unplaced_crates_are_breaches() {
        assert_eq!(
            breaches(&graph(&[("krait-kernel", &["krait-page"])]))
                .unwrap()
                .len(),
            1
        );
        assert_eq!(breaches(&graph(&[("krait-shiny", &[])])).unwrap().len(), 1);
        assert!(
            breaches(&graph(&[("krait-page", &["krait-kernel", "krait-bridge"])]))
                .unwrap()
                .is_empty()
        );
    }
}
