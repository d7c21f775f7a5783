//! What is asked once it is said which paragraphs: a stream, a watch, a search, a count or a list.

use std::sync::Arc;

use alinea_proto::v1;

use super::ParagraphQuery;
use crate::call::{Method, read};
use crate::connection::Connection;
use crate::error::Error;
use crate::event::Listener;
use crate::listing::Listing;
use crate::message::{Count, FromWire, Paragraph, SearchHit};
use crate::name::Revision;
use crate::query::size;
use crate::stream::ParagraphStream;
#[cfg(feature = "views")]
use crate::stream::ParagraphViews;
use crate::watch::ParagraphWatch;

impl ParagraphQuery {
    /// Streams every paragraph that matches, all of one revision, in the order of position.
    ///
    /// Nothing is asked of the server until the stream is first read.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().theme("terrorism").stream();
    /// while let Some(paragraph) = stream.try_next().await? {
    ///     println!("{}", paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> ParagraphStream {
        let (connection, request, refused, listener) = self.into_request();
        ParagraphStream::new(connection, request, refused, listener)
    }

    /// Streams as [`stream`](Self::stream) does, but gives paragraphs as they lie in the bytes that came, some at a time:
    /// faster for who looks at paragraphs and keeps few.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut views = alinea.paragraphs().views();
    /// let mut bytes = 0;
    /// while let Some(batch) = views.try_next().await? {
    ///     bytes += batch.paragraphs().map(|paragraph| paragraph.text().len()).sum::<usize>();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "views")]
    pub fn views(self) -> ParagraphViews {
        let (connection, request, refused, listener) = self.into_request();
        ParagraphViews::new(connection, request, refused, listener)
    }

    fn into_request(self) -> (Arc<Connection>, v1::StreamParagraphsRequest, Option<Error>, Listener) {
        let request = v1::StreamParagraphsRequest {
            filter: Some(self.filter),
            cursor: self.cursor,
            min_revision: self.connection.least.clone(),
            batch_size: size(self.batch_size),
            batch_bytes: 0,
            query: self.words,
        };
        (self.connection, request, self.refused, self.listener)
    }

    /// Watches for changes to what matches, from now on.
    ///
    /// Nothing is asked of the server until the watch is first read.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut watch = alinea.paragraphs().theme("energy").watch();
    /// while let Some(change) = watch.try_next().await? {
    ///     println!("{change:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(self) -> ParagraphWatch {
        self.watch_after(String::new())
    }

    /// Watches for changes to what matches since a revision that an answer, a stream or a watch told.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use alinea_client::Revision;
    ///
    /// let kept = Revision::new(std::fs::read_to_string("mirror.revision")?);
    /// let mut watch = alinea.paragraphs().theme("energy").watch_from(kept);
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch_from(self, revision: Revision) -> ParagraphWatch {
        self.watch_after(revision.as_str().to_owned())
    }

    /// Tells everything that matches, then every change to it, each once: what a mirror is made of.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// use std::collections::HashMap;
    ///
    /// use alinea_client::Change;
    ///
    /// let mut mirror = HashMap::new();
    /// let mut watch = alinea.paragraphs().theme("energy").watch_from_snapshot();
    /// while let Some(change) = watch.try_next().await? {
    ///     match change {
    ///         Change::Put(paragraph) => drop(mirror.insert(paragraph.name.clone(), paragraph)),
    ///         Change::Removed(name) => drop(mirror.remove(&name)),
    ///         Change::Reached(revision) => println!("{} paragraphs at revision {revision}", mirror.len()),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch_from_snapshot(mut self) -> ParagraphWatch {
        if !self.words.is_empty() {
            self.refuse(Error::invalid("words to match go with a stream or a search and no watch"));
        }
        let (connection, filter) = (self.connection.clone(), self.filter.clone());
        let listener = self.listener.clone();
        ParagraphWatch::after(self.stream(), connection, filter, listener)
    }

    fn watch_after(mut self, revision: String) -> ParagraphWatch {
        if let Err(error) = self.only_a_filter("watch") {
            self.refuse(error);
        }
        ParagraphWatch::new(self.connection, self.filter, revision, self.refused, self.listener)
    }

    /// Searches for words, written as for [`matching`](Self::matching): the most relevant paragraphs first, all pages of
    /// one revision. The index of words is behind the store by a moment.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut hits = alinea.paragraphs().theme("terrorism").search("armes légères");
    /// while let Some(hit) = hits.try_next().await? {
    ///     println!("{}: {}", hit.relevance, hit.paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(mut self, words: impl Into<String>) -> Listing<SearchHit> {
        self.words.clear();
        if let Err(error) = self.only_a_filter("search") {
            return Listing::failed(error);
        }
        let request = v1::SearchParagraphsRequest {
            query: words.into(),
            filter: Some(self.filter),
            page_size: size(self.batch_size),
            page_token: String::new(),
            min_revision: self.connection.least.clone(),
        };
        Listing::<SearchHit>::pages(self.connection, request)
    }

    /// Refuses what only streams take.
    fn only_a_filter(&mut self, call: &str) -> Result<(), Error> {
        if let Some(error) = self.refused.take() {
            return Err(error);
        }
        if !self.cursor.is_empty() {
            return Err(Error::invalid(format!("a cursor resumes a stream and no {call}")));
        }
        match self.words.is_empty() {
            true => Ok(()),
            false => {
                Err(Error::invalid(format!("words to match go with a stream or a search and no {call}")))
            }
        }
    }

    /// Counts those that match, by theme, all of one revision.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let count = alinea.paragraphs().language("fr").count().await?;
    /// for theme in count.themes {
    ///     println!("{} of {} are about {}", theme.count, count.total, theme.theme);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn count(mut self) -> Result<Count, Error> {
        self.only_a_filter("count")?;
        let (connection, include_structural) = (self.connection, self.include_structural);
        let min_revision = connection.least.clone();
        let filter = Some(self.filter);
        let message = v1::CountParagraphsRequest { filter, min_revision, include_structural };
        let answer = read(&connection, Method::CountParagraphs, message, |request| {
            let mut service = connection.paragraphs();
            async move { service.count_paragraphs(request).await }
        })
        .await?;
        Count::from_wire(answer)
    }

    /// Lists them by pages: a little slower than a stream, and each page is a call of its own with a deadline.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let recitals = alinea.paragraphs().kind(alinea_client::ParagraphKind::Recital).list().collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(mut self) -> Listing<Paragraph> {
        if let Err(error) = self.only_a_filter("list") {
            return Listing::failed(error);
        }
        let request = v1::ListParagraphsRequest {
            parent: "documents/-".to_owned(),
            page_size: size(self.batch_size),
            page_token: String::new(),
            filter: Some(self.filter),
            min_revision: self.connection.least.clone(),
        };
        Listing::<Paragraph>::pages(self.connection, request)
    }
}
