//! Groups: several requests for one thing that are best met by one joint action.

use std::collections::{BTreeMap, HashSet};

use super::eligible::Roles;
use super::{History, Limits, OpenPost};
use crate::rules::{Intent, Manifest};

/// Groups by category: requests whose main need is in a category that people can act on together, one per author, the
/// oldest first. Who is kept apart from somebody older in the group stays out of it. Only groups with a changed post are
/// formed.
pub(super) fn form(
    posts: &[&OpenPost],
    roles: &Roles,
    changed: Option<&[bool]>,
    history: &History,
    limits: &Limits,
    manifest: &Manifest,
) -> Vec<(u16, Vec<usize>)> {
    let mut members: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    let mut authors = HashSet::new();
    for &i in &roles.asks {
        let reading = &posts[i].reading.reading;
        let Some(main) = reading.needs.first().filter(|_| reading.intent == Intent::Request) else { continue };
        let together = manifest.categories[usize::from(main.category)].together;
        if !together {
            continue;
        }
        let members = members.entry(main.category).or_default();
        let apart = |member: &usize| history.safeguards.apart(&posts[*member].author, &posts[i].author);
        if !members.iter().any(apart) && authors.insert((main.category, &posts[i].author)) {
            members.push(i);
        }
    }
    let is_changed = |i: &usize| changed.is_none_or(|changed| changed[*i]);
    members
        .into_iter()
        .filter(|(_, members)| members.len() >= limits.group_min && members.iter().any(is_changed))
        .map(|(category, mut members)| {
            members.truncate(limits.group_max);
            (category, members)
        })
        .collect()
}
