//! The sections of the file, each setting with its bounds.

use std::time::Duration;

use reqwest::Url;

use super::reader::{Reader, Section, Setting};
use super::{
    LogFormat, LogSettings, MatchingSettings, PlatformSettings, PollingSettings, RulesSettings, StoreSettings,
};
use crate::platform::http::{BaseUrlError, Timeouts, check_base_url};
use crate::rules::engine::{CacheFolder, RulesLimits};
use crate::rules::limits::{MAX_MEMORY_BYTES, MAX_MODULE_BYTES};
use crate::rules::signature::TrustedKey;

/// The most keys whose signatures are accepted: each municipality can have a few.
const TRUSTED_KEYS_LIMIT: usize = 2_000;

pub(super) fn platform(reader: &mut Reader<'_>) -> PlatformSettings {
    let default = PlatformSettings::default();
    let mut section = reader.section("platform");
    PlatformSettings {
        base_url: base_url(&mut section).unwrap_or(default.base_url),
        timeouts: Timeouts {
            connect: seconds(&mut section, "connect_timeout_secs", default.timeouts.connect, 1, 60),
            idle: seconds(&mut section, "idle_timeout_secs", default.timeouts.idle, 1, 120),
            total: seconds(&mut section, "total_timeout_secs", default.timeouts.total, 1, 300),
        },
    }
}

pub(super) fn polling(reader: &mut Reader<'_>) -> PollingSettings {
    let default = PollingSettings::default();
    let mut section = reader.section("polling");
    PollingSettings {
        neighbourhood_interval: seconds(
            &mut section,
            "neighbourhood_interval_secs",
            default.neighbourhood_interval,
            1,
            86_400,
        ),
        inbox_interval: seconds(&mut section, "inbox_interval_secs", default.inbox_interval, 1, 86_400),
        neighbourhoods_refresh: seconds(
            &mut section,
            "neighbourhoods_refresh_secs",
            default.neighbourhoods_refresh,
            60,
            7 * 86_400,
        ),
        concurrency: number(&mut section, "concurrency", default.concurrency, 1, 256),
    }
}

pub(super) fn store(reader: &mut Reader<'_>) -> StoreSettings {
    let mut section = reader.section("store");
    let Some(Setting { value, place }) = section.text("url") else { return StoreSettings::default() };
    match value.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => StoreSettings { url: value },
        // Not repeated: an address of another database can hold a password.
        _ => {
            let hint = "for example `sqlite:koppelaar.sqlite`".to_owned();
            section.report(place, "url", "must be `sqlite:` and the path of a file".to_owned(), Some(hint));
            StoreSettings::default()
        }
    }
}

pub(super) fn rules(reader: &mut Reader<'_>) -> RulesSettings {
    let RulesSettings { limits, cache, cache_bytes, compiler, faults_per_hour, .. } = RulesSettings::default();
    let mut section = reader.section("rules");
    let limits = RulesLimits {
        fuel_per_post: number(&mut section, "fuel_per_post", limits.fuel_per_post, 10_000, 10_000_000_000),
        fuel_per_candidate: number(&mut section, "fuel_per_candidate", limits.fuel_per_candidate, 1_000, 1_000_000_000),
        memory_bytes: mebibytes(&mut section, "memory_mib", limits.memory_bytes, 4, MAX_MEMORY_BYTES >> 20),
        table_elements: number(&mut section, "table_elements", limits.table_elements, 1_000, 1_000_000),
        answer_bytes: mebibytes(&mut section, "answer_mib", limits.answer_bytes, 1, 64),
        module_bytes: mebibytes(&mut section, "module_mib", limits.module_bytes, 1, MAX_MODULE_BYTES >> 20),
        call_time: seconds(&mut section, "call_secs", limits.call_time, 1, 600),
        compile_cpu_secs: number(&mut section, "compile_cpu_secs", limits.compile_cpu_secs, 1, 600),
        compile_memory_bytes: mebibytes(&mut section, "compile_memory_mib", limits.compile_memory_bytes, 256, 65_536),
    };
    let cache = match section.text("cache").as_ref().map(|setting| setting.value.as_str()) {
        None => cache,
        Some("auto") => CacheFolder::Users,
        Some("none") => CacheFolder::None,
        Some(folder) => CacheFolder::Named(folder.into()),
    };
    RulesSettings {
        limits,
        cache,
        cache_bytes: mebibytes(&mut section, "cache_mib", cache_bytes, 16, 1_048_576),
        compiler,
        faults_per_hour: number(&mut section, "faults_per_hour", faults_per_hour, 1, 1_000),
        trusted_keys: trusted_keys(&mut section),
    }
}

