//! Who a caller turned out to be, and what with.

use std::{sync::Arc, time::SystemTime};

use super::{Bound, Role};

/// Who a caller turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// What logs call them.
    pub(super) name: Arc<str>,
    /// What they may do.
    pub(super) role: Role,
    /// What they see at most.
    pub(super) bound: Arc<Bound>,
    /// Until when they are who they are; without end when absent.
    pub(super) expires: Option<SystemTime>,
}

impl Identity {
    /// Whether somebody else may do and see the same.
    pub(super) fn may_do_the_same(&self, other: &Self) -> bool {
        (&self.name, self.role, &self.bound) == (&other.name, other.role, &other.bound)
    }

    /// Whether it is over.
    pub(super) fn has_expired(&self) -> bool {
        self.expires.is_some_and(|expires| expires <= SystemTime::now())
    }

    /// That a bound is kept: whoever may change things would see what they change.
    ///
    /// # Errors
    ///
    /// Says what to do.
    pub(super) fn check(role: Role, bound: &Bound) -> Result<(), &'static str> {
        match role > Role::Reader && !bound.is_everything() {
            true => {
                Err("only a reader can be bounded: leave out `themes` and `works`, or use the role reader")
            }
            false => Ok(()),
        }
    }
}

/// What a caller shows.
#[derive(Clone)]
pub(super) enum Credentials {
    /// Nothing.
    Missing,
    /// A key or a token.
    Bearer(Arc<str>),
    /// The names in the certificate of the connection.
    Certificate(Arc<[String]>),
    /// Something that is not to be read.
    Malformed,
}

impl Credentials {
    /// What a call shows: what it says itself goes before what its connection says.
    pub(super) fn of(headers: &http::HeaderMap, certificate: &Arc<[String]>) -> Self {
        let mut said = headers.get_all(http::header::AUTHORIZATION).iter();
        match (said.next(), said.next()) {
            (None, _) if certificate.is_empty() => Self::Missing,
            (None, _) => Self::Certificate(certificate.clone()),
            (Some(value), None) => {
                let bearer = value.to_str().ok().and_then(|value| value.split_once(' '));
                let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
                bearer.map_or(Self::Malformed, |(_, key)| Self::Bearer(key.trim().into()))
            }
            (Some(_), Some(_)) => Self::Malformed,
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "Missing",
            Self::Bearer(_) => "Bearer(..)",
            Self::Certificate(_) => "Certificate(..)",
            Self::Malformed => "Malformed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_says_goes_before_its_certificate_and_two_of_it_are_none() {
        let names: Arc<[String]> = Arc::new(["web".to_owned()]);
        let none: Arc<[String]> = Arc::new([]);
        for (headers, certificate, expected) in [
            (&[][..], &none, "Missing"),
            (&[], &names, "Certificate(..)"),
            (&["Bearer a"], &names, "Bearer(..)"),
            (&["bearer  a"], &none, "Bearer(..)"),
            (&["Basic a"], &names, "Malformed"),
            (&["Bearer"], &none, "Malformed"),
            (&["Bearer a", "Bearer a"], &none, "Malformed"),
        ] {
            let mut map = http::HeaderMap::new();
            for value in headers {
                map.append("authorization", http::HeaderValue::from_static(value));
            }
            assert_eq!(format!("{:?}", Credentials::of(&map, certificate)), expected, "{headers:?}");
        }
    }
}
