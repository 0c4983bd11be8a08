//! How long a concierge waits for a suggestion beyond the wait for the next poll: from the moment when the platform is
//! asked for the page on which a request appears, to the moment when it accepts the message.

mod support;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use koppelaar::playground::world::{NewPost, PostType, World};
use koppelaar::playground::{AcceptedMessage, RequestRecord};
use serde_json::json;
use support::{LOOK, Stage, person, progress, rounded};

/// One request each.
const NEIGHBOURHOODS: usize = 400;
const MUNICIPALITIES: usize = 40;
/// As short as the configuration allows.
const POLLING: &str = "neighbourhood_interval_secs = 5\ninbox_interval_secs = 60";
/// Requests appear one after the other, so that each finds the connector as on an ordinary day.
const BETWEEN_REQUESTS: Duration = Duration::from_millis(50);
const TIMEOUT: Duration = Duration::from_mins(5);
const FEED: &str = "/v1/neighbourhoods/{id}/posts";
const OFFER: &str = "Ik doe elke zaterdagvoormiddag boodschappen en breng graag iets mee voor een buur.";
const REQUEST: &str = "Wie kan er zaterdagvoormiddag boodschappen voor mij doen? Ik ben slecht te been.";

fn main() -> Result<()> {
    support::run(latency())
}

async fn latency() -> Result<serde_json::Value> {
    let stage = Stage::set(MUNICIPALITIES, NEIGHBOURHOODS).await?;
    for neighbourhood in &stage.neighbourhoods {
        publish(stage.world(), neighbourhood, "offer", OFFER)?;
    }
    let mut connector = stage.connect(POLLING)?;
    let started = Instant::now();
    while stage.answers(FEED, 304) < NEIGHBOURHOODS {
        tokio::time::sleep(LOOK).await;
        connector.check()?;
        if started.elapsed() > TIMEOUT {
            bail!("the offers were not read in five minutes");
        }
    }

    let mut written = HashMap::new();
    for neighbourhood in &stage.neighbourhoods {
        written.insert(neighbourhood.as_str(), Timestamp::now());
        publish(stage.world(), neighbourhood, "request", REQUEST)?;
        tokio::time::sleep(BETWEEN_REQUESTS).await;
    }
    let bar = progress("messages", NEIGHBOURHOODS);
    let ledger = stage.playground.ledger();
    while ledger.message_count() < NEIGHBOURHOODS {
        tokio::time::sleep(LOOK).await;
        connector.check()?;
        bar.set_position(ledger.message_count() as u64);
        if started.elapsed() > TIMEOUT {
            bail!("{} of {NEIGHBOURHOODS} messages in five minutes", ledger.message_count());
        }
    }
    bar.finish_and_clear();
    drop(connector);
    stage.audit().await?;

    let requests = ledger.requests();
    let mut waits = Vec::with_capacity(NEIGHBOURHOODS);
    for message in ledger.messages() {
        // Each neighbourhood has its own concierge, of the same number.
        let neighbourhood = message.recipient.replace("concierge", "place");
        let written = *written.get(neighbourhood.as_str()).context("a message to a stranger")?;
        waits.push(wait(&requests, &neighbourhood, written, &message).context("a message without a poll before it")?);
    }
    waits.sort_by(f64::total_cmp);
    let percentile = |percent: usize| rounded(waits[(waits.len() * percent / 100).min(waits.len() - 1)]);
    Ok(json!({"p50_ms": percentile(50), "p99_ms": percentile(99)}))
}

/// From the first poll that could see the request, in milliseconds.
fn wait(requests: &[RequestRecord], neighbourhood: &str, written: Timestamp, message: &AcceptedMessage) -> Option<f64> {
    let polls = requests.iter().filter(|request| {
        request.path.as_deref() == Some(FEED) && request.neighbourhood.as_deref() == Some(neighbourhood)
    });
    let before: Vec<Timestamp> = polls.map(|poll| poll.at).filter(|at| *at <= message.at).collect();
    // A poll may arrive just before a request is written and still see it.
    let poll = before.iter().find(|at| **at >= written).or(before.last())?;
    Some(message.at.duration_since(*poll).as_secs_f64() * 1e3)
}

fn publish(world: &World, neighbourhood: &str, what: &str, text: &str) -> Result<()> {
    let id = format!("{what}-{neighbourhood}");
    world.publish(NewPost {
        author: person(&format!("author-{id}")),
        id: Some(id),
        neighbourhood: neighbourhood.to_owned(),
        post_type: PostType::Shout,
        kind: None,
        title: None,
        text: text.to_owned(),
        created_at: None,
        shared_with_municipality: true,
    })?;
    Ok(())
}
