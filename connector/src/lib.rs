//! Koppelaar suggests pairings of neighbours to the neighbourhood concierge.

pub mod cli;
pub mod clock;
pub mod domain;
pub mod ingest;
pub mod matching;
pub mod messaging;
pub mod platform;
pub mod rules;
