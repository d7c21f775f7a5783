//! What each piece is: heading, paragraph, point, footnote, signature, place and date; and where a document inside
//! the document begins.

use std::collections::HashMap;

use crate::reading::extraction::Sort;
use crate::reading::layout::evidence::{End, Start, start_of};
use crate::reading::numbering::number::Form;
use crate::reading::numbering::numeral::Scale;
use crate::reading::numbering::sequence::Fit;
use crate::reading::numbering::unit::Unit;
use crate::reading::piece::Piece;
use crate::reading::wording::dates;
use crate::reading::wording::lexicon::{self, Closing};

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A heading.
    Heading,
    /// Enacting words.
    Formula,
    /// A reason.
    Recital,
    /// Any other paragraph, numbered or not.
    Paragraph,
    /// A point of a list.
    Point,
    /// A footnote.
    Footnote,
    /// A signature block.
    Signature,
    /// A place and a date.
    Dateline,
    /// A row of a table.
    Row,
    /// Words of another text.
    Quote,
    /// The words that those who sign put above their names: `In witness whereof`.
    Attestation,
}

/// Headings without a number are no longer than this, in bytes.
const LONGEST_HEADING: usize = 220;
/// Headings that end with something in brackets are no longer than this.
const LONGEST_GLOSSED: usize = 90;
/// Headings in capitals are no longer than this.
const LONGEST_CAPITALS: usize = 700;
/// The words above numbered clauses are no longer than this.
const LONGEST_CLAUSE: usize = 60;
/// Headings that share a line with their number are no longer than this.
const LONGEST_NUMBERED: usize = 120;
/// A signature with its office is no longer than this.
const LONGEST_SIGNATURE: usize = 400;
/// The name, the office or the state of one who signs is no longer than this.
const LONGEST_NAME: usize = 200;
/// So many names stand under a place and a date that nothing announces.
const MOST_NAMES: usize = 8;
/// A cell of a table is no longer than this where the cells before it look like headings.
const LONGEST_CELL: usize = 60;
/// So many headings do not stand in a row without a word of text: they are cells of a table, or items of a list.
const TOO_MANY: usize = 5;

/// The roles of all pieces, but for those of a preamble.
pub(crate) fn roles(pieces: &[Piece]) -> Vec<Role> {
    let styles = Styles::of(pieces);
    let mut roles: Vec<Role> = (0..pieces.len()).map(|at| alone(pieces, at, &styles)).collect();
    gloss_annexes(pieces, &mut roles);
    if let Some(body) = roles.iter().position(|role| matches!(role, Role::Paragraph | Role::Point)) {
        conclude(pieces, &mut roles, body);
        cells_are_no_headings(pieces, &mut roles, body);
    }
    roles
}

/// What stands in brackets under the heading of an annex says where it belongs.
fn gloss_annexes(pieces: &[Piece], roles: &mut [Role]) {
    for at in 1..pieces.len() {
        let words = pieces[at].words.text.as_str();
        let under_annex = roles[at - 1] == Role::Heading
            && pieces[at - 1].label.as_ref().is_some_and(|label| label.form == Form::Named(Unit::Annex));
        let bracketed = words.starts_with('(') && words.ends_with(')') && words.len() <= LONGEST_GLOSSED;
        if under_annex && bracketed && pieces[at].label.is_none() {
            roles[at] = Role::Heading;
        }
    }
}

