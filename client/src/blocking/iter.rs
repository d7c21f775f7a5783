//! Streams as iterators.

use std::fmt;
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;

use super::driver::Driver;
use crate::error::Error;
use crate::export::Export;
use crate::stream::{Batch, ParagraphStream};
use crate::watch::ParagraphWatch;

/// A stream, a watch, a listing or the answers of a call, one after the other: each is waited for. After an error it is at its
/// end. What can be asked of the stream beneath, such as [`cursor`](ParagraphStream::cursor), can be asked of it.
///
/// ```no_run
/// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
/// let documents = alinea.documents().language("fr").list().collect::<Result<Vec<_>, _>>()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is asked for until it is read"]
pub struct Iter<S> {
    stream: S,
    driver: Arc<Driver>,
    ended: bool,
}

impl<S> Iter<S> {
    pub(super) fn new(stream: S, driver: Arc<Driver>) -> Self {
        Self { stream, driver, ended: false }
    }
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for Iter<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let stream = &mut self.stream;
        let next = poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        let next = self.driver.wait(async { next.await.transpose() }).transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

impl Iter<ParagraphStream> {
    /// As [`try_next_batch`](ParagraphStream::try_next_batch) does.
    ///
    /// ```no_run
    /// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
    /// let mut stream = alinea.paragraphs().stream();
    /// while let Some(batch) = stream.try_next_batch()? {
    ///     println!("{} paragraphs up to {}", batch.paragraphs.len(), batch.cursor);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_next_batch(&mut self) -> Result<Option<Batch>, Error> {
        self.driver.wait(self.stream.try_next_batch())
    }
}

impl Iter<ParagraphWatch> {
    /// As [`checkpoint_interval`](ParagraphWatch::checkpoint_interval) does.
    ///
    /// ```no_run
    /// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
    /// use std::time::Duration;
    ///
    /// let watch = alinea.paragraphs().watch().checkpoint_interval(Duration::from_secs(60));
    /// # Ok(())
    /// # }
    /// ```
    pub fn checkpoint_interval(self, interval: Duration) -> Self {
        Self { stream: self.stream.checkpoint_interval(interval), ..self }
    }
}

impl Iter<Export> {
    /// As [`bytes`](Export::bytes) does.
    ///
    /// ```no_run
    /// # fn example(alinea: alinea_client::blocking::Client) -> Result<(), alinea_client::Error> {
    /// let page = alinea.export_document("cica-almaty-2006-fr", alinea_client::ExportFormat::Html).bytes()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bytes(self) -> Result<Vec<u8>, Error> {
        self.driver.wait(self.stream.bytes())
    }
}

impl<S> Deref for Iter<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.stream
    }
}

impl<S: fmt::Debug> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Iter").field(&self.stream).finish()
    }
}
