//! How a theme is named.

use std::fmt;
use std::str::FromStr;

use super::{invalid, is_id, name_traits};
use crate::error::Error;

/// The name of a theme, `themes/{theme}`: `themes/terrorism` in the scheme that is built in, `themes/unbis.1000544` in
/// another.
///
/// It is made from that, or from the bare id.
///
/// ```
/// let name: alinea_client::ThemeName = "terrorism".parse()?;
/// assert_eq!(name.as_str(), "themes/terrorism");
/// # Ok::<(), alinea_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct ThemeName(String);

name_traits!(ThemeName, "terrorism");

const COLLECTION: &str = "themes/";

impl ThemeName {
    /// The last part, `terrorism` of `themes/terrorism`.
    ///
    /// ```
    /// let name: alinea_client::ThemeName = "themes/terrorism".parse()?;
    /// assert_eq!(name.id(), "terrorism");
    /// # Ok::<(), alinea_client::Error>(())
    /// ```
    pub fn id(&self) -> &str {
        self.0.strip_prefix(COLLECTION).unwrap_or(&self.0)
    }

    /// Whether a text is such a name.
    #[cfg(feature = "views")]
    pub(crate) fn is_one(text: &str) -> bool {
        is_id(text.strip_prefix(COLLECTION).unwrap_or(text))
    }

    /// The name that a text is known to be.
    pub(crate) fn known(text: &str) -> Self {
        match text.starts_with(COLLECTION) {
            true => Self(text.to_owned()),
            false => Self(format!("{COLLECTION}{text}")),
        }
    }
}

impl FromStr for ThemeName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let id = text.strip_prefix(COLLECTION).unwrap_or(text);
        match is_id(id) {
            true => Ok(Self::known(text)),
            false => Err(invalid(text, "theme", "themes/ID")),
        }
    }
}

/// What a filter says a theme by: its name, its bare id, or the IRI of its SKOS concept.
///
/// A text with a colon is an IRI; anything else is an id. Whether there is such a theme is for the server to say.
///
/// ```
/// use alinea_client::ThemeReference;
///
/// assert_eq!(ThemeReference::from("terrorism").as_str(), "themes/terrorism");
/// let iri = "http://metadata.un.org/thesaurus/1000544";
/// assert_eq!(ThemeReference::from(iri).as_str(), iri);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThemeReference(String);

impl ThemeReference {
    /// The reference as the wire has it: `themes/{theme}`, or the IRI.
    ///
    /// ```
    /// assert_eq!(alinea_client::ThemeReference::from("themes/energy").as_str(), "themes/energy");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ThemeReference {
    fn from(text: &str) -> Self {
        match text.contains(':') || text.starts_with(COLLECTION) {
            true => Self(text.to_owned()),
            false => Self(format!("{COLLECTION}{text}")),
        }
    }
}

impl From<String> for ThemeReference {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for ThemeReference {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<ThemeName> for ThemeReference {
    fn from(name: ThemeName) -> Self {
        Self(name.0)
    }
}

impl From<&ThemeName> for ThemeReference {
    fn from(name: &ThemeName) -> Self {
        Self(name.0.clone())
    }
}

impl fmt::Display for ThemeReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_takes_ids_names_and_iris() {
        for (text, sent) in [
            ("terrorism", "themes/terrorism"),
            ("themes/terrorism", "themes/terrorism"),
            ("unbis.1000544", "themes/unbis.1000544"),
            ("http://metadata.un.org/thesaurus/1000544", "http://metadata.un.org/thesaurus/1000544"),
            ("urn:x:y", "urn:x:y"),
        ] {
            assert_eq!(ThemeReference::from(text).as_str(), sent);
        }
    }

    #[test]
    fn a_theme_is_named_by_its_name_or_its_id() {
        assert_eq!("terrorism".parse::<ThemeName>().unwrap().as_str(), "themes/terrorism");
        assert_eq!("themes/terrorism".parse::<ThemeName>().unwrap().id(), "terrorism");
        assert!("".parse::<ThemeName>().is_err());
    }
}
