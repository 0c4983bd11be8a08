//! What a post is about as a whole and sentence by sentence, to decisions: does it ask, give, both, or neither; is it over;
//! does it brook no delay.
//!
//! The model's sums are learned one by one and know nothing of one another: a post that asks in one sentence and gives in
//! the next has a middling sum for each, and a long post that ends with “found somebody, thanks” hardly any for being over. A
//! second, small model over those sums and their products decides: a net with one hidden layer (stacking: Wolpert, “Stacked
//! generalization”, Neural Networks 5, 1992). It learns from sums of posts that the first model never saw.

use koppelaar_rules::Kind;

use crate::lanes::{Lanes, two};
use crate::model::{Clause, UNIT, Whole, output};

/// Sums of one sentence, of the outputs in [`OF_SENTENCES`].
pub type Sentence = [i32; STANCES];
/// The intents, who asks, closed and urgent.
pub const OF_SENTENCES: [usize; STANCES] = [0, 1, 2, 3, 4, output::ROLE, output::CLOSED, output::URGENT];
const STANCES: usize = output::INTENTS + 3;

/// What is decided: the intents, of which one is meant, then whether the post is closed, and whether it is urgent.
pub const DECIDED: usize = output::INTENTS + 2;
/// The place of closed in what is decided.
pub const CLOSED: usize = output::INTENTS;
/// That of urgent.
pub const URGENT: usize = CLOSED + 1;

/// Outputs of the whole post that are multiplied with one another: intents, who asks, closed, urgent.
const PRODUCED: usize = 8;
/// Outputs of the whole post that count by themselves: all but the categories, and those that are told of clauses.
const WHOLE: usize = output::REFUSED - output::TOPICS;
/// The likeliest categories that count.
const TOPICS: usize = 3;
/// Kinds that a resident can click.
const KINDS: usize = 5;
/// How many facts there are.
pub const FACTS: usize = WHOLE + TOPICS + KINDS + 1 + 3 + PRODUCED * (PRODUCED + 1) / 2 + 4 * STANCES;

/// Hidden units of the net.
pub const HIDDEN: usize = 32;
/// What a weight of 1 is.
pub const WEIGHT_UNIT: i32 = 1 << 11;
/// Bytes of the net.
pub const NET_BYTES: usize = BYTES * (HIDDEN * (1 + FACTS) + DECIDED * (1 + HIDDEN));

/// A sum beyond this, either way, says no more.
const SUM_MAX: i32 = 4 * UNIT;
/// No weight of a fact is further than this from zero, so that what all facts weigh fits 32 bits.
pub const WEIGHT_MAX: i32 = 4 * WEIGHT_UNIT;
/// What the facts are divided by before they are weighed, for the same reason.
const COARSER: i32 = 8;
/// The most that a fact is: a product of two sums.
const FACT_MAX: i32 = SUM_MAX / UNIT * SUM_MAX;
#[expect(clippy::cast_possible_wrap, reason = "there are few facts")]
const _: () = assert!((FACTS as i64 + 1) * (FACT_MAX / COARSER) as i64 * WEIGHT_MAX as i64 <= i32::MAX as i64);

/// What the decisions rest on, in 1/[`UNIT`]: the sums of the post, its three likeliest categories, what was clicked,
/// whether phrases say that it is over, what its clauses, and those of its title, say at most of its being over, and of haste,
/// products of sums, and of its sentences the most, the least, the first and the last.
pub fn facts(whole: &Whole, clicked: Option<Kind>, over: bool) -> [i32; FACTS] {
    let Whole { sums: whole, sentences, clauses } = whole;
    let mut facts = [0; FACTS];
    let mut at = 0;
    let mut push = |fact: i32| {
        facts[at] = fact;
        at += 1;
    };
    let bounded = |sum: i32| sum.clamp(-SUM_MAX, SUM_MAX);
    let mut own = [0; WHOLE];
    own[..output::INTENTS].copy_from_slice(&whole[..output::INTENTS]);
    own[output::INTENTS] = whole[output::ROLE];
    own[output::INTENTS + 1..].copy_from_slice(&whole[output::CLOSED..output::ROLE]);
    let own = own.map(bounded);
    own.into_iter().for_each(&mut push);
    let mut topics = [0; output::TOPICS];
    topics.copy_from_slice(&whole[output::TOPIC..output::TOPIC + output::TOPICS]);
    topics.sort_unstable_by(|a, b| b.cmp(a));
    topics.into_iter().take(TOPICS).map(bounded).for_each(&mut push);
    (0..KINDS)
        .map(|kind| i32::from(clicked.is_some_and(|clicked| clicked as usize == kind)) * UNIT)
        .for_each(&mut push);
    push(i32::from(over) * UNIT);
    let most = |sum: fn(&Clause) -> i32| bounded(clauses.iter().map(sum).max().unwrap_or_default());
    [most(|clause| clause.closed), most(|clause| clause.urgent)].into_iter().for_each(&mut push);
    // “Bijles (VOLZET)”.
    let title = clauses.iter().filter(|clause| clause.titled).map(|clause| clause.closed).max();
    push(bounded(title.unwrap_or_default()));
    for a in 0..PRODUCED {
        (a..PRODUCED).map(|b| own[a] * own[b] / UNIT).for_each(&mut push);
    }
    for stance in 0..STANCES {
        let sums = || sentences.iter().map(|sentence| bounded(sentence[stance]));
        [sums().max(), sums().min(), sums().next(), sums().next_back()]
            .into_iter()
            .map(Option::unwrap_or_default)
            .for_each(&mut push);
    }
    facts
}

