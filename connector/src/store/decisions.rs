//! What a cycle read and decided: readings, suggestions, their numbers, and the frozen messages that tell them, in one transaction.

use std::fmt;

use jiff::Timestamp;
use sqlx::{QueryBuilder, Transaction};

use super::outbox::{self, NewMessage};
use super::readings::{self, NewReading};
use super::{Db, MAX_ROWS, Store, StoreError, millis};
use crate::domain::{MemberId, MunicipalityId, NeighbourhoodId, PostId, Private};

/// What one cycle of matching read and decided; kept in one transaction.
#[derive(Debug)]
pub struct CycleResult<'a> {
    /// The version of the neighbourhood that was matched; none when matching is still to be done.
    pub version: Option<i64>,
    /// Digest of the rules and settings.
    pub rules: &'a str,
    /// What they have read for the first time.
    pub readings: &'a [NewReading],
    /// What is new to tell.
    pub suggestions: Vec<NewSuggestion<'a>>,
    /// Open suggestions that no longer hold.
    pub lapsed: Vec<Lapsed<'a>>,
}

/// An open suggestion that no longer holds.
#[derive(Debug)]
pub struct Lapsed<'a> {
    /// The suggestion.
    pub suggestion: String,
    /// Why, as the messages call it.
    pub cause: &'static str,
    /// How to say so to each concierge that knows it.
    pub recipients: Vec<Recipient<'a>>,
}

/// A suggestion, or something to know, with the plan to tell it.
#[derive(Debug)]
pub struct NewSuggestion<'a> {
    /// Digest of what it suggests: one that is known already is not told again.
    pub id: String,
    /// The kind of message that tells it.
    pub kind: &'static str,
    /// The post that asks.
    pub request: Option<PostId>,
    /// Who asks.
    pub asker: Option<MemberId>,
    /// Whether the concierge decides about it under a number.
    pub numbered: bool,
    /// Digest of the readings that were judged.
    pub inputs: String,
    /// The first suggestion first.
    pub helpers: Vec<NewHelper>,
    /// In a ring, why the one who asks helps the next, as the matching stage serialised it; else an empty list.
    pub asker_reasons: String,
    /// The post of who was passed over for the first helper, and why, as the matching stage serialised it.
    pub passed_over: Option<(PostId, String)>,
    /// The concierges to tell.
    pub recipients: Vec<Recipient<'a>>,
}

/// A helper of a new suggestion.
#[derive(Debug, Clone)]
pub struct NewHelper {
    /// The helper's post.
    pub post: PostId,
    /// Who wrote it.
    pub author: MemberId,
    /// 0 to 1000.
    pub score: u16,
    /// The reasons, as the matching stage serialised them.
    pub reasons: String,
}

/// Whom to tell, and how, once the suggestion's number for this concierge is known.
pub struct Recipient<'a> {
    /// The concierge.
    pub concierge: MemberId,
    /// Writes the message for a number; pure.
    pub compose: Box<dyn Fn(u32) -> Private + Send + Sync + 'a>,
}

impl fmt::Debug for Recipient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.concierge)
    }
}

impl Store {
    /// Keeps what a cycle read and decided: readings, suggestions, their numbers, and the frozen messages that tell them.
    pub async fn save_cycle(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
        result: CycleResult<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        readings::keep(&mut tx, municipality, result.rules, result.readings).await?;
        for lapsed in &result.lapsed {
            lapse(&mut tx, municipality, lapsed, now).await?;
        }
        for suggestion in &result.suggestions {
            save_suggestion(&mut tx, municipality, neighbourhood, suggestion, result.rules, now).await?;
        }
        if let Some(version) = result.version {
            sqlx::query(
                "UPDATE neighbourhood SET matched_version = $3, matched_rules = $4 WHERE municipality = $1 AND id = $2",
            )
            .bind(municipality.as_str())
            .bind(neighbourhood.as_str())
            .bind(version)
            .bind(result.rules)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn save_suggestion(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    neighbourhood: &NeighbourhoodId,
    new: &NewSuggestion<'_>,
    rules: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "INSERT INTO suggestion (id, municipality, neighbourhood, kind, request, asker, state, rules, inputs, created_at,
                                 asker_reasons, passed_over, passed_over_cause)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&new.id)
    .bind(municipality.as_str())
    .bind(neighbourhood.as_str())
    .bind(new.kind)
    .bind(new.request.as_ref().map(PostId::as_str))
    .bind(new.asker.as_ref().map(MemberId::as_str))
    .bind(if new.numbered { "open" } else { "told" })
    .bind(rules)
    .bind(&new.inputs)
    .bind(millis(now))
    .bind(&new.asker_reasons)
    .bind(new.passed_over.as_ref().map(|(post, _)| post.as_str()))
    .bind(new.passed_over.as_ref().map(|(_, cause)| cause.as_str()))
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(());
    }
    let placed: Vec<_> = (0_i64..).zip(&new.helpers).collect();
    for helpers in placed.chunks(MAX_ROWS) {
        let mut insert =
            QueryBuilder::new("INSERT INTO suggestion_helper (suggestion, position, post, author, score, reasons) ");
        insert.push_values(helpers, |mut row, (position, helper)| {
            row.push_bind(&new.id)
                .push_bind(*position)
                .push_bind(helper.post.as_str())
                .push_bind(helper.author.as_str())
                .push_bind(i64::from(helper.score))
                .push_bind(&helper.reasons);
        });
        insert.build().execute(&mut **tx).await?;
    }
    let helpers = new.helpers.iter().map(|helper| &helper.post);
    let passed_over = new.passed_over.iter().map(|(post, _)| post);
    let posts: Vec<&PostId> = new.request.iter().chain(helpers).chain(passed_over).collect();
    for recipient in &new.recipients {
        let number = if new.numbered { next_number(tx, municipality, &recipient.concierge, &new.id).await? } else { 0 };
        let message = NewMessage {
            concierge: &recipient.concierge,
            kind: new.kind,
            suggestion: Some(&new.id),
            posts: &posts,
            text: (recipient.compose)(number),
            step: "tell",
            subject: &new.id,
        };
        outbox::queue(tx, municipality, &message, now).await?;
    }
    Ok(())
}

