//! Lines and blocks: how the text is printed, what is page furniture, and which lines go together.

pub(crate) mod blocks;
pub(crate) mod evidence;
pub(crate) mod furniture;
pub(crate) mod lines;
