//! Who may meet whom: an inverted index from category to those who give it, so that cost follows the requests that a
//! change touches and not all pairs.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::eligible::{self, Roles};
use super::{History, Limits, OpenPost};
use crate::rules::{Intent, MAX_CANDIDATES, Manifest};

/// What living in the same part of the neighbourhood is worth when there are too many candidates, in weight.
const SAME_AREA_BONUS: u32 = 200;
/// What having helped this person before is worth then, in weight.
const HELPED_BEFORE_BONUS: u32 = 400;

/// A request and the helpers to judge, by index.
pub(super) struct Question {
    pub request: usize,
    pub helpers: Vec<usize>,
}

/// The questions that the change touches: those of changed requests, and those with a changed helper.
pub(super) fn find(
    posts: &[&OpenPost],
    roles: &Roles,
    changed: Option<&[bool]>,
    history: &History,
    limits: &Limits,
    manifest: &Manifest,
) -> Vec<Question> {
    let mut givers: HashMap<u16, Vec<(usize, u16)>> = HashMap::new();
    for &helper in &roles.helps {
        for give in &posts[helper].reading.reading.gives {
            givers.entry(give.category).or_default().push((helper, give.weight));
        }
    }
    let limit = limits.candidates_per_request.min(MAX_CANDIDATES);
    let is_changed = |i: usize| changed.is_none_or(|changed| changed[i]);
    // A change anywhere in a ring can close it: all its links are judged then.
    let is_member = |i: usize| posts[i].reading.reading.intent == Intent::Exchange;
    let ring_changed = roles.asks.iter().any(|i| is_member(*i) && is_changed(*i));
    let question = |&request: &usize| {
        let shared = shared_weights(posts[request], &givers);
        let touched = is_changed(request)
            || ring_changed && is_member(request)
            || shared.iter().any(|(helper, _)| is_changed(*helper));
        let may_meet = |helper: usize| eligible::may_meet(posts[request], posts[helper], history);
        let mut keyed: Vec<_> = shared
            .into_iter()
            .filter(|(helper, _)| touched && may_meet(*helper))
            .map(|(helper, weight)| {
                let (asker, offer) = (posts[request], posts[helper]);
                let lacks = history.safeguards.lacks_certificate(asker, offer, limits, manifest);
                (lacks, Reverse(weight + bonus(asker, offer, history)), Reverse(helper))
            })
            .collect();
        // Who may be suggested at once first, and the newest offer first among equals: it is the likeliest to stand.
        keyed.sort_unstable();
        keyed.truncate(limit);
        let helpers: Vec<_> = keyed.into_iter().map(|(.., Reverse(helper))| helper).collect();
        (!helpers.is_empty()).then_some(Question { request, helpers })
    };
    roles.asks.iter().filter_map(question).collect()
}

/// Every helper who gives something that `request` needs, with the weight of what they share.
fn shared_weights(request: &OpenPost, givers: &HashMap<u16, Vec<(usize, u16)>>) -> HashMap<usize, u32> {
    let mut shared = HashMap::new();
    for need in &request.reading.reading.needs {
        for (helper, weight) in givers.get(&need.category).into_iter().flatten() {
            *shared.entry(*helper).or_insert(0) += u32::from(need.weight.min(*weight));
        }
    }
    shared
}

fn bonus(request: &OpenPost, helper: &OpenPost, history: &History) -> u32 {
    u32::from(same_area(request, helper)) * SAME_AREA_BONUS
        + u32::from(helped_before(request, helper, history) > 0) * HELPED_BEFORE_BONUS
}

/// Whether both live in the same part of the neighbourhood, as far as the platform says.
pub(super) fn same_area(a: &OpenPost, b: &OpenPost) -> bool {
    a.area.is_some() && a.area == b.area
}

/// How often this helper was accepted for this person before.
pub(super) fn helped_before(request: &OpenPost, helper: &OpenPost, history: &History) -> u16 {
    if history.helped.is_empty() {
        return 0;
    }
    history.helped.get(&(helper.author.clone(), request.author.clone())).copied().unwrap_or(0)
}
