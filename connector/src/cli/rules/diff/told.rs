//! What is told of a comparison, in words of one language: the same in the terminal and on the page. Nothing of it
//! names a person or quotes a post.

use jiff::civil::Date;

use super::compare::{Change, Comparison, Cover, What, Why};
use super::recording::Recording;
use super::side::{Key, Said, Side};
use crate::matching::Limits;
use crate::rules::words::Words;
use crate::rules::{Manifest, Reason, RuleModule};

/// A comparison with everything that is needed to speak of it.
pub(super) struct Story<'a> {
    pub words: Words,
    pub recording: &'a Recording,
    pub source: Source,
    /// The bounds of matching.
    pub limits: Limits,
    /// Whether they are those of a configuration.
    pub configured: bool,
    pub sides: &'a [Side; 2],
    pub rules: [RulesName; 2],
    pub comparison: &'a Comparison,
}

/// Where posts come from, and what was told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// From a file; both sides are replayed.
    File,
    /// From a connector's store; both sides are replayed.
    Store,
    /// From a connector's store, which knows what both sides told; with the first and the last day.
    Shadow(Date, Date),
}

/// A set of rules, as people tell it from others.
#[derive(Debug, Clone)]
pub(super) struct RulesName {
    /// The name of the settings' file; none for the module's defaults.
    pub settings: Option<String>,
    pub module_digest: String,
    pub settings_digest: String,
}

impl RulesName {
    /// What `module` is called, with this name for its settings.
    pub fn of(module: &RuleModule, settings: Option<String>) -> Self {
        Self {
            settings,
            module_digest: module.digest().to_owned(),
            settings_digest: module.settings_digest().to_owned(),
        }
    }
}

