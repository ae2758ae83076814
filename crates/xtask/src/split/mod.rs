//! The split of the wasm: what programs use right from the start stays in the module that every page downloads, all other
//! functions go into modules that are fetched when one of them is called.
//!
//! Which functions those are is found out at build time: a copy of the module that notes which of its functions are entered
//! ([`counted`]) runs the programs of `crates/xtask/training` in Node. What the page alone calls cannot be run there, so the
//! functions of some crates stay whether they were entered or not, and so do those that `train` has seen pages enter.
//!
//! A function that is at home in another module is a stub here, which calls it by way of a table that the modules share; the
//! stubs of the first module ask for the rest before that. So calls within a module stay direct. In the modules of the rest all
//! functions have the index that they had, so no body is changed. The idea is binaryen's `wasm-split`.

mod counted;
mod first;
mod module;
mod rest;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

pub use counted::counted;
use module::Module;

/// The import that fetches and starts the rest, and the end of the file that has it.
const LOAD: (&str, &str) = ("loadRest", "/js/rest.js");
/// What the names of the exports begin with that the rest imports, and the module that it imports them from.
const SHARED: &str = "rest";

/// The modules that one was split into.
pub struct Parts {
    /// With memory, data and exports.
    pub first: Vec<u8>,
    /// The others, each for itself of a size that browsers compile while a page waits.
    pub rest: Vec<Vec<u8>>,
    /// What became of it, as a line of text.
    pub summary: String,
}

/// Browsers refuse to compile more than 8 MB while a page waits.
const LARGEST: usize = 7_000_000;

/// A stub is about as large, so nothing is won by taking a function out that is smaller.
const SMALLEST: usize = 48;

/// Splits a module. `entered` has the places of the functions that the training entered; functions whose name `stays`
/// accepts stay as well; it is given the hash too that tells the instances of one function apart.
pub fn split(
    bytes: &[u8],
    entered: &BTreeSet<usize>,
    stays: impl Fn(&str, Option<&str>) -> bool,
) -> Result<Parts> {
    let module = Module::read(bytes)?;
    if module.imports_more {
        bail!("the module imports what is no function, and its own would have another index");
    }
    let load = module
        .imports
        .iter()
        .position(|import| import.name == LOAD.0 && import.from.ends_with(LOAD.1))
        .context("the module does not import what fetches the rest")?;
    if module.names.is_empty() {
        bail!("the module has no names of functions to split it by");
    }
    let mut homes = vec![0_usize; module.functions.len()];
    let mut size = 0;
    for (place, body) in module.bodies.iter().enumerate() {
        let index = module.imported() + place;
        let stays = entered.contains(&place)
            || body.len() < SMALLEST
            || module.names.get(&index).is_some_and(|name| {
                let (name, hash) = without_hash(name);
                stays(&name, hash.as_deref())
            });
        if stays {
            continue;
        }
        size += body.len();
        homes[index] = 1 + size / LARGEST;
    }
    let plan = Plan::new(&module, homes, load)?;
    let first = first::write(&module, &plan)?;
    let rest = (1..=1 + size / LARGEST)
        .map(|part| rest::write(&module, &plan, part))
        .collect::<Result<Vec<_>>>()?;
    let kept = plan
        .homes
        .iter()
        .skip(module.imported())
        .filter(|home| **home == 0)
        .count();
    let summary = format!(
        "{kept} of {} functions at hand, {} bytes of code in {} further modules",
        module.bodies.len(),
        size,
        rest.len()
    );
    Ok(Parts {
        first,
        rest,
        summary,
    })
}

/// The functions at some places by their names, with their hashes if there are more of that name.
pub fn names(bytes: &[u8], places: &BTreeSet<usize>) -> Result<Names> {
    /// If there are no more, all of them may as well be meant: hashes change with the compiler.
    const FEW: usize = 4;
    let module = Module::read(bytes)?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in module.names.values() {
        *counts.entry(without_hash(name).0).or_default() += 1;
    }
    let mut names = Names::new();
    for name in places
        .iter()
        .filter_map(|place| module.names.get(&(module.imported() + place)))
    {
        let (name, hash) = without_hash(name);
        let few = counts.get(&name).is_some_and(|count| *count <= FEW);
        names.entry(name).or_default().extend(hash.filter(|_| !few));
    }
    Ok(names)
}

