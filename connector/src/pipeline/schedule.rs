//! When each neighbourhood and inbox has its turn: at its own pace, later after failures, never all at once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::{self, JoinSet};

use super::{Cycle, CycleError, Shared, Town};
use crate::config::PollingSettings;
use crate::domain::{MunicipalityId, NeighbourhoodId};
use crate::messaging::deliver::Delivered;
use crate::platform::{Platform, retry};

/// Polls are brought forward by up to this part of their interval, so that they do not move in step.
const JITTER: u32 = 10;
/// How long a shutdown waits for work that is under way. Service managers kill after 90 s or less.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(20);

/// Something to do again and again for one municipality.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Job {
    /// Ask which neighbourhoods and concierges there are.
    Refresh,
    /// One cycle of a neighbourhood.
    Cycle(NeighbourhoodId),
    /// Read what concierges wrote.
    Inbox,
    /// Try again what could not be sent.
    Deliver,
}

/// What a job says about its next turn.
enum Next {
    /// After the usual time.
    AsUsual,
    /// The same, without having done all: it does not work again yet.
    Waiting,
    /// As soon as others have had their turn.
    Now,
    /// Not again.
    Never,
}

struct Done {
    town: usize,
    job: Job,
    result: Result<Next, CycleError>,
    followed: Option<Vec<NeighbourhoodId>>,
    retry_at: Option<Timestamp>,
}

/// Works for all municipalities until `shutdown` resolves; then finishes what is under way, for at most
/// [`SHUTDOWN_LIMIT`].
pub async fn run<P: Platform>(
    towns: Vec<Arc<Town<P>>>,
    shared: Arc<Shared>,
    polling: PollingSettings,
    shutdown: impl Future<Output = ()>,
) {
    let mut schedule = Schedule::new(shared, polling);
    for town in 0..towns.len() {
        schedule.add(town, Job::Refresh, Duration::ZERO);
        schedule.add(town, Job::Inbox, Duration::ZERO);
    }
    let clock = Arc::clone(&schedule.shared.clock);
    let mut running: JoinSet<Done> = JoinSet::new();
    let mut under_way: HashMap<task::Id, (usize, Job)> = HashMap::new();
    tokio::pin!(shutdown);
    loop {
        while running.len() < schedule.polling.concurrency
            && let Some((town, job)) = schedule.take_due()
        {
            let turn: Pin<Box<dyn Future<Output = Done> + Send>> =
                Box::pin(turn(Arc::clone(&towns[town]), town, job.clone()));
            let id = running.spawn(turn).id();
            under_way.insert(id, (town, job));
        }
        let full = running.len() >= schedule.polling.concurrency;
        tokio::select! {
            () = &mut shutdown => break,
            Some(done) = running.join_next_with_id() => match done {
                Ok((id, done)) => {
                    under_way.remove(&id);
                    schedule.plan_next(done, &towns);
                }
                Err(error) => {
                    if let Some((town, job)) = under_way.remove(&error.id()) {
                        let result = Err(CycleError::Interrupted);
                        schedule.plan_next(Done { town, job, result, followed: None, retry_at: None }, &towns);
                    }
                }
            },
            () = clock.sleep(schedule.until_next()), if !full => {}
        }
    }
    // What is not finished by then goes on after the next start.
    tokio::select! {
        () = async { while running.join_next().await.is_some() {} } => {}
        () = clock.sleep(SHUTDOWN_LIMIT) => tracing::warn!("not all work was finished; it goes on after the next start"),
    }
}

async fn turn<P: Platform>(town: Arc<Town<P>>, index: usize, job: Job) -> Done {
    let mut followed = None;
    let mut retry_at = None;
    let result = match &job {
        Job::Refresh => town.refresh().await.map(|neighbourhoods| {
            followed = Some(neighbourhoods);
            Next::AsUsual
        }),
        Job::Cycle(neighbourhood) => town.cycle(neighbourhood).await.map(|cycle| {
            retry_at = cycle.and_then(|cycle| cycle.retry_at);
            match cycle {
                Some(Cycle { has_more: true, .. }) => Next::Now,
                Some(Cycle { waits: true, .. }) => Next::Waiting,
                Some(_) => Next::AsUsual,
                None => Next::Never,
            }
        }),
        Job::Inbox => town.read_inbox().await.map(|Delivered { retry_at: at, .. }| {
            retry_at = at;
            Next::AsUsual
        }),
        Job::Deliver => town.deliver().await.map(|Delivered { retry_at: at, .. }| {
            retry_at = at;
            Next::Never
        }),
    };
    Done { town: index, job, result, followed, retry_at }
}

