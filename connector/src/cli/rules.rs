//! placeholder until the branch `host` is merged
#[derive(Debug, clap::Subcommand)]
pub enum RulesCommand { X }
pub fn run(_: RulesCommand) -> anyhow::Result<std::process::ExitCode> { unreachable!() }
