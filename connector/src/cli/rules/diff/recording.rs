//! The posts that are replayed: from a file, or from a connector's store.

use std::collections::HashMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::ground::Ground;
use crate::cli::rules::posts;
use crate::domain::{LocalTime, MemberId, MunicipalityId, NeighbourhoodId, PostId, Private};
use crate::ingest::normalise::{clean_text, clean_title};
use crate::matching::Safeguards;
use crate::rules::RulePost;
use crate::store::{Notes, RecordedPost, Store};

/// Posts in the order in which they were written, and where.
#[derive(Debug)]
pub(super) struct Recording {
    pub posts: Vec<Recorded>,
    pub neighbourhoods: Vec<Place>,
}

/// A neighbourhood.
#[derive(Debug)]
pub(super) struct Place {
    /// What its residents call it, as far as that is known.
    pub name: String,
    /// What its concierges noted about people.
    pub safeguards: Safeguards,
}

/// A post, ready for the rules.
#[derive(Debug)]
pub(super) struct Recorded {
    pub id: PostId,
    pub author: MemberId,
    pub area: Option<String>,
    /// Index into the neighbourhoods.
    pub neighbourhood: usize,
    pub written: DateTime,
    pub post: RulePost,
}

impl Recording {
    /// The first and the last day.
    pub fn days(&self) -> Option<(Date, Date)> {
        Some((self.posts.first()?.written.date(), self.posts.last()?.written.date()))
    }

    /// Reads a file of posts, as `koppelaar rules run` does.
    pub fn of_file(path: &Path) -> anyhow::Result<Self> {
        // Nobody is named in such a file: `author` is an identifier.
        let unnamed = Private::default();
        let mut places = Places::default();
        let lines = posts::load(path)?.into_iter().map(|line| {
            let post = RulePost {
                kind: line.kind,
                title: line.title.as_ref().map(|title| clean_title(title, &unnamed)),
                text: clean_text(&line.text, &unnamed),
                written: LocalTime(line.local),
            };
            let place = || Place { name: line.neighbourhood.to_string(), safeguards: Safeguards::default() };
            let neighbourhood = places.index(&line.neighbourhood, place);
            Recorded { id: line.id, author: line.author, area: None, neighbourhood, written: line.local, post }
        });
        let posts = lines.collect();
        Ok(Self::sorted(posts, places.all))
    }

    /// Reads the posts of a municipality that were written since `since`, that are `wanted`, and whose neighbourhood is
    /// followed, from a store on which a connector may be working; nothing is written.
    pub async fn of_store(
        store: &Store,
        municipality: &MunicipalityId,
        since: Timestamp,
        ground: &Ground,
        wanted: impl Fn(&RecordedPost) -> bool,
    ) -> anyhow::Result<Self> {
        let mut places = Places::default();
        for feed in store.feeds(municipality).await? {
            let Notes { apart, certified } = store.notes(municipality, &feed.neighbourhood.id).await?;
            let safeguards = Safeguards::new(apart, certified);
            places.index(&feed.neighbourhood.id, || Place { name: feed.neighbourhood.name, safeguards });
        }
        let mut recorded = store.recorded_posts(municipality, since).await?;
        recorded.retain(|post| ground.followed.includes(&post.neighbourhood) && wanted(post));
        let recorded = recorded.into_iter().map(|post| {
            let written = LocalTime::of(post.created_at, &ground.zone);
            let place = || Place { name: post.neighbourhood.to_string(), safeguards: Safeguards::default() };
            let neighbourhood = places.index(&post.neighbourhood, place);
            let rule_post = RulePost { kind: post.kind, title: post.title, text: post.text, written };
            let (id, author, area) = (post.id, post.author, post.area);
            Recorded { id, author, area, neighbourhood, written: written.0, post: rule_post }
        });
        let posts = recorded.collect();
        Ok(Self::sorted(posts, places.all))
    }

    /// What belongs to each post, by neighbourhood.
    pub fn by_place<T>(&self, of_posts: Vec<T>) -> Vec<Vec<T>> {
        let mut by_place: Vec<Vec<T>> = self.neighbourhoods.iter().map(|_| Vec::new()).collect();
        for (item, recorded) in of_posts.into_iter().zip(&self.posts) {
            by_place[recorded.neighbourhood].push(item);
        }
        by_place
    }

    fn sorted(mut posts: Vec<Recorded>, neighbourhoods: Vec<Place>) -> Self {
        posts.sort_by(|a, b| (a.written, &a.id).cmp(&(b.written, &b.id)));
        Self { posts, neighbourhoods }
    }
}

#[derive(Default)]
struct Places {
    all: Vec<Place>,
    by_id: HashMap<NeighbourhoodId, usize>,
}

impl Places {
    fn index(&mut self, id: &NeighbourhoodId, place: impl FnOnce() -> Place) -> usize {
        if let Some(index) = self.by_id.get(id) {
            return *index;
        }
        self.all.push(place());
        self.by_id.insert(id.clone(), self.all.len() - 1);
        self.all.len() - 1
    }
}
