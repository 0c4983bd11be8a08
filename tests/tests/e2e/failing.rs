//! Rules that were deployed fail at work: their own municipality waits, the operator is called, and nobody else notices.

use std::sync::Arc;
use std::time::Duration;

use koppelaar::clock::{Clock, Entropy, SystemClock};
use koppelaar::config::{Credentials, Recipients, Secret, Selection};
use koppelaar::domain::{Country, MunicipalityId, NeighbourhoodId};
use koppelaar::matching::Limits;
use koppelaar::messaging::services::Services;
use koppelaar::pipeline::{CycleError, Shared, Town, TownSettings};
use koppelaar::platform::hoplr::HoplrPlatform;
use koppelaar::platform::http::{Http, Timeouts};
use koppelaar::playground::seed::{PostsFile, pretend_secret};
use koppelaar::playground::{Playground, PlaygroundConfig};
use koppelaar::rules::engine::RulesLimits;
use koppelaar::rules::library::Library;
use koppelaar::rules::{Reader, RuleModule, RulesEngine, RulesOptions};
use koppelaar::store::Store;
use koppelaar_tests::{PLACE, Rig, compiler, new_post};

use crate::deployer::{Deployer, copy, failed, snapshot};
use crate::process::{Life, write_config};

const ASKS: &str = "Wie kan er zaterdagvoormiddag boodschappen voor mij doen? Ik ben slecht te been.";
const OFFERS: &str = "Ik doe elke zaterdagvoormiddag boodschappen en breng graag iets mee voor een buur.";
const CRISIS: &str = "Ik zie het niet meer zitten en wil er niet meer zijn. Niemand die mij hoort.";
/// Texts of so many characters in all are more than [`MEMORY_BYTES`].
const LONG_POSTS: usize = 900;
const LONG_POST_CHARS: usize = 4_800;
/// Enough to pass the checks of a deployment, and for ordinary posts.
const MEMORY_BYTES: usize = 4 << 20;
const FAULTS_PER_HOUR: u64 = 2;

/// Two municipalities of one process, in which deployed modules have little memory; the embedded one has enough.
struct Process {
    rig: Rig,
    deployer: Deployer,
    lelystad: Town<HoplrPlatform>,
    utrecht: Town<HoplrPlatform>,
}

impl Process {
    async fn start() -> Self {
        let (rig, deployer) = (Rig::start().await, Deployer::new());
        rig.clock.advance_to(SystemClock.now());
        let url = format!("sqlite:{}", deployer.path("own.sqlite").display());
        deployer.configure_trusting(&url);
        let store = Store::open(&url).await.unwrap();
        let shared = Arc::new(Shared::new(store, Arc::new(rig.clock.clone()), Entropy::from_seed(1)));
        let small = RulesLimits { memory_bytes: MEMORY_BYTES, ..RulesLimits::default() };
        let standard = RuleModule::standard(&RulesEngine::new().unwrap()).unwrap();
        let options = RulesOptions { limits: small, compiler: Some(compiler()), ..RulesOptions::default() };
        let small = RulesEngine::with_options(options).unwrap();
        let library = Arc::new(Library::new(small, standard.clone(), vec![deployer.key()]));
        let town = |id: &str| {
            let reader = Reader::new(standard.clone(), &standard);
            Town::new(settings(id), platform(&rig, id), reader, Arc::clone(&shared)).following(Arc::clone(&library))
        };
        let (lelystad, utrecht) = (town("lelystad"), town("utrecht"));
        Self { rig, deployer, lelystad, utrecht }
    }

    fn messages_to(&self, concierge: &str) -> usize {
        let messages = self.rig.playground.ledger().messages();
        messages.iter().filter(|message| message.recipient == concierge).count()
    }

    fn publish_too_much(&self) {
        let long = "boodschappen ".repeat(LONG_POST_CHARS / 13);
        for i in 0..LONG_POSTS {
            self.rig.publish(new_post(&format!("p{i}"), &format!("a{i}"), &long));
        }
    }
}

fn settings(id: &str) -> TownSettings {
    TownSettings {
        id: MunicipalityId::new(id),
        time_zone: jiff::tz::TimeZone::get("Europe/Amsterdam").unwrap(),
        country: Country::Netherlands,
        neighbourhoods: Selection::All,
        concierges: Recipients::First,
        limits: Limits::default(),
        services: Services::default(),
        faults_per_hour: FAULTS_PER_HOUR,
    }
}

fn platform(rig: &Rig, id: &str) -> HoplrPlatform {
    let second = Duration::from_secs(1);
    let timeouts = Timeouts { connect: second, idle: 5 * second, total: 30 * second };
    let http = Http::new(rig.playground.base_url().parse().unwrap(), timeouts, Arc::new(rig.clock.clone())).unwrap();
    let credentials = Credentials { client_id: id.into(), client_secret: Secret::new(pretend_secret(id)) };
    HoplrPlatform::new(Arc::new(http), MunicipalityId::new(id), &credentials)
}

