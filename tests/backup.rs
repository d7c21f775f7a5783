//! A backup of a server that takes documents in is a store of its own, whole up to the revision it says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use alinea_client::{BackupPiece, Client, DocumentName, Upload};
use alinea_server::store::{Options, Store};
use server::Server;

async fn import(client: &Client, from: usize, to: usize) -> u64 {
    let upload = |number: usize| {
        let name: DocumentName = format!("d{number}").parse().unwrap();
        Upload::new(
            name,
            format!("1. Terrorism {number}.\n\n2. {}\n", "Energy and peace. ".repeat(number % 50)),
        )
    };
    let mut import = client.import((from..to).map(upload));
    let mut last = 0;
    while let Some(outcome) = import.try_next().await.unwrap() {
        let alinea_client::Outcome::Stored { revision, .. } = outcome else { panic!("{outcome:?}") };
        last = revision.as_str().parse().unwrap();
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_documents_come_in_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let before = import(&client, 0, 200).await;
    let meanwhile = tokio::spawn({
        let client = client.clone();
        async move { import(&client, 200, 800).await }
    });
    let copy = tempfile::tempdir().unwrap();
    let (mut bytes, mut pieces, mut whole) = (Vec::new(), client.back_up(), None);
    while let Some(piece) = pieces.try_next().await.unwrap() {
        assert_eq!(whole, None, "nothing comes after the last");
        match piece {
            BackupPiece::Bytes(piece) => bytes.extend(piece),
            BackupPiece::Whole { revision, size_bytes } => {
                assert_eq!(size_bytes as usize, bytes.len());
                whole = Some(revision.as_str().parse::<u64>().unwrap());
            }
            other => panic!("{other:?}"),
        }
    }
    let whole = whole.expect("it says that it is whole");
    assert!(whole >= before);
    meanwhile.await.unwrap();

    std::fs::write(copy.path().join("data.mdb"), bytes).unwrap();
    let options = Options { map_size: 1 << 30, ..Options::default() };
    let store = Store::open(copy.path(), &options).unwrap();
    let verified = store.check(|fault| panic!("{fault}")).unwrap();
    assert!(verified.revision >= whole && verified.documents > 200, "{verified:?}");
    drop(store);
    let restored = Server::start(copy.path(), ([127, 0, 0, 1], 0).into()).await;
    let kept = restored.client().get_paragraph("cica-almaty-2006-fr/para_15").await.unwrap();
    assert_eq!(kept, client.get_paragraph("cica-almaty-2006-fr/para_15").await.unwrap());
    assert_eq!(
        restored.client().get_document("d199").await.unwrap(),
        client.get_document("d199").await.unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_nobody_takes_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    import(&client, 0, 400).await;
    for _ in 0..20 {
        let mut pieces = client.back_up();
        assert!(matches!(pieces.try_next().await.unwrap(), Some(BackupPiece::Bytes(_))));
    }
    import(&client, 400, 410).await;
    server.stop().await;
}
