//! Idempotency keys: what was accepted under a key is answered again instead of done again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::world::Message;

/// How long a key is remembered.
const KEPT: Duration = Duration::from_hours(24);
/// Most keys remembered at a time.
const KEYS_MAX: usize = 2_000_000;

/// What to do with a request that carries a key.
#[derive(Debug)]
pub(super) enum Decision {
    /// Do it, then call [`Reservation::complete`].
    Go(Reservation),
    /// It was done: answer this again.
    Replay(Arc<Message>),
    /// The key belongs to another request.
    Reused,
    /// The first request with this key is not finished.
    InFlight,
    /// No room for another key.
    Full,
}

/// Every client's keys.
#[derive(Debug, Clone, Default)]
pub(super) struct IdempotencyKeys(Arc<Mutex<Keys>>);

/// A key that is taken. Dropped without [`Self::complete`] it is free again: nothing was done under it.
#[derive(Debug)]
pub(super) struct Reservation {
    keys: IdempotencyKeys,
    id: Option<KeyId>,
}

/// Client and key.
type KeyId = (String, String);

/// SHA-256 of a request.
pub(super) type RequestDigest = [u8; 32];

#[derive(Debug, Default)]
struct Keys {
    entries: HashMap<KeyId, Entry>,
    by_age: VecDeque<(Timestamp, KeyId)>,
}

#[derive(Debug)]
struct Entry {
    digest: RequestDigest,
    done: Option<Arc<Message>>,
}

/// The digest of a request: its path and the bytes of its body.
pub(super) fn request_digest(path: &str, body: &[u8]) -> RequestDigest {
    Sha256::new().chain_update(path).chain_update([0]).chain_update(body).finalize().into()
}

impl IdempotencyKeys {
    /// Takes a key, or tells what became of the request that has it.
    pub fn begin(&self, client: &str, key: &str, digest: RequestDigest, now: Timestamp) -> Decision {
        let mut keys = self.lock();
        keys.forget_expired(now);
        let id = (client.to_owned(), key.to_owned());
        if let Some(entry) = keys.entries.get(&id) {
            return match &entry.done {
                _ if entry.digest != digest => Decision::Reused,
                Some(message) => Decision::Replay(Arc::clone(message)),
                None => Decision::InFlight,
            };
        }
        if keys.entries.len() >= KEYS_MAX {
            return Decision::Full;
        }
        keys.entries.insert(id.clone(), Entry { digest, done: None });
        Decision::Go(Reservation { keys: self.clone(), id: Some(id) })
    }

    fn lock(&self) -> MutexGuard<'_, Keys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keys {
    fn forget_expired(&mut self, now: Timestamp) {
        while let Some((done_at, _)) = self.by_age.front()
            && *done_at + KEPT <= now
        {
            if let Some((_, id)) = self.by_age.pop_front() {
                self.entries.remove(&id);
            }
        }
    }
}

impl Reservation {
    /// Remembers what was accepted under the key.
    pub fn complete(mut self, message: Arc<Message>, now: Timestamp) {
        let Some(id) = self.id.take() else { return };
        let mut keys = self.keys.lock();
        if let Some(entry) = keys.entries.get_mut(&id) {
            entry.done = Some(message);
        }
        keys.by_age.push_back((now, id));
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            self.keys.lock().entries.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::world::Direction;

    fn message() -> Arc<Message> {
        Arc::new(Message {
            id: "m-1".into(),
            conversation_id: "c-1".into(),
            from: "koppelaar".into(),
            direction: Direction::Outgoing,
            text: "hallo".into(),
            client_reference: Some("r".into()),
            created_at: Timestamp::UNIX_EPOCH,
        })
    }

    #[test]
    fn a_key_is_in_flight_then_replayed_then_forgotten_after_a_day() {
        let keys = IdempotencyKeys::default();
        let start = Timestamp::UNIX_EPOCH;
        let digest = request_digest("/v1/conversations", b"a");
        let Decision::Go(reservation) = keys.begin("c", "k", digest, start) else { panic!("the key was free") };
        assert!(matches!(keys.begin("c", "k", digest, start), Decision::InFlight));
        assert!(matches!(keys.begin("other", "k", digest, start), Decision::Go(_)));
        reservation.complete(message(), start);
        assert!(matches!(keys.begin("c", "k", digest, start), Decision::Replay(_)));
        assert!(matches!(keys.begin("c", "k", request_digest("/", b"b"), start), Decision::Reused));
        let last = start + KEPT - Duration::from_nanos(1);
        assert!(matches!(keys.begin("c", "k", digest, last), Decision::Replay(_)));
        assert!(matches!(keys.begin("c", "k", digest, start + KEPT), Decision::Go(_)));
    }

    #[test]
    fn an_abandoned_key_is_free_again() {
        let keys = IdempotencyKeys::default();
        let digest = request_digest("/", b"a");
        drop(keys.begin("c", "k", digest, Timestamp::UNIX_EPOCH));
        assert!(matches!(keys.begin("c", "k", digest, Timestamp::UNIX_EPOCH), Decision::Go(_)));
    }
}
