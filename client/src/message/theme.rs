//! Themes.

use std::collections::BTreeMap;

use alinea_proto::v1;

use super::{FromWire, message, name};
use crate::error::Error;
use crate::name::ThemeName;

message! {
    /// A subject that paragraphs can be about: a concept of a SKOS scheme. Themes form a forest.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let theme = alinea.get_theme("terrorism").await?;
    /// println!("{}: {:?}", theme.name, theme.display_names.get("en"));
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq)]
    pub struct Theme {
        /// The resource name.
        pub name: ThemeName,
        /// The IRI of the concept.
        pub uri: String,
        /// The scheme it is part of, such as `default` or `unbis`.
        pub scheme: String,
        /// What people call it (skos:prefLabel), by BCP 47 code.
        pub display_names: BTreeMap<String, String>,
        /// What it covers and what it leaves out, by BCP 47 code.
        pub descriptions: BTreeMap<String, String>,
        /// The broader themes it is part of (skos:broader); none at the top.
        pub broader_themes: Vec<ThemeName>,
        /// Other words for it (skos:altLabel).
        pub alternative_labels: Vec<Label>,
        /// Words that speak of it but are not shown (skos:hiddenLabel).
        pub hidden_labels: Vec<Label>,
        /// Concepts of other schemes that mean the same or nearly so, by IRI.
        pub matches: Vec<String>,
        /// Changes whenever the theme does.
        pub etag: String,
    }
}

message! {
    /// Words in a language.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for label in alinea.get_theme("terrorism").await?.alternative_labels {
    ///     println!("{}: {}", label.language_code, label.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq, Hash)]
    pub struct Label => {
        /// The language, as a BCP 47 code.
        pub language_code: String,
        /// The words.
        pub text: String,
    }
}

impl FromWire<v1::Theme> for Theme {
    fn from_wire(wire: v1::Theme) -> Result<Self, Error> {
        Ok(Self {
            name: name(&wire.name)?,
            uri: wire.uri,
            scheme: wire.scheme,
            display_names: wire.display_names.into_iter().collect(),
            descriptions: wire.descriptions.into_iter().collect(),
            broader_themes: wire.broader_themes.iter().map(|theme| name(theme)).collect::<Result<_, _>>()?,
            alternative_labels: Vec::from_wire(wire.alternative_labels)?,
            hidden_labels: Vec::from_wire(wire.hidden_labels)?,
            matches: wire.matches,
            etag: wire.etag,
        })
    }
}

impl FromWire<v1::Label> for Label {
    fn from_wire(wire: v1::Label) -> Result<Self, Error> {
        Ok(Self { language_code: wire.language_code, text: wire.text })
    }
}
