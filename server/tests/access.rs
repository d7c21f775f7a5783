//! Who gets in: every method, with every sort of credentials; and what happens when these change.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use alinea_proto::v1::{
    self, paragraph_service_client::ParagraphServiceClient, theme_service_client::ThemeServiceClient,
};
use alinea_server::serving::{
    Origin,
    access::{Access, AccessOptions, Exposed, Role},
};
use guarded::{
    Caller, Server, as_key,
    certificates::Authority,
    key,
    raw::{Raw, methods},
    says,
    tokens::{ALGORITHMS, Issuer, claims, encoded, now, said},
    why, write,
};
use serde_json::json;
use tonic::{Code, Request, client::Grpc};

mod guarded;

/// What a method takes, said once more and in another way than the server has it.
fn takes(path: &str) -> Option<Role> {
    let (service, method) = path[1..].split_once('/').unwrap();
    let reads = ["Get", "List", "BatchGet", "Stream", "Watch", "Search", "Count", "Explain", "Export"];
    match service {
        "grpc.health.v1.Health" => None,
        "grpc.reflection.v1.ServerReflection" | "grpc.reflection.v1alpha.ServerReflection" => {
            Some(Role::Reader)
        }
        _ if reads.iter().any(|verb| method.starts_with(verb)) => Some(Role::Reader),
        "alinea.v1.DocumentService" | "alinea.v1.ParagraphService" => Some(Role::Curator),
        "alinea.v1.ThemeService" | "alinea.v1.AdminService" => Some(Role::Admin),
        _ => panic!("say who may call {path}"),
    }
}

/// Whether a reader of some themes may call it.
fn is_cut_to_themes(path: &str) -> bool {
    takes(path) <= Some(Role::Reader) && !path.contains("DocumentService")
}

/// Calls a method with an empty message; why it was not let in, or none where it was.
async fn refused(caller: &Caller, path: &str) -> Option<(Code, String)> {
    let mut grpc = Grpc::new(caller.clone());
    grpc.ready().await.unwrap();
    let request = Request::new(futures_util::stream::iter([Vec::new()]));
    let outcome = grpc.streaming(request, path.parse().unwrap(), Raw).await;
    let refused = outcome
        .err()
        .filter(|status| matches!(status.code(), Code::Unauthenticated | Code::PermissionDenied));
    refused.map(|status| why(&status))
}

/// What somebody gets who may do this.
fn expected(path: &str, may: &Result<(Role, bool), &str>) -> Option<(Code, String)> {
    let needed = takes(path)?;
    match *may {
        Err(reason) => Some((Code::Unauthenticated, reason.to_owned())),
        Ok((role, _)) if role < needed => Some((Code::PermissionDenied, "ROLE_TOO_LOW".to_owned())),
        Ok((_, true)) if !is_cut_to_themes(path) => {
            Some((Code::PermissionDenied, "CREDENTIALS_BOUNDED".to_owned()))
        }
        Ok(_) => None,
    }
}

const MISSING: Result<(Role, bool), &str> = Err("CREDENTIALS_MISSING");
const INVALID: Result<(Role, bool), &str> = Err("CREDENTIALS_INVALID");
const EXPIRED: Result<(Role, bool), &str> = Err("CREDENTIALS_EXPIRED");
const READER: Result<(Role, bool), &str> = Ok((Role::Reader, false));
const BOUNDED: Result<(Role, bool), &str> = Ok((Role::Reader, true));
const CURATOR: Result<(Role, bool), &str> = Ok((Role::Curator, false));
const ADMIN: Result<(Role, bool), &str> = Ok((Role::Admin, false));

fn keys() -> String {
    [
        key("reader", "reader", ""),
        key("works", "reader", "works = ['w']"),
        key("themes", "reader", "themes = ['themes/terrorism']"),
        key("curator", "curator", ""),
        key("admin", "admin", "expires = 2999-01-01"),
        key("expired", "admin", "expires = 2001-01-01T00:00:00Z"),
        key("revoked", "admin", ""),
        "[[keys]]\nname = 'job'\nrole = 'curator'\ncertificate = 'job.example.org'\n".to_owned(),
        "[[keys]]\nname = 'person'\nrole = 'reader'\ncertificate = 'A. Person'\nthemes = ['themes/energy']\n"
            .to_owned(),
        "[[keys]]\nname = 'gone'\nrole = 'admin'\ncertificate = 'gone.example.org'\nexpires = 2001-01-01\n"
            .to_owned(),
    ]
    .concat()
}

