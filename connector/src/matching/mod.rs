//! From the open posts of one neighbourhood to what its concierge should be told. Plain functions of their arguments:
//! no clock, no store, no network; only the rules' verdicts come from outside, through a function that is passed in.
//!
//! Posts are sorted by age and identifier first, so the result does not depend on the order in which they arrive.

mod assess;
mod assign;
pub mod assignment;
mod candidates;
mod eligible;
mod exchange;
pub mod explain;
mod groups;
#[cfg(test)]
mod laws;
pub mod past;
mod plan;
mod safeguards;

pub use plan::{Cause, Group, Helper, Pairing, PassedOver, Plan, Ring};

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
    /// Rings of three that a concierge declined: their posts, sorted. Two of them may still suit each other.
    pub refused_rings: HashSet<Vec<PostId>>,
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

/// How much less than [`Limits::minimum_score`] an alternate may score: the concierge reads it beside somebody who suits,
/// and is better off with it when that one cannot.
pub const ALTERNATE_SLACK: u16 = 100;

/// The bounds of matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The lowest score, 0 to 1000, that is suggested: silence beats a bad suggestion. Beside a first helper others may
    /// stand who score up to [`ALTERNATE_SLACK`] less.
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
    let roles = eligible::Roles::of(&posts, &expired, history);
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

/// One request with those who may help, the best first, alternates included.
#[derive(Debug, Clone)]
struct Ranked {
    request: usize,
    choices: Vec<Choice>,
}

impl Ranked {
    /// Those who may be the first helper or help in a ring.
    fn firsts(&self, limits: &Limits) -> impl Iterator<Item = &Choice> {
        let minimum = limits.minimum_score;
        self.choices.iter().take_while(move |choice| choice.score >= minimum)
    }
}

/// Somebody who may help.
#[derive(Debug, Clone)]
struct Choice {
    helper: usize,
    score: u16,
    reasons: Vec<Reason>,
}

