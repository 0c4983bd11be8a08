//! One cycle of one neighbourhood, all stages on one screen: [`Town::cycle`]. `schedule` runs them for ever.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{Mutex as AsyncMutex, Semaphore};

use self::rules::{Deployments, Rules};
use self::shadow::Seen;
use crate::clock::{Entropy, SharedClock};
use crate::config::{Recipients, Selection};
use crate::domain::{Country, MunicipalityId, Neighbourhood, NeighbourhoodId, PostId};
use crate::ingest::poll::{Place, poll};
use crate::matching::{Limits, past};
use crate::messaging::deliver::{Delivered, deliver};
use crate::messaging::replies;
use crate::messaging::services::Services;
use crate::platform::{Platform, PlatformError};
use crate::rules::library::LibraryError;
use crate::rules::{Reader, RuleError};
use crate::store::{Feed, ReadPost, Store, StoreError, digest};

mod crises;
mod pairing;
mod rules;
pub mod schedule;
mod shadow;

/// Why a cycle could not be finished. What it had stored stays, and the next one goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    /// The platform gave no answer to work with.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The municipality's rules failed; it is no verdict about anybody.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// The rules that were deployed cannot be used.
    #[error(transparent)]
    Deployed(#[from] LibraryError),
    /// Nobody is there to write to.
    #[error(
        "`{neighbourhood}` has no concierge to write to\nhint: name one on the platform, or in `concierges` of the municipality's settings"
    )]
    NoConcierge {
        /// The neighbourhood.
        neighbourhood: NeighbourhoodId,
    },
    /// A computation did not come back.
    #[error("a computation was interrupted")]
    Interrupted,
}

/// What all municipalities share.
#[derive(Debug)]
pub struct Shared {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// Randomness for jitter.
    pub entropy: Entropy,
    /// Rules and matching occupy a core while they run; more of them at once would only wait.
    pub compute: Semaphore,
}

impl Shared {
    /// Shares `store`, `clock` and `entropy`, and as many computations at a time as there are cores.
    pub fn new(store: Store, clock: SharedClock, entropy: Entropy) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { store, clock, entropy, compute: Semaphore::new(cores) }
    }
}

/// What a municipality decides about its own work.
#[derive(Debug, Clone)]
pub struct TownSettings {
    /// Names it in the store and in references.
    pub id: MunicipalityId,
    /// Where its clocks are.
    pub time_zone: TimeZone,
    /// Decides on help lines, certificates and wording.
    pub country: Country,
    /// Which neighbourhoods are worked on.
    pub neighbourhoods: Selection<NeighbourhoodId>,
    /// Which concierges are written to.
    pub concierges: Recipients,
    /// The bounds of matching.
    pub limits: Limits,
    /// Its own partners and departments.
    pub services: Services,
    /// Faults of its rules within an hour after which matching waits.
    pub faults_per_hour: u64,
}

/// A municipality at work.
#[derive(Debug)]
pub struct Town<P> {
    settings: TownSettings,
    platform: P,
    deployments: Deployments,
    shared: Arc<Shared>,
    watches: Mutex<BTreeMap<NeighbourhoodId, Arc<AsyncMutex<Watch>>>>,
    inbox: AsyncMutex<Option<Place>>,
    /// One delivery at a time, or a message could be sent by two.
    delivering: AsyncMutex<()>,
    /// Whether the outbox may hold something that is not settled.
    unsettled: AtomicBool,
    /// Whether a delivery began and did not end well.
    interrupted: AtomicBool,
    /// Neighbourhoods that are to be matched afresh with their next cycle.
    reopened: Mutex<HashSet<NeighbourhoodId>>,
}

/// A neighbourhood that is followed. Whoever works on it holds the lock.
#[derive(Debug)]
struct Watch {
    neighbourhood: Neighbourhood,
    place: Place,
    version: i64,
    matched_version: i64,
    matched_rules: Option<String>,
    /// The rules and the version for which crises alone were told, since matching waits.
    crises_told: Option<(String, i64)>,
    shadow: Option<Seen>,
}

