//! Keys, as operators make them with the program and servers know them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod guarded;
mod program;

use std::{
    fs,
    process::{Command, Output},
};

use alinea_proto::v1::{self, theme_service_client::ThemeServiceClient};
use guarded::{certificates::Authority, write};
use program::Program;
use tonic::{Code, Request, transport::Channel};

fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_alinea")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

async fn lists_themes(url: &str, key: &str) -> Code {
    let channel = Channel::from_shared(url.to_owned()).unwrap().connect().await.unwrap();
    let mut request = Request::new(v1::ListThemesRequest::default());
    request.metadata_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    ThemeServiceClient::new(channel)
        .list_themes(request)
        .await
        .map_or_else(|status| status.code(), |_| Code::Ok)
}

#[tokio::test]
async fn a_new_key_is_said_once_and_a_server_knows_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let keys = path.to_str().unwrap();
    let new = ["keys", "new", "--name", "web", "--role", "reader"];
    let (code, first, said) = run(&[&new[..], &["--file", keys]].concat());
    assert_eq!((code, said.contains("keys.toml")), (0, true), "{said}");
    let more = ["--theme", "themes/terrorism", "--work", "w", "--expires", "2999-01-31"];
    let (code, printed, _) =
        run(&[&["keys", "new", "--name", "press", "--role", "reader"][..], &more].concat());
    assert_eq!(code, 0);
    let (comment, lines) = printed.split_once('\n').unwrap();
    let second = comment.rsplit(' ').next().unwrap();
    let before = fs::read_to_string(&path).unwrap();
    assert!(!before.contains(first.trim()) && !lines.contains(second));
    fs::write(&path, format!("{before}\n{lines}")).unwrap();

    // What a server would not read is not written.
    let written = fs::read_to_string(&path).unwrap();
    for (wrong, part) in [
        (&new[..], "the same `name`"),
        (&["keys", "new", "--name", "b", "--role", "admin", "--work", "w"], "only a reader"),
        (&["keys", "new", "--name", "b", "--role", "admin", "--expires", "soon"], "'soon' is no moment"),
        (&["keys", "new", "--name", "b", "--role", "owner"], "the roles reader, curator and admin"),
    ] {
        let (code, out, err) = run(&[wrong, &["--file", keys]].concat());
        assert_eq!((code != 0, out.as_str(), err.contains(part)), (true, "", true), "{err}");
        assert_eq!(fs::read_to_string(&path).unwrap(), written);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let server = Program::serve(&folder.path().join("store"), &["--keys", keys]);
    for (key, code) in [(first.trim(), Code::Ok), (second, Code::Ok), ("", Code::Unauthenticated)] {
        assert_eq!(lists_themes(&server.url, key).await, code);
    }
    let (code, _, err) = run(&["themes", "--server", &server.url]);
    assert_eq!((code, err.contains("CREDENTIALS_MISSING")), (1, true), "{err}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_hangup_takes_up_at_once_who_may_call() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.toml").to_str().unwrap().to_owned();
    let new = |name| run(&["keys", "new", "--name", name, "--role", "reader", "--file", &keys]).1;
    let first = new("first");
    let server = Program::serve(&folder.path().join("store"), &["--keys", &keys, "--log", "info"]);
    let second = new("second");
    server.signal("HUP");
    server.until("read again");
    for key in [first, second] {
        assert_eq!(lists_themes(&server.url, key.trim()).await, Code::Ok);
    }
}

#[test]
fn a_server_that_others_would_reach_unasked_does_not_start_unless_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let serve = ["serve", "--data", store.to_str().unwrap(), "--listen", "0.0.0.0:0"];
    let (code, _, err) = run(&serve);
    assert_eq!((code, err.contains("--tls-cert"), err.contains("--insecure")), (1, true, true), "{err}");
    assert!(!store.exists());
    for (more, part) in [
        (&["--tls-cert", "x"][..], "--tls-key"),
        (&["--jwks", "x"], "--jwt-audience"),
        (&["--keys", "nowhere.toml"], "nowhere.toml: it cannot be read"),
    ] {
        let (code, _, err) = run(&[&serve[..], more].concat());
        assert_eq!((code != 0, err.contains(part)), (true, true), "{err}");
    }
    for (address, warns) in [("0.0.0.0:0", true), ("127.0.0.1:0", false)] {
        let server = Program::serve_on(address, &store, &["--insecure"]);
        let warned = server.said.iter().any(|line| line.starts_with("warning: "));
        assert_eq!(warned, warns, "{:?}", server.said);
    }
}

#[test]
fn commands_reach_a_server_by_tls_with_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let own = authority.certify(&["localhost"], "");
    let files = [("crt", &own.certificate), ("key", &own.key), ("ca", &authority.pem())];
    let [certificate, private, ca] =
        files.map(|(name, text)| write(folder.path(), name, text).to_str().unwrap().to_owned());
    let keys = folder.path().join("keys.toml").to_str().unwrap().to_owned();
    let (_, key, _) = run(&["keys", "new", "--name", "web", "--role", "reader", "--file", &keys]);
    let tls = ["--tls-cert", &certificate, "--tls-key", &private, "--keys", &keys];
    let server = Program::serve(&folder.path().join("store"), &tls);
    let (_, port) = server.url.rsplit_once(':').unwrap();
    let url = format!("https://localhost:{port}");
    let themes = ["themes", "--server", &url, "--ca", &ca];
    let (code, told, err) = run(&[&themes[..], &["--token", key.trim()]].concat());
    assert_eq!((code, told.contains("terrorism")), (0, true), "{err}");
    let wrong_key = [&themes[..], &["--token", "al_wrong"]].concat();
    let by_another_name = format!("https://127.0.0.1:{port}");
    for (asked, part) in [
        (&themes[..], "ALINEA_TOKEN"),
        (&wrong_key[..], "ALINEA_TOKEN"),
        // Whom nobody vouches for gets no key.
        (&["themes", "--server", &url, "--token", key.trim()], "certificate"),
        (&["themes", "--server", &by_another_name, "--ca", &ca, "--token", key.trim()], "certificate"),
        (&["themes", "--server", "http://a.example:1", "--token", key.trim()], "without encryption"),
    ] {
        let (code, out, err) = run(asked);
        assert_eq!((code, out.as_str(), err.contains(part)), (1, "", true), "{err}");
        assert!(!err.contains(key.trim()), "{err}");
    }
}
