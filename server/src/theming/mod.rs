//! From a document tree and schemes of themes to tags with evidence.
