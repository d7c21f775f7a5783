//! Numbers: what is printed before a paragraph, what it can count, and the sequence it stands in. A new numbering scheme
//! is a line in the table of the module it concerns: [`unit`] for words such as `Article`, [`numeral`] for signs that count,
//! [`number`] for how they are punctuated.

pub(crate) mod number;
pub(crate) mod numeral;
pub(crate) mod sequence;
pub(crate) mod unit;
