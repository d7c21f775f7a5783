//! Calls with one answer, and listings.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::error::Error as _;
use std::time::Duration;

use alinea_client::{Client, ErrorKind, ExportFormat, Phase, Rereading, Update, Upload};
use server::{Fake, status};
use tokio::io::AsyncWriteExt;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// A client whose only clock is the one between attempts, so that paused time moves by nothing else.
async fn client(url: String) -> Client {
    let patient = Duration::from_secs(1_000_000);
    Client::builder(url).connect_timeout(patient).call_deadline(None).keepalive(None).connect().await.unwrap()
}

fn upload(id: &str, text: impl Into<Vec<u8>>) -> Upload {
    Upload::new(id.parse().unwrap(), text)
}

#[tokio::test(start_paused = true)]
async fn a_read_is_made_again_until_it_succeeds() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.failures = vec![Status::unavailable("busy"); 4]);
    let paragraph = client.get_paragraph("d/para_1").await.unwrap();
    assert_eq!(paragraph.text, "Words of 1.");
    assert_eq!(fake.calls().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_read_gives_up_after_its_attempts() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.failures = vec![Status::unavailable("busy"); 50]);
    let error = client.get_document("d").await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unavailable, true));
    assert_eq!(fake.calls().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn retries_come_from_one_budget_that_answers_fill_up_again() {
    let fake = Fake::new(3);
    let patient = Duration::from_secs(1_000_000);
    let builder =
        Client::builder(fake.serve().await).connect_timeout(patient).call_deadline(None).keepalive(None);
    let client = builder.attempts(100).connect().await.unwrap();
    let made = async |client: &Client| {
        let before = fake.calls().len();
        let outcome = client.get_paragraph("d/para_1").await;
        (outcome.is_ok(), fake.calls().len() - before)
    };
    fake.script(|script| script.failures = vec![Status::unavailable("busy"); 100]);
    // 500 tokens are 35 retries of 14, and 10 are left.
    assert_eq!(made(&client).await, (false, 36));
    assert_eq!(made(&client.clone()).await, (false, 1));
    fake.script(|script| script.failures.clear());
    for _ in 0..4 {
        assert_eq!(made(&client).await, (true, 1));
    }
    fake.script(|script| script.failures = vec![Status::unavailable("busy"); 100]);
    assert_eq!(made(&client).await, (false, 2));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_when_to_come_back_is_left_alone_until_then() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    let asked = Duration::from_secs(3);
    let details = ErrorDetails::with_retry_info(Some(asked));
    let busy = Status::with_error_details(Code::ResourceExhausted, "over the rate", details);
    fake.script(|script| script.failures = vec![busy]);
    let begun = tokio::time::Instant::now();
    assert!(client.get_paragraph("d/para_1").await.is_ok());
    assert!(begun.elapsed() >= asked, "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_changes_something_is_made_once() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.failures = vec![Status::unavailable("busy"); 2]);
    assert!(client.create_document(upload("d", "words")).await.is_err());
    assert!(client.delete_document("d").await.is_err());
    assert_eq!(fake.calls(), ["CreateDocument", "DeleteDocument"]);
    assert_eq!(client.delete_document("d").await.unwrap().as_str(), "8");
}

#[tokio::test(start_paused = true)]
async fn a_call_has_ten_seconds() {
    let fake = Fake::new(3);
    let client = Client::builder(fake.serve().await).keepalive(None).connect_lazy().unwrap();
    fake.script(|script| script.delay = Some(Duration::from_secs(3600)));
    let begun = tokio::time::Instant::now();
    let error = client.get_paragraph("d/para_1").await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!((9..=10).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    assert!(fake.script(|script| script.timeout.take()).is_some(), "the server is told");
}

#[tokio::test]
async fn a_deadline_that_the_server_met_first_is_one_too() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.failures = vec![Status::cancelled("Timeout expired")]);
    assert!(client.get_paragraph("d/para_1").await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn an_error_says_what_the_server_said() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    let error = client.get_paragraph("d/para_99").await.unwrap_err();
    assert!(error.is_not_found() && !error.is_retryable());
    assert_eq!(error.reason(), Some("NOT_FOUND"));
    assert_eq!(error.metadata()["name"], "documents/d/paragraphs/para_99");
    let words = error.to_string();
    assert_eq!(words, format!("GetParagraph at {}: not found: it is NOT_FOUND (NOT_FOUND)", client.url()));
}

#[tokio::test]
async fn every_code_has_its_kind() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    for (code, kind) in [
        (Code::InvalidArgument, ErrorKind::InvalidArgument),
        (Code::AlreadyExists, ErrorKind::AlreadyExists),
        (Code::ResourceExhausted, ErrorKind::ResourceExhausted),
        (Code::OutOfRange, ErrorKind::OutOfRange),
        (Code::FailedPrecondition, ErrorKind::FailedPrecondition),
        (Code::Aborted, ErrorKind::Aborted),
        (Code::Unauthenticated, ErrorKind::Unauthenticated),
        (Code::PermissionDenied, ErrorKind::PermissionDenied),
        (Code::Unimplemented, ErrorKind::Unimplemented),
        (Code::DeadlineExceeded, ErrorKind::DeadlineExceeded),
        (Code::Internal, ErrorKind::Internal),
        (Code::DataLoss, ErrorKind::DataLoss),
        (Code::Unknown, ErrorKind::Unknown),
        (Code::Cancelled, ErrorKind::Cancelled),
    ] {
        fake.script(|script| script.failures = vec![status(code, "RATE_LIMITED", &[])]);
        let error = client.get_theme("t").await.unwrap_err();
        assert_eq!((error.kind(), error.reason()), (kind, Some("RATE_LIMITED")), "{code:?}");
    }
}

#[tokio::test]
async fn no_server_is_an_error_that_says_where_and_why() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let eager = Client::connect(&url).await.unwrap_err();
    let lazy = Client::builder(&url).attempts(1).connect_lazy().unwrap();
    let late = lazy.get_document("d").await.unwrap_err();
    for error in [eager, late] {
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.is_connect() && error.is_retryable());
        assert_eq!((error.phase(), error.endpoint()), (Some(Phase::Connect), Some(&*url)));
        let words = error.to_string();
        let (call, rest) = words.split_at(words.find("cannot").unwrap());
        assert!(["", "GetDocument: "].contains(&call), "{words}");
        assert_eq!(rest, format!("cannot reach {url}: Connection refused (os error 111)"));
        let cause = std::iter::successors(error.source(), |&cause| cause.source()).last().unwrap();
        assert_eq!(
            cause.downcast_ref::<std::io::Error>().unwrap().kind(),
            std::io::ErrorKind::ConnectionRefused
        );
    }
}

