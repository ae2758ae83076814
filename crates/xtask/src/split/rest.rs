//! A module with functions that the first one leaves out.

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, ElementSection, Elements, EntityType,
    FunctionSection, ImportSection, Module as Out, TypeSection,
};

use super::first::{absent, put, shared_table, stub};
use super::module::{IMAGE, Module};
use super::{Plan, SHARED};

pub fn write(module: &Module, plan: &Plan, part: usize) -> Result<Vec<u8>> {
    let table = u32::try_from(module.tables.len())?;
    let mut out = Out::new();
    out.section(&types(module)?)
        .section(&imports(module, plan)?);

    let plain = module.plain_type()?;
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for (place, body) in module.bodies.iter().enumerate() {
        let index = module.imported() + place;
        let is_home = plan.homes[index] == part;
        let is_wanted = plan.wanted[part].contains(&u32::try_from(index)?);
        functions.function(if is_home || is_wanted {
            module.functions[index]
        } else {
            plain
        });
        if is_home {
            code.raw(body);
        } else if is_wanted {
            code.function(&stub(module, plan, table, index, None));
        } else {
            code.function(&absent());
        }
    }
    out.section(&functions)
        .section(&elements(module, plan, part, table)?)
        .section(&code);
    // The last module is the smallest one, and when it is there, all are.
    if plan.homes.iter().max() == Some(&part) && !plan.late.is_empty() {
        let mut data = DataSection::new();
        put(&mut data, &plan.late);
        out.section(&data);
    }
    if let Some(data) = module.image {
        out.section(&CustomSection {
            name: IMAGE.into(),
            data: data.into(),
        });
    }
    Ok(out.finish())
}

fn types(module: &Module) -> Result<TypeSection> {
    let mut types = TypeSection::new();
    for ty in &module.types {
        let ty = RoundtripReencoder
            .func_type(ty.clone())
            .map_err(|error| anyhow!("a type cannot be written: {error}"))?;
        types.ty().func_type(&ty);
    }
    Ok(types)
}

/// The functions that the first module imports, and what it lends of its own.
fn imports(module: &Module, plan: &Plan) -> Result<ImportSection> {
    let again = &mut RoundtripReencoder;
    let failed = |error| anyhow!("an import cannot be written: {error}");
    let mut imports = ImportSection::new();
    for import in &module.imports {
        imports.import(import.from, import.name, EntityType::Function(import.ty));
    }
    let mut lend = |letter: char, index: usize, entity: EntityType| {
        imports.import(SHARED, &format!("{SHARED}:{letter}{index}"), entity);
    };
    for (index, memory) in module.memories.iter().enumerate() {
        lend(
            'm',
            index,
            again.memory_type(*memory).map_err(failed)?.into(),
        );
    }
    for (index, table) in module.tables.iter().enumerate() {
        lend('t', index, again.table_type(*table).map_err(failed)?.into());
    }
    lend('t', module.tables.len(), shared_table(plan).into());
    for (index, global) in module.globals.iter().enumerate() {
        lend(
            'g',
            index,
            again.global_type(*global).map_err(failed)?.into(),
        );
    }
    for (index, tag) in module.tags.iter().enumerate() {
        lend('e', index, again.tag_type(*tag).map_err(failed)?.into());
    }
    Ok(imports)
}

/// Puts the module's functions where others look for them: into the shared table, and into the places of the other tables
/// where the first module has stubs.
fn elements(module: &Module, plan: &Plan, part: usize, table: u32) -> Result<ElementSection> {
    let mut elements = ElementSection::new();
    if let Some((start, lent)) = plan.lent(part) {
        elements.active(
            Some(table),
            &ConstExpr::i32_const(i32::try_from(start)?),
            Elements::Functions(lent.into()),
        );
    }
    let mut placed = module
        .placed
        .iter()
        .filter(|(_, _, function)| plan.homes[*function as usize] == part)
        .peekable();
    while let Some(&(table, start, function)) = placed.next() {
        let mut run = vec![function];
        while let Some((_, _, function)) = placed.next_if(|(other, place, _)| {
            *other == table && *place as usize == start as usize + run.len()
        }) {
            run.push(*function);
        }
        // The form for table 0 is the shorter one.
        let table = (table != 0).then_some(table);
        elements.active(
            table,
            &ConstExpr::i32_const(i32::try_from(start)?),
            Elements::Functions(run.into()),
        );
    }
    let referred: Vec<u32> = plan.referred[part].iter().copied().collect();
    if !referred.is_empty() {
        elements.declared(Elements::Functions(referred.into()));
    }
    Ok(elements)
}