/// Names of functions, and the hashes of those that are meant; none if all are.
pub type Names = BTreeMap<String, BTreeSet<String>>;

/// Means all functions of a name where the module has none with one of its hashes: hashes change with the compiler and with
/// what the crates depend on, and a function too many costs bytes, while one too few costs the start a download. Answers how many
/// names that were.
pub fn widen(names: &mut Names, bytes: &[u8]) -> Result<usize> {
    let module = Module::read(bytes)?;
    let there: BTreeSet<(String, Option<String>)> = module
        .names
        .values()
        .map(|name| without_hash(name))
        .collect();
    let mut widened = 0;
    for (name, hashes) in names {
        if hashes
            .iter()
            .any(|hash| !there.contains(&(name.clone(), Some(hash.clone()))))
        {
            hashes.clear();
            widened += 1;
        }
    }
    Ok(widened)
}

/// A file of places, one a line.
pub fn places(file: &Path) -> Result<BTreeSet<usize>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.lines()
        .map(|line| {
            line.parse()
                .with_context(|| format!("{line} is no place of a function"))
        })
        .collect()
}

/// A name without its hash, and the hash.
fn without_hash(name: &str) -> (String, Option<String>) {
    let name = rustc_demangle::demangle(name).to_string();
    if let Some((path, rest)) = name.rsplit_once("::h")
        && let Some((hash, rest)) = rest.split_at_checked(16)
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return (format!("{path}{rest}"), Some(hash.to_owned()));
    }
    (name, None)
}

/// The rest as one file, which `crates/bridge/js/rest.js` reads: "KRAITRST", u32 how many modules, their lengths as u32,
/// the modules.
pub fn file(modules: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut file = b"KRAITRST".to_vec();
    file.extend(u32::try_from(modules.len())?.to_le_bytes());
    for module in modules {
        file.extend(u32::try_from(module.len())?.to_le_bytes());
    }
    file.extend(modules.concat());
    Ok(file)
}

/// Who lives where.
struct Plan {
    /// The module of each function; 0 is the first.
    homes: Vec<usize>,
    /// Place in the shared table of functions that are called from elsewhere.
    slots: Vec<Option<u32>>,
    /// How many places the table has.
    room: u32,
    /// Functions that the bodies of each module call or refer to.
    wanted: Vec<BTreeSet<u32>>,
    /// Functions that bodies of each module take references to.
    referred: Vec<BTreeSet<u32>>,
    /// The import that fetches the rest.
    load: u32,
}

impl Plan {
    fn new(module: &Module, homes: Vec<usize>, load: usize) -> Result<Self> {
        let count = homes.iter().max().map_or(1, |last| last + 1);
        let mut wanted = vec![BTreeSet::new(); count];
        let mut referred = vec![BTreeSet::new(); count];
        for (place, body) in module.bodies.iter().enumerate() {
            let home = homes[module.imported() + place];
            let uses = module::uses(body)?;
            if home > 0 && uses.touches_segments {
                bail!(
                    "function {} of the rest copies from data segments, which are in the first module",
                    module.imported() + place
                );
            }
            wanted[home].extend(uses.called);
            referred[home].extend(uses.referred);
        }
        // Tables and exports are the first module's.
        wanted[0].extend(module.elsewhere()?);
        for (functions, more) in wanted.iter_mut().zip(&referred) {
            functions.extend(more);
        }
        let mut plan = Self {
            slots: vec![None; homes.len()],
            homes,
            room: 0,
            wanted,
            referred,
            load: u32::try_from(load)?,
        };
        for home in 0..count {
            for index in &plan.wanted[home] {
                let index = *index as usize;
                // Imports are the same in all modules.
                if index >= module.imported()
                    && plan.homes[index] != home
                    && plan.slots[index].is_none()
                {
                    plan.slots[index] = Some(0);
                }
            }
        }
        // Those of one module lie side by side.
        for home in 0..count {
            for index in 0..plan.slots.len() {
                if plan.homes[index] == home && plan.slots[index].is_some() {
                    plan.slots[index] = Some(plan.room);
                    plan.room += 1;
                }
            }
        }
        Ok(plan)
    }

