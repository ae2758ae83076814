//! Where in the page's own source a script stands, and what its text is.

/// The page's source and how far it has been searched.
///
/// Scripts come in document order, so the search for each goes on behind the one before: two scripts with the same text are
/// told apart.
#[derive(Debug, Default)]
pub struct PageSource {
    text: String,
    searched: usize,
}

impl PageSource {
    /// Takes a page's source as the browser received it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: text.replace("\r\n", "\n").replace('\r', "\n"),
            searched: 0,
        }
    }

    /// The line, from 1, on which the content of the next script begins whose content is `content`.
    ///
    /// A content counts only between the tags of a script, so that the same text in prose or inside of another script is not
    /// taken for it.
    pub fn line_of(&mut self, content: &str) -> Option<u32> {
        if content.trim().is_empty() {
            return None;
        }
        [content.to_owned(), escape(content)]
            .iter()
            .find_map(|content| {
                let (at, end) = self.find_content(content)?;
                self.searched = end;
                let line = self.text[..at].matches('\n').count() + 1;
                u32::try_from(line).ok()
            })
    }

    fn find_content(&self, content: &str) -> Option<(usize, usize)> {
        let mut from = self.searched;
        while let Some(found) = self.text.get(from..)?.find(content) {
            let (at, end) = (from + found, from + found + content.len());
            if opens_script(&self.text[..at]) && self.text[end..].starts_with("</") {
                return Some((at, end));
            }
            from = at + content.chars().next().map_or(1, char::len_utf8);
        }
        None
    }
}

/// Whether a text ends with the opening tag of a script.
fn opens_script(before: &str) -> bool {
    before.ends_with('>')
        && before.rfind('<').is_some_and(|at| {
            let tag = &before[at + 1..];
            ["script", "py-script", "mpy-script"].iter().any(|name| {
                tag.get(..name.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(name))
            })
        })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Undoes what `innerHTML` does to text: the five entities that stand for characters with a meaning in HTML.
///
/// `&amp;` comes last, so that `&amp;lt;` is `&lt;` and not `<`.
#[must_use]
pub fn unescape(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

/// Whether a text is nothing but white space and comments, so that it may stand inside of a tag with a `src`.
#[must_use]
pub fn is_blank(code: &str) -> bool {
    code.lines()
        .map(str::trim)
        .all(|line| line.is_empty() || line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_with_the_same_text_have_their_own_lines() {
        let mut page = PageSource::new(
            "<p>\nx = 1\n</p>\r\n<script type=py>\nx = 1\n</script>\n<SCRIPT>\nx = 1\n</SCRIPT>",
        );
        assert_eq!(page.line_of("\nx = 1\n"), Some(4));
        assert_eq!(page.line_of("\nx = 1\n"), Some(7));
        assert_eq!(page.line_of("\nx = 1\n"), None);
    }

    #[test]
    fn text_inside_of_another_text_is_not_a_script() {
        let mut page = PageSource::new("<pre>a > b = 1; c</pre>\n<script>b = 1</script>");
        assert_eq!(page.line_of("b = 1"), Some(2));
        assert_eq!(page.line_of(" \n"), None);
    }

    #[test]
    fn a_custom_tag_is_found_by_its_escaped_text() {
        let mut page = PageSource::new("<p></p>\n<py-script>if 1 &lt; 2: pass</py-script>");
        assert_eq!(page.line_of("if 1 < 2: pass"), Some(2));
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(
            unescape("1 &lt; 2 &amp;&amp; &quot;a&quot; &#39;&amp;lt;"),
            "1 < 2 && \"a\" '&lt;"
        );
    }

    #[test]
    fn comments_beside_a_src_are_blank() {
        assert!(is_blank(" \n# fallback\n\t"));
        assert!(!is_blank("# x\nprint()"));
    }
}
