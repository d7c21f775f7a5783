//! What a bounded key sees: by every method exactly what an unbounded one sees of it, and of the rest as if it were not there.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use alinea_proto::v1::{
    self, document_service_client::DocumentServiceClient, paragraph_change::Change,
    paragraph_service_client::ParagraphServiceClient, theme_service_client::ThemeServiceClient,
};
use guarded::{Caller, Server, as_key, key, why};
use proptest::{prelude::*, sample::subsequence};
use tonic::{Code, Status};

mod guarded;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const WORKS: [&str; 2] = ["first", "second"];
/// Themes, the last of which has some of the others as narrower ones.
const THEMES: [&str; 5] = [
    "themes/terrorism",
    "themes/drug-trafficking",
    "themes/energy",
    "themes/climate-change",
    "themes/new-threats",
];
const SENTENCES: [&str; 7] = [
    "We condemn terrorism in all its forms.",
    "We condemn drug trafficking, and the money of terrorism that it makes.",
    "We fight the causes of this trafficking.",
    "Energy and oil pipelines are important.",
    "Climate change and global warming are a threat, and so is terrorism.",
    "Nothing is said here of anything.",
    "We fight it together.",
];
const QUERIES: [&str; 4] = ["terrorism", "fight", "energy oil", "nothing -terrorism"];

#[derive(Debug, Clone)]
enum Step {
    Put(usize, usize, Vec<usize>),
    Remove(usize),
    /// Says of a paragraph that it is about a theme, or not.
    Tag(usize, usize, bool),
}

/// What a key or a filter names.
type Named = (Vec<&'static str>, Vec<&'static str>);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let put = (0..NAMES.len(), 0..WORKS.len(), proptest::collection::vec(0..SENTENCES.len(), 1..9));
    let step = prop_oneof![
        6 => put.prop_map(|(name, work, sentences)| Step::Put(name, work, sentences)),
        1 => (0..NAMES.len()).prop_map(Step::Remove),
        3 => (0..40usize, 0..THEMES.len(), any::<bool>()).prop_map(|(at, theme, about)| Step::Tag(at, theme, about)),
    ];
    proptest::collection::vec(step, 4..14)
}

fn bounds() -> impl Strategy<Value = Named> {
    let themes = subsequence(THEMES.to_vec(), 0..3);
    (themes, subsequence(WORKS.to_vec(), 0..2))
        .prop_filter("a bound", |(themes, works)| !themes.is_empty() || !works.is_empty())
}

