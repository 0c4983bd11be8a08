//! `koppelaar rules deploy`: makes a signed module with its settings what a municipality works with.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::desk::{By, Desk, Target, named};
use super::{check, read_module, read_settings, signed_beside};
use crate::assembly;
use crate::rules::RulesEngine;
use crate::rules::signature::{Checksums, MAX_SIGNED_BYTES, verify};
use crate::store::{NewVersion, VersionInfo};

#[derive(Debug, Args)]
pub(super) struct DeployArgs {
    #[command(flatten)]
    target: Target,
    /// The module: a WebAssembly component; `standard` is the one that is built in
    #[arg(value_name = "MODULE")]
    module: PathBuf,
    /// The settings that were signed with it, a JSON document; without it, the module's own defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The checksums that were signed; without it, `MODULE.sha256`. The signature stands beside them, with `.minisig`
    /// behind the name
    #[arg(long, value_name = "FILE")]
    checksums: Option<PathBuf>,
    /// Run it beside the rules at work, and keep what it would have told without telling it
    #[arg(long)]
    shadow: bool,
    #[command(flatten)]
    by: By,
}

pub(super) fn run(args: &DeployArgs) -> anyhow::Result<ExitCode> {
    let (config, _) = args.target.config()?;
    let module = read_module(&args.module)?;
    let settings = args.settings.as_deref().map(read_settings).transpose()?;
    let (checksums, signature) = signed_beside(&args.module, args.checksums.as_deref());
    let signature = read_signed(&signature, "signature")?;
    let checksums = read_signed(&checksums, "checksums")?;
    // Nothing of a module is run before it is known who stands for it.
    let at_hand = Checksums::of(&module, settings.as_deref().map(str::as_bytes));
    let (signed, key_id) = verify(&config.rules.trusted_keys, &checksums, &signature)?;
    signed.cover(&at_hand)?;
    let engine = RulesEngine::with_options(assembly::options(&config.rules))?;
    let report = check::check(&engine, &module, settings.as_deref());
    let Some(accepted) = report.module() else {
        print!("{report}");
        return Ok(ExitCode::FAILURE);
    };
    print!("{}signed      by key {key_id}\n\n", report.head());
    let manifest = accepted.manifest();
    let info = VersionInfo {
        module: accepted.digest().to_owned(),
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        settings: accepted.settings_digest().to_owned(),
        key_id,
    };
    let new = NewVersion {
        info: &info,
        module: &module,
        settings: at_hand.settings.as_deref().zip(settings.as_deref()),
        checksums: &checksums,
        signature: &signature,
    };
    super::super::on_runtime(async { keep(&args.target.open().await?, new, args.shadow, &args.by.name()).await })
}

async fn keep(desk: &Desk, new: NewVersion<'_>, shadow: bool, by: &str) -> anyhow::Result<ExitCode> {
    let id = desk.id();
    let state = desk.state().await?;
    let place = if shadow { state.shadow } else { state.active };
    let there = desk.version(place).await?.map(|version| version.info);
    if there.as_ref() == Some(new.info) {
        let what = if shadow { "runs in the shadow of" } else { "is at work in" };
        println!("unchanged: this version {what} `{id}` already");
        return Ok(ExitCode::SUCCESS);
    }
    let change = desk.store.deploy_rules(id, new, shadow, by, Desk::now()).await?;
    let version = named(Some(new.info));
    if shadow {
        println!("change {change}: {version} runs in the shadow of `{id}` from its next cycle on, and tells nobody");
        println!("hint: `koppelaar rules promote {id}` puts it to work");
    } else {
        println!("change {change}: `{id}` works with {version} from its next cycle on");
        println!("before: {}", named(there.as_ref()));
    }
    Ok(ExitCode::SUCCESS)
}

fn read_signed(path: &Path, what: &str) -> anyhow::Result<String> {
    let read = || {
        let file = std::fs::File::open(path)?;
        let mut text = String::new();
        std::io::Read::read_to_string(&mut std::io::Read::take(file, MAX_SIGNED_BYTES as u64 + 1), &mut text)?;
        Ok::<_, std::io::Error>(text)
    };
    read().with_context(|| {
        format!(
            "cannot read the {what} `{}`\nhint: `koppelaar rules sign` writes checksums and signature beside a module",
            path.display()
        )
    })
}
