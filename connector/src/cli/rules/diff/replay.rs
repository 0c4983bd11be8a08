//! What one set of rules would have told the concierges: day by day, with the posts that were there, and the memory of
//! what it told before.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use indicatif::ProgressBar;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::recording::{Recorded, Recording};
use crate::domain::{LocalTime, MemberId, PostId};
use crate::matching::{self, History, Limits, OpenPost, Plan, past};
use crate::rules::{HostReading, Intent, MAX_POSTS_PER_CALL, Manifest, Question, Reader, Reason, RuleError};
use crate::store::Told;

/// What one set of rules would have told.
#[derive(Debug)]
pub(super) struct Side {
    pub manifest: Manifest,
    /// What it understood, in the order of the posts.
    pub seen: Vec<Seen>,
    /// What it would have told.
    pub said: BTreeMap<Key, Said>,
    /// A request and a helper, both by index, who suit each other well enough.
    pub fits: HashSet<(usize, usize)>,
    /// Tasks of each helper who has any.
    pub load: HashMap<MemberId, u32>,
}

/// What a set of rules understood of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub role: Role,
    /// Categories asked for, by identifier, the most important first.
    pub needs: Vec<String>,
    /// Categories given.
    pub gives: Vec<String>,
    pub language: String,
}

/// What a post is to the matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Asks,
    Gives,
    Both,
    Report,
    Notice,
    Closed,
    Crisis,
}

impl Role {
    pub fn asks(self) -> bool {
        matches!(self, Self::Asks | Self::Both)
    }

    pub fn gives(self) -> bool {
        matches!(self, Self::Gives | Self::Both)
    }
}

/// Something that a concierge would have been told; posts by index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    /// That `helper` could help `request`.
    Suggestion { request: usize, helper: usize },
    /// That these could help each other, in the ring's order.
    Exchange(Vec<usize>),
    /// That these, who need the same, could act together.
    Group(String, Vec<usize>),
    /// An emergency.
    Crisis(usize),
    /// That somebody other than a neighbour is the right answer.
    Referral(usize, String),
    /// Something wrong in the public space.
    Report(usize),
}

/// How it would have been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub day: Date,
    /// From 1; 1 is the helper who is suggested first, and everything that is no suggestion.
    pub rank: usize,
    /// 0 to 1000; none for what has no score.
    pub score: Option<u16>,
    pub reasons: Vec<Reason>,
}

/// Replays `recording`. `progress` moves by one for each post read and one for each post matched.
pub(super) fn replay(reader: &Reader, recording: &Recording, progress: &ProgressBar) -> Result<Side, RuleError> {
    let manifest = reader.module().manifest();
    let posts = read(reader, &recording.posts, progress)?;
    let mut side = Side {
        manifest: manifest.clone(),
        seen: posts.iter().map(|post| seen(&post.reading, manifest)).collect(),
        said: BTreeMap::new(),
        fits: HashSet::new(),
        load: HashMap::new(),
    };
    let index: HashMap<PostId, usize> = posts.iter().enumerate().map(|(i, post)| (post.id.clone(), i)).collect();
    let mut by_place: Vec<Vec<OpenPost>> = recording.neighbourhoods.iter().map(|_| Vec::new()).collect();
    for (post, recorded) in posts.into_iter().zip(&recording.posts) {
        by_place[recorded.neighbourhood].push(post);
    }
    for (posts, place) in by_place.iter().zip(&recording.neighbourhoods) {
        let authors = posts.iter().map(|post| (&post.id, &post.author)).collect();
        let mut town = Town { reader, posts, authors, index: &index, told: Vec::new(), side: &mut side };
        for day in days(posts) {
            town.day(day.clone(), &place.safeguards)?;
            progress.inc(day.len() as u64);
        }
    }
    Ok(side)
}

fn read(reader: &Reader, recorded: &[Recorded], progress: &ProgressBar) -> Result<Vec<OpenPost>, RuleError> {
    let mut posts = Vec::with_capacity(recorded.len());
    for batch in recorded.chunks(MAX_POSTS_PER_CALL) {
        let texts: Vec<_> = batch.iter().map(|recorded| recorded.post.clone()).collect();
        let open = |(recorded, reading): (&Recorded, HostReading)| OpenPost {
            id: recorded.id.clone(),
            author: recorded.author.clone(),
            area: recorded.area.clone(),
            written: LocalTime(recorded.written),
            reading,
        };
        posts.extend(batch.iter().zip(reader.read(&texts)?).map(open));
        progress.inc(batch.len() as u64);
    }
    Ok(posts)
}

fn seen(read: &HostReading, manifest: &Manifest) -> Seen {
    let HostReading { reading, protection } = read;
    let ids = |list: &[crate::rules::Weighted]| -> Vec<String> {
        list.iter().map(|w| manifest.categories[usize::from(w.category)].id.clone()).collect()
    };
    let role = match reading.intent {
        _ if protection.crisis => Role::Crisis,
        _ if protection.closed => Role::Closed,
        Intent::Request => Role::Asks,
        Intent::Offer => Role::Gives,
        Intent::Exchange => Role::Both,
        Intent::Report => Role::Report,
        Intent::Notice => Role::Notice,
    };
    let language = manifest.languages[usize::from(reading.language)].clone();
    Seen { role, needs: ids(&reading.needs), gives: ids(&reading.gives), language }
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
    posts: &'a [OpenPost],
    authors: HashMap<&'a PostId, &'a MemberId>,
    index: &'a HashMap<PostId, usize>,
    /// What it told so far, as the store keeps it: nobody answers, and nothing lapses.
    told: Vec<Told>,
    side: &'a mut Side,
}

