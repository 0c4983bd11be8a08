//! What the sandbox costs beside the same code built natively, in one run, and how many modules one process can hold.
//!
//! `KOPPELAAR_BENCH_MODULE` names another module to load many times over; the default is the standard module. With the
//! argument `many`, only that is measured.

mod support;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use koppelaar::cli::rules::bench::demo_posts;
use koppelaar::rules::engine::CacheFolder;
use koppelaar::rules::measure::{self, BATCHES, CANDIDATES};
use koppelaar::rules::module::STANDARD;
use koppelaar::rules::signature::Checksums;
use koppelaar::rules::{RuleError, RuleModule, RulePost, RulesEngine, RulesOptions};
use koppelaar_rules::{Candidate, LocalTime, Post, Reading, Rules};
use koppelaar_standard::Standard;
use serde_json::json;
use support::{number, rounded};

/// Modules in one process: one for each municipality.
const MODULES: usize = 300;
/// Rounds of which the fastest counts: other work on the machine only ever adds.
const ROUNDS: usize = 15;
const KIB_PER_MIB: f64 = 1_024.0;

fn main() -> Result<()> {
    if std::env::args().any(|argument| argument == "many") {
        println!("{}", many()?);
        return Ok(());
    }
    let posts: Vec<_> = demo_posts().into_iter().cycle().take(1_000).collect();
    let engine = RulesEngine::new()?;
    let module = RuleModule::standard(&engine)?;
    let native = Native::of(&posts);

    println!("                      native    sandbox    ratio       fuel");
    let mut read = Vec::new();
    for batch in BATCHES {
        // In turns, so that a slow moment of the machine meets both.
        let (mut own, mut boxed, mut fuel) = (Duration::MAX, Duration::MAX, 0);
        for _ in 0..ROUNDS {
            own = own.min(timed(|| native.read(batch)).0);
            let (time, outcome) = timed(|| module.read_batch(&posts[..batch]));
            boxed = boxed.min(time);
            fuel = outcome?.1.fuel;
        }
        read.push(line("a post", batch, own, boxed, fuel));
    }
    let readings = module.read(&posts)?;
    let question = measure::question(&readings, posts[0].written);
    let judged = native.question(&question, &readings);
    let (mut own, mut boxed, mut fuel) = (Duration::MAX, Duration::MAX, 0);
    for _ in 0..ROUNDS * 10 {
        own = own.min(timed(|| native.assess(&judged)).0);
        let (time, outcome) = timed(|| module.assess_batch(std::slice::from_ref(&question)));
        boxed = boxed.min(time);
        fuel = outcome?.1.fuel;
    }
    let assess = line("a pair", CANDIDATES, own, boxed, fuel);
    let instantiate = (0..ROUNDS * 10).map(|_| timed(|| module.start()).0).min().unwrap_or_default();
    println!("an instance {:.1} µs", instantiate.as_secs_f64() * 1e6);
    let many = many()?;
    println!("{}", json!({ "read": read, "assess": assess, "instantiate_us": micros(instantiate), "many": many }));
    Ok(())
}

/// The standard rules without the sandbox.
struct Native {
    rules: Standard,
    posts: Vec<Post>,
}

impl Native {
    fn of(posts: &[RulePost]) -> Self {
        let post = |post: &RulePost| Post {
            kind: None,
            title: post.title.as_ref().map(|title| title.reveal().to_owned()),
            text: post.text.reveal().to_owned(),
            written: NOW,
        };
        Self { rules: Standard::default(), posts: posts.iter().map(post).collect() }
    }

    fn read(&self, batch: usize) -> Vec<Reading> {
        self.posts[..batch].iter().map(|post| self.rules.read(post)).collect()
    }

    /// The same question as the sandbox gets: the request, and the offers.
    fn question(
        &self,
        question: &koppelaar::rules::Question<'_>,
        readings: &[koppelaar::rules::Reading],
    ) -> (Reading, Vec<Reading>) {
        let own = self.read(readings.len());
        let find = |wanted: &koppelaar::rules::Reading| {
            own[readings.iter().position(|reading| std::ptr::eq(reading, wanted)).expect("one of them")].clone()
        };
        (find(question.request), question.candidates.iter().map(|candidate| find(candidate.offer)).collect())
    }

    fn assess(&self, (request, offers): &(Reading, Vec<Reading>)) -> Vec<koppelaar_rules::Verdict> {
        let candidate = |offer: &Reading| {
            let candidate = Candidate { offer: offer.view(), load: 1, same_area: true, helped_before: 0 };
            self.rules.assess(&request.view(), &candidate, &NOW)
        };
        offers.iter().map(candidate).collect()
    }
}

