//! Which rules a municipality works with: those that were deployed last, else those of its configuration. A change is
//! picked up at the start of the next cycle. Rules that fail too often wait for the operator.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex as AsyncMutex;

use super::{CycleError, Town, Watch, rules_key};
use crate::domain::NeighbourhoodId;
use crate::platform::Platform;
use crate::rules::library::{Library, LibraryError, Sealed};
use crate::rules::{Reader, RuleError};
use crate::store::{NewFault, RulesState, Version};

/// The span over which the faults of a module are counted.
const FAULTS_SPAN: SignedDuration = SignedDuration::from_hours(1);

/// Rules at work.
#[derive(Debug)]
pub(super) struct Rules {
    pub reader: Arc<Reader>,
    /// What readings and suggestions depend on beside the post.
    pub key: String,
}

/// Rules that run beside those at work, and tell nobody.
#[derive(Debug)]
pub(super) struct Shadow {
    pub rules: Rules,
    /// Since when.
    pub since: Timestamp,
}

/// What is at work in a municipality, as far as this process knows.
#[derive(Debug)]
pub(super) struct Deployments {
    /// The rules of the configuration.
    fallback: Arc<Rules>,
    /// None where nothing but the configuration counts.
    library: Option<Arc<Library>>,
    current: Mutex<Current>,
    /// One at a time loads: a second would compile the same.
    loading: AsyncMutex<()>,
    /// When the operator was called last.
    called: Mutex<Option<Timestamp>>,
}

#[derive(Debug, Clone)]
struct Current {
    state: RulesState,
    active: Arc<Rules>,
    shadow: Option<Arc<Shadow>>,
}

/// What became of a neighbourhood's matching in a cycle.
enum Matched {
    /// Nothing has changed.
    Idle,
    Done,
    /// The rules have failed too often.
    Waits,
}

