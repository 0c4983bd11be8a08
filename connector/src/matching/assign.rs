//! Chooses whom to suggest: the best pairs first, against a price that rises with every task of the same helper.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::eligible::load_of;
use super::{Choice, History, Limits, OpenPost, Ranked};

/// What urgency is worth when two requests want the same helper, in points of the score.
const URGENT_BONUS: i32 = 300;

/// The tasks of each helper, as they grow while tasks are given out.
pub(super) struct Load {
    /// The helper of each post: an author who wrote two posts is one helper.
    helper_of: Vec<usize>,
    tasks: Vec<u16>,
    cap: u16,
    price: u16,
}

impl Load {
    pub fn new(posts: &[&OpenPost], history: &History, limits: &Limits) -> Self {
        let mut helpers = HashMap::new();
        let mut tasks = Vec::new();
        let helper_of = posts
            .iter()
            .map(|post| {
                *helpers.entry(&post.author).or_insert_with(|| {
                    tasks.push(load_of(post, history));
                    tasks.len() - 1
                })
            })
            .collect();
        Self { helper_of, tasks, cap: limits.tasks_per_helper, price: limits.price_per_task }
    }

    /// Gives the author of `post` one more task.
    pub fn add(&mut self, post: usize) {
        self.tasks[self.helper_of[post]] += 1;
    }

    fn is_full(&self, post: usize) -> bool {
        self.tasks[self.helper_of[post]] >= self.cap
    }

    /// What one more task of the author of `post` costs.
    fn price(&self, post: usize) -> i32 {
        i32::from(self.tasks[self.helper_of[post]]) * i32::from(self.price)
    }
}

/// Gives every request at most one first helper, and alternates beside them; requests without a helper are left out.
/// `free` says whether a post, as the one who asks or helps, is not taken by a ring or group. The oldest request is
/// the first of the result.
///
/// Greedy: pairs are taken by descending worth (score, urgency, less the helper's price), of equals that of the older
/// request. A price only falls due when a task is given out, so a worth can only sink: it is looked at again when it
/// comes up, and put back if it has.
pub(super) fn assign(
    posts: &[&OpenPost],
    requests: &[Ranked],
    free: impl Fn(usize) -> bool,
    mut load: Load,
    limits: &Limits,
) -> Vec<Ranked> {
    let worth = |load: &Load, request: usize, choice: &Choice| {
        let urgent = i32::from(posts[request].reading.reading.urgent) * URGENT_BONUS;
        i32::from(choice.score) + urgent - load.price(choice.helper)
    };
    let mut pairs = BinaryHeap::new();
    for (r, ranked) in requests.iter().enumerate().filter(|(_, ranked)| free(ranked.request)) {
        for (c, choice) in ranked.choices.iter().enumerate().filter(|(_, choice)| free(choice.helper)) {
            pairs.push((worth(&load, ranked.request, choice), Reverse(r), Reverse(c)));
        }
    }
    let mut first: Vec<Option<usize>> = vec![None; requests.len()];
    while let Some((was_worth, Reverse(r), Reverse(c))) = pairs.pop() {
        let choice = &requests[r].choices[c];
        if first[r].is_some() || load.is_full(choice.helper) {
            continue;
        }
        let is_worth = worth(&load, requests[r].request, choice);
        if is_worth < was_worth {
            pairs.push((is_worth, Reverse(r), Reverse(c)));
            continue;
        }
        first[r] = Some(c);
        load.add(choice.helper);
    }
    let assigned = requests.iter().zip(first).filter_map(|(ranked, first)| Some((ranked, first?)));
    assigned.map(|(ranked, first)| with_alternates(ranked, first, &free, &load, limits)).collect()
}

/// The first helper and, beside them, others who still have room for a task, none of them twice.
fn with_alternates(
    ranked: &Ranked,
    first: usize,
    free: impl Fn(usize) -> bool,
    load: &Load,
    limits: &Limits,
) -> Ranked {
    let mut others: Vec<_> = ranked
        .choices
        .iter()
        .filter(|choice| free(choice.helper) && !load.is_full(choice.helper))
        .map(|choice| (Reverse(i32::from(choice.score) - load.price(choice.helper)), choice))
        .collect();
    others.sort_by_key(|(worth, choice)| (*worth, choice.helper));
    let mut choices = vec![ranked.choices[first].clone()];
    for (_, choice) in others {
        if choices.len() > limits.alternates {
            break;
        }
        let person = load.helper_of[choice.helper];
        if choices.iter().all(|chosen| load.helper_of[chosen.helper] != person) {
            choices.push(choice.clone());
        }
    }
    Ranked { request: ranked.request, choices }
}
