//! What concierges wrote back. Each answer is acted upon in one transaction: what it changes, the reply that is queued,
//! and the note that it has been handled stand or fall together.

use jiff::Timestamp;
use sqlx::Transaction;

use super::matching::voices;
use super::outbox::{self, NewMessage};
use super::{Db, Note, Store, StoreError, Voice, millis};
use crate::domain::{Cursor, Language, MemberId, MessageId, MunicipalityId, NeighbourhoodId, PostId, Private};
use crate::platform::Incoming;

const SET_PAUSED: &str = "INSERT INTO thread (municipality, concierge, paused) VALUES ($1, $2, $3)
    ON CONFLICT (municipality, concierge) DO UPDATE SET paused = excluded.paused";
const SET_HELPED: &str = "INSERT INTO thread (municipality, concierge, helped) VALUES ($1, $2, $3)
    ON CONFLICT (municipality, concierge) DO UPDATE SET helped = excluded.helped";

/// An answer that has not been acted upon.
#[derive(Debug, Clone)]
pub struct WaitingAnswer {
    /// The message.
    pub message: MessageId,
    /// Who wrote it.
    pub concierge: MemberId,
    /// The language to reply in.
    pub language: Language,
    /// What it says.
    pub text: Private,
}

/// Where a concierge's conversation stands.
#[derive(Debug, Clone, Copy)]
pub struct ThreadState {
    /// Whether the line of help was sent already.
    pub helped: bool,
    /// The number of the newest suggestion that waits for a decision.
    pub newest_open: Option<u32>,
}

/// A suggestion as a concierge knows it.
#[derive(Debug, Clone)]
pub struct ToldSuggestion {
    /// Digest of what it suggests.
    pub id: String,
    /// The kind of message that told it.
    pub kind: String,
    /// Its state.
    pub state: String,
    /// Why it lapsed, as the messages call it.
    pub cause: Option<String>,
    /// Where.
    pub neighbourhood: NeighbourhoodId,
    /// Who asks.
    pub asker: Option<MemberId>,
    /// The post that asks, if it still exists.
    pub request: Option<Voice>,
    /// The helpers, the first suggestion first.
    pub helpers: Vec<ToldHelper>,
    /// In a ring, why the one who asks helps the next, serialised.
    pub asker_reasons: String,
    /// Who was passed over for the first helper, if their post still exists, and why, serialised.
    pub passed_over: Option<(Voice, String)>,
    /// Digest of the rules that gave the reasons.
    pub rules: String,
}

/// A helper of a suggestion as a concierge knows it.
#[derive(Debug, Clone)]
pub struct ToldHelper {
    /// The member.
    pub member: MemberId,
    /// The offer, if it still exists.
    pub voice: Option<Voice>,
    /// 0 to 1000.
    pub score: u16,
    /// The reasons, as the matching stage serialised them.
    pub reasons: String,
}

/// What an answer changes.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing but the reply.
    Nothing,
    /// The concierge will bring these people together.
    Accepted(String),
    /// Not these people: the request may be suggested to somebody else.
    Declined(String),
    /// No more suggestions until further notice, or suggestions again.
    Paused(bool),
    /// The line of help was sent.
    Helped,
    /// A note about people.
    Noted(Note),
}

/// What is written back to a concierge.
#[derive(Debug)]
pub struct Reply {
    /// The kind of message.
    pub kind: &'static str,
    /// What it says.
    pub text: Private,
}

/// The transaction in which one answer is acted upon.
#[derive(Debug)]
pub struct Answering {
    pub(super) tx: Transaction<'static, Db>,
    pub(super) municipality: MunicipalityId,
    pub(super) answer: WaitingAnswer,
}

