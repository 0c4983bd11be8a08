//! The configuration: a TOML file, single settings overridden by environment variables, and secrets from files or
//! variables of their own. `koppelaar.default.toml` documents every setting; its text is [`Config::ANNOTATED`].

mod error;
mod municipality;
mod reader;
mod sections;
mod services;
pub(crate) mod suggest;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use reqwest::Url;

use crate::domain::{Concierge, Country, Language, MemberId, MunicipalityId, Neighbourhood, NeighbourhoodId};
use crate::matching::Certificates;
use crate::messaging::services::Services;
use crate::platform::http::Timeouts;
use crate::rules::engine::{CacheFolder, Compiler, RulesLimits};
use crate::rules::signature::TrustedKey;

pub use error::{ConfigError, ConfigErrors, Place};

/// The largest configuration file, in bytes.
pub const FILE_LIMIT: u64 = 1024 * 1024;

/// Everything that an operator decides.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// `[platform]`
    pub platform: PlatformSettings,
    /// `[polling]`
    pub polling: PollingSettings,
    /// `[store]`
    pub store: StoreSettings,
    /// `[rules]`
    pub rules: RulesSettings,
    /// `[matching]`
    pub matching: MatchingSettings,
    /// `[log]`
    pub log: LogSettings,
    /// `[[municipality]]`, in the file's order.
    pub municipalities: Vec<Municipality>,
}

/// The platform and how long to wait for it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlatformSettings {
    /// Scheme, host and port.
    pub base_url: Url,
    /// How long to wait for it.
    pub timeouts: Timeouts,
}

/// How often the platform is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct PollingSettings {
    /// Between two polls of a neighbourhood's posts.
    pub neighbourhood_interval: Duration,
    /// Between two polls of a municipality's incoming messages.
    pub inbox_interval: Duration,
    /// Between two looks at which neighbourhoods and concierges there are.
    pub neighbourhoods_refresh: Duration,
    /// Neighbourhoods and inboxes worked on at the same time.
    pub concurrency: usize,
}

/// Where the program keeps what it knows.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreSettings {
    /// `sqlite:` and a path; a relative one starts at the working directory.
    pub url: String,
}

/// What a municipality's rules may use, and where they are kept once compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct RulesSettings {
    /// What rules may use.
    pub limits: RulesLimits,
    /// Where compiled modules are kept.
    pub cache: CacheFolder,
    /// The most that is kept there, in bytes.
    pub cache_bytes: u64,
    /// Where unknown modules are compiled; no setting of the file. None means in a process of this very program.
    pub compiler: Option<Compiler>,
    /// Faults of a municipality's module within an hour after which its matching waits and the operator is called.
    pub faults_per_hour: u64,
    /// Whose signatures on rules are accepted.
    pub trusted_keys: Vec<TrustedKey>,
}

/// What the program suggests.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchingSettings {
    /// How long a request without a date of its own stays open, in days.
    pub request_days: u32,
    /// How long an offer stays open, in days.
    pub offer_days: u32,
    /// The most suggestions in which one helper is named within four weeks.
    pub tasks_per_helper_in_four_weeks: u32,
    /// The least score, of 1000, that is suggested.
    pub minimum_score: u16,
    /// The most helpers beside the first one in a suggestion.
    pub alternates: u8,
    /// The most suggestions within four weeks in which one helper is to come to the same person for something reserved.
    pub visits_per_pair_in_four_weeks: u32,
}

/// What the program says about its own work.
#[derive(Debug, Clone, PartialEq)]
pub struct LogSettings {
    /// The form of a line.
    pub format: LogFormat,
    /// The least important line that is written.
    pub level: tracing::Level,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A municipality: whose neighbourhoods are worked on, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Municipality {
    /// Names it in logs, in the store and in references; must never change.
    pub id: MunicipalityId,
    /// Where its clocks are.
    pub time_zone: TimeZone,
    /// Decides on help lines, certificates and wording.
    pub country: Country,
    /// The language of everything that is not written to a concierge of another language.
    pub language: Language,
    /// Which neighbourhoods are worked on.
    pub neighbourhoods: Selection<NeighbourhoodId>,
    /// Which concierges are written to.
    pub concierges: Recipients,
    /// Its rules.
    pub rules: RulesChoice,
    /// When somebody may be suggested for child care, care or a visit at home.
    pub certificates: Certificates,
    /// Its partners and departments.
    pub services: Services,
    /// Its access to the platform.
    pub credentials: Credentials,
}

/// Some or all of what the platform names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection<T> {
    /// All of them, also those that are added later.
    All,
    /// These.
    Named(Vec<T>),
}

