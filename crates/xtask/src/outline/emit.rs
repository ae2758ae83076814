//! Writes what the cutting leaves of a body, and the functions that are cut out of it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{BlockType, Encode, Function, Instruction, ValType};
use wasmparser::Operator;

use super::body::{Body, Target};
use super::regions::Region;

/// A function that was cut out.
pub struct Cut {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
    pub body: Vec<u8>,
}

/// Which local has which number in the function that is written.
struct Renamed {
    numbers: BTreeMap<u32, u32>,
    /// The types of those that are declared, in order.
    declared: Vec<ValType>,
}

impl Renamed {
    /// Numbers `params` first, then the rest of `used`, those of a type one after the other.
    fn of(
        body: &Body,
        params: impl IntoIterator<Item = u32>,
        used: &BTreeSet<u32>,
    ) -> Result<Self> {
        let mut numbers = BTreeMap::new();
        for local in params {
            numbers.insert(local, u32::try_from(numbers.len())?);
        }
        let mut others: Vec<u32> = used
            .iter()
            .copied()
            .filter(|local| !numbers.contains_key(local))
            .collect();
        let kind = |local: &u32| {
            let ty = body.locals[*local as usize];
            body.locals.iter().position(|other| *other == ty)
        };
        others.sort_by_key(kind);
        let mut declared = Vec::new();
        for local in others {
            numbers.insert(local, u32::try_from(numbers.len())?);
            declared.push(val_type(body, local)?);
        }
        Ok(Self { numbers, declared })
    }

    fn number(&self, local: u32) -> Result<u32> {
        let number = self.numbers.get(&local).copied();
        number.context("a local of the body has no number")
    }

    /// The operator with the number that its local has, if it is about one.
    fn renamed(&self, operator: &Operator) -> Result<Option<Instruction<'static>>> {
        Ok(Some(match operator {
            Operator::LocalGet { local_index } => Instruction::LocalGet(self.number(*local_index)?),
            Operator::LocalSet { local_index } => Instruction::LocalSet(self.number(*local_index)?),
            Operator::LocalTee { local_index } => Instruction::LocalTee(self.number(*local_index)?),
            _ => return Ok(None),
        }))
    }

    fn function(&self) -> Function {
        Function::new_with_locals_types(self.declared.iter().copied())
    }
}

fn val_type(body: &Body, local: u32) -> Result<ValType> {
    RoundtripReencoder
        .val_type(body.locals[local as usize])
        .context("a local has a type that cannot be written")
}

fn local_of(operator: &Operator) -> Option<u32> {
    match operator {
        Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } => Some(*local_index),
        _ => None,
    }
}

/// The bytes of a function, without their length.
pub fn bytes(function: &Function) -> Result<Vec<u8>> {
    let mut encoded = Vec::new();
    function.encode(&mut encoded);
    let mut reader = wasmparser::BinaryReader::new(&encoded, 0);
    reader.read_var_u32()?;
    Ok(encoded.split_off(usize::try_from(reader.original_position())?))
}

/// Whether the caller has to be told by which exit a region was left.
fn is_told(region: &Region) -> bool {
    region.exits.len() > 1
}

