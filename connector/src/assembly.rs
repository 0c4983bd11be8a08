//! Puts the parts together, as a configuration says.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::{Entropy, SharedClock};
use crate::config::{Config, ModuleSource, Municipality, RulesChoice, RulesSettings};
use crate::domain::MunicipalityId;
use crate::matching::{Limits, past};
use crate::pipeline::{Shared, Town, TownSettings};
use crate::platform::hoplr::HoplrPlatform;
use crate::platform::http::{Http, HttpSetupError};
use crate::rules::library::Library;
use crate::rules::module::MAX_MODULE_BYTES;
use crate::rules::{Intent, Reader, RuleError, RuleModule, RulesEngine, RulesOptions};
use crate::store::{Store, StoreError};

/// The largest file of settings for a rule module, in bytes.
const MAX_SETTINGS_BYTES: u64 = 1 << 20;

/// Why a configuration cannot be put to work.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The platform's address cannot be used.
    #[error(transparent)]
    Http(#[from] HttpSetupError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sandbox cannot be set up.
    #[error("the sandbox for rules cannot be set up")]
    Engine(#[source] RuleError),
    /// A file of a municipality's rules cannot be read.
    #[error("cannot read `{}`, which the rules of `{municipality}` name\nhint: check the path and its permissions", path.display())]
    RulesFile {
        /// The municipality.
        municipality: MunicipalityId,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A municipality's module or settings are refused.
    #[error("the rules of `{municipality}` cannot be used")]
    Rules {
        /// The municipality.
        municipality: MunicipalityId,
        /// Why.
        #[source]
        source: RuleError,
    },
}

/// A connector, ready to work.
#[derive(Debug)]
pub struct Connector {
    /// What the municipalities share.
    pub shared: Arc<Shared>,
    /// The municipalities.
    pub towns: Vec<Arc<Town<HoplrPlatform>>>,
}

impl Connector {
    /// Opens the store, loads the rules, and prepares the access to the platform; asks the platform nothing yet.
    pub async fn assemble(config: &Config, clock: SharedClock, entropy: Entropy) -> Result<Self, AssemblyError> {
        Self::around(Store::open(&config.store.url).await?, config, clock, entropy)
    }

    /// The same around a store that is open already.
    pub fn around(store: Store, config: &Config, clock: SharedClock, entropy: Entropy) -> Result<Self, AssemblyError> {
        let http = Arc::new(Http::new(config.platform.base_url.clone(), config.platform.timeouts, Arc::clone(&clock))?);
        let engine = RulesEngine::with_options(options(&config.rules)).map_err(AssemblyError::Engine)?;
        let standard = RuleModule::standard(&engine).map_err(AssemblyError::Engine)?;
        let library = Library::new(engine.clone(), standard.clone(), config.rules.trusted_keys.clone());
        let library = Arc::new(library);
        let shared = Arc::new(Shared::new(store, clock, entropy));
        let mut towns = Vec::with_capacity(config.municipalities.len());
        for municipality in &config.municipalities {
            let reader = Reader::new(module(&engine, &standard, municipality)?, &standard);
            let platform = HoplrPlatform::new(Arc::clone(&http), municipality.id.clone(), &municipality.credentials);
            let settings = settings(config, municipality);
            let town = Town::new(settings, platform, reader, Arc::clone(&shared));
            towns.push(Arc::new(town.following(Arc::clone(&library))));
        }
        Ok(Self { shared, towns })
    }
}

/// How the sandbox is set up, as a configuration says.
pub fn options(rules: &RulesSettings) -> RulesOptions {
    let RulesSettings { limits, cache, cache_bytes, compiler, .. } = rules.clone();
    RulesOptions { limits, cache, cache_bytes, compiler }
}

/// What the store holds, counted over all municipalities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Posts that ask for something, exchanges included.
    pub requests: u64,
    /// Posts that offer something, exchanges included.
    pub offers: u64,
    /// Suggestions that were ever made.
    pub suggestions: u64,
}

impl Connector {
    /// Counts what the store holds.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for town in &self.towns {
            let store = &self.shared.store;
            counts.suggestions += store.suggestions_made(town.id()).await?;
            for reading in store.readings(town.id()).await? {
                let reading = past::thaw(&reading).ok_or(StoreError::Corrupt { what: "reading.data" })?;
                let intent = reading.reading.intent;
                counts.requests += u64::from(matches!(intent, Intent::Request | Intent::Exchange));
                counts.offers += u64::from(matches!(intent, Intent::Offer | Intent::Exchange));
            }
        }
        Ok(counts)
    }
}

/// A municipality's rule module with its settings; the one that is built in is shared.
pub fn module(
    engine: &RulesEngine,
    standard: &RuleModule,
    municipality: &Municipality,
) -> Result<RuleModule, AssemblyError> {
    let id = &municipality.id;
    let RulesChoice { module, settings } = &municipality.rules;
    let read = |path: &PathBuf, limit: u64| {
        let failed = |source| AssemblyError::RulesFile { municipality: id.clone(), path: path.clone(), source };
        read_limited(path, limit).map_err(failed)
    };
    let settings = match settings {
        Some(path) => Some(String::from_utf8_lossy(&read(path, MAX_SETTINGS_BYTES)?).into_owned()),
        None => None,
    };
    let loaded = match module {
        ModuleSource::Standard => standard.with_settings(settings.as_deref()),
        ModuleSource::File(path) => {
            RuleModule::load(engine, &read(path, MAX_MODULE_BYTES as u64)?, settings.as_deref())
        }
    };
    loaded.map_err(|source| AssemblyError::Rules { municipality: id.clone(), source })
}

/// A file's bytes, unless there are more than `limit`.
fn read_limited(path: &PathBuf, limit: u64) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(std::io::Error::other(format!("it is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// The bounds of a municipality's matching.
pub fn limits(config: &Config, municipality: &Municipality) -> Limits {
    let matching = &config.matching;
    let narrow = |days: u32| u16::try_from(days).unwrap_or(u16::MAX);
    Limits {
        minimum_score: matching.minimum_score,
        alternates: usize::from(matching.alternates),
        tasks_per_helper: narrow(matching.tasks_per_helper_in_four_weeks),
        request_days: narrow(matching.request_days),
        offer_days: narrow(matching.offer_days),
        visits_per_pair: narrow(matching.visits_per_pair_in_four_weeks),
        certificates: municipality.certificates,
        ..Limits::default()
    }
}

fn settings(config: &Config, municipality: &Municipality) -> TownSettings {
    TownSettings {
        id: municipality.id.clone(),
        time_zone: municipality.time_zone.clone(),
        country: municipality.country,
        neighbourhoods: municipality.neighbourhoods.clone(),
        concierges: municipality.concierges.clone(),
        limits: limits(config, municipality),
        services: municipality.services.clone(),
        faults_per_hour: config.rules.faults_per_hour,
    }
}