#[tokio::test]
async fn one_municipality_waits_and_its_crises_and_all_others_do_not() {
    let process = Process::start().await;
    let Process { rig, deployer, lelystad, utrecht } = &process;
    let (place, elsewhere) = (NeighbourhoodId::new(PLACE), NeighbourhoodId::new("utrecht-west"));
    deployer.deploy("copy", &copy(), None, &[]);
    process.publish_too_much();
    lelystad.refresh().await.unwrap();
    utrecht.refresh().await.unwrap();
    for _ in 0..FAULTS_PER_HOUR {
        let error = lelystad.cycle(&place).await.unwrap_err();
        assert!(matches!(error, CycleError::Rules(_)), "{error}");
    }
    assert!(lelystad.cycle(&place).await.unwrap().unwrap().waits, "it is not tried again for now");
    assert_eq!(process.messages_to("concierge-lelystad"), 0);

    rig.post("crisis", "an", None, CRISIS);
    for _ in 0..2 {
        assert!(lelystad.cycle(&place).await.unwrap().unwrap().waits);
        assert_eq!(process.messages_to("concierge-lelystad"), 1, "a crisis waits for no rule, and is told once");
    }

    for (id, author, text) in [("u-ask", "mo", ASKS), ("u-offer", "ria", OFFERS)] {
        let mut post = new_post(id, author, text);
        "utrecht-west".clone_into(&mut post.neighbourhood);
        rig.publish(post);
    }
    assert!(!utrecht.cycle(&elsewhere).await.unwrap().unwrap().waits);
    assert_eq!(process.messages_to("concierge-utrecht"), 1);

    rig.clock.advance(Duration::from_mins(61));
    lelystad.cycle(&place).await.unwrap_err();
    deployer.does("rollback", &[]);
    rig.post("ask", "rosa", None, ASKS);
    rig.post("offer", "karim", None, OFFERS);
    let cycle = lelystad.cycle(&place).await.unwrap().unwrap();
    assert!(!cycle.waits, "other rules begin anew");
    assert!(process.messages_to("concierge-lelystad") > 1);
}

#[tokio::test]
async fn a_shadow_that_fails_hinders_nobody() {
    let process = Process::start().await;
    let Process { rig, deployer, lelystad, .. } = &process;
    let place = NeighbourhoodId::new(PLACE);
    deployer.deploy("copy", &copy(), None, &["--shadow"]);
    process.publish_too_much();
    rig.post("ask", "rosa", None, ASKS);
    rig.post("offer", "karim", None, OFFERS);
    lelystad.refresh().await.unwrap();
    for _ in 0..4 {
        assert!(!lelystad.cycle(&place).await.unwrap().unwrap().waits);
    }
    assert!(process.messages_to("concierge-lelystad") > 0);
    let store = Store::look(&format!("sqlite:{}", deployer.path("own.sqlite").display())).await.unwrap();
    let faults = store.faults(lelystad.id(), rig.clock.now() - jiff::SignedDuration::from_hours(1)).await.unwrap();
    assert_eq!(faults.iter().map(|fault| fault.times).collect::<Vec<_>>(), [FAULTS_PER_HOUR], "then it rests");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_is_called_and_doctor_tells_why() {
    let playground = Playground::start(PlaygroundConfig::new(Arc::new(SystemClock))).await.unwrap();
    PostsFile::demo().prepare(playground.world()).unwrap();
    let long = "boodschappen ".repeat(LONG_POST_CHARS / 13);
    for i in 0..LONG_POSTS {
        playground.world().publish(new_post(&format!("p{i}"), &format!("a{i}"), &long)).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    write_config(&playground, folder.path(), "info");
    let path = folder.path().join("koppelaar.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let (before, towns) = config.split_once("[[municipality]]").unwrap();
    let town = towns.split("[[municipality]]").find(|town| town.contains("\"lelystad\"")).unwrap();
    let config = format!("{before}[rules]\nfaults_per_hour = 1\nmemory_mib = 4\n[[municipality]]{town}");
    std::fs::write(&path, config).unwrap();
    tokio::task::spawn_blocking(move || {
        let mut process = Life::begin(folder.path());
        let line = process.reads("\"event\":\"rules_failing\"");
        assert!(line.contains("\"level\":\"ERROR\"") && line.contains("\"municipality\":\"lelystad\""), "{line}");
        process.end();
        let doctor = std::process::Command::new(env!("CARGO_BIN_EXE_koppelaar-under-test"))
            .arg("doctor")
            .arg("--config")
            .arg(&path)
            .output()
            .unwrap();
        let told = failed(&doctor);
        let wrong = told.split_once("WRONG").unwrap().1.split("\nok ").next().unwrap();
        snapshot("doctor_tells_of_faults", folder.path(), &format!("WRONG{wrong}"));
    })
    .await
    .unwrap();
}
