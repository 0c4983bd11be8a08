//! What matching looks back upon: readings as they were kept, and what concierges were told and answered.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{History, Limits, OpenPost, Safeguards, Told};
use crate::domain::{MemberId, PostId};
use crate::rules::{HostReading, Manifest};
use crate::store::Told as Row;

/// The form of a kept reading: another one makes all posts be read again.
pub const FORMAT: &str = "2";
/// The span over which a helper's tasks are counted, in days.
const LOAD_DAYS: i64 = 28;

/// A reading as the store keeps it.
pub fn freeze(reading: &HostReading) -> String {
    serde_json::to_string(reading).unwrap_or_default()
}

/// A reading that the store kept; none when it is not one.
pub fn thaw(frozen: &str) -> Option<HostReading> {
    serde_json::from_str(frozen).ok()
}

/// An open suggestion that no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse {
    /// The suggestion.
    pub suggestion: String,
    /// Why.
    pub cause: LapseCause,
    /// The posts that still stand: they can be suggested anew.
    pub freed: Vec<PostId>,
}

/// Why an open suggestion no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LapseCause {
    /// The post that asks is gone, or somebody of those who were to act together.
    Request,
    /// The helper's offer is gone.
    Helper,
    /// It names people whom a concierge keeps apart.
    Apart,
    /// It names a helper whose certificate is to be seen first.
    Certificate,
}

/// Open suggestions whose request, or first helper, has been withdrawn or solved, or turned out to be in danger, and
/// those that name people who may not be suggested to each other any more. One whose alternates alone are gone still
/// holds.
pub fn lapsed(
    told: &[Row],
    open: &[OpenPost],
    safeguards: &Safeguards,
    limits: &Limits,
    manifest: &Manifest,
) -> Vec<Lapse> {
    let stands = |post: &&OpenPost| !post.reading.protection.closed && !post.reading.protection.crisis;
    let standing: HashMap<&PostId, &OpenPost> = open.iter().filter(stands).map(|post| (&post.id, post)).collect();
    let forbidden = |row: &Row| {
        let members: Vec<&OpenPost> = row.posts().filter_map(|post| standing.get(post).copied()).collect();
        let apart = |(one, other): &(&OpenPost, &OpenPost)| safeguards.apart(&one.author, &other.author);
        let lacks =
            |(asker, helper): &(&OpenPost, &OpenPost)| safeguards.lacks_certificate(asker, helper, limits, manifest);
        if meetings(&row.kind, &members).iter().any(apart) {
            Some(LapseCause::Apart)
        } else {
            helps(&row.kind, &members).iter().any(lacks).then_some(LapseCause::Certificate)
        }
    };
    let waiting = told.iter().filter(|row| row.state == "open");
    waiting
        .filter_map(|row| {
            let needed = if is_together(row) { row.helpers.len() } else { 1 };
            let gone = |post: &PostId| !standing.contains_key(post);
            let cause = if row.request.as_ref().is_some_and(gone) {
                Some(LapseCause::Request)
            } else if row.helpers.iter().take(needed).any(|(post, _)| gone(post)) {
                // Everybody in a group asks.
                Some(if row.kind == "group" { LapseCause::Request } else { LapseCause::Helper })
            } else {
                forbidden(row)
            };
            let freed = || row.posts().filter(|post| !gone(post)).cloned().collect();
            cause.map(|cause| Lapse { suggestion: row.id.clone(), cause, freed: freed() })
        })
        .collect()
}

/// What happened before, as matching counts it; what has just lapsed no longer counts.
pub fn history(told: &[Row], lapsed: &[Lapse], now: Timestamp) -> History {
    let lapsed: HashSet<&str> = lapsed.iter().map(|lapse| lapse.suggestion.as_str()).collect();
    let since = now - SignedDuration::from_hours(24 * LOAD_DAYS);
    let mut history = History::default();
    for row in told {
        let state = if lapsed.contains(row.id.as_str()) { "lapsed" } else { row.state.as_str() };
        let together = is_together(row);
        if row.kind == "certificate" {
            note_certificate(&mut history, row, state);
            continue;
        }
        let single = match row.kind.as_str() {
            "crisis" => Some(Told::Crisis),
            "report" => Some(Told::Report),
            // A suggestion names the referral itself.
            "referral" | "suggestion" => Some(Told::Referral),
            _ => None,
        };
        if let (Some(request), Some(single)) = (&row.request, single.filter(|_| state != "lapsed")) {
            history.told.insert((request.clone(), single));
        }
        match state {
            "open" | "accepted" => {
                history.engaged.extend(row.request.clone());
                let engaged = row.helpers.iter().filter(|_| together).map(|(post, _)| post.clone());
                history.engaged.extend(engaged);
                count_tasks(&mut history, row, together, row.created_at >= since, state == "accepted");
            }
            "declined" => decline(&mut history, row),
            _ => {}
        }
    }
    history
}

