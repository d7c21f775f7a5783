//! Resource names: strings that say what they name, so that no two can be mixed up.
//!
//! ```
//! use alinea_client::ParagraphName;
//!
//! let name: ParagraphName = "cica-almaty-2006-fr/para_15".parse()?;
//! assert_eq!(name.as_str(), "documents/cica-almaty-2006-fr/paragraphs/para_15");
//! assert_eq!(name.document().id(), "cica-almaty-2006-fr");
//! # Ok::<(), alinea_client::Error>(())
//! ```

mod part;
mod resource;
mod theme;
mod token;

pub use part::{ParagraphName, SectionName};
pub use resource::DocumentName;
pub use theme::{ThemeName, ThemeReference};
pub use token::{Cursor, Revision};

use crate::error::Error;

/// What every name of this module is besides its parts: printable, comparable, made from a checked string.
macro_rules! name_traits {
    ($name:ident, $example:literal) => {
        impl $name {
            /// The name as the wire has it.
            ///
            /// ```
            #[doc = concat!("let name: alinea_client::", stringify!($name), " = \"", $example, "\".parse()?;")]
            /// println!("{}", name.as_str());
            /// # Ok::<(), alinea_client::Error>(())
            /// ```
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl TryFrom<&str> for $name {
            type Error = crate::Error;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = crate::Error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<&$name> for $name {
            type Error = crate::Error;

            fn try_from(name: &$name) -> Result<Self, Self::Error> {
                Ok(name.clone())
            }
        }
    };
}
use name_traits;

/// The last part of a name may hold anything but what parts a name or a line.
fn is_id(text: &str) -> bool {
    is_plain(text.as_bytes())
        || !text.is_empty() && !text.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control())
}

/// Whether bytes are an id of printable ASCII, as nearly all are: eight of them are looked at at once.
#[inline]
fn is_plain(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    match bytes.last_chunk::<8>() {
        // The last eight bytes are looked at again with those before them.
        Some(last) => words.iter().chain([last]).fold(0, |odd, word| odd | odd_bytes(*word)) == 0,
        None => !rest.is_empty() && rest.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'/'),
    }
}

/// Not 0 when one of eight bytes is none of printable ASCII, or a slash. How a byte is found in a word is shown in
/// <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>.
#[inline]
fn odd_bytes(bytes: [u8; 8]) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    let word = u64::from_le_bytes(bytes);
    let below = |word: u64, least: u64| word.wrapping_sub(ONES * least) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (word | below(word, 0x21) | is(0x7f) | is(b'/')) & HIGH
}

fn invalid(text: &str, what: &str, shape: &str) -> Error {
    Error::invalid(format!("'{text}' names no {what}: write it as {shape}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_hold_anything_but_slashes_blanks_and_controls() {
        let is_good = |c: char| c != '/' && !c.is_whitespace() && !c.is_control();
        assert!(!is_id(""));
        for length in 1..20 {
            for at in 0..length {
                for other in (0..0x100).chain([0x2003, 0x2028, 0x6587]).filter_map(char::from_u32) {
                    let text: String =
                        (0..length).map(|place| if place == at { other } else { 'a' }).collect();
                    assert_eq!(is_id(&text), is_good(other), "{text:?}");
                }
            }
        }
    }
}
