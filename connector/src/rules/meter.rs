//! Counts what the calls of a module used.

use std::sync::{Mutex, PoisonError};

use super::error::Usage;

/// What a module used so far, by function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Reading posts.
    pub read: Calls,
    /// Judging candidates.
    pub assess: Calls,
}

/// What the calls of one function used, all of them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calls {
    /// Calls that ended well.
    pub count: u64,
    /// Posts or candidates in them.
    pub items: u64,
    /// Fuel used; about one instruction a unit.
    pub fuel: u64,
    /// The most linear memory that one call held, in bytes.
    pub memory_bytes: usize,
}

/// Adds up what calls use, from any thread.
#[derive(Debug, Default)]
pub(super) struct Meter(Mutex<Spent>);

impl Meter {
    pub fn spent(&self) -> Spent {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one call to the part of the sum that `of` names.
    pub fn add(&self, of: impl FnOnce(&mut Spent) -> &mut Calls, items: usize, usage: Usage) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = of(&mut spent);
        calls.count += 1;
        calls.items += items as u64;
        calls.fuel += usage.fuel;
        calls.memory_bytes = calls.memory_bytes.max(usage.memory_bytes);
    }
}
