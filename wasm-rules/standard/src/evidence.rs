//! What the phrases of a post say.

use crate::extra::Extra;
use crate::lexicon::{TAG_GROUPS, voices_of};
use crate::phrases::{Hit, find};
use crate::tags::Tags;
use crate::targets::{KIND_SHIFT, LANGUAGES, NUMBER_MASK, kind};
use crate::tokens::Tokens;

/// A signal of the data; the order is that of `targets::SIGNALS`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Signal {
    /// Solved or withdrawn.
    Closed,
    /// A life or a child is in danger.
    Crisis,
    /// Negates what follows; the weight is the number of words it reaches.
    Not,
    /// Only what follows.
    Only,
    /// All but what follows.
    Except,
    /// Gives a reason why somebody cannot.
    Busy,
    /// Gives only if something is given in return.
    Conditional,
}

/// Words by which a hit that cancels a negation can begin before it.
const REACH_BACK: u16 = 12;
/// Hits on times, and on amounts, beyond this many are not kept.
const HITS_KEPT_MAX: usize = 100;

/// Hits on either side that a hit is compared with.
const NEARBY: usize = 24;

/// Sum from which a signal holds.
const HOLDS_MIN: i16 = 6;

/// How many signals there are.
const SIGNAL_COUNT: usize = crate::targets::SIGNALS.len();

/// A municipality's own word for a category.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Index of the category.
    pub category: usize,
    /// Its first word.
    pub at: usize,
}

/// A hit on a tag.
#[derive(Clone, Copy, Debug)]
pub struct Detail {
    /// Its number.
    pub tag: usize,
    /// Its first word.
    pub at: u16,
    /// Whether the text excludes it, rather than affirming it.
    pub refused: bool,
    /// Whether the text affirms it alone of its group.
    pub only: bool,
}

/// Everything found in a post.
#[derive(Debug)]
pub struct Evidence {
    /// The words.
    pub tokens: Tokens,
    /// Index of the language.
    pub language: usize,
    /// Whether the first sentence is the title.
    pub titled: bool,
    /// The municipality's own words.
    pub own: Vec<Own>,
    /// The sum of each signal.
    signals: [i16; SIGNAL_COUNT],
    /// Hits on times.
    pub times: Vec<Hit>,
    /// Hits on amounts, their units and what bounds them.
    pub amounts: Vec<Hit>,
    /// Hits on tags.
    pub details: Vec<Detail>,
    /// For each word, whether a negation before it covers it.
    pub negated: Vec<bool>,
    /// For each word, whether it names what is excepted: “all but Monday”.
    pub excepted: Vec<bool>,
    /// For each word, whether it stands in a clause that refuses something.
    pub refused: Vec<bool>,
    /// For each word, whether it says why somebody cannot: “because on Saturday we work”.
    pub excused: Vec<bool>,
}

impl Evidence {
    /// Reads title and text with the data and a municipality's extra words.
    pub fn new(title: Option<&str>, text: &str, extra: &Extra) -> Self {
        let tokens = Tokens::new(title, text);
        let (language, spoken) = languages(&tokens);
        let hits = find(&tokens, spoken);
        let words = tokens.list.len();
        let mut evidence = Self {
            titled: title.is_some_and(|title| !title.is_empty()),
            own: extra.own(&tokens, language),
            tokens,
            language,
            signals: [0; SIGNAL_COUNT],
            times: Vec::new(),
            amounts: Vec::new(),
            details: Vec::new(),
            negated: Vec::new(),
            excepted: Vec::new(),
            refused: vec![false; words],
            excused: Vec::new(),
        };
        let negated = evidence.scopes(&hits, Signal::Not);
        let spurned = evidence.scopes_back(&hits, Signal::Not);
        let only = evidence.scopes(&hits, Signal::Only);
        evidence.excused = evidence.scopes(&hits, Signal::Busy);
        evidence.excepted = evidence.scopes(&hits, Signal::Except);
        let both = |all: &mut [bool], more: &[bool]| all.iter_mut().zip(more).for_each(|(all, more)| *all |= more);
        both(&mut evidence.excepted, &spurned);
        let (except, busy) = (evidence.scopes_back(&hits, Signal::Except), evidence.scopes_back(&hits, Signal::Busy));
        both(&mut evidence.excepted, &except);
        both(&mut evidence.excused, &busy);
        let mut kept = vec![false; hits.len()];
        // By a part of the target: who points alone is outdone by nobody.
        let mut pointing = [0_u8; 256];
        let part = |hit: &Hit| usize::from((hit.target ^ hit.target >> 6) & 0xff);
        for hit in &hits {
            pointing[part(hit)] = pointing[part(hit)].saturating_add(1);
        }
        for (i, hit) in hits.iter().enumerate() {
            let near = i.saturating_sub(NEARBY)..i;
            let mut before = hits[near.clone()].iter().zip(&kept[near]).filter(|(_, kept)| **kept);
            let mut after = hits[i + 1..].iter().take(NEARBY).take_while(|other| other.from < hit.to);
            if pointing[part(hit)] > 1
                && (before.any(|(other, _)| outdoes(*other, *hit, true))
                    || after.any(|other| outdoes(*other, *hit, false)))
            {
                continue;
            }
            kept[i] = true;
            let at = usize::from(hit.from);
            evidence.add(*hit, negated[at] || spurned[at], only[at]);
        }
        evidence.negated = negated;
        evidence
    }

