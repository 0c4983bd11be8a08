//! Koppelaar suggests pairings of neighbours to the neighbourhood concierge.

pub mod clock;
pub mod config;
pub mod domain;
pub mod platform;
pub mod playground;
pub mod rules;
pub mod store;