/// Finds places and dates, words of attestation, and the names under them, behind the first piece of the body.
fn conclude(pieces: &[Piece], roles: &mut [Role], body: usize) {
    // A place and a date end something: what follows is another conclusion, a heading, a few names, or nothing.
    let mut names = Some(0);
    let mut above_names = Vec::new();
    for at in (body + 1..pieces.len()).rev() {
        let piece = &pieces[at];
        let words = piece.words.text.as_str();
        let plain = piece.label.is_none() && piece.end != End::Colon && piece.sort == Sort::Text;
        let below = names;
        names = match roles[at] {
            Role::Footnote => names,
            Role::Heading if piece.label.is_some() => Some(0),
            _ => names.filter(|&names| names < MOST_NAMES && is_name(piece)).map(|names| names + 1),
        };
        let follows = roles.get(at + 1).copied();
        let ends =
            matches!(follows, None | Some(Role::Signature | Role::Dateline | Role::Footnote | Role::Heading));
        if !plain || matches!(roles[at], Role::Footnote | Role::Quote) {
            continue;
        }
        match lexicon::closing(words) {
            Some(Closing::Attestation) => roles[at] = Role::Attestation,
            Some(Closing::Done | Closing::Adoption) => roles[at] = Role::Dateline,
            None if (ends || below.is_some_and(|names| names > 0)) && dates::is_dateline(words) => {
                roles[at] = Role::Dateline;
            }
            None => continue,
        }
        if below.is_some_and(|names| names > 0) {
            above_names.push(at);
        }
    }
    let mut signing = false;
    for at in body + 1..pieces.len() {
        let piece = &pieces[at];
        match roles[at] {
            Role::Attestation => signing = true,
            Role::Dateline => {
                signing |=
                    above_names.contains(&at) || lexicon::closing(&piece.words.text) == Some(Closing::Done);
            }
            Role::Footnote | Role::Signature => {}
            _ => {
                signing &= is_name(piece);
                if signing {
                    roles[at] = Role::Signature;
                }
            }
        }
    }
}

/// Whether a piece can be the name, the office or the state of one who signs.
fn is_name(piece: &Piece) -> bool {
    piece.label.is_none()
        && piece.sort == Sort::Text
        && piece.words.text.len() <= LONGEST_NAME
        && matches!(piece.end, End::Open | End::Closing | End::Comma | End::Colon)
}

/// Where headings stand in a row without text between, they are cells or items.
fn cells_are_no_headings(pieces: &[Piece], roles: &mut [Role], body: usize) {
    let bare = |at: usize| pieces[at].label.is_none() && pieces[at].sort == Sort::Text;
    let mut at = body + 1;
    while at < pieces.len() {
        let run = (at..pieces.len()).take_while(|&at| match roles[at] {
            Role::Heading => bare(at),
            Role::Paragraph => {
                bare(at) && pieces[at].words.text.len() <= LONGEST_CELL && pieces[at].end != End::Stop
            }
            _ => false,
        });
        let end = at + run.count();
        let headings = roles[at..end].iter().filter(|role| **role == Role::Heading).count();
        if headings >= TOO_MANY {
            roles[at..end].fill(Role::Paragraph);
        }
        at = end + 1;
    }
}

/// How numbered pieces are written of which most are surely headings, so that the others are, too.
struct Styles {
    numbered: Vec<(Form, Scale)>,
    /// Whether the titles of articles stop: `Artículo 1. Objeto de la Ley.`
    titles_stop: bool,
}

impl Styles {
    fn of(pieces: &[Piece]) -> Self {
        let mut counts: HashMap<(Form, Scale), (usize, usize)> = HashMap::new();
        for at in 0..pieces.len() {
            if let Some(style) = style(&pieces[at]) {
                let (sure, all) = counts.entry(style).or_default();
                *sure += usize::from(is_numbered_heading(pieces, at));
                *all += 1;
            }
        }
        let settled = counts.into_iter().filter(|(_, (sure, all))| *sure >= 3 && sure * 5 >= all * 3);
        let articles = || (0..pieces.len()).filter(|&at| is_article_with_words(&pieces[at]));
        let stopping = articles().filter(|&at| is_stopping_title(pieces, at)).count();
        Self {
            numbered: settled.map(|(style, _)| style).collect(),
            titles_stop: stopping >= 2 && stopping * 5 >= articles().count() * 4,
        }
    }

    fn are_headings(&self, piece: &Piece) -> bool {
        style(piece).is_some_and(|style| self.numbered.contains(&style))
    }
}

fn is_article_with_words(piece: &Piece) -> bool {
    piece.label.as_ref().is_some_and(|label| label.form == Form::Named(Unit::Article))
        && !piece.words.text.is_empty()
}