#[tokio::test]
async fn an_error_says_how_far_the_call_came() {
    let error = Client::connect("http://nowhere.invalid:1").await.unwrap_err();
    assert_eq!((error.phase(), error.is_connect()), (Some(Phase::Dns), true));
    assert!(error.to_string().starts_with("no address of http://nowhere.invalid:1: "), "{error}");
    // A server of something else, which is connected to and makes no sense.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    });
    let other = Client::builder(&url).attempts(1).connect_lazy().unwrap();
    let error = other.get_document("d").await.unwrap_err();
    assert_eq!((error.phase(), error.endpoint()), (Some(Phase::Http), Some(&*url)), "{error}");
    assert!(error.source().is_some());
    // What a server answered, and what was never sent.
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    assert_eq!(client.get_paragraph("d/para_99").await.unwrap_err().phase(), Some(Phase::Call));
    assert_eq!(client.get_paragraph("no name").await.unwrap_err().phase(), None);
}

#[tokio::test]
async fn a_listing_is_the_pages_in_a_row() {
    let fake = Fake::new(7);
    let client = client(fake.serve().await).await;
    let all = client.paragraphs().batch_size(3).list().collect().await.unwrap();
    assert_eq!(all.iter().map(|p| p.position).collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
    assert_eq!(fake.calls().len(), 3);
    assert_eq!(client.documents().list().collect().await.unwrap().len(), 1);
    assert_eq!(client.themes().collect().await.unwrap()[0].name.id(), "terrorism");
    assert_eq!(client.sections("d").collect().await.unwrap(), []);
    assert!(client.sections("a b").collect().await.is_err());
    let pages = || client.paragraphs().batch_size(3).list();
    assert_eq!(pages().collect_up_to(7).await.unwrap(), all);
    let error = pages().collect_up_to(6).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResourceExhausted);
    assert!(error.to_string().contains("more than 6"), "{error}");
}

#[tokio::test]
async fn paragraphs_come_in_the_order_of_their_names() {
    let fake = Fake::new(7);
    let client = client(fake.serve().await).await;
    let some = client.get_paragraphs(["d/para_5", "d/para_2"]).await.unwrap();
    assert_eq!(some.iter().map(|p| p.position).collect::<Vec<_>>(), [5, 2]);
    let many: Vec<String> = (0..2500).map(|n| format!("d/para_{}", n % 3)).collect();
    let found = client.get_paragraphs(many.iter().map(String::as_str)).await.unwrap();
    assert!(found.iter().map(|found| &*found.number).eq((0..2500).map(|n| ["0", "1", "2"][n % 3])));
}

