//! A backlog of posts through the whole path: `KOPPELAAR_BENCH_POSTS` of them (100,000), 100 a neighbourhood.
//!
//! The clock runs from the start of the connector's process until the platform accepted the last message. That it was
//! the last, and that all feeds were read and matched to their end, is verified in the store afterwards.

mod support;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp, tz::Offset};
use koppelaar::playground::seed::PostsFile;
use koppelaar::playground::world::{Moment, NewPost, World};
use serde_json::json;
use support::{LOOK, Stage, number, person, progress, rounded};

const DEFAULT_POSTS: usize = 100_000;
const POSTS_PER_NEIGHBOURHOOD: usize = 100;
const NEIGHBOURHOODS_PER_MUNICIPALITY: usize = 10;
/// The flood has passed when there was no message, and hardly any work, for so long.
const CALM: Duration = Duration::from_secs(4);
/// Processor time during [`CALM`] that still counts as calm, in seconds: polls go on.
const CALM_CPU_SECS: f64 = 0.4;
/// No machine is so slow.
const TIMEOUT: Duration = Duration::from_hours(1);
/// Minutes between two posts of a neighbourhood: the oldest is four days old, and nothing has expired.
const MINUTES_BETWEEN_POSTS: i64 = 60;

fn main() -> Result<()> {
    support::run(flood())
}

async fn flood() -> Result<serde_json::Value> {
    let posts = match std::env::var("KOPPELAAR_BENCH_POSTS") {
        Ok(number) => number.parse().context("`KOPPELAAR_BENCH_POSTS` is not a number")?,
        Err(_) => DEFAULT_POSTS,
    };
    if posts == 0 || !posts.is_multiple_of(POSTS_PER_NEIGHBOURHOOD) {
        bail!("`KOPPELAAR_BENCH_POSTS` is not a multiple of {POSTS_PER_NEIGHBOURHOOD}");
    }
    let neighbourhoods = posts / POSTS_PER_NEIGHBOURHOOD;
    let stage = Stage::set(neighbourhoods.div_ceil(NEIGHBOURHOODS_PER_MUNICIPALITY), neighbourhoods).await?;
    publish(stage.world(), &stage.neighbourhoods)?;

    let started = Instant::now();
    let started_at = Timestamp::now();
    let mut connector = stage.connect("")?;
    let bar = progress("neighbourhoods read", neighbourhoods);
    let (mut messages, mut calm_since, mut calm_cpu) = (0, started, 0.0);
    loop {
        tokio::time::sleep(LOOK).await;
        connector.check()?;
        let read = stage.answers("/v1/neighbourhoods/{id}/posts", 200);
        bar.set_position(read.min(neighbourhoods) as u64);
        let accepted = stage.playground.ledger().message_count();
        if accepted != messages || read < neighbourhoods {
            (messages, calm_since, calm_cpu) = (accepted, Instant::now(), connector.cpu_secs()?);
        } else if calm_since.elapsed() > CALM {
            let cpu = connector.cpu_secs()?;
            if cpu - calm_cpu < CALM_CPU_SECS {
                break;
            }
            (calm_since, calm_cpu) = (Instant::now(), cpu);
        }
        if started.elapsed() > TIMEOUT {
            bail!("not done after an hour");
        }
    }
    bar.finish_and_clear();
    let peak_rss_mib = connector.peak_rss_mib()?;
    let cpu_secs = connector.cpu_secs()?;
    drop(connector);
    let last = stage.playground.ledger().messages().iter().map(|message| message.at).max().context("no message")?;
    let seconds = last.duration_since(started_at).as_secs_f64();
    let duplicates = stage.audit().await?;
    if messages * 10 < posts {
        bail!("{messages} messages for {posts} posts are fewer than one for ten");
    }
    let cpu_ms = cpu_secs * 1e3 / number(posts);
    eprintln!("{seconds:.1} s; {cpu_ms:.2} ms of the connector's processor time per post");
    Ok(json!({
        "posts": posts, "posts_per_s": rounded(number(posts) / seconds), "peak_rss_mib": rounded(peak_rss_mib),
        "messages": messages, "duplicates": duplicates,
    }))
}

/// Gives every neighbourhood its posts: the project's texts in turn, each with an author of its own.
fn publish(world: &World, neighbourhoods: &[String]) -> Result<()> {
    let texts = PostsFile::demo();
    let mut texts = texts.posts().iter().cycle();
    let now = Timestamp::now();
    let bar = progress("posts written", neighbourhoods.len() * POSTS_PER_NEIGHBOURHOOD);
    for (place, neighbourhood) in neighbourhoods.iter().enumerate() {
        for i in 0..POSTS_PER_NEIGHBOURHOOD {
            let text = texts.next().context("there are no posts")?;
            let id = format!("{place}-{i}");
            let age = i64::try_from(POSTS_PER_NEIGHBOURHOOD - i)?;
            world.publish(NewPost {
                author: person(&format!("author-{id}")),
                id: Some(id),
                neighbourhood: neighbourhood.clone(),
                created_at: Some(Moment {
                    at: now - SignedDuration::from_mins(age * MINUTES_BETWEEN_POSTS),
                    offset: Offset::UTC,
                }),
                shared_with_municipality: true,
                ..text.clone()
            })?;
        }
        bar.inc(POSTS_PER_NEIGHBOURHOOD as u64);
    }
    bar.finish_and_clear();
    Ok(())
}
