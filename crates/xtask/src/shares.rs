//! `size`: whose code the wasm is made of, by the names that the compiler gives its functions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::largest;

/// Crates that are listed one by one; the rest are summed up.
const SHOWN: usize = 40;

/// A function of the module.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name as the source has it, empty if it has none.
    pub name: String,
    /// Bytes of its body.
    pub size: u64,
}

impl Function {
    /// The crate that it belongs to.
    pub fn owner(&self) -> &str {
        if self.name.is_empty() {
            "(no name)"
        } else {
            owner(&self.name)
        }
    }
}

/// What a module with names holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shares {
    functions: Vec<Function>,
    /// Bytes of the data section, which has no names.
    data: u64,
}

/// Prints the shares of the module that cargo made with `profile`, and the largest pieces of it. It is the one before
/// wasm-bindgen, because that takes the names away; nothing is printed if it is not there.
pub fn print(module: &Path, profile: &str) -> Result<()> {
    if !module.is_file() {
        println!(
            "shares by crate: these sources have not been built with profile {profile}; `cargo xtask build` does"
        );
        return Ok(());
    }
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let shares = read(&bytes)?;
    print!("\n{}", render(&shares, profile));
    largest::print(module, &shares.functions)
}

fn read(bytes: &[u8]) -> Result<Shares> {
    let mut imported = 0_usize;
    let mut sizes: Vec<u64> = Vec::new();
    let mut names: BTreeMap<usize, &str> = BTreeMap::new();
    let mut shares = Shares::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(length(&body.range())),
            Payload::DataSection(data) => shares.data = length(&data.range()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(parts) = section.as_known() {
                    for part in parts {
                        if let Name::Function(map) = part? {
                            for naming in map {
                                let naming = naming?;
                                names.insert(naming.index as usize, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    shares.functions = sizes
        .iter()
        .enumerate()
        .map(|(index, &size)| Function {
            name: names
                .get(&(imported + index))
                .map_or_else(String::new, |name| demangle(name)),
            size,
        })
        .collect();
    Ok(shares)
}

fn length(range: &std::ops::Range<u64>) -> u64 {
    range.end - range.start
}

/// A compiler's name as the source has it.
pub fn demangle(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// The crate that a function belongs to: the first path in its name, which for a method is its type's. What drops a value
/// belongs to the value's crate.
pub fn owner(name: &str) -> &str {
    let mut rest = name
        .strip_prefix("core::ptr::drop_in_place<")
        .unwrap_or(name);
    loop {
        let trimmed = rest
            .trim_start_matches(['<', '&', '(', '[', '*', ' '])
            .trim_start_matches("dyn ")
            .trim_start_matches("mut ")
            .trim_start_matches("const ");
        if trimmed.len() == rest.len() {
            break;
        }
        rest = trimmed;
    }
    let end = rest
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .unwrap_or(rest.len());
    let (first, after) = rest.split_at(end);
    if after.starts_with("::") && !first.is_empty() {
        first
    } else {
        "(no crate)"
    }
}

fn render(shares: &Shares, profile: &str) -> String {
    let mut code: BTreeMap<&str, u64> = BTreeMap::new();
    for function in &shares.functions {
        *code.entry(function.owner()).or_default() += function.size;
    }
    let total: u64 = code.values().sum();
    let mut rows: Vec<_> = code.into_iter().collect();
    rows.sort_by_key(|&(name, size)| (std::cmp::Reverse(size), name));
    let mut text = format!(
        "shares of the code by crate, uncompressed, before wasm-bindgen (profile {profile}; {} bytes of data apart)\n",
        shares.data
    );
    let mut line = |name: &str, size: u64| {
        // Tenths of a per cent.
        let share = size * 1000 / total.max(1);
        text += &format!("{name:<36}{size:>12}{:>5}.{} %\n", share / 10, share % 10);
    };
    for &(name, size) in rows.iter().take(SHOWN) {
        line(name, size);
    }
    if rows.len() > SHOWN {
        let rest = rows.iter().skip(SHOWN).map(|(_, size)| size).sum();
        line(&format!("{} more", rows.len() - SHOWN), rest);
    }
    line("all", total);
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_function_belongs_to_the_crate_of_its_type() {
        for (name, expected) in [
            ("rustpython_vm::frame::run::h12", "rustpython_vm"),
            ("<zip::read::A as core::fmt::Debug>::fmt::h1", "zip"),
            ("<&mut krait_vfs::Vfs as T>::x::h1", "krait_vfs"),
            ("core::ptr::drop_in_place<toml::Value>::h1", "toml"),
            ("core::ptr::drop_in_place<[toml::Value]>::h1", "toml"),
            ("<dyn core::any::Any>::is::h1", "core"),
            ("memcpy", "(no crate)"),
            ("<T as a::B>::c::h1", "(no crate)"),
        ] {
            assert_eq!(owner(name), expected, "{name}");
        }
    }

    /// One imported function, two of its own of 3 and 2 bytes, of which the first is named, and 1 byte of data.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x07\x01\x01m\x01f\0\0\
        \x03\x03\x02\0\0\
        \x05\x03\x01\0\x01\
        \x0a\x08\x02\x03\0\x01\x0b\x02\0\x0b\
        \x0b\x07\x01\0\x41\0\x0b\x01z\
        \0\x16\x04name\x01\x0f\x01\x01\x0c_ZN3zip1a1bE";

    #[test]
    fn sizes_are_of_bodies_and_names_skip_imports() {
        let shares = read(MODULE).unwrap();
        assert_eq!(
            shares,
            Shares {
                functions: vec![
                    Function {
                        name: "zip::a::b".to_owned(),
                        size: 3
                    },
                    Function {
                        name: String::new(),
                        size: 2
                    },
                ],
                data: 7,
            }
        );
        let text = render(&shares, "quick");
        assert!(
            text.contains("zip                                            3   60.0 %"),
            "{text}"
        );
        assert!(text.contains("profile quick"));
    }
}
