//! Rings of people who help each other: two, or three, of whom each gives what the next one needs.
//!
//! A ring is all or nothing, and nobody is in two. Rings of two go before rings of three, which take one more person to
//! agree; among rings of one size the best go first. A ring that would give a member a far worse helper than the plain
//! assignment does is left out (see [`FAR_BETTER`]).

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::{Choice, History, Limits, OpenPost, Ranked};
use crate::domain::PostId;
use crate::rules::Intent;

/// The most partners of one member, those whom they help best, that are followed in the search for rings of three: it
/// costs at most the square of this for every post that asks and gives.
const MAX_PARTNERS: usize = 20;
/// A plain helper who suits a member by so many points of the score better than the ring does is worth more than the
/// exchange.
const FAR_BETTER: u16 = 250;

/// Two or three posts whose authors can help each other.
#[derive(Debug, Clone)]
pub(super) struct Members<'a> {
    /// Each helps the next, and the last the first; the oldest post is the first.
    pub posts: Vec<usize>,
    /// How well each of them suits the next.
    pub choices: Vec<&'a Choice>,
}

impl<'a> Members<'a> {
    /// Each edge as the one who asks, and how well their helper suits.
    pub fn asks(&self) -> impl Iterator<Item = (usize, &'a Choice)> {
        self.posts.iter().cycle().skip(1).copied().zip(self.choices.iter().copied())
    }

    /// A chain is as strong as its weakest link.
    fn strength(&self) -> (u16, u32) {
        let scores = self.choices.iter().map(|choice| choice.score);
        (scores.clone().min().unwrap_or(0), scores.map(u32::from).sum())
    }

    fn key(&self) -> impl Ord + use<> {
        (self.posts.len(), Reverse(self.strength()), self.posts.clone())
    }
}

/// Rings of which every link is a verdict above the threshold; no author is in two. Only who both asks and gives can
/// be a member, and has `room` for a task. `plain` gives the score of the helper whom a post would get without rings.
pub(super) fn rings<'a>(
    posts: &[&OpenPost],
    requests: &'a [Ranked],
    history: &History,
    limits: &Limits,
    room: impl Fn(usize) -> bool,
    plain: impl Fn(usize) -> Option<u16>,
) -> Vec<Members<'a>> {
    let may_join = |i: usize| posts[i].reading.reading.intent == Intent::Exchange && room(i);
    let links = Links::new(requests, limits, may_join);
    let mut rings = links.rings();
    rings.retain(|ring| {
        let declined = !history.refused_rings.is_empty() && history.refused_rings.contains(&ids(posts, &ring.posts));
        let far_better = |asker: usize, choice: &Choice| {
            plain(asker).is_some_and(|score| score >= choice.score.saturating_add(FAR_BETTER))
        };
        !declined && !ring.asks().any(|(asker, choice)| far_better(asker, choice))
    });
    rings.sort_by_cached_key(Members::key);
    let mut taken = HashSet::new();
    rings.retain(|ring| {
        let authors = || ring.posts.iter().map(|i| &posts[*i].author);
        let free = authors().all(|author| !taken.contains(author));
        if free {
            taken.extend(authors());
        }
        free
    });
    rings
}

/// Who helps whom among those who both ask and give.
struct Links<'a> {
    /// By helper, whom they help, the best first.
    helped_by: HashMap<usize, Vec<(usize, &'a Choice)>>,
    /// By helper and who asks.
    by_pair: HashMap<(usize, usize), &'a Choice>,
}

impl<'a> Links<'a> {
    fn new(requests: &'a [Ranked], limits: &Limits, may_join: impl Fn(usize) -> bool) -> Self {
        let mut links = Self { helped_by: HashMap::new(), by_pair: HashMap::new() };
        for ranked in requests.iter().filter(|ranked| may_join(ranked.request)) {
            for choice in ranked.firsts(limits).filter(|choice| may_join(choice.helper)) {
                links.helped_by.entry(choice.helper).or_default().push((ranked.request, choice));
                links.by_pair.insert((choice.helper, ranked.request), choice);
            }
        }
        for helped in links.helped_by.values_mut() {
            helped.sort_by_key(|(asker, choice)| (Reverse(choice.score), *asker));
        }
        links
    }

    /// Every ring of two, and those of three among the best partners, each once.
    fn rings(&self) -> Vec<Members<'a>> {
        let mut rings = Vec::new();
        for (&first, helped) in &self.helped_by {
            for &(second, choice) in helped.iter().filter(|(second, _)| *second > first) {
                if let Some(back) = self.by_pair.get(&(second, first)) {
                    rings.push(Members { posts: vec![first, second], choices: vec![choice, back] });
                }
            }
            for &(second, choice) in helped.iter().take(MAX_PARTNERS).filter(|(second, _)| *second > first) {
                for &(third, onward) in self.helped_by.get(&second).into_iter().flatten().take(MAX_PARTNERS) {
                    if third > first
                        && let Some(back) = self.by_pair.get(&(third, first))
                    {
                        rings.push(Members { posts: vec![first, second, third], choices: vec![choice, onward, back] });
                    }
                }
            }
        }
        rings
    }
}

/// The identifiers of a ring's posts, sorted, as [`History::refused_rings`] has them.
fn ids(posts: &[&OpenPost], members: &[usize]) -> Vec<PostId> {
    let mut ids: Vec<PostId> = members.iter().map(|i| posts[*i].id.clone()).collect();
    ids.sort_unstable();
    ids
}