impl<T: PartialEq> Selection<T> {
    /// Whether `item` is selected.
    pub fn includes(&self, item: &T) -> bool {
        match self {
            Self::All => true,
            Self::Named(items) => items.contains(item),
        }
    }
}

/// Which of a neighbourhood's concierges are written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipients {
    /// The first in the platform's order.
    First,
    /// Every one.
    All,
    /// Those of the neighbourhood's concierges that are among these.
    Named(Vec<MemberId>),
}

impl Recipients {
    /// The concierges of `neighbourhood` that are written to, in the platform's order.
    pub fn of<'a>(&'a self, neighbourhood: &'a Neighbourhood) -> impl Iterator<Item = &'a Concierge> {
        neighbourhood.concierges.iter().enumerate().filter_map(move |(position, concierge)| {
            let chosen = match self {
                Self::First => position == 0,
                Self::All => true,
                Self::Named(ids) => ids.contains(&concierge.id),
            };
            chosen.then_some(concierge)
        })
    }
}

/// A municipality's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesChoice {
    /// Where the module is.
    pub module: ModuleSource,
    /// A file with the module's settings, as JSON.
    pub settings: Option<PathBuf>,
}

/// Where a rule module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleSource {
    /// The one that is built in.
    Standard,
    /// A file.
    File(PathBuf),
}

/// A municipality's access to the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The `OAuth2` client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
}

/// A secret. Its `Debug` shows nothing, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Marks `text` as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the request that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl Config {
    /// The annotated default configuration: the reference of all settings.
    pub const ANNOTATED: &str = include_str!("../../koppelaar.default.toml");

    /// Reads the file at `path`, this process's environment and the secrets that the file refers to. A configuration
    /// without a municipality is an error.
    pub fn load(path: &Path) -> Result<Self, ConfigErrors> {
        let name = path.display().to_string();
        let text = error::read_limited(path, FILE_LIMIT).map_err(|problem| {
            let hint = "`koppelaar config` prints a file to start from".to_owned();
            ConfigError { place: Place::File(name.clone()), key: None, problem, hint: Some(hint) }
        })?;
        // Variables that are no text cannot be settings of ours: their names are not ours either.
        let environment = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let directory = path.parent().unwrap_or(Path::new(""));
        let config = Self::parse(&name, &text, &environment, directory)?;
        if config.municipalities.is_empty() {
            return Err(ConfigErrors::from(ConfigError {
                place: Place::File(name),
                key: Some("municipality".to_owned()),
                problem: "is missing: there is nothing to do".to_owned(),
                hint: Some("add a `[[municipality]]`; `koppelaar config` prints an example".to_owned()),
            }));
        }
        Ok(config)
    }

    /// Reads `text`, the content of the file `name` in `directory`, with the overrides and secrets in `environment`.
    /// Every problem that can be found is reported, not only the first.
    pub fn parse(
        name: &str,
        text: &str,
        environment: &BTreeMap<String, String>,
        directory: &Path,
    ) -> Result<Self, ConfigErrors> {
        let mut reader = reader::Reader::new(name, text, environment)?;
        let config = Self {
            platform: sections::platform(&mut reader),
            polling: sections::polling(&mut reader),
            store: sections::store(&mut reader),
            rules: sections::rules(&mut reader),
            matching: sections::matching(&mut reader),
            log: sections::log(&mut reader),
            municipalities: municipality::all(&mut reader, directory),
        };
        reader.finish()?;
        Ok(config)
    }
}

impl Default for PlatformSettings {
    fn default() -> Self {
        Self {
            base_url: Url::parse("http://127.0.0.1:8080").expect("a literal address"),
            timeouts: Timeouts {
                connect: Duration::from_secs(10),
                idle: Duration::from_secs(20),
                total: Duration::from_mins(1),
            },
        }
    }
}

impl Default for PollingSettings {
    fn default() -> Self {
        Self {
            neighbourhood_interval: Duration::from_mins(1),
            inbox_interval: Duration::from_mins(1),
            neighbourhoods_refresh: Duration::from_hours(1),
            concurrency: 16,
        }
    }
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { url: "sqlite:koppelaar.sqlite".to_owned() }
    }
}

impl Default for RulesSettings {
    fn default() -> Self {
        Self {
            limits: RulesLimits::default(),
            cache: CacheFolder::Users,
            cache_bytes: 1 << 30,
            compiler: None,
            faults_per_hour: 5,
            trusted_keys: Vec::new(),
        }
    }
}

impl Default for MatchingSettings {
    fn default() -> Self {
        Self {
            request_days: 30,
            offer_days: 180,
            tasks_per_helper_in_four_weeks: 4,
            minimum_score: 400,
            alternates: 2,
            visits_per_pair_in_four_weeks: 2,
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: tracing::Level::INFO }
    }
}
