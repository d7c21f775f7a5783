//! Who may do what, and how connections are encrypted.
//!
//! A caller shows a key, a token or a client certificate (`identity`), and is found in the file of keys (`keys`) or by the
//! signature of an issuer (`tokens`). That gives a role, which the table of `methods` holds every call to, and perhaps a
//! `bound`, which the filter of every call is held to. All is read from files and taken up anew when they change (`kept`); a
//! stream goes on for as long as its caller would be let in again (`grant`).

mod bound;
mod certificate;
mod expiry;
mod exposure;
mod grant;
mod identity;
mod kept;
mod key;
mod keys;
mod layer;
mod methods;
mod refused;
mod role;
mod signatures;
mod tls;
mod tokens;

pub(super) use bound::Bound;
pub use expiry::moment;
pub use exposure::Exposed;
pub(super) use grant::Grant;
pub use key::{KeyHash, new_key};
pub use keys::Keys;
pub(super) use layer::Admission;
pub use refused::Refused;
pub use role::Role;
pub(super) use tls::Tls;
pub use tokens::TokenClaims;

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
    time::Duration,
};

use tokio::sync::watch;

use super::caller::Caller;
use identity::{Credentials, Identity};
use kept::{Kept, When};
use tokens::Tokens;

/// How often files are looked at. What changed is taken up when it is the same the next time.
const LOOK: Duration = Duration::from_secs(1);

/// Whoever is not asked.
static ANYBODY: LazyLock<Identity> = LazyLock::new(|| Identity {
    name: Caller::ANONYMOUS.into(),
    role: Role::Admin,
    bound: Arc::default(),
    expires: None,
});

/// The files that say who may do what, and how connections are encrypted.
#[derive(Debug, Clone, Default)]
pub struct AccessOptions {
    /// The certificates of the server, its own first, and its private key, in PEM. Without them nothing is encrypted.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// The authorities that client certificates are from, in PEM. The names in these stand among the keys.
    pub client_authorities: Option<PathBuf>,
    /// The keys, in TOML.
    pub keys: Option<PathBuf>,
    /// The keys that an issuer signs tokens with, a JWK set, and what its tokens must say.
    pub issuer: Option<(PathBuf, TokenClaims)>,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct AccessError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, and where.
    pub message: String,
}

/// Who may do what, and how connections are encrypted. By default everybody may do everything, and nothing is encrypted.
#[derive(Debug, Clone, Default)]
pub struct Access(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    tls: Option<Tls>,
    keys: Option<Kept<Keys>>,
    tokens: Option<Kept<Tokens>>,
    /// Told when keys or tokens are other ones.
    changes: watch::Sender<()>,
}

impl Access {
    /// What the files say.
    ///
    /// # Errors
    ///
    /// [`AccessError`] for the first file that is missing or wrong.
    pub fn open(options: AccessOptions) -> Result<Self, AccessError> {
        let AccessOptions { certificate, client_authorities, keys, issuer } = options;
        if let Some(path) = client_authorities.clone().filter(|_| certificate.is_none() || keys.is_none()) {
            let message = "client certificates take a certificate of the server, and a file of keys with the names in them";
            return Err(AccessError { path, message: message.to_owned() });
        }
        let tls = certificate.map(|(certificates, key)| Tls::open(certificates, key, client_authorities));
        let keys = keys.map(|path| {
            Kept::open(vec![path], |files| {
                Keys::read(files.first().map_or(&[], Vec::as_slice)).map_err(|message| (0, message))
            })
        });
        let tokens = issuer.map(|(path, claims)| {
            Kept::open(vec![path], move |files| {
                let file = files.first().map_or(&[][..], Vec::as_slice);
                Tokens::read(file, &claims).map_err(|message| (0, message))
            })
        });
        Ok(Self(Arc::new(Inner {
            tls: tls.transpose()?,
            keys: keys.transpose()?,
            tokens: tokens.transpose()?,
            changes: watch::Sender::default(),
        })))
    }

    /// Takes up at once what changed in the files. What is wrong with one is logged, and what it said before still holds. It
    /// reads files.
    pub fn take_up(&self) {
        self.look(When::AtOnce);
    }

    /// Takes up what changes in the files, for as long as it runs.
    pub(super) async fn keep_up(&self) {
        if self.tls().is_none() && !self.asks() {
            return std::future::pending().await;
        }
        let mut ticks = tokio::time::interval(LOOK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let access = self.clone();
            if let Err(error) = tokio::task::spawn_blocking(move || access.look(When::AtRest)).await {
                tracing::error!(%error, "looking for changed keys and certificates ended early");
            }
        }
    }

    fn look(&self, when: When) {
        let inner = &self.0;
        let _ = inner.tls.as_ref().is_some_and(|tls| tls.take_up(when));
        let keys = inner.keys.as_ref().is_some_and(|keys| keys.take_up(when));
        let tokens = inner.tokens.as_ref().is_some_and(|tokens| tokens.take_up(when));
        if keys || tokens {
            inner.changes.send_replace(());
        }
    }

    /// Whether callers are asked who they are.
    fn asks(&self) -> bool {
        self.0.keys.is_some() || self.0.tokens.is_some()
    }

    /// Whether connections are encrypted.
    #[cfg(feature = "testing")]
    pub(crate) fn encrypts(&self) -> bool {
        self.tls().is_some()
    }

    /// How connections are encrypted, if they are.
    pub(super) fn tls(&self) -> Option<&Tls> {
        self.0.tls.as_ref()
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.0.changes.subscribe()
    }

    /// Who shows this. Where nobody is asked, everybody may do everything.
    fn identify(&self, credentials: &Credentials) -> Result<Identity, Refused> {
        if !self.asks() {
            return Ok(ANYBODY.clone());
        }
        let keys = self.0.keys.as_ref().map(Kept::now);
        match (credentials, &keys, &self.0.tokens) {
            (Credentials::Missing, ..) => Err(Refused::Missing),
            (Credentials::Certificate(names), Some(keys), _) => keys.by_certificate(names),
            // A token has three parts between dots, and a key has none.
            (Credentials::Bearer(token), _, Some(tokens)) if token.contains('.') => {
                tokens.now().identify(token)
            }
            (Credentials::Bearer(key), Some(keys), _) => keys.by_key(key),
            _ => Err(Refused::Invalid),
        }
    }
}
