//! How walks through the store go.

/// How far a walk came.
#[derive(Debug, PartialEq, Eq)]
pub enum Walked<T> {
    /// To a part.
    Part(T),
    /// Nowhere yet: there is more to look at. It is said so that others get their turn.
    On,
    /// To the end.
    End,
}
