//! The platform as the rest of the code knows it. `platform-api.yaml` is the contract of the one that is built in.

pub mod auth;
pub mod hoplr;
pub mod http;
pub mod retry;
pub mod wire;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use crate::domain::{
    ClientReference, ConversationId, Cursor, MemberId, MessageId, Neighbourhood, NeighbourhoodId, PostId, Private,
};

/// One page of a change sequence.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The entries, oldest change first.
    pub items: Vec<T>,
    /// Entries that could not be understood; those around them are in `items`.
    pub set_aside: Vec<SetAside>,
    /// Where the next page begins.
    pub next: Cursor,
    /// Whether the next page has entries already.
    pub has_more: bool,
    /// The validator to send along when this very page is asked for again.
    pub etag: Option<String>,
}

/// What asking for a page gives.
#[derive(Debug, Clone)]
pub enum Poll<T> {
    /// Nothing has changed since the page of the given validator.
    Unchanged,
    /// A page.
    Page(Page<T>),
}

/// An entry that could not be understood, without any of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The entry's identifier, if it had a readable one.
    pub id: Option<String>,
    /// Which member is wrong, and how; never its value.
    pub reason: String,
}

/// An entry of a neighbourhood's change sequence, as the platform sent it: `ingest::normalise` makes a
/// [`Change`](crate::domain::Change) of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WirePost {
    /// The post's identifier.
    pub id: PostId,
    /// Where it was written.
    pub neighbourhood: NeighbourhoodId,
    /// The author's member identifier, name and area; absent once deleted.
    pub author: Option<(MemberId, Private, Option<String>)>,
    /// What the author clicked; absent too when it is a word that this version does not know.
    pub kind: Option<crate::domain::PostKind>,
    /// The title as written.
    pub title: Option<Private>,
    /// The text as written.
    pub text: Private,
    /// When it was first written.
    pub created_at: jiff::Timestamp,
    /// Whether it is active: neither withdrawn nor deleted.
    pub active: bool,
    /// Whether the author lets the municipality read it.
    pub shared: bool,
}

/// A message that a concierge wrote to the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The message's identifier.
    pub id: MessageId,
    /// The conversation that it is part of.
    pub conversation: ConversationId,
    /// Who wrote it.
    pub from: MemberId,
    /// What it says.
    pub text: Private,
    /// When it was written.
    pub created_at: jiff::Timestamp,
}

/// Where a message goes: the first one to a concierge opens the conversation, the others continue it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The concierge has no conversation with the program yet.
    Member(MemberId),
    /// The conversation that exists.
    Conversation(ConversationId),
}

/// A message with its frozen bytes, as the outbox holds it.
#[derive(Debug, Clone)]
pub struct Outgoing<'a> {
    /// Where it goes.
    pub to: &'a Destination,
    /// The text, byte for byte as it was queued.
    pub text: &'a Private,
    /// The idempotency key, which makes a second attempt harmless on a platform that keeps keys; and the client
    /// reference, by which the platform can be asked whether it has this message.
    pub reference: &'a ClientReference,
}

/// The platform's word that it has a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The message's identifier there.
    pub message: MessageId,
    /// The conversation that it is part of.
    pub conversation: ConversationId,
}

/// A neighbourhood platform, seen with the permissions of one municipality.
pub trait Platform: fmt::Debug + Send + Sync + 'static {
    /// The neighbourhoods of the municipality, and their concierges.
    fn neighbourhoods(&self) -> impl Future<Output = Result<Vec<Neighbourhood>, PlatformError>> + Send;

    /// The changes of a neighbourhood's posts after `after`, or from the first one.
    fn posts(
        &self,
        neighbourhood: &NeighbourhoodId,
        after: Option<&Cursor>,
        etag: Option<&str>,
    ) -> impl Future<Output = Result<Poll<WirePost>, PlatformError>> + Send;

    /// A post as it is now; `None` when the platform has no such post for this municipality.
    fn post(&self, id: &PostId) -> impl Future<Output = Result<Option<WirePost>, PlatformError>> + Send;

    /// Messages to the program after `after`, or from the first one.
    fn incoming(
        &self,
        after: Option<&Cursor>,
        etag: Option<&str>,
    ) -> impl Future<Output = Result<Poll<Incoming>, PlatformError>> + Send;

    /// Sends a message.
    fn send(&self, message: Outgoing<'_>) -> impl Future<Output = Result<Receipt, PlatformError>> + Send;

    /// Whether the platform has a message of this reference.
    fn sent(&self, reference: &ClientReference) -> impl Future<Output = Result<Option<Receipt>, PlatformError>> + Send;
}

/// Why a request to the platform gave no answer to work with, sorted by what the caller does about it. Holds no text
/// that a resident wrote and no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// Nothing of the request reached the platform: it can be tried again without asking.
    #[error("no connection to `{origin}`: {cause}")]
    Unsent {
        /// Scheme, host and port.
        origin: String,
        /// What the network layer said.
        cause: String,
    },
    /// The request may or may not have been carried out.
    #[error("no usable answer to `{operation}`: {cause}")]
    Unknown {
        /// The operation by its name in `platform-api.yaml`.
        operation: &'static str,
        /// What was wrong with the answer.
        cause: String,
    },
    /// The platform asks to wait; it did not carry out the request.
    #[error("the platform asks to wait before `{operation}`")]
    Busy {
        /// The operation by its name in `platform-api.yaml`.
        operation: &'static str,
        /// How long, where it says.
        after: Option<Duration>,
    },
    /// The platform refuses the program's credentials or permissions.
    #[error("the platform refuses `{operation}`: {cause}")]
    Refused {
        /// The operation by its name in `platform-api.yaml`.
        operation: &'static str,
        /// The platform's reason, as its error code.
        cause: String,
    },
    /// The request can never succeed as it is: its cursor, recipient or body is not accepted.
    #[error("the platform rejects `{operation}` with status {status}: {cause}")]
    Rejected {
        /// The operation by its name in `platform-api.yaml`.
        operation: &'static str,
        /// The HTTP status code.
        status: u16,
        /// The platform's reason, as its error code.
        cause: String,
    },
}