/// Gives the suggestion the concierge's next number.
async fn next_number(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    concierge: &MemberId,
    suggestion: &str,
) -> Result<u32, StoreError> {
    let (number,): (i64,) = sqlx::query_as(
        "INSERT INTO thread (municipality, concierge, last_number) VALUES ($1, $2, 1)
         ON CONFLICT (municipality, concierge) DO UPDATE SET last_number = thread.last_number + 1
         RETURNING last_number",
    )
    .bind(municipality.as_str())
    .bind(concierge.as_str())
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query("INSERT INTO told (municipality, concierge, number, suggestion) VALUES ($1, $2, $3, $4)")
        .bind(municipality.as_str())
        .bind(concierge.as_str())
        .bind(number)
        .bind(suggestion)
        .execute(&mut **tx)
        .await?;
    u32::try_from(number).map_err(|_| StoreError::Corrupt { what: "thread.last_number" })
}

/// Ends an open suggestion. A concierge who was not told of it yet never will be; one who was, is told that it lapsed.
async fn lapse(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    lapsed: &Lapsed<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Lapsed { suggestion, cause, recipients } = lapsed;
    let ended = sqlx::query(
        "UPDATE suggestion SET state = 'lapsed', cause = $3, decided_at = $2 WHERE id = $1 AND state = 'open'",
    )
    .bind(suggestion)
    .bind(millis(now))
    .bind(*cause)
    .execute(&mut **tx)
    .await?;
    if ended.rows_affected() == 0 {
        return Ok(());
    }
    outbox::cancel_unsent(tx, municipality, suggestion, now).await?;
    for recipient in recipients {
        let told: Option<(i64,)> = sqlx::query_as(
            "SELECT t.number FROM told t JOIN outbox o ON o.suggestion = t.suggestion
                 AND o.municipality = t.municipality AND o.concierge = t.concierge
             WHERE t.suggestion = $1 AND t.concierge = $2 AND o.state IN ('sending', 'unknown', 'confirmed')",
        )
        .bind(suggestion)
        .bind(recipient.concierge.as_str())
        .fetch_optional(&mut **tx)
        .await?;
        let Some((number,)) = told else { continue };
        let number = u32::try_from(number).map_err(|_| StoreError::Corrupt { what: "told.number" })?;
        let message = NewMessage {
            concierge: &recipient.concierge,
            kind: "notice",
            suggestion: None,
            posts: &[],
            text: (recipient.compose)(number),
            step: "lapse",
            subject: suggestion,
        };
        outbox::queue(tx, municipality, &message, now).await?;
    }
    Ok(())
}

/// Ends a suggestion that none of its concierges has been or will be told: nobody can decide about it. Gives its
/// neighbourhood, which is to be matched afresh.
pub(super) async fn untold(
    tx: &mut Transaction<'static, Db>,
    suggestion: &str,
    state: &str,
    now: Timestamp,
) -> Result<Option<NeighbourhoodId>, StoreError> {
    let row: Option<(String, String)> = sqlx::query_as(
        "UPDATE suggestion SET state = $2, decided_at = $3
         WHERE id = $1 AND state IN ('open', 'told') AND NOT EXISTS (
             SELECT 1 FROM outbox WHERE suggestion = $1 AND state IN ('planned', 'sending', 'unknown', 'confirmed'))
         RETURNING municipality, neighbourhood",
    )
    .bind(suggestion)
    .bind(state)
    .bind(millis(now))
    .fetch_optional(&mut **tx)
    .await?;
    let Some((municipality, neighbourhood)) = row else { return Ok(None) };
    if state == "lapsed" {
        sqlx::query("UPDATE neighbourhood SET matched_rules = NULL WHERE municipality = $1 AND id = $2")
            .bind(&municipality)
            .bind(&neighbourhood)
            .execute(&mut **tx)
            .await?;
    }
    Ok(Some(NeighbourhoodId::new(neighbourhood)))
}
