//! `koppelaar rules test`: holds a module against fixtures, and explains every surprise.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use indicatif::ProgressBar;

use super::explain::Words;
use super::fixture::{self, Expected, Fixture};
use super::{Rules, print, snapshot};
use crate::domain::{Language, LocalTime, PostId};
use crate::matching::explain::Explanation;
use crate::matching::{self, History, Limits, OpenPost, Plan};
use crate::rules::{Manifest, Question, Reader, RuleError};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// The folder with the fixtures: `*.toml` files in it, or in a folder `fixtures` in it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The rule module; without it, the one `*.wasm` file in DIR, else the standard module
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// The settings, for fixtures that have none of their own; without it, the module's own defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

/// Runs every fixture of the folder, and prints what did not come as expected.
pub(super) fn run(args: &TestArgs) -> anyhow::Result<ExitCode> {
    let fixtures = fixture::load_all(&args.folder)?;
    let path = match &args.module {
        Some(path) => Some(path.clone()),
        None => only_module(&args.folder)?,
    };
    let (module, standard) = Rules { module: path.clone(), settings: args.settings.clone() }.load()?;
    let manifest = module.manifest();
    let of = path.map_or_else(|| "built in".to_owned(), |path| path.display().to_string());
    let mut told = format!("module  {} {} ({of})\n", manifest.name, manifest.version);
    let (mut passed, mut failed) = (0, 0);
    for fixture in &fixtures {
        let named = || format!("fixture `{}`", fixture.path.display());
        let module = match &fixture.settings {
            Some(settings) => module.with_settings(Some(settings)).with_context(named)?,
            None => module.clone(),
        };
        let reader = Reader::new(module, &standard);
        let outcome = Outcome::of(&reader, fixture).with_context(named)?;
        let failures: Vec<_> = fixture
            .expectations
            .iter()
            .filter_map(|expectation| Some((expectation.line, outcome.failure(&expectation.what)?)))
            .collect();
        failed += failures.len();
        passed += fixture.expectations.len() - failures.len();
        let word = if failures.is_empty() { "ok" } else { "FAIL" };
        let _ = writeln!(told, "{word:6}  {}", fixture.path.display());
        for (line, failure) in failures {
            let _ = writeln!(told, "\n  {}:{line}\n{failure}", fixture.path.display());
        }
    }
    print(|out| write!(out, "{told}\n{passed} passed, {failed} failed\n"))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The module that a project's build left in its folder.
fn only_module(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut modules = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    let first = modules.next();
    anyhow::ensure!(
        modules.next().is_none(),
        "`{}` has several modules\nhint: name one with `--module`",
        folder.display()
    );
    Ok(first)
}

/// What came of a fixture's posts.
struct Outcome<'a> {
    manifest: &'a Manifest,
    limits: Limits,
    posts: Vec<OpenPost>,
    plan: Plan,
    explanations: Vec<Explanation>,
}