/// Whether an article begins with one short sentence, under which something that is no article follows.
fn is_stopping_title(pieces: &[Piece], at: usize) -> bool {
    let words = pieces[at].words.text.as_str();
    let next = pieces.get(at + 1);
    is_article_with_words(&pieces[at])
        && pieces[at].end == End::Stop
        && words.len() <= LONGEST_NUMBERED
        && !words.contains(". ")
        && next.is_some_and(|next| {
            !next.label.as_ref().is_some_and(|label| matches!(label.form, Form::Named(_)))
        })
}

/// How the number of a paragraph is written.
fn style(piece: &Piece) -> Option<(Form, Scale)> {
    let label = piece.label.as_ref().filter(|label| matches!(label.form, Form::Dotted | Form::Bare))?;
    let scale = label.readings.first()?.scale;
    (scale == Scale::Digits && label.second.is_none()).then_some((label.form, scale))
}

/// The pieces that begin a document inside the document: an annex, or the heading after a signature.
pub(crate) fn attachments(pieces: &[Piece], roles: &[Role]) -> Vec<usize> {
    let mut signed = false;
    let mut starts = Vec::new();
    for (at, (piece, role)) in pieces.iter().zip(roles).enumerate() {
        signed |= *role == Role::Signature;
        let is_annex = piece.label.as_ref().is_some_and(|label| label.form == Form::Named(Unit::Annex));
        if *role == Role::Heading && (is_annex || signed) && at > 0 {
            starts.push(at);
            signed = false;
        }
    }
    starts
}

/// What a piece is by what it looks like and what follows it.
fn alone(pieces: &[Piece], at: usize, styles: &Styles) -> Role {
    let piece = &pieces[at];
    let words = piece.words.text.as_str();
    if piece.note.is_some() {
        return Role::Footnote;
    }
    match piece.sort {
        Sort::Heading(_) => return Role::Heading,
        Sort::Row => return Role::Row,
        Sort::Quote => return Role::Quote,
        Sort::Text | Sort::Furniture => {}
    }
    let Some(label) = &piece.label else {
        let signed = words.len() <= LONGEST_SIGNATURE && lexicon::is_signature(words);
        return match (signed, is_unnumbered_heading(pieces, at)) {
            (true, _) => Role::Signature,
            (false, true) => Role::Heading,
            (false, false) => Role::Paragraph,
        };
    };
    let upper_roman = label.readings.first().is_some_and(|reading| reading.scale == Scale::UpperRoman);
    // A line that ends in a colon or a bracketed number, `10 (1) The Minister may`, introduces points.
    let heading = match label.form {
        _ if label.second.is_some() => false,
        // `§ 5 Zweck` is a heading, `§ 5. Die Parteien …` a paragraph.
        Form::Named(Unit::Paragraph) => {
            let next = pieces.get(at + 1).and_then(|next| next.label.as_ref());
            let alike = next.is_some_and(|next| next.form == label.form);
            at + 1 < pieces.len() && !alike && (words.is_empty() || is_heading_shaped(piece))
        }
        // `第二条 国家：` introduces points.
        Form::Named(Unit::Article) if piece.end == End::Colon => words.is_empty(),
        Form::Named(Unit::Article) if styles.titles_stop && is_stopping_title(pieces, at) => true,
        // `SEC. 6. PENALTY.` stops, and is a heading.
        Form::Named(_) if is_capitals(words) && words.len() <= LONGEST_NUMBERED => true,
        Form::Named(_) => {
            words.len() <= LONGEST_HEADING && !matches!(piece.end, End::Stop | End::Semicolon)
                || words.is_empty()
        }
        Form::Bullet | Form::Bracket => false,
        Form::Dashed => is_capitals(words),
        _ if upper_roman => {
            words.len() <= LONGEST_HEADING && !matches!(piece.end, End::Stop | End::Semicolon | End::Comma)
        }
        Form::Dotted | Form::Bare => {
            !label.is_point()
                && (is_numbered_heading(pieces, at)
                    || (styles.are_headings(piece) && is_heading_shaped(piece)))
        }
        _ => false,
    };
    match (heading, label.is_point()) {
        (true, _) => Role::Heading,
        (false, true) => Role::Point,
        (false, false) => Role::Paragraph,
    }
}

