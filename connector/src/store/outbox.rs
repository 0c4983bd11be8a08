//! Messages on their way: `planned → sending → confirmed`. An attempt whose outcome is not known makes the message
//! `unknown`, and the platform is asked about it before anything is sent again. `cancelled` and `rejected` are final.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{QueryBuilder, Transaction};

use super::{Db, MAX_ROWS, Store, StoreError, decisions, millis, moment};
use crate::domain::{ClientReference, ConversationId, MemberId, MunicipalityId, NeighbourhoodId, PostId, Private};
use crate::platform::{Destination, Receipt};

/// A message to queue.
#[derive(Debug)]
pub struct NewMessage<'a> {
    /// Who reads it.
    pub concierge: &'a MemberId,
    /// The kind of message.
    pub kind: &'static str,
    /// The suggestion that it tells.
    pub suggestion: Option<&'a str>,
    /// The posts that it speaks of.
    pub posts: &'a [&'a PostId],
    /// What it says.
    pub text: Private,
    /// What it is about: a suggestion, or the answer that it replies to.
    pub subject: &'a str,
    /// Which message about that subject it is.
    pub step: &'static str,
}

/// A message that waits to be sent.
#[derive(Debug, Clone)]
pub struct QueuedMessage {
    /// Who reads it.
    pub concierge: MemberId,
    /// Its place among that concierge's messages.
    pub sequence: i64,
    /// The kind of message.
    pub kind: String,
    /// The suggestion that it tells.
    pub suggestion: Option<String>,
    /// The posts that it speaks of.
    pub posts: Vec<PostId>,
    /// The frozen text.
    pub text: Private,
    /// The key of every attempt.
    pub reference: ClientReference,
    /// Whether an earlier attempt may have succeeded.
    pub unknown: bool,
    /// Attempts so far.
    pub attempts: u32,
    /// Where it goes, as far as is known before the first message.
    pub destination: Destination,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub enum Settled {
    /// The platform has it.
    Confirmed(Receipt),
    /// Nothing was sent, or the platform said that it did not carry it out: try again at the given moment.
    Unsent(Timestamp),
    /// Nothing was sent, because the conversation does not exist any more: open another at the given moment.
    NoConversation(Timestamp),
    /// It may have been sent: ask at the given moment.
    Unknown(Timestamp),
    /// It must not be sent any more: a post that it speaks of is no longer shared.
    Cancelled,
    /// The platform will never accept it.
    Rejected,
}

/// What the outbox says of a message, for the demo's and the tests' ledger.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The kind of message.
    pub kind: String,
    /// The neighbourhood that it is about, if it is about one.
    pub neighbourhood: Option<String>,
    /// The post that asks.
    pub request: Option<PostId>,
    /// The helpers' posts.
    pub helpers: Vec<PostId>,
}

/// The reference of a message: equal for equal contents, so that a message can be looked up after a crash.
pub fn reference(municipality: &MunicipalityId, concierge: &MemberId, subject: &str, step: &str) -> ClientReference {
    ClientReference::new(digest(&[municipality.as_str(), concierge.as_str(), subject, step]))
}

/// 128 bits in hexadecimal that differ for every other list of parts.
pub fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let hash = hash.finalize();
    format!("{:032x}", u128::from_be_bytes(hash[..16].try_into().expect("half of 256 bits")))
}

