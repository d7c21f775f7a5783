//! Counts of paragraphs.

use alinea_proto::v1;

use super::{FromWire, count, message, name};
use crate::error::Error;
use crate::name::{Revision, ThemeName};

message! {
    /// How many paragraphs match, by theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let count = alinea.paragraphs().count().await?;
    /// println!("{} paragraphs at revision {}", count.total, count.revision);
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq)]
    pub struct Count {
        /// The revision they were counted at.
        pub revision: Revision,
        /// All that match.
        pub total: u64,
        /// How many of them are about each theme, narrower themes included: the most frequent first, then by name. Themes
        /// with none are left out.
        pub themes: Vec<ThemeCount>,
    }
}

message! {
    /// How many paragraphs are about a theme.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// for theme in alinea.paragraphs().count().await?.themes {
    ///     println!("{}: {}", theme.theme, theme.count);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq, Hash)]
    pub struct ThemeCount {
        /// The theme.
        pub theme: ThemeName,
        /// How many paragraphs.
        pub count: u64,
    }
}

impl FromWire<v1::CountParagraphsResponse> for Count {
    fn from_wire(wire: v1::CountParagraphsResponse) -> Result<Self, Error> {
        let revision = Revision::new(wire.revision);
        Ok(Self { revision, total: count(wire.total)?, themes: Vec::from_wire(wire.themes)? })
    }
}

impl FromWire<v1::ThemeCount> for ThemeCount {
    fn from_wire(wire: v1::ThemeCount) -> Result<Self, Error> {
        Ok(Self { theme: name(&wire.theme)?, count: count(wire.count)? })
    }
}
