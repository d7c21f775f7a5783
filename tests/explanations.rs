//! Every tag can be explained: the words are where they are said to be, and speak for what is kept now.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod server;

use std::collections::{BTreeSet, HashMap};

use alinea_client::{Client, ErrorKind, Explanation, TagOrigin, Update};
use server::Server;

const DOCUMENT: &str = "cica-almaty-2006-fr";
const FOURTH: &str = "cica-almaty-2006-fr/para_4";

/// The words of every paragraph, and the headings of every section, by name.
async fn texts(client: &Client) -> HashMap<String, String> {
    let mut texts = HashMap::new();
    let mut paragraphs = client.paragraphs().stream();
    while let Some(paragraph) = paragraphs.try_next().await.unwrap() {
        texts.insert(paragraph.name.to_string(), paragraph.text);
    }
    let mut sections = client.sections(DOCUMENT);
    while let Some(section) = sections.try_next().await.unwrap() {
        texts.insert(section.name.to_string(), section.heading);
    }
    texts
}

fn rule<'a>(explanation: &'a Explanation, theme: &str) -> Option<&'a str> {
    let found = explanation.explanations.iter().find(|explanation| explanation.tag.theme.id() == theme);
    found.map(|explanation| explanation.rule.as_str())
}

#[tokio::test]
async fn every_tag_of_a_document_is_explained_by_words_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let texts = texts(&client).await;
    let mut rules = BTreeSet::new();
    let mut paragraphs = client.paragraphs().stream();
    while let Some(paragraph) = paragraphs.try_next().await.unwrap() {
        let explained = client.explain_tags(paragraph.name.clone()).await.unwrap();
        assert_eq!(explained.name, paragraph.name);
        let tags: Vec<_> = explained.explanations.iter().map(|explanation| explanation.tag.clone()).collect();
        assert_eq!(tags, paragraph.tags);
        for explanation in explained.explanations {
            for evidence in &explanation.evidence {
                let words = &texts[&evidence.name][evidence.start as usize..evidence.end as usize];
                assert_eq!(words, evidence.words);
                let own = evidence.name == paragraph.name.as_str();
                assert_eq!(own, explanation.tag.origin == TagOrigin::Text, "{explanation:?}");
            }
            let formal = explanation.rule == "form of the paragraph";
            assert_eq!(explanation.evidence.is_empty(), formal, "{explanation:?}");
            rules.insert(explanation.rule);
        }
    }
    for rule in ["label", "form of the paragraph", "inherited from paragraph 7"] {
        assert!(rules.contains(rule), "{rule}: {rules:?}");
    }
    assert!(!rules.iter().any(|rule| rule.contains("earlier")), "{rules:?}");
}

#[tokio::test]
async fn what_is_explained_is_what_is_kept_now() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    let before = client.explain_tags(FOURTH).await.unwrap();
    assert_eq!((rule(&before, "terrorism"), rule(&before, "energy")), (Some("label"), None));

    client.tag_paragraphs().add(FOURTH, "energy").remove(FOURTH, "terrorism").send().await.unwrap();
    let curated = client.explain_tags(FOURTH).await.unwrap();
    assert_eq!((rule(&curated, "terrorism"), rule(&curated, "energy")), (None, Some("set by a curator")));
    client.tag_paragraphs().reset(FOURTH, "energy").reset(FOURTH, "terrorism").send().await.unwrap();
    assert_eq!(client.explain_tags(FOURTH).await.unwrap(), before);

    // Another text takes its place, and another one after it.
    let update = |text: &str| Update::new(DOCUMENT.parse().unwrap()).text(text, "").language("en");
    client.update_document(update("1. We condemn piracy.\n\n2. We condemn terrorism.")).await.unwrap();
    let gone = client.explain_tags("cica-almaty-2006-fr/para_4").await.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
    let second = client.explain_tags("cica-almaty-2006-fr/para_2").await.unwrap();
    assert_eq!(second.explanations[0].evidence[0].words, "terrorism");
    client.update_document(update("1. We condemn piracy.\n\n2. Terrorism is condemned.")).await.unwrap();
    let second = client.explain_tags("cica-almaty-2006-fr/para_2").await.unwrap();
    assert_eq!(second.explanations[0].evidence[0].words, "Terrorism");
}

#[tokio::test]
async fn what_has_no_tags_to_explain_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_sample(folder.path()).await;
    let client = server.client();
    for name in ["cica-almaty-2006-fr/para_99", "nothing/para_1"] {
        let error = client.explain_tags(name).await.unwrap_err();
        assert!(error.is_not_found() && error.metadata()["name"].contains("para_"), "{error}");
    }
    let several = client.explain_tags("cica-almaty-2006-fr/al_2").await.unwrap_err();
    assert_eq!((several.kind(), several.reason()), (ErrorKind::FailedPrecondition, Some("AMBIGUOUS_NAME")));
}
