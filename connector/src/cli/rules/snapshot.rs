//! Judges a file of posts: each neighbourhood is one snapshot with every post open and no history, at the moment when
//! its newest post was written.

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::posts::PostLine;
use crate::domain::{LocalTime, NeighbourhoodId, PostId, Private};
use crate::ingest::normalise::{clean_text, clean_title};
use crate::matching::{self, History, Limits, OpenPost, Ranking};
use crate::rules::reader::CRISIS;
use crate::rules::{HostReading, Intent, MAX_POSTS_PER_CALL, Manifest, Question, Reader, RuleError, RulePost, Slot};

/// The most helpers of a request's line.
const MAX_SUGGESTIONS: usize = 3;
/// Posts below which a run is over before a progress bar could be read.
const PROGRESS_FROM_POSTS: usize = 5_000;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// The parts of a day, in minutes since midnight.
const DAYPARTS: [(&str, u16, u16); 3] = [("morning", 360, 720), ("afternoon", 720, 1_080), ("evening", 1_080, 1_440)];

/// One line of the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Line {
    Post(PostReading),
    Request { request: PostId, suggestions: Vec<PostId> },
    Exchange { exchange: Vec<PostId> },
    Group { group: Vec<PostId> },
}

/// What the rules understood of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct PostReading {
    pub post: PostId,
    pub intent: Intent,
    pub needs: Vec<String>,
    pub gives: Vec<String>,
    pub when: Vec<String>,
    pub closed: bool,
    pub refer: Option<String>,
    pub urgent: bool,
}

/// Reads and matches `posts`: first a line per post, in their order, then the lines of each neighbourhood. With
/// `assigned`, what production would send, else every request with those who fit it.
pub(super) fn run(reader: &Reader, posts: &[PostLine], assigned: bool) -> Result<Vec<Line>, RuleError> {
    let manifest = reader.module().manifest();
    let progress = progress(posts.len());
    let readings = read(reader, posts, &progress)?;
    let mut lines: Vec<_> = posts
        .iter()
        .zip(&readings)
        .map(|(post, reading)| Line::Post(post_reading(&post.id, reading, manifest)))
        .collect();
    let (limits, history) = (limits(), History::default());
    for snapshot in by_neighbourhood(posts, readings) {
        let assess = |questions: &[Question<'_>]| reader.module().assess(questions);
        let ranking = matching::rank(&snapshot.posts, None, &history, snapshot.now(), &limits, manifest, assess)?;
        lines.extend(if assigned { assigned_lines(&ranking) } else { ranked_lines(&ranking) });
    }
    progress.finish_and_clear();
    Ok(lines)
}

/// The bounds of a snapshot: every post is open, however late it was written.
pub(super) fn limits() -> Limits {
    Limits { expiry: false, ..Limits::default() }
}

/// The posts of one neighbourhood.
pub(super) struct Snapshot<'a> {
    pub neighbourhood: &'a NeighbourhoodId,
    pub posts: Vec<OpenPost>,
    /// The newest post's moment, and the same by the clock of the place.
    newest: (jiff::Timestamp, jiff::civil::DateTime),
}

/// Sorts posts and their readings into a snapshot for each neighbourhood, in the order of their first posts.
pub(super) fn by_neighbourhood(posts: &[PostLine], readings: Vec<HostReading>) -> Vec<Snapshot<'_>> {
    let mut snapshots: Vec<Snapshot<'_>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    // Readings may hold 4 KiB each: they move into the snapshots instead of being copied.
    for (post, reading) in posts.iter().zip(readings) {
        let place = *places.entry(&post.neighbourhood).or_insert_with(|| {
            snapshots.push(Snapshot::new(post));
            snapshots.len() - 1
        });
        snapshots[place].add(post, reading);
    }
    snapshots
}

impl<'a> Snapshot<'a> {
    fn new(first: &'a PostLine) -> Self {
        Self { neighbourhood: &first.neighbourhood, posts: Vec::new(), newest: (first.created, first.local) }
    }

    /// When the newest post was written.
    pub fn now(&self) -> LocalTime {
        LocalTime(self.newest.1)
    }

    fn add(&mut self, post: &PostLine, reading: HostReading) {
        self.newest = self.newest.max((post.created, post.local));
        self.posts.push(OpenPost {
            id: post.id.clone(),
            author: post.author.clone(),
            area: post.area.clone(),
            written: LocalTime(post.local),
            reading,
        });
    }
}

