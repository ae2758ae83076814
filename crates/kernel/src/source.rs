//! Source text before it reaches the parser: nesting that would overflow the stack is refused.
//!
//! The parser and the passes after it recurse once per level of nesting. Natively they grow their own stack; in a
//! browser the engine's stack is fixed and overflowing it kills the instance. CPython has limits at the same places.

use rustpython_vm::builtins::PyBaseExceptionRef;
use rustpython_vm::{AsObject, VirtualMachine};

use crate::overlay::stack::{self, RESERVE};

/// CPython's `MAXLEVEL`: open brackets at one place.
const MAX_BRACKETS: usize = 200;
/// CPython's `MAXINDENT`: nested blocks.
const MAX_INDENTS: usize = 100;
/// Operators at one place that make the parser recurse without a bracket (`- - - x`, `a ** b ** c`, `lambda: lambda: x`).
const MAX_PREFIXES: usize = 200;
/// Links of one expression that hang to the left (`a + b + c`, `a.b.c`, `a()()`): a tree as deep as it is long. The
/// compiler's own limit counts less than it needs: 450 links overflow the stack in linear memory.
const MAX_LINKS: usize = 350;
/// Bytes of the stack in linear memory that each of them takes while it is compiled, as the release build does it.
const BRACKET: usize = 780;
const CALL: usize = 1000;
const LINK: usize = 620;
const PREFIX: usize = 780;
/// A formatted string in a field of another.
const FORMATTED: usize = 1200;
/// A generator in another's element.
const SCOPE: usize = 2000;
const BLOCK: usize = 2000;
const FUNCTION: usize = 3000;
/// An `elif` lies in the `else` of the one before it.
const ELIF: usize = 250;
/// Comprehensions in the elements of each other: the compiler works more than twice as long for each level, half a second here.
const MAX_COMPREHENSIONS: usize = 18;
/// Nested arrays and objects that the native JSON scanner is let into.
pub(crate) const MAX_JSON_DEPTH: usize = 900;

/// How deep a text may nest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many bytes of stack may be used.
    pub(crate) stack: usize,
}

impl Limits {
    /// For text that is compiled, with what is left of the stack.
    pub(crate) fn code() -> Self {
        Self {
            stack: stack::left().saturating_sub(RESERVE),
        }
    }

    /// For text that becomes a tree of Python objects (`ast.parse`), which takes twice as much.
    pub(crate) fn tree() -> Self {
        Self {
            stack: Self::code().stack / 2,
        }
    }
}

/// What is nested too deeply, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TooDeep {
    Brackets { line: usize },
    Indents { line: usize },
    Operators { line: usize },
    Comprehensions { line: usize },
}

impl TooDeep {
    pub(crate) fn to_exception(&self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        let (class, sentence, line) = match self {
            Self::Brackets { line } => (
                vm.ctx.exceptions.syntax_error,
                "too many nested parentheses",
                line,
            ),
            Self::Indents { line } => (
                vm.ctx.exceptions.indentation_error,
                "too many levels of indentation",
                line,
            ),
            Self::Comprehensions { line } => {
                return vm.new_recursion_error(format!(
                    "maximum recursion depth exceeded during compilation: too many comprehensions in each other on line {line}"
                ));
            }
            Self::Operators { line } => {
                return vm.new_recursion_error(format!(
                    "maximum recursion depth exceeded during compilation: too many operators or levels on line {line}"
                ));
            }
        };
        let exception = vm.new_exception_msg(class.to_owned(), sentence.into());
        let _ = exception
            .as_object()
            .set_attr("lineno", vm.ctx.new_int(*line), vm);
        exception
    }
}

/// The deepest nesting of `[` and `{` outside strings; strings are JSON's.
pub(crate) fn bracket_depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for &byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Checks Python source. One pass over the bytes; strings and comments do not count, but expressions in f-strings do.
pub(crate) fn check_nesting(source: &[u8], limits: Limits) -> Result<(), TooDeep> {
    Scanner {
        limits,
        source,
        at: 0,
        line: 1,
        brackets: 0,
        prefixes: vec![0],
        links: vec![0],
        weights: vec![0],
        indents: vec![0],
        blocks: vec![0],
        opening: 0,
        elifs: vec![0],
        comprehensions: vec![Comprehensions::default()],
    }
    .run()
}

struct Scanner<'a> {
    limits: Limits,
    source: &'a [u8],
    at: usize,
    line: usize,
    brackets: usize,
    /// Recursing operators in the present expression, per open bracket.
    prefixes: Vec<usize>,
    /// Left-hanging links in the present expression, per open bracket.
    links: Vec<usize>,
    /// Bytes of stack for the present expression, per open bracket.
    weights: Vec<usize>,
    indents: Vec<usize>,
    /// Bytes of stack for each of those blocks.
    blocks: Vec<usize>,
    /// The same for the block that the present line may open.
    opening: usize,
    /// Links of the present chain of `elif`, per block.
    elifs: Vec<usize>,
    /// Per open bracket.
    comprehensions: Vec<Comprehensions>,
}

