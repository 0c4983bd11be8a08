//! What one set of rules would have told the concierges: day by day, with the posts that were there, and the memory of
//! what it told before.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use indicatif::ProgressBar;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::recording::{Place, Recording};
use super::side::{Helping, Side, Telling};
use crate::domain::{LocalTime, PostId};
use crate::matching::{self, History, Limits, OpenPost, Plan, past};
use crate::rules::{Question, Reader, RuleError};
use crate::store::Told;

/// Replays `recording` within `limits`. `progress` moves by one for each post read and one for each post matched.
pub(super) fn replay(
    reader: &Reader,
    recording: &Recording,
    limits: &Limits,
    progress: &ProgressBar,
) -> Result<Side, RuleError> {
    let (mut side, posts) = Side::reading(reader, recording, progress)?;
    let index: HashMap<PostId, usize> = posts.iter().enumerate().map(|(i, post)| (post.id.clone(), i)).collect();
    for (posts, place) in recording.by_place(posts).iter().zip(&recording.neighbourhoods) {
        let (told, side) = (Vec::new(), &mut side);
        let mut town = Town { reader, recording, limits, place, posts, index: &index, told, side };
        for day in days(posts) {
            town.day(day.clone())?;
            progress.inc(day.len() as u64);
        }
    }
    Ok(side)
}

/// The posts of each day, in one sequence that is sorted by time.
fn days(posts: &[OpenPost]) -> Vec<Range<usize>> {
    let mut days: Vec<Range<usize>> = Vec::new();
    for (i, post) in posts.iter().enumerate() {
        match days.last_mut() {
            Some(day) if posts[day.start].written.0.date() == post.written.0.date() => day.end = i + 1,
            _ => days.push(i..i + 1),
        }
    }
    days
}

/// One neighbourhood during its replay.
struct Town<'a> {
    reader: &'a Reader,
    recording: &'a Recording,
    limits: &'a Limits,
    place: &'a Place,
    posts: &'a [OpenPost],
    index: &'a HashMap<PostId, usize>,
    /// What it told so far, as the store keeps it: nobody answers, and nothing lapses.
    told: Vec<Told>,
    side: &'a mut Side,
}

impl Town<'_> {
    /// The end of a day: what is new is matched, as in a cycle of `koppelaar run`.
    fn day(&mut self, day: Range<usize>) -> Result<(), RuleError> {
        let open = &self.posts[..day.end];
        let changed: HashSet<PostId> = self.posts[day.clone()].iter().map(|post| post.id.clone()).collect();
        let date = self.posts[day.start].written.0.date();
        let now = date.at(23, 59, 0, 0);
        let safeguards = self.place.safeguards.clone();
        let history = History { safeguards, ..past::history(&self.told, &[], moment(now)) };
        let module = self.reader.module();
        let assess = |questions: &[Question<'_>]| module.assess(questions);
        let manifest = module.manifest();
        let ranking = matching::rank(open, Some(&changed), &history, LocalTime(now), self.limits, manifest, assess)?;
        for (request, helpers) in ranking.requests() {
            let request = self.index[request];
            self.side.fits.extend(helpers.into_iter().map(|helper| (request, self.index[helper])));
        }
        let plan = ranking.plan();
        self.keep(plan, now);
        Ok(())
    }

    fn keep(&mut self, plan: Plan, now: DateTime) {
        for pairing in plan.suggestions {
            let helpers: Vec<&PostId> = pairing.helpers.iter().map(|helper| &helper.post).collect();
            self.remember("suggestion", Some(&pairing.request), &helpers, now);
            let request = self.index[&pairing.request];
            let helping = |helper: matching::Helper| Helping {
                post: self.index[&helper.post],
                score: helper.score,
                reasons: helper.reasons,
            };
            let helpers = pairing.helpers.into_iter().map(helping).collect();
            self.tell(Telling::Suggestion { request, helpers, referral: pairing.referral }, now);
        }
        for ring in plan.exchanges {
            let posts: Vec<&PostId> = ring.posts.iter().collect();
            self.remember("exchange", Some(posts[0]), &posts[1..], now);
            let (posts, score, reasons) = (self.indices(&posts), ring.score, ring.reasons.concat());
            self.tell(Telling::Exchange { posts, score, reasons }, now);
        }
        for group in plan.groups {
            let posts: Vec<&PostId> = group.posts.iter().collect();
            self.remember("group", None, &posts, now);
            let category = self.side.manifest.categories[usize::from(group.category)].id.clone();
            self.tell(Telling::Group { category, posts: self.indices(&posts) }, now);
        }
        for post in plan.crises {
            self.remember("crisis", Some(&post), &[], now);
            self.tell(Telling::Crisis(self.index[&post]), now);
        }
        for (post, kind) in plan.referrals {
            self.remember("referral", Some(&post), &[], now);
            self.tell(Telling::Referral(self.index[&post], kind), now);
        }
        for post in plan.reports {
            self.remember("report", Some(&post), &[], now);
            self.tell(Telling::Report(self.index[&post]), now);
        }
    }

    fn indices(&self, posts: &[&PostId]) -> Vec<usize> {
        posts.iter().map(|post| self.index[*post]).collect()
    }

    fn tell(&mut self, telling: Telling, now: DateTime) {
        self.side.tell(telling, now.date());
    }

    /// Remembers what was told, so that the next day counts it. What one post is told about needs no answer.
    fn remember(&mut self, kind: &str, request: Option<&PostId>, helpers: &[&PostId], now: DateTime) {
        let author = |post: &PostId| self.recording.posts[self.index[post]].author.clone();
        let single = !matches!(kind, "suggestion" | "exchange" | "group");
        self.told.push(Told {
            id: String::new(),
            kind: kind.to_owned(),
            request: request.cloned(),
            asker: request.map(author),
            state: if single { "told" } else { "open" }.to_owned(),
            created_at: moment(now),
            helpers: helpers.iter().map(|post| ((*post).clone(), author(post))).collect(),
        });
    }
}

/// A moment that is as far from others as by the clocks of the place; which zone that is makes no difference to days.
fn moment(local: DateTime) -> jiff::Timestamp {
    TimeZone::UTC.to_timestamp(local).unwrap_or(jiff::Timestamp::MAX)
}