/// A region as a function: it gives the number of the exit, if there are several, and the values that are read later.
pub fn cut(body: &Body, region: &Region) -> Result<Cut> {
    let ops = &body.ops[region.start..=region.last];
    let used: BTreeSet<u32> = ops
        .iter()
        .filter_map(|op| local_of(&op.operator))
        .chain(region.results.iter().copied())
        .collect();
    let renamed = Renamed::of(body, region.given.iter().copied(), &used)?;
    let mut function = renamed.function();

    let leave = |function: &mut Function, exit: Target| -> Result<()> {
        if is_told(region) {
            let number = region.exits.iter().position(|other| *other == exit);
            function.instruction(&Instruction::I32Const(i32::try_from(
                number.context("a region is left in a way that it has not")?,
            )?));
        }
        for local in &region.results {
            function.instruction(&Instruction::LocalGet(renamed.number(*local)?));
        }
        function.instruction(&Instruction::Return);
        Ok(())
    };
    let far: Vec<Target> = region
        .exits
        .iter()
        .copied()
        .filter(|exit| *exit != Target::Next)
        .collect();
    for _ in &far {
        function.instruction(&Instruction::Block(BlockType::Empty));
    }
    // Branches out of the region go to the blocks around it, the first exit's is the innermost.
    let outermost = body.depth(region.start);
    for (place, op) in (region.start..).zip(ops) {
        let inside = body.depth(place) - outermost;
        let redirected = |depth: u32| -> Result<u32> {
            if depth < inside {
                return Ok(depth);
            }
            let target = body.label(place, depth);
            let number = far.iter().position(|exit| *exit == target);
            Ok(inside + u32::try_from(number.context("a branch leaves by no exit")?)?)
        };
        match &op.operator {
            Operator::Br { relative_depth } => {
                function.instruction(&Instruction::Br(redirected(*relative_depth)?));
            }
            Operator::BrIf { relative_depth } => {
                function.instruction(&Instruction::BrIf(redirected(*relative_depth)?));
            }
            Operator::BrTable { targets } => {
                let mut all = Vec::new();
                for depth in targets.targets() {
                    all.push(redirected(depth?)?);
                }
                let default = redirected(targets.default())?;
                function.instruction(&Instruction::BrTable(all.into(), default));
            }
            Operator::Return => {
                let number = far.iter().position(|exit| *exit == Target::Return);
                let number = u32::try_from(number.context("a return leaves by no exit")?)?;
                function.instruction(&Instruction::Br(inside + number));
            }
            operator => match renamed.renamed(operator)? {
                Some(instruction) => {
                    function.instruction(&instruction);
                }
                None => {
                    function.raw(op.bytes.iter().copied());
                }
            },
        }
    }
    if region.exits.contains(&Target::Next) {
        leave(&mut function, Target::Next)?;
    } else {
        function.instruction(&Instruction::Unreachable);
    }
    for exit in &far {
        function.instruction(&Instruction::End);
        leave(&mut function, *exit)?;
    }
    function.instruction(&Instruction::End);

    let types = |locals: &[u32]| -> Result<Vec<ValType>> {
        locals.iter().map(|local| val_type(body, *local)).collect()
    };
    let mut results = types(&region.results)?;
    if is_told(region) {
        results.insert(0, ValType::I32);
    }
    Ok(Cut {
        params: types(&region.given)?,
        results,
        body: bytes(&function)?,
    })
}

/// What is left of a body when calls stand for its regions; `functions` has the index of each.
pub fn left(body: &Body, regions: &[Region], functions: &[u32]) -> Result<Vec<u8>> {
    let mut used: BTreeSet<u32> = regions
        .iter()
        .flat_map(|region| region.given.iter().chain(&region.results).copied())
        .collect();
    let mut place = 0;
    for region in regions {
        used.extend(
            body.ops[place..region.start]
                .iter()
                .filter_map(|op| local_of(&op.operator)),
        );
        place = region.last + 1;
    }
    used.extend(
        body.ops[place..]
            .iter()
            .filter_map(|op| local_of(&op.operator)),
    );
    let renamed = Renamed::of(body, 0..u32::try_from(body.params)?, &used)?;
    let mut function = renamed.function();

    let copy = |function: &mut Function, from: usize, until: usize| -> Result<()> {
        for op in &body.ops[from..until] {
            match renamed.renamed(&op.operator)? {
                Some(instruction) => {
                    function.instruction(&instruction);
                }
                None => {
                    function.raw(op.bytes.iter().copied());
                }
            }
        }
        Ok(())
    };
    let mut place = 0;
    for (region, index) in regions.iter().zip(functions) {
        copy(&mut function, place, region.start)?;
        call(&mut function, body, region, *index, &renamed)?;
        place = region.last + 1;
    }
    copy(&mut function, place, body.ops.len())?;
    bytes(&function)
}

/// The call of a region, and the way on from it.
fn call(
    function: &mut Function,
    body: &Body,
    region: &Region,
    index: u32,
    renamed: &Renamed,
) -> Result<()> {
    // The depth, seen from the region, to which an exit leads.
    let depth = |exit: Target| -> Result<u32> {
        match exit {
            Target::Label(label) => body.depth_of(region.start, label),
            Target::Return | Target::Next => Ok(body.depth(region.start)),
        }
    };
    if is_told(region) {
        function.instruction(&Instruction::Block(BlockType::Empty));
    }
    for local in &region.given {
        function.instruction(&Instruction::LocalGet(renamed.number(*local)?));
    }
    function.instruction(&Instruction::Call(index));
    for local in region.results.iter().rev() {
        function.instruction(&Instruction::LocalSet(renamed.number(*local)?));
    }
    match region.exits.as_slice() {
        [] => {
            function.instruction(&Instruction::Unreachable);
        }
        [Target::Next] => {}
        [exit] => {
            function.instruction(&Instruction::Br(depth(*exit)?));
        }
        exits => {
            let mut depths = Vec::new();
            for exit in exits {
                // The block that is put around stands for what comes next.
                depths.push(match exit {
                    Target::Next => 0,
                    far => depth(*far)? + 1,
                });
            }
            let last = depths.pop().context("a region has no exits")?;
            function.instruction(&Instruction::BrTable(depths.into(), last));
            function.instruction(&Instruction::End);
            if !exits.contains(&Target::Next) {
                function.instruction(&Instruction::Unreachable);
            }
        }
    }
    Ok(())
}
