//! What concierges noted to protect people, and what follows from it: who never meets, whose certificate was seen, and
//! how often one person is sent to another.
//!
//! Where a municipality wants the certificate first ([`Certificates::Required`]), a helper without a tick is ranked like
//! the others, taken out before anybody is suggested, and named to the concierge alone, without the one who asks: who
//! nobody may hear of could never be ticked. One helper at a time is asked about for a request, and nobody twice.

use std::collections::{HashMap, HashSet};

use super::{Choice, History, Limits, OpenPost, Ranked, eligible};
use crate::domain::{MemberId, PostId};
use crate::rules::Manifest;

/// When somebody may be suggested for child care, care or a visit at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certificates {
    /// At once: the message says what to check first.
    #[default]
    FirstCheck,
    /// Once a concierge has ticked that she has seen the helper's certificate.
    Required,
}

/// What concierges noted about people.
#[derive(Debug, Clone, Default)]
pub struct Safeguards {
    apart: HashMap<MemberId, HashSet<MemberId>>,
    certified: HashSet<MemberId>,
}

impl Safeguards {
    /// Takes pairs who never meet, in either order, and members whose certificate was seen.
    pub fn new(
        apart: impl IntoIterator<Item = (MemberId, MemberId)>,
        certified: impl IntoIterator<Item = MemberId>,
    ) -> Self {
        let mut safeguards = Self { apart: HashMap::new(), certified: certified.into_iter().collect() };
        for (one, other) in apart {
            safeguards.apart.entry(one.clone()).or_default().insert(other.clone());
            safeguards.apart.entry(other).or_default().insert(one);
        }
        safeguards
    }

    /// Whether these two never meet.
    pub fn apart(&self, one: &MemberId, other: &MemberId) -> bool {
        self.apart.get(one).is_some_and(|others| others.contains(other))
    }

    /// Whether a concierge has seen this member's certificate.
    pub fn certified(&self, member: &MemberId) -> bool {
        self.certified.contains(member)
    }

    /// Whether `helper` may not be suggested to `request` before somebody has seen the helper's certificate.
    pub(super) fn lacks_certificate(
        &self,
        request: &OpenPost,
        helper: &OpenPost,
        limits: &Limits,
        manifest: &Manifest,
    ) -> bool {
        limits.certificates == Certificates::Required
            && !self.certified(&helper.author)
            && eligible::first_check(manifest, &request.reading, &helper.reading)
    }
}

/// Takes the helpers who lack a certificate out of `requests`, and gives them by request.
pub(super) fn without_certificate(
    posts: &[&OpenPost],
    requests: &mut [Ranked],
    history: &History,
    limits: &Limits,
    manifest: &Manifest,
) -> Vec<Ranked> {
    if limits.certificates == Certificates::FirstCheck {
        return Vec::new();
    }
    let lacks = |request: usize, choice: &mut Choice| {
        history.safeguards.lacks_certificate(posts[request], posts[choice.helper], limits, manifest)
    };
    let lacking = requests.iter_mut().map(|ranked| {
        let request = ranked.request;
        Ranked { request, choices: ranked.choices.extract_if(.., |choice| lacks(request, choice)).collect() }
    });
    lacking.filter(|ranked| !ranked.choices.is_empty()).collect()
}

/// The helpers whose certificate the concierge is to be asked for, each with a request that they could help: the best
/// of every request in `waiting`, unless one of its helpers is being asked about already.
pub(super) fn to_ask_about(
    posts: &[&OpenPost],
    waiting: &[Ranked],
    helped: impl Fn(usize) -> bool,
    history: &History,
    limits: &Limits,
) -> Vec<(PostId, PostId)> {
    let mut awaited: HashSet<&MemberId> = history.awaited.iter().collect();
    let mut asked = Vec::new();
    for ranked in waiting.iter().filter(|ranked| !helped(ranked.request)) {
        let author = |choice: &Choice| &posts[choice.helper].author;
        if ranked.firsts(limits).any(|choice| awaited.contains(author(choice))) {
            continue;
        }
        let Some(best) = ranked.firsts(limits).find(|choice| !history.asked.contains(author(choice))) else { continue };
        awaited.insert(author(best));
        asked.push((posts[best.helper].id.clone(), posts[ranked.request].id.clone()));
    }
    asked
}

/// `requests` without those helpers who would be sent to the same person too often in four weeks. It counts where the
/// request needs something reserved; of several such requests of one person the oldest come first.
pub(super) fn within_visits(
    posts: &[&OpenPost],
    requests: &[Ranked],
    history: &History,
    limits: &Limits,
    manifest: &Manifest,
) -> Vec<Ranked> {
    let mut visits: HashMap<(&MemberId, &MemberId), u16> = HashMap::new();
    let mut within = |request: usize, choice: &&Choice| {
        let (request, helper) = (posts[request], posts[choice.helper]);
        if !eligible::first_check(manifest, &request.reading, &helper.reading) {
            return true;
        }
        let pair = (&helper.author, &request.author);
        let before = || history.visits.get(&(pair.0.clone(), pair.1.clone())).copied().unwrap_or(0);
        let visits = visits.entry(pair).or_insert_with(before);
        let spare = *visits < limits.visits_per_pair;
        *visits += u16::from(spare);
        spare
    };
    let kept = requests.iter().map(|ranked| {
        let choices = ranked.choices.iter().filter(|choice| within(ranked.request, choice)).cloned().collect();
        Ranked { request: ranked.request, choices }
    });
    kept.collect()
}