fn filters() -> impl Strategy<Value = v1::ParagraphFilter> {
    let themes = || subsequence(THEMES.to_vec(), 0..3);
    let least = proptest::option::of((1u8..=9).prop_map(|tenths| f32::from(tenths) / 10.0));
    (
        themes(),
        themes(),
        any::<bool>(),
        least,
        subsequence(WORKS.to_vec(), 0..2),
        subsequence(vec![1, 2, 3, 4], 0..3),
    )
        .prop_map(|(any, none, exact, min_score, works, kinds)| v1::ParagraphFilter {
            themes: Some(v1::ThemeFilter {
                any_of: owned(&any),
                none_of: owned(&none),
                exact,
                min_score,
                ..Default::default()
            }),
            works: owned(&works),
            kinds,
            ..Default::default()
        })
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The filter that says what a bound says.
fn as_filter((themes, works): &Named) -> v1::ParagraphFilter {
    v1::ParagraphFilter {
        themes: Some(v1::ThemeFilter { any_of: owned(themes), ..Default::default() }),
        works: owned(works),
        ..Default::default()
    }
}

/// The lines of a key with a bound.
fn bounded(name: &str, (themes, works): &Named) -> String {
    let line = |what: &str, names: &Vec<&str>| match names.is_empty() {
        true => String::new(),
        false => format!("{what} = {names:?}\n"),
    };
    key(name, "reader", &(line("themes", themes) + &line("works", works)))
}

/// All that one caller can ask of paragraphs.
#[derive(Clone)]
struct Asking {
    paragraphs: ParagraphServiceClient<Caller>,
    revision: String,
}

impl Asking {
    /// Pages of two, as many as there are, and the tokens between them.
    async fn list(&self, filter: &v1::ParagraphFilter) -> (Vec<v1::Paragraph>, Vec<String>) {
        let (mut found, mut tokens) = (Vec::new(), vec![String::new()]);
        while let Some(token) = tokens.last().filter(|token| tokens.len() == 1 || !token.is_empty()) {
            let answer = self.clone().page(filter, token).await.unwrap();
            found.extend(answer.paragraphs);
            tokens.push(answer.next_page_token);
        }
        tokens.retain(|token| !token.is_empty());
        (found, tokens)
    }

    async fn page(
        mut self,
        filter: &v1::ParagraphFilter,
        token: &str,
    ) -> Result<v1::ListParagraphsResponse, Status> {
        let request = v1::ListParagraphsRequest {
            parent: "documents/-".to_owned(),
            filter: Some(filter.clone()),
            page_size: 2,
            page_token: token.to_owned(),
            ..Default::default()
        };
        Ok(self.paragraphs.list_paragraphs(request).await?.into_inner())
    }

    /// The paragraphs of a stream from a cursor on, and the cursors on the way.
    async fn stream(
        mut self,
        filter: &v1::ParagraphFilter,
        query: &str,
        cursor: &str,
    ) -> Result<(Vec<String>, Vec<String>), Status> {
        let request = v1::StreamParagraphsRequest {
            filter: Some(filter.clone()),
            query: query.to_owned(),
            cursor: cursor.to_owned(),
            batch_size: 1,
            min_revision: self.revision.clone(),
            ..Default::default()
        };
        let mut stream = self.paragraphs.stream_paragraphs(request).await?.into_inner();
        let (mut found, mut cursors) = (Vec::new(), Vec::new());
        while let Some(answer) = stream.message().await? {
            found.extend(answer.paragraphs.into_iter().map(|paragraph| paragraph.name));
            cursors.push(answer.cursor);
        }
        Ok((found, cursors))
    }

    async fn search(
        mut self,
        filter: &v1::ParagraphFilter,
        query: &str,
        token: &str,
    ) -> Result<v1::SearchParagraphsResponse, Status> {
        let request = v1::SearchParagraphsRequest {
            query: query.to_owned(),
            filter: Some(filter.clone()),
            page_size: if token.is_empty() { 1 } else { 200 },
            page_token: token.to_owned(),
            min_revision: self.revision.clone(),
        };
        Ok(self.paragraphs.search_paragraphs(request).await?.into_inner())
    }

    /// The names of all hits, and the token after the first.
    async fn hits(&self, filter: &v1::ParagraphFilter, query: &str) -> (Vec<String>, String) {
        let first = self.clone().search(filter, query, "").await.unwrap();
        let token = first.next_page_token.clone();
        let mut hits = first.hits;
        if !token.is_empty() {
            hits.extend(self.clone().search(filter, query, &token).await.unwrap().hits);
        }
        (hits.into_iter().map(|hit| hit.paragraph.unwrap().name).collect(), token)
    }

    async fn count(mut self, filter: &v1::ParagraphFilter) -> v1::CountParagraphsResponse {
        let request = v1::CountParagraphsRequest { filter: Some(filter.clone()), ..Default::default() };
        self.paragraphs.count_paragraphs(request).await.unwrap().into_inner()
    }

    async fn get(mut self, name: &str) -> Result<v1::Paragraph, Status> {
        let request = v1::GetParagraphRequest { name: name.to_owned(), ..Default::default() };
        Ok(self.paragraphs.get_paragraph(request).await?.into_inner().paragraph.unwrap())
    }

    async fn batch_get(mut self, names: &[&str]) -> Result<Vec<v1::Paragraph>, Status> {
        let request = v1::BatchGetParagraphsRequest { names: owned(names), ..Default::default() };
        Ok(self.paragraphs.batch_get_paragraphs(request).await?.into_inner().paragraphs)
    }

    async fn explain(mut self, name: &str) -> Result<v1::ExplainTagsResponse, Status> {
        Ok(self.paragraphs.explain_tags(v1::ExplainTagsRequest { name: name.to_owned() }).await?.into_inner())
    }

    /// All changes from a revision to the present one, in order.
    async fn changes(mut self, filter: &v1::ParagraphFilter, start: &str) -> Vec<v1::ParagraphChange> {
        let request = v1::WatchParagraphsRequest {
            filter: Some(filter.clone()),
            start_revision: start.to_owned(),
            checkpoint_interval: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
        };
        let mut watch = self.paragraphs.watch_paragraphs(request).await.unwrap().into_inner();
        let (mut changes, mut reached) = (Vec::new(), 0);
        while reached < self.revision.parse::<u64>().unwrap() {
            let answer = watch.message().await.unwrap().unwrap();
            changes.extend(answer.changes);
            reached = answer.revision.parse().unwrap_or(reached);
        }
        changes
    }
}

async fn asking(server: &Server, name: &str) -> Asking {
    Asking {
        paragraphs: ParagraphServiceClient::new(as_key(&server.channel().await, name)),
        revision: server.service.store.revision().to_string(),
    }
}

fn names(paragraphs: &[v1::Paragraph]) -> Vec<String> {
    paragraphs.iter().map(|paragraph| paragraph.name.clone()).collect()
}

async fn take(server: &Server, step: &Step, admin: &Asking) {
    match step {
        Step::Put(name, work, sentences) => {
            let sentences = sentences.iter().enumerate().map(|(at, &sentence)| match sentence {
                2 => format!("{}\n\n", SENTENCES[sentence]),
                _ => format!("{}. {}\n\n", at + 1, SENTENCES[sentence]),
            });
            server.take_in(NAMES[*name], WORKS[*work], &sentences.collect::<String>());
        }
        Step::Remove(name) => {
            use alinea_server::{document::DocumentId, store::Change};
            let remove = Change::Remove { id: DocumentId::try_new(NAMES[*name]).unwrap(), etag: None };
            // Perhaps there is none.
            let _ = server.service.store.commit(vec![remove]).unwrap();
        }
        Step::Tag(at, theme, about) => {
            let (all, _) = admin.list(&v1::ParagraphFilter::default()).await;
            let Some(paragraph) = all.get(at % all.len().max(1)) else { return };
            let themes = owned(&[THEMES[*theme]]);
            let (add_themes, remove_themes) =
                if *about { (themes, Vec::new()) } else { (Vec::new(), themes) };
            let tag = v1::TagParagraphRequest {
                name: paragraph.name.clone(),
                add_themes,
                remove_themes,
                ..Default::default()
            };
            let request = v1::BatchTagParagraphsRequest { requests: vec![tag] };
            admin.clone().paragraphs.batch_tag_paragraphs(request).await.unwrap();
        }
    }
}

const INVALID: &str = "CURSOR_INVALID";

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bounded_key_never_sees_another_paragraph_by_any_method(
        steps in steps(),
        bounds in proptest::collection::vec(bounds(), 2),
        filters in proptest::collection::vec(filters(), 4),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let keys = [key("admin", "admin", ""), bounded("one", &bounds[0]), bounded("two", &bounds[1])].concat();
            let server = Server::with_keys(&[&keys]).await;
            let before = asking(&server, "admin").await;
            for step in &steps {
                take(&server, step, &before).await;
            }
            let admin = asking(&server, "admin").await;
            let (all, _) = admin.list(&v1::ParagraphFilter::default()).await;
            let mut tokens = Vec::new();
            for (name, bound) in ["one", "two"].into_iter().zip(&bounds) {
                let reader = asking(&server, name).await;
                let filter = as_filter(bound);
                let (visible, _) = admin.list(&filter).await;
                let seen: BTreeSet<String> = names(&visible).into_iter().collect();
                sees(&admin, &reader, &filter, &all, &seen, &before.revision).await;
                for filter in &filters {
                    sees_through(&admin, &reader, filter, &seen).await;
                }
                documents(&server, name, bound, &seen).await;
                let everything = v1::ParagraphFilter::default();
                let (_, pages) = reader.list(&everything).await;
                let (_, cursors) = reader.clone().stream(&everything, "", "").await.unwrap();
                let (_, hits) = reader.hits(&everything, "fight").await;
                tokens.push((reader, pages, cursors, hits));
            }
            if bounds[0] != bounds[1] {
                let everything = v1::ParagraphFilter::default();
                for (asking, [_, pages, cursors, hits]) in [(&tokens[0].0, parts(&tokens[1])), (&tokens[1].0, parts(&tokens[0])), (&admin, parts(&tokens[0]))] {
                    for token in pages {
                        assert_eq!(why(&asking.clone().page(&everything, &token).await.unwrap_err()).1, INVALID);
                    }
                    for cursor in cursors {
                        assert_eq!(why(&asking.clone().stream(&everything, "", &cursor).await.unwrap_err()).1, INVALID);
                    }
                    for token in hits {
                        let answer = asking.clone().search(&everything, "fight", &token).await;
                        assert_eq!(why(&answer.unwrap_err()).1, INVALID);
                    }
                }
            }
        });
    }
}