/// What a cycle did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cycle {
    /// Whether the platform has more posts to give right now.
    pub has_more: bool,
    /// When messages that wait may be tried again.
    pub retry_at: Option<Timestamp>,
    /// Whether matching waits, because the rules have failed too often.
    pub waits: bool,
}

impl<P: Platform> Town<P> {
    /// A municipality with its platform and the rules of its configuration.
    pub fn new(settings: TownSettings, platform: P, reader: Reader, shared: Arc<Shared>) -> Self {
        let key = rules_key(&reader, &settings.time_zone, &settings.limits);
        Self {
            deployments: Deployments::fixed(Rules { reader: Arc::new(reader), key }),
            settings,
            platform,
            shared,
            watches: Mutex::default(),
            inbox: AsyncMutex::default(),
            delivering: AsyncMutex::default(),
            // Messages of an earlier process may wait.
            unsettled: AtomicBool::new(true),
            interrupted: AtomicBool::new(false),
            reopened: Mutex::default(),
        }
    }

    /// The municipality.
    pub fn id(&self) -> &MunicipalityId {
        &self.settings.id
    }

    /// The platform, with this municipality's permissions.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// Asks the platform which neighbourhoods and concierges there are, and gives the neighbourhoods that are followed.
    pub async fn refresh(&self) -> Result<Vec<NeighbourhoodId>, CycleError> {
        let mut neighbourhoods = self.platform.neighbourhoods().await?;
        neighbourhoods.retain(|neighbourhood| self.settings.neighbourhoods.includes(&neighbourhood.id));
        let store = &self.shared.store;
        store.save_neighbourhoods(self.id(), &neighbourhoods).await?;
        let followed: HashSet<_> = neighbourhoods.iter().map(|neighbourhood| neighbourhood.id.clone()).collect();
        for feed in store.feeds(self.id()).await? {
            if !followed.contains(&feed.neighbourhood.id) {
                self.watches().remove(&feed.neighbourhood.id);
                continue;
            }
            let known = self.watches().get(&feed.neighbourhood.id).cloned();
            if let Some(watch) = known {
                watch.lock().await.neighbourhood = feed.neighbourhood;
            } else {
                let id = feed.neighbourhood.id.clone();
                self.watches().insert(id, Arc::new(AsyncMutex::new(Watch::from(feed))));
            }
        }
        Ok(self.watches().keys().cloned().collect())
    }

    /// One cycle of one neighbourhood: ingest, match, tell. None when the neighbourhood is not followed (any more).
    pub async fn cycle(&self, id: &NeighbourhoodId) -> Result<Option<Cycle>, CycleError> {
        let Some(watch) = self.watches().get(id).cloned() else { return Ok(None) };
        let mut watch = watch.lock().await;
        let Shared { store, clock, .. } = &*self.shared;
        if self.reopened().remove(id) {
            watch.matched_rules = None;
            watch.crises_told = None;
        }
        let Watch { place, version, .. } = &mut *watch;
        let has_more = poll(&self.platform, store, &**clock, self.id(), id, place, version).await?;
        tracing::debug!(municipality = %self.id(), neighbourhood = %id, stage = "polled", "polled `{id}`");
        // A part of the sequence would pair people with those who happened to come first.
        let matched = if has_more { Ok(false) } else { self.match_if_due(&mut watch).await };
        // What waits already has nothing to do with rules that fail.
        let Delivered { retry_at, .. } = self.deliver().await?;
        let waits = matched?;
        if !has_more {
            self.run_shadow(&mut watch).await;
        }
        Ok(Some(Cycle { has_more, retry_at, waits }))
    }

