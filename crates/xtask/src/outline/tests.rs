//! Programs made at random, of which parts are cut out at random, do the same as before. Node runs them.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use wasm_encoder::{
    BlockType, EntityType, ExportSection, Function, ImportSection, Instruction as I,
};

use super::*;

/// Numbers that look random and are the same each time (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit)).unwrap()
    }

    fn small(&mut self) -> i32 {
        i32::try_from(self.below(1000)).unwrap() - 500
    }
}

/// Three parameters, other locals of two types, and the last one says how many steps are left.
const PARAMS: u32 = 3;
const OF_32: u32 = 7;
const OF_64: u32 = 3;
const FUEL: u32 = OF_32 + OF_64;

/// Everything is worth it.
const ALL: Worth = Worth {
    body: 0,
    part: 0,
    value: 0,
};

struct Writer {
    random: Random,
    function: Function,
    /// How many constructs are open.
    depth: u32,
}

impl Writer {
    fn put(&mut self, instruction: I) {
        self.function.instruction(&instruction);
    }

    fn local(&mut self) -> u32 {
        self.random.below(OF_32)
    }

    fn wide(&mut self) -> u32 {
        OF_32 + self.random.below(OF_64)
    }

    /// Puts a number on the stack.
    fn value(&mut self) {
        let local = self.local();
        self.put(I::LocalGet(local));
        match self.random.below(4) {
            0 => {
                let (other, number) = (self.local(), self.random.small());
                self.put(I::LocalGet(other));
                self.put(I::I32Const(number));
                self.put(I::I32Xor);
                self.put(I::I32Add);
            }
            1 => {
                let wide = self.wide();
                self.put(I::LocalGet(wide));
                self.put(I::I32WrapI64);
                self.put(I::I32Sub);
            }
            2 => {
                let (number, kept) = (self.random.small(), self.local());
                self.put(I::I32Const(number));
                self.put(I::I32Mul);
                self.put(I::LocalTee(kept));
            }
            _ => {}
        }
    }

    /// A branch to a construct that is open, or to the function.
    fn label(&mut self) -> u32 {
        self.random.below(self.depth + 1)
    }

    fn statements(&mut self, budget: u32) {
        for _ in 0..1 + self.random.below(5) {
            self.statement(budget);
        }
    }

    fn inside(&mut self, budget: u32) {
        self.depth += 1;
        self.statements(budget);
        self.depth -= 1;
    }

    fn statement(&mut self, budget: u32) {
        match self.random.below(if budget == 0 { 4 } else { 11 }) {
            0 | 1 => {
                let local = self.local();
                self.value();
                self.put(I::LocalSet(local));
            }
            2 => {
                let wide = self.wide();
                self.value();
                self.put(I::I64ExtendI32S);
                self.put(I::LocalSet(wide));
            }
            3 => {
                self.value();
                self.put(I::Call(0));
            }
            4 => {
                let label = self.label();
                self.value();
                self.put(I::I32Const(3));
                self.put(I::I32And);
                self.put(I::BrIf(label));
            }
            5 => {
                self.put(I::Block(BlockType::Empty));
                self.inside(budget - 1);
                self.put(I::End);
            }
            6 => {
                self.put(I::Loop(BlockType::Empty));
                // Every loop ends.
                self.put(I::LocalGet(FUEL));
                self.put(I::I32Eqz);
                let all = self.depth + 1;
                self.put(I::BrIf(all));
                self.put(I::LocalGet(FUEL));
                self.put(I::I32Const(1));
                self.put(I::I32Sub);
                self.put(I::LocalSet(FUEL));
                self.inside(budget - 1);
                self.put(I::End);
            }
            7 => {
                self.value();
                self.put(I::If(BlockType::Empty));
                self.inside(budget - 1);
                if self.random.below(2) == 0 {
                    self.put(I::Else);
                    self.inside(budget - 1);
                }
                self.put(I::End);
            }
            8 => {
                let labels: Vec<u32> = (0..1 + self.random.below(4))
                    .map(|_| self.label())
                    .collect();
                self.put(I::Block(BlockType::Empty));
                self.value();
                let default = self.label();
                self.put(I::BrTable(labels.into(), default));
                self.put(I::End);
            }
            9 => {
                self.value();
                self.put(I::If(BlockType::Empty));
                self.value();
                self.put(I::Call(0));
                self.put(I::Return);
                self.put(I::End);
            }
            _ => {
                // A construct with a value, which cannot be left by its label without one.
                let local = self.local();
                self.value();
                self.put(I::If(BlockType::Result(ValType::I32)));
                self.value();
                self.put(I::Else);
                self.value();
                self.put(I::End);
                self.put(I::LocalSet(local));
            }
        }
    }
}

