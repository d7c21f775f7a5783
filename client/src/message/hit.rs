//! What searches find.

use alinea_proto::v1;

use super::{FromWire, Paragraph, count, message, required};
use crate::error::Error;

message! {
    /// A paragraph that a search found.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut hits = alinea.paragraphs().search("armes légères");
    /// while let Some(hit) = hits.try_next().await? {
    ///     println!("{:.1} {}", hit.relevance, hit.paragraph.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub struct SearchHit {
        /// The paragraph.
        pub paragraph: Paragraph,
        /// How well it matches, over 0. Only comparable within one search.
        pub relevance: f32,
        /// The words of it that match, in reading order, none over another: at most 100 places.
        pub matches: Vec<Match>,
    }
}

message! {
    /// Words that match a query: one, or the words of a phrase.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut hits = alinea.paragraphs().search("armes légères");
    /// while let Some(hit) = hits.try_next().await? {
    ///     for place in &hit.matches {
    ///         println!("{}", &hit.paragraph.text[place.start as usize..place.end as usize]);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[derive(Eq, Hash)]
    pub struct Match => {
        /// The first byte of them in the text.
        pub start: u32,
        /// The byte after the last.
        pub end: u32,
    }
}

impl FromWire<v1::SearchHit> for SearchHit {
    fn from_wire(wire: v1::SearchHit) -> Result<Self, Error> {
        let paragraph: Paragraph = required(wire.paragraph)?;
        let matches: Vec<Match> = Vec::from_wire(wire.matches)?;
        // Who marks the words slices the text.
        let is_place = |found: &Match| paragraph.text.get(found.start as usize..found.end as usize).is_some();
        match matches.iter().all(is_place) {
            true => Ok(Self { paragraph, relevance: wire.relevance, matches }),
            false => Err(Error::protocol("the server sent a match that is no place in the text")),
        }
    }
}

impl FromWire<v1::Match> for Match {
    fn from_wire(wire: v1::Match) -> Result<Self, Error> {
        Ok(Self { start: count(wire.start)?, end: count(wire.end)? })
    }
}
