//! The vetoes that protect people, where no rule can weaken them: crisis, closed, expired, own author, a declined
//! pair, people whom a concierge keeps apart, and posts that are in an open suggestion already. Those about certificates
//! and repeated visits are in `safeguards`; the cap on a helper's tasks is the assignment's.

use jiff::Span;
use jiff::civil::DateTime;

use super::{History, Limits, OpenPost};
use crate::domain::LocalTime;
use crate::rules::{HostReading, Intent, Manifest, Reading, Reserved};

/// Which posts ask and which ones help.
#[derive(Debug)]
pub(super) struct Roles {
    /// Requests, exchanges and offers that may ask, by index, the oldest first.
    pub asks: Vec<usize>,
    /// Offers, exchanges and requests that may offer, by index, the oldest first.
    pub helps: Vec<usize>,
}

impl Roles {
    pub fn of(posts: &[&OpenPost], expired: &[bool], history: &History) -> Self {
        let open = |i: &usize| {
            let protection = &posts[*i].reading.protection;
            !expired[*i] && !protection.crisis && !protection.closed && !history.engaged.contains(&posts[*i].id)
        };
        let reading = |i: usize| &posts[i].reading.reading;
        let open: Vec<usize> = (0..posts.len()).filter(open).collect();
        let asks = open.iter().copied().filter(|i| asks(reading(*i))).collect();
        let helps = open.into_iter().filter(|i| helps(reading(*i))).collect();
        Self { asks, helps }
    }
}

/// Whether these two may be suggested to each other at all.
pub(super) fn may_meet(request: &OpenPost, helper: &OpenPost, history: &History) -> bool {
    request.author != helper.author
        && !history.safeguards.apart(&request.author, &helper.author)
        && (history.refused.is_empty() || !history.refused.contains(&(request.id.clone(), helper.id.clone())))
}

/// Tasks that the author of `post` was suggested for in the last four weeks.
pub(super) fn load_of(post: &OpenPost, history: &History) -> u16 {
    history.load.get(&post.author).copied().unwrap_or(0)
}

/// Whether nobody waits for an answer any more: after the last date that the post names, else after some days.
pub(super) fn expired(post: &OpenPost, now: LocalTime, limits: &Limits) -> bool {
    if !limits.expiry {
        return false;
    }
    let reading = &post.reading.reading;
    let written: DateTime = post.written.0;
    if post.reading.protection.crisis {
        // An emergency is not over because the evening that it speaks of is.
        return now.0 >= written.saturating_add(Span::new().days(limits.request_days));
    }
    // With one slot that comes back every week the post has no end.
    let dates: Option<Vec<u16>> = reading.slots.iter().map(|slot| slot.days_ahead).collect();
    let end = match dates.and_then(|dates| dates.into_iter().max()) {
        Some(last) => written.date().saturating_add(Span::new().days(i64::from(last) + 1)).at(0, 0, 0, 0),
        None if reading.intent == Intent::Offer => written.saturating_add(Span::new().days(limits.offer_days)),
        None => written.saturating_add(Span::new().days(limits.request_days)),
    };
    now.0 >= end
}

/// Whether the concierge should make sure of the helper first: the one who asks needs something reserved, as either
/// reading saw it, or the helper gives something reserved that the municipality's own module did not notice.
pub(super) fn first_check(manifest: &Manifest, request: &HostReading, helper: &HostReading) -> bool {
    let reserved = |category: u16| Reserved::from_id(&manifest.categories[usize::from(category)].id);
    let noticed = |r: &Reserved| helper.reading.gives.iter().any(|w| reserved(w.category) == Some(*r));
    !request.protection.needs.is_empty() || !helper.protection.gives.iter().all(noticed)
}

/// Whether a post with this reading may ask for something.
///
/// An offer that asks by a guess, and a request that gives by one, leave open who asks: both sides are looked at, and
/// the rules say in their reasons that they doubt.
pub(super) fn asks(reading: &Reading) -> bool {
    !matches!(reading.intent, Intent::Report | Intent::Notice) && !reading.needs.is_empty()
}

/// Whether a post with this reading may offer something.
pub(super) fn helps(reading: &Reading) -> bool {
    !matches!(reading.intent, Intent::Report | Intent::Notice) && !reading.gives.is_empty()
}