type Tokens = (Asking, Vec<String>, Vec<String>, String);

fn parts((_, pages, cursors, hits): &Tokens) -> [Vec<String>; 4] {
    let hits = Some(hits.clone()).filter(|token| !token.is_empty());
    [Vec::new(), pages.clone(), cursors.clone(), hits.into_iter().collect()]
}

/// Without a filter a reader sees what an admin sees through the filter that says the bound.
async fn sees(
    admin: &Asking,
    reader: &Asking,
    bound: &v1::ParagraphFilter,
    all: &[v1::Paragraph],
    seen: &BTreeSet<String>,
    start: &str,
) {
    let everything = v1::ParagraphFilter::default();
    assert_eq!(reader.clone().count(&everything).await, admin.clone().count(bound).await);
    // A watch from a revision on is told of what leaves the bound, too.
    let told = reader.clone().changes(&everything, start).await;
    assert_eq!(told, admin.clone().changes(bound, start).await);
    let mut mirror = BTreeSet::new();
    for v1::ParagraphChange { name, change } in told {
        match change.unwrap() {
            Change::Put(_) => drop(mirror.insert(name)),
            Change::Removal(_) => assert!(mirror.remove(&name)),
        }
    }
    assert_eq!(&mirror, seen);
    let said = |status: Status| (status.code(), status.message().to_owned());
    let absent = "documents/nowhere/paragraphs/para_1";
    let (code, message) = said(reader.clone().get(absent).await.unwrap_err());
    let nowhere = |name: &str| (code, message.replace(absent, name));
    for paragraph in all {
        let name = paragraph.name.as_str();
        if seen.contains(name) {
            assert_eq!(&reader.clone().get(name).await.unwrap(), paragraph);
            assert_eq!(&reader.clone().batch_get(&[name]).await.unwrap()[0], paragraph);
            let (own, whole) =
                (reader.clone().explain(name).await.unwrap(), admin.clone().explain(name).await.unwrap());
            assert_eq!(own.explanations.len(), whole.explanations.len());
            for evidence in own.explanations.iter().flat_map(|explanation| &explanation.evidence) {
                assert!(
                    seen.contains(&evidence.name) || !evidence.name.contains("/paragraphs/"),
                    "{evidence:?}"
                );
            }
        } else {
            assert_eq!(said(reader.clone().get(name).await.unwrap_err()), nowhere(name));
            assert_eq!(said(reader.clone().explain(name).await.unwrap_err()), nowhere(name));
            for names in [vec![name], seen.iter().map(String::as_str).chain([name]).collect()] {
                assert_eq!(said(reader.clone().batch_get(&names).await.unwrap_err()), nowhere(name));
            }
        }
    }
    for name in NAMES {
        let filter =
            v1::ParagraphFilter { documents: vec![format!("documents/{name}")], ..Default::default() };
        let prefix = format!("documents/{name}/");
        match reader.clone().page(&filter, "").await {
            Ok(page) => assert!(
                !page.paragraphs.is_empty() && page.paragraphs.iter().all(|p| p.name.starts_with(&prefix))
            ),
            Err(status) => {
                assert_eq!(why(&status), (Code::NotFound, "NOT_FOUND".to_owned()));
                assert!(seen.iter().all(|seen| !seen.starts_with(&prefix)));
            }
        }
    }
}

