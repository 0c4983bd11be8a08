//! Measures what a module costs: time, fuel, memory, and how long it takes to load.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::engine::{CacheFolder, RulesOptions};
use super::error::{OperatorFault, RuleError, Usage};
use super::{Candidate, Question, Reading, RuleModule, RulePost, RulesEngine};
use crate::domain::LocalTime;

/// Posts in one call.
pub const BATCHES: [usize; 3] = [10, 100, 1_000];
/// Candidates in one call.
pub const CANDIDATES: usize = 300;
/// How long one thing is measured; a machine that does other things too is best judged by its fastest round.
const PATIENCE: Duration = Duration::from_millis(400);
/// The fewest rounds, however long they take.
const MIN_ROUNDS: usize = 3;

/// What a module costs. Times are those of the fastest round.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Its name and version.
    pub module: String,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// Its size, in bytes.
    pub bytes: usize,
    /// To check and compile it, as for a module that was never seen, in milliseconds.
    pub compile_ms: f64,
    /// To load it once compiled, up to its manifest, in milliseconds.
    pub load_ms: f64,
    /// To make a fresh instance, in microseconds.
    pub instantiate_us: f64,
    /// Reading, for each of [`BATCHES`].
    pub read: Vec<Cost>,
    /// Judging [`CANDIDATES`] of one request.
    pub assess: Cost,
    /// The most linear memory of one call, in KiB.
    pub memory_kib: usize,
}

/// What one post or one candidate costs, a fresh instance included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cost {
    /// Items in the call.
    pub batch: usize,
    /// Time for one, in nanoseconds.
    pub ns: f64,
    /// Fuel for one.
    pub fuel: u64,
}

/// Measures the module in `bytes` on `posts`, of which there must be some; the compiled module is kept in a folder that
/// is gone afterwards.
pub fn measure(bytes: &[u8], settings: Option<&str>, posts: &[RulePost]) -> Result<Figures, RuleError> {
    let folder = tempfile::tempdir().map_err(|source| OperatorFault::Cache { folder: std::env::temp_dir(), source })?;
    let cache = CacheFolder::Named(folder.path().to_owned());
    let engine = RulesEngine::with_options(RulesOptions { cache, ..RulesOptions::default() })?;
    let started = Instant::now();
    let module = RuleModule::load(&engine, bytes, settings)?;
    let compile = started.elapsed();
    let (load, ()) = fastest(|| RuleModule::load(&engine, bytes, settings).map(|_| ()))?;
    let (instantiate, _) = fastest(|| module.start())?;

    let mut memory_bytes = 0;
    let mut read = Vec::new();
    let posts: Vec<_> = posts.iter().cycle().take(BATCHES[BATCHES.len() - 1]).cloned().collect();
    for batch in BATCHES {
        let (time, usage) = fastest(|| Ok(module.read_batch(&posts[..batch])?.1))?;
        read.push(Cost::of(batch, time, usage));
        memory_bytes = memory_bytes.max(usage.memory_bytes);
    }
    let readings = module.read(&posts)?;
    let question = question(&readings, posts[0].written);
    let (time, usage) = fastest(|| Ok(module.assess_batch(std::slice::from_ref(&question))?.1))?;
    let manifest = module.manifest();
    Ok(Figures {
        module: format!("{} {}", manifest.name, manifest.version),
        digest: module.digest().to_owned(),
        bytes: bytes.len(),
        compile_ms: compile.as_secs_f64() * 1e3,
        load_ms: load.as_secs_f64() * 1e3,
        instantiate_us: instantiate.as_secs_f64() * 1e6,
        read,
        assess: Cost::of(CANDIDATES, time, usage),
        memory_kib: memory_bytes.max(usage.memory_bytes) >> 10,
    })
}

/// The first request among `readings`, else the first reading, with [`CANDIDATES`] of those that give something, else
/// of all.
pub fn question(readings: &[Reading], now: LocalTime) -> Question<'_> {
    let request = readings.iter().find(|reading| !reading.needs.is_empty()).unwrap_or(&readings[0]);
    let giving: Vec<_> = readings.iter().filter(|reading| !reading.gives.is_empty()).collect();
    let offers = if giving.is_empty() { readings.iter().collect() } else { giving };
    let candidate = |offer| Candidate { offer, load: 1, same_area: true, helped_before: 0 };
    Question { request, now, candidates: offers.into_iter().cycle().take(CANDIDATES).map(candidate).collect() }
}

/// The time of the fastest round, with what the last one gave.
pub fn fastest<T>(mut round: impl FnMut() -> Result<T, RuleError>) -> Result<(Duration, T), RuleError> {
    let begun = Instant::now();
    let mut best = Duration::MAX;
    let mut rounds = 0;
    loop {
        let started = Instant::now();
        let outcome = round()?;
        best = best.min(started.elapsed());
        rounds += 1;
        if rounds >= MIN_ROUNDS && begun.elapsed() > PATIENCE {
            return Ok((best, outcome));
        }
    }
}

impl Cost {
    #[allow(clippy::cast_precision_loss, reason = "at most a thousand items")]
    fn of(batch: usize, time: Duration, usage: Usage) -> Self {
        Self { batch, ns: time.as_secs_f64() * 1e9 / batch as f64, fuel: usage.fuel / batch as u64 }
    }
}