impl Ranking<'_> {
    /// Each request with at least one helper, the oldest first, and its helpers, the best first. Who gives on a
    /// condition is a helper only for the next one in their ring.
    pub fn requests(&self) -> Vec<(&PostId, Vec<&PostId>)> {
        let (rings, _) = self.rings(&self.requests);
        let links: HashSet<(usize, usize)> =
            rings.iter().flat_map(|ring| ring.asks().map(|(asker, choice)| (asker, choice.helper))).collect();
        let helps = |asker: usize, choice: &&Choice| {
            !self.posts[choice.helper].reading.reading.conditional || links.contains(&(asker, choice.helper))
        };
        let suggested = |ranked: &&Ranked| ranked.firsts(self.limits).any(|choice| helps(ranked.request, &choice));
        let requests = self.requests.iter().filter(suggested).map(|ranked| {
            let helpers = ranked.choices.iter().filter(|choice| helps(ranked.request, choice));
            (&self.posts[ranked.request].id, helpers.map(|choice| &self.posts[choice.helper].id).collect::<Vec<_>>())
        });
        requests.collect()
    }

    /// Rings of people who can help each other; nobody is in two.
    pub fn exchanges(&self) -> Vec<Ring> {
        self.rings(&self.requests).0.iter().map(|ring| self.ring(ring)).collect()
    }

    /// Groups of people with one need; nobody is in two.
    pub fn groups(&self) -> Vec<Group> {
        let group = |(category, members): (u16, Vec<usize>)| Group {
            category,
            posts: members.into_iter().map(|i| self.posts[i].id.clone()).collect(),
        };
        self.members_of_groups().into_iter().map(group).collect()
    }

    /// What the concierge should be told.
    pub fn plan(&self) -> Plan {
        let requests = safeguards::within_visits(&self.posts, &self.requests, self.history, self.limits, self.manifest);
        let (rings, mut taken) = self.rings(&requests);
        let in_ring: HashSet<usize> = rings.iter().flat_map(|ring| &ring.posts).copied().collect();
        taken.extend(&in_ring);
        let mut load = assign::Load::new(&self.posts, self.history, self.limits);
        for member in &in_ring {
            load.add(*member);
        }
        let assigned = self.assigning(&requests, &taken, &in_ring).assign(&load);
        let helped: HashSet<usize> = assigned.iter().map(|assigned| assigned.ranked.request).collect();
        let helped = |i: usize| helped.contains(&i) || taken.contains(&i);
        let certificates = safeguards::to_ask_about(&self.posts, &self.uncertified, helped, self.history, self.limits);
        let suggestions = assigned.iter().map(|assigned| self.pairing(assigned)).collect();
        let exchanges = rings.iter().map(|ring| self.ring(ring)).collect();
        let mut plan = Plan { suggestions, exchanges, groups: self.groups(), certificates, ..Plan::default() };
        self.tell_single_posts(&mut plan);
        plan
    }

    fn members_of_groups(&self) -> Vec<(u16, Vec<usize>)> {
        let changed = self.changed.as_deref();
        groups::form(&self.posts, &self.roles, changed, self.history, self.limits, self.manifest)
    }

    /// The rings, held against the assignment that there would be without them; and the posts that groups have taken.
    fn rings<'a>(&'a self, requests: &'a [Ranked]) -> (Vec<exchange::Members<'a>>, HashSet<usize>) {
        let taken: HashSet<usize> = self.members_of_groups().into_iter().flat_map(|(_, members)| members).collect();
        let load = assign::Load::new(&self.posts, self.history, self.limits);
        let nobody = HashSet::new();
        let assigning = self.assigning(requests, &taken, &nobody);
        let without = assigning.first_helpers(&load);
        let plain: HashMap<usize, u16> =
            without.iter().map(|(ranked, choice)| (ranked.request, choice.score)).collect();
        let room = |i| load.has_room(i);
        let plain = |i: usize| plain.get(&i).copied();
        (exchange::rings(&self.posts, requests, self.history, self.limits, room, plain), taken)
    }

    fn assigning<'a>(
        &'a self,
        requests: &'a [Ranked],
        taken: &'a HashSet<usize>,
        in_ring: &'a HashSet<usize>,
    ) -> assign::Assigning<'a, 'a> {
        assign::Assigning {
            posts: &self.posts,
            requests,
            helps: &self.roles.helps,
            history: self.history,
            limits: self.limits,
            taken,
            in_ring,
        }
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

    fn pairing(&self, assigned: &assign::Assigned) -> Pairing {
        let Ranked { request, choices } = &assigned.ranked;
        let request = self.posts[*request];
        let helper = |choice: &Choice| Helper {
            post: self.posts[choice.helper].id.clone(),
            score: choice.score,
            reasons: choice.reasons.clone(),
        };
        let passed_over = assigned.passed_over.map(|(i, cause)| PassedOver { post: self.posts[i].id.clone(), cause });
        Pairing {
            request: request.id.clone(),
            helpers: choices.iter().map(helper).collect(),
            passed_over,
            first_check: choices.iter().any(|c| self.first_check(request, self.posts[c.helper])),
            referral: self.untold_referral(request),
        }
    }

    fn ring(&self, ring: &exchange::Members<'_>) -> Ring {
        let choices = || ring.choices.iter();
        Ring {
            posts: ring.posts.iter().map(|i| self.posts[*i].id.clone()).collect(),
            reasons: choices().map(|choice| choice.reasons.clone()).collect(),
            score: choices().map(|choice| choice.score).min().unwrap_or_default(),
            first_checks: ring
                .asks()
                .map(|(asker, choice)| self.first_check(self.posts[asker], self.posts[choice.helper]))
                .collect(),
        }
    }

    fn first_check(&self, request: &OpenPost, helper: &OpenPost) -> bool {
        eligible::first_check(self.manifest, &request.reading, &helper.reading)
    }
}
