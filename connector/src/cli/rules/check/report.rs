//! A check in words: what is wrong first, then what the module says about itself.

use std::fmt::{self, Write};

use super::{Finding, Report, TIMES};
use crate::domain::Language;
use crate::rules::engine::RulesLimits;
use crate::rules::error::{AuthorFault, RuleError, SettingsFault, Usage};
use crate::rules::module::MAX_MODULE_BYTES;
use crate::rules::settings;
use crate::rules::words::Words;
use crate::rules::{Category, Manifest, Phrases, RuleModule};

/// Headroom below which a module is too near its limits: a longer post, or a newer compiler, would use it up.
const TIGHT: u64 = 3;

impl Report {
    /// The whole report in `language`; what concerns the code of a module stays in English.
    pub fn told(&self, language: Language) -> Result<String, fmt::Error> {
        let (words, mut out) = (Words(language), String::new());
        if self.accepted() {
            writeln!(out, "{}", words.say("check-yes"))?;
        } else {
            writeln!(out, "{}", words.say_with("check-no", [("count", self.count().into())]))?;
        }
        for (i, finding) in self.findings.iter().enumerate() {
            writeln!(out, "\n{}. {}", i + 1, finding.told(words).replace('\n', "\n   "))?;
        }
        writeln!(out)?;
        match &self.module {
            Some(module) => self.describe(module, words, &mut out)?,
            None => writeln!(out, "{}", words.say("check-not-tried"))?,
        }
        Ok(out)
    }

    /// What was checked, in a few lines of English: without settings, sentences and names.
    pub fn head(&self) -> String {
        let mut out = String::new();
        if let Some(module) = &self.module {
            // Writing to a string cannot fail.
            let _ = self.facts(module, Words(Language::En), &mut out);
        }
        out
    }

    fn facts(&self, module: &RuleModule, words: Words, out: &mut String) -> fmt::Result {
        let (manifest, tried) = (module.manifest(), &self.tried);
        let settings =
            if self.own_settings { module.settings_digest().to_owned() } else { words.say("check-settings-default") };
        let size = [("kib", self.bytes.div_ceil(1 << 10).into()), ("limit", (MAX_MODULE_BYTES >> 10).into())];
        let counts = [("posts", tried.posts.into()), ("candidates", tried.candidates.into()), ("times", TIMES.into())];
        let unsteady = |finding: &Finding| !matches!(finding, Finding::Fault(..));
        let limits = RulesLimits::default();
        let mut lines = vec![
            ("check-module", format!("{} {}", manifest.name, manifest.version)),
            ("check-size", words.say_with("check-size-value", size)),
            ("check-digest", module.digest().to_owned()),
            ("check-settings", settings),
            ("check-languages", manifest.languages.join(", ")),
            ("check-categories", categories(manifest)),
            ("check-referrals", manifest.referrals.join(", ")),
            ("check-tried", words.say_with("check-tried-value", counts)),
        ];
        if !self.findings.iter().any(unsteady) {
            lines.push(("check-same", words.say("check-same-yes")));
        }
        let fuel = |usage: Usage| headroom(words, usage.fuel, usage.fuel_limit, "");
        lines.extend(tried.read.map(|usage| ("check-fuel-read", fuel(usage))));
        lines.extend(tried.assess.map(|usage| ("check-fuel-assess", fuel(usage))));
        if tried.memory_bytes > 0 {
            let kib = |bytes: usize| (bytes >> 10) as u64;
            let memory = headroom(words, kib(tried.memory_bytes), kib(limits.memory_bytes), " KiB");
            lines.push(("check-memory", memory));
        }
        for (id, value) in lines {
            writeln!(out, "{:22} {value}", words.say(id))?;
        }
        Ok(())
    }

    /// How many things are wrong; each wrong setting is one, and each wrong field of the manifest.
    fn count(&self) -> usize {
        let faults = |finding: &Finding| match finding {
            Finding::Fault(RuleError::Author(fault), _) => match &**fault {
                AuthorFault::Manifest { faults } => faults.len(),
                _ => 1,
            },
            Finding::Fault(RuleError::Settings(SettingsFault::Misfit { faults, .. }), _) => faults.len(),
            _ => 1,
        };
        self.findings.iter().map(faults).sum()
    }

    fn describe(&self, module: &RuleModule, words: Words, out: &mut String) -> fmt::Result {
        self.facts(module, words, out)?;
        let manifest = module.manifest();
        known_settings(manifest, words, out)?;
        writeln!(out, "\n{}", words.say("check-sentences"))?;
        for reason in &manifest.reasons {
            phrases(out, &reason.id, &reason.sentences)?;
        }
        writeln!(out, "\n{}", words.say("check-names"))?;
        manifest.categories.iter().try_for_each(|category| phrases(out, &category.id, &category.labels))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Language::En)?)
    }
}

