//! What `koppelaar doctor` says of the store: counts, never contents.

use super::{Store, StoreError};
use crate::domain::MunicipalityId;

/// What the store holds of one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Posts that are shared with the municipality.
    pub posts: i64,
    /// Suggestions that wait for a concierge's decision.
    pub open_suggestions: i64,
    /// Messages that wait to be sent.
    pub waiting_messages: i64,
    /// Messages that the platform will never accept.
    pub rejected_messages: i64,
    /// Entries of the platform that could not be understood, by reason.
    pub set_aside: Vec<SetAsideCount>,
}

/// How often entries were set aside for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideCount {
    /// What was wrong.
    pub reason: String,
    /// How often.
    pub times: i64,
}

impl Store {
    /// Counts what the store holds of a municipality.
    pub async fn report(&self, municipality: &MunicipalityId) -> Result<Report, StoreError> {
        let (posts, open_suggestions, waiting_messages, rejected_messages): (i64, i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM post WHERE municipality = $1),
                    (SELECT COUNT(*) FROM suggestion WHERE municipality = $1 AND state = 'open'),
                    (SELECT COUNT(*) FROM outbox
                     WHERE municipality = $1 AND state IN ('planned', 'sending', 'unknown')),
                    (SELECT COUNT(*) FROM outbox WHERE municipality = $1 AND state = 'rejected')",
        )
        .bind(municipality.as_str())
        .fetch_one(&self.reader)
        .await?;
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT reason, CAST(SUM(times) AS BIGINT) FROM set_aside WHERE municipality = $1
             GROUP BY reason ORDER BY 2 DESC, reason LIMIT 20",
        )
        .bind(municipality.as_str())
        .fetch_all(&self.reader)
        .await?;
        let set_aside = rows.into_iter().map(|(reason, times)| SetAsideCount { reason, times }).collect();
        Ok(Report { posts, open_suggestions, waiting_messages, rejected_messages, set_aside })
    }

    /// How many suggestions a municipality's concierges were ever given under a number.
    pub async fn suggestions_made(&self, municipality: &MunicipalityId) -> Result<u64, StoreError> {
        let (made,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM suggestion WHERE municipality = $1 AND state <> 'told'")
                .bind(municipality.as_str())
                .fetch_one(&self.reader)
                .await?;
        Ok(u64::try_from(made).unwrap_or_default())
    }

    /// Every kept reading of a municipality, as the matching stage serialised it.
    pub async fn readings(&self, municipality: &MunicipalityId) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT data FROM reading WHERE municipality = $1")
            .bind(municipality.as_str())
            .fetch_all(&self.reader)
            .await?;
        Ok(rows.into_iter().map(|(data,)| data).collect())
    }
}
