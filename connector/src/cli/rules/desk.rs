//! What the verbs that change a municipality's rules share: whose, in which store, and on whose word.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use crate::assembly;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Municipality};
use crate::domain::MunicipalityId;
use crate::rules::library::{Library, Sealed};
use crate::rules::{RuleModule, RulesEngine};
use crate::store::{RulesState, Store, Version, VersionInfo};

/// The most municipalities that an error names.
const MAX_NAMED: usize = 12;
/// How much of a digest people compare by eye, in characters.
const SHORT_DIGEST: usize = 12;

/// Whose rules, and where they are kept.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// The municipality, as the configuration calls it
    #[arg(value_name = "MUNICIPALITY")]
    pub municipality: String,
    /// The configuration that `koppelaar run` works with: it names the store, and the keys that are trusted
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// Who makes a change.
#[derive(Debug, Args)]
pub(super) struct By {
    /// Who does it, for the history; without it, the login name
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl By {
    pub fn name(&self) -> String {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        // Behind `sudo` it is still the person who typed.
        let login = || ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(variable);
        self.by.clone().or_else(login).unwrap_or_else(|| "unknown".to_owned())
    }
}

/// A configuration with its store, open for a change.
pub(super) struct Desk {
    pub config: Config,
    pub municipality: Municipality,
    pub store: Store,
}

impl Target {
    /// Reads the configuration; the store stays closed.
    pub fn config(&self) -> anyhow::Result<(Config, Municipality)> {
        let config = Config::load(&self.config)?;
        let municipality = municipality(&config, &self.config, Some(&self.municipality))?;
        Ok((config, municipality))
    }

    /// Opens the store, beside a connector that works on it.
    pub async fn open(&self) -> anyhow::Result<Desk> {
        let (config, municipality) = self.config()?;
        let store = Store::open_beside(&config.store.url).await?;
        Ok(Desk { config, municipality, store })
    }
}

impl Desk {
    pub fn id(&self) -> &MunicipalityId {
        &self.municipality.id
    }

    pub fn now() -> jiff::Timestamp {
        SystemClock.now()
    }

    pub async fn state(&self) -> anyhow::Result<RulesState> {
        Ok(self.store.rules_state(self.id()).await?)
    }

    /// The version that a change brought; none for the rules of the configuration.
    pub async fn version(&self, change: Option<i64>) -> anyhow::Result<Option<Version>> {
        match change {
            Some(change) => Ok(self.store.rule_version(self.id(), change).await?),
            None => Ok(None),
        }
    }

    /// Makes sure that the configuration still trusts whoever signed `version`.
    pub fn trust(&self, version: &Version) -> anyhow::Result<()> {
        let engine = RulesEngine::with_options(assembly::options(&self.config.rules))?;
        let standard = RuleModule::standard(&engine)?;
        let library = Library::new(engine, standard, self.config.rules.trusted_keys.clone());
        let Version { settings, checksums, signature, .. } = version;
        library.verify(&version.info.module, Sealed { settings: settings.as_deref(), checksums, signature })?;
        Ok(())
    }
}

/// The municipality of `config` that `wanted` names; without a name, the only one that there is.
pub(super) fn municipality(config: &Config, file: &Path, wanted: Option<&str>) -> anyhow::Result<Municipality> {
    let all = &config.municipalities;
    let known = || {
        let names: Vec<_> = all.iter().take(MAX_NAMED).map(|known| format!("`{}`", known.id)).collect();
        let rest = if all.len() > MAX_NAMED { " and others" } else { "" };
        format!("{}{rest}", names.join(", "))
    };
    match (all.as_slice(), wanted) {
        (_, Some(wanted)) => {
            all.iter().find(|municipality| municipality.id.as_str() == wanted).cloned().with_context(|| {
                format!("`{wanted}` is no municipality of `{}`\nhint: it has {}", file.display(), known())
            })
        }
        ([one], None) => Ok(one.clone()),
        (_, None) => {
            bail!("`{}` has several municipalities\nhint: name one with `--municipality`: {}", file.display(), known())
        }
    }
}

/// A version as people call it.
pub(super) fn named(version: Option<&VersionInfo>) -> String {
    version.map_or_else(
        || "the rules of the configuration".to_owned(),
        |info| {
            let (module, settings) = (short(&info.module), short(&info.settings));
            format!("`{}` {} ({module}, settings {settings})", info.name, info.version)
        },
    )
}

/// The beginning of a digest.
pub(super) fn short(digest: &str) -> &str {
    digest.get(..SHORT_DIGEST).unwrap_or(digest)
}
