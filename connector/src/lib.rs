//! Koppelaar suggests pairings of neighbours to the neighbourhood concierge.

pub mod clock;
pub mod domain;
pub mod matching;
pub mod platform;
pub mod rules;
