//! Which paragraphs a command is about, as its flags say.

use alinea_client::{Client, ParagraphKind, ParagraphQuery};

/// Which paragraphs. What is said twice widens, what is said of different things narrows.
#[derive(Debug, clap::Args)]
pub(super) struct FilterArguments {
    /// About this theme, or another one said: an id, a name or an IRI.
    #[arg(long, value_name = "THEME")]
    theme: Vec<String>,
    /// About every one of these themes.
    #[arg(long, value_name = "THEME,…", value_delimiter = ',')]
    all_themes: Vec<String>,
    /// Not about this theme.
    #[arg(long, value_name = "THEME")]
    without_theme: Vec<String>,
    /// Take themes for themselves alone, without the narrower ones below them.
    #[arg(long)]
    exact: bool,
    /// The least score of a tag that counts, from 0 to 1; 0.5 when not said.
    #[arg(long, value_name = "SCORE")]
    min_score: Option<f32>,
    /// Of this document, or another one said.
    #[arg(long, value_name = "DOCUMENT")]
    document: Vec<String>,
    /// In this language, such as `fr`, or another one said.
    #[arg(long, value_name = "CODE")]
    language: Vec<String>,
    /// Of this kind, such as `paragraph`, `alinea`, `recital` or `footnote`, or another one said.
    #[arg(long, value_name = "KIND")]
    kind: Vec<ParagraphKind>,
    /// In this section at any depth, as `DOCUMENT/SECTION`, or another one said.
    #[arg(long, value_name = "SECTION")]
    section: Vec<String>,
    /// Of this work in any language, or another one said.
    #[arg(long, value_name = "WORK")]
    work: Vec<String>,
}

impl FilterArguments {
    /// The query that the flags say.
    pub(super) fn query(&self, client: &Client) -> ParagraphQuery {
        let mut query = client.paragraphs().all_themes(&self.all_themes);
        query = self.theme.iter().fold(query, ParagraphQuery::theme);
        query = self.without_theme.iter().fold(query, ParagraphQuery::without_theme);
        query = self.document.iter().fold(query, |query, name| query.document(name.as_str()));
        query = self.language.iter().fold(query, ParagraphQuery::language);
        query = self.kind.iter().fold(query, |query, kind| query.kind(*kind));
        query = self.section.iter().fold(query, |query, name| query.section(name.as_str()));
        query = self.work.iter().fold(query, ParagraphQuery::work);
        if self.exact {
            query = query.exact();
        }
        match self.min_score {
            Some(score) => query.min_score(score),
            None => query,
        }
    }
}
