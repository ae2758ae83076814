//! How much of the stack the compiler takes for a tree of Python objects (`compile(ast.parse(...))`), found without recursion.

use std::collections::HashMap;

use rustpython_vm::builtins::{PyList, PyType};
use rustpython_vm::{AsObject, Py, PyObjectRef, PyResult, VirtualMachine};

/// Bytes of the stack in linear memory that a node of this class and what it holds take, as the release build does it.
fn weight(class: &str) -> usize {
    match class {
        "FunctionDef" | "AsyncFunctionDef" => 3000,
        "ClassDef" => 2000,
        "If" | "Try" | "TryStar" | "For" | "AsyncFor" | "While" | "With" | "AsyncWith"
        | "Match" => 1200,
        "BinOp" | "Attribute" => 620,
        "Lambda" | "UnaryOp" | "IfExp" | "Tuple" | "List" | "Dict" | "Set" => 780,
        // What stands between a node and the nodes in it.
        "Module" | "Expression" | "Interactive" | "Expr" | "arguments" | "arg" | "keyword"
        | "withitem" | "comprehension" | "match_case" | "ExceptHandler" => 0,
        _ => 1000,
    }
}

/// Raises `RecursionError` if compiling the tree takes more than `stack` bytes. What is no tree passes.
pub(super) fn check(root: &PyObjectRef, stack: usize, vm: &VirtualMachine) -> PyResult<()> {
    // Text, which is what is mostly compiled, has no fields.
    if root.dict().is_none() {
        return Ok(());
    }
    let Ok(base) = vm
        .import("_ast", 0)?
        .get_attr("AST", vm)?
        .downcast::<PyType>()
    else {
        return Ok(());
    };
    if !root.fast_isinstance(&base) {
        return Ok(());
    }
    // A node that hangs in several places is looked at again only where it lies deeper.
    let mut deepest: HashMap<usize, usize> = HashMap::new();
    let mut open = vec![(root.clone(), 1)];
    while let Some((node, above)) = open.pop() {
        let here = above + weight(&node.class().name());
        if here > stack {
            return Err(vm.new_recursion_error(
                "maximum recursion depth exceeded during compilation: the tree is too deep"
                    .to_owned(),
            ));
        }
        let known = deepest.entry(node.get_id()).or_default();
        if *known >= here {
            continue;
        }
        *known = here;
        let Some(fields) = node.dict() else {
            continue;
        };
        for (_, value) in &fields {
            push(value, &base, here, &mut open);
        }
    }
    Ok(())
}

fn push(value: PyObjectRef, base: &Py<PyType>, here: usize, open: &mut Vec<(PyObjectRef, usize)>) {
    if value.fast_isinstance(base) {
        open.push((value, here));
    } else if let Some(list) = value.downcast_ref::<PyList>() {
        for item in list.borrow_vec().iter() {
            if item.fast_isinstance(base) {
                open.push((item.clone(), here));
            }
        }
    }
}
