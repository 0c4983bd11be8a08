//! Who asks, who gives, and what.

use koppelaar_rules::{Intent, Kind, Weighted};

use crate::evidence::{Evidence, Signal, Topic};
use crate::targets::{CATEGORIES, kind};

const COMPANY: usize = 3;
const PUBLIC_SPACE: usize = 26;
/// Evidence below this names no category.
const TOPIC_MIN: i32 = 30;

/// Sum of evidence for each category, in tenths of a weight.
type Sums = [i32; CATEGORIES.len()];

/// What a post asks and gives.
pub struct Understanding {
    /// What its author wants with it.
    pub intent: Intent,
    /// Categories asked for.
    pub needs: Vec<Weighted>,
    /// Categories offered.
    pub gives: Vec<Weighted>,
}

/// Weighs the evidence. `clicked` is what the resident chose on the platform: a weak hint.
pub fn understand(evidence: &Evidence, clicked: Option<Kind>) -> Understanding {
    let sum = |signal| i32::from(evidence.sum(signal));
    let mut asks = sum(Signal::Request) * 10;
    let mut gives = sum(Signal::Offer) * 10;
    let mut neither = sum(Signal::Notice) * 10;
    let report = sum(Signal::Report) * 10;
    if evidence.closed() {
        neither = 0;
    }
    match clicked {
        Some(Kind::Question) => asks += 15,
        Some(Kind::Offer) => gives += 25,
        Some(Kind::Lend) => gives += 5,
        Some(Kind::Notice) => neither += 10,
        Some(Kind::Event) => neither += 5,
        None => {}
    }
    let (need_sums, give_sums) = sides(evidence);
    let total = topics(evidence, asks >= gives);
    if report >= 60 && report > asks.min(90) && report >= neither {
        return nothing(Intent::Report);
    }
    let told = total.iter().max().is_some_and(|&most| most >= 90) && asks.max(gives) >= 45;
    if neither >= 60 && neither > asks.max(gives) && !(told && neither < 140) {
        return nothing(Intent::Notice);
    }
    let cue = sum(Signal::Exchange) * 10;
    if let Some((need, give)) = exchange(&need_sums, &give_sums, cue, asks, gives) {
        return Understanding { intent: Intent::Exchange, needs: vec![need], gives: vec![give] };
    }
    let list = ranked(&total, if asks >= gives { 75 } else { 50 });
    if list.is_empty() && asks.max(gives) < 60 || asks.max(gives) < 20 && neither > 0 {
        return nothing(Intent::Notice);
    }
    if asks >= gives {
        Understanding { intent: Intent::Request, needs: list, gives: Vec::new() }
    } else {
        Understanding { intent: Intent::Offer, needs: Vec::new(), gives: list }
    }
}

fn nothing(intent: Intent) -> Understanding {
    Understanding { intent, needs: Vec::new(), gives: Vec::new() }
}

/// Evidence of all sentences for one side.
fn topics(evidence: &Evidence, asks: bool) -> Sums {
    let mut sums = [0; CATEGORIES.len()];
    for topic in &evidence.topics {
        let own = if asks { kind::NEED } else { kind::GIVE };
        let mut weight = i32::from(topic.weight) * 10;
        if topic.side != kind::TOPIC && topic.side != own {
            weight /= 3;
        }
        let sentence = &evidence.sentences[topic.sentence];
        let tilt = i32::from(sentence.of(Signal::Request)) - i32::from(sentence.of(Signal::Offer));
        if evidence.titled && topic.sentence == 0 {
            weight = weight * 13 / 10;
        }
        if tilt != 0 && (tilt > 0) == asks {
            weight = weight * 13 / 10;
        }
        sums[topic.category] += weight;
    }
    // Coffee and a chat come with many kinds of help.
    let others = (0..sums.len()).filter(|&i| i != COMPANY).map(|i| sums[i]).max().unwrap_or(0);
    if others >= 80 {
        sums[COMPANY] = sums[COMPANY] * 6 / 10;
    }
    sums
}

/// Evidence for either side: a topic belongs to the asking or the giving that stands nearest to it.
fn sides(evidence: &Evidence) -> (Sums, Sums) {
    let mut needs = [0; CATEGORIES.len()];
    let mut gives = [0; CATEGORIES.len()];
    for topic in &evidence.topics {
        let weight = i32::from(topic.weight) * 10;
        let (need, give) = match topic.side {
            kind::NEED => (2, 0),
            kind::GIVE => (0, 2),
            _ => match tilt(evidence, topic) {
                0 => (1, 1),
                tilt if tilt > 0 => (2, 0),
                _ => (0, 2),
            },
        };
        needs[topic.category] += weight * need / 2;
        gives[topic.category] += weight * give / 2;
    }
    (needs, gives)
}

/// Positive where the text asks, negative where it gives: every stance of the sentence, weaker with distance.
fn tilt(evidence: &Evidence, topic: &Topic) -> i32 {
    let stances = evidence.stances.iter().filter(|stance| stance.sentence == topic.sentence);
    stances
        .map(|stance| {
            let distance = if topic.at < stance.from {
                stance.from - topic.at
            } else {
                topic.at.saturating_sub(stance.to.saturating_sub(1))
            };
            i32::from(stance.weight) * 60 / (2 + i32::from(distance))
        })
        .sum()
}

/// One thing for another: both sides named, and either words of exchange or strong words of both asking and giving.
fn exchange(needs: &Sums, gives: &Sums, cue: i32, asks: i32, offers: i32) -> Option<(Weighted, Weighted)> {
    if cue < 50 && (asks < 80 || offers < 80) {
        return None;
    }
    let need = best(needs, None)?;
    let give = best(gives, Some(need))?;
    // The same kind of help both ways happens with languages: French for Dutch.
    let give = if CATEGORIES[need] == "language" && cue >= 50 && gives[need] >= gives[give] { need } else { give };
    let floor = if cue >= 50 { TOPIC_MIN } else { 80 };
    (needs[need] >= floor && gives[give] >= floor).then(|| (weighted(need, 1000), weighted(give, 1000)))
}

fn best(sums: &Sums, but: Option<usize>) -> Option<usize> {
    (0..sums.len()).filter(|&i| Some(i) != but && i != PUBLIC_SPACE).max_by_key(|&i| (sums[i], std::cmp::Reverse(i)))
}

/// At most two categories: the strongest, and a second that has at least `near` percent of its evidence.
fn ranked(sums: &Sums, near: i32) -> Vec<Weighted> {
    let Some(first) = best(sums, None).filter(|&i| sums[i] >= TOPIC_MIN) else {
        return Vec::new();
    };
    let mut list = vec![weighted(first, 1000)];
    if let Some(second) = best(sums, Some(first))
        && sums[second] >= 60
        && sums[second] * 100 >= sums[first] * near
    {
        list.push(weighted(second, sums[second] * 1000 / sums[first]));
    }
    list
}

fn weighted(category: usize, weight: i32) -> Weighted {
    Weighted {
        category: u16::try_from(category).unwrap_or(0),
        weight: u16::try_from(weight.clamp(1, 1000)).unwrap_or(1),
    }
}