/// A module with one function, which tells an imported one what it does.
fn sample(seed: u64) -> Vec<u8> {
    let mut writer = Writer {
        random: Random(seed),
        function: Function::new([
            (OF_32 - PARAMS, ValType::I32),
            (OF_64, ValType::I64),
            (1, ValType::I32),
        ]),
        depth: 0,
    };
    writer.put(I::I32Const(40));
    writer.put(I::LocalSet(FUEL));
    for _ in 0..6 {
        writer.statement(4);
    }
    for local in 0..OF_32 {
        writer.put(I::LocalGet(local));
        writer.put(I::Call(0));
    }
    writer.put(I::End);

    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    types.ty().function([ValType::I32; PARAMS as usize], []);
    let mut imports = ImportSection::new();
    imports.import("e", "see", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    functions.function(1);
    let mut globals = GlobalSection::new();
    add_globals(&mut globals, ValType::I32, 1);
    let mut exports = ExportSection::new();
    exports.export("f", ExportKind::Func, 1);
    let mut code = CodeSection::new();
    code.function(&writer.function);
    let mut map = NameMap::new();
    map.append(1, "f");
    let mut names = NameSection::new();
    names.functions(&map);
    let mut out = wasm_encoder::Module::new();
    out.section(&types)
        .section(&imports)
        .section(&functions)
        .section(&globals)
        .section(&exports)
        .section(&code)
        .section(&names);
    out.finish()
}

fn counts_of(noted: &[u8]) -> usize {
    let module = wasmparser::Parser::new(0).parse_all(noted);
    module
        .filter_map(|payload| match payload.unwrap() {
            wasmparser::Payload::ExportSection(section) => Some(section),
            _ => None,
        })
        .flat_map(|section| {
            section
                .into_iter()
                .map(|export| export.unwrap().name.to_owned())
        })
        .filter(|name| name.starts_with("ran"))
        .count()
}

/// Runs two modules with the same arguments and prints the calls, and the counts of the third.
const RUN: &str = r#"
const { readFileSync } = require("node:fs");
const [folder, count] = process.argv.slice(1);
for (let n = 0; n < Number(count); n++) {
  const seen = ["before", "after", "noted"].map((which) => {
    const calls = [];
    const module = new WebAssembly.Module(readFileSync(`${folder}/${n}.${which}.wasm`));
    const { f, ran0 } = new WebAssembly.Instance(module, { e: { see: (x) => calls.push(x) } }).exports;
    for (const args of [[0, 0, 0], [1, 2, 3], [-7, 1000, 5], [123456, -1, 99]]) { f(...args); calls.push("|"); }
    if (which === "noted" && ran0.value !== 4) throw new Error(`${n} was entered ${ran0.value} times`);
    return calls.join(" ");
  });
  if (seen[0] !== seen[1]) throw new Error(`${n} does something else when parts are cut out:\n${seen[0]}\n${seen[1]}`);
  if (seen[0] !== seen[2]) throw new Error(`${n} does something else when it is counted`);
}
"#;

#[test]
fn a_function_whose_parts_are_cut_out_does_the_same() {
    const PROGRAMS: u64 = 400;
    let folder = std::env::temp_dir().join(format!("krait-outline-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut random = Random(7);
    let mut parts = 0;
    for number in 0..PROGRAMS {
        let before = sample(1 + number * 7919);
        let noted = noted_from(&before, 0).unwrap();
        let mut runs: Vec<u32> = (0..counts_of(&noted))
            .map(|_| [0, 1000][random.below(2) as usize])
            .collect();
        runs[0] = 1000;
        let (after, _) = outlined_from(&before, &runs, ALL).unwrap();
        parts += Module::read(&after).unwrap().bodies.len() - 1;
        for (which, bytes) in [("before", &before), ("after", &after), ("noted", &noted)] {
            fs::write(folder.join(format!("{number}.{which}.wasm")), bytes).unwrap();
        }
    }
    assert!(parts > 400, "only {parts} parts were cut out");
    let ran = Command::new("node")
        .args(["-e", RUN])
        .arg(&folder)
        .arg(PROGRAMS.to_string())
        .output()
        .unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

#[test]
fn counts_of_another_module_are_refused() {
    let module = sample(5);
    assert!(outlined_from(&module, &[1], ALL).is_err());
    assert!(outlined_from(&module, &[1; 100_000], ALL).is_err());
}

#[test]
fn a_function_that_is_not_entered_stays_whole() {
    let module = sample(5);
    let counts = vec![0; counts_of(&noted_from(&module, 0).unwrap())];
    let (made, said) = outlined_from(&module, &counts, ALL).unwrap();
    assert_eq!(Module::read(&made).unwrap().bodies.len(), 1);
    assert_eq!(said, "");
}

#[test]
fn parts_are_told_by_their_names() {
    assert!(is_part(&part_name("a::run", 3)));
    assert!(!is_part("a::run"));
}
