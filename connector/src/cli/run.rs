//! `koppelaar run`: works for the municipalities of a configuration.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use crate::assembly::Connector;
use crate::clock::{Entropy, SystemClock};
use crate::config::{Config, LogFormat, LogSettings};
use crate::pipeline::schedule;

#[derive(Debug, Args)]
pub struct RunArgs {
    /// The configuration; `koppelaar config` prints one to start from
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

pub fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let config = Config::load(&args.config)?;
    log_to_stderr(&config.log);
    super::on_runtime(work(config))
}

async fn work(config: Config) -> anyhow::Result<ExitCode> {
    let connector = Connector::assemble(&config, Arc::new(SystemClock), Entropy::from_os()).await?;
    first_contact(&connector).await?;
    let count = connector.towns.len();
    tracing::info!(municipalities = count, "working for {count} municipalities");
    let Connector { shared, towns } = connector;
    schedule::run(towns, Arc::clone(&shared), config.polling, super::asked_to_stop()).await;
    shared.store.clone().close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Asks the platform once for every municipality. One that fails is tried again later, but when none succeeds the
/// configuration is wrong, and the operator should hear that at once.
async fn first_contact(connector: &Connector) -> anyhow::Result<()> {
    let mut first_error = None;
    for town in &connector.towns {
        match town.refresh().await {
            Ok(_) => return Ok(()),
            Err(error) => {
                first_error.get_or_insert_with(|| (town.id().clone(), error));
            }
        }
    }
    match first_error {
        Some((id, error)) => Err(anyhow::Error::new(error).context(format!(
            "the platform cannot be used for any municipality; first tried `{id}`\nhint: `koppelaar doctor` checks each step"
        ))),
        None => Ok(()),
    }
}

fn log_to_stderr(log: &LogSettings) {
    let builder = tracing_subscriber::fmt().with_max_level(log.level).with_target(false).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
}