#[tokio::test(start_paused = true)]
async fn an_update_sends_what_is_said_and_is_not_made_twice() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    let update = || Update::new("d".parse().unwrap()).title("Said").etag("7");
    assert_eq!(client.update_document(update()).await.unwrap().title, "Said");
    fake.script(|script| script.failures = vec![Status::unavailable("busy")]);
    assert_eq!(client.update_document(update()).await.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn an_export_is_put_together_from_its_pieces() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    let bytes = client.export_document("d", ExportFormat::AkomaNtoso).bytes().await.unwrap();
    assert_eq!(bytes, b"application/akn+xml");
    let refused = client.export_document("No Name", ExportFormat::Html).bytes().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
    fake.script(|script| script.failures = vec![Status::not_found("none")]);
    let missing = client.export_document("d", ExportFormat::Html).bytes().await.unwrap_err();
    assert_eq!((missing.kind(), missing.to_string().contains("ExportDocument")), (ErrorKind::NotFound, true));
    // What only reads is asked for again, and what changes something only where it never left.
    fake.script(|script| script.failures = vec![Status::unavailable("later"); 3]);
    assert_eq!(client.export_document("d", ExportFormat::Html).bytes().await.unwrap(), b"text/html");
    fake.script(|script| script.failures = vec![Status::unavailable("later"); 3]);
    let error = client.reread_document("d").next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), fake.script(|script| script.failures.len())), (ErrorKind::Unavailable, 2));
}

#[tokio::test(start_paused = true)]
async fn a_reread_tells_of_each_document() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    let mut answers = client.reread_all();
    let first = answers.try_next().await.unwrap().unwrap();
    let Rereading::Changed { document, revision } = first else { panic!("{first:?}") };
    assert_eq!((document.name.id(), revision.as_str()), ("d", "8"));
    let second = answers.try_next().await.unwrap().unwrap();
    assert!(matches!(second, Rereading::Same { .. }), "{second:?}");
    assert!(answers.try_next().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_one_paragraph_goes_together_and_a_bad_name_goes_nowhere() {
    let fake = Fake::new(0);
    let client = client(fake.serve().await).await;
    let tagging = client.tag_paragraphs().add("d/para_2", "peace").remove("d/para_1", "urn:x:y");
    let tagged = tagging.reset("d/para_1", "trade").add("d/para_2", "energy").send().await.unwrap();
    let told: Vec<_> = tagged.paragraphs.iter().map(|p| (p.name.id(), p.tags.len())).collect();
    assert_eq!((told, tagged.revision.as_str()), (vec![("para_2", 2), ("para_1", 0)], "8"));
    let refused =
        client.tag_paragraphs().add("d", "peace").add("d/para_1", "peace").send().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
    assert_eq!(fake.calls(), ["BatchTagParagraphs"]);
}

#[tokio::test(start_paused = true)]
async fn a_count_is_a_read_and_no_resumption() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.failures = vec![Status::unavailable("busy")]);
    let count = client.paragraphs().count().await.unwrap();
    let told: Vec<_> = count.themes.iter().map(|of| (of.theme.id(), of.count)).collect();
    assert_eq!((count.total, told, count.revision.as_str()), (3, vec![("peace", 3)], "7"));
    assert_eq!(fake.calls(), ["CountParagraphs", "CountParagraphs"]);
    let cursor = alinea_client::Cursor::new("after 1");
    let refused = client.paragraphs().resume_from(cursor).count().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test(start_paused = true)]
async fn a_search_is_a_read_a_page_at_a_time_and_no_resumption() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    fake.script(|script| script.failures = vec![Status::unavailable("busy")]);
    let hits = client.paragraphs().batch_size(2).search("any").collect().await.unwrap();
    assert_eq!(hits.len(), 3);
    assert_eq!((hits[0].matches[0].start, hits[0].matches[0].end), (0, 1));
    assert_eq!(fake.calls(), ["SearchParagraphs"; 3]);
    let cursor = alinea_client::Cursor::new("after 1");
    let refused = client.paragraphs().resume_from(cursor).search("any").try_next().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_server_says_in_the_end_is_believed() {
    let fake = Fake::new(3);
    let client = client(fake.serve().await).await;
    // Longer than half of the deadline, so that it is asked once more meanwhile, which takes longer than is left.
    fake.script(|script| script.delay = Some(Duration::from_secs(6)));
    let begun = tokio::time::Instant::now();
    let missing = client.get_paragraph("d/para_99").await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert_eq!(begun.elapsed().as_secs(), 6);
    assert_eq!(client.get_paragraph("d/para_1").await.unwrap().number, "1");
}