/// Through any filter a reader sees what an admin sees through it and is within the bound.
async fn sees_through(
    admin: &Asking,
    reader: &Asking,
    filter: &v1::ParagraphFilter,
    seen: &BTreeSet<String>,
) {
    let within =
        |names: Vec<String>| names.into_iter().filter(|name| seen.contains(name)).collect::<Vec<_>>();
    let (found, _) = reader.list(filter).await;
    let found = names(&found);
    let (whole, _) = admin.list(filter).await;
    assert_eq!(found, within(names(&whole)), "{filter:?}");
    assert_eq!(reader.clone().count(filter).await.total as usize, found.len());
    let (streamed, cursors) = reader.clone().stream(filter, "", "").await.unwrap();
    assert_eq!(streamed, found);
    if let Some(cursor) = cursors.first().filter(|_| !found.is_empty()) {
        assert_eq!(reader.clone().stream(filter, "", cursor).await.unwrap().0, found[1..]);
    }
    for query in QUERIES {
        let whole = within(admin.hits(filter, query).await.0);
        assert_eq!(reader.hits(filter, query).await.0, whole, "{query} {filter:?}");
        let (streamed, _) = reader.clone().stream(filter, query, "").await.unwrap();
        assert_eq!(streamed.into_iter().collect::<BTreeSet<_>>(), whole.into_iter().collect());
    }
}

