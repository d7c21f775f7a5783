//! Tables of a page: which hold data, and which only place words.

use super::elements::{is_block, is_hidden};
use super::page::{Node, Page};
use crate::reading::numbering::number::{self, Form};

/// More paragraphs in a cell than this are no entry of a table.
const ENTRY: usize = 3;

/// What a table is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Its rows are rows.
    Data,
    /// Its cells stand where they do to look good.
    Layout,
}

/// What the table at a place is there for.
pub(super) fn use_of(page: &Page, at: usize) -> Use {
    let Some(table) = page.nodes.get(at) else { return Use::Layout };
    if matches!(table.attribute("role"), Some("presentation" | "none")) {
        return Use::Layout;
    }
    let inner = page.within(at, |node| &*node.name == "table");
    let (mut widest, mut paragraphs) = (0, 0);
    let mut width = 0;
    for node in inner.iter().filter_map(|&at| page.nodes.get(at)) {
        match &*node.name {
            "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ol" | "ul" | "blockquote" | "pre" | "dl" => {
                return Use::Layout;
            }
            "tr" => width = 0,
            "td" | "th" => (width, paragraphs) = (width + 1, 0),
            "p" | "div" => paragraphs += 1,
            _ => {}
        }
        widest = widest.max(width);
        if paragraphs > ENTRY {
            return Use::Layout;
        }
    }
    if widest < 2 { Use::Layout } else { Use::Data }
}

/// The cell with the label and the label, where a row is a numbered paragraph: `(a)` beside a text.
pub(super) fn numbered(page: &Page, row: usize) -> Option<(usize, String)> {
    let (first, _) = pair(page, row, |node| matches!(&*node.name, "td" | "th"))?;
    Some((first, label(&page.brief(first)?)?))
}

/// The same of elements that a style sets beside each other: `<div><div>(a)</div><div>…</div></div>`.
pub(super) fn beside(page: &Page, at: usize) -> Option<(usize, String)> {
    let (first, second) = pair(page, at, |_| true)?;
    let name = |at: usize| page.nodes.get(at).map(|node| &*node.name);
    let is_apart = is_block(name(first)?) || is_block(name(second)?);
    (matches!(name(first)?, "div" | "p" | "span") && is_apart).then_some(())?;
    Some((first, label(&page.brief(first)?)?))
}

/// The two children that a browser shows something of, if there are two.
fn pair(page: &Page, at: usize, counts: impl Fn(&Node) -> bool) -> Option<(usize, usize)> {
    let is_shown = |at: &usize| {
        page.nodes.get(*at).is_some_and(|node| counts(node) && !is_hidden(node))
            && page.brief(*at).is_none_or(|words| !words.is_empty())
    };
    let mut shown = page.nodes.get(at)?.children.iter().copied().filter(is_shown);
    let pair = (shown.next()?, shown.next()?);
    shown.next().is_none().then_some(pair)
}

/// The words, if they are a label and nothing else.
pub(super) fn label(words: &str) -> Option<String> {
    let words = words.trim();
    let dash = matches!(words, "-" | "–" | "—" | "•" | "·" | "▪" | "◦");
    let label = number::label(words).filter(|label| label.len == words.len());
    let signed = label.is_some_and(|label| !matches!(label.form, Form::Bare | Form::Named(_)));
    (dash || signed).then(|| words.to_owned())
}
