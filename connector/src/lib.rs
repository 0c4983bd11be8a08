//! Koppelaar suggests pairings of neighbours to the neighbourhood concierge. The folders stand in the order in which
//! data passes: `ingest`, `matching`, `messaging`; beside them the boundaries `platform`, `rules` and `store`.

pub mod assembly;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod ingest;
pub mod matching;
pub mod messaging;
pub mod pipeline;
pub mod platform;
pub mod playground;
pub mod rules;
pub mod store;
