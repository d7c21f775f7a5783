//! Fonts: which text a code stands for, and how far it goes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use hayro_cmap::BfString;
use hayro_font::kurbo::Vec2;
use hayro_font::{Font, FontGlyph};
use hayro_syntax::object::{Array, Dict, Name};

/// What stands for a glyph of which nobody can tell what it means.
const UNKNOWN: &str = "\u{fffd}";

/// A font as a page uses it.
pub(super) struct Face<'a> {
    font: Font<'a>,
    is_horizontal: bool,
    is_simple: bool,
    em: f64,
    texts: RefCell<HashMap<u32, Box<str>>>,
}

/// A character code of a string.
pub(super) struct Code {
    /// The code.
    pub(super) code: u32,
    /// How many bytes it takes.
    pub(super) len: usize,
    /// The text it stands for.
    pub(super) text: Box<str>,
    /// How far the next glyph is, in thousandths of the font.
    pub(super) advance: Vec2,
    /// Where the glyph stands when not on its baseline, as in vertical writing: in thousandths of the font.
    pub(super) origin: Vec2,
}

impl<'a> Face<'a> {
    /// A font with its dictionary.
    pub(super) fn new(font: Font<'a>, dict: &Dict<'_>) -> Self {
        let subtype = dict.get::<Name<'_>>(b"Subtype");
        let subtype = subtype.as_ref().map(|name| name.as_str());
        Self {
            is_horizontal: font.is_horizontal(),
            is_simple: subtype != Some("Type0"),
            em: if subtype == Some("Type3") { drawn_em(dict) } else { 1.0 },
            texts: RefCell::default(),
            font,
        }
    }

    /// Whether lines run to the right, not downwards.
    pub(super) fn is_horizontal(&self) -> bool {
        self.is_horizontal
    }

    /// How high the letters stand for a font of size 1. Fonts that are drawn by the page itself have any scale.
    pub(super) fn em(&self) -> f64 {
        self.em
    }

    /// The code at a place of a string.
    pub(super) fn code(&self, bytes: &[u8], at: usize) -> Code {
        let (code, len) = self.font.read_code(bytes, at);
        // Simple fonts have codes of one byte.
        let code = if self.is_simple { code & 0xff } else { code };
        let text = self.texts.borrow_mut().entry(code).or_insert_with(|| self.text(code).into()).clone();
        Code {
            code,
            len,
            text,
            advance: self.font.code_advance(code),
            origin: if self.is_horizontal { Vec2::ZERO } else { self.font.origin_displacement(code) },
        }
    }

    /// The text that a code stands for.
    fn text(&self, code: u32) -> Cow<'static, str> {
        let (unicode, is_blank) = match self.font.glyph(self.font.map_code(code), code) {
            FontGlyph::Outline(glyph) => match glyph.as_unicode() {
                None => (None, glyph.outline().elements().is_empty()),
                unicode => (unicode, false),
            },
            FontGlyph::Type3(glyph) => (glyph.as_unicode(), false),
        };
        match unicode {
            Some(BfString::Char('\0')) | None if is_blank => " ".into(),
            Some(BfString::Char(char)) if char != '\0' => char.to_string().into(),
            Some(BfString::String(text)) => text.into(),
            // Without a table of its own, a code of a simple font is most likely what it is in ASCII.
            _ => match u8::try_from(code) {
                Ok(byte @ b' '..=b'~') if self.is_simple => char::from(byte).to_string().into(),
                _ => UNKNOWN.into(),
            },
        }
    }
}

/// How high the letters of a font that the page draws itself stand, for a size of 1: twice their mean width.
fn drawn_em(dict: &Dict<'_>) -> f64 {
    let [a, ..] = dict.get::<[f64; 6]>(b"FontMatrix").unwrap_or([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
    let widths = dict.get::<Array<'_>>(b"Widths").unwrap_or_default();
    let widths: Vec<f64> = widths.iter::<f64>().filter(|width| *width > 0.0).take(256).collect();
    let mean = widths.iter().sum::<f64>() / widths.len().max(1) as f64;
    let em = 2.0 * mean * a.abs();
    if em.is_finite() && em > 0.0 { em } else { 1.0 }
}
