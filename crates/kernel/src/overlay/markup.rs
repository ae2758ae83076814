//! Whether XML is well formed. The interpreter's `pyexpat` stops at the first error and says nothing, as if the text had ended
//! there; `_krait_expat.py` asks here at the end of a document, with the same parser, and raises what expat raises.

use rustpython_vm::function::ArgBytesLike;
use xml::common::Position;
use xml::reader::{ErrorKind, XmlEvent};

/// Number of the error in expat (`XML_ERROR_...`), line from 1, column from 0.
pub(super) type Found = (u32, u64, u64);

const SYNTAX: u32 = 2;
const NO_ELEMENTS: u32 = 3;
const INVALID_TOKEN: u32 = 4;
const TAG_MISMATCH: u32 = 7;
const DUPLICATE_ATTRIBUTE: u32 = 8;
const JUNK_AFTER_ELEMENT: u32 = 9;
const UNDEFINED_ENTITY: u32 = 11;
const BAD_CHARACTER_REFERENCE: u32 = 14;
const MISPLACED_DECLARATION: u32 = 17;
const UNKNOWN_ENCODING: u32 = 18;
const UNCLOSED_CDATA: u32 = 20;
const UNBOUND_PREFIX: u32 = 27;

/// What the beginning of the parser's sentence means to expat.
const SENTENCES: &[(&str, u32)] = &[
    ("Unexpected end of stream", NO_ELEMENTS),
    ("Unexpected closing tag", TAG_MISMATCH),
    ("Attribute '", DUPLICATE_ATTRIBUTE),
    ("Undefined entity", UNDEFINED_ENTITY),
    ("Unexpected entity", UNDEFINED_ENTITY),
    ("Invalid character U+", BAD_CHARACTER_REFERENCE),
    ("Invalid numeric entity", BAD_CHARACTER_REFERENCE),
    (
        "Invalid processing instruction: <?xml",
        MISPLACED_DECLARATION,
    ),
    ("Unsupported encoding", UNKNOWN_ENCODING),
    ("Declared encoding", UNKNOWN_ENCODING),
    ("Unclosed <![CDATA[", UNCLOSED_CDATA),
];

/// The first error of a document.
pub(super) fn error(document: &ArgBytesLike) -> Option<Found> {
    let document = document.borrow_buf();
    let mut reader = xml::ParserConfig::new()
        .cdata_to_characters(false)
        .coalesce_characters(false)
        .ignore_comments(false)
        .whitespace_to_characters(true)
        .allow_multiple_root_elements(false)
        .create_reader(&*document);
    let mut has_root = false;
    let mut depth = 0_usize;
    let error = loop {
        match reader.next() {
            Ok(XmlEvent::EndDocument) => return None,
            Ok(XmlEvent::StartElement { .. }) => {
                has_root = true;
                depth += 1;
            }
            Ok(XmlEvent::EndElement { .. }) => depth -= 1,
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    let position = error.position();
    let (line, column) = (position.row() + 1, position.column());
    let code = match error.kind() {
        ErrorKind::UnexpectedEof => NO_ELEMENTS,
        ErrorKind::Syntax(text) => match code_of(text, has_root) {
            INVALID_TOKEN if has_root && depth == 0 => JUNK_AFTER_ELEMENT,
            code => code,
        },
        _ => INVALID_TOKEN,
    };
    Some(match code {
        // Where the text ends.
        NO_ELEMENTS => {
            let tail = document
                .rsplit(|byte| *byte == b'\n')
                .next()
                .unwrap_or_default();
            let lines = document.iter().filter(|byte| **byte == b'\n').count();
            let columns = String::from_utf8_lossy(tail).chars().count();
            (code, lines as u64 + 1, columns as u64)
        }
        // The name, after `</`; the parser tells where it ends.
        TAG_MISMATCH => {
            let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let row = document
                .split(|byte| *byte == b'\n')
                .nth(place(position.row()))
                .unwrap_or_default();
            let row = String::from_utf8_lossy(row);
            let before: String = row.chars().take(place(column)).collect();
            let name = before
                .rfind("</")
                .map(|at| before[..at].chars().count() as u64 + 2);
            (code, line, name.unwrap_or(column))
        }
        _ => (code, line, column),
    })
}

fn code_of(text: &str, has_root: bool) -> u32 {
    if text.starts_with("Unexpected characters outside the root element") {
        return if has_root { JUNK_AFTER_ELEMENT } else { SYNTAX };
    }
    if text.ends_with("prefix is unbound") {
        return UNBOUND_PREFIX;
    }
    SENTENCES
        .iter()
        .find(|(beginning, _)| text.starts_with(beginning))
        .map_or(INVALID_TOKEN, |(_, code)| *code)
}
