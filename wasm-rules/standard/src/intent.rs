//! Who asks, who gives, and what: the model's sums to decisions.

use std::cmp::Reverse;
use std::ops::Range;

use koppelaar_rules::{Intent, Kind, Weighted};

use crate::clauses::Heed;
use crate::decide::{self, facts};
use crate::evidence::{Evidence, Signal};
use crate::known::Known;
use crate::model::{Clause, Model, Sums, UNIT, Whole, output};
use crate::sides::sides;

/// Categories that a reading names at most on either side, guesses included.
const NAMED_MAX: usize = 8;
/// From here a second category is meant too, in 1/[`UNIT`].
const SECOND_MIN: i32 = -UNIT / 8;
/// Below this likelihood, in thousandths, a category is not even a guess.
const GUESS_MIN: i32 = 8;
/// How often a [`UNIT`] halves the odds.
const HALVINGS: i32 = 5;
/// Of so many of the likeliest categories every two are tried when an exchange is cut in two.
const CUT_MAX: usize = 4;
/// Of what words say about who asks, what they say about a category counts so much less where an exchange is cut in two, and
/// what the whole post says so much less than one word.
const CUT_TOPIC: i32 = 4;
const CUT_WHOLE: i32 = 3;
/// Place of the category that people give and ask at once.
const LANGUAGE: usize = 17;
/// An intent that is behind by no more than this, in 1/[`UNIT`], may be meant as well.
const DOUBT: i32 = 2 * UNIT;
/// Above this, in 1/[`UNIT`], a clause of who gives is a refusal.
const REFUSED_MIN: i32 = 0;
/// Below the first, in 1/[`UNIT`], the times of a clause are not those of the help; above the second they are, whatever
/// phrases say.
const UNTIMED: i32 = -UNIT / 2;
const TIMED: i32 = 3 * UNIT / 10;
/// Of who gives, by how much more a clause must be a refusal than one with times of the help, in 1/[`UNIT`], for nobody to
/// know which it is, and for its times to be refused. Read off clauses of posts that taught nothing: of those in between
/// half are times of the help.
const UNSURE: i32 = -3 * UNIT / 10;
const TIMES_REFUSED: i32 = 4 * UNIT / 10;
/// What a log-odd is in [`Understanding::no_request`] and [`Understanding::no_offer`].
pub const ODD_UNIT: i32 = 32;
/// From this weight on a category is meant; below it is a guess, by which helpers are sought but of which nobody is told.
pub const CLEAR: u16 = 500;
/// A guess about the other side weighs this part of what it would if it were meant: from 500 to 250, where the host begins
/// to ask for a first check.
pub const GUESSED: u16 = 2;

const INTENTS: [Intent; output::INTENTS] =
    [Intent::Request, Intent::Offer, Intent::Exchange, Intent::Report, Intent::Notice];
/// Places in [`INTENTS`].
const REQUEST: usize = 0;
const OFFER: usize = 1;
const EXCHANGE: usize = 2;
const REPORT: usize = 3;
const NOTICE: usize = 4;

/// What a post asks and gives.
#[derive(Debug)]
pub struct Understanding {
    /// What its author wants with it.
    pub intent: Intent,
    /// Categories asked for, the main one first.
    pub needs: Vec<Weighted>,
    /// Categories offered, the main one first.
    pub gives: Vec<Weighted>,
    /// The sums of the whole post.
    pub sums: Sums,
    /// What speaks for its being over, in 1/[`UNIT`]: half of the log-odds.
    pub closed: i32,
    /// The same for an answer within a day.
    pub urgent: i32,
    /// How unlikely it is that its author asks for something, in log-odds of 1/[`ODD_UNIT`].
    pub no_request: u8,
    /// The same for giving something.
    pub no_offer: u8,
    /// The clauses in which who gives says what they do not give.
    pub refused: Vec<Range<usize>>,
    /// What the times of a clause are to the help, where the model knows better than phrases.
    pub times: Vec<(Range<usize>, Heed)>,
}