impl Deployments {
    /// The rules of the configuration alone.
    pub fn fixed(fallback: Rules) -> Self {
        let fallback = Arc::new(fallback);
        let current = Current { state: RulesState::default(), active: Arc::clone(&fallback), shadow: None };
        Self {
            fallback,
            library: None,
            current: Mutex::new(current),
            loading: AsyncMutex::default(),
            called: Mutex::default(),
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        // It is replaced as a whole: a panic elsewhere leaves it usable.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Platform> Town<P> {
    /// The same municipality, which also works with rules that are deployed, as `library` loads them.
    #[must_use]
    pub fn following(mut self, library: Arc<Library>) -> Self {
        self.deployments.library = Some(library);
        self
    }

    /// Loads the rules that are deployed, as the next cycle would; for `koppelaar doctor`.
    pub async fn load_rules(&self) -> Result<(), CycleError> {
        self.rules().await.map(|_| ())
    }

    /// The rules that were loaded last.
    pub(super) fn loaded_rules(&self) -> Arc<Rules> {
        Arc::clone(&self.deployments.current().active)
    }

    pub(super) fn shadow_rules(&self) -> Option<Arc<Shadow>> {
        self.deployments.current().shadow.clone()
    }

    /// The rules to work with now. The store is asked each time; what has not changed is not loaded again.
    pub(super) async fn rules(&self) -> Result<Arc<Rules>, CycleError> {
        let Some(library) = &self.deployments.library else { return Ok(self.loaded_rules()) };
        if let Some(rules) = self.known(self.shared.store.rules_state(self.id()).await?) {
            return Ok(rules);
        }
        let _one_at_a_time = self.deployments.loading.lock().await;
        let state = self.shared.store.rules_state(self.id()).await?;
        if let Some(rules) = self.known(state) {
            return Ok(rules);
        }
        let before = self.deployments.current().clone();
        let active = match state.active {
            None => Arc::clone(&self.deployments.fallback),
            same if same == before.state.active => before.active,
            Some(change) => Arc::new(self.load(library, change).await?.rules),
        };
        let shadow = match state.shadow {
            None => None,
            same if same == before.state.shadow => before.shadow,
            Some(change) => self.load_shadow(library, change).await,
        };
        let (id, revision, module) = (self.id(), state.revision, active.reader.module());
        let (name, version, digest) = (&module.manifest().name, &module.manifest().version, module.digest());
        tracing::info!(
            municipality = %id, revision, module = digest, shadow = shadow.is_some(), event = "rules_changed",
            "`{id}` works with rule module `{name}` {version} from now on"
        );
        *self.deployments.current() = Current { state, active: Arc::clone(&active), shadow };
        Ok(active)
    }

    fn known(&self, state: RulesState) -> Option<Arc<Rules>> {
        let current = self.deployments.current();
        (current.state.revision == state.revision).then(|| Arc::clone(&current.active))
    }

    /// Rules in the shadow that cannot be loaded hinder nobody.
    async fn load_shadow(&self, library: &Arc<Library>, change: i64) -> Option<Arc<Shadow>> {
        let id = self.id();
        self.load(library, change)
            .await
            .inspect_err(|error| {
                tracing::warn!(municipality = %id, event = "shadow_unusable", "the rules in the shadow of `{id}` cannot be loaded: {error}");
            })
            .map(Arc::new)
            .ok()
    }

    async fn load(&self, library: &Arc<Library>, change: i64) -> Result<Shadow, CycleError> {
        let store = &self.shared.store;
        let version = store.rule_version(self.id(), change).await?.ok_or(LibraryError::Missing)?;
        let digest = version.info.module.clone();
        let (shared, since) = (Arc::clone(library), version.at);
        let kept = self.compute(move || (shared.load_kept(&version.info.module, sealed(&version)), version)).await?;
        let reader = match kept {
            (Ok(Some(reader)), _) => reader,
            (Ok(None), version) => {
                let bytes = store.rule_file(&digest).await?.ok_or(LibraryError::Missing)?;
                let shared = Arc::clone(library);
                self.compute(move || shared.load(&bytes, sealed(&version))).await??
            }
            (Err(error), _) => return Err(error.into()),
        };
        let key = rules_key(&reader, &self.settings.time_zone, &self.settings.limits);
        Ok(Shadow { rules: Rules { reader: Arc::new(reader), key }, since })
    }

    /// Matches a neighbourhood if something has changed. Gives whether its matching waits for other rules.
    pub(super) async fn match_if_due(&self, watch: &mut Watch) -> Result<bool, CycleError> {
        match self.try_to_match(watch).await {
            Ok(Matched::Idle) => return Ok(false),
            Ok(Matched::Done) => {}
            Ok(Matched::Waits) => {
                self.tell_crises(watch).await?;
                return Ok(true);
            }
            Err(error) => {
                self.mark_unsettled();
                if let CycleError::Rules(RuleError::Author(fault)) = &error {
                    self.note_fault(&watch.neighbourhood.id, &self.loaded_rules(), &fault.to_string()).await?;
                }
                // A crisis waits for no rule.
                if matches!(error, CycleError::Rules(_) | CycleError::Deployed(_)) {
                    self.tell_crises(watch).await?;
                }
                return Err(error);
            }
        }
        self.mark_unsettled();
        Ok(false)
    }

    async fn try_to_match(&self, watch: &mut Watch) -> Result<Matched, CycleError> {
        let rules = self.rules().await?;
        if watch.is_matched(&rules.key) {
            return Ok(Matched::Idle);
        }
        if self.fails(&rules).await? {
            return Ok(Matched::Waits);
        }
        self.read_and_match(watch, &rules).await?;
        Ok(Matched::Done)
    }

    /// Whether these rules have failed so often that they are not tried now.
    pub(super) async fn fails(&self, rules: &Rules) -> Result<bool, CycleError> {
        let module = rules.reader.module();
        let since = self.shared.clock.now() - FAULTS_SPAN;
        let store = &self.shared.store;
        let faults = store.faults_since(self.id(), module.digest(), module.settings_digest(), since).await?;
        Ok(faults >= self.settings.faults_per_hour)
    }

    /// Notes a fault. Gives how many there were within an hour.
    pub(super) async fn count_fault(
        &self,
        neighbourhood: &NeighbourhoodId,
        rules: &Rules,
        what: &str,
    ) -> Result<u64, CycleError> {
        let now = self.shared.clock.now();
        let module = rules.reader.module();
        let fault = NewFault { neighbourhood, module: module.digest(), settings: module.settings_digest(), what };
        Ok(self.shared.store.note_fault(self.id(), fault, now - FAULTS_SPAN, now).await?)
    }

    /// Notes a fault, and calls the operator when it is one too many: at most once an hour.
    async fn note_fault(&self, neighbourhood: &NeighbourhoodId, rules: &Rules, what: &str) -> Result<(), CycleError> {
        let faults = self.count_fault(neighbourhood, rules, what).await?;
        let (now, digest) = (self.shared.clock.now(), rules.reader.module().digest());
        let mut called = self.deployments.called.lock().unwrap_or_else(PoisonError::into_inner);
        if faults >= self.settings.faults_per_hour && called.is_none_or(|at| at <= now - FAULTS_SPAN) {
            *called = Some(now);
            let (id, what) = (self.id(), what.lines().next().unwrap_or_default());
            tracing::error!(
                municipality = %id, module = digest, faults, event = "rules_failing",
                "the rules of `{id}` failed {faults} times within an hour; its matching waits, and people in danger are \
                 still told of. The last time: {what}. Hint: `koppelaar rules rollback {id}`, or deploy a module that \
                 is mended"
            );
        }
        Ok(())
    }
}

fn sealed(version: &Version) -> Sealed<'_> {
    let Version { settings, checksums, signature, .. } = version;
    Sealed { settings: settings.as_deref(), checksums, signature }
}
