//! JSON web tokens (RFC 7519) that an issuer signs, checked against the keys of the issuer (a JWK set, RFC 7517).
//!
//! What a token lets its bearer do stands in the claim `alinea`:
//!
//! ```json
//! {"sub": "web", "iss": "…", "aud": "alinea", "exp": 1798761600, "alinea": {"role": "reader", "works": ["almaty"]}}
//! ```

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    errors::ErrorKind,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse},
};
use serde::Deserialize;

use super::{Bound, Refused, Role, identity::Identity, signatures};

/// How far the clocks of an issuer and of the server may be apart.
const LEEWAY: Duration = Duration::from_secs(60);

/// What a token must say besides.
#[derive(Debug, Clone)]
pub struct TokenClaims {
    /// Whom it is for: its `aud`, or one of these.
    pub audience: String,
    /// Whom it is from: its `iss`.
    pub issuer: String,
}

/// The keys that tokens are signed with.
#[derive(Debug)]
pub(super) struct Tokens(Vec<Issued>);

/// Tokens signed with one key.
#[derive(Debug)]
struct Issued {
    id: Option<String>,
    key: DecodingKey,
    validation: Validation,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    alinea: Granted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    role: Role,
    themes: Option<Vec<String>>,
    works: Option<Vec<String>>,
}

impl Tokens {
    /// The keys of a JWK set, of which those for other purposes or algorithms are left out.
    ///
    /// # Errors
    ///
    /// Says what is wrong.
    pub(super) fn read(bytes: &[u8], claims: &TokenClaims) -> Result<Self, String> {
        signatures::install();
        let set: JwkSet =
            serde_json::from_slice(bytes).map_err(|error| format!("it is no JWK set: {error}"))?;
        let mut issued = Vec::new();
        for (at, jwk) in set.keys.iter().enumerate() {
            let Some(algorithm) = algorithm(jwk) else { continue };
            let mut validation = Validation::new(algorithm);
            validation.leeway = LEEWAY.as_secs();
            validation.validate_nbf = true;
            validation.set_audience(&[&claims.audience]);
            validation.set_issuer(&[&claims.issuer]);
            validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
            let key = DecodingKey::from_jwk(jwk).map_err(|error| format!("key {} of it: {error}", at + 1))?;
            issued.push(Issued { id: jwk.common.key_id.clone(), key, validation });
        }
        match issued.is_empty() {
            true => Err("it has no key that signs by RS256, ES256 or EdDSA".to_owned()),
            false => Ok(Self(issued)),
        }
    }

    /// Whose token it is.
    pub(super) fn identify(&self, token: &str) -> Result<Identity, Refused> {
        let header = decode_header(token).map_err(|_| Refused::Invalid)?;
        // What a token says must be understood (`crit`) is not.
        if header.crit.is_some() {
            return Err(Refused::Invalid);
        }
        let mut refused = Refused::Invalid;
        let named = |issued: &&Issued| header.kid.is_none() || issued.id == header.kid;
        for issued in self.0.iter().filter(named) {
            match decode::<Claims>(token, &issued.key, &issued.validation) {
                Ok(token) => return identity(token.claims),
                // The signature was good.
                Err(error) if *error.kind() == ErrorKind::ExpiredSignature => refused = Refused::Expired,
                Err(_) => {}
            }
        }
        Err(refused)
    }
}

fn identity(Claims { sub, exp, alinea }: Claims) -> Result<Identity, Refused> {
    let Granted { role, themes, works } = alinea;
    let bound = Bound::new(themes, works).map_err(|_| Refused::Invalid)?;
    Identity::check(role, &bound).map_err(|_| Refused::Invalid)?;
    // A time that is none was refused before.
    let expires = Duration::try_from_secs_f64(exp).ok().and_then(|exp| UNIX_EPOCH.checked_add(exp + LEEWAY));
    Ok(Identity { name: sub.into(), role, bound: Arc::new(bound), expires })
}

/// What a key signs by; none where it is not for that, or by something else.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        _ => return None,
    };
    let signs = !matches!(&jwk.common.public_key_use, Some(used) if *used != PublicKeyUse::Signature);
    let said = jwk.common.key_algorithm.map(|said| said.to_string());
    let said = said.is_none_or(|said| said.parse() == Ok(algorithm));
    (signs && said).then_some(algorithm)
}
