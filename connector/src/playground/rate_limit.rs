//! Rate limits: so many requests per client and window.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;

/// Most clients whose requests are counted apart.
const CLIENTS_MAX: usize = 10_000;

/// How often one client may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per window.
    pub requests: u64,
    /// Length of the window.
    pub window: Duration,
}

/// What a client has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quota {
    limit: u64,
    remaining: u64,
    resets_at: Timestamp,
    pub exhausted: bool,
}

#[derive(Debug)]
pub(super) struct RateLimiter {
    limit: RateLimit,
    windows: Mutex<HashMap<String, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: Timestamp,
    used: u64,
}

impl RateLimiter {
    pub fn new(limit: RateLimit) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts one request of `client` at `now`.
    pub fn take(&self, client: &str, now: Timestamp) -> Quota {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= CLIENTS_MAX {
            windows.retain(|_, window| window.ends > now);
        }
        let fresh = Window { ends: now + self.limit.window, used: 0 };
        let window = match windows.get_mut(client) {
            Some(window) => window,
            None => windows.entry(client.to_owned()).or_insert(fresh),
        };
        if window.ends <= now {
            *window = fresh;
        }
        let exhausted = window.used >= self.limit.requests;
        if !exhausted {
            window.used += 1;
        }
        Quota {
            limit: self.limit.requests,
            remaining: self.limit.requests - window.used,
            resets_at: window.ends,
            exhausted,
        }
    }
}

impl Quota {
    /// Whole seconds until the window ends, at least one.
    pub fn retry_after_secs(&self, now: Timestamp) -> u64 {
        let left = self.resets_at.duration_since(now);
        let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        u64::try_from(seconds).unwrap_or(0).max(1)
    }

    /// Writes the rate-limit headers, except where a fault has set its own.
    pub fn write(&self, headers: &mut HeaderMap) {
        let resets_at = u64::try_from(self.resets_at.as_second()).unwrap_or(0).saturating_add(1);
        let pairs = [
            ("x-ratelimit-limit", self.limit),
            ("x-ratelimit-remaining", self.remaining),
            ("x-ratelimit-reset", resets_at),
        ];
        for (name, value) in pairs {
            headers.entry(name).or_insert_with(|| HeaderValue::from(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_fills_for_one_client_and_opens_again() {
        let limiter = RateLimiter::new(RateLimit { requests: 2, window: Duration::from_secs(10) });
        let start = Timestamp::UNIX_EPOCH;
        assert!(!limiter.take("a", start).exhausted);
        assert!(!limiter.take("a", start).exhausted);
        let full = limiter.take("a", start + Duration::from_millis(500));
        assert!(full.exhausted);
        assert_eq!(full.retry_after_secs(start + Duration::from_millis(500)), 10);
        assert!(!limiter.take("b", start).exhausted);
        assert!(!limiter.take("a", start + Duration::from_secs(10)).exhausted);
    }
}
