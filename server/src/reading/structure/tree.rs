//! From pieces to the tree: sections, owners, ids.

use std::ops::Range;

use crate::document::{EId, Paragraph, ParagraphKind, Section, SectionKind};
use crate::reading::layout::evidence::{End, Start, start_of};
use crate::reading::numbering::number::{Form, Label};
use crate::reading::numbering::numeral::Scale;
use crate::reading::numbering::unit::Unit;
use crate::reading::piece::Piece;
use crate::reading::structure::ids::{self, Ids};
use crate::reading::structure::notes::{self, Holder, Reference};
use crate::reading::structure::outline::{Style, section_name};
use crate::reading::structure::place::{Level, Place};
use crate::reading::structure::roles::Role;
use crate::reading::wording::lexicon;

/// A title in brackets under the number of an article is no longer than this, in bytes.
const LONGEST_TITLE: usize = 160;

/// One document among the pieces: the outer one, or one that is attached to it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Its pieces.
    pub(crate) pieces: Range<usize>,
    /// Where its preamble stands.
    pub(crate) preamble: Option<Range<usize>>,
    /// What it is: a cover, an attachment, or, as a division, the document itself.
    pub(crate) kind: SectionKind,
}

/// Sections and paragraphs, as they grow.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    pub(crate) sections: Vec<Section>,
    pub(crate) paragraphs: Vec<Paragraph>,
    /// The marks that refer to footnotes, not yet linked.
    references: Vec<Reference>,
    /// The pieces whose number stands in its place a second time.
    pub(crate) restarts: Vec<usize>,
    /// The pieces behind the conclusions of their part that no heading announces.
    pub(crate) outside: Vec<usize>,
    ids: Ids,
    attachments: u32,
}

impl Structure {
    /// The structure of a document in parts. The words of the pieces become those of the paragraphs.
    pub(crate) fn of(pieces: &mut [Piece], roles: &[Role], parts: &[Part]) -> Self {
        let mut structure = Self::default();
        for part in parts {
            structure.add_part(pieces, roles, part);
        }
        if structure.sections.is_empty() {
            structure.section(None, EId::new("body"), SectionKind::Division, None);
        }
        notes::link(&structure.references, &mut structure.sections, &mut structure.paragraphs);
        structure
    }

    fn add_part(&mut self, pieces: &mut [Piece], roles: &[Role], part: &Part) {
        let first = part.pieces.start;
        let titled = roles.get(first) == Some(&Role::Heading)
            && !is_preamble_heading(&pieces[first], first, part)
            && (part.kind != SectionKind::Division || pieces[first].label.is_none());
        let title = titled.then(|| &pieces[first]);
        let (base, prefix) = match part.kind {
            SectionKind::Attachment => {
                self.attachments += 1;
                let id = EId::new(format!("att_{}", self.attachments));
                (self.section(None, id.clone(), part.kind, title), id.to_string())
            }
            SectionKind::Cover => {
                let id = self.ids.only("", "cover");
                (self.section(None, id.clone(), part.kind, title), id.to_string())
            }
            _ => {
                if titled {
                    let id = self.ids.only("", "cover");
                    self.section(None, id, SectionKind::Cover, title);
                }
                (self.section(None, EId::new("body"), SectionKind::Division, None), String::new())
            }
        };
        let mut place = Place::new(base, prefix);
        for at in part.pieces.clone().skip(usize::from(titled)) {
            let (before, repeated) = (self.paragraphs.len(), self.ids.repeated());
            self.add_piece(&pieces[at], roles[at], at, part, &mut place);
            if self.ids.repeated() > repeated && pieces[at].label.is_some() {
                self.restarts.push(at);
            }
            place.introduced =
                matches!(roles[at], Role::Paragraph | Role::Point) && pieces[at].end != End::Stop;
            let behind = place.conclusions.is_some() && place.outline.current().is_none();
            if behind && matches!(roles[at], Role::Paragraph | Role::Point) {
                self.outside.push(at);
            }
            if let Some(paragraph) = self.paragraphs.get_mut(before) {
                paragraph.text = std::mem::take(&mut pieces[at].words.text);
            }
        }
    }