/// A short piece without punctuation at its end, which begins with a capital and which something follows.
fn is_unnumbered_heading(pieces: &[Piece], at: usize) -> bool {
    let piece = &pieces[at];
    let words = piece.words.text.as_str();
    let capitals = words.len() <= LONGEST_CAPITALS && is_capitals(words);
    if (words.len() > LONGEST_HEADING && !capitals)
        || (words.len() > LONGEST_CLAUSE && lexicon::begins_with_reason(words))
    {
        return false;
    }
    if is_clause_heading(pieces, at) {
        return true;
    }
    // `All matters concerning` introduces `(a) the conversion`.
    let introduces = pieces.get(at + 1).is_some_and(|next| {
        next.fit == Fit::First
            && next.label.as_ref().is_some_and(|label| !matches!(label.form, Form::Named(_)))
            && start_of(&next.words.text) == Start::Small
    });
    if introduces && !is_capitals(words) {
        return false;
    }
    let bracketed = words.starts_with(['[', '"', '“', '«', '(']);
    let begins = matches!(start_of(words), Start::Capital | Start::Letter | Start::Digit) && !bracketed;
    let ends = match piece.end {
        End::Open => true,
        // A gloss in brackets can end a heading, and a definition.
        End::Closing => {
            at == 0
                || (!words.ends_with(']')
                    && !words.contains(". ")
                    && !words.contains(".(")
                    && words.len() <= LONGEST_GLOSSED)
        }
        End::Comma | End::Semicolon | End::Colon => false,
        End::Stop => false,
    };
    begins && ends && words.chars().any(char::is_alphabetic) && at + 1 < pieces.len()
}

/// Words such as `decides` or `instructs the Council` on a line of their own, under which clauses are numbered. They
/// begin with a small letter and stop nowhere.
fn is_clause_heading(pieces: &[Piece], at: usize) -> bool {
    let piece = &pieces[at];
    let words = piece.words.text.as_str();
    let shaped = words.len() <= LONGEST_CLAUSE && piece.end == End::Open && start_of(words) == Start::Small;
    let before = at.checked_sub(1).and_then(|before| pieces.get(before));
    let after = pieces.get(at + 1).filter(|_| shaped && !lexicon::begins_as_recital(words));
    let closed = before.is_some_and(|before| matches!(before.end, End::Comma | End::Semicolon | End::Stop));
    closed
        && after.is_some_and(|after| match after.label {
            Some(_) => after.fit == Fit::First,
            None => start_of(&after.words.text) == Start::Small && after.words.text.len() > LONGEST_CLAUSE,
        })
}

/// Whether a numbered piece is short and stops nowhere.
fn is_heading_shaped(piece: &Piece) -> bool {
    let words = piece.words.text.as_str();
    !words.is_empty()
        && words.len() <= LONGEST_NUMBERED
        && matches!(piece.end, End::Open | End::Closing)
        && !words.ends_with(']')
        && matches!(start_of(words), Start::Capital | Start::Letter)
}

/// A numbered piece that is short and stops nowhere, and under which something of another sort begins.
fn is_numbered_heading(pieces: &[Piece], at: usize) -> bool {
    let piece = &pieces[at];
    let Some(next) = pieces.get(at + 1).filter(|_| is_heading_shaped(piece)) else { return false };
    match (&next.label, &piece.label) {
        (None, _) => matches!(start_of(&next.words.text), Start::Capital | Start::Letter | Start::Sign),
        (Some(next_label), Some(label)) => {
            // Under the heading of a chapter the numbers of its sections can run on.
            let runs_on = matches!(next_label.form, Form::Dotted | Form::Named(_))
                && (next.fit == Fit::Next || is_heading_shaped(next));
            next_label.form != label.form && (next.fit == Fit::First || runs_on) && !next_label.is_point()
        }
        (Some(_), None) => false,
    }
}

/// Whether words are written in capitals.
fn is_capitals(words: &str) -> bool {
    let (mut upper, mut lower) = (0_usize, 0_usize);
    for character in words.chars() {
        upper += usize::from(character.is_uppercase());
        lower += usize::from(character.is_lowercase());
    }
    upper > 3 && lower * 10 <= upper
}
