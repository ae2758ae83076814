//! The module that every page downloads.
//!
//! Its functions are numbered anew: a browser makes room for each one, and looks at it, even where nobody calls it.

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, RefType, TableSection, TableType, ValType,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, DataSectionReader, ElementSectionReader,
    ExportSectionReader, FunctionBody, FunctionSectionReader, GlobalSectionReader, Parser,
    TableSectionReader,
};

use super::late::Segment;
use super::module::Module;
use super::{Plan, SHARED, add_globals};

pub fn write(module: &Module, plan: &Plan) -> Result<Vec<u8>> {
    let places = places(module, plan)?;
    let mut first = First {
        module,
        plan,
        plain: module.plain_type()?,
        table: u32::try_from(module.tables.len())?,
        here: u32::try_from(module.globals.len())?,
        ensure: u32::try_from(places.iter().flatten().count())?,
        places,
        next: module.imported(),
    };
    let mut out = wasm_encoder::Module::new();
    first
        .parse_core_module(&mut out, Parser::new(0), module.bytes)
        .map_err(|error| anyhow!("the first module cannot be written: {error}"))?;
    Ok(out.finish())
}

/// The index that each function has here; none if nothing here calls it.
fn places(module: &Module, plan: &Plan) -> Result<Vec<Option<u32>>> {
    let mut next = 0;
    let mut places = Vec::with_capacity(module.functions.len());
    for index in 0..module.functions.len() {
        let is_here = index < module.imported()
            || plan.homes[index] == 0
            || plan.wanted[0].contains(&u32::try_from(index)?);
        places.push(is_here.then_some(next));
        next += u32::from(is_here);
    }
    Ok(places)
}

struct First<'a> {
    module: &'a Module<'a>,
    plan: &'a Plan<'a>,
    places: Vec<Option<u32>>,
    /// The type without parameters and results.
    plain: u32,
    /// Index of the shared table.
    table: u32,
    /// Index of the global that is 1 when the rest is here.
    here: u32,
    /// Index of the function that sees to it.
    ensure: u32,
    /// Index of the next body.
    next: usize,
}

type Outcome<T = ()> = std::result::Result<T, Error<String>>;

impl First<'_> {
    fn is_stub(&self, index: usize) -> bool {
        self.plan.homes[index] != 0
    }

    /// The index here of a function of the whole. What anything here refers to is here: that is how places were given.
    fn place(&self, index: u32) -> Outcome<u32> {
        self.places[index as usize]
            .ok_or_else(|| Error::UserError(format!("function {index} is wanted and left out")))
    }
}

impl Reencode for First<'_> {
    type Error = String;

    fn function_index(&mut self, index: u32) -> Outcome<u32> {
        self.place(index)
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: FunctionSectionReader<'_>,
    ) -> Outcome {
        let all = self.module.functions.iter().zip(&self.places);
        for (ty, place) in all.skip(self.module.imported()) {
            if place.is_some() {
                functions.function(*ty);
            }
        }
        functions.function(self.plain);
        Ok(())
    }

    fn parse_table_section(
        &mut self,
        tables: &mut TableSection,
        section: TableSectionReader<'_>,
    ) -> Outcome {
        utils::parse_table_section(self, tables, section)?;
        tables.table(shared_table(self.plan));
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Outcome {
        utils::parse_global_section(self, globals, section)?;
        add_globals(globals, ValType::I32, 1);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Outcome {
        utils::parse_export_section(self, exports, section)?;
        let shared = [
            (ExportKind::Memory, 'm', self.module.memories.len()),
            (ExportKind::Table, 't', self.module.tables.len() + 1),
            (ExportKind::Global, 'g', self.module.globals.len()),
            (ExportKind::Tag, 'e', self.module.tags.len()),
        ];
        for (kind, letter, count) in shared {
            for index in 0..count as u32 {
                exports.export(&format!("{SHARED}:{letter}{index}"), kind, index);
            }
        }
        exports.export(&format!("{SHARED}:here"), ExportKind::Global, self.here);
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        section: ElementSectionReader<'_>,
    ) -> Outcome {
        utils::parse_element_section(self, elements, section)?;
        if let Some((start, lent)) = self.plan.lent(0) {
            let here = lent.into_iter().map(|index| self.place(index));
            let lent = here.collect::<Outcome<Vec<_>>>()?;
            elements.active(
                Some(self.table),
                &ConstExpr::i32_const(start as i32),
                Elements::Functions(lent.into()),
            );
        }
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Outcome<u32> {
        Ok(self.plan.kept.len() as u32)
    }

    fn parse_data_section(&mut self, data: &mut DataSection, _: DataSectionReader<'_>) -> Outcome {
        put(data, &self.plan.kept);
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Outcome {
        utils::parse_code_section(self, code, section)?;
        let mut ensure = Function::new([]);
        ensure
            .instructions()
            .global_get(self.here)
            .i32_eqz()
            .if_(wasm_encoder::BlockType::Empty)
            .call(self.plan.load)
            .end()
            .end();
        code.function(&ensure);
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Outcome {
        let index = self.next;
        self.next += 1;
        if self.places[index].is_none() {
            return Ok(());
        }
        if !self.is_stub(index) {
            return utils::parse_function_body(self, code, body);
        }
        let ensure = Some(self.ensure);
        code.function(&stub(self.module, self.plan, self.table, index, ensure));
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        module: &mut wasm_encoder::Module,
        section: CustomSectionReader<'_>,
    ) -> Outcome {
        // Names have done their work.
        if section.name() == "name" {
            return Ok(());
        }
        utils::parse_custom_section(self, module, section)
    }
}

/// Puts segments into the first memory.
pub fn put(data: &mut DataSection, segments: &[Segment]) {
    for (address, bytes) in segments {
        data.active(
            0,
            &ConstExpr::i32_const(address.cast_signed()),
            bytes.iter().copied(),
        );
    }
}

/// The table by which modules call each other.
pub fn shared_table(plan: &Plan) -> TableType {
    TableType {
        element_type: RefType::FUNCREF,
        minimum: u64::from(plan.room),
        maximum: Some(u64::from(plan.room)),
        table64: false,
        shared: false,
    }
}

/// Calls a function of another module, after `ensure` if there is one.
pub fn stub(
    module: &Module,
    plan: &Plan,
    table: u32,
    index: usize,
    ensure: Option<u32>,
) -> Function {
    let ty = module.functions[index];
    let parameters = module.types[ty as usize].params().len();
    let mut stub = Function::new([]);
    let mut code = stub.instructions();
    if let Some(ensure) = ensure {
        code.call(ensure);
    }
    for local in 0..parameters as u32 {
        code.local_get(local);
    }
    code.i32_const(plan.slots[index].unwrap_or_default() as i32)
        .call_indirect(table, ty)
        .end();
    stub
}

/// What stands for a function that nobody in the module calls.
pub fn absent() -> Function {
    let mut absent = Function::new([]);
    absent.instructions().unreachable().end();
    absent
}
