//! Who asks, who gives, and what: the model's sums to decisions.

use koppelaar_rules::{Intent, Kind, Weighted};

use crate::decide::facts;
use crate::evidence::Evidence;
use crate::model::{Model, Sums, UNIT, numbers, output};
use crate::sides::sides;

/// Categories that a reading names at most on either side, guesses included.
const NAMED_MAX: usize = 4;
/// From here a second category is meant too, in 1/[`UNIT`].
const SECOND_MIN: i32 = -UNIT / 8;
/// Below this likelihood, in thousandths, a category is not even a guess.
const GUESS_MIN: i32 = 60;
/// How often a [`UNIT`] halves the odds.
const HALVINGS: i32 = 9;
/// An intent that is behind by no more than this, in 1/[`UNIT`], may be meant as well.
const DOUBT: i32 = 4 * UNIT / 10;
/// From this weight on a category is meant; below it is a guess, by which helpers are sought but of which nobody is told.
pub const CLEAR: u16 = 500;

const INTENTS: [Intent; output::INTENTS] =
    [Intent::Request, Intent::Offer, Intent::Exchange, Intent::Report, Intent::Notice];
/// Places in [`INTENTS`].
const REQUEST: usize = 0;
const OFFER: usize = 1;

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
}

/// Decides. `clicked` is what the resident chose on the platform: a weak hint.
pub fn understand(model: &Model<'_>, evidence: &Evidence, rarities: &[u8], clicked: Option<Kind>) -> Understanding {
    let (sums, sentences) = model.whole(evidence, rarities, clicked);
    let intents = model.intents(&facts(&sums, &sentences, clicked));
    let best = (0..INTENTS.len()).max_by_key(|&i| (intents[i], std::cmp::Reverse(i))).unwrap_or(0);
    let intent = INTENTS[best];
    let list = || categories(&sums, true);
    // Who may as well mean the other gets guesses on that side: a person reads the two posts before anybody is called.
    let guesses = |other: usize| {
        let doubted = if intents[best] - intents[other] > DOUBT { Vec::new() } else { list() };
        doubted.into_iter().map(|w| Weighted { weight: w.weight.min(CLEAR - 1), ..w }).collect()
    };
    let (needs, gives) = match intent {
        Intent::Request => (list(), guesses(OFFER)),
        Intent::Offer => (guesses(REQUEST), list()),
        Intent::Exchange => both(model, evidence, rarities, &sums),
        Intent::Report | Intent::Notice => (Vec::new(), Vec::new()),
    };
    Understanding { intent, needs, gives, sums }
}

/// The categories of either side of an exchange.
fn both(model: &Model<'_>, evidence: &Evidence, rarities: &[u8], whole: &Sums) -> (Vec<Weighted>, Vec<Weighted>) {
    let roles: Vec<i32> = (0..evidence.tokens.list.len()).map(|at| model.role(evidence, rarities, at)).collect();
    let asks = sides(&evidence.tokens, &roles, UNIT);
    let side = |wanted: bool| {
        let keep = |at: usize| asks.get(at).is_some_and(|asks| *asks == wanted);
        let mut sums = model.sums(evidence, rarities, keep, &numbers(evidence, keep, false, None));
        // Half a post has few words: what the whole is about counts too.
        sums.iter_mut().zip(whole).for_each(|(sum, whole)| *sum += whole / 2);
        categories(&sums, false)
    };
    (side(true), side(false))
}

/// The likeliest category, where `second` allows it one more that is meant too, and guesses.
fn categories(sums: &Sums, second: bool) -> Vec<Weighted> {
    let sums = &sums[output::TOPIC..output::TOPIC + output::TOPICS];
    let most = sums.iter().copied().max().unwrap_or_default();
    let odds: Vec<i32> = sums.iter().map(|sum| odds(most - sum)).collect();
    let total: i32 = odds.iter().sum();
    let mut list: Vec<(i32, usize)> =
        odds.iter().enumerate().map(|(topic, odds)| (odds * 1000 / total, topic)).collect();
    list.sort_by_key(|(likely, topic)| (std::cmp::Reverse(*likely), *topic));
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
