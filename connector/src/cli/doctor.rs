//! `koppelaar doctor`: checks a configuration, and every connection and permission that it needs, in plain words.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use jiff::SignedDuration;

use crate::assembly::Connector;
use crate::clock::{Clock, Entropy, SystemClock};
use crate::config::{Config, Municipality};
use crate::domain::Neighbourhood;
use crate::pipeline::{CycleError, Town};
use crate::platform::hoplr::HoplrPlatform;
use crate::platform::{Platform, PlatformError};
use crate::store::{Store, StoreError, Version};

#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The configuration to check
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

pub fn run(args: &DoctorArgs) -> anyhow::Result<ExitCode> {
    let config = Config::load(&args.config)?;
    println!("ok    configuration `{}`", args.config.display());
    super::on_runtime(examine(config))
}

async fn examine(config: Config) -> anyhow::Result<ExitCode> {
    let store = match Store::open(&config.store.url).await {
        Err(StoreError::InUse { .. }) => {
            println!("ok    store `{}`, which a connector is working on", config.store.url);
            Store::look(&config.store.url).await?
        }
        opened => {
            let store = opened?;
            println!("ok    store `{}`", config.store.url);
            store
        }
    };
    let connector = Connector::around(store, &config, Arc::new(SystemClock), Entropy::from_os())?;
    println!("ok    rules of every municipality");
    let mut findings = Findings::default();
    for (municipality, town) in config.municipalities.iter().zip(&connector.towns) {
        println!("\n{}", municipality.id);
        examine_platform(municipality, town.platform(), &mut findings).await;
        examine_rules(town, &connector.shared.store, config.rules.faults_per_hour, &mut findings).await?;
        examine_store(municipality, &connector.shared.store, &mut findings).await?;
    }
    println!();
    if findings.problems == 0 {
        println!("All is well.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} to mend.", findings.problems);
    Ok(ExitCode::FAILURE)
}

#[derive(Debug, Default)]
struct Findings {
    problems: u32,
}

impl Findings {
    fn good(what: &str) {
        println!("ok    {what}");
    }

    fn bad(&mut self, what: &str, advice: &str) {
        self.problems += 1;
        println!("WRONG {what}\n      {advice}");
    }
}

async fn examine_platform(municipality: &Municipality, platform: &HoplrPlatform, findings: &mut Findings) {
    let neighbourhoods = match platform.neighbourhoods().await {
        Ok(neighbourhoods) => neighbourhoods,
        Err(error) => {
            findings.bad(&error.to_string(), advice(&error));
            return;
        }
    };
    Findings::good("the platform answers, and accepts the credentials");
    let followed: Vec<&Neighbourhood> =
        neighbourhoods.iter().filter(|place| municipality.neighbourhoods.includes(&place.id)).collect();
    if followed.is_empty() {
        findings.bad(
            "none of the platform's neighbourhoods is followed",
            "Compare `neighbourhoods` in the configuration with the identifiers that the platform uses.",
        );
    }
    for place in &followed {
        match platform.posts(&place.id, None, None).await {
            Ok(_) if municipality.concierges.of(place).next().is_none() => {
                let error = CycleError::NoConcierge { neighbourhood: place.id.clone() };
                findings.bad(&error.to_string(), "Nothing is suggested there until there is one.");
            }
            Ok(_) => Findings::good(&format!("`{}` can be read, and has a concierge", place.id)),
            Err(error) => findings.bad(&format!("`{}` cannot be read: {error}", place.id), advice(&error)),
        }
    }
    match platform.incoming(None, None).await {
        Ok(_) => Findings::good("the concierges' answers can be read"),
        Err(error) => findings.bad(&format!("the concierges' answers cannot be read: {error}"), advice(&error)),
    }
}

/// Says which rules were deployed, and how they do; nothing where those of the configuration are well.
async fn examine_rules(
    town: &Town<HoplrPlatform>,
    store: &Store,
    faults_per_hour: u64,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let state = store.rules_state(town.id()).await?;
    for (change, place) in [(state.active, "at work"), (state.shadow, "in the shadow")] {
        let Some(change) = change else { continue };
        match store.rule_version(town.id(), change).await? {
            Some(Version { info, at, .. }) => Findings::good(&format!(
                "rules {place}: `{}` {}, signed by key {}, since {}",
                info.name,
                info.version,
                info.key_id,
                at.strftime("%Y-%m-%d %H:%M UTC")
            )),
            None => findings.bad(&format!("the files of the rules {place} are gone"), "Deploy them again."),
        }
    }
    if let Err(error) = town.load_rules().await {
        let text = error.to_string();
        let (what, hint) = text.split_once("\nhint: ").unwrap_or((&text, "The log of `koppelaar run` tells more."));
        findings.bad(&format!("the rules cannot be used, and matching waits: {what}"), hint);
    }
    let hour_ago = SystemClock.now() - SignedDuration::from_hours(1);
    for fault in store.faults(town.id(), hour_ago).await? {
        let often = if fault.times == 1 { "once".to_owned() } else { format!("{} times", fault.times) };
        let waits = if fault.times >= faults_per_hour { ", so that it is not tried now" } else { "" };
        let module = fault.module.get(..12).unwrap_or_default();
        let advice = if state.revision > 0 {
            format!("`koppelaar rules rollback {}` goes back to the rules before. Tell the module's author.", town.id())
        } else {
            "Name other rules in the configuration, or deploy some. Tell the module's author.".to_owned()
        };
        findings.bad(&format!("rule module {module} failed {often} within an hour{waits}: {}", fault.what), &advice);
    }
    Ok(())
}

async fn examine_store(municipality: &Municipality, store: &Store, findings: &mut Findings) -> anyhow::Result<()> {
    let report = store.report(&municipality.id).await?;
    Findings::good(&format!(
        "{} posts kept, {} suggestions open, {} messages waiting",
        report.posts, report.open_suggestions, report.waiting_messages
    ));
    if report.rejected_messages > 0 {
        findings.bad(
            &format!("{} messages were rejected by the platform", report.rejected_messages),
            "The log names each with the platform's reason.",
        );
    }
    for aside in &report.set_aside {
        findings.bad(
            &format!("{} entries of the platform were set aside: {}", aside.times, aside.reason),
            "The posts around them were read. Tell the platform's makers, with this reason.",
        );
    }
    Ok(())
}

/// What the operator can do.
fn advice(error: &PlatformError) -> &'static str {
    match error {
        PlatformError::Unsent { .. } => "Check `base_url`, the network, and that the platform is up.",
        PlatformError::Unknown { .. } => "Is `base_url` really the platform's address? If so, ask its makers.",
        PlatformError::Busy { .. } => "The platform is busy, or limits how often it is asked. Try again later.",
        PlatformError::Refused { .. } => {
            "Check `client_id` and the secret, and that the client may use posts:read, messages:read and messages:write."
        }
        PlatformError::Rejected { .. } => "The platform does not follow `platform-api.yaml` here: ask its makers.",
    }
}
