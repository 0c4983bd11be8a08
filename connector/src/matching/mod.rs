//! From the open posts of one neighbourhood to what its concierge should be told. Plain functions of their arguments:
//! no clock, no store, no network; only the rules' verdicts come from outside, through a function that is passed in.
//!
//! Posts are sorted by age and identifier first, so the result does not depend on the order in which they arrive.

mod assess;
mod assign;
mod candidates;
mod eligible;
mod exchange;
mod groups;
#[cfg(test)]
mod laws;
pub mod past;
mod safeguards;

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::domain::{LocalTime, MemberId, PostId};
use crate::rules::reader::CRISIS;
use crate::rules::{HostReading, Intent, Manifest, Question, Reason, RuleError, Verdict};

pub use safeguards::{Certificates, Safeguards};

/// A post that its author shares with the municipality and has not withdrawn, as read.
#[derive(Debug, Clone)]
pub struct OpenPost {
    /// The post.
    pub id: PostId,
    /// Who wrote it.
    pub author: MemberId,
    /// The platform's part of the neighbourhood, if it says.
    pub area: Option<String>,
    /// When it was written.
    pub written: LocalTime,
    /// What the rules understood of it.
    pub reading: HostReading,
}

/// What happened before, as far as matching depends on it.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Tasks that each member was suggested for, first in line, in the last four weeks.
    pub load: HashMap<MemberId, u16>,
    /// How often the first was accepted as the helper of the second.
    pub helped: HashMap<(MemberId, MemberId), u16>,
    /// Pairs that a concierge declined: the request's post and the helper's post.
    pub refused: HashSet<(PostId, PostId)>,
    /// Posts in an open or accepted suggestion as the one who asks, or in an open or accepted exchange or group.
    /// They are not suggested anew, on either side.
    pub engaged: HashSet<PostId>,
    /// What the concierge was told about a post by itself.
    pub told: HashSet<(PostId, Told)>,
    /// How often the first was suggested, first in line, to help the second in the last four weeks.
    pub visits: HashMap<(MemberId, MemberId), u16>,
    /// What concierges noted about people.
    pub safeguards: Safeguards,
    /// Members whose certificate a concierge was asked for.
    pub asked: HashSet<MemberId>,
    /// Those of them about whom she has not answered.
    pub awaited: HashSet<MemberId>,
}

/// What a concierge can be told about one post by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Told {
    /// An emergency.
    Crisis,
    /// Somebody other than a neighbour is the right answer.
    Referral,
    /// Something is wrong in the public space.
    Report,
}

/// The bounds of matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The lowest score, 0 to 1000, that is suggested: silence beats a bad suggestion.
    pub minimum_score: u16,
    /// The most helpers named beside the first.
    pub alternates: usize,
    /// The most tasks in four weeks that one helper is suggested for.
    pub tasks_per_helper: u16,
    /// What every further task of a helper costs, in points of the score, for each task that they have already.
    pub price_per_task: u16,
    /// Days after which a request that names no date expires.
    pub request_days: u16,
    /// Days after which an offer that names no date expires.
    pub offer_days: u16,
    /// The most candidates of one request that the rules judge; at most [`crate::rules::MAX_CANDIDATES`].
    pub candidates_per_request: usize,
    /// The fewest people with one need who make a group.
    pub group_min: usize,
    /// The most people in one group.
    pub group_max: usize,
    /// How often, in four weeks, one helper is suggested to the same person for something reserved.
    pub visits_per_pair: u16,
    /// When somebody may be suggested for something reserved.
    pub certificates: Certificates,
    /// Whether posts expire. Only the judging of rules on a snapshot of posts looks at all of them.
    pub expiry: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            minimum_score: 400,
            alternates: 2,
            tasks_per_helper: 4,
            price_per_task: 60,
            request_days: 30,
            offer_days: 180,
            candidates_per_request: 300,
            group_min: 3,
            group_max: 12,
            visits_per_pair: 2,
            certificates: Certificates::FirstCheck,
            expiry: true,
        }
    }
}

/// What the concierge of one neighbourhood should be told now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Requests with those who may help.
    pub suggestions: Vec<Pairing>,
    /// People who can help each other.
    pub exchanges: Vec<Ring>,
    /// People who can act together.
    pub groups: Vec<Group>,
    /// Emergencies that were not told yet.
    pub crises: Vec<PostId>,
    /// Posts for somebody other than a neighbour, with the kind of referral, that were not told yet.
    pub referrals: Vec<(PostId, String)>,
    /// Reports of the public space that were not told yet.
    pub reports: Vec<PostId>,
    /// Offers of helpers whose certificate the concierge is to be asked for, each with a request that they could help;
    /// the request is not to be shown.
    pub certificates: Vec<(PostId, PostId)>,
}

