//! Why a caller is not let in.

use alinea_proto::v1::ErrorReason;
use tonic::Code;

use super::Role;

/// Why a caller is not let in. Nothing says which part of what they showed is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// They show nothing.
    #[error(
        "this server asks who calls: send `authorization: Bearer` with a key or token, or connect with a client certificate"
    )]
    Missing,
    /// What they show is nothing that the server knows, or no longer.
    #[error(
        "the key, token or certificate is not valid here, or no longer: ask for one whoever runs the server"
    )]
    Invalid,
    /// What they show is over.
    #[error("the key or token has expired: get a new one")]
    Expired,
    /// They may do less.
    #[error("this is for the role {needed}, and the role of the key is {role}: use a key that may do more")]
    RoleTooLow {
        /// The role they have.
        role: Role,
        /// The role it takes.
        needed: Role,
    },
    /// They see some paragraphs, and no document whole.
    #[error(
        "the key is bounded to themes, and this shows documents whole: read paragraphs, or use a key without such a bound"
    )]
    Bounded,
}

impl Refused {
    /// The code, the reason and what goes with it.
    pub(in crate::serving) fn parts(self) -> (Code, ErrorReason, Vec<(&'static str, String)>) {
        match self {
            Self::Missing => (Code::Unauthenticated, ErrorReason::CredentialsMissing, vec![]),
            Self::Invalid => (Code::Unauthenticated, ErrorReason::CredentialsInvalid, vec![]),
            Self::Expired => (Code::Unauthenticated, ErrorReason::CredentialsExpired, vec![]),
            Self::RoleTooLow { role, needed } => (
                Code::PermissionDenied,
                ErrorReason::RoleTooLow,
                vec![("role", role.as_str().to_owned()), ("required", needed.as_str().to_owned())],
            ),
            Self::Bounded => (Code::PermissionDenied, ErrorReason::CredentialsBounded, vec![]),
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
