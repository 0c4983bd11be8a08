//! The connector as a process of its own, killed in the middle of its work again and again: in the end the platform
//! holds the same messages as after an undisturbed run. `KOPPELAAR_KILLS` is the number of kills.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use koppelaar::clock::{Clock, SystemClock};
use koppelaar::domain::ClientReference;
use koppelaar::playground::seed::PostsFile;
use koppelaar::playground::{Playground, PlaygroundConfig};
use koppelaar::store::Store;

use crate::process::{Life, write_config};

/// The stages of a cycle in which the process is killed in turn; the log names each.
const STAGES: [&str; 7] = ["page", "polled", "read", "queued", "sending", "sent", "settled"];

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
    write_config(&playground, folder.path(), "debug");

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
    text.lines()
        .map(|line| {
            [' ', ':', '.']
                .iter()
                .fold(line.to_owned(), |line, end| line.replace(&format!(" {number}{end}"), &format!(" #{end}")))
        })
        .fold(String::new(), |mut all, line| {
            let line = line.strip_prefix(&format!("{number} ")).map_or(line.clone(), |rest| format!("# {rest}"));
            let _ = writeln!(all, "{line}");
            all
        })
}
