//! Faults on demand: what goes wrong, where, and how often, repeatable from a seed.

mod inject;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

use super::endpoint::Endpoint;

pub(super) use inject::{Hold, Outcome, inject};

/// Most rules at a time.
pub const RULES_MAX: usize = 1_000;

/// An origin that is not the platform's, for redirects and links that must not be followed.
pub const FOREIGN_ORIGIN: &str = "http://another-origin.invalid";

/// The faults that are set: a handle, clones share them.
#[derive(Debug, Clone)]
pub struct Faults(Arc<Mutex<Rules>>);

/// One fault, where it strikes and how often.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// Requests that pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it strikes after that; without end when `None`.
    #[serde(default)]
    pub times: Option<u32>,
    /// The chance that it strikes a request, from 0 to 1.
    #[serde(default = "certain")]
    pub probability: f64,
}

/// A fault and the requests that it strikes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultRule {
    /// The operation; every one when `None`.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// The neighbourhood whose posts are asked for; any request when `None`.
    #[serde(default)]
    pub neighbourhood: Option<String>,
    /// How often.
    pub trigger: Trigger,
    /// What goes wrong.
    pub fault: Fault,
}

/// Whether the platform does what it was asked before it fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// It fails first: nothing was written.
    #[default]
    BeforeWrite,
    /// It writes, then fails.
    AfterWrite,
}

/// How a client is told when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryHint {
    /// `Retry-After` in seconds.
    Seconds(u32),
    /// `Retry-After` as an HTTP date so many seconds from now.
    HttpDate(u32),
    /// No `Retry-After`; `X-RateLimit-Reset` in seconds since 1970, so many seconds from now.
    ResetEpoch(u32),
    /// No `Retry-After`; `X-RateLimit-Reset` as ISO 8601, so many seconds from now.
    ResetIso8601(u32),
    /// Neither header.
    Nothing,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// 429.
    TooManyRequests {
        /// How the client is told when to come back.
        retry: RetryHint,
    },
    /// 500.
    InternalError {
        /// Before or after the write.
        #[serde(default)]
        when: When,
    },
    /// 503.
    ServiceUnavailable {
        /// How the client is told when to come back.
        retry: RetryHint,
        /// Before or after the write.
        #[serde(default)]
        when: When,
    },
    /// No answer: the connection stays open until the client gives up.
    Silence {
        /// Before or after the write.
        #[serde(default)]
        when: When,
        /// Milliseconds after which the platform closes the connection; ten minutes when `None`.
        #[serde(default)]
        close_after_millis: Option<u64>,
    },
    /// The connection closes without an answer.
    Drop {
        /// Before or after the write.
        #[serde(default)]
        when: When,
    },
    /// The write takes that long once its idempotency key is taken.
    SlowWrite {
        /// Milliseconds.
        millis: u64,
    },
    /// Entries of a page come twice.
    DuplicateEntries,
    /// Entries of a page come in reverse order.
    ReorderedEntries,
    /// A malformed entry among the good ones.
    MalformedEntry,
    /// The access token expires: 401, and it stays invalid.
    ExpiredToken,
    /// The body comes in 16 pieces with pauses.
    SlowBody {
        /// Milliseconds between two pieces.
        pause_millis: u64,
    },
    /// The body is well-formed and longer than 4 MiB.
    OversizedBody,
    /// The body is JSON of another shape.
    WrongJson,
    /// The body ends in the middle.
    TruncatedJson,
    /// An HTML error page.
    HtmlError {
        /// Status.
        status: u16,
        /// Before or after the write.
        #[serde(default)]
        when: When,
    },
    /// `{"error":…}` in place of problem details.
    ErrorObject {
        /// Status.
        status: u16,
        /// Before or after the write.
        #[serde(default)]
        when: When,
    },
    /// 302 to [`FOREIGN_ORIGIN`].
    Redirect,
    /// The next link leads to [`FOREIGN_ORIGIN`].
    ForeignNextLink,
}

#[derive(Debug)]
struct Rules {
    rules: Vec<FaultRule>,
    random: StdRng,
}

impl Trigger {
    /// Strikes the next `times` requests.
    pub fn next(times: u32) -> Self {
        Self { skip: 0, times: Some(times), probability: 1.0 }
    }

    /// Strikes each request with that chance, from 0 to 1.
    pub fn chance(probability: f64) -> Self {
        Self { skip: 0, times: None, probability }
    }
}

impl FaultRule {
    /// `fault` at one operation.
    pub fn at(endpoint: Endpoint, trigger: Trigger, fault: Fault) -> Self {
        Self { endpoint: Some(endpoint), neighbourhood: None, trigger, fault }
    }