    /// Whether phrases say so.
    pub fn says(&self, signal: Signal) -> bool {
        self.signals[signal as usize] >= HOLDS_MIN
    }

    /// The tags that the text affirms, and those that it excludes.
    pub fn tags(&self) -> (Tags, Tags) {
        let (mut affirmed, mut excluded) = (Tags::default(), Tags::default());
        for detail in &self.details {
            if detail.refused {
                excluded.insert(detail.tag);
                continue;
            }
            affirmed.insert(detail.tag);
            if detail.only {
                let group = TAG_GROUPS[detail.tag];
                let others = TAG_GROUPS.iter().enumerate().filter(|&(i, &g)| g == group && i != detail.tag);
                others.for_each(|(i, _)| excluded.insert(i));
            }
        }
        (affirmed, excluded)
    }

    fn add(&mut self, hit: Hit, negated: bool, only: bool) {
        let number = usize::from(hit.target & NUMBER_MASK);
        match hit.target >> KIND_SHIFT {
            kind::SIGNAL => {
                if let Some(sum) = self.signals.get_mut(number) {
                    *sum = sum.saturating_add(hit.weight);
                }
            }
            kind::TIME if self.times.len() < HITS_KEPT_MAX => self.times.push(hit),
            kind::AMOUNT if self.amounts.len() < HITS_KEPT_MAX => self.amounts.push(hit),
            kind::TAG => {
                self.details.push(Detail { tag: number, at: hit.from, refused: negated ^ (hit.weight < 0), only });
            }
            _ => {}
        }
    }

    /// For each word, whether a refusal after it covers it: “cats I would rather not”. Only details and days are refused
    /// so; “windows I cannot do any more” asks for help with windows.
    fn scopes_back(&self, hits: &[Hit], signal: Signal) -> Vec<bool> {
        let words = &self.tokens.list;
        let mut covered = vec![false; words.len() + 1];
        let target = signal_target(signal);
        for hit in hits.iter().filter(|hit| hit.target == target && (hit.weight < 0 || signal == Signal::Not)) {
            let from = usize::from(hit.from);
            let last = words.get(usize::from(hit.to)).is_none_or(|next| next.clause != words[from].clause);
            // “Mowing not”: a bare negation refuses what stands before it when its clause ends there.
            if hit.weight == 0 || hit.weight > 0 && !last {
                continue;
            }
            let first = from.saturating_sub(usize::from(hit.weight.unsigned_abs()));
            for at in (first..from).filter(|&at| words[at].clause == words[from].clause) {
                covered[at] = true;
            }
        }
        covered
    }

    /// For each word, whether a signal that reaches forward covers it. A hit of weight 0 cancels those inside it.
    fn scopes(&self, hits: &[Hit], signal: Signal) -> Vec<bool> {
        let words = &self.tokens.list;
        let mut covered = vec![false; words.len() + 1];
        let target = signal_target(signal);
        for hit in hits.iter().filter(|hit| hit.target == target && hit.weight > 0) {
            let at = hits.partition_point(|other| other.from + REACH_BACK < hit.from);
            let mut near = hits[at..].iter().take_while(|other| other.from <= hit.from);
            let cancelled = near.any(|other| {
                other.target == target && other.weight == 0 && other.from <= hit.from && other.to >= hit.to
            });
            if cancelled {
                continue;
            }
            let reach = usize::from(hit.to) + usize::from(hit.weight.unsigned_abs());
            let clause = words[usize::from(hit.from)].clause;
            for at in usize::from(hit.to)..reach.min(words.len()) {
                if words[at].clause == clause {
                    covered[at] = true;
                }
            }
        }
        covered
    }
}

/// Whether two hits say the same about the same words, and the other says more. Of equals the first counts.
fn outdoes(other: Hit, hit: Hit, earlier: bool) -> bool {
    let meet = other.target == hit.target && other.from < hit.to && hit.from < other.to;
    if !meet {
        return false;
    }
    let (length, other_length) = (hit.to - hit.from, other.to - other.from);
    match hit.target >> KIND_SHIFT {
        // Words for and against add up; otherwise the stronger one counts.
        kind::SIGNAL if hit.target != signal_target(Signal::Not) => {
            let same_sign = (other.weight < 0) == (hit.weight < 0);
            let (weight, other_weight) = (hit.weight.abs(), other.weight.abs());
            same_sign && (other_weight > weight || other_weight == weight && earlier)
        }
        kind::TAG => other_length > length,
        _ => other_length > length && other.from <= hit.from && other.to >= hit.to,
    }
}

const fn signal_target(signal: Signal) -> u16 {
    kind::SIGNAL << KIND_SHIFT | signal as u16
}

/// The language of a post, and a bit for each language that its phrases may be in.
fn languages(tokens: &Tokens) -> (usize, u8) {
    let mut votes = [0_u32; LANGUAGES.len()];
    for at in 0..tokens.list.len() {
        // The first element of a word tells them, if any does: a whole word comes first, and voices have the lowest numbers.
        let voices = tokens.elements(at).first().map_or(0, |element| voices_of(*element));
        for (language, count) in votes.iter_mut().enumerate() {
            *count += u32::from(voices >> language & 1);
        }
    }
    let mut best = 0;
    for (i, &count) in votes.iter().enumerate() {
        if count > votes[best] {
            best = i;
        }
    }
    let spoken = votes.iter().enumerate().filter(|&(i, &count)| i == best || (count >= 3 && count * 2 >= votes[best]));
    (best, spoken.fold(0, |bits, (i, _)| bits | 1 << i))
}
