//! `koppelaar rules diff`: what would have been suggested differently with other rules, before they go live.

mod charts;
mod compare;
mod page;
mod recording;
mod replay;
#[cfg(test)]
mod tests;
mod text;
mod told;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{ArgGroup, Args};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::tz::TimeZone;

use super::{print, read_module, read_settings};
use crate::clock::{Clock, SystemClock};
use crate::domain::Language;
use crate::rules::words::Words;
use crate::rules::{Reader, RuleModule, RulesEngine};
use recording::Recording;
use told::{RulesName, Story};

/// Posts below which a replay is over before a progress bar could be read.
const PROGRESS_FROM_POSTS: usize = 2_000;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("source").required(true).args(["posts", "store"])))]
pub(super) struct DiffArgs {
    /// Today's rules: `standard`, a module, a file of settings for `standard`, or a module, a `+` and its settings
    #[arg(value_name = "OLD")]
    old: String,
    /// The new rules, in the same form, for example `standard+strict.toml`
    #[arg(value_name = "NEW")]
    new: String,
    /// Replay the posts of a file, one JSON object a line, as `rules run` reads them
    #[arg(long, value_name = "FILE")]
    posts: Option<PathBuf>,
    /// Replay the posts in a connector's store, which may be at work: `sqlite:` and the path; nothing is written
    #[arg(long, value_name = "URL", requires = "days")]
    store: Option<String>,
    /// How many days back, from today
    #[arg(long, value_name = "N", conflicts_with = "posts", value_parser = clap::value_parser!(u16).range(1..=366))]
    days: Option<u16>,
    /// Whose posts, where the store holds several municipalities
    #[arg(long, value_name = "ID", requires = "store")]
    municipality: Option<String>,
    /// Where the municipality's clocks are
    #[arg(long, value_name = "ZONE", default_value = "Europe/Brussels", conflicts_with = "posts")]
    time_zone: String,
    /// The language of the answer: nl, fr or en
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = super::language)]
    language: Language,
    /// Also write one page with charts, which needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let engine = super::engine()?;
    let standard = RuleModule::standard(&engine)?;
    let [old, new] = [&args.old, &args.new].map(|rules| Rules::load(&engine, &standard, rules));
    let (old, new) = (old?, new?);
    let recording = args.recording()?;
    let progress = progress(recording.posts.len());
    let sides = [
        replay::replay(&old.reader, &recording, &progress).with_context(|| format!("the rules `{}`", args.old))?,
        replay::replay(&new.reader, &recording, &progress).with_context(|| format!("the rules `{}`", args.new))?,
    ];
    progress.finish_and_clear();
    let comparison = compare::compare(&recording, &sides);
    let story = Story {
        words: Words(args.language),
        recording: &recording,
        from_store: args.store.is_some(),
        sides: &sides,
        rules: [old.name, new.name],
        comparison: &comparison,
    };
    if let Some(path) = &args.html {
        fs::write(path, page::page(&story)).with_context(|| format!("cannot write the page `{}`", path.display()))?;
    }
    let text = text::write(&story)?;
    print(|out| write!(out, "{text}"))
}

impl DiffArgs {
    fn recording(&self) -> anyhow::Result<Recording> {
        if let Some(path) = &self.posts {
            return Recording::of_file(path);
        }
        let (Some(url), Some(days)) = (&self.store, self.days) else {
            bail!("no posts\nhint: name a file with `--posts`, or a store with `--store` and `--days`");
        };
        let zone = TimeZone::get(&self.time_zone).with_context(|| {
            format!("`{}` is not a time zone\nhint: for example `Europe/Amsterdam`", self.time_zone)
        })?;
        let recorded = Recording::of_store(url, self.municipality.as_deref(), days, &zone, SystemClock.now());
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(recorded)
    }
}

/// One of the two sets of rules.
struct Rules {
    reader: Reader,
    name: RulesName,
}

impl Rules {
    /// Loads what `text` names: `standard`, a module, settings for `standard`, or a module and settings with `+` between.
    fn load(engine: &RulesEngine, standard: &RuleModule, text: &str) -> anyhow::Result<Self> {
        let (module, settings) = parts(text)?;
        let read = settings.as_deref().map(read_settings).transpose()?;
        let module = match &module {
            None => standard.with_settings(read.as_deref()),
            Some(path) => RuleModule::load(engine, &read_module(path)?, read.as_deref()),
        };
        let module = module.with_context(|| format!("the rules `{text}`"))?;
        let name = RulesName {
            settings: settings.map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()),
            module_digest: module.digest().to_owned(),
            settings_digest: module.settings_digest().to_owned(),
        };
        Ok(Self { reader: Reader::new(module, standard), name })
    }
}

/// The module and the settings that `text` names; no module stands for the standard one.
fn parts(text: &str) -> anyhow::Result<(Option<PathBuf>, Option<PathBuf>)> {
    let module = |name: &str| (name != "standard").then(|| PathBuf::from(name));
    if text == "standard" {
        return Ok((None, None));
    }
    // A file's own name may hold a plus.
    if Path::new(text).is_file() {
        let path = PathBuf::from(text);
        return Ok(if is_wasm(&path)? { (Some(path), None) } else { (None, Some(path)) });
    }
    match text.rsplit_once('+') {
        Some((name, settings)) => Ok((module(name), Some(settings.into()))),
        None => bail!(
            "there is no file `{text}`\nhint: rules are `standard`, a module, a file of settings, or both as in \
             `standard+settings.toml`"
        ),
    }
}

/// Whether the file is WebAssembly of any kind; else it is read as settings.
fn is_wasm(path: &Path) -> anyhow::Result<bool> {
    use std::io::Read as _;
    let mut head = [0; 4];
    let mut file = fs::File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let whole = file.read_exact(&mut head);
    Ok(whole.is_ok() && head == *b"\0asm")
}

/// A bar on the standard error, where that is a terminal and the replay takes long enough to be watched. Each post is
/// read and matched twice.
fn progress(posts: usize) -> ProgressBar {
    if posts < PROGRESS_FROM_POSTS {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("replaying {bar:30} {percent} % {eta}").expect("a fixed template");
    ProgressBar::with_draw_target(Some(posts as u64 * 4), ProgressDrawTarget::stderr()).with_style(style)
}
