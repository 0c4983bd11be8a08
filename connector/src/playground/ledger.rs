//! What the platform was asked and what it accepted, so that a test can say what really happened.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

/// Most requests kept in full; older ones remain in the counts only.
pub const REQUESTS_KEPT: usize = 100_000;

/// The ledger: a handle, clones share one book.
#[derive(Debug, Clone, Default)]
pub struct Ledger(Arc<Mutex<Book>>);

/// One request that the platform was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestRecord {
    /// When it arrived.
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// Path template, as in the API description; `None` where no operation has that path.
    pub path: Option<String>,
    /// The neighbourhood that it asks about.
    pub neighbourhood: Option<String>,
    /// The client, where its token was valid.
    pub client: Option<String>,
    /// Status of the answer; `None` when there was none, because a fault kept silent or the client went away.
    pub status: Option<u16>,
    /// The fault that was injected.
    pub fault: Option<&'static str>,
}

/// One message of the plugin that the platform accepted. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct AcceptedMessage {
    /// When it was accepted.
    pub at: Timestamp,
    /// The municipality that wrote it.
    pub municipality: String,
    /// The concierge's member id.
    pub recipient: String,
    /// Identifier of the conversation.
    pub conversation_id: String,
    /// Identifier of the message.
    pub message_id: String,
    /// Text.
    pub text: String,
    /// The plugin's own reference.
    pub client_reference: String,
    /// The idempotency key; `None` when there was none.
    pub idempotency_key: Option<String>,
}

impl fmt::Debug for AcceptedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptedMessage")
            .field("message_id", &self.message_id)
            .field("client_reference", &self.client_reference)
            .finish_non_exhaustive()
    }
}

/// How often something was answered. Counts are never dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Method.
    pub method: String,
    /// Path template.
    pub path: Option<String>,
    /// Status of the answer.
    pub status: Option<u16>,
    /// How often.
    pub times: u64,
}

#[derive(Debug, Default)]
struct Book {
    requests: VecDeque<RequestRecord>,
    counts: BTreeMap<(String, Option<String>, Option<u16>), u64>,
    faults: BTreeMap<&'static str, u64>,
    messages: Vec<Arc<AcceptedMessage>>,
}

impl Ledger {
    /// The latest requests, oldest first, at most [`REQUESTS_KEPT`].
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.lock().requests.iter().cloned().collect()
    }

    /// Every accepted message, oldest first. The world's limit on messages bounds their number.
    pub fn messages(&self) -> Vec<Arc<AcceptedMessage>> {
        self.lock().messages.clone()
    }

    /// How many messages were accepted.
    pub fn message_count(&self) -> usize {
        self.lock().messages.len()
    }

    /// How often each operation was answered with each status.
    pub fn counts(&self) -> Vec<Count> {
        let book = self.lock();
        let count = |((method, path, status), times): (&(String, Option<String>, Option<u16>), &u64)| Count {
            method: method.clone(),
            path: path.clone(),
            status: *status,
            times: *times,
        };
        book.counts.iter().map(count).collect()
    }

    /// How often each fault was injected.
    pub fn fault_counts(&self) -> BTreeMap<&'static str, u64> {
        self.lock().faults.clone()
    }

    pub(super) fn accept(&self, message: AcceptedMessage) {
        self.lock().messages.push(Arc::new(message));
    }

    /// Opens the record of a request; it is written when the returned entry is dropped, however that happens.
    pub(super) fn open(&self, record: RequestRecord) -> OpenRecord {
        OpenRecord { ledger: self.clone(), record: Some(record) }
    }

    fn write(&self, record: RequestRecord) {
        let mut book = self.lock();
        let key = (record.method.clone(), record.path.clone(), record.status);
        *book.counts.entry(key).or_default() += 1;
        if let Some(fault) = record.fault {
            *book.faults.entry(fault).or_default() += 1;
        }
        if book.requests.len() == REQUESTS_KEPT {
            book.requests.pop_front();
        }
        book.requests.push_back(record);
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The record of a request that is being answered.
#[derive(Debug)]
pub(super) struct OpenRecord {
    ledger: Ledger,
    record: Option<RequestRecord>,
}

impl OpenRecord {
    pub fn fault(&mut self, name: &'static str) {
        if let Some(record) = &mut self.record {
            record.fault = Some(name);
        }
    }

    pub fn close(mut self, status: Option<u16>) {
        if let Some(mut record) = self.record.take() {
            record.status = status;
            self.ledger.write(record);
        }
    }
}

impl Drop for OpenRecord {
    fn drop(&mut self) {
        if let Some(record) = self.record.take() {
            self.ledger.write(record);
        }
    }
}