    /// The functions of a module that others call, in the order of their slots, and the first slot.
    fn lent(&self, home: usize) -> Option<(u32, Vec<u32>)> {
        let mut start = None;
        let mut lent = Vec::new();
        for (index, slot) in (0_u32..).zip(&self.slots) {
            if self.homes[index as usize] == home
                && let Some(slot) = slot
            {
                start.get_or_insert(*slot);
                lent.push(index);
            }
        }
        Some((start?, lent))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use wasm_encoder::{
        CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection,
        Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection,
        MemoryType, NameMap, NameSection, RefType, TableSection, TableType, TypeSection, ValType,
    };

    use super::*;

    /// One imported function, and five of its own: `a` calls `b`, `b` calls `c` and `a`, `d` is in the table, nobody calls `e`.
    fn sample() -> Vec<u8> {
        let mut out = wasm_encoder::Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types
            .ty()
            .function([ValType::I32, ValType::F64], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("x/js/rest.js", "loadRest", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        for _ in 0..5 {
            functions.function(1);
        }
        let mut tables = TableSection::new();
        let (element_type, table64, shared) = (RefType::FUNCREF, false, false);
        tables.table(TableType {
            element_type,
            minimum: 3,
            maximum: None,
            table64,
            shared,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared,
            page_size_log2: None,
        });
        let mut globals = GlobalSection::new();
        globals.global(
            GlobalType {
                val_type: ValType::I32,
                mutable: true,
                shared,
            },
            &ConstExpr::i32_const(7),
        );
        let mut exports = ExportSection::new();
        exports.export("a", ExportKind::Func, 1);
        let mut elements = ElementSection::new();
        elements.active(
            None,
            &ConstExpr::i32_const(2),
            Elements::Functions([4].as_slice().into()),
        );
        let mut code = CodeSection::new();
        for calls in [&[2][..], &[3, 1], &[], &[], &[]] {
            let mut body = Function::new([(1, ValType::I64)]);
            for called in calls {
                body.instructions()
                    .local_get(0)
                    .local_get(1)
                    .call(*called)
                    .drop();
            }
            // Larger than what is not worth a stub.
            for _ in 0..SMALLEST {
                body.instructions().nop();
            }
            body.instructions().i32_const(1).end();
            code.function(&body);
        }
        let mut map = NameMap::new();
        for (index, name) in ["loadRest", "x::a::h0123456789abcdef", "b", "c", "d", "e"]
            .iter()
            .enumerate()
        {
            map.append(u32::try_from(index).unwrap(), name);
        }
        let mut names = NameSection::new();
        names.functions(&map);
        out.section(&types)
            .section(&imports)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals);
        out.section(&exports)
            .section(&elements)
            .section(&code)
            .section(&names);
        out.finish()
    }

    #[test]
    fn bodies_move_and_stubs_stand_where_they_are_called() {
        let sample = sample();
        let parts = split(&sample, &BTreeSet::from([2]), |name, hash| {
            name == "x::a" && hash == Some("0123456789abcdef")
        })
        .unwrap();
        let (whole, first, rest) = (
            Module::read(&sample).unwrap(),
            Module::read(&parts.first).unwrap(),
            Module::read(&parts.rest[0]).unwrap(),
        );
        assert_eq!(parts.rest.len(), 1);
        let here = |module: &Module, place: usize| module.bodies[place] == whole.bodies[place];
        assert_eq!(
            (0..5).map(|place| here(&first, place)).collect::<Vec<_>>(),
            [true, false, true, false, false]
        );
        assert_eq!(
            (0..5).map(|place| here(&rest, place)).collect::<Vec<_>>(),
            [false, true, false, true, true]
        );
        // `a` calls `b` and the table has `d`, so the first module has stubs of them; it has none of `e`.
        for (place, called) in [(1, 5), (3, 5), (4, 0)] {
            assert_eq!(
                module::uses(first.bodies[place]).unwrap().called,
                [called],
                "{place}"
            );
        }
        assert_eq!(first.bodies.len(), 5);
        assert!(first.names.is_empty());
        assert_eq!(first.elsewhere().unwrap(), [1, 4, 1, 3]);
        // The rest takes the stubs' places, in the shared table and in the module's own.
        assert_eq!(rest.placed, [(1, 2, 2), (1, 3, 4), (0, 2, 4)]);
        assert_eq!(first.placed, [(0, 2, 4), (1, 0, 1), (1, 1, 3)]);
    }

    #[test]
    fn functions_of_the_first_module_are_numbered_without_those_that_nobody_calls_there() {
        let sample = sample();
        let parts = split(&sample, &BTreeSet::from([0, 4]), |_, _| false).unwrap();
        let (whole, first) = (
            Module::read(&sample).unwrap(),
            Module::read(&parts.first).unwrap(),
        );
        // `a`, the stubs of `b` and `d`, `e`, and what asks for the rest; only the rest calls `c`.
        assert_eq!(first.bodies.len(), 5);
        assert_eq!(first.bodies[3], whole.bodies[4]);
        assert_eq!(first.placed, [(0, 2, 3), (1, 0, 1)]);
        assert_eq!(module::uses(first.bodies[2]).unwrap().called, [5]);
    }

    #[test]
    fn the_copy_that_counts_has_a_bit_for_each_function() {
        let sample = sample();
        let counted = counted(&sample).unwrap();
        let (whole, counted) = (
            Module::read(&sample).unwrap(),
            Module::read(&counted).unwrap(),
        );
        assert_eq!(counted.globals.len(), 2);
        for (body, more) in whole.bodies.iter().zip(&counted.bodies) {
            assert!(more.len() > body.len());
            assert_eq!(more[..3], body[..3], "locals come first");
            assert_eq!(more[more.len() - 50..], body[body.len() - 50..]);
        }
    }

    #[test]
    fn names_lose_their_hashes() {
        for (name, expected, hash) in [
            ("a::b::h0123456789abcdef", "a::b", Some("0123456789abcdef")),
            (
                "<a::B as c::D>::e::h0123456789abcdef shim",
                "<a::B as c::D>::e shim",
                Some("0123456789abcdef"),
            ),
            ("a::hello", "a::hello", None),
            ("memcpy", "memcpy", None),
        ] {
            assert_eq!(
                without_hash(name),
                (expected.to_owned(), hash.map(str::to_owned))
            );
        }
    }

    #[test]
    fn a_module_that_cannot_fetch_the_rest_is_not_split() {
        let error = split(b"\0asm\x01\0\0\0", &BTreeSet::new(), |_, _| false)
            .err()
            .unwrap();
        assert!(
            error
                .to_string()
                .contains("does not import what fetches the rest"),
            "{error}"
        );
    }

    #[test]
    fn names_with_hashes_of_another_build_mean_all_functions_of_that_name() {
        let hashes = |hashes: &[&str]| hashes.iter().map(|hash| (*hash).to_owned()).collect();
        let mut names = Names::from([
            ("x::a".to_owned(), hashes(&["0123456789abcdef"])),
            ("b".to_owned(), hashes(&[])),
        ]);
        let sample = sample();
        assert_eq!(widen(&mut names, &sample).unwrap(), 0);
        assert_eq!(names["x::a"].len(), 1);
        names.insert(
            "x::a".to_owned(),
            hashes(&["0123456789abcdef", "fedcba9876543210"]),
        );
        assert_eq!(widen(&mut names, &sample).unwrap(), 1);
        assert!(names["x::a"].is_empty());
    }
}
