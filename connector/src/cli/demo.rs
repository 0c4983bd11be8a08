//! `koppelaar demo`: the real connector against a pretend platform, with the posts of six neighbourhoods played in
//! seconds under the demo's own clock.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::assembly::Connector;
use crate::clock::{Clock, Entropy, ManualClock, SharedClock, Sleep, SystemClock};
use crate::config::{
    Config, Credentials, ModuleSource, Municipality, PollingSettings, Recipients, RulesChoice, Secret, Selection,
};
use crate::domain::{ClientReference, Country, Language, MunicipalityId, NeighbourhoodId};
use crate::matching::Certificates;
use crate::messaging::services::Services;
use crate::pipeline::schedule;
use crate::playground::seed::PostsFile;
use crate::playground::{AcceptedMessage, Playground, PlaygroundConfig, world};
use crate::store::Outbox;

/// How often the served demo looks for new posts and answers: a visitor waits for it.
const SERVED_INTERVAL: Duration = Duration::from_secs(1);
/// The most that the demo's clock is moved on at the end, for messages that the platform asked to send later.
const MAX_SETTLING_STEPS: u32 = 100;

/// How the demo is to be shown.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep the pretend platform and the connector running afterwards, and print the address of its page
    #[arg(long)]
    serve: bool,
    /// Where the pretend platform listens; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Play other posts: one JSON object a line with id, neighbourhood, author, created, category, title and text
    #[arg(long, value_name = "FILE")]
    posts: Option<PathBuf>,
    /// Play with this rule module instead of the standard one: everywhere, or in one municipality of the demo
    #[arg(long, value_name = "[MUNICIPALITY=]FILE")]
    module: Vec<OfTown>,
    /// Settings of the rules, likewise
    #[arg(long, value_name = "[MUNICIPALITY=]FILE")]
    settings: Vec<OfTown>,
    /// Print one JSON object a message, and one of figures at the end
    #[arg(long)]
    json: bool,
}

/// A file for one municipality, or for all.
#[derive(Debug, Clone)]
struct OfTown {
    town: Option<String>,
    file: PathBuf,
}

impl std::str::FromStr for OfTown {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.split_once('=') {
            Some((town, file)) => Self { town: Some(town.to_owned()), file: file.into() },
            None => Self { town: None, file: text.into() },
        })
    }
}

/// The demo's time: it jumps from post to post while they are played, and runs with the machine's afterwards.
#[derive(Debug)]
struct DemoClock {
    played: ManualClock,
    live: OnceLock<()>,
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        if self.live.get().is_some() { SystemClock.now() } else { self.played.now() }
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        if self.live.get().is_some() { SystemClock.sleep(duration) } else { self.played.sleep(duration) }
    }
}

/// Plays the posts, prints what concierges read, and serves the page if asked to.
pub async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let mut posts = match &args.posts {
        Some(path) => PostsFile::read(path)?,
        None => PostsFile::demo(),
    };
    if args.serve {
        // A visitor's post of today must find open offers.
        posts.shift_to(SystemClock.now());
    }
    let first = posts.posts().first().and_then(|post| post.created_at).context("there are no posts to play")?;
    let clock = Arc::new(DemoClock { played: ManualClock::new(first.at), live: OnceLock::new() });
    let shared_clock: SharedClock = clock.clone();
    let playground =
        Playground::start(PlaygroundConfig { listen: args.listen, ..PlaygroundConfig::new(shared_clock.clone()) })
            .await?;
    posts.prepare(playground.world())?;

    let folder = tempfile::tempdir().context("cannot make a temporary folder for the demo's store")?;
    let mut config = config(&playground, folder.path())?;
    choose_rules(&mut config.municipalities, &args)?;
    let connector = Connector::assemble(&config, shared_clock, Entropy::from_os()).await?;
    let mut demo = Demo { playground, connector, clock, printed: 0, json: args.json, told: BTreeMap::new() };
    demo.play(&posts).await?;
    demo.finish(posts.len(), started).await?;
    if args.serve {
        demo.serve(config.polling).await?;
    } else {
        demo.playground.shutdown().await;
    }
    Ok(ExitCode::SUCCESS)
}

struct Demo {
    playground: Playground,
    connector: Connector,
    clock: Arc<DemoClock>,
    /// Messages of the ledger that were printed already.
    printed: usize,
    json: bool,
    /// Messages accepted by recipient, request and helpers.
    told: BTreeMap<String, u64>,
}

impl Demo {
    /// Publishes one post after the other at its time, and lets the connector do its work after each.
    async fn play(&mut self, posts: &PostsFile) -> anyhow::Result<()> {
        let mut town_of = BTreeMap::new();
        for town in &self.connector.towns {
            for neighbourhood in town.refresh().await? {
                town_of.insert(neighbourhood.as_str().to_owned(), Arc::clone(town));
            }
        }
        for post in posts.posts() {
            if let Some(created) = post.created_at {
                self.clock.played.advance_to(created.at);
            }
            self.playground.world().publish(post.clone())?;
            let town = town_of.get(&post.neighbourhood).context("a post's neighbourhood has no municipality")?;
            town.cycle(&NeighbourhoodId::new(post.neighbourhood.as_str())).await?;
            self.print_new().await?;
        }
        self.settle().await
    }

    /// Moves the clock until no message waits any more.
    async fn settle(&mut self) -> anyhow::Result<()> {
        for _ in 0..MAX_SETTLING_STEPS {
            let mut next = None;
            for town in &self.connector.towns {
                next = next.max(town.deliver().await?.retry_at);
            }
            let Some(next) = next else { break };
            self.clock.played.advance_to(next);
        }
        self.print_new().await
    }