/// Decides. `clicked` is what the resident chose on the platform: a weak hint.
pub fn understand(model: &Model<'_>, evidence: &Evidence, known: &Known, clicked: Option<Kind>) -> Understanding {
    let whole = model.whole(evidence, known, clicked);
    let decided = model.decide(&facts(&whole, clicked, evidence.says(Signal::Closed)));
    let Whole { sums, clauses, .. } = whole;
    let intents = &decided[..INTENTS.len()];
    let best = (0..INTENTS.len()).max_by_key(|&i| (intents[i], Reverse(i))).unwrap_or(0);
    let intent = INTENTS[best];
    let list = || categories(&sums, true);
    // Who may as well mean the other gets guesses on that side: a person reads the two posts before anybody is called.
    let guesses = |other: usize| {
        let doubted = if intents[best] - intents[other] > DOUBT { Vec::new() } else { list() };
        doubted.into_iter().map(|w| Weighted { weight: (w.weight / GUESSED).clamp(1, CLEAR - 1), ..w }).collect()
    };
    let (asks, needs, gives) = match intent {
        Intent::Request => (Vec::new(), list(), guesses(OFFER)),
        Intent::Offer => (Vec::new(), guesses(REQUEST), list()),
        Intent::Exchange => both(model, evidence, known, &sums),
        Intent::Report | Intent::Notice => (Vec::new(), Vec::new(), Vec::new()),
    };
    let is_given = |clause: &Clause| match intent {
        Intent::Offer => true,
        Intent::Exchange => !asks[clause.range.clone()].contains(&true),
        _ => false,
    };
    let refused = clauses.iter().filter(|clause| clause.refused > REFUSED_MIN && is_given(clause));
    let refused = refused.map(|clause| clause.range.clone()).collect();
    let times = clauses.iter().filter_map(|clause| Some((clause.range.clone(), heed(clause, is_given(clause))?)));
    let times = times.collect();
    let (asks_too, gives_too) = (intents[REQUEST].max(intents[EXCHANGE]), intents[OFFER].max(intents[EXCHANGE]));
    let neither = intents[REPORT].max(intents[NOTICE]);
    let (no_request, no_offer) =
        (unlikely(asks_too - neither.max(intents[OFFER])), unlikely(gives_too - neither.max(intents[REQUEST])));
    let (closed, urgent) = (decided[decide::CLOSED], decided[decide::URGENT]);
    Understanding { intent, needs, gives, sums, closed, urgent, no_request, no_offer, refused, times }
}

/// What the times of a clause are to the help; `given` says that it is one of somebody who gives.
fn heed(clause: &Clause, given: bool) -> Option<Heed> {
    let refusal = if given { clause.refused - clause.timed } else { i32::MIN };
    if refusal > TIMES_REFUSED && clause.refused > REFUSED_MIN {
        Some(Heed::Refused)
    } else if refusal > UNSURE || clause.timed < UNTIMED {
        Some(Heed::Ignored)
    } else {
        (clause.timed > TIMED).then_some(Heed::Affirmed)
    }
}

/// For each word of an exchange whether it asks, and the categories of either side.
///
/// Which words ask and which give is decided together with what is asked and given: for every two of the likeliest
/// categories the best cut is sought, and the two whose cut is best count for more on their side and for less on the other.
fn both(
    model: &Model<'_>,
    evidence: &Evidence,
    known: &Known,
    whole: &Sums,
) -> (Vec<bool>, Vec<Weighted>, Vec<Weighted>) {
    let mut topics: [usize; output::TOPICS] = std::array::from_fn(|topic| output::TOPIC + topic);
    topics.sort_by_key(|topic| (Reverse(whole[*topic]), *topic));
    // Who asks, then the likeliest categories.
    let outputs: [usize; 1 + CUT_MAX] =
        std::array::from_fn(|place| place.checked_sub(1).map_or(output::ROLE, |place| topics[place]));
    let tokens = 0..evidence.tokens.list.len();
    let told: Vec<_> = tokens.map(|at| model.word(evidence, known, at, outputs)).collect();
    let mut best = (i32::MIN, Vec::new(), output::TOPIC, output::TOPIC);
    for need in 1..=CUT_MAX {
        // Who speaks a language wants another; nobody asks for what they give otherwise.
        let languages = outputs[need] == output::TOPIC + LANGUAGE;
        for give in (1..=CUT_MAX).filter(|give| *give != need || languages) {
            let speak = |sums: &[i32; 1 + CUT_MAX]| sums[0] + (sums[need] - sums[give]) / CUT_TOPIC;
            let roles: Vec<i32> = told.iter().map(speak).collect();
            let shared: i32 = told.iter().map(|sums| (sums[need] + sums[give]) / CUT_TOPIC).sum();
            let alike = if need == give { UNIT / 2 } else { 0 };
            let all = whole[outputs[need]] + whole[outputs[give]];
            let anyhow = shared + all / CUT_WHOLE - alike;
            // No cut is better than one for which every word speaks.
            if roles.iter().map(|role| role.abs()).sum::<i32>() + anyhow <= best.0 {
                continue;
            }
            let (asks, score) = sides(&evidence.tokens, &roles, UNIT);
            let score = score + anyhow;
            if score > best.0 {
                best = (score, asks, outputs[need], outputs[give]);
            }
        }
    }
    let (_, asks, need, give) = best;
    let side = |wanted: bool, here: usize, there: usize| {
        let keep = |at: usize| asks.get(at).is_some_and(|asks| *asks == wanted);
        let mut sums = model.sums(evidence, known, keep);
        // Half a post has few words: what the whole is about counts too.
        sums.iter_mut().zip(whole).for_each(|(sum, whole)| *sum += whole / 2);
        if here != there {
            sums[here] += UNIT / 2;
            sums[there] -= UNIT / 2;
        }
        categories(&sums, false)
    };
    let (needs, gives) = (side(true, need, give), side(false, give, need));
    (asks, needs, gives)
}

