//! What concierges noted about people: whose certificate was seen, and who never meets whom. A note and the reply that
//! confirms it are one transaction, in which every neighbourhood where these people wrote is opened to matching again.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::answers::Answering;
use super::{Store, StoreError, millis, outbox};
use crate::domain::{MemberId, MunicipalityId, NeighbourhoodId};

/// The notes about those who write in one neighbourhood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// Pairs who never meet.
    pub apart: Vec<(MemberId, MemberId)>,
    /// Members whose certificate was seen.
    pub certified: Vec<MemberId>,
}

/// Something that a concierge notes, or takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Whether this member's certificate was seen.
    Certificate {
        /// Whose.
        member: MemberId,
        /// False takes it back.
        seen: bool,
    },
    /// Whether these pairs never meet.
    Apart {
        /// Two different members each, in either order.
        pairs: Vec<(MemberId, MemberId)>,
        /// False takes it back.
        apart: bool,
    },
}

impl Store {
    /// What concierges of the municipality noted about the authors of a neighbourhood's posts.
    pub async fn notes(
        &self,
        municipality: &MunicipalityId,
        neighbourhood: &NeighbourhoodId,
    ) -> Result<Notes, StoreError> {
        let apart: Vec<(String, String)> = sqlx::query_as(
            "SELECT one, other FROM apart WHERE municipality = $1
                 AND one IN (SELECT author FROM post WHERE municipality = $1 AND neighbourhood = $2)
                 AND other IN (SELECT author FROM post WHERE municipality = $1 AND neighbourhood = $2)",
        )
        .bind(municipality.as_str())
        .bind(neighbourhood.as_str())
        .fetch_all(&self.reader)
        .await?;
        let certified: Vec<(String,)> = sqlx::query_as(
            "SELECT member FROM certificate WHERE municipality = $1
                 AND member IN (SELECT author FROM post WHERE municipality = $1 AND neighbourhood = $2)",
        )
        .bind(municipality.as_str())
        .bind(neighbourhood.as_str())
        .fetch_all(&self.reader)
        .await?;
        Ok(Notes {
            apart: apart.into_iter().map(|(one, other)| (MemberId::new(one), MemberId::new(other))).collect(),
            certified: certified.into_iter().map(|(member,)| MemberId::new(member)).collect(),
        })
    }
}

impl Answering {
    /// Whether a concierge noted that these two never meet.
    pub async fn kept_apart(&mut self, one: &MemberId, other: &MemberId) -> Result<bool, StoreError> {
        let (one, other) = sorted(one, other);
        let noted: Option<(i64,)> =
            sqlx::query_as("SELECT 1 FROM apart WHERE municipality = $1 AND one = $2 AND other = $3")
                .bind(self.municipality.as_str())
                .bind(one.as_str())
                .bind(other.as_str())
                .fetch_optional(&mut *self.tx)
                .await?;
        Ok(noted.is_some())
    }

    /// Keeps a note, and gives the neighbourhoods that are to be matched afresh.
    pub(super) async fn note(&mut self, note: &Note, now: Timestamp) -> Result<Vec<NeighbourhoodId>, StoreError> {
        let members: BTreeSet<&MemberId> = match note {
            Note::Certificate { member, seen } => {
                self.note_certificate(member, *seen, now).await?;
                [member].into()
            }
            Note::Apart { pairs, apart } => {
                for (one, other) in pairs {
                    self.note_apart(one, other, *apart, now).await?;
                }
                pairs.iter().flat_map(|(one, other)| [one, other]).collect()
            }
        };
        let mut reopened = BTreeSet::new();
        for member in members {
            let rows: Vec<(String,)> = sqlx::query_as(
                "UPDATE neighbourhood SET matched_rules = NULL WHERE municipality = $1
                     AND id IN (SELECT neighbourhood FROM post WHERE municipality = $1 AND author = $2)
                 RETURNING id",
            )
            .bind(self.municipality.as_str())
            .bind(member.as_str())
            .fetch_all(&mut *self.tx)
            .await?;
            reopened.extend(rows.into_iter().map(|(id,)| NeighbourhoodId::new(id)));
        }
        Ok(reopened.into_iter().collect())
    }

    /// Ticks a certificate, and answers whatever asked for it; or takes the tick back.
    async fn note_certificate(&mut self, member: &MemberId, seen: bool, now: Timestamp) -> Result<(), StoreError> {
        if !seen {
            sqlx::query("DELETE FROM certificate WHERE municipality = $1 AND member = $2")
                .bind(self.municipality.as_str())
                .bind(member.as_str())
                .execute(&mut *self.tx)
                .await?;
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO certificate (municipality, member, ticked_by, ticked_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (municipality, member) DO NOTHING",
        )
        .bind(self.municipality.as_str())
        .bind(member.as_str())
        .bind(self.answer.concierge.as_str())
        .bind(millis(now))
        .execute(&mut *self.tx)
        .await?;
        let asked: Vec<(String,)> = sqlx::query_as(
            "UPDATE suggestion SET state = 'accepted', decided_at = $3, decided_by = $4
             WHERE municipality = $1 AND kind = 'certificate' AND state = 'open'
               AND id IN (SELECT suggestion FROM suggestion_helper WHERE author = $2)
             RETURNING id",
        )
        .bind(self.municipality.as_str())
        .bind(member.as_str())
        .bind(millis(now))
        .bind(self.answer.concierge.as_str())
        .fetch_all(&mut *self.tx)
        .await?;
        for (suggestion,) in asked {
            outbox::cancel_unsent(&mut self.tx, &self.municipality, &suggestion, now).await?;
        }
        Ok(())
    }

    /// Keeps two people apart, and takes back what would have brought them together and has not been sent; or lets them
    /// meet again.
    async fn note_apart(
        &mut self,
        one: &MemberId,
        other: &MemberId,
        apart: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (one, other) = sorted(one, other);
        if !apart {
            sqlx::query("DELETE FROM apart WHERE municipality = $1 AND one = $2 AND other = $3")
                .bind(self.municipality.as_str())
                .bind(one.as_str())
                .bind(other.as_str())
                .execute(&mut *self.tx)
                .await?;
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO apart (municipality, one, other, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (municipality, one, other) DO NOTHING",
        )
        .bind(self.municipality.as_str())
        .bind(one.as_str())
        .bind(other.as_str())
        .bind(self.answer.concierge.as_str())
        .bind(millis(now))
        .execute(&mut *self.tx)
        .await?;
        // Two helpers of one request do not meet, and such a suggestion still holds.
        let unsent: Vec<(String,)> = sqlx::query_as(
            "SELECT s.id FROM suggestion s WHERE s.municipality = $1 AND s.state = 'open'
                 AND (s.asker = $2 OR EXISTS (SELECT 1 FROM suggestion_helper WHERE suggestion = s.id AND author = $2))
                 AND (s.asker = $3 OR EXISTS (SELECT 1 FROM suggestion_helper WHERE suggestion = s.id AND author = $3))
                 AND (s.kind <> 'suggestion' OR s.asker IN ($2, $3))",
        )
        .bind(self.municipality.as_str())
        .bind(one.as_str())
        .bind(other.as_str())
        .fetch_all(&mut *self.tx)
        .await?;
        for (suggestion,) in unsent {
            outbox::cancel_unsent(&mut self.tx, &self.municipality, &suggestion, now).await?;
        }
        Ok(())
    }
}

fn sorted<'m>(one: &'m MemberId, other: &'m MemberId) -> (&'m MemberId, &'m MemberId) {
    if one <= other { (one, other) } else { (other, one) }
}
