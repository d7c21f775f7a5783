//! What is streamed: the paragraphs of the sample, in many documents.

use std::{path::Path, sync::Arc, time::Duration};

use alinea_proto::v1;
use alinea_server::{
    document::{DocumentId, Metadata},
    intake::{DEFAULT_MAX_BYTES, Intake, Offer},
    searching::SearchIndex,
    store::{Change, NewDocument, Options, Store},
    theming::Themes,
};

const SAMPLE: &[u8] = include_bytes!("../../samples/cica-almaty-2006.fr.md");
/// The id of the sample, and as long those of its copies.
const ID: &str = "cica-almaty-2006-fr";
/// How many documents go in at once.
const COMMIT: usize = 200;

/// The sample, read and tagged.
pub(crate) fn sample() -> NewDocument {
    taken_by(&Intake::new(Themes::new(Vec::new(), None).unwrap(), DEFAULT_MAX_BYTES))
}

/// The same with other themes.
pub(crate) fn taken_by(intake: &Intake) -> NewDocument {
    let id = DocumentId::try_new(ID).unwrap();
    let (said, media_type, bytes) = (Metadata::default(), String::new(), SAMPLE.to_vec());
    intake.take(Offer { id, said, media_type, bytes }).unwrap()
}

/// Another document with the words of the sample. Its source is left out, since nothing here reads it.
pub(crate) fn copy(sample: &NewDocument, number: usize) -> NewDocument {
    let id = format!("cica-almaty-{number:07}");
    let renamed = |name: &mut String| *name = name.replace(ID, &id);
    let mut copy = NewDocument { source: Vec::new(), ..sample.clone() };
    copy.id = DocumentId::try_new(&id).unwrap();
    copy.fingerprint ^= number as u64;
    renamed(&mut copy.document.name);
    for section in &mut copy.sections {
        [&mut section.name, &mut section.parent_section].into_iter().for_each(renamed);
        section.footnotes.iter_mut().for_each(|note| renamed(&mut note.footnote));
    }
    for paragraph in &mut copy.paragraphs {
        let names = [&mut paragraph.name, &mut paragraph.section, &mut paragraph.owner];
        names.into_iter().for_each(renamed);
        paragraph.footnotes.iter_mut().for_each(|note| renamed(&mut note.footnote));
    }
    copy
}

/// Fills a store, and waits until its search index is made, so that no server is busy with that.
pub(crate) fn fill(folder: &Path, paragraphs: usize) {
    let store = Arc::new(Store::open(folder, &Options::default()).unwrap());
    let sample = sample();
    let documents: Vec<usize> = (0..paragraphs.div_ceil(sample.paragraphs.len())).collect();
    for numbers in documents.chunks(COMMIT) {
        let changes = numbers.iter().map(|&number| Change::Put(Box::new(copy(&sample, number)))).collect();
        store.commit(changes).unwrap().into_iter().for_each(|outcome| drop(outcome.unwrap()));
    }
    let index = SearchIndex::open(store.clone()).unwrap();
    while index.revision() != Some(store.revision()) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Filters by about how much of the paragraphs they let through, as themes parted by commas: none lets all through.
pub(crate) fn shares() -> Vec<(f64, String)> {
    let paragraphs = sample().paragraphs;
    let mut themes: Vec<&str> = paragraphs.iter().flat_map(|one| &one.tags).map(|tag| &*tag.theme).collect();
    themes.sort_unstable();
    themes.dedup();
    let share = |themes: &[&str]| {
        let themes = themes.join(",");
        let about = paragraphs.iter().filter(|paragraph| is_about(paragraph, &themes)).count();
        about as f64 / paragraphs.len() as f64
    };
    let filter = |wanted: f64| {
        let mut chosen: Vec<&str> = Vec::new();
        // The theme that brings it nearest, while one does.
        loop {
            let distance = |themes: &[&str]| (share(themes) - wanted).abs();
            let with = themes.iter().map(|&theme| chosen.iter().copied().chain([theme]).collect::<Vec<_>>());
            let next = with.min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
            if !chosen.is_empty() && distance(&next) >= distance(&chosen) {
                return (share(&chosen), chosen.join(","));
            }
            chosen = next;
        }
    };
    vec![filter(0.05), filter(0.5), (1.0, String::new())]
}

/// Whether a paragraph is about one of the themes, as a filter has it; about none is about all.
pub(crate) fn is_about(paragraph: &v1::Paragraph, themes: &str) -> bool {
    themes.is_empty()
        || paragraph
            .tags
            .iter()
            .any(|tag| tag.score >= 0.5 && themes.split(',').any(|theme| theme == tag.theme))
}
