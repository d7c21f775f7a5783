//! Schemes are imported, changed and removed while the server answers, and documents are tagged with what is in use.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use alinea_client::{Client, ErrorKind, SchemeImport, TagOrigin, ThemeDraft, ThemeName, Upload};
use server::Server;

const SCHEME: &str = "@prefix s: <http://www.w3.org/2004/02/skos/core#> .
    <urn:x/peace> a s:Concept ; s:prefLabel 'paix'@fr, 'peace'@en .
    <urn:x/crime> a s:Concept ; s:prefLabel 'crime organisé'@fr, 'organized crime'@en ; s:broader <urn:x/threats> .
    <urn:x/threats> a s:Concept ; s:prefLabel 'menaces'@fr ; s:altLabel 'x'@fr .";

async fn import(client: &Client, scheme: &str, text: &str) -> Vec<SchemeImport> {
    let mut answers = client.import_scheme(scheme, text);
    let mut all = Vec::new();
    while let Some(answer) = answers.try_next().await.unwrap() {
        all.push(answer);
    }
    all
}

async fn about(client: &Client, theme: &str) -> usize {
    client.paragraphs().theme(theme).min_score(0.2).count().await.unwrap().total as usize
}

#[tokio::test]
async fn a_scheme_is_imported_beside_the_built_in_one_and_documents_are_tagged_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let terrorism = about(&client, "terrorism").await;
    let answers = import(&client, "x", SCHEME).await;
    let (first, last) = (answers.first().unwrap(), answers.last().unwrap());
    assert_eq!((first.theme_count, first.done, last.done), (3, false, true));
    assert!(first.warnings.iter().any(|warning| warning.contains("'x' is too short")), "{first:?}");
    assert_eq!((last.document_count, last.total_documents), (1, 1));
    let peace = about(&client, "x.peace").await;
    let all = client.paragraphs().theme("x.peace").count().await.unwrap().total;
    assert!(peace > 3, "{peace} paragraphs are about peace, {all}");
    assert_eq!(about(&client, "urn:x/peace").await, peace, "by its IRI");
    // What is narrower counts, and the other scheme is as it was.
    assert!(about(&client, "x.threats").await >= about(&client, "x.crime").await);
    assert_eq!(about(&client, "terrorism").await, terrorism);
    let counts = client.paragraphs().theme("x.peace").min_score(0.2).count().await.unwrap();
    assert_eq!(counts.total as usize, peace);
    assert!(client.themes().collect().await.unwrap().iter().any(|theme| theme.scheme == "x"));

    // It is there after a restart, without anything tagged anew, and new documents have its tags.
    let revision = last.revision.clone();
    server.stop().await;
    let server = Server::start(folder.path(), ([127, 0, 0, 1], 0).into()).await;
    let client = server.client();
    assert_eq!(about(&client, "x.peace").await, peace);
    let paragraph = client.paragraphs().theme("x.peace").min_score(0.2).count().await.unwrap();
    assert_eq!(paragraph.revision, revision);
    let new = Upload::new("new".try_into().unwrap(), "1. La paix règne.\n").language("fr");
    client.import([new]).try_next().await.unwrap();
    assert_eq!(about(&client, "x.peace").await, peace + 1);

    client.delete_scheme("x").await.unwrap();
    let error = client.paragraphs().theme("x.peace").count().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let mut paragraphs = client.paragraphs().stream();
    while let Some(paragraph) = paragraphs.try_next().await.unwrap() {
        assert!(paragraph.tags.iter().all(|tag| !tag.theme.id().starts_with("x.")), "its tags are gone");
    }
}