struct Schedule {
    shared: Arc<Shared>,
    polling: PollingSettings,
    due: BinaryHeap<Reverse<(Timestamp, usize, Job)>>,
    /// What is in `due`, and when.
    planned: HashMap<(usize, Job), Timestamp>,
    under_way: HashSet<(usize, Job)>,
    failures: BTreeMap<(usize, Job), u32>,
}

impl Schedule {
    fn new(shared: Arc<Shared>, polling: PollingSettings) -> Self {
        Self {
            shared,
            polling,
            due: BinaryHeap::new(),
            planned: HashMap::new(),
            under_way: HashSet::new(),
            failures: BTreeMap::new(),
        }
    }

    /// Plans a turn, or brings it forward when it is planned for later.
    fn add(&mut self, town: usize, job: Job, wait: Duration) {
        let at = self.shared.clock.now() + wait;
        let key = (town, job.clone());
        if self.planned.get(&key).is_none_or(|planned| at < *planned) {
            self.planned.insert(key, at);
            self.due.push(Reverse((at, town, job)));
        }
    }

    fn take_due(&mut self) -> Option<(usize, Job)> {
        let now = self.shared.clock.now();
        while let Some(Reverse((at, ..))) = self.due.peek()
            && *at <= now
        {
            let Some(Reverse((at, town, job))) = self.due.pop() else { break };
            let key = (town, job);
            // A turn that was brought forward leaves its old place behind.
            if self.planned.get(&key) == Some(&at) {
                self.planned.remove(&key);
                self.under_way.insert(key.clone());
                return Some(key);
            }
        }
        None
    }

    fn until_next(&self) -> Duration {
        let now = self.shared.clock.now();
        let next = self.due.peek().map(|Reverse((at, ..))| *at);
        next.map_or(Duration::from_hours(1), |at| Duration::try_from(at.duration_since(now)).unwrap_or_default())
    }

    fn plan_next<P: Platform>(&mut self, done: Done, towns: &[Arc<Town<P>>]) {
        let Done { town, job, result, followed, retry_at } = done;
        self.under_way.remove(&(town, job.clone()));
        let id = towns[town].id();
        if let Some(at) = retry_at {
            let wait = Duration::try_from(at.duration_since(self.shared.clock.now())).unwrap_or_default();
            self.add(town, Job::Deliver, wait.max(retry::SHORTEST));
        }
        if let Some(followed) = followed {
            self.follow(town, &followed);
        }
        let key = (town, job.clone());
        match result {
            Ok(next) => {
                if !matches!(next, Next::Waiting) && self.failures.remove(&key).is_some() {
                    tracing::info!(municipality = %id, ?job, "{job:?} of `{id}` works again");
                }
                match next {
                    Next::AsUsual | Next::Waiting => {
                        let wait = self.usual(&job);
                        self.add(town, job, wait);
                    }
                    Next::Now => self.add(town, job, Duration::ZERO),
                    Next::Never => {}
                }
            }
            Err(error) => {
                let failures = self.failures.entry(key).or_default();
                *failures = failures.saturating_add(1);
                let wait = retry::wait(*failures, platform_error(&error), &self.shared.entropy);
                log_failure(id, &job, &error, *failures, wait);
                self.add(town, job, wait);
            }
        }
    }

    /// Plans the first turn of neighbourhoods that are new.
    fn follow(&mut self, town: usize, followed: &[NeighbourhoodId]) {
        for neighbourhood in followed {
            let key = (town, Job::Cycle(neighbourhood.clone()));
            if !self.planned.contains_key(&key) && !self.under_way.contains(&key) {
                self.add(key.0, key.1, Duration::ZERO);
            }
        }
    }

    /// The usual wait until the next turn of `job`.
    fn usual(&self, job: &Job) -> Duration {
        let interval = match job {
            Job::Refresh => self.polling.neighbourhoods_refresh,
            Job::Cycle(_) => self.polling.neighbourhood_interval,
            Job::Inbox => self.polling.inbox_interval,
            Job::Deliver => Duration::ZERO,
        };
        interval.saturating_sub(self.shared.entropy.up_to(interval / JITTER))
    }
}

fn platform_error(error: &CycleError) -> Option<&crate::platform::PlatformError> {
    match error {
        CycleError::Platform(error) => Some(error),
        _ => None,
    }
}

/// The first failure is news; the others are only counted, until it works again.
fn log_failure(municipality: &MunicipalityId, job: &Job, error: &CycleError, failures: u32, wait: Duration) {
    let wait_secs = wait.as_secs();
    let sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
    let cause = sources.fold(String::new(), |causes, source| format!("{causes}: {source}"));
    if failures == 1 {
        tracing::error!(%municipality, ?job, failures, wait_secs, "{job:?} of `{municipality}` failed: {error}{cause}");
    } else {
        tracing::warn!(%municipality, ?job, failures, wait_secs, "{job:?} of `{municipality}` still fails: {error}{cause}");
    }
}
