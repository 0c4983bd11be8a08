//! Tells an author whether production would take a module, and a clerk what it could say to a concierge.

use std::fmt;

use jiff::civil::date;

use crate::domain::{LocalTime, PostKind, Private};
use crate::rules::{Candidate, Manifest, Phrases, Question, RuleError, RuleModule, RulePost, RulesEngine};

/// The outcome of a check.
pub(super) struct Report {
    bytes: usize,
    outcome: Result<Accepted, Refusal>,
}

struct Accepted {
    module: RuleModule,
    posts: usize,
    candidates: usize,
}

enum Refusal {
    Fault(RuleError),
    /// The same posts were read or judged differently when others were in the batch, or the second time.
    Unsteady(&'static str),
}

impl From<RuleError> for Refusal {
    fn from(error: RuleError) -> Self {
        Self::Fault(error)
    }
}

impl Report {
    /// Whether production would take the module.
    pub fn accepted(&self) -> bool {
        self.outcome.is_ok()
    }

    /// The module, where production would take it.
    pub fn module(&self) -> Option<&RuleModule> {
        self.outcome.as_ref().ok().map(|accepted| &accepted.module)
    }

    /// What was checked, in a few lines: without settings, sentences and names.
    pub fn head(&self) -> String {
        struct Head<'a>(&'a Accepted, usize);
        impl fmt::Display for Head<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.head(f, self.1)
            }
        }
        self.outcome.as_ref().map(|accepted| Head(accepted, self.bytes).to_string()).unwrap_or_default()
    }
}

/// Loads the module as production would, and tries it.
pub(super) fn check(engine: &RulesEngine, bytes: &[u8], settings: Option<&str>) -> Report {
    let outcome = RuleModule::load(engine, bytes, settings).map_err(Refusal::from).and_then(probe);
    Report { bytes: bytes.len(), outcome }
}

/// Reads and judges the probes in one batch and one by one: a module must not remember what it saw before.
fn probe(module: RuleModule) -> Result<Accepted, Refusal> {
    let posts = probes();
    let readings = module.read(&posts)?;
    for (post, reading) in posts.iter().zip(&readings) {
        if module.read(std::slice::from_ref(post))?[0] != *reading {
            return Err(Refusal::Unsteady("read"));
        }
    }
    let now = LocalTime(date(2026, 3, 4).at(12, 0, 0, 0));
    let candidates: Vec<_> =
        readings.iter().map(|offer| Candidate { offer, load: 1, same_area: true, helped_before: 0 }).collect();
    let question = |request| Question { request, now, candidates: candidates.clone() };
    let questions: Vec<_> = readings.iter().map(question).collect();
    let verdicts = module.assess(&questions)?;
    for (question, verdicts) in questions.iter().zip(&verdicts) {
        if module.assess(std::slice::from_ref(question))?[0] != *verdicts {
            return Err(Refusal::Unsteady("assess"));
        }
    }
    Ok(Accepted { posts: posts.len(), candidates: questions.len() * candidates.len(), module })
}

/// Posts that modules have trouble with: nothing, too much, no letters, several scripts and directions, placeholders.
fn probes() -> Vec<RulePost> {
    let long = "kan iemand mij zaterdag helpen met de haag, ik heb zelf geen ladder ".repeat(80);
    let texts = [
        "",
        " ",
        "?",
        "👩‍👩‍👧‍👦🙏🏽🇧🇪",
        "e\u{301}\u{301}\u{301}\u{301} \u{202e}plaats \u{0} \u{feff}",
        "مرحبا، هل يمكن لأحد مساعدتي؟ Спасибо 谢谢",
        "Bel [phone] of mail [email], zie [link], [address], [iban]. Groetjes [name]",
        "Wie brengt er zaterdagvoormiddag een pak water mee? Om 99u99 op 31/02/0000 voor 1e308 euro.",
        "Je peux garder vos enfants le mercredi après-midi, sauf le 32 mars.",
        "Can anybody walk my dog tomorrow evening? I can cook for you in return.",
        &long[..5_000],
    ];
    let kinds = [None, Some(PostKind::Question), Some(PostKind::Offer), Some(PostKind::Lend), Some(PostKind::Event)];
    let post = |(text, kind): (&&str, &Option<PostKind>)| RulePost {
        kind: *kind,
        title: kind.is_some().then(|| Private::new("Hulp")),
        text: Private::new(*text),
        written: LocalTime(date(2024, 2, 29).at(23, 59, 0, 0)),
    };
    texts.iter().zip(kinds.iter().cycle()).map(post).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(accepted) => {
                accepted.describe(f, self.bytes)?;
                writeln!(f, "accepted: production would take this module with these settings")
            }
            Err(Refusal::Fault(error)) => {
                let whose = match error {
                    RuleError::Author(_) => "the author of the module can put this right",
                    RuleError::Settings(_) => "the keeper of the settings can put this right",
                    RuleError::Operator(_) => "this is the machine's trouble, not the module's",
                };
                writeln!(f, "refused: {error}")?;
                let mut cause = std::error::Error::source(error);
                while let Some(source) = cause {
                    writeln!(f, "cause: {source}")?;
                    cause = source.source();
                }
                writeln!(f, "note: {whose}")
            }
            Err(Refusal::Unsteady(function)) => writeln!(
                f,
                "refused: `{function}` answers the same input differently when it stands alone and in a batch\nhint: \
                 keep no state between the items of a batch, and iterate over nothing whose order is by chance"
            ),
        }
    }
}