impl<'a> Outcome<'a> {
    fn of(reader: &'a Reader, fixture: &Fixture) -> Result<Self, RuleError> {
        let readings = snapshot::read(reader, &fixture.posts, &ProgressBar::hidden())?;
        let snapshot = snapshot::by_neighbourhood(&fixture.posts, readings).swap_remove(0);
        let (manifest, history) = (reader.module().manifest(), History::default());
        let limits = if fixture.now.is_some() { Limits::default() } else { snapshot::limits() };
        let now = fixture.now.map_or_else(|| snapshot.now(), LocalTime);
        let assess = |questions: &[Question<'_>]| reader.module().assess(questions);
        let ranking = matching::rank(&snapshot.posts, None, &history, now, &limits, manifest, assess)?;
        let plan = ranking.plan();
        let explanations = ranking.explain(&plan, now, assess)?;
        drop(ranking);
        Ok(Self { manifest, limits, posts: snapshot.posts, plan, explanations })
    }

    /// What was expected, what came, and why; none when it came as expected.
    fn failure(&self, expected: &Expected) -> Option<String> {
        if self.holds(expected) {
            return None;
        }
        let words = Words { manifest: self.manifest, limits: &self.limits, language: Language::En };
        let about = expected.posts();
        let mut told = format!("    expected  {}\n    came      {}", in_words(expected), self.came(about[0]));
        for id in &about {
            if let Some(post) = self.posts.iter().find(|post| post.id == **id) {
                let _ = write!(told, "\n    {id}  {}", words.reading(post));
            }
        }
        let whole_ring = matches!(expected, Expected::Exchange { .. });
        for explanation in &self.explanations {
            if explanation.request == *about[0] || (whole_ring && about.contains(&&explanation.request)) {
                for line in words.explanation(explanation) {
                    let _ = write!(told, "\n    for {}: {line}", explanation.request);
                }
            }
        }
        Some(told)
    }

    fn holds(&self, expected: &Expected) -> bool {
        let plan = &self.plan;
        match expected {
            Expected::Suggest { request, helpers, reasons } => {
                plan.suggestions.iter().filter(|pairing| pairing.request == *request).any(|pairing| {
                    let named = pairing.helpers.iter().map(|helper| &helper.post);
                    let given = |id: &String| {
                        let given = pairing.helpers[0].reasons.iter();
                        given.map(|reason| &self.manifest.reasons[usize::from(reason.code)].id).any(|given| given == id)
                    };
                    named.take(helpers.len()).eq(helpers) && reasons.iter().all(given)
                })
            }
            Expected::Nobody { request } => {
                let together = self.together().any(|posts| posts.contains(request));
                !together && !plan.suggestions.iter().any(|pairing| pairing.request == *request)
            }
            Expected::Never { request, helper } => {
                let fate = self.explanations.iter().filter(|explained| explained.request == *request);
                let mut candidates = fate.flat_map(|explained| &explained.candidates);
                !candidates.any(|candidate| candidate.helper == *helper && candidate.fate.is_suggested())
            }
            Expected::Refer { post, kind } => {
                let with_suggestion = plan
                    .suggestions
                    .iter()
                    .any(|pairing| pairing.request == *post && pairing.referral.as_ref() == Some(kind));
                with_suggestion || plan.referrals.iter().any(|(told, to)| told == post && to == kind)
            }
            Expected::Report { post } => plan.reports.contains(post),
            Expected::Crisis { post } => plan.crises.contains(post),
            Expected::Exchange { posts } => plan.exchanges.iter().any(|ring| same(&ring.posts, posts)),
            Expected::Group { posts } => plan.groups.iter().any(|group| same(&group.posts, posts)),
            Expected::Silence { post } => !plan.posts().any(|told| told == post),
        }
    }

    fn together(&self) -> impl Iterator<Item = &Vec<PostId>> {
        let rings = self.plan.exchanges.iter().map(|ring| &ring.posts);
        rings.chain(self.plan.groups.iter().map(|group| &group.posts))
    }

    /// What the concierge is told of `post`.
    fn came(&self, post: &PostId) -> String {
        let plan = &self.plan;
        let suggestions = plan.suggestions.iter().filter_map(|pairing| {
            let named: Vec<_> = pairing.helpers.iter().map(|helper| format!("`{}`", helper.post)).collect();
            if pairing.request == *post {
                let referral = pairing.referral.as_ref().map(|kind| format!(", referred to `{kind}` beside it"));
                Some(format!("{} suggested for `{post}`{}", named.join(", "), referral.unwrap_or_default()))
            } else {
                let helps = pairing.helpers.iter().any(|helper| helper.post == *post);
                helps.then(|| format!("`{post}` suggested for `{}`", pairing.request))
            }
        });
        let exchanges = plan.exchanges.iter().filter(|ring| ring.posts.contains(post));
        let exchanges = exchanges.map(|ring| format!("{} in an exchange", list(&ring.posts)));
        let groups = plan.groups.iter().filter(|group| group.posts.contains(post));
        let groups = groups.map(|group| format!("{} in a group", list(&group.posts)));
        let crises = plan.crises.iter().filter(|told| *told == post).map(|post| format!("`{post}` told as a crisis"));
        let referrals = plan.referrals.iter().filter(|(told, _)| told == post);
        let referrals = referrals.map(|(post, kind)| format!("`{post}` referred to `{kind}`"));
        let reports = plan.reports.iter().filter(|told| *told == post).map(|post| format!("`{post}` told as a report"));
        let came: Vec<_> =
            suggestions.chain(exchanges).chain(groups).chain(crises).chain(referrals).chain(reports).collect();
        if came.is_empty() { format!("nothing about `{post}`") } else { came.join("; ") }
    }
}

fn same(a: &[PostId], b: &[PostId]) -> bool {
    a.len() == b.len() && a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>()
}

fn list(posts: &[PostId]) -> String {
    posts.iter().map(|post| format!("`{post}`")).collect::<Vec<_>>().join(", ")
}

fn in_words(expected: &Expected) -> String {
    match expected {
        Expected::Suggest { request, helpers, reasons } => {
            let because =
                if reasons.is_empty() { String::new() } else { format!(", because of {}", reasons.join(", ")) };
            format!("{} suggested for `{request}`{because}", list(helpers))
        }
        Expected::Nobody { request } => format!("nobody for `{request}`"),
        Expected::Never { request, helper } => format!("not `{helper}` for `{request}`"),
        Expected::Refer { post, kind } => format!("`{post}` referred to `{kind}`"),
        Expected::Report { post } => format!("`{post}` told as a report"),
        Expected::Crisis { post } => format!("`{post}` told as a crisis"),
        Expected::Exchange { posts } => format!("{} in an exchange", list(posts)),
        Expected::Group { posts } => format!("{} in a group", list(posts)),
        Expected::Silence { post } => format!("nothing about `{post}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTS: &str = r#"
[[post]]
id = "asks"
text = "Wie kan zaterdag mijn gras maaien?"
[[post]]
id = "helps"
text = "Ik maai graag het gras van een buur."
[[post]]
id = "tells"
text = "Zaterdag is het rommelmarkt in de straat."
"#;

    /// What `rules test` says of the standard module with these expectations, one for each that fails.
    fn failures(expectations: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one.toml"), format!("{POSTS}{expectations}")).unwrap();
        let (module, standard) = Rules { module: None, settings: None }.load().unwrap();
        let reader = Reader::new(module, &standard);
        let fixtures = fixture::load_all(folder.path()).unwrap();
        let outcome = Outcome::of(&reader, &fixtures[0]).unwrap();
        fixtures[0].expectations.iter().filter_map(|expectation| outcome.failure(&expectation.what)).collect()
    }

    #[test]
    fn what_comes_as_expected_passes() {
        let expectations = r#"
[[expect]]
suggest = "helps"
for = "asks"
reasons = ["same-help"]
[[expect]]
silence = "tells"
[[expect]]
nobody = "tells"
[[expect]]
never = "tells"
for = "asks"
"#;
        assert!(failures(expectations).is_empty(), "{:?}", failures(expectations));
    }

    #[test]
    fn a_failure_says_what_was_expected_what_came_and_why() {
        let expectations = r#"
[[expect]]
suggest = "tells"
for = "asks"
[[expect]]
nobody = "asks"
[[expect]]
never = "helps"
for = "asks"
[[expect]]
refer = "food-bank"
for = "asks"
[[expect]]
report = "tells"
[[expect]]
crisis = "tells"
[[expect]]
exchange = ["asks", "helps"]
[[expect]]
group = ["asks", "helps"]
[[expect]]
silence = "helps"
[[expect]]
suggest = ["helps", "tells"]
for = "asks"
[[expect]]
suggest = "helps"
for = "asks"
reasons = ["each-other"]
"#;
        let failures = failures(expectations);
        assert_eq!(failures.len(), 11, "{failures:?}");
        // What the standard module reads and why it scores changes with its model.
        let filters =
            vec![(r"\b\d{3,4}\b", "[n]"), (r"((tells|asks)  ).*", "$1[reading]"), (r"One offers.*", "[reasons]")];
        insta::with_settings!({filters => filters}, {
            insta::assert_snapshot!(failures[0], @r"
            expected  `tells` suggested for `asks`
            came      `helps` suggested for `asks`
            asks  [reading]
            tells  [reading]
            for asks: suggested  [n]  helps  [reasons]
            ");
        });
    }

    #[test]
    fn the_one_module_of_a_folder_is_taken_and_of_two_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(only_module(folder.path()).unwrap(), None);
        fs::write(folder.path().join("a.wasm"), "").unwrap();
        assert_eq!(only_module(folder.path()).unwrap(), Some(folder.path().join("a.wasm")));
        fs::write(folder.path().join("b.wasm"), "").unwrap();
        assert!(only_module(folder.path()).unwrap_err().to_string().contains("hint: name one with `--module`"));
    }
}