#[tokio::test]
async fn who_gets_in_is_exactly_who_should_with_keys_tokens_and_certificates() {
    let (authority, issuer) = (Authority::new(), Issuer::new());
    let own = authority.certify(&["localhost"], "");
    let server = Server::start(|folder| AccessOptions {
        certificate: Some((write(folder, "crt", &own.certificate), write(folder, "key", &own.key))),
        client_authorities: Some(write(folder, "ca", &authority.pem())),
        keys: Some(write(folder, "keys", &keys())),
        issuer: Some((write(folder, "jwks", &issuer.keys().to_string()), claims())),
    })
    .await;
    server.write("keys", &keys().replace(&key("revoked", "admin", ""), ""));
    server.access.take_up();

    let channel = authority.channel(server.address, None).await.unwrap();
    let mut callers = Vec::new();
    for (says_, may) in [
        ("", MISSING),
        ("Bearer unknown!", INVALID),
        ("Bearer ", INVALID),
        ("Basic reader!", INVALID),
        ("reader!", INVALID),
        ("Bearer expired!", EXPIRED),
        ("Bearer revoked!", INVALID),
        ("Bearer reader!", READER),
        ("bearer works!", READER),
        ("Bearer themes!", BOUNDED),
        ("Bearer curator!", CURATOR),
        ("Bearer admin!", ADMIN),
    ] {
        callers.push((says_.to_owned(), says(&channel, says_), may));
    }
    let forged = Issuer::new();
    for algorithm in ALGORITHMS {
        let token = |role: &str| issuer.sign(algorithm, &said(role, json!({})));
        callers.push((algorithm.to_owned(), says(&channel, &format!("Bearer {}", token("reader"))), READER));
        callers.push((algorithm.to_owned(), says(&channel, &format!("Bearer {}", token("admin"))), ADMIN));
    }
    let token = |otherwise| issuer.sign("EdDSA", &said("curator", otherwise));
    let unsigned = |header| issuer.sign_with_header(&header, &said("admin", json!({})));
    let ends = |token: &str, with: &str| format!("{}{with}", token.rsplit_once('.').unwrap().0);
    for (what, token, may) in [
        ("token", token(json!({})), CURATOR),
        ("one audience", token(json!({"aud": "alinea"})), CURATOR),
        ("just over", token(json!({"exp": now() - 2})), CURATOR),
        ("a bound", token(json!({"alinea": {"role": "reader", "themes": ["themes/energy"]}})), BOUNDED),
        ("over", token(json!({"exp": now() - 90})), EXPIRED),
        ("not yet", token(json!({"nbf": now() + 90})), INVALID),
        ("without an end", token(json!({"exp": null})), INVALID),
        ("an end that is none", token(json!({"exp": "never"})), INVALID),
        ("for others", token(json!({"aud": ["other"]})), INVALID),
        ("for nobody", token(json!({"aud": null})), INVALID),
        ("from others", token(json!({"iss": "https://other.example"})), INVALID),
        ("from nobody", token(json!({"iss": null})), INVALID),
        ("of nobody", token(json!({"sub": null})), INVALID),
        ("no role", token(json!({"alinea": null})), INVALID),
        ("an unknown role", token(json!({"alinea": {"role": "owner"}})), INVALID),
        ("a misspelt bound", token(json!({"alinea": {"role": "reader", "theme": ["x"]}})), INVALID),
        ("a bound of nothing", token(json!({"alinea": {"role": "reader", "works": []}})), INVALID),
        ("a bounded curator", token(json!({"alinea": {"role": "curator", "works": ["w"]}})), INVALID),
        ("forged", forged.sign("EdDSA", &said("admin", json!({}))), INVALID),
        ("forged, over", forged.sign("ES256", &said("admin", json!({"exp": 1}))), INVALID),
        ("unsigned", unsigned(json!({"alg": "none"})), INVALID),
        ("by the public key", unsigned(json!({"alg": "HS256", "kid": "EdDSA"})), INVALID),
        ("by another key", unsigned(json!({"alg": "EdDSA", "kid": "RS256"})), INVALID),
        ("by an unknown key", unsigned(json!({"alg": "EdDSA", "kid": "none"})), INVALID),
        ("without a key", unsigned(json!({"alg": "EdDSA"})), ADMIN),
        ("with more to know", unsigned(json!({"alg": "EdDSA", "crit": ["x"], "x": 1})), INVALID),
        ("cut", ends(&token(json!({})), ""), INVALID),
        ("with another signature", ends(&token(json!({})), &format!(".{}", encoded([0; 64]))), INVALID),
    ] {
        callers.push((what.to_owned(), says(&channel, &format!("Bearer {token}")), may));
    }
    for (names, common, may) in [
        (&["job.example.org"][..], "", CURATOR),
        (&["other.example.org", "JOB.example.org"], "", CURATOR),
        (&[], "A. Person", BOUNDED),
        (&["job.example.org"], "A. Person", CURATOR),
        (&["gone.example.org"], "", EXPIRED),
        (&["unknown.example.org"], "nobody", INVALID),
    ] {
        let own = authority.certify(names, common);
        let channel = authority.channel(server.address, Some(&own)).await.unwrap();
        callers.push((format!("{names:?} {common}"), says(&channel, ""), may));
        // What a call says itself goes before its certificate.
        callers.push((format!("{names:?} and a key"), as_key(&channel, "reader"), READER));
        callers.push((format!("{names:?} and a wrong key"), says(&channel, "Bearer wrong"), INVALID));
    }
    for path in methods() {
        for (who, caller, may) in &callers {
            assert_eq!(refused(caller, &path).await, expected(&path, may), "{path} by {who}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn where_nobody_is_asked_everybody_may_do_everything_that_there_is() {
    let server = Server::start(|_| AccessOptions::default()).await;
    let channel = server.channel().await;
    for caller in [says(&channel, ""), says(&channel, "Bearer whatever")] {
        for path in methods() {
            assert_eq!(refused(&caller, &path).await, None, "{path}");
        }
        let mut grpc = Grpc::new(caller);
        grpc.ready().await.unwrap();
        let path = "/alinea.v1.ParagraphService/Nothing".parse().unwrap();
        let status = grpc.unary(Request::new(Vec::new()), path, Raw).await.map(drop).unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented);
    }
}

#[tokio::test]
async fn other_machines_reach_a_server_only_by_tls_and_with_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, [own, inside, outside]) = (
        Authority::new(),
        ["127.0.0.1:1", "0.0.0.0:1", "[2001:db8::1]:1"].map(|address| address.parse().unwrap()),
    );
    let certified = authority.certify(&["localhost"], "");
    let certificate = || {
        Some((
            write(folder.path(), "crt", &certified.certificate),
            write(folder.path(), "key", &certified.key),
        ))
    };
    let keys = || Some(write(folder.path(), "keys", &key("reader", "reader", "")));
    for (certificate, keys, suits) in [
        (None, None, Err(Exposed::Plain(outside))),
        (None, keys(), Err(Exposed::Plain(outside))),
        (certificate(), None, Err(Exposed::Open(outside))),
        (certificate(), keys(), Ok(())),
    ] {
        let is_asked = keys.is_some();
        let access = Access::open(AccessOptions { certificate, keys, ..Default::default() }).unwrap();
        assert_eq!(access.suits(outside, &[]), suits);
        assert_eq!(access.suits(inside, &[]).is_ok(), suits.is_ok());
        for own in [own, "[::1]:1".parse().unwrap(), "[::ffff:127.0.0.1]:1".parse().unwrap()] {
            assert_eq!(access.suits(own, &[]), Ok(()));
            // Pages from anywhere are asked who they are, or served to nobody.
            let asks = access.suits(own, &[Origin::Any]);
            assert_eq!(asks, if is_asked { Ok(()) } else { Err(Exposed::Pages) });
        }
    }
}

