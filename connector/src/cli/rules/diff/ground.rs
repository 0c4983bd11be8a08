//! Whose posts are looked at, where they are, and within which limits: as the configuration says, where one is named.

use anyhow::{Context, bail};
use jiff::tz::TimeZone;

use super::DiffArgs;
use crate::assembly;
use crate::cli::rules::desk;
use crate::config::{Config, Municipality, Selection};
use crate::domain::{MunicipalityId, NeighbourhoodId};
use crate::matching::Limits;
use crate::rules::RulesEngine;
use crate::store::Store;

/// Where the clocks are when nobody says.
const TIME_ZONE: &str = "Europe/Brussels";

/// What a comparison stands on beside the posts.
#[derive(Debug)]
pub(super) struct Ground {
    /// The configuration, and whose rules are looked at.
    pub configured: Option<(Config, Municipality)>,
    pub limits: Limits,
    pub zone: TimeZone,
    pub followed: Selection<NeighbourhoodId>,
}

impl Ground {
    /// Reads the configuration, if one is named.
    pub fn of(args: &DiffArgs) -> anyhow::Result<Self> {
        let Some(file) = &args.config else {
            let zone = args.time_zone.as_deref().unwrap_or(TIME_ZONE);
            let zone = TimeZone::get(zone)
                .with_context(|| format!("`{zone}` is not a time zone\nhint: for example `Europe/Amsterdam`"))?;
            return Ok(Self { configured: None, limits: Limits::default(), zone, followed: Selection::All });
        };
        let config = Config::load(file)?;
        let municipality = desk::municipality(&config, file, args.municipality())?;
        Ok(Self {
            limits: assembly::limits(&config, &municipality),
            zone: municipality.time_zone.clone(),
            followed: municipality.neighbourhoods.clone(),
            configured: Some((config, municipality)),
        })
    }

    /// The sandbox, with the limits of the configuration.
    pub fn engine(&self) -> anyhow::Result<RulesEngine> {
        match &self.configured {
            Some((config, _)) => Ok(RulesEngine::with_options(assembly::options(&config.rules))?),
            None => super::super::engine(),
        }
    }

    /// Looks into the store at `url`, else into that of the configuration.
    pub async fn store(&self, url: Option<&str>) -> anyhow::Result<Store> {
        let url = url.or_else(|| self.configured.as_ref().map(|(config, _)| config.store.url.as_str()));
        let Some(url) = url else {
            bail!(
                "no posts\nhint: name a file with `--posts`, a store with `--store`, or a configuration with `--config`"
            );
        };
        Ok(Store::look(url).await?)
    }

    /// The municipality of the configuration, else the one that `store` knows as `wanted`, or the only one.
    pub async fn municipality(&self, store: &Store, wanted: Option<&str>) -> anyhow::Result<MunicipalityId> {
        match &self.configured {
            Some((_, municipality)) => Ok(municipality.id.clone()),
            None => choose(&store.municipalities().await?, wanted),
        }
    }
}

fn choose(known: &[MunicipalityId], wanted: Option<&str>) -> anyhow::Result<MunicipalityId> {
    let names = || known.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    match (known, wanted) {
        ([], _) => bail!("the store knows no municipality yet\nhint: `koppelaar run` fills it"),
        (_, Some(wanted)) => known
            .iter()
            .find(|id| id.as_str() == wanted)
            .cloned()
            .with_context(|| format!("the store knows no municipality `{wanted}`\nhint: it knows {}", names())),
        ([one], None) => Ok(one.clone()),
        (_, None) => bail!("the store has several municipalities\nhint: name one with `--municipality`: {}", names()),
    }
}
