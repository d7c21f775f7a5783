//! Documents are exported, changed and read again as the client asks, and nothing of what was said is lost.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use alinea_client::{Client, DocumentKind, ErrorKind, ExportFormat, Rereading, Update, Upload};
use server::{SAMPLE, Server};

const NAME: &str = "cica-almaty-2006-fr";

fn update() -> Update {
    Update::new(NAME.parse().unwrap())
}

async fn export(client: &Client, format: ExportFormat) -> String {
    String::from_utf8(client.export_document(NAME, format).bytes().await.unwrap()).unwrap()
}

/// The names and texts of all paragraphs.
async fn texts(client: &Client) -> Vec<(String, String)> {
    let mut stream = client.paragraphs().stream();
    let mut texts = Vec::new();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        texts.push((paragraph.name.to_string(), paragraph.text));
    }
    texts
}

#[tokio::test]
async fn a_document_is_exported_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    assert_eq!(export(&client, ExportFormat::Original).await, SAMPLE);
    assert_eq!(export(&client, ExportFormat::Text).await, SAMPLE);
    let paragraph = client.get_paragraph("cica-almaty-2006-fr/para_15").await.unwrap();
    for format in [ExportFormat::AkomaNtoso, ExportFormat::Html] {
        let exported = export(&client, format).await;
        assert!(exported.contains("att_1__sec_II__para_15"), "{exported}");
        assert!(exported.contains(&paragraph.text[..40]), "{exported}");
    }
    assert!(export(&client, ExportFormat::Markdown).await.contains(&paragraph.text[..40]));
    let json: serde_json::Value = serde_json::from_str(&export(&client, ExportFormat::Json).await).unwrap();
    assert_eq!(json["document"]["name"], format!("documents/{NAME}"));
    assert_eq!(json["paragraphs"].as_array().unwrap().len(), texts(&client).await.len());
    let same: alinea_client::Paragraph = json["paragraphs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|paragraph| serde_json::from_value(paragraph.clone()).unwrap())
        .find(|found: &alinea_client::Paragraph| found.name == paragraph.name)
        .unwrap();
    assert_eq!(same, paragraph);
    let missing = client.export_document("nothing", ExportFormat::Html).bytes().await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_import_of_an_export_is_the_same_document() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    // A footnote stands at its mark in Akoma Ntoso, at the foot of the page in print.
    let sorted = async || {
        let mut texts = texts(&client).await;
        texts.sort();
        texts
    };
    let before = sorted().await;
    let akn = export(&client, ExportFormat::AkomaNtoso).await;
    client.update_document(update().text(akn, "application/akn+xml")).await.unwrap();
    for (after, before) in sorted().await.into_iter().zip(before) {
        assert_eq!(after, before);
    }
}

#[tokio::test]
async fn what_is_said_changes_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let (first, before) = (client.get_document(NAME).await.unwrap(), texts(&client).await);

    let said = client.update_document(update().title("Almaty").symbols(["A/60/910"])).await.unwrap();
    assert_eq!((said.title.as_str(), said.symbols.as_slice()), ("Almaty", &["A/60/910".to_owned()][..]));
    assert_eq!(said.adoption_date, first.adoption_date);
    assert_eq!(texts(&client).await, before);

    // The same again is no change, and no new version.
    assert_eq!(client.update_document(update().title("Almaty")).await.unwrap().etag, said.etag);

    let stale = client.update_document(update().title("Other").etag(&first.etag)).await.unwrap_err();
    assert_eq!((stale.kind(), stale.reason()), (ErrorKind::Aborted, Some("ETAG_MISMATCH")));
    let fresh = client.update_document(update().kind(DocumentKind::Letter).etag(&said.etag)).await.unwrap();
    assert_eq!((fresh.kind, fresh.title.as_str()), (DocumentKind::Letter, "Almaty"));

    // A field that is said to be empty is again what the text says.
    let again = client.update_document(update().title("").kind(DocumentKind::Unspecified)).await.unwrap();
    assert_eq!((again.title, again.kind), (first.title, first.kind));
}

#[tokio::test]
async fn a_text_changes_and_what_was_said_stays() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    client.update_document(update().title("Almaty")).await.unwrap();
    let changed = client.update_document(update().text("DECLARATION\n\n1. One.\n", "")).await.unwrap();
    assert_eq!((changed.title.as_str(), changed.paragraph_count), ("Almaty", 1));

    let missing = Update::new("new".parse().unwrap()).title("New");
    let refused = client.update_document(missing.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    let refused = client.update_document(missing.clone().or_create()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
    let created = client.update_document(missing.or_create().text("1. One.\n", "")).await.unwrap();
    assert_eq!((created.title.as_str(), created.paragraph_count), ("New", 1));
}

#[tokio::test]
async fn what_is_read_again_by_the_same_reader_stays() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let upload = Upload::new("other".parse().unwrap(), "1. One.\n").title("Said");
    client.create_document(upload).await.unwrap();
    let etags = async || {
        let documents = client.documents().list().collect().await.unwrap();
        documents.into_iter().map(|document| (document.etag, document.title)).collect::<Vec<_>>()
    };
    let before = etags().await;
    let mut answers = client.reread_all();
    let mut read = Vec::new();
    while let Some(answer) = answers.try_next().await.unwrap() {
        let Rereading::Same { document } = answer else { panic!("{answer:?}") };
        read.push(document.name.id().to_owned());
    }
    assert_eq!(read, [NAME, "other"]);
    assert_eq!(etags().await, before);
    let missing = client.reread_document("nothing").try_next().await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn any_number_of_paragraphs_is_got_by_name_however_long_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    // Of a thousand of them an answer would have three times what it may.
    let words = "measures of confidence ".repeat(300);
    let text: String = (1..=1200).map(|number| format!("{number}. The parties take {words}.\n\n")).collect();
    let mut import = client.import([Upload::new("long".parse().unwrap(), text)]);
    while import.try_next().await.unwrap().is_some() {}
    let names: Vec<String> = (1..=1200).rev().map(|number| format!("long/para_{number}")).collect();
    let found = client.get_paragraphs(names.iter().map(String::as_str)).await.unwrap();
    assert!(found.iter().map(|found| found.number.parse::<usize>().unwrap()).eq((1..=1200).rev()));
}
