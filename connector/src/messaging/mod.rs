//! Private messages with neighbourhood concierges: what they say, how they get there, and what is answered to them.

pub mod answers;
pub mod compose;
pub mod deliver;
pub mod replies;
pub mod services;
pub mod tell;