    fn add_piece(&mut self, piece: &Piece, role: Role, at: usize, part: &Part, place: &mut Place) {
        if let Some(preamble) = &part.preamble {
            let announced = role == Role::Heading && is_preamble_heading(piece, at, part);
            if announced || (at == preamble.start && !self.in_preamble(place)) {
                let id = self.ids.only(&place.prefix, "preamble");
                let section =
                    self.section(Some(place.base), id, SectionKind::Preamble, announced.then_some(piece));
                place.outline.enter(Style::Preamble, section);
                if announced {
                    return;
                }
            } else if at == preamble.end {
                place.outline.leave(Style::Preamble);
            }
        }
        if let Some(section) = place.untitled.take()
            && is_title(piece, role)
        {
            self.add_title(section, piece);
            return;
        }
        match role {
            Role::Heading => self.add_heading(piece, place),
            Role::Formula => self.add_counted(piece, ParagraphKind::Formula, "formula", place),
            Role::Recital => self.add_counted(piece, ParagraphKind::Recital, "rec", place),
            Role::Signature => self.add_conclusion(piece, ParagraphKind::Signature, "sig", part, place),
            Role::Dateline => self.add_conclusion(piece, ParagraphKind::Dateline, "date", part, place),
            Role::Attestation => self.add_conclusion(piece, ParagraphKind::Formula, "formula", part, place),
            Role::Footnote => {
                let number = piece.note.clone().unwrap_or_default();
                let id = self.ids.numbered(&place.prefix, "fn", &number);
                self.paragraph(id, ParagraphKind::Footnote, number, piece, place.base, None);
            }
            Role::Row => self.add_counted(piece, ParagraphKind::TableRow, "tr", place),
            Role::Quote => self.add_quote(piece, place),
            Role::Paragraph | Role::Point => match &piece.label {
                Some(label) => self.add_numbered(piece, label, place),
                None => self.add_unnumbered(piece, place),
            },
        }
    }

    fn add_heading(&mut self, piece: &Piece, place: &mut Place) {
        let style = Style::of(piece);
        let parent = place.outline.parent_of(style).unwrap_or(place.base);
        let prefix = if parent == place.base {
            place.prefix.clone()
        } else {
            self.sections[parent].id.as_str().to_owned()
        };
        let number = piece.label.as_ref().map_or("", |label| label.number.as_str());
        let id = self.ids.numbered(&prefix, section_name(style), number);
        // `§ 5` is what the laws of some countries call an article.
        let kind = match style {
            Style::Unit(Unit::Article | Unit::Paragraph) => SectionKind::Article,
            _ => SectionKind::Division,
        };
        let section = self.section(Some(parent), id, kind, Some(piece));
        place.outline.enter(style, section);
        let numbered = matches!(style, Style::Unit(_)) && !number.is_empty();
        place.untitled = (numbered && piece.words.text.is_empty()).then_some(section);
        place.intro = None;
        if let Some(label) = &piece.label {
            let level = Level {
                id: self.sections[section].id.as_str().to_owned(),
                paragraph: None,
                is_point: false,
                is_unit: true,
            };
            place.take(label, level);
        }
    }

    /// The words that stand on a line of their own under the number of a section.
    fn add_title(&mut self, section: usize, piece: &Piece) {
        let references = piece.words.references.iter();
        self.references.extend(references.map(|mark| Reference::new(Holder::Section(section), mark)));
        let section = &mut self.sections[section];
        section.heading.clone_from(&piece.words.text);
        section.spans.extend(&piece.spans);
    }

    fn add_counted(&mut self, piece: &Piece, kind: ParagraphKind, name: &'static str, place: &mut Place) {
        let (section, prefix) = self.current(place);
        let id = self.ids.counted(&prefix, name, 1);
        let number = piece.label.as_ref().map_or(String::new(), |label| label.number.clone());
        self.paragraph(id, kind, number, piece, section, None);
    }

    /// Words of another text belong to the paragraph that introduces them.
    fn add_quote(&mut self, piece: &Piece, place: &Place) {
        let (section, prefix) = self.current(place);
        let owner = place.intro.or_else(|| place.levels.last().and_then(|level| level.paragraph));
        let parent = owner.map_or(prefix, |owner| self.paragraphs[owner].id.as_str().to_owned());
        let id = self.ids.counted(&parent, "qstr", 1);
        self.paragraph(id, ParagraphKind::Quote, String::new(), piece, section, owner);
    }

