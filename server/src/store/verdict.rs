//! What curators said of paragraphs, laid over what the tagger says.
//!
//! A verdict is kept with the document, together with the tag of the tagger that it hides: so the tag is back when the
//! verdict is forgotten. Every new version of a document has the verdicts of the one before, on the paragraphs that
//! are still there by id.

use std::collections::BTreeMap;

use alinea_proto::v1;
use prost::Message;

use super::{Curation, blob::eid};

/// What was said of one paragraph and one theme.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Verdict {
    /// The eId of the paragraph.
    #[prost(string, tag = "1")]
    pub(super) paragraph: String,
    /// The last part of the name of the theme.
    #[prost(string, tag = "2")]
    pub(super) theme: String,
    /// Whether the paragraph is about it.
    #[prost(bool, tag = "3")]
    pub(super) is_about: bool,
    /// What the tagger says of it, which the verdict hides; none where it says nothing.
    #[prost(message, optional, tag = "4")]
    pub(super) hidden: Option<v1::Tag>,
}

/// What was said of the paragraphs of one version of a document, by the eId of the paragraph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdicts(BTreeMap<String, Vec<Verdict>>);

impl Verdicts {
    /// The verdicts that are kept.
    pub(super) fn new(kept: Vec<Verdict>) -> Self {
        let mut verdicts: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
        for verdict in kept {
            verdicts.entry(verdict.paragraph.clone()).or_default().push(verdict);
        }
        Self(verdicts)
    }

    /// The verdicts to keep, in order.
    pub(super) fn into_kept(self) -> Vec<Verdict> {
        self.0.into_values().flatten().collect()
    }

    /// Lays the verdicts over the paragraphs of a new version, whose tags are those of the tagger. Those of paragraphs
    /// that are gone are dropped.
    pub fn apply(&mut self, paragraphs: &mut [v1::Paragraph]) {
        let mut before = std::mem::take(&mut self.0);
        if before.is_empty() {
            return;
        }
        for paragraph in paragraphs {
            if let Some((eid, mut verdicts)) = before.remove_entry(eid(&paragraph.name)) {
                lay(&mut verdicts, &mut paragraph.tags);
                self.0.insert(eid, verdicts);
            }
        }
    }

    /// Takes in what a curator says of a paragraph, and tells whether it changes anything.
    pub(super) fn say(&mut self, curation: &Curation, paragraph: &mut v1::Paragraph) -> bool {
        let eid = eid(&paragraph.name).to_owned();
        let before = self.0.remove(&eid).unwrap_or_default();
        let mut verdicts = before.clone();
        lift(&mut verdicts, &mut paragraph.tags);
        let Curation { add, remove, reset, .. } = curation;
        let spoken_of = |theme: &String| [add, remove, reset].iter().any(|themes| themes.contains(theme));
        verdicts.retain(|verdict| !spoken_of(&verdict.theme));
        let said = add.iter().map(|theme| (theme, true)).chain(remove.iter().map(|theme| (theme, false)));
        verdicts.extend(said.map(|(theme, is_about)| Verdict {
            paragraph: eid.clone(),
            theme: theme.clone(),
            is_about,
            hidden: None,
        }));
        verdicts.sort_by(|one, other| one.theme.cmp(&other.theme));
        lay(&mut verdicts, &mut paragraph.tags);
        let changed = verdicts != before;
        if !verdicts.is_empty() {
            self.0.insert(eid, verdicts);
        }
        changed
    }
}

/// Lays verdicts over the tags of the tagger.
fn lay(verdicts: &mut [Verdict], tags: &mut Vec<v1::Tag>) {
    for verdict in verdicts {
        let theme = format!("themes/{}", verdict.theme);
        let at = tags.iter().position(|tag| tag.theme == theme);
        verdict.hidden = at.map(|at| tags.remove(at));
        if verdict.is_about {
            tags.push(v1::Tag { theme, score: 1.0, origin: v1::TagOrigin::Curator as i32 });
        }
    }
    order(tags);
}

/// Takes verdicts off again: the tags are those of the tagger.
fn lift(verdicts: &mut [Verdict], tags: &mut Vec<v1::Tag>) {
    for verdict in verdicts {
        tags.retain(|tag| tag.theme.strip_prefix("themes/") != Some(&verdict.theme));
        tags.extend(verdict.hidden.take());
    }
    order(tags);
}

/// The order in which the tagger gives tags: the surest first, then by theme.
fn order(tags: &mut [v1::Tag]) {
    tags.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.theme.cmp(&other.theme)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentId;

    #[test]
    fn a_verdict_hides_what_the_tagger_says_until_it_is_forgotten() {
        let tag = |theme: &str, score, origin: v1::TagOrigin| v1::Tag {
            theme: format!("themes/{theme}"),
            score,
            origin: origin as i32,
        };
        let tagged = vec![tag("peace", 0.9, v1::TagOrigin::Text), tag("trade", 0.3, v1::TagOrigin::Context)];
        let name = "documents/d/paragraphs/att_1__para_1".to_owned();
        let mut paragraph = v1::Paragraph { name, tags: tagged.clone(), ..Default::default() };
        let mut verdicts = Verdicts::default();
        let mut say = |add: &[&str], remove: &[&str], reset: &[&str]| {
            let themes = |themes: &[&str]| themes.iter().map(|theme| theme.to_string()).collect();
            let curation = Curation {
                document: DocumentId::try_new("d").unwrap(),
                paragraph: "para_1".to_owned(),
                add: themes(add),
                remove: themes(remove),
                reset: themes(reset),
            };
            let changed = verdicts.say(&curation, &mut paragraph);
            (changed, paragraph.tags.clone())
        };
        let curated = |theme| tag(theme, 1.0, v1::TagOrigin::Curator);
        let expected = vec![curated("energy"), curated("trade")];
        assert_eq!(say(&["trade", "energy"], &["peace"], &[]), (true, expected.clone()));
        assert_eq!(say(&["trade"], &["peace"], &[]), (false, expected));
        assert_eq!(say(&[], &["energy"], &["peace"]), (true, vec![curated("trade"), tagged[0].clone()]));
        assert_eq!(say(&[], &[], &["trade", "energy"]), (true, tagged));
        assert_eq!(verdicts, Verdicts::default());
    }
}
