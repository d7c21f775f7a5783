//! The client of alinea.