    async fn print_new(&mut self) -> anyhow::Result<()> {
        let messages = self.playground.ledger().messages();
        for message in messages.get(self.printed..).unwrap_or_default() {
            self.printed += 1;
            let reference = ClientReference::new(message.client_reference.as_str());
            let meaning = self.connector.shared.store.told_by(&reference).await?;
            let meaning = meaning.context("the platform holds a message that the outbox does not know")?;
            let key = json!([message.recipient, meaning.request, meaning.helpers]).to_string();
            if meaning.request.is_some() || !meaning.helpers.is_empty() {
                *self.told.entry(key).or_default() += 1;
            }
            let mut out = std::io::stdout().lock();
            if self.json {
                writeln!(out, "{}", as_json(message, &meaning))?;
            } else {
                writeln!(out, "{}", as_read(message, &meaning, &self.playground))?;
            }
            out.flush()?;
        }
        Ok(())
    }

    async fn finish(&self, posts: usize, started: Instant) -> anyhow::Result<()> {
        let counts = self.connector.counts().await?;
        let duplicates: u64 = self.told.values().map(|times| times - 1).sum();
        let seconds = started.elapsed().as_secs_f64();
        let mut out = std::io::stdout().lock();
        if self.json {
            let figures = json!({
                "posts": posts, "requests": counts.requests, "offers": counts.offers,
                "suggestions": counts.suggestions, "messages": self.printed,
                "duplicates_in_ledger": duplicates, "seconds": (seconds * 1000.0).round() / 1000.0,
            });
            writeln!(out, "{figures}")?;
        } else {
            writeln!(
                out,
                "{posts} posts in {seconds:.1} s: {} ask for help, {} offer it. The concierges got {} messages with {} \
                 suggestions; {duplicates} were said twice.",
                counts.requests, counts.offers, self.printed, counts.suggestions
            )?;
        }
        Ok(())
    }

    async fn serve(self, polling: PollingSettings) -> anyhow::Result<()> {
        let _ = self.clock.live.set(());
        println!(
            "\nOpen {} to post as a resident, and to read and answer as the concierge.",
            self.playground.base_url()
        );
        println!("Stop it with Ctrl-C.");
        let Connector { shared, towns } = self.connector;
        schedule::run(towns, shared, polling, super::asked_to_stop()).await;
        self.playground.shutdown().await;
        Ok(())
    }
}

/// Gives the municipalities the modules and settings of the command line; what names one goes before what is for all.
fn choose_rules(municipalities: &mut [Municipality], args: &DemoArgs) -> anyhow::Result<()> {
    let known: Vec<_> = municipalities.iter().map(|town| town.id.as_str().to_owned()).collect();
    for town in args.module.iter().chain(&args.settings).filter_map(|of| of.town.as_ref()) {
        anyhow::ensure!(
            known.contains(town),
            "the demo has no municipality `{town}`\nhint: these posts are from `{}`",
            known.join("`, `")
        );
    }
    for municipality in municipalities {
        let file = |files: &[OfTown]| {
            let here = files.iter().filter(|of| of.town.as_ref().is_none_or(|town| town == municipality.id.as_str()));
            here.max_by_key(|of| of.town.is_some()).map(|of| of.file.clone())
        };
        let settings = file(&args.settings);
        let module = file(&args.module).map_or(ModuleSource::Standard, ModuleSource::File);
        municipality.rules = RulesChoice { module, settings };
    }
    Ok(())
}

/// The configuration for every municipality on a playground, with the store in `folder`.
pub fn config(playground: &Playground, folder: &std::path::Path) -> anyhow::Result<Config> {
    let mut config = Config::default();
    config.platform.base_url = playground.base_url().parse()?;
    config.store.url = format!("sqlite:{}", folder.join("koppelaar.sqlite").display());
    config.polling.neighbourhood_interval = SERVED_INTERVAL;
    config.polling.inbox_interval = SERVED_INTERVAL;
    for municipality in playground.world().municipalities() {
        config.municipalities.push(Municipality {
            id: MunicipalityId::new(municipality.id.as_str()),
            time_zone: jiff::tz::TimeZone::get(municipality.country.time_zone())?,
            country: match municipality.country {
                world::Country::Be => Country::Belgium,
                world::Country::Nl => Country::Netherlands,
            },
            language: match municipality.language {
                world::Language::Nl => Language::Nl,
                world::Language::Fr => Language::Fr,
                world::Language::En => Language::En,
            },
            neighbourhoods: Selection::All,
            concierges: Recipients::First,
            rules: RulesChoice { module: ModuleSource::Standard, settings: None },
            certificates: Certificates::FirstCheck,
            services: Services::default(),
            credentials: Credentials {
                client_id: municipality.id,
                client_secret: Secret::new(municipality.client_secret),
            },
        });
    }
    Ok(config)
}

fn as_json(message: &AcceptedMessage, meaning: &Outbox) -> serde_json::Value {
    json!({
        "to": message.recipient, "neighbourhood": meaning.neighbourhood, "kind": meaning.kind,
        "request": meaning.request, "helpers": meaning.helpers, "text": message.text,
    })
}

/// The message as the concierge reads it, under a line that says where and when.
fn as_read(message: &AcceptedMessage, meaning: &Outbox, playground: &Playground) -> String {
    let world = playground.world();
    let reader = world.member(&message.recipient).map_or_else(String::new, |member| member.display_name.clone());
    let place = meaning.neighbourhood.as_deref().and_then(|id| world.neighbourhood(id));
    let place = place.map_or_else(String::new, |view| format!(", {}", view.neighbourhood.name));
    let day = message.at.strftime("%Y-%m-%d");
    format!("── {reader}{place} · {day} · {}\n{}\n", meaning.kind, message.text)
}
