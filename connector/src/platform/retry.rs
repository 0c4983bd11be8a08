//! When to ask again: pure functions of an answer's headers, and the back-off of the scheduler above.

use std::time::Duration;

use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::PlatformError;
use crate::clock::Entropy;

/// The longest wait that a platform's answer can impose, so that one wrong header cannot silence a municipality.
pub const LONGEST_ASKED_WAIT: Duration = Duration::from_hours(1);

/// How long an answer asks to wait: its `Retry-After` (seconds or an HTTP date, RFC 9110 section 10.2.3), else its
/// `X-RateLimit-Reset` (epoch in seconds or milliseconds, seconds from now, or ISO 8601). A value that cannot be read
/// counts as absent; the wait is at most [`LONGEST_ASKED_WAIT`].
pub fn asked_wait(retry_after: Option<&str>, rate_limit_reset: Option<&str>, now: Timestamp) -> Option<Duration> {
    let wait = retry_after
        .and_then(|value| seconds(value).or_else(|| Some(until(http_date(value)?, now))))
        .or_else(|| rate_limit_reset.and_then(|value| reset(value, now)))?;
    Some(wait.min(LONGEST_ASKED_WAIT))
}

fn seconds(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

fn until(moment: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(moment.duration_since(now)).unwrap_or(Duration::ZERO)
}

/// The three forms of date that RFC 9110 section 5.6.7 wants understood: the current one, RFC 850's and `asctime`'s.
fn http_date(value: &str) -> Option<Timestamp> {
    ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"].into_iter().find_map(|form| {
        let civil = BrokenDownTime::parse(form, value.trim()).ok()?.to_datetime().ok()?;
        TimeZone::UTC.to_ambiguous_timestamp(civil).compatible().ok()
    })
}

/// Below this, a number is taken as seconds from now, not as an epoch: it would lie in the year 2001 or before.
const FIRST_EPOCH_SECS: i64 = 1_000_000_000;
/// From this on, a number is taken as milliseconds: as seconds it would lie beyond the year 5000.
const FIRST_EPOCH_MILLIS: i64 = 100_000_000_000;

fn reset(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let moment = match value.parse::<i64>() {
        Ok(number) if number < 0 => return None,
        Ok(number) if number < FIRST_EPOCH_SECS => now.checked_add(SignedDuration::from_secs(number)).ok()?,
        Ok(number) if number < FIRST_EPOCH_MILLIS => Timestamp::from_second(number).ok()?,
        Ok(number) => Timestamp::from_millisecond(number).ok()?,
        Err(_) => value.parse().ok()?,
    };
    Some(until(moment, now))
}

/// The most that the wait after a first failure takes.
pub const BASE: Duration = Duration::from_secs(1);
/// The most that any wait takes, unless the platform asks for a longer one.
pub const CAP: Duration = Duration::from_mins(15);
/// What is tried again waits at least this long, so that a failure never makes a busy loop.
pub const SHORTEST: Duration = Duration::from_millis(100);

/// How long to wait after an attempt that followed `failures` others. When the platform said how long, never less than
/// that, and up to a tenth more so that not all who were told the same return at once; else a wait up to a limit that
/// doubles with each failure, each length equally likely ("exponential back-off with full jitter").
pub fn wait(failures: u32, error: Option<&PlatformError>, entropy: &Entropy) -> Duration {
    match error {
        Some(PlatformError::Busy { after: Some(asked), .. }) => {
            let asked = (*asked).max(BASE);
            asked + entropy.up_to(asked / 10)
        }
        _ => entropy.up_to(BASE.saturating_mul(1 << failures.min(31)).min(CAP)).max(SHORTEST),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: &str = "2026-03-02T08:00:00Z";

    fn wait(retry_after: Option<&str>, reset: Option<&str>) -> Option<u64> {
        asked_wait(retry_after, reset, NOW.parse().unwrap()).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        assert_eq!(wait(Some("120"), None), Some(120));
        assert_eq!(wait(Some("Mon, 02 Mar 2026 08:01:30 GMT"), None), Some(90));
        assert_eq!(wait(Some("Monday, 02-Mar-26 08:01:30 GMT"), None), Some(90));
        assert_eq!(wait(Some("Mon Mar  2 08:01:30 2026"), None), Some(90));
        assert_eq!(wait(Some("Mon, 02 Mar 2026 07:00:00 GMT"), None), Some(0), "a date that has passed");
    }

    #[test]
    fn rate_limit_reset_is_read_in_all_its_forms() {
        assert_eq!(wait(None, Some("1772438460")), Some(60), "epoch in seconds");
        assert_eq!(wait(None, Some("1772438460000")), Some(60), "epoch in milliseconds");
        assert_eq!(wait(None, Some("2026-03-02T09:01:00+01:00")), Some(60), "ISO 8601");
        assert_eq!(wait(None, Some("45")), Some(45), "seconds from now");
    }

    #[test]
    fn retry_after_comes_first_and_nonsense_counts_as_absent() {
        assert_eq!(wait(Some("5"), Some("45")), Some(5));
        assert_eq!(wait(Some("soon"), Some("45")), Some(45));
        assert_eq!(wait(Some("soon"), Some("later")), None);
        assert_eq!(wait(None, Some("-3")), None);
        assert_eq!(wait(None, None), None);
    }

    #[test]
    fn an_absurd_wait_is_cut() {
        assert_eq!(wait(Some("18446744073709551615"), None), Some(3600));
        assert_eq!(wait(None, Some("9999-01-01T00:00:00Z")), Some(3600));
    }

    fn failure() -> PlatformError {
        PlatformError::Unknown { operation: "listPosts", cause: "timed out".into() }
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let entropy = Entropy::from_seed(3);
        for failures in 0_u32..14 {
            let limit = CAP.min(Duration::from_secs(1 << failures));
            let waits = (0..200).map(|_| super::wait(failures, Some(&failure()), &entropy));
            let longest = waits.max().unwrap();
            assert!(longest <= limit && longest > limit / 2, "after {failures} failures at most {longest:?}");
        }
    }

    proptest! {
        #[test]
        fn an_asked_wait_is_never_cut_short(seconds in 0_u64..=3600, seed: u64, failures in 0_u32..40) {
            let asked = Duration::from_secs(seconds);
            let busy = PlatformError::Busy { operation: "listPosts", after: Some(asked) };
            let wait = super::wait(failures, Some(&busy), &Entropy::from_seed(seed));
            prop_assert!(wait >= asked.max(BASE));
            prop_assert!(wait <= asked.max(BASE).mul_f64(1.11));
        }

        #[test]
        fn any_header_is_survived(retry_after: Option<String>, reset: Option<String>) {
            let wait = asked_wait(retry_after.as_deref(), reset.as_deref(), NOW.parse().unwrap());
            prop_assert!(wait.is_none_or(|wait| wait <= LONGEST_ASKED_WAIT));
        }
    }
}
