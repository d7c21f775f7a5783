//! A token that is got again before it expires, and when the server refuses it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::bearer;
use super::token::{Token, TokenProvider};

/// How long a provider may take.
const LIMIT: Duration = Duration::from_secs(30);
/// A token is got again when this part of its time is left, and no longer than so long before its end.
const EARLY: u32 = 5;
const EARLIEST: Duration = Duration::from_secs(300);
/// After a failure the provider is left alone for so long.
const REST: Duration = Duration::from_secs(1);

type Source = Box<dyn std::error::Error + Send + Sync>;
type Getting<'a> = Pin<Box<dyn Future<Output = Result<Token, Source>> + Send + 'a>>;

/// There is no token to show. It is told to every call that waits for one.
#[derive(Debug, Clone)]
pub(crate) struct NoToken(Arc<dyn std::error::Error + Send + Sync>);

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no token was to be had")
    }
}

impl std::error::Error for NoToken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// A provider of any type.
pub(super) trait Provider: Send + Sync {
    fn get(&self) -> Getting<'_>;
}

impl<P: TokenProvider> Provider for P {
    fn get(&self) -> Getting<'_> {
        Box::pin(self.token())
    }
}

/// The token of a client and its clones.
#[derive(Clone)]
pub(crate) struct Refreshing(Arc<Inner>);

struct Inner {
    provider: Arc<dyn Provider>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    shown: Option<Shown>,
    /// How many tokens there were before the one that is shown, or waited for.
    number: u64,
    /// Tells what becomes of the refresh under way.
    refresh: Option<watch::Receiver<Option<Outcome>>>,
    /// Why the last refresh failed, and until when there is no other.
    failed: Option<(NoToken, Instant)>,
}

type Outcome = Result<HeaderValue, NoToken>;

/// The token that calls show.
struct Shown {
    header: HeaderValue,
    /// From when on it is got again while calls go on showing it, and when it expires.
    until: Option<(Instant, Instant)>,
}

impl Refreshing {
    pub(super) fn new(provider: Arc<dyn Provider>) -> Self {
        Self(Arc::new(Inner { provider, state: Mutex::default() }))
    }

    /// The header of a call that is made now; none when a token has to be waited for.
    pub(crate) fn current(&self) -> Option<HeaderValue> {
        self.holding(&mut self.state())
    }

    /// The header of a call, once there is a token that holds.
    pub(crate) async fn next(&self) -> Outcome {
        let mut refresh = {
            let mut state = self.state();
            match self.holding(&mut state) {
                Some(header) => return Ok(header),
                None => self.refresh(&mut state)?,
            }
        };
        match refresh.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(outcome)) => outcome.clone(),
            // The provider panicked.
            _ => Err(NoToken(Source::from("the provider ended without a token").into())),
        }
    }

    /// The header with the token that holds, if there is one. One that is soon to expire is got again meanwhile.
    fn holding(&self, state: &mut State) -> Option<HeaderValue> {
        let shown = state.shown.as_ref()?;
        let header = shown.header.clone();
        if let Some((due, expires)) = shown.until {
            let now = Instant::now();
            if expires <= now {
                state.forget();
                return None;
            }
            if due <= now {
                // When it fails, it is tried again by a later call, as long as this one holds.
                let _ = self.refresh(state);
            }
        }
        Some(header)
    }

    /// Which token a call shows that is made now.
    pub(crate) fn number(&self) -> u64 {
        let mut state = self.state();
        self.holding(&mut state);
        state.number
    }

    /// Shows a token no more, since the server refused it: calls wait for the next.
    pub(crate) fn take_back(&self, number: u64) {
        let mut state = self.state();
        if state.number == number {
            state.forget();
        }
    }

    /// The refresh under way, or a new one; why there is none when the last one failed just now.
    fn refresh(&self, state: &mut State) -> Result<watch::Receiver<Option<Outcome>>, NoToken> {
        if let Some(refresh) = &state.refresh
            && refresh.has_changed().is_ok()
        {
            return Ok(refresh.clone());
        }
        if let Some((failure, until)) = &state.failed
            && Instant::now() < *until
        {
            return Err(failure.clone());
        }
        let (told, refresh) = watch::channel(None);
        state.refresh = Some(refresh.clone());
        let this = self.clone();
        // In a task of its own, so that it ends also when the call that began it is dropped.
        tokio::spawn(async move {
            let got = match timeout(LIMIT, this.0.provider.get()).await {
                Ok(got) => got,
                Err(_) => Err(format!("the provider took longer than {LIMIT:?}").into()),
            };
            let outcome = this.take(got);
            told.send_replace(Some(outcome));
        });
        Ok(refresh)
    }

    /// Takes in what a provider gave.
    fn take(&self, got: Result<Token, Source>) -> Outcome {
        let got = got.and_then(|token| Ok((bearer(&token.secret)?, token.expires)));
        let mut state = self.state();
        state.refresh = None;
        match got {
            Ok((header, expires)) => {
                let now = Instant::now();
                let until =
                    expires.map(|expires| (expires - ((expires - now) / EARLY).min(EARLIEST), expires));
                state.forget();
                state.shown = Some(Shown { header: header.clone(), until });
                state.failed = None;
                Ok(header)
            }
            Err(error) => {
                tracing::warn!(%error, "no token was to be had");
                let failure = NoToken(error.into());
                state.failed = Some((failure.clone(), Instant::now() + REST));
                Err(failure)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget(&mut self) {
        if self.shown.take().is_some() {
            self.number += 1;
        }
    }
}

impl fmt::Debug for Refreshing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refreshing").finish_non_exhaustive()
    }
}
