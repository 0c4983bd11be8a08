//! What must survive a restart. Every public operation is one transaction.
//!
//! `dialect` knows which database this is; the other files speak portable SQL.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, Transaction};

mod answers;
#[cfg(test)]
mod conformance;
mod decisions;
mod dialect;
mod faults;
mod feed;
mod matching;
mod outbox;
mod readings;
mod recorded;
mod report;
mod rules;
mod safeguards;
mod shadow;

pub use answers::{Answering, Outcome, Reply, ThreadState, ToldHelper, ToldSuggestion, WaitingAnswer};
pub use decisions::{CycleResult, Lapsed, NewHelper, NewSuggestion, Recipient};
pub use dialect::Db;
pub use faults::{FaultCount, NewFault};
pub use feed::{Feed, StoredPost};
pub use matching::{Told, Voice};
pub use outbox::{Outbox, QueuedMessage, Settled, digest};
pub use readings::{NewReading, ReadPost};
pub use recorded::{RecordedPost, RecordedSuggestion};
pub use report::{Report, SetAsideCount};
pub use rules::{Action, Change, ChangeError, KEPT_CHANGES, NewVersion, Refused, RulesState, Version, VersionInfo};
pub use safeguards::{Note, Notes};
pub use shadow::{KEPT_DAYS, KEPT_ROWS, NewShadow, ShadowHelper, ShadowReason, ShadowSuggestion, Shadowed};

/// The most rows of one statement: each statement costs a hand-over to the database's thread and back. A row has at most
/// 11 values, and a database takes 32,766 of them (`SQLite`).
const MAX_ROWS: usize = 100;

/// The steps of the schema, in order. One that was released is never changed.
const MIGRATIONS: [(i64, &str, &str); 4] = [
    (1, "main job", include_str!("../../migrations/0001_main_job.sql")),
    (2, "safeguards", include_str!("../../migrations/0002_safeguards.sql")),
    (3, "explanation", include_str!("../../migrations/0003_explanation.sql")),
    (4, "deployed rules", include_str!("../../migrations/0004_deployed_rules.sql")),
];

/// The database of one connector.
#[derive(Debug, Clone)]
pub struct Store {
    /// One connection, since the database has one writer at a time anyway: waiting here is fair, and bounded.
    writer: dialect::Pool,
    reader: dialect::Pool,
    _lock: Option<Arc<File>>,
}

/// Why the store could not do as asked. All of them are the operator's to mend.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is not one that this version understands.
    #[error("cannot use the store `{url}`\nhint: give the path of a file, as in `sqlite:koppelaar.sqlite`")]
    Address {
        /// The address as configured.
        url: String,
    },
    /// Another process has the database.
    #[error(
        "the store `{path}` is in use by another process\nhint: only one connector may work on it; stop the other first"
    )]
    InUse {
        /// The database file.
        path: String,
    },
    /// The file or its folder cannot be used.
    #[error("cannot open the store `{path}`\nhint: check that the folder exists and that this user may write in it")]
    Open {
        /// The database file.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is there, but it is no database of this kind.
    #[error(
        "cannot use the store `{path}`\nhint: it may be another program's file, or damaged: name another file, or restore a backup"
    )]
    Unusable {
        /// The database file.
        path: String,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// The schema is not one that this version can bring up to date.
    #[error(
        "cannot bring the store's schema up to date\nhint: was it written by a newer version, or is it another program's?"
    )]
    Schema(#[source] sqlx::migrate::MigrateError),
    /// The connector that works on the database is older or newer.
    #[error(
        "the connector at work keeps schema `{found}` in the store, and this program knows schema `{wanted}`\nhint: use the program that the connector was started with, or restart the connector with this one"
    )]
    OtherVersion {
        /// The schema that was found.
        found: i64,
        /// The schema of this version.
        wanted: i64,
    },
    /// The database failed.
    #[error("the store failed")]
    Database(#[from] sqlx::Error),
    /// A row does not hold what this program wrote.
    #[error("the store holds an unreadable `{what}`")]
    Corrupt {
        /// Table and column.
        what: &'static str,
    },
}

impl Store {
    /// Opens the database at `url` (`sqlite:PATH`), makes it when there is none, and brings its schema up to date.
    /// Messages that were being sent when the last process ended are `unknown` from here on.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let path = path(url)?;
        let lock = dialect::lock(path)?;
        let (writer, reader) = dialect::connect(path).await?;
        let migrations = MIGRATIONS.map(|(version, name, sql)| {
            Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
        });
        Migrator::with_migrations(migrations.into()).run(&writer).await.map_err(StoreError::Schema)?;
        let store = Self { writer, reader, _lock: Some(Arc::new(lock)) };
        store.distrust_all_sends().await?;
        Ok(store)
    }

    /// Opens the database at `url` for a change of the rules: as [`Self::open`], and where a connector works on it,
    /// beside that connector. What is being sent is the connector's.
    pub async fn open_beside(url: &str) -> Result<Self, StoreError> {
        match Self::open(url).await {
            Err(StoreError::InUse { .. }) => {
                let (writer, reader) = dialect::connect(path(url)?).await?;
                let store = Self { writer, reader, _lock: None };
                store.has_this_schema().await?;
                Ok(store)
            }
            opened => opened,
        }
    }

    /// Looks into the database at `url` while a connector works on it; nothing can be written.
    pub async fn look(url: &str) -> Result<Self, StoreError> {
        let reader = dialect::connect_reading(path(url)?).await?;
        let store = Self { writer: reader.clone(), reader, _lock: None };
        store.has_this_schema().await?;
        Ok(store)
    }

    /// Refuses a database whose connector is of another version.
    async fn has_this_schema(&self) -> Result<(), StoreError> {
        let (found,): (Option<i64>,) =
            sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&self.reader).await?;
        let wanted = MIGRATIONS[MIGRATIONS.len() - 1].0;
        let found = found.unwrap_or_default();
        if found == wanted { Ok(()) } else { Err(StoreError::OtherVersion { found, wanted }) }
    }

    /// Writes everything to the file and closes it.
    pub async fn close(self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    async fn begin(&self) -> Result<Transaction<'static, Db>, StoreError> {
        Ok(self.writer.begin_with(dialect::BEGIN).await?)
    }
}

fn path(url: &str) -> Result<&Path, StoreError> {
    let path = url.strip_prefix("sqlite:").filter(|path| !path.is_empty());
    path.map(Path::new).ok_or_else(|| StoreError::Address { url: url.to_owned() })
}

/// A moment as the store keeps it.
fn millis(moment: Timestamp) -> i64 {
    moment.as_millisecond()
}

/// A moment that the store kept.
fn moment(millis: i64, what: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| StoreError::Corrupt { what })
}