#[tokio::test]
async fn themes_are_made_changed_and_removed_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let draft = ThemeDraft::new().display_name("fr", "Kazakhstan").broader("human".parse().unwrap());
    let made = client.create_theme("kazakhstan", draft.clone()).await.unwrap();
    assert_eq!(made.uri, "urn:alinea:default:kazakhstan");
    let paragraphs = about(&client, "kazakhstan").await;
    assert!(paragraphs > 2, "{paragraphs}");
    let again = client.create_theme("kazakhstan", draft).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists, "{again}");

    // A curator's tag outlives changes of the theme, and goes with it.
    let name = "cica-almaty-2006-fr/para_7";
    client.tag_paragraphs().add(name, "kazakhstan").send().await.unwrap();
    client.update_theme("kazakhstan", ThemeDraft::new().display_name("fr", "Ouzbékistan")).await.unwrap();
    let tags = client.get_paragraph(name).await.unwrap().tags;
    assert!(
        tags.iter().any(|tag| tag.theme.id() == "kazakhstan" && tag.origin == TagOrigin::Curator),
        "{tags:?}"
    );
    assert_eq!(about(&client, "kazakhstan").await, 1, "what the old label found is gone");

    let circle = client.update_theme("human", ThemeDraft::new().broader("kazakhstan".parse().unwrap())).await;
    assert_eq!(circle.unwrap_err().kind(), ErrorKind::InvalidArgument);
    let unknown = ThemeDraft::new().broader("nothing".parse::<ThemeName>().unwrap());
    assert_eq!(client.update_theme("kazakhstan", unknown).await.unwrap_err().kind(), ErrorKind::NotFound);
    let stale = ThemeDraft::new().display_name("fr", "x").etag("0");
    assert!(client.update_theme("kazakhstan", stale).await.is_err());
    let broader = client.delete_theme("human").await.unwrap_err();
    assert!(broader.to_string().contains("narrower themes first"), "{broader}");
    client.delete_theme("kazakhstan").await.unwrap();
    let tags = client.get_paragraph(name).await.unwrap().tags;
    assert!(tags.iter().all(|tag| tag.theme.id() != "kazakhstan"), "{tags:?}");
    // The scheme that comes with the program is there again when what was kept in its place is forgotten.
    client.delete_scheme("default").await.unwrap();
    assert!(about(&client, "terrorism").await > 2);
}

#[tokio::test]
async fn a_bad_file_leaves_the_old_scheme_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    import(&client, "x", SCHEME).await;
    let peace = about(&client, "x.peace").await;
    for (scheme, file, why) in [
        ("x", "no RDF at all", "line 1"),
        ("x", "<urn:a> <urn:b> <urn:c> .", "no skos:Concept"),
        ("x", "", "no skos:Concept"),
        ("No name", SCHEME, "small letters"),
    ] {
        let error = client.import_scheme(scheme, file).try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        assert!(error.to_string().contains(why), "{why}: {error}");
    }
    assert_eq!(about(&client, "x.peace").await, peace);
    assert!(
        client
            .create_theme("none.theme", ThemeDraft::new())
            .await
            .unwrap_err()
            .to_string()
            .contains("import it first")
    );
    assert!(client.delete_scheme("none").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retag_that_is_interrupted_goes_on_at_the_next_start_and_reads_go_on_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let uploads = (0..400).map(|at| {
        let text: String = (1..40).map(|number| format!("{number}. La paix {at} règne.\n\n")).collect();
        Upload::new(format!("d{at}").parse().unwrap(), text).language("fr")
    });
    let mut outcomes = client.import(uploads.collect::<Vec<_>>());
    while outcomes.try_next().await.unwrap().is_some() {}
    let mut answers = client.import_scheme("x", SCHEME);
    answers.try_next().await.unwrap().unwrap();
    assert!(client.get_paragraph("cica-almaty-2006-fr/para_7").await.is_ok());
    let total = client.paragraphs().count().await.unwrap().total;
    server.stop().await;

    let server = Server::start(folder.path(), ([127, 0, 0, 1], 0).into()).await;
    let client = server.client();
    // A change of nothing waits for what is under way.
    client
        .update_theme("x.peace", ThemeDraft::new().display_name("fr", "paix").display_name("en", "peace"))
        .await
        .unwrap();
    let paragraphs = client.paragraphs().theme("x.peace").min_score(0.2).count().await.unwrap();
    assert!(paragraphs.total >= 400 * 39, "{}", paragraphs.total);
    assert_eq!(client.paragraphs().count().await.unwrap().total, total);
}
