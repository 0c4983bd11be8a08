//! `koppelaar playground`: a pretend platform that runs on its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use crate::clock::{Clock, SystemClock};
use crate::playground::seed::PostsFile;
use crate::playground::{Playground, PlaygroundConfig};

#[derive(Debug, Args)]
pub struct PlaygroundArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Posts to begin with, one JSON object a line; their dates are moved by whole weeks to just before now
    #[arg(long, value_name = "FILE")]
    posts: Option<PathBuf>,
    /// Let other programs on this machine change the pretend world under /_control/
    #[arg(long)]
    control: bool,
    /// A platform that ignores idempotency keys
    #[arg(long)]
    no_idempotency_keys: bool,
}

pub async fn run(args: PlaygroundArgs) -> anyhow::Result<ExitCode> {
    let clock = Arc::new(SystemClock);
    let mut posts = match &args.posts {
        Some(path) => PostsFile::read(path)?,
        None => PostsFile::demo(),
    };
    posts.shift_to(clock.now());
    let mut config = PlaygroundConfig { listen: args.listen, control: args.control, ..PlaygroundConfig::new(clock) };
    config.profile.idempotency_keys = !args.no_idempotency_keys;
    let playground = Playground::start(config).await?;
    posts.publish_all(playground.world())?;
    println!("The pretend platform is at {}", playground.base_url());
    for municipality in playground.world().municipalities() {
        println!("  client {:<24} secret {}", municipality.id, municipality.client_secret);
    }
    println!("Stop it with Ctrl-C.");
    super::asked_to_stop().await;
    playground.shutdown().await;
    Ok(ExitCode::SUCCESS)
}
