//! The commands that talk to a server, as people and programs run them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod program;

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use program::Program;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");

/// What one run of the program said, and its exit code.
struct Said {
    code: i32,
    out: String,
    err: String,
}

fn command(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alinea"));
    command.args(arguments).env("ALINEA_SERVER", url).env_remove("ALINEA_FORMAT");
    command
}

fn run(url: &str, arguments: &[&str]) -> Said {
    let output = command(url, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A server that has the sample.
fn server(folder: &Path) -> Program {
    Program::serve(folder, &[SAMPLES])
}

#[test]
fn documents_are_imported_one_line_each_and_refused_by_name() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = Program::serve(folder.path(), &[]);
    for (name, text) in [
        ("a.txt", "1. One.\n\n2. Two.\n"),
        ("b.fr.md", "# I\n\n1. Un.\n"),
        ("c.txt", " \n"),
        ("README.md", "no"),
    ] {
        fs::write(files.path().join(name), text).unwrap();
    }
    let said = run(&server.url, &["import", files.path().to_str().unwrap()]);
    assert_eq!(said.code, 1, "one was refused");
    assert!(said.err.contains("stored a: 1 section, 2 paragraphs"), "{}", said.err);
    assert!(said.err.contains("stored b-fr: 2 sections, 1 paragraph"), "{}", said.err);
    assert!(said.err.contains("refused c: ") && said.err.contains("(CONTENT_EMPTY)"), "{}", said.err);
    assert!(said.err.contains("1 of 3 documents"), "{}", said.err);

    let one = files.path().join("a.txt");
    let said = run(&server.url, &["import", "--id", "other", one.to_str().unwrap()]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    let listed = run(&server.url, &["documents", "--format", "jsonl"]);
    let names: Vec<String> = listed
        .out
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["name"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(names, ["documents/a", "documents/b-fr", "documents/other"]);
}

#[test]
fn what_cannot_be_imported_is_said_before_anything_is_sent() {
    let files = tempfile::tempdir().unwrap();
    fs::write(files.path().join("a.txt"), "x").unwrap();
    fs::write(files.path().join("A.md"), "x").unwrap();
    let empty = tempfile::tempdir().unwrap();
    let (both, one) = (files.path().to_str().unwrap().to_owned(), files.path().join("a.txt"));
    for (arguments, expected) in [
        (vec!["import", &both], "--id"),
        (vec!["import", "--id", "x", &both], "--id is for one file"),
        (vec!["import", "--id", "No Id", one.to_str().unwrap()], "'No Id' is no document id"),
        (vec!["import", empty.path().to_str().unwrap()], "there is no document"),
        (vec!["import", "missing.txt"], "cannot find missing.txt"),
    ] {
        // No server is there: what is said is said without one.
        let said = run("http://127.0.0.1:1", &arguments);
        assert_eq!(said.code, 1);
        assert!(said.err.contains(expected), "{arguments:?}: {}", said.err);
    }
}

#[test]
fn a_stream_is_for_people_or_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    let text = run(&server.url, &["stream", "--theme", "terrorism", "--limit", "1"]);
    assert_eq!(text.code, 0);
    let lines: Vec<&str> = text.out.lines().collect();
    assert!(lines[0].contains(" › I › 4  cica-almaty-2006-fr/att_1__sec_I__para_4"), "{}", text.out);
    assert!(lines[1].starts_with("Nous condamnons vigoureusement"), "{}", text.out);
    assert!(!text.out.contains('\u{1b}'), "no colours where there is no terminal");

    let all = run(&server.url, &["stream", "--format", "jsonl"]);
    assert_eq!(all.out.lines().count(), 59);
    for line in all.out.lines() {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(json["kind"].as_str().unwrap().starts_with("PARAGRAPH_KIND_"), "{line}");
    }

    for arguments in [["stream", "--query", "nonsense"], ["search", "--limit=1", "nonsense"]] {
        let none = run(&server.url, &arguments);
        assert_eq!((none.code, none.out.as_str(), none.err.as_str()), (0, "", "No paragraph matches.\n"));
    }
}

#[test]
fn a_limited_stream_goes_on_at_its_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    let whole = run(&server.url, &["stream", "--format", "jsonl"]).out;
    let (mut joined, mut cursor) = (String::new(), None::<String>);
    loop {
        let mut arguments = vec!["stream", "--format", "jsonl", "--limit", "7"];
        arguments.extend(cursor.as_deref().map(|cursor| ["--cursor", cursor]).iter().flatten());
        let said = run(&server.url, &arguments);
        joined.push_str(&said.out);
        match said.err.trim().rsplit_once("--cursor ") {
            Some((_, next)) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert!(joined == whole, "{} and {} paragraphs", joined.lines().count(), whole.lines().count());
    let bad = run(&server.url, &["stream", "--cursor", "nonsense"]);
    assert!(
        bad.code == 1 && bad.err.contains("CURSOR_INVALID") && bad.err.contains("without --cursor"),
        "{}",
        bad.err
    );
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    let mut child = command(&server.url, &["stream", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn things_are_got_by_the_names_people_cite() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    for (name, expected) in [
        ("cica-almaty-2006-fr", "59 paragraphs"),
        ("documents/cica-almaty-2006-fr", "59 paragraphs"),
        ("cica-almaty-2006-fr/para_15", "cica-almaty-2006-fr/att_1__sec_II__para_15"),
        ("themes/terrorism", "Terrorism and counter-terrorism"),
    ] {
        let said = run(&server.url, &["get", name]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains(expected), "{name}: {}", said.out);
    }
    let themes = run(&server.url, &["themes", "--language", "fr"]);
    assert!(themes.out.contains("\n  terrorism  Terrorisme et lutte antiterroriste\n"), "{}", themes.out);

    assert_eq!(run(&server.url, &["delete", "cica-almaty-2006-fr"]).code, 0);
    let gone = run(&server.url, &["get", "cica-almaty-2006-fr"]);
    assert!(
        gone.code == 1 && gone.err.contains("NOT_FOUND") && gone.err.contains("alinea documents"),
        "{}",
        gone.err
    );
}

#[test]
fn no_server_is_said_with_what_to_do() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    for arguments in [&["stream"][..], &["get", "x"], &["documents"], &["themes"], &["delete", "x"]] {
        let said = run(&url, arguments);
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert!(said.err.contains(&url) && said.err.contains("alinea serve"), "{}", said.err);
        assert!(said.err.contains("refused"), "the cause is said: {}", said.err);
    }
    assert_eq!(run(&url, &["stream", "--kind", "chapter"]).code, 2, "wrong usage");
}

#[test]
fn a_document_is_exported_changed_and_read_again() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = server(folder.path());
    let name = "cica-almaty-2006-fr";

    let original = run(&server.url, &["export", "--format", "original", name]);
    let sample = fs::read_to_string(Path::new(SAMPLES).join("cica-almaty-2006.fr.md")).unwrap();
    assert_eq!((original.code, original.out), (0, sample));
    let file = files.path().join("almaty.xml");
    let path = file.to_str().unwrap();
    let exported = run(&server.url, &["export", "--format", "akn", "-o", path, name]);
    assert_eq!(exported.code, 0, "{}", exported.err);
    assert!(fs::read_to_string(&file).unwrap().contains("eId=\"att_1__sec_II__para_15\""));

    let nothing = run(&server.url, &["update", name]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.err.contains("nothing to change"), "{}", nothing.err);
    let updated = run(&server.url, &["update", name, "--title", "Almaty", "--symbol", "A/60/910", path]);
    assert!(updated.err.contains("stored cica-almaty-2006-fr"), "{}", updated.err);
    let document = run(&server.url, &["get", name]).out;
    assert!(document.contains("Almaty") && document.contains("symbols: A/60/910"), "{document}");
    let stale = run(&server.url, &["update", name, "--title", "Other", "--etag", "0"]);
    assert_eq!(stale.code, 1);
    assert!(stale.err.contains("etag"), "{}", stale.err);

    let read = run(&server.url, &["reread", "--all"]);
    assert_eq!((read.code, read.err.as_str()), (0, "1 document read, 0 changed\n"));
    assert_eq!(run(&server.url, &["reread"]).code, 2);
    assert_eq!(run(&server.url, &["reread", "nothing"]).code, 1);
}

#[test]
fn what_a_curator_says_is_printed_as_it_then_is() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    let name = "cica-almaty-2006-fr/para_15";
    let said = run(&server.url, &["tag-set", name, "--add", "energy", "--remove", "organization-process"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let tags = said.out.trim_end().lines().last().unwrap();
    assert!(tags.starts_with("energy 1.00, ") && !tags.contains("organization"), "{}", said.out);
    assert_eq!(run(&server.url, &["get", name]).out, said.out);
    let nothing = run(&server.url, &["tag-set", name]);
    assert!(nothing.code == 1 && nothing.err.contains("--add"), "{}", nothing.err);
    let both = run(&server.url, &["tag-set", name, "--add", "energy", "--reset", "energy"]);
    assert!(both.code == 1 && both.err.contains("named twice"), "{}", both.err);
}

#[test]
fn tags_are_explained_for_people_or_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    let said = run(&server.url, &["explain", "cica-almaty-2006-fr/para_7__al_2"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let inherited = said.out.lines().find(|line| line.starts_with("drug-trafficking 0.")).unwrap();
    assert!(inherited.contains("  inherited from paragraph 7: “trafic de stupéfiants”"), "{}", said.out);
    assert!(!said.out.contains('\u{1b}'), "nothing is underlined where there is no terminal");

    let json = run(&server.url, &["explain", "cica-almaty-2006-fr/para_7__al_2", "--format", "jsonl"]).out;
    let streamed = run(&server.url, &["stream", "--explain", "--format", "jsonl"]).out;
    assert_eq!(streamed.lines().count(), 59);
    assert!(streamed.contains(&json), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["explanations"][0]["tag"], json["tags"][0]);
    let people = run(&server.url, &["stream", "--explain", "--theme", "drug-trafficking"]).out;
    assert!(people.contains(&said.out), "{people}");
}

#[test]
fn paragraphs_are_counted_for_people_or_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    let text = run(&server.url, &["count", "--language-of-names", "fr"]);
    assert_eq!(text.code, 0, "{}", text.err);
    assert!(text.out.starts_with("59 paragraphs\n"), "{}", text.out);
    let terrorism = text.out.lines().find(|line| line.starts_with("terrorism ")).unwrap();
    assert!(terrorism.ends_with("  Terrorisme et lutte antiterroriste"), "{}", text.out);
    assert!(!text.out.contains("formalities"), "{}", text.out);
    let whole = run(&server.url, &["count", "--include-structural", "--kind", "signature"]);
    assert!(whole.out.contains("formalities"), "{}", whole.out);

    let json = run(&server.url, &["count", "--theme", "terrorism", "--format", "jsonl"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let streamed = run(&server.url, &["stream", "--theme", "terrorism", "--format", "jsonl"]).out;
    assert_eq!(json["total"], streamed.lines().count().to_string());
    assert_eq!(json["revision"], "1");
}

#[test]
fn health_is_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let server = Program::serve(folder.path(), &[]);
    let said = run(&server.url, &["health"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "serving\n", ""));
    let url = server.url.clone();
    drop(server);
    let said = run(&url, &["health"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    assert!(said.err.contains("There is no server there"), "{}", said.err);
}

#[test]
fn top_shows_what_the_admin_port_tells() {
    let folder = tempfile::tempdir().unwrap();
    let server = Program::serve(folder.path(), &[SAMPLES, "--admin", "127.0.0.1:0"]);
    let admin = server.said.iter().find_map(|line| line.strip_prefix("serving metrics on ")).unwrap();
    assert_eq!(run(&server.url, &["stream"]).code, 0);
    let said = run(&server.url, &["top", "--once", "--interval", "1", "--admin", admin]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.contains("revision 1, 1 documents, 59 paragraphs"), "{}", said.out);
    assert!(said.out.contains("alinea.v1.ParagraphService/StreamParagraphs"), "{}", said.out);
    assert!(!said.out.contains("WatchParagraphs"), "it was not called: {}", said.out);
    let said = run(&server.url, &["top", "--once", "--admin", &server.url]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("--admin"), "{}", said.err);
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let help = run("", &["--help"]).out;
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A line that is further in goes on with what a command does.
    let listed = listed.filter(|line| !line.starts_with("   "));
    let commands: Vec<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.contains(&"serve") && commands.len() > 20, "{commands:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = run("", &["completions", shell]);
        assert_eq!(said.code, 0, "{}", said.err);
        let missing: Vec<_> = commands.iter().filter(|command| !said.out.contains(*command)).collect();
        assert!(missing.is_empty(), "{shell}: {missing:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run("", &["man", "--out", folder.path().to_str().unwrap()]).code, 0);
    for command in commands.iter().filter(|command| **command != "help") {
        let page = fs::read_to_string(folder.path().join(format!("alinea-{command}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
    assert!(run("", &["man"]).out.contains("alinea\\-serve(1)"));
}
