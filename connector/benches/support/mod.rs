//! What the benches share: a playground in this process with a made-up country, and the connector as a process of its
//! own, watched through `/proc` (Linux only).

#![allow(dead_code, reason = "each bench uses its part")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use koppelaar::clock::SystemClock;
use koppelaar::domain::{ClientReference, MunicipalityId};
use koppelaar::playground::world::{Country, Language, Member, Municipality, Neighbourhood, World};
use koppelaar::playground::{Playground, PlaygroundConfig};
use koppelaar::store::Store;
use tempfile::TempDir;

/// The benches' own look at what has happened.
pub const LOOK: Duration = Duration::from_millis(100);
/// Ticks of the processor times in `/proc/PID/stat`: fixed by Linux for every program.
const TICKS_PER_SECOND: f64 = 100.0;
const KIB_PER_MIB: f64 = 1_024.0;
const SECRET: &str = "bench";

/// Runs a bench on a runtime of its own.
pub fn run(bench: impl Future<Output = Result<serde_json::Value>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = runtime.block_on(bench)?;
    println!("{figures}");
    Ok(())
}

/// A bar on standard error, where that is a terminal.
pub fn progress(what: &'static str, length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64).with_message(what);
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// A count, to reckon with; one beyond 32 bits is a mistake that shows.
pub fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}

/// A number with two decimals, as the figures have it.
pub fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// A playground with municipalities and neighbourhoods, of which each has a concierge of its own.
pub struct Stage {
    /// The platform.
    pub playground: Playground,
    /// The municipalities' identifiers.
    pub municipalities: Vec<String>,
    /// The neighbourhoods' identifiers.
    pub neighbourhoods: Vec<String>,
    folder: TempDir,
}

impl Stage {
    /// Spreads `neighbourhoods` over `municipalities`.
    pub async fn set(municipalities: usize, neighbourhoods: usize) -> Result<Self> {
        let playground = Playground::start(PlaygroundConfig::new(Arc::new(SystemClock))).await?;
        let world = playground.world();
        let municipalities: Vec<String> = (0..municipalities).map(|town| format!("town-{town}")).collect();
        for id in &municipalities {
            world.add_municipality(Municipality {
                id: id.clone(),
                name: id.clone(),
                country: Country::Be,
                language: Language::Nl,
                client_secret: SECRET.to_owned(),
            })?;
        }
        let neighbourhoods: Vec<String> = (0..neighbourhoods).map(|place| format!("place-{place}")).collect();
        for (place, id) in neighbourhoods.iter().enumerate() {
            let municipality = municipalities[place * municipalities.len() / neighbourhoods.len()].clone();
            world.add_neighbourhood(Neighbourhood { id: id.clone(), name: id.clone(), municipality })?;
            world.add_concierge(id, person(&format!("concierge-{place}")))?;
        }
        Ok(Self { playground, municipalities, neighbourhoods, folder: tempfile::tempdir()? })
    }

    /// The world of the playground.
    pub fn world(&self) -> &World {
        self.playground.world()
    }

    /// How often the platform answered a request for `path` with `status`.
    pub fn answers(&self, path: &str, status: u16) -> usize {
        let counts = self.playground.ledger().counts();
        let asked = counts.iter().filter(|c| c.path.as_deref() == Some(path) && c.status == Some(status));
        asked.map(|count| usize::try_from(count.times).unwrap_or(usize::MAX)).sum()
    }

    /// Starts the connector with the default settings, but for `polling`: lines of that section.
    pub fn connect(&self, polling: &str) -> Result<Connector> {
        let folder = self.folder.path();
        let config = folder.join("koppelaar.toml");
        fs::write(&config, self.config(polling)?)?;
        fs::write(folder.join("secret"), SECRET)?;
        Connector::start(&config, &folder.join("connector.log"))
    }

    fn config(&self, polling: &str) -> Result<String> {
        let mut config = format!(
            "[platform]\nbase_url = \"{}\"\n[store]\nurl = \"{}\"\n[polling]\n{polling}\n",
            self.playground.base_url(),
            self.store_url()
        );
        let secret = self.folder.path().join("secret");
        for id in &self.municipalities {
            write!(
                config,
                "[[municipality]]\nid = \"{id}\"\ntime_zone = \"Europe/Brussels\"\ncountry = \"BE\"\nlanguage = \"nl\"\n\
                 credentials = {{ client_id = \"{id}\", client_secret_file = \"{}\" }}\n",
                secret.display()
            )?;
        }
        Ok(config)
    }

    fn store_url(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("koppelaar.sqlite").display())
    }

    /// Looks into the store of a connector that has ended: every neighbourhood has been read and matched to its end,
    /// and no message waits. Gives how many messages the platform holds beyond the first with equal recipient, request
    /// and helpers.
    pub async fn audit(&self) -> Result<usize> {
        let store = Store::open(&self.store_url()).await?;
        let mut matched = 0;
        for id in &self.municipalities {
            let id = MunicipalityId::new(id.as_str());
            let feeds = store.feeds(&id).await?;
            matched += feeds.iter().filter(|f| f.matched_rules.is_some() && f.matched_version == f.version).count();
            let report = store.report(&id).await?;
            if report.waiting_messages + report.rejected_messages > 0 {
                bail!("{} messages of `{id}` wait, {} are refused", report.waiting_messages, report.rejected_messages);
            }
        }
        if matched != self.neighbourhoods.len() {
            bail!("{matched} of {} neighbourhoods have been matched", self.neighbourhoods.len());
        }
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for message in self.playground.ledger().messages() {
            let meaning = store.told_by(&ClientReference::new(message.client_reference.as_str())).await?;
            let meaning = meaning.context("the platform holds a message that the outbox does not know")?;
            let key = format!("{} {} {:?} {:?}", message.recipient, meaning.kind, meaning.request, meaning.helpers);
            *told.entry(key).or_default() += 1;
        }
        Ok(told.values().map(|times| times - 1).sum())
    }
}

/// Somebody with that identifier and a name made of it.
pub fn person(id: &str) -> Member {
    Member { id: id.to_owned(), display_name: id.to_owned(), area: None, language: Language::Nl }
}

/// The connector, as a process of its own that ends with this value.
pub struct Connector(Child);

impl Connector {
    fn start(config: &Path, log: &Path) -> Result<Self> {
        let child = Command::new(env!("CARGO_BIN_EXE_koppelaar"))
            .arg("run")
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(log)?)
            .spawn()
            .context("cannot start the connector")?;
        Ok(Self(child))
    }

    /// Fails when the process has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.0.try_wait()? {
            Some(status) => bail!("the connector has ended: {status}"),
            None => Ok(()),
        }
    }

    /// The most memory that was resident so far, in MiB.
    pub fn peak_rss_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no `VmHWM` in `status`")?;
        let kib: f64 = peak.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / KIB_PER_MIB)
    }

    /// Processor time used so far by all threads, in user and kernel mode, in seconds.
    pub fn cpu_secs(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        // The second field is the command in parentheses and may hold spaces; the times are fields 14 and 15.
        let after_command = stat.rsplit_once(')').context("no command in `stat`")?.1;
        let times: Vec<f64> =
            after_command.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
        Ok(times.iter().sum::<f64>() / TICKS_PER_SECOND)
    }
}

impl Drop for Connector {
    fn drop(&mut self) {
        // Its store stands a kill at any moment.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
