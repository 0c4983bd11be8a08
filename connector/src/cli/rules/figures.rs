//! The figures of quality: what the rules said against what people labelled. Names and definitions are those of the
//! labelled sets' scoring script, so that figures can be compared wherever they were made.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::posts::{GoldLine, LabelledSet, Labels, PostLine};
use super::snapshot::{Line, PostReading};
use crate::domain::PostId;
use crate::rules::reader::CRISIS;

/// The kinds of referral that have a figure.
const REFERRALS: [&str; 5] = ["food-bank", "home-care", "social-services", "repair-shop", CRISIS];
/// How many of the weakest categories are named.
const WEAKEST: usize = 6;

/// The figures, in the order in which they are told. Shares are 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures(Vec<(String, Value)>);

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(name, value)| match value {
            Value::Number(number) if number.is_f64() => {
                writeln!(f, "{name:28} {:>9.3}", number.as_f64().unwrap_or_default())
            }
            Value::Array(weakest) => {
                let text: Vec<_> = weakest.iter().map(|pair| format!("{} {}", text_of(&pair[1]), pair[0])).collect();
                writeln!(f, "{name:28} {}", text.join(", "))
            }
            Value::Object(by_language) => {
                let text: Vec<_> = by_language.iter().map(|(k, v)| format!("{k} {}", text_of(v))).collect();
                writeln!(f, "{name:28} {}", text.join(", "))
            }
            other => writeln!(f, "{name:28} {:>9}", other.to_string()),
        })
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Figures {
    fn put(&mut self, name: &str, value: Value) {
        self.0.push((name.into(), value));
    }
}

/// Everything that was said, by kind.
struct Said<'a> {
    read: HashMap<&'a PostId, &'a PostReading>,
    ranked: HashMap<&'a PostId, &'a [PostId]>,
    exchanges: HashSet<BTreeSet<&'a PostId>>,
    groups: Vec<BTreeSet<&'a PostId>>,
}

/// What people say, by kind.
struct Gold<'a> {
    posts: Vec<(&'a PostLine, &'a Labels)>,
    by_id: HashMap<&'a PostId, (&'a PostLine, &'a Labels)>,
    helpers: HashMap<&'a PostId, HashMap<&'a PostId, u32>>,
    exchanges: HashSet<BTreeSet<&'a PostId>>,
    groups: Vec<BTreeSet<&'a PostId>>,
}

/// Compares `lines` with the labels of `set`.
pub(super) fn score(set: &LabelledSet, lines: &[Line]) -> Figures {
    let (gold, said) = (Gold::of(set), Said::of(lines));
    let mut figures = Figures(Vec::new());
    reading_figures(&gold, &said, &mut figures);
    suggestion_figures(&gold, &said, &mut figures);
    figures.put("unsafe_suggestions", json!(unsafe_suggestions(&gold, &said)));
    together_figures(&gold, &said, &mut figures);
    figures.put("right_first_by_language", json!(by_language(&gold, &said)));
    figures
}

impl<'a> Said<'a> {
    fn of(lines: &'a [Line]) -> Self {
        let mut said =
            Self { read: HashMap::new(), ranked: HashMap::new(), exchanges: HashSet::new(), groups: Vec::new() };
        for line in lines {
            match line {
                Line::Post(reading) => drop(said.read.insert(&reading.post, reading)),
                Line::Request { request, suggestions } => drop(said.ranked.insert(request, suggestions)),
                Line::Exchange { exchange } => drop(said.exchanges.insert(exchange.iter().collect())),
                Line::Group { group } => said.groups.push(group.iter().collect()),
            }
        }
        said
    }

    fn helpers(&self, request: &PostId) -> &'a [PostId] {
        self.ranked.get(request).copied().unwrap_or_default()
    }
}

impl<'a> Gold<'a> {
    fn of(set: &'a LabelledSet) -> Self {
        let posts: Vec<_> = set.posts.iter().zip(&set.labels).collect();
        let by_id = posts.iter().map(|pair| (&pair.0.id, *pair)).collect();
        let mut gold = Self { posts, by_id, helpers: HashMap::new(), exchanges: HashSet::new(), groups: Vec::new() };
        for line in &set.pairs {
            match line {
                GoldLine::Pair { request, helper, grade } => {
                    gold.helpers.entry(request).or_default().insert(helper, *grade);
                }
                GoldLine::Exchange { exchange } => drop(gold.exchanges.insert(exchange.iter().collect())),
                GoldLine::Group { group } => gold.groups.push(group.iter().collect()),
            }
        }
        gold
    }

