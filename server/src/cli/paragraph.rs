//! A paragraph for people: the line it is cited by, and its words.

use std::io;

use alinea_client::{Client, DocumentName, Evidence, Paragraph, SearchHit, TagExplanation};

use super::output::{DIM, Output, THEME};

/// How many places are shown as the evidence of a tag.
const MOST_EVIDENCE: usize = 5;
/// How many characters of words are shown of each.
const MOST_WORDS: usize = 60;

/// The titles of documents, of which a stream needs one at a time since it goes document by document.
pub(super) struct Titles {
    client: Client,
    last: Option<(DocumentName, String)>,
}

impl Titles {
    pub(super) fn new(client: Client) -> Self {
        Self { client, last: None }
    }

    /// The title of a document, or its id when it has none or is gone by now.
    pub(super) async fn of(&mut self, document: DocumentName) -> &str {
        let known = self.last.take().filter(|(name, _)| *name == document);
        let (name, title) = match known {
            Some(known) => known,
            None => {
                let title = self.client.get_document(&document).await.map(|document| document.title);
                let title = title.ok().filter(|title| !title.is_empty());
                let title = title.unwrap_or_else(|| document.id().to_owned());
                (document, title)
            }
        };
        &self.last.insert((name, title)).1
    }
}

/// The title, the headings and the number, then the short name that `alinea get` takes.
fn citation(title: &str, paragraph: &Paragraph) -> String {
    let mut parts = vec![title];
    // The heading of a document inside a letter is often its title.
    parts.extend(paragraph.headings.iter().map(String::as_str).filter(|heading| *heading != title));
    if !paragraph.number.is_empty() {
        parts.push(&paragraph.number);
    }
    format!("{}  {}/{}", parts.join(" › "), paragraph.name.document().id(), paragraph.name.id())
}

pub(super) fn print(output: &mut Output, title: &str, paragraph: &Paragraph) -> io::Result<()> {
    output.line(DIM, citation(title, paragraph))?;
    output.text(&paragraph.text)?;
    print_tags(output, paragraph)
}

/// Prints what a search found as [`print`] does, the words underlined.
pub(super) fn print_found(output: &mut Output, title: &str, hit: &SearchHit) -> io::Result<()> {
    output.line(DIM, citation(title, &hit.paragraph))?;
    let places = hit.matches.iter().map(|found| found.start as usize..found.end as usize).collect();
    output.underlined(&hit.paragraph.text, places)?;
    print_tags(output, &hit.paragraph)
}

/// Prints the tags, and what parts a paragraph from the next.
fn print_tags(output: &mut Output, paragraph: &Paragraph) -> io::Result<()> {
    if !paragraph.tags.is_empty() {
        let tags: Vec<_> =
            paragraph.tags.iter().map(|tag| format!("{} {:.2}", tag.theme.id(), tag.score)).collect();
        output.line(THEME, tags.join(", "))?;
    }
    output.blank()
}

/// Prints a paragraph as [`print`] does, but for its tags: each with why it is there, the words underlined.
pub(super) fn print_explained(
    output: &mut Output,
    title: &str,
    paragraph: &Paragraph,
    explanations: &[TagExplanation],
) -> io::Result<()> {
    output.line(DIM, citation(title, paragraph))?;
    let evidence = explanations.iter().flat_map(|explanation| &explanation.evidence);
    let own = evidence.filter(|evidence| evidence.name == paragraph.name.as_str());
    let words = own.map(|evidence| evidence.start as usize..evidence.end as usize).collect();
    output.underlined(&paragraph.text, words)?;
    for explanation in explanations {
        output.line(THEME, reason(explanation))?;
    }
    output.blank()
}

/// A tag and why it is there.
fn reason(explanation: &TagExplanation) -> String {
    let TagExplanation { tag, evidence, rule, .. } = explanation;
    let mut places: Vec<String> = Vec::new();
    for place in evidence.iter().map(words) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.len() > MOST_EVIDENCE {
        places.truncate(MOST_EVIDENCE);
        places.push("…".to_owned());
    }
    let rule = if places.is_empty() { rule.clone() } else { format!("{rule}: {}", places.join(", ")) };
    format!("{} {:.2}  {rule}", tag.theme.id(), tag.score)
}

/// Words that speak for a theme, and the label where it is written otherwise.
fn words(evidence: &Evidence) -> String {
    let mut shown: String = evidence.words.chars().take(MOST_WORDS).collect();
    if shown.len() < evidence.words.len() {
        shown.push('…');
    }
    match evidence.label.is_empty() || evidence.label.to_lowercase() == evidence.words.to_lowercase() {
        true => format!("“{shown}”"),
        false => format!("“{shown}” ({})", evidence.label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(json: &str) -> Paragraph {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_citation_leads_from_the_document_to_the_number() {
        let numbered = paragraph(
            r#"{"name": "documents/d/paragraphs/sec_I__para_4", "number": "4", "headings": ["I", "Sécurité"]}"#,
        );
        assert_eq!(citation("Déclaration", &numbered), "Déclaration › I › Sécurité › 4  d/sec_I__para_4");
        assert_eq!(citation("I", &numbered), "I › Sécurité › 4  d/sec_I__para_4");
        let bare = paragraph(r#"{"name": "documents/d/paragraphs/nn-1"}"#);
        assert_eq!(citation("d", &bare), "d  d/nn-1");
    }
}
