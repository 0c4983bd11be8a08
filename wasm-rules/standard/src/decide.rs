//! What a post is about as a whole and sentence by sentence, to one decision: does it ask, give, both, or neither.
//!
//! The model's sums are learned one by one and know nothing of one another: a post that asks in one sentence and gives in
//! the next has a middling sum for each. A second, small linear model over those sums and their products decides
//! (stacking: Wolpert, “Stacked generalization”, Neural Networks 5, 1992). It learns from sums of posts that the first
//! model never saw.

use koppelaar_rules::Kind;

use crate::model::{Sums, UNIT, output};

/// Sums of one sentence: the intents, then who asks.
pub type Sentence = [i32; STANCES];
/// The intents and who asks.
pub const STANCES: usize = output::INTENTS + 1;

/// Outputs of the whole post that are multiplied with one another: intents, who asks, closed, urgent.
const PRODUCED: usize = 8;
/// Outputs of the whole post that count by themselves.
const WHOLE: usize = output::COUNT - output::TOPICS;
/// The likeliest categories that count.
const TOPICS: usize = 3;
/// Kinds that a resident can click.
const KINDS: usize = 5;
/// How many facts there are.
pub const FACTS: usize = WHOLE + TOPICS + KINDS + PRODUCED * (PRODUCED + 1) / 2 + 4 * STANCES;

/// A sum beyond this, either way, says no more.
const SUM_MAX: i32 = 4 * UNIT;

/// What the decision rests on, in 1/[`UNIT`]: the sums of the post, its three likeliest categories, what was clicked,
/// products of sums, and of its sentences the most, the least, the first and the last.
pub fn facts(whole: &Sums, sentences: &[Sentence], clicked: Option<Kind>) -> [i32; FACTS] {
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
    own[STANCES..].copy_from_slice(&whole[output::CLOSED..output::ROLE]);
    let own = own.map(bounded);
    own.into_iter().for_each(&mut push);
    let mut topics = [0; output::TOPICS];
    topics.copy_from_slice(&whole[output::TOPIC..output::TOPIC + output::TOPICS]);
    topics.sort_unstable_by(|a, b| b.cmp(a));
    topics.into_iter().take(TOPICS).map(bounded).for_each(&mut push);
    (0..KINDS)
        .map(|kind| i32::from(clicked.is_some_and(|clicked| clicked as usize == kind)) * UNIT)
        .for_each(&mut push);
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

#[cfg(test)]
mod tests {
    use super::{FACTS, facts};
    use crate::model::{UNIT, output};

    #[test]
    fn every_fact_has_its_place() {
        let mut sums = [0; output::COUNT];
        sums[0] = 2 * UNIT;
        sums[output::TOPIC + 4] = 9 * UNIT;
        let found = facts(&sums, &[[1; 6], [-3; 6]], None);
        assert_eq!(found[0], 2 * UNIT);
        // Bounded, and the greatest of the categories comes first.
        assert_eq!(found[output::COUNT - output::TOPICS], 4 * UNIT);
        assert_eq!(found[FACTS - 4..], [1, -3, 1, -3]);
        assert_eq!(facts(&sums, &[], None)[FACTS - 4..], [0; 4]);
    }
}
