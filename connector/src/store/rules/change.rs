//! The changes themselves.

use jiff::Timestamp;
use sqlx::Transaction;

use super::super::{Db, Store, StoreError, millis};
use super::{Action, ChangeError, KEPT_CHANGES, MAX_FILES_BYTES, NewVersion, Refused, RulesState, TOLD_CHANGES, state};
use crate::domain::MunicipalityId;

/// The longest name of who ran a command, in characters.
const MAX_BY_CHARS: usize = 100;

impl Store {
    /// Makes `new` the active version of a municipality, or with `shadow` the one that runs in its shadow. Gives the
    /// change's number.
    pub async fn deploy_rules(
        &self,
        municipality: &MunicipalityId,
        new: NewVersion<'_>,
        shadow: bool,
        by: &str,
        now: Timestamp,
    ) -> Result<i64, ChangeError> {
        let mut tx = self.begin().await?;
        let state = state(&mut *tx, municipality).await?;
        let sequence = state.revision + 1;
        let action = if shadow { Action::Shadow } else { Action::Deploy };
        keep_file(&mut tx, &new.info.module, new.module).await?;
        if let Some((digest, text)) = new.settings {
            keep_file(&mut tx, digest, text.as_bytes()).await?;
        }
        sqlx::query(
            "INSERT INTO rule_change (municipality, sequence, action, at, done_by, module, module_name, module_version,
                                      settings, settings_file, key_id, checksums, signature, before)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(municipality.as_str())
        .bind(sequence)
        .bind(action.as_str())
        .bind(millis(now))
        .bind(short(by))
        .bind(&new.info.module)
        .bind(&new.info.name)
        .bind(&new.info.version)
        .bind(&new.info.settings)
        .bind(new.settings.map(|(digest, _)| digest))
        .bind(&new.info.key_id)
        .bind(new.checksums)
        .bind(new.signature)
        .bind(state.active.filter(|_| !shadow))
        .execute(&mut *tx)
        .await?;
        let state = match action {
            Action::Shadow => RulesState { revision: sequence, shadow: Some(sequence), ..state },
            _ => RulesState { revision: sequence, active: Some(sequence), ..state },
        };
        set_state(&mut tx, municipality, state).await?;
        forget(&mut tx, municipality, state).await?;
        let held = held_bytes(&mut tx).await?;
        if held > MAX_FILES_BYTES {
            let new_bytes = i64::try_from(new.module.len()).unwrap_or(i64::MAX);
            return Err(Refused::Full { held: held.saturating_sub(new_bytes) }.into());
        }
        tx.commit().await?;
        Ok(sequence)
    }

