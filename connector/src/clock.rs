//! Time and randomness enter here and nowhere else, so that a run can be repeated: a test or the demo injects a
//! [`ManualClock`] and a seeded [`Entropy`].

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::watch;

/// What a clock's `sleep` returns.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The only source of the present moment, and the only way to wait for a later one.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Resolves once `now` has advanced by `duration`.
    fn sleep(&self, duration: Duration) -> Sleep<'_>;
}

/// A clock that many parts share.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that stands still until it is told to move: the clock of the demo and of the tests.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
}

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { now: watch::Sender::new(start) }
    }

    /// Moves to `moment`; a moment in the past is ignored, since time does not run backwards.
    pub fn advance_to(&self, moment: Timestamp) {
        self.now.send_if_modified(|now| {
            let later = moment > *now;
            if later {
                *now = moment;
            }
            later
        });
    }

    /// Moves forward by `duration`.
    pub fn advance(&self, duration: Duration) {
        // The borrow is a lock that `advance_to` takes too, so it must have ended.
        let now = *self.now.borrow();
        self.advance_to(now + duration);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        let mut moments = self.now.subscribe();
        let until = *moments.borrow() + duration;
        Box::pin(async move {
            // The sender lives as long as `self`, which this future borrows.
            let _ = moments.wait_for(|now| *now >= until).await;
        })
    }
}

/// The only source of randomness: jitter of waits, and the ports' tokens.
#[derive(Debug)]
pub struct Entropy(Mutex<StdRng>);

impl Entropy {
    /// Randomness that repeats for an equal `seed`.
    pub fn from_seed(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Randomness of the operating system's generator.
    pub fn from_os() -> Self {
        Self(Mutex::new(StdRng::from_rng(&mut rand::rng())))
    }

    /// A duration from zero up to `most`, each equally likely ("full jitter").
    pub fn up_to(&self, most: Duration) -> Duration {
        most.mul_f64(self.rng().random_range(0.0..=1.0))
    }

    /// 128 random bits in hexadecimal.
    pub fn hex_128(&self) -> String {
        format!("{:032x}", self.rng().random::<u128>())
    }

    fn rng(&self) -> std::sync::MutexGuard<'_, StdRng> {
        // A panic while the lock was held leaves a usable generator behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_sleepers_when_it_is_moved() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let sleeper = {
            let clock = clock.clone();
            tokio::spawn(async move { clock.sleep(Duration::from_mins(1)).await })
        };
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(59));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
    }

    #[test]
    fn equal_seeds_give_equal_randomness() {
        assert_eq!(Entropy::from_seed(7).hex_128(), Entropy::from_seed(7).hex_128());
        assert_ne!(Entropy::from_seed(7).hex_128(), Entropy::from_seed(8).hex_128());
    }
}
