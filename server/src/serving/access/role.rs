//! What callers may do.

/// What a caller may do. Who may do more may do all that others may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Reader,
    /// Imports, changes, tags and removes documents too.
    Curator,
    /// Changes schemes and themes, and copies the whole store too.
    Admin,
}

impl Role {
    /// All of them, who may do least first.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Curator, Self::Admin];

    /// What it is called in keys, tokens and errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Curator => "curator",
            Self::Admin => "admin",
        }
    }
}
