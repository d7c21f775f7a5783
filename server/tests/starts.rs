//! How the program starts, and what it says when it cannot.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod program;

use std::{fs, net::TcpListener, path::Path, process::Command};

use program::Program;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");

/// What the program says on standard error, and its exit code.
fn failed(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_alinea")).args(arguments).output().unwrap();
    assert!(output.stdout.is_empty(), "what is for people goes to standard error");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn serve(folder: &Path, more: &[&str]) -> (i32, String) {
    let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--data", folder.to_str().unwrap()];
    arguments.extend(more);
    failed(&arguments)
}

#[test]
fn samples_are_taken_in_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = Program::serve(folder.path(), &[SAMPLES]);
    assert!(first.said[0].starts_with("took in documents/cica-almaty-2006-fr"), "{:?}", first.said);
    assert!(first.said[0].contains("59 paragraphs"), "{:?}", first.said);
    drop(first);
    let again = Program::serve(folder.path(), &[SAMPLES]);
    assert_eq!(again.said[0], "documents/cica-almaty-2006-fr is up to date (revision 1)");
}

#[test]
fn a_port_or_a_store_in_use_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, said) = serve(folder.path(), &["--listen", &address]);
    assert_eq!(code, 2, "a flag is given once: {said}");
    let (code, said) = failed(&["serve", "--listen", &address, "--data", folder.path().to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(said.contains(&address) && said.contains("in use") && said.contains("--listen"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the store is not touched");

    let _running = Program::serve(folder.path(), &[]);
    let (code, said) = serve(folder.path(), &[]);
    assert_eq!(code, 1);
    assert!(said.contains("in use by another process") && said.contains("--data"), "{said}");
}

#[test]
fn files_that_cannot_be_taken_in_are_named_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file("good.txt", b"1. One.\n");
    for (bad, expected) in [
        (file("empty.txt", b" \n"), "empty"),
        (file("image.md", b"\x89PNG\r\n\x1a\n\x00"), "not text"),
        (files.path().join("missing.txt").to_str().unwrap().to_owned(), "cannot find"),
    ] {
        let (code, said) = serve(folder.path(), &[&bad]);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(&bad) && said.contains(expected), "{said}");
    }
    let (code, said) = serve(folder.path(), &["--max-document-size", "4", &good]);
    assert_eq!(code, 1);
    assert!(said.contains("8 bytes") && said.contains("--max-document-size"), "{said}");
    let (code, said) = serve(folder.path(), &["--max-document-size", "many"]);
    assert_eq!(code, 2, "wrong usage");
    assert!(said.contains("64MiB"), "{said}");
    let running = Program::serve(folder.path(), &[]);
    assert!(running.said[0].ends_with("has 0 documents"), "{:?}", running.said);
}
