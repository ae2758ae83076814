//! Data that comes with the rest: what no function of the first module reads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};

use super::module::{Module, Uses};
use crate::recipe::Late;
use crate::shares;

/// A piece of memory with what it begins with: its address, its bytes.
pub type Segment<'a> = (u32, &'a [u8]);

/// Chooses among the pieces of data that the linker put side by side; gives their addresses in order. One is taken if functions that `wanted` names refer to
/// its beginning, and no others of their crate to it. `uses` are those of the bodies, `name` gives a function's name.
pub fn choose(
    module: &Module,
    uses: &[Uses],
    name: impl Fn(usize) -> Option<String>,
    pieces: &[Range<u32>],
    wanted: &[Late],
) -> Result<Vec<Range<u32>>> {
    let mut chosen = Vec::new();
    if wanted.is_empty() {
        return Ok(chosen);
    }
    let mut pieces = pieces.to_vec();
    pieces.sort_by_key(|piece| piece.start);
    let mut found: BTreeMap<usize, Readers> = BTreeMap::new();
    for (place, uses) in uses.iter().enumerate() {
        for address in &uses.addresses {
            let before = pieces.partition_point(|piece| piece.end <= *address);
            let Some(piece) = pieces.get(before).filter(|piece| piece.contains(address)) else {
                continue;
            };
            let readers = found.entry(before).or_default();
            let readers = match address - piece.start < HEAD {
                true => &mut readers.of_it,
                false => &mut readers.inside,
            };
            readers.insert(module.imported() + place);
        }
    }
    for late in wanted {
        let named = |reader: &usize| {
            name(*reader).is_some_and(|name| {
                let mut prefixes = late.readers.iter();
                prefixes.any(|prefix| name.starts_with(prefix))
            })
        };
        // A number of another crate's is the address by chance: the data is private to its own.
        let may_read = |reader: &usize| {
            name(*reader).is_some_and(|name| {
                let mut prefixes = late.readers.iter();
                prefixes.any(|prefix| shares::owner(prefix) == shares::owner(&name))
            })
        };
        let mut taken = 0;
        let mut others = BTreeSet::new();
        for (piece, readers) in &found {
            let small = (pieces[*piece].len() as u64) < late.bytes;
            if small || !readers.of_it.iter().any(named) {
                continue;
            }
            let mut seen: BTreeSet<usize> = readers.of_it.clone();
            // Of a library only the beginning is referred to.
            if late.modules_but.is_none() {
                seen.extend(readers.inside.iter().filter(|reader| may_read(reader)));
            }
            if !seen.iter().all(named) {
                let unnamed = seen.iter().filter(|reader| !named(reader));
                others.extend(unnamed.filter_map(|reader| name(*reader)));
                continue;
            }
            let piece = pieces[*piece].clone();
            let ranges = match &late.modules_but {
                None => vec![piece],
                Some(kept) => codes(&memory(&module.data, &piece), kept)
                    .with_context(|| {
                        format!(
                            "the data at {:#x} is not a library of frozen modules",
                            piece.start
                        )
                    })?
                    .into_iter()
                    .map(|code| piece.start + code.start..piece.start + code.end)
                    .collect(),
            };
            taken += 1;
            chosen.extend(ranges);
        }
        if taken == 0 {
            bail!(
                "no data of {} bytes is known to {} alone: `split.late` in wasm-pack.toml does not fit the module; others that seem to know theirs: {}",
                late.bytes,
                late.readers.join(", "),
                others.into_iter().take(8).collect::<Vec<_>>().join(", ")
            );
        }
    }
    chosen.sort_by_key(|range| range.start);
    Ok(chosen)
}

/// Where a piece begins: the compiler may have read the first numbers of it already.
const HEAD: u32 = 16;

/// Functions with numbers that are addresses of a piece.
#[derive(Default)]
struct Readers {
    /// Where it begins.
    of_it: BTreeSet<usize>,
    /// Further on.
    inside: BTreeSet<usize>,
}

