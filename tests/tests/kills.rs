//! The connector as a process of its own, killed in the middle of its work again and again: in the end the platform
//! holds the same messages as after an undisturbed run. `KOPPELAAR_KILLS` is the number of kills.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use koppelaar::clock::{Clock, SystemClock};
use koppelaar::domain::ClientReference;
use koppelaar::playground::seed::PostsFile;
use koppelaar::playground::{Playground, PlaygroundConfig};
use koppelaar::store::Store;

/// The stages of a cycle in which the process is killed in turn; the log names each.
const STAGES: [&str; 7] = ["page", "polled", "read", "queued", "sending", "sent", "settled"];
/// The most that one life of the process may take.
const LIFE_LIMIT: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_change_nothing() {
    let kills: usize = std::env::var("KOPPELAAR_KILLS").map_or(5, |kills| kills.parse().expect("a number of kills"));
    let mut posts = PostsFile::demo();
    posts.shift_to(SystemClock.now());

    let (undisturbed, stages) = run(&posts, 0).await;
    assert!(stages.is_empty());
    assert!(undisturbed.len() > 50, "{} messages", undisturbed.len());

    let (killed, stages) = run(&posts, kills).await;
    println!("killed {kills} times, after these stages: {stages:?}");
    assert_eq!(stages.values().sum::<usize>(), kills);
    assert_eq!(killed, undisturbed);
}

/// Every message with the number of times that the platform accepted it.
type Messages = BTreeMap<String, usize>;

/// Runs the connector on a new platform until all is done, killed `kills` times on the way.
async fn run(posts: &PostsFile, kills: usize) -> (Messages, BTreeMap<&'static str, usize>) {
    let playground = Playground::start(PlaygroundConfig::new(Arc::new(SystemClock))).await.unwrap();
    posts.clone().publish_all(playground.world()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_config(&playground, folder.path());

    let mut stages = BTreeMap::new();
    for kill in 0..kills {
        let stage = STAGES[kill % STAGES.len()];
        let folder = folder.path().to_owned();
        let hit = tokio::task::spawn_blocking(move || Life::begin(&folder).until(stage)).await.unwrap();
        assert!(hit, "stage `{stage}` was not reached");
        *stages.entry(stage).or_default() += 1;
    }
    let places = playground.world().neighbourhoods().len();
    let path = folder.path().to_owned();
    tokio::task::spawn_blocking(move || Life::begin(&path).until_done(places)).await.unwrap();

    let store = Store::open(&format!("sqlite:{}", folder.path().join("koppelaar.sqlite").display())).await.unwrap();
    let mut messages = Messages::new();
    for message in playground.ledger().messages() {
        let reference = ClientReference::new(message.client_reference.as_str());
        let told = store.told_by(&reference).await.unwrap().expect("a message that was queued");
        let text = without_number(&message.text);
        let key = format!("{} {} {:?} {:?}\n{text}", message.recipient, told.kind, told.request, told.helpers);
        *messages.entry(key).or_default() += 1;
    }
    (messages, stages)
}

/// The text without its suggestion's number, which depends on which of a concierge's neighbourhoods came first.
fn without_number(text: &str) -> String {
    let head = text.lines().next().unwrap_or_default();
    let number = head.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
    let Some(number) = number else { return text.to_owned() };
    text.lines().map(|line| line.replace(&format!(" {number} "), " # ").replace(&format!(" {number}:"), " #:")).fold(
        String::new(),
        |mut all, line| {
            let line = line.strip_prefix(&format!("{number} ")).map_or(line.clone(), |rest| format!("# {rest}"));
            let _ = writeln!(all, "{line}");
            all
        },
    )
}

fn write_config(playground: &Playground, folder: &Path) {
    let mut toml = format!(
        "[platform]\nbase_url = \"{}\"\n[store]\nurl = \"sqlite:{}\"\n[log]\nlevel = \"debug\"\nformat = \"json\"\n\
         [polling]\nneighbourhood_interval_secs = 5\ninbox_interval_secs = 5\nconcurrency = 1\n",
        playground.base_url(),
        folder.join("koppelaar.sqlite").display()
    );
    for municipality in playground.world().municipalities() {
        let secret = folder.join(format!("{}.secret", municipality.id));
        std::fs::write(&secret, &municipality.client_secret).unwrap();
        let _ = write!(
            toml,
            "[[municipality]]\nid = \"{id}\"\ntime_zone = \"{zone}\"\ncountry = \"{country}\"\nlanguage = \"nl\"\n\
             credentials = {{ client_id = \"{id}\", client_secret_file = \"{secret}\" }}\n",
            id = municipality.id,
            zone = municipality.country.time_zone(),
            country = if municipality.country.time_zone().ends_with("Brussels") { "BE" } else { "NL" },
            secret = secret.display(),
        );
    }
    std::fs::write(folder.join("koppelaar.toml"), toml).unwrap();
}

/// One process.
struct Life {
    child: Child,
    log: std::io::Lines<BufReader<std::process::ChildStderr>>,
    began: Instant,
}

impl Life {
    fn begin(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_koppelaar-under-test"))
            .arg("run")
            .arg("--config")
            .arg(folder.join("koppelaar.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, log, began: Instant::now() }
    }

    /// Kills the process right after it has logged `stage`. Gives whether it did.
    fn until(mut self, stage: &str) -> bool {
        let wanted = format!("\"stage\":\"{stage}\"");
        let hit = self.lines().any(|line| line.contains(&wanted));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        hit
    }

    /// Ends the process once every neighbourhood was polled a second time: with one job at a time, all that the first
    /// cycles led to is done by then.
    fn until_done(mut self, places: usize) {
        let mut polled: BTreeMap<String, usize> = BTreeMap::new();
        let done = self.lines().any(|line| {
            if let Some(at) = line.find("\"stage\":\"polled\"").and_then(|_| line.find("\"neighbourhood\":\"")) {
                let name: String = line[at + 17..].chars().take_while(|c| *c != '"').collect();
                *polled.entry(name).or_default() += 1;
            }
            polled.values().filter(|times| **times >= 2).count() == places
        });
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        assert!(done, "the process ended or fell silent: {polled:?}");
    }

    fn lines(&mut self) -> impl Iterator<Item = String> {
        let began = self.began;
        self.log.by_ref().map_while(Result::ok).take_while(move |_| began.elapsed() < LIFE_LIMIT)
    }
}
