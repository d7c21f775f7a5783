//! Lists that are too long for one answer, as one stream of items.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use alinea_proto::v1;
use futures_core::Stream;

use crate::call::{Method, read};
use crate::connection::Connection;
use crate::error::{Error, ErrorKind};
use crate::message::{Document, FromWire, Paragraph, SearchHit, Section, Theme};
use crate::name::DocumentName;

/// One answer: some items, and what asks for the next; empty after the last.
type Page<T> = (Vec<T>, String);
type Fetching<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;
type Fetch<T> = Box<dyn Fn(String) -> Fetching<T> + Send>;

/// Items that a server lists, fetched a page at a time as they are taken.
///
/// It is a [`Stream`]; [`try_next`](Self::try_next), [`collect`](Self::collect) and
/// [`collect_up_to`](Self::collect_up_to) need no other crate. After an error
/// it is at its end.
///
/// ```no_run
/// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
/// let mut themes = alinea.themes();
/// while let Some(theme) = themes.try_next().await? {
///     println!("{}", theme.name);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a listing asks for nothing until it is read"]
pub struct Listing<T> {
    items: VecDeque<T>,
    state: State<T>,
}

enum State<T> {
    /// The page that this token asks for is next.
    Between {
        fetch: Fetch<T>,
        token: String,
    },
    Fetching {
        fetch: Fetch<T>,
        page: Fetching<T>,
    },
    Failed(Error),
    Done,
}

impl<T> Listing<T> {
    fn new(fetch: impl Fn(String) -> Fetching<T> + Send + 'static) -> Self {
        Self {
            items: VecDeque::new(),
            state: State::Between { fetch: Box::new(fetch), token: String::new() },
        }
    }

    /// A listing that yields an error and nothing else.
    pub(crate) fn failed(error: Error) -> Self {
        Self { items: VecDeque::new(), state: State::Failed(error) }
    }

    /// The next item; none after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut hits = alinea.paragraphs().search("terrorisme");
    /// if let Some(best) = hits.next().await {
    ///     println!("{}", best?.paragraph.text);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The next item; `Ok(None)` after the last.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let mut documents = alinea.documents().list();
    /// while let Some(document) = documents.try_next().await? {
    ///     println!("{}", document.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    /// All items that are left.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let documents = alinea.documents().language("fr").list().collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }

    /// All items that are left, or an error when there are more than this many, so that a list of unknown length does not fill
    /// the memory.
    ///
    /// ```no_run
    /// # async fn example(alinea: alinea_client::Client) -> Result<(), alinea_client::Error> {
    /// let recitals = alinea.paragraphs().kind(alinea_client::ParagraphKind::Recital).list().collect_up_to(10_000).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn collect_up_to(mut self, most: usize) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.try_next().await? {
            if all.len() == most {
                let more = format!("there are more than {most}: ask for fewer, or read them one by one");
                return Err(Error::new(ErrorKind::ResourceExhausted, more));
            }
            all.push(item);
        }
        Ok(all)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match std::mem::replace(&mut self.state, State::Done) {
                State::Between { fetch, token } => {
                    let page = fetch(token);
                    self.state = State::Fetching { fetch, page };
                }
                State::Fetching { fetch, mut page } => {
                    let Poll::Ready(outcome) = page.as_mut().poll(context) else {
                        self.state = State::Fetching { fetch, page };
                        return Poll::Pending;
                    };
                    let (items, token) = match outcome {
                        Ok(page) => page,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    self.items = items.into();
                    if !token.is_empty() {
                        self.state = State::Between { fetch, token };
                    }
                }
                State::Failed(error) => return Poll::Ready(Some(Err(error))),
                State::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<T> Unpin for Listing<T> {}

impl<T> Stream for Listing<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(ready!(self.poll(context)))
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").field("buffered", &self.items.len()).finish_non_exhaustive()
    }
}

/// A listing of one of the calls that answer in pages.
macro_rules! listing {
    ($item:ident, $request:ident, $service:ident, $call:ident, $method:ident, $items:ident) => {
        impl Listing<$item> {
            pub(crate) fn pages(connection: Arc<Connection>, query: v1::$request) -> Self {
                Self::new(move |page_token| {
                    let (connection, message) =
                        (connection.clone(), v1::$request { page_token, ..query.clone() });
                    Box::pin(async move {
                        let answer = read(&connection, Method::$method, message, |request| {
                            let mut service = connection.$service();
                            async move { service.$call(request).await }
                        })
                        .await?;
                        Ok((Vec::from_wire(answer.$items)?, answer.next_page_token))
                    })
                })
            }
        }
    };
}

listing!(Paragraph, ListParagraphsRequest, paragraphs, list_paragraphs, ListParagraphs, paragraphs);
listing!(SearchHit, SearchParagraphsRequest, paragraphs, search_paragraphs, SearchParagraphs, hits);
listing!(Document, ListDocumentsRequest, documents, list_documents, ListDocuments, documents);
listing!(Section, ListSectionsRequest, documents, list_sections, ListSections, sections);
listing!(Theme, ListThemesRequest, themes, list_themes, ListThemes, themes);

/// As many as a server gives at once, where the caller cannot say.
const WHOLE_PAGE: i32 = 1000;

impl Listing<Section> {
    pub(crate) fn sections(connection: Arc<Connection>, document: DocumentName) -> Self {
        let query =
            v1::ListSectionsRequest { parent: document.into(), page_size: WHOLE_PAGE, ..Default::default() };
        Self::pages(connection, query)
    }
}

impl Listing<Theme> {
    pub(crate) fn themes(connection: Arc<Connection>, scheme: String) -> Self {
        Self::pages(connection, v1::ListThemesRequest { page_size: WHOLE_PAGE, scheme, ..Default::default() })
    }
}