const NOW: LocalTime = LocalTime { year: 2026, month: 3, day: 2, weekday: 0, minute: 570 };

/// Loads as many distinct modules as there are municipalities from the cache: by their bytes, as a configuration names
/// them, and by their digests, as the store does.
fn many() -> Result<serde_json::Value> {
    let own = std::env::var_os("KOPPELAAR_BENCH_MODULE");
    let base = own.map_or_else(|| Ok(STANDARD.to_vec()), |path| fs::read(path).context("the module to load"))?;
    let modules: Vec<_> = (0..MODULES).map(|number| with_custom_section(&base, number)).collect();
    let folder = tempfile::tempdir()?;
    let options = RulesOptions {
        cache: CacheFolder::Named(folder.path().to_owned()),
        cache_bytes: u64::MAX,
        compiler: Some(koppelaar::rules::engine::Compiler::Process(env!("CARGO_BIN_EXE_koppelaar").into())),
        ..RulesOptions::default()
    };
    let digests: Vec<_> = modules.iter().map(|module| Checksums::of(module, None).module).collect();
    RuleModule::load(&RulesEngine::with_options(options.clone())?, &modules[0], None)?;
    copy_cached(folder.path(), &digests)?;
    let by = |load: &dyn Fn(&RulesEngine, usize) -> Result<RuleModule, RuleError>| -> Result<(f64, f64)> {
        let engine = RulesEngine::with_options(options.clone())?;
        let before = rss_mib()?;
        let (time, loaded) = timed(|| (0..MODULES).map(|number| load(&engine, number)).collect::<Result<Vec<_>, _>>());
        let loaded = loaded?;
        let rss = rss_mib()? - before;
        drop(loaded);
        Ok((time.as_secs_f64() * 1e3, rss))
    };
    let (ms, rss) = by(&|engine, number| {
        RuleModule::kept(engine, &digests[number], None).map(|kept| kept.expect("the cache has it"))
    })?;
    let (bytes_ms, bytes_rss) = by(&|engine, number| RuleModule::load(engine, &modules[number], None))?;
    let kib = base.len() >> 10;
    println!("{MODULES} modules of {kib} KiB from the cache, by digest: {ms:.0} ms, {rss:.0} MiB");
    println!("{MODULES} modules of {kib} KiB from the cache, by their bytes: {bytes_ms:.0} ms, {bytes_rss:.0} MiB");
    Ok(json!({
        "modules": MODULES, "module_bytes": base.len(), "load_ms": rounded(ms), "rss_mib": rounded(rss),
        "by_bytes_ms": rounded(bytes_ms), "by_bytes_rss_mib": rounded(bytes_rss),
    }))
}

/// Gives every module the files that the first one has in the cache: what they do is the same, so is what compiling them
/// would have given, and it would take minutes.
fn copy_cached(folder: &Path, digests: &[String]) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a file")?.to_string_lossy().into_owned();
        for digest in &digests[1..] {
            fs::copy(&path, folder.join(name.replace(&digests[0], digest)))?;
        }
    }
    Ok(())
}

/// The same module under another digest.
fn with_custom_section(module: &[u8], number: usize) -> Vec<u8> {
    let content = format!("\x01n{number:05}");
    let length = u8::try_from(content.len()).expect("short");
    [module, &[0, length], content.as_bytes()].concat()
}

fn rss_mib() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no `VmRSS` in `status`")?;
    Ok(rss.trim().trim_end_matches(" kB").parse::<f64>()? / KIB_PER_MIB)
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let outcome = work();
    (started.elapsed(), outcome)
}

fn micros(time: Duration) -> f64 {
    rounded(time.as_secs_f64() * 1e6)
}

fn line(what: &str, items: usize, native: Duration, boxed: Duration, fuel: u64) -> serde_json::Value {
    let ns = |time: Duration| time.as_secs_f64() * 1e9 / number(items);
    let (own, boxed) = (ns(native), ns(boxed));
    let (ratio, fuel) = (boxed / own, fuel / items as u64);
    println!("{what}, {items:5} a call {own:9.0} {boxed:10.0} {ratio:8.2} {fuel:10}");
    json!({ "batch": items, "native_ns": rounded(own), "sandbox_ns": rounded(boxed), "ratio": rounded(ratio), "fuel": fuel })
}
