//! `size`: the largest functions and pieces of data of the module, and a map of all of them.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shares::{self, Function};

/// How many of each are printed.
const SHOWN: usize = 100;
/// Letters of a name that are printed; the map has the whole.
const LETTERS: usize = 110;

/// Something of the module that has a size.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    /// Bytes, uncompressed.
    size: u64,
    /// The crate that it comes from.
    owner: String,
    name: String,
}

/// Prints the largest functions and pieces of data of `module`, whose functions `functions` are, and writes the map of all,
/// largest first, beside it.
pub fn print(module: &Path, functions: &[Function]) -> Result<()> {
    let linked = module.with_extension("map");
    let text = fs::read_to_string(&linked)
        .with_context(|| format!("cannot read the linker's map {}", linked.display()))?;
    let mut code: Vec<Piece> = functions
        .iter()
        .map(|function| Piece {
            size: function.size,
            owner: function.owner().to_owned(),
            name: function.name.clone(),
        })
        .collect();
    let mut data = data(&text);
    for pieces in [&mut code, &mut data] {
        pieces.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.name.cmp(&b.name)));
    }
    print!(
        "\n{}\n{}",
        render("functions", &code, SHOWN, LETTERS),
        render("pieces of data", &data, SHOWN, LETTERS)
    );
    let map = module.with_extension("sizes.txt");
    let whole = [
        render("functions", &code, usize::MAX, usize::MAX),
        render("pieces of data", &data, usize::MAX, usize::MAX),
    ];
    fs::write(&map, whole.join("\n")).with_context(|| format!("cannot write {}", map.display()))?;
    println!("\nall of them, largest first: {}", map.display());
    Ok(())
}

fn render(what: &str, pieces: &[Piece], shown: usize, letters: usize) -> String {
    let total: u64 = pieces.iter().map(|piece| piece.size).sum();
    let shown = shown.min(pieces.len());
    let sum: u64 = pieces.iter().take(shown).map(|piece| piece.size).sum();
    let mut text = format!(
        "the {shown} largest {what}, uncompressed, {sum} bytes of {total} in {}\n",
        pieces.len()
    );
    for Piece { size, owner, name } in pieces.iter().take(shown) {
        let name: String = name.chars().take(letters).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{size:>9}  {owner:<26} {name}");
    }
    text
}

/// A section of an object file that the linker has put into the module's data.
struct Row<'a> {
    address: u32,
    size: u32,
    file: &'a str,
    /// With the dot before it, as `.rodata.<symbol>`.
    section: &'a str,
}

/// The data in the map that the linker writes: lines of address, offset, size (hexadecimal), and the section of an object file,
/// `path/lib<crate>-<hash>.rlib(<object>):(.rodata.<symbol>)`.
fn rows(map: &str) -> impl Iterator<Item = Row<'_>> {
    map.lines().filter_map(|line| {
        // The columns are padded on the left.
        let mut rest = line.trim_start();
        let mut word = || {
            let (word, after) = rest.split_once(' ')?;
            rest = after.trim_start();
            Some(word)
        };
        let (address, _, size) = (word()?, word()?, word()?);
        let (file, section) = rest.strip_suffix(')')?.rsplit_once(":(")?;
        let row = Row {
            address: u32::from_str_radix(address, 16).ok()?,
            size: u32::from_str_radix(size, 16).ok()?,
            file,
            section,
        };
        (section.starts_with(".rodata") || section.starts_with(".data")).then_some(row)
    })
}

/// Where pieces of data of `least` bytes and more lie.
pub fn places(map: &str, least: u32) -> Vec<Range<u32>> {
    rows(map)
        .filter(|row| row.size >= least)
        .map(|row| row.address..row.address + row.size)
        .collect()
}

/// The pieces of the data section, by that map.
fn data(map: &str) -> Vec<Piece> {
    rows(map)
        .filter_map(|row| {
            let Row { file, section, .. } = row;
            let size = u64::from(row.size);
            let symbol = section
                .strip_prefix(".rodata")
                .or_else(|| section.strip_prefix(".data"))?;
            let symbol = symbol.trim_start_matches('.');
            let from = crate_of(file);
            let piece = if symbol.is_empty() {
                Piece {
                    size,
                    owner: from.unwrap_or("(merged)").to_owned(),
                    name: format!("strings, merged by the linker {section}"),
                }
            } else if let Some(unnamed) = symbol.strip_prefix("Lanon.") {
                Piece {
                    size,
                    owner: from.unwrap_or("(no crate)").to_owned(),
                    name: format!("without a name: {unnamed}"),
                }
            } else {
                let name = shares::demangle(symbol);
                let owner = match shares::owner(&name) {
                    "(no crate)" => from.unwrap_or("(no crate)"),
                    owner => owner,
                };
                Piece {
                    size,
                    owner: owner.to_owned(),
                    name,
                }
            };
            Some(piece)
        })
        .collect()
}

/// `path/libzip-0123.rlib(object)` is of the crate `zip`.
fn crate_of(file: &str) -> Option<&str> {
    let archive = file.split(".rlib(").next()?;
    let name = archive.rsplit('/').next()?.strip_prefix("lib")?;
    name.rsplit_once('-').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const MAP: &str = "\
    Addr      Off     Size Out     In      Symbol
       -    40a74   d20000 CODE
       -    47eb3       13         /t/deps/libzip-0a1.rlib(zip.o):(.text._ZN3zip1a1bE)
   30000   d60c03   289a08 .rodata
   30000   d60c03       10         /t/deps/libzip-0a1.rlib(zip-0a1.zip.cgu.0.rcgu.o):(.rodata._ZN3zip5TABLE17h0123456789abcdefE)
   30000   d60c03       10                 _ZN3zip5TABLE17h0123456789abcdefE
   30010   d60c13      1ff         /t/deps/libserde_json-0a1.rlib(x.o):(.rodata..Lanon.a0a8.18)
   30210   d60e13       20         <internal>:(.rodata)
  2b9910   fea515        8         /t/deps/libzip-0a1.rlib(x.o):(.data._ZN4core3one17h0123456789abcdefE)
  2ba618   d60c02     1000         /t/deps/libzip-0a1.rlib(x.o):(.bss._ZN3zip4ZERO17h0123456789abcdefE)
";

    #[test]
    fn data_belongs_to_the_crate_of_its_symbol_or_of_its_object() {
        let pieces: Vec<_> = data(MAP)
            .into_iter()
            .map(|piece| (piece.size, piece.owner, piece.name))
            .collect();
        let expected = [
            (16, "zip", "zip::TABLE"),
            (511, "serde_json", "without a name: a0a8.18"),
            (32, "(merged)", "strings, merged by the linker .rodata"),
            (8, "core", "core::one"),
        ];
        assert_eq!(
            pieces,
            expected.map(|(size, owner, name)| (size, owner.to_owned(), name.to_owned()))
        );
        assert_eq!(places(MAP, 32), [0x30010..0x3020f, 0x30210..0x30230]);
    }

    #[test]
    fn the_largest_come_first_and_the_rest_is_counted() {
        let piece = |size, name: &str| Piece {
            size,
            owner: "zip".to_owned(),
            name: name.to_owned(),
        };
        let text = render("functions", &[piece(9, "long name"), piece(3, "b")], 1, 4);
        assert_eq!(
            text,
            "the 1 largest functions, uncompressed, 9 bytes of 12 in 2\n        9  zip                        long\n"
        );
    }
}
