//! Files made to do harm, and files that were harmed, are refused with a reason, and nothing of them is stored.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::io::{Cursor, Write};
use std::sync::Arc;

use alinea_client::{Client, Outcome, Upload};
use alinea_server::{
    intake::DEFAULT_MAX_BYTES,
    serving::{ServeOptions, Service, serve},
    store::{Options, Store},
};
use tokio::net::TcpListener;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A package of Word with this document.
fn docx(document: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    let relationships = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
    let parts = [
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", relationships.as_bytes()),
        ("word/document.xml", document),
    ];
    for (name, bytes) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A document of Word with these words.
fn word(words: &str) -> String {
    format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>"#
    )
}

/// A PDF of these objects, the first of which is the catalogue.
fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        write!(bytes, "{} 0 obj\n{object}\nendobj\n", at + 1).unwrap();
    }
    let table = bytes.len();
    write!(bytes, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    places.iter().for_each(|place| writeln!(bytes, "{place:010} 00000 n ").unwrap());
    let size = objects.len() + 1;
    write!(bytes, "trailer\n<</Size {size} /Root 1 0 R {trailer}>>\nstartxref\n{table}\n%%EOF\n").unwrap();
    bytes
}

fn entities() -> String {
    let mut xml = String::from("<?xml version=\"1.0\"?><!DOCTYPE akomaNtoso [<!ENTITY a0 \"ha\">");
    for at in 1..30 {
        xml += &format!("<!ENTITY a{at} \"&a{};&a{};\">", at - 1, at - 1);
    }
    xml + "]><akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\"><doc name=\"x\"><mainBody><p>&a29;</p></mainBody></doc></akomaNtoso>"
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bad_is_refused_with_its_reason_and_not_stored() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &Options { map_size: 1 << 30, ..Options::default() }).unwrap();
    let service = Arc::new(Service::open(store, None, DEFAULT_MAX_BYTES).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::connect_lazy(format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let serving = tokio::spawn(serve(listener, service, ServeOptions::default(), std::future::pending()));

    let whole = docx(word("One.").as_bytes());
    let page = "<</Type/Page /Parent 2 0 R /MediaBox[0 0 9 9]>>";
    let pages = ["<</Type/Catalog /Pages 2 0 R>>", "<</Type/Pages /Kids[3 0 R] /Count 1>>", page];
    let key = "<</Filter/Standard /V 1 /R 2 /P -4 /O <0101010101010101010101010101010101010101010101010101010101010101> /U <0202020202020202020202020202020202020202020202020202020202020202>>>";
    let locked = [pages[0], pages[1], pages[2], key];
    let bad: Vec<(&str, &str, Vec<u8>, &str)> = vec![
        ("a-zip-bomb", DOCX, docx(word(&"a".repeat(300 << 20)).as_bytes()), "CONTENT_TOO_LARGE"),
        ("a-cut-docx", DOCX, whole[..whole.len() / 2].to_vec(), "CONTENT_MALFORMED"),
        ("nothing", "", Vec::new(), "CONTENT_EMPTY"),
        (
            "a-locked-pdf",
            "",
            pdf(
                &locked,
                "/Encrypt 4 0 R /ID[<03030303030303030303030303030303><03030303030303030303030303030303>]",
            ),
            "CONTENT_MALFORMED",
        ),
        ("a-pdf-without-text", "", pdf(&pages, ""), "CONTENT_NOT_TEXT"),
        ("a-cut-pdf", "application/pdf", b"%PDF-1.7\n1 0 obj\n<<".to_vec(), "CONTENT_MALFORMED"),
        ("entities-that-explode", "application/akn+xml", entities().into_bytes(), "CONTENT_MALFORMED"),
        (
            "deep-xml",
            "application/akn+xml",
            [b"<akomaNtoso>".to_vec(), b"<doc>".repeat(100_000)].concat(),
            "CONTENT_TOO_LARGE",
        ),
        ("deep-html", "text/html", "<div>".repeat(100_000).into_bytes(), "CONTENT_TOO_LARGE"),
        ("a-line-of-100-mb", "text/plain", vec![b'a'; 100_000_000], "CONTENT_TOO_LARGE"),
        ("a-binary", "", (0..=255).collect(), "CONTENT_NOT_TEXT"),
    ];
    let expected: Vec<_> =
        bad.iter().map(|(name, .., reason)| (name.to_string(), reason.to_string())).collect();
    let uploads: Vec<Upload> = bad
        .into_iter()
        .map(|(name, media_type, bytes, _)| Upload::new(name.parse().unwrap(), bytes).media_type(media_type))
        .collect();
    let mut import = client.import(uploads);
    let mut refused = Vec::new();
    while let Some(outcome) = import.try_next().await.unwrap() {
        let Outcome::Refused { name, reason, message } = outcome else { panic!("{outcome:?}") };
        assert!(message.len() > 20, "{message}");
        refused.push((name.id().to_owned(), reason));
    }
    assert_eq!(refused, expected);
    assert!(client.documents().list().collect().await.unwrap().is_empty());
    serving.abort();
}
