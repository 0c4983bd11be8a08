//! Private messages with neighbourhood concierges: what they say and what is answered to them.

pub mod answers;
pub mod compose;
