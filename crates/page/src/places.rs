//! Where the page's inline scripts stand in its source, and tracebacks that say so.
//!
//! The source is not there at the start: asking the browser's cache for it costs a request where it is not cached, and a
//! request of its own costs one always. Most pages never need it. So scripts are compiled under names of their own, and
//! when a traceback has to be shown the source is fetched and the lines are put right.

use std::collections::HashMap;

use crate::source::PageSource;

/// The page's inline scripts.
#[derive(Debug, Default)]
pub struct Places {
    /// Name and text, in document order.
    scripts: Vec<(String, String)>,
    /// Name and first line; nothing before the source is known.
    lines: Option<HashMap<String, u32>>,
}

impl Places {
    /// Adds a script under the name that it is compiled with.
    pub fn add(&mut self, name: &str, text: &str) {
        self.scripts.push((name.to_owned(), text.to_owned()));
    }

    /// Whether a traceback goes through one of the scripts.
    #[must_use]
    pub fn names_script(&self, traceback: &str) -> bool {
        self.scripts
            .iter()
            .any(|(name, _)| traceback.contains(&format!("File \"{name}\"")))
    }

    /// Whether the source has been searched.
    #[must_use]
    pub fn are_known(&self) -> bool {
        self.lines.is_some()
    }

    /// Finds the scripts in the page's source; those that are not in it keep their names.
    pub fn find(&mut self, source: &str) {
        let mut source = PageSource::new(source);
        let found = self
            .scripts
            .iter()
            .filter_map(|(name, text)| Some((name.clone(), source.line_of(text)?)));
        self.lines = Some(found.collect());
    }

    /// A traceback with the page's name and lines in place of the scripts' own.
    #[must_use]
    pub fn translate(&self, traceback: &str, page: &str) -> String {
        let translated = traceback.split('\n').map(|line| {
            self.translate_line(line, page)
                .unwrap_or_else(|| line.to_owned())
        });
        translated.collect::<Vec<_>>().join("\n")
    }

    fn translate_line(&self, line: &str, page: &str) -> Option<String> {
        let (before, rest) = line.split_once("File \"")?;
        let (name, rest) = rest.split_once("\", line ")?;
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, rest) = rest.split_at(digits);
        let first = *self.lines.as_ref()?.get(name)?;
        let number = number.parse::<u32>().ok()? + first - 1;
        Some(format!("{before}File \"{page}\", line {number}{rest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracebacks_name_the_page() {
        let mut places = Places::default();
        places.add("a.html (script 1)", "\nx = 1\n");
        places.add("a.html (script 2)", "\ny = 1\n");
        places.add("a.html (script 3)", "not there");
        let traceback = "Traceback (most recent call last):\n  File \"a.html (script 2)\", line 2, in <module>\n    y = 1\n\
                         \x20 File \"a.html (script 3)\", line 1\n  File \"os.py\", line 7, in f\nValueError: 1";
        assert!(places.names_script(traceback) && !places.names_script("File \"os.py\", line 1"));
        assert_eq!(places.translate(traceback, "a.html"), traceback);
        places.find("<script type=py>\nx = 1\n</script>\n\n<script type=py>\ny = 1\n</script>");
        assert_eq!(
            places.translate(traceback, "a.html"),
            "Traceback (most recent call last):\n  File \"a.html\", line 6, in <module>\n    y = 1\n\
             \x20 File \"a.html (script 3)\", line 1\n  File \"os.py\", line 7, in f\nValueError: 1"
        );
    }
}
