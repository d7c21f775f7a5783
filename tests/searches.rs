//! Searches and streams of a query, as a user of the client sees them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use alinea_client::{Client, Cursor, ErrorKind, Paragraph, ParagraphQuery, SearchHit, Upload};
use server::Server;

/// A server that has indexed the sample, and a client of it.
async fn with_sample(folder: &std::path::Path) -> (Server, Client) {
    let server = Server::with_sample(folder).await;
    let client = server.client();
    let revision = client.paragraphs().count().await.unwrap().revision;
    let indexed = client.at_least(revision).paragraphs().search("paix").collect().await.unwrap();
    assert!(!indexed.is_empty());
    (server, client)
}

async fn streamed(query: ParagraphQuery) -> Vec<Paragraph> {
    let mut stream = query.stream();
    let mut found = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        found.push(paragraph);
    }
    found
}

fn marked(hit: &SearchHit) -> Vec<&str> {
    hit.matches.iter().map(|found| &hit.paragraph.text[found.start as usize..found.end as usize]).collect()
}

#[tokio::test]
async fn words_are_found_in_any_form_and_marked() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, client) = with_sample(folder.path()).await;
    let hits = client.paragraphs().search("ARME legere").collect().await.unwrap();
    assert!(!hits.is_empty());
    for hit in &hits {
        let marked = marked(hit);
        assert!(marked.iter().any(|word| word.to_lowercase().starts_with("arme")), "{marked:?}");
        assert!(marked.iter().any(|word| word.starts_with("légère")), "{marked:?}");
    }
    assert!(hits.is_sorted_by(|one, other| one.relevance >= other.relevance));
    let together = client.paragraphs().search("« armes légères »").collect().await.unwrap();
    assert!(together.iter().all(|hit| marked(hit).iter().any(|words| words.contains(' '))));

    // A filter narrows, and an excluded word too.
    let terrorism = client.paragraphs().theme("terrorism").search("sécurité").collect().await.unwrap();
    let all = client.paragraphs().search("sécurité").collect().await.unwrap();
    assert!(!terrorism.is_empty() && terrorism.len() < all.len());
    let about = |hit: &SearchHit| {
        hit.paragraph.tags.iter().any(|tag| tag.theme.id() == "terrorism" && tag.score >= 0.5)
    };
    assert!(terrorism.iter().all(about));
    let without = client.paragraphs().search("sécurité -terrorisme").collect().await.unwrap();
    assert!(!without.is_empty() && without.len() < all.len());
    assert!(without.iter().all(|hit| !hit.paragraph.text.contains("terrorisme")));
    assert_eq!(client.paragraphs().language("en").search("sécurité").collect().await.unwrap().len(), 0);
}

#[tokio::test]
async fn pages_of_any_size_are_one_ranking_and_the_stream_has_the_same_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, client) = with_sample(folder.path()).await;
    let whole = client.paragraphs().search("États membres").collect().await.unwrap();
    assert!(whole.len() > 5, "{}", whole.len());
    for size in [1, 2, 7] {
        let paged = client.paragraphs().batch_size(size).search("États membres").collect().await.unwrap();
        assert_eq!(paged, whole);
    }
    let mut expected: Vec<Paragraph> = whole.into_iter().map(|hit| hit.paragraph).collect();
    expected.sort_by_key(|paragraph| paragraph.position);
    assert_eq!(streamed(client.paragraphs().matching("États membres").batch_size(2)).await, expected);

    // Broken anywhere, the stream goes on, and with the same words alone.
    let mut stream = client.paragraphs().matching("États membres").batch_size(3).stream();
    let first = stream.try_next_batch().await.unwrap().unwrap();
    let resume =
        |words: &str, cursor: &Cursor| client.paragraphs().matching(words).resume_from(cursor.clone());
    assert_eq!(streamed(resume("États membres", &first.cursor)).await, expected[3..]);
    let other = resume("États", &first.cursor).stream().try_next().await.unwrap_err();
    assert_eq!((other.kind(), other.reason()), (ErrorKind::InvalidArgument, Some("CURSOR_INVALID")));
    let none = client.paragraphs().resume_from(first.cursor).stream().try_next().await.unwrap_err();
    assert_eq!(none.reason(), Some("CURSOR_INVALID"));
}

#[tokio::test]
async fn pages_and_streams_stay_at_their_revision_whatever_is_committed_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let (server, client) = with_sample(folder.path()).await;
    let upload = |name: &str, text: &str| Upload::new(name.parse().unwrap(), text).language("fr");
    let small = "1. La sécurité.\n\n2. Une sécurité, et la paix.\n\n3. De la sécurité.";
    client.create_document(upload("small", small)).await.unwrap();
    let before = client.paragraphs().count().await.unwrap().revision;
    let whole = client.at_least(before).paragraphs().search("sécurité").collect().await.unwrap();
    assert!(whole.iter().filter(|hit| hit.paragraph.name.document().id() == "small").count() == 3);
    let mut listing = client.paragraphs().batch_size(2).search("sécurité");
    let mut paged =
        vec![listing.try_next().await.unwrap().unwrap(), listing.try_next().await.unwrap().unwrap()];
    let mut stream = client.paragraphs().matching("sécurité").batch_size(2).stream();
    let batch = stream.try_next_batch().await.unwrap().unwrap();

    // What is found is replaced, removed and added, and the store is compacted when it is opened again.
    client.create_document(upload("other", "1. Sécurité, sécurité, sécurité.")).await.unwrap();
    let revision = client.delete_document("small").await.unwrap();
    let now = client.at_least(revision).paragraphs().search("sécurité").collect().await.unwrap();
    assert_eq!(now.len(), whole.len() - 2);
    assert!(now.iter().all(|hit| hit.paragraph.name.document().id() != "small"));

    paged.extend(listing.collect().await.unwrap());
    assert_eq!(paged, whole);
    let address = server.address;
    server.stop().await;
    let server = Server::start(folder.path(), address).await;
    let client = server.client();
    let rest = streamed(client.paragraphs().matching("sécurité").resume_from(batch.cursor)).await;
    assert_eq!(batch.paragraphs.len() + rest.len(), whole.len());
}

#[tokio::test]
async fn every_text_is_a_query_and_an_empty_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, client) = with_sample(folder.path()).await;
    for nothing in ["?!", "-", "\"", "-sécurité", " ", "\u{0}", "zzzzz"] {
        assert!(client.paragraphs().search(nothing).collect().await.unwrap().is_empty(), "{nothing:?}");
    }
    let long = "sécurité ".repeat(20_000);
    assert!(!client.paragraphs().search(long).collect().await.unwrap().is_empty());
    let empty = client.paragraphs().search("").try_next().await.unwrap_err();
    assert_eq!((empty.reason(), empty.metadata()["field"].as_str()), (Some("INVALID_FIELD"), "query"));
    for refused in [
        client.paragraphs().matching("paix").list().try_next().await.map(drop),
        client.paragraphs().matching("paix").count().await.map(drop),
        client.paragraphs().matching("paix").watch().try_next().await.map(drop),
        client.paragraphs().matching("paix").watch_from_snapshot().try_next().await.map(drop),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidArgument);
    }
}
