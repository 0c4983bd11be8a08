//! `koppelaar rules`: try, measure and check rule modules. Needs no configuration, no platform and no store.

pub mod bench;
mod check;
mod figures;
mod posts;
mod snapshot;

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::rules::engine::CacheFolder;
use crate::rules::module::MAX_MODULE_BYTES;
use crate::rules::{Reader, RuleModule, RulesEngine, RulesOptions};

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
    /// Measure what a rule module costs: time, fuel and memory, on the posts of the demo
    ///
    /// Times are those of the fastest round and hold for this machine; fuel is the same on every machine, and is what
    /// `[rules]` of the configuration limits.
    Bench(bench::BenchArgs),
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
            let report = check::check(&engine()?, &bytes, settings.as_deref());
            let accepted = report.accepted();
            print(|out| write!(out, "{report}"))?;
            Ok(if accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Verb::Bench(args) => {
            let figures = bench::run(args)?;
            print(|out| {
                write!(out, "{figures}").and_then(|()| if args.json { json_line(out, &figures) } else { Ok(()) })
            })
        }
    }
}

impl Rules {
    fn reader(&self) -> anyhow::Result<Reader> {
        let engine = engine()?;
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

/// The sandbox with the limits that are usual in production; compiled modules are kept in the user's cache folder.
fn engine() -> anyhow::Result<RulesEngine> {
    Ok(RulesEngine::with_options(RulesOptions { cache: CacheFolder::Users, ..RulesOptions::default() })?)
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
        for verb in ["run", "evaluate", "check", "bench"] {
            let verb = command.find_subcommand_mut(verb).unwrap();
            assert!(verb.get_arguments().all(|argument| argument.get_help().is_some()));
            let help = verb.render_long_help().to_string();
            assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
        }
    }
}
