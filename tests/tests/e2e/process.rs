//! The connector as a process of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use koppelaar::playground::Playground;

/// The most that one life of the process may take.
const LIFE_LIMIT: Duration = Duration::from_mins(2);

/// One process of `koppelaar run`.
pub struct Life {
    child: Child,
    log: std::io::Lines<BufReader<std::process::ChildStderr>>,
    began: Instant,
}

impl Life {
    /// Starts it with the configuration in `folder`.
    pub fn begin(folder: &Path) -> Self {
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
    pub fn until(mut self, stage: &str) -> bool {
        let wanted = format!("\"stage\":\"{stage}\"");
        let hit = self.lines().any(|line| line.contains(&wanted));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        hit
    }

    /// Reads the log up to the next line that holds `wanted`. Gives that line.
    pub fn reads(&mut self, wanted: &str) -> String {
        let line = self.lines().find(|line| line.contains(wanted));
        line.unwrap_or_else(|| panic!("the log ends without `{wanted}`"))
    }

    /// Ends the process.
    pub fn end(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends the process once every neighbourhood was polled a second time: with one job at a time, all that the first
    /// cycles led to is done by then. Gives its log.
    pub fn until_done(mut self, places: usize) -> String {
        let mut log = String::new();
        let mut polled: BTreeMap<String, usize> = BTreeMap::new();
        let done = self.lines().any(|line| {
            log.push_str(&line);
            log.push('\n');
            if let Some(at) = line.find("\"stage\":\"polled\"").and_then(|_| line.find("\"neighbourhood\":\"")) {
                let name: String = line[at + 17..].chars().take_while(|c| *c != '"').collect();
                *polled.entry(name).or_default() += 1;
            }
            polled.values().filter(|times| **times >= 2).count() == places
        });
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        assert!(done, "the process ended or fell silent: {polled:?}");
        log
    }

    fn lines(&mut self) -> impl Iterator<Item = String> {
        let began = self.began;
        self.log.by_ref().map_while(Result::ok).take_while(move |_| began.elapsed() < LIFE_LIMIT)
    }
}

/// Writes a configuration for every municipality of the playground, with everything in `folder`.
pub fn write_config(playground: &Playground, folder: &Path, level: &str) {
    let mut toml = format!(
        "[platform]\nbase_url = \"{}\"\n[store]\nurl = \"sqlite:{}\"\n[log]\nlevel = \"{level}\"\nformat = \"json\"\n\
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
