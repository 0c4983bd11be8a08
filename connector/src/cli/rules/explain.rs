//! `koppelaar rules run --explain`: for each request who was weighed, and what came of it, in words.

use std::fmt::{self, Write};

use super::posts::PostLine;
use super::snapshot::{self, Snapshot};
use crate::domain::Language;
use crate::matching::explain::{Candidate, Explanation, Fate, Silence};
use crate::matching::{self, History, Limits, OpenPost, Plan};
use crate::rules::meter::{Calls, Spent};
use crate::rules::{Intent, Manifest, Question, Reader, Reason, RuleError, Weighted};

/// The most candidates of a request that are shown although they are not suggested.
const MAX_NOT_SUGGESTED: usize = 10;
/// The most characters of a post that are shown.
const EXCERPT_CHARS: usize = 90;
/// How far the lines below a request stand to the right.
const INDENT: &str = "    ";

/// What is printed.
pub(super) struct Explained {
    neighbourhoods: Vec<String>,
    spent: Spent,
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.neighbourhoods.iter().try_for_each(|told| writeln!(f, "{told}"))?;
        writeln!(f, "fuel of the calls (about one instruction a unit; the second reading of the host not counted)")?;
        calls(f, "read", &self.spent.read, "post")?;
        calls(f, "assess", &self.spent.assess, "candidate")
    }
}

fn calls(f: &mut fmt::Formatter<'_>, function: &str, calls: &Calls, item: &str) -> fmt::Result {
    let Calls { count, items, fuel, memory_bytes } = *calls;
    let each = fuel.checked_div(items).unwrap_or(0);
    let plural = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let (items, count) = (plural(items, item), plural(count, "call"));
    writeln!(f, "  {function:7} {items} in {count}: {fuel} fuel, {each} a {item}; {} KiB of memory", memory_bytes >> 10)
}

/// Reads and matches `posts` as `rules run --assigned` does, and tells why; reasons in `language`.
pub(super) fn explain(reader: &Reader, posts: &[PostLine], language: Language) -> Result<Explained, RuleError> {
    let progress = snapshot::progress(posts.len());
    let readings = snapshot::read(reader, posts, &progress)?;
    progress.finish_and_clear();
    let manifest = reader.module().manifest();
    let (limits, history) = (snapshot::limits(), History::default());
    let mut neighbourhoods = Vec::new();
    // What was asked to explain is left out: production does not ask it.
    let mut spent = Spent::default();
    for snapshot in snapshot::by_neighbourhood(posts, readings) {
        let assess = |questions: &[Question<'_>]| reader.module().assess(questions);
        let before = reader.module().spent().assess;
        let ranking = matching::rank(&snapshot.posts, None, &history, snapshot.now(), &limits, manifest, assess)?;
        add(&mut spent.assess, &before, &reader.module().spent().assess);
        let plan = ranking.plan();
        let explanations = ranking.explain(&plan, snapshot.now(), assess)?;
        let words = Words { manifest, limits: &limits, language };
        neighbourhoods.push(words.neighbourhood(&snapshot, posts, &plan, &explanations));
    }
    spent.read = reader.module().spent().read;
    Ok(Explained { neighbourhoods, spent })
}

fn add(sum: &mut Calls, before: &Calls, after: &Calls) {
    sum.count += after.count - before.count;
    sum.items += after.items - before.items;
    sum.fuel += after.fuel - before.fuel;
    sum.memory_bytes = after.memory_bytes;
}

/// Puts readings and explanations into words.
pub(super) struct Words<'a> {
    pub manifest: &'a Manifest,
    pub limits: &'a Limits,
    pub language: Language,
}

