//! The only sender. Takes queued messages to the platform, in the order in which each concierge is to read them, so
//! that none is lost and none is said twice.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use crate::clock::{Clock, Entropy};
use crate::domain::{MunicipalityId, NeighbourhoodId};
use crate::pipeline::CycleError;
use crate::platform::{Destination, Outgoing, Platform, PlatformError, retry};
use crate::store::{QueuedMessage, Settled, Store};

/// Messages between two notes in the store, each of which waits for the disk: after a crash, so many are asked for at the
/// most.
const MAX_BATCH: u32 = 256;
/// Concierges written to at the same time, per municipality.
const MAX_PARALLEL: usize = 8;
/// Batches in one cycle, so that a long backlog does not keep the polls waiting.
const MAX_BATCHES: u32 = 40;

/// What a delivery did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivered {
    /// When to try again, if something was left.
    pub retry_at: Option<Timestamp>,
    /// Neighbourhoods that are to be matched afresh, because a suggestion was taken back before anybody was told.
    pub reopened: Vec<NeighbourhoodId>,
}

/// Sends what a municipality's outbox holds and is due.
pub async fn deliver<P: Platform>(
    platform: &P,
    store: &Store,
    clock: &dyn Clock,
    entropy: &Entropy,
    municipality: &MunicipalityId,
) -> Result<Delivered, CycleError> {
    let mut delivered = Delivered::default();
    for _ in 0..MAX_BATCHES {
        let due = store.due(municipality, clock.now(), MAX_BATCH).await?;
        if due.is_empty() {
            break;
        }
        let marked = store.mark_sending(municipality, &due).await?;
        let runs = marked.chunk_by(|a, b| a.concierge == b.concierge);
        let runs: Vec<_> = runs.map(|run| deliver_run(platform, clock, entropy, municipality, run)).collect();
        let settled: Vec<_> = stream::iter(runs).buffer_unordered(MAX_PARALLEL).collect().await;
        let settled: Vec<_> = settled.into_iter().flatten().collect();
        let confirmed = settled.iter().filter(|(_, outcome)| matches!(outcome, Settled::Confirmed(_))).count();
        delivered.reopened.extend(store.settle(municipality, settled, clock.now()).await?);
        tracing::debug!(%municipality, stage = "settled", "settled {confirmed} messages");
    }
    delivered.retry_at = store.next_due(municipality).await?;
    Ok(delivered)
}

/// Sends messages to one concierge, which are marked as being sent, one after the other, up to the first that cannot be
/// sent now. Gives how each attempt ended.
async fn deliver_run<'a, P: Platform>(
    platform: &P,
    clock: &dyn Clock,
    entropy: &Entropy,
    municipality: &MunicipalityId,
    run: &[&'a QueuedMessage],
) -> Vec<(&'a QueuedMessage, Settled)> {
    let mut settled = Vec::with_capacity(run.len());
    let mut destination = None;
    let mut stopped = false;
    for message in run {
        let outcome = if stopped {
            not_attempted(message, clock.now())
        } else {
            let to = destination.as_ref().unwrap_or(&message.destination);
            attempt(platform, clock, entropy, municipality, message, to).await
        };
        if let Settled::Confirmed(receipt) = &outcome {
            destination = Some(Destination::Conversation(receipt.conversation.clone()));
        }
        stopped |= matches!(outcome, Settled::Unsent(_) | Settled::Unknown(_) | Settled::NoConversation(_));
        settled.push((*message, outcome));
    }
    settled
}

async fn attempt<P: Platform>(
    platform: &P,
    clock: &dyn Clock,
    entropy: &Entropy,
    municipality: &MunicipalityId,
    message: &QueuedMessage,
    to: &Destination,
) -> Settled {
    match before_sending(platform, message).await {
        Ok(None) => {}
        Ok(Some(outcome)) => return outcome,
        Err(error) => return not_attempted(message, clock.now() + wait(message, &error, entropy)),
    }
    let reference = &message.reference;
    tracing::debug!(%municipality, %reference, stage = "sending", "sending `{reference}`");
    let sent = platform.send(Outgoing { to, text: &message.text, reference }).await;
    tracing::debug!(%municipality, %reference, stage = "sent", "attempted `{reference}`");
    match sent {
        Ok(receipt) => Settled::Confirmed(receipt),
        // Conversations come and go with the people's accounts.
        Err(PlatformError::Rejected { status: 404 | 410, .. }) if matches!(to, Destination::Conversation(_)) => {
            Settled::NoConversation(clock.now())
        }
        Err(error) => after_failure(municipality, message, &error, clock, entropy),
    }
}

/// Whether a message still is to be sent: asks the platform about an earlier attempt whose outcome is not known, and
/// whether every post that it speaks of is still there and shared with the municipality.
async fn before_sending<P: Platform>(platform: &P, message: &QueuedMessage) -> Result<Option<Settled>, PlatformError> {
    if message.unknown
        && let Some(receipt) = platform.sent(&message.reference).await?
    {
        return Ok(Some(Settled::Confirmed(receipt)));
    }
    let looks: Vec<_> = message.posts.iter().map(|post| platform.post(post)).collect();
    let posts: Vec<_> = stream::iter(looks).buffered(MAX_PARALLEL).collect().await;
    for post in posts {
        if !post?.is_some_and(|post| post.active && post.shared) {
            return Ok(Some(Settled::Cancelled));
        }
    }
    Ok(None)
}

/// The state of a message that was not attempted, until the given moment: what was unknown stays so.
fn not_attempted(message: &QueuedMessage, until: Timestamp) -> Settled {
    if message.unknown { Settled::Unknown(until) } else { Settled::Unsent(until) }
}

fn after_failure(
    municipality: &MunicipalityId,
    message: &QueuedMessage,
    error: &PlatformError,
    clock: &dyn Clock,
    entropy: &Entropy,
) -> Settled {
    let at = clock.now() + wait(message, error, entropy);
    let reference = &message.reference;
    match error {
        PlatformError::Rejected { .. } => {
            tracing::error!(%municipality, %reference, %error, "message `{reference}` cannot be delivered: {error}");
            Settled::Rejected
        }
        PlatformError::Unknown { .. } => {
            tracing::warn!(%municipality, %reference, %error, "message `{reference}` may not have arrived: {error}");
            Settled::Unknown(at)
        }
        PlatformError::Unsent { .. } | PlatformError::Busy { .. } | PlatformError::Refused { .. } => {
            tracing::warn!(%municipality, %reference, %error, "message `{reference}` waits: {error}");
            // An earlier attempt may still have arrived.
            not_attempted(message, at)
        }
    }
}

fn wait(message: &QueuedMessage, error: &PlatformError, entropy: &Entropy) -> Duration {
    retry::wait(message.attempts, Some(error), entropy)
}
