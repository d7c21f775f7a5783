//! Counts are what streams give.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::collections::BTreeMap;

use alinea_client::{Client, ParagraphKind, ParagraphQuery, Update};
use server::{SAMPLE, Server};

const DOCUMENT: &str = "cica-almaty-2006-fr";

/// How many paragraphs a stream has.
async fn streamed(query: ParagraphQuery) -> u64 {
    let mut stream = query.stream();
    let mut found = 0;
    while stream.try_next().await.unwrap().is_some() {
        found += 1;
    }
    found
}

/// A filter of its own every time it is asked for.
type Filter = fn(&Client) -> ParagraphQuery;

#[tokio::test]
async fn a_count_of_every_theme_is_what_a_stream_of_it_gives() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    // Versions that are gone are not counted.
    let update = || Update::new(DOCUMENT.parse().unwrap());
    client.update_document(update().text("1. Nous condamnons le terrorisme.\n", "")).await.unwrap();
    client.update_document(update().text(SAMPLE, "text/markdown")).await.unwrap();
    let upload = alinea_client::Upload::new("other".parse().unwrap(), SAMPLE);
    client.create_document(upload).await.unwrap();
    let curated =
        client.tag_paragraphs().add("other/para_4", "sanctions").remove("other/para_4", "terrorism");
    curated.send().await.unwrap();

    let themes = client.themes().collect().await.unwrap();
    let filters: [(&str, Filter); 9] = [
        ("all", |client| client.paragraphs()),
        ("a document", |client| client.paragraphs().document("other")),
        ("recitals", |client| client.paragraphs().kind(ParagraphKind::Recital)),
        ("a section", |client| client.paragraphs().section("other/att_1__sec_I")),
        ("another language", |client| client.paragraphs().language("en")),
        ("a theme", |client| client.paragraphs().all_themes(["terrorism"])),
        ("not a theme", |client| client.paragraphs().without_theme("organization-process")),
        ("likely", |client| client.paragraphs().min_score(0.7)),
        ("unlikely", |client| client.paragraphs().min_score(0.2).without_theme("institutional")),
    ];
    for (what, filter) in filters {
        let count = filter(&client).include_structural().count().await.unwrap();
        assert_eq!(count.total, streamed(filter(&client)).await, "{what}");
        assert_eq!(count.revision.as_str(), "5");
        let counted: BTreeMap<&str, u64> =
            count.themes.iter().map(|of| (of.theme.as_str(), of.count)).collect();
        for theme in &themes {
            let expected = streamed(filter(&client).all_themes([&theme.name])).await;
            let found = counted.get(theme.name.as_str());
            assert_eq!(found.copied().unwrap_or(0), expected, "{what}, {}", theme.name);
            assert_ne!(found, Some(&0), "themes with none are left out");
        }
        let in_order = |pair: &[alinea_client::ThemeCount]| {
            (std::cmp::Reverse(pair[0].count), &pair[0].theme)
                < (std::cmp::Reverse(pair[1].count), &pair[1].theme)
        };
        assert!(count.themes.windows(2).all(in_order), "{:?}", count.themes);
    }
}

#[tokio::test]
async fn what_only_says_what_a_block_is_for_is_counted_when_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let formalities = async |query: ParagraphQuery| {
        let count = query.count().await.unwrap();
        count.themes.into_iter().find(|of| of.theme.id() == "formalities").map(|of| of.count)
    };
    let some = Some(streamed(client.paragraphs().theme("formalities")).await);
    assert_eq!(formalities(client.paragraphs()).await, None);
    assert_eq!(formalities(client.paragraphs().include_structural()).await, some);
    assert_eq!(formalities(client.paragraphs().theme("formalities")).await, some);
    assert_eq!(formalities(client.paragraphs().without_theme("formalities")).await, None);
    let unknown = client.paragraphs().theme("nonsense").count().await.unwrap_err();
    assert_eq!(unknown.reason(), Some("NOT_FOUND"));
}
