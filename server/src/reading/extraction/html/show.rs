//! What a browser shows of a page, block by block.

use super::elements::{ends_page, is_article, is_block, is_hidden, is_printed_bullet};
use super::labels::{self, Beside, Label};
use super::notes::Notes;
use super::page::{Node, Page};
use super::tables::{self, Use};
use crate::reading::extraction::Sort;
use crate::reading::extraction::flow::{Figures, Flow, superscript};
use crate::reading::extraction::text::is_blank;

/// The words of a page and its blocks.
pub(super) fn show(page: &Page, notes: &Notes) -> Flow {
    let mut show = Show {
        page,
        notes,
        flow: Flow::default(),
        run: String::new(),
        space: false,
        label: Label::default(),
        beside: Beside::default(),
        quoted: Vec::new(),
        sorts: Vec::new(),
        lists: Vec::new(),
        tables: Vec::new(),
        row: None,
        label_cell: None,
        verbatim: 0,
        articles: 0,
    };
    let mut ahead = vec![Step::Enter(0)];
    while let Some(step) = ahead.pop() {
        let (Step::Enter(at) | Step::Leave(at)) = step;
        let Some(node) = page.nodes.get(at) else { continue };
        match step {
            Step::Leave(_) => show.leave(at, node),
            Step::Enter(_) if show.enter(at, node) => {
                ahead.push(Step::Leave(at));
                ahead.extend(node.children.iter().rev().map(|&child| Step::Enter(child)));
            }
            Step::Enter(_) => {}
        }
    }
    show.flush();
    show.settle();
    show.flow
}

/// A step of the walk through a page.
#[derive(Clone, Copy)]
enum Step {
    Enter(usize),
    Leave(usize),
}

/// A list that is open.
struct List {
    at: usize,
    figures: Option<Figures>,
    is_silent: bool,
    next: i64,
    step: i64,
}

struct Show<'p> {
    page: &'p Page,
    notes: &'p Notes,
    flow: Flow,
    /// The words since the last block.
    run: String,
    /// Whether white space stands behind them.
    space: bool,
    label: Label,
    beside: Beside,
    /// The quotations within a block that are open.
    quoted: Vec<usize>,
    /// What blocks are, with the element that says so.
    sorts: Vec<(usize, Sort)>,
    lists: Vec<List>,
    tables: Vec<(usize, Use)>,
    /// The row of a table that is open.
    row: Option<usize>,
    /// The cell, or what is set like one, that holds a label and has been taken for it.
    label_cell: Option<usize>,
    verbatim: usize,
    articles: usize,
}

