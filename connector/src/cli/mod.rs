//! The commands.

pub mod rules;