/// Reads a watch until it ends, and says how.
async fn end(mut watch: tonic::Streaming<v1::WatchParagraphsResponse>) -> (Code, String) {
    loop {
        match watch.message().await {
            Ok(Some(_)) => {}
            Ok(None) => return (Code::Ok, String::new()),
            Err(status) => return why(&status),
        }
    }
}

async fn watch(caller: Caller) -> tonic::Streaming<v1::WatchParagraphsResponse> {
    let mut watch =
        ParagraphServiceClient::new(caller).watch_paragraphs(v1::WatchParagraphsRequest::default()).await;
    // The first checkpoint is there.
    watch.as_mut().unwrap().get_mut().message().await.unwrap().unwrap();
    watch.unwrap().into_inner()
}

#[tokio::test]
async fn a_stream_goes_on_for_as_long_as_its_caller_would_be_let_in_again() {
    let names = ["stays", "longer", "revoked", "expired", "lower", "bounded"];
    let of = |name: &str| key(name, if name == "lower" { "admin" } else { "reader" }, "");
    let before: Vec<String> = names.map(of).to_vec();
    let server = Server::with_keys(&before.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let channel = server.channel().await;
    let mut ends = Vec::new();
    for name in names {
        ends.push(tokio::spawn(end(watch(as_key(&channel, name)).await)));
    }
    // A file that is wrong changes nothing, and neither does one that says the same otherwise.
    server.write("keys", "[[keys]]\nname = 1");
    server.access.take_up();
    server.write("keys", &format!("# the same\n{}", before.concat()));
    server.access.take_up();
    let after = [
        key("stays", "reader", ""),
        key("longer", "reader", "expires = 2999-01-01"),
        key("expired", "reader", "expires = 2001-01-01"),
        key("lower", "reader", ""),
        key("bounded", "reader", "works = ['w']"),
    ];
    server.write("keys", &after.concat());
    server.access.take_up();
    let unauthenticated = |reason: &str| (Code::Unauthenticated, reason.to_owned());
    let ends: [_; 6] = ends.try_into().unwrap();
    let [stays, longer, revoked, expired, lower, bounded] = ends;
    for (end, reason) in [
        (revoked, "CREDENTIALS_INVALID"),
        (expired, "CREDENTIALS_EXPIRED"),
        (lower, "CREDENTIALS_INVALID"),
        (bounded, "CREDENTIALS_INVALID"),
    ] {
        assert_eq!(end.await.unwrap(), unauthenticated(reason));
    }
    assert!(!stays.is_finished() && !longer.is_finished());
    // Whoever was changed and may come again does.
    drop(watch(as_key(&channel, "bounded")).await);
    server.stop().await;
    for end in [stays, longer] {
        assert_eq!(end.await.unwrap(), (Code::Unavailable, "SHUTTING_DOWN".to_owned()));
    }
}

#[tokio::test]
async fn a_stream_ends_when_its_token_does() {
    let issuer = Issuer::new();
    let server = Server::start(|folder| AccessOptions {
        issuer: Some((write(folder, "jwks", &issuer.keys().to_string()), claims())),
        ..Default::default()
    })
    .await;
    // Clocks may be a minute apart.
    let token = issuer.sign("EdDSA", &said("reader", json!({"exp": now() - 58})));
    let open = watch(says(&server.channel().await, &format!("Bearer {token}"))).await;
    let ended = tokio::time::timeout(Duration::from_secs(20), end(open)).await.unwrap();
    assert_eq!(ended, (Code::Unauthenticated, "CREDENTIALS_EXPIRED".to_owned()));
}

#[tokio::test]
async fn a_token_is_good_for_as_long_as_its_issuer_has_the_key() {
    let (first, second) = (Issuer::new(), Issuer::new());
    let server = Server::start(|folder| AccessOptions {
        issuer: Some((write(folder, "jwks", &first.keys().to_string()), claims())),
        ..Default::default()
    })
    .await;
    let channel = server.channel().await;
    let by = |issuer: &Issuer| {
        says(&channel, &format!("Bearer {}", issuer.sign("ES256", &said("reader", json!({})))))
    };
    let open = tokio::spawn(end(watch(by(&first)).await));
    let path = "/alinea.v1.ThemeService/ListThemes";
    assert!(refused(&by(&second), path).await.is_some());
    server.write("jwks", "{}");
    server.access.take_up();
    assert_eq!(refused(&by(&first), path).await, None, "a file that is wrong changes nothing");
    server.write("jwks", &second.keys().to_string());
    server.access.take_up();
    assert_eq!(refused(&by(&second), path).await, None);
    let invalid = (Code::Unauthenticated, "CREDENTIALS_INVALID".to_owned());
    assert_eq!(refused(&by(&first), path).await.as_ref(), Some(&invalid));
    assert_eq!(open.await.unwrap(), invalid);
}

#[tokio::test]
async fn keys_are_taken_up_without_a_signal_and_no_call_fails_meanwhile() {
    let server = Server::with_keys(&[&key("old", "reader", "")]).await;
    let channel = server.channel().await;
    let open = tokio::spawn(end(watch(as_key(&channel, "old")).await));
    server.write("keys", &(key("old", "reader", "") + &key("new", "reader", "")));
    let taken_up = async {
        let list = |name: &str| {
            let mut themes = ThemeServiceClient::new(as_key(&channel, name));
            async move { themes.list_themes(v1::ListThemesRequest::default()).await }
        };
        while list("new").await.is_err() {
            list("old").await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), taken_up).await.unwrap();
    assert!(!open.is_finished());
}
