//! `koppelaar rules promote`: puts the version in the shadow to work.

use std::process::ExitCode;

use clap::Args;

use super::desk::{By, Desk, Target, named};
use crate::store::Refused;

#[derive(Debug, Args)]
pub(super) struct PromoteArgs {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    by: By,
}

pub(super) fn run(args: &PromoteArgs) -> anyhow::Result<ExitCode> {
    super::super::on_runtime(async {
        let desk = args.target.open().await?;
        let id = desk.id();
        let state = desk.state().await?;
        let no_shadow = || Refused::NoShadow { municipality: id.clone() };
        let version = desk.version(state.shadow).await?.ok_or_else(no_shadow)?;
        let before = desk.version(state.active).await?;
        desk.trust(&version)?;
        let change = desk.store.promote_rules(id, state.revision, &args.by.name(), Desk::now()).await?;
        println!("change {change}: `{id}` works with {} from its next cycle on", named(Some(&version.info)));
        println!("before: {}", named(before.as_ref().map(|before| &before.info)));
        Ok(ExitCode::SUCCESS)
    })
}
