//! A stream by theme gives exactly the paragraphs that the tags say, in order.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::collections::{BTreeMap, BTreeSet};

use alinea_client::{Client, Paragraph, ParagraphQuery, Theme};
use proptest::{prelude::*, test_runner::TestRunner};
use server::Server;

async fn all(query: ParagraphQuery) -> Vec<Paragraph> {
    let mut stream = query.stream();
    let mut paragraphs = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        paragraphs.push(paragraph);
    }
    paragraphs
}

/// For each theme those that stand for it: itself and all narrower ones, found by going up from each. What only says
/// what a paragraph is for stands for itself alone.
fn closures(themes: &[Theme]) -> BTreeMap<String, BTreeSet<String>> {
    let broader: BTreeMap<&str, Vec<&str>> = themes
        .iter()
        .map(|theme| (theme.name.as_str(), theme.broader_themes.iter().map(|name| name.as_str()).collect()))
        .collect();
    let mut closures: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for theme in themes {
        let mut above = vec![theme.name.as_str()];
        while let Some(next) = above.pop() {
            let is_new = closures.entry(next.to_owned()).or_default().insert(theme.name.as_str().to_owned());
            if is_new && theme.name.id() != "formalities" {
                above.extend(&broader[next]);
            }
        }
    }
    closures
}

#[derive(Debug, Clone)]
struct Wanted {
    any: Vec<String>,
    all: Vec<String>,
    none: Vec<String>,
    exact: bool,
    least: Option<f32>,
}

impl Wanted {
    fn query(&self, client: &Client) -> ParagraphQuery {
        let theme = |name: &String| alinea_client::ThemeReference::from(name.as_str());
        let mut query = client.paragraphs().all_themes(self.all.iter().map(theme));
        for name in &self.any {
            query = query.theme(theme(name));
        }
        for name in &self.none {
            query = query.without_theme(theme(name));
        }
        if self.exact {
            query = query.exact();
        }
        match self.least {
            Some(least) => query.min_score(least),
            None => query,
        }
    }

    fn holds(&self, closures: &BTreeMap<String, BTreeSet<String>>, paragraph: &Paragraph) -> bool {
        let least = self.least.unwrap_or(0.5);
        let about = |wanted: &String| {
            paragraph.tags.iter().any(|tag| {
                let theme = tag.theme.as_str();
                tag.score >= least
                    && if self.exact { theme == wanted } else { closures[wanted].contains(theme) }
            })
        };
        (self.any.is_empty() || self.any.iter().any(about))
            && self.all.iter().all(about)
            && !self.none.iter().any(about)
    }
}

#[test]
fn every_filter_by_themes_gives_what_a_plain_scan_gives() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_server, client, whole, themes) = runtime.block_on(async {
        let server = Server::with_sample(folder.path()).await;
        let client = server.client();
        let whole = all(client.paragraphs()).await;
        let themes = client.themes().collect().await.unwrap();
        (server, client, whole, themes)
    });
    assert_eq!(whole.len(), 59);
    let closures = closures(&themes);
    let check = |wanted: &Wanted| {
        let found = runtime.block_on(all(wanted.query(&client)));
        let expected: Vec<Paragraph> =
            whole.iter().filter(|paragraph| wanted.holds(&closures, paragraph)).cloned().collect();
        assert_eq!(found, expected, "{wanted:?}");
        found.len()
    };

    let mut found = 0;
    for name in closures.keys() {
        for exact in [false, true] {
            let (all, none) = (Vec::new(), Vec::new());
            found += check(&Wanted { any: vec![name.clone()], all, none, exact, least: None });
        }
    }
    assert!(found > whole.len(), "themes find paragraphs");

    // Themes that occur, so that conditions meet; and one that does not.
    let occurring: BTreeSet<String> =
        whole.iter().flat_map(|paragraph| &paragraph.tags).map(|tag| tag.theme.as_str().to_owned()).collect();
    let names: Vec<String> = occurring.into_iter().chain(closures.keys().take(1).cloned()).collect();
    let some = |most: usize| proptest::sample::subsequence(names.clone(), 0..=most);
    let least = proptest::option::of((1u8..=20).prop_map(|twentieths| f32::from(twentieths) / 20.0));
    let wanted = (some(3), some(2), some(2), any::<bool>(), least)
        .prop_map(|(any, all, none, exact, least)| Wanted { any, all, none, exact, least });
    TestRunner::default()
        .run(&wanted, |wanted| {
            check(&wanted);
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn other_conditions_hold_together_with_themes() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let whole = all(client.paragraphs()).await;
    let document = "cica-almaty-2006-fr";
    let count = async |query: ParagraphQuery| all(query).await.len();
    assert_eq!(count(client.paragraphs().document(document)).await, whole.len());
    assert_eq!(count(client.paragraphs().language("fr")).await, whole.len());
    assert_eq!(count(client.paragraphs().language("en")).await, 0);
    assert_eq!(count(client.paragraphs().work("cica-almaty-2006")).await, whole.len());
    let second = client.paragraphs().section("cica-almaty-2006-fr/att_1__sec_II");
    assert_eq!(count(second).await, 7);
    let recitals = client.paragraphs().kind(alinea_client::ParagraphKind::Recital);
    assert_eq!(count(recitals).await, 7);
    assert_eq!(count(client.paragraphs().adopted("2006-06-17", "2006-06-18")).await, whole.len());
    assert_eq!(count(client.paragraphs().adopted("2006-06-18", "")).await, 0);

    let fifteenth = client.get_paragraph("cica-almaty-2006-fr/para_15").await.unwrap();
    assert_eq!(fifteenth.name.id(), "att_1__sec_II__para_15");
    assert_eq!(client.get_paragraphs([fifteenth.name.as_str()]).await.unwrap(), [fifteenth]);
}