impl Words<'_> {
    fn neighbourhood(
        &self,
        snapshot: &Snapshot<'_>,
        lines: &[PostLine],
        plan: &Plan,
        explanations: &[Explanation],
    ) -> String {
        let now = snapshot.now().0.strftime("%A %Y-%m-%d %H:%M");
        let mut told = format!("{}: {} posts, {now}\n", snapshot.neighbourhood, snapshot.posts.len());
        for explanation in explanations {
            let id = &explanation.request;
            let Some(post) = snapshot.posts.iter().find(|post| post.id == *id) else { continue };
            let excerpt = lines.iter().find(|line| line.id == *id).map(excerpt).unwrap_or_default();
            let _ = writeln!(told, "\n{id}  {excerpt}\n{INDENT}{}", self.reading(post));
            let group = plan.groups.iter().find(|group| group.posts.contains(id));
            if let Some(group) = group {
                let _ = writeln!(told, "{INDENT}together with {} others who need it too", group.posts.len() - 1);
            }
            let alone = explanation.candidates.is_empty() && explanation.silence.is_none();
            for line in self.explanation(explanation).iter().filter(|_| group.is_none() || !alone) {
                let _ = writeln!(told, "{INDENT}{line}");
            }
        }
        for line in self.together(plan) {
            let _ = write!(told, "\n{line}");
        }
        if !told.ends_with('\n') {
            told.push('\n');
        }
        told
    }

    /// What the rules understood of a post, on one line: `request · needs groceries 980 · sat-morning · urgent`.
    pub fn reading(&self, post: &OpenPost) -> String {
        let read = snapshot::post_reading(&post.id, &post.reading, self.manifest);
        let reading = &post.reading.reading;
        let list = |name: &str, list: &[Weighted]| {
            let id = |w: &Weighted| &self.manifest.categories[usize::from(w.category)].id;
            let (first, rest) = list.split_first()?;
            // Below some weight the module only guesses; of a side that it guesses altogether the likeliest is enough.
            if !first.is_meant() {
                return Some(format!("perhaps {name} {}", id(first)));
            }
            let further =
                rest.iter().map(|w| format!(", {} {}{}", id(w), w.weight, if w.is_meant() { "" } else { "?" }));
            Some(format!("{name} {} {}{}", id(first), first.weight, further.collect::<String>()))
        };
        let intent = match read.intent {
            Intent::Request => "request",
            Intent::Offer => "offer",
            Intent::Exchange => "exchange",
            Intent::Report => "report",
            Intent::Notice => "notice",
        };
        let parts = [
            Some(intent.to_owned()),
            list("needs", &reading.needs),
            list("gives", &reading.gives),
            reading.conditional.then(|| "on a condition".to_owned()),
            (!read.when.is_empty()).then(|| read.when.join(" ")),
            read.urgent.then(|| "urgent".to_owned()),
            read.closed.then(|| "closed".to_owned()),
            read.refer.map(|kind| format!("refer to {kind}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// The candidates of a request, a line each.
    pub fn explanation(&self, explanation: &Explanation) -> Vec<String> {
        if let Some(silence) = explanation.silence {
            return vec![silence_in_words(silence).to_owned()];
        }
        if explanation.candidates.is_empty() {
            return vec!["nobody gives what it needs".to_owned()];
        }
        let (told, rest): (Vec<_>, Vec<_>) = explanation.candidates.iter().partition(|c| c.fate.is_suggested());
        let mut lines: Vec<_> = told.into_iter().map(|candidate| self.candidate(candidate)).collect();
        lines.extend(rest.iter().take(MAX_NOT_SUGGESTED).map(|candidate| self.candidate(candidate)));
        if let Some(more) = rest.len().checked_sub(MAX_NOT_SUGGESTED).filter(|more| *more > 0) {
            lines.push(format!("and {more} more who are not suggested"));
        }
        lines
    }

    fn candidate(&self, candidate: &Candidate) -> String {
        let (label, why) = fate_in_words(candidate.fate, self.limits);
        let score = candidate.score.map_or_else(|| "-".to_owned(), |score| score.to_string());
        let reasons = candidate.reasons.iter().map(|reason| self.reason(reason));
        let why: Vec<_> = Some(why).filter(|why| !why.is_empty()).into_iter().chain(reasons).collect();
        format!("{label:9} {score:>4}  {}  {}", candidate.helper, why.join(" · ")).trim_end().to_owned()
    }

    fn reason(&self, reason: &Reason) -> String {
        let sentences = &self.manifest.reasons[usize::from(reason.code)].sentences;
        let sentence = sentences.get(self.language).unwrap_or_default().to_owned();
        reason
            .arguments
            .iter()
            .enumerate()
            .fold(sentence, |sentence, (at, argument)| sentence.replace(&format!("{{{at}}}"), &argument.to_string()))
    }

    fn together(&self, plan: &Plan) -> Vec<String> {
        let rings = plan.exchanges.iter().map(|ring| {
            let helps = ring.posts.iter().zip(ring.posts.iter().cycle().skip(1));
            let helps: Vec<_> = helps.map(|(helper, helped)| format!("{helper} helps {helped}")).collect();
            format!("exchange  {:>4}  {}", ring.score, helps.join(", "))
        });
        let groups = plan.groups.iter().map(|group| {
            let posts: Vec<_> = group.posts.iter().map(ToString::to_string).collect();
            format!(
                "group: {} together for {}",
                posts.join(", "),
                self.manifest.categories[usize::from(group.category)].id
            )
        });
        let crises = plan.crises.iter().map(|post| format!("crisis: the concierge is told of {post} alone"));
        let referrals = plan.referrals.iter().map(|(post, kind)| format!("refer to {kind}: {post}"));
        let reports = plan.reports.iter().map(|post| format!("report: {post} goes to the concierge for a department"));
        rings.chain(groups).chain(crises).chain(referrals).chain(reports).map(|line| line + "\n").collect()
    }
}

/// The beginning of a post, on one line, in quotes.
fn excerpt(post: &PostLine) -> String {
    let title = post.title.as_ref().map(|title| format!("{}: ", title.reveal())).unwrap_or_default();
    let whole = format!("{title}{}", post.text.reveal());
    let words = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    let visible: String = words.chars().filter(|c| !c.is_control()).take(EXCERPT_CHARS).collect();
    let cut = if visible.len() < words.len() { "…" } else { "" };
    format!("“{visible}{cut}”")
}

fn silence_in_words(silence: Silence) -> &'static str {
    match silence {
        Silence::Crisis => "nobody: an emergency is never paired with a neighbour",
        Silence::Closed => "nobody: its text says that it is solved",
        Silence::Expired => "nobody: its time is over",
        Silence::Engaged => "nobody: it is in a suggestion already",
    }
}

/// A label for the first column, and what explains it.
fn fate_in_words(fate: Fate, limits: &Limits) -> (&'static str, String) {
    let threshold = || format!("below the threshold of {}", limits.minimum_score);
    let cap = || format!("had {} tasks in four weeks, the most that one helper gets", limits.tasks_per_helper);
    match fate {
        Fate::First => ("suggested", String::new()),
        Fate::Alternate => ("alternate", String::new()),
        Fate::Exchange => ("exchange", String::new()),
        Fate::Further => ("fits", "others are named before them".into()),
        Fate::Elsewhere => ("fits", "suggested for another request".into()),
        Fate::OtherExchange => ("fits", "in an exchange with others".into()),
        Fate::AskerInExchange => ("fits", "the one who asks is in an exchange".into()),
        Fate::AskerInGroup => ("fits", "the one who asks is in a group".into()),
        Fate::Condition => ("fits", "gives only if their own need is met".into()),
        Fate::Cap => ("fits", cap()),
        Fate::Certificate => ("fits", "the concierge has to see their certificate first".into()),
        Fate::Threshold => ("no", threshold()),
        Fate::Times => ("no", "the rules refuse: the times that both name do not meet".into()),
        Fate::Refused => ("no", "the rules refuse this pair".into()),
        Fate::Crowded => ("no", "too many others share more; the rules were not asked".into()),
        Fate::SameAuthor => ("no", "the same person wrote both".into()),
        Fate::Apart => ("no", "a concierge keeps these two apart".into()),
        Fate::Declined => ("no", "a concierge declined this pair".into()),
        Fate::Crisis => ("no", "the offer is an emergency itself".into()),
        Fate::Closed => ("no", "the offer no longer stands, says its text".into()),
        Fate::Expired => ("no", "the time of the offer is over".into()),
        Fate::Engaged => ("no", "the offer is in a suggestion already".into()),
    }
}

#[cfg(test)]
mod tests;
