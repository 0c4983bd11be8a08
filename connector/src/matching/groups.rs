//! Groups: several requests for one thing that are best met by one joint action.

use std::collections::{BTreeMap, HashSet};

use jiff::Span;

use super::eligible::Roles;
use super::{History, Limits, OpenPost};
use crate::rules::{Intent, Manifest, Slot};

/// Clear requests of which a group needs so many before it takes in others that leave open who asks.
const CLEAR_MIN: usize = 2;

/// Groups by category: requests whose main need is in a category that people can act on together, and whose times meet, one
/// per author, the oldest first. Beside [`CLEAR_MIN`] of them a group also takes posts that leave open who asks: “an order
/// of heating oil, who joins in?” is an offer as much as a request. Who is kept apart from somebody older in the group
/// stays out of it. Only groups with a changed post are formed.
pub(super) fn form(
    posts: &[&OpenPost],
    roles: &Roles,
    changed: Option<&[bool]>,
    history: &History,
    limits: &Limits,
    manifest: &Manifest,
) -> Vec<(u16, Vec<usize>)> {
    let mut groups: BTreeMap<u16, Vec<Vec<usize>>> = BTreeMap::new();
    let mut authors = HashSet::new();
    let intent = |i: &usize| posts[*i].reading.reading.intent;
    let clear = roles.asks.iter().filter(|i| intent(i) == Intent::Request);
    let open = roles.asks.iter().filter(|i| intent(i) == Intent::Offer);
    for &i in clear.chain(open) {
        let reading = &posts[i].reading.reading;
        let Some(main) = reading.needs.first() else { continue };
        let together = manifest.categories[usize::from(main.category)].together;
        if !together || authors.contains(&(main.category, &posts[i].author)) {
            continue;
        }
        let groups = groups.entry(main.category).or_default();
        let apart = |member: &usize| history.safeguards.apart(&posts[*member].author, &posts[i].author);
        let takes = |group: &Vec<usize>| {
            (reading.intent == Intent::Request || group.len() >= CLEAR_MIN)
                && group.iter().all(|member| meet(posts[*member], posts[i]))
        };
        match groups.iter_mut().find(|group| takes(group)) {
            Some(group) if group.iter().any(apart) => continue,
            Some(group) => group.push(i),
            None if reading.intent == Intent::Request => groups.push(vec![i]),
            None => continue,
        }
        authors.insert((main.category, &posts[i].author));
    }
    let is_changed = |i: &usize| changed.is_none_or(|changed| changed[*i]);
    groups
        .into_iter()
        .flat_map(|(category, groups)| groups.into_iter().map(move |group| (category, group)))
        .filter(|(_, members)| members.len() >= limits.group_min && members.iter().any(is_changed))
        .map(|(category, mut members)| {
            members.truncate(limits.group_max);
            (category, members)
        })
        .collect()
}

/// Whether two requests can be met at one time: a ride on Tuesday and one on Sunday are no joint ride. Who names no time
/// can at any.
fn meet(a: &OpenPost, b: &OpenPost) -> bool {
    let (ours, theirs) = (&a.reading.reading.slots, &b.reading.reading.slots);
    let date = |post: &OpenPost, slot: &Slot| {
        slot.days_ahead.map(|days| post.written.0.date().saturating_add(Span::new().days(i64::from(days))))
    };
    let overlap = |our: &Slot, their: &Slot| {
        our.weekday == their.weekday
            && our.from_minute < their.to_minute
            && their.from_minute < our.to_minute
            // Two dates must be one; a date and a weekday that comes back always meet.
            && date(a, our).zip(date(b, their)).is_none_or(|(our, their)| our == their)
    };
    ours.is_empty() || theirs.is_empty() || ours.iter().any(|our| theirs.iter().any(|their| overlap(our, their)))
}
