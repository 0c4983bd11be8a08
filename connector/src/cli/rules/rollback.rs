//! `koppelaar rules rollback`: back to the version before, at last to the rules of the configuration.

use std::process::ExitCode;

use clap::Args;

use super::desk::{By, Desk, Target, named};

#[derive(Debug, Args)]
pub(super) struct RollbackArgs {
    #[command(flatten)]
    target: Target,
    /// Stop the version in the shadow instead; what is at work stays
    #[arg(long)]
    shadow: bool,
    #[command(flatten)]
    by: By,
}

pub(super) fn run(args: &RollbackArgs) -> anyhow::Result<ExitCode> {
    super::super::on_runtime(async {
        let desk = args.target.open().await?;
        let (id, by, now) = (desk.id(), args.by.name(), Desk::now());
        let state = desk.state().await?;
        if args.shadow {
            let stopped = desk.version(state.shadow).await?;
            let change = desk.store.end_shadow_rules(id, state.revision, &by, now).await?;
            let stopped = named(stopped.as_ref().map(|stopped| &stopped.info));
            println!("change {change}: {stopped} no longer runs in the shadow of `{id}`");
            return Ok(ExitCode::SUCCESS);
        }
        let before = match state.active {
            Some(active) => desk.version(desk.store.rules_before(id, active).await?).await?,
            None => None,
        };
        if let Some(before) = &before {
            desk.trust(before)?;
        }
        let undone = desk.version(state.active).await?;
        let change = desk.store.roll_back_rules(id, state.revision, &by, now).await?;
        println!(
            "change {change}: `{id}` works with {} again, from its next cycle on",
            named(before.as_ref().map(|before| &before.info))
        );
        println!("before: {}", named(undone.as_ref().map(|undone| &undone.info)));
        Ok(ExitCode::SUCCESS)
    })
}
