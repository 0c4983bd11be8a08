//! Koppelaar suggests pairings of neighbours to the neighbourhood concierge.

pub mod clock;
pub mod playground;