impl Store {
    /// Messages that can be sent now, in the order in which each concierge is to read them, at most `limit`. A message
    /// that has to wait holds back those behind it. A paused concierge gets no suggestions, and somebody who is no
    /// concierge any more gets nothing. A crisis waits for no other message; it comes first, and alone.
    pub async fn due(
        &self,
        municipality: &MunicipalityId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<QueuedMessage>, StoreError> {
        type Row = (String, i64, String, Option<String>, String, String, String, String, i64, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT o.concierge, o.sequence, o.kind, o.suggestion, o.posts, o.text, o.reference, o.state, o.attempts,
                    t.conversation
             FROM outbox o JOIN thread t ON t.municipality = o.municipality AND t.concierge = o.concierge
             WHERE o.municipality = $1 AND o.state IN ('planned', 'unknown')
               AND (t.paused = 0 OR o.suggestion IS NULL OR o.kind = 'crisis')
               AND EXISTS (SELECT 1 FROM concierge c WHERE c.municipality = o.municipality AND c.member = o.concierge)
               AND NOT EXISTS (
                   SELECT 1 FROM outbox h WHERE h.municipality = o.municipality AND h.concierge = o.concierge
                      AND h.state IN ('planned', 'unknown') AND h.sequence <= o.sequence AND h.not_before > $2
                      AND (t.paused = 0 OR h.suggestion IS NULL OR h.kind = 'crisis')
                      AND (o.kind <> 'crisis' OR h.kind = 'crisis'))
             ORDER BY CASE WHEN o.kind = 'crisis' THEN 0 ELSE 1 END, o.concierge, o.sequence LIMIT $3",
        )
        .bind(municipality.as_str())
        .bind(millis(now))
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await?;
        let messages = rows.into_iter().map(
            |(concierge, sequence, kind, suggestion, posts, text, reference, state, attempts, conversation)| {
                let destination = match conversation {
                    Some(conversation) => Destination::Conversation(ConversationId::new(conversation)),
                    None => Destination::Member(MemberId::new(concierge.as_str())),
                };
                Ok(QueuedMessage {
                    concierge: MemberId::new(concierge),
                    sequence,
                    kind,
                    suggestion,
                    posts: serde_json::from_str(&posts).map_err(|_| StoreError::Corrupt { what: "outbox.posts" })?,
                    text: Private::new(text),
                    reference: ClientReference::new(reference),
                    unknown: state == "unknown",
                    attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                    destination,
                })
            },
        );
        let mut messages = messages.collect::<Result<Vec<QueuedMessage>, StoreError>>()?;
        let crises = messages.iter().take_while(|message| message.kind == "crisis").count();
        if crises > 0 {
            messages.truncate(crises);
        }
        Ok(messages)
    }

    /// When the first message that waits may be tried; none when nothing waits. What is behind another message is not
    /// looked at: it cannot go before it.
    pub async fn next_due(&self, municipality: &MunicipalityId) -> Result<Option<Timestamp>, StoreError> {
        let (at,): (Option<i64>,) = sqlx::query_as(
            "SELECT MIN(o.not_before) FROM outbox o
             JOIN thread t ON t.municipality = o.municipality AND t.concierge = o.concierge
             WHERE o.municipality = $1 AND o.state IN ('planned', 'unknown')
               AND (t.paused = 0 OR o.suggestion IS NULL OR o.kind = 'crisis')
               AND EXISTS (SELECT 1 FROM concierge c WHERE c.municipality = o.municipality AND c.member = o.concierge)
               AND (o.kind = 'crisis' OR NOT EXISTS (
                   SELECT 1 FROM outbox h WHERE h.municipality = o.municipality AND h.concierge = o.concierge
                      AND (t.paused = 0 OR h.suggestion IS NULL OR h.kind = 'crisis')
                      AND h.state IN ('planned', 'unknown') AND h.sequence < o.sequence))",
        )
        .bind(municipality.as_str())
        .fetch_one(&self.reader)
        .await?;
        at.map(|at| moment(at, "outbox.not_before")).transpose()
    }

    /// Notes that these messages are about to be sent, before the first byte leaves. Gives those that may be sent:
    /// one that was cancelled in the meantime is not among them.
    pub async fn mark_sending<'a>(
        &self,
        municipality: &MunicipalityId,
        messages: &'a [QueuedMessage],
    ) -> Result<Vec<&'a QueuedMessage>, StoreError> {
        let mut tx = self.begin().await?;
        let mut marked = Vec::with_capacity(messages.len());
        for messages in messages.chunk_by(|a, b| a.concierge == b.concierge).flat_map(|thread| thread.chunks(MAX_ROWS))
        {
            let mut update = QueryBuilder::new(
                "UPDATE outbox SET state = 'sending', attempts = attempts + 1
                 WHERE state IN ('planned', 'unknown') AND municipality = ",
            );
            update.push_bind(municipality.as_str());
            update.push(" AND concierge = ").push_bind(messages[0].concierge.as_str()).push(" AND sequence IN (");
            let mut sequences = update.separated(", ");
            for message in messages {
                sequences.push_bind(message.sequence);
            }
            update.push(") RETURNING sequence");
            let sent: BTreeSet<i64> = update.build_query_scalar().fetch_all(&mut *tx).await?.into_iter().collect();
            marked.extend(messages.iter().filter(|message| sent.contains(&message.sequence)));
        }
        tx.commit().await?;
        Ok(marked)
    }

    /// Notes how attempts ended. Gives the neighbourhoods that are to be matched afresh because a suggestion was taken
    /// back before anybody was told.
    pub async fn settle<'a>(
        &self,
        municipality: &MunicipalityId,
        settled: impl IntoIterator<Item = (&'a QueuedMessage, Settled)>,
        now: Timestamp,
    ) -> Result<Vec<NeighbourhoodId>, StoreError> {
        let mut tx = self.begin().await?;
        let mut reopened = Vec::new();
        let mut conversations = BTreeMap::new();
        for (message, outcome) in settled {
            reopened.extend(settle(&mut tx, municipality, message, &outcome, now).await?);
            match outcome {
                Settled::Confirmed(receipt) => conversations.insert(&message.concierge, Some(receipt.conversation)),
                Settled::NoConversation(_) => conversations.insert(&message.concierge, None),
                _ => None,
            };
        }
        for (concierge, conversation) in conversations {
            sqlx::query("UPDATE thread SET conversation = $3 WHERE municipality = $1 AND concierge = $2")
                .bind(municipality.as_str())
                .bind(concierge.as_str())
                .bind(conversation.as_ref().map(ConversationId::as_str))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(reopened)
    }

    /// What the message of a reference tells; the demo and the tests hold the platform's ledger against it.
    pub async fn told_by(&self, reference: &ClientReference) -> Result<Option<Outbox>, StoreError> {
        type Row = (String, Option<String>, Option<String>, Option<String>);
        let row: Option<Row> = sqlx::query_as(
            "SELECT o.kind, o.suggestion, s.neighbourhood, s.request FROM outbox o
             LEFT JOIN suggestion s ON s.id = o.suggestion WHERE o.reference = $1",
        )
        .bind(reference.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some((kind, suggestion, neighbourhood, request)) = row else { return Ok(None) };
        let helpers: Vec<(String,)> =
            sqlx::query_as("SELECT post FROM suggestion_helper WHERE suggestion = $1 ORDER BY position")
                .bind(suggestion.as_deref().unwrap_or(""))
                .fetch_all(&self.reader)
                .await?;
        let helpers = helpers.into_iter().map(|(post,)| PostId::new(post)).collect();
        Ok(Some(Outbox { kind, neighbourhood, request: request.map(PostId::new), helpers }))
    }

    /// After a delivery that was interrupted nobody knows how the sends that were under way ended. Only for who knows
    /// that nobody is sending.
    pub async fn distrust_interrupted_sends(&self, municipality: &MunicipalityId) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET state = 'unknown' WHERE municipality = $1 AND state = 'sending'")
            .bind(municipality.as_str())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The same for every municipality, when the program starts.
    pub(super) async fn distrust_all_sends(&self) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET state = 'unknown' WHERE state = 'sending'").execute(&self.writer).await?;
        Ok(())
    }
}

