//! Chooses whom to suggest: what [`Market`] finds best over all requests of the neighbourhood, with the alternates of
//! each, and why somebody who suits better was passed over.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::assignment::{Edge, Market};
use super::candidates::helped_before;
use super::eligible::load_of;
use super::{Cause, Choice, History, Limits, OpenPost, Ranked};

/// What urgency is worth when two requests want the same helper, in points of the score.
const URGENT_BONUS: i32 = 300;
/// What it is worth that a helper was accepted for this very person before, in points of the score.
const CONTINUITY_BONUS: i32 = 100;
/// The most helpers of one request that the assignment chooses from. Nothing is lost where there are no more requests
/// than this: of so many helpers, one is always left to every request.
const MAX_HELPERS_PER_REQUEST: usize = 64;

/// The tasks of each helper, as they grow while tasks are given out.
#[derive(Clone)]
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

    /// Whether the author of `post` can take one more task.
    pub fn has_room(&self, post: usize) -> bool {
        self.tasks[self.helper_of[post]] < self.cap
    }

    fn same_person(&self, a: usize, b: usize) -> bool {
        self.helper_of[a] == self.helper_of[b]
    }

    /// What the next task of the author of `post` costs.
    fn price(&self, post: usize) -> i32 {
        self.price_of(self.tasks[self.helper_of[post]])
    }

    /// What one more task costs somebody who has so many.
    fn price_of(&self, tasks: u16) -> i32 {
        i32::from(tasks).saturating_mul(i32::from(self.price))
    }

    fn prices(&self, helper: usize) -> impl Iterator<Item = i32> {
        (self.tasks[helper]..self.cap).map(|tasks| self.price_of(tasks))
    }
}

/// A request with its first helper, the alternates behind, and who was passed over.
pub(super) struct Assigned {
    pub ranked: Ranked,
    pub passed_over: Option<(usize, Cause)>,
}

/// What an assignment is made of.
pub(super) struct Assigning<'a, 'p> {
    pub posts: &'a [&'p OpenPost],
    pub requests: &'a [Ranked],
    /// The posts that help and are open, the oldest first.
    pub helps: &'a [usize],
    pub history: &'a History,
    pub limits: &'a Limits,
    /// The posts that a ring or group has taken: they neither ask nor help one by one.
    pub taken: &'a HashSet<usize>,
    /// Those of them that a ring has taken.
    pub in_ring: &'a HashSet<usize>,
}

impl Assigning<'_, '_> {
    /// Gives every request at most one first helper, and alternates beside them; requests without a helper are left
    /// out. The oldest request is the first of the result.
    pub fn assign(&self, load: &Load) -> Vec<Assigned> {
        let mut after = load.clone();
        let first = self.first_helpers(load);
        for (_, choice) in &first {
            after.add(choice.helper);
        }
        let assigned = first.iter().map(|(ranked, choice)| Assigned {
            ranked: self.with_alternates(ranked, choice, &after),
            passed_over: self.passed_over(ranked, choice, load, &after),
        });
        assigned.collect()
    }

    /// The best assignment: each request that gets a helper, with that helper.
    pub fn first_helpers(&self, load: &Load) -> Vec<(&Ranked, &Choice)> {
        let mut market = Market::default();
        for helper in 0..load.tasks.len() {
            market.add_helper(load.prices(helper));
        }
        let asking: Vec<_> = self.requests.iter().filter(|ranked| !self.taken.contains(&ranked.request)).collect();
        let options: Vec<Vec<&Choice>> =
            asking.iter().map(|ranked| self.options(ranked.request, ranked.firsts(self.limits), load)).collect();
        for (ranked, options) in asking.iter().zip(&options) {
            let urgent = i32::from(self.posts[ranked.request].reading.reading.urgent) * URGENT_BONUS;
            market.add_request(options.iter().map(|choice| Edge {
                helper: load.helper_of[choice.helper],
                worth: self.worth(ranked.request, choice) + urgent,
            }));
        }
        let found = market.assign();
        let served = asking.into_iter().zip(options).zip(found);
        served.filter_map(|((ranked, options), at)| Some((ranked, options[at?]))).collect()
    }

    /// Those who can help one request, each person once, the best at their present price first.
    fn options<'r>(&self, request: usize, choices: impl Iterator<Item = &'r Choice>, load: &Load) -> Vec<&'r Choice> {
        let mut people = HashSet::new();
        let mut options: Vec<&Choice> = choices
            .filter(|choice| self.can_help(choice) && load.has_room(choice.helper))
            .filter(|choice| people.insert(load.helper_of[choice.helper]))
            .collect();
        options.sort_by_key(|choice| Reverse(self.worth(request, choice) - load.price(choice.helper)));
        options.truncate(MAX_HELPERS_PER_REQUEST);
        options
    }

    /// Whether somebody can help one by one: who gives on a condition helps in a ring only.
    fn can_help(&self, choice: &Choice) -> bool {
        !self.taken.contains(&choice.helper) && !self.posts[choice.helper].reading.reading.conditional
    }

    fn worth(&self, request: usize, choice: &Choice) -> i32 {
        i32::from(choice.score) + i32::from(self.is_familiar(request, choice)) * CONTINUITY_BONUS
    }

    fn is_familiar(&self, request: usize, choice: &Choice) -> bool {
        helped_before(self.posts[request], self.posts[choice.helper], self.history) > 0
    }

    /// The first helper and, beside them, others who still have room for a task, none of them twice.
    fn with_alternates(&self, ranked: &Ranked, first: &Choice, after: &Load) -> Ranked {
        let mut choices = vec![first.clone()];
        for choice in self.options(ranked.request, ranked.choices.iter(), after) {
            if choices.len() > self.limits.alternates {
                break;
            }
            if !after.same_person(choice.helper, first.helper) {
                choices.push(choice.clone());
            }
        }
        Ranked { request: ranked.request, choices }
    }

    /// The best of those who suit better than `first`, else who was suggested before and declined, and why not them.
    fn passed_over(&self, ranked: &Ranked, first: &Choice, load: &Load, after: &Load) -> Option<(usize, Cause)> {
        let best = ranked.choices.first()?;
        if best.score > first.score && !load.same_person(best.helper, first.helper) {
            let tasks = |load: &Load| load.tasks[load.helper_of[best.helper]];
            let before = load_of(self.posts[best.helper], self.history);
            let cause = if self.in_ring.contains(&best.helper) {
                Cause::Exchange
            } else if self.posts[best.helper].reading.reading.conditional {
                Cause::Condition
            } else if before >= self.limits.tasks_per_helper {
                Cause::Tasks(before)
            } else if tasks(after) > before {
                Cause::Elsewhere
            } else if before > 0 {
                Cause::Tasks(before)
            } else {
                Cause::Familiar
            };
            return Some((best.helper, cause));
        }
        if self.history.refused.is_empty() {
            return None;
        }
        let request = &self.posts[ranked.request].id;
        let refused = |i: usize| self.history.refused.contains(&(request.clone(), self.posts[i].id.clone()));
        let mut newest_first = self.helps.iter().copied().rev();
        let apart = |i: usize| self.history.safeguards.apart(&self.posts[i].author, &self.posts[ranked.request].author);
        let declined = newest_first.find(|i| refused(*i) && !apart(*i) && !load.same_person(*i, first.helper));
        declined.map(|i| (i, Cause::Declined))
    }
}