impl Store {
    /// Where the reading of the municipality's incoming messages stands.
    pub async fn inbox_cursor(&self, municipality: &MunicipalityId) -> Result<Option<Cursor>, StoreError> {
        let row: Option<(Option<String>,)> = sqlx::query_as("SELECT inbox_cursor FROM municipality WHERE id = $1")
            .bind(municipality.as_str())
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.and_then(|(cursor,)| cursor).map(Cursor::new))
    }

    /// Keeps a page of incoming messages and moves the cursor behind it. Messages of people who are not concierges of
    /// the municipality are dropped: nobody else can decide anything. So are those of a conversation that this store
    /// has written nothing in: they answer what another one wrote.
    pub async fn save_incoming(
        &self,
        municipality: &MunicipalityId,
        messages: &[Incoming],
        next: &Cursor,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for message in messages {
            sqlx::query(
                "INSERT INTO answer (municipality, message, concierge, text, received_at)
                 SELECT $1, $2, $3, $4, $5
                 WHERE EXISTS (SELECT 1 FROM concierge WHERE municipality = $1 AND member = $3)
                   AND EXISTS (SELECT 1 FROM thread
                               WHERE municipality = $1 AND concierge = $3 AND conversation = $6)
                 ON CONFLICT (municipality, message) DO NOTHING",
            )
            .bind(municipality.as_str())
            .bind(message.id.as_str())
            .bind(message.from.as_str())
            .bind(message.text.reveal())
            .bind(millis(message.created_at))
            .bind(message.conversation.as_str())
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query(
            "INSERT INTO municipality (id, inbox_cursor) VALUES ($1, $2)
             ON CONFLICT (id) DO UPDATE SET inbox_cursor = excluded.inbox_cursor",
        )
        .bind(municipality.as_str())
        .bind(next.as_str())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Answers that have not been acted upon, oldest first, at most `limit`.
    pub async fn waiting_answers(
        &self,
        municipality: &MunicipalityId,
        limit: u32,
    ) -> Result<Vec<WaitingAnswer>, StoreError> {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT a.message, a.concierge, a.text, MIN(c.language) FROM answer a
             JOIN concierge c ON c.municipality = a.municipality AND c.member = a.concierge
             WHERE a.municipality = $1 AND a.handled = 0
             GROUP BY a.message, a.concierge, a.text, a.received_at ORDER BY a.received_at, a.message LIMIT $2",
        )
        .bind(municipality.as_str())
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await?;
        let answers = rows.into_iter().map(|(message, concierge, text, language)| {
            Ok(WaitingAnswer {
                message: MessageId::new(message),
                concierge: MemberId::new(concierge),
                language: Language::from_tag(&language).ok_or(StoreError::Corrupt { what: "concierge.language" })?,
                text: Private::new(text),
            })
        });
        answers.collect()
    }

    /// Begins to act upon an answer.
    pub async fn answering(
        &self,
        municipality: &MunicipalityId,
        answer: WaitingAnswer,
    ) -> Result<Answering, StoreError> {
        Ok(Answering { tx: self.begin().await?, municipality: municipality.clone(), answer })
    }
}

impl Answering {
    /// Where this concierge's conversation stands.
    pub async fn thread(&mut self) -> Result<ThreadState, StoreError> {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT helped FROM thread WHERE municipality = $1 AND concierge = $2")
                .bind(self.municipality.as_str())
                .bind(self.answer.concierge.as_str())
                .fetch_optional(&mut *self.tx)
                .await?;
        let (newest,): (Option<i64>,) = sqlx::query_as(
            "SELECT MAX(t.number) FROM told t
             JOIN suggestion s ON s.id = t.suggestion AND s.state = 'open'
             JOIN outbox o ON o.suggestion = t.suggestion AND o.municipality = t.municipality
                  AND o.concierge = t.concierge AND o.state IN ('sending', 'unknown', 'confirmed')
             WHERE t.municipality = $1 AND t.concierge = $2",
        )
        .bind(self.municipality.as_str())
        .bind(self.answer.concierge.as_str())
        .fetch_one(&mut *self.tx)
        .await?;
        let (helped,) = row.unwrap_or((0,));
        Ok(ThreadState { helped: helped != 0, newest_open: newest.and_then(|number| u32::try_from(number).ok()) })
    }