impl Accepted {
    fn head(&self, f: &mut fmt::Formatter<'_>, bytes: usize) -> fmt::Result {
        let manifest = self.module.manifest();
        writeln!(f, "module      {} {}", manifest.name, manifest.version)?;
        writeln!(f, "size        {} KiB", bytes.div_ceil(1 << 10))?;
        writeln!(f, "digest      {}", self.module.digest())?;
        writeln!(f, "settings    {}", self.module.settings_digest())?;
        writeln!(f, "languages   {}", manifest.languages.join(", "))?;
        writeln!(f, "categories  {}", categories(manifest))?;
        writeln!(f, "referrals   {}", manifest.referrals.join(", "))?;
        writeln!(f, "tried       {} posts read, {} candidates judged", self.posts, self.candidates)
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>, bytes: usize) -> fmt::Result {
        self.head(f, bytes)?;
        let manifest = self.module.manifest();
        settings(f, manifest)?;
        writeln!(f, "\nsentences that a concierge can read:")?;
        for reason in &manifest.reasons {
            phrases(f, &reason.id, &reason.sentences)?;
        }
        writeln!(f, "\nnames of categories:")?;
        manifest.categories.iter().try_for_each(|category| phrases(f, &category.id, &category.labels))?;
        writeln!(f)
    }
}

fn categories(manifest: &Manifest) -> String {
    let name = |category: &crate::rules::Category| {
        if category.together { format!("{} (together)", category.id) } else { category.id.clone() }
    };
    manifest.categories.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The settings that the module's schema names at its top.
fn settings(f: &mut fmt::Formatter<'_>, manifest: &Manifest) -> fmt::Result {
    let Some(known) = manifest.settings_schema["properties"].as_object() else { return Ok(()) };
    writeln!(f, "\nsettings that it knows:")?;
    for (name, schema) in known {
        let told = schema["description"].as_str().or(schema["title"].as_str()).unwrap_or_default();
        // The schema is the module's text: it must not move the cursor of a terminal.
        let told: String = told.chars().filter(|c| !c.is_control()).take(200).collect();
        writeln!(f, "  {:24} {told}", name.escape_debug().to_string())?;
    }
    Ok(())
}

fn phrases(f: &mut fmt::Formatter<'_>, id: &str, phrases: &Phrases) -> fmt::Result {
    let lines = phrases.0.iter().enumerate();
    lines
        .map(|(i, (language, text))| (if i == 0 { id } else { "" }, language, text))
        .try_for_each(|(id, language, text)| writeln!(f, "  {id:24} {language:3} {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_module_is_accepted() {
        let engine = RulesEngine::new().unwrap();
        let bytes = include_bytes!("../../../../wasm-rules/standard/standard.wasm");
        let report = check(&engine, bytes, None);
        assert!(report.accepted(), "{report}");
        assert!(report.to_string().contains("module      standard "), "{report}");
    }

    #[test]
    fn a_refusal_says_what_and_whose() {
        let engine = RulesEngine::new().unwrap();
        let report = check(&engine, b"\0asm\x01\0\0\0", None);
        assert!(!report.accepted());
        insta::assert_snapshot!(report.to_string(), @r"
        refused: the rule module is a core WebAssembly module, not a component
        hint: build with `wasm-component-ld` as the linker, as `wasm-rules/README.md` shows
        note: the author of the module can put this right
        ");
    }
}
