//! What one file may ask for in all. A file of a megabyte can unpack to a gigabyte, or draw one stream a million times.

use super::too_large;
use crate::reading::ReadError;

/// The most bytes that are unpacked and gone through, in all.
const BYTES: u64 = 256 << 20;
/// The most glyphs that are placed, in all: five thousand pages of close print.
const GLYPHS: u64 = 20_000_000;
/// The most glyphs of one page.
const PAGE_GLYPHS: u64 = 1_000_000;
/// The most pages.
pub(super) const PAGES: usize = 100_000;

/// What is left of what a file may ask for.
#[derive(Debug)]
pub(super) struct Budget {
    bytes: u64,
    glyphs: u64,
    page_glyphs: u64,
}

impl Budget {
    /// All of it.
    pub(super) fn whole() -> Self {
        Self { bytes: BYTES, glyphs: GLYPHS, page_glyphs: PAGE_GLYPHS }
    }

    /// How many bytes may still be unpacked.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes bytes off.
    pub(super) fn spend(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(too_many_bytes)?;
        Ok(())
    }

    /// Takes a glyph off.
    pub(super) fn spend_glyph(&mut self) -> Result<(), ReadError> {
        match (self.glyphs.checked_sub(1), self.page_glyphs.checked_sub(1)) {
            (Some(glyphs), Some(page_glyphs)) => {
                (self.glyphs, self.page_glyphs) = (glyphs, page_glyphs);
                Ok(())
            }
            (_, None) => {
                Err(too_large(format!("a page has more glyphs than the {PAGE_GLYPHS} that are read of one")))
            }
            (None, _) => Err(too_large(format!("it has more glyphs than the {GLYPHS} that are read"))),
        }
    }

    /// A page begins.
    pub(super) fn turn_page(&mut self) {
        self.page_glyphs = PAGE_GLYPHS;
    }
}

/// The file unpacks to more than is read.
pub(super) fn too_many_bytes() -> ReadError {
    too_large(format!("unpacked it is more than the {} MiB that are read", BYTES >> 20))
}
