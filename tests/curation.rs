//! What a curator says of paragraphs holds: in streams and filters, after a restart, after a new version.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use alinea_client::{Client, ErrorKind, Paragraph, ParagraphName, Rereading, Tag, TagOrigin, Update};
use server::{SAMPLE, Server};

const DOCUMENT: &str = "cica-almaty-2006-fr";
/// It is about terrorism, as the tagger says too.
const FOURTH: &str = "cica-almaty-2006-fr/para_4";

/// The names of the paragraphs about a theme.
async fn about(client: &Client, theme: &str) -> Vec<ParagraphName> {
    let mut stream = client.paragraphs().theme(theme).stream();
    let mut names = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        names.push(paragraph.name);
    }
    names
}

fn tag<'a>(paragraph: &'a Paragraph, theme: &str) -> Option<&'a Tag> {
    paragraph.tags.iter().find(|tag| tag.theme.id() == theme)
}

fn update() -> Update {
    Update::new(DOCUMENT.parse().unwrap())
}

#[tokio::test]
async fn what_is_added_removed_and_reset_is_seen_in_streams_and_filters() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let before = client.get_paragraph(FOURTH).await.unwrap();
    assert!(tag(&before, "terrorism").is_some() && tag(&before, "sanctions").is_none(), "{before:?}");
    let etag = client.get_document(DOCUMENT).await.unwrap().etag;

    let tagging = client.tag_paragraphs().add(FOURTH, "sanctions").remove(FOURTH, "terrorism");
    let tagged = tagging.send().await.unwrap();
    let now = client.get_paragraph(FOURTH).await.unwrap();
    assert_eq!((tagged.paragraphs.as_slice(), tagged.revision.as_str()), (&[now.clone()][..], "2"));
    assert!(now.position > before.position && client.get_document(DOCUMENT).await.unwrap().etag != etag);
    let added = tag(&now, "sanctions").unwrap();
    assert_eq!((added.score, added.origin, tag(&now, "terrorism")), (1.0, TagOrigin::Curator, None));
    assert!(now.tags.is_sorted_by(|one, other| one.score >= other.score), "{:?}", now.tags);
    assert_eq!(about(&client, "sanctions").await, std::slice::from_ref(&now.name));
    assert!(!about(&client, "terrorism").await.contains(&now.name));

    // What the tagger says can be said too: then it is no longer the tagger's to take back.
    let own = before.tags[1].theme.id();
    assert_ne!(own, "terrorism");
    let tagged = client.tag_paragraphs().add(FOURTH, own).send().await.unwrap();
    assert_eq!(tag(&tagged.paragraphs[0], own).unwrap().origin, TagOrigin::Curator);

    let tagging = client.tag_paragraphs().reset(FOURTH, "sanctions").reset(FOURTH, "terrorism");
    let reset = tagging.reset(FOURTH, own).send().await.unwrap().paragraphs.remove(0);
    assert_eq!(reset.tags, before.tags);
    assert!(about(&client, "terrorism").await.contains(&now.name));
}

#[tokio::test]
async fn what_is_said_survives_a_restart_and_every_new_version_while_the_paragraph_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let before = client.get_paragraph(FOURTH).await.unwrap();
    let tagging = client.tag_paragraphs().add(FOURTH, "sanctions").remove(FOURTH, "terrorism");
    let curated = tagging.send().await.unwrap().paragraphs.remove(0);
    let tags = async |client: &Client| client.get_paragraph(FOURTH).await.unwrap().tags;

    server.stop().await;
    let server = Server::start(folder.path(), ([127, 0, 0, 1], 0).into()).await;
    let client = server.client();
    assert_eq!(tags(&client).await, curated.tags);

    // The same reader finds nothing new, whatever a curator said.
    let reread = client.reread_document(DOCUMENT).try_next().await.unwrap().unwrap();
    assert!(matches!(reread, Rereading::Same { .. }), "{reread:?}");

    client.update_document(update().title("Almaty")).await.unwrap();
    assert_eq!(tags(&client).await, curated.tags);
    let other = SAMPLE.replace("Nous condamnons vigoureusement", "Nous condamnons");
    assert_ne!(other, SAMPLE);
    client.update_document(update().text(other, "text/markdown")).await.unwrap();
    let still = client.get_paragraph(FOURTH).await.unwrap();
    assert_eq!(tag(&still, "sanctions").map(|tag| tag.origin), Some(TagOrigin::Curator));
    assert!(tag(&still, "terrorism").is_none(), "{still:?}");
    let tagging = client.tag_paragraphs().reset(FOURTH, "sanctions").reset(FOURTH, "terrorism");
    let reset = tagging.send().await.unwrap().paragraphs.remove(0);
    assert!(tag(&reset, "terrorism").is_some() && tag(&reset, "sanctions").is_none(), "{reset:?}");

    // What was said of a paragraph that is gone is not said of one that has its id later.
    client.tag_paragraphs().add(FOURTH, "sanctions").send().await.unwrap();
    client.update_document(update().text("1. Something else.\n", "")).await.unwrap();
    client.update_document(update().text(SAMPLE, "text/markdown")).await.unwrap();
    assert_eq!(tags(&client).await, before.tags);
    assert!(about(&client, "sanctions").await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_by_name_and_nothing_of_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let good = || client.tag_paragraphs().add(FOURTH, "sanctions");
    let fifteenth = "cica-almaty-2006-fr/para_15";
    for (tagging, kind, reason, named) in [
        (good().add("cica-almaty-2006-fr/para_99", "energy"), ErrorKind::NotFound, "NOT_FOUND", "para_99"),
        (good().add("nothing/para_1", "energy"), ErrorKind::NotFound, "NOT_FOUND", "documents/nothing"),
        (good().add(fifteenth, "nonsense"), ErrorKind::NotFound, "NOT_FOUND", "themes/nonsense"),
        (good().remove(FOURTH, "sanctions"), ErrorKind::InvalidArgument, "INVALID_FIELD", "themes/sanctions"),
        (good().add(FOURTH, "sanctions"), ErrorKind::InvalidArgument, "INVALID_FIELD", "themes/sanctions"),
        (
            good().add("cica-almaty-2006-fr/att_1__sec_I__para_4", "energy"),
            ErrorKind::InvalidArgument,
            "INVALID_FIELD",
            "para_4",
        ),
    ] {
        let refused = tagging.send().await.unwrap_err();
        assert_eq!((refused.kind(), refused.reason()), (kind, Some(reason)), "{refused}");
        assert!(refused.to_string().contains(named), "{refused}");
    }
    let many = (0..1001).fold(client.tag_paragraphs(), |tagging, at| {
        tagging.add(format!("cica-almaty-2006-fr/para_{at}"), "energy")
    });
    assert_eq!(many.send().await.unwrap_err().reason(), Some("INVALID_FIELD"));
    assert!(about(&client, "sanctions").await.is_empty());
}
