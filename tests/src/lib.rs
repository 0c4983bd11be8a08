//! What the end-to-end tests share: a connector and a playground that talk over HTTP, and a clock that stands still
//! until it is told to move.

use std::path::Path;
use std::sync::Arc;

use koppelaar::assembly::Connector;
use koppelaar::cli::demo;
use koppelaar::clock::{Entropy, ManualClock};
use koppelaar::config::{Config, Municipality};
use koppelaar::domain::{ClientReference, MunicipalityId, NeighbourhoodId};
use koppelaar::pipeline::{CycleError, Town};
use koppelaar::platform::hoplr::HoplrPlatform;
use koppelaar::playground::seed::PostsFile;
use koppelaar::playground::world::{Language, Member, NewPost, PostKind, PostType};
use koppelaar::playground::{AcceptedMessage, Playground, PlaygroundConfig};
use koppelaar::rules::engine::Compiler;
use koppelaar::rules::signature::TrustedKey;
use koppelaar::store::Outbox;
use tempfile::TempDir;

/// A Monday morning.
pub const START: &str = "2026-03-02T08:00:00Z";
/// The neighbourhood of most tests, in Lelystad.
pub const PLACE: &str = "waterwijk";
/// Its concierge.
pub const CONCIERGE: &str = "concierge-lelystad";

/// A connector at work on a playground.
#[derive(Debug)]
pub struct Rig {
    /// The platform.
    pub playground: Playground,
    /// The connector.
    pub connector: Connector,
    /// The time of both.
    pub clock: ManualClock,
    config: Config,
    folder: TempDir,
}

impl Rig {
    /// The six neighbourhoods, without posts.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, on a playground that `change` adapts.
    pub async fn with(change: impl FnOnce(&mut PlaygroundConfig)) -> Self {
        Self::build(change, |_| {}).await
    }

    /// The same, with a connector whose configuration `change` adapts.
    pub async fn configured(change: impl FnOnce(&mut Config)) -> Self {
        Self::build(|_| {}, change).await
    }

    async fn build(change: impl FnOnce(&mut PlaygroundConfig), configure: impl FnOnce(&mut Config)) -> Self {
        let clock = ManualClock::new(START.parse().expect("a literal time"));
        let mut config = PlaygroundConfig::new(Arc::new(clock.clone()));
        change(&mut config);
        let playground = Playground::start(config).await.expect("a free port");
        PostsFile::demo().prepare(playground.world()).expect("an empty world");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = demo::config(&playground, folder.path()).expect("a configuration");
        // A time-out is waited for in earnest.
        config.platform.timeouts.idle = std::time::Duration::from_millis(500);
        config.platform.timeouts.total = std::time::Duration::from_secs(5);
        configure(&mut config);
        let connector = assemble(&config, &clock).await;
        Self { playground, connector, clock, config, folder }
    }

    /// Ends the connector wherever it is and starts another on the same store.
    pub async fn restart(self) -> Self {
        let Self { playground, connector, clock, config, folder } = self;
        drop(connector);
        let connector = assemble(&config, &clock).await;
        Self { playground, connector, clock, config, folder }
    }

    /// Ends the connector and starts another on the same store, with settings of [`PLACE`]'s municipality that `change`
    /// adapts.
    pub async fn reconfigure(mut self, change: impl FnOnce(&mut Municipality)) -> Self {
        let id = self.municipality();
        let municipality = self.config.municipalities.iter_mut().find(|municipality| municipality.id == id);
        change(municipality.expect("the configuration of a municipality at work"));
        self.restart().await
    }

    /// Ends the connector and starts another on the same store, which trusts these keys alone.
    pub async fn trusting(mut self, keys: Vec<TrustedKey>) -> Self {
        self.config.rules.trusted_keys = keys;
        self.restart().await
    }

    /// The address of the connector's store.
    pub fn store_url(&self) -> &str {
        &self.config.store.url
    }

    /// The municipality of [`PLACE`].
    pub fn municipality(&self) -> MunicipalityId {
        self.town().id().clone()
    }

