//! Cuts what programs hardly ever run out of very large functions.
//!
//! The interpreter's loop is one function with all instructions in it. A browser compiles a function whole when it is first
//! called, while the page waits, and once more with all its optimisations in the background, with a part of the processor; both
//! take longer than the size says. Most of the instructions are run by few programs. So the training that tells the split which
//! functions are entered ([`crate::split`]) also tells how often each part of such a function runs, and a part that hardly
//! does becomes a function of its own: it is given the locals whose values it reads, and gives back those that are read later
//! and by which of its exits it was left.
//!
//! This is what compilers call hot-cold splitting (LLVM's `HotColdSplitting`), done where the counts are.

mod body;
mod emit;
mod live;
mod regions;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder, utils};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, FunctionSection, GlobalSection, Instruction, NameMap,
    NameSection, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, ExportSectionReader, FunctionBody, FunctionSectionReader,
    GlobalSectionReader, Parser, TypeSectionReader, ValidPayload, Validator, WasmFeatures,
};

use crate::split::{Module, add_globals};
use body::Body;
use emit::Cut;

/// From which sizes on something is won, in bytes of code.
#[derive(Clone, Copy)]
struct Worth {
    /// A body that is looked at.
    body: usize,
    /// A part that is cut out; the call has about that size.
    part: usize,
    /// What a part has more for each value that the call gives or gets, and each exit.
    value: usize,
}

const WORTH: Worth = Worth {
    body: 50_000,
    part: 64,
    value: 4,
};
/// How many times less often than what runs most a part of the same function runs that is cold.
const RARER: u32 = 200;

/// The bodies of at least so many bytes, by their places after the imported functions.
fn large<'a>(module: &Module<'a>, least: usize) -> Result<BTreeMap<usize, Body<'a>>> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let mut found = BTreeMap::new();
    let mut place = 0;
    for payload in Parser::new(0).parse_all(module.bytes) {
        let ValidPayload::Func(check, body) = validator.payload(&payload?)? else {
            continue;
        };
        if body.as_bytes().len() >= least {
            let ty = module.functions[module.imported() + place] as usize;
            let gives_values = !module.types[ty].results().is_empty();
            if let Some(body) = Body::read(check, &body, gives_values)? {
                found.insert(place, body);
            }
        }
        place += 1;
    }
    Ok(found)
}

/// A copy of a module that counts how often the parts of its large functions run. It exports the counts as `ran0`, `ran1` and
/// so on, in the order in which the parts stand in the module.
pub fn noted(bytes: &[u8]) -> Result<Vec<u8>> {
    noted_from(bytes, WORTH.body)
}

fn noted_from(bytes: &[u8], least: usize) -> Result<Vec<u8>> {
    let module = Module::read(bytes)?;
    let mut bodies = BTreeMap::new();
    let first = u32::try_from(module.globals.len())?;
    let mut count = 0;
    for (place, body) in large(&module, least)? {
        bodies.insert(place, counting(&body, first, &mut count)?);
    }
    let mut noting = Noting {
        first,
        count,
        bodies,
        place: 0,
    };
    write(bytes, &mut noting)
}

/// A body with the locals as they are and one more added to a global at the begin of each part.
fn counting(body: &Body, first: u32, count: &mut u32) -> Result<Vec<u8>> {
    let declared = body.locals[body.params..]
        .iter()
        .map(|ty| RoundtripReencoder.val_type(*ty))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let mut function = wasm_encoder::Function::new_with_locals_types(declared);
    let mut leaders = body.leaders().into_iter().peekable();
    for (place, op) in body.ops.iter().enumerate() {
        if leaders.next_if_eq(&place).is_some() {
            let global = first + *count;
            *count += 1;
            for instruction in [
                Instruction::GlobalGet(global),
                Instruction::I32Const(1),
                Instruction::I32Add,
                Instruction::GlobalSet(global),
            ] {
                function.instruction(&instruction);
            }
        }
        function.raw(op.bytes.iter().copied());
    }
    emit::bytes(&function)
}

/// A copy of a module without what `counts`, in the order of [`noted`], says is hardly ever run in its large functions; and what
/// became of it, as a line of text.
pub fn outlined(bytes: &[u8], counts: &[u32]) -> Result<(Vec<u8>, String)> {
    outlined_from(bytes, counts, WORTH)
}

fn outlined_from(bytes: &[u8], counts: &[u32], worth: Worth) -> Result<(Vec<u8>, String)> {
    let module = Module::read(bytes)?;
    let mut outlining = Outlining {
        functions: module.functions.len(),
        module: &module,
        bodies: BTreeMap::new(),
        cuts: Vec::new(),
        names: Vec::new(),
        place: 0,
    };
    let mut counts = counts;
    let mut said = Vec::new();
    for (place, body) in large(&module, worth.body)? {
        let index = module.imported() + place;
        let leaders = body.leaders();
        let (runs, others) = counts
            .split_at_checked(leaders.len())
            .context("the counts are of another module")?;
        counts = others;
        // The split knows what to do with a function that is not entered at all.
        if runs.first() == Some(&0) {
            continue;
        }
        let is_cold = cold(&body, &leaders, runs);
        let live = live::before(&body)?;
        let regions = regions::choose(&body, &live, &is_cold, worth)?;
        let mut indices = Vec::new();
        let name = module.names.get(&index).copied().unwrap_or("a function");
        for (number, region) in regions.iter().enumerate() {
            indices.push(u32::try_from(outlining.functions + outlining.cuts.len())?);
            outlining.cuts.push(emit::cut(&body, region)?);
            outlining.names.push(part_name(name, number));
        }
        let left = emit::left(&body, &regions, &indices)?;
        let before = module.bodies[place].len();
        said.push(format!(
            "{name}: {before} bytes, {} without {} parts",
            left.len(),
            regions.len()
        ));
        outlining.bodies.insert(place, left);
    }
    ensure!(counts.is_empty(), "the counts are of another module");
    let made = write(bytes, &mut outlining)?;
    Validator::new_with_features(WasmFeatures::all())
        .validate_all(&made)
        .context("what was cut out of a function does not fit")?;
    Ok((made, said.join("; ")))
}

