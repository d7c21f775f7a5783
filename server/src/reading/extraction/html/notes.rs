//! Footnotes of a page: which links are their marks, and where their words begin.

use std::collections::{HashMap, HashSet};

use super::page::{Node, Page};

/// The footnotes of a page, by the places of elements.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Links that are marks, and the number each shows.
    pub(super) marks: HashMap<usize, String>,
    /// Where notes begin, and their numbers.
    pub(super) starts: HashMap<usize, String>,
    /// Links from notes back to the text.
    pub(super) back: HashSet<usize>,
}

/// How the ids of notes begin: of Pandoc, Word, EUR-Lex, `MediaWiki`.
const IDS: &[&str] = &["fn", "_ftn", "ftn", "note", "footnote", "_edn", "edn", "endnote", "ntr", "cite_note"];

impl Notes {
    pub(super) fn of(page: &Page) -> Self {
        let mut places = HashMap::new();
        for (at, node) in page.nodes.iter().enumerate() {
            for id in [node.attribute("id"), node.attribute("name")].into_iter().flatten() {
                places.entry(id).or_insert(at);
            }
        }
        let links: Vec<(usize, usize)> = page
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| &*node.name == "a")
            .filter_map(|(at, node)| Some((at, *places.get(node.attribute("href")?.strip_prefix('#')?)?)))
            .collect();
        let mut notes = Self::default();
        for &(link, target) in &links {
            let (Some(node), Some(note)) = (page.nodes.get(link), page.nodes.get(target)) else { continue };
            let number = number_of(page, link);
            if let Some(number) = number.filter(|_| link < target && is_note(node, note)) {
                notes.starts.entry(target).or_insert_with(|| number.clone());
                notes.marks.insert(link, number);
            }
        }
        for &(link, target) in &links {
            let in_note = std::iter::successors(Some(link), |&at| page.nodes.get(at)?.parent)
                .take(8)
                .any(|at| notes.starts.contains_key(&at));
            let plain = number_of(page, link).is_some()
                || page.brief(link).is_some_and(|words| !words.contains(char::is_alphanumeric));
            let is_part = notes.marks.contains_key(&link) || notes.starts.contains_key(&link);
            if target < link && in_note && plain && !is_part {
                notes.back.insert(link);
            }
        }
        notes
    }
}

/// Whether a link that shows a number leads to a note.
fn is_note(link: &Node, target: &Node) -> bool {
    let said = |node: &Node, names: [&str; 2]| {
        let roles = [node.attribute("epub:type"), node.attribute("role")];
        roles.into_iter().flatten().any(|role| role.split_whitespace().any(|role| names.contains(&role)))
    };
    let named = |id: &str| {
        let id = id.to_ascii_lowercase();
        IDS.iter().any(|start| {
            id.strip_prefix(start).is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit()))
        }) && !id.contains("ref")
    };
    said(link, ["noteref", "doc-noteref"])
        || said(target, ["footnote", "doc-footnote"])
        || link.attribute("href").and_then(|href| href.strip_prefix('#')).is_some_and(named)
}

/// The number that a link shows: `1`, `[1]`, `(a)`, `F1`.
fn number_of(page: &Page, at: usize) -> Option<String> {
    let words = page.brief(at)?;
    let number = words.as_str().trim_matches(['[', ']', '(', ')']).trim();
    let figures = number.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(number);
    let is_number = (1..=4).contains(&number.len()) && figures.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number.to_owned())
}