/// What a module's memory begins with there.
fn memory(data: &[Segment], range: &Range<u32>) -> Vec<u8> {
    let mut bytes = vec![0; range.len()];
    for (address, segment) in cut(data, std::slice::from_ref(range)).1 {
        let at = (address - range.start) as usize;
        bytes[at..at + segment.len()].copy_from_slice(segment);
    }
    bytes
}

/// Cuts segments at the ends of the ranges, which are in order: what lies outside of them, and inside.
pub fn cut<'a>(
    data: &[Segment<'a>],
    ranges: &[Range<u32>],
) -> (Vec<Segment<'a>>, Vec<Segment<'a>>) {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    for &(mut address, mut bytes) in data {
        for range in ranges {
            for (end, part) in [(range.start, &mut outside), (range.end, &mut inside)] {
                let length = (end.saturating_sub(address) as usize).min(bytes.len());
                let (taken, left) = bytes.split_at(length);
                if !taken.is_empty() {
                    part.push((address, taken));
                }
                address += length as u32;
                bytes = left;
            }
        }
        if !bytes.is_empty() {
            outside.push((address, bytes));
        }
    }
    (outside, inside)
}

/// Where the code of the interpreter's frozen modules lies in a library of them, but for that of `kept`: u32 how many, for each
/// its name and its code as u32 length and bytes, and a byte.
fn codes(library: &[u8], kept: &[String]) -> Result<Vec<Range<u32>>> {
    let mut at = 0_usize;
    let mut take = |length: usize| -> Result<Range<usize>> {
        let range = at..at.checked_add(length).context("a length is too large")?;
        at = range.end;
        ensure!(at <= library.len(), "it is cut off");
        Ok(range)
    };
    let number = |range: Range<usize>| -> usize {
        library[range]
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    let mut codes = Vec::new();
    for _ in 0..number(take(4)?) {
        let length = number(take(4)?);
        let name = std::str::from_utf8(&library[take(length)?])?;
        let length = number(take(4)?);
        let code = take(length)?;
        take(1)?;
        if !kept.iter().any(|kept| kept == name) {
            codes.push(u32::try_from(code.start)?..u32::try_from(code.end)?);
        }
    }
    ensure!(at == library.len(), "something follows it");
    Ok(codes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn segments_are_cut_at_the_ends_of_ranges() {
        let data: &[Segment] = &[(10, b"abcdef"), (20, b"ghij"), (30, b"k")];
        let (outside, inside) = cut(data, &[12..14, 15..22, 24..30]);
        assert_eq!(
            outside,
            [(10, &b"ab"[..]), (14, b"e"), (22, b"ij"), (30, b"k")]
        );
        assert_eq!(inside, [(12, &b"cd"[..]), (15, b"f"), (20, b"gh")]);
        assert_eq!(cut(data, &[]), (data.to_vec(), vec![]));
        assert_eq!(memory(data, &(14..22)), b"ef\0\0\0\0gh");
    }

    #[test]
    fn the_code_of_frozen_modules_is_found() {
        let mut library = vec![2, 0, 0, 0];
        for (name, code) in [("ab", "12345"), ("kept", "678")] {
            for text in [name, code] {
                library.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
                library.extend(text.as_bytes());
            }
            library.push(1);
        }
        let found = |kept: &[&str]| {
            let kept: Vec<String> = kept.iter().map(|&name| name.to_owned()).collect();
            let codes = codes(&library, &kept).unwrap();
            codes
                .into_iter()
                .map(|code| (code.start, code.end))
                .collect::<Vec<_>>()
        };
        assert_eq!(found(&["kept"]), [(14, 19)]);
        assert_eq!(found(&[]), [(14, 19), (32, 35)]);
        for wrong in [
            &library[..library.len() - 1],
            &[library.as_slice(), b"x"].concat(),
        ] {
            assert!(codes(wrong, &[]).is_err());
        }
    }
}
