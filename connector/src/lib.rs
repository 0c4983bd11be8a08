//! Koppelaar suggests pairings of neighbours to the neighbourhood concierge.

pub mod clock;
pub mod domain;
pub mod ingest;
pub mod messaging;
pub mod platform;
pub mod rules;
