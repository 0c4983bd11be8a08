//! The middle of a cycle: the rules read and judge, and what the concierges are to be told is queued.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::rules::Rules;
use super::{CycleError, Shared, Town, Watch};
use crate::domain::{Concierge, LocalTime, Neighbourhood, NeighbourhoodId, PostId};
use crate::matching::{self, History, OpenPost, Safeguards, past};
use crate::messaging::tell;
use crate::platform::Platform;
use crate::rules::{MAX_POSTS_PER_CALL, Manifest, Question, Reader, RulePost};
use crate::store::{CycleResult, NewReading, Notes, ReadPost, StoreError, StoredPost, Told, Voice};

/// How far back suggestions still matter to matching: a year.
pub(super) const HISTORY: SignedDuration = SignedDuration::from_hours(24 * 365);

impl<P: Platform> Town<P> {
    /// Has the rules read what is new in a neighbourhood, and queues what its concierges are to be told.
    pub(super) async fn read_and_match(&self, watch: &mut Watch, rules: &Rules) -> Result<(), CycleError> {
        let id = watch.neighbourhood.id.clone();
        let readings = self.read(&id, rules).await?;
        tracing::debug!(municipality = %self.id(), neighbourhood = %id, stage = "read", "read `{id}`");
        self.match_and_queue(watch, rules, readings).await?;
        tracing::debug!(municipality = %self.id(), neighbourhood = %id, stage = "queued", "queued for `{id}`");
        Ok(())
    }

    /// Has the rules read what they have not read in its present version. Gives the last readings, which are to be kept
    /// in the transaction of the cycle: one wait for the disk less.
    async fn read(&self, id: &NeighbourhoodId, rules: &Rules) -> Result<Vec<NewReading>, CycleError> {
        loop {
            let posts = self.shared.store.posts_to_read(self.id(), id, &rules.key).await?;
            if posts.is_empty() {
                return Ok(Vec::new());
            }
            let rule_posts = self.rule_posts(&posts);
            let reader = Arc::clone(&rules.reader);
            let understood = self.compute(move || reader.read(&rule_posts)).await??;
            let readings: Vec<_> = posts
                .into_iter()
                .zip(&understood)
                .map(|(post, reading)| NewReading { post: post.id, version: post.version, data: past::freeze(reading) })
                .collect();
            if readings.len() < MAX_POSTS_PER_CALL {
                return Ok(readings);
            }
            self.shared.store.save_readings(self.id(), &rules.key, &readings).await?;
        }
    }

    pub(super) fn rule_posts(&self, posts: &[StoredPost]) -> Vec<RulePost> {
        let rule_post = |post: &StoredPost| RulePost {
            kind: post.kind,
            title: post.title.clone(),
            text: post.text.clone(),
            written: LocalTime::of(post.created_at, &self.settings.time_zone),
        };
        posts.iter().map(rule_post).collect()
    }

    /// Decides what the concierges are to be told, and queues it in one transaction.
    async fn match_and_queue(
        &self,
        watch: &mut Watch,
        rules: &Rules,
        readings: Vec<NewReading>,
    ) -> Result<(), CycleError> {
        let Shared { store, clock, .. } = &*self.shared;
        let (id, now) = (&watch.neighbourhood.id, clock.now());
        let concierges = self.recipients(&watch.neighbourhood)?;
        let mut posts = store.read_posts(self.id(), id, &rules.key).await?;
        add_readings(&mut posts, &readings);
        let told = store.history(self.id(), id, now - HISTORY).await?;
        let open = self.open_posts(&posts)?;
        let Notes { apart, certified } = store.notes(self.id(), id).await?;
        let safeguards = Safeguards::new(apart, certified);
        let (limits, manifest) = (&self.settings.limits, rules.reader.module().manifest());
        let lapsed = past::lapsed(&told, &open, &safeguards, limits, manifest);
        let history = History { safeguards: safeguards.clone(), ..past::history(&told, &lapsed, now) };
        let changed = watch.changed(&posts, &rules.key, lapsed.iter().flat_map(|lapse| lapse.freed.clone()));
        let (plan, open) = self.plan(&rules.reader, open, changed, history, now).await?;
        let open = open.into_iter().map(|post| (post.id.clone(), post)).collect();
        let voices = store.voices(self.id(), plan.posts()).await?;
        let teller = self.teller(manifest, &concierges, &open, &voices, &told, &safeguards);
        let result = CycleResult {
            version: Some(watch.version),
            rules: &rules.key,
            readings: &readings,
            suggestions: teller.suggestions(&plan),
            lapsed: teller.lapsed(&lapsed),
        };
        store.save_cycle(self.id(), id, result, now).await?;
        watch.matched_version = watch.version;
        watch.matched_rules = Some(rules.key.clone());
        Ok(())
    }

    pub(super) fn teller<'a>(
        &'a self,
        manifest: &'a Manifest,
        concierges: &'a [Concierge],
        posts: &'a HashMap<PostId, OpenPost>,
        voices: &'a HashMap<PostId, Voice>,
        told: &'a [Told],
        safeguards: &'a Safeguards,
    ) -> tell::Teller<'a> {
        tell::Teller {
            municipality: self.id(),
            country: self.settings.country,
            time_zone: &self.settings.time_zone,
            manifest,
            concierges,
            posts,
            voices,
            told,
            safeguards,
            services: &self.settings.services,
        }
    }

    pub(super) async fn plan(
        &self,
        reader: &Arc<Reader>,
        open: Vec<OpenPost>,
        changed: Option<HashSet<PostId>>,
        history: History,
        now: Timestamp,
    ) -> Result<(matching::Plan, Vec<OpenPost>), CycleError> {
        let reader = Arc::clone(reader);
        let limits = self.settings.limits;
        let local = LocalTime::of(now, &self.settings.time_zone);
        let planned = self.compute(move || {
            let module = reader.module();
            let assess = |questions: &[Question<'_>]| module.assess(questions);
            let plan = matching::plan(&open, changed.as_ref(), &history, local, &limits, module.manifest(), assess);
            plan.map(|plan| (plan, open))
        });
        Ok(planned.await??)
    }

    pub(super) fn open_posts(&self, posts: &[ReadPost]) -> Result<Vec<OpenPost>, CycleError> {
        let read = posts.iter().filter_map(|post| Some((post, post.reading.as_deref()?)));
        let open = read.map(|(post, reading)| {
            Ok(OpenPost {
                id: post.id.clone(),
                author: post.author.clone(),
                area: post.area.clone(),
                written: LocalTime::of(post.created_at, &self.settings.time_zone),
                reading: past::thaw(reading).ok_or(StoreError::Corrupt { what: "reading.data" })?,
            })
        });
        open.collect()
    }

    /// The concierges to write to about a neighbourhood.
    pub(super) fn recipients(&self, neighbourhood: &Neighbourhood) -> Result<Vec<Concierge>, CycleError> {
        let chosen: Vec<Concierge> = self.settings.concierges.of(neighbourhood).cloned().collect();
        if chosen.is_empty() {
            return Err(CycleError::NoConcierge { neighbourhood: neighbourhood.id.clone() });
        }
        Ok(chosen)
    }
}

/// Adds the readings that the store does not have yet.
fn add_readings(posts: &mut [ReadPost], readings: &[NewReading]) {
    let new: HashMap<_, _> = readings.iter().map(|reading| ((&reading.post, reading.version), reading)).collect();
    for post in posts.iter_mut().filter(|post| post.reading.is_none()) {
        post.reading = new.get(&(&post.id, post.version)).map(|reading| reading.data.clone());
    }
}