    /// `fault` at every operation.
    pub fn everywhere(trigger: Trigger, fault: Fault) -> Self {
        Self { endpoint: None, neighbourhood: None, trigger, fault }
    }
}

impl Faults {
    /// No faults yet; `seed` makes the chances repeatable.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Rules { rules: Vec::new(), random: StdRng::seed_from_u64(seed) })))
    }

    /// Adds a rule behind those already set; the first that strikes a request is injected. Returns whether there was
    /// room ([`RULES_MAX`]).
    pub fn add(&self, rule: FaultRule) -> bool {
        let mut rules = self.lock();
        let room = rules.rules.len() < RULES_MAX;
        if room {
            rules.rules.push(rule);
        }
        room
    }

    /// Removes every rule.
    pub fn clear(&self) {
        self.lock().rules.clear();
    }

    /// The rules that are left, with what remains of their triggers.
    pub fn rules(&self) -> Vec<FaultRule> {
        self.lock().rules.clone()
    }

    /// The fault that strikes a request, if one does.
    pub(super) fn draw(&self, endpoint: Option<Endpoint>, neighbourhood: Option<&str>) -> Option<Fault> {
        let mut guard = self.lock();
        let Rules { rules, random } = &mut *guard;
        let struck = rules.iter_mut().position(|rule| rule.strikes(endpoint, neighbourhood, random))?;
        let fault = rules[struck].fault;
        if rules[struck].trigger.times == Some(0) {
            rules.remove(struck);
        }
        Some(fault)
    }

    fn lock(&self) -> MutexGuard<'_, Rules> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultRule {
    fn strikes(&mut self, endpoint: Option<Endpoint>, neighbourhood: Option<&str>, random: &mut StdRng) -> bool {
        let elsewhere = self.endpoint.is_some() && self.endpoint != endpoint
            || self.neighbourhood.is_some() && self.neighbourhood.as_deref() != neighbourhood;
        if elsewhere || self.trigger.times == Some(0) {
            return false;
        }
        if self.trigger.skip > 0 {
            self.trigger.skip -= 1;
            return false;
        }
        let strikes = random.random_bool(self.trigger.probability.clamp(0.0, 1.0));
        if strikes && let Some(times) = &mut self.trigger.times {
            *times -= 1;
        }
        strikes
    }
}

impl Fault {
    /// Its name in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::InternalError { .. } => "internal_error",
            Self::ServiceUnavailable { .. } => "service_unavailable",
            Self::Silence { .. } => "silence",
            Self::Drop { .. } => "drop",
            Self::SlowWrite { .. } => "slow_write",
            Self::DuplicateEntries => "duplicate_entries",
            Self::ReorderedEntries => "reordered_entries",
            Self::MalformedEntry => "malformed_entry",
            Self::ExpiredToken => "expired_token",
            Self::SlowBody { .. } => "slow_body",
            Self::OversizedBody => "oversized_body",
            Self::WrongJson => "wrong_json",
            Self::TruncatedJson => "truncated_json",
            Self::HtmlError { .. } => "html_error",
            Self::ErrorObject { .. } => "error_object",
            Self::Redirect => "redirect",
            Self::ForeignNextLink => "foreign_next_link",
        }
    }
}

fn certain() -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_skip_count_and_repeat_from_a_seed() {
        let faults = Faults::new(1);
        let trigger = Trigger { skip: 1, times: Some(2), probability: 1.0 };
        faults.add(FaultRule::at(Endpoint::Posts, trigger, Fault::Redirect));
        let drawn: Vec<_> = (0..5).map(|_| faults.draw(Some(Endpoint::Posts), None).is_some()).collect();
        assert_eq!(drawn, [false, true, true, false, false]);
        assert_eq!(faults.draw(Some(Endpoint::Post), None), None);

        let run = |seed| {
            let faults = Faults::new(seed);
            faults.add(FaultRule::everywhere(Trigger::chance(0.5), Fault::Redirect));
            (0..64).map(|_| faults.draw(None, None).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
    }

    #[test]
    fn rules_are_read_from_json() {
        let json = r#"{"endpoint":"posts","trigger":{"times":3},
            "fault":{"kind":"too_many_requests","retry":{"http_date":5}}}"#;
        let rule: FaultRule = serde_json::from_str(json).unwrap();
        let fault = Fault::TooManyRequests { retry: RetryHint::HttpDate(5) };
        assert_eq!(rule, FaultRule::at(Endpoint::Posts, Trigger::next(3), fault));
    }
}