impl Show<'_> {
    /// Takes the start of an element; says whether what is in it is shown.
    fn enter(&mut self, at: usize, node: &Node) -> bool {
        let name = &*node.name;
        if name.is_empty() {
            self.space |= self.beside.parts(&node.words);
            self.words(&node.words);
            return true;
        }
        self.beside.enter(name);
        if is_hidden(node) || self.notes.back.contains(&at) || self.label_cell == Some(at) {
            return false;
        }
        if let Some(number) = self.notes.marks.get(&at) {
            self.inline(&format!("[^{number}]"));
            return false;
        }
        if is_block(name) {
            self.flush();
        }
        if let Some(number) = self.notes.starts.get(&at) {
            return self.note(at, number);
        }
        match name {
            "br" if ends_page(node) => self.flush(),
            "br" => self.line_end(),
            "sup" => return !self.small_figures(at),
            "span" if is_printed_bullet(node) => return !self.bullet(at),
            "pre" => self.verbatim += 1,
            _ if is_article(node) => self.articles += 1,
            "ol" | "ul" | "menu" | "dir" => self.lists.push(self.list(at, node)),
            "li" => self.item(node),
            "table" => self.tables.push((at, tables::use_of(self.page, at))),
            "tr" => self.row(at),
            "td" | "th" => self.cell(),
            "dt" => return !self.term(at),
            "div" => self.label_cell = self.printed(tables::beside(self.page, at)).or(self.label_cell),
            "q" if !self.holds_blocks(node) => self.quotation(at),
            _ => {}
        }
        let sort = self.sort(name, node).or((name == "q" && self.holds_blocks(node)).then_some(Sort::Quote));
        if let Some(sort) = sort {
            // Headings within quotations and menus are words of those.
            let kept = self.sorts.last().map(|&(_, sort)| sort);
            self.sorts.push((at, kept.filter(|kept| !matches!(kept, Sort::Heading(_))).unwrap_or(sort)));
        }
        true
    }

    fn leave(&mut self, at: usize, node: &Node) {
        let name = &*node.name;
        if name == "tr" && self.row == Some(at) {
            self.row = None;
            self.put(Sort::Row);
        }
        if is_block(name) {
            self.flush();
        }
        match name {
            "pre" => self.verbatim = self.verbatim.saturating_sub(1),
            _ if is_article(node) => self.articles = self.articles.saturating_sub(1),
            "li" | "tr" | "dl" => self.settle(),
            "span" if !self.space => self.beside.leave(&self.run),
            _ => {}
        }
        if self.quoted.pop_if(|opened| *opened == at).is_some() && !self.run.is_empty() {
            self.run.push(labels::quotes(self.quoted.len()).1);
        }
        self.sorts.pop_if(|(opened, _)| *opened == at);
        self.lists.pop_if(|list| list.at == at);
        self.tables.pop_if(|(opened, _)| *opened == at);
    }

    /// What the blocks in an element are, if it says so.
    fn sort(&self, name: &str, node: &Node) -> Option<Sort> {
        let apart = matches!(name, "nav" | "header" | "footer" | "aside")
            || matches!(node.attribute("role"), Some("navigation" | "banner" | "contentinfo" | "search"));
        match name {
            _ if apart && self.articles == 0 => Some(Sort::Furniture),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                name.get(1..).and_then(|level| level.parse().ok()).map(Sort::Heading)
            }
            "blockquote" => Some(Sort::Quote),
            _ => None,
        }
    }

    /// Words, with white space as a browser shows it.
    fn words(&mut self, words: &str) {
        for character in words.chars() {
            match character {
                '\n' | '\t' if self.verbatim > 0 && self.row.is_none() => self.run.push(character),
                ' ' if self.verbatim > 0 && self.row.is_none() => self.run.push(character),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.space = true,
                character if character.is_control() => {}
                character => {
                    self.open_space();
                    self.run.push(character);
                }
            }
        }
    }

    /// Signs that are glued to the words before, unless white space parts them.
    fn inline(&mut self, signs: &str) {
        self.open_space();
        self.run.push_str(signs);
    }

    fn open_space(&mut self) {
        if std::mem::take(&mut self.space) && !self.run.is_empty() && !self.run.ends_with(['\n', '\t']) {
            self.run.push(' ');
        }
    }

    /// A line end; an empty line parts blocks.
    fn line_end(&mut self) {
        let line = self.run.rsplit('\n').next().unwrap_or_default();
        match self.row.is_some() {
            true => self.space = true,
            false if self.run.is_empty() => {}
            false if self.verbatim == 0 && line.chars().all(is_blank) => self.flush(),
            false => self.run.push('\n'),
        }
    }

    /// Small figures behind a word; says whether that is all there is.
    fn small_figures(&mut self, at: usize) -> bool {
        let small = self.page.brief(at).and_then(|words| {
            let is_noted =
                |at: &usize| self.notes.marks.contains_key(at) || self.notes.starts.contains_key(at);
            let plain = !self.page.within(at, |_| false).iter().any(is_noted);
            superscript(words.trim_matches(['(', ')', '[', ']'])).filter(|small| plain && !small.is_empty())
        });
        small.map(|small| self.inline(&small)).is_some()
    }

    /// The bullet of a list that Word printed in a font of signs.
    fn bullet(&mut self, at: usize) -> bool {
        let words = self.page.brief(at).unwrap_or_default();
        let mut signs = words.chars();
        let is_sign = match (signs.next(), signs.next()) {
            (Some(sign), None) => !sign.is_alphanumeric() || matches!(sign, 'o' | 'ü' | 'Ø' | 'v' | 'q'),
            _ => false,
        };
        if is_sign {
            self.inline("• ");
        }
        is_sign
    }

    fn list(&self, at: usize, node: &Node) -> List {
        let style = node.style();
        let sort = node.attribute("type").unwrap_or_default();
        let styled = |name: &str| style.contains("list-style") && style.contains(name);
        let figures = match sort {
            _ if &*node.name != "ol" => None,
            "a" => Some(Figures::LowerLetter),
            "A" => Some(Figures::UpperLetter),
            "i" => Some(Figures::LowerRoman),
            "I" => Some(Figures::UpperRoman),
            _ if styled("lower-alpha") || styled("lower-latin") => Some(Figures::LowerLetter),
            _ if styled("upper-alpha") || styled("upper-latin") => Some(Figures::UpperLetter),
            _ if styled("lower-roman") => Some(Figures::LowerRoman),
            _ if styled("upper-roman") => Some(Figures::UpperRoman),
            _ => Some(Figures::Digits),
        };
        let is_item = |at: &&usize| self.page.nodes.get(**at).is_some_and(|node| &*node.name == "li");
        let count = || i64::try_from(node.children.iter().filter(is_item).count()).unwrap_or(i64::MAX);
        let step = if node.attribute("reversed").is_some() { -1 } else { 1 };
        let start = node.attribute("start").and_then(|start| start.trim().parse().ok());
        let next = start.unwrap_or_else(|| if step < 0 { count() } else { 1 });
        List { at, figures, is_silent: styled("none") || sort == "none", next, step }
    }

    /// The label of an item, in front of the label of the item that it begins.
    fn item(&mut self, node: &Node) {
        let Some(list) = self.lists.last_mut() else {
            self.label.count("•", 0);
            return;
        };
        let value = node.attribute("value").and_then(|value| value.trim().parse().ok()).unwrap_or(list.next);
        list.next = value.saturating_add(list.step);
        if list.is_silent {
            return;
        }
        let label =
            list.figures.map_or_else(|| "•".to_owned(), |figures| format!("{}.", figures.write(value)));
        self.label.count(&label, value);
    }

    fn row(&mut self, at: usize) {
        if let Some(cell) = self.printed(tables::numbered(self.page, at)) {
            self.label_cell = Some(cell);
        } else if self.tables.last().is_some_and(|&(_, sort)| sort == Use::Data) {
            self.row = Some(at);
        }
    }

    /// The start of a cell, which ends the one before.
    fn cell(&mut self) {
        if self.row.is_some() {
            self.space = false;
            self.run.push('\t');
        }
    }

    /// The end of a block, if no row of a table is open.
    fn flush(&mut self) {
        match self.row {
            Some(_) => self.space = true,
            None => self.put(self.sorts.last().map_or(Sort::Text, |&(_, sort)| sort)),
        }
    }

    fn put(&mut self, sort: Sort) {
        self.space = false;
        let run = std::mem::take(&mut self.run);
        if self.verbatim > 0 && sort == Sort::Text && self.label.is_empty() {
            self.flow.lines(&run);
            return;
        }
        let words = run.trim();
        if words.is_empty() {
            return;
        }
        let sort = match self.sorts.last() {
            Some((_, Sort::Furniture)) => Sort::Furniture,
            _ => sort,
        };
        let is_note = self.label.note.is_some();
        let words = std::mem::take(&mut self.label).before(words);
        let sort = if is_note { Sort::Text } else { sort };
        match sort {
            Sort::Text | Sort::Quote if !is_note => {
                labels::points(&words).for_each(|point| self.flow.block(point, sort));
            }
            _ => self.flow.block(&words, sort),
        }
    }

    /// Takes what holds a label, a term or a cell, as the label of the words to come.
    fn printed(&mut self, found: Option<(usize, String)>) -> Option<usize> {
        let (at, label) = found?;
        let starts = |at: &usize| self.notes.starts.get(at).cloned();
        match starts(&at).or_else(|| self.page.within(at, |_| false).iter().find_map(starts)) {
            Some(number) => self.label.notes(number, label),
            None => self.label.print(&label),
        }
        Some(at)
    }

    /// A term of a list; says whether it is a label and nothing else.
    fn term(&mut self, at: usize) -> bool {
        self.settle();
        let label = self.page.brief(at).and_then(|words| tables::label(&words));
        self.printed(label.map(|label| (at, label))).is_some()
    }

    /// The start of a footnote; says whether what is in the element is still to be shown.
    fn note(&mut self, at: usize, number: &str) -> bool {
        if self.row.is_none() && (self.run.ends_with('\n') || self.label.note.is_some()) {
            self.flush();
        }
        let shown = self.page.brief(at).unwrap_or_default();
        let is_number = shown.trim_matches(labels::AROUND) == number;
        self.label.notes(number.to_owned(), if is_number { shown } else { String::new() });
        !is_number
    }

    /// A quotation within a block, in the marks that a browser sets; those that are printed already stand.
    fn quotation(&mut self, at: usize) {
        let has_marks = |words: String| words.starts_with(['“', '”', '„', '«', '»', '"', '‘', '‚', '「']);
        if !self.page.brief(at).is_some_and(has_marks) {
            self.open_space();
            self.run.push(labels::quotes(self.quoted.len()).0);
            self.quoted.push(at);
        }
    }

    fn holds_blocks(&self, node: &Node) -> bool {
        node.children.iter().any(|&at| self.page.nodes.get(at).is_some_and(|node| is_block(&node.name)))
    }

    /// A label that no words came after stands alone, if it was printed.
    fn settle(&mut self) {
        let shown = std::mem::take(&mut self.label).alone();
        let sort = self.sorts.last().map_or(Sort::Text, |&(_, sort)| sort);
        self.flow.block(&shown, sort);
    }
}