fn trusted_keys(section: &mut Section<'_, '_>) -> Vec<TrustedKey> {
    const KEY: &str = "trusted_keys";
    let Some(Setting { value, place }) = section.texts(KEY) else { return Vec::new() };
    if value.len() > TRUSTED_KEYS_LIMIT {
        section.report(place, KEY, format!("has more than {TRUSTED_KEYS_LIMIT} entries"), None);
        return Vec::new();
    }
    let keys = value.iter().filter_map(|text| {
        let key = TrustedKey::parse(text.trim());
        if key.is_none() {
            // Not repeated: whoever mistakes the two files has put a secret key here.
            let problem = "holds an entry that is no public key of minisign".to_owned();
            let hint = "the second line of `minisign.pub`: 56 characters that begin with `RW`".to_owned();
            section.report(place.clone(), KEY, problem, Some(hint));
        }
        key
    });
    keys.collect()
}

pub(super) fn matching(reader: &mut Reader<'_>) -> MatchingSettings {
    let default = MatchingSettings::default();
    let mut section = reader.section("matching");
    MatchingSettings {
        request_days: number(&mut section, "request_days", default.request_days, 1, 365),
        offer_days: number(&mut section, "offer_days", default.offer_days, 1, 730),
        tasks_per_helper_in_four_weeks: number(
            &mut section,
            "tasks_per_helper_in_four_weeks",
            default.tasks_per_helper_in_four_weeks,
            1,
            100,
        ),
        minimum_score: number(&mut section, "minimum_score", default.minimum_score, 0, 1000),
        alternates: number(&mut section, "alternates", default.alternates, 0, 2),
        visits_per_pair_in_four_weeks: number(
            &mut section,
            "visits_per_pair_in_four_weeks",
            default.visits_per_pair_in_four_weeks,
            1,
            28,
        ),
    }
}

pub(super) fn log(reader: &mut Reader<'_>) -> LogSettings {
    use tracing::Level;
    let default = LogSettings::default();
    let mut section = reader.section("log");
    LogSettings {
        format: section.word("format", default.format, &[("text", LogFormat::Text), ("json", LogFormat::Json)]),
        level: section.word(
            "level",
            default.level,
            &[
                ("error", Level::ERROR),
                ("warn", Level::WARN),
                ("info", Level::INFO),
                ("debug", Level::DEBUG),
                ("trace", Level::TRACE),
            ],
        ),
    }
}

fn base_url(section: &mut Section<'_, '_>) -> Option<Url> {
    let Setting { value, place } = section.text("base_url")?;
    let hint = Some("for example `https://platform.example`".to_owned());
    let Ok(url) = Url::parse(&value) else {
        section.report(place, "base_url", format!("is `{value}`; it must be an address"), hint);
        return None;
    };
    match check_base_url(&url) {
        Ok(()) => Some(url),
        Err(error @ BaseUrlError::Credentials) => {
            let hint = Some("credentials belong to a `[[municipality]]`".to_owned());
            section.report(place, "base_url", error.to_string(), hint);
            None
        }
        Err(error) => {
            section.report(place, "base_url", format!("is `{value}`, which {error}"), hint);
            None
        }
    }
}

fn seconds(section: &mut Section<'_, '_>, key: &'static str, default: Duration, least: u64, most: u64) -> Duration {
    Duration::from_secs(section.integer(key, default.as_secs(), least..=most))
}

/// A size that the file gives in MiB, in bytes.
fn mebibytes<T>(section: &mut Section<'_, '_>, key: &'static str, default: T, least: u64, most: impl TryInto<u64>) -> T
where
    T: Copy + TryFrom<u64> + TryInto<u64>,
{
    let shown = default.try_into().unwrap_or(u64::MAX) >> 20;
    let most = most.try_into().unwrap_or(u64::MAX);
    T::try_from(section.integer(key, shown, least..=most) << 20).unwrap_or(default)
}

/// A whole number of any type whose values include the bounds.
fn number<T>(section: &mut Section<'_, '_>, key: &'static str, default: T, least: u64, most: u64) -> T
where
    T: Copy + TryFrom<u64> + TryInto<u64>,
{
    let shown = default.try_into().unwrap_or(most);
    T::try_from(section.integer(key, shown, least..=most)).unwrap_or(default)
}
