//! Rings of people who help each other: two posts of which each gives what the other needs.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::{Choice, OpenPost, Ranked};

/// Two posts whose authors can help each other.
pub(super) struct Pair<'a> {
    /// The older post first.
    pub members: [usize; 2],
    /// How well the other suits each of them as the one who asks.
    pub choices: [&'a Choice; 2],
}

/// Pairs whose verdicts are both above the threshold, the best first; no author is in two.
///
/// Only those whom the rules rank in both directions come in question, and they are those who both ask and give.
pub(super) fn rings<'a>(posts: &[&OpenPost], requests: &'a [Ranked]) -> Vec<Pair<'a>> {
    let choices: HashMap<(usize, usize), &Choice> = requests
        .iter()
        .flat_map(|ranked| ranked.choices.iter().map(|choice| ((ranked.request, choice.helper), choice)))
        .collect();
    let mut pairs: Vec<Pair<'a>> = choices
        .iter()
        .filter(|((a, b), _)| a < b)
        .filter_map(|(&(a, b), &there)| Some(Pair { members: [a, b], choices: [there, choices.get(&(b, a))?] }))
        .collect();
    // A chain is as strong as its weakest link.
    let strength = |pair: &Pair<'_>| {
        let [there, back] = pair.choices.map(|choice| choice.score);
        (there.min(back), there.max(back))
    };
    pairs.sort_by_key(|pair| (Reverse(strength(pair)), pair.members));
    let mut taken = HashSet::new();
    pairs.retain(|pair| {
        let [a, b] = pair.members.map(|i| &posts[i].author);
        let free = !taken.contains(a) && !taken.contains(b);
        if free {
            taken.extend([a, b]);
        }
        free
    });
    pairs
}