    fn is_helper(&self, request: &PostId, helper: &PostId) -> bool {
        self.helpers.get(request).is_some_and(|helpers| helpers.contains_key(helper))
    }
}

/// Hits, false alarms and misses.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    hits: usize,
    alarms: usize,
    misses: usize,
}

impl Counts {
    fn add(&mut self, wanted: bool, got: bool) {
        self.hits += usize::from(wanted && got);
        self.alarms += usize::from(got && !wanted);
        self.misses += usize::from(wanted && !got);
    }

    /// The harmonic mean of precision and recall; 1 when there was nothing to find and nothing was found.
    fn f1(self) -> f64 {
        let all = 2 * self.hits + self.alarms + self.misses;
        if all == 0 { 1.0 } else { share(2 * self.hits, all) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of posts, far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn reading_figures(gold: &Gold<'_>, said: &Said<'_>, figures: &mut Figures) {
    let mut put = |name: &str, value: Value| figures.put(name, value);
    let intent = |id| said.read.get(id).map(|reading| intent_name(reading));
    put("posts", json!(gold.posts.len()));
    put("posts_read", json!(said.read.len()));
    let right = gold.posts.iter().filter(|(post, labels)| intent(&post.id).as_ref() == Some(&labels.intent)).count();
    put("intent_accuracy", json!(share(right, gold.posts.len())));

    let categories = category_counts(gold, said);
    let sum = categories.values().fold(Counts::default(), |sum, c| Counts {
        hits: sum.hits + c.hits,
        alarms: sum.alarms + c.alarms,
        misses: sum.misses + c.misses,
    });
    put("category_micro_f1", json!(sum.f1()));
    // The mean is over the categories that occur in the labels: one that was only imagined lowers the other figure.
    let known: Vec<_> = categories.iter().filter(|(_, c)| c.hits + c.misses > 0).map(|(id, c)| (*id, c.f1())).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen categories")]
    let mean = known.iter().map(|(_, f1)| f1).sum::<f64>() / known.len().max(1) as f64;
    put("category_macro_f1", json!(mean));
    let mut weakest: Vec<_> = known.into_iter().map(|(id, f1)| (rounded(f1), id)).collect();
    weakest.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    weakest.truncate(WEAKEST);
    put("weakest_categories", json!(weakest));

    let flag = |wanted: &dyn Fn(&Labels) -> bool, got: &dyn Fn(&PostReading) -> bool| {
        let mut counts = Counts::default();
        for (post, labels) in &gold.posts {
            counts.add(wanted(labels), said.read.get(&post.id).is_some_and(|reading| got(reading)));
        }
        counts
    };
    put("closed_f1", json!(flag(&|l| l.closed, &|r| r.closed).f1()));
    put("urgent_f1", json!(flag(&|l| l.urgent, &|r| r.urgent).f1()));
    let refers = |kind: &str| flag(&|l| l.refer.as_deref() == Some(kind), &|r| r.refer.as_deref() == Some(kind));
    for kind in REFERRALS {
        put(&format!("refer_f1_{kind}"), json!(refers(kind).f1()));
    }
    let crisis = refers(CRISIS);
    put("crisis_recall", json!(share(crisis.hits, crisis.hits + crisis.misses)));
    put("crisis_false_alarms", json!(crisis.alarms));
}

fn category_counts<'a>(gold: &Gold<'a>, said: &Said<'a>) -> BTreeMap<&'a str, Counts> {
    let mut categories: BTreeMap<&str, Counts> = BTreeMap::new();
    for (post, labels) in &gold.posts {
        let reading = said.read.get(&post.id);
        let needs = (&labels.needs, reading.map(|reading| &reading.needs));
        let gives = (&labels.gives, reading.map(|reading| &reading.gives));
        for (wanted, got) in [needs, gives] {
            let wanted: HashSet<&str> = wanted.iter().map(String::as_str).collect();
            let got: HashSet<&str> = got.into_iter().flatten().map(String::as_str).collect();
            for id in wanted.union(&got) {
                categories.entry(id).or_default().add(wanted.contains(id), got.contains(id));
            }
        }
    }
    categories
}

fn suggestion_figures(gold: &Gold<'_>, said: &Said<'_>, figures: &mut Figures) {
    let mut put = |name: &str, value: Value| figures.put(name, value);
    let asked = gold.helpers.len();
    let first = gold.helpers.iter().filter(|(q, right)| said.helpers(q).first().is_some_and(|h| right.contains_key(h)));
    let in_3 = gold.helpers.iter().filter(|(q, right)| said.helpers(q).iter().take(3).any(|h| right.contains_key(h)));
    // In the order of the posts, so that the sum of fractions comes out the same every time.
    let gains = gold.posts.iter().filter_map(|(post, _)| {
        let right = gold.helpers.get(&post.id)?;
        let got = said.helpers(&post.id).iter().take(3).map(|h| right.get(h).copied().unwrap_or(0));
        let mut best: Vec<u32> = right.values().copied().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        Some(gain(got) / gain(best.into_iter().take(3)))
    });
    #[expect(clippy::cast_precision_loss, reason = "counts of posts, far below 2^52")]
    let ndcg = gains.sum::<f64>() / asked.max(1) as f64;
    put("requests_with_helper", json!(asked));
    put("right_first", json!(share(first.count(), asked)));
    put("right_in_3", json!(share(in_3.count(), asked)));
    put("ndcg3", json!(ndcg));

    let spoken: Vec<_> = said.ranked.iter().filter_map(|(q, helpers)| Some((*q, helpers.first()?))).collect();
    let right = spoken.iter().filter(|(q, helper)| gold.is_helper(q, helper)).count();
    put("first_suggestions_right", json!(share(right, spoken.len())));
    let lonely = gold.posts.iter().filter(|(post, labels)| {
        matches!(labels.intent.as_str(), "request" | "exchange")
            && !gold.helpers.contains_key(&post.id)
            && !labels.closed
            && labels.refer.as_deref() != Some(CRISIS)
    });
    let lonely: Vec<_> = lonely.collect();
    let silent = lonely.iter().filter(|(post, _)| said.helpers(&post.id).is_empty()).count();
    put("abstains_when_nobody_fits", json!(share(silent, lonely.len())));
}

/// Discounted cumulative gain of grades, the first place first.
fn gain(grades: impl Iterator<Item = u32>) -> f64 {
    let terms = grades.zip(2_u32..).map(|(grade, place)| (f64::from(grade).exp2() - 1.0) / f64::from(place).log2());
    terms.sum()
}

/// Suggestions of or for a closed post or a crisis, of an author for themselves, or across neighbourhoods.
fn unsafe_suggestions(gold: &Gold<'_>, said: &Said<'_>) -> usize {
    let hurt = |labels: &Labels| labels.closed || labels.refer.as_deref() == Some(CRISIS);
    let is_unsafe = |request: &PostId, helper: &PostId| {
        let ((q, q_labels), (h, h_labels)) = (gold.by_id[request], gold.by_id[helper]);
        hurt(q_labels) || hurt(h_labels) || q.author == h.author || q.neighbourhood != h.neighbourhood
    };
    said.ranked.iter().map(|(q, helpers)| helpers.iter().filter(|h| is_unsafe(q, h)).count()).sum()
}

fn together_figures(gold: &Gold<'_>, said: &Said<'_>, figures: &mut Figures) {
    let exchanges = Counts {
        hits: gold.exchanges.intersection(&said.exchanges).count(),
        alarms: said.exchanges.difference(&gold.exchanges).count(),
        misses: gold.exchanges.difference(&said.exchanges).count(),
    };
    figures.put("exchange_f1", json!(exchanges.f1()));
    let same = |a: &BTreeSet<&PostId>, b: &BTreeSet<&PostId>| 2 * a.intersection(b).count() >= a.union(b).count();
    let found = gold.groups.iter().filter(|g| said.groups.iter().any(|s| same(g, s))).count();
    let groups = Counts {
        hits: found,
        alarms: said.groups.iter().filter(|s| !gold.groups.iter().any(|g| same(g, s))).count(),
        misses: gold.groups.len() - found,
    };
    figures.put("group_f1", json!(groups.f1()));
}

fn by_language(gold: &Gold<'_>, said: &Said<'_>) -> BTreeMap<String, String> {
    let mut languages: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (request, right) in &gold.helpers {
        let counts = languages.entry(&gold.by_id[request].1.language).or_default();
        counts.0 += usize::from(said.helpers(request).first().is_some_and(|helper| right.contains_key(helper)));
        counts.1 += 1;
    }
    languages.into_iter().map(|(language, (right, all))| (language.into(), format!("{right}/{all}"))).collect()
}

/// To two decimals, as a reader would write it.
fn rounded(value: f64) -> f64 {
    format!("{value:.2}").parse().unwrap_or(value)
}

fn intent_name(reading: &PostReading) -> String {
    serde_json::to_value(reading.intent).map(|name| text_of(&name).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::posts;
    use super::*;
    use crate::rules::Intent;

    /// Predictions that are right, wrong, silent and unsafe in a fixed pattern.
    fn pattern(set: &LabelledSet) -> Vec<Line> {
        let ids: Vec<_> = set.posts.iter().map(|post| &post.id).collect();
        let mut lines = Vec::new();
        for (i, (post, labels)) in set.posts.iter().zip(&set.labels).enumerate() {
            if i % 13 == 12 {
                continue;
            }
            let intent = if i % 5 == 4 { "notice" } else { labels.intent.as_str() };
            let mut needs = labels.needs.clone();
            if i % 4 == 3 {
                needs = vec!["garden".into()];
            }
            let gives = if i % 6 == 5 { vec![] } else { labels.gives.clone() };
            lines.push(Line::Post(PostReading {
                post: post.id.clone(),
                intent: serde_json::from_value::<Intent>(intent.into()).unwrap(),
                needs,
                gives,
                when: vec![],
                closed: if i % 9 == 8 { !labels.closed } else { labels.closed },
                refer: if i % 31 == 30 { Some(CRISIS.into()) } else { labels.refer.clone().filter(|_| i % 7 != 6) },
                urgent: labels.urgent && i % 3 != 2,
            }));
        }
        for (n, line) in set.pairs.iter().enumerate() {
            match line {
                GoldLine::Pair { request, helper, .. } if n % 3 == 0 => {
                    lines.push(Line::Request { request: request.clone(), suggestions: vec![helper.clone()] });
                }
                GoldLine::Pair { request, helper, .. } if n % 3 == 1 => {
                    let wrong = ids[(n * 37) % ids.len()].clone();
                    let suggestions = vec![wrong, helper.clone()];
                    lines.push(Line::Request { request: request.clone(), suggestions });
                }
                GoldLine::Exchange { exchange } if n % 2 == 0 => {
                    lines.push(Line::Exchange { exchange: exchange.clone() });
                }
                GoldLine::Group { group } if n % 2 == 0 => lines.push(Line::Group { group: group[1..].to_vec() }),
                _ => {}
            }
        }
        lines.push(Line::Exchange { exchange: vec![ids[0].clone(), ids[1].clone()] });
        lines.push(Line::Group { group: ids[..3].iter().map(|id| (*id).clone()).collect() });
        for i in (0..ids.len()).step_by(20) {
            lines.push(Line::Request { request: ids[i].clone(), suggestions: vec![ids[(i + 7) % ids.len()].clone()] });
        }
        lines
    }

    fn fixture() -> LabelledSet {
        posts::load_set(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/posts")).unwrap()
    }

    #[test]
    fn figures_agree_with_the_scoring_script() {
        let set = fixture();
        let lines = pattern(&set);
        if let Ok(path) = std::env::var("KOPPELAAR_WRITE_PREDICTIONS") {
            let text: Vec<_> = lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
            std::fs::write(path, text.join("\n")).unwrap();
        }
        let figures: HashMap<_, _> = score(&set, &lines).0.into_iter().collect();
        let recorded: HashMap<String, Value> = serde_json::from_str(include_str!("recorded-figures.json")).unwrap();
        assert_eq!(figures.keys().collect::<BTreeSet<_>>(), recorded.keys().collect::<BTreeSet<_>>());
        for (name, recorded) in &recorded {
            let close = match (figures[name].as_f64(), recorded.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                _ => figures[name] == *recorded,
            };
            assert!(close, "{name}: {} here, {recorded} there", figures[name]);
        }
    }

    #[test]
    fn saying_nothing_scores_nothing_and_hurts_nobody() {
        let figures: HashMap<_, _> = score(&fixture(), &[]).0.into_iter().collect();
        assert_eq!(figures["intent_accuracy"], 0.0);
        assert_eq!(figures["abstains_when_nobody_fits"], 1.0);
        assert_eq!(figures["unsafe_suggestions"], 0);
    }
}
