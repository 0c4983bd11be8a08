//! All of Hoplr on a quiet day: 3,500 neighbourhoods and the inboxes of 200 municipalities, polled every 60 seconds, and
//! nothing new. It measures once every poll is answered with 304, for two minutes.

mod support;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::json;
use support::{LOOK, Stage, number, progress, rounded};

const NEIGHBOURHOODS: usize = 3_500;
const MUNICIPALITIES: usize = 200;
const POLLING: &str = "neighbourhood_interval_secs = 60\ninbox_interval_secs = 60";
const MEASURED: Duration = Duration::from_mins(2);
/// Three rounds of polls end sooner than this.
const WARM_UP_TIMEOUT: Duration = Duration::from_mins(10);
const FEED: &str = "/v1/neighbourhoods/{id}/posts";
const INBOX: &str = "/v1/messages";
const UNCHANGED: u16 = 304;

fn main() -> Result<()> {
    support::run(quiet())
}

async fn quiet() -> Result<serde_json::Value> {
    let stage = Stage::set(MUNICIPALITIES, NEIGHBOURHOODS).await?;
    let mut connector = stage.connect(POLLING)?;
    let unchanged = || stage.answers(FEED, UNCHANGED) + stage.answers(INBOX, UNCHANGED);
    let changed = || stage.answers(FEED, 200) + stage.answers(INBOX, 200);

    let bar = progress("warming up", NEIGHBOURHOODS + MUNICIPALITIES);
    let started = Instant::now();
    while stage.answers(FEED, UNCHANGED) < NEIGHBOURHOODS || stage.answers(INBOX, UNCHANGED) < MUNICIPALITIES {
        tokio::time::sleep(LOOK).await;
        connector.check()?;
        bar.set_position(unchanged() as u64);
        if started.elapsed() > WARM_UP_TIMEOUT {
            bail!("after ten minutes there still was something new");
        }
    }
    bar.finish_and_clear();

    let (polls_before, news_before, cpu_before) = (unchanged(), changed(), connector.cpu_secs()?);
    let measuring = Instant::now();
    let bar = progress("measuring, in seconds", usize::try_from(MEASURED.as_secs())?);
    while measuring.elapsed() < MEASURED {
        tokio::time::sleep(Duration::from_secs(1)).await;
        connector.check()?;
        bar.set_position(measuring.elapsed().as_secs());
    }
    bar.finish_and_clear();
    let seconds = measuring.elapsed().as_secs_f64();
    let cpu_secs = connector.cpu_secs()? - cpu_before;
    let polls = unchanged() - polls_before;
    if changed() != news_before {
        bail!("there was something new while measuring");
    }
    let peak_rss_mib = connector.peak_rss_mib()?;
    drop(connector);
    stage.audit().await?;
    Ok(json!({
        "neighbourhoods": NEIGHBOURHOODS, "polls_per_s": rounded(number(polls) / seconds),
        "cpu_percent_of_one_core": rounded(cpu_secs / seconds * 100.0),
        "peak_rss_mib": rounded(peak_rss_mib),
    }))
}
