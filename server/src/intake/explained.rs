//! Why the paragraphs of a document have their tags. Tags are kept without their evidence: the document is tagged once
//! more, and what comes out is laid beside what is kept.

use std::collections::HashMap;

use alinea_proto::v1;

use super::wire;
use crate::{
    document::ParagraphKind,
    store::WholeDocument,
    theming::{Evidence, Place, Rule, Tag, Themes},
};

/// How many places are given as the evidence of a tag. A paragraph can say one word ten thousand times.
const MOST_EVIDENCE: usize = 100;
/// How many bytes of words are given at most for a place.
const MOST_WORDS: usize = 256;

/// A document whose tags can be explained.
#[derive(Debug)]
pub struct Explained {
    etag: String,
    stamp: u64,
    sections: Vec<v1::Section>,
    paragraphs: Vec<v1::Paragraph>,
    /// Where each paragraph stands, by name.
    by_name: HashMap<String, usize>,
    places: Vec<Place>,
    tags: Vec<Vec<Tag>>,
}

impl Explained {
    /// Tags a document as it is kept with these themes.
    pub fn new(themes: &Themes, kept: WholeDocument) -> Self {
        let WholeDocument { document, sections, paragraphs, .. } = kept;
        let tree = wire::tree(&sections, &paragraphs);
        let tags = themes.tagger().tag_tree(&tree, &document.language_code);
        let names = paragraphs.iter().enumerate();
        let by_name = names.map(|(at, paragraph)| (paragraph.name.clone(), at)).collect();
        let (places, stamp) = (Place::all(&tree), themes.stamp());
        Self { etag: document.etag, stamp, sections, paragraphs, by_name, places, tags }
    }

    /// Whether it is the version of a document that has this etag, tagged with what has this stamp.
    pub fn is_of(&self, etag: &str, stamp: u64) -> bool {
        self.etag == etag && self.stamp == stamp
    }

    /// Why a paragraph has each of its tags; none where there is no such paragraph.
    pub fn explain(&self, paragraph: &str) -> Option<Vec<v1::TagExplanation>> {
        let at = *self.by_name.get(paragraph)?;
        let made = self.tags.get(at)?;
        Some(self.paragraphs.get(at)?.tags.iter().map(|kept| self.explanation(kept, made)).collect())
    }

    fn explanation(&self, kept: &v1::Tag, made: &[Tag]) -> v1::TagExplanation {
        let (rule, evidence) = if kept.origin() == v1::TagOrigin::Curator {
            ("set by a curator".to_owned(), Vec::new())
        } else {
            let same = |tag: &&Tag| kept.theme.strip_prefix("themes/") == Some(tag.theme.as_str());
            match made.iter().find(same) {
                // The form speaks, and not one word more than another.
                Some(tag) if tag.rule == Rule::Form => (self.rule(tag), Vec::new()),
                Some(tag) => {
                    let evidence = tag.evidence.iter().take(MOST_EVIDENCE);
                    (self.rule(tag), evidence.filter_map(|evidence| self.evidence(evidence)).collect())
                }
                None => ("earlier themes: the document is about to be tagged anew".to_owned(), Vec::new()),
            }
        };
        v1::TagExplanation { tag: Some(kept.clone()), evidence, rule }
    }

    fn rule(&self, tag: &Tag) -> String {
        let there = || tag.evidence.first().map_or_else(String::new, |evidence| self.cited(evidence));
        match tag.rule {
            Rule::Label => "label".to_owned(),
            Rule::Form => "form of the paragraph".to_owned(),
            Rule::OwnBody => "name of the body that the document is from".to_owned(),
            Rule::TakenUp | Rule::Heading => format!("inherited from {}", there()),
            Rule::Model => "model".to_owned(),
            Rule::ModelAround => format!("model, from words of {}", there()),
        }
    }

