//! A module as the split sees it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use wasmparser::{
    BinaryReader, DataKind, ElementItems, ElementKind, FuncType, FunctionBody, GlobalType,
    KnownCustom, MemoryType, Name, Operator, Parser, Payload, TableType, TagType, TypeRef,
};

use super::late::Segment;

/// The section that names the build.
pub const IMAGE: &str = "krait-image";

/// What is read of a module.
pub struct Module<'a> {
    /// The whole of it.
    pub bytes: &'a [u8],
    /// Function types; other ones are not supported.
    pub types: Vec<FuncType>,
    /// The functions that are imported.
    pub imports: Vec<Imported<'a>>,
    /// Type of each function, imported ones first.
    pub functions: Vec<u32>,
    /// The bodies, without their lengths.
    pub bodies: Vec<&'a [u8]>,
    /// Tables.
    pub tables: Vec<TableType>,
    /// Memories.
    pub memories: Vec<MemoryType>,
    /// Globals.
    pub globals: Vec<GlobalType>,
    /// Tags of exceptions.
    pub tags: Vec<TagType>,
    /// Names of functions by index.
    pub names: BTreeMap<usize, &'a str>,
    /// Places of the main table that have a function: table, place, function.
    pub placed: Vec<(u32, u32, u32)>,
    /// What `crates/xtask/web/image.mjs` says of the build.
    pub image: Option<&'a [u8]>,
    /// What memory begins with.
    pub data: Vec<Segment<'a>>,
    /// Whether it has data of another kind.
    pub data_differs: bool,
    /// Whether it imports more than functions.
    pub imports_more: bool,
    exported: Vec<u32>,
}

/// An imported function.
pub struct Imported<'a> {
    /// The module that it comes from.
    pub from: &'a str,
    /// Its name there.
    pub name: &'a str,
    /// Index of its type.
    pub ty: u32,
}

impl<'a> Module<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Self {
            bytes,
            types: Vec::new(),
            imports: Vec::new(),
            functions: Vec::new(),
            bodies: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            names: BTreeMap::new(),
            placed: Vec::new(),
            image: None,
            data: Vec::new(),
            data_differs: false,
            imports_more: false,
            exported: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(bytes) {
            module.take(payload?)?;
        }
        Ok(module)
    }

    /// How many functions are imported; they come first.
    pub fn imported(&self) -> usize {
        self.imports.len()
    }

    /// Functions that exports and tables name.
    pub fn elsewhere(&self) -> Result<Vec<u32>> {
        Ok(self
            .exported
            .iter()
            .copied()
            .chain(self.placed.iter().map(|(_, _, function)| *function))
            .collect())
    }

    /// The index of the type without parameters and results.
    pub fn plain_type(&self) -> Result<u32> {
        let place = self
            .types
            .iter()
            .position(|ty| ty.params().is_empty() && ty.results().is_empty());
        u32::try_from(place.context("no function of the module takes and gives nothing")?)
            .map_err(Into::into)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    self.types.push(ty?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let TypeRef::Func(ty) = import.ty else {
                        self.imports_more = true;
                        continue;
                    };
                    self.imports.push(Imported {
                        from: import.module,
                        name: import.name,
                        ty,
                    });
                    self.functions.push(ty);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.memories.push(memory?);
                }
            }
            Payload::TagSection(section) => {
                for tag in section {
                    self.tags.push(tag?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == wasmparser::ExternalKind::Func {
                        self.exported.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => self.exported.push(func),
            Payload::ElementSection(section) => {
                for element in section {
                    self.place(&element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body.as_bytes()),
            Payload::DataSection(section) => {
                for data in section {
                    let data = data?;
                    match address(&data.kind)? {
                        Some(address) => self.data.push((address, data.data)),
                        None => self.data_differs = true,
                    }
                }
            }
            Payload::CustomSection(section) if section.name() == IMAGE => {
                self.image = Some(section.data())
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(parts) = section.as_known() {
                    for part in parts {
                        if let Name::Function(map) = part? {
                            for naming in map {
                                let naming = naming?;
                                self.names.insert(naming.index as usize, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn place(&mut self, element: &wasmparser::Element<'a>) -> Result<()> {
        let ElementItems::Functions(items) = &element.items else {
            // References that no table holds from the start.
            return Ok(());
        };
        let start = match &element.kind {
            ElementKind::Active {
                table_index,
                offset_expr,
            } => {
                let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
                else {
                    bail!("functions are put into a table at a place that is no constant");
                };
                Some((table_index.unwrap_or(0), u32::try_from(value)?))
            }
            ElementKind::Passive | ElementKind::Declared => None,
        };
        for (place, function) in (0..).zip(items.clone()) {
            let function = function?;
            match start {
                Some((table, start)) => self.placed.push((table, start + place, function)),
                None => self.exported.push(function),
            }
        }
        Ok(())
    }
}

/// Where a segment of data is put, if that is a place known beforehand in the first memory.
fn address(kind: &DataKind) -> Result<Option<u32>> {
    let DataKind::Active {
        memory_index: 0,
        offset_expr,
    } = kind
    else {
        return Ok(None);
    };
    Ok(match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Some(value.cast_unsigned()),
        _ => None,
    })
}

/// Numbers below this are no addresses of data: the stack lies there.
const LOWEST: u32 = 65_536;

/// What a body uses.
#[derive(Default)]
pub struct Uses {
    /// Numbers in it that may be addresses of data.
    pub addresses: Vec<u32>,
    /// Functions that it calls.
    pub called: Vec<u32>,
    /// Functions that it takes references to.
    pub referred: Vec<u32>,
    /// Whether it copies from segments of data or of tables.
    pub touches_segments: bool,
}

/// Reads a body.
pub fn uses(body: &[u8]) -> Result<Uses> {
    let mut uses = Uses::default();
    let mut operators = FunctionBody::new(BinaryReader::new(body, 0)).get_operators_reader()?;
    while !operators.eof() {
        match operators.read()? {
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                uses.called.push(function_index)
            }
            Operator::RefFunc { function_index } => uses.referred.push(function_index),
            Operator::I32Const { value } if value.cast_unsigned() >= LOWEST => {
                uses.addresses.push(value.cast_unsigned());
            }
            Operator::I32Load { memarg }
            | Operator::I64Load { memarg }
            | Operator::F32Load { memarg }
            | Operator::F64Load { memarg }
            | Operator::I32Load8S { memarg }
            | Operator::I32Load8U { memarg }
            | Operator::I32Load16S { memarg }
            | Operator::I32Load16U { memarg }
            | Operator::I64Load8S { memarg }
            | Operator::I64Load8U { memarg }
            | Operator::I64Load16S { memarg }
            | Operator::I64Load16U { memarg }
            | Operator::I64Load32S { memarg }
            | Operator::I64Load32U { memarg }
                if memarg.offset >= u64::from(LOWEST) =>
            {
                uses.addresses.push(u32::try_from(memarg.offset)?);
            }
            Operator::MemoryInit { .. }
            | Operator::DataDrop { .. }
            | Operator::TableInit { .. }
            | Operator::ElemDrop { .. } => {
                uses.touches_segments = true;
            }
            _ => {}
        }
    }
    Ok(uses)
}