/// Documents are seen whole or not at all.
async fn documents(server: &Server, name: &str, (themes, works): &Named, seen: &BTreeSet<String>) {
    let of = |name: &str, channel: &_| DocumentServiceClient::new(as_key(channel, name));
    let channel = server.channel().await;
    let (mut reader, mut admin) = (of(name, &channel), of("admin", &channel));
    let list =
        |page_size, page_token| v1::ListDocumentsRequest { page_size, page_token, ..Default::default() };
    let all = admin.list_documents(list(0, String::new())).await.unwrap().into_inner().documents;
    let visible: Vec<_> =
        all.iter().filter(|document| works.contains(&document.work.as_str())).cloned().collect();
    let listed = reader.list_documents(list(0, String::new())).await;
    match themes.is_empty() {
        true => assert_eq!(listed.unwrap().into_inner().documents, visible),
        false => {
            assert_eq!(why(&listed.unwrap_err()), (Code::PermissionDenied, "CREDENTIALS_BOUNDED".to_owned()))
        }
    }
    if !themes.is_empty() {
        return;
    }
    let first = admin.list_documents(list(1, String::new())).await.unwrap().into_inner().next_page_token;
    if !first.is_empty() {
        assert_eq!(why(&reader.list_documents(list(1, first)).await.unwrap_err()).1, INVALID);
    }
    for document in &all {
        let name = document.name.clone();
        let get = v1::GetDocumentRequest { name: name.clone(), ..Default::default() };
        let export = v1::ExportDocumentRequest { name: name.clone(), media_type: "text/plain".to_owned() };
        let sections = v1::ListSectionsRequest { parent: name.clone(), ..Default::default() };
        let outcomes = [
            reader.get_document(get).await.map(drop),
            reader.export_document(export).await.map(drop),
            reader.list_sections(sections).await.map(drop),
        ];
        for outcome in outcomes {
            match visible.contains(document) {
                true => assert!(outcome.is_ok(), "{name}"),
                false => {
                    assert_eq!(why(&outcome.unwrap_err()), (Code::NotFound, "NOT_FOUND".to_owned()));
                    assert!(seen.iter().all(|seen| !seen.starts_with(&format!("{name}/"))));
                }
            }
        }
    }
}

