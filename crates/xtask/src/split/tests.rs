#![allow(clippy::unwrap_used)]
use wasm_encoder::{
    CodeSection, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, MemArg, MemArgTarget, MemorySection, MemoryType,
    NameMap, NameSection, RefType, TableSection, TableType, TypeSection,
};

use super::*;

/// One imported function, and five of its own: `a` calls `b`, `b` calls `c` and `a`, `d` is in the table, nobody calls `e`.
/// All refer to [`SHARED_DATA`], `c` and `d` to [`LATE_DATA`] as well.
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
    for (place, calls) in [&[2][..], &[3, 1], &[], &[], &[]].iter().enumerate() {
        let mut body = Function::new([(1, ValType::I64)]);
        body.instructions().i32_const(SHARED_DATA).drop();
        if [2, 3].contains(&place) {
            let memarg = MemArg {
                offset: LATE_DATA as u64,
                align: 0,
                target: MemArgTarget::Memory(0),
                ordering: None,
            };
            body.instructions().local_get(0).i32_load8_u(memarg).drop();
        }
        for called in *calls {
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
    let mut data = DataSection::new();
    data.active(
        0,
        &ConstExpr::i32_const(SHARED_DATA),
        *b"shared, then what is late",
    );
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
        .section(&data)
        .section(&names);
    out.finish()
}

/// Where the module's data is, and the part of it that `c` and `d` read.
const SHARED_DATA: i32 = 70_000;
const LATE_DATA: i32 = SHARED_DATA + 8;

fn pieces() -> [Range<u32>; 2] {
    let [start, late] = [SHARED_DATA, LATE_DATA].map(i32::cast_unsigned);
    [late..late + 17, start..late]
}

fn late(readers: &[&str], bytes: u64) -> Late {
    Late {
        readers: readers.iter().map(|&name| name.to_owned()).collect(),
        bytes,
        modules_but: None,
    }
}

#[test]
fn data_goes_where_it_is_read() {
    let sample = sample();
    let split = |late: &[Late]| {
        let choice = Choice {
            entered: &BTreeSet::from([0, 1, 2]),
            stays: &|_, _| false,
            leaves: &["c".to_owned()],
            pieces: &pieces(),
            late,
        };
        split(&sample, &choice)
    };
    let all = Module::read(&sample).unwrap().data;
    let parts = split(&[late(&["c", "d"], 17)]).unwrap();
    let (first, rest) = (
        Module::read(&parts.first).unwrap(),
        Module::read(&parts.rest[0]).unwrap(),
    );
    assert_eq!(first.data, [(70_000, &b"shared, "[..])]);
    assert_eq!(rest.data, [(70_008, &b"then what is late"[..])]);
    // `c` was entered, but leaves.
    let homes = |module: &Module| {
        (0..5)
            .map(|place| module.bodies[place] == Module::read(&sample).unwrap().bodies[place])
            .collect::<Vec<_>>()
    };
    assert_eq!(homes(&first), [true, true, false, false, false]);
    assert_eq!(homes(&rest), [false, false, true, true, true]);

    for (readers, sentence) in [(&["c"][..], "of 18 bytes"), (&["c", "d"], "of 18 bytes")] {
        let error = split(&[late(readers, 18)]).err().unwrap().to_string();
        assert!(error.contains(sentence), "{error}");
    }
    let parts = split(&[]).unwrap();
    assert_eq!(Module::read(&parts.first).unwrap().data, all);
    assert!(Module::read(&parts.rest[0]).unwrap().data.is_empty());
}

#[test]
fn what_leaves_is_in_the_rest_whoever_calls_it() {
    let sample = sample();
    let entered = BTreeSet::from([0, 1, 2, 3]);
    let leaves = |names: &[&str]| {
        let leaves: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        split(
            &sample,
            &Choice {
                entered: &entered,
                stays: &|name, _| name == "b",
                leaves: &leaves,
                pieces: &[],
                late: &[],
            },
        )
    };
    let parts = leaves(&["b"]).unwrap();
    let first = Module::read(&parts.first).unwrap();
    assert_ne!(first.bodies[1], Module::read(&sample).unwrap().bodies[1]);
    assert_eq!(first.bodies[2], Module::read(&sample).unwrap().bodies[2]);
    let error = leaves(&["b", "gone"]).err().unwrap().to_string();
    assert!(error.contains("no function gone"), "{error}");
}

#[test]
fn bodies_move_and_stubs_stand_where_they_are_called() {
    let sample = sample();
    let parts = split(
        &sample,
        &Choice {
            entered: &BTreeSet::from([2]),
            stays: &|name, hash| name == "x::a" && hash == Some("0123456789abcdef"),
            leaves: &[],
            pieces: &[],
            late: &[],
        },
    )
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
    let parts = split(
        &sample,
        &Choice {
            entered: &BTreeSet::from([0, 4]),
            stays: &|_, _| false,
            leaves: &[],
            pieces: &[],
            late: &[],
        },
    )
    .unwrap();
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
    let choice = Choice {
        entered: &BTreeSet::new(),
        stays: &|_, _| false,
        leaves: &[],
        pieces: &[],
        late: &[],
    };
    let error = split(b"\0asm\x01\0\0\0", &choice).err().unwrap();
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