/// Of what is in a bracket so far.
#[derive(Default)]
struct Comprehensions {
    /// Whether what it can be is a generator: those are functions of their own, and cost no more than others.
    is_generator: bool,
    /// Whether it is one itself.
    is_one: bool,
    /// How many are in each other inside of it, before its first `for`.
    inside: usize,
    /// The same, with generators.
    scopes: usize,
}

impl Scanner<'_> {
    fn run(mut self) -> Result<(), TooDeep> {
        let mut at_line_start = true;
        while let Some(&byte) = self.source.get(self.at) {
            if at_line_start && self.brackets == 0 {
                self.indent()?;
                at_line_start = false;
                continue;
            }
            at_line_start = false;
            match byte {
                b'\n' => {
                    self.line += 1;
                    at_line_start = true;
                    if self.brackets == 0 {
                        self.prefixes = vec![0];
                        self.links = vec![0];
                        self.weights = vec![0];
                    }
                }
                b'#' => {
                    while self.source.get(self.at + 1).is_some_and(|b| *b != b'\n') {
                        self.at += 1;
                    }
                }
                b'\\' => {
                    self.at += 1;
                    if self.source.get(self.at) == Some(&b'\n') {
                        self.line += 1;
                    }
                }
                b'"' | b'\'' => {
                    self.string(byte, false)?;
                    continue;
                }
                b'(' | b'[' | b'{' => {
                    self.weigh(self.call_weight())?;
                    self.link()?;
                    self.links.push(0);
                    self.weights.push(0);
                    self.weigh(BRACKET)?;
                    self.brackets += 1;
                    if self.brackets > MAX_BRACKETS {
                        return Err(TooDeep::Brackets { line: self.line });
                    }
                    self.prefixes.push(0);
                    self.comprehensions.push(Comprehensions {
                        is_generator: byte == b'(',
                        ..Comprehensions::default()
                    });
                }
                b')' | b']' | b'}' => {
                    self.brackets = self.brackets.saturating_sub(1);
                    if self.prefixes.len() > 1 {
                        self.prefixes.pop();
                        self.links.pop();
                        self.weights.pop();
                    }
                    self.close_comprehension()?;
                }
                b',' | b';' => self.end_of_expression(),
                b'.' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' => {
                    self.weigh(LINK)?;
                    self.link()?;
                }
                b'-' | b'+' | b'~' => {
                    self.weigh(LINK)?;
                    self.link()?;
                    self.operator()?;
                }
                b'*' if self.source.get(self.at + 1) == Some(&b'*') => {
                    self.at += 1;
                    self.weigh(LINK)?;
                    self.operator()?;
                }
                b'*' => {
                    self.weigh(LINK)?;
                    self.link()?;
                }
                b'>' | b'<' => self.weigh(LINK / 2)?,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128.. => {
                    self.word()?;
                    continue;
                }
                b'0'..=b'9' => self.operand(),
                _ => {}
            }
            self.at += 1;
        }
        Ok(())
    }

    fn indent(&mut self) -> Result<(), TooDeep> {
        let mut width = 0;
        loop {
            match self.source.get(self.at) {
                Some(b' ') => width += 1,
                Some(b'\t') => width = (width / 8 + 1) * 8,
                Some(b'\x0c') => width = 0,
                _ => break,
            }
            self.at += 1;
        }
        // Blank lines and comments open and close no block.
        if matches!(self.source.get(self.at), None | Some(b'\n' | b'\r' | b'#')) {
            return Ok(());
        }
        while self.indents.last().is_some_and(|last| *last > width) {
            self.indents.pop();
            self.blocks.pop();
            self.elifs.pop();
        }
        if self.indents.last().is_none_or(|last| *last < width) {
            self.indents.push(width);
            self.blocks.push(self.opening);
            self.elifs.push(0);
        }
        let rest = &self.source[self.at..];
        self.opening = if rest.starts_with(b"def") || rest.starts_with(b"async") {
            FUNCTION
        } else {
            BLOCK
        };
        if let Some(chain) = self.elifs.last_mut() {
            if rest.starts_with(b"elif") {
                *chain += 1;
            } else if !rest.starts_with(b"else") {
                *chain = 0;
            }
        }
        if self.indents.len() > MAX_INDENTS {
            return Err(TooDeep::Indents { line: self.line });
        }
        self.weigh(0)
    }

    fn counter(&mut self) -> &mut usize {
        if self.prefixes.is_empty() {
            self.prefixes.push(0);
        }
        let last = self.prefixes.len() - 1;
        &mut self.prefixes[last]
    }

    fn end_of_expression(&mut self) {
        *self.counter() = 0;
        if let Some(links) = self.links.last_mut() {
            *links = 0;
        }
        self.end_of_operands();
    }

    /// The weight of the present expression begins anew: what follows lies beside it in the tree, not above.
    fn end_of_operands(&mut self) {
        let opened = if self.weights.len() > 1 { BRACKET } else { 0 };
        if let Some(weight) = self.weights.last_mut() {
            *weight = opened;
        }
    }

    /// What a bracket weighs that is a call or a subscript: one after a name or an attribute is compiled with it.
    fn call_weight(&self) -> usize {
        match self.at.checked_sub(1).map(|before| self.source[before]) {
            Some(b')' | b']') => CALL,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 128..) => CALL - LINK,
            _ => 0,
        }
    }

    /// Adds what goes onto the stack for this place.
    fn weigh(&mut self, bytes: usize) -> Result<(), TooDeep> {
        if let Some(weight) = self.weights.last_mut() {
            *weight += bytes;
        }
        self.fits(0)
    }

    /// Whether the stack holds what is counted, and so many bytes more.
    fn fits(&self, more: usize) -> Result<(), TooDeep> {
        let blocks = self.blocks.iter().sum::<usize>() + self.elifs.iter().sum::<usize>() * ELIF;
        if self.weights.iter().sum::<usize>() + blocks + more > self.limits.stack {
            return Err(TooDeep::Operators { line: self.line });
        }
        Ok(())
    }

    /// What counts is the depth of the tree, so the links of all open brackets together.
    fn link(&mut self) -> Result<(), TooDeep> {
        if let Some(links) = self.links.last_mut() {
            *links += 1;
        }
        if self.links.iter().sum::<usize>() > MAX_LINKS {
            return Err(TooDeep::Operators { line: self.line });
        }
        Ok(())
    }

    /// A binary `+` or `-` is told from a unary one by the operand before it.
    fn operator(&mut self) -> Result<(), TooDeep> {
        let counter = self.counter();
        *counter += 1;
        if *counter > MAX_PREFIXES {
            Err(TooDeep::Operators { line: self.line })
        } else {
            Ok(())
        }
    }

    /// After an operand, `+` and `-` are binary: the parser loops over those, so their run ends here.
    fn operand(&mut self) {
        let before = self.source[..self.at]
            .iter()
            .rev()
            .find(|b| !b.is_ascii_whitespace());
        if matches!(before, Some(b'+' | b'-')) {
            *self.counter() = 0;
        }
    }

    /// A bracket ends: what it holds is in the one around it.
    fn close_comprehension(&mut self) -> Result<(), TooDeep> {
        if self.comprehensions.len() < 2 {
            return Ok(());
        }
        let Some(closed) = self.comprehensions.pop() else {
            return Ok(());
        };
        let scopes = closed.scopes + usize::from(closed.is_one);
        self.fits(scopes * SCOPE)?;
        let deep = closed.inside + usize::from(closed.is_one && !closed.is_generator);
        if deep > MAX_COMPREHENSIONS {
            return Err(TooDeep::Comprehensions { line: self.line });
        }
        if let Some(around) = self.comprehensions.last_mut()
            && !around.is_one
        {
            around.inside = around.inside.max(deep);
            around.scopes = around.scopes.max(scopes);
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), TooDeep> {
        let start = self.at;
        while self
            .source
            .get(self.at)
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 128)
        {
            self.at += 1;
        }
        let word = &self.source[start..self.at];
        match word {
            b"not" | b"await" | b"lambda" | b"else" => {
                self.weigh(PREFIX)?;
                return self.operator();
            }
            b"and" | b"or" => self.end_of_operands(),
            b"for" if self.brackets > 0 => {
                if let Some(present) = self.comprehensions.last_mut() {
                    present.is_one = true;
                }
            }
            _ => {}
        }
        if let Some(&quote @ (b'"' | b'\'')) = self.source.get(self.at)
            && word.len() <= 2
        {
            let formatted = word
                .iter()
                .any(|b| matches!(b.to_ascii_lowercase(), b'f' | b't'));
            return self.string(quote, formatted);
        }
        self.at = start;
        self.operand();
        self.at = start + word.len();
        Ok(())
    }

    fn string(&mut self, quote: u8, formatted: bool) -> Result<(), TooDeep> {
        let triple = self.source[self.at..].starts_with(&[quote; 3]);
        self.at += if triple { 3 } else { 1 };
        let mut depth = 0_usize;
        // Bytes of stack for the present replacement field.
        let mut field = 0;
        while let Some(&byte) = self.source.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'\n' if !triple => return Ok(()),
                b'\n' => self.line += 1,
                // Two are one in the text.
                b'{' if formatted && depth == 0 && self.source.get(self.at + 1) == Some(&b'{') => {
                    self.at += 1;
                }
                b'.' | b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^'
                    if depth > 0 =>
                {
                    field += LINK;
                    self.fits(field)?;
                }
                // Outside of fields only a brace is more than text.
                b'(' | b'[' | b'{' if formatted && (depth > 0 || byte == b'{') => {
                    field = if depth == 0 { 0 } else { field + CALL };
                    self.fits(field)?;
                    depth += 1;
                    if depth > MAX_BRACKETS {
                        return Err(TooDeep::Brackets { line: self.line });
                    }
                }
                b')' | b']' | b'}' if formatted => depth = depth.saturating_sub(1),
                b if b == quote && (!triple || self.source[self.at..].starts_with(&[quote; 3])) => {
                    self.at += if triple { 3 } else { 1 };
                    // Not an end but the beginning of a string in a field: they lie in each other.
                    if depth > 0 {
                        self.weigh(FORMATTED)?;
                    }
                    return Ok(());
                }
                _ => {}
            }
            self.at += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
