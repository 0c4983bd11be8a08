//! What matching looks back upon: readings as they were kept, and what concierges were told and answered.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::{History, OpenPost, Told};
use crate::domain::{MemberId, PostId};
use crate::rules::HostReading;
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
    /// Whether the post that asks is gone, or somebody of those who were to act together.
    pub request_gone: bool,
    /// The posts that still stand: they can be suggested anew.
    pub freed: Vec<PostId>,
}

/// Open suggestions whose request, or first helper, has been withdrawn or solved, or turned out to be in danger. One
/// whose alternates alone are gone still holds.
pub fn lapsed(told: &[Row], open: &[OpenPost]) -> Vec<Lapse> {
    let stands = |post: &&OpenPost| !post.reading.protection.closed && !post.reading.protection.crisis;
    let standing: HashSet<&PostId> = open.iter().filter(stands).map(|post| &post.id).collect();
    let waiting = told.iter().filter(|row| row.state == "open");
    waiting
        .filter_map(|row| {
            let together = row.kind == "exchange" || row.kind == "group";
            let needed = if together { row.helpers.len() } else { 1 };
            let request = row.request.as_ref().filter(|request| standing.contains(request));
            let holds = (row.request.is_none() || request.is_some())
                && row.helpers.iter().take(needed).all(|(post, _)| standing.contains(post));
            let posts = row.request.iter().chain(row.helpers.iter().map(|(post, _)| post));
            (!holds).then(|| Lapse {
                suggestion: row.id.clone(),
                request_gone: request.is_none(),
                freed: posts.filter(|post| standing.contains(post)).cloned().collect(),
            })
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
        let together = row.kind == "exchange" || row.kind == "group";
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
    let helpers = || row.helpers.iter().take(count).map(|(_, author)| author);
    // In an exchange the one who asks helps too.
    let ring = row.kind == "exchange";
    let working = || row.asker.iter().filter(|_| ring).chain(helpers());
    if recent {
        for helper in working() {
            *history.load.entry(helper.clone()).or_default() += 1;
        }
    }
    let Some(asker) = row.asker.as_ref().filter(|_| accepted) else { return };
    let mut helped = |helper: &MemberId, asker: &MemberId| {
        *history.helped.entry((helper.clone(), asker.clone())).or_default() += 1;
    };
    if ring {
        // Each helps the next, and the last the one who asks.
        working().zip(working().skip(1).chain([asker])).for_each(|(helper, asker)| helped(helper, asker));
    } else {
        helpers().for_each(|helper| helped(helper, asker));
    }
}
