//! What a paragraph of a batch has several of.

use crate::message::{FootnoteReference, Tag, TagOrigin};
use crate::name::{ParagraphName, ThemeName};
use crate::wire::TagFields;

/// A tag of a [`ParagraphView`](super::ParagraphView). What each field means is said at [`Tag`].
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut views = alinea.paragraphs().views();
/// while let Some(batch) = views.try_next().await? {
///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TagView<'a>(pub(super) TagFields<'a>);

impl<'a> TagView<'a> {
    /// The resource name of the theme, such as `themes/terrorism`.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.theme()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn theme(&self) -> &'a str {
        self.0.theme
    }

    /// How likely the claim is to be right, over 0 and at most 1.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.score()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn score(&self) -> f32 {
        self.0.score
    }

    /// Who made the claim.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.origin()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn origin(&self) -> TagOrigin {
        TagOrigin::from_number(self.0.origin)
    }

    /// The tag as a value of its own.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.tags()).for_each(|tag| println!("{:?}", tag.to_owned()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::wrong_self_convention,
        reason = "that of the trait, which gives a view, would hide one by value"
    )]
    pub fn to_owned(&self) -> Tag {
        Tag { theme: ThemeName::known(self.theme()), score: self.score(), origin: self.origin() }
    }
}

/// A reference to a footnote of a [`ParagraphView`](super::ParagraphView). What each field means is said at [`FootnoteReference`].
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut views = alinea.paragraphs().views();
/// while let Some(batch) = views.try_next().await? {
///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FootnoteView<'a> {
    pub(super) footnote: &'a str,
    pub(super) offset: u32,
}

impl<'a> FootnoteView<'a> {
    /// The resource name of the footnote.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark.footnote()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn footnote(&self) -> &'a str {
        self.footnote
    }

    /// Before which byte of the text the mark stood.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark.offset()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// The reference as a value of its own.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// while let Some(batch) = views.try_next().await? {
    ///     batch.paragraphs().flat_map(|paragraph| paragraph.footnotes()).for_each(|mark| println!("{:?}", mark.to_owned()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[allow(
        clippy::wrong_self_convention,
        reason = "that of the trait, which gives a view, would hide one by value"
    )]
    pub fn to_owned(&self) -> FootnoteReference {
        FootnoteReference { footnote: ParagraphName::known(self.footnote), offset: self.offset }
    }
}