impl Town<'_> {
    /// The end of a day: what is new is matched, as in a cycle of `koppelaar run`.
    fn day(&mut self, day: Range<usize>, safeguards: &matching::Safeguards) -> Result<(), RuleError> {
        let open = &self.posts[..day.end];
        let changed: HashSet<PostId> = self.posts[day.clone()].iter().map(|post| post.id.clone()).collect();
        let date = self.posts[day.start].written.0.date();
        let now = date.at(23, 59, 0, 0);
        let history = History { safeguards: safeguards.clone(), ..past::history(&self.told, &[], moment(now)) };
        let limits = Limits::default();
        let module = self.reader.module();
        let assess = |questions: &[Question<'_>]| module.assess(questions);
        let manifest = module.manifest();
        let ranking = matching::rank(open, Some(&changed), &history, LocalTime(now), &limits, manifest, assess)?;
        for (request, helpers) in ranking.requests() {
            let request = self.index[request];
            self.side.fits.extend(helpers.into_iter().map(|helper| (request, self.index[helper])));
        }
        let plan = ranking.plan();
        self.keep(&plan, now);
        Ok(())
    }

    fn keep(&mut self, plan: &Plan, now: DateTime) {
        let day = now.date();
        let simple = Said { day, rank: 1, score: None, reasons: Vec::new() };
        for pairing in &plan.suggestions {
            let request = self.index[&pairing.request];
            for (i, helper) in pairing.helpers.iter().enumerate() {
                let key = Key::Suggestion { request, helper: self.index[&helper.post] };
                let said =
                    Said { rank: i + 1, score: Some(helper.score), reasons: helper.reasons.clone(), ..simple.clone() };
                self.side.said.insert(key, said);
            }
            let helpers: Vec<&PostId> = pairing.helpers.iter().map(|helper| &helper.post).collect();
            self.tell("suggestion", Some(&pairing.request), &helpers, now);
            self.count(&helpers[..1]);
            if let Some(kind) = &pairing.referral {
                self.side.said.insert(Key::Referral(request, kind.clone()), simple.clone());
            }
        }
        for ring in &plan.exchanges {
            let posts: Vec<&PostId> = ring.posts.iter().collect();
            let said = Said { score: Some(ring.score), reasons: ring.reasons.concat(), ..simple.clone() };
            self.side.said.insert(Key::Exchange(self.indices(&posts)), said);
            self.tell("exchange", Some(posts[0]), &posts[1..], now);
            self.count(&posts);
        }
        for group in &plan.groups {
            let posts: Vec<&PostId> = group.posts.iter().collect();
            let category = self.side.manifest.categories[usize::from(group.category)].id.clone();
            self.side.said.insert(Key::Group(category, self.indices(&posts)), simple.clone());
            self.tell("group", None, &posts, now);
        }
        for post in &plan.crises {
            self.side.said.insert(Key::Crisis(self.index[post]), simple.clone());
            self.tell("crisis", Some(post), &[], now);
        }
        for (post, kind) in &plan.referrals {
            self.side.said.insert(Key::Referral(self.index[post], kind.clone()), simple.clone());
            self.tell("referral", Some(post), &[], now);
        }
        for post in &plan.reports {
            self.side.said.insert(Key::Report(self.index[post]), simple.clone());
            self.tell("report", Some(post), &[], now);
        }
    }

    fn indices(&self, posts: &[&PostId]) -> Vec<usize> {
        posts.iter().map(|post| self.index[*post]).collect()
    }

    fn author(&self, post: &PostId) -> MemberId {
        self.authors[post].clone()
    }

    fn count(&mut self, helpers: &[&PostId]) {
        for helper in helpers {
            let author = self.author(helper);
            *self.side.load.entry(author).or_default() += 1;
        }
    }

    /// Remembers what was told, so that the next day counts it. What one post is told about needs no answer.
    fn tell(&mut self, kind: &str, request: Option<&PostId>, helpers: &[&PostId], now: DateTime) {
        let single = !matches!(kind, "suggestion" | "exchange" | "group");
        self.told.push(Told {
            id: String::new(),
            kind: kind.to_owned(),
            request: request.cloned(),
            asker: request.map(|post| self.author(post)),
            state: if single { "told" } else { "open" }.to_owned(),
            created_at: moment(now),
            helpers: helpers.iter().map(|post| ((*post).clone(), self.author(post))).collect(),
        });
    }
}

/// A moment that is as far from others as by the clocks of the place; which zone that is makes no difference to days.
fn moment(local: DateTime) -> jiff::Timestamp {
    TimeZone::UTC.to_timestamp(local).unwrap_or(jiff::Timestamp::MAX)
}
