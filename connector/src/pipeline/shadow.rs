//! A second version of the rules on the same posts: what it would have told is kept, and nobody is told.
//!
//! It lives in a world of its own from the moment it was deployed: what was told before counts, and then its own
//! suggestions, as if they had been made, instead of those of the rules at work.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::pairing::HISTORY;
use super::rules::Shadow;
use super::{CycleError, Shared, Town, Watch};
use crate::domain::{LocalTime, PostId};
use crate::matching::{History, OpenPost, Safeguards, past};
use crate::platform::Platform;
use crate::rules::{HostReading, MAX_POSTS_PER_CALL, Manifest, Reason, RuleError};
use crate::store::{NewShadow, NewSuggestion, Notes, ReadPost, ShadowHelper, ShadowReason, Told, digest};

/// The most posts of a neighbourhood that a shadow reads: their readings are kept in memory, 4 KiB each at most.
const MAX_POSTS: usize = 10_000;

/// What a shadow has seen of a neighbourhood.
#[derive(Debug)]
pub(super) struct Seen {
    key: String,
    /// When the version came into the shadow.
    since: Timestamp,
    /// The neighbourhood's version that was looked at last.
    version: i64,
    /// Whether it was matched then; not where it was too large.
    matched: bool,
    /// Each with the version of the post.
    readings: HashMap<PostId, (i64, HostReading)>,
}

impl Seen {
    /// Of a neighbourhood that is too large: it is looked at again once it changes.
    fn nothing(shadow: &Shadow, version: i64) -> Self {
        Self { key: shadow.rules.key.clone(), since: shadow.since, version, matched: false, readings: HashMap::new() }
    }

    /// Whether it is what this shadow has seen: the same version may come into the shadow a second time.
    fn is_of(&self, shadow: &Shadow) -> bool {
        self.key == shadow.rules.key && self.since == shadow.since
    }
}

impl<P: Platform> Town<P> {
    /// Lets the version in the shadow, if there is one, see what is new. Whatever happens to it hinders nobody.
    pub(super) async fn run_shadow(&self, watch: &mut Watch) {
        let Some(shadow) = self.shadow_rules() else {
            watch.shadow = None;
            return;
        };
        if watch.shadow.as_ref().is_some_and(|seen| seen.is_of(&shadow) && seen.version == watch.version) {
            return;
        }
        if let Err(error) = self.shadow(watch, &shadow).await {
            let id = self.id();
            tracing::warn!(municipality = %id, event = "shadow_failed", "the rules in the shadow of `{id}` failed: {error}");
            if let CycleError::Rules(RuleError::Author(fault)) = &error {
                // A store that fails is noticed by the next cycle too.
                let _ = self.count_fault(&watch.neighbourhood.id, &shadow.rules, &fault.to_string()).await;
            }
        }
    }

    async fn shadow(&self, watch: &mut Watch, shadow: &Arc<Shadow>) -> Result<(), CycleError> {
        if self.fails(&shadow.rules).await? {
            return Ok(());
        }
        let Shared { store, clock, .. } = &*self.shared;
        let (id, now) = (watch.neighbourhood.id.clone(), clock.now());
        let posts = store.read_posts(self.id(), &id, &shadow.rules.key).await?;
        if posts.len() > MAX_POSTS {
            tracing::warn!(
                municipality = %self.id(), neighbourhood = %id, event = "shadow_too_large", posts = posts.len(),
                "the rules in the shadow do not see `{id}`: it has more than {MAX_POSTS} posts"
            );
            watch.shadow = Some(Seen::nothing(shadow, watch.version));
            return Ok(());
        }
        let seen = watch.shadow.take().filter(|seen| seen.is_of(shadow));
        let before = seen.as_ref().filter(|seen| seen.matched).map(|seen| seen.version);
        let readings = self.shadow_readings(&posts, shadow, seen.map(|seen| seen.readings).unwrap_or_default()).await?;
        let open = self.shadow_posts(&posts, &readings);
        let module = shadow.rules.reader.module();
        let version = (module.digest(), module.settings_digest());
        let mut told = store.history(self.id(), &id, now - HISTORY).await?;
        told.retain(|told| told.created_at < shadow.since);
        told.extend(store.shadow_history(self.id(), &id, version, shadow.since).await?);
        let Notes { apart, certified } = store.notes(self.id(), &id).await?;
        let safeguards = Safeguards::new(apart, certified);
        let lapsed = past::lapsed(&told, &open, &safeguards, &self.settings.limits, module.manifest());
        let history = History { safeguards: safeguards.clone(), ..past::history(&told, &lapsed, now) };
        let changed: Option<HashSet<PostId>> = before.map(|before| {
            let new = posts.iter().filter(|post| post.version > before).map(|post| post.id.clone());
            new.chain(lapsed.iter().flat_map(|lapse| lapse.freed.clone())).collect()
        });
        let (plan, open) = self.plan(&shadow.rules.reader, open, changed, history, now).await?;
        mark_lapsed(&mut told, &lapsed);
        let open = open.into_iter().map(|post| (post.id.clone(), post)).collect();
        let voices = store.voices(self.id(), plan.posts()).await?;
        // Without a concierge to tell, suggestions are what is left.
        let teller = self.teller(module.manifest(), &[], &open, &voices, &told, &safeguards);
        let suggestions = teller.suggestions(&plan);
        let life = (module.digest(), module.settings_digest(), shadow.since);
        let suggestions: Vec<_> = suggestions.iter().map(|new| as_shadow(new, life, module.manifest())).collect();
        store.save_shadow(self.id(), &id, version, &suggestions, now).await?;
        tracing::debug!(municipality = %self.id(), neighbourhood = %id, stage = "shadowed", "the shadow saw `{id}`");
        let (key, since) = (shadow.rules.key.clone(), shadow.since);
        watch.shadow = Some(Seen { key, since, version: watch.version, matched: true, readings });
        Ok(())
    }

