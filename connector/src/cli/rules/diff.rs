//! `koppelaar rules diff`: what would have been suggested differently with other rules, before they go live; or what the
//! rules in the shadow would have told instead of those at work.

mod charts;
mod compare;
mod ground;
mod json;
mod page;
mod recording;
mod replay;
mod side;
mod stored;
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
use jiff::SignedDuration;

use super::{json_line, print, read_module, read_settings};
use crate::clock::{Clock, SystemClock};
use crate::domain::Language;
use crate::rules::words::Words;
use crate::rules::{Reader, RuleModule, RulesEngine};
use ground::Ground;
use recording::Recording;
use side::Side;
use stored::Held;
use told::{RulesName, Source, Story};

/// Posts below which a replay is over before a progress bar could be read.
const PROGRESS_FROM_POSTS: usize = 2_000;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("source").required(true).multiple(true).args(["posts", "store", "config"])))]
pub(super) struct DiffArgs {
    /// Today's rules: `standard`, a module, a file of settings for `standard`, or a module, a `+` and its settings
    #[arg(value_name = "OLD", required_unless_present = "shadow")]
    old: Option<String>,
    /// The new rules, in the same form, for example `standard+strict.toml`
    #[arg(value_name = "NEW", required_unless_present = "shadow")]
    new: Option<String>,
    /// Replay nothing: compare what the rules at work in this municipality told with what those in its shadow would have
    /// told since both are there, as the store keeps it
    #[arg(long, value_name = "MUNICIPALITY", conflicts_with_all = ["old", "new", "posts", "municipality"])]
    shadow: Option<String>,
    /// Replay the posts of a file, one JSON object a line, as `rules run` reads them
    #[arg(long, value_name = "FILE", conflicts_with = "store")]
    posts: Option<PathBuf>,
    /// Look into a connector's store, which may be at work: `sqlite:` and the path; nothing is written. Without it, into
    /// the store of the configuration
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// The configuration that `koppelaar run` works with: its store, and the limits and clocks of its municipality, so
    /// that a replay says what production would. Without it, the default limits
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many days back, from now. Needed to replay a store; with `--shadow`, only to look at fewer days
    #[arg(
        long, value_name = "N", conflicts_with = "posts", required_unless_present_any = ["posts", "shadow"],
        value_parser = clap::value_parser!(u16).range(1..=366)
    )]
    days: Option<u16>,
    /// Whose posts or limits, where the store or the configuration has several municipalities
    #[arg(long, value_name = "ID")]
    municipality: Option<String>,
    /// Where the municipality's clocks are; without it, as the configuration says, else Europe/Brussels
    #[arg(long, value_name = "ZONE", conflicts_with_all = ["posts", "config"])]
    time_zone: Option<String>,
    /// The language of the answer: nl, fr or en
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = super::language)]
    language: Language,
    /// Also write one page with charts, which needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let ground = Ground::of(args)?;
    let engine = ground.engine()?;
    let standard = RuleModule::standard(&engine)?;
    let held = match (&args.shadow, &args.old, &args.new) {
        (None, Some(old), Some(new)) => replayed(args, &ground, &engine, &standard, [old.as_str(), new.as_str()])?,
        _ => shadowed(args, &ground, &engine, &standard)?,
    };
    let comparison = compare::compare(&held.recording, &held.sides);
    let story = Story {
        words: Words(args.language),
        recording: &held.recording,
        source: held.source,
        limits: ground.limits,
        configured: ground.configured.is_some(),
        sides: &held.sides,
        rules: held.rules,
        comparison: &comparison,
    };
    if let Some(path) = &args.html {
        fs::write(path, page::page(&story)).with_context(|| format!("cannot write the page `{}`", path.display()))?;
    }
    if args.json {
        return print(|out| json_line(out, &json::document(&story)));
    }
    let text = text::write(&story)?;
    print(|out| write!(out, "{text}"))
}

/// Two sides with all that they speak of.
struct Both {
    recording: Recording,
    source: Source,
    sides: [Side; 2],
    rules: [RulesName; 2],
}

/// Both sides as they would have been.
fn replayed(
    args: &DiffArgs,
    ground: &Ground,
    engine: &RulesEngine,
    standard: &RuleModule,
    names: [&str; 2],
) -> anyhow::Result<Both> {
    let [old, new] = names.map(|rules| Rules::load(engine, standard, rules));
    let (old, new) = (old?, new?);
    let recording = args.recording(ground)?;
    let progress = progress(recording.posts.len());
    let replay = |rules: &Rules, name: &str| {
        let side = replay::replay(&rules.reader, &recording, &ground.limits, &progress);
        side.with_context(|| format!("the rules `{name}`"))
    };
    let sides = [replay(&old, names[0])?, replay(&new, names[1])?];
    progress.finish_and_clear();
    let source = if args.posts.is_some() { Source::File } else { Source::Store };
    Ok(Both { recording, source, sides, rules: [old.name, new.name] })
}

/// Both sides as a connector's store knows them.
fn shadowed(args: &DiffArgs, ground: &Ground, engine: &RulesEngine, standard: &RuleModule) -> anyhow::Result<Both> {
    let held = wait_for(Held::look(args, ground, engine, standard, SystemClock.now()))?;
    let progress = progress(held.recording.posts.len());
    let sides = held.sides(&ground.limits, &progress)?;
    progress.finish_and_clear();
    let Held { recording, days: (from, to), rules: [old, new], .. } = held;
    Ok(Both { recording, source: Source::Shadow(from, to), sides, rules: [old.name, new.name] })
}

impl DiffArgs {
    fn municipality(&self) -> Option<&str> {
        self.shadow.as_deref().or(self.municipality.as_deref())
    }

    /// The posts to replay.
    fn recording(&self, ground: &Ground) -> anyhow::Result<Recording> {
        if let Some(path) = &self.posts {
            if self.municipality.is_some() && ground.configured.is_none() {
                bail!(
                    "a file of posts has no municipalities\nhint: leave `--municipality` out, or name its configuration"
                );
            }
            return Recording::of_file(path);
        }
        let days = self.days.context("no days\nhint: say with `--days` how far back")?;
        let since = SystemClock.now() - SignedDuration::from_hours(24 * i64::from(days));
        let recording = wait_for(async {
            let store = ground.store(self.store.as_deref()).await?;
            let id = ground.municipality(&store, self.municipality()).await?;
            Ok((Recording::of_store(&store, &id, since, ground, |_| true).await?, id))
        });
        let (recording, id) = recording?;
        if recording.posts.is_empty() {
            bail!(
                "the store holds no posts of `{id}` of the last `{days}` days\nhint: look further back with `--days`"
            );
        }
        Ok(recording)
    }
}

fn wait_for<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
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
        let file = settings.map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        let name = RulesName::of(&module, file);
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