impl Story<'_> {
    /// What was looked at.
    pub fn lead(&self) -> String {
        let (id, (from, to)) = match self.source {
            Source::Shadow(from, to) => ("diff-lead-shadow", (from, to)),
            _ => ("diff-lead", self.recording.days().unwrap_or_default()),
        };
        let with_posts = self.recording.neighbourhoods.iter().enumerate();
        let places =
            with_posts.filter(|(i, _)| self.recording.posts.iter().any(|post| post.neighbourhood == *i)).count();
        self.words.say_with(
            id,
            [
                ("posts", self.recording.posts.len().into()),
                ("places", places.into()),
                ("from", self.date(from).into()),
                ("to", self.date(to).into()),
            ],
        )
    }

    /// The rules of a side, by module, version and settings.
    pub fn rules(&self, side: usize) -> String {
        let manifest = &self.sides[side].manifest;
        let (module, version) = (manifest.name.as_str().into(), manifest.version.as_str().into());
        match &self.rules[side].settings {
            None => self.words.say_with("diff-rules-default", [("module", module), ("version", version)]),
            Some(file) => self
                .words
                .say_with("diff-rules-own", [("module", module), ("version", version), ("file", file.as_str().into())]),
        }
    }

    /// The answer in one sentence.
    pub fn answer(&self) -> String {
        let [old, new] = self.comparison.totals;
        if self.comparison.changes.is_empty() && old == new {
            return self.words.say("diff-answer-none");
        }
        self.words.say_with(
            "diff-answer",
            [
                ("helped", old.helped.into()),
                ("asks", old.asks.into()),
                ("share", self.share(old).into()),
                ("newhelped", new.helped.into()),
                ("newasks", new.asks.into()),
                ("newshare", self.share(new).into()),
            ],
        )
    }

    /// The share of those who ask that is helped.
    pub fn share(&self, cover: Cover) -> String {
        if cover.asks == 0 {
            "–".to_owned()
        } else {
            self.words.say_with("percent", [("value", cover.percent().into())])
        }
    }

    pub fn date(&self, date: Date) -> String {
        let year = date.year().to_string();
        self.words.say_with("date", [("day", date.day().into()), ("month", date.month().into()), ("year", year.into())])
    }

    /// What stays and what changes, each with its number.
    pub fn told(&self) -> [(&'static str, usize); 4] {
        let count = |what| self.comparison.count(what);
        [
            ("what-same", self.comparison.same),
            ("what-moves", count(What::Moves)),
            ("what-appears", count(What::Appears)),
            ("what-vanishes", count(What::Vanishes)),
        ]
    }

    /// What becomes of those who ask, each with its number.
    pub fn outcomes(&self) -> [(&'static str, usize); 5] {
        let outcomes = &self.comparison.outcomes;
        [
            ("outcome-same", outcomes.same),
            ("outcome-other", outcomes.other),
            ("outcome-gained", outcomes.gained),
            ("outcome-lost", outcomes.lost),
            ("outcome-without", outcomes.without),
        ]
    }

    /// The name of a category for people.
    pub fn category(&self, id: &str) -> String {
        let label = |side: &Side| label(&side.manifest, id, self.words);
        label(&self.sides[1]).or_else(|| label(&self.sides[0])).unwrap_or_else(|| id.to_owned())
    }

    pub fn language(&self, tag: &str) -> String {
        match tag {
            "nl" => self.words.say("language-nl"),
            "fr" => self.words.say("language-fr"),
            "en" => self.words.say("language-en"),
            other => other.to_owned(),
        }
    }

    /// The number that stands for a post.
    pub fn number(post: usize) -> String {
        (post + 1).to_string()
    }

    /// What a change is about.
    pub fn item(&self, change: &Change) -> String {
        // The side that tells it knows what it is about.
        let side = &self.sides[usize::from(change.what == What::Appears)];
        let list = |posts: &[usize]| {
            let numbers: Vec<String> = posts.iter().copied().map(Self::number).collect();
            match numbers.as_slice() {
                [before @ .., last] if !before.is_empty() => {
                    self.words.say_with("list", [("before", before.join(", ").into()), ("last", last.as_str().into())])
                }
                _ => numbers.concat(),
            }
        };
        let post = |post: &usize| ("post", Self::number(*post).into());
        match &change.key {
            Key::Suggestion { request, helper } => {
                let needs = &side.seen[*request].needs;
                let given = &side.seen[*helper].gives;
                let shared = needs.iter().find(|need| given.contains(need)).or_else(|| needs.first());
                let category = shared.map(|id| self.category(id)).unwrap_or_default();
                let (request, helper) = (Self::number(*request), Self::number(*helper));
                let values = [("request", request.into()), ("category", category.into()), ("helper", helper.into())];
                self.words.say_with("item-suggestion", values)
            }
            Key::Exchange(posts) => self.words.say_with("item-exchange", [("posts", list(posts).into())]),
            Key::Group(id, posts) => {
                let values = [("category", self.category(id).into()), ("posts", list(posts).into())];
                self.words.say_with("item-group", values)
            }
            Key::Crisis(index) => self.words.say_with("item-crisis", [post(index)]),
            Key::Report(index) => self.words.say_with("item-report", [post(index)]),
            Key::Referral(index, kind) => {
                let kind = match kind.as_str() {
                    "food-bank" | "home-care" | "social-services" | "repair-shop" => {
                        self.words.say(&format!("referral-{kind}"))
                    }
                    other => other.to_owned(),
                };
                self.words.say_with("item-referral", [post(index), ("kind", kind.into())])
            }
        }
    }

    /// How a change is called; a change of rank with both ranks.
    pub fn what(&self, change: &Change) -> String {
        let rank = |said: &Option<Said>| {
            let rank = said.as_ref().map_or(1, |said| said.rank);
            self.words.say_with("rank", [("rank", rank.into())])
        };
        match (change.what, &change.told) {
            (What::Moves, [old, new]) => {
                self.words.say_with("moved", [("from", rank(old).into()), ("to", rank(new).into())])
            }
            (What::Appears, _) => self.words.say("what-appears"),
            (What::Vanishes, _) => self.words.say("what-vanishes"),
        }
    }

    /// Why: what the other rules make of it, then the reasons of those who tell it, and their score.
    pub fn why(&self, change: &Change) -> String {
        let mut sentences = Vec::new();
        if let Some(why) = change.why {
            // The side that does not tell it is the one whose reason is asked for.
            let side = if change.what == What::Appears { "old" } else { "new" };
            sentences.push(self.cause(why, side, &change.posts()));
        }
        let teller = usize::from(change.what != What::Vanishes);
        if let Some(said) = &change.told[teller] {
            let mut reasons: Vec<String> = Vec::new();
            for reason in &said.reasons {
                let sentence = self.reason(&self.sides[teller].manifest, reason);
                reasons.extend((!reasons.contains(&sentence)).then_some(sentence));
            }
            reasons.extend(said.score.map(|score| self.words.say_with("scored", [("score", score.into())])));
            let reasons = reasons.join(" ");
            let vanished = change.what == What::Vanishes && !reasons.is_empty();
            sentences.push(if vanished {
                self.words.say_with("reasons-were", [("reasons", reasons.into())])
            } else {
                reasons
            });
        }
        sentences.join(" ")
    }

    fn cause(&self, why: Why, side: &'static str, posts: &[usize]) -> String {
        let id = match why {
            Why::Request(role) | Why::Helper(role) => {
                let wrong = |post: &&usize| self.sides[usize::from(side == "new")].seen[**post].role == role;
                let post = posts.iter().find(wrong).or(posts.first()).copied().unwrap_or_default();
                let role = self.words.say(&format!("role-{role:?}"));
                let values = [("side", side.into()), ("post", Self::number(post).into()), ("role", role.into())];
                return self.words.say_with("why-request", values);
            }
            Why::OtherHelp => "why-other-help",
            Why::NoFit => "why-no-fit",
            Why::OthersFirst => "why-others-first",
        };
        self.words.say_with(id, [("side", side.into())])
    }

    fn reason(&self, manifest: &Manifest, reason: &Reason) -> String {
        let code = &manifest.reasons[usize::from(reason.code)];
        let sentence = code.sentences.get(self.words.0).unwrap_or(&code.id);
        let mut text = sentence.to_owned();
        for (i, argument) in reason.arguments.iter().enumerate() {
            text = text.replace(&format!("{{{i}}}"), &argument.to_string());
        }
        text
    }

    /// How the figures came about, and what they do not tell.
    pub fn method(&self) -> Vec<String> {
        let shadow = matches!(self.source, Source::Shadow(..));
        let mut lines = vec![self.words.say(if shadow { "how-shadow" } else { "how-days" })];
        let Limits { tasks_per_helper, minimum_score, .. } = self.limits;
        let whose = if self.configured { "own" } else { "default" };
        let limits = [("whose", whose.into()), ("tasks", tasks_per_helper.into()), ("score", minimum_score.into())];
        // A connector works with its own, whatever the defaults are.
        lines.extend((self.configured || !shadow).then(|| self.words.say_with("how-limits", limits)));
        lines.extend((self.source != Source::File).then(|| self.words.say("how-store")));
        lines.push(self.words.say("how-real"));
        lines
    }

    /// The load of a side in one line.
    pub fn load(&self, side: usize) -> String {
        let load = &self.comparison.load[side];
        let helpers: usize = load.helpers.iter().sum();
        let name = if side == 0 { "old" } else { "new" };
        let values = [("side", name.into()), ("helpers", helpers.into()), ("most", load.most.into())];
        self.words.say_with("load-note", values)
    }
}

fn label(manifest: &Manifest, id: &str, words: Words) -> Option<String> {
    let category = manifest.categories.iter().find(|category| category.id == id)?;
    category.labels.get(words.0).map(str::to_owned)
}
