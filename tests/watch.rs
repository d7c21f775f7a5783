//! A mirror that watches is equal to the store, whatever is committed and however often its connection breaks.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use alinea_client::{
    Change, Client, DocumentName, Paragraph, ParagraphQuery, Revision, ThemeDraft, Upload,
    testing::{Fault, FaultProxy, Faults},
};
use server::Server;

type Mirror = BTreeMap<String, Paragraph>;

fn bare(mut paragraph: Paragraph) -> Paragraph {
    paragraph.position = 0;
    paragraph
}

async fn mirror(query: ParagraphQuery) -> Mirror {
    let (mut stream, mut mirror) = (query.stream(), Mirror::new());
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        mirror.insert(paragraph.name.to_string(), bare(paragraph));
    }
    mirror
}

/// A way to a server whose every connection breaks after it carried some bytes of answers: more from one to the next.
async fn brittle_way(server: SocketAddr) -> FaultProxy {
    let proxy = FaultProxy::start(&server.to_string()).await.unwrap();
    let bytes = (0..10_000).map(|nth| 400 + nth * 7_907 % 150_000);
    proxy.next_connections(bytes.map(|bytes| Faults::none().after_answers(bytes, Fault::Cut)));
    proxy
}

fn upload(document: &str, text: String) -> Upload {
    Upload::new(document.parse::<DocumentName>().unwrap(), text)
}

