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
    ($name:ident) => {
        impl $name {
            /// The name as the wire has it.
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
    // Nearly all are of such bytes. None is looked for alone, so that many are looked at at once.
    let plain = text.bytes().fold(true, |plain, byte| plain & (byte > b' ') & (byte < 0x7f) & (byte != b'/'));
    !text.is_empty() && (plain || !text.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control()))
}

fn invalid(text: &str, what: &str, shape: &str) -> Error {
    Error::invalid(format!("'{text}' names no {what}: write it as {shape}"))
}
