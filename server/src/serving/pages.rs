//! Pages of lists: their size, and the tokens that ask for the next.

use prost::Message;

use super::{CallError, access::Bound};
use crate::store::{Seal, StoreError};

/// The size of a page of paragraphs, documents, sections or themes.
pub(super) fn size(asked: i32) -> Result<usize, CallError> {
    match asked {
        ..0 => Err(CallError::field("page_size", "is negative: use 0 to let the server choose")),
        0 => Ok(100),
        _ => Ok((asked as usize).min(1000)),
    }
}

/// Where a list by name stands: after which name, and in which request.
pub(super) struct NamePages {
    seal: Seal,
    request: u64,
}

impl NamePages {
    /// The pages of a request within a bound. The request is told by everything in it but the page.
    pub(super) fn new(seal: Seal, request: &impl Message, bound: &Bound) -> Self {
        let mut words = request.encode_to_vec();
        words.extend_from_slice(bound.told().as_bytes());
        Self { seal, request: Seal::fingerprint(&words) }
    }

    /// The name after which the page begins; empty for the first.
    pub(super) fn after(&self, token: &str) -> Result<String, CallError> {
        if token.is_empty() {
            return Ok(String::new());
        }
        let what = "page token";
        let (request, name) = self.seal.open_name(token, what)?;
        match request == self.request {
            true => Ok(name),
            false => Err(StoreError::CursorInvalid { what }.into()),
        }
    }

    /// The token of the page after a name.
    pub(super) fn token(&self, last: &str) -> String {
        self.seal.seal_name(self.request, last)
    }

    /// Cuts what was found, of which there is one more than a page when there is another, to a page with its token.
    pub(super) fn cut<T>(&self, found: &mut Vec<T>, size: usize, name: impl Fn(&T) -> &str) -> String {
        if found.len() <= size {
            return String::new();
        }
        found.truncate(size);
        found.last().map(|last| self.token(name(last))).unwrap_or_default()
    }
}