    /// The readings of `posts`, of which `known` are spared.
    async fn shadow_readings(
        &self,
        posts: &[ReadPost],
        shadow: &Shadow,
        mut known: HashMap<PostId, (i64, HostReading)>,
    ) -> Result<HashMap<PostId, (i64, HostReading)>, CycleError> {
        let present: HashMap<&PostId, i64> = posts.iter().map(|post| (&post.id, post.version)).collect();
        known.retain(|post, (version, _)| present.get(post) == Some(version));
        let unread: Vec<PostId> =
            posts.iter().filter(|post| !known.contains_key(&post.id)).map(|post| post.id.clone()).collect();
        for ids in unread.chunks(MAX_POSTS_PER_CALL) {
            let stored = self.shared.store.stored_posts(self.id(), ids).await?;
            let rule_posts = self.rule_posts(&stored);
            let reader = Arc::clone(&shadow.rules.reader);
            let readings = self.compute(move || reader.read(&rule_posts)).await??;
            known.extend(stored.into_iter().zip(readings).map(|(post, reading)| (post.id, (post.version, reading))));
        }
        Ok(known)
    }

    fn shadow_posts(&self, posts: &[ReadPost], readings: &HashMap<PostId, (i64, HostReading)>) -> Vec<OpenPost> {
        let open = posts.iter().filter_map(|post| {
            Some(OpenPost {
                id: post.id.clone(),
                author: post.author.clone(),
                area: post.area.clone(),
                written: LocalTime::of(post.created_at, &self.settings.time_zone),
                reading: readings.get(&post.id)?.1.clone(),
            })
        });
        open.collect()
    }
}

/// What has lapsed may be suggested anew, as another suggestion.
fn mark_lapsed(told: &mut [Told], lapsed: &[past::Lapse]) {
    let lapsed: HashSet<&str> = lapsed.iter().map(|lapse| lapse.suggestion.as_str()).collect();
    for row in told.iter_mut().filter(|row| lapsed.contains(row.id.as_str())) {
        "lapsed".clone_into(&mut row.state);
    }
}

/// `life` is the version, and since when it runs in the shadow: the second time it says the same once more.
fn as_shadow(
    new: &NewSuggestion<'_>,
    (module, settings, since): (&str, &str, Timestamp),
    manifest: &Manifest,
) -> NewShadow {
    let reasons = |frozen: &str| {
        let reasons: Vec<Reason> = serde_json::from_str(frozen).unwrap_or_default();
        let named = reasons.into_iter().filter_map(|reason| {
            let code = manifest.reasons.get(usize::from(reason.code))?.id.clone();
            Some(ShadowReason { code, arguments: reason.arguments })
        });
        named.collect()
    };
    let helpers = new.helpers.iter().map(|helper| ShadowHelper {
        post: helper.post.clone(),
        score: helper.score,
        reasons: reasons(&helper.reasons),
    });
    NewShadow {
        id: digest(&[module, settings, &since.to_string(), &new.id]),
        kind: new.kind,
        request: new.request.clone(),
        helpers: helpers.collect(),
    }
}