#[tokio::test]
async fn what_speaks_for_a_tag_elsewhere_is_not_shown_to_who_does_not_see_it() {
    let themes = key("press", "reader", "themes = ['themes/terrorism']");
    let server = Server::with_keys(&[&themes, &key("admin", "admin", "")]).await;
    let text = "1. We condemn trafficking in drugs, and drugs.\n\nWe fight the causes of this trafficking.\n\n2. Nothing.\n";
    server.take_in("d", "w", text);
    let (admin, press) = (asking(&server, "admin").await, asking(&server, "press").await);
    let (all, _) = admin.list(&v1::ParagraphFilter::default()).await;
    // What takes up the theme of the paragraph before, and is about what the key sees by word of a curator.
    let elsewhere = |answer: &v1::ExplainTagsResponse| {
        let evidence = answer.explanations.iter().flat_map(|explanation| &explanation.evidence);
        evidence.filter(|evidence| evidence.name != answer.name).count()
    };
    let mut taking = None;
    for paragraph in &all {
        let answer = admin.clone().explain(&paragraph.name).await.unwrap();
        if elsewhere(&answer) > 0 {
            taking = Some(paragraph.name.clone());
        }
    }
    let taking = taking.expect("a paragraph with evidence elsewhere");
    assert!(press.clone().explain(&taking).await.is_err());
    let tag = v1::TagParagraphRequest {
        name: taking.clone(),
        add_themes: vec!["themes/terrorism".to_owned()],
        ..Default::default()
    };
    let request = v1::BatchTagParagraphsRequest { requests: vec![tag] };
    admin.clone().paragraphs.batch_tag_paragraphs(request).await.unwrap();
    assert!(elsewhere(&admin.clone().explain(&taking).await.unwrap()) > 0);
    let shown = press.clone().explain(&taking).await.unwrap();
    assert_eq!(elsewhere(&shown), 0);
    assert!(shown.explanations.len() > 1, "{shown:?}");
}

#[tokio::test]
async fn what_comes_to_be_part_of_a_theme_comes_into_its_bound_and_leaves_it_again() {
    let energy = key("press", "reader", "themes = ['themes/energy']");
    let server = Server::with_keys(&[&energy, &key("admin", "admin", "")]).await;
    server.take_in(
        "d",
        "w",
        "1. Energy is important.\n\n2. Climate change is a threat.\n\n3. So is the climate change.\n",
    );
    let press = asking(&server, "press").await;
    let mut themes = ThemeServiceClient::new(as_key(&server.channel().await, "admin"));
    let everything = v1::ParagraphFilter::default();
    let (before, _) = press.list(&everything).await;
    let (_, cursors) = press.clone().stream(&everything, "", "").await.unwrap();
    let name = "themes/climate-change".to_owned();
    let was = themes.get_theme(v1::GetThemeRequest { name }).await.unwrap().into_inner().theme.unwrap();
    let mut mirror: BTreeSet<String> = names(&before).into_iter().collect();
    assert_eq!(mirror.len(), 1);
    for (broader, seen) in [(vec!["themes/energy".to_owned()], 3), (was.broader_themes.clone(), 1)] {
        let start = server.service.store.revision().to_string();
        let theme = v1::Theme { broader_themes: broader, etag: String::new(), ..was.clone() };
        let update_mask = Some(prost_types::FieldMask { paths: vec!["broader_themes".to_owned()] });
        themes.update_theme(v1::UpdateThemeRequest { theme: Some(theme), update_mask }).await.unwrap();
        let press = asking(&server, "press").await;
        for v1::ParagraphChange { name, change } in press.clone().changes(&everything, &start).await {
            match change.unwrap() {
                Change::Put(_) => drop(mirror.insert(name)),
                Change::Removal(_) => assert!(mirror.remove(&name)),
            }
        }
        let (now, _) = press.list(&everything).await;
        assert_eq!(mirror, names(&now).into_iter().collect());
        assert_eq!(now.len(), seen);
        // A stream of before would go on within another bound.
        if seen == 3 {
            let status = press.clone().stream(&everything, "", &cursors[0]).await.unwrap_err();
            assert_eq!(why(&status).1, "SNAPSHOT_EXPIRED");
        }
    }
}