/// Hidden units stand in [`Lanes`], two by two.
const PAIRS: usize = HIDDEN / 2;
const _: () = assert!(HIDDEN.is_multiple_of(2));
/// Bytes of a weight.
const BYTES: usize = 2;

/// The net, unpacked.
#[derive(Clone, Debug)]
pub struct Net<'a> {
    /// Those of the hidden units.
    biases: Lanes<PAIRS>,
    /// What each fact weighs for the hidden units.
    weights: Vec<[i64; PAIRS]>,
    /// For each decision a bias and the weights of the hidden units, packed.
    last: &'a [u8],
}

impl<'a> Net<'a> {
    /// Reads a net: for each hidden unit a bias and a weight for each fact, then for each decision a bias and a weight for
    /// each hidden unit (`i16`, little-endian, in 1/[`WEIGHT_UNIT`], of facts within [`WEIGHT_MAX`]).
    pub fn new(bytes: &'a [u8; NET_BYTES]) -> Self {
        let (hidden, last) = bytes.split_at(BYTES * HIDDEN * (1 + FACTS));
        let numbers = hidden.as_chunks::<BYTES>().0;
        let weight = |unit: usize, place: usize| i16::from_le_bytes(numbers[unit * (1 + FACTS) + place]);
        let row = |place: usize| std::array::from_fn(|pair| two(weight(2 * pair, place), weight(2 * pair + 1, place)));
        let mut biases = Lanes::ZERO;
        biases.add_times(row(0), i64::from(UNIT / COARSER));
        Self { biases, weights: (1..=FACTS).map(row).collect(), last }
    }

    /// What speaks for each decision, in 1/[`UNIT`]: half of its log-odds. What a hidden unit gets below zero counts as zero.
    pub fn decide(&self, facts: &[i32; FACTS]) -> [i32; DECIDED] {
        let mut sums = self.biases;
        for (fact, weights) in facts.iter().zip(&self.weights) {
            sums.add_times(*weights, i64::from(fact / COARSER));
        }
        let units: [i32; HIDDEN] = std::array::from_fn(|unit| (sums.get(unit) / (WEIGHT_UNIT / COARSER)).max(0));
        let mut decided = [0; DECIDED];
        for (sum, weights) in decided.iter_mut().zip(self.last.chunks_exact(BYTES * (1 + HIDDEN))) {
            *sum = weighed(weights, &units);
        }
        decided
    }
}

/// A bias and what the values weigh together.
fn weighed(weights: &[u8], values: &[i32]) -> i32 {
    let mut weights = weights.as_chunks().0.iter().map(|weight| i64::from(i16::from_le_bytes(*weight)));
    let bias = weights.next().unwrap_or_default() * i64::from(UNIT);
    let sum = weights.zip(values).fold(bias, |sum, (weight, value)| sum + weight * i64::from(*value));
    i32::try_from(sum / i64::from(WEIGHT_UNIT)).unwrap_or(if sum < 0 { i32::MIN / 4 } else { i32::MAX / 4 })
}

#[cfg(test)]
mod tests {
    use super::{FACTS, HIDDEN, NET_BYTES, Net, STANCES, WEIGHT_UNIT, facts};
    use crate::model::{Clause, UNIT, Whole, output};

    #[test]
    fn a_hidden_unit_counts_above_zero_only() {
        let mut weights = vec![0_i16; NET_BYTES / 2];
        let one = i16::try_from(WEIGHT_UNIT).unwrap();
        // The first hidden unit takes the first fact, the second its opposite; the first intent counts both, and a bias.
        weights[1] = one;
        weights[1 + FACTS + 1] = -one;
        let last = HIDDEN * (1 + FACTS);
        (weights[last], weights[last + 1], weights[last + 2]) = (one, one, -2 * one);
        let net: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
        let mut facts = [0; FACTS];
        for (fact, said) in [(3 * UNIT, 4 * UNIT), (-UNIT, -UNIT), (0, UNIT)] {
            facts[0] = fact;
            assert_eq!(Net::new(net.first_chunk().unwrap()).decide(&facts), [said, 0, 0, 0, 0, 0, 0]);
        }
    }

    #[test]
    fn every_fact_has_its_place() {
        let mut sums = [0; output::COUNT];
        sums[0] = 2 * UNIT;
        sums[output::TOPIC + 4] = 9 * UNIT;
        let clause = |titled, closed, urgent| Clause { range: 0..1, titled, refused: 0, timed: 0, closed, urgent };
        let clauses = || vec![clause(true, -8, -7), clause(false, 5, -6), clause(true, -9, -9)];
        let said = |sentences: Vec<[i32; STANCES]>| Whole { sums, sentences, clauses: clauses() };
        let found = facts(&said(vec![[1; STANCES], [-3; STANCES]]), None, true);
        assert_eq!(found[0], 2 * UNIT);
        // Bounded, and the greatest of the categories comes first.
        assert_eq!(found[super::WHOLE], 4 * UNIT);
        // What phrases say of its being over, of its clauses the most closed and the most urgent one, and the title's.
        let over = super::WHOLE + super::TOPICS + super::KINDS;
        assert_eq!(found[over..over + 4], [UNIT, 5, -6, -8]);
        assert_eq!(found[FACTS - 4..], [1, -3, 1, -3]);
        assert_eq!(facts(&said(Vec::new()), None, true)[FACTS - 4..], [0; 4]);
    }
}
