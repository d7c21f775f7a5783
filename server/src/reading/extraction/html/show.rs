//! What a browser shows of a page, block by block.

use super::notes::Notes;
use super::page::{Node, Page};
use super::tables::{self, Use};
use crate::reading::extraction::Sort;
use crate::reading::extraction::flow::{Figures, Flow, superscript};
use crate::reading::numbering::number::{self, Form};

/// The words of a page and its blocks.
pub(super) fn show(page: &Page, notes: &Notes) -> Flow {
    let mut show = Show {
        page,
        notes,
        flow: Flow::default(),
        run: String::new(),
        space: false,
        label: Label::None,
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
    show.flow
}

/// A step of the walk through a page.
#[derive(Clone, Copy)]
enum Step {
    Enter(usize),
    Leave(usize),
}

/// What stands before the words of the next block.
enum Label {
    None,
    /// A number or a bullet.
    Point(String),
    /// The number of a footnote.
    Note(String),
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
    /// What blocks are, with the element that says so.
    sorts: Vec<(usize, Sort)>,
    lists: Vec<List>,
    tables: Vec<(usize, Use)>,
    /// The row of a table that is open.
    row: Option<usize>,
    /// The cell that holds the label of the row.
    label_cell: Option<usize>,
    verbatim: usize,
    articles: usize,
}

impl Show<'_> {
    /// Takes the start of an element; says whether what is in it is shown.
    fn enter(&mut self, at: usize, node: &Node) -> bool {
        let name = &*node.name;
        if name.is_empty() {
            self.words(&node.words);
            return true;
        }
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
            self.label = Label::Note(number.clone());
            let shows_number = name == "a" && self.page.brief(at).is_some_and(|words| !words.is_empty());
            return !shows_number;
        }
        match name {
            "br" => self.line_end(),
            "sup" => return !self.small_figures(at),
            "span" if is_printed_bullet(node) => return !self.bullet(at),
            "pre" => self.verbatim += 1,
            "main" | "article" => self.articles += 1,
            "ol" | "ul" | "menu" | "dir" => self.lists.push(self.list(at, node)),
            "li" => self.item(node),
            "table" => self.tables.push((at, tables::use_of(self.page, at))),
            "tr" => self.row(at),
            "td" | "th" => self.cell(),
            "dt" => {
                if let Some(label) = self.page.brief(at).and_then(|words| tables::label(&words)) {
                    self.label = Label::Point(label);
                    return false;
                }
            }
            _ => {}
        }
        if let Some(sort) = self.sort(name, node) {
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
            "main" | "article" => self.articles = self.articles.saturating_sub(1),
            "li" | "tr" => self.label = Label::None,
            _ => {}
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
                _ if self.verbatim > 0 && self.row.is_none() => self.run.push(character),
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

    /// A line end; two in a row part blocks.
    fn line_end(&mut self) {
        match self.row.is_some() {
            true => self.space = true,
            false if self.run.ends_with('\n') && self.verbatim == 0 => self.flush(),
            false if self.run.is_empty() => {}
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
        let style = node.attribute("style").unwrap_or_default().to_ascii_lowercase();
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
            self.label = Label::Point("•".to_owned());
            return;
        };
        let value = node.attribute("value").and_then(|value| value.trim().parse().ok()).unwrap_or(list.next);
        list.next = value.saturating_add(list.step);
        if list.is_silent {
            return;
        }
        let label =
            list.figures.map_or_else(|| "•".to_owned(), |figures| format!("{}.", figures.write(value)));
        self.label = match std::mem::replace(&mut self.label, Label::None) {
            Label::Note(number) => Label::Note(number),
            Label::Point(outer) if outer.len() < 64 => Label::Point(format!("{outer} {label}")),
            _ => Label::Point(label),
        };
    }

    fn row(&mut self, at: usize) {
        if let Some((cell, label)) = tables::numbered(self.page, at) {
            (self.label_cell, self.label) = (Some(cell), Label::Point(label));
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
        if self.verbatim > 0 && sort == Sort::Text {
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
        match std::mem::replace(&mut self.label, Label::None) {
            Label::Note(number) => {
                self.flow.block(&format!("[^{number}]: {}", without_number(words, &number)), Sort::Text);
            }
            Label::Point(label) if !has_label(words) => self.flow.block(&format!("{label} {words}"), sort),
            Label::None | Label::Point(_) => self.flow.block(words, sort),
        }
    }
}

/// The words of a note without the number that is printed before them.
fn without_number<'w>(words: &'w str, number: &str) -> &'w str {
    let small = superscript(number).unwrap_or_default();
    let signs = ['(', '[', ')', ']', '.', ':', '/', '^', '↑', '\u{a0}', ' '];
    let rest = words.trim_start_matches(signs);
    let behind = rest.strip_prefix(number).or_else(|| rest.strip_prefix(small.as_str()));
    match behind.filter(|behind| !behind.starts_with(|c: char| c.is_alphanumeric())) {
        Some(behind) => behind.trim_start_matches(signs),
        None => words.trim_start_matches(['^', '↑', '\u{a0}', ' ']),
    }
}

/// Whether the number of a block is printed in its words.
fn has_label(words: &str) -> bool {
    number::label(words).is_some_and(|label| !matches!(label.form, Form::Bare | Form::Named(_)))
}

/// Whether a span holds the number or the bullet that Word printed before a paragraph.
fn is_printed_bullet(node: &Node) -> bool {
    node.attribute("style").is_some_and(|style| style.to_ascii_lowercase().contains("mso-list:ignore"))
}

fn is_hidden(node: &Node) -> bool {
    let styled = || {
        let style = node.attribute("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
        ["display:none", "visibility:hidden", "mso-hide:all"].iter().any(|hides| style.contains(hides))
    };
    matches!(
        &*node.name,
        "head"
            | "script"
            | "style"
            | "template"
            | "noscript"
            | "noframes"
            | "noembed"
            | "iframe"
            | "svg"
            | "select"
            | "button"
            | "textarea"
            | "object"
            | "del"
    ) || node.attribute("hidden").is_some()
        || node.attribute("aria-hidden") == Some("true")
        || styled()
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}