    /// Reads what concierges wrote, acts upon it, and sends the replies.
    pub async fn read_inbox(&self) -> Result<Delivered, CycleError> {
        let mut inbox = self.inbox.lock().await;
        let store = &self.shared.store;
        let place = match &mut *inbox {
            Some(place) => place,
            none => none.insert(Place::at(store.inbox_cursor(self.id()).await?)),
        };
        let received = replies::receive(&self.platform, store, self.id(), place).await;
        // Answers that are kept already are acted upon whatever the platform says now.
        let rules = self.rules().await.unwrap_or_else(|_| self.loaded_rules());
        let rules = replies::Rules { module: rules.reader.module(), key: &rules.key };
        let now = self.shared.clock.now();
        let mut handled = replies::Handled::default();
        let acted = replies::act(store, self.id(), self.settings.country, rules, now, &mut handled).await;
        self.reopened().extend(handled.reopened);
        if handled.answers > 0 {
            self.unsettled.store(true, Ordering::Release);
        }
        acted?;
        let delivered = self.deliver().await?;
        received.map(|()| delivered)
    }

    /// Sends what waits in the outbox.
    pub async fn deliver(&self) -> Result<Delivered, CycleError> {
        let _one_at_a_time = self.delivering.lock().await;
        if !self.unsettled.swap(false, Ordering::AcqRel) {
            return Ok(Delivered::default());
        }
        let Shared { store, clock, entropy, .. } = &*self.shared;
        // Until it is known how this one ends: a panic must not leave messages marked as being sent.
        if self.interrupted.swap(true, Ordering::AcqRel) {
            store.distrust_interrupted_sends(self.id()).await?;
        }
        let delivered = deliver(&self.platform, store, &**clock, entropy, self.id()).await;
        if !matches!(delivered, Ok(Delivered { retry_at: None, .. })) {
            self.unsettled.store(true, Ordering::Release);
        }
        let delivered = delivered?;
        self.interrupted.store(false, Ordering::Release);
        self.reopened().extend(delivered.reopened.iter().cloned());
        Ok(delivered)
    }

    /// Runs a computation where it does not keep the network waiting.
    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, CycleError> {
        let _permit = self.shared.compute.acquire().await.map_err(|_| CycleError::Interrupted)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| CycleError::Interrupted)
    }

    fn mark_unsettled(&self) {
        self.unsettled.store(true, Ordering::Release);
    }

    fn reopened(&self) -> std::sync::MutexGuard<'_, HashSet<NeighbourhoodId>> {
        self.reopened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watches(&self) -> std::sync::MutexGuard<'_, BTreeMap<NeighbourhoodId, Arc<AsyncMutex<Watch>>>> {
        // A panic while the lock was held leaves a usable map behind.
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What readings and matching depend on beside the posts: when it changes, all is read and matched afresh.
pub fn rules_key(reader: &Reader, time_zone: &TimeZone, limits: &Limits) -> String {
    let zone = time_zone.iana_name().unwrap_or("");
    digest(&[&reader.cache_key(), past::FORMAT, zone, &format!("{limits:?}")])
}

impl Watch {
    fn is_matched(&self, rules: &str) -> bool {
        self.matched_version == self.version && self.matched_rules.as_deref() == Some(rules)
    }

    /// The posts that matching has not seen, and those whose suggestion lapsed; none when it has to look at all.
    fn changed(
        &self,
        posts: &[ReadPost],
        rules: &str,
        lapsed: impl Iterator<Item = PostId>,
    ) -> Option<HashSet<PostId>> {
        let new = posts.iter().filter(|post| post.version > self.matched_version).map(|post| post.id.clone());
        (self.matched_rules.as_deref() == Some(rules)).then(|| new.chain(lapsed).collect())
    }
}

impl From<Feed> for Watch {
    fn from(feed: Feed) -> Self {
        let Feed { neighbourhood, cursor, version, matched_version, matched_rules } = feed;
        let place = Place::at(cursor);
        Self { neighbourhood, place, version, matched_version, matched_rules, crises_told: None, shadow: None }
    }
}
