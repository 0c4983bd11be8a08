//! Who asks, who gives, and what.

use koppelaar_rules::{Intent, Kind, Weighted};

use crate::evidence::{Evidence, Signal};
use crate::targets::{CATEGORIES, kind};

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
    if neither >= 60 && neither > asks.max(gives) {
        return nothing(Intent::Notice);
    }
    let cue = sum(Signal::Exchange) * 10;
    if let Some((need, give)) = exchange(&need_sums, &give_sums, cue, asks, gives) {
        return Understanding {
            intent: Intent::Exchange,
            needs: vec![need],
            gives: vec![give],
        };
    }
    let list = ranked(&total);
    if list.is_empty() && asks.max(gives) < 60 || asks.max(gives) < 20 && neither > 0 {
        return nothing(Intent::Notice);
    }
    if asks >= gives {
        Understanding {
            intent: Intent::Request,
            needs: list,
            gives: Vec::new(),
        }
    } else {
        Understanding {
            intent: Intent::Offer,
            needs: Vec::new(),
            gives: list,
        }
    }
}

fn nothing(intent: Intent) -> Understanding {
    Understanding {
        intent,
        needs: Vec::new(),
        gives: Vec::new(),
    }
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
    sums
}

/// Evidence for either side, by the tilt of each sentence.
fn sides(evidence: &Evidence) -> (Sums, Sums) {
    let mut needs = [0; CATEGORIES.len()];
    let mut gives = [0; CATEGORIES.len()];
    for topic in &evidence.topics {
        let sentence = &evidence.sentences[topic.sentence];
        let (asks, offers) = (
            i32::from(sentence.of(Signal::Request)),
            i32::from(sentence.of(Signal::Offer)),
        );
        let weight = i32::from(topic.weight) * 10;
        let (need, give) = match topic.side {
            kind::NEED => (1, 0),
            kind::GIVE => (0, 1),
            _ if asks == offers => (1, 1),
            _ => (i32::from(asks > offers) * 2, i32::from(offers > asks) * 2),
        };
        needs[topic.category] += weight * need / 2;
        gives[topic.category] += weight * give / 2;
    }
    (needs, gives)
}

/// One thing for another: both sides named, and either words of exchange or strong words of both asking and giving.
fn exchange(
    needs: &Sums,
    gives: &Sums,
    cue: i32,
    asks: i32,
    offers: i32,
) -> Option<(Weighted, Weighted)> {
    if cue < 50 && (asks < 60 || offers < 80) {
        return None;
    }
    let need = best(needs, None)?;
    let give = best(gives, Some(need))?;
    // The same kind of help both ways happens with languages: French for Dutch.
    let give = if CATEGORIES[need] == "language" && cue >= 50 && gives[need] >= gives[give] {
        need
    } else {
        give
    };
    let floor = if cue >= 50 { TOPIC_MIN } else { 2 * TOPIC_MIN };
    (needs[need] >= floor && gives[give] >= floor)
        .then(|| (weighted(need, 1000), weighted(give, 1000)))
}

fn best(sums: &Sums, but: Option<usize>) -> Option<usize> {
    (0..sums.len())
        .filter(|&i| Some(i) != but && i != PUBLIC_SPACE)
        .max_by_key(|&i| (sums[i], std::cmp::Reverse(i)))
}

/// At most two categories: the strongest, and a second that comes close.
fn ranked(sums: &Sums) -> Vec<Weighted> {
    let Some(first) = best(sums, None).filter(|&i| sums[i] >= TOPIC_MIN) else {
        return Vec::new();
    };
    let mut list = vec![weighted(first, 1000)];
    if let Some(second) = best(sums, Some(first))
        && sums[second] >= 60
        && sums[second] * 100 >= sums[first] * 75
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
