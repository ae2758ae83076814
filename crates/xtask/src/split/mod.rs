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
mod late;
mod module;
mod rest;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_encoder::{ConstExpr, GlobalSection, GlobalType, ValType};

use crate::recipe::Late;
pub use counted::counted;
use late::Segment;
pub use module::Module;
use module::Uses;

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

/// Adds globals that change, and begin with zero.
pub fn add_globals(globals: &mut GlobalSection, val_type: ValType, count: u32) {
    let zero = match val_type {
        ValType::I64 => ConstExpr::i64_const(0),
        _ => ConstExpr::i32_const(0),
    };
    let ty = GlobalType {
        val_type,
        mutable: true,
        shared: false,
    };
    for _ in 0..count {
        globals.global(ty, &zero);
    }
}

/// Browsers refuse to compile more than 8 MB while a page waits.
const LARGEST: usize = 7_000_000;

/// A stub is about as large, so nothing is won by taking a function out that is smaller.
const SMALLEST: usize = 48;

/// What goes where.
pub struct Choice<'a> {
    /// Places of the functions that the training entered: they stay.
    pub entered: &'a BTreeSet<usize>,
    /// Whether a function stays as well, by its name and the hash that tells the instances of one function apart.
    pub stays: &'a dyn Fn(&str, Option<&str>) -> bool,
    /// Functions that are in the rest whoever calls them.
    pub leaves: &'a [String],
    /// Where the linker put large pieces of data, and which of them come with the rest.
    pub pieces: &'a [Range<u32>],
    /// See `pieces`.
    pub late: &'a [Late],
}

/// Splits a module.
pub fn split(bytes: &[u8], choice: &Choice) -> Result<Parts> {
    let module = Module::read(bytes)?;
    if module.imports_more {
        bail!("the module imports what is no function, and its own would have another index");
    }
    if module.data_differs {
        bail!("the module has data that is not put to a place in memory when it starts");
    }
    let load = module
        .imports
        .iter()
        .position(|import| import.name == LOAD.0 && import.from.ends_with(LOAD.1))
        .context("the module does not import what fetches the rest")?;
    if module.names.is_empty() {
        bail!("the module has no names of functions to split it by");
    }
    let uses = module
        .bodies
        .iter()
        .map(|body| module::uses(body))
        .collect::<Result<Vec<_>>>()?;
    let name_of = |index: usize| module.names.get(&index).map(|name| without_hash(name));
    let late = late::choose(
        &module,
        &uses,
        |index| Some(name_of(index)?.0),
        choice.pieces,
        choice.late,
    )?;
    let mut absent: BTreeSet<&String> = choice.leaves.iter().collect();
    let mut homes = vec![0_usize; module.functions.len()];
    let mut size = 0;
    for (place, body) in module.bodies.iter().enumerate() {
        let index = module.imported() + place;
        let name = name_of(index);
        let leaves = name.as_ref().is_some_and(|(name, _)| {
            absent.remove(name);
            choice.leaves.contains(name)
        });
        let stays = || {
            choice.entered.contains(&place)
                || body.len() < SMALLEST
                || name
                    .as_ref()
                    .is_some_and(|(name, hash)| (choice.stays)(name, hash.as_deref()))
        };
        if !leaves && stays() {
            continue;
        }
        size += body.len();
        homes[index] = 1 + size / LARGEST;
    }
    if let Some(name) = absent.first() {
        bail!("the module has no function {name}, which `split.leaves` in wasm-pack.toml names");
    }
    let mut plan = Plan::new(&module, &uses, homes, load)?;
    (plan.kept, plan.late) = late::cut(&module.data, &late);
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
    let data: usize = plan.late.iter().map(|(_, bytes)| bytes.len()).sum();
    let summary = format!(
        "{kept} of {} functions at hand, {size} bytes of code and {data} of data in {} further modules",
        module.bodies.len(),
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
struct Plan<'a> {
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
    /// The data that the first module has, and that of the last one.
    kept: Vec<Segment<'a>>,
    /// See `kept`.
    late: Vec<Segment<'a>>,
}

impl Plan<'_> {
    fn new(module: &Module, uses: &[Uses], homes: Vec<usize>, load: usize) -> Result<Self> {
        let count = homes.iter().max().map_or(1, |last| last + 1);
        let mut wanted = vec![BTreeSet::new(); count];
        let mut referred = vec![BTreeSet::new(); count];
        for (place, uses) in uses.iter().enumerate() {
            let home = homes[module.imported() + place];
            if home > 0 && uses.touches_segments {
                bail!(
                    "function {} of the rest copies from data segments, which are in the first module",
                    module.imported() + place
                );
            }
            wanted[home].extend(&uses.called);
            referred[home].extend(&uses.referred);
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
            kept: Vec::new(),
            late: Vec::new(),
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
mod tests;