/// The likeliest category, where `second` allows it one more that is meant too, and guesses.
fn categories(sums: &Sums, second: bool) -> Vec<Weighted> {
    let sums = &sums[output::TOPIC..output::TOPIC + output::TOPICS];
    let most = sums.iter().copied().max().unwrap_or_default();
    let odds: Vec<i32> = sums.iter().map(|sum| odds(most - sum)).collect();
    let total: i32 = odds.iter().sum();
    let mut list: Vec<(i32, usize)> =
        odds.iter().enumerate().map(|(topic, odds)| (odds * 1000 / total, topic)).collect();
    list.sort_by_key(|(likely, topic)| (Reverse(*likely), *topic));
    let named = list.into_iter().take(NAMED_MAX).enumerate().filter_map(|(place, (likely, topic))| {
        let meant = place == 0 || place == 1 && second && sums[topic] >= SECOND_MIN;
        let weight = if meant { likely.max(i32::from(CLEAR)) } else { likely.min(i32::from(CLEAR) - 1) };
        let named = meant || likely >= GUESS_MIN;
        named.then(|| Weighted {
            category: u16::try_from(topic).unwrap_or(0),
            weight: u16::try_from(weight.clamp(1, 1000)).unwrap_or(1),
        })
    });
    named.collect()
}

/// The odds of what stands `below` the likeliest, in 1/65,536.
fn odds(below: i32) -> i32 {
    const HALVING: i32 = UNIT / HALVINGS;
    let (halvings, rest) = (below / HALVING, below % HALVING);
    if halvings >= 16 { 0 } else { (65_536 - 32_768 * rest / HALVING) >> halvings }
}

/// How unlikely something is that is ahead of all else by so much (or behind, below zero): the softplus of twice the
/// distance, in log-odds of 1/[`ODD_UNIT`].
pub fn unlikely(ahead: i32) -> u8 {
    /// `ln(1 + exp(-x))` for x of 0, a half, 1 and so on.
    const BENDS: [i32; 10] = [22, 15, 10, 6, 4, 3, 2, 1, 1, 0];
    const HALF: i32 = UNIT / 2;
    let far = 2 * ahead.abs().min(4 * UNIT);
    let (at, rest) = (usize::try_from(far / HALF).unwrap_or(0), far % HALF);
    let bend = match BENDS.get(at..at + 2) {
        Some(&[near, next]) => near + (next - near) * rest / HALF,
        _ => 0,
    };
    let straight = if ahead < 0 { far * ODD_UNIT / UNIT } else { 0 };
    u8::try_from(straight + bend).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGE, UNIT, unlikely};
    use crate::targets::CATEGORIES;

    #[test]
    fn who_swaps_languages_is_known_by_the_place_of_the_category() {
        assert_eq!(CATEGORIES[LANGUAGE], "language");
    }

    #[test]
    fn the_further_ahead_the_likelier() {
        let all: Vec<u8> = (-40..=40).map(|tenths| unlikely(tenths * UNIT / 10)).collect();
        assert!(all.is_sorted_by(|a, b| a >= b), "{all:?}");
        assert_eq!((all[0], all[30], all[40], all[80]), (255, 68, 22, 0));
    }
}
