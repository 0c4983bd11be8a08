//! When municipalities' own modules failed.

use jiff::{SignedDuration, Timestamp};

use super::{Store, StoreError, millis, moment};
use crate::domain::{MunicipalityId, NeighbourhoodId};

/// How long a fault is kept, in hours: a week.
const KEPT_HOURS: i64 = 7 * 24;
/// The most that is kept of an error's text, in characters.
const MAX_WHAT_CHARS: usize = 300;

/// A fault of a rule module.
#[derive(Debug, Clone, Copy)]
pub struct NewFault<'a> {
    /// Where it was at work.
    pub neighbourhood: &'a NeighbourhoodId,
    /// SHA-256 of the module.
    pub module: &'a str,
    /// SHA-256 of the settings as the module gets them.
    pub settings: &'a str,
    /// The error; its first line is kept.
    pub what: &'a str,
}

/// How often a version failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultCount {
    /// SHA-256 of the module.
    pub module: String,
    /// SHA-256 of the settings as the module gets them.
    pub settings: String,
    /// How often.
    pub times: u64,
    /// The last error.
    pub what: String,
    /// When that was.
    pub at: Timestamp,
}

impl Store {
    /// Notes a fault, and forgets those of more than a week ago. Gives how often this version failed since `since`, this
    /// time included.
    pub async fn note_fault(
        &self,
        municipality: &MunicipalityId,
        fault: NewFault<'_>,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let first_line = fault.what.lines().next().unwrap_or_default();
        let what: String = first_line.chars().take(MAX_WHAT_CHARS).collect();
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM rule_fault WHERE municipality = $1 AND at < $2")
            .bind(municipality.as_str())
            .bind(millis(now - SignedDuration::from_hours(KEPT_HOURS)))
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO rule_fault (municipality, neighbourhood, module, settings, what, at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(municipality.as_str())
        .bind(fault.neighbourhood.as_str())
        .bind(fault.module)
        .bind(fault.settings)
        .bind(what)
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.faults_since(municipality, fault.module, fault.settings, since).await
    }

    /// How often a version of the rules failed since `since`.
    pub async fn faults_since(
        &self,
        municipality: &MunicipalityId,
        module: &str,
        settings: &str,
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        let (times,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM rule_fault WHERE municipality = $1 AND at >= $2 AND module = $3 AND settings = $4",
        )
        .bind(municipality.as_str())
        .bind(millis(since))
        .bind(module)
        .bind(settings)
        .fetch_one(&self.reader)
        .await?;
        Ok(u64::try_from(times).unwrap_or_default())
    }

    /// What failed since `since`, by version, the latest first.
    pub async fn faults(&self, municipality: &MunicipalityId, since: Timestamp) -> Result<Vec<FaultCount>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT module, settings, what, at FROM rule_fault WHERE municipality = $1 AND at >= $2 ORDER BY at DESC",
        )
        .bind(municipality.as_str())
        .bind(millis(since))
        .fetch_all(&self.reader)
        .await?;
        let mut counts: Vec<FaultCount> = Vec::new();
        for (module, settings, what, at) in rows {
            match counts.iter_mut().find(|count| count.module == module && count.settings == settings) {
                Some(count) => count.times += 1,
                None => {
                    counts.push(FaultCount { module, settings, times: 1, what, at: moment(at, "rule_fault.at")? });
                }
            }
        }
        Ok(counts)
    }
}
