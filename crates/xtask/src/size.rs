//! `size`: what the package weighs, against the last accepted table and the budgets.

use std::collections::BTreeMap;
use std::fs;
use std::ops::AddAssign;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cache::Places;
use crate::compress;
use crate::recipe::Recipe;
use crate::stamp;

/// How far a file may grow beyond the accepted table before it has to be accepted again, in per cent.
const SLACK: u64 = 2;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl AddAssign for Sizes {
    fn add_assign(&mut self, more: Self) {
        self.raw += more.raw;
        self.gzip += more.gzip;
        self.brotli += more.brotli;
    }
}

/// Prints the table. Fails when a budget is exceeded or a file grew; `bless` accepts the present sizes.
pub fn check(places: &Places, recipe: &Recipe, bless: bool) -> Result<ExitCode> {
    let pkg = places.pkg();
    let mut files = Vec::new();
    stamp::list(&pkg, &mut files)?;
    let mut table: BTreeMap<String, Sizes> = BTreeMap::new();
    for file in files {
        let name = file.strip_prefix(&pkg)?.to_string_lossy().into_owned();
        let sibling = pkg.join(format!("{name}.br"));
        if !sibling.is_file() || name == "package.json" {
            continue;
        }
        let bytes = fs::read(&file)?;
        let sizes = Sizes {
            raw: bytes.len() as u64,
            gzip: compress::gzip_size(&bytes)?,
            brotli: fs::metadata(&sibling)?.len(),
        };
        // The files of a flavour are those of the package: it is one row.
        let rows = match name.split_once('/') {
            Some((flavour, _)) if recipe.flavour.contains_key(flavour) => {
                vec![format!("{flavour}/")]
            }
            _ => vec![name, "full/".to_owned()],
        };
        for row in rows {
            *table.entry(row).or_default() += sizes;
        }
    }
    anyhow::ensure!(
        !table.is_empty(),
        "pkg/ holds nothing to measure: run `cargo xtask build`"
    );

    let snapshot = places.repo.join("tests/size.snap");
    let text = render(&table);
    let accepted = fs::read_to_string(&snapshot)
        .map(|text| parse(&text))
        .unwrap_or_default();
    print!("{text}");
    let mut problems = Vec::new();
    for (name, sizes) in &table {
        match accepted.get(name) {
            Some(old) if sizes.brotli * 100 > old.brotli * (100 + SLACK) => {
                problems.push(format!(
                    "{name} grew from {} to {} bytes (brotli)",
                    old.brotli, sizes.brotli
                ));
            }
            // A sum of files, each of which has its own row or is in another sum.
            None if name.ends_with('/') => {}
            None => problems.push(format!("{name} is not in tests/size.snap")),
            Some(_) => {}
        }
    }
    let budget = &recipe.budget;
    let total: u64 = budget
        .hello_world_files
        .iter()
        .filter_map(|name| table.get(name))
        .map(|sizes| sizes.brotli)
        .sum();
    println!(
        "hello world downloads {} bytes, budget {}",
        total, budget.hello_world
    );
    let over = total > budget.hello_world;
    if bless {
        fs::write(&snapshot, text)
            .with_context(|| format!("cannot write {}", snapshot.display()))?;
        problems.clear();
    }
    if over {
        problems.push(format!(
            "hello world is {} bytes over its budget",
            total - budget.hello_world
        ));
    }
    for problem in &problems {
        println!("size: {problem}");
    }
    if !problems.is_empty() {
        println!(
            "size: `cargo xtask size --bless` accepts new sizes; a budget is changed in wasm-pack.toml"
        );
    }
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn render(table: &BTreeMap<String, Sizes>) -> String {
    let mut text = format!(
        "{:<28}{:>12}{:>12}{:>12}\n",
        "file", "raw", "gzip", "brotli"
    );
    for (name, sizes) in table {
        text += &format!(
            "{name:<28}{:>12}{:>12}{:>12}\n",
            sizes.raw, sizes.gzip, sizes.brotli
        );
    }
    text
}

fn parse(text: &str) -> BTreeMap<String, Sizes> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?.to_owned();
            let mut number = || words.next()?.parse().ok();
            Some((
                name,
                Sizes {
                    raw: number()?,
                    gzip: number()?,
                    brotli: number()?,
                },
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendered_table_reads_back() {
        let table = BTreeMap::from([
            (
                "a.js".to_owned(),
                Sizes {
                    raw: 3,
                    gzip: 2,
                    brotli: 1,
                },
            ),
            (
                "krait_web_bg.wasm".to_owned(),
                Sizes {
                    raw: 13_000_000,
                    gzip: 4_000_000,
                    brotli: 2_400_000,
                },
            ),
        ]);
        assert_eq!(parse(&render(&table)), table);
        assert!(parse("").is_empty());
    }
}
