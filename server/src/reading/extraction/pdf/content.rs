//! What the content of a page shows: its operators are followed as far as they place glyphs (PDF 2.0, clauses 8 and 9).

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use hayro_font::kurbo::{Affine, Point, Vec2};
use hayro_font::{CMapResolverFn, Font, FontCache, FontQuery, FontResolverFn, StandardFont};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{
    Array, Dict, Name, Number, Object, ObjectIdentifier, Stream, String as PdfString,
};
use hayro_syntax::page::{Page, Resources};

use super::budget::Budget;
use super::font::{self, Face};
use super::glyphs::Glyphs;
use super::{streams, strings, too_large};
use crate::reading::ReadError;

/// How deeply forms may stand in each other, and states be kept.
const DEEPEST: usize = 24;
const STATES: usize = 4096;

/// Goes through the pages of one file.
pub(super) struct Interpreter<'a> {
    fonts: FontCache<'a>,
    font_resolver: FontResolverFn,
    cmap_resolver: CMapResolverFn,
    /// The streams of fonts that were measured.
    measured: HashSet<ObjectIdentifier>,
    budget: Budget,
    /// The forms that are being drawn, innermost last.
    open: Vec<ObjectIdentifier>,
    glyphs: Glyphs,
}

/// The part of the graphics state that places glyphs.
#[derive(Clone)]
struct State<'a> {
    /// From the space of the content to the page.
    ctm: Affine,
    face: Option<Rc<Face<'a>>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    /// 1 for 100 per cent.
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Where the next glyph stands, and the line it stands on.
#[derive(Clone, Copy)]
struct TextPlace {
    matrix: Affine,
    line: Affine,
}

/// Marked content whose words the file tells, and the first glyph in it.
struct Marked {
    words: Option<String>,
    from: usize,
}

impl<'a> Interpreter<'a> {
    /// One that has read nothing yet.
    pub(super) fn new() -> Self {
        Self {
            fonts: FontCache::new(),
            font_resolver: Arc::new(|query| {
                Some(match query {
                    FontQuery::Standard(font) => font.get_font_data(),
                    FontQuery::Fallback(query) => query.pick_standard_font().get_font_data(),
                })
            }),
            cmap_resolver: Arc::new(hayro_cmap::load_embedded),
            measured: HashSet::new(),
            budget: Budget::whole(),
            open: Vec::new(),
            glyphs: Glyphs::default(),
        }
    }

    /// The glyphs of a page, those of its annotations last.
    ///
    /// # Errors
    ///
    /// The file asks for more than is read.
    pub(super) fn page(&mut self, page: &Page<'a>) -> Result<Glyphs, ReadError> {
        self.budget.turn_page();
        let ctm = Affine::new(page.initial_transform(true).as_coeffs());
        let content = self.content(page)?;
        self.run(&content, page.resources(), State::new(ctm))?;
        for annotation in page.raw().get::<Array<'a>>(b"Annots").unwrap_or_default().iter::<Dict<'a>>() {
            self.annotation(&annotation, page.resources(), ctm)?;
        }
        Ok(std::mem::take(&mut self.glyphs))
    }

