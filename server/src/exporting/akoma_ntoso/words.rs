//! Words with their footnotes. A footnote stands where it is referred to first; later references point to it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::parts::{Run, runs};
use super::Page;
use crate::document::NoteReference;

/// What is written as it is in a part of a reference (RFC 3986, clause 2.3: unreserved).
pub(super) const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Page<'_> {
    /// Words, of a section or of a paragraph that is in one; of a footnote that stands in other words they are in none, and
    /// no other footnote stands in them.
    pub(super) fn words(&mut self, text: &str, notes: &[NoteReference], section: Option<usize>) {
        for run in runs(text, notes) {
            match run {
                Run::Words(words) => self.out.words(words),
                Run::Note(note) => self.note(note, section),
            }
        }
    }

    fn note(&mut self, at: usize, section: Option<usize>) {
        let Some(note) = self.tree.paragraphs.get(at) else { return };
        let id = self.ids.paragraph(at).to_owned();
        let first = self.referred.get(at) == Some(&true) && self.written.get(at) == Some(&false);
        let Some(section) = section.filter(|_| first) else {
            let href = format!("#{}", utf8_percent_encode(&id, FRAGMENT));
            self.out.empty("noteRef", &[("href", &href), ("marker", &note.number)]);
            return;
        };
        if let Some(written) = self.written.get_mut(at) {
            *written = true;
        }
        let own = Some(note.section).filter(|&own| own < self.tree.sections.len());
        let elsewhere = match own == Some(self.outermost(section)) {
            true => String::new(),
            false => own.map_or(String::new(), |own| self.ids.section(own).to_owned()),
        };
        let owner = self.owner_elsewhere(at);
        let attributes = [
            ("eId", id.as_str()),
            ("marker", &note.number),
            ("placement", "bottom"),
            ("alinea:section", &elsewhere),
            ("alinea:owner", &owner),
        ];
        self.out.open("authorialNote", &attributes);
        self.out.open("p", &[]);
        self.words(&note.text, &note.notes, None);
        self.out.close();
        self.out.close();
    }

    /// The outermost section above one.
    fn outermost(&self, section: usize) -> usize {
        let mut at = section;
        while let Some(parent) = self.tree.sections.get(at).and_then(|section| section.parent)
            && parent < at
        {
            at = parent;
        }
        at
    }
}
