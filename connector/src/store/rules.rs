//! Deployed rules: which version a municipality works with, which one runs in its shadow, and how it came to that.
//! Each change is one transaction; what is refused changes nothing.

mod change;

use jiff::Timestamp;
use sqlx::Executor;

use super::{Db, Store, StoreError, moment};
use crate::domain::MunicipalityId;

/// The changes of a municipality whose modules and settings are kept: further back, `rollback` does not go.
pub const KEPT_CHANGES: i64 = 20;
/// The changes of a municipality that `history` tells.
const TOLD_CHANGES: i64 = 1_000;
/// The most that the files of deployed rules take in all, in bytes.
const MAX_FILES_BYTES: i64 = 2 << 30;

/// What is at work in a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RulesState {
    /// The last change, 0 before the first: whoever knows it has nothing to load.
    pub revision: i64,
    /// The change that brought the active version; none for the rules of the configuration.
    pub active: Option<i64>,
    /// The change that brought the version in the shadow.
    pub shadow: Option<i64>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A version became the active one.
    Deploy,
    /// A version began to run in the shadow.
    Shadow,
    /// The version in the shadow became the active one.
    Promote,
    /// The version before became the active one again.
    Rollback,
    /// The version in the shadow was stopped.
    EndShadow,
}

impl Action {
    const ALL: [Self; 5] = [Self::Deploy, Self::Shadow, Self::Promote, Self::Rollback, Self::EndShadow];

    /// The name in the store and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Shadow => "shadow",
            Self::Promote => "promote",
            Self::Rollback => "rollback",
            Self::EndShadow => "end-shadow",
        }
    }
}

/// A change of a municipality's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// 1, 2, 3 for each municipality.
    pub sequence: i64,
    /// What was done.
    pub action: Action,
    /// When.
    pub at: Timestamp,
    /// Who ran the command.
    pub by: String,
    /// The version that it was about, or led back to; none for the rules of the configuration.
    pub version: Option<VersionInfo>,
}

/// What identifies a version of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionInfo {
    /// SHA-256 of the module.
    pub module: String,
    /// The module's name.
    pub name: String,
    /// The module's own version.
    pub version: String,
    /// SHA-256 of the settings as the module gets them.
    pub settings: String,
    /// The key that signed, as minisign prints it.
    pub key_id: String,
}

/// A version of the rules with all that is needed to load it, but the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// What identifies it.
    pub info: VersionInfo,
    /// The settings as they were signed, if there are any.
    pub settings: Option<String>,
    /// What was signed.
    pub checksums: String,
    /// The signature.
    pub signature: String,
    /// When the change was made that brought it.
    pub at: Timestamp,
}

/// A version that is to be deployed: checked and signed.
#[derive(Debug, Clone, Copy)]
pub struct NewVersion<'a> {
    /// What identifies it.
    pub info: &'a VersionInfo,
    /// The module.
    pub module: &'a [u8],
    /// SHA-256 of the settings' file with its text, if there are any.
    pub settings: Option<(&'a str, &'a str)>,
    /// What was signed.
    pub checksums: &'a str,
    /// The signature.
    pub signature: &'a str,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The change makes no sense as things are. Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why a change makes no sense as things are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing runs in the shadow.
    #[error(
        "no version runs in the shadow of `{municipality}`\nhint: `koppelaar rules deploy {municipality} MODULE --shadow` starts one"
    )]
    NoShadow {
        /// The municipality.
        municipality: MunicipalityId,
    },
    /// There is nothing to return to.
    #[error(
        "`{municipality}` works with the rules of its configuration: there is nothing before them\nhint: `koppelaar rules history {municipality}` tells what was done"
    )]
    NothingBefore {
        /// The municipality.
        municipality: MunicipalityId,
    },
    /// The version to return to is too old.
    #[error(
        "the version before is not kept any more: only those of the last `{KEPT_CHANGES}` changes are\nhint: deploy it again from its file"
    )]
    Forgotten,
    /// Somebody else was faster.
    #[error(
        "the rules of `{municipality}` were changed meanwhile\nhint: look at `koppelaar rules history {municipality}`, then try again"
    )]
    Meanwhile {
        /// The municipality.
        municipality: MunicipalityId,
    },
    /// The files would take too much space.
    #[error(
        "the store holds `{held}` bytes of rule modules, and with this one more than the allowed `{MAX_FILES_BYTES}`\nhint: deploy smaller modules; those that no municipality's last `{KEPT_CHANGES}` changes name are removed by themselves"
    )]
    Full {
        /// What it holds now, in bytes.
        held: i64,
    },
}