/// Queues a message: from here on its bytes do not change. One whose reference is there already is not queued again.
pub(super) async fn queue(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    message: &NewMessage<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (sequence,): (i64,) = sqlx::query_as(
        "INSERT INTO thread (municipality, concierge, last_sequence) VALUES ($1, $2, 1)
         ON CONFLICT (municipality, concierge) DO UPDATE SET last_sequence = thread.last_sequence + 1
         RETURNING last_sequence",
    )
    .bind(municipality.as_str())
    .bind(message.concierge.as_str())
    .fetch_one(&mut **tx)
    .await?;
    let posts: Vec<&str> = message.posts.iter().map(|post| post.as_str()).collect();
    sqlx::query(
        "INSERT INTO outbox (municipality, concierge, sequence, kind, suggestion, posts, text, reference, state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'planned', $9) ON CONFLICT (reference) DO NOTHING",
    )
    .bind(municipality.as_str())
    .bind(message.concierge.as_str())
    .bind(sequence)
    .bind(message.kind)
    .bind(message.suggestion)
    .bind(serde_json::json!(posts).to_string())
    .bind(message.text.reveal())
    .bind(reference(municipality, message.concierge, message.subject, message.step).as_str())
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes back the messages of a suggestion that have provably not been sent.
pub(super) async fn cancel_unsent(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    suggestion: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = 'cancelled', text = '', settled_at = $3
         WHERE municipality = $1 AND suggestion = $2 AND state = 'planned'",
    )
    .bind(municipality.as_str())
    .bind(suggestion)
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives the neighbourhood that is to be matched afresh because a suggestion was taken back.
async fn settle(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    message: &QueuedMessage,
    outcome: &Settled,
    now: Timestamp,
) -> Result<Option<NeighbourhoodId>, StoreError> {
    let (state, not_before, platform_id) = match outcome {
        Settled::Confirmed(receipt) => ("confirmed", None, Some(receipt.message.as_str())),
        Settled::Unsent(at) | Settled::NoConversation(at) => ("planned", Some(millis(*at)), None),
        Settled::Unknown(at) => ("unknown", Some(millis(*at)), None),
        Settled::Cancelled => ("cancelled", None, None),
        Settled::Rejected => ("rejected", None, None),
    };
    // Once settled, nobody needs the text any more. What was cancelled meanwhile stays so.
    let done = sqlx::query(
        "UPDATE outbox SET state = $4, not_before = COALESCE($5, not_before), message = $6,
             text = CASE WHEN $5 IS NULL THEN '' ELSE text END,
             settled_at = CASE WHEN $5 IS NULL THEN $7 ELSE NULL END
         WHERE municipality = $1 AND concierge = $2 AND sequence = $3 AND state IN ('planned', 'sending', 'unknown')",
    )
    .bind(municipality.as_str())
    .bind(message.concierge.as_str())
    .bind(message.sequence)
    .bind(state)
    .bind(not_before)
    .bind(platform_id)
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    match (outcome, &message.suggestion) {
        (Settled::Cancelled, Some(suggestion)) => decisions::untold(tx, suggestion, "lapsed", now).await,
        (Settled::Rejected, Some(suggestion)) => decisions::untold(tx, suggestion, "rejected", now).await.map(|_| None),
        _ => Ok(None),
    }
}
