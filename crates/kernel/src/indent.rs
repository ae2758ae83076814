//! The common indentation of a program that stands inside of something else: a tag, a string of JavaScript.

use std::borrow::Cow;

/// Takes the indentation of the first line that has any text from every line that has it too.
///
/// Lines keep their numbers. What is indented less than the first line (the inside of a string, say) stays as it is.
#[must_use]
pub fn dedent(text: &str) -> Cow<'_, str> {
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else {
        return text.into();
    };
    let indent = &first[..first.len() - first.trim_start_matches([' ', '\t']).len()];
    if indent.is_empty() {
        return text.into();
    }
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        result.push_str(line.strip_prefix(indent).unwrap_or(line));
    }
    result.into()
}

#[cfg(test)]
mod tests {
    use super::dedent;

    #[test]
    fn line_numbers_and_relative_indentation_stay() {
        assert_eq!(
            dedent("\n    if x:\n        y\n\n    z\n  "),
            "\nif x:\n    y\n\nz\n  "
        );
        assert_eq!(dedent("\n\t\tx\n\t\t\ty"), "\nx\n\ty");
        assert_eq!(dedent("x\n  y"), "x\n  y");
        assert_eq!(dedent(""), "");
    }

    #[test]
    fn what_stands_further_left_stays() {
        assert_eq!(dedent("\n  s = '''\ntext\n  '''"), "\ns = '''\ntext\n'''");
        assert_eq!(dedent("    a\n  b"), "a\n  b");
    }
}