/// The columns of [`VersionInfo`] in the order of [`InfoRow`].
type InfoRow = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

fn info((module, name, version, settings, key_id): InfoRow) -> Option<VersionInfo> {
    Some(VersionInfo { module: module?, name: name?, version: version?, settings: settings?, key_id: key_id? })
}

impl Store {
    /// What is at work in a municipality: one look by the primary key, for the start of every cycle.
    pub async fn rules_state(&self, municipality: &MunicipalityId) -> Result<RulesState, StoreError> {
        state(&self.reader, municipality).await
    }

    /// The version that a change brought; none when its files are not kept any more, or it led to the configuration.
    pub async fn rule_version(
        &self,
        municipality: &MunicipalityId,
        sequence: i64,
    ) -> Result<Option<Version>, StoreError> {
        type Row = (String, String, String, String, String, Option<String>, String, String, i64, Option<Vec<u8>>);
        let row: Option<Row> = sqlx::query_as(
            "SELECT c.module, c.module_name, c.module_version, c.settings, c.key_id, c.settings_file,
                    c.checksums, c.signature, c.at, s.bytes
             FROM rule_change c JOIN rule_file m ON m.digest = c.module
             LEFT JOIN rule_file s ON s.digest = c.settings_file
             WHERE c.municipality = $1 AND c.sequence = $2",
        )
        .bind(municipality.as_str())
        .bind(sequence)
        .fetch_optional(&self.reader)
        .await?;
        let Some((module, name, version, settings, key_id, file, checksums, signature, at, text)) = row else {
            return Ok(None);
        };
        let text = text.map(String::from_utf8).transpose();
        let text = text.map_err(|_| StoreError::Corrupt { what: "rule_file.bytes" })?;
        if file.is_some() != text.is_some() {
            return Ok(None);
        }
        let info = VersionInfo { module, name, version, settings, key_id };
        Ok(Some(Version { info, settings: text, checksums, signature, at: moment(at, "rule_change.at")? }))
    }

    /// A file of deployed rules.
    pub async fn rule_file(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT bytes FROM rule_file WHERE digest = $1")
            .bind(digest)
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.map(|(bytes,)| bytes))
    }

    /// What was done with a municipality's rules, the newest first.
    pub async fn rule_changes(&self, municipality: &MunicipalityId) -> Result<Vec<Change>, StoreError> {
        type Row =
            (i64, String, i64, String, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT sequence, action, at, done_by, module, module_name, module_version, settings, key_id
             FROM rule_change WHERE municipality = $1 ORDER BY sequence DESC",
        )
        .bind(municipality.as_str())
        .fetch_all(&self.reader)
        .await?;
        let changes = rows.into_iter().map(|(sequence, action, at, by, module, name, version, settings, key_id)| {
            let action = Action::ALL.into_iter().find(|known| known.as_str() == action);
            Ok(Change {
                sequence,
                action: action.ok_or(StoreError::Corrupt { what: "rule_change.action" })?,
                at: moment(at, "rule_change.at")?,
                by,
                version: info((module, name, version, settings, key_id)),
            })
        });
        changes.collect()
    }

    /// The version that was active before the active one, as the change that brought it.
    pub async fn rules_before(&self, municipality: &MunicipalityId, active: i64) -> Result<Option<i64>, StoreError> {
        let row: Option<(Option<i64>,)> =
            sqlx::query_as("SELECT before FROM rule_change WHERE municipality = $1 AND sequence = $2")
                .bind(municipality.as_str())
                .bind(active)
                .fetch_optional(&self.reader)
                .await?;
        Ok(row.and_then(|(before,)| before))
    }
}

async fn state(
    executor: impl Executor<'_, Database = Db>,
    municipality: &MunicipalityId,
) -> Result<RulesState, StoreError> {
    let row: Option<(i64, Option<i64>, Option<i64>)> =
        sqlx::query_as("SELECT revision, active, shadow FROM rule_state WHERE municipality = $1")
            .bind(municipality.as_str())
            .fetch_optional(executor)
            .await?;
    Ok(row.map_or_else(RulesState::default, |(revision, active, shadow)| RulesState { revision, active, shadow }))
}