    fn town(&self) -> &Town<HoplrPlatform> {
        self.connector.towns.iter().find(|town| town.id().as_str() == "lelystad").expect("a municipality")
    }

    /// Publishes a post of `author` in [`PLACE`], shared with the municipality.
    pub fn post(&self, id: &str, author: &str, kind: Option<PostKind>, text: &str) {
        self.publish(NewPost { kind, ..new_post(id, author, text) });
    }

    /// Publishes a post.
    pub fn publish(&self, post: NewPost) {
        self.playground.world().publish(post).expect("a post that the world accepts");
    }

    /// One cycle of [`PLACE`], errors included.
    pub async fn try_cycle(&self) -> Result<(), CycleError> {
        self.town().refresh().await?;
        self.town().cycle(&NeighbourhoodId::new(PLACE)).await.map(|_| ())
    }

    /// One cycle of [`PLACE`] that must not fail.
    pub async fn cycle(&self) {
        self.try_cycle().await.expect("a cycle");
    }

    /// Cycles, later and later, until nothing waits any more.
    pub async fn settle(&self) {
        for _ in 0..40 {
            self.clock.advance(std::time::Duration::from_mins(20));
            if self.try_cycle().await.is_ok() && self.town().deliver().await.is_ok_and(|left| left.retry_at.is_none()) {
                return;
            }
        }
        panic!("messages still wait after 40 attempts");
    }

    /// The concierge writes `text`, and the connector acts upon it.
    pub async fn answer(&self, text: &str) {
        self.clock.advance(std::time::Duration::from_mins(1));
        self.playground.world().write_as_concierge(CONCIERGE, text).expect("a conversation");
        self.town().read_inbox().await.expect("an inbox");
    }

    /// The messages that the platform accepted, with what each tells.
    pub async fn told(&self) -> Vec<(Arc<AcceptedMessage>, Outbox)> {
        let mut told = Vec::new();
        for message in self.playground.ledger().messages() {
            let reference = ClientReference::new(message.client_reference.as_str());
            let meaning = self.connector.shared.store.told_by(&reference).await.expect("a store");
            told.push((message, meaning.expect("a message that was queued")));
        }
        told
    }

    /// The kinds of the messages that the platform accepted.
    pub async fn kinds(&self) -> Vec<String> {
        self.told().await.into_iter().map(|(_, meaning)| meaning.kind).collect()
    }

    /// The texts of the messages that the platform accepted since there were `known` of them.
    pub fn texts_since(&self, known: usize) -> Vec<String> {
        let messages = self.playground.ledger().messages();
        messages[known..].iter().map(|message| message.text.clone()).collect()
    }

    /// The text of the last message that the platform accepted.
    pub fn last_text(&self) -> String {
        self.playground.ledger().messages().last().map_or_else(String::new, |message| message.text.clone())
    }
}

/// A post of `author` in [`PLACE`], written now.
pub fn new_post(id: &str, author: &str, text: &str) -> NewPost {
    NewPost {
        id: Some(id.to_owned()),
        neighbourhood: PLACE.to_owned(),
        post_type: PostType::Shout,
        kind: None,
        title: None,
        text: text.to_owned(),
        author: Member { id: author.to_owned(), display_name: name(author), area: None, language: Language::Nl },
        created_at: None,
        shared_with_municipality: true,
    }
}

fn name(author: &str) -> String {
    let mut letters = author.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Where the connectors of these tests compile rule modules: in the program beside the tests' own, which is none that
/// could.
pub fn compiler() -> Compiler {
    let own = std::env::current_exe().expect("a running program");
    let folder = own.parent().and_then(Path::parent).expect("cargo's folder of a profile");
    Compiler::Process(folder.join("koppelaar-under-test"))
}

async fn assemble(config: &Config, clock: &ManualClock) -> Connector {
    let mut config = config.clone();
    config.rules.compiler = Some(compiler());
    Connector::assemble(&config, Arc::new(clock.clone()), Entropy::from_seed(7)).await.expect("a connector")
}
