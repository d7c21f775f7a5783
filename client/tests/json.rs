//! What calls answer can be written down as JSON and read again.

#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use alinea_client::{Batch, Change, Client, ErrorKind, Outcome, Phase, Rereading, Tagged, Upload};
use serde::{Serialize, de::DeserializeOwned};
use server::Fake;

/// Writes something down, and returns it as it is read again.
fn again<T: Serialize + DeserializeOwned>(value: &T) -> (serde_json::Value, T) {
    let written = serde_json::to_value(value).unwrap();
    let read = serde_json::from_value(written.clone()).unwrap();
    (written, read)
}

#[tokio::test]
async fn answers_are_the_same_when_they_are_read_again() {
    let fake = Fake::new(3);
    fake.script(|script| script.changes = vec![vec![vec!["d/p1".to_owned(), "d/p2".to_owned()]]]);
    let client = Client::connect(fake.serve().await).await.unwrap();

    let batch: Batch = client.paragraphs().stream().try_next_batch().await.unwrap().unwrap();
    let (written, read) = again(&batch);
    assert_eq!((read, &written["cursor"]), (batch.clone(), &serde_json::json!(batch.cursor.as_str())));

    let mut watch = client.paragraphs().watch_from(batch.revision.clone());
    for keys in ["put", "put", "reached"] {
        let change: Change = watch.try_next().await.unwrap().unwrap();
        let (written, read) = again(&change);
        assert!(written.get(keys).is_some() && read == change, "{written}");
    }
    let mut import =
        client.import([Upload::new("a".parse().unwrap(), "words"), Upload::new("b".parse().unwrap(), "")]);
    while let Some(outcome) = import.try_next().await.unwrap() {
        let outcome: Outcome = outcome;
        assert_eq!(again(&outcome).1, outcome);
    }
    let mut answers = client.reread_all();
    while let Some(answer) = answers.try_next().await.unwrap() {
        let answer: Rereading = answer;
        assert_eq!(again(&answer).1, answer);
    }
    let tagged: Tagged = client.tag_paragraphs().add("d/p1", "terrorism").send().await.unwrap();
    assert_eq!(again(&tagged).1, tagged);
    let error = client.get_paragraph("d/para_99").await.unwrap_err();
    assert_eq!(again(&error.kind()), (serde_json::json!("NOT_FOUND"), ErrorKind::NotFound));
    assert_eq!(again(&error.phase()), (serde_json::json!("CALL"), Some(Phase::Call)));
}
