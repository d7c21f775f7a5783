//! The options that say who may do what on a server, and how connections to it are encrypted.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context;

use crate::serving::{
    Origin,
    access::{Access, AccessOptions, TokenClaims},
};

/// Who may do what, and how connections are encrypted. The files are taken up anew when they change.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Keys and TLS")]
pub(super) struct AccessArguments {
    /// The certificate of the server and those it was signed with, PEM.
    #[arg(long, env = "ALINEA_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, PEM.
    #[arg(long, env = "ALINEA_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// The authorities that client certificates are from, PEM. The names in these stand in the file of keys.
    #[arg(long, env = "ALINEA_CLIENT_CA", value_name = "FILE", requires = "tls_cert", requires = "keys")]
    client_ca: Option<PathBuf>,
    /// The keys of those who may call, TOML; `alinea keys new` makes them.
    #[arg(long, env = "ALINEA_KEYS", value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The keys that an issuer signs tokens (JWT) with, a JWK set.
    #[arg(
        long,
        env = "ALINEA_JWKS",
        value_name = "FILE",
        requires = "jwt_audience",
        requires = "jwt_issuer"
    )]
    jwks: Option<PathBuf>,
    /// Whom tokens must be for: their `aud`.
    #[arg(long, env = "ALINEA_JWT_AUDIENCE", value_name = "NAME", requires = "jwks")]
    jwt_audience: Option<String>,
    /// Whom tokens must be from: their `iss`.
    #[arg(long, env = "ALINEA_JWT_ISSUER", value_name = "NAME", requires = "jwks")]
    jwt_issuer: Option<String>,
    /// Serve other machines without encryption, or without asking who they are, where something else takes care of that.
    #[arg(long, env = "ALINEA_INSECURE")]
    insecure: bool,
}

impl AccessArguments {
    /// What the files say, unless an address or the pages of some origins may not be served so.
    pub(super) fn open(&self, listen: SocketAddr, pages: &[Origin]) -> anyhow::Result<Access> {
        let claims = self.jwt_audience.clone().zip(self.jwt_issuer.clone());
        let claims = claims.map(|(audience, issuer)| TokenClaims { audience, issuer });
        let access = Access::open(AccessOptions {
            certificate: self.tls_cert.clone().zip(self.tls_key.clone()),
            client_authorities: self.client_ca.clone(),
            keys: self.keys.clone(),
            issuer: self.jwks.clone().zip(claims),
        })
        .context("saying who may do what")?;
        match access.suits(listen, pages) {
            Err(exposed) if self.insecure => {
                tracing::warn!("--insecure: {exposed}");
                eprintln!("warning: served so because of --insecure: {exposed}");
            }
            suits => suits?,
        }
        Ok(access)
    }

    /// How the addresses of the server begin.
    pub(super) fn scheme(&self) -> &'static str {
        if self.tls_cert.is_some() { "https" } else { "http" }
    }
}
