//! What a program wants of the library, and whether it ends in an expression: found in its tree, before it is compiled.

use rustpython_vm::compiler::ast::visitor::Visitor;
use rustpython_vm::compiler::ast::{self, Stmt};
use rustpython_vm::compiler::parser;

use crate::source::{Limits, check_nesting};

/// Whether the program's last statement is an expression whose value counts: no `;` after it, as in a notebook.
pub(crate) fn ends_in_expression(text: &str) -> bool {
    let Ok(parsed) = parser::parse_module(text) else {
        return false;
    };
    match parsed.suite().last() {
        Some(Stmt::Expr(last)) => !text[last.range.end().to_usize()..]
            .trim_start_matches([' ', '\t', '\\'])
            .starts_with(';'),
        _ => false,
    }
}

/// What a program wants of the library.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    /// The modules that `import` statements name, with their packages (`a.b` gives `a` and `a.b`).
    pub(crate) modules: Vec<String>,
    /// Whether it has an `async def`, or awaits.
    pub(crate) is_async: bool,
    /// Whether it may have a `\N{...}`.
    pub(crate) has_character_names: bool,
}

/// What a program wants; nothing if it does not parse.
pub(crate) fn wants_of(text: &str) -> Wants {
    let mut wants = Wants {
        has_character_names: text.contains("\\N{"),
        ..Wants::default()
    };
    let readable = without_character_names(text);
    if check_nesting(text.as_bytes(), Limits::code()).is_ok()
        && let Ok(parsed) = parser::parse_module(&readable)
    {
        wants.visit_body(parsed.suite());
    }
    wants
}

/// The text without `\N{...}`: the parser would ask for the table of names while the page waits.
fn without_character_names(text: &str) -> String {
    let mut parts = text.split("\\N{");
    let mut readable = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        readable += part.split_once('}').map_or(part, |(_, rest)| rest);
    }
    readable
}

impl Wants {
    fn add(&mut self, module: &str) {
        let mut end = 0;
        for part in module.split('.') {
            end += part.len();
            self.modules.push(module[..end].to_owned());
            end += 1;
        }
    }
}

impl<'a> Visitor<'a> for Wants {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => import
                .names
                .iter()
                .for_each(|name| self.add(name.name.as_str())),
            Stmt::ImportFrom(import) if import.level == 0 => {
                if let Some(module) = &import.module {
                    self.add(module.as_str());
                    // What is imported from a package can be a module of it.
                    import.names.iter().for_each(|name| {
                        self.modules
                            .push(format!("{}.{}", module.as_str(), name.name.as_str()))
                    });
                }
            }
            _ => {
                self.is_async |= match statement {
                    Stmt::FunctionDef(function) => function.is_async,
                    Stmt::For(loops) => loops.is_async,
                    Stmt::With(with) => with.is_async,
                    _ => false,
                };
                ast::visitor::walk_stmt(self, statement);
            }
        }
    }

    fn visit_expr(&mut self, expression: &'a ast::Expr) {
        self.is_async |= expression.is_await_expr();
        ast::visitor::walk_expr(self, expression);
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        self.is_async |= comprehension.is_async;
        ast::visitor::walk_comprehension(self, comprehension);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_wants() {
        let wants = wants_of(
            "import a.b\ndef f():\n    from c import d\n    return f'\\N{DIGIT ONE}{x}'\n",
        );
        assert_eq!(wants.modules, ["a", "a.b", "c", "c.d"]);
        assert!(wants.has_character_names && !wants.is_async);
        for text in [
            "await x",
            "async def f(): pass",
            "[x async for x in y]",
            "async with x: pass",
        ] {
            assert!(wants_of(text).is_async, "{text}");
        }
        assert!(!wants_of("def f(): yield 'await'").is_async);
    }
}
