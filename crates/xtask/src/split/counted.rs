//! The copy that notes which functions are entered: a bit for each, in globals of 64 bits.

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, Encode, ExportKind, ExportSection, GlobalSection, Instruction, ValType,
};
use wasmparser::{ExportSectionReader, FunctionBody, GlobalSectionReader, Parser};

use super::add_globals;
use super::module::Module;

/// A copy of a module which exports globals `entered0`, `entered1` and so on. Bit `n % 64` of number `n / 64` is set when
/// the function at place `n` after the imported ones has been entered.
pub fn counted(bytes: &[u8]) -> Result<Vec<u8>> {
    let module = Module::read(bytes)?;
    let mut counting = Counting {
        first: u32::try_from(module.globals.len())?,
        words: u32::try_from(module.bodies.len().div_ceil(64))?,
        place: 0,
    };
    let mut out = wasm_encoder::Module::new();
    counting
        .parse_core_module(&mut out, Parser::new(0), bytes)
        .map_err(|error| anyhow!("the module cannot be written anew: {error}"))?;
    Ok(out.finish())
}

struct Counting {
    /// Index of the first added global.
    first: u32,
    /// How many there are.
    words: u32,
    /// Place of the next body.
    place: u32,
}

type Outcome = std::result::Result<(), Error<std::convert::Infallible>>;

impl Reencode for Counting {
    type Error = std::convert::Infallible;

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Outcome {
        utils::parse_global_section(self, globals, section)?;
        add_globals(globals, ValType::I64, self.words);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Outcome {
        utils::parse_export_section(self, exports, section)?;
        for word in 0..self.words {
            exports.export(
                &format!("entered{word}"),
                ExportKind::Global,
                self.first + word,
            );
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Outcome {
        let global = self.first + self.place / 64;
        let bit = 1_i64 << (self.place % 64);
        self.place += 1;
        let operators = body
            .get_operators_reader()?
            .get_binary_reader()
            .original_position()
            - body.range().start;
        let (locals, rest) = body
            .as_bytes()
            .split_at(usize::try_from(operators).unwrap_or_default());
        let mut counted = locals.to_vec();
        for instruction in [
            Instruction::GlobalGet(global),
            Instruction::I64Const(bit),
            Instruction::I64Or,
            Instruction::GlobalSet(global),
        ] {
            instruction.encode(&mut counted);
        }
        counted.extend(rest);
        code.raw(&counted);
        Ok(())
    }
}