    /// A signature or a date: in a letter it stands in the letter, elsewhere in the conclusions.
    fn add_conclusion(
        &mut self,
        piece: &Piece,
        kind: ParagraphKind,
        name: &'static str,
        part: &Part,
        place: &mut Place,
    ) {
        let section = match (part.kind, place.conclusions) {
            (SectionKind::Cover, _) => place.base,
            (_, Some(section)) => section,
            (_, None) => {
                let id = self.ids.only(&place.prefix, "conclusions");
                let section = self.section(Some(place.base), id, SectionKind::Conclusions, None);
                place.conclusions = Some(section);
                section
            }
        };
        let id = self.ids.counted(self.sections[section].id.as_str().to_owned().as_str(), name, 1);
        self.paragraph(id, kind, String::new(), piece, section, None);
    }

    fn add_numbered(&mut self, piece: &Piece, label: &Label, place: &mut Place) {
        if let Form::Named(unit) = label.form {
            // An article whose words stand beside its number closes the articles before, as its heading would.
            place.outline.parent_of(Style::Unit(unit));
        }
        let (section, prefix) = self.current(place);
        if label.form == Form::Bullet {
            let owner = place.intro.or_else(|| place.levels.last().and_then(|level| level.paragraph));
            let parent = owner.map_or(prefix, |owner| self.paragraphs[owner].id.as_str().to_owned());
            let id = self.ids.numbered(&parent, "point", "");
            self.paragraph(id, ParagraphKind::Point, String::new(), piece, section, owner);
            return;
        }
        place.make_room(label);
        let above = place.levels.last();
        // What is numbered `(1)` under a point is a point of that point.
        let in_point = above.is_some_and(|level| level.is_point && level.paragraph.is_some());
        let introduced = || {
            let intro = place.intro.filter(|&intro| self.paragraphs[intro].section == section)?;
            let listed = matches!(label.form, Form::Closed | Form::Parenthesis) && label.second.is_none();
            (listed
                && above.is_none_or(|level| level.paragraph.is_none())
                && self.paragraphs[intro].number.is_empty())
            .then_some(intro)
        };
        let is_point = label.is_point() || in_point || place.counts_points(label) || introduced().is_some();
        let owner = above.and_then(|level| level.paragraph).or(place.intro.filter(|_| is_point));
        let inside = above.is_some_and(|level| level.paragraph.is_some());
        let parent = match (inside, above, owner) {
            (true, Some(level), _) => level.id.clone(),
            (_, _, Some(owner)) if is_point => self.paragraphs[owner].id.as_str().to_owned(),
            _ => prefix,
        };
        let name = match label.form {
            Form::Named(unit) => section_name(Style::Unit(unit)),
            _ if is_point => "point",
            _ if inside => "subpara",
            _ => "para",
        };
        let printed = label.number.as_str();
        let first = printed.split(" (").next().unwrap_or_default();
        let kind = if is_point { ParagraphKind::Point } else { ParagraphKind::Paragraph };
        let (outer, id) = match &label.second {
            // The first level of `7 (1)` is no part of its own, so `7 (2)` stands under the same.
            Some((second, readings)) => {
                let lettered = readings.iter().any(|reading| reading.scale != Scale::Digits);
                let outer = format!(
                    "{parent}{}{name}_{}",
                    if parent.is_empty() { "" } else { "__" },
                    ids::clean(first)
                );
                let id = self.ids.numbered(&outer, if lettered { "point" } else { "subpara" }, second);
                (outer, id)
            }
            None => {
                let id = self.ids.numbered(&parent, name, printed);
                (id.to_string(), id)
            }
        };
        let owner = owner.filter(|_| is_point || inside);
        let at = self.paragraph(id.clone(), kind, printed.to_owned(), piece, section, owner);
        place.open.take(label, place.introduced);
        let is_unit = matches!(label.form, Form::Named(_));
        place.levels.push(Level { id: outer, paragraph: Some(at), is_point, is_unit });
        if label.second.is_some() {
            place.levels.push(Level { id: id.to_string(), paragraph: Some(at), is_point, is_unit: false });
        }
        if piece.end == End::Colon {
            place.intro = Some(at);
        } else if !is_point {
            place.intro = None;
        }
        place.last = Some(at);
    }

    fn add_unnumbered(&mut self, piece: &Piece, place: &mut Place) {
        let (section, prefix) = self.current(place);
        let owner = self.owner_of(piece, section, place);
        let (id, kind) = match owner {
            Some(owner) => {
                let owner_id =
                    place.id_of(owner).unwrap_or_else(|| self.paragraphs[owner].id.as_str().to_owned());
                (self.ids.counted(&owner_id, "al", 2), ParagraphKind::Alinea)
            }
            None => (self.ids.numbered(&prefix, "para", ""), ParagraphKind::Paragraph),
        };
        let at = self.paragraph(id, kind, String::new(), piece, section, owner);
        place.intro = (piece.end == End::Colon).then_some(at);
        if owner.is_none() && place.intro.is_some() {
            place.ground = place.intro;
        }
    }

