//! XML and HTML, as they are written: elements that are closed, words of which no sign is mark-up.

use quick_xml::escape;

/// Mark-up that is being written. Elements are closed in the order they were opened.
#[derive(Debug, Default)]
pub(super) struct Markup {
    out: String,
    open: Vec<&'static str>,
}

impl Markup {
    /// Mark-up behind a first line that is no element.
    pub(super) fn new(prologue: &str) -> Self {
        Self { out: format!("{prologue}\n"), open: Vec::new() }
    }

    /// Opens an element; attributes without a value are left out.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, ">");
        self.open.push(name);
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            for part in ["</", name, ">"] {
                self.out.push_str(part);
            }
        }
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, "/>");
    }

    /// An element with words in it.
    pub(super) fn element(&mut self, name: &'static str, attributes: &[(&str, &str)], words: &str) {
        self.open(name, attributes);
        self.words(words);
        self.close();
    }

    /// Words. Characters that XML 1.0 has no place for become U+FFFD.
    pub(super) fn words(&mut self, words: &str) {
        match words.contains(|c| !is_xml(c)) {
            false => self.out.push_str(&escape::partial_escape(words)),
            true => self.out.push_str(&escape::partial_escape(clean(words))),
        }
    }

    /// A new line before what comes next, for those who read the mark-up.
    pub(super) fn line(&mut self) {
        self.out.push('\n');
    }

    /// What was written, with every element closed.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out.push('\n');
        self.out
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            for part in [" ", name, "=\"", &escape::escape(clean(value)), "\""] {
                self.out.push_str(part);
            }
        }
        self.out.push_str(end);
    }
}

fn clean(words: &str) -> String {
    words.replace(|c| !is_xml(c), "\u{fffd}")
}

/// Whether XML 1.0 has a place for a character (clause 2.2).
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_of_words_and_values_is_mark_up() {
        let mut markup = Markup::new("<?xml?>");
        markup.open("p", &[("title", "\"<&>'"), ("class", "")]);
        markup.words("a < b && c > d \u{b}");
        markup.empty("br", &[]);
        let expected = "<?xml?>\n<p title=\"&quot;&lt;&amp;&gt;&apos;\">a &lt; b &amp;&amp; c &gt; d \u{fffd}<br/></p>\n";
        assert_eq!(markup.finish(), expected);
    }
}
