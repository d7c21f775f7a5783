//! From pieces to the tree: what each piece is, what it stands under, and its id.

pub(crate) mod ids;
pub(crate) mod notes;
pub(crate) mod outline;
pub(crate) mod place;
pub(crate) mod preamble;
pub(crate) mod roles;
pub(crate) mod tree;