impl Finding {
    fn told(&self, words: Words) -> String {
        let with = |names: &[&str]| match names {
            [] => String::new(),
            names => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                let posts = words.alternatives(&names);
                format!("\n{}", words.say_with("check-finding-with", [("post", posts.into())]))
            }
        };
        match self {
            Self::Fault(RuleError::Settings(fault), _) => {
                format!("({}) {}", words.say("check-whose-settings"), fault.told(words.0))
            }
            Self::Fault(error, names) => {
                let whose = match error {
                    RuleError::Author(_) => "check-whose-author",
                    RuleError::Settings(_) => "check-whose-settings",
                    RuleError::Operator(_) => "check-whose-operator",
                };
                let mut text = format!("({}) {error}", words.say(whose));
                let mut cause = std::error::Error::source(error);
                while let Some(source) = cause {
                    let told = source.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
                    text = format!("{text}\ncause: {told}");
                    cause = source.source();
                }
                text + &with(names)
            }
            Self::Unsteady(function) => {
                let what = words.say_with("check-finding-unsteady", [("function", (*function).into())]);
                format!(
                    "({}) {what}\nhint: iterate over nothing whose order is by chance, such as a hash map",
                    words.say("check-whose-author")
                )
            }
            Self::Batch(function, names) => {
                let what = words.say_with("check-finding-batch", [("function", (*function).into())]);
                format!(
                    "({}) {what}{}\nhint: keep no state between the items of a batch",
                    words.say("check-whose-author"),
                    with(names)
                )
            }
        }
    }
}

/// What was used of a limit, and how often more would fit.
fn headroom(words: Words, used: u64, limit: u64, unit: &str) -> String {
    let times = limit / used.max(1);
    let [used, limit] = [used, limit].map(|number| format!("{}{unit}", grouped(number)));
    let values = [("used", used.into()), ("limit", limit.into()), ("times", times.into())];
    let text = words.say_with("check-headroom", values);
    if times < TIGHT { format!("{text}\n{:22} {}", "", words.say("check-tight")) } else { text }
}

/// A number with a thin gap between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let all: Vec<String> = (!head.is_empty()).then(|| head.to_owned()).into_iter().chain(groups).collect();
    all.join("\u{202f}")
}

fn categories(manifest: &Manifest) -> String {
    let name = |category: &Category| {
        if category.together { format!("{} (together)", category.id) } else { category.id.clone() }
    };
    manifest.categories.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The settings at the top of the module's schema.
fn known_settings(manifest: &Manifest, words: Words, out: &mut String) -> fmt::Result {
    let known = settings::described(manifest, words.0);
    if known.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", words.say("check-knows"))?;
    for (name, told) in known {
        let told: String = told.unwrap_or_default().chars().take(200).collect();
        writeln!(out, "  {:24} {told}", name.escape_debug().to_string())?;
    }
    Ok(())
}

fn phrases(out: &mut String, id: &str, phrases: &Phrases) -> fmt::Result {
    let lines = phrases.0.iter().enumerate();
    lines
        .map(|(i, (language, text))| (if i == 0 { id } else { "" }, language, text))
        .try_for_each(|(id, language, text)| writeln!(out, "  {id:24} {language:3} {text}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::check;
    use super::*;
    use crate::rules::RulesEngine;

    const STANDARD: &[u8] = include_bytes!("../../../../../wasm-rules/standard/standard.wasm");

    #[test]
    fn the_standard_module_is_accepted_with_threefold_room() {
        let report = check(&RulesEngine::new().unwrap(), STANDARD, None);
        let told = report.told(Language::En).unwrap();
        assert!(report.accepted() && !told.contains(&Words(Language::En).say("check-tight")), "{told}");
        assert!(told.contains("standard ") && told.contains("repeatable"), "{told}");
        assert!(report.tried.read.is_some() && report.tried.assess.is_some() && report.tried.memory_bytes > 0);
    }

    #[test]
    fn a_refusal_says_what_and_whose() {
        let report = check(&RulesEngine::new().unwrap(), b"\0asm\x01\0\0\0", None);
        assert!(!report.accepted());
        insta::assert_snapshot!(report.told(Language::En).unwrap());
    }

    #[test]
    fn wrong_settings_are_told_in_the_clerks_language_and_the_module_is_tried_all_the_same() {
        let report =
            check(&RulesEngine::new().unwrap(), STANDARD, Some("minimum_scor = 300\nexcluded_categories = [\"tuin\"]"));
        let told = report.told(Language::Nl).unwrap();
        assert!(!report.accepted() && told.contains("regel 1") && told.contains("regel 2"), "{told}");
        assert!(told.contains("`minimum_score`") && report.tried.read.is_some(), "{told}");
    }

    #[test]
    fn what_is_wrong_with_the_manifest_and_with_the_settings_stands_in_one_report() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/hostile");
        let cases = std::fs::read_to_string(fixtures.join("cases.tsv")).unwrap();
        let case = cases.lines().find(|line| line.ends_with("\ta name in capitals")).unwrap();
        let module = std::fs::read(fixtures.join(case.split('\t').nth(1).unwrap())).unwrap();
        let report = check(&RulesEngine::new().unwrap(), &module, Some("minimum_score = 1\n[broken"));
        let told = report.told(Language::En).unwrap();
        assert!(told.contains("2 things are") && told.contains("`name`") && told.contains("line 2"), "{told}");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped).map(|text| text.replace('\u{202f}', " ")),
            ["0", "999", "1 000", "1 234 567"]
        );
    }
}
