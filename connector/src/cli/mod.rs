//! The command line: each verb in a file of its own.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::rules::compile;

pub mod demo;
mod doctor;
mod playground;
pub mod rules;
mod run;

/// Suggests pairings of neighbours to the neighbourhood concierge, as private messages on the platform that they
/// already use.
#[derive(Debug, Parser)]
#[command(name = "koppelaar", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what Koppelaar does, on a pretend platform on this machine
    Demo(demo::DemoArgs),
    /// Work for the municipalities of a configuration, until stopped
    Run(run::RunArgs),
    /// Check a configuration, and every connection and permission that it needs
    Doctor(doctor::DoctorArgs),
    /// Print the annotated default configuration
    Config,
    /// Run a pretend neighbourhood platform, to try things out
    Playground(playground::PlaygroundArgs),
    /// Try, judge and check the rules that read and match posts
    Rules(rules::RulesArgs),
    /// Compile a rule module from the standard input: this program starts it by itself, with limits
    #[command(name = compile::COMMAND, hide = true)]
    CompileRules {
        /// Limits and fingerprint
        arguments: Vec<OsString>,
    },
}

impl Cli {
    /// Does what the command line asks for.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Demo(args) => on_runtime(demo::run(args)),
            Command::Run(args) => run::run(&args),
            Command::Doctor(args) => doctor::run(&args),
            Command::Config => {
                print!("{}", crate::config::Config::ANNOTATED);
                Ok(ExitCode::SUCCESS)
            }
            Command::Playground(args) => on_runtime(playground::run(args)),
            Command::Rules(args) => rules::run(&args),
            Command::CompileRules { arguments } => Ok(compile::child::run(&arguments)),
        }
    }
}

/// The `koppelaar` command. An error is printed with its causes, and gives a non-zero exit code.
pub fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            let mut text = error.to_string();
            for cause in error.chain().skip(1).map(ToString::to_string) {
                // Our own errors end in a hint on a line of its own; the lines of others say nothing.
                let ours = cause.contains("\nhint:");
                let cause = if ours { cause } else { cause.split_whitespace().collect::<Vec<_>>().join(" ") };
                // A transparent error repeats its cause.
                if !text.contains(&cause) {
                    text = format!("{text}\n  because: {cause}");
                }
            }
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `work` on the asynchronous runtime.
fn on_runtime(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Resolves when the operator asks the program to stop (Ctrl-C, or SIGTERM from a service manager).
async fn asked_to_stop() {
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