    /// The numbers of the suggestions that wait for this concierge's decision, ascending, at most twelve of them.
    pub async fn open_numbers(&mut self) -> Result<Vec<u32>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT t.number FROM told t JOIN suggestion s ON s.id = t.suggestion AND s.state = 'open'
             WHERE t.municipality = $1 AND t.concierge = $2 ORDER BY t.number LIMIT 12",
        )
        .bind(self.municipality.as_str())
        .bind(self.answer.concierge.as_str())
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(rows.into_iter().filter_map(|(number,)| u32::try_from(number).ok()).collect())
    }

    /// The suggestion that this concierge knows under `number`.
    pub async fn told(&mut self, number: u32) -> Result<Option<ToldSuggestion>, StoreError> {
        type Optional = Option<String>;
        type Row = (String, String, String, Optional, String, Optional, Optional, String, String, Optional, Optional);
        let row: Option<Row> = sqlx::query_as(
            "SELECT s.id, s.kind, s.state, s.cause, s.neighbourhood, s.request, s.asker, s.rules, s.asker_reasons,
                    s.passed_over, s.passed_over_cause FROM told t
             JOIN suggestion s ON s.id = t.suggestion
             WHERE t.municipality = $1 AND t.concierge = $2 AND t.number = $3",
        )
        .bind(self.municipality.as_str())
        .bind(self.answer.concierge.as_str())
        .bind(i64::from(number))
        .fetch_optional(&mut *self.tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (id, kind, state, cause, neighbourhood, request, asker, rules, asker_reasons, passed_over, why) = row;
        let request = request.map(PostId::new);
        let passed_over = passed_over.map(PostId::new);
        let rows: Vec<(String, String, i64, String)> = sqlx::query_as(
            "SELECT post, author, score, reasons FROM suggestion_helper WHERE suggestion = $1 ORDER BY position",
        )
        .bind(&id)
        .fetch_all(&mut *self.tx)
        .await?;
        let posts: Vec<PostId> = rows.iter().map(|(post, ..)| PostId::new(post)).collect();
        let named = request.iter().chain(&posts).chain(&passed_over);
        let voices = voices(&mut self.tx, &self.municipality, named).await?;
        let mut helpers = Vec::with_capacity(rows.len());
        for (post, (_, author, score, reasons)) in posts.iter().zip(rows) {
            let score = u16::try_from(score).map_err(|_| StoreError::Corrupt { what: "suggestion_helper.score" })?;
            let (member, voice) = (MemberId::new(author), voices.get(post).cloned());
            helpers.push(ToldHelper { member, voice, score, reasons });
        }
        let request = request.and_then(|request| voices.get(&request).cloned());
        let passed_over = passed_over.and_then(|post| voices.get(&post).cloned()).zip(why);
        Ok(Some(ToldSuggestion {
            id,
            kind,
            state,
            cause,
            neighbourhood: NeighbourhoodId::new(neighbourhood),
            asker: asker.map(MemberId::new),
            request,
            helpers,
            asker_reasons,
            passed_over,
            rules,
        }))
    }

    /// Keeps what the answer changes, queues the reply, and notes that the answer has been handled. Gives the
    /// neighbourhoods that are to be matched afresh.
    pub async fn commit(
        mut self,
        outcome: Outcome,
        reply: Option<Reply>,
        now: Timestamp,
    ) -> Result<Vec<NeighbourhoodId>, StoreError> {
        let mut reopened = Vec::new();
        match &outcome {
            Outcome::Nothing => {}
            Outcome::Accepted(suggestion) => self.decide(suggestion, "accepted", now).await?,
            Outcome::Declined(suggestion) => {
                self.decide(suggestion, "declined", now).await?;
                reopened.extend(self.reopen(suggestion).await?);
            }
            Outcome::Noted(note) => reopened.extend(self.note(note, now).await?),
            Outcome::Paused(paused) => self.set_flag(SET_PAUSED, *paused).await?,
            Outcome::Helped => self.set_flag(SET_HELPED, true).await?,
        }
        if let Some(Reply { kind, text }) = reply {
            let message = NewMessage {
                concierge: &self.answer.concierge,
                kind,
                suggestion: None,
                posts: &[],
                text,
                step: "reply",
                subject: self.answer.message.as_str(),
            };
            outbox::queue(&mut self.tx, &self.municipality, &message, now).await?;
        }
        sqlx::query("UPDATE answer SET handled = 1, text = '' WHERE municipality = $1 AND message = $2")
            .bind(self.municipality.as_str())
            .bind(self.answer.message.as_str())
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await?;
        Ok(reopened)
    }

    async fn decide(&mut self, suggestion: &str, state: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE suggestion SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1 AND state = 'open'",
        )
        .bind(suggestion)
        .bind(state)
        .bind(millis(now))
        .bind(self.answer.concierge.as_str())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Has the neighbourhood of a declined suggestion matched afresh with the next cycle.
    async fn reopen(&mut self, suggestion: &str) -> Result<Option<NeighbourhoodId>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(
            "UPDATE neighbourhood SET matched_rules = NULL
             WHERE municipality = $1 AND id = (SELECT neighbourhood FROM suggestion WHERE id = $2)
             RETURNING id",
        )
        .bind(self.municipality.as_str())
        .bind(suggestion)
        .fetch_optional(&mut *self.tx)
        .await?;
        Ok(row.map(|(id,)| NeighbourhoodId::new(id)))
    }

    async fn set_flag(&mut self, upsert: &'static str, value: bool) -> Result<(), StoreError> {
        sqlx::query(upsert)
            .bind(self.municipality.as_str())
            .bind(self.answer.concierge.as_str())
            .bind(i64::from(value))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
