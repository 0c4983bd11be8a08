//! What is told although a municipality's own rules fail: people in danger do not wait for a rule to be mended.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::pairing::HISTORY;
use super::rules::Rules;
use super::{CycleError, Town, Watch};
use crate::domain::{LocalTime, MemberId};
use crate::matching::{self, OpenPost, Plan, Safeguards, past};
use crate::platform::Platform;
use crate::rules::{HostReading, Intent, MAX_POSTS_PER_CALL, Protection, Question, Reading, RulePost};
use crate::store::{CycleResult, StoredPost};

impl<P: Platform> Town<P> {
    /// Queues what the concierges are to be told about people in danger, as the embedded standard module alone reads
    /// the posts that the municipality's own module has not read. Matching itself is still to be done.
    pub(super) async fn tell_crises(&self, watch: &mut Watch) -> Result<(), CycleError> {
        let rules = self.loaded_rules();
        let told_for = (rules.key.clone(), watch.version);
        // While matching waits, each cycle comes here.
        if watch.crises_told.as_ref() == Some(&told_for) {
            return Ok(());
        }
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let id = &watch.neighbourhood.id;
        let concierges = self.recipients(&watch.neighbourhood)?;
        let posts = store.read_posts(self.id(), id, &rules.key).await?;
        let mut open = self.open_posts(&posts)?;
        let authors: HashMap<_, _> = posts.iter().map(|post| (&post.id, &post.author)).collect();
        let unread: Vec<_> = posts.iter().filter(|post| post.reading.is_none()).map(|post| post.id.clone()).collect();
        for ids in unread.chunks(MAX_POSTS_PER_CALL) {
            let unread = store.stored_posts(self.id(), ids).await?;
            let protections = self.protect(&rules, self.rule_posts(&unread)).await?;
            for (post, protection) in unread.iter().zip(protections) {
                let author = authors.get(&post.id);
                open.extend(author.map(|author| self.unread_post(post, MemberId::clone(author), protection)));
            }
        }
        let told = store.history(self.id(), id, now - HISTORY).await?;
        let history = past::history(&told, &[], now);
        // Nothing has changed that could be matched: no rule is asked.
        let nothing = HashSet::new();
        let local = LocalTime::of(now, &self.settings.time_zone);
        let manifest = rules.reader.module().manifest();
        let no_verdicts = |_: &[Question<'_>]| Ok(Vec::new());
        let plan =
            matching::plan(&open, Some(&nothing), &history, local, &self.settings.limits, manifest, no_verdicts)?;
        let plan = Plan { crises: plan.crises, ..Plan::default() };
        let open = open.into_iter().map(|post| (post.id.clone(), post)).collect();
        let voices = store.voices(self.id(), plan.posts()).await?;
        let safeguards = Safeguards::default();
        let teller = self.teller(manifest, &concierges, &open, &voices, &told, &safeguards);
        let suggestions = teller.suggestions(&plan);
        let (rules, lapsed) = (rules.key.as_str(), Vec::new());
        let result = CycleResult { version: None, rules, readings: &[], suggestions, lapsed };
        store.save_cycle(self.id(), id, result, now).await?;
        watch.crises_told = Some(told_for);
        self.mark_unsettled();
        Ok(())
    }

    async fn protect(&self, rules: &Rules, posts: Vec<RulePost>) -> Result<Vec<Protection>, CycleError> {
        let reader = Arc::clone(&rules.reader);
        Ok(self.compute(move || reader.protect(&posts)).await??)
    }

    /// A post of which only that is known which protects people.
    fn unread_post(&self, post: &StoredPost, author: MemberId, protection: Protection) -> OpenPost {
        let reading = Reading {
            language: 0,
            intent: Intent::Notice,
            needs: Vec::new(),
            gives: Vec::new(),
            conditional: false,
            slots: Vec::new(),
            closed: false,
            urgent: false,
            referral: None,
            features: Vec::new(),
        };
        OpenPost {
            id: post.id.clone(),
            author,
            area: None,
            written: LocalTime::of(post.created_at, &self.settings.time_zone),
            reading: HostReading { reading, protection },
        }
    }
}