/// Reads posts; one reading per post, in the same order.
pub(super) fn read(reader: &Reader, posts: &[PostLine], progress: &ProgressBar) -> Result<Vec<HostReading>, RuleError> {
    let mut readings = Vec::with_capacity(posts.len());
    // Nobody is named in such a file: `author` is an identifier.
    let unnamed = Private::default();
    for batch in posts.chunks(MAX_POSTS_PER_CALL) {
        let rule_post = |post: &PostLine| RulePost {
            kind: post.kind,
            title: post.title.as_ref().map(|title| clean_title(title, &unnamed)),
            text: clean_text(&post.text, &unnamed),
            written: LocalTime(post.local),
        };
        readings.extend(reader.read(&batch.iter().map(rule_post).collect::<Vec<_>>())?);
        progress.inc(batch.len() as u64);
    }
    Ok(readings)
}

/// A bar on the standard error, where that is a terminal and the run takes long enough to be watched.
pub(super) fn progress(posts: usize) -> ProgressBar {
    if posts < PROGRESS_FROM_POSTS {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("reading posts {bar:30} {pos}/{len} {eta}").expect("a fixed template");
    ProgressBar::new(posts as u64).with_style(style)
}

fn ranked_lines(ranking: &Ranking<'_>) -> Vec<Line> {
    let requests = ranking.requests().into_iter().map(|(request, helpers)| Line::Request {
        request: request.clone(),
        suggestions: helpers.into_iter().take(MAX_SUGGESTIONS).cloned().collect(),
    });
    let exchanges = ranking.exchanges().into_iter().map(|ring| Line::Exchange { exchange: ring.posts });
    let groups = ranking.groups().into_iter().map(|group| Line::Group { group: group.posts });
    requests.chain(exchanges).chain(groups).collect()
}

fn assigned_lines(ranking: &Ranking<'_>) -> Vec<Line> {
    let plan = ranking.plan();
    let requests = plan.suggestions.into_iter().map(|pairing| Line::Request {
        request: pairing.request,
        suggestions: pairing.helpers.into_iter().map(|helper| helper.post).collect(),
    });
    let exchanges = plan.exchanges.into_iter().map(|ring| Line::Exchange { exchange: ring.posts });
    let groups = plan.groups.into_iter().map(|group| Line::Group { group: group.posts });
    requests.chain(exchanges).chain(groups).collect()
}

pub(super) fn post_reading(post: &PostId, read: &HostReading, manifest: &Manifest) -> PostReading {
    let HostReading { reading, protection } = read;
    let ids = |list: &[crate::rules::Weighted]| {
        let meant = list.iter().filter(|w| w.is_meant());
        meant.map(|w| manifest.categories[usize::from(w.category)].id.clone()).collect()
    };
    let referral = reading.referral.map(|kind| manifest.referrals[usize::from(kind)].clone());
    PostReading {
        post: post.clone(),
        intent: reading.intent,
        needs: ids(&reading.needs),
        gives: ids(&reading.gives),
        when: when(&reading.slots),
        closed: protection.closed,
        refer: if protection.crisis { Some(CRISIS.into()) } else { referral },
        urgent: reading.urgent,
    }
}

/// The weekdays, or their parts, that `slots` touch.
fn when(slots: &[Slot]) -> Vec<String> {
    let mut when = Vec::new();
    for slot in slots {
        let day = DAYS[usize::from(slot.weekday)];
        let parts = DAYPARTS.iter().filter(|(_, from, to)| slot.from_minute < *to && slot.to_minute > *from);
        let mut names: Vec<_> = parts.map(|(part, ..)| format!("{day}-{part}")).collect();
        // The night has no name of its own, and all the parts are the day.
        if names.is_empty() || names.len() == DAYPARTS.len() {
            names = vec![day.into()];
        }
        names.retain(|name| !when.contains(name));
        when.extend(names);
    }
    when
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_told_as_days_or_their_parts() {
        let slot = |weekday, from_minute, to_minute| Slot { weekday, from_minute, to_minute, days_ahead: None };
        assert_eq!(when(&[slot(5, 0, 1_440)]), ["sat"]);
        assert_eq!(when(&[slot(0, 1_080, 1_440), slot(0, 1_140, 1_200)]), ["mon-evening"]);
        assert_eq!(when(&[slot(6, 600, 840)]), ["sun-morning", "sun-afternoon"]);
        assert_eq!(when(&[slot(2, 0, 300)]), ["wed"]);
    }
}
