//! `koppelaar rules`: try, measure and check rule modules, which needs no configuration, no platform and no store; and
//! deploy them.

pub mod bench;
mod check;
mod deploy;
mod desk;
mod diff;
mod explain;
mod figures;
mod fixture;
mod history;
mod new;
mod posts;
mod promote;
mod rollback;
mod settings;
mod sign;
mod snapshot;
mod test;

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::domain::Language;
use crate::rules::engine::CacheFolder;
use crate::rules::module::{MAX_MODULE_BYTES, STANDARD};
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
    /// Prints everything that is wrong at once, then what the module says about itself, with every sentence that a
    /// concierge could read, and how near it comes to its limits on difficult posts. Exits with 1 when it is refused.
    Check(CheckArgs),
    /// Show what other rules or settings would have suggested, before they go live
    ///
    /// Replays recorded posts day by day through both, and says which suggestions appear, vanish or change their rank,
    /// with the reasons. Posts have numbers: no name and no text comes out.
    ///
    /// With `--shadow` nothing is replayed: what the rules at work told is held against what the version that `koppelaar
    /// rules deploy --shadow` started would have told in the same days.
    ///
    /// koppelaar rules diff standard strict.toml --config koppelaar.toml --days 30
    ///
    /// koppelaar rules diff --shadow lelystad --config koppelaar.toml --html page.html
    Diff(diff::DiffArgs),
    /// Print every setting of the rules, with its default and what is allowed, as a TOML file to fill in
    Settings(settings::SettingsArgs),
    /// Hold a rule module against fixtures: given these posts, expect this suggestion, nobody, this referral
    ///
    /// A fixture is a TOML file with `[[post]]` and `[[expect]]` entries; `wasm-rules/README.md` shows one. What comes
    /// out is what production would send. Exits with 1 when an expectation fails, and says why it came differently.
    Test(test::TestArgs),
    /// Sign a module with its settings, so that it can be deployed
    ///
    /// Writes the checksums of both, as `sha256sum` does, and signs them in minisign's format. The same by hand:
    ///
    /// sha256sum MODULE SETTINGS > MODULE.sha256 && minisign -Sm MODULE.sha256
    ///
    /// Look at `koppelaar rules check` first: who signs stands for every sentence that it prints. `standard` is the
    /// module that is built into this program, in this version.
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
    /// Make a project for a rule module that builds, checks and tests at once
    New(new::NewArgs),
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
    /// Print for people: who was weighed for each request, with scores, reasons, vetoes and the fuel used
    #[arg(long, conflicts_with = "assigned")]
    explain: bool,
    /// The language of the reasons, where the module has it: nl, fr or en
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language, requires = "explain")]
    language: Language,
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
    /// The module: a WebAssembly component; `standard` is the one that is built in
    #[arg(value_name = "MODULE")]
    module: PathBuf,
    /// The settings, in TOML or JSON; without it, the module's own defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The language of the report: nl, fr or en; what concerns the code of a module stays in English
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    language: Language,
}

#[derive(Debug, Args)]
struct Rules {
    /// The rule module, a WebAssembly component; without it, the standard module
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// The settings, in TOML or JSON; without it, the module's own defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &RulesArgs) -> anyhow::Result<ExitCode> {
    match &args.verb {
        Verb::Run(args) => {
            let posts = posts::load(&args.posts)?;
            if args.explain {
                let explained = explain::explain(&args.rules.reader()?, &posts, args.language)?;
                return print(|out| write!(out, "{explained}"));
            }
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
            let told = report.told(args.language)?;
            print(|out| write!(out, "{told}"))?;
            Ok(if accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Verb::Diff(args) => diff::run(args),
        Verb::Settings(args) => settings::run(args),
        Verb::Test(args) => test::run(args),
        Verb::Sign(args) => sign::run(args),
        Verb::Deploy(args) => deploy::run(args),
        Verb::Promote(args) => promote::run(args),
        Verb::Rollback(args) => rollback::run(args),
        Verb::History(args) => history::run(args),
        Verb::New(args) => {
            let told = new::new(args)?;
            print(|out| write!(out, "{told}"))
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
        let (module, standard) = self.load()?;
        Ok(Reader::new(module, &standard))
    }

    /// The module with its settings, and the standard module.
    fn load(&self) -> anyhow::Result<(RuleModule, RuleModule)> {
        let engine = engine()?;
        let standard = RuleModule::standard(&engine)?;
        let settings = self.settings.as_deref().map(read_settings).transpose()?;
        let module = match &self.module {
            Some(path) => RuleModule::load(&engine, &read_module(path)?, settings.as_deref())
                .with_context(|| format!("rule module `{}`", path.display()))?,
            None => standard.with_settings(settings.as_deref())?,
        };
        Ok((module, standard))
    }
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "nl, fr or en".to_owned())
}

/// The sandbox with the limits that are usual in production; compiled modules are kept in the user's cache folder.
fn engine() -> anyhow::Result<RulesEngine> {
    Ok(RulesEngine::with_options(RulesOptions { cache: CacheFolder::Users, ..RulesOptions::default() })?)
}

/// Reads a module, and no more of a file than a module may have; `standard` is the one that is built in.
fn read_module(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("standard") {
        return Ok(STANDARD.to_vec());
    }
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
        for verb in [
            "run", "evaluate", "check", "diff", "settings", "test", "new", "bench", "sign", "deploy", "promote",
            "rollback", "history",
        ] {
            let verb = command.find_subcommand_mut(verb).unwrap();
            assert!(verb.get_arguments().all(|argument| argument.get_help().is_some()));
            let help = verb.render_long_help().to_string();
            assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
        }
    }
}
