//! The split of the wasm: what programs use right from the start stays in the module that every page downloads, all other
//! functions go into modules that are fetched when one of them is called.
//!
//! Which functions those are is found out at build time: a copy of the module that notes which of its functions are entered
//! ([`counted`]) runs the programs of `crates/xtask/training` in Node. What the page alone calls cannot be run there, so the
//! functions of some crates stay whether they were entered or not, and so do those that `train` has seen pages enter.
//!
//! Every module has all functions at the same index. One that is at home in another module is a stub here, which calls it
//! by way of a table that the modules share; the stubs of the first module ask for the rest before that. So no body is
//! changed, and calls within a module stay direct. The idea is binaryen's `wasm-split`.

mod counted;
mod first;
mod module;
mod rest;

use std::collections::BTreeSet;
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
/// accepts stay as well.
pub fn split(bytes: &[u8], entered: &BTreeSet<usize>, stays: impl Fn(&str) -> bool) -> Result<Parts> {
    let module = Module::read(bytes)?;
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
            || module.names.get(&index).is_some_and(|name| stays(&plain(name)));
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
    let kept = plan.homes.iter().skip(module.imported()).filter(|home| **home == 0).count();
    let summary = format!(
        "{kept} of {} functions at hand, {} bytes of code in {} further modules",
        module.bodies.len(),
        size,
        rest.len()
    );
    Ok(Parts { first, rest, summary })
}

/// Names of the functions at some places, without what tells the instances of one apart.
pub fn names(bytes: &[u8], places: &BTreeSet<usize>) -> Result<BTreeSet<String>> {
    let module = Module::read(bytes)?;
    let name = |place: &usize| module.names.get(&(module.imported() + place));
    Ok(places.iter().filter_map(name).map(|name| plain(name)).collect())
}

/// A file of places, one a line.
pub fn places(file: &Path) -> Result<BTreeSet<usize>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.lines().map(|line| line.parse().with_context(|| format!("{line} is no place of a function"))).collect()
}

/// A name without its hash.
fn plain(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let Some((path, rest)) = name.rsplit_once("::h") else {
        return name;
    };
    match rest.split_at_checked(16) {
        Some((hash, rest)) if hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => format!("{path}{rest}"),
        _ => name,
    }
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
                bail!("function {} of the rest copies from data segments, which are in the first module", module.imported() + place);
            }
            wanted[home].extend(uses.called);
            referred[home].extend(uses.referred);
        }
        // Tables and exports are the first module's.
        wanted[0].extend(module.elsewhere()?);
        for (functions, more) in wanted.iter_mut().zip(&referred) {
            functions.extend(more);
        }
        let mut plan = Self { slots: vec![None; homes.len()], homes, room: 0, wanted, referred, load: u32::try_from(load)? };
        for home in 0..count {
            for index in &plan.wanted[home] {
                let index = *index as usize;
                // Imports are the same in all modules.
                if index >= module.imported() && plan.homes[index] != home && plan.slots[index].is_none() {
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
            if self.homes[index as usize] == home && let Some(slot) = slot {
                start.get_or_insert(*slot);
                lent.push(index);
            }
        }
        Some((start?, lent))
    }
}
