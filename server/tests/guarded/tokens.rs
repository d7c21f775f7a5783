//! An issuer of tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use alinea_server::serving::access::TokenClaims;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use serde_json::{Value, json};
use tokio_rustls::rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};

/// The algorithms that tokens may be signed by.
pub(crate) const ALGORITHMS: [&str; 3] = ["RS256", "ES256", "EdDSA"];

/// Signs tokens.
pub(crate) struct Issuer {
    rsa: RsaKeyPair,
    ecdsa: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    random: SystemRandom,
}

pub(crate) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn claims() -> TokenClaims {
    TokenClaims { audience: "alinea".to_owned(), issuer: "https://issuer.example".to_owned() }
}

impl Issuer {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let rsa = PrivatePkcs8KeyDer::from_pem_slice(include_bytes!("rsa.pem")).unwrap();
        let ecdsa = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let ed = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        Self {
            rsa: RsaKeyPair::from_pkcs8(rsa.secret_pkcs8_der()).unwrap(),
            ecdsa: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, ecdsa.as_ref(), &random)
                .unwrap(),
            ed: Ed25519KeyPair::from_pkcs8(ed.as_ref()).unwrap(),
            random,
        }
    }

    /// Its keys, each with the name of its algorithm as id.
    pub(crate) fn keys(&self) -> Value {
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        let point = self.ecdsa.public_key().as_ref();
        json!({"keys": [
            {"kid": "RS256", "kty": "RSA", "alg": "RS256", "use": "sig", "n": encoded(n), "e": encoded(e)},
            {"kid": "ES256", "kty": "EC", "crv": "P-256", "x": encoded(&point[1..33]), "y": encoded(&point[33..])},
            {"kid": "EdDSA", "kty": "OKP", "crv": "Ed25519", "x": encoded(self.ed.public_key())},
            {"kid": "other", "kty": "oct", "k": encoded("secret")},
        ]})
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, algorithm: &str, claims: &Value) -> String {
        self.sign_with_header(&json!({"typ": "JWT", "alg": algorithm, "kid": algorithm}), claims)
    }

    pub(crate) fn sign_with_header(&self, header: &Value, claims: &Value) -> String {
        let said = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let bytes = said.as_bytes();
        let signature = match header["alg"].as_str().unwrap() {
            "RS256" => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &self.random, bytes, &mut signature).unwrap();
                signature
            }
            "ES256" => self.ecdsa.sign(&self.random, bytes).unwrap().as_ref().to_vec(),
            "EdDSA" => self.ed.sign(bytes).as_ref().to_vec(),
            "HS256" => {
                // What an attacker would sign with: the key that everybody knows.
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.ed.public_key().as_ref());
                ring::hmac::sign(&key, bytes).as_ref().to_vec()
            }
            _ => Vec::new(),
        };
        format!("{said}.{}", encoded(signature))
    }
}

/// What a good token says, with some of it said otherwise. `null` leaves out.
pub(crate) fn said(role: &str, otherwise: Value) -> Value {
    let mut said = json!({
        "sub": role, "iss": "https://issuer.example", "aud": ["other", "alinea"], "exp": now() + 600,
        "alinea": {"role": role},
    });
    for (claim, value) in otherwise.as_object().unwrap() {
        match value {
            Value::Null => drop(said.as_object_mut().unwrap().remove(claim)),
            value => said[claim] = value.clone(),
        }
    }
    said
}

pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}