fn decline(history: &mut History, row: &Row) {
    let helpers = row.helpers.iter().map(|(post, _)| post);
    match (&row.request, row.helpers.as_slice()) {
        // A group that a concierge does not want is not formed again.
        _ if row.kind == "group" => history.engaged.extend(helpers.cloned()),
        // Nor is a ring, but which of three do not suit each other was not said.
        (Some(request), [_, _, ..]) if row.kind == "exchange" => {
            let mut ring: Vec<PostId> = helpers.chain([request]).cloned().collect();
            ring.sort_unstable();
            history.refused_rings.insert(ring);
        }
        (Some(request), [(helper, _), ..]) => {
            history.refused.insert((request.clone(), helper.clone()));
            if row.kind == "exchange" {
                history.refused.insert((helper.clone(), request.clone()));
            }
        }
        _ => {}
    }
}

fn count_tasks(history: &mut History, row: &Row, together: bool, recent: bool, accepted: bool) {
    let count = if together { row.helpers.len() } else { 1 };
    let members: Vec<&MemberId> =
        row.asker.iter().chain(row.helpers.iter().take(count).map(|(_, helper)| helper)).collect();
    // In an exchange the one who asks helps too.
    let idle = usize::from(row.asker.is_some() && row.kind != "exchange");
    for helper in members.iter().skip(idle).filter(|_| recent) {
        *history.load.entry(MemberId::clone(helper)).or_default() += 1;
    }
    for (asker, helper) in helps(&row.kind, &members) {
        let pair = (helper.clone(), asker.clone());
        if recent {
            *history.visits.entry(pair.clone()).or_default() += 1;
        }
        if accepted {
            *history.helped.entry(pair).or_default() += 1;
        }
    }
}

/// What was answered about a helper's certificate. Once the offer is gone, the next one may lead to the question again.
fn note_certificate(history: &mut History, row: &Row, state: &str) {
    let asked = row.helpers.iter().filter(|_| state != "lapsed").map(|(_, helper)| helper.clone());
    history.asked.extend(asked.clone());
    history.awaited.extend(asked.filter(|_| state == "open"));
}

fn is_together(row: &Row) -> bool {
    row.kind == "exchange" || row.kind == "group"
}

/// Who could help whom in a suggestion of this kind, the one who is helped first. In an exchange each member helps the
/// next, and the last the first.
fn helps<T: Copy>(kind: &str, members: &[T]) -> Vec<(T, T)> {
    let Some((first, others)) = members.split_first() else { return Vec::new() };
    match kind {
        "suggestion" => others.iter().map(|helper| (*first, *helper)).collect(),
        "exchange" => others.iter().chain([first]).copied().zip(members.iter().copied()).collect(),
        _ => Vec::new(),
    }
}

/// Who would meet whom: helpers of one request do not meet each other.
fn meetings<T: Copy>(kind: &str, members: &[T]) -> Vec<(T, T)> {
    match kind {
        "exchange" | "group" => {
            let later = |(i, one): (usize, &T)| members[i + 1..].iter().map(|other| (*one, *other)).collect::<Vec<_>>();
            members.iter().enumerate().flat_map(later).collect()
        }
        _ => helps(kind, members),
    }
}

impl Row {
    /// The post that asks, and those of the helpers.
    fn posts(&self) -> impl Iterator<Item = &PostId> {
        self.request.iter().chain(self.helpers.iter().map(|(post, _)| post))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A suggestion in which the first member asks, and the others help.
    fn row(kind: &str, state: &str, members: &[&str]) -> Row {
        let (asker, helpers) = members.split_first().unwrap();
        Row {
            id: members.concat(),
            kind: kind.into(),
            request: Some(PostId::new(format!("post-of-{asker}"))),
            asker: Some(MemberId::new(*asker)),
            state: state.into(),
            created_at: Timestamp::UNIX_EPOCH,
            helpers: helpers.iter().map(|id| (PostId::new(format!("post-of-{id}")), MemberId::new(*id))).collect(),
        }
    }

    fn visits(told: &[Row], days_later: i64) -> Vec<(String, String, u16)> {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days_later);
        let visits = history(told, &[], now).visits;
        let mut visits: Vec<_> =
            visits.into_iter().map(|((helper, asker), n)| (helper.to_string(), asker.to_string(), n)).collect();
        visits.sort();
        visits
    }

    #[test]
    fn visits_count_who_is_first_in_line_for_four_weeks() {
        let visit = |helper: &str, asker: &str, n| (helper.to_owned(), asker.to_owned(), n);
        let told = [
            row("suggestion", "accepted", &["rosa", "karim", "an"]),
            row("suggestion", "open", &["rosa", "karim"]),
            row("suggestion", "declined", &["rosa", "karim", "lou"]),
        ];
        assert_eq!(visits(&told, 28), [visit("karim", "rosa", 2)]);
        assert!(visits(&told, 29).is_empty());
        let ring = [row("exchange", "open", &["a", "b", "c"])];
        assert_eq!(visits(&ring, 0), [visit("a", "b", 1), visit("b", "c", 1), visit("c", "a", 1)]);
    }

    #[test]
    fn everybody_in_a_ring_or_group_meets_everybody_and_helpers_of_one_request_do_not() {
        assert_eq!(meetings("group", &["a", "b", "c"]), [("a", "b"), ("a", "c"), ("b", "c")]);
        assert_eq!(meetings("exchange", &["a", "b", "c"]).len(), 3);
        assert_eq!(meetings("suggestion", &["a", "b", "c"]), [("a", "b"), ("a", "c")]);
        assert!(meetings("certificate", &["a"]).is_empty());
    }
}