/// A request with those who may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// The request.
    pub request: PostId,
    /// The suggested helper first, then alternates; never empty.
    pub helpers: Vec<Helper>,
    /// Whether the concierge should make sure of the helper first (childcare, care, company).
    pub first_check: bool,
    /// The kind of referral to name in the same message; none when it was told before.
    pub referral: Option<String>,
}

/// Somebody who may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// The post with the offer.
    pub post: PostId,
    /// 0 to 1000.
    pub score: u16,
    /// Why, the most telling first.
    pub reasons: Vec<Reason>,
}

/// People of whom each helps the next, and the last the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// `posts[i]` needs what `posts[i + 1]` gives, and the last what the first gives. The oldest post is the first.
    pub posts: Vec<PostId>,
    /// Why, for each post as the one who asks.
    pub reasons: Vec<Vec<Reason>>,
    /// The lowest score of the ring, 0 to 1000.
    pub score: u16,
    /// As in [`Pairing`], for each post as the one who helps.
    pub first_checks: Vec<bool>,
}

/// People with one need who can act together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Index into the manifest's categories.
    pub category: u16,
    /// Their posts, the oldest first; one per author.
    pub posts: Vec<PostId>,
}

/// Plans for one neighbourhood; `changed` names the posts that are new or edited since the last plan (none: all), and
/// only what they touch is judged. Verdicts come from `assess`, usually [`crate::rules::RuleModule::assess`]; its
/// error is passed on, and nothing is planned then.
///
/// Who is in a ring is suggested there only, and who is in a group is not paired one by one as well.
#[expect(clippy::implicit_hasher, reason = "the house has one kind of set")]
pub fn plan(
    posts: &[OpenPost],
    changed: Option<&HashSet<PostId>>,
    history: &History,
    now: LocalTime,
    limits: &Limits,
    manifest: &Manifest,
    assess: impl FnMut(&[Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError>,
) -> Result<Plan, RuleError> {
    let ranking = rank(posts, changed, history, now, limits, manifest, assess)?;
    Ok(ranking.plan())
}

/// Ranks those who may help each request: after every veto and the threshold, before caps, prices and assignment.
/// The arguments are those of [`plan`].
#[expect(clippy::implicit_hasher, reason = "the house has one kind of set")]
pub fn rank<'a>(
    posts: &'a [OpenPost],
    changed: Option<&HashSet<PostId>>,
    history: &'a History,
    now: LocalTime,
    limits: &'a Limits,
    manifest: &'a Manifest,
    assess: impl FnMut(&[Question<'_>]) -> Result<Vec<Vec<Verdict>>, RuleError>,
) -> Result<Ranking<'a>, RuleError> {
    let mut posts: Vec<&OpenPost> = posts.iter().collect();
    posts.sort_by(|a, b| (a.written.0, &a.id).cmp(&(b.written.0, &b.id)));
    let expired: Vec<bool> = posts.iter().map(|post| eligible::expired(post, now, limits)).collect();
    let roles = eligible::Roles::of(&posts, &expired, history, limits);
    let changed = changed.map(|changed| posts.iter().map(|post| changed.contains(&post.id)).collect::<Vec<_>>());
    let questions = candidates::find(&posts, &roles, changed.as_deref(), history, limits, manifest);
    let mut requests = assess::judge(&posts, &questions, now, limits, history, assess)?;
    let uncertified = safeguards::without_certificate(&posts, &mut requests, history, limits, manifest);
    Ok(Ranking { posts, expired, roles, changed, requests, uncertified, history, limits, manifest })
}

/// The requests of a neighbourhood, each with those who may help.
#[derive(Debug)]
pub struct Ranking<'a> {
    /// By age and identifier; everything below speaks of them by their index.
    posts: Vec<&'a OpenPost>,
    expired: Vec<bool>,
    roles: eligible::Roles,
    /// Whether each post changed; none when all count as changed.
    changed: Option<Vec<bool>>,
    requests: Vec<Ranked>,
    /// Those who may help once their certificate was seen.
    uncertified: Vec<Ranked>,
    history: &'a History,
    limits: &'a Limits,
    manifest: &'a Manifest,
}

/// One request with those who may help, the best first.
#[derive(Debug, Clone)]
struct Ranked {
    request: usize,
    choices: Vec<Choice>,
}

/// Somebody who may help.
#[derive(Debug, Clone)]
struct Choice {
    helper: usize,
    score: u16,
    reasons: Vec<Reason>,
}

impl Ranking<'_> {
    /// Each request with at least one helper, the oldest first, and its helpers, the best first.
    pub fn requests(&self) -> impl Iterator<Item = (&PostId, Vec<&PostId>)> {
        self.requests.iter().filter(|ranked| !ranked.choices.is_empty()).map(|ranked| {
            let helpers = ranked.choices.iter().map(|choice| &self.posts[choice.helper].id).collect();
            (&self.posts[ranked.request].id, helpers)
        })
    }

    /// Rings of people who can help each other; nobody is in two.
    pub fn exchanges(&self) -> Vec<Ring> {
        exchange::rings(&self.posts, &self.requests).iter().map(|ring| self.ring(ring)).collect()
    }

    /// Groups of people with one need; nobody is in two.
    pub fn groups(&self) -> Vec<Group> {
        let changed = self.changed.as_deref();
        let groups = groups::form(&self.posts, &self.roles, changed, self.history, self.limits, self.manifest);
        groups
            .into_iter()
            .map(|(category, members)| Group {
                category,
                posts: members.into_iter().map(|i| self.posts[i].id.clone()).collect(),
            })
            .collect()
    }

    /// What the concierge should be told.
    pub fn plan(&self) -> Plan {
        let requests = safeguards::within_visits(&self.posts, &self.requests, self.history, self.limits, self.manifest);
        let rings = exchange::rings(&self.posts, &requests);
        let groups = self.groups();
        let mut taken: HashSet<&PostId> = groups.iter().flat_map(|group| &group.posts).collect();
        taken.extend(rings.iter().flat_map(|ring| ring.members).map(|i| &self.posts[i].id));
        let free = |i: usize| !taken.contains(&self.posts[i].id);
        let mut load = assign::Load::new(&self.posts, self.history, self.limits);
        for ring in &rings {
            ring.members.iter().for_each(|i| load.add(*i));
        }
        let assigned = assign::assign(&self.posts, &requests, free, load, self.limits);
        let helped: HashSet<usize> = assigned.iter().map(|ranked| ranked.request).collect();
        let helped = |i: usize| helped.contains(&i) || !free(i);
        let certificates = safeguards::to_ask_about(&self.posts, &self.uncertified, helped, self.history);
        let suggestions: Vec<_> = assigned.iter().map(|ranked| self.pairing(ranked)).collect();
        let exchanges = rings.iter().map(|ring| self.ring(ring)).collect();
        let mut plan = Plan { suggestions, exchanges, groups, certificates, ..Plan::default() };
        self.tell_single_posts(&mut plan);
        plan
    }

    /// What the concierge is told about posts by themselves. A crisis is told even when the text says that it is over.
    fn tell_single_posts(&self, plan: &mut Plan) {
        let suggested: HashSet<PostId> = plan.suggestions.iter().map(|pairing| pairing.request.clone()).collect();
        for (post, _) in self.posts.iter().zip(&self.expired).filter(|(_, expired)| !**expired) {
            let HostReading { reading, protection } = &post.reading;
            if protection.crisis {
                if !self.told(post, Told::Crisis) {
                    plan.crises.push(post.id.clone());
                }
            } else if protection.closed {
                // Nobody waits for an answer any more.
            } else if let Some(kind) = self.untold_referral(post) {
                // A suggestion for the post names the referral itself.
                if !suggested.contains(&post.id) {
                    plan.referrals.push((post.id.clone(), kind));
                }
            } else if reading.intent == Intent::Report && !self.told(post, Told::Report) {
                plan.reports.push(post.id.clone());
            }
        }
    }

    fn told(&self, post: &OpenPost, what: Told) -> bool {
        self.history.told.contains(&(post.id.clone(), what))
    }

    fn untold_referral(&self, post: &OpenPost) -> Option<String> {
        let kind = &self.manifest.referrals[usize::from(post.reading.reading.referral?)];
        (kind != CRISIS && !self.told(post, Told::Referral)).then(|| kind.clone())
    }

    fn pairing(&self, ranked: &Ranked) -> Pairing {
        let request = self.posts[ranked.request];
        Pairing {
            request: request.id.clone(),
            helpers: ranked
                .choices
                .iter()
                .map(|choice| Helper {
                    post: self.posts[choice.helper].id.clone(),
                    score: choice.score,
                    reasons: choice.reasons.clone(),
                })
                .collect(),
            first_check: ranked.choices.iter().any(|c| self.first_check(request, self.posts[c.helper])),
            referral: self.untold_referral(request),
        }
    }

    fn ring(&self, ring: &exchange::Pair<'_>) -> Ring {
        let [a, b] = ring.members.map(|i| self.posts[i]);
        Ring {
            posts: vec![a.id.clone(), b.id.clone()],
            reasons: ring.choices.iter().map(|choice| choice.reasons.clone()).collect(),
            score: ring.choices.iter().map(|choice| choice.score).min().unwrap_or_default(),
            first_checks: vec![self.first_check(b, a), self.first_check(a, b)],
        }
    }

    fn first_check(&self, request: &OpenPost, helper: &OpenPost) -> bool {
        eligible::first_check(self.manifest, &request.reading, &helper.reading)
    }
}
