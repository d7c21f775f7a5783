//! The file of keys.
//!
//! ```toml
//! [[keys]]
//! name = "web"
//! role = "reader"
//! sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
//! themes = ["themes/terrorism"]
//! expires = 2027-01-31
//! ```
//!
//! `certificate = "web.example.org"` stands beside `sha256` or in its place: a name in a client certificate.

use std::{collections::HashSet, ops::Range, sync::Arc};

use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::{Bound, Refused, Role, expiry, identity::Identity, key::KeyHash};

/// The keys that are good.
#[derive(Debug)]
pub struct Keys(Vec<Key>);

#[derive(Debug)]
struct Key {
    hash: Option<KeyHash>,
    certificate: Option<String>,
    identity: Identity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    keys: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    role: Role,
    sha256: Option<String>,
    certificate: Option<String>,
    themes: Option<Vec<String>>,
    works: Option<Vec<String>>,
    expires: Option<Datetime>,
}

impl Keys {
    /// The keys of a file.
    ///
    /// # Errors
    ///
    /// Says in which line what is wrong, and nothing that could be a key.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| format!("it is not UTF-8: {error}"))?;
        let line =
            |span: Range<usize>| 1 + text.bytes().take(span.start).filter(|&byte| byte == b'\n').count();
        let file: File = toml::from_str(text).map_err(|error| match error.span() {
            Some(span) => format!("line {}: {}", line(span), error.message()),
            None => error.message().to_owned(),
        })?;
        let (mut keys, mut seen) = (Vec::with_capacity(file.keys.len()), HashSet::new());
        for entry in file.keys {
            let at = line(entry.span());
            let entry = entry.into_inner();
            let name = entry.name.clone();
            let wrong = |message: &str| format!("line {at}: the key '{name}': {message}");
            for (what, value) in [
                ("name", Some(&entry.name)),
                ("sha256", entry.sha256.as_ref()),
                ("certificate", entry.certificate.as_ref()),
            ] {
                if value.is_some_and(|value| !seen.insert((what, value.to_ascii_lowercase()))) {
                    return Err(wrong(&format!("another key has the same `{what}`: each has its own")));
                }
            }
            keys.push(entry.key().map_err(|message| wrong(&message))?);
        }
        Ok(Self(keys))
    }

    /// Whose key it is.
    pub(super) fn by_key(&self, key: &str) -> Result<Identity, Refused> {
        let shown = KeyHash::of(key);
        // All are looked at, so that the time tells nothing of which it was.
        let same = |key: &Key| key.hash.as_ref().is_some_and(|hash| hash.is(&shown));
        good(self.0.iter().fold(None, |found, key| if same(key) { Some(key) } else { found }))
    }

    /// Who has a certificate with these names: the first of them that is known.
    pub(super) fn by_certificate(&self, names: &[String]) -> Result<Identity, Refused> {
        let of = |name: &String| self.0.iter().find(|key| key.certificate.as_ref() == Some(name));
        good(names.iter().find_map(of))
    }
}

fn good(key: Option<&Key>) -> Result<Identity, Refused> {
    match key {
        None => Err(Refused::Invalid),
        Some(key) if key.identity.has_expired() => Err(Refused::Expired),
        Some(key) => Ok(key.identity.clone()),
    }
}

impl Entry {
    fn key(self) -> Result<Key, String> {
        if self.name.is_empty() {
            return Err("`name` is empty: logs say it".to_owned());
        }
        if self.certificate.as_ref().is_some_and(String::is_empty) {
            return Err("`certificate` is empty: write a name in a client certificate".to_owned());
        }
        if self.sha256.is_none() && self.certificate.is_none() {
            return Err("has no `sha256`, which `alinea keys new` prints, and no `certificate`".to_owned());
        }
        let hash = self.sha256.map(|text| {
            KeyHash::from_hex(&text)
                .ok_or("`sha256` is not 64 hexadecimal digits: write what `alinea keys new` prints for it")
        });
        let bound = Bound::new(self.themes, self.works)?;
        Identity::check(self.role, &bound)?;
        let expires = self.expires.map(|expires| expiry::moment(&expires.to_string())).transpose();
        Ok(Key {
            hash: hash.transpose()?,
            certificate: self.certificate,
            identity: Identity {
                name: self.name.into(),
                role: self.role,
                bound: Arc::new(bound),
                expires: expires.map_err(|error| format!("`expires`: {error}"))?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn keys_are_known_by_what_is_shown_until_they_expire() {
        let keys = format!(
            "[[keys]]\nname = 'web'\nrole = 'reader'\nsha256 = '{HASH}'\nthemes = ['b', 'a', 'a']\nexpires = 2999-01-01\n\
             [[keys]]\nname = 'old'\nrole = 'admin'\nsha256 = '{}'\nexpires = 1999-01-01T00:00:00Z\n\
             [[keys]]\nname = 'job'\nrole = 'curator'\ncertificate = 'job.example.org'\n",
            KeyHash::of("old").hex()
        );
        let keys = Keys::read(keys.as_bytes()).unwrap();
        let web = keys.by_key("abc").unwrap();
        assert_eq!((&*web.name, web.role), ("web", Role::Reader));
        let same = Bound::new(Some(vec!["a".to_owned(), "b".to_owned()]), None).unwrap();
        assert_eq!(*web.bound, same);
        assert_eq!(keys.by_key("old").unwrap_err(), Refused::Expired);
        assert_eq!(keys.by_key("abd").unwrap_err(), Refused::Invalid);
        let names = ["other".to_owned(), "job.example.org".to_owned()];
        assert_eq!(keys.by_certificate(&names).unwrap().role, Role::Curator);
        assert_eq!(keys.by_certificate(&names[..1]).unwrap_err(), Refused::Invalid);
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_with_its_line_and_without_what_could_be_a_key() {
        let head = "# ours\n[[keys]]\nname = 'web'\n";
        let good = format!("role = 'reader'\nsha256 = '{HASH}'\n");
        assert!(Keys::read(format!("{head}{good}").as_bytes()).is_ok());
        assert!(Keys::read(b"").unwrap().by_key("").is_err());
        for (rest, line, part) in [
            ("role = 'writer'\nsha256 = ''\n".to_owned(), 4, "writer"),
            ("role = 'reader'\n".to_owned(), 2, "has no `sha256`"),
            ("role = 'reader'\nsha256 = 'alinea_secret'\n".to_owned(), 2, "64 hexadecimal"),
            ("role = 'reader'\nsha256 = alinea_secret\n".to_owned(), 5, ""),
            ("role = 'reader'\ncertificate = ''\n".to_owned(), 2, "`certificate` is empty"),
            (format!("{good}themes = []\n"), 2, "`themes` names nothing"),
            (format!("{good}works = ['']\n"), 2, "`works` names nothing"),
            (format!("{good}theme = ['a']\n"), 6, "unknown field `theme`"),
            (format!("{good}expires = 2027-01-01T00:00:00\n"), 2, "`expires`"),
            (format!("{good}{}", &head[7..]) + &good, 6, "the same `name`"),
            (format!("{good}[[keys]]\nname = 'b'\n{good}"), 6, "the same `sha256`"),
            (format!("{}works = ['w']\n", good.replace("reader", "curator")), 2, "only a reader"),
        ] {
            let error = Keys::read(format!("{head}{rest}").as_bytes()).unwrap_err();
            assert!(error.starts_with(&format!("line {line}: ")) && error.contains(part), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