    /// How people name the passage that evidence stands in.
    fn cited(&self, evidence: &Evidence) -> String {
        match self.places.get(evidence.passage) {
            Some(&Place::Section(at)) => match self.sections[at].number.as_str() {
                "" => "the heading".to_owned(),
                number => format!("heading {number}"),
            },
            Some(&Place::Paragraph(at)) => {
                let paragraph = &self.paragraphs[at];
                // Only numbered paragraphs are cited by their number alone.
                let numbered = paragraph.kind == wire::ordinal(ParagraphKind::ALL, ParagraphKind::Paragraph);
                let number = Some(paragraph.number.as_str()).filter(|number| numbered && !number.is_empty());
                format!("paragraph {}", number.or(paragraph.name.rsplit('/').next()).unwrap_or_default())
            }
            None => String::new(),
        }
    }

    fn evidence(&self, evidence: &Evidence) -> Option<v1::Evidence> {
        let (name, text) = match *self.places.get(evidence.passage)? {
            Place::Section(at) => (&self.sections[at].name, &self.sections[at].heading),
            Place::Paragraph(at) => (&self.paragraphs[at].name, &self.paragraphs[at].text),
        };
        let words = text.get(evidence.span.range())?;
        let shown = words.floor_char_boundary(MOST_WORDS);
        Some(v1::Evidence {
            name: name.clone(),
            start: evidence.span.start as i32,
            end: evidence.span.end as i32,
            label: evidence.label.to_string(),
            words: words[..shown].to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{intake::Intake, store::Verdicts};

    const TEXTS: [(&str, &str); 3] = [
        ("1", "We condemn trafficking in drugs, and drugs, and drugs."),
        ("", "We fight the causes of this trafficking."),
        ("2", "Nothing is said here."),
    ];

    fn kept(tags: impl Fn(usize) -> Vec<v1::Tag>) -> WholeDocument {
        let paragraph = |(at, (number, text)): (usize, &(&str, &str))| v1::Paragraph {
            name: format!("documents/d/paragraphs/p{at}"),
            kind: wire::ordinal(
                ParagraphKind::ALL,
                if at == 1 { ParagraphKind::Alinea } else { ParagraphKind::Paragraph },
            ),
            number: (*number).to_owned(),
            text: (*text).to_owned(),
            tags: tags(at),
            ..v1::Paragraph::default()
        };
        WholeDocument {
            document: v1::Document {
                etag: "e".to_owned(),
                language_code: "en".to_owned(),
                ..Default::default()
            },
            sections: Vec::new(),
            paragraphs: TEXTS.iter().enumerate().map(paragraph).collect(),
            source: Vec::new(),
            extract: None,
            said: v1::Document::default(),
            said_media_type: String::new(),
            verdicts: Verdicts::default(),
            revision: 1,
        }
    }

    #[test]
    fn what_is_kept_is_explained_as_far_as_the_themes_in_use_can() {
        let themes = Themes::new(Vec::new(), None).unwrap();
        let tagged = Intake::retag(&themes, &kept(|_| Vec::new()));
        let tag = |theme: &str, origin: v1::TagOrigin| v1::Tag {
            theme: format!("themes/{theme}"),
            score: 1.0,
            origin: origin as i32,
        };
        let curated = [tag("energy", v1::TagOrigin::Curator), tag("old.theme", v1::TagOrigin::Text)];
        let kept = kept(|at| tagged[at].iter().chain(curated.iter().filter(|_| at == 2)).cloned().collect());
        let explained = Explained::new(&themes, kept);
        assert!(explained.is_of("e", themes.stamp()) && !explained.is_of("f", themes.stamp()));
        let rules = |at: usize| {
            let explanations = explained.explain(&format!("documents/d/paragraphs/p{at}")).unwrap();
            let one = |one: v1::TagExplanation| (one.tag.unwrap().theme, one.rule, one.evidence.len());
            explanations.into_iter().map(one).collect::<Vec<_>>()
        };
        let drugs = |rule: &str, places| ("themes/drug-trafficking".to_owned(), rule.to_owned(), places);
        assert_eq!(rules(0)[0], drugs("label", 3));
        assert_eq!(rules(1)[0], drugs("inherited from paragraph 1", 3));
        let why: Vec<String> = rules(2).into_iter().map(|(_, rule, _)| rule).collect();
        assert_eq!(why, ["set by a curator", "earlier themes: the document is about to be tagged anew"]);
        assert_eq!(explained.explain("documents/d/paragraphs/p3"), None);
    }
}
