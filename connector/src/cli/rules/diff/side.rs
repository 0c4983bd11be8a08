//! What one set of rules made of the posts, whether it was replayed or told by a connector at work.

use std::collections::{BTreeMap, HashSet};

use indicatif::ProgressBar;
use jiff::civil::Date;
use serde::Serialize;

use super::recording::{Recorded, Recording};
use crate::domain::LocalTime;
use crate::matching::OpenPost;
use crate::rules::{HostReading, Intent, MAX_POSTS_PER_CALL, Manifest, Reader, Reason, RuleError, Weighted};

/// What one set of rules told, or would have told.
#[derive(Debug)]
pub(super) struct Side {
    pub manifest: Manifest,
    /// What it understood, in the order of the posts.
    pub seen: Vec<Seen>,
    /// What it told.
    pub said: BTreeMap<Key, Said>,
    /// A request and a helper, both by index, who suit each other well enough.
    pub fits: HashSet<(usize, usize)>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
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

/// Something that a concierge can be told; posts by index.
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

/// How it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub day: Date,
    /// From 1; 1 is the helper who is suggested first, and everything that is no suggestion.
    pub rank: usize,
    /// 0 to 1000; none for what has no score.
    pub score: Option<u16>,
    pub reasons: Vec<Reason>,
}

/// What a concierge is told at once; posts by index.
#[derive(Debug)]
pub(super) enum Telling {
    /// Helpers for a request, the first suggestion first, and the kind of referral that is named beside them.
    Suggestion {
        request: usize,
        helpers: Vec<Helping>,
        referral: Option<String>,
    },
    /// A ring, in its order.
    Exchange {
        posts: Vec<usize>,
        score: u16,
        reasons: Vec<Reason>,
    },
    /// Requests in one category.
    Group {
        category: String,
        posts: Vec<usize>,
    },
    Crisis(usize),
    Referral(usize, String),
    Report(usize),
}

/// A helper of a request.
#[derive(Debug)]
pub(super) struct Helping {
    pub post: usize,
    pub score: u16,
    pub reasons: Vec<Reason>,
}

impl Side {
    /// A side that has read the posts and told nothing yet, with its readings. `progress` moves by one for each post.
    pub fn reading(
        reader: &Reader,
        recording: &Recording,
        progress: &ProgressBar,
    ) -> Result<(Self, Vec<OpenPost>), RuleError> {
        let manifest = reader.module().manifest();
        let posts = read(reader, &recording.posts, progress)?;
        let side = Self {
            manifest: manifest.clone(),
            seen: posts.iter().map(|post| seen(&post.reading, manifest)).collect(),
            said: BTreeMap::new(),
            fits: HashSet::new(),
        };
        Ok((side, posts))
    }

    /// Notes what a concierge is told on `day`.
    pub fn tell(&mut self, telling: Telling, day: Date) {
        let simple = Said { day, rank: 1, score: None, reasons: Vec::new() };
        match telling {
            Telling::Suggestion { request, helpers, referral } => {
                for (i, Helping { post, score, reasons }) in helpers.into_iter().enumerate() {
                    let said = Said { day, rank: i + 1, score: Some(score), reasons };
                    self.said.insert(Key::Suggestion { request, helper: post }, said);
                }
                if let Some(kind) = referral {
                    self.said.insert(Key::Referral(request, kind), simple);
                }
            }
            Telling::Exchange { posts, score, reasons } => {
                self.said.insert(Key::Exchange(posts), Said { score: Some(score), reasons, ..simple });
            }
            Telling::Group { category, posts } => {
                self.said.insert(Key::Group(category, posts), simple);
            }
            Telling::Crisis(post) => {
                self.said.insert(Key::Crisis(post), simple);
            }
            Telling::Referral(post, kind) => {
                self.said.insert(Key::Referral(post, kind), simple);
            }
            Telling::Report(post) => {
                self.said.insert(Key::Report(post), simple);
            }
        }
    }
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
    let ids = |list: &[Weighted]| -> Vec<String> {
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