    /// The paragraph that an unnumbered one continues, if it continues one.
    fn owner_of(&self, piece: &Piece, section: usize, place: &mut Place) -> Option<usize> {
        // What follows a colon belongs to the words before it, be they those of a point.
        let introduced = place.last.take().filter(|&last| place.intro == Some(last));
        let numbered = || {
            place.levels.iter().rev().find(|level| !level.is_point && level.paragraph.is_some())?.paragraph
        };
        let start = start_of(&piece.words.text);
        // After a heading a new paragraph begins, unless its first letter says that the sentence goes on.
        // Under a heading in small letters, `invites Member States`, it goes on from that heading.
        let clause = start_of(&self.sections[section].heading) == Start::Small;
        let goes_on =
            |owner: &usize| (start == Start::Small && !clause) || self.paragraphs[*owner].section == section;
        let ground = || {
            place.ground.filter(|&ground| {
                self.paragraphs[ground].section == section && matches!(start, Start::Small | Start::Sign)
            })
        };
        // Where a sentence goes on behind points, it belongs to the words that introduced them.
        let behind_points = || {
            let bracketed = piece.words.text.starts_with('(');
            let goes_on = start == Start::Small || bracketed;
            let [.., above, last] = place.levels.as_slice() else { return None };
            above.paragraph.filter(|_| goes_on && last.is_point)
        };
        introduced.or_else(behind_points).or_else(|| numbered().filter(goes_on)).or_else(ground)
    }

    /// The section that paragraphs at a place are in, and what their ids begin with.
    fn current(&self, place: &Place) -> (usize, String) {
        match place.outline.current() {
            Some(section) => (section, self.sections[section].id.as_str().to_owned()),
            None => (place.base, place.prefix.clone()),
        }
    }

    fn in_preamble(&self, place: &Place) -> bool {
        place.outline.current().is_some_and(|section| self.sections[section].kind == SectionKind::Preamble)
    }

    fn section(
        &mut self,
        parent: Option<usize>,
        id: EId,
        kind: SectionKind,
        heading: Option<&Piece>,
    ) -> usize {
        let at = self.sections.len();
        if let Some(piece) = heading {
            let references = piece.words.references.iter();
            self.references.extend(references.map(|mark| Reference::new(Holder::Section(at), mark)));
        }
        self.sections.push(Section {
            id,
            parent,
            kind,
            number: heading
                .and_then(|piece| piece.label.as_ref())
                .map_or(String::new(), |label| label.number.clone()),
            heading: heading.map_or(String::new(), |piece| piece.words.text.clone()),
            spans: heading.map_or(Vec::new(), |piece| piece.spans.clone()),
            notes: Vec::new(),
        });
        at
    }

    fn paragraph(
        &mut self,
        id: EId,
        kind: ParagraphKind,
        number: String,
        piece: &Piece,
        section: usize,
        owner: Option<usize>,
    ) -> usize {
        let at = self.paragraphs.len();
        let references = piece.words.references.iter();
        self.references.extend(references.map(|mark| Reference::new(Holder::Paragraph(at), mark)));
        self.paragraphs.push(Paragraph {
            id,
            kind,
            number,
            // Moved here once the piece is in its place.
            text: String::new(),
            section,
            owner,
            spans: piece.spans.clone(),
            notes: Vec::new(),
        });
        at
    }
}

/// Whether a piece is the title under a number that stands alone: a heading, or a few words in brackets.
fn is_title(piece: &Piece, role: Role) -> bool {
    let words = piece.words.text.as_str();
    let bracketed = words.starts_with('(') && words.ends_with(')') && words.len() <= LONGEST_TITLE;
    piece.label.is_none() && (role == Role::Heading || (role == Role::Paragraph && bracketed))
}

/// Whether a heading announces the preamble of its part.
fn is_preamble_heading(piece: &Piece, at: usize, part: &Part) -> bool {
    let before = part.preamble.as_ref().is_some_and(|preamble| preamble.start == at + 1);
    before && lexicon::is_preamble(&piece.words.text)
}
