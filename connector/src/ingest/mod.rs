//! How posts come in: from the platform's pages to what the rest of the program knows of them.

pub mod normalise;
pub mod poll;
