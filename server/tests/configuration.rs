//! What the program is configured by, what it takes up while it runs, and how it ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod guarded;
mod program;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use guarded::{certificates::Authority, tokens::Issuer};
use program::Program;
use tempfile::TempDir;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples");

/// The program, with nothing set in its environment but what is said.
fn alinea(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alinea"));
    let of_program =
        |name: &str| name.starts_with("ALINEA_") || name.starts_with("OTEL_") || name == "RUST_LOG";
    for (name, _) in std::env::vars().filter(|(name, _)| of_program(name)) {
        command.env_remove(name);
    }
    let output = command.args(arguments).envs(variables.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What `alinea config check` prints of the settings, whether a server would start with them or not.
fn check(arguments: &[&str], variables: &[(&str, &str)]) -> Result<String, (i32, String)> {
    let (code, printed, said) = alinea(&[&["config", "check"], arguments].concat(), variables);
    if !printed.is_empty() {
        return Ok(printed);
    }
    // What one flag asks of another is given to it.
    let missing =
        said.split("required arguments were not provided:\n").nth(1).into_iter().flat_map(str::lines);
    let missing = missing.map_while(|line| line.strip_prefix("  --")?.split(' ').next());
    let more: Vec<String> = missing.map(|name| format!("--{name}=7")).collect();
    match more.is_empty() {
        true => Err((code, said)),
        false => {
            check(&[arguments, &more.iter().map(String::as_str).collect::<Vec<_>>()].concat(), variables)
        }
    }
}

/// The settings of what was printed: what each is, and where it comes from.
fn settings(printed: &str) -> BTreeMap<String, (String, String)> {
    let setting = |line: &str| {
        if let Some((name, _)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(" is not set")) {
            return (name.to_owned(), (String::new(), "default".to_owned()));
        }
        let (setting, source) = line.rsplit_once(" # ").unwrap();
        let (name, value) = setting.split_once(" = ").unwrap();
        (name.to_owned(), (value.trim().to_owned(), source.to_owned()))
    };
    printed.lines().map(setting).collect()
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alinea.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn every_flag_has_a_variable_and_a_place_in_the_file_and_each_overrules_the_next() {
    let plain = settings(&check(&[], &[]).unwrap());
    assert!(plain.len() >= 9, "{plain:?}");
    for (name, (default, _)) in &plain {
        let flag = |value: &str| format!("--{name}={value}");
        let variable = format!("ALINEA_{}", name.replace('-', "_").to_uppercase());
        let candidates = ["7", "8", "127.0.0.1:7", "127.0.0.1:8", "text", "json", "http://a", "http://b"];
        let taken: Vec<&str> =
            candidates.into_iter().filter(|value| check(&[&flag(value)], &[]).is_ok()).take(2).collect();
        // A flag without a value is a switch.
        let (one, other, said) = match taken.as_slice() {
            [one, other] => {
                let is_list = settings(&check(&[&flag(one)], &[]).unwrap())[name].0.starts_with('[');
                let quoted =
                    |value: &str| if is_list { format!("[{value:?}]") } else { format!("{value:?}") };
                // What the file says is to differ from what holds anyway.
                let (one, other) = if quoted(one) == *default { (other, one) } else { (one, other) };
                ((*one, quoted(one)), (*other, quoted(other)), flag(one))
            }
            _ => (("true", "true".to_owned()), ("false", "false".to_owned()), format!("--{name}")),
        };
        let in_file = if taken.is_empty() { "true".to_owned() } else { one.1.clone() };
        let (_folder, path) = file(&format!("\n{name} = {in_file}\n"));
        let path = path.to_str().unwrap();
        let found = |arguments: &[&str], variables: &[(&str, &str)]| {
            let printed = check(arguments, variables).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            settings(&printed)[name].clone()
        };
        let from_file = (one.1.clone(), format!("file {path}:2"));
        assert_eq!(found(&["--config", path], &[]), from_file, "{name}");
        assert_eq!(found(&[], &[("ALINEA_CONFIG", path)]), from_file, "{name}");
        let set = (variable.as_str(), other.0);
        assert_eq!(found(&["--config", path], &[set]), (other.1.clone(), "environment".to_owned()), "{name}");
        assert_eq!(found(&["--config", path, &said], &[set]), (one.1, "flag".to_owned()), "{name}");
    }
}

#[test]
fn a_list_is_said_one_by_one_or_between_commas() {
    let list = r#"["http://a", "http://b"]"#;
    let (_folder, path) = file(&format!("web-origin = {list}"));
    let (_other, commas) = file("web-origin = 'http://a,http://b'");
    let variables = &[("ALINEA_WEB_ORIGIN", "http://a,http://b")];
    for (arguments, variables) in [
        (&["--web-origin", "http://a", "--web-origin", "http://b"][..], &[][..]),
        (&["--web-origin", "http://a,http://b"], &[]),
        (&["--config", path.to_str().unwrap()], &[]),
        (&["--config", commas.to_str().unwrap()], &[]),
        (&[], variables),
    ] {
        let found = settings(&check(arguments, variables).unwrap());
        assert_eq!(found["web-origin"].0.replace(' ', ""), list.replace(' ', ""), "{arguments:?}");
    }
    let (code, said) = check(&["--web-origin", "http://a/page"], &[]).unwrap_err();
    assert!(code == 2 && said.contains("without a path"), "{said}");
}

#[test]
fn what_is_printed_is_a_file_that_says_the_same() {
    let printed = check(&["--grace", "7", "--data", "a \"b\" \\ é"], &[]).unwrap();
    let (_folder, path) = file(&printed);
    let again = settings(&check(&["--config", path.to_str().unwrap()], &[]).unwrap());
    let values = |settings: BTreeMap<String, (String, String)>| -> Vec<_> {
        settings.into_iter().map(|(name, (value, _))| (name, value)).collect()
    };
    assert_eq!(values(again), values(settings(&printed)));
}

#[test]
fn what_is_wrong_in_a_file_is_told_by_name_and_line() {
    for (text, line, words) in [
        ("# fine\ngrac = 3\n", 2, "no setting 'grac'"),
        ("grace = \"ten\"", 1, "grace: invalid value 'ten'"),
        ("\n\ngrace = true", 3, "grace: is boolean"),
        ("grace = [1, 2]", 1, "grace: is array"),
        ("[tls]\ncert = 1", 1, "no setting 'tls'"),
        ("config = \"x\"", 1, "no setting 'config'"),
        ("grace = 1\ngrace = 2", 2, "duplicate key"),
        ("listen = 5", 1, "listen: invalid value '5'"),
        ("log = \"a=b=c\"", 1, "log: invalid value"),
        ("max-calls = -1", 1, "max-calls: invalid value '-1'"),
        ("max-calls-per-second = 0", 1, "max-calls-per-second: invalid value '0'"),
        ("max-bytes-per-second = \"much\"", 1, "'much' is no size"),
    ] {
        let (_folder, path) = file(text);
        let place = format!("{}:{line}: ", path.display());
        for command in [&["config", "check"][..], &["serve"][..]] {
            let output =
                Command::new(env!("CARGO_BIN_EXE_alinea")).args(command).arg("--config").arg(&path).output();
            let output = output.unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains(&place) && said.contains(words), "{text}: {said}");
        }
    }
    let (code, said) = check(&["--config", "/missing/alinea.toml"], &[]).unwrap_err();
    assert!(code == 1 && said.contains("/missing/alinea.toml") && said.contains("--config"), "{said}");
    assert_eq!(check(&["--grace", "ten"], &[]).unwrap_err().0, 2, "wrong usage");
}

/// Files that a server names, good ones and others, by their names.
fn named() -> (TempDir, impl Fn(&str) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let (own, other) = (authority.certify(&["localhost"], ""), authority.certify(&["localhost"], ""));
    for (name, text) in [
        ("crt", own.certificate.as_str()),
        ("key", &own.key),
        ("other.key", &other.key),
        ("ca", &authority.pem()),
        ("keys", "# nobody yet\n"),
        ("bad.keys", "[[keys]]\nname = 'web'\nrole = 'owner'\n"),
        ("jwks", &Issuer::new().keys().to_string()),
        ("text", "These are words.\n"),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, move |name| format!("{path}/{name}"))
}

#[test]
fn what_keeps_a_server_from_starting_is_told_without_one_in_the_same_words() {
    let (folder, file) = named();
    let [crt, key, other, ca, keys] = ["crt", "key", "other.key", "ca", "keys"].map(&file);
    let [bad, jwks, text, missing, store] = ["bad.keys", "jwks", "text", "missing", "store"].map(&file);
    let tls = ["--tls-cert", &crt, "--tls-key", &key];
    let tokens = ["--jwt-audience", "a", "--jwt-issuer", "i"];
    let public = ["--listen", "0.0.0.0:0"];
    for (arguments, variables, words) in [
        (&public[..], &[][..], "not be encrypted"),
        (&[&public[..], &["--keys", &keys]].concat(), &[], "not be encrypted"),
        (&[&public[..], &tls].concat(), &[], "everybody there could do everything"),
        (&["--web-origin", "*"], &[], "any page"),
        (&["--keys", &missing], &[], "missing: it cannot be read"),
        (&["--keys", &bad], &[], "bad.keys: "),
        (&[&["--jwks", &missing][..], &tokens].concat(), &[], "missing: it cannot be read"),
        (&[&["--jwks", &text][..], &tokens].concat(), &[], "text: "),
        (&["--tls-cert", &missing, "--tls-key", &key], &[], "missing: it cannot be read"),
        (&["--tls-cert", &text, "--tls-key", &key], &[], "text: it has no certificate"),
        (&["--tls-cert", &crt, "--tls-key", &text], &[], "text: it is no private key"),
        (&["--tls-cert", &crt, "--tls-key", &other], &[], "other.key: it is not the key"),
        (&[&tls[..], &["--keys", &keys, "--client-ca", &text]].concat(), &[], "text: it has no certificate"),
        (&["--model", &missing], &[], "cannot read"),
        (&["--model", &text], &[], "cannot use"),
        (&["--listen", "127.0.0.1:7", "--admin", "127.0.0.1:7"], &[], "--admin"),
        (&[&missing], &[], "cannot find"),
        (&[], &[("RUST_LOG", "a=b=c")], "'a=b=c' is no log filter"),
    ] {
        // A server that started after all would take a free port.
        let listen = if arguments.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] };
        let rest = [listen, &["--data", &store], arguments].concat();
        let (code, printed, said) = alinea(&[&["config", "check"], &rest[..]].concat(), variables);
        assert!(code == 1 && said.contains(words), "{arguments:?}: {said}");
        assert_eq!(settings(&printed)["data"], (format!("{store:?}"), "flag".to_owned()));
        let (code, _, served) = alinea(&[&["serve"], &rest[..]].concat(), variables);
        assert_eq!((code, served), (1, said), "{arguments:?}");
    }
    let good = [&tls[..], &tokens, &["--jwks", &jwks, "--keys", &keys, "--client-ca", &ca, SAMPLES]].concat();
    let more = ["--data", &store, "--listen", "0.0.0.0:50051", "--map-size", "1GB"];
    let (code, _, said) = alinea(&[&["config", "check"], &good[..], &more].concat(), &[]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(!folder.path().join("store").exists());
}

#[test]
fn a_check_beside_a_server_takes_neither_its_port_nor_its_store() {
    let data = tempfile::tempdir().unwrap();
    // A size that no page divides.
    let server = Program::serve(data.path(), &["--map-size", "100MB"]);
    let address = server.url.strip_prefix("http://").unwrap();
    let same = ["config", "check", "--data", data.path().to_str().unwrap(), "--listen", address];
    let (code, _, said) = alinea(&same, &[]);
    assert_eq!((code, said.as_str()), (0, ""));
    documents(&server.url);
}

#[test]
fn a_log_filter_that_others_go_by_too_is_shown_where_there_is_no_other() {
    let (_folder, path) = file("log = \"warn\"\n");
    let path = path.to_str().unwrap();
    let others = ("RUST_LOG", "info");
    let found = |arguments: &[&str], variables: &[(&str, &str)]| {
        settings(&check(arguments, variables).unwrap())["log"].clone()
    };
    let said = |value: &str, source: &str| (value.to_owned(), source.to_owned());
    assert_eq!(found(&[], &[others]), said("\"info\"", "environment RUST_LOG"));
    assert_eq!(found(&[], &[("RUST_LOG", "")]), said("", "default"));
    assert_eq!(found(&["--config", path], &[others]), said("\"warn\"", &format!("file {path}:1")));
    assert_eq!(found(&[], &[others, ("ALINEA_LOG", "debug")]), said("\"debug\"", "environment"));
}

/// The admin port of a server.
fn admin(server: &Program) -> String {
    server.said.iter().find_map(|line| line.strip_prefix("serving metrics on ")).unwrap().to_owned()
}

/// `alinea health --configured`.
fn health(variables: &[(&str, &str)]) -> (i32, String, String) {
    alinea(&["health", "--configured"], variables)
}

#[test]
fn health_is_asked_where_the_environment_says_whether_calls_are_encrypted_or_not() {
    let (folder, named) = named();
    let [crt, key, keys, store] = ["crt", "key", "keys", "store"].map(&named);
    let tls = ["--tls-cert", &crt, "--tls-key", &key, "--keys", &keys, "--admin", "127.0.0.1:0"];
    let server = Program::serve(Path::new(&store), &tls);
    let admin = admin(&server);
    let (_other, path) = file(&format!("admin = {:?}\n", admin.replace("127.0.0.1", "0.0.0.0")));
    let environment = [("ALINEA_TLS_CERT", crt.as_str()), ("ALINEA_TLS_KEY", &key), ("ALINEA_ADMIN", &admin)];
    for variables in [&environment[..], &[("ALINEA_CONFIG", path.to_str().unwrap())]] {
        assert_eq!(health(variables), (0, "serving\n".to_owned(), String::new()), "{variables:?}");
    }
    // Where there is no admin port, the server is asked as ever.
    let plain = Program::serve(&folder.path().join("plain"), &[]);
    assert_eq!(health(&[("ALINEA_SERVER", &plain.url)]).0, 0);
    let (code, printed, said) = health(&[("ALINEA_SERVER", &server.url)]);
    assert_eq!((code, printed.as_str(), said.contains("ALINEA_ADMIN")), (1, "", true), "{said}");
}

#[test]
fn a_server_that_stops_is_not_healthy_and_one_that_is_gone_neither() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Program::serve(data.path(), &[SAMPLES, "--grace", "600", "--admin", "127.0.0.1:0"]);
    let admin = admin(&server);
    let variables = [("ALINEA_ADMIN", admin.as_str())];
    let (mut watch, _connections) = hold(&server);
    assert_eq!(health(&variables).0, 0);
    server.signal("TERM");
    server.until("a second signal");
    let begun = Instant::now();
    let (printed, said) = loop {
        let (code, printed, said) = health(&variables);
        if code == 1 {
            break (printed, said);
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it goes on being healthy");
    };
    assert_eq!((printed.as_str(), said.contains("stopping")), ("", true), "{said}");
    server.kill();
    let (code, printed, said) = health(&variables);
    assert_eq!((code, printed.as_str(), said.contains("no answer")), (1, "", true), "{said}");
    watch.kill().unwrap();
    watch.wait().unwrap();
}

fn documents(url: &str) {
    let done =
        Command::new(env!("CARGO_BIN_EXE_alinea")).args(["documents", "--server", url]).output().unwrap();
    assert!(done.status.success());
}

#[test]
fn a_hangup_takes_up_the_log_filter_and_limits_and_names_what_takes_a_restart() {
    let (_folder, path) = file("log = \"warn\"\ngrace = 1\n");
    let data = tempfile::tempdir().unwrap();
    let server = Program::serve(data.path(), &["--config", path.to_str().unwrap()]);
    documents(&server.url);
    fs::write(&path, "log = \"wa=rn=\"\n").unwrap();
    server.signal("HUP");
    let before = server.until("the old one goes on holding");
    assert!(before.last().unwrap().contains("alinea.toml:1: log"), "{before:?}");
    documents(&server.url);
    fs::write(&path, "log = \"info\"\ngrace = 2\nmax-calls = 7\nmax-imports = 3\n").unwrap();
    server.signal("HUP");
    let restart = server.until("takes a restart");
    assert!(restart.last().unwrap().contains("grace"), "{restart:?}");
    assert!(!before.iter().chain(&restart).any(|line| line.contains("ended")), "calls are no warnings");
    let rest = server.until("read again");
    assert!(!rest.iter().any(|line| line.contains("takes a restart")), "{rest:?}");
    documents(&server.url);
    let call = server.until("ListDocuments").pop().unwrap();
    assert!(call.contains("ended") && call.contains("request_id"), "{call}");
}

/// A watch, once it has said something.
fn watch(url: &str) -> Child {
    let mut watch = Command::new(env!("CARGO_BIN_EXE_alinea"))
        .args(["watch", "--theme", "terrorism", "--server", url])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(watch.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty());
    watch
}

/// What keeps a server from ending: a watch, a connection that says nothing, and one that says half of what it must.
fn hold(server: &Program) -> (Child, [TcpStream; 2]) {
    let watch = watch(&server.url);
    let connect = || TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    let (silent, mut half) = (connect(), connect());
    half.write_all(b"PRI * HTTP/2.0\r\n").unwrap();
    (watch, [silent, half])
}

fn serve(folder: &Path, grace: &str) -> Program {
    Program::serve(folder, &[SAMPLES, "--grace", grace])
}

#[test]
fn a_signal_ends_the_program_within_the_grace_time_whoever_is_connected() {
    let data = tempfile::tempdir().unwrap();
    let mut server = serve(data.path(), "2");
    let (mut watch, _connections) = hold(&server);
    server.signal("TERM");
    let (status, took) = server.ended();
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(2 + 3), "{took:?}");
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    let data = tempfile::tempdir().unwrap();
    let mut server = serve(data.path(), "600");
    let (mut watch, _connections) = hold(&server);
    server.signal("TERM");
    server.until("a second signal");
    server.signal("TERM");
    let (status, took) = server.ended();
    assert_eq!(status.code(), Some(1));
    assert!(took < Duration::from_secs(5), "{took:?}");
    watch.kill().unwrap();
    watch.wait().unwrap();
    // What was committed is there.
    assert!(serve(data.path(), "1").said[0].contains("up to date"));
}

#[test]
fn a_signal_before_the_program_serves_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.md");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let process = Command::new(env!("CARGO_BIN_EXE_alinea"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .args([&folder.path().join("store"), &pipe])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It can be opened once the program reads the file, which comes to no end.
    let endless = fs::File::options().write(true).open(&pipe).unwrap();
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}: {said}", output.status);
    assert!(said.contains("stopped before it served") && !said.contains("serving gRPC"), "{said}");
    drop(endless);
}
