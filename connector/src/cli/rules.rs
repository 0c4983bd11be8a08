//! `koppelaar rules`: try, measure and check rule modules, which needs no configuration, no platform and no store; and
//! deploy them.

mod check;
mod deploy;
mod desk;
mod figures;
mod history;
mod posts;
mod promote;
mod rollback;
mod sign;
mod snapshot;

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::rules::module::MAX_MODULE_BYTES;
use crate::rules::{Reader, RuleModule, RulesEngine};

/// Try, measure and check rule modules
#[derive(Debug, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read posts and print what would be suggested, one JSON object a line
    ///
    /// Each neighbourhood counts as one moment: all its posts are open, and now is when the newest was written. There
    /// is no history. Four kinds of line come out:
    ///
    /// {"post":…} is what the rules understood of a post.
    ///
    /// {"request":…,"suggestions":[…]} is a request with at most three helpers, the best first.
    ///
    /// {"exchange":[…]} are two posts whose authors can help each other, or three of whom each helps the next.
    ///
    /// {"group":[…]} are requests that are best met together.
    Run(RunArgs),
    /// Compare what the rules say with what people labelled, and print the figures
    ///
    /// `SET_DIR` holds `posts.jsonl`, whose posts have `labels`, and `pairs.jsonl` with the right helpers.
    Evaluate(EvaluateArgs),
    /// Say whether production would accept a rule module and its settings
    ///
    /// Prints what the module says about itself, with every sentence that a concierge could read, and tries it on a
    /// few difficult posts. Exits with 1 when it is refused, and says why.
    Check(CheckArgs),
    /// Sign a module with its settings, so that it can be deployed
    ///
    /// Writes the checksums of both, as `sha256sum` does, and signs them in minisign's format. The same by hand:
    ///
    /// sha256sum MODULE SETTINGS > MODULE.sha256 && minisign -Sm MODULE.sha256
    ///
    /// Look at `koppelaar rules check` first: who signs stands for every sentence that it prints.
    Sign(sign::SignArgs),
    /// Put a signed module to work in a municipality, or run it in the shadow
    ///
    /// Checks who signed, then the module as `koppelaar rules check` does, and keeps it in the store. What is refused
    /// changes nothing. A connector that runs picks it up with its next cycle, and reads all posts afresh.
    Deploy(deploy::DeployArgs),
    /// Put the version in the shadow to work
    Promote(promote::PromoteArgs),
    /// Go back to the version before, at last to the rules of the configuration
    ///
    /// A second time goes further back. The modules of a municipality's last 20 changes are kept.
    Rollback(rollback::RollbackArgs),
    /// Tell who changed a municipality's rules, when, and to what
    History(history::HistoryArgs),
}

#[derive(Debug, Args)]
struct RunArgs {
    /// The posts, one JSON object a line: id, neighbourhood, author, created, category, title, text; `-` is the
    /// standard input
    #[arg(value_name = "POSTS.jsonl")]
    posts: PathBuf,
    #[command(flatten)]
    rules: Rules,
    /// Print what production would send: after caps and prices, at most one first suggestion a request, and those in
    /// an exchange or group only there
    #[arg(long)]
    assigned: bool,
}

#[derive(Debug, Args)]
struct EvaluateArgs {
    /// The folder of the labelled set
    #[arg(value_name = "SET_DIR")]
    set: PathBuf,
    #[command(flatten)]
    rules: Rules,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The module: a WebAssembly component
    #[arg(value_name = "MODULE")]
    module: PathBuf,
    /// The settings, a JSON document; without it, the module's own defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Rules {
    /// The rule module, a WebAssembly component; without it, the standard module
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// The settings, a JSON document; without it, the module's own defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &RulesArgs) -> anyhow::Result<ExitCode> {
    match &args.verb {
        Verb::Run(args) => {
            let posts = posts::load(&args.posts)?;
            let lines = snapshot::run(&args.rules.reader()?, &posts, args.assigned)?;
            print(|out| lines.iter().try_for_each(|line| json_line(out, line)))
        }
        Verb::Evaluate(args) => {
            let set = posts::load_set(&args.set)?;
            let lines = snapshot::run(&args.rules.reader()?, &set.posts, false)?;
            let figures = figures::score(&set, &lines);
            print(|out| if args.json { json_line(out, &figures) } else { write!(out, "{figures}") })
        }
        Verb::Check(args) => {
            let bytes = read_module(&args.module)?;
            let settings = args.settings.as_deref().map(read_settings).transpose()?;
            let report = check::check(&RulesEngine::new()?, &bytes, settings.as_deref());
            let accepted = report.accepted();
            print(|out| write!(out, "{report}"))?;
            Ok(if accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Verb::Sign(args) => sign::run(args),
        Verb::Deploy(args) => deploy::run(args),
        Verb::Promote(args) => promote::run(args),
        Verb::Rollback(args) => rollback::run(args),
        Verb::History(args) => history::run(args),
    }
}

impl Rules {
    fn reader(&self) -> anyhow::Result<Reader> {
        let engine = RulesEngine::new()?;
        let standard = RuleModule::standard(&engine)?;
        let settings = self.settings.as_deref().map(read_settings).transpose()?;
        let module = match &self.module {
            Some(path) => RuleModule::load(&engine, &read_module(path)?, settings.as_deref())
                .with_context(|| format!("rule module `{}`", path.display()))?,
            None => standard.with_settings(settings.as_deref())?,
        };
        Ok(Reader::new(module, &standard))
    }
}

/// Reads a module, and no more of a file than a module may have.
fn read_module(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(fs::File::open(path)?, MAX_MODULE_BYTES as u64 + 1), &mut bytes)?;
        Ok::<_, io::Error>(bytes)
    };
    read().with_context(|| format!("cannot read the rule module `{}`", path.display()))
}

/// Where the checksums of a module stand, and their signature.
fn signed_beside(module: &Path, checksums: Option<&Path>) -> (PathBuf, PathBuf) {
    let behind = |path: &Path, end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let checksums = checksums.map_or_else(|| behind(module, ".sha256"), Path::to_owned);
    let signature = behind(&checksums, ".minisig");
    (checksums, signature)
}

fn read_settings(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read the settings `{}`", path.display()))
}

fn json_line(out: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

/// Writes to the standard output; a reader that has seen enough, such as `head`, is no error.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write the output"),
        _ => Ok(ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_verb_says_what_it_does() {
        let mut command = RulesArgs::augment_args(Command::new("rules"));
        command.clone().debug_assert();
        for verb in ["run", "evaluate", "check", "sign", "deploy", "promote", "rollback", "history"] {
            let verb = command.find_subcommand_mut(verb).unwrap();
            assert!(verb.get_arguments().all(|argument| argument.get_help().is_some()));
            let help = verb.render_long_help().to_string();
            assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
        }
    }
}
