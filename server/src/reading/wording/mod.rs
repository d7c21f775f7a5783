//! Words and what they say, by language. A new language is a column in the tables of [`lexicon`], [`announced`],
//! [`dates`] and [`language`].

pub(crate) mod announced;
pub(crate) mod dates;
pub(crate) mod hyphens;
pub(crate) mod lexicon;
pub(crate) mod words;