/// Which operators are cold, of a body whose parts begin at `leaders` and run so often.
fn cold(body: &Body, leaders: &[usize], runs: &[u32]) -> Vec<bool> {
    let rare = runs.iter().max().copied().unwrap_or_default() / RARER;
    let mut is_cold = vec![false; body.ops.len()];
    let ends = leaders.iter().skip(1).copied().chain([body.ops.len()]);
    for ((leader, end), runs) in leaders.iter().zip(ends).zip(runs) {
        is_cold[*leader..end].fill(*runs <= rare);
    }
    is_cold
}

/// A file of counts, one a line.
pub fn counts(file: &Path) -> Result<Vec<u32>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    // The module has no unsigned numbers to export.
    text.lines()
        .map(|line| {
            let count: i32 = line
                .parse()
                .with_context(|| format!("{line} is no count"))?;
            Ok(count.cast_unsigned())
        })
        .collect()
}

/// What part `number` of a function is called.
fn part_name(name: &str, number: usize) -> String {
    format!("{name}{PART}{number}")
}

/// What stands in the name of a part, between that of its function and its number.
const PART: &str = ".part.";

/// Whether a function is a part of another.
pub fn is_part(name: &str) -> bool {
    name.contains(PART)
}

fn write<R: Reencode>(bytes: &[u8], how: &mut R) -> Result<Vec<u8>>
where
    Error<R::Error>: std::fmt::Display,
{
    let mut out = wasm_encoder::Module::new();
    how.parse_core_module(&mut out, Parser::new(0), bytes)
        .map_err(|error| anyhow!("the module cannot be written anew: {error}"))?;
    Ok(out.finish())
}

#[cfg(test)]
mod tests;

type Outcome = std::result::Result<(), Error<std::convert::Infallible>>;

struct Noting {
    /// Index of the first added global.
    first: u32,
    /// How many there are.
    count: u32,
    /// The bodies that differ, by place.
    bodies: BTreeMap<usize, Vec<u8>>,
    /// Place of the next body.
    place: usize,
}

impl Reencode for Noting {
    type Error = std::convert::Infallible;

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Outcome {
        utils::parse_global_section(self, globals, section)?;
        add_globals(globals, ValType::I32, self.count);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Outcome {
        utils::parse_export_section(self, exports, section)?;
        for number in 0..self.count {
            exports.export(
                &format!("ran{number}"),
                ExportKind::Global,
                self.first + number,
            );
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Outcome {
        let known = self.bodies.get(&self.place);
        code.raw(known.map_or(body.as_bytes(), Vec::as_slice));
        self.place += 1;
        Ok(())
    }
}

struct Outlining<'a> {
    module: &'a Module<'a>,
    /// How many functions the module has without the parts.
    functions: usize,
    /// The bodies that differ, by place.
    bodies: BTreeMap<usize, Vec<u8>>,
    cuts: Vec<Cut>,
    /// The names of the parts.
    names: Vec<String>,
    /// Place of the next body.
    place: usize,
}

impl Reencode for Outlining<'_> {
    type Error = std::convert::Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Outcome {
        utils::parse_type_section(self, types, section)?;
        for Cut {
            params, results, ..
        } in &self.cuts
        {
            types
                .ty()
                .function(params.iter().copied(), results.iter().copied());
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Outcome {
        utils::parse_function_section(self, functions, section)?;
        for (_, ty) in self.cuts.iter().zip(self.module.types.len()..) {
            functions.function(u32::try_from(ty).unwrap_or(u32::MAX));
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Outcome {
        utils::parse_code_section(self, code, section)?;
        for cut in &self.cuts {
            code.raw(&cut.body);
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Outcome {
        let known = self.bodies.get(&self.place);
        code.raw(known.map_or(body.as_bytes(), Vec::as_slice));
        self.place += 1;
        Ok(())
    }

    fn parse_custom_name_subsection(
        &mut self,
        names: &mut NameSection,
        section: wasmparser::Name<'_>,
    ) -> Outcome {
        let wasmparser::Name::Function(_) = section else {
            return utils::parse_custom_name_subsection(self, names, section);
        };
        let mut map = NameMap::new();
        for (index, name) in &self.module.names {
            map.append(u32::try_from(*index).unwrap_or(u32::MAX), name);
        }
        for (index, name) in (self.functions..).zip(&self.names) {
            map.append(u32::try_from(index).unwrap_or(u32::MAX), name);
        }
        names.functions(&map);
        Ok(())
    }
}
