//! Which database this is: connections, durability, and the lock against a second process.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::StoreError;

/// The database that queries are written for.
pub type Db = sqlx::Sqlite;
/// A pool of its connections.
pub type Pool = sqlx::SqlitePool;

/// How a transaction begins. It takes its turn to write at once: one that reads first and writes later would fail when
/// another process, such as `koppelaar rules deploy`, wrote in between.
pub const BEGIN: &str = "BEGIN IMMEDIATE";
/// Connections that only read; more would only wait for the same two cores.
const READERS: u32 = 2;
/// How long an operation waits for its turn, however many are before it.
const ACQUIRE_TIMEOUT: Duration = Duration::from_mins(5);
/// How long a statement waits for another process that looks into the file, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Takes the lock file beside the database, or fails when another process holds it.
pub fn lock(path: &Path) -> Result<File, StoreError> {
    let failed = |source| StoreError::Open { path: path.display().to_string(), source };
    let mut lock_path = PathBuf::from(path).into_os_string();
    lock_path.push(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.display().to_string() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The one writing connection, and those that read.
pub async fn connect(path: &Path) -> Result<(Pool, Pool), StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        // What was erased must be gone from the file too.
        .pragma("secure_delete", "on");
    let unusable = |source| StoreError::Unusable { path: path.display().to_string(), source };
    let writer = pool(1).connect_with(options).await.map_err(unusable)?;
    Ok((writer, connect_reading(path).await?))
}

/// Connections that only read, whoever is writing.
pub async fn connect_reading(path: &Path) -> Result<Pool, StoreError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
    let unusable = |source| StoreError::Unusable { path: path.display().to_string(), source };
    pool(READERS).connect_with(options).await.map_err(unusable)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    // A local file does not drop connections, so there is nothing to test before each use.
    SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(connections)
        .test_before_acquire(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
}