/// Everything that changes what a filter picks: documents, curators, themes and how they are nested.
async fn change_all(client: &Client) {
    for round in 0..6 {
        let text =
            |of: &str| format!("1. Terrorism {round}.\n\n2. {of} and energy.\n\n3. Nothing {}.\n", round / 2);
        let uploads = ["a", "b", "c"].map(|name| upload(name, text(name)));
        let mut import = client.import(uploads);
        while import.try_next().await.unwrap().is_some() {}
        let paragraph = "a/para_3";
        match round {
            1 => drop(client.tag_paragraphs().add(paragraph, "energy").send().await.unwrap()),
            2 => drop(client.delete_document("b").await.unwrap()),
            3 => {
                let draft =
                    ThemeDraft::new().display_name("en", "nothing").broader("terrorism".parse().unwrap());
                client.create_theme("nothingness", draft).await.unwrap();
            }
            4 => {
                let draft = ThemeDraft::new().broader("energy".parse().unwrap());
                client.update_theme("nothingness", draft).await.unwrap();
            }
            5 => drop(client.delete_theme("nothingness").await.unwrap()),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_over_connections_that_break_again_and_again_is_equal_to_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let way = brittle_way(server.address).await;
    let asked = |client: &Client, filter: usize| match filter {
        0 => client.paragraphs(),
        1 => client.paragraphs().theme("terrorism"),
        2 => client.paragraphs().theme("energy").min_score(0.3),
        3 => client.paragraphs().document("a"),
        _ => client.paragraphs().without_theme("energy").language("en"),
    };
    let mut watching = Vec::new();
    for filter in 0..5 {
        // Of a document that is not there yet there is no snapshot; it can be watched for.
        for from_snapshot in [false, true].into_iter().take(if filter == 3 { 1 } else { 2 }) {
            let watcher = Client::builder(way.url()).stream_attempts(1000).connect_lazy().unwrap();
            let mut watch = match from_snapshot {
                true => asked(&watcher, filter).watch_from_snapshot(),
                false => asked(&watcher, filter).watch_from(Revision::new("0")),
            };
            watch = watch.checkpoint_interval(Duration::from_secs(1));
            let (reached, reaching) = tokio::sync::watch::channel(0_u64);
            let mirror = Arc::new(Mutex::new(Mirror::new()));
            watching.push((filter, mirror.clone(), reaching));
            tokio::spawn(async move {
                loop {
                    match watch.try_next().await.unwrap().unwrap() {
                        Change::Put(paragraph) => {
                            let paragraph = bare(paragraph);
                            let had =
                                mirror.lock().unwrap().insert(paragraph.name.to_string(), paragraph.clone());
                            assert_ne!(had, Some(paragraph), "told twice");
                        }
                        Change::Removed(name) => {
                            let had = mirror.lock().unwrap().remove(name.as_str());
                            assert!(had.is_some(), "{name} was not there");
                        }
                        Change::Reached(revision) => {
                            reached.send_replace(revision.as_str().parse().unwrap());
                        }
                        other => panic!("{other:?}"),
                    }
                }
            });
        }
    }
    change_all(&client).await;
    let last = client.delete_document("c").await.unwrap().as_str().parse::<u64>().unwrap();
    for (filter, found, mut reaching) in watching {
        let reached = reaching.wait_for(|&revision| revision >= last);
        tokio::time::timeout(Duration::from_secs(60), reached).await.expect("it gets there").unwrap();
        let expected = mirror(asked(&client, filter)).await;
        assert_eq!(*found.lock().unwrap(), expected, "filter {filter}");
    }
}

#[tokio::test]
async fn who_wrote_reads_what_was_written_and_no_revision_is_waited_for_longer_than_the_call_may_take() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let now: u64 = client.paragraphs().count().await.unwrap().revision.as_str().parse().unwrap();
    let after = client.at_least(Revision::new((now + 1).to_string()));
    let asked = (
        after.paragraphs().count(),
        after.get_document("cica-almaty-2006-fr"),
        after.get_paragraph("cica-almaty-2006-fr/para_15"),
        after.get_paragraphs(["cica-almaty-2006-fr/para_15"]),
        mirror(after.paragraphs().document("cica-almaty-2006-fr")),
        after.paragraphs().list().collect(),
    );
    let write = async {
        // The others are asked first, and wait.
        tokio::task::yield_now().await;
        let mut import = client.import([upload("new", "1. Peace.\n".to_owned())]);
        import.try_next().await.unwrap().unwrap()
    };
    let (count, document, paragraph, paragraphs, streamed, listed, _) =
        tokio::join!(asked.0, asked.1, asked.2, asked.3, asked.4, asked.5, write);
    let count = count.unwrap();
    assert_eq!((count.revision.as_str(), count.total), (&*(now + 1).to_string(), 60));
    assert_eq!(document.unwrap().name.id(), "cica-almaty-2006-fr");
    assert_eq!((paragraph.unwrap(), streamed.len()), (paragraphs.unwrap().remove(0), 59));
    assert_eq!(listed.unwrap().len(), 60);

    let hasty = Client::builder(format!("http://{}", server.address)).call_deadline(Duration::from_secs(1));
    let hasty = hasty.connect_lazy().unwrap().at_least(Revision::new("1000"));
    let error = hasty.get_document("new").await.unwrap_err();
    assert_eq!(error.reason(), Some("REVISION_NOT_REACHED"), "{error}");
    assert_eq!(error.metadata()["revision"], (now + 1).to_string());
    // A cursor says its revision itself.
    let mut stream = client.paragraphs().batch_size(7).stream();
    let first = stream.try_next_batch().await.unwrap().unwrap();
    let later = client.at_least(Revision::new("1000")).paragraphs().resume_from(first.cursor);
    assert_eq!(mirror(later).await.len(), 60 - first.paragraphs.len());
    let error = client.at_least(Revision::new("x")).get_document("new").await.unwrap_err();
    assert_eq!(error.reason(), Some("INVALID_FIELD"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_watched_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let hasty = client.paragraphs().watch().checkpoint_interval(Duration::from_millis(10));
    for (mut watch, reason, said) in [
        (client.paragraphs().theme("nope").watch(), "NOT_FOUND", "nope"),
        (client.paragraphs().watch_from(Revision::new("x")), "INVALID_FIELD", "start_revision"),
        (hasty, "INVALID_FIELD", "checkpoint_interval"),
    ] {
        let error = watch.try_next().await.unwrap_err();
        assert_eq!(error.reason(), Some(reason), "{error}");
        assert!(error.message().contains(said), "{error}");
        assert!(watch.next().await.is_none());
    }
}