    /// Makes the version in the shadow the active one, provided that nothing was changed since revision `seen`.
    pub async fn promote_rules(
        &self,
        municipality: &MunicipalityId,
        seen: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<i64, ChangeError> {
        let mut tx = self.begin().await?;
        let state = unchanged(&mut tx, municipality, seen).await?;
        let Some(shadow) = state.shadow else {
            return Err(Refused::NoShadow { municipality: municipality.clone() }.into());
        };
        let sequence = state.revision + 1;
        repeat(&mut tx, municipality, Action::Promote, (sequence, Some(shadow)), state.active, by, now).await?;
        let state = RulesState { revision: sequence, active: Some(sequence), shadow: None };
        set_state(&mut tx, municipality, state).await?;
        forget(&mut tx, municipality, state).await?;
        tx.commit().await?;
        Ok(sequence)
    }

    /// Makes the version that was active before the active one again, at last the rules of the configuration; provided
    /// that nothing was changed since revision `seen`.
    pub async fn roll_back_rules(
        &self,
        municipality: &MunicipalityId,
        seen: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<i64, ChangeError> {
        let mut tx = self.begin().await?;
        let state = unchanged(&mut tx, municipality, seen).await?;
        let Some(active) = state.active else {
            return Err(Refused::NothingBefore { municipality: municipality.clone() }.into());
        };
        let (before, kept): (Option<i64>, bool) = sqlx::query_as(
            "SELECT c.before, c.before IS NULL OR EXISTS (
                 SELECT 1 FROM rule_change b JOIN rule_file m ON m.digest = b.module
                 WHERE b.municipality = c.municipality AND b.sequence = c.before
                     AND (b.settings_file IS NULL OR b.settings_file IN (SELECT digest FROM rule_file)))
             FROM rule_change c WHERE c.municipality = $1 AND c.sequence = $2",
        )
        .bind(municipality.as_str())
        .bind(active)
        .fetch_one(&mut *tx)
        .await?;
        if !kept {
            return Err(Refused::Forgotten.into());
        }
        let sequence = state.revision + 1;
        repeat(&mut tx, municipality, Action::Rollback, (sequence, before), None, by, now).await?;
        // The version returns with its own past, so that the next rollback goes further back.
        let state = RulesState { revision: sequence, active: before, ..state };
        set_state(&mut tx, municipality, state).await?;
        forget(&mut tx, municipality, state).await?;
        tx.commit().await?;
        Ok(sequence)
    }

    /// Stops the version in the shadow.
    pub async fn end_shadow_rules(
        &self,
        municipality: &MunicipalityId,
        seen: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<i64, ChangeError> {
        let mut tx = self.begin().await?;
        let state = unchanged(&mut tx, municipality, seen).await?;
        let Some(shadow) = state.shadow else {
            return Err(Refused::NoShadow { municipality: municipality.clone() }.into());
        };
        let sequence = state.revision + 1;
        repeat(&mut tx, municipality, Action::EndShadow, (sequence, Some(shadow)), None, by, now).await?;
        let state = RulesState { revision: sequence, shadow: None, ..state };
        set_state(&mut tx, municipality, state).await?;
        forget(&mut tx, municipality, state).await?;
        tx.commit().await?;
        Ok(sequence)
    }
}

async fn unchanged(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    seen: i64,
) -> Result<RulesState, ChangeError> {
    let state = state(&mut **tx, municipality).await?;
    if state.revision == seen {
        Ok(state)
    } else {
        Err(Refused::Meanwhile { municipality: municipality.clone() }.into())
    }
}

async fn set_state(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    state: RulesState,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rule_state (municipality, revision, active, shadow) VALUES ($1, $2, $3, $4)
         ON CONFLICT (municipality) DO UPDATE SET
             revision = excluded.revision, active = excluded.active, shadow = excluded.shadow",
    )
    .bind(municipality.as_str())
    .bind(state.revision)
    .bind(state.active)
    .bind(state.shadow)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn keep_file(tx: &mut Transaction<'static, Db>, digest: &str, bytes: &[u8]) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO rule_file (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING")
        .bind(digest)
        .bind(bytes)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn held_bytes(tx: &mut Transaction<'static, Db>) -> Result<i64, StoreError> {
    let (held,): (i64,) = sqlx::query_as("SELECT CAST(COALESCE(SUM(LENGTH(bytes)), 0) AS BIGINT) FROM rule_file")
        .fetch_one(&mut **tx)
        .await?;
    Ok(held)
}

/// Writes a change that is about the version of an earlier one, or leads back to the rules of the configuration:
/// `(sequence, earlier)`.
async fn repeat(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    action: Action,
    (sequence, earlier): (i64, Option<i64>),
    before: Option<i64>,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rule_change (municipality, sequence, action, at, done_by, module, module_name, module_version,
                                  settings, settings_file, key_id, checksums, signature, before)
         SELECT $1, $3, $4, $5, $6, c.module, c.module_name, c.module_version,
                c.settings, c.settings_file, c.key_id, c.checksums, c.signature, $7
         FROM (SELECT 1 AS n) AS always LEFT JOIN rule_change c ON c.municipality = $1 AND c.sequence = $2",
    )
    .bind(municipality.as_str())
    .bind(earlier)
    .bind(sequence)
    .bind(action.as_str())
    .bind(millis(now))
    .bind(short(by))
    .bind(before)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes what lies too far back: changes that nobody needs to be told of, and files that neither the last
/// [`KEPT_CHANGES`] of a municipality nor what it works with name.
async fn forget(
    tx: &mut Transaction<'static, Db>,
    municipality: &MunicipalityId,
    state: RulesState,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM rule_change WHERE municipality = $1 AND sequence <= $2
             AND sequence <> COALESCE($3, 0) AND sequence <> COALESCE($4, 0)",
    )
    .bind(municipality.as_str())
    .bind(state.revision - TOLD_CHANGES)
    .bind(state.active)
    .bind(state.shadow)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "WITH kept AS (
             SELECT c.module, c.settings_file FROM rule_change c JOIN rule_state s ON s.municipality = c.municipality
             WHERE c.sequence > s.revision - $1 OR c.sequence = s.active OR c.sequence = s.shadow)
         DELETE FROM rule_file WHERE digest NOT IN (
             SELECT module FROM kept WHERE module IS NOT NULL
             UNION
             SELECT settings_file FROM kept WHERE settings_file IS NOT NULL)",
    )
    .bind(KEPT_CHANGES)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn short(by: &str) -> String {
    by.chars().filter(|c| !c.is_control()).take(MAX_BY_CHARS).collect()
}