    /// The content of a page: one stream, or several that go on in each other.
    fn content(&mut self, page: &Page<'a>) -> Result<Vec<u8>, ReadError> {
        let dict = page.raw();
        if let Some(stream) = dict.get::<Stream<'a>>(b"Contents") {
            let bytes = streams::unpacked(&stream, &mut self.budget)?;
            return Ok(bytes.unwrap_or_default().into_owned());
        }
        let mut content = Vec::new();
        for stream in dict.get::<Array<'a>>(b"Contents").unwrap_or_default().iter::<Stream<'a>>() {
            content.extend_from_slice(&streams::unpacked(&stream, &mut self.budget)?.unwrap_or_default());
            content.push(b'\n');
        }
        Ok(content)
    }

    /// Draws what an annotation looks like, if it can be seen: the words of a form's field, a stamp.
    fn annotation(
        &mut self,
        annotation: &Dict<'a>,
        resources: &Resources<'a>,
        page: Affine,
    ) -> Result<(), ReadError> {
        // Hidden, or not to be viewed (PDF 2.0, table 167).
        if annotation.get::<u32>(b"F").unwrap_or(0) & 0b10_0010 != 0 {
            return Ok(());
        }
        let normal = annotation.get::<Dict<'a>>(b"AP").and_then(|looks| looks.get::<Object<'a>>(b"N"));
        let form = match normal {
            Some(Object::Stream(form)) => Some(form),
            Some(Object::Dict(states)) => {
                annotation.get::<Name<'_>>(b"AS").and_then(|state| states.get(state))
            }
            _ => None,
        };
        let (Some(form), Some([x0, y0, x1, y1])) = (form, annotation.get::<[f64; 4]>(b"Rect")) else {
            return Ok(());
        };
        // The box of the form, put onto the rectangle of the annotation (12.5.5).
        let [bx0, by0, bx1, by1] = form.dict().get::<[f64; 4]>(b"BBox").unwrap_or([0.0, 0.0, 1.0, 1.0]);
        let matrix = matrix(&form);
        let corners =
            [(bx0, by0), (bx1, by0), (bx0, by1), (bx1, by1)].map(|corner| matrix * Point::from(corner));
        let least = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (left, right) = (least(|p| p.x), most(|p| p.x));
        let (low, high) = (least(|p| p.y), most(|p| p.y));
        let scale = |to: f64, from: f64| if from.abs() > 1e-6 { to.abs() / from } else { 1.0 };
        let (sx, sy) = (scale(x1 - x0, right - left), scale(y1 - y0, high - low));
        let place = Affine::new([sx, 0.0, 0.0, sy, x0.min(x1) - sx * left, y0.min(y1) - sy * low]);
        self.form(&form, resources, &State::new(page * place))
    }

    /// Draws a form. One that stands in itself is left out.
    fn form(
        &mut self,
        form: &Stream<'a>,
        resources: &Resources<'a>,
        state: &State<'a>,
    ) -> Result<(), ReadError> {
        let id = form.obj_id();
        if self.open.contains(&id) {
            return Ok(());
        }
        if self.open.len() >= DEEPEST {
            return Err(too_large(format!("forms stand in each other more than {DEEPEST} deep")));
        }
        let Some(content) = streams::unpacked(form, &mut self.budget)? else { return Ok(()) };
        let own = form.dict().get::<Dict<'a>>(b"Resources").map(Resources::new);
        self.open.push(id);
        let state = State { ctm: state.ctm * matrix(form), ..state.clone() };
        let done = self.run(&content, own.as_ref().unwrap_or(resources), state);
        self.open.pop();
        done
    }

    /// Follows the operators of a content stream.
    fn run(&mut self, content: &[u8], resources: &Resources<'a>, state: State<'a>) -> Result<(), ReadError> {
        let mut at = TextPlace { matrix: Affine::IDENTITY, line: Affine::IDENTITY };
        let mut state = state;
        let mut kept: Vec<State<'a>> = Vec::new();
        let mut marked: Vec<Marked> = Vec::new();
        let mut faces: HashMap<Vec<u8>, Option<Rc<Face<'a>>>> = HashMap::new();
        let mut operators = TypedIter::new(content);
        while let Some(operator) = operators.next() {
            match operator {
                TypedInstruction::SaveState(_) if kept.len() < STATES => kept.push(state.clone()),
                TypedInstruction::RestoreState(_) => {
                    if let Some(last) = kept.pop() {
                        state = last;
                    }
                }
                TypedInstruction::Transform(m) => {
                    state.ctm *= affine([m.0, m.1, m.2, m.3, m.4, m.5]);
                }
                TypedInstruction::SetGraphicsState(name) => {
                    let font = resources.get_ext_g_state(name.0).and_then(|gs| gs.get::<Array<'a>>(b"Font"));
                    if let Some(font) = font {
                        let face = match font.iter::<Dict<'a>>().next() {
                            Some(dict) => self.face(&dict)?,
                            None => None,
                        };
                        state.face = face.or(state.face);
                        let size = font.iter::<Number>().last();
                        state.size = size.map_or(state.size, |size| size.as_f64());
                    }
                }
                TypedInstruction::BeginText(_) => {
                    at = TextPlace { matrix: Affine::IDENTITY, line: Affine::IDENTITY };
                }
                TypedInstruction::TextFont(font) => {
                    let name: &[u8] = font.0;
                    state.face = match faces.get(name) {
                        Some(face) => face.clone(),
                        None => {
                            let face = match resources.get_font(font.0) {
                                Some(dict) => self.face(&dict)?,
                                None => None,
                            };
                            faces.insert(name.to_vec(), face.clone());
                            face
                        }
                    };
                    state.size = font.1.as_f64();
                }
                TypedInstruction::CharacterSpacing(space) => state.char_space = space.0.as_f64(),
                TypedInstruction::WordSpacing(space) => state.word_space = space.0.as_f64(),
                TypedInstruction::HorizontalScaling(per_cent) => state.stretch = per_cent.0.as_f64() / 100.0,
                TypedInstruction::TextLeading(leading) => state.leading = leading.0.as_f64(),
                TypedInstruction::TextRise(rise) => state.rise = rise.0.as_f64(),
                TypedInstruction::NextLine(by) => at.move_by(by.0.as_f64(), by.1.as_f64()),
                TypedInstruction::NextLineAndSetLeading(by) => {
                    state.leading = -by.1.as_f64();
                    at.move_by(by.0.as_f64(), by.1.as_f64());
                }
                TypedInstruction::NextLineUsingLeading(_) => at.move_by(0.0, -state.leading),
                TypedInstruction::SetTextMatrix(m) => {
                    let matrix = affine([m.0, m.1, m.2, m.3, m.4, m.5]);
                    at = TextPlace { matrix, line: matrix };
                }
                TypedInstruction::ShowText(text) => self.show(text.0, &mut state, &mut at)?,
                TypedInstruction::NextLineAndShowText(text) => {
                    at.move_by(0.0, -state.leading);
                    self.show(text.0, &mut state, &mut at)?;
                }
                TypedInstruction::ShowTextWithParameters(text) => {
                    state.word_space = text.0.as_f64();
                    state.char_space = text.1.as_f64();
                    at.move_by(0.0, -state.leading);
                    self.show(text.2, &mut state, &mut at)?;
                }
                TypedInstruction::ShowTexts(texts) => {
                    for part in texts.0.iter::<Object<'_>>() {
                        match part {
                            Object::Number(back) => {
                                at.advance(&state, -back.as_f64() / 1000.0 * state.size, 0.0)
                            }
                            Object::String(text) => self.show(&text, &mut state, &mut at)?,
                            _ => {}
                        }
                    }
                }
                TypedInstruction::XObject(name) => {
                    let form = resources.get_x_object(name.0);
                    let is_form = |form: &Stream<'_>| {
                        form.dict().get::<Name<'_>>(b"Subtype").is_some_and(|subtype| &*subtype == b"Form")
                    };
                    if let Some(form) = form.filter(is_form) {
                        self.form(&form, resources, &state)?;
                    }
                }
                TypedInstruction::BeginMarkedContent(_) => {
                    marked.push(Marked { words: None, from: self.glyphs.len() });
                }
                TypedInstruction::BeginMarkedContentWithProperties(begin) => {
                    let said = match begin.1 {
                        Object::Dict(dict) => dict.get::<PdfString<'_>>(b"ActualText"),
                        Object::Name(name) => {
                            let properties = resources.properties.get::<Dict<'_>>(name);
                            properties.and_then(|dict| dict.get::<PdfString<'_>>(b"ActualText"))
                        }
                        _ => None,
                    };
                    let words = said.map(|words| strings::decoded(words.as_bytes()));
                    marked.push(Marked { words, from: self.glyphs.len() });
                }
                TypedInstruction::EndMarkedContent(_) => {
                    if let Some(Marked { words: Some(words), from }) = marked.pop() {
                        self.glyphs.say(from, &words);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The face that a font dictionary describes.
    fn face(&mut self, dict: &Dict<'a>) -> Result<Option<Rc<Face<'a>>>, ReadError> {
        streams::check_font(dict, &mut self.budget, &mut self.measured)?;
        let font = self.fonts.font(dict, &self.font_resolver, &self.cmap_resolver);
        Ok(font.map(|font| Rc::new(Face::new(font, dict))))
    }

    /// What text is shown with where no font was set, or one that is not there.
    fn fallback(&self) -> Option<Rc<Face<'a>>> {
        let font: Option<Font<'a>> = self.fonts.standard_font(StandardFont::Helvetica, &self.font_resolver);
        font.map(|font| Rc::new(Face::new(font, &Dict::empty())))
    }

    /// Places the glyphs of a string.
    fn show(
        &mut self,
        string: &PdfString<'_>,
        state: &mut State<'a>,
        at: &mut TextPlace,
    ) -> Result<(), ReadError> {
        if state.face.is_none() {
            state.face = self.fallback();
        }
        let Some(face) = state.face.clone() else { return Ok(()) };
        let bytes = string.as_bytes();
        let mut from = 0;
        while from < bytes.len() {
            let font::Code { code, len, text, advance, origin } = face.code(bytes, from);
            from += len.max(1);
            self.budget.spend_glyph()?;
            let advance = advance * (state.size / 1000.0);
            let to_page = state.ctm * at.matrix;
            let start = Point::new(0.0, state.rise) + scaled(origin, state);
            let end = start + scaled_advance(advance, state, face.is_horizontal());
            // How high the font stands on the page, and where its line runs to.
            let up = (to_page * Point::new(0.0, state.size)) - (to_page * Point::ZERO);
            let along = if face.is_horizontal() {
                Vec2::new(state.size * state.stretch, 0.0)
            } else {
                -Vec2::new(0.0, state.size)
            };
            let along = (to_page * along.to_point()) - (to_page * Point::ZERO);
            let (start, end) = (to_page * start, to_page * end);
            self.glyphs.push(
                &text,
                (start.x as f32, start.y as f32),
                (end.x as f32, end.y as f32),
                (up.hypot() * face.em()) as f32,
                whole_degrees(along),
            );
            let is_space = code == 32 && len == 1;
            let space = state.char_space + if is_space { state.word_space } else { 0.0 };
            match face.is_horizontal() {
                true => at.advance(state, advance.x + space, 0.0),
                false => at.advance(state, 0.0, advance.y + space),
            }
        }
        Ok(())
    }
}

impl State<'_> {
    fn new(ctm: Affine) -> Self {
        Self {
            ctm,
            face: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }

    fn is_horizontal(&self) -> bool {
        self.face.as_ref().is_none_or(|face| face.is_horizontal())
    }
}

impl TextPlace {
    /// Goes to the next line, which is that far away.
    fn move_by(&mut self, x: f64, y: f64) {
        self.line *= Affine::translate((x, y));
        self.matrix = self.line;
    }

    /// Goes on along the line. What stands in an array of strings is along the line in either direction of writing.
    fn advance(&mut self, state: &State<'_>, x: f64, y: f64) {
        let by = match state.is_horizontal() {
            true => (x * state.stretch, 0.0),
            false => (0.0, x + y),
        };
        self.matrix *= Affine::translate(by);
    }
}

/// A displacement in thousandths of the font, in the space of the text.
fn scaled(by: Vec2, state: &State<'_>) -> Vec2 {
    Vec2::new(by.x * state.stretch, by.y) * (state.size / 1000.0)
}

/// An advance in the space of the text.
fn scaled_advance(advance: Vec2, state: &State<'_>, is_horizontal: bool) -> Vec2 {
    match is_horizontal {
        true => Vec2::new(advance.x * state.stretch, 0.0),
        false => Vec2::new(0.0, advance.y),
    }
}

/// The direction of a vector on the page, in whole degrees from 0 to 359.
fn whole_degrees(along: Vec2) -> u16 {
    let degrees = along.y.atan2(along.x).to_degrees().round();
    if degrees.is_finite() { degrees.rem_euclid(360.0) as u16 } else { 0 }
}

/// The matrix of a form.
fn matrix(form: &Stream<'_>) -> Affine {
    Affine::new(form.dict().get::<[f64; 6]>(b"Matrix").unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]))
}

fn affine(numbers: [Number; 6]) -> Affine {
    Affine::new(numbers.map(|number| number.as_f64()))
}
