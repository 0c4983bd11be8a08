//! What is told although a municipality's own rules fail: people in danger do not wait for a rule to be mended.

use std::collections::HashSet;
use std::sync::Arc;

use super::pairing::HISTORY;
use super::{CycleError, Town, Watch};
use crate::domain::LocalTime;
use crate::matching::{self, OpenPost, Plan, Safeguards, past};
use crate::platform::Platform;
use crate::rules::{HostReading, Intent, Protection, Question, Reading, RulePost};
use crate::store::{CycleResult, StoredPost};

impl<P: Platform> Town<P> {
    /// Queues what the concierges are to be told about people in danger, as the embedded standard module alone reads
    /// the posts that the municipality's own module has not read. Matching itself is still to be done.
    pub(super) async fn tell_crises(&self, watch: &Watch) -> Result<(), CycleError> {
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let id = &watch.neighbourhood.id;
        let concierges = self.recipients(&watch.neighbourhood)?;
        let unread = store.posts_to_read(self.id(), id, &self.rules_key).await?;
        let protections = self.protect(self.rule_posts(&unread)).await?;
        let posts = store.read_posts(self.id(), id, &self.rules_key).await?;
        let told = store.history(self.id(), id, now - HISTORY).await?;
        let history = past::history(&told, &[], now);
        let mut open = self.open_posts(&posts)?;
        for (post, protection) in unread.iter().zip(protections) {
            let author = posts.iter().find(|known| known.id == post.id);
            open.extend(author.map(|known| self.unread_post(post, known.author.clone(), protection)));
        }
        // Nothing has changed that could be matched: no rule is asked.
        let nothing = HashSet::new();
        let local = LocalTime::of(now, &self.settings.time_zone);
        let manifest = self.reader.module().manifest();
        let no_verdicts = |_: &[Question<'_>]| Ok(Vec::new());
        let plan =
            matching::plan(&open, Some(&nothing), &history, local, &self.settings.limits, manifest, no_verdicts)?;
        let plan = Plan { crises: plan.crises, ..Plan::default() };
        let open = open.into_iter().map(|post| (post.id.clone(), post)).collect();
        let voices = store.voices(self.id(), plan.posts()).await?;
        let safeguards = Safeguards::default();
        let teller = self.teller(&concierges, &open, &voices, &told, &safeguards);
        let suggestions = teller.suggestions(&plan);
        let (rules, lapsed) = (self.rules_key.as_str(), Vec::new());
        let result = CycleResult { version: None, rules, readings: &[], suggestions, lapsed };
        store.save_cycle(self.id(), id, result, now).await?;
        Ok(())
    }

    async fn protect(&self, posts: Vec<RulePost>) -> Result<Vec<Protection>, CycleError> {
        let reader = Arc::clone(&self.reader);
        Ok(self.compute(move || reader.protect(&posts)).await??)
    }

    /// A post of which only that is known which protects people.
    fn unread_post(&self, post: &StoredPost, author: crate::domain::MemberId, protection: Protection) -> OpenPost {
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
